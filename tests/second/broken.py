"""Owns faults that were injected, and what came of each time in which something was broken.
Must not know verdicts. Windows are taken as they are stated: series.py holds them to the facts.
"""

from bounds import ppm_of

MINUTE_US = 60_000_000
SAMPLES_MIN = 20
HOLD_MIN = 3
JOBS_MORE = 20
UNITS_MORE = 5
AWAY_MIN = 3
SENT_AWAY_PPM = 10_000
TOLD_MAX = 50
FOR_EVER = float("inf")


class Broken:
    """The faults of a charter, as the facts tell of them."""

    def __init__(self, charter):
        self.charter = charter
        self.spells = [[] for _ in charter.get("faults", [])]
        self.hits = [0] * len(self.spells)
        self.seen, self.acted = [], []

    def on_fault(self, at, body):
        if body["in_force"]:
            self.spells[body["fault"]].append([at, None])
        else:
            self.spells[body["fault"]][-1][1] = at

    def on_hits(self, body):
        self.hits[body["fault"]] += body["hits"]

    def on_acted(self, at, body):
        """When somebody saw something, and when somebody did, and who."""
        act = body["act"] if isinstance(body["act"], str) else next(iter(body["act"]))
        if not body["allowed"] or act == "note":
            return
        by = {"step" if body["how"] == "script" else "somebody": body["by"]}
        people = len(self.charter.get("alerts", []))
        (self.seen if act == "detected" else self.acted).append((at, people, by))

    def on_alert(self, at, body):
        """Whatever fires is seen."""
        if body["firing"]:
            rule = self.charter["alerts"][body["alert"]]
            self.seen.append((at, body["alert"], {"alert": rule["name"]}))

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

    def disturbances(self, names, series, run, told=TOLD_MAX):
        """What came of each, by the windows of the run and of each channel."""
        end = run.until
        course = self.course(series, run)
        if course is None:
            return []
        hold = course.hold * course.width
        each = sorted(
            (begin, end if until is None else until, fault)
            for fault, spells in enumerate(self.spells) if self.hits[fault]
            for begin, until in spells
        )
        all_of = []
        for begin, until, fault in each:
            # What begins again before the one before could be over is one with it.
            if all_of and begin <= all_of[-1][1] + hold:
                last = all_of[-1]
                last[1] = max(last[1], until)
                last[2] += [fault] if fault not in last[2] else []
            else:
                all_of.append([begin, until, [fault]])
        begins = [one[0] for one in all_of[1:]] + [end]
        return [
            course.followed(self.charter, names, one, until)
            for one, until in list(zip(all_of, begins))[:told]
        ]

    def course(self, series, run):
        """The campaign in stretches; None where nothing that was broken met anything."""
        if not any(self.hits):
            return None
        course = Course(self.charter, series)
        course.missing(run)
        # Of the same moment alerts first, in the order of their rules.
        course.seen, course.acted = sorted(self.seen, key=lambda one: one[:2]), self.acted
        course.cut_off, course.quiet = run.cut_off(), run.quiet_at is not None
        course.end = run.until
        return course


class Course:
    """The campaign in stretches of a minute or more."""

    def __init__(self, charter, series):
        width = series["width_us"]
        each = max(1, -(-MINUTE_US // width))
        self.width, self.window = each * width, width
        self.channels = len(series["channels"])
        self.matured = FOR_EVER
        self.within = charter["promises"]["handoff_within"]
        strict = charter["go_when"] == "healthy"
        edge = "healthy" if strict else "watch"
        gates = {gate["kpi"]: gate["limits"] for gate in charter["gates"]}
        lag, handoff = gates.get("sync_lag"), gates.get("handoff_success")
        self.lag = lag and next(iter(lag.values()))[edge]
        ((side, limits),) = handoff.items() if handoff else ((None, None),)
        self.handoff = limits and (
            limits[edge] if side == "at_most" else 1_000_000 - limits[edge]
        )
        looks = max((c.get("looks") or 0 for c in charter["connectors"]), default=0)
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
        if self.lag is not None:
            self._unshown(series, each, width)

    def stretch(self, begin, run, channels):
        told = {
            "from": begin, "out": set(), "lag": 0, "changes": [], "due": [], "lost": [],
            "jobs": max(w["queue_depth"] for w in run), "offered": sum(w["offered"] for w in run),
            "units": 0, "cancelled": 0, "sent_away": 0,
            "wait": 0, "gone": 0, "coming": 0,
            "area": sum(w["queue_depth"] for w in run) * self.window,
        }
        for channel, windows in enumerate(channels):
            changes = sum(w["sync_lag"]["count"] for w in windows)
            oldest = max((w["oldest_unshown_us"] for w in windows), default=0)
            p95 = max((w["sync_lag"]["p95_us"] or 0 for w in windows), default=0)
            due = sum(w["due"] for w in windows)
            lost = max(0, due - sum(w["handed_off"] for w in windows))
            away = sum(max(0, w["refused"] - w["refused_for_stock"]) for w in windows)
            wanted = sum(w["offered"] for w in windows)
            many = changes >= SAMPLES_MIN
            late = self.lag is not None and many and p95 > self.lag
            shut = away >= AWAY_MIN and ppm_of(away, wanted) >= SENT_AWAY_PPM
            if late or shut or self._loses(due, lost):
                told["out"].add(channel)
            told["changes"].append(changes)
            told["due"].append(due)
            told["lost"].append(lost)
            told["lag"] = max(told["lag"], oldest, p95 if many else 0)
            told["units"] += sum(w["oversold"] for w in windows)
            told["cancelled"] += sum(w["cancelled"] for w in windows)
            told["sent_away"] += away
        return told

    def missing(self, run):
        """Orders that the OMS had late or never go to the stretch in which they became ours."""
        quiet = run.quiet_at is not None
        within = self.within
        if not quiet and self.handoff is not None:
            self.matured = max(0, run.until - within)
        for order in run.orders.all.values():
            if not run.handoff.is_due(order):
                continue
            place = min(order.ours_at // self.width, len(self.stretches) - 1)
            stretch = self.stretches[place]
            if order.held:
                wait = max(0, order.held_at() - order.ours_at)
            elif order.released_at is not None and not order.released_paid:
                # Its channel let it go, too late: until then it waited, and it is nobody's loss.
                wait = order.released_at - order.ours_at
            else:
                if order.released_at is None:
                    over = quiet or run.until > order.ours_at + within
                    stretch["gone" if over else "coming"] += 1
                wait = FOR_EVER if quiet else run.until - order.ours_at
            stretch["wait"] = max(stretch["wait"], wait)

    def _loses(self, due, lost):
        return self.handoff is not None and due >= SAMPLES_MIN and ppm_of(lost, due) > self.handoff

    def _unshown(self, series, each, width):
        """A change never shown in time is out of band since it was made, also while it is young."""
        for channel, windows in enumerate(series["channels"]):
            for place, window in enumerate(windows):
                age = window["oldest_unshown_us"]
                if age > self.lag:
                    made = max(0, (place + 1) * width - age) // self.width
                    for stretch in self.stretches[made:place // each + 1]:
                        stretch["out"].add(channel)

    def losing(self, stretches):
        """Channels that lost more orders than they may, over all of these."""
        return {
            channel for channel in range(self.channels)
            if self._loses(
                sum(s["due"][channel] for s in stretches),
                sum(s["lost"][channel] for s in stretches),
            )
        }

    def tells(self, stretches, hurt=()):
        """Whether enough was seen, of all channels together and of each that was out of band."""
        def enough(channels):
            return all(
                not gated or sum(s[key][c] for s in stretches for c in channels) >= SAMPLES_MIN
                for gated, key in ((self.lag is not None, "changes"), (self.handoff is not None, "due"))
            )
        return enough(range(self.channels)) and all(enough([channel]) for channel in hurt)

    def followed(self, charter, names, one, until):
        begin, ends, faults = one
        until = max(until, 1)
        last = len(self.stretches)
        first = min(begin // self.width, last)
        stop = max(first, min(min((until - 1) // self.width, last) + 1, last))
        after = self.stretches[first:stop]
        wanted = max(self.stretches[first]["offered"], 1) if first < last else 1
        alike = [s for s in self.stretches[:first] if s["offered"] * 2 >= wanted]

        def beyond(s):
            if not alike:
                return False
            jobs, units = max(a["jobs"] for a in alike), max(a["units"] for a in alike)
            return (s["jobs"] > max(2 * jobs, jobs + JOBS_MORE)
                    or s["units"] > max(2 * units, units + UNITS_MORE))

        over = max(0, min((ends + self.width - 1) // self.width, last) - first)
        near = after[:over + self.hold]
        hurt = self.hurt(near, beyond)
        # Nothing is to follow a campaign that is over and at rest.
        rest = self.quiet and not self.cut_off
        watched = rest or until < self.end or until >= ends + self.hold * self.width
        if hurt is None:
            how = "never_out" if watched and self.tells(near) else "unknown"
            at = None
        else:
            how, at = self.recovered(after, near, max(hurt, over), beyond, until)
        within = after
        if how == "in_band":
            within = [s for s in after if s["from"] < at]
        elif hurt is None:
            within = near

        def total(key):
            return sum(s[key] for s in within)

        out = set().union(*(s["out"] for s in within)) | self.losing(within)
        outs = [
            s["from"] for s in within
            if (s["out"] or beyond(s)) and s["from"] + self.width <= self.matured
        ]
        back = None
        if how == "in_band":
            # A relapse counts to its end; else what was out, or lost orders where too many were.
            relapsed = at > after[max(hurt, over)]["from"]
            losing = self.losing(within)
            last = [
                s["from"] for s in within
                if s["out"] or beyond(s) or any(s["lost"][c] for c in losing)
            ]
            back = at if relapsed else last[-1] + self.width if last else None
        aimed = [charter["faults"][fault].get("at", []) for fault in faults]
        aimed = set().union(*aimed) if all(aimed) else out
        depths = sorted(s["jobs"] for s in alike)
        usual = depths[-(-len(depths) * 99 // 100) - 1] if depths else None
        most = max((s["jobs"] for s in within), default=0)
        peak = next((i for i, s in enumerate(within) if s["jobs"] == most), 0)
        drained = next(
            (s["from"] for s in after[peak:] if usual is not None and s["jobs"] <= usual), None
        )
        seen, acted = (self.first(m, begin, until) for m in (self.seen, self.acted))
        wait = max((s["wait"] for s in within), default=0)
        gone = total("gone")
        return {
            "from_us": begin, "until_us": ends,
            "faults": [charter["faults"][fault]["name"] for fault in faults],
            "impact_us": None if hurt is None else max(after[hurt]["from"], begin),
            "out": [names[channel] for channel in sorted(out)],
            "recovered": how, "recovered_us": at,
            "cut": self.cut_off and until >= self.end and (
                how == "not_by" or how == "unknown" and not watched
            ),
            "worst_lag_us": max((s["lag"] for s in within), default=0),
            "backlog": max((s["jobs"] for s in within), default=0),
            "oversold": total("units"), "cancelled": total("cancelled"),
            "unhanded": sum(sum(s["lost"]) for s in within), "turned_away": total("sent_away"),
            "detected_us": seen and seen[0], "detected_by": seen and seen[2],
            "acted_us": acted and acted[0], "acted_by": acted and acted[2],
            "collateral": [names[channel] for channel in sorted(out - aimed)],
            "backlog_usual": usual, "backlog_area_us": total("area"),
            "drained_us": None if drained is None else max(drained, begin),
            "last_out_us": outs[-1] if outs else None, "back_us": back,
            "lost": {"definite": gone, "possible": gone + total("coming")},
            "longest_wait_us": None if wait == FOR_EVER else wait,
        }

    @staticmethod
    def first(moments, begin, until):
        """The first that lies in a stretch of time."""
        one = next((one for one in moments if one[0] >= begin), None)
        return one if one is not None and one[0] < until else None

    def hurt(self, near, beyond):
        first = None
        for place, stretch in enumerate(near):
            if beyond(stretch) or stretch["out"]:
                return place
            if first is None and sum(stretch["lost"]):
                first = place
            if self.losing(near[:place + 1]):
                return first
        return None

    def recovered(self, after, near, since, beyond, until):
        hurt = set().union(*(s["out"] for s in after[:since])) | self.losing(near)
        relapsed = False
        for place in range(since, len(after)):
            seen = after[since:place + 1]
            bad = self.losing(seen) | after[place]["out"]
            if bad or beyond(after[place]):
                hurt |= bad
                since, relapsed = place + 1, True
            elif place - since + 1 >= self.hold and self.tells(seen, hurt):
                return "in_band", after[since]["from"]
        held = max(0, len(after) - since) >= self.hold
        return ("unknown", None) if held and not relapsed else ("not_by", until)
