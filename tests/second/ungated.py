"""Owns what no gate counts: ends told to one side only, what shoppers were told, what was wanted.
Must not know gates or bounds.
"""

from bounds import lower, ppm_down, ppm_of

EVENTS_LEAST = 5
SENT_AT_LEAST = 990_000         # the standard
AWAY_LEAST, AWAY_SHARE = 10, 10_000
WANTED_FROM = 50_000            # of a channel with so large a share somebody must have wanted
RECONCILIATION = {"healthy": 3_000, "watch": 9_000}


class Answers:
    """What shoppers were told and what channels decided, by intent."""

    def __init__(self, count):
        self.count = count
        self.channel = {}           # intent -> its channel
        self.known = {}             # intent -> the words said of it
        self.open = {}              # op -> intent
        self.unknown = {}           # the same, of those that came back so

    def note(self, channel, intent, *words):
        self.channel.setdefault(intent, channel)
        self.known.setdefault(intent, set()).update(words)

    def on_sent(self, body):
        if body["call"] == "place_order":
            self.note(body["channel"], body["intent"], "asked")
            self.open[body["op"]] = body["intent"]

    def on_unsent(self, body):
        if body["call"] == "place_order":
            self.note(body["channel"], body["intent"], "asked")

    def on_answered(self, body):
        intent = self.open.pop(body["op"], None)
        if intent is not None:
            self.known[intent].add(body["outcome"])
            if body["outcome"] == "unknown":
                self.unknown[body["op"]] = intent

    def on_turned_away(self, body, was_there, is_listed):
        words = ["turned_away"]
        if body["why"] in ("unavailable", "throttled", "invalid") or body.get("line") is None \
                or is_listed and body["why"] == "not_listed":
            words.append("unserved")
        if was_there is False:
            words.append("sold_out")
        self.note(body["channel"], body["intent"], *words)

    def on_resolved(self, body):
        """`op` is open no more, or was answered "unknown": what it was is known now."""
        intent = self.open.pop(body["op"], None)
        if intent is None:
            intent = self.unknown.pop(body["op"], None)
        if intent is not None:
            self.known[intent] -= {"unknown"}
            self.known[intent].add(body["outcome"])

    def told(self):
        """By channel: how many intents were wanted, could be taken, and how many went wrong."""
        out = [
            dict.fromkeys(
                ("wanted", "takeable", "denied", "unkept", "sent_away", "unasked"), 0
            )
            for _ in range(self.count)
        ]
        waiting = set(self.open.values())
        for intent, known in self.known.items():
            here = out[self.channel[intent]]
            accepted = "accepted" in known
            hedged = intent in waiting or "done" in known or "unknown" in known
            here["wanted"] += 1
            here["takeable"] += accepted or "sold_out" not in known
            here["denied"] += accepted and "refused" in known and not hedged
            here["unkept"] += "done" in known and not accepted
            # Told "no", and the channel's own journal knows nothing of it.
            denied = "refused" in known and "turned_away" not in known
            here["sent_away"] += ("unserved" in known or denied) and not accepted
            here["unasked"] += accepted and "asked" not in known
        return out


class Endings:
    """Orders that one side ended and the other still holds."""

    def __init__(self):
        self.untold = {}            # key -> (who should be told, since when, seq)
        self.shipped = []           # shipped although the channel had released it

    def look(self, seq, at, order):
        released = order.released_at is not None
        alive = any(record.cancelled_at is None for record in order.held)
        if not order.held or order.shipped_at is not None or released != alive:
            self.untold.pop(order.key, None)
            return
        side = "oms" if released else "channel"
        if self.untold.get(order.key, (None,))[0] != side:
            self.untold[order.key] = (side, at, seq)

    def on_shipped(self, seq, order):
        side = self.untold.pop(order.key, (None,))[0]
        if side == "oms":
            self.shipped.append((seq, order))

    def too_much(self, seq, order, units, money):
        """It was shipped with more than its last version has."""
        self.shipped.append((seq, Part(order.channel, units, money)))

    def close(self, run):
        """Breaches, those that may still be told by channel, and what is dead in the OMS."""
        within = run.charter["promises"]["handoff_within"]
        self.breaches, self.open = list(self.shipped), [0] * run.count
        self.dead = []
        for key, (side, since, seq) in self.untold.items():
            order = run.orders.all[key]
            if run.quiet_at is None and run.until <= since + within:
                self.open[order.channel] += 1
                continue
            self.breaches.append((seq, order))
            if side == "channel" and order.cancelled_at is None:
                self.dead.append(order)
        for since, seq, order in run.kept.never_held():
            if run.quiet_at is None and run.until <= since + within:
                self.open[order.channel] += 1
            else:
                self.breaches.append((seq, order))


class Part:
    """Some units of an order."""

    def __init__(self, channel, units, money):
        self.channel = channel
        self.units = lambda: units
        self.money = lambda: money


def too_many(part, whole, charter):
    return _beyond(part, whole, charter["honesty"]["sent_at_least"])


def too_many_on_record(part, whole, charter):
    """The same of what the record holds: by the standard limit at least."""
    return _beyond(part, whole, max(SENT_AT_LEAST, charter["honesty"]["sent_at_least"]))


def _beyond(part, whole, at_least):
    return part >= EVENTS_LEAST and part * 1_000_000 > whole * (1_000_000 - at_least)


def spoils(run, channel):
    """What keeps a channel's gates from being proved, beside answers that never came."""
    told, accepted = run.told[channel], run.accepted_on(channel)
    if too_many_on_record(told["denied"] + told["unkept"], told["wanted"], run.charter):
        return "contradicted"
    intents = {order.intent for order in run.orders.all.values() if order.channel == channel}
    if too_many_on_record(
        run.evidence.contradictions(channel, intents), accepted, run.charter
    ):
        return "contradicted"
    made = run.charter["evidence"] != "operations"
    if made and too_many_on_record(told["unasked"], accepted, run.charter):
        return "not_observed"
    return None


def silent_phases(run):
    """Phases in which orders were to come, and none was wanted."""
    phases = run.charter["phases"]
    counts = [0] * len(phases)
    for at in run.load.wanted_at:
        place = max(0, sum(1 for phase in phases if phase["from"] <= at) - 1)
        counts[place] += 1
    return [
        phase["name"] for phase, n in zip(phases, counts)
        if not phase.get("silent") and phase["from"] < phase["until"] and not n
    ]


def not_gated(run):
    """KPIs that the record shows, or the charter has a promotion of, and no gate holds to anything."""
    taken, oms = bool(run.orders.all), run.oms_spoke
    priced = run.prices.changed or bool(run.charter["promotions"])
    shows = {
        "listing latency": any(run.listing.all), "sync lag": run.source_moved,
        "price lag": priced, "handoff success": taken and oms,
        "reconciliation variance": taken and oms, "stock cancellations": taken,
        "oversold orders": taken, "mispriced orders": priced,
    }
    gated = {gate["kpi"].replace("_", " ") for gate in run.charter["gates"]}
    return [kpi for kpi, shown in shows.items() if shown and kpi not in gated]


def is_dead(wanted, takeable, accepted, share):
    """`share` is what the charter sends there."""
    if not wanted:
        return share >= WANTED_FROM
    return not accepted or accepted * 10 < takeable


def one_sided_on(run, limit):
    """The band of ends told to one side only, by channel."""
    bands = []
    for channel in range(run.count):
        bad = sum(1 for _, order in run.endings.breaches if order.channel == channel)
        of = run.accepted_on(channel)

        def beyond(n):
            return n >= EVENTS_LEAST and ppm_of(n, of) > limit

        if beyond(bad):
            bands.append(("failed", None))
        elif beyond(bad + run.endings.open[channel]):
            bands.append(("not_proved", "unresolved"))
        else:
            bands.append(("watch" if bad else "healthy", None))
    return bands


def contradicted_on(run):
    return [
        ("not_proved", "contradicted") if told["denied"] + told["unkept"] else ("healthy", None)
        for told in run.told
    ]


def sent_away_on(run):
    def many(told):
        bad = told["sent_away"]
        return bad >= AWAY_LEAST and ppm_of(bad, told["wanted"]) >= AWAY_SHARE

    return [("watch" if many(told) else "healthy", None) for told in run.told]


def late_on(run, limit):
    """The bands by channel, and that of the run."""
    def place(orders):
        gone = [order for order in orders if order.cancelled_at is not None]
        late = [order for order in gone if not run.orders.cancelled_in_term(order)]
        if len(late) < EVENTS_LEAST:
            return "healthy", None
        if ppm_down(lower(len(gone), len(orders))) > limit:
            return "failed", None
        return ("watch" if ppm_of(len(gone), len(orders)) > limit else "healthy", None)

    orders = list(run.orders.all.values())
    on = [place([o for o in orders if o.channel == c]) for c in range(run.count)]
    return on, place(orders)
