"""Owns how each invariant fared: breaches [definite, possible] of how many, units, money.
Must not know gates.
"""

import bounds
import shown
import ungated
from gates import EVENTS_LEAST, LATE_SHARE, SPOILT

# Of a channel's orders so many may meet an offer that stood still: as may be oversold.
STUCK_MOST_PPM = 12_000
MUST_BE_ZERO = (
    "duplicate_handoff", "double_decrement", "duplicate_acceptance", "ghost_order",
    "altered_order", "conservation", "lost_update",
)


# Whose word each rests on; where the charter says that nobody told it, it is not observed.
RESTS_ON = {
    "duplicate_handoff": ("oms_orders",),
    "lost_handoff": ("oms_orders", "cancellations"),
    "ghost_order": ("oms_orders",),
    "altered_order": ("oms_orders",),
    "double_decrement": ("source_stock",),
    "conservation": ("supply", "source_stock", "oms_orders", "cancellations"),
    "lost_update": ("source_stock",),
    "oversell": ("supply", "cancellations"),
    "undersell": ("supply", "cancellations"),
    "stale_listing": ("supply", "offers", "cancellations"),
    "regression": ("source_stock", "offers"),
    "wrong_offer": ("source_stock", "offers", "listings"),
    "stuck_offer": ("source_stock", "offers", "listings"),
    "mispriced_order": ("prices",),
    "price_out_of_time": ("prices", "listings"),
    "wrong_price": ("prices", "listings"),
    "one_sided_end": ("oms_orders", "cancellations"),
    "contradicted_answer": ("load",),
    "late_cancellation": ("cancellations",),
}


class Invariant:
    """One invariant of the run; `on` holds the channels that definite breaches lie on."""

    def __init__(self, name, of, breaches=(), definite=None, possible=0):
        """`breaches`: (seq, channel or None, units, money) each."""
        breaches = list(breaches)
        self.name = name
        self.of = of
        count = len(breaches) if definite is None else definite
        self.breaches = [count, max(count, possible)]
        self.units = sum(breach[2] for breach in breaches)
        self.money = sum(breach[3] for breach in breaches)
        self.on = {breach[1] for breach in breaches}
        self.must_be_zero = name in MUST_BE_ZERO
        self.band, self.because = "healthy", None
        self.failed_on = set()      # channels that it fails on
        self.own = None             # the run's band, where the rule has a share of its own
        self.own_on = []            # … and each channel's

    def stand(self, exercised, whole, cut, touched):
        definite, possible = self.breaches
        if self.must_be_zero:
            self.failed_on = self.on
            self.band, self.because = self._zero(definite, possible, exercised)
        elif self.failed_on and touched and not whole:
            self.band, self.because = "not_proved", "harness_failed"
        elif self.own:
            self.band, self.because = self.own
            if self.band == "failed" and whole in SPOILT:
                self.band = "not_proved"
        elif self.failed_on and whole not in SPOILT:
            self.band = "failed"
        else:
            self.band = "watch" if definite else "healthy"
        if whole == "harness_failed":
            self.band, self.because = "not_proved", whole
        # A record that is cut shows nothing to be whole; what else spoils a run, no clean record
        # of what may happen a little.
        if self.band != "failed" and whole and (cut or not self.must_be_zero):
            self.band, self.because = "not_proved", whole

    def not_observed(self):
        self.failed_on, self.own_on, self.on = set(), [], set()
        self.breaches, self.of, self.units, self.money = [0, 0], 0, 0, 0
        self.band, self.because = "not_proved", "not_observed"

    def _zero(self, definite, possible, exercised):
        if definite:
            return "failed", None
        if possible:
            return "not_proved", "unresolved"
        if not self.of:
            return "not_proved", "not_observed"
        return ("healthy", None) if exercised else ("not_proved", "not_exercised")


def of_run(run, whole):
    """Every invariant, in the order of the table of docs/measures.md."""
    found = [
        *_of_orders(run), *_of_ledger(run), *_of_shelves(run), *_of_prices(run), *_of_shown(run),
        *_of_shares(run),
    ]
    for invariant in found:
        again = invariant.name != "duplicate_handoff" or run.orders.delivered_again > 0
        cut, touched = run.history.ending is None, run.harness.touched(None)
        invariant.stand(again, whole, cut, touched)
        told = run.charter.get("observes")
        if told is not None and any(
            kind not in told for kind in RESTS_ON.get(invariant.name, ())
        ):
            invariant.not_observed()
    return found


def _accepted(seq, order):
    return seq, order.channel, order.accepted_units(), order.accepted_total


def _whole(seq, order):
    return seq, order.channel, order.units(), order.money()


def _record(seq, channel, record):
    return seq, channel, sum(line["qty"] for line in record.lines), record.money


def _of_orders(run):
    orders, handoff = run.orders, run.handoff
    never = [order for order in handoff.pending if not order.held]
    yield Invariant(
        "duplicate_handoff", orders.held_count, [
            _record(seq, order.channel, record) for seq, order, record in orders.duplicates
        ]
    )
    yield Invariant(
        "duplicate_acceptance", len(orders.all), [_accepted(*pair) for pair in orders.repeats]
    )
    yield Invariant(
        "lost_handoff", sum(handoff.due), [_whole(order.seq, order) for order in handoff.lost],
        possible=len(handoff.lost) + len(never),
    )
    yield Invariant(
        "ghost_order", orders.held_count,
        [_record(seq, key[0], record) for seq, key, record in orders.ghost_records],
    )
    yield Invariant(
        "altered_order", orders.held_count,
        [_record(seq, order.channel, record) for seq, order, record in orders.altered],
        possible=len(orders.altered) + orders.versions_open,
    )


def _of_ledger(run):
    ledger = run.ledger
    yield Invariant(
        "double_decrement", ledger.reservations,
        [(seq, order[0], units, 0) for seq, order, _, units in ledger.twice],
    )
    # Before quiet something may still be under way: a gap may close.
    off, both = ledger.unconserved()
    kept = run.kept.held()
    off = [off.get(sku, 0) + kept.get(sku, 0) for sku in off.keys() | kept.keys()]
    sure = off if run.quiet_at is not None else []
    yield Invariant(
        "conservation", len(both | kept.keys()), [(0, None, units, 0) for units in sure],
        possible=len(off),
    )
    yield Invariant(
        "lost_update", ledger.changes,
        [(seq, None, units, 0) for seq, _, units in ledger.lost_updates],
    )


def _of_shelves(run):
    shelves = run.shelves
    yield Invariant(
        "oversell", len(run.orders.all),
        [
            (order.seq, order.channel, order.oversold_units, order.oversold_money)
            for order in run.orders.all.values() if order.oversold_units
        ],
    )
    under = shelves.undersold
    found = Invariant("undersell", shelves.refused_for_stock, definite=shelves.undersold_orders)
    found.units = sum(counts[0] + counts[1] + counts[3] for counts in under)
    found.money = sum(counts[2] for counts in under)
    yield found
    found = Invariant("stale_listing", shelves.looked_at, definite=sum(shelves.stale_orders))
    found.units = shelves.stale_units
    yield found
    yield Invariant("regression", run.stock_shows, definite=len(run.sync.regressions))


def _of_prices(run):
    prices = run.prices
    yield Invariant(
        "mispriced_order", sum(1 for order in run.orders.all.values() if order.priced),
        [
            (seq, order.channel, order.mispriced_units, order.mispriced_money)
            for seq, order in prices.mispriced
        ],
    )
    lags = [lag for channel in run.price.all for lag in channel]
    late = [
        sum(1 for lag in lags if end(lag) is None or end(lag) > prices.grace)
        for end in (lambda lag: lag.low, lambda lag: lag.high)
    ]
    early = len(prices.early)
    yield Invariant(
        "price_out_of_time", prices.charges + len(lags),
        definite=early + late[0], possible=early + late[1],
    )


def _of_shown(run):
    """What is shown must be right when all is quiet, and must not stand still while it sells."""
    for name, (wrong, looked_at) in (
        ("wrong_offer", shown.wrong_offers(run)), ("wrong_price", shown.wrong_prices(run)),
    ):
        found = Invariant(
            name, sum(looked_at),
            [(0, offer.channel, offer.units, offer.money) for offer in wrong if offer.sure],
            possible=len(wrong),
        )
        for channel, of in enumerate(looked_at):
            count = sum(1 for offer in wrong if offer.sure and offer.channel == channel)
            if count >= EVENTS_LEAST and count * LATE_SHARE > of:
                found.failed_on.add(channel)
        yield found
    found = Invariant(
        "stuck_offer", run.stuck.lines,
        [(0, key[0], offer.units, offer.money) for key, offer in run.stuck.offers.items()],
    )
    for channel, met in run.stuck.met.items():
        of = sum(1 for order in run.orders.all.values() if order.channel == channel)
        if met >= EVENTS_LEAST and bounds.ppm_down(bounds.lower(met, of)) > STUCK_MOST_PPM:
            found.failed_on.add(channel)
    yield found


def _of_shares(run):
    """Rules with a share of their own, on what no gate counts."""
    edge = "healthy" if run.charter["go_when"] == "healthy" else "watch"
    ends = Invariant(
        "one_sided_end", len(run.orders.all),
        [_whole(seq, order) for seq, order in run.endings.breaches],
        possible=len(run.endings.breaches) + sum(run.endings.open),
    )
    yield _own(ends, ungated.one_sided_on(run, ungated.RECONCILIATION[edge]))
    wanted = sum(told["wanted"] for told in run.told)
    for name, keys, on in (
        ("contradicted_answer", ("denied", "unkept"), ungated.contradicted_on(run)),
        ("sent_away", ("sent_away",), ungated.sent_away_on(run)),
    ):
        count = sum(told[key] for told in run.told for key in keys)
        yield _own(Invariant(name, wanted, definite=count), on)
    limit = {"healthy": 5_000, "watch": 12_000}
    for gate in run.charter["gates"]:
        if gate["kpi"] == "stock_cancellations":
            ((kind, edges),) = gate["limits"].items()
            at_least = kind == "at_least"
            limit = {key: 1_000_000 - x if at_least else x for key, x in edges.items()}
    on, whole = ungated.late_on(run, limit[edge])
    late = [
        order for order in run.orders.all.values()
        if order.cancelled_at is not None and not run.orders.cancelled_in_term(order)
    ]
    found = Invariant(
        "late_cancellation", len(run.orders.all),
        [(order.seq, order.channel, 0, order.gone_as[1]) for order in late],
    )
    yield _own(found, on, whole)
    lost = 6_000 if edge == "healthy" else 15_000      # of handoff
    for name, asked, bands in (
        ("late_dispatch", run.dispatches, run.dispatches.bands()),
        ("late_acceptance", run.acceptances, run.acceptances.bands(lost)),
    ):
        if not asked.asked():
            continue
        counts = [asked.on(channel) for channel in asked.asked()]
        late = [(order.seq, order.channel, *asked.whole[order.key]) for order in asked.late]
        of = sum(in_time + bad + still for in_time, bad, still, _ in counts)
        found = Invariant(name, of, late, possible=len(late) + len(asked.open))
        yield _own(found, bands)


def _own(invariant, on, whole=("healthy", None)):
    rank = ("healthy", "watch", "not_proved", "failed")
    invariant.own_on = on
    invariant.own = max([whole, *on], key=lambda band: rank.index(band[0]))
    invariant.failed_on = {c for c, band in enumerate(on) if band[0] == "failed"}
    if whole[0] == "failed":        # no channel alone: all that have any
        invariant.failed_on = invariant.failed_on or set(invariant.on)
    return invariant
