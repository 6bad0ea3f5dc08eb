"""Owns faults that were injected, and what came of each time in which something was broken.
Must not know verdicts. Windows are taken as they are stated: series.py holds them to the facts.
"""

from bounds import ppm_of

MINUTE_US = 60_000_000
SAMPLES_MIN = 20
KNOWN_MIN = 3
HOLD_MIN = 3
JOBS_MORE = 20
UNITS_MORE = 5
TOLD_MAX = 50


class Broken:
    """The faults of a charter, as the facts tell of them."""

    def __init__(self, charter):
        self.charter = charter
        self.spells = [[] for _ in charter.get("faults", [])]
        self.hits = [0] * len(self.spells)

    def on_fault(self, at, body):
        if body["in_force"]:
            self.spells[body["fault"]].append([at, None])
        else:
            self.spells[body["fault"]][-1][1] = at

    def on_hits(self, body):
        self.hits[body["fault"]] += body["hits"]

    def stated(self):
        return [
            {
                "name": fault["name"],
                "does": fault["does"],
                "spells": [{"from_us": a, "until_us": b} for a, b in spells],
                "hits": hits,
            }
            for fault, spells, hits in zip(self.charter.get("faults", []), self.spells, self.hits)
        ]

    def disturbances(self, names, series, end):
        """What came of each, by the windows of the run and of each channel."""
        each = sorted(
            (begin, end if until is None else until, fault)
            for fault, spells in enumerate(self.spells) for begin, until in spells
        )
        all_of = []
        for begin, until, fault in each:
            if all_of and begin <= all_of[-1][1]:
                last = all_of[-1]
                last[1] = max(last[1], until)
                last[2] += [fault] if fault not in last[2] else []
            else:
                all_of.append([begin, until, [fault]])
        course = Course(self.charter, series)
        begins = [one[0] for one in all_of[1:TOLD_MAX]] + [end]
        return [
            course.followed(self.charter, names, one, until)
            for one, until in zip(all_of[:TOLD_MAX], begins)
        ]


class Course:
    """The campaign in stretches of a minute or more."""

    def __init__(self, charter, series):
        width = series["width_us"]
        each = max(1, -(-MINUTE_US // width))
        self.width = each * width
        strict = charter["go_when"] == "healthy"
        edge = "healthy" if strict else "watch"
        gates = {gate["kpi"]: gate["limits"] for gate in charter["gates"]}
        lag, handoff = gates.get("sync_lag"), gates.get("handoff_success")
        self.lag = lag and next(iter(lag.values()))[edge]
        ((side, limits),) = handoff.items() if handoff else ((None, None),)
        self.handoff = limits and (
            limits[edge] if side == "at_most" else 1_000_000 - limits[edge]
        )
        looks = max((c.get("looks", 0) for c in charter["connectors"]), default=0)
        self.hold = max(HOLD_MIN, -(-2 * looks // self.width))
        count = len(series["run"])
        self.stretches = [
            self.stretch(
                place * each * width,
                series["run"][place * each:(place + 1) * each],
                [windows[place * each:(place + 1) * each] for windows in series["channels"]],
            )
            for place in range(-(-count // each))
        ]

    def stretch(self, begin, run, channels):
        told = {
            "from": begin, "out": [], "known": [False, False], "lag": 0,
            "jobs": max(w["queue_depth"] for w in run), "offered": sum(w["offered"] for w in run),
            "units": 0, "cancelled": 0, "unhanded": 0, "sent_away": 0,
        }
        for channel, windows in enumerate(channels):
            changes = sum(w["sync_lag"]["count"] for w in windows)
            oldest = max((w["oldest_unshown_us"] for w in windows), default=0)
            p95 = max((w["sync_lag"]["p95_us"] or 0 for w in windows), default=0)
            due = sum(w["due"] for w in windows)
            unhanded = max(0, due - sum(w["handed_off"] for w in windows))
            many, orders = changes >= SAMPLES_MIN, due >= SAMPLES_MIN
            late = self.lag is not None and (oldest > self.lag or many and p95 > self.lag)
            lost = self.handoff is not None and orders and ppm_of(unhanded, due) > self.handoff
            if late or lost:
                told["out"].append(channel)
            told["known"][0] |= many or late
            told["known"][1] |= orders
            told["lag"] = max(told["lag"], oldest, p95 if many else 0)
            told["unhanded"] += unhanded
            told["units"] += sum(w["oversold"] for w in windows)
            told["cancelled"] += sum(w["cancelled"] for w in windows)
            told["sent_away"] += sum(max(0, w["refused"] - w["refused_for_stock"]) for w in windows)
        return told

    def followed(self, charter, names, one, until):
        begin, ends, faults = one
        last = len(self.stretches)
        first = min(begin // self.width, last)
        stop = max(first, min(min((max(until, 1) - 1) // self.width, last) + 1, last))
        after = self.stretches[first:stop]
        wanted = max(self.stretches[first]["offered"], 1) if first < last else 1
        alike = [s for s in self.stretches[:first] if s["offered"] * 2 >= wanted]

        def bad(s):
            if s["out"]:
                return True
            if not alike:
                return False
            jobs, units = max(a["jobs"] for a in alike), max(a["units"] for a in alike)
            return (s["jobs"] > max(2 * jobs, jobs + JOBS_MORE)
                    or s["units"] > max(2 * units, units + UNITS_MORE))

        near = max(0, min(ends // self.width, last) + 1 - first) + self.hold
        hurt = next((i for i, s in enumerate(after[:near]) if bad(s)), None)
        how, at = self.recovered(after, hurt, near, bad, until)
        within = after
        if how == "in_band":
            within = [s for s in after if s["from"] < at]
        elif how in ("never_out", "unknown"):
            within = after[:near]

        def total(key):
            return sum(s[key] for s in within)

        out = sorted({channel for s in within for channel in s["out"]})
        return {
            "from_us": begin, "until_us": ends,
            "faults": [charter["faults"][fault]["name"] for fault in faults],
            "impact_us": None if hurt is None else max(after[hurt]["from"], begin),
            "out": [names[channel] for channel in out],
            "recovered": how, "recovered_us": at,
            "worst_lag_us": max((s["lag"] for s in within), default=0),
            "backlog": max((s["jobs"] for s in within), default=0),
            "oversold": total("units"), "cancelled": total("cancelled"),
            "unhanded": total("unhanded"), "turned_away": total("sent_away"),
        }

    def recovered(self, after, hurt, near, bad, until):
        gated = [self.lag is not None, self.handoff is not None]

        def enough(stretches):
            return all(
                not gate or sum(s["known"][which] for s in stretches) >= KNOWN_MIN
                for which, gate in enumerate(gated)
            )

        if hurt is None:
            return ("never_out" if enough(after[:near]) else "unknown"), None
        since = hurt
        for place in range(hurt, len(after)):
            if bad(after[place]):
                since = place + 1
            elif place - since + 1 >= self.hold and enough(after[since:place + 1]):
                return "in_band", after[since]["from"]
        return "not_by", max(until, 1)
