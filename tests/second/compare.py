"""Owns holding what was computed here beside what summary.json states, number by number.
Must not compute anything itself.

Percentiles are histograms there and exact here: they agree within the half percent that
docs/measures.md promises. Everything else agrees exactly.
"""

from tables import percentiles
from tills import MISTAKES

INFINITE = float("inf")


class Compared:
    """What agreed and what did not: (name, theirs, mine)."""

    def __init__(self):
        self.agreed = 0
        self.differ = []

    def same(self, name, theirs, mine):
        if theirs == mine:
            self.agreed += 1
        else:
            self.differ.append((name, theirs, mine))

    def near(self, name, theirs, mine, error=0):
        """Within half a percent of mine (or `error`, if that is more), and a microsecond."""
        numbers = all(isinstance(x, int) and not isinstance(x, bool) for x in (theirs, mine))
        if numbers and abs(theirs - mine) <= max(mine * 0.005, error) + 1:
            self.agreed += 1
        else:
            self.same(name, theirs, mine)

    def either(self, name, theirs, mine):
        """By the name: a time is near, all else the same."""
        if name.endswith(("p50_us", "p95_us", "p99_us")):
            self.near(name, theirs, mine)
        else:
            self.same(name, theirs, mine)


def value(stated):
    """A value of summary.json as a number; infinity is later than observed."""
    if stated == "later_than_observed":
        return INFINITE
    if isinstance(stated, dict):
        (number,) = stated.values()
        return number
    return stated


def flat(stated, prefix=""):
    """An object as names with dots; lists of things by reason become names too."""
    out = {}
    for key, inside in stated.items():
        name = prefix + key
        if isinstance(inside, dict):
            out.update(flat(inside, name + "."))
        elif isinstance(inside, list):
            for item in inside:
                if isinstance(item, dict) and "why" in item:
                    out[f"{name}.{item['why']}"] = item["orders"]
        else:
            out[name] = inside
    return out


def everything(summary, judged):
    """Holds a summary beside what was judged here."""
    seen = Compared()
    names = [channel["name"] for channel in summary["channels"]]
    _record(seen, summary, judged)
    _gates(seen, summary, judged, names)
    _invariants(seen, summary, judged)
    _totals(seen, summary, judged, names)
    _own_money(seen, summary, judged.run, names)
    _dispatch(seen, summary, judged.run, names)
    _verdicts(seen, summary, judged, names)
    _parts(seen, summary, judged, names)
    return seen


def _record(seen, summary, judged):
    record, run = summary["record"], judged.run
    seen.same("record facts", record["facts"], run.history.count)
    seen.same("record observed_until_us", record["observed_until_us"], run.until)
    seen.same("record ending", record["ending"], run.history.ending)


def _gates(seen, summary, judged, names):
    seen.same("gates", len(summary["gates"]), len(judged.gates.all))
    for stated, gate in zip(summary["gates"], judged.gates.all):
        scope = "run" if gate.channel is None else names[gate.channel]
        name = f"gate {gate.kpi} on {scope}: "
        seen.same(name + "kpi", stated["kpi"], gate.kpi)
        seen.same(name + "scope", stated["channel"] or "run", scope)
        for key in ("value", "low", "high"):
            compare = seen.near if gate.kind == "lag_p95" else seen.same
            compare(name + key, value(stated[key]), getattr(gate, key))
        seen.same(name + "samples", stated["samples"], gate.samples)
        seen.same(name + "samples_needed", stated["samples_needed"], gate.needed)
        seen.same(name + "definite", stated["bad"]["definite"], gate.bad[0])
        seen.same(name + "possible", stated["bad"]["possible"], gate.bad[1])
        seen.same(name + "band", stated["band"], gate.band)
        seen.same(name + "because", stated["because"], gate.because)
        if "impact" in gate.__dict__:
            stated_impact = stated["impact"] and [
                stated["impact"][key] for key in ("orders", "units", "money")
            ]
            seen.same(name + "impact", stated_impact, gate.impact)


def _invariants(seen, summary, judged):
    mine = {invariant.name: invariant for invariant in judged.invariants}
    seen.same(
        "invariants", sorted(i["invariant"] for i in summary["invariants"]), sorted(mine)
    )
    for stated in summary["invariants"]:
        found = mine.get(stated["invariant"])
        if found is None:
            continue
        name = f"invariant {found.name}: "
        seen.same(name + "definite", stated["breaches"]["definite"], found.breaches[0])
        seen.same(name + "possible", stated["breaches"]["possible"], found.breaches[1])
        for key in ("of", "units", "money", "must_be_zero", "band", "because"):
            seen.same(name + key, stated[key], getattr(found, key))


def _totals(seen, summary, judged, names):
    for scope, (stated, totals) in enumerate(
        zip([summary] + summary["channels"], judged.totals)
    ):
        place = "run" if scope == 0 else names[scope - 1]
        theirs = flat(stated["totals"])
        for key, mine in totals.items():
            name = f"totals of {place}: {key}"
            if key == "sync_jitter_us":
                # The difference of two displayed percentiles has the error of both.
                error = 0.005 * sum(totals[f"sync_lag.{p}_us"] or 0 for p in ("p50", "p95"))
                seen.near(name, theirs.get(key), mine, error)
            elif key.startswith(("turned_away.", "released.", "undersold_carts")):
                seen.same(name, theirs.get(key, 0), mine)
            else:
                seen.either(name, theirs.get(key), mine)


def _own_money(seen, summary, run, names):
    """What channels that convert prices took, and their mistakes."""
    for place, channel in enumerate(summary["channels"]):
        tariff, name = run.tills.all[place], f"own money of {names[place]}: "
        stated = channel.get("own_money")
        seen.same(name + "there", stated is not None, tariff is not None)
        if stated is None or tariff is None:
            continue
        orders = [order for order in run.orders.all.values() if order.channel == place]
        sold = sum(line["qty"] * line["price"] for order in orders for line in order.lines)
        seen.same(name + "money", stated["money"], sold)
        seen.same(name + "rate_e9", stated["rate_e9"], tariff["rate_e9"])
        counts = [
            {"by": by, "orders": sum(1 for order in orders if order.mischarged == by)}
            for by in MISTAKES
        ]
        mine = [count for count in counts if count["orders"]]
        seen.same(name + "mischarged", stated["mischarged"], mine)
        rounded = [stated["rounded_orders"], stated["rounded_money"]]
        seen.same(name + "rounded", rounded, run.orders.rounded[place])


def _dispatch(seen, summary, run, names):
    """What channels were told of orders: that we accept them, that they have left."""
    for place, channel in enumerate(summary["channels"]):
        for what, mine in (("acceptance", run.acceptances), ("dispatch", run.dispatches)):
            name, stated = f"{what} on {names[place]}: ", dict(channel.get(what) or {})
            took = stated.pop("took", None)
            seen.same(name + "all of it", stated or None, mine.table(place))
            if took is not None:
                for key, number in percentiles(mine.on(place)[3]).items():
                    seen.either(name + "took " + key, took[key], number)


def _verdicts(seen, summary, judged, names):
    def told(reasons):
        pairs = [(r, None) if isinstance(r, str) else next(iter(r.items())) for r in reasons]
        return sorted(pairs, key=str)

    verdicts = judged.verdicts
    # Of one afternoon of many `verdict` is that of all; the history tells of the one.
    by_itself = summary.get("study", {}).get("by_itself", summary)
    seen.same("verdict", by_itself["verdict"], verdicts.run[0])
    seen.same("reasons", told(summary["reasons"]), sorted(verdicts.run[1], key=str))
    for place, channel in enumerate(summary["channels"]):
        name = f"channel {names[place]}: "
        seen.same(name + "verdict", channel["verdict"], verdicts.channels[place][0])
        mine = sorted(verdicts.channels[place][1], key=str)
        seen.same(name + "reasons", told(channel["reasons"]), mine)
        seen.same(name + "too small", channel["too_small_to_block"], verdicts.too_small[place])
        seen.same(name + "share_ppm", channel["share_ppm"], judged.shares[place])


def _parts(seen, summary, judged, names):
    """Tables that are stated one to one: dictionaries, or lists by their keys."""
    over_time = summary["series"]
    told = judged.tables(names, over_time["width_us"], len(over_time["run"]))
    broken = judged.run.broken
    told["faults"] = broken.stated()
    told["disturbances"] = broken.disturbances(names, over_time, judged.run)
    told["objectives"] = judged.objectives
    told["alerts"] = judged.run.raised.stated(names)
    for table, mine in told.items():
        theirs = summary
        for step in table.split("."):
            # What has nothing to tell is left out.
            theirs = theirs.get(step, []) if isinstance(theirs, dict) else theirs[step]
        _table(seen, table, theirs, mine)


def _table(seen, name, theirs, mine):
    if isinstance(mine, dict):
        if not isinstance(theirs, dict):
            seen.same(name, theirs, mine)
            return
        for key, inside in mine.items():
            _table(seen, f"{name}.{key}", theirs.get(key), inside)
    elif isinstance(mine, list):
        seen.same(f"{name}: rows", len(theirs), len(mine))
        for place, (a, b) in enumerate(zip(theirs, mine)):
            _table(seen, f"{name}[{place}]", a, b)
    else:
        seen.either(name, theirs, mine)
