"""Holds live runs to simulated ones of the same scenario: agree.py afternoons.json run.json…

What each gate measured lies between the least and the most that so many simulated afternoons showed,
whoever the connector was: the order statistics of the model, by which a run that goes by the same
rules is outside of one of them in two of (afternoons + 1). Of many figures a few are so by chance: as
many as happen once in a thousand such comparisons are too many."""

import json
import math
import sys

# How seldom runs that agree may be found not to.
CHANCE = 0.001


def by_chance(figures, afternoons):
    """How many of so many figures may lie outside: more do so by chance with less than CHANCE."""
    outside = min(1, 2 / (afternoons + 1))
    most, at_most = 0, (1 - outside) ** figures
    while 1 - at_most >= CHANCE:
        most += 1
        at_most += math.comb(figures, most) * outside**most * (1 - outside) ** (figures - most)
    return most


def value(measure):
    """A gate's figure as `afternoons.json` has it: microseconds, or parts per million."""
    return next(iter(measure.values())) if isinstance(measure, dict) else None


def main():
    afternoons, *runs = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
    gates = [(gate["kpi"], gate["channel"]) for gate in afternoons["gates"]]
    outside, compared = [], 0
    for path, run in zip(sys.argv[2:], runs):
        live = {(gate["kpi"], gate["channel"]): value(gate["value"]) for gate in run["gates"]}
        for gate, values in zip(gates, afternoons["each"]["values"]):
            values = sorted(value for value in values if value is not None)
            seen = live.get(gate)
            if seen is None or not values:
                continue
            compared += 1
            if not values[0] <= seen <= values[-1]:
                name = f"{gate[0]}, {gate[1] or 'the run'}"
                outside.append(f"{path}: {name}: {seen}, simulated {values[0]} … {values[-1]}")
    allowed = by_chance(compared, afternoons["runs"])
    print(
        f"{compared} figures of {len(runs)} runs, {len(outside)} outside of what"
        f" {afternoons['runs']} simulated afternoons showed; {allowed} may be by chance"
    )
    for line in outside:
        print(f"  {line}", file=sys.stderr)
    return 1 if len(outside) > allowed or not compared else 0


sys.exit(main())
