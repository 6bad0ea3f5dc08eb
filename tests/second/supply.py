"""Owns what there was and what was offered: oversell and its causes, undersell, stale listings,
mismatch. Must not know what became of an order afterwards.

S is the sellable supply of a SKU, C the units accepted and not released; left = S - C.
"""

MINUTE_US = 60_000_000
CAUSES = (
    "duplicate", "lost_update", "reservation_gap", "lag_queue", "lag_throttle", "lag_rejected",
    "lag_unapplied", "channel_race", "unexplained",
)


def should_show(rule, available):
    """What the rule leaves, or 1 for any where the channel shows no quantity."""
    left = leaves(rule, available)
    return min(left, 1) if rule.get("in_or_out") else left


def sells(rule, shown, qty):
    """Whether so many can be ordered where so much is shown."""
    return shown > 0 if rule.get("in_or_out") else shown >= qty


def leaves(rule, available):
    """min(cap, max(0, floor(available x allocation) - held back))."""
    allocated = max(0, available) * rule["allocation"] // 1_000_000
    kept = max(0, allocated - rule["holds_back"])
    return kept if rule["shows_at_most"] is None else min(kept, rule["shows_at_most"])


class Shelves:
    """Supply, commitments and offers of the run."""

    def __init__(self, charter, ledger, offers):
        self.ledger = ledger
        self.places = ledger.places
        self.offers = offers
        self.rules = [channel["rule"] for channel in charter["channels"]]
        self.channels = len(self.rules)
        self.supply = {}
        self.committed = {}
        self.offered = [{} for _ in self.rules]
        self.news = {}                    # (channel, sku) -> what became of its newest update
        self.causes = dict.fromkeys(CAUSES, 0)
        self.supply_shock = 0
        self.sold = {}
        self.first_sold = {}              # sku -> when somebody first was promised some of it
        self.minutes = {}                 # sku -> (minute, units in it, units in the one before)
        self.ran_out_at = {}              # sku -> (when, units sold in the minute up to then)
        self.exposed = [set() for _ in self.rules]
        self.ran_out = [set() for _ in self.rules]
        self.undersold = [[0, 0, 0, 0] for _ in self.rules]     # policy, stale, money, carts
        self.carts = {}                   # (channel, intent) -> the lines it holds
        self.undersold_orders = 0
        self.stale_orders = [0] * self.channels
        self.stale_units = 0
        self.looked_at = 0
        self.refused_for_stock = 0
        self.mismatch = Mismatch(self)

    def left(self, sku, channel=None):
        """S - C, or what a channel can still promise; None where the supply is not known."""
        if sku not in self.supply:
            return None
        if channel is not None and self.places.there:
            return self.places.left(channel, sku)
        return self.supply[sku] - self.committed.get(sku, 0)

    def _short(self, sku):
        """Units promised beyond supply."""
        if self.places.there:
            return self.places.short(sku)
        return max(0, self.committed.get(sku, 0) - self.supply.get(sku, 0))

    def left_for(self, at, channel, sku, place, units):
        """Units left a location for a channel's order."""
        self.places.left_for(channel, sku, place, units)
        self.mismatch.moved(at, sku)

    def on_supply(self, seq, at, body):
        sku, short = body["sku"], self._short(body["sku"])
        self.supply[sku] = self.supply.get(sku, 0) + body["units"]
        if body.get("at") is not None:
            self.places.supplied(sku, body["at"], body["units"])
        if body["why"] != "opening" and body["units"] < 0:
            self.supply_shock += self._short(sku) - short
        self.mismatch.moved(at, sku)

    def on_shown(self, seq, at, body):
        self.offer(at, body["channel"], body["sku"], body["qty"])

    def offer(self, at, channel, sku, qty):
        self.offered[channel][sku] = qty
        self.mismatch.offered(at, channel, sku)

    def on_pushed(self, seq, at, body):
        if body["kind"] == "stock":
            for item in body["items"]:
                self._news(body["channel"], item["sku"], item["version"], item["outcome"])

    def on_gave_up(self, seq, at, body):
        job = body["job"].get("push")
        if job and job["kind"] == "stock":
            for sku, version in job["items"]:
                self._news(job["channel"], sku, version, "rejected")

    def _news(self, channel, sku, version, outcome):
        """The newest update is the one of the newest version, and the last word on it."""
        if version >= self.news.get((channel, sku), (None, -1))[1]:
            self.news[channel, sku] = (outcome, version)

    def on_accepted(self, seq, at, order):
        """Takes its units off what is left, line by line."""
        channel, stale = order.channel, False
        self.looked_at += 1
        for line in order.lines:
            if order.promised:
                stale |= self._seen(channel, line["sku"], line["qty"], line["offered"])
                self._promise(at, order, line, line["offered"])
            else:
                left = self.left(line["sku"], channel)
                stale |= left is not None and line["offered"] > max(0, left)
        for line in order.sold:
            self.offer(at, channel, line["sku"], line["left"])
        if stale:
            self.stale_orders[channel] += 1
            self.stale_units += order.units()

    def _promise(self, at, order, line, offered):
        """From now on its units are accepted, of so many offered just before."""
        sku, qty = line["sku"], line["qty"]
        left = self.left(sku, order.channel)
        if left is not None:
            over = min(qty, max(0, qty - left))
            if over:
                self._oversold(order, line | {"offered": offered}, left, over)
        self.committed[sku] = self.committed.get(sku, 0) + qty
        self.places.promise(order.channel, sku, qty)
        self.sold[sku] = self.sold.get(sku, 0) + qty
        self.first_sold.setdefault(sku, at)
        self._pace(at, sku, qty)
        self.mismatch.moved(at, sku)

    def on_promised(self, at, order):
        """It is paid, on a channel that promises nothing before."""
        for line in order.lines:
            known = self.offered[order.channel].get(self.offers.number(line))
            offered = line["offered"] if known is None else known * self.offers.count(line)
            self._seen(order.channel, line["sku"], line["qty"], offered)
            self._promise(at, order, line, offered)

    def on_carted(self, at, body):
        sold = list(self.offers.sold(body["lines"]))
        self.carts[body["channel"], body["intent"]] = sold
        for line in sold:
            self.offer(at, body["channel"], line["sku"], line["left"])

    def _in_carts(self, channel, sku):
        return sum(
            line["qty"] for (where, _), lines in self.carts.items() if where == channel
            for line in lines if line["sku"] == sku
        )

    def _pace(self, at, sku, qty):
        """How fast it sold when it ran out, the minute before counted by its part."""
        now = at // MINUTE_US
        minute, units, before = self.minutes.get(sku, (now, 0, 0))
        if minute != now:
            units, before = 0, units if now == minute + 1 else 0
        self.minutes[sku] = (now, units + qty, before)
        left = self.left(sku)
        if left is not None and left <= 0 and sku not in self.ran_out_at:
            part = MINUTE_US - at % MINUTE_US
            sold = units + qty + before * part / MINUTE_US
            # In the first minute by the time there was, a second at least.
            sold *= MINUTE_US / min(MINUTE_US, max(at, 1_000_000))
            self.ran_out_at[sku] = at, sold

    def on_released(self, seq, at, order):
        if order.shipped_at is not None or not order.promised:
            return
        for line in order.lines:
            self.committed[line["sku"]] -= line["qty"]
            self.places.promise(order.channel, line["sku"], -line["qty"])
            self.mismatch.moved(at, line["sku"])

    def freed(self, at, sku, units):
        self.committed[sku] = self.committed.get(sku, 0) - units
        self.mismatch.moved(at, sku)

    def on_turned_away(self, seq, at, body):
        """Whether it was turned away for stock that was there; None where nobody can tell."""
        line, channel = body.get("line"), body["channel"]
        if line is None:
            return None
        self.looked_at += 1
        if body["why"] != "stock":
            return None
        sku, qty = line["sku"], line["qty"]
        parts = self.offers.parts.get(sku, {sku: 1})
        self.refused_for_stock += all(part in self.supply for part in parts)
        # What turned it away is what stands on the shelf, whatever was thought to stand there.
        shown = self.offered[channel].get(sku, 0)
        if any([self._seen(channel, of, qty * n, shown * n) for of, n in parts.items()]):
            self.stale_orders[channel] += 1
            self.stale_units += qty
        self.offer(at, channel, sku, line["left"])
        left = self.left(sku, channel)
        if sku in self.offers.parts:
            left = self.offers.made_of(sku, self.left)
        was_there = left is not None and qty <= left
        if was_there:
            rule = self.rules[channel]
            policy = not sells(rule, should_show(rule, left), qty)
            counts = self.undersold[channel]
            held = 0 if policy else self._in_carts(channel, sku)
            carts = held > 0 and line["offered"] + held >= qty
            counts[0 if policy else 3 if carts else 1] += qty
            counts[2] += qty * line["worth"]
            self.undersold_orders += 1
        return was_there

    def _seen(self, channel, sku, qty, offered):
        """An order came for a SKU: was it short, was the listing stale?"""
        left = self.left(sku, channel)
        if left is None:
            return False
        if qty > left:
            self.exposed[channel].add(sku)
        if should_show(self.rules[channel], left) <= 0:
            self.ran_out[channel].add(sku)
        return offered > max(0, left)

    def _oversold(self, order, line, left, over):
        sku, qty, channel = line["sku"], line["qty"], order.channel
        order.oversold_units += over
        order.oversold_money += over * line["worth"]
        order.oversold.append((sku, over))
        if order.oversold_sku is None:
            order.oversold_sku = sku
        if order.repeated:
            self.causes["duplicate"] += over
        elif sku in self.ledger.broken:
            self.causes["lost_update"] += over
        elif self.offers.number(line) not in self.ledger.available:
            self.causes["unexplained"] += over
        else:
            a = max(0, left)
            number, count = self.offers.number(line), self.offers.count(line)
            rule = self.rules[channel]
            kept = leaves(rule, self.ledger.told(channel, number)) * count
            b = max(a, kept)
            c = max(b, line["offered"])
            if rule.get("in_or_out"):
                # Told in time it sells any number while something is kept for it, and none else.
                c = b if kept > 0 else max(b, qty)
            self.causes["reservation_gap"] += min(qty, b) - min(qty, a)
            lag = min(qty, c) - min(qty, b)
            self.causes["channel_race"] += qty - min(qty, c)
            if lag:
                self.causes[self._held_by(channel, number)] += lag
                order.lag_units += lag
                order.lag_money += lag * line["worth"]

    def _held_by(self, channel, sku):
        outcome, version = self.news.get((channel, sku), (None, None))
        if outcome == "throttled":
            return "lag_throttle"
        if outcome == "rejected":
            return "lag_rejected"
        if outcome == "done" and version >= self.ledger.version[sku]:
            return "lag_unapplied"
        return "lag_queue"


class Mismatch:
    """For how long a channel offered more than max(0, S - C), by channel and SKU."""

    def __init__(self, shelves):
        self.shelves = shelves
        self.known_from = [{} for _ in range(shelves.channels)]
        self.since = [{} for _ in range(shelves.channels)]
        self.total = [{} for _ in range(shelves.channels)]
        self.spans = []             # (channel, sku, from, until)

    def moved(self, at, sku):
        """What is left of a SKU changed."""
        for channel in range(self.shelves.channels):
            if sku in self.shelves.offered[channel]:
                self.offered(at, channel, sku)

    def offered(self, at, channel, sku):
        """The offer of a SKU on a channel may have changed."""
        left = self.shelves.left(sku, channel)
        if left is None:
            return
        self.known_from[channel].setdefault(sku, at)
        wrong = self.shelves.offered[channel][sku] > max(0, left)
        since = self.since[channel]
        if wrong and sku not in since:
            since[sku] = at
        elif not wrong and sku in since:
            self._add(channel, sku, since.pop(sku), at)

    def close(self, at):
        for channel, since in enumerate(self.since):
            for sku, began in since.items():
                self._add(channel, sku, began, at)
            since.clear()

    def _add(self, channel, sku, began, at):
        self.total[channel][sku] = self.total[channel].get(sku, 0) + at - began
        self.spans.append((channel, sku, began, at))

    def bands(self):
        """SKUs whose supply is known by units sold, cut at the ranks of the table."""
        sold = self.shelves.sold
        ranked = sorted(self.shelves.supply, key=lambda sku: (-sold.get(sku, 0), sku))
        edges = [(1, 1), (2, 5), (6, 20), (21, 100), (101, 500), (501, len(ranked))]
        for first, last in edges:
            if first <= len(ranked):
                last = min(last, len(ranked))
                yield first, last, ranked[first - 1:last]
