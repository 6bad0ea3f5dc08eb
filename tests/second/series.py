"""Owns what stands over time: windows of the campaign, queues, waits for a worker.
Must not know verdicts. Windows have the width that summary.json names; no gate reads one.
"""

import spans
from bounds import ppm_of
from lag import Census
from tables import percentiles

WORKS = ("handoff", "stock", "price", "listing")


class Watched:
    """What is noted while the facts go by, for the charts' windows and the queues."""

    def __init__(self):
        self.samples = {}           # (connector, partition) -> [(at, depth, busy, workers)]
        self.waited = {}            # (connector, work) -> [waited]
        self.events = []            # (kind, at, channel)

    def note(self, kind, at, channel):
        self.events.append((kind, at, channel))

    def on_queue(self, at, body):
        key = body["connector"], body["partition"]
        sample = at, body["depth"], body["busy"], body["workers"]
        self.samples.setdefault(key, []).append(sample)

    def on_wait(self, connector, work, body):
        self.waited.setdefault((connector, WORKS.index(work)), []).append(body.get("waited", 0))


def queues(run):
    names = [connector["name"] for connector in run.charter["connectors"]]
    rows = []
    for (connector, partition), samples in sorted(run.watched.samples.items()):
        depths = [sample[1] for sample in samples]
        deepest = depths.index(max(depths))
        empty = next((at for at, depth, _, _ in samples[deepest:] if depth == 0), None)
        rows.append({
            "connector": names[connector],
            "partition": partition,
            "depth_max": depths[deepest],
            "depth_mean_milli": sum(depths) * 1000 // len(depths),
            "busy_mean_ppm": ppm_of(sum(s[2] for s in samples), sum(s[3] for s in samples)),
        })
        if depths[deepest]:
            # What never held anything has nothing to empty.
            after = None if empty is None else empty - samples[deepest][0]
            rows[-1]["emptied_after_us"] = after
    return rows


def waits(run):
    names = [connector["name"] for connector in run.charter["connectors"]]
    return [
        {
            "connector": names[connector],
            "work": WORKS[work],
            "mean_us": sum(waited) // len(waited),
            "waits": percentiles(waited),
        }
        for (connector, work), waited in sorted(run.watched.waited.items())
    ]


def windows(run, channel, width, count):
    """The counts and lags of every window, of the run (None) or a channel."""
    scope = range(run.count) if channel is None else [channel]
    rows = [dict.fromkeys(COUNTS, 0) for _ in range(count)]

    def add(name, at, more=1):
        rows[min(at // width, count - 1)][name] += more

    for kind, at, where in run.watched.events:
        if channel is None or where == channel:
            add(kind, at)
    for order in run.orders.all.values():
        if order.channel not in scope:
            continue
        add("accepted", order.at)
        add("oversold", order.at, order.oversold_units)
        add("cancelled", order.at, run.orders.cancelled_in_term(order))
        if run.handoff.is_due(order):
            add("due", order.ours_at)
    for place in scope:
        _handed_off(run, place, rows, width)
    lags = [lag for c in scope for lag in run.sync.all[c]]
    _lags(rows, "sync_lag", lags, lambda lag: lag.start, width)
    _lags(rows, "shelf_lag", [x for x in lags if x.parent is not None], lambda x: x.parent, width)
    shares = spans.Mismatched(run, width, count).shares(scope)
    for name, values in (
        ("mismatch_ppm", shares),
        ("price_parity_ppm", spans.parity(run, scope, width, count)),
    ):
        for row, told in zip(rows, values):
            row[name] = told
    return rows


COUNTS = (
    "offered", "sent", "answered", "accepted", "refused", "refused_for_stock", "oversold",
    "cancelled", "due", "handed_off", "lost_after_throttling",
)


def _handed_off(run, channel, rows, width):
    """Counted where it became ours when it was held in time; taken off when it is held again.

    From which window is not kept: it is its channel's first from its acceptance on that counts one.
    """
    counts = [0] * len(rows)
    turns = []
    for order in run.orders.all.values():
        if order.channel != channel or not order.held or not run.handoff.is_due(order):
            continue
        first = order.held[0]
        if first.equal and first.at <= order.ours_at + run.handoff.within:
            turns.append((first.seq, order.ours_at, 1))
            if len(order.held) > 1:
                turns.append((order.held[1].seq, order.at, -1))
    for _, at, more in sorted(turns):
        place = min(at // width, len(rows) - 1)
        while more < 0 and not counts[place] and place + 1 < len(rows):
            place += 1
        counts[place] += more
    for row, count in zip(rows, counts):
        row["handed_off"] += count


def _lags(rows, name, lags, starts, width):
    by_window = [[] for _ in rows]
    for lag in lags:
        by_window[min(starts(lag) // width, len(rows) - 1)].append(lag)
    for row, inside in zip(rows, by_window):
        row[name] = percentiles(Census(inside, starts).seen)
