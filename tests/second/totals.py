"""Owns totals: of the run and of each channel, what happened and the money that is in danger.
Must not know limits.
"""

from bounds import ppm_of
from lag import Census
from load import nearest

REFUSALS = ("stock", "not_listed", "throttled", "unavailable", "invalid")
KINDS = (("stock", "stock"), ("price", "prices"), ("listing", "listings"))
RELEASES = ("payment", "customer", "stock")


class Totals:
    """What summary.json states under `totals`, of a channel, or of the run (None)."""

    def __init__(self, run, channel):
        self.run = run
        self.scope = range(run.count) if channel is None else [channel]
        self.channel = channel
        self.orders = [
            order for order in run.orders.all.values() if channel in (None, order.channel)
        ]

    def stated(self):
        """The totals, by the names of summary.json."""
        run, orders = self.run, self.orders
        lost = run.load.never_known()
        oversold = [order for order in orders if order.oversold_units]
        cancelled = [order for order in orders if order.cancelled_at is not None]
        out = {
            "offered": sum(run.load.wanted[c] for c in self.scope),
            "accepted": len(orders),
            **{
                key: sum(run.told[c][key] for c in self.scope)
                for key in ("takeable", "sent_away", "denied", "unkept")
            },
            "awaiting_payment": sum(run.handoff.unpaid[c] for c in self.scope),
            "unknown": sum(lost.get((c, "place_order"), 0) for c in self.scope),
            "lines": sum(len(order.accepted_lines) for order in orders),
            "units": sum(order.accepted_units() for order in orders),
            "money": sum(order.accepted_total for order in orders),
            "due": sum(run.handoff.due[c] for c in self.scope),
            "handed_off": sum(run.handoff.good[c] for c in self.scope),
            "handed_off_in_sla": sum(run.handoff.good_in_sla[c] for c in self.scope),
            "oversold_orders.definite": len(oversold),
            "oversold_orders.possible": len(oversold),
            "oversold_units": sum(order.oversold_units for order in oversold),
            "oversold_money": sum(order.oversold_money for order in oversold),
            "cancelled": len(cancelled),
            "cancelled_money": sum(order.gone_as[1] for order in cancelled),
            "undersold_policy": sum(run.shelves.undersold[c][0] for c in self.scope),
            "undersold_stale": sum(run.shelves.undersold[c][1] for c in self.scope),
            "undersold_carts": sum(run.shelves.undersold[c][3] for c in self.scope),
            "undersold_money": sum(run.shelves.undersold[c][2] for c in self.scope),
            "lost_after_throttling": sum(
                sum(run.lost_after_throttling[c].values()) for c in self.scope
            ),
            "throttled": sum(run.throttled[c] for c in self.scope),
            "stale_sku_us": sum(
                sum(run.shelves.mismatch.total[c].values()) for c in self.scope
            ),
        }
        for kind, name in KINDS:
            out[f"lost_by_kind.{name}"] = sum(
                run.lost_after_throttling[c].get(kind, 0) for c in self.scope
            )
        for why in REFUSALS:
            out[f"turned_away.{why}"] = sum(run.turned_away[c].get(why, 0) for c in self.scope)
        for why in RELEASES:
            out[f"released.{why}"] = sum(1 for order in orders if order.release_why == why)
        self._parity(out)
        self._lags(out)
        self._at_risk(out, oversold, cancelled)
        return out

    def _parity(self, out):
        spans = [self.run.prices.offer_time(c, self.run.until) for c in self.scope]
        right, total = (sum(span[i] for span in spans) for i in (0, 1))
        out["price_parity_ppm"] = ppm_of(right, total) if total else None

    def _lags(self, out):
        lags = [lag for c in self.scope for lag in self.run.sync.all[c]]
        sync = Census(lags)
        shelf = Census([lag for lag in lags if lag.parent is not None], lambda lag: lag.parent)
        times = sorted(time for c in self.scope for time in self.run.handoff.times[c])
        for name, ends in (
            ("sync_lag", sync.highs), ("shelf_lag", shelf.highs), ("handoff_time", times),
        ):
            out.update(percentiles(name, ends))
        p50, p95 = out["sync_lag.p50_us"], out["sync_lag.p95_us"]
        known = p50 is not None and p95 is not None
        out["sync_jitter_us"] = p95 - p50 if known else None

    def _at_risk(self, out, oversold, cancelled):
        """Each part for itself; the total counts an order once."""
        lost = [order for order in self.run.handoff.lost if order.channel in self.scope]
        mispriced = [order for order in self.orders if order.mispriced_money]
        gone = {order.key for order in lost}
        out["money_at_risk.oversold"] = sum(order.oversold_money for order in oversold)
        # What had left the building before it was cancelled was sold.
        unsold = [order for order in cancelled if not _shipped_before(order)]
        out["money_at_risk.cancelled"] = sum(order.gone_as[1] for order in unsold)
        out["money_at_risk.mispriced"] = sum(order.mispriced_money for order in mispriced)
        out["money_at_risk.lost"] = sum(order.money() for order in lost)
        dead = [order for order in self.run.endings.dead if order.channel in self.scope]
        out["money_at_risk.dead"] = sum(
            max(0, order.money() - order.oversold_money - order.mispriced_money)
            for order in dead
        )
        unaccepted = [order for order in self.orders if order.release_why == "not_accepted"]
        whole = gone | {order.key for order in [*unsold, *dead, *unaccepted]}
        total = units = 0
        for order in self.orders:
            parts = order.oversold_money + order.mispriced_money
            own = (0, 0)
            if order.key in whole:
                own = order.gone_as or (order.units(), order.money())
            units += max(own[0], order.oversold_units)
            total += max(own[1], parts)
        out["money_at_risk.total"] = total
        out["kept.units"] = out["units"] - units
        out["kept.money"] = out["money"] - total


def _shipped_before(order):
    return order.shipped_at is not None and order.shipped_at <= order.cancelled_at


def percentiles(name, ends):
    """A set of percentiles as summary.json states them; what is not known is null."""
    out = {f"{name}.count": len(ends)}
    for key, share in (("p50_us", 500_000), ("p95_us", 950_000), ("p99_us", 990_000)):
        value = nearest(ends, share)
        out[f"{name}.{key}"] = None if value in (None, float("inf")) else value
    last = ends[-1] if ends else None
    out[f"{name}.max_us"] = None if last in (None, float("inf")) else last
    return out
