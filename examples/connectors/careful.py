"""A connector that bears what marketplaces do: whatever fails is tried again under the same key, what
is newer is never overwritten by what is older, and nothing counts as read before it is done."""

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

    def __init__(self, channel, offers, taken):
        self.channel = channel
        self.offers = offers
        self.taken = taken
        self.states = {}
        self.lanes = [queue.Queue() for _ in range(self.WORKERS)]
        for lane in self.lanes:
            threading.Thread(target=self.work, args=(lane,), daemon=True).start()
        threading.Thread(target=self.look, daemon=True).start()

    def look(self):
        cursor = 0
        while True:
            page = insist(lambda: self.channel.get(f"/orders?after={cursor}&limit=200"))
            for order in page["orders"]:
                self.lanes[order["order"]["number"] % self.WORKERS].put(order)
            cursor = page["cursor"]
            if not page["more"]:
                time.sleep(LOOK_EVERY_S)

    def work(self, lane):
        while True:
            order = lane.get()
            number, state = order["order"]["number"], order["state"]
            step = 0 if state == "pending" else 1 if state == "ours" else 2
            # A page shows an order as it stands, so a state may come twice, and never goes back.
            if self.states.get(number, -1) >= step:
                continue
            try:
                self.carry(order, state)
            except Refused as refused:
                print(f"order {order['order']}: {refused}", flush=True)
            self.states[number] = step

    def carry(self, order, state):
        of = {"order": order["order"], "intent": order["intent"], "lines": order["lines"]}
        if state == "pending":
            # Reserved when it is accepted: no other channel sells these units meanwhile.
            insist(lambda: OMS.post("/reservations", of))
        elif state == "ours":
            # One key for every try of this order: the OMS knows it again.
            key = order["order"]["channel"] << 48 | order["order"]["number"]
            tries = iter(range(1, 1 << 30))
            insist(lambda: OMS.post("/handoffs", {**of, "attempt": next(tries)}, key))
        else:
            insist(lambda: OMS.post("/releases", {"order": order["order"], "why": state["released"]}))
            if state["released"] == "stock":
                self.offer_again(order)

    def offer_again(self, order):
        # A channel puts back on offer what is cancelled, but not for want of stock. Of such an order
        # the source has taken nothing off: what the channel took off is offered again.
        number = order["order"]["number"]
        for line in order["lines"]:
            if (number, line["sku"]) not in self.taken:
                self.offers.again(line["sku"], line["qty"])


class Offers:
    """What one channel is to show. Of a SKU one update is under way at a time, and what comes meanwhile
    is put together: quantities as differences, so that none overwrites what the channel sold itself."""

    WORKERS = 6

    def __init__(self, channel):
        self.channel = channel
        self.wanted = {}
        self.newest = {}
        self.busy = set()
        self.changed = threading.Condition()
        for _ in range(self.WORKERS):
            threading.Thread(target=self.work, daemon=True).start()

    def stock(self, sku, version, by):
        with self.changed:
            _, waiting = self.wanted.get(("stock", sku), (0, {"delta": 0}))
            self.want("stock", sku, version, {"delta": waiting["delta"] + by})

    def again(self, sku, by):
        with self.changed:
            _, waiting = self.wanted.get(("stock", sku), (0, {"delta": 0}))
            version = self.newest.get(("stock", sku), 0)
            self.wanted[("stock", sku)] = (version, {"delta": waiting["delta"] + by})
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
        with self.changed:
            while True:
                for what in self.wanted:
                    if what not in self.busy:
                        self.busy.add(what)
                        return what, self.wanted.pop(what)
                self.changed.wait()

    def work(self):
        while True:
            (kind, sku), (version, change) = self.take()
            body = {"kind": kind, "items": [{"sku": sku, "version": version, "change": change}]}
            # One key for every try of this update: the channel applies it once.
            key = next(KEYS)
            try:
                said = insist(lambda: self.channel.post("/updates", body, key))
                if said["items"][0]["outcome"] != "taken":
                    print(f"{kind} of {sku}: {said}", flush=True)
            except Refused as refused:
                print(f"{kind} of {sku}: {refused}", flush=True)
            with self.changed:
                self.busy.discard((kind, sku))
                self.changed.notify()


class Source:
    """What the source says, told to every channel that it concerns."""

    def __init__(self, offers, taken):
        self.offers = offers
        self.taken = taken
        self.levels = {}

    def look(self):
        # How everything stands, to know by how much it changes.
        for change in self.pages("/levels"):
            if "stock" in change:
                self.levels[change["stock"]["sku"]] = change["stock"]
        cursor = 0
        while True:
            page = insist(lambda: OMS.get(f"/changes?after={cursor}&limit=500"))
            for change in page["changes"]:
                self.tell(change)
            cursor = page["cursor"]
            if not page["more"]:
                time.sleep(LOOK_EVERY_S)

    def pages(self, path):
        cursor, more = 0, True
        while more:
            page = insist(lambda: OMS.get(f"{path}?after={cursor}&limit=500"))
            yield from page["changes"]
            cursor, more = page["cursor"], page["more"]

    def tell(self, change):
        if "stock" in change:
            self.moved(change["stock"])
        elif "price" in change:
            price = change["price"]
            for offers in self.offers.values():
                offers.price(price["sku"], price["version"], price["price"])
        elif "listing" in change:
            of = change["listing"]
            for offers in self.offers.values():
                offers.listing(of["sku"], of["version"], of["price"], of["available"])
        else:
            order = change["short"]["order"]
            channel = CHANNELS[order["channel"]]
            cancel = lambda: channel.post(f"/orders/{order['number']}/cancel", {"why": "stock"})
            threading.Thread(target=insist, args=(cancel,), daemon=True).start()

    def moved(self, stock):
        before = self.levels.get(stock["sku"])
        if before and before["version"] >= stock["version"]:
            return
        self.levels[stock["sku"]] = stock
        by = stock["available"] - (before["available"] if before else 0)
        cause = stock.get("by")
        if cause is not None and by < 0:
            order = cause["order"]
            self.taken[order["channel"]].add((order["number"], stock["sku"]))
        for number, offers in self.offers.items():
            # Its own sales a channel has taken off already, and what is cancelled put back.
            is_own = cause is not None and cause["order"]["channel"] == number
            if by and not is_own:
                offers.stock(stock["sku"], stock["version"], by)


def main():
    offers = {number: Offers(channel) for number, channel in CHANNELS.items()}
    # By channel: what the source has taken off for an order, by its number and SKU.
    taken = {number: set() for number in CHANNELS}
    for number, channel in CHANNELS.items():
        Orders(channel, offers[number], taken[number])
    Source(offers, taken).look()


main()
