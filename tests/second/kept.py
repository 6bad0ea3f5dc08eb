"""Owns units that stay reserved for orders that are over. Must not know limits.

An order is over when none of its records lives and it was held, or its channel released it. Not asked of what
was shipped or cancelled for want of stock.
"""


class Kept:
    """Orders that are over and hold units all the same."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.since = {}             # key -> (at, seq) since when, order

    def look(self, seq, at, order):
        lives = any(record.cancelled_at is None for record in order.held)
        over = not lives and (bool(order.held) or order.released_at is not None)
        excused = order.shipped_at is not None or order.cancelled_at is not None
        if over and not excused and self.ledger.reserved_for(order):
            self.since.setdefault(order.key, (at, seq, order))
        else:
            self.since.pop(order.key, None)

    def held(self):
        """Units by SKU of those that the OMS held: it should have given them back."""
        by_sku = {}
        for _, _, order in self.since.values():
            for sku, units in self.ledger.reserved_for(order).items() if order.held else ():
                by_sku[sku] = by_sku.get(sku, 0) + units
        return by_sku

    def never_held(self):
        """(at, seq, order) of those that were released and never held: nobody told the OMS."""
        return [entry for entry in self.since.values() if not entry[2].held]
