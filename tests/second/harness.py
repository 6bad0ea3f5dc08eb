"""Owns what befell the harness itself, and which failures may be its doing.
Must not know what was played.
"""

HANDFUL = 5
KINDS = ("never_left", "turned_away", "not_accepted", "panicked", "stranger", "evicted")


class Harness:
    """Counts by kind; calls of connectors and webhooks, and those of them that never left."""

    def __init__(self, charter):
        self.allowed = 1_000_000 - min(charter["honesty"]["sent_at_least"], 1_000_000)
        self.counts = dict.fromkeys(KINDS, 0)
        channels = len(charter["channels"])
        self.calls = [0] * channels         # updates tried, by channel
        self.lost = [0] * channels          # calls to the channel that never left
        self.calls_elsewhere = 0            # handoffs tried and webhooks taken
        self.lost_elsewhere = 0

    def on_harness(self, body):
        self.counts[body["fault"]] += body["times"]
        if body["fault"] != "never_left":
            return
        at = body["at"]
        if isinstance(at, dict) and "channel" in at:
            self.lost[at["channel"]] += body["times"]
        else:
            self.lost_elsewhere += body["times"]

    def touched(self, channel):
        """Whether what failed on a channel (None: on any) may be the harness's doing."""
        scope = range(len(self.calls)) if channel is None else [channel]
        here = any(self.too_many(self.lost[i], max(self.calls[i], self.lost[i])) for i in scope)
        all_elsewhere = max(self.calls_elsewhere, self.lost_elsewhere)
        return here or self.too_many(self.lost_elsewhere, all_elsewhere)

    def too_many(self, lost, calls):
        return lost >= HANDFUL and lost * 1_000_000 > calls * self.allowed

    def told(self, after_end):
        counts = self.counts
        return {
            "never_left": counts["never_left"],
            "turned_away": counts["turned_away"],
            "not_accepted": counts["not_accepted"],
            "panicked": counts["panicked"],
            "strangers": counts["stranger"],
            "evicted": counts["evicted"],
            "after_end": after_end,
            "touched": counts["panicked"] > 0 or self.touched(None),
        }
