"""Owns prices: which one is intended when, who was charged another, and for how long a channel
charged one. Must not know lags; it hands out when each version is due.
"""

from tills import MISTAKES


class Prices:
    """The price of every SKU at the source, and what channels charge."""

    def __init__(self, charter, tills):
        self.tills = tills
        self.last_set = {}              # (channel, sku) -> when a price was last set
        self.grace = charter["promises"]["price_grace"]
        self.channels = range(len(charter["channels"]))
        self.intended = {}              # (channel, sku) -> [(due, version, price)] as they are due
        self.due = {}                   # (channel, sku, version) -> due
        self.apart = set()              # SKUs of which some channel has a price of its own
        self.charged = [{} for _ in charter["channels"]]   # sku -> [(at, price, version)]
        self.early = []
        self.dues = set()               # (channel, when) a price that it must charge was due
        self.charges = 0
        self.checked = 0
        self.mispriced = []
        self.changed = False            # a price changed after the opening

    def on_price_set(self, seq, at, body):
        own = body.get("channel")
        if own is not None:
            self.apart.add(body["sku"])
        for channel in self.channels if own is None else [own]:
            self.last_set[channel, body["sku"]] = at
            self._intend(channel, body["sku"], body["due"], body["version"], body["price"])

    def on_priced(self, seq, at, body):
        """Returns the rank of what is now charged: (due, version); None where it shows nothing."""
        channel, sku, version = body["channel"], body["sku"], body["version"]
        self.charges += 1
        is_the_sources = self.tills.all[channel] is None
        if (channel, sku, version) not in self.due and version == 0 and is_the_sources:
            for each in [channel] if sku in self.apart else self.channels:
                self._intend(each, sku, 0, version, body["price"])
        due = self.due.get((channel, sku, version))
        if due is not None and at < due:
            self.early.append((seq, channel, sku))
        self.charged[channel].setdefault(sku, []).append((at, body["price"], version))
        # What was never issued is charged, and shows nothing, nor does another amount than was set.
        if due is None:
            return None
        line = self.intended[channel, sku]
        set_to = next(x[2] for x in line if x[:2] == (due, version))
        matters = due > at or (due, version) == self.rank_now(channel, sku, at)
        charged = self.tills.charges(channel, set_to)
        return None if matters and charged != body["price"] else (due, version)

    def rank_now(self, channel, sku, at):
        """(due, version) of the price that is intended; None where none is."""
        line = self.intended.get((channel, sku), ())
        return max((x[:2] for x in line if x[0] <= at), default=None)

    def is_right(self, channel, sku, at, price):
        """Whether that is the amount that is intended."""
        now, charges = self.rank_now(channel, sku, at), self.tills.charges
        line = self.intended.get((channel, sku), ())
        return any(x[:2] == now and charges(channel, x[2]) == price for x in line)

    def _intend(self, channel, sku, due, version, price):
        line = self.intended.setdefault((channel, sku), [])
        line.append((due, version, price))
        line.sort()
        self.due[channel, sku, version] = due

    def on_accepted(self, seq, at, order):
        self.checked += 1
        bad = False
        for line in order.sold:
            valid = self.valid(order.channel, line["sku"], at)
            order.priced |= bool(valid)
            channel, price = order.channel, line["price"]
            right = [self.tills.charges(channel, one) for one in valid]
            if valid and price not in right:
                off = self.tills.worth(channel, abs(price - right[0]))
                order.mispriced_money += off * line["qty"]
                order.mispriced_units += line["qty"]
                why = self.tills.why(channel, price, valid, self._kept(channel, line["sku"]))
                order.mischarged = max(order.mischarged, why, key=_gravity)
                bad = True
        if bad:
            self.mispriced.append((seq, order))

    def valid(self, channel, sku, at):
        """Prices intended at some moment of the grace before `at`, the present one first."""
        found, until, last_due = [], None, None
        for due, _, price in reversed(self.intended.get((channel, sku), ())):
            if due > at or due == last_due:
                continue
            # It was intended until `until`: not at all in the grace when that came before it.
            if until is not None and until <= at - self.grace:
                break
            found.append(price)
            until = last_due = due
        return found

    def _kept(self, channel, sku):
        """Prices of a SKU but those that had ended a grace before one of it was last set."""
        line, kept = self.intended.get((channel, sku), []), []
        gone = max(0, self.last_set.get((channel, sku), 0) - self.grace)
        for place, (_, _, price) in enumerate(line):
            if place + 1 == len(line) or line[place + 1][0] >= gone:
                kept.append(price)
        return kept

    def offer_time(self, channel, until):
        """[time at the intended price, time at any price known] of a channel."""
        right = total = 0
        for begin, end, agrees in self.stretches(channel, until):
            total += end - begin
            right += end - begin if agrees else 0
        return right, total

    def stretches(self, channel, until):
        """(from, until, whether at the intended price) of every SKU that the channel charges."""
        for sku, charges in self.charged[channel].items():
            intended = self.intended.get((channel, sku), ())
            for place, (at, price, _) in enumerate(charges):
                end = charges[place + 1][0] if place + 1 < len(charges) else until
                right = [(x[0], x[1], self.tills.charges(channel, x[2])) for x in intended]
                yield from _cut(right, price, at, min(end, until))


def _gravity(mistake):
    return -1 if mistake is None else MISTAKES.index(mistake)


def _cut(intended, price, begin, end):
    """[begin, end) cut where another price was intended."""
    for place, (due, _, wanted) in enumerate(intended):
        until = intended[place + 1][0] if place + 1 < len(intended) else end
        if min(until, end) > max(due, begin):
            yield max(due, begin), min(until, end), wanted == price
