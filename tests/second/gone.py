"""Owns edits that take evidence away: what a record would be had somebody not told it.
Must not know what a judge makes of them; each names the best verdict that may be left.
"""

from recorded import but, fact

GO, CONDITIONS, INCONCLUSIVE, NO_GO = "go", "go_with_conditions", "inconclusive", "no_go"
EDITS = []              # (name, best verdict that may be left, edit)
OMS = ("delivered", "held", "oms_cancelled", "shipped", "handoff_tried")
CALLS = ("sent", "answered", "unsent", "resolved")


def edit(name, at_best):
    """Registers an edit: a function from a recorded history to its facts."""
    def register(function):
        EDITS.append((name, at_best, function))
        return function
    return register


def dropped(name, at_best, gone):
    """An edit that drops the facts of which `gone` is true."""
    EDITS.append((name, at_best, lambda recorded: [f for f in recorded if not gone(f)]))


def third(f):
    return f.body["sku"] % 3 == 0


def few(f):
    return f.body["sku"] % 40 == 0


def on_second(f):
    return f.body.get("channel") == 1


# --- kinds of facts, of some SKUs or of a channel ---

dropped("no stock of a third of SKUs", INCONCLUSIVE, lambda f: f.kind == "stock" and third(f))
dropped("no stock of 1 SKU in 40", INCONCLUSIVE, lambda f: f.kind == "stock" and few(f))
dropped("no stock at all", INCONCLUSIVE, lambda f: f.kind == "stock")
dropped("no supply of a third of SKUs", INCONCLUSIVE, lambda f: f.kind == "supply" and third(f))
dropped("no supply at all", INCONCLUSIVE, lambda f: f.kind == "supply")
dropped(
    "no prices of a third of SKUs", INCONCLUSIVE,
    lambda f: f.kind in ("priced", "price_set") and third(f),
)
dropped("no prices on a channel", INCONCLUSIVE, lambda f: f.kind == "priced" and on_second(f))
dropped("no prices at all", INCONCLUSIVE, lambda f: f.kind in ("priced", "price_set"))
dropped("prices never set", INCONCLUSIVE, lambda f: f.kind == "price_set")
dropped("no listings on a channel", INCONCLUSIVE, lambda f: f.kind == "listed" and on_second(f))
dropped("no listings of a third of SKUs", INCONCLUSIVE, lambda f: f.kind == "listed" and third(f))
dropped("no listings at all", INCONCLUSIVE, lambda f: f.kind in ("listed", "listing_set"))
dropped("no offers on a channel", INCONCLUSIVE, lambda f: f.kind == "shown" and on_second(f))
dropped("no offers of a third of SKUs", INCONCLUSIVE, lambda f: f.kind == "shown" and third(f))
dropped("no offers at all", INCONCLUSIVE, lambda f: f.kind == "shown")
dropped(
    "no offers and listings of a third", INCONCLUSIVE,
    lambda f: f.kind in ("shown", "listed") and third(f),
)
dropped("no connector", GO,
        lambda f: f.kind in ("noticed", "pushed", "gave_up", "queue"))
dropped("no OMS", INCONCLUSIVE, lambda f: f.kind in OMS)
dropped("no handoff was tried, none delivered", INCONCLUSIVE,
        lambda f: f.kind in ("handoff_tried", "delivered"))


@edit("no listings but of new SKUs", GO)
def no_old_listings(recorded):
    new = {b["sku"] for b in recorded.bodies("listing_set")}
    return [f for f in recorded if f.kind != "listed" or f.body["sku"] in new]


@edit("SKUs sold out on a channel: neither listed nor updated", INCONCLUSIVE)
def sold_out_unseen(recorded):
    """Shoppers were turned away for them there, for stock, and nobody ever bought one."""
    bought = {
        line["sku"] for b in recorded.bodies("accepted") if b["order"]["channel"] == 1
        for line in b["lines"]
    } | {b["sku"] for b in recorded.bodies("listing_set")}
    return [
        f for f in recorded
        if f.kind not in ("shown", "listed") or not on_second(f) or f.body["sku"] in bought
        or f.kind == "shown" and not f.at
    ]


@edit("a third channel of which nobody speaks", INCONCLUSIVE)
def third_channel(recorded):
    """Nothing is published, so that it has nothing to show."""
    charter = recorded.charter
    channels = charter["channels"] + [charter["channels"][0] | {"name": "third"}]
    gates = [gate for gate in charter["gates"] if gate["kpi"] != "listing_latency"]
    first = but(recorded.facts[0], channels=channels, gates=gates)
    return [first] + [f for f in recorded.facts[1:] if f.kind != "listing_set"]


def promoted_again(recorded, begins, ends):
    (first,) = recorded.charter["promotions"]
    promotions = [first, {"name": "another", "from": begins, "until": ends}]
    return [but(recorded.facts[0], promotions=promotions), *recorded.facts[1:]]


@edit("a second promotion of which no price came", INCONCLUSIVE)
def second_promotion(recorded):
    return promoted_again(recorded, 300_000_000, 400_000_000)


@edit("a second promotion, long after the end", GO)
def later_promotion(recorded):
    ends = recorded.charter["traffic_ends"]
    return promoted_again(recorded, 2 * ends, 3 * ends)


# --- the load ---

@edit("a channel without calls", INCONCLUSIVE)
def no_calls(recorded):
    ops = {b["op"] for b in recorded.bodies("sent") if b.get("channel") == 1}
    return [f for f in recorded if f.kind not in CALLS or f.body["op"] not in ops]


@edit("no calls at all", INCONCLUSIVE)
def no_load(recorded):
    return [f for f in recorded if f.kind not in CALLS]


@edit("no calls, and a charter that asks for none", INCONCLUSIVE)
def no_calls_asked(recorded):
    honesty = recorded.charter["honesty"] | {"sent_at_least": 0}
    return [but(recorded.facts[0], honesty=honesty)] + no_calls(recorded)[1:]


@edit("no calls at all, of an import", GO)
def import_without_calls(recorded):
    return [but(recorded.facts[0], evidence="operations")] + no_load(recorded)[1:]


@edit("no call in the first phase", INCONCLUSIVE)
def silent_phase(recorded):
    until = recorded.charter["phases"][0]["until"]
    ops = {b["op"] for b in recorded.bodies("sent") if b["intended"] < until}
    return [f for f in recorded if f.kind not in CALLS or f.body["op"] not in ops]


dropped("one answer in 30 never came", INCONCLUSIVE,
        lambda f: f.kind == "answered" and f.body["op"] % 30 == 0)
dropped("a channel turned nobody away", CONDITIONS,
        lambda f: f.kind == "turned_away" and on_second(f))
dropped("every second refusal is not in the record", CONDITIONS,
        lambda f: f.kind == "turned_away" and f.body["intent"] % 2)


# --- orders on their way ---

def number(f):
    return f.body["order"]["number"]


def unshipped(facts, gone):
    """Without the shipments that are `gone` by their order's number: they stay on hand."""
    kept, on_hand = {}, {}
    for f in facts:
        if f.kind == "shipped" and gone(number(f)):
            continue
        if f.kind != "stock":
            yield f
            continue
        body, sku = f.body, f.body["sku"]
        order = body["cause"].get("ship") if isinstance(body["cause"], dict) else None
        if order is not None and gone(order["number"]):
            before = on_hand.get(sku, body["on_hand"])
            kept[sku] = kept.get(sku, 0) + before - body["on_hand"]
            on_hand[sku] = body["on_hand"]
            continue
        on_hand[sku] = body["on_hand"]
        more = kept.get(sku, 0)
        yield but(f, on_hand=body["on_hand"] + more, reserved=body["reserved"] + more) \
            if more else f


def not_held(facts, kinds):
    """One order in 25 is in the OMS by none of these kinds, and never ships."""
    return [
        f for f in unshipped(facts, lambda n: n % 25 == 0)
        if f.kind not in kinds or number(f) % 25
    ]


@edit("1 order in 25 never reached the OMS", NO_GO)
def lost_orders(recorded):
    return not_held(recorded, OMS)


@edit("1 order in 25 was taken and not held", NO_GO)
def unheld(recorded):
    return not_held(recorded, ("held", "oms_cancelled"))


@edit("1 order in 10 was never paid, none of them shipped", INCONCLUSIVE)
def never_paid(recorded):
    return [
        f for f in unshipped(recorded, lambda n: n % 10 == 0)
        if f.kind not in ("paid", *OMS) or number(f) % 10
    ]


# --- promotions ---

def edges(recorded):
    (promotion,) = recorded.charter["promotions"]
    return promotion["from"], promotion["until"]


def without_prices_of(recorded, dues):
    gone = {
        (b["sku"], b["version"]) for b in recorded.bodies("price_set") if b["due"] in dues
    }
    return [
        f for f in recorded
        if f.kind not in ("price_set", "priced") or (f.body["sku"], f.body["version"]) not in gone
    ]


@edit("a promotion of which no price came", INCONCLUSIVE)
def no_promotion(recorded):
    return without_prices_of(recorded, edges(recorded))


@edit("a promotion that never ended", INCONCLUSIVE)
def endless_promotion(recorded):
    return without_prices_of(recorded, edges(recorded)[1:])


# Late by twenty minutes, when the old prices were due again: beyond H, within W.
@edit("a promotion that nobody charged", CONDITIONS)
def uncharged(recorded):
    start = edges(recorded)[0]
    gone = {(b["sku"], b["version"]) for b in recorded.bodies("price_set") if b["due"] == start}
    return [
        f for f in recorded
        if f.kind != "priced" or (f.body["sku"], f.body["version"]) not in gone
    ]


# --- the end ---

@edit("cut in the middle", INCONCLUSIVE)
def cut(recorded):
    return recorded.facts[:len(recorded.facts) * 2 // 3]


@edit("cut near its beginning", INCONCLUSIVE)
def cut_early(recorded):
    return recorded.facts[:len(recorded.facts) * 2 // 5]


@edit("cut before its last fact", INCONCLUSIVE)
def endless(recorded):
    return recorded.facts[:-1]


@edit("a line in the middle that is no fact", INCONCLUSIVE)
def no_fact(recorded):
    half = len(recorded.facts) // 2
    return [*recorded.facts[:half], fact(0, "paied", {}), *recorded.facts[half:]]


@edit("cut in the middle and called finished", INCONCLUSIVE)
def forged_end(recorded):
    facts = recorded.facts[:len(recorded.facts) * 2 // 3]
    at = facts[-1].at
    return [*facts, fact(at, "traffic_ended", {}), fact(at, "quiet", {}),
            fact(at, "ended", {"why": "finished"})]


@edit("never quiet", CONDITIONS)
def never_quiet(recorded):
    return [f for f in recorded if f.kind != "quiet"]


@edit("its traffic never ended", GO)
def endless_traffic(recorded):
    return [f for f in recorded if f.kind != "traffic_ended"]


@edit("its charter claims that nobody told prices", INCONCLUSIVE)
def unobserved(recorded):
    words = ("load", "supply", "offers", "listings", "source_stock", "oms_orders",
             "cancellations", "connector")
    return [but(recorded.facts[0], observes=list(words)), *recorded.facts[1:]]


@edit("its charter has no gate on sync lag", CONDITIONS)
def ungated(recorded):
    gates = [gate for gate in recorded.charter["gates"] if gate["kpi"] != "sync_lag"]
    return [but(recorded.facts[0], gates=gates), *recorded.facts[1:]]


@edit("its charter has no gates", INCONCLUSIVE)
def gateless(recorded):
    return [but(recorded.facts[0], gates=[]), *recorded.facts[1:]]
