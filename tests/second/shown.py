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
        self.met = {}           # channel -> accepted orders that met one

    def ordered(self, at, channel, line, oldest):
        """A line was ordered, taken or turned away; `oldest` is since when its offer is behind."""
        self.lines += 1
        if oldest is None or at - oldest <= self.watch:
            return False
        key = channel, line["sku"]
        offer = self.offers.setdefault(key, Standing(oldest))
        offer.until = at
        offer.orders += 1
        offer.units += line["qty"]
        offer.money += line["qty"] * line["worth"]
        return True

    def bought(self, channel):
        """An order of a line so ordered was accepted."""
        self.met[channel] = self.met.get(channel, 0) + 1


class Standing:
    """An offer that stood still."""

    def __init__(self, since):
        self.since = since
        self.until = since
        self.orders = self.units = self.money = 0


class Wrong:
    """An offer or a price that is not what it should be when observation ends."""

    def __init__(self, channel, sku, shown, should, units, price, sure):
        self.channel, self.sku = channel, sku
        self.shown, self.should = shown, should
        self.units = units
        self.money = units * price
        self.sure = sure        # at quiet, or older than the watch edge: never comes after late


def wrong_offers(run):
    """Every wrong offer; how many were looked at by channel."""
    wrong, looked_at = [], [0] * run.count
    quiet = run.quiet_at is not None
    for channel in range(run.count):
        for sku, offered in run.shelves.offered[channel].items():
            available = run.level_of(channel, sku)
            if available is None or sku not in run.listed[channel]:
                continue
            # What it sold itself and has not left the building it has taken off.
            if run.ledger.tells_on_hand and run.under_way.get((channel, sku), 0):
                continue
            looked_at[channel] += 1
            should = should_show(run.shelves.rules[channel], available)
            if offered == should:
                continue
            waiting = run.sync.pending[channel].get(sku, ())
            age = run.until - min((lag.start for lag in waiting), default=run.until)
            charges = run.prices.charged[channel].get(sku)
            price = run.tills.worth(channel, charges[-1][1]) if charges else 0
            wrong.append(Wrong(
                channel, sku, offered, should, abs(offered - should), price,
                quiet or age > run.sync.watch,
            ))
    return wrong, looked_at


def wrong_prices(run):
    """Every wrong price, its units those offered at it; how many were looked at by channel."""
    wrong, looked_at = [], [0] * run.count
    quiet = run.quiet_at is not None
    for channel in range(run.count):
        for sku, charges in run.prices.charged[channel].items():
            if sku not in run.listed[channel]:
                continue
            valid = [x for x in run.prices.intended.get((channel, sku), ()) if x[0] <= run.until]
            if not valid:
                continue
            looked_at[channel] += 1
            due, _, should = valid[-1]
            charged, should = charges[-1][1], run.tills.charges(channel, should)
            if charged != should:
                wrong.append(Wrong(
                    channel, sku, charged, should, run.shelves.offered[channel].get(sku, 0),
                    run.tills.worth(channel, abs(charged - should)), quiet or run.until - due > run.price.watch,
                ))
    return wrong, looked_at


def offers_told(run, names):
    """The ten dearest wrong offers, as summary.json has them."""
    wrong = [offer for offer in wrong_offers(run)[0] if offer.sure]
    wrong.sort(key=lambda offer: (-offer.money, offer.sku, offer.channel))
    return [
        {
            "channel": names[offer.channel], "sku": _name(run, offer.sku),
            "offered": offer.shown, "should": offer.should, "money": offer.money,
        }
        for offer in wrong[:10]
    ]


def stuck_told(run, names):
    """The ten stuck offers that were ordered most, as summary.json has them."""
    told = sorted(
        run.stuck.offers.items(), key=lambda item: (-item[1].units, item[0][1], item[0][0])
    )
    return [
        {
            "channel": names[channel], "sku": _name(run, sku), "since_us": offer.since,
            "until_us": offer.until, "orders": offer.orders, "units": offer.units,
            "money": offer.money,
        }
        for (channel, sku), offer in told[:10]
    ]


def _name(run, sku):
    if sku in run.offers.parts:
        return run.charter["offers"][sku - run.offers.first]["name"]
    named = run.charter["sku_names"]
    return named[sku] if named else f"SKU {sku}"
