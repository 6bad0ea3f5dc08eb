"""Owns a run with everything that is said of it, in the shape of summary.json.
Must not know what summary.json states, but for the order in which it lists invariants.
"""

import gates
import harm
import history
import invariants
import judge
import recovered
import series
import shown
import spans
import tables
import totals
import ungated
import verdict
from bounds import ppm_of


class Judged:
    """A run with everything that is said of it."""

    def __init__(self, folder, stated):
        self.run = run = judge.Run(history.History(folder))
        self.gates = gates.Gates(run)
        for gate in self.gates.all:
            gate.impact = harm.impact(run, gate)
        found = {
            invariant.name: invariant for invariant in invariants.of_run(run, self.gates.whole)
        }
        # Reasons name invariants by their places: the summary's order is only an order.
        order = [i["invariant"] for i in stated["invariants"] if i["invariant"] in found]
        self.invariants = [found.pop(name) for name in order] + list(found.values())
        self.totals = [
            totals.Totals(run, channel).stated() for channel in [None, *range(run.count)]
        ]
        wanted = [told["wanted"] for told in run.told]
        self.shares = [ppm_of(n, sum(wanted)) for n in wanted]
        self.objectives = (
            recovered.results(run, stated["series"], self.gates.whole) if "series" in stated else []
        )
        self.verdicts = verdict.Verdicts(
            run, self.gates, self.invariants, wanted, self.objectives
        )

    def tables(self, names, width, count):
        """What stands in summary.json beside gates and totals, in its shape."""
        run = self.run
        return {
            "not_gated": ungated.not_gated(run),
            "silent_phases": ungated.silent_phases(run),
            "promises_loosened": tables.promises_loosened(run),
            "causes": tables.causes(run),
            "load": tables.load(run),
            "books": tables.books(run, names),
            "reconciliation": tables.reconciliation(run),
            "mismatch": tables.mismatch(run),
            "error_classes": harm.errors(run, names),
            "latency": tables.latency(run, names),
            "queues": series.queues(run),
            "waits": series.waits(run),
            "mismatch.worst": spans.Mismatched(run, width, count).worst(width),
            "wrong_offers": shown.offers_told(run, names),
            "stuck_offers": shown.stuck_told(run, names),
            "run_outs": spans.run_outs(run, width),
            "series.run": series.windows(run, None, width, count),
            "series.channels": [
                series.windows(run, channel, width, count) for channel in range(run.count)
            ],
        }
