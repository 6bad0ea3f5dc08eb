"""Holds runs of the two connectors to what is known of them: held.py careful.json broken.json naive.json"""

import json
import sys

# What the naive connector does wrong, by the rules that name it (its comments say where), …
ITS_BUGS = {"duplicate_handoff", "double_decrement", "lost_handoff", "wrong_offer", "one_sided_end"}
# … and what follows from those: late or never updated offers and prices, and what is sold by them.
THEIR_TRAIL = {"oversell", "undersell", "stale_listing", "stuck_offer", "regression", "wrong_price",
               "mispriced_order", "price_out_of_time", "late_cancellation", "sent_away"}


def broken_rules(summary):
    return {rule["invariant"] for rule in summary["invariants"] if rule["breaches"]["definite"]}


def main():
    careful, broken, naive = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:4])
    wrong = []
    for name, summary in [("careful", careful), ("broken", broken), ("naive", naive)]:
        print(f"{name:8} {summary['headline']}: {', '.join(sorted(broken_rules(summary))) or 'no rule broken'}")
        if summary["evidence"] != "your_connector":
            wrong.append(f"{name}: evidence {summary['evidence']}")
    if careful["verdict"] != "go":
        wrong.append(f"the careful connector is {careful['verdict']}")
    for name, summary in [("careful", careful), ("broken", broken)]:
        charged = broken_rules(summary) & (ITS_BUGS | {"wrong_price"})
        if summary["verdict"] == "no_go" or charged:
            wrong.append(f"{name}: {summary['verdict']}, charged with {sorted(charged)}")
    found = broken_rules(naive)
    if naive["verdict"] != "no_go" or ITS_BUGS - found:
        wrong.append(f"the naive connector is {naive['verdict']}; not found: {sorted(ITS_BUGS - found)}")
    if found - ITS_BUGS - THEIR_TRAIL:
        wrong.append(f"the naive connector is charged with {sorted(found - ITS_BUGS - THEIR_TRAIL)}")
    for line in wrong:
        print(f"  {line}", file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
