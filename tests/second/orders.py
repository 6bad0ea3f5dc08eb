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
    )

    def __init__(self, key, seq, at, body):
        self.key = key
        self.seq = seq
        self.at = at
        self.intent = body["intent"]
        self.lines = self.sold = body["lines"]     # and as which offers they were sold
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
        self.total = 0              # what it comes to in the OMS's books
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
        return len(self.held) == 1 and self.held[0].equal and self.held[0].at <= deadline


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
        if body["why"] == "stock":
            self._cancelled(order, at)
        return order

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
        equal = equal and (converts is None or money == order.total)
        record = Record(at, seq, body["oms"], body["lines"], equal, money)
        if not equal:
            self.altered.append((seq, order, record))
            if not order.held and self.tills.is_rounding(order, body["lines"], money):
                rounded = self.rounded[key[0]]
                rounded[0] += 1
                rounded[1] += abs(money - order.total)
        order.held.append(record)
        if len(order.held) > 1:
            self.duplicates.append((seq, order))

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

    def on_shipped(self, seq, at, body):
        order = self.all.get(key_of(body["order"]))
        if order is not None and order.shipped_at is None:
            order.shipped_at = at

    def _cancelled(self, order, at):
        if order.cancelled_at is None:
            order.cancelled_at = at

    def cancelled_in_term(self, order):
        return order.cancelled_at is not None and order.cancelled_at - order.at <= self.term
