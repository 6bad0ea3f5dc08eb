"""Owns lags: from a change at the source to the channel that shows it, between two ends each.
Must not know limits' names; a census asks how many lie beyond one.
"""

NEVER = None           # the upper end of a lag that was not seen to end
BEHIND_MAX = 256       # a SKU of a channel this many changes behind counts its oldest as late
BEHIND_EVER = 1_024    # and beyond so many any


class Lag:
    """One change that one channel had to show."""

    __slots__ = ("start", "rank", "low", "high", "ended_at", "parent", "seq", "age")

    def __init__(self, start, rank, seq, parent=None):
        self.start = start      # when the source recorded it, or it was due
        self.rank = rank        # its version; of prices (due, version)
        self.low = None
        self.high = NEVER
        self.age = None         # of one never shown: how old it was at the end of observation
        self.ended_at = None
        self.parent = parent    # when the sale was accepted that caused it
        self.seq = seq


class Lags:
    """The lags of one kind of change, by channel."""

    def __init__(self, channels, flaps, watch):
        self.all = [[] for _ in range(channels)]
        self.pending = [{} for _ in range(channels)]
        self.recent = [{} for _ in range(channels)]     # ended within the flap window
        self.stands = [{} for _ in range(channels)]     # what is shown: (rank, since when)
        self.fallen = [{} for _ in range(channels)]     # fell back to an older: (rank, when)
        self.flaps = flaps
        self.watch = watch
        self.regressions = []
        self.shows = 0

    def begin(self, channel, sku, lag, now):
        self.all[channel].append(lag)
        waiting = self.pending[channel].setdefault(sku, [])
        waiting.append(lag)
        while len(waiting) > BEHIND_MAX:
            oldest = waiting[0]
            age = now - oldest.start
            if age <= self.watch and len(waiting) <= BEHIND_EVER:
                break
            oldest.low = oldest.age = max(0, age)
            waiting.pop(0)

    def shown(self, channel, sku, rank, at, missed=None, seq=None):
        """A version is shown: it and all older ones end, newer ones were never settled."""
        self.shows += 1
        waiting = self.pending[channel].get(sku, ())
        still = []
        ended = []
        for lag in waiting:
            if lag.rank <= rank:
                lag.high = max(0, at - lag.start)
                lag.low = lag.high if missed is None else max(0, missed - lag.start)
                lag.ended_at = at
                ended.append(lag)
            else:
                still.append(lag)
        if waiting:
            self.pending[channel][sku] = still
        self._contradict(channel, sku, rank, at, seq)
        self.recent[channel].setdefault(sku, []).extend(ended)

    def _contradict(self, channel, sku, rank, at, seq):
        """Newer versions that had been shown: within the flap window they never settled."""
        flap = self.flaps[channel]
        stood = self.stands[channel].get(sku)
        if stood is not None and stood[0] > rank and at - stood[1] >= flap:
            self.regressions.append((seq, channel, sku))
            self.fallen[channel].setdefault(sku, (stood[0], at))
        fell = self.fallen[channel].get(sku)
        if fell is not None and rank >= fell[0]:
            del self.fallen[channel][sku]
        if stood is None or stood[0] != rank:
            self.stands[channel][sku] = (rank, at)
        recent = [
            lag for lag in self.recent[channel].get(sku, ()) if at - lag.ended_at < flap
        ]
        again = [lag for lag in recent if lag.rank > rank]
        for lag in again:
            lag.low, lag.high, lag.ended_at = None, NEVER, None
        if again:
            waiting = self.pending[channel].setdefault(sku, [])
            waiting.extend(again)
            waiting.sort(key=lambda lag: lag.rank)
        self.recent[channel][sku] = [lag for lag in recent if lag.ended_at is not None]

    def close(self, at, quiet):
        """What was not shown is later than its age; at quiet later than anything.

        What was not due yet is no sample.
        """
        for place, lags in enumerate(self.all):
            self.all[place] = [lag for lag in lags if lag.ended_at is not None or lag.start <= at]
        for channel in self.pending:
            for waiting in channel.values():
                for lag in waiting:
                    lag.age = max(0, at - lag.start)
                    lag.low = NEVER if quiet else lag.age


class Census:
    """Lags looked at together: how many are later than a limit, their percentiles."""

    def __init__(self, lags, starts=None):
        """`starts` tells from when a lag runs; from the change itself unless told."""
        since = starts or (lambda lag: lag.start)
        before = [lag.start - since(lag) for lag in lags]
        self.lows = sorted(_plus(lag.low, extra) for lag, extra in zip(lags, before))
        self.highs = sorted(_plus(lag.high, extra) for lag, extra in zip(lags, before))
        # For display: never shown is told with its age, though it is later than that.
        self.seen = sorted(
            _plus(lag.high if lag.age is None else lag.age, extra)
            for lag, extra in zip(lags, before)
        )
        self.windows = len({lag.start // 60_000_000 for lag in lags})
        self.count = len(lags)

    def later(self, limit):
        """[definite, possible]; a lag of exactly the limit is not later."""
        return [sum(1 for x in ends if x > limit) for ends in (self.lows, self.highs)]

    def quantile(self, share_ppm, ends=None):
        """By nearest rank; infinity is later than observed, None is nothing measured."""
        ends = self.highs if ends is None else ends
        if not ends:
            return None
        rank = -(-len(ends) * share_ppm // 1_000_000)
        return ends[max(1, rank) - 1]


def _plus(end, extra):
    return float("inf") if end is NEVER else max(0, end + extra)
