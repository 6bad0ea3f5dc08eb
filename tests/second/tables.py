"""Owns the tables of summary.json that are neither gates nor totals: causes, load, books, mismatch.
Must not know verdicts. Each is told in the shape that summary.json has.
"""

from bounds import ppm_of
from load import nearest


def causes(run):
    return {**run.shelves.causes, "supply_shock": run.shelves.supply_shock}


def load(run):
    told = run.load
    return {
        "offered": told.offered,
        "sent": told.sent,
        "answered": told.answered,
        "unknown": sum(told.never_known().values()),
        "unsent": told.unsent,
        "resolved": told.resolved,
        "silent": told.silent(),
        "unanswered": told.unanswered(),
        "lateness_wall": percentiles(told.lateness),
        "exchange_wall": percentiles(told.exchange),
        "in_flight_max": told.in_flight_max,
        "stall_wall_us_max": told.stall,
        "saturated": told.saturated(),
        "too_coarse": told.too_coarse(),
        "harness": run.harness.told(run.history.after_end),
    }


def percentiles(values):
    ordered = sorted(values)
    out = {"count": len(ordered)}
    for key, share in (("p50_us", 500_000), ("p95_us", 950_000), ("p99_us", 990_000)):
        out[key] = known(nearest(ordered, share))
    out["max_us"] = known(ordered[-1]) if ordered else None
    return out


def known(end):
    """What is later than observed is stated as nothing."""
    return None if end == float("inf") else end


def books(run, names):
    return [
        {
            "channel": names[channel],
            "day": day,
            "channel_orders": book.channel_orders,
            "oms_orders": book.oms_orders,
            "missing": book.missing[1],
            "surplus": book.surplus,
            "altered": book.altered,
            "variance_ppm": ppm_of(book.bad()[1], book.union()),
            "units_variance_ppm": ppm_of(book.off_units, book.channel_units),
            "money_variance_ppm": ppm_of(book.off_money, book.channel_money),
        }
        for (channel, day), book in sorted(run.books.days.items())
    ]


def reconciliation(run):
    done = run.quiet_at
    if done is not None and run.dispatches.asked():
        done = min(done, run.booked_at)     # not the goods on their way
    return {
        "drain_us": None if done is None or run.traffic_ended_at is None
        else max(0, done - run.traffic_ended_at),
        "unmatched": sum(book.bad()[1] for book in run.books.days.values()),
    }


def mismatch(run):
    """By band of SKUs and channel."""
    told = run.shelves.mismatch
    bands, cells = [], [[] for _ in range(run.count)]
    for first, last, skus in told.bands():
        units = sum(run.shelves.sold.get(sku, 0) for sku in skus)
        bands.append({"from": first, "until": last, "units": units})
        for channel in range(run.count):
            known = sum(
                run.until - told.known_from[channel][sku]
                for sku in skus if sku in told.known_from[channel]
            )
            wrong = sum(told.total[channel].get(sku, 0) for sku in skus)
            share = ppm_of(wrong, known) if known else None
            cells[channel].append({"share_ppm": share, "sku_us": wrong})
    return {"bands": bands, "channels": cells}


def latency(run, names):
    order = (
        "place_order", "fill_cart", "cancel_order", "edit_order", "adjust_stock", "set_price",
        "publish_listing", "plain",
    )
    rows = []
    for (call, channel), (service, response) in run.load.latency.items():
        place = -1 if channel is None else channel
        rows.append((order.index(call), place, call, service, response))
    return [
        {
            "call": call,
            "channel": None if channel < 0 else names[channel],
            "service": percentiles(service),
            "response": percentiles(response),
        }
        for _, channel, call, service, response in sorted(rows)
    ]


MINUTE_US = 60_000_000
# Key in `promises:`, name in the charter, standard minutes, whether a shorter one is looser.
PROMISES = (
    ("handoff within", "handoff_within", 15, False),
    ("handoff sla", "handoff_sla", 5, False),
    ("cancellations count for", "cancellations_count_for", 60, True),
    ("price grace", "price_grace", 6, False),
)


def promises_loosened(run):
    rows = []
    for key, name, minutes, shorter in PROMISES:
        in_force, standard = run.charter["promises"][name], minutes * MINUTE_US
        if in_force < standard if shorter else in_force > standard:
            rows.append({"promise": key, "in_force_us": in_force, "standard_us": standard})
    return rows
