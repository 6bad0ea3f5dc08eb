"""Owns what gates and invariants say together: the verdict of the run and of each channel.
Must not know how a gate came to stand where it stands.
"""

import ungated
from evidence import is_expired
from gates import FAILED, HEALTHY, NOT_PROVED, WATCH

GO, CONDITIONS, INCONCLUSIVE, NO_GO = "go", "go_with_conditions", "inconclusive", "no_go"
# At least a condition; an accepted risk of this gate leaves a failure one.
SHOWN = {"wrong_offer": "sync lag", "wrong_price": "price lag", "stuck_offer": "sync lag"}
# The gate whose accepted risk leaves a failure of a rule a condition.
ANSWERED_BY = SHOWN | {"late_cancellation": "stock cancellations"}
# Rules with a share of their own: what they come to, they come to by channel.
SHARES = (
    "one_sided_end", "contradicted_answer", "sent_away", "late_cancellation", "late_dispatch", "late_acceptance",
)
BLOCKS_FROM = 20                # a channel with one order in so many, or more, blocks the run


class Verdicts:
    """The verdicts. `run` and `channels[i]` are (verdict, reasons); reasons are a set."""

    def __init__(self, run, gates, invariants, weights, objectives=()):
        charter = run.charter
        self.risks = [
            risk for risk in charter["accepted_risks"] if not is_expired(risk, charter)
        ]
        self.gates, self.invariants, self.objectives = gates, invariants, objectives
        total = sum(weights)
        self.heavy = [weight * BLOCKS_FROM >= total for weight in weights]
        # Where shoppers wanted to buy and none could, nothing is proved, however small it is.
        self.closed = [
            ungated.is_dead(
                told["wanted"], told["takeable"], run.accepted_on(channel),
                charter["channels"][channel]["share"],
            )
            for channel, told in enumerate(run.told)
        ]
        small = {
            gate.channel for gate in gates.all
            if gate.channel is not None and gate.because == "too_few_samples"
            and not self._risk(gate)
            and not self.heavy[gate.channel] and not self.closed[gate.channel]
        }
        # What may be waived of one may be waived of all of them together, and no more.
        together = sum(weights[channel] for channel in small)
        self.waived = small if together * BLOCKS_FROM < total else set()
        gone = ungated.not_gated(run)
        both = "stock cancellations" in gone and "oversold orders" in gone
        self.missing = [
            kpi for kpi in gone
            if kpi in ("sync lag", "handoff success")
            or both and kpi in ("stock cancellations", "oversold orders")
        ]
        self.rows = self._rows(charter.get("input"))
        self.channels = [self._channel(c) for c in range(len(weights))]
        self.too_small = [self._too_small(c) for c in range(len(weights))]
        self.run = self._run()

    @staticmethod
    def _rows(source):
        """What rows of the file that could not be read leave of a verdict."""
        if source is None:
            return GO
        missing = sum(unread["rows"] for unread in source["unread"])
        if missing * 50 > source["rows"]:
            return INCONCLUSIVE
        return CONDITIONS if missing * 1000 > source["rows"] else GO

    def _risk(self, gate):
        """The accepted risk that covers a gate, if there is one."""
        return self._accepted(gate.kpi, gate.channel)

    def _accepted(self, kpi, channel):
        return any(
            risk["gate"].replace("_", " ") == kpi and risk["channel"] in (None, channel)
            for risk in self.risks
        )

    def _channel(self, channel):
        places = [
            place for place, gate in enumerate(self.gates.all) if gate.channel == channel
        ]
        broken = [
            place for place, invariant in enumerate(self.invariants)
            if self._broken_on(invariant, channel)
        ]
        return self._say(places, broken, [channel])

    def _broken_on(self, invariant, channel):
        if invariant.name in SHARES:
            on = invariant.own_on
            return bool(on) and on[channel][0] != HEALTHY
        return (
            invariant.band in (FAILED, WATCH) and channel in invariant.on
            and (invariant.must_be_zero or invariant.name in SHOWN)
        )

    def _too_small(self, channel):
        """It has too few samples, and carries too little to block the run."""
        return channel in self.waived

    def _run(self):
        places = [
            place for place, gate in enumerate(self.gates.all) if not self._left_out(gate)
        ]
        broken = [
            place for place, invariant in enumerate(self.invariants)
            if invariant.must_be_zero and invariant.band in (FAILED, NOT_PROVED)
            or invariant.name in SHOWN and invariant.band in (FAILED, WATCH)
            or invariant.name in SHARES and (
                invariant.band in (FAILED, WATCH)
                or invariant.because in ("unresolved", "contradicted")
            )
        ]
        verdict, reasons = self._say(places, broken, range(len(self.channels)))
        for place, objective in enumerate(self.objectives):
            band = objective["band"]
            if band == FAILED or band == NOT_PROVED and not self.gates.whole:
                reasons.add(("objective", place))
                verdict = NO_GO if band == FAILED or verdict == NO_GO else INCONCLUSIVE
        if self.missing and not self.gates.whole:
            reasons |= {("not_gated", kpi) for kpi in self.missing}
            verdict = CONDITIONS if verdict == GO else verdict
        if self.rows == GO:
            return verdict, reasons
        worst = [GO, CONDITIONS, INCONCLUSIVE, NO_GO]
        reasons.add(("rows_missing", None))
        return max(verdict, self.rows, key=worst.index), reasons

    def _fails(self, invariant, channels):
        """Whether it fails the run, or here the channel, that is judged."""
        if invariant.band != FAILED:
            return False
        if invariant.name not in (*SHARES, *SHOWN):
            return True
        kpi = ANSWERED_BY.get(invariant.name)
        return any(
            channel in invariant.failed_on and not self._accepted(kpi, channel)
            for channel in channels
        )

    def _failed_on(self, invariant, channels):
        """Whether it failed; of one channel among several, there."""
        if invariant.band != FAILED or len(channels) == len(self.closed):
            return invariant.band == FAILED
        if invariant.name in SHARES:
            return invariant.own_on[channels[0]][0] == FAILED
        return invariant.name not in SHOWN or channels[0] in invariant.failed_on

    def _left_out(self, gate):
        """A channel's gate that does not speak for the run."""
        if gate.channel is None:
            return False
        few = gate.band == NOT_PROVED and gate.because == "too_few_samples"
        if few and gate.channel in self.waived:
            return True
        return (few or gate.band == WATCH) and self._risk(gate)

    def _say(self, places, broken, channels):
        failed = unproved = conditions = False
        reasons = set()
        whole = self.gates.whole
        for place in places:
            gate = self.gates.all[place]
            if gate.band == HEALTHY:
                continue
            if whole and gate.band != FAILED:
                continue            # the run as a whole says so once
            thin = gate.because == "too_few_samples"
            if gate.channel is not None and self.closed[gate.channel] and thin:
                continue            # so does a channel that took nothing
            reasons.add(("gate", place))
            covered = self._risk(gate)
            failed |= gate.band == FAILED and not covered
            unproved |= gate.band == NOT_PROVED and not covered
            conditions |= gate.band == WATCH or covered
        for place in broken:
            invariant = self.invariants[place]
            if whole and not self._failed_on(invariant, channels):
                continue
            here = self._fails(invariant, channels)
            failed |= here
            own = [invariant.own_on[c][0] for c in channels] if invariant.own else []
            unproved |= NOT_PROVED in (own or [invariant.band])
            conditions |= not here and (
                WATCH in own or not own and invariant.band in (FAILED, WATCH)
                or invariant.band == WATCH
            )
            reasons.add(("invariant", place))
        for channel in channels:
            if self.closed[channel]:
                reasons.add(("nothing_accepted", channel))
                unproved = True
        if whole:
            reasons.add(("run", whole))
        if not self.gates.all:
            reasons.add(("run", "not_exercised"))
        if failed:
            return NO_GO, reasons
        if unproved or whole or not places:
            return INCONCLUSIVE, reasons
        return (CONDITIONS if conditions else GO), reasons
