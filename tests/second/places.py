"""Owns what lies at several locations and which channels may sell it. Must not know what is offered.

Which location an order's units come from is open until they have left it.
"""

from itertools import chain, combinations


class Places:
    """Supply by location and promises by channel, of each SKU; nothing where all lies in one place."""

    def __init__(self, charter):
        self.there = range(len(charter.get("locations", ())))
        self.of = [frozenset(channel.get("from", ())) for channel in charter["channels"]]
        self.sets = [
            frozenset(some) for some in chain.from_iterable(
                combinations(self.there, n) for n in range(1, len(self.there) + 1)
            )
        ] if self.there else []
        self.lies = {}          # (sku, location) -> what lies there and has not left for an order
        self.promised = {}      # (sku, channel) -> what it promised and has not left

    def serves(self, channel, place):
        return place is None or place in self.of[channel]

    def supplied(self, sku, place, units):
        self.lies[sku, place] = self.lies.get((sku, place), 0) + units

    def promise(self, channel, sku, units):
        self.promised[sku, channel] = self.promised.get((sku, channel), 0) + units

    def left_for(self, channel, sku, place, units):
        """Units left a location for a channel's order, as far as any of it were promised."""
        alike = [other for other, of in enumerate(self.of) if of == self.of[channel]]
        units = max(0, min(units, sum(self.promised.get((sku, other), 0) for other in alike)))
        self.promise(channel, sku, -units)
        self.supplied(sku, place, -units)

    def _over(self, sku, some):
        """What channels that are served from nowhere else promised, less what lies at these."""
        promised = (
            self.promised.get((sku, channel), 0)
            for channel, of in enumerate(self.of) if of <= some
        )
        return sum(promised) - sum(self.lies.get((sku, place), 0) for place in some)

    def short(self, sku):
        return max([0, *(self._over(sku, some) for some in self.sets)])

    def left(self, channel, sku):
        """How much more a channel can promise before more is short."""
        short = self.short(sku)
        return min(
            short - self._over(sku, some) for some in self.sets if self.of[channel] <= some
        )
