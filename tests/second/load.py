"""Owns the honesty of the load: what was due, sent, answered, never known.
Must not know what the calls did.
"""

SILENT_LEAST = 5


class Load:
    """Calls of shoppers and merchant."""

    def __init__(self, charter):
        self.charter = charter
        self.speed = charter["speed_milli"]
        channels = len(charter["channels"])
        self.sent = self.answered = self.unsent = self.resolved = 0
        self.open = {}              # op -> (call, channel, at, wall, intended)
        self.unknown = {}           # op -> the same, answered "unknown"
        self.wanted = [0] * channels        # orders wanted: intents, however often they are sent
        self.wanted_at = []
        self.intents = set()
        self.orders_sent = [0] * channels
        self.orders_answered = [0] * channels
        self.orders_unsent = [0] * channels
        self.lateness = []
        self.exchange = []
        self.calm = []              # … of calls under way while nothing was broken
        self.broken, self.broken_wall = 0, -1
        self.latency = {}           # (call, channel) -> ([service], [response])
        self.in_flight_max = 0
        self.stall = 0
        self.walled = False         # some fact has a time of the wall
        self.back = 0               # the furthest that time stepped back, of the campaign

    def on_sent(self, seq, at, body, wall):
        self.sent += 1
        channel = body.get("channel")
        if body["call"] == "place_order":
            self._want(body, at)
            self.orders_sent[channel] += 1
        self.open[body["op"]] = (body["call"], channel, at, wall, body["intended"])
        self.in_flight_max = max(self.in_flight_max, len(self.open))
        late = max(0, at - body["intended"])
        self.lateness.append(late * 1000 // self.speed if self.speed else 0)

    def on_answered(self, seq, at, body, wall):
        call = self.open.pop(body["op"], None)
        if call is None:
            return
        if body["outcome"] == "unknown":
            self.unknown[body["op"]] = call
        else:
            self.answered += 1
            if call[0] == "place_order":
                self.orders_answered[call[1]] += 1
        self.exchange.append(max(0, wall - call[3]))
        if not self.broken and self.broken_wall < call[3]:
            self.calm.append(self.exchange[-1])
        service, response = self.latency.setdefault(call[:2], ([], []))
        service.append(max(0, at - call[2]))
        response.append(max(0, at - call[4]))

    def on_fault(self, body, wall):
        self.broken += 1 if body["in_force"] else -1
        self.broken_wall = wall

    def on_unsent(self, seq, at, body, wall):
        self.unsent += 1
        said = self.open.pop(body.get("op"), None) is not None
        self.sent -= said
        if body["call"] == "place_order":
            self._want(body, at)
            self.orders_sent[body["channel"]] -= said
            self.orders_unsent[body["channel"]] += 1

    def _want(self, body, at):
        if body["intent"] not in self.intents:
            self.wanted_at.append(min(body["intended"], at))
            self.intents.add(body["intent"])
            self.wanted[body["channel"]] += 1

    def on_resolved(self, seq, at, body, wall):
        known = body["outcome"] != "unknown"
        for calls in (self.unknown, self.open):
            if body["op"] in calls and known:
                del calls[body["op"]]
                self.resolved += 1
                return

    def on_stalled(self, seq, at, body, wall):
        self.stall = max(self.stall, body["wall_us"])

    def close(self):
        """A call that is still open is later than observed."""
        for call in self.open.values():
            for ends in self.latency.setdefault(call[:2], ([], [])):
                ends.append(float("inf"))

    @property
    def offered(self):
        return self.sent + self.unsent

    def never_known(self):
        """Calls whose outcome nobody knows, by channel and what they ask."""
        lost = {}
        for calls in (self.unknown, self.open):
            for call in calls.values():
                lost[call[1], call[0]] = lost.get((call[1], call[0]), 0) + 1
        return lost

    def silent(self):
        """Sent and not answered in time, whatever was found out later."""
        return self.sent - self.answered

    def unanswered(self, channel=None):
        """Whether these are too many, of all calls or of a channel's orders."""
        sent, silent = self.sent, self.silent()
        if channel is not None:
            sent = self.orders_sent[channel]
            silent = sent - self.orders_answered[channel]
        return silent >= SILENT_LEAST and silent * 100 > sent

    def unsent_on(self, channel):
        """Whether too many of a channel's orders never left."""
        unsent = self.orders_unsent[channel]
        return unsent >= SILENT_LEAST and unsent * 100 > self.orders_sent[channel] + unsent

    def saturated(self):
        honesty = self.charter["honesty"]
        if self.sent * 1_000_000 < self.offered * honesty["sent_at_least"]:
            return True
        late = sum(1 for wall in self.lateness if wall > honesty["lateness_p99_us_max"])
        return late * 100 > self.sent

    def too_coarse(self):
        # Virtual time has no wall, and nothing stalls it.
        if not self.speed and (self.stall or self.walled):
            return True
        durations = []
        promises = self.charter["promises"]
        for gate in self.charter["gates"]:
            limits = gate["limits"].get("lag_p95")
            if limits:
                durations.append(limits["healthy"])
            if gate["kpi"] == "handoff_success":
                durations.append(promises["handoff_within"])
            if gate["kpi"] == "stock_cancellations":
                durations.append(promises["cancellations_count_for"])
        # An exchange longer than the work it belongs to, a stall longer than a look.
        connectors = self.charter["connectors"]
        works = min((c["works"] for c in connectors if c.get("works")), default=None)
        looks = min((c["looks"] for c in connectors if c.get("looks")), default=None)
        # A machine that makes sends late makes workers as late.
        if works is not None and sum(self.lateness) // max(1, len(self.lateness)) * self.speed // 1000 > works:
            return True
        exchange = self.calm or self.exchange
        median = nearest(sorted(exchange), 500_000) or 0
        for wall, stated in ((median, works), (self.stall, looks)):
            if stated is not None and wall * self.speed // 1000 > stated:
                return True
        if not durations:
            return False
        slowest = [nearest(sorted(walls), 990_000) or 0 for walls in (exchange, self.lateness)]
        coarse = max(max(*slowest, self.stall) * self.speed, self.back * 1000)
        share = self.charter["honesty"]["coarse_share_max"]
        return coarse * 1_000_000 > min(durations) * 1000 * share


def nearest(ordered, share_ppm):
    """A percentile by nearest rank; None of nothing."""
    if not ordered:
        return None
    return ordered[max(1, -(-len(ordered) * share_ppm // 1_000_000)) - 1]
