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
    rest = recorded.facts[1:]
    for one in facts:
        place = next(i for i, f in enumerate(rest) if f.at > one.at)
        rest = [*rest[:place], one, *rest[place:]]
    return [first, *rest]


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


@edit("an objective said twice", None)
def said_twice(recorded):
    return drilled(recorded, [LOSES, {"loses_at_most": {"orders": 5}}])
