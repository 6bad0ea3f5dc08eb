"""Owns edits that make a record contradict itself, or the systems do what they must not.
Must not know what a judge makes of them; each names the best verdict that may be left.
"""

from gone import (
    CONDITIONS, GO, INCONCLUSIVE, NO_GO, OMS, edit, not_held, number, third, unshipped,
)
from recorded import but, fact

MINUTE_US = 60_000_000


def after(recorded, told):
    """The facts, with what `told` says of a fact right behind it."""
    for f in recorded:
        yield f
        yield from told(f)


def some(f, kind, one_in):
    return f.kind == kind and number(f) % one_in == 0


# --- offers ---

@edit("versions never issued", INCONCLUSIVE)
def unissued(recorded):
    return [
        but(f, version=f.body["version"] + 1000) if f.kind == "shown" and f.at else f
        for f in recorded
    ]


def fallen(recorded, again):
    """Offers of a third of SKUs fall back to their first version; `again` lets later ones come."""
    shown, fell = {}, set()
    for f in recorded:
        if f.kind == "shown" and third(f):
            key = f.body["channel"], f.body["sku"]
            first = shown.setdefault(key, (f, f.at))[0]
            shown[key] = first, f.at
            if key in fell and not again:
                continue
        yield f
        if f.kind != "queue" or f.at < 4 * MINUTE_US:
            continue
        for key, (first, since) in shown.items():
            stood = f.at - since >= 3 * MINUTE_US
            if key not in fell and stood and since:
                fell.add(key)
                yield fact(f.at, "shown", first.body)


@edit("offers that fall back for good", NO_GO)
def fall_back(recorded):
    return fallen(recorded, again=False)


@edit("offers that fall back and come again", CONDITIONS)
def fall_and_rise(recorded):
    return fallen(recorded, again=True)


@edit("offers one unit too high", NO_GO)
def too_high(recorded):
    return [
        but(f, qty=f.body["qty"] + 1) if f.kind == "shown" and third(f) and f.at else f
        for f in recorded
    ]


@edit("prices at double, right at the end", INCONCLUSIVE)
def doubled(recorded):
    """Each new price is charged twice as high, under its version, until all is quiet."""
    last = {}
    for f in recorded:
        if f.kind == "priced" and f.body["version"]:
            last[f.body["channel"], f.body["sku"]] = f.body
            f = but(f, price=f.body["price"] * 2)
        if f.kind == "quiet":
            yield from (fact(f.at, "priced", body) for body in last.values())
        yield f


@edit("prices that fall back, right at the end", CONDITIONS)
def prices_back(recorded):
    """Three minutes after each new price the first one is charged again, until all is quiet."""
    first, last, fell = {}, {}, set()
    for f in recorded:
        if f.kind == "priced":
            key = f.body["channel"], f.body["sku"]
            first.setdefault(key, f.body)
            last[key] = f
            fell.discard(key)
        if f.kind == "quiet":
            yield from (fact(f.at, "priced", last[key].body) for key in fell)
        yield f
        if f.kind == "queue":
            for key, charged in last.items():
                if charged.body["version"] and f.at - charged.at >= 3 * MINUTE_US \
                        and key not in fell:
                    fell.add(key)
                    yield fact(f.at, "priced", first[key])


# --- money and customers ---

@edit("1 order in 40 released for a payment that was made", INCONCLUSIVE)
def released_paid(recorded):
    return after(recorded, lambda f: [
        fact(f.at, "released", {"order": f.body["order"], "why": "payment"})
    ] if some(f, "paid", 40) else [])


@edit("1 order in 20 shipped unpaid", INCONCLUSIVE)
def shipped_unpaid(recorded):
    return [f for f in recorded if not some(f, "paid", 20)]


@edit("1 order in 40 released for stock before it was held", NO_GO)
def released_unheld(recorded):
    return after(recorded, lambda f: [
        fact(f.at, "released", {"order": f.body["order"], "why": "stock"})
    ] if some(f, "paid", 40) else [])


@edit("1 order in 10 held unpaid", INCONCLUSIVE)
def held_unpaid(recorded):
    return [f for f in unshipped(recorded, lambda n: n % 10 == 0) if not some(f, "paid", 10)]


def barely(recorded, more):
    """Shipped unpaid on the second channel: as many as are not too many yet, and `more`."""
    def on(kind):
        return [b["order"] for b in recorded.bodies(kind) if b["order"]["channel"] == 1]

    paid = on("paid")
    most = max(4, len(on("accepted")) // 100) + more
    unpaid = [order for order in on("shipped") if order in paid][:most]
    return [f for f in recorded if f.kind != "paid" or f.body["order"] not in unpaid]


@edit("as many shipped unpaid as may be", GO)
def as_may_be(recorded):
    return barely(recorded, 0)


@edit("one more shipped unpaid than may be", INCONCLUSIVE)
def one_more(recorded):
    return barely(recorded, 1)


def cancel_ops(recorded):
    return {b["op"] for b in recorded.bodies("sent") if b["call"] == "cancel_order"}


@edit("customers' releases nobody asked for", INCONCLUSIVE)
def unasked(recorded):
    ops = cancel_ops(recorded)
    return [f for f in recorded if f.body.get("op") not in ops]


@edit("cancellations answered done and never done", INCONCLUSIVE)
def undone(recorded):
    return [f for f in recorded if f.kind != "released" or f.body["why"] != "customer"]


@edit("1 order in 25 cancelled as another was asked to be", INCONCLUSIVE)
def cancelled_another(recorded):
    """As many cancellations left as there are releases: of what nobody ever ordered."""
    def told(f):
        if not some(f, "held", 25):
            return []
        order, oms = f.body["order"], f.body["oms"]
        op = intent = 10**7 + oms
        call = {"call": "cancel_order", "channel": order["channel"], "intended": f.at}
        return [
            fact(f.at, "sent", {"op": op, "intent": intent} | call),
            fact(f.at, "answered", {"op": op, "outcome": "done"}),
            fact(f.at, "oms_cancelled", {"order": order, "oms": oms, "why": "customer"}),
            fact(f.at, "released", {"order": order, "why": "customer"}),
        ]
    return after(unshipped(recorded, lambda n: n % 25 == 0), told)


@edit("cancellations nobody answered", INCONCLUSIVE)
def unanswered(recorded):
    ops = cancel_ops(recorded)
    return [f for f in recorded if f.kind not in ("answered", "resolved")
            or f.body["op"] not in ops]


@edit("cancellations answered no, and done", INCONCLUSIVE)
def done_unasked(recorded):
    ops = cancel_ops(recorded)
    return [
        but(f, outcome="refused") if f.kind == "answered" and f.body["op"] in ops else f
        for f in recorded
    ]


@edit("released for payment, though none was awaited", INCONCLUSIVE)
def never_awaited(recorded):
    facts = [
        but(f, awaits_payment=False) if f.kind == "accepted" else f
        for f in not_held(recorded, OMS) if f.kind != "paid"
    ]
    return after(facts, lambda f: [
        fact(f.at, "released", {"order": f.body["order"], "why": "payment"})
    ] if some(f, "accepted", 25) else [])


@edit("every fifth sale of what the channel did not offer", CONDITIONS)
def unoffered(recorded):
    return [
        but(f, lines=[line | {"offered": 0, "left": 0} for line in f.body["lines"]])
        if some(f, "accepted", 5) else f for f in recorded
    ]


# --- answers ---

def answers(name, at_best, was, becomes, one_in):
    def other(recorded):
        return [
            but(f, outcome=becomes) if f.kind == "answered" and f.body["outcome"] == was
            and f.body["op"] % one_in == 0 else f
            for f in recorded
        ]
    edit(name, at_best)(other)


answers("1 answer in 30 says no, the record yes", INCONCLUSIVE, "done", "refused", 30)
answers("1 answer in 30 says yes, the record no", INCONCLUSIVE, "refused", "done", 30)
answers("1 answer in 400 says no, the record yes", INCONCLUSIVE, "done", "refused", 400)
answers("1 answer in 30 unknown", INCONCLUSIVE, "done", "unknown", 30)


@edit("1 answer in 130 unknown, found out to be no, the record yes", INCONCLUSIVE)
def found_out(recorded):
    intents = {b["intent"] for b in recorded.bodies("accepted") if b["intent"] % 130 == 0}
    ops = {
        b["op"] for b in recorded.bodies("sent")
        if b["call"] == "place_order" and b["intent"] in intents
    }
    for f in recorded:
        yield but(f, outcome="unknown") if f.kind == "answered" and f.body["op"] in ops else f
        if f.kind == "traffic_ended":
            yield from (
                fact(f.at, "resolved", {"op": op, "outcome": "refused"}) for op in sorted(ops)
            )


def turned(name, at_best, one_in, **fields):
    def other(recorded):
        return [
            but(f, **fields) if f.kind == "turned_away" and f.body["channel"] == 1
            and f.body["intent"] % one_in == 0 else f
            for f in recorded
        ]
    edit(name, at_best)(other)


turned("masses refused without a line", CONDITIONS, 1, line=None)
turned("1 refusal in 20 without a line", CONDITIONS, 20, line=None)
turned("masses refused as invalid", CONDITIONS, 1, line=None, why="invalid")
turned("masses refused as not listed", CONDITIONS, 1, why="not_listed")
turned("1 refusal in 3 as not listed, though it is", CONDITIONS, 3, why="not_listed")
turned("masses throttled", CONDITIONS, 1, line=None, why="throttled")


# --- the OMS ---

def cancelled(recorded, why):
    """The OMS cancels 99 orders of 100 as soon as it holds them, and ships none of them."""
    return after(unshipped(recorded, lambda n: n % 100), lambda f: [
        fact(f.at, "oms_cancelled", {
            "order": f.body["order"], "oms": f.body["oms"], "why": why,
        })
    ] if f.kind == "held" and number(f) % 100 else [])


@edit("99 % cancelled in the OMS only", NO_GO)
def cancelled_by_customers(recorded):
    return cancelled(recorded, "customer")


@edit("99 % cancelled in the OMS for stock", NO_GO)
def cancelled_for_stock(recorded):
    return cancelled(recorded, "stock")


@edit("1 order in 50 held twice", NO_GO)
def held_twice(recorded):
    return after(recorded, lambda f: [
        fact(f.at, "held", f.body | {"oms": f.body["oms"] + 1_000_000})
    ] if some(f, "held", 50) else [])


@edit("an order held that nobody accepted", NO_GO)
def ghost(recorded):
    first = next(f for f in recorded if f.kind == "held")
    order = {"channel": 0, "number": 1_000_000}
    return after(recorded, lambda f: [
        fact(f.at, "held", f.body | {"order": order, "oms": 1_000_000})
    ] if f is first else [])


@edit("1 order in 10 held before it was accepted", NO_GO)
def held_early(recorded):
    early = {
        number(f): f for f in recorded
        if some(f, "held", 10) and f.body["order"]["channel"] == 1
    }
    for f in recorded:
        if some(f, "accepted", 10) and f.body["order"]["channel"] == 1 and number(f) in early:
            yield fact(f.at, "held", early[number(f)].body)
        if not some(f, "held", 10) or f.body["order"]["channel"] != 1:
            yield f


@edit("an order held at another price", NO_GO)
def altered(recorded):
    first = next(f for f in recorded if f.kind == "held")
    lines = [line | {"price": line["price"] + 1} for line in first.body["lines"]]
    return [but(f, lines=lines) if f is first else f for f in recorded]


@edit("an intent accepted twice", NO_GO)
def accepted_twice(recorded):
    first, second = recorded.bodies("accepted")[:2]
    return [
        but(f, intent=first["intent"]) if f.body is second else f for f in recorded
    ]


@edit("released by 1 channel order in 40, unknown to the OMS", NO_GO)
def one_sided(recorded):
    return after(recorded, lambda f: [
        fact(f.at, "released", {"order": f.body["order"], "why": "stock"})
    ] if some(f, "held", 40) else [])
