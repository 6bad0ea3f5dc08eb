"""Owns edits of what is neither shopper nor order: the source, time and the end, the harness, risks
that somebody accepted; and histories that no run records, which must be refused.
Must not know what a judge makes of them; each names the best verdict that may be left.
"""

from contrary import after, some
from gone import CONDITIONS, GO, INCONCLUSIVE, NO_GO, OMS, dropped, edit, not_held, number, third
from recorded import but, fact


# --- the source ---

@edit("a stock change that nobody wrote down", NO_GO)
def lost_change(recorded):
    gone = [f for f in recorded if f.kind == "stock" and f.at][10]
    return [f for f in recorded if f is not gone]


@edit("supply that was never there", NO_GO)
def no_goods(recorded):
    return [
        but(f, units=0) if f.kind == "supply" and third(f) else f for f in recorded
    ]


@edit("a third of SKUs at half the price", NO_GO)
def half_price(recorded):
    return [
        but(f, lines=[line | {"price": line["price"] // 2} for line in f.body["lines"]])
        if f.kind in ("accepted", "held") and f.body["lines"][0]["sku"] % 3 == 0 else f
        for f in recorded
    ]


# --- time, the end and the harness ---

@edit("a queue sample after the end", INCONCLUSIVE)
def sampled_after(recorded):
    last = recorded.facts[-1]
    sample = recorded.bodies("queue")[0]
    return [*recorded, fact(last.at, "queue", sample)]


@edit("an order after the end", INCONCLUSIVE)
def sold_after(recorded):
    last = recorded.facts[-1]
    body = recorded.bodies("accepted")[0]
    order = {"channel": 0, "number": 1_000_000}
    return [*recorded, fact(last.at, "accepted", body | {"order": order, "intent": 10**6})]


@edit("a stock change after quiet", INCONCLUSIVE)
def stirred(recorded):
    *facts, quiet, end = recorded.facts
    change = next(f for f in reversed(facts) if f.kind == "stock")
    moved = change.body | {"version": change.body["version"] + 1, "change": 0}
    return [*facts, quiet, fact(quiet.at, "stock", moved), end]


@edit("time that steps back a little", GO)
def unsteady(recorded):
    back = {"stock": 300_000, "noticed": 900_000, "shown": 0}
    return [
        f._replace(at=max(0, f.at - back.get(f.kind, 0))) for f in recorded
    ]


# What passed in spite of them passes: they only make results worse.
@edit("calls of connectors that never left", GO)
def never_left(recorded):
    *facts, quiet, end = recorded.facts
    lost = {"fault": "never_left", "at": {"channel": 1}, "times": 500}
    return [*facts, fact(quiet.at, "harness", lost), quiet, end]


@edit("a part of the harness panicked", INCONCLUSIVE)
def panicked(recorded):
    *facts, quiet, end = recorded.facts
    return [*facts, fact(quiet.at, "harness", {"fault": "panicked", "at": "oms", "times": 1}),
            quiet, end]


# --- promises and risks ---

@edit("late cancellations", NO_GO)
def late(recorded):
    """Cancelled for want of stock when hardly anybody counts it any more."""
    promises = recorded.charter["promises"] | {"cancellations_count_for": 1_000_000}
    facts = [but(recorded.facts[0], promises=promises), *recorded.facts[1:]]
    return after(facts, lambda f: [
        fact(f.at, "oms_cancelled", {
            "order": f.body["order"], "oms": f.body["oms"], "why": "stock",
        }),
        fact(f.at, "released", {"order": f.body["order"], "why": "stock"}),
    ] if some(f, "held", 20) else [])


def risky(name, at_best, **risk):
    """The OMS never holds one order in 25, and somebody accepted that, or nearly."""
    signed = {
        "gate": "handoff_success", "channel": None, "why": "it is late", "by": "the shop",
        "until": "2026-12-01", "expired": False,
    }

    def accepted(recorded):
        first = recorded.facts[0]
        risks = [signed | {"gate": gate} | risk
                 for gate in ("handoff_success", "reconciliation_variance")]
        return [but(first, accepted_risks=risks)] + not_held(recorded.facts[1:], OMS)
    edit(name, at_best)(accepted)


risky("orders lost, a risk somebody accepted", CONDITIONS)
risky("orders lost, a risk nobody signed", NO_GO, by="")
risky("orders lost, a risk without a reason", NO_GO, why=" ")
risky("orders lost, a risk without a day", NO_GO, until="")
risky("orders lost, a risk of yesterday", NO_GO, until="2026-11-26")

risky("orders lost, a risk until someday", NO_GO, until="someday")

# --- what no run records: such a history is refused ---

dropped("paid, released and held of orders never accepted", None,
        lambda f: f.kind == "accepted" and number(f) % 30 == 0)
dropped("answers to calls that were never sent", None,
        lambda f: f.kind == "sent" and f.body["op"] % 30 == 0)
dropped("shipments of records that the OMS never held", None, lambda f: f.kind == "held")


@edit("orders accepted twice by one number", None)
def one_number(recorded):
    return after(recorded, lambda f: [f] if some(f, "accepted", 100) else [])


@edit("orders of fewer units than none", None)
def negative(recorded):
    return [
        but(f, lines=[line | {"qty": -line["qty"]} for line in f.body["lines"]])
        if some(f, "accepted", 100) else f for f in recorded
    ]


@edit("a channel that the charter does not have", None)
def seventh_channel(recorded):
    return [but(f, channel=7) if f.kind == "shown" and third(f) else f for f in recorded]
