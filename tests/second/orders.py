"""Owns the life of every order: acceptance, payment, release, records in the OMS, cancellation.
Must not know supply, prices or lags; what those books find out of an order is noted on it.
"""


class Order:
    """An accepted order and all that was said of it."""

    __slots__ = (
        "key", "seq", "at", "intent", "lines", "ours_at", "released_at", "release_why", "held",
        "shipped_at", "cancelled_at", "short_sku", "oversold_units", "oversold_money",
        "oversold_sku", "oversold", "lag_units", "lag_money", "mispriced_money",
        "mispriced_units", "repeated", "priced", "released_paid", "promised", "total", "mischarged",
        "sold",
        "accepted_lines", "accepted_total", "made", "earlier", "given_up", "behind", "late_version", "said",
        "late_as", "gone_as",
    )

    def __init__(self, key, seq, at, body):
        self.key = key
        self.seq = seq
        self.at = at
        self.intent = body["intent"]
        self.lines = self.accepted_lines = body["lines"]     # of the last valid version, the first
        self.sold = body["lines"]    # as which offers they were sold
        self.made = None            # (at, seq) of the last valid version, when it was edited
        self.earlier = []           # what versions said that may still be handed over
        self.given_up = {}          # sku -> units
        self.behind = False         # the OMS says another version than the last
        self.late_version = False   # it said the last one after the deadline
        self.late_as = None         # units and money when it was held late, or its version said so
        self.gone_as = None         # units and money when it was cancelled for want of stock
        self.said = None            # what the OMS says, when that is another version
        self.ours_at = None if body["awaits_payment"] else at
        self.released_at = None
        self.release_why = None
        self.released_paid = False  # for want of payment, though it had been paid
        self.held = []
        self.shipped_at = None
        self.cancelled_at = None
        self.short_sku = None
        self.oversold_units = 0
        self.oversold_money = 0
        self.oversold_sku = None
        self.oversold = []
        self.lag_units = 0
        self.lag_money = 0
        self.mispriced_money = 0
        self.mispriced_units = 0
        self.repeated = False
        self.promised = True        # its units count as accepted
        self.mischarged = None      # by which mistake a line is mispriced, the gravest
        self.total = 0              # what it comes to in the OMS's books, …
        self.accepted_total = 0     # … and came to when it was accepted
        self.priced = False         # whether the record knows some line's price

    @property
    def channel(self):
        return self.key[0]

    def units(self):
        return sum(line["qty"] for line in self.lines)

    def money(self):
        return self.total

    def held_at(self):
        """When the OMS first held it."""
        return self.held[0].at if self.held else None

    def in_time(self, deadline):
        """Held exactly once, equal, by the deadline."""
        well = len(self.held) == 1 and self.held[0].equal and self.held[0].at <= deadline
        return well and not self.behind and not self.late_version

    def lives(self):
        """Whether a record of it is not cancelled."""
        return any(record.cancelled_at is None for record in self.held)

    def left_units(self):
        """Of what was shipped only the first line's SKU is asked."""
        if self.shipped_at is None:
            return self.units()
        return self.units_of(self.accepted_lines[0]["sku"])

    def accepted_units(self):
        return sum(line["qty"] for line in self.accepted_lines)

    def units_of(self, sku):
        return sum(line["qty"] for line in self.lines if line["sku"] == sku)


class Record:
    """A record of the OMS."""

    __slots__ = ("at", "seq", "oms", "lines", "equal", "money", "cancelled_at")

    def __init__(self, at, seq, oms, lines, equal, money):
        self.at = at
        self.seq = seq
        self.oms = oms
        self.lines = lines
        self.equal = equal
        self.money = money
        self.cancelled_at = None


def key_of(order):
    return order["channel"], order["number"]


def content(lines):
    """What two books compare: SKU, quantity, price, in any order."""
    return sorted((line["sku"], line["qty"], line["price"]) for line in lines)


class Orders:
    """All orders of the run."""

    def __init__(self, charter, tills):
        self.tills = tills
        self.rounded = [[0, 0] for _ in charter["channels"]]    # orders, money
        self.term = charter["promises"]["cancellations_count_for"]
        self.within = charter["promises"]["handoff_within"]
        self.all = {}
        self.ghosts = {}
        self.intents = {}
        self.held_count = 0
        self.duplicates = []
        self.ghost_records = []
        self.altered = []
        self.repeats = []
        self.delivered_again = 0

    def on_accepted(self, seq, at, body):
        order = Order(key_of(body["order"]), seq, at, body)
        order.total = self.tills.booked(order.channel, order.lines)
        order.accepted_total = order.total
        self.all[order.key] = order
        order.repeated = order.intent in self.intents
        if order.repeated:
            self.repeats.append((seq, order))
        self.intents[order.intent] = self.intents.get(order.intent, 0) + 1
        return order

    def on_paid(self, seq, at, body):
        order = self.all.get(key_of(body["order"]))
        if order is not None and order.ours_at is None:
            order.ours_at = at

    def on_released(self, seq, at, body):
        """The order, if it was not released before."""
        order = self.all.get(key_of(body["order"]))
        if order is None or order.released_at is not None:
            return None
        order.released_at = at
        order.release_why = body["why"]
        order.released_paid = body["why"] == "payment" and order.ours_at is not None
        self._needs_no_version(order, at)
        if body["why"] == "stock":
            self._cancelled(order, at)
        return order

    def on_edited(self, seq, at, body):
        """The order and what was given up of it, by SKU; none when it is over or has left."""
        order = self.all.get(key_of(body["order"]))
        if order is None or order.released_at is not None or order.shipped_at is not None:
            return None, {}
        before, order.made = order.lines, (at, seq)
        order.lines = order.sold = body["lines"]
        given_up = {line["sku"]: 0 for line in before}
        for line in before:
            given_up[line["sku"]] += line["qty"]
        given_up = {sku: had - order.units_of(sku) for sku, had in given_up.items()}
        for sku, units in given_up.items():
            order.given_up[sku] = order.given_up.get(sku, 0) + units
        was, order.total = order.total, self.tills.booked(order.channel, order.lines)
        if not order.held:
            order.earlier.append(content(before))
        elif order.held[0].equal and order.lives():
            if not order.behind:
                order.said = order.said or Record(at, seq, None, before, True, was)
            order.behind = True
        return order, given_up

    def _record(self, seq, at, body):
        money = self.tills.booked(body["order"]["channel"], body["lines"])
        return Record(at, seq, body["oms"], body["lines"], True, money)

    def on_amended(self, seq, at, body):
        order = self.all.get(key_of(body["order"]))
        if order is None:
            return
        if order.made is None:
            if order.held and order.held[0].equal and order.said is None:
                order.said = self._record(seq, at, body)
                self.altered.append((seq, order, order.said))
            return
        order.said = self._record(seq, at, body)
        if content(body["lines"]) != content(order.lines):
            order.behind |= bool(order.held) and order.held[0].equal and order.lives()
            return
        if order.behind and at > order.made[0] + self.within and order.ours_at is not None \
                and order.held_at() <= order.ours_at + self.within and len(order.held) == 1 \
                and not order.late_version:
            order.late_version = True
            order.late_as = order.units(), order.money()
        order.behind = False

    def _needs_no_version(self, order, at):
        """It is over or has left: nobody is to tell a version that could have been told so far."""
        if order.made is not None and at <= order.made[0] + self.within:
            order.behind = False

    def beyond(self, order, lines):
        """What is shipped beyond the last version: (sku, units), and its money."""
        if order.made is None or order.released_at is not None:
            return [], 0
        left, more = {}, []
        for line in order.lines:
            left[line["sku"]] = left.get(line["sku"], 0) + line["qty"]
        for line in lines:
            kept = min(line["qty"], left.get(line["sku"], 0))
            left[line["sku"]] = left.get(line["sku"], 0) - kept
            more.append((line, line["qty"] - kept))
        money = sum(units * line["price"] for line, units in more)
        return [(line["sku"], units) for line, units in more if units], money

    def close(self, until, quiet):
        """What is still another version than the last when observation ends; how many may change."""
        open_ones = 0
        for order in self.all.values():
            if order.behind and not quiet and until <= order.made[0] + self.within:
                open_ones += 1
            elif order.behind:
                made, seq = order.made
                record = Record(made, seq, None, order.lines, False, order.total)
                self.altered.append((seq, order, record))
        self.versions_open = open_ones

    def on_delivered(self, seq, at, body):
        key = key_of(body["order"])
        order = self.all.get(key)
        if order is not None and order.held:
            self.delivered_again += 1

    def on_held(self, seq, at, body):
        self.held_count += 1
        key = key_of(body["order"])
        order = self.all.get(key)
        money, converts = self.tills.booked(key[0], body["lines"]), self.tills.all[key[0]]
        if converts is not None and body.get("booked") is not None:
            money = body["booked"]
        if order is None:
            record = Record(at, seq, body["oms"], body["lines"], True, money)
            self.ghosts.setdefault(key, []).append(record)
            self.ghost_records.append((seq, key, record))
            return
        equal = content(order.lines) == content(body["lines"])
        if not order.held and not equal and content(body["lines"]) in order.earlier:
            equal = order.behind = True
            order.said = Record(at, seq, body["oms"], body["lines"], True, money)
        equal = equal and (order.behind or converts is None or money == order.total)
        record = Record(at, seq, body["oms"], body["lines"], equal, money)
        if not equal and not order.held:
            self.altered.append((seq, order, record))
            if self.tills.is_rounding(order, body["lines"], money):
                rounded = self.rounded[key[0]]
                rounded[0] += 1
                rounded[1] += abs(money - order.total)
        order.held.append(record)
        if len(order.held) > 1:
            self.duplicates.append((seq, order, record))
        else:
            order.late_as = order.units(), order.money()

    def on_oms_cancelled(self, seq, at, body):
        order = self.all.get(key_of(body["order"]))
        if order is None:
            return
        for record in order.held:
            if record.oms == body["oms"] and record.cancelled_at is None:
                record.cancelled_at = at
        live = any(record.cancelled_at is None for record in order.held)
        if body["why"] == "stock":
            if body.get("sku") is not None and order.short_sku is None:
                order.short_sku = body["sku"]
            if not live:
                self._cancelled(order, at)
        if not live:
            self._needs_no_version(order, at)

    def on_shipped(self, seq, at, body):
        order = self.all.get(key_of(body["order"]))
        if order is not None and order.shipped_at is None:
            order.shipped_at = at
            self._needs_no_version(order, at)

    def _cancelled(self, order, at):
        if order.cancelled_at is None:
            order.cancelled_at = at
            order.gone_as = order.units(), order.money()

    def cancelled_in_term(self, order):
        return order.cancelled_at is not None and order.cancelled_at - order.at <= self.term
