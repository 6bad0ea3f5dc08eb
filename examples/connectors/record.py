"""A system of record that is no neutral one: what it comes to for a connector, whatever its platform.

It has the methods of `neutral.Oms`. A platform's own class says how an order is entered there, found, paid and
cancelled, and how SKUs stand. That something has changed is a hint: what it is now is read, so that nothing old
is taken for new, and all is read again every so often, since hints are lost."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

from neutral import Refused, Unknown

READ_ALL_EVERY_S = 20


def channels():
    """The channels by their numbers, with the names that orders are entered under."""
    end = "_SOURCE"
    names = {v.removesuffix(end): name for v, name in os.environ.items() if v.endswith(end)}
    return {int(os.environ[f"{variable}_CHANNEL"]): name for variable, name in names.items()}


class Record:
    # An order that is entered paid needs no second call; one that is not yet paid takes its units all the same.
    enters_paid = reserves = True

    def begin(self):
        self.channels = channels()
        self.by_name = {name: number for number, name in self.channels.items()}
        # Orders that stand here, by channel and number: id and lines. What was tried, and may stand.
        self.entered, self.tried, self.holds, self.short = {}, {}, set(), set()
        self.changed_here = threading.Lock()
        self.begin_anew()
        self.reading, self.prices, self.read_prices = (set(), {}, []), {}, {}
        self.version, self.all_read = 0, 0.0
        self.listens = self.is_ready = False

    # Orders.

    def reserve(self, order, lines):
        self.enter(order, lines, False)

    def hand_over(self, order, lines, _key=None, _attempt=1):
        at = (order["channel"], order["number"])
        if at not in self.entered:
            self.enter(order, lines, self.enters_paid)
            if self.enters_paid:
                return
        was_tried = self.was_tried(("pay", at))
        try:
            self.pay(self.entered[at][0])
        except Refused as refused:
            # An order is paid once: by the try whose answer was lost.
            if refused.status != 422 or not was_tried:
                raise
        self.takes(order, lines)

    def enter(self, order, lines, is_paid):
        at = (order["channel"], order["number"])
        # A second order is made of one that is sent again: whoever does not know looks first.
        found = self.find(order) if self.was_tried(at) else None
        self.entered[at] = (found or self.create(order, lines, is_paid), lines)
        if is_paid or self.reserves:
            self.takes(order, lines)

    def was_tried(self, what):
        was = what in self.tried
        self.tried.setdefault(what, time.time())
        return was

    def takes(self, order, lines):
        at = (order["channel"], order["number"])
        if at not in self.holds:
            self.holds.add(at)
            self.moved(order, lines, -1)

    def release(self, order, why):
        at = (order["channel"], order["number"])
        if at in self.short or at not in self.entered:
            return
        self.short.add(at)
        try:
            self.cancel(self.entered[at][0], why)
        except (Refused, Unknown):
            self.short.discard(at)
            raise
        if at in self.holds:
            self.moved(order, self.entered[at][1], 1)

    def given_up(self, name, number):
        """An order was cancelled there, by none of ours: for want of stock. The channel must be told, once."""
        order = {"channel": self.by_name.get(name), "number": int(number)}
        at = (order["channel"], order["number"])
        with self.changed_here:
            if at in self.short:
                return
            self.short.add(at)
            self.news.append({"short": {"order": order}})
        # What it is short of it never took.
        if at in self.holds:
            self.moved(order, self.entered[at][1], 1)

    # The source.

    def begin_anew(self):
        """What has changed and is not read yet: SKUs, what our own orders did of it, what was cancelled."""
        self.dirty, self.own, self.news = set(), {}, []

    def moved(self, order, lines, sign):
        with self.changed_here:
            for line in lines:
                self.dirty.add(line["sku"])
                self.own.setdefault(line["sku"], []).append((order, sign * line["qty"]))

    def levels(self, _after):
        if not self.listens:
            self.listen()
            self.listens = True
        changes = self.read(sorted(self.numbers.values()), {})
        self.seen()
        self.is_ready = True
        return [change for change in changes if "stock" in change], 0, False

    def changes(self):
        """What has changed since what was `seen`, and whether there is more."""
        skus, own, news = self.reading
        if not (skus or news):
            self.look()
            with self.changed_here:
                self.reading = skus, own, news = (self.dirty, self.own, self.news)
                self.begin_anew()
        return self.read(sorted(skus), own) + news, False

    def look(self):
        if time.monotonic() > self.all_read + READ_ALL_EVERY_S:
            self.look_for_cancelled()
            self.all_read = time.monotonic()
            self.dirty_now(self.numbers.values())

    def seen(self):
        # Only now: what was read and not told would never be told.
        self.prices.update(self.read_prices)
        self.reading, self.read_prices = (set(), {}, []), {}

    def dirty_now(self, skus):
        with self.changed_here:
            self.dirty.update(skus)

    def read(self, skus, own):
        changes = []
        for start in range(0, len(skus), self.READ_AT_ONCE):
            some = skus[start:start + self.READ_AT_ONCE]
            for sku, available, price in self.stands(some):
                changes += self.told(sku, available, price, own.get(sku, []))
        return changes

    def told(self, sku, available, price, own):
        self.version += 1
        by_channel = {}
        for order, units in own:
            by_channel[order["channel"]] = by_channel.get(order["channel"], 0) + units
        took = [order for order, units in own if units < 0]
        yield {"stock": {"sku": sku, "version": self.version, "available": available,
                         "own": by_channel, "took": took}}
        self.read_prices[sku] = price
        if self.prices.get(sku, price) != price:
            yield {"price": {"sku": sku, "version": self.version, "price": price}}

    # Webhooks, and whether it is ready.

    def listen(self):
        """Takes what it is told; leaves the address where."""
        record = self

        class Sink(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                # Nothing is sold before it knows how everything stands.
                self.answer(200 if record.is_ready else 503)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(record.takes_webhook(self.headers, body))

            def answer(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_what):
                pass

        port = int(sys.argv[1]) if sys.argv[1:] else 0
        sink = http.server.ThreadingHTTPServer(("127.0.0.1", port), Sink)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{sink.server_port}/"

    def verified(self, secret, body, shown, topic):
        """A webhook with that signature on it: what it tells is heard, if it is signed by that secret."""
        tag = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(tag, shown or ""):
            return 401
        self.heard(topic, json.loads(body))
        return 200

    @staticmethod
    def insist(call):
        while True:
            try:
                return call()
            except (Refused, Unknown):
                time.sleep(0.5)
