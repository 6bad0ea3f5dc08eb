"""Owns where each gate stands, on the run and on each channel (None is the run).
Must not know what they say together.
"""

import math

import bounds
import ungated
from lag import Census
from needs import PARTLY, RESTS_ON, TOLD_BY

LAGS = ("listing latency", "sync lag", "price lag")
CLUSTERED = ("stock cancellations", "oversold orders")
EXPOSED_LEAST = 20
EVENTS_LEAST = 5
CHANGES_LEAST = 59
WINDOWS_LEAST = 20
LATE_SHARE = 20                     # one in so many may be later than a limit
HEALTHY, WATCH, FAILED, NOT_PROVED = "healthy", "watch", "failed", "not_proved"
SPOILT = ("harness_failed", "generator_saturated", "time_scale_too_coarse")       # by the harness itself


class Gate:
    """A gate on a scope: its numbers, and where it stands."""

    def __init__(self, kpi, channel, limits):
        self.kpi, self.channel = kpi, channel
        ((self.kind, edges),) = limits.items()
        self.healthy, self.watch = edges["healthy"], edges["watch"]
        self.value = self.low = self.high = "absent"
        self.samples = 0
        self.bad = [0, 0]
        self.needed = 0
        self.band, self.because = NOT_PROVED, None
        self.p_value = None
        self.unseen = False         # nobody could have told


class Gates:
    """All gates of a run."""

    def __init__(self, run):
        self.run = run
        self.charter = run.charter
        self.whole = self._whole()
        self.all = []
        for gate in self.charter["gates"]:
            kpi = gate["kpi"].replace("_", " ")
            for channel in [None, *range(run.count)]:
                self.all.append(self._measure(kpi, channel, dict(gate["limits"])))
        shares = {
            id(gate): gate.p_value for gate in self.all if gate.p_value is not None
        }
        rejected = bounds.holm(shares)
        for gate in self.all:
            self._stand(gate, id(gate) in rejected)
            self._hold_harmless(gate)

    def _whole(self):
        """What spoils the run as a whole, the first that holds."""
        run, load = self.run, self.run.load
        if run.cut_off():
            return "truncated"
        if run.harness.counts["panicked"]:
            return "harness_failed"
        if load.saturated():
            return "generator_saturated"
        if load.too_coarse():
            return "time_scale_too_coarse"
        if load.unanswered():
            return "unanswered"
        if not any(load.wanted) and not run.orders.all:
            return "not_exercised"
        if self.charter["evidence"] == "operations":
            return None
        if not any(load.wanted) or not self.observes("load"):
            return "not_observed"
        return "not_exercised" if ungated.silent_phases(run) else None

    def observes(self, *kinds):
        """Whether the history holds these words; a charter that does not say holds all."""
        told = self.charter.get("observes")
        return told is None or all(kind in told for kind in kinds)

    def _measure(self, kpi, channel, limits):
        gate = Gate(kpi, channel, limits)
        if self.charter["go_when"] == "healthy":
            gate.watch = gate.healthy
        if not self.observes(*RESTS_ON[kpi]):
            gate.unseen = True
        elif kpi in LAGS:
            self._census(gate)
        else:
            self._share(gate)
        return gate

    def scope(self, channel):
        return range(self.run.count) if channel is None else [channel]

    # --- lags ---

    def _lags(self, gate):
        book = {
            "listing latency": self.run.listing, "sync lag": self.run.sync,
            "price lag": self.run.price,
        }[gate.kpi]
        return [lag for channel in self.scope(gate.channel) for lag in book.all[channel]]

    def _census(self, gate):
        gate.census = census = Census(self._lags(gate))
        gate.samples = census.count
        gate.bad = census.later(gate.watch)
        gate.at_healthy = census.later(gate.healthy)
        gate.groups = []
        if gate.kpi == "price lag":
            gate.groups = [Census(lags) for lags in self._promotions(gate.channel)]
        gate.needed = max(0, CHANGES_LEAST - census.count) and CHANGES_LEAST
        if census.count:
            gate.low = census.quantile(950_000, census.lows)
            gate.value = gate.high = census.quantile(950_000)

    @staticmethod
    def _on(promotion, channel):
        """When a promotion starts and ends on a channel; None where it is not on it."""
        apart = {on["channel"]: on for on in promotion.get("on", ())}
        on = apart.get(channel) if apart else promotion
        return on and (on["from"], on["until"])

    def _edges(self, channel):
        """Promotions by where they start and end on a channel, of several the first."""
        of = {}
        for place, promotion in enumerate(self.charter["promotions"]):
            for edge in self._on(promotion, channel) or ():
                of.setdefault(edge, place)
        return of

    def _promotions_came(self):
        """Whether every edge of a promotion on record has a price due that a channel must charge:
        where channels have their own, that channel.
        """
        for promotion in self.charter["promotions"]:
            apart = promotion.get("on")
            for on in apart or [promotion]:
                scope = [on["channel"]] if apart else range(self.run.count)
                for edge in (on["from"], on["until"]):
                    came = any((channel, edge) in self.run.prices.dues for channel in scope)
                    if 0 < edge <= self.run.until and not came:
                        return False
        return True

    def _promotions(self, channel):
        """Price changes due exactly where a promotion starts or ends: a group each."""
        groups = {}
        for c in self.scope(channel):
            of = self._edges(c)
            for lag in self.run.price.all[c]:
                if lag.start in of:
                    groups.setdefault(of[lag.start], []).append(lag)
        return groups.values()

    def _lag_band(self, gate):
        groups = [gate.census, *gate.groups]
        late = [(group.count, *group.later(gate.watch)) for group in groups]
        if self._may_fail(gate) and any(
            sure >= EVENTS_LEAST and sure * LATE_SHARE > count for count, sure, _ in late
        ):
            return FAILED, None
        because = self._without_measure(gate)
        if because:
            return NOT_PROVED, because
        enough = gate.samples >= CHANGES_LEAST
        few = gate.census.windows < WINDOWS_LEAST
        for band, limit in ((HEALTHY, gate.healthy), (WATCH, gate.watch)):
            fits = all(group.later(limit)[1] * LATE_SHARE <= group.count for group in groups)
            if enough and fits and not (few and gate.census.later(limit)[1]):
                return band, None
        beyond = [any(part[i] * LATE_SHARE > part[0] for part in late) for i in (1, 2)]
        if enough and beyond[1] and not beyond[0]:
            return NOT_PROVED, "unresolved"
        if gate.samples and gate.value * 2 > gate.watch:
            return NOT_PROVED, "at_the_limit"
        return NOT_PROVED, "too_few_samples"

    def _hold_harmless(self, gate):
        """A failure that may be the harness's doing is nobody's."""
        if gate.channel is not None and self.run.load.unsent_on(gate.channel) and not self.whole:
            gate.band, gate.because = NOT_PROVED, "generator_saturated"
        elif gate.band == FAILED and self.run.harness.touched(gate.channel):
            gate.band, gate.because = NOT_PROVED, "harness_failed"

    def _may_fail(self, gate):
        """What the harness itself spoilt fails nobody, nor does a fact that nobody told."""
        return self.whole not in SPOILT and self._observed(gate)

    def _without_measure(self, gate):
        """Why nothing is proved, whatever the numbers are."""
        if self.whole:
            return self.whole
        if gate.channel is not None and self.run.load.unanswered(gate.channel):
            return "unanswered"
        spoilt = gate.channel is not None and ungated.spoils(self.run, gate.channel)
        if spoilt:
            return spoilt
        if not self._observed(gate) or self._partly(gate):
            return "not_observed"
        return None if self._exercised(gate) else "not_exercised"

    def _observed(self, gate):
        if not self.observes(*RESTS_ON[gate.kpi]):
            return False
        if gate.kpi in ("handoff success", "reconciliation variance"):
            return self.run.oms_spoke
        facts = set().union(*(TOLD_BY.get(word, ()) for word in RESTS_ON[gate.kpi]))
        return not facts or bool(self.run.evidence.kinds & facts)

    def _partly(self, gate):
        """Whether what the gate rests on is unknown of too many of the orders accepted there."""
        kind, scope = PARTLY.get(gate.kpi), self.scope(gate.channel)
        evidence = self.run.evidence
        if kind == "stock" and evidence.is_unseen(scope, self.run.turned_away, self.charter):
            return True
        return kind is not None and evidence.is_partial(kind, scope, self.charter)

    # --- shares ---

    def _share(self, gate):
        n, bad, clusters, exposed = self._events(gate)
        gate.samples, gate.bad, gate.exposed = n, bad, exposed
        at_least = gate.kind == "at_least"
        limits = [gate.healthy, gate.watch]
        gate.edges = [(bounds.PPM - x if at_least else x) / bounds.PPM for x in limits]
        gate.p_value = self._p_value(gate, n, bad[0]) if n else None
        if not n:
            gate.needed = bounds.clean_needed(bad[1], gate.edges[0])
            gate.upper = 1.0
            return
        worth = [self._worth(n, count, clusters, exposed) for count in bad]
        gate.upper = bounds.upper(bad[1] / n * worth[1], worth[1])
        # Harm is what happened, counted as it is; only the claim that all is well takes clusters.
        lower = bounds.lower(bad[0], n)
        gate.upper_definite = bounds.upper(bad[0] / n * worth[0], worth[0])
        share = bounds.ppm_of(bad[0], n)
        low, high = bounds.ppm_down(lower), bounds.ppm_up(gate.upper)
        if at_least:
            share, low, high = bounds.PPM - share, bounds.PPM - high, bounds.PPM - low
        gate.value, gate.low, gate.high = share, low, high
        gate.high_ppm = bounds.PPM - low if at_least else high
        if gate.high_ppm > round(gate.edges[0] * bounds.PPM):
            # As many as the effective sample would need, in orders that are worth so little.
            worth = worth[1]
            events = -(-bad[1] * worth // n) if worth else 0
            needed = bounds.clean_needed(int(events), gate.edges[0])
            gate.needed = math.ceil(needed * n / worth - 1e-9) if bad[1] and worth else needed

    def _events(self, gate):
        """(samples, [definite, possible], clusters or None, exposed clusters)."""
        run, scope = self.run, self.scope(gate.channel)
        if gate.kpi == "handoff success":
            # What nobody has paid may still become ours, and fail.
            unpaid = sum(run.handoff.unpaid[c] for c in scope)
            bad = [sum(run.handoff.bad[c][i] for c in scope) for i in (0, 1)]
            bad[1] += unpaid
            return sum(run.handoff.due[c] for c in scope) + unpaid, bad, None, None
        if gate.kpi == "reconciliation variance":
            gate.days = days = run.books.by_day(gate.channel)
            bad = [sum(day[0][i] for day in days) for i in (0, 1)]
            return sum(day[1] for day in days), bad, None, None
        if gate.kpi == "mispriced orders":
            known = [o for o in run.orders.all.values() if o.channel in scope and o.priced]
            bad = sum(1 for order in known if order.mispriced_units)
            return len(known), [bad, bad], None, None
        is_bad = self._is_bad(gate.kpi)
        clusters, bad, n = {}, [0, 0], 0
        for order in run.orders.all.values():
            if order.channel not in scope:
                continue
            definite, possible = is_bad(order)
            cluster = clusters.setdefault(_sku_of(order, run.orders), [0, 0, 0])
            for count, more in ((cluster, (1, definite, possible)), (bad, (definite, possible))):
                for place, extra in enumerate(more):
                    count[place] += extra
            n += 1
        exposed = set().union(*(run.shelves.exposed[c] for c in scope))
        return n, bad, clusters, len(exposed)

    def _is_bad(self, kpi):
        orders, run = self.run.orders, self.run
        if kpi == "oversold orders":
            return lambda order: (order.oversold_units > 0,) * 2
        quiet = run.quiet_at is not None

        def cancelled(order):
            if orders.cancelled_in_term(order):
                return True, True
            over = quiet or run.until - order.at > orders.term
            ended = order.cancelled_at or order.released_at or order.shipped_at
            return False, not over and ended is None
        return cancelled

    @staticmethod
    def _worth(n, bad, clusters, exposed):
        """The effective sample, after Korn and Graubard (docs/measures.md, 4)."""
        if clusters is None:
            return n
        if bad == 0:
            return min(n, exposed)
        place = 1 if bad == sum(cluster[1] for cluster in clusters.values()) else 2
        share, count = bad / n, len(clusters)
        spread = sum((c[place] - share * c[0]) ** 2 for c in clusters.values())
        with_events = sum(1 for c in clusters.values() if c[place])
        if min(count, exposed) < 2 or spread <= 0.0 or share >= 1.0:
            return min(n, exposed)
        deff = max(1.0, spread * count / (count - 1) / (n * share * (1.0 - share)))
        worth = 0.0
        if with_events > 1:
            worth = n / deff * (bounds.Z / bounds.student_quantile(with_events - 1)) ** 2
        return min(n, max(worth, min(exposed, n / deff)))

    def _p_value(self, gate, n, bad):
        counts = [(bad, n)]
        days = getattr(gate, "days", ())
        if len(days) > 1:
            counts += [(day[0][0], day[1]) for day in days]
        values = [
            bounds.beyond(count, of, gate.edges[1]) if count >= EVENTS_LEAST else 1.0
            for count, of in counts
        ]
        return min(1.0, min(values) * len(counts)) if len(days) > 1 else values[0]

    def _share_band(self, gate, rejected):
        if rejected and self._may_fail(gate):
            return FAILED, None
        because = self._without_measure(gate)
        if because:
            return NOT_PROVED, because
        few = gate.exposed is not None and gate.exposed < EXPOSED_LEAST
        sure = few or not gate.samples
        for band, edge in ((HEALTHY, gate.edges[0]), (WATCH, gate.edges[1])):
            if not sure and self._within(gate, gate.upper, edge):
                return band, None
        if not sure and self._within(gate, gate.upper_definite, gate.edges[1]):
            return NOT_PROVED, "unresolved"
        shares = [(gate.bad[0], gate.samples)]
        shares += [(day[0][0], day[1]) for day in getattr(gate, "days", ())]
        if any(count * 2 > gate.edges[1] * of for count, of in shares if of):
            return NOT_PROVED, "at_the_limit"
        return NOT_PROVED, "too_few_samples"

    @staticmethod
    def _within(gate, upper, edge):
        """Whether a bound lies within an edge, and no book day's own share beyond it."""
        days = getattr(gate, "days", ())
        return bounds.ppm_up(upper) <= round(edge * bounds.PPM) and (
            len(days) < 2 or all(day[0][0] <= edge * day[1] for day in days)
        )

    # --- both ---

    def _exercised(self, gate):
        """Whether what the gate guards against was put to the test."""
        run = self.run
        if gate.kpi in LAGS:
            book = {
                "listing latency": run.listing, "sync lag": run.sync, "price lag": run.price,
            }[gate.kpi]
            return any(book.all) and (gate.kpi != "price lag" or self._promotions_came())
        if gate.kpi in CLUSTERED and gate.channel is None:
            on = {}
            for skus in run.shelves.exposed:
                for sku in skus:
                    on[sku] = on.get(sku, 0) + 1
            return max(on.values(), default=0) >= min(2, run.count)
        if gate.kpi == "mispriced orders":
            return run.prices.changed
        if gate.kpi == "handoff success":
            meant = [c for c, terms in enumerate(self.charter["connectors"]) if terms["retries"]]
            return all(connector in run.tried_again for connector in meant)
        return True

    def _stand(self, gate, rejected):
        if gate.unseen:
            gate.band, gate.because = NOT_PROVED, self._without_measure(gate)
        elif gate.kpi in LAGS:
            gate.band, gate.because = self._lag_band(gate)
        else:
            gate.band, gate.because = self._share_band(gate, rejected)


def _sku_of(order, orders):
    """The SKU an order was oversold of, else the one it was cancelled for, else its first."""
    if order.oversold_sku is not None:
        return order.oversold_sku
    if order.short_sku is not None and orders.cancelled_in_term(order):
        return order.short_sku
    return order.accepted_lines[0]["sku"]
