"""Owns the ledger of the OMS and source of record: lost updates, units taken twice, conservation.
Must not know what channels offer."""

from orders import key_of
from places import Places


class Ledger:
    """Available by SKU, its version, and whether the ledger kept its law."""

    def __init__(self, charter, offers, orders):
        self.offers, self.orders = offers, orders.all
        self.tells_on_hand = charter.get("source_tells", "available") == "on_hand"
        self.available = {}         # what the source tells, and channels are to show by
        self.at = {}                # (sku, location) -> on hand, and that less what is reserved
        self.places = Places(charter)
        self.unreserved = {}        # on hand - reserved, of which the law speaks
        self.version = {}
        self.on_hand = {}
        self.shipped = {}
        self.supply = {}
        self.broken = set()
        self.changes = 0
        self.lost_updates = []
        self.reservations = 0
        self.reserved = {}
        self.wanted = {}
        self.twice = []
        self.took = set()           # orders for which something was reserved
        self.gone = set()           # orders that were shipped
        self.first_sku = {}

    def on_supply(self, seq, at, body):
        self.supply[body["sku"]] = self.supply.get(body["sku"], 0) + body["units"]

    def on_accepted(self, seq, at, order):
        self.first_sku[order.key] = order.lines[0]["sku"] if order.lines else None
        for line in order.lines:
            key = (order.key, line["sku"])
            self.wanted[key] = self.wanted.get(key, 0) + line["qty"]

    def on_stock(self, seq, at, body):
        """Returns what was told before, None for the first word on a SKU."""
        sku, cause = body["sku"], body["cause"]
        told, before = self.available.get(sku), self.unreserved.get(sku)
        on_hand, after = self._over_all(body)
        if before is not None and cause != "opening":
            self.changes += 1
            off = abs(after - before - body["change"])
            if off or body["version"] <= self.version[sku]:
                self.lost_updates.append((seq, sku, off))
                self.broken.add(sku)
        self.unreserved[sku] = after
        self.available[sku] = on_hand if self.tells_on_hand else after
        self.version[sku] = max(body["version"], self.version.get(sku, 0))
        self.on_hand[sku] = on_hand
        if sku in self.offers.parts:
            self._made(seq, sku)
            return told
        if isinstance(cause, dict) and "reserve" in cause:
            self._reserved(seq, key_of(cause["reserve"]), sku, -body["change"])
        if isinstance(cause, dict) and "release" in cause:
            self._given_back(seq, key_of(cause["release"]), sku, body["change"])
        return told

    def _over_all(self, body):
        """On hand, and that less what is reserved: of several locations over all of them."""
        level = body["on_hand"], body["on_hand"] - body["reserved"]
        if body.get("at") is None:
            return level
        self.at[body["sku"], body["at"]] = level
        all_of_it = [self.at.get((body["sku"], place), (0, 0)) for place in self.places.there]
        return tuple(map(sum, zip(*all_of_it)))

    def told(self, channel, sku):
        """What the source tells a channel: of several locations what lies at those that serve it."""
        if sku not in self.available or not self.places.there:
            return self.available.get(sku)
        of = 0 if self.tells_on_hand else 1
        return sum(self.at.get((sku, place), (0, 0))[of] for place in self.places.of[channel])

    def left_the_building(self, body):
        """By how much less is on hand than before."""
        if body.get("at") is None:
            return self.on_hand.get(body["sku"], 0) - body["on_hand"]
        return self.at.get((body["sku"], body["at"]), (0, 0))[0] - body["on_hand"]

    def _made(self, seq, offer):
        """There are as many of an offer as its parts make, by the source's own word."""
        self.changes += 1
        made = self.offers.made_of(offer, self.available.get) or 0
        if self.available[offer] != made:
            self.lost_updates.append((seq, offer, abs(self.available[offer] - made)))
            self.broken.add(offer)

    def _reserved(self, seq, order, sku, units):
        self.reservations += 1
        if order not in self.first_sku:
            return                  # nobody has accepted it: a ghost, told as that
        self.took.add(order)
        key = (order, sku)
        had = self.reserved.get(key, 0)
        self.reserved[key] = had + units
        wanted = self.wanted.get(key)
        if wanted is None:
            return                  # a SKU that the order does not have: altered, told as that
        beyond = max(0, had + units - wanted) - max(0, had - wanted)
        if beyond > 0:
            self.twice.append((seq, order, sku, beyond))

    def _given_back(self, seq, order, sku, units):
        key = (order, sku)
        # Of what was shipped only the first line's SKU is asked.
        if key not in self.wanted or order in self.gone and sku != self.first_sku[order]:
            return
        had = self.reserved.get(key, 0)
        self.reserved[key] = max(0, had - units)
        beyond = units - (had - min(had, self._stays(order, sku)))
        if beyond > 0 and order in self.took:
            self.lost_updates.append((seq, sku, beyond))
            self.broken.add(sku)

    def _stays(self, key, sku):
        """What of an order that was edited, and lives, is not to be given back."""
        order = self.orders[key]
        over = order.released_at is not None or order.shipped_at is not None
        if over or not order.lives() or not order.given_up.get(sku):
            return 0
        return order.units_of(sku)

    def reserved_for(self, order):
        skus = [line["sku"] for line in order.accepted_lines]
        held = {sku: self.reserved.get((order.key, sku), 0) for sku in skus}
        return {sku: units for sku, units in held.items() if units > 0}

    def on_shipped(self, seq, at, body):
        self.gone.add(key_of(body["order"]))
        for line in body["lines"]:
            self.shipped[line["sku"]] = self.shipped.get(line["sku"], 0) + line["qty"]

    def unconserved(self):
        """SKUs of which supply is not on hand + shipped, and by how much; of which."""
        both = {sku for sku in self.supply if sku in self.on_hand}
        off = {}
        for sku in both:
            gap = self.supply[sku] - self.on_hand[sku] - self.shipped.get(sku, 0)
            if gap:
                off[sku] = abs(gap)
        return off, both
