"""Owns where each gate stands, on the run and on each channel (None is the run).
Must not know what they say together.
"""

import math

import bounds
from lag import Census

LAGS = ("listing latency", "sync lag", "price lag")
CLUSTERED = ("stock cancellations", "oversold orders")
EXPOSED_LEAST = 20
EVENTS_LEAST = 5
CHANGES_LEAST = 59
WINDOWS_LEAST = 20
LATE_SHARE = 20                     # one in so many may be later than a limit
HEALTHY, WATCH, FAILED, NOT_PROVED = "healthy", "watch", "failed", "not_proved"
SPOILT = ("generator_saturated", "time_scale_too_coarse")       # by the harness itself
WHOLE_RUN = ("truncated", *SPOILT, "unanswered")


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

    def _whole(self):
        """What makes the run as a whole prove nothing."""
        if self.run.history.ending != "finished":
            return "truncated"
        if self.run.load.saturated():
            return "generator_saturated"
        if self.run.load.too_coarse():
            return "time_scale_too_coarse"
        if self.run.load.unanswered():
            return "unanswered"
        return None

    def _measure(self, kpi, channel, limits):
        gate = Gate(kpi, channel, limits)
        if self.charter["go_when"] == "healthy":
            gate.watch = gate.healthy
        if kpi in LAGS:
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
            gate.groups = [
                Census(lags) for c in self.scope(gate.channel) for lags in self._promotions(c)
            ]
        gate.needed = max(0, CHANGES_LEAST - census.count) and CHANGES_LEAST
        if census.count:
            gate.low = census.quantile(950_000, census.seen)
            gate.value = gate.high = census.quantile(950_000)

    def _promotions(self, channel):
        """Price changes due exactly where a promotion starts or ends, edge by edge."""
        groups = {}
        for place, promotion in enumerate(self.charter["promotions"]):
            for edge in ("from", "until"):
                for lag in self.run.price.all[channel]:
                    if lag.start == promotion[edge]:
                        groups.setdefault((place, edge), []).append(lag)
        return groups.values()

    def _lag_band(self, gate):
        census, n = gate.census, gate.samples
        groups = [(group.count, group.later(gate.watch)) for group in gate.groups]
        if self.whole not in SPOILT and any(
            late[0] >= EVENTS_LEAST and late[0] * LATE_SHARE > count
            for count, late in [(n, gate.bad), *groups]
        ):
            return FAILED, None
        if self.whole:
            return NOT_PROVED, self.whole
        if not self._exercised(gate):
            return NOT_PROVED, "not_exercised"
        few = census.windows < WINDOWS_LEAST
        if n >= CHANGES_LEAST:
            for band, limit in ((HEALTHY, gate.healthy), (WATCH, gate.watch)):
                late = census.later(limit)[1]
                fits = late * LATE_SHARE <= n and not (few and late)
                if fits and all(
                    group.later(limit)[1] * LATE_SHARE <= group.count for group in gate.groups
                ):
                    return band, None
        if n and gate.value * 2 > gate.watch:
            return NOT_PROVED, "at_the_limit"
        enough = n >= CHANGES_LEAST and not few
        return NOT_PROVED, "unresolved" if enough else "too_few_samples"

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
            gate.needed = math.ceil(needed * n / worth - 1e-9) if bad[1] else needed

    def _events(self, gate):
        """(samples, [definite, possible], clusters or None, exposed clusters)."""
        run, scope = self.run, self.scope(gate.channel)
        if gate.kpi == "handoff success":
            bad = [sum(run.handoff.bad[c][i] for c in scope) for i in (0, 1)]
            return sum(run.handoff.due[c] for c in scope), bad, None, None
        if gate.kpi == "reconciliation variance":
            gate.days = days = run.books.of_channel(gate.channel)
            bad = [sum(day.bad()[i] for day in days) for i in (0, 1)]
            return sum(day.union() for day in days), bad, None, None
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
        if count < 2 or spread <= 0.0 or share >= 1.0:
            return min(n, exposed)
        deff = max(1.0, spread * count / (count - 1) / (n * share * (1.0 - share)))
        worth = 0.0
        if with_events > 1:
            worth = n / deff * (bounds.Z / bounds.student_quantile(with_events - 1)) ** 2
        return min(n, max(worth, min(exposed, n / deff)))

    def _p_value(self, gate, n, bad):
        value = bounds.beyond(bad, n, gate.edges[1])
        days = getattr(gate, "days", ())
        if len(days) > 1:
            by_day = [bounds.beyond(d.bad()[0], d.union(), gate.edges[1]) for d in days]
            value = min(1.0, min(by_day + [value]) * (len(days) + 1))
        return value

    def _share_band(self, gate, rejected):
        if rejected and gate.bad[0] >= EVENTS_LEAST and self.whole not in SPOILT:
            return FAILED, None
        if self.whole:
            return NOT_PROVED, self.whole
        if not self._exercised(gate):
            return NOT_PROVED, "not_exercised"
        few = gate.exposed is not None and gate.exposed < EXPOSED_LEAST
        if not few and gate.samples:
            for band, edge in ((HEALTHY, gate.edges[0]), (WATCH, gate.edges[1])):
                if gate.high_ppm <= round(edge * bounds.PPM) and self._days_within(gate, edge):
                    return band, None
        if gate.bad[0] * 2 > gate.edges[1] * gate.samples:
            return NOT_PROVED, "at_the_limit"
        if gate.samples and not few and gate.upper_definite <= gate.edges[1]:
            return NOT_PROVED, "unresolved"
        return NOT_PROVED, "too_few_samples"

    @staticmethod
    def _days_within(gate, edge):
        days = getattr(gate, "days", ())
        return all(day.bad()[1] <= edge * day.union() for day in days) if len(days) > 1 else True

    # --- both ---

    def _exercised(self, gate):
        """Whether what the gate guards against was put to the test."""
        run = self.run
        if gate.kpi in LAGS:
            book = {
                "listing latency": run.listing, "sync lag": run.sync, "price lag": run.price,
            }[gate.kpi]
            return any(book.all)
        if gate.kpi in CLUSTERED and gate.channel is None:
            on = {}
            for skus in run.shelves.exposed:
                for sku in skus:
                    on[sku] = on.get(sku, 0) + 1
            return max(on.values(), default=0) >= min(2, run.count)
        if gate.kpi == "handoff success":
            meant = [c for c, terms in enumerate(self.charter["connectors"]) if terms["retries"]]
            return all(connector in run.tried_again for connector in meant)
        return True

    def _stand(self, gate, rejected):
        if gate.kpi in LAGS:
            gate.band, gate.because = self._lag_band(gate)
        else:
            gate.band, gate.because = self._share_band(gate, rejected)


def _sku_of(order, orders):
    """The SKU an order was oversold of, else the one it was cancelled for, else its first."""
    if order.oversold_sku is not None:
        return order.oversold_sku
    if order.short_sku is not None and orders.cancelled_in_term(order):
        return order.short_sku
    return order.lines[0]["sku"]
