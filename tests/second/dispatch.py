"""Owns whether channels were told in time of their orders, where they ask for it: that we accept
them, that they have left. Must not know how the rest of an order's life is judged.
"""

from bounds import ppm_of

EVENTS_LEAST = 5


class Dispatches:
    """What is known of each order that is ours and that a channel is to be told of."""

    def __init__(self, charter):
        self.flows = [channel.get("flow", {}) for channel in charter["channels"]]
        told = charter.get("observes")
        self.sees_shipping = told is None or "oms_orders" in told
        self.awaited = {}           # key -> [order, when it left, when it was told]
        self.sent = []              # (order, when)
        self.gone = []              # released by its channel after it was due
        self.ahead = [0] * len(self.flows)
        self.whole = {}             # key -> units and money when it became ours

    def within(self, channel):
        return self.flows[channel].get("dispatch_within")

    def due(self, order):
        return order.ours_at + self.within(order.channel)

    def on_ours(self, order):
        """It has just become ours, unless it did before."""
        if self.within(order.channel) is None or order.released_at is not None:
            return
        left = order.shipped_at is not None or not self.sees_shipping
        self.awaited.setdefault(order.key, [order, order.ours_at if left else None, None])
        self.whole.setdefault(order.key, (order.units(), order.money()))

    def on_dispatched(self, at, key):
        if key in self.awaited and self.awaited[key][2] is None:
            self.awaited[key][2] = at
            self.ahead[key[0]] += self.awaited[key][1] is None
        self._settle(key)

    def on_shipped(self, at, key):
        if key in self.awaited and self.awaited[key][1] is None:
            self.awaited[key][1] = at
        self._settle(key)

    def on_released(self, at, key):
        order, _, _ = self.awaited.pop(key, (None, None, None))
        if order is not None and at > self.due(order):
            self.gone.append(order)

    def _settle(self, key):
        order, left, told = self.awaited.get(key, (None, None, None))
        if left is not None and told is not None:
            del self.awaited[key]
            self.sent.append((order, max(left, told)))

    def close(self, until):
        self.late = [order for order, at in self.sent if at > self.due(order)] + self.gone
        waiting = [order for order, _, _ in self.awaited.values()]
        self.late += [order for order in waiting if until > self.due(order)]
        self.open = [order for order in waiting if until <= self.due(order)]

    def on(self, channel):
        """In time, late, open and how long those that were sent took."""
        def here(orders):
            return sum(1 for order in orders if order.channel == channel)

        sent = [(order, at) for order, at in self.sent if order.channel == channel]
        took = [at - order.ours_at for order, at in sent]
        late = here(self.late)
        in_time = sum(1 for order, at in sent if at <= self.due(order))
        return in_time, late, here(self.open), took

    def asked(self):
        return [c for c in range(len(self.flows)) if self.within(c) is not None]

    def bands(self):
        """The band of late ones by channel: a condition where the channel holds them against us."""
        out = [("healthy", None)] * len(self.flows)
        for channel in self.asked():
            limit = self.flows[channel].get("late_dispatches_max")
            in_time, late, still, _ = self.on(channel)
            of = in_time + late + still

            def beyond(n):
                return n >= EVENTS_LEAST and ppm_of(n, of) > limit

            if limit is not None and beyond(late):
                out[channel] = ("watch", None)
            elif limit is not None and beyond(late + still):
                out[channel] = ("not_proved", "unresolved")
        return out

    def table(self, channel):
        """As summary.json has it, but for how long it took; None where the channel asks nothing."""
        if self.within(channel) is None:
            return None
        in_time, late, still, _ = self.on(channel)
        of = in_time + late + still
        out = {
            "within_us": self.within(channel), "orders": of, "in_time": in_time,
            "late": {"definite": late, "possible": late + still},
            "told_ahead": self.ahead[channel],
        }
        if of:
            out["low_ppm"], out["high_ppm"] = ppm_of(in_time, of), ppm_of(in_time + still, of)
        if "late_dispatches_max" in self.flows[channel]:
            out["late_max_ppm"] = self.flows[channel]["late_dispatches_max"]
        return out


class Acceptances:
    """Orders that wait for us on a channel that cancels them when we do not accept them in time."""

    def __init__(self, charter):
        self.flows = [channel.get("flow", {}) for channel in charter["channels"]]
        self.waiting = {}           # key -> order
        self.took = []              # (order, how long)
        self.cancelled = []         # by the channel, for it
        self.gone = []              # released otherwise, after it was due
        self.whole = {}             # key -> units and money when it was placed

    def within(self, channel):
        return self.flows[channel].get("accept_within")

    def due(self, order):
        return order.at + self.within(order.channel)

    def on_placed(self, order):
        if order.ours_at is None and self.within(order.channel) is not None:
            self.waiting[order.key] = order
            self.whole[order.key] = order.units(), order.money()

    def on_acknowledged(self, at, key):
        order = self.waiting.pop(key, None)
        if order is not None:
            self.took.append((order, at - order.at))

    def on_released(self, at, key, why):
        order = self.waiting.pop(key, None)
        if order is not None and why == "not_accepted":
            self.cancelled.append(order)
        elif order is not None and at > self.due(order):
            self.gone.append(order)

    def close(self, until):
        waiting = list(self.waiting.values())
        self.late = [o for o, took in self.took if took > self.within(o.channel)]
        self.late += self.cancelled + self.gone + [o for o in waiting if until > self.due(o)]
        self.open = [order for order in waiting if until <= self.due(order)]

    def asked(self):
        return [c for c in range(len(self.flows)) if self.within(c) is not None]

    def on(self, channel):
        def here(orders):
            return sum(1 for order in orders if order.channel == channel)

        took = [took for order, took in self.took if order.channel == channel]
        in_time = sum(1 for one in took if one <= self.within(channel))
        return in_time, here(self.late), here(self.open), took

    def bands(self, limit):
        """One is a condition; beyond what handoff may lose, a failure."""
        out = [("healthy", None)] * len(self.flows)
        for channel in self.asked():
            in_time, late, still, _ = self.on(channel)
            of = in_time + late + still

            def beyond(n):
                return n >= EVENTS_LEAST and ppm_of(n, of) > limit

            if beyond(late):
                out[channel] = ("failed", None)
            elif beyond(late + still):
                out[channel] = ("not_proved", "unresolved")
            elif late:
                out[channel] = ("watch", None)
        return out

    def table(self, channel):
        if self.within(channel) is None:
            return None
        in_time, late, still, _ = self.on(channel)
        return {
            "within_us": self.within(channel), "orders": in_time + late + still,
            "in_time": in_time, "late": {"definite": late, "possible": late + still},
            "cancelled": sum(1 for order in self.cancelled if order.channel == channel),
        }
