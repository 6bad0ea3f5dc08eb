"""A connector that bears what marketplaces do: whatever fails is tried again under the same key, what
is newer is never overwritten by what is older, and nothing counts as read before it is done.

It speaks to each channel by neutral.py, or by platforms.py where that has the API of a platform; so it does to
the OMS, by hub.py where that is a Shopify shop, by woo_hub.py or odoo_hub.py where it is a WooCommerce shop or
an Odoo."""

import itertools
import queue
import threading
import time

from neutral import Refused, Unknown, systems

OMS, CHANNELS = systems()
LOOK_EVERY_S = 0.2
BACKOFF_S = (0.1, 2.0)
KEYS = itertools.count(1)


def insist(call):
    """Makes a call until it is answered: with a pause that doubles, or the one that is asked for.
    Safe for calls that are idempotent, which are all that it is given."""
    pause = BACKOFF_S[0]
    while True:
        try:
            return call()
        except Refused as refused:
            if refused.status not in (429, 503):
                raise
            time.sleep(refused.wait_s or pause)
        except Unknown:
            time.sleep(pause)
        pause = min(2 * pause, BACKOFF_S[1])


class Orders:
    """Orders of one channel on their way to the OMS; several at a time, each in its own order."""

    WORKERS = 8

    def __init__(self, number, channel, offers):
        self.number, self.channel, self.offers = number, channel, offers
        self.states = {}
        # By order and SKU: what the source has taken off for it, and what it has not yet.
        self.taken = set()
        self.untaken = {}
        self.lanes = [queue.Queue() for _ in range(self.WORKERS)]

    def start(self):
        for lane in self.lanes:
            threading.Thread(target=self.work, args=(lane,), daemon=True).start()
        threading.Thread(target=self.look, daemon=True).start()

    def look(self):
        while True:
            orders, more = insist(self.channel.changed)
            for order in orders:
                self.note(order)
                self.lanes[order["number"] % self.WORKERS].put(order)
            self.channel.seen()
            if not more:
                time.sleep(LOOK_EVERY_S)

    def note(self, order):
        is_live = order["state"] in ("pending", "ours")
        for line in order["lines"]:
            at = (order["number"], line["sku"])
            if is_live and at not in self.taken and at not in self.untaken:
                self.untaken[at] = line["qty"]
                self.offers.sold(line["sku"], line["qty"])
            elif not is_live and at in self.untaken:
                self.offers.sold(line["sku"], -self.untaken.pop(at))

    def took(self, number, sku):
        """The source has taken off what was sold by an order."""
        self.taken.add((number, sku))
        if (number, sku) in self.untaken:
            self.offers.sold(sku, -self.untaken.pop((number, sku)))

    def work(self, lane):
        while True:
            order = lane.get()
            number, state = order["number"], order["state"]
            step = 0 if state == "pending" else 1 if state == "ours" else 2
            # A page shows an order as it stands, so a state may come twice, and never goes back.
            # How often its shopper has edited it grows as well.
            version = order.get("version", 0)
            told, known = self.states.get(number, (-1, 0))
            try:
                if told < step:
                    self.carry(order, state)
                if step < 2 and known < version:
                    of = {"channel": self.number, "number": number}
                    insist(lambda: OMS.amend(of, version, order["lines"]))
            except Refused as refused:
                print(f"order {number} of {self.number}: {refused}", flush=True)
            self.states[number] = max(told, step), max(known, version)

    def carry(self, order, state):
        of = {"channel": self.number, "number": order["number"]}
        if state == "pending":
            # Reserved when it is accepted: no other channel sells these units meanwhile.
            insist(lambda: OMS.reserve(of, order["lines"]))
        elif state == "ours":
            # One key for every try of this order: the OMS knows it again.
            key = self.number << 48 | order["number"]
            tries = iter(range(1, 1 << 30))
            insist(lambda: OMS.hand_over(of, order["lines"], key, next(tries)))
        else:
            insist(lambda: OMS.release(of, state["released"]))
            if state["released"] == "stock" and not self.channel.offers_again:
                self.offer_again(order)

    def offer_again(self, order):
        # A channel puts back on offer what is cancelled, but not for want of stock. Of such an order
        # the source has taken nothing off: what the channel took off is offered again.
        for line in order["lines"]:
            if (order["number"], line["sku"]) not in self.taken:
                self.offers.by(line["sku"], None, line["qty"])


class Offers:
    """What one channel is to show. Of a SKU one update is under way at a time, and what comes meanwhile
    is put together: quantities as differences, where the channel takes such, so that none overwrites
    what it sold itself; else as levels, less what it sold that the source has not taken off yet."""

    WORKERS = 6

    def __init__(self, channel, levels):
        self.channel, self.levels = channel, levels
        self.own = {}
        self.wanted = {}
        self.newest = {}
        self.busy = set()
        self.changed = threading.Condition()

    def start(self):
        for _ in range(self.channel.workers or self.WORKERS):
            threading.Thread(target=self.work, daemon=True).start()

    def by(self, sku, version, by):
        with self.changed:
            if version is None or version > self.newest.get(("stock", sku), 0):
                version = version or self.newest.get(("stock", sku), 0)
                self.newest[("stock", sku)] = version
                _, waiting = self.wanted.get(("stock", sku), (0, {"delta": 0}))
                change = "level" if self.channel.sets_levels else {"delta": waiting["delta"] + by}
                self.wanted[("stock", sku)] = (version, change)
                self.changed.notify()

    def sold(self, sku, units):
        """The channel sold so many that the source still has, or the source has taken so many off."""
        with self.changed:
            self.own[sku] = self.own.get(sku, 0) + units
            if self.channel.sets_levels:
                self.wanted[("stock", sku)] = (self.newest.get(("stock", sku), 0), "level")
                self.changed.notify()

    def price(self, sku, version, price):
        with self.changed:
            self.want("price", sku, version, {"price": price})

    def listing(self, sku, version, price, available):
        with self.changed:
            self.want("listing", sku, version, {"publish": {"price": price, "qty": max(0, available)}})

    def want(self, kind, sku, version, change):
        # What is older than what was wanted last is nobody's wish any more.
        if version > self.newest.get((kind, sku), 0):
            self.newest[(kind, sku)] = version
            self.wanted[(kind, sku)] = (version, change)
            self.changed.notify()

    def take(self):
        """Some of what is wanted, of one kind, as many as the channel takes at once."""
        with self.changed:
            while True:
                free = [what for what in self.wanted if what not in self.busy]
                if not free:
                    self.changed.wait()
                    continue
                kind = free[0][0]
                mine = [what for what in free if what[0] == kind][: self.channel.at_once(kind)]
                self.busy.update(mine)
                return kind, [(sku, *self.wanted.pop((kind, sku))) for _, sku in mine]

    def work(self):
        while True:
            kind, items = self.take()
            # One key for every try of this update: the channel applies it once.
            key = next(KEYS)
            try:
                insist(lambda: self.channel.push(kind, [self.told(item) for item in items], key))
            except Refused as refused:
                print(f"{kind} of {[sku for sku, *_ in items]}: {refused}", flush=True)
            with self.changed:
                self.busy.difference_update((kind, sku) for sku, *_ in items)
                self.changed.notify()

    def told(self, item):
        sku, version, change = item
        if change != "level":
            return item
        with self.changed:
            level = self.levels[sku]["available"] - self.own.get(sku, 0)
        return (sku, version, {"absolute": max(0, level)})


class Source:
    """What the source says, told to every channel that it concerns."""

    def __init__(self, levels, offers, orders):
        self.levels, self.offers, self.orders = levels, offers, orders

    def begin(self):
        # How everything stands, to know by how much it changes.
        cursor, more = 0, True
        while more:
            changes, cursor, more = insist(lambda: OMS.levels(cursor))
            for change in changes:
                if "stock" in change:
                    self.levels[change["stock"]["sku"]] = change["stock"]

    def look(self):
        while True:
            changes, more = insist(OMS.changes)
            for change in changes:
                self.tell(change)
            OMS.seen()
            if not more:
                time.sleep(LOOK_EVERY_S)

    def tell(self, change):
        if "stock" in change:
            self.moved(change["stock"])
        elif "price" in change:
            price = change["price"]
            for number, offers in self.offers.items():
                if price.get("channel", number) == number:
                    offers.price(price["sku"], price["version"], price["price"])
        elif "listing" in change:
            of = change["listing"]
            for offers in self.offers.values():
                offers.listing(of["sku"], of["version"], of["price"], of["available"])
        else:
            order = change["short"]["order"]
            channel = CHANNELS[order["channel"]]
            cancel = lambda: channel.cancel(order["number"])
            threading.Thread(target=insist, args=(cancel,), daemon=True).start()

    def moved(self, stock):
        before = self.levels.get(stock["sku"])
        if before and before["version"] >= stock["version"]:
            return
        self.levels[stock["sku"]] = stock
        by = stock["available"] - (before["available"] if before else 0)
        own = stock.get("own", {})
        for order in stock.get("took", []):
            self.orders[order["channel"]].took(order["number"], stock["sku"])
        for number, offers in self.offers.items():
            # Its own sales a channel has taken off already, and what is cancelled put back; but a level
            # that was on its way meanwhile knows nothing of that, and is written again.
            others = by - own.get(number, 0)
            if (by or own) if CHANNELS[number].sets_levels else others:
                offers.by(stock["sku"], stock["version"], others)


def main():
    levels = {}
    offers = {number: Offers(channel, levels) for number, channel in CHANNELS.items()}
    orders = {number: Orders(number, channel, offers[number]) for number, channel in CHANNELS.items()}
    source = Source(levels, offers, orders)
    source.begin()
    for each in [*offers.values(), *orders.values()]:
        each.start()
    source.look()


main()
