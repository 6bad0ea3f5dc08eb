"""Owns what came of orders on their way to the OMS: due, in time, lost; the books of each day.
Must not know limits; counts are [definite, possible].
"""

from datetime import datetime, timedelta

DAY_US = 86_400_000_000


class Handoff:
    """The way of every order that became ours, judged at the end of observation."""

    def __init__(self, charter, orders, until, quiet):
        self.within = charter["promises"]["handoff_within"]
        self.sla = charter["promises"]["handoff_sla"]
        self.until, self.quiet = until, quiet
        told = charter.get("observes")
        # Where nobody could have told what the OMS holds or what was cancelled, nothing is due.
        self.seen = told is None or {"oms_orders", "cancellations"} <= set(told)
        count = len(charter["channels"])
        self.due = [0] * count
        self.good = [0] * count
        self.good_in_sla = [0] * count
        self.bad = [[0, 0] for _ in range(count)]
        self.times = [[] for _ in range(count)]
        self.lost = []
        self.pending = []
        self.unpaid = [0] * count
        self.made = charter["evidence"] != "operations"
        self.touched = [[0, 0, 0] for _ in range(count)]
        self.late = []
        for order in orders.all.values():
            self._look(order)

    def is_due(self, order):
        """Ours, and not released before it was held and before its deadline."""
        if order.ours_at is None or not self.seen:
            return False
        if order.released_at is None or order.released_paid:
            return True
        held = order.held_at()
        before_held = held is None or order.released_at < held
        return not (before_held and order.released_at < order.ours_at + self.within)

    def _look(self, order):
        # What is shipped unpaid is told as that; an import may hold an order before its payment.
        held = order.held if not self.made else order.shipped_at is not None
        if order.ours_at is None and order.released_at is None and not held:
            self.unpaid[order.channel] += 1
        if not self.is_due(order):
            return
        channel, deadline = order.channel, order.ours_at + self.within
        self.due[channel] += 1
        if order.held:
            self.times[channel].append(max(0, order.held_at() - order.ours_at))
        if order.in_time(deadline):
            self.good[channel] += 1
            self.good_in_sla[channel] += order.in_time(order.ours_at + self.sla)
            return
        over = self.quiet or self.until > deadline or bool(order.held)
        if order.behind and not self.quiet and self.until <= order.made[0] + self.within:
            # Held well but for a version that the OMS may still be told of.
            order.behind = False
            over = not order.in_time(deadline)
            order.behind = True
        self.bad[channel][1] += 1
        if not over:
            self.pending.append(order)
        else:
            self.bad[channel][0] += 1
            touched = self.touched[channel]
            touched[0] += 1
            touched[1] += order.units()
            touched[2] += order.money()
            if not order.held:
                # One that its channel released, late as it was, is nobody's loss any more.
                if order.released_at is None:
                    self.lost.append(order)
            elif order.held_at() > deadline or order.late_version:
                self.late.append(order)


class Books:
    """By channel and book day: what the channel holds against what the OMS holds."""

    def __init__(self, charter, orders, handoff):
        self.charter, self.handoff = charter, handoff
        self.days = {}              # (channel, day) -> Day
        self.first = [_into_the_day(charter, c) for c in range(len(charter["channels"]))]
        if not handoff.seen:
            return
        for order in orders.all.values():
            self._look(order)
        for key, records in orders.ghosts.items():
            self._ghost(key, records)

    def _day(self, channel, at):
        day = (at + self.first[channel]) // DAY_US
        return self.days.setdefault((channel, day), Day())

    def _day_end(self, channel, at):
        day = (at + self.first[channel]) // DAY_US
        midnight = (day + 1) * DAY_US - self.first[channel]
        return min(midnight, self.charter["traffic_ends"])

    def _look(self, order):
        within = self.handoff.within
        deadline = (order.ours_at if order.ours_at is not None else order.at) + within
        compared = max(self._day_end(order.channel, order.at) + within, deadline)
        come = self.handoff.quiet or self.handoff.until >= compared
        horizon = compared if not self.handoff.quiet else max(compared, self.handoff.until)
        held = [record for record in order.held if record.at <= compared]
        ours = order.ours_at is not None and order.ours_at <= horizon
        unheld = order.released_at is not None and (
            not order.held or order.released_at < order.held_at()
        )
        if ours and unheld and order.released_at <= compared:
            ours = False
        if not ours:
            return      # in neither book; one that the OMS holds alive is an end told to one side
        day = self._day(order.channel, order.at)
        day.orders.append(order)
        units, money = order.units(), order.money()
        day.channel_orders += 1
        day.oms_orders += len(held)
        day.channel_units += units
        day.channel_money += money
        if not held:
            day.missing[1] += 1
            day.missing[0] += come
            day.off(units, money)
            return
        if held[0].equal and order.behind:
            day.altered += 1
            open_until = order.made[0] + within
            day.altered_open += not self.handoff.quiet and self.handoff.until <= open_until
            other_units, other_money = _worth([order.said])
            day.off(abs(units - other_units), abs(money - other_money))
        day.surplus += len(held) - 1
        day.off(*_worth(held[1:]))
        if not held[0].equal:
            day.altered += 1
            other_units, other_money = _worth(held[:1])
            day.off(abs(units - other_units), abs(money - other_money))

    def _ghost(self, key, records):
        day = self._day(key[0], records[0].at)
        day.oms_orders += len(records)
        day.surplus += len(records)
        day.off(*_worth(records))

    def by_day(self, channel):
        """[definite, possible] and orders of each day of a channel, or of all channels (None)."""
        days = {}
        for (where, number), day in sorted(self.days.items()):
            if channel is None or where == channel:
                count = days.setdefault(number, [0, 0, 0])
                for place, more in enumerate((*day.bad(), day.union())):
                    count[place] += more
        return [((definite, possible), of) for definite, possible, of in days.values()]

    def off(self, channel):
        """Units and money by which the books of a channel, or of all, differ."""
        days = [d for (where, _), d in self.days.items() if channel is None or where == channel]
        return sum(day.off_units for day in days), sum(day.off_money for day in days)


class Day:
    """A book day of a channel."""

    def __init__(self):
        self.orders = []
        self.channel_orders = self.oms_orders = 0
        self.channel_units = self.channel_money = 0
        self.missing = [0, 0]
        self.surplus = self.altered = self.altered_open = 0
        self.off_units = self.off_money = 0

    def off(self, units, money):
        self.off_units += units
        self.off_money += money

    def union(self):
        return self.channel_orders + self.surplus

    def bad(self):
        rest = self.surplus + self.altered
        return [self.missing[0] + rest - self.altered_open, self.missing[1] + rest]


def _worth(records):
    """Units and money of records."""
    units = sum(line["qty"] for record in records for line in record.lines)
    return units, sum(record.money for record in records)


def _into_the_day(charter, channel):
    """Microseconds from midnight at the channel's offset to the campaign's start."""
    start = datetime.fromisoformat(charter["starts"].split("[")[0])
    offset = timedelta(minutes=charter["channels"][channel]["book_offset_min"])
    local = (start - start.utcoffset()).replace(tzinfo=None) + offset
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return round((local - midnight).total_seconds() * 1_000_000)
