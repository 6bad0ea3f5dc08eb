"""Owns edits of records that were believed about themselves: versions of one's own, clocks that
jump, records of others, rules that nobody follows, openings that come late.
Must not know what a judge makes of them; each names the best verdict that may be left.
"""

from contrary import MINUTE_US, after
from gone import CONDITIONS, INCONCLUSIVE, NO_GO, edit
from recorded import Fact, but, fact


def later(f, minutes):
    return Fact(f.at + minutes * MINUTE_US, f.wall, f.kind, f.body, f.text)


def in_order(facts):
    """By time; the charter stays first."""
    first, *rest = facts
    return [first] + sorted(rest, key=lambda f: f.at)


def own(f):
    """A version of the channel's own, newer than any that the source issues."""
    return but(f, version=f.body["version"] + 1_000_000)


@edit("offers by the channel's own versions, late, and first", NO_GO)
def own_versions(recorded):
    facts = list(recorded)
    end = next(f.at for f in facts if f.kind == "quiet")
    opening = [own(f) for f in facts if f.kind == "shown" and not f.at]
    rest = [f for f in facts[1:] if f.kind != "shown" or f.at]
    moved = [
        own(later(f, 25)) if f.kind == "shown" and f.at + 25 * MINUTE_US < end else f for f in rest
    ]
    return facts[:1] + opening + in_order([facts[0]] + moved)[1:]


@edit("listings by the channel's own versions", NO_GO)
def own_listings(recorded):
    return [own(f) if f.kind == "listed" and f.at else f for f in recorded]


def ahead(minutes):
    """One sample of a queue by a clock that runs ahead."""
    def jumped(recorded):
        done = False
        for f in recorded:
            jumps = f.kind == "queue" and not done and f.at
            done |= bool(jumps)
            yield later(f, minutes) if jumps else f
    return jumped


edit("a clock that jumps ahead an hour, once", INCONCLUSIVE)(ahead(60))
edit("a clock that jumps ahead two minutes, once", INCONCLUSIVE)(ahead(2))


def records(name, of):
    def renamed(recorded):
        return [but(f, oms=of(f.body["oms"])) if "oms" in f.body else f for f in recorded]
    edit(name, None)(renamed)


records("one OMS record for all orders", lambda oms: 0)
records("an OMS record for every two orders", lambda oms: oms // 2)


@edit("a record that the OMS is said to create twice", None)
def told_twice(recorded):
    return after(recorded, lambda f: [f] if f.kind == "held" and f.body["oms"] % 50 == 0 else [])


@edit("a rule that a channel does not follow, taken back in time", CONDITIONS)
def disobeyed(recorded):
    rule = next(iter(recorded)).body["channels"][1]["rule"]
    paused = rule | {"shows_at_most": 0}
    begins, ends = 4 * MINUTE_US, 29 * MINUTE_US
    given = {begins: paused, ends: rule}
    for f in recorded:
        for at in [at for at in given if f.at >= at]:
            yield fact(at, "rule_set", {"channel": 1, "rule": given.pop(at)})
        hidden = f.kind == "shown" and f.body["channel"] == 1 and begins <= f.at < ends
        if not hidden:
            yield f


@edit("levels that say they are the opening", None)
def late_opening(recorded):
    return [
        but(f, cause="opening") if f.kind == "stock" and f.body["cause"] == "merchant" else f
        for f in recorded
    ]


def chartered(name, at_best, changes):
    def changed(recorded):
        first, *rest = recorded
        return [but(first, **changes(first.body))] + rest
    edit(name, at_best)(changed)


def with_limits(charter, limits):
    return {"gates": [
        gate | {"limits": limits} if gate["kpi"] == "oversold_orders" else gate
        for gate in charter["gates"]
    ]}


def renamed(charter, name):
    first, second, *rest = charter["channels"]
    return {"channels": [first, second | {"name": name}, *rest]}


chartered("a KPI with two gates", None, lambda c: {"gates": c["gates"] + c["gates"][:1]})
chartered("limits turned round", None,
          lambda c: with_limits(c, {"at_most": {"healthy": 12_000, "watch": 0}}))
chartered("a limit of more than all", None,
          lambda c: with_limits(c, {"at_most": {"healthy": 5_000, "watch": 2_000_000}}))
chartered("two channels of one name", None,
          lambda c: renamed(c, c["channels"][0]["name"].upper()))
chartered("a channel with a name of a page", None, lambda c: renamed(c, "m" * 5_000))


chartered("no phases", None, lambda c: {"phases": []})
chartered("phases that leave the end out", None, lambda c: {"phases": c["phases"][:-1]})
chartered("a phase that is said twice", None, lambda c: {"phases": c["phases"][:1] + c["phases"]})
chartered("an allocation of more than all", None, lambda c: {"channels": [
    channel | {"rule": channel["rule"] | {"allocation": 1_000_001}} for channel in c["channels"]
]})


@edit("a stall in a record without a speed", INCONCLUSIVE)
def unpaced(recorded):
    return after(recorded, lambda f: [fact(f.at, "stalled", {"wall_us": 3_600_000_000})]
                 if f.kind == "supply" and f.at and f.body["sku"] % 7 == 0 else [])


@edit("offers of fewer than none", None)
def below(recorded):
    return [but(f, qty=-1) if f.kind == "shown" and f.body["qty"] == 0 else f for f in recorded]
