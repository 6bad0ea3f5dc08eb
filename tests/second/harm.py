"""Owns what went wrong with orders: what a gate's bad events touched, and errors by class.
Must not know whether that is too much. Definite counts only.
"""

from gates import CLUSTERED


def impact(run, gate):
    """[orders, units, money] that the gate's bad events touched; None where nobody can tell."""
    if gate.unseen:
        return None
    scope = range(run.count) if gate.channel is None else [gate.channel]
    orders = [order for order in run.orders.all.values() if order.channel in scope]
    if gate.kpi == "sync lag":
        if not run.ledger.available or not run.shelves.supply:
            return None
        hit = [order for order in orders if order.lag_units]
        return [len(hit), sum(o.lag_units for o in hit), sum(o.lag_money for o in hit)]
    if gate.kpi in ("price lag", "mispriced orders"):
        if not run.evidence.kinds & {"priced", "price_set"}:
            return None
        hit = [order for order in orders if order.mispriced_units]
        return [
            len(hit), sum(o.mispriced_units for o in hit), sum(o.mispriced_money for o in hit)
        ]
    if gate.kpi == "listing latency":
        if not any(run.listing.all):
            return None
        return [sum(run.too_early[c][i] for c in scope) for i in range(3)]
    if gate.kpi == "handoff success":
        return [sum(run.handoff.touched[c][i] for c in scope) for i in range(3)]
    if gate.kpi == "reconciliation variance":
        return [gate.bad[0], *run.books.off(gate.channel)]
    assert gate.kpi in CLUSTERED, gate.kpi
    if gate.kpi == "oversold orders":
        hit = [order for order in orders if order.oversold_units]
        return [
            len(hit), sum(o.oversold_units for o in hit), sum(o.oversold_money for o in hit)
        ]
    gone = [order.gone_as for order in orders if run.orders.cancelled_in_term(order)]
    return [len(gone), sum(units for units, _ in gone), sum(money for _, money in gone)]


def errors(run, names):
    """Errors by class, as summary.json has them but for the owner: most money, then orders."""
    found = {}
    for kind, channel, units, money in _each(run):
        tally = found.setdefault(kind, {})
        count = tally.setdefault(channel, [0, 0, 0])
        for place, more in enumerate((1, units, money)):
            count[place] += more
    rows = []
    for kind, tally in found.items():
        orders, units, money = (sum(count[i] for count in tally.values()) for i in range(3))
        most = min(tally, key=lambda channel: (-tally[channel][0], channel))
        rows.append({
            "class": kind, "orders": orders, "units": units, "money": money,
            "most_on": names[most],
        })
    return sorted(rows, key=lambda row: (-row["money"], -row["orders"], ORDER.index(row["class"])))


ORDER = (
    "lost_handoff", "rejected_handoff", "abandoned_handoff", "late_handoff", "duplicate_handoff",
    "ghost_order", "altered_order", "duplicate_acceptance", "double_decrement", "end_not_told",
    "mispriced_order",
)


def _each(run):
    """(class, channel, units, money) of every order that went wrong."""
    orders = run.orders
    for order in run.handoff.lost:
        said = run.gave_up_handoff.get(order.key)
        kind = {None: "lost_handoff", "rejected": "rejected_handoff"}.get(said, "abandoned_handoff")
        yield kind, order.channel, order.units(), order.money()
    for order in run.handoff.late:
        yield "late_handoff", order.channel, *order.late_as
    for _, order in orders.repeats:
        yield "duplicate_acceptance", order.channel, order.accepted_units(), order.accepted_total
    strange = [("ghost_order", key[0], record) for _, key, record in orders.ghost_records]
    for kind, pairs in (("duplicate_handoff", orders.duplicates), ("altered_order", orders.altered)):
        strange += [(kind, order.channel, record) for _, order, record in pairs]
    for kind, channel, record in strange:
        yield kind, channel, sum(line["qty"] for line in record.lines), record.money
    for _, key, _, units in run.ledger.twice:
        yield "double_decrement", key[0], units, 0
    for order, units, money in run.untold:
        yield "end_not_told", order.channel, units, money
    for _, order in run.prices.mispriced:
        yield "mispriced_order", order.channel, order.mispriced_units, order.mispriced_money
