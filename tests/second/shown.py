"""Owns whether what is shown is right, not only recent: wrong offers, wrong prices, stuck offers.
Must not know gates.
"""

from supply import should_show


class Stuck:
    """Offers that stood still, later than the watch edge of sync lag, while shoppers ordered."""

    def __init__(self, watch):
        self.watch = watch
        self.lines = 0
        self.offers = {}        # (channel, sku) -> Standing

    def ordered(self, at, channel, line, waiting):
        """A line was ordered, taken or turned away; `waiting` are the changes it did not show."""
        self.lines += 1
        oldest = min((lag.start for lag in waiting), default=None)
        if oldest is None or at - oldest <= self.watch:
            return
        key = channel, line["sku"]
        offer = self.offers.setdefault(key, Standing(oldest))
        offer.until = at
        offer.orders += 1
        offer.units += line["qty"]
        offer.money += line["qty"] * line["price"]


class Standing:
    """An offer that stood still."""

    def __init__(self, since):
        self.since = since
        self.until = since
        self.orders = self.units = self.money = 0


def wrong_offers(run):
    """(channel, sku, offered, should, money) of every wrong offer; how many were looked at."""
    wrong, looked_at = [], 0
    for channel in range(run.count):
        for sku, offered in run.shelves.offered[channel].items():
            if sku not in run.ledger.available or sku not in run.listed[channel]:
                continue
            looked_at += 1
            should = should_show(run.shelves.rules[channel], run.ledger.available[sku])
            if offered != should:
                charges = run.prices.charged[channel].get(sku)
                price = charges[-1][1] if charges else 0
                wrong.append((channel, sku, offered, should, abs(offered - should) * price))
    return wrong, looked_at


def wrong_prices(run):
    """(channel, sku, difference) of every wrong price; how many were looked at."""
    wrong, looked_at = [], 0
    for channel in range(run.count):
        for sku, charges in run.prices.charged[channel].items():
            valid = [p for due, _, p in run.prices.intended.get(sku, ()) if due <= run.until]
            if not valid:
                continue
            looked_at += 1
            if charges[-1][1] != valid[-1]:
                wrong.append((channel, sku, abs(charges[-1][1] - valid[-1])))
    return wrong, looked_at


def offers_told(run, names):
    """The ten dearest wrong offers, as summary.json has them."""
    if run.quiet_at is None:
        return []
    wrong, _ = wrong_offers(run)
    wrong.sort(key=lambda offer: (-offer[4], offer[0], offer[1]))
    return [
        {
            "channel": names[channel], "sku": _name(run, sku), "offered": offered,
            "should": should, "money": money,
        }
        for channel, sku, offered, should, money in wrong[:10]
    ]


def stuck_told(run, names):
    """The ten stuck offers that were ordered most, as summary.json has them."""
    told = sorted(run.stuck.offers.items(), key=lambda item: (-item[1].orders, item[0]))
    return [
        {
            "channel": names[channel], "sku": _name(run, sku), "since_us": offer.since,
            "until_us": offer.until, "orders": offer.orders, "units": offer.units,
            "money": offer.money,
        }
        for (channel, sku), offer in told[:10]
    ]


def _name(run, sku):
    named = run.charter["sku_names"]
    return named[sku] if named else f"SKU {sku}"
