"""Owns time that is spent in windows: mismatch and price parity; and SKUs that ran out.
Must not know verdicts; no gate reads any of it.
"""

import math

from bounds import ppm_of

MINUTE_US = 60_000_000
RAN_OUT_MOST = 10


def spread(rows, begin, end, width):
    """Adds [begin, end) to the windows it lies in."""
    if begin >= end:
        return
    place, last = begin // width, (end - 1) // width
    if place == last < len(rows):
        rows[place] += end - begin
        return
    if place < len(rows):
        rows[place] += (place + 1) * width - begin
    for middle in range(place + 1, min(last, len(rows))):
        rows[middle] += width
    if last < len(rows):
        rows[last] += end - last * width


class Mismatched:
    """Mismatch by window: SKUs that sold, over the SKUs that sold and that the channel offers."""

    def __init__(self, run, width, count):
        told, bought = run.shelves.mismatch, run.shelves.first_sold
        self.wrong = [[0] * count for _ in range(run.count)]
        self.offered = [
            sum(1 for sku in told.known_from[channel] if sku in bought)
            for channel in range(run.count)
        ]
        self.lengths = [
            max(0, min(width, run.until - place * width)) for place in range(count)
        ]
        for channel, sku, begin, end in told.spans:
            if sku in bought and end > bought[sku]:
                spread(self.wrong[channel], begin, end, width)

    def shares(self, scope):
        """Parts per million by window."""
        offered = sum(self.offered[channel] for channel in scope)
        shares = []
        for place, length in enumerate(self.lengths):
            wrong = sum(self.wrong[channel][place] for channel in scope)
            shares.append(ppm_of(wrong, offered * length) if offered and length else None)
        return shares

    def worst(self, width):
        """The worst window of the run; none when nothing was mismatched."""
        shares = self.shares(range(len(self.wrong)))
        known = [share or 0 for share in shares]
        if not any(known):
            return None
        place = known.index(max(known))
        return {"from_us": place * width, "share_ppm": known[place]}


def parity(run, scope, width, count):
    """Parts per million of offer-time at the intended price, by window."""
    right, known = [0] * count, [0] * count
    for channel in scope:
        for begin, end, agrees in run.prices.stretches(channel, run.until):
            spread(known, begin, end, width)
            if agrees:
                spread(right, begin, end, width)
    return [ppm_of(a, b) if b else None for a, b in zip(right, known)]


def run_outs(run, width):
    """The best sellers that ran out: what the law of oversell says, and what was seen."""
    shelves = run.shelves
    out = sorted(shelves.ran_out_at, key=lambda sku: (-shelves.sold[sku], sku))[:RAN_OUT_MOST]
    return [_run_out(run, sku, width) for sku in out]


def _run_out(run, sku, width):
    shelves = run.shelves
    at, rate = shelves.ran_out_at[sku]
    lags = [
        lag for channel in run.sync.all for lag in channel
        if lag.parent is not None and lag.parent // width == at // width
    ]
    ends = [(lag.age if lag.age is not None else lag.high) + lag.start - lag.parent for lag in lags]
    told = {
        "at_us": at, "sold": shelves.sold[sku], "milli_a_minute": int(rate * 1000),
        "oversold": sum(
            over for order in run.orders.all.values() for over_sku, over in order.oversold
            if over_sku == sku
        ),
        "unknown_for_us": None, "predicted_most_milli": None, "predicted_least_milli": None,
        "hold_back": None,
    }
    if ends:
        told["unknown_for_us"] = mean = sum(ends) // len(ends)
        most = told["milli_a_minute"] / 1000 * mean / MINUTE_US
        told["predicted_most_milli"] = round(most * 1000)
        told["predicted_least_milli"] = round(most * _apart(run) * 1000)
        told["hold_back"] = _enough(most)
    return told


def _apart(run):
    """1 - sum of squared shares of accepted units, where every channel knows its own sales."""
    if any(channel["own_sales"] != "at_once" for channel in run.charter["channels"]):
        return 1.0
    units = [0] * run.count
    for order in run.orders.all.values():
        units[order.channel] += order.accepted_units()
    total = sum(units)
    return 1.0 - sum((count / total) ** 2 for count in units)


def _enough(mean):
    """The least B with P(Poisson(mean) <= B) >= 95 %."""
    term = total = math.exp(-mean)
    units = 0
    while total < 0.95:
        units += 1
        term *= mean / units
        total += term
    return units
