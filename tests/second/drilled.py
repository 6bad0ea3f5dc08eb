"""Owns edits of a record in which something was broken on purpose, and something is asked of recovery.
Must not know what a judge makes of them; each names the best verdict that may be left.
"""

from gone import GO, INCONCLUSIVE, NO_GO, OMS, edit, number, unshipped
from recorded import but, fact

MINUTE_US = 60_000_000
BROKEN = [{"name": "outage", "does": "unavailable at oms", "spells": []}]
RECOVERS = {"recovers_within": {"within": 3 * MINUTE_US, "counted_from": "beginning"}}
LOSES = {"loses_at_most": {"orders": 0}}
WAITS = {"oldest_waits": {"at_most": 10 * MINUTE_US}}
FROM, UNTIL = 12 * MINUTE_US, 13 * MINUTE_US


def drilled(recorded, objectives, hits=3):
    """The same, with something broken for a minute."""
    first = but(recorded.facts[0], faults=BROKEN, objectives=objectives, minor=2)
    facts = [
        fact(FROM, "fault", {"fault": 0, "in_force": True}),
        *([fact(FROM + 1, "fault_hits", {"fault": 0, "hits": hits})] if hits else []),
        fact(UNTIL, "fault", {"fault": 0, "in_force": False}),
    ]
    rest = [first, *recorded.facts[1:]]
    for one in facts:
        rest = inserted(rest, one)
    return rest


def inserted(facts, one):
    """The same with one fact more, at its time."""
    place = next(i for i, f in enumerate(facts) if f.at > one.at)
    return [*facts[:place], one, *facts[place:]]


def id_of(f):
    """An order of any channel."""
    return f.body["order"]["channel"], f.body["order"]["number"]


def never_held(facts, which):
    """Orders that the OMS first held from then on for three minutes, and now never has; they never
    ship. `which` says by their place which of them."""
    held = [f for f in facts if f.kind == "held" and FROM <= f.at < FROM + 3 * MINUTE_US]
    gone = {number(f) for place, f in enumerate(held) if which(place)}
    return [f for f in unshipped(facts, gone.__contains__)
            if f.kind not in OMS or number(f) not in gone]


@edit("objectives, and nothing broken", INCONCLUSIVE)
def nothing_broken(recorded):
    return [but(recorded.facts[0], objectives=[RECOVERS], minor=2), *recorded.facts[1:]]


@edit("objectives, and what was broken met nothing", INCONCLUSIVE)
def met_nothing(recorded):
    return drilled(recorded, [RECOVERS, LOSES], hits=0)


@edit("objectives that are kept", GO)
def kept(recorded):
    return drilled(recorded, [RECOVERS, LOSES, WAITS])


@edit("one order lost in a drill that may lose none", NO_GO)
def one_lost(recorded):
    return never_held(drilled(recorded, [LOSES]), lambda place: place == 0)


@edit("orders lost for longer than a recovery may take", NO_GO)
def too_long(recorded):
    short = {"recovers_within": {"within": MINUTE_US, "counted_from": "beginning"}}
    return never_held(drilled(recorded, [short, WAITS]), lambda place: True)


@edit("cut off while something was broken", INCONCLUSIVE)
def cut_off(recorded):
    return [f for f in drilled(recorded, [RECOVERS, LOSES, WAITS]) if f.at < UNTIL]


@edit("an objective said twice", None)
def said_twice(recorded):
    return drilled(recorded, [LOSES, {"loses_at_most": {"orders": 5}}])


@edit("an order let go too late in a drill", NO_GO)
def let_go_late(recorded):
    """Its channel releases it: nobody's loss, and it had waited all the same."""
    facts = list(never_held(drilled(recorded, [WAITS]), lambda place: place == 0))
    held = {id_of(f) for f in facts if f.kind == "held"}
    late = next(
        f for f in facts
        if f.kind == "accepted" and f.at >= FROM - MINUTE_US and id_of(f) not in held
    )
    rest = [f for f in facts if f.kind not in ("released", "paid") or id_of(f) != id_of(late)]
    if late.body["awaits_payment"]:
        rest = inserted(rest, fact(late.at + 1, "paid", {"order": late.body["order"]}))
    why = {"order": late.body["order"], "why": "customer"}
    gone = fact(late.at + 16 * MINUTE_US, "released", why)
    return inserted(rest, gone)


@edit("no word of the OMS in a drill that may lose no order", INCONCLUSIVE)
def silent_oms(recorded):
    return [f for f in drilled(recorded, [LOSES, WAITS]) if f.kind not in (*OMS, "stock")]


def stepped(recorded, name, may=("note",)):
    """The same, with a step of that name that says something, and a role."""
    first = but(
        recorded.facts[0], steps=[{"name": name, "does": "says something"}],
        roles=[{"name": "on call", "may": list(may)}], minor=2,
    )
    said = {"by": name, "how": "script", "act": {"note": {"what": "hm"}}, "allowed": True}
    return inserted([first, *recorded.facts[1:]], fact(FROM, "acted", said))


@edit("a step whose name is as long as a name may be", GO)
def long_name(recorded):
    return stepped(recorded, "n" * 256)


@edit("a step whose name is longer", None)
def longer_name(recorded):
    return stepped(recorded, "n" * 257)


@edit("a role that may do more things than there are", None)
def too_many_words(recorded):
    return stepped(recorded, "cut", ["pause"] * 101)


@edit("a remark that is no remark any more", None)
def long_remark(recorded):
    said = {"by": "me", "how": "operator", "act": {"note": {"what": "x" * 201}}, "allowed": True}
    first = but(recorded.facts[0], minor=2)
    return inserted([first, *recorded.facts[1:]], fact(FROM, "acted", said))


@edit("a fault that ends and never began", None)
def ends_only(recorded):
    began = {"fault": 0, "in_force": True}
    return [f for f in drilled(recorded, [LOSES]) if f.kind != "fault" or f.body != began]
