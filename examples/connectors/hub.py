"""A Shopify shop as the OMS and source of record, by the client that shops use: pip install ShopifyAPI.

It has the methods of `neutral.Oms`. An order is entered there with the channel's name (`source_name`) and its
number on it (`source_identifier`). A webhook says that something has changed; what it is now is read, so
that nothing old is taken for new, and all is read again every so often: webhooks are lost."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

import shopify

from neutral import Refused, Unknown
from platforms import Shopify, pence, pounds

TOPICS = ("inventory_levels/update", "products/update", "orders/cancelled")
READ_AT_ONCE = 100
READ_ALL_EVERY_S = 20
REASONS = {"customer": "customer", "payment": "declined", "stock": "inventory"}


def opened():
    """The shop, by the variables that are there for it; its channels by their numbers and names."""
    of = lambda what: os.environ[f"DOORBUSTER_OMS_{what}"]
    names = {v.removesuffix("_SOURCE"): name for v, name in os.environ.items() if v.endswith("_SOURCE")}
    channels = {int(os.environ[f"{variable}_CHANNEL"]): name for variable, name in names.items()}
    return Hub(of("SHOPIFY_URL"), of("ACCESS_TOKEN"), of("API_SECRET"), channels)


class Hub(Shopify):
    CREATE = """mutation($order: OrderCreateOrderInput!) {
        orderCreate(order: $order, options: { inventoryBehaviour: DECREMENT_IGNORING_POLICY }) {
            order { id } userErrors { message } } }"""
    PAY = "mutation($id: ID!) { orderMarkAsPaid(input: { id: $id }) { order { id } userErrors { message } } }"
    FIND = """query($what: String!) { orders(first: 10, query: $what) {
        nodes { id } } }"""
    CANCELLED = """{ shop { currencyCode }
        orders(first: 50, sortKey: UPDATED_AT, reverse: true, query: "status:cancelled") {
            nodes { sourceName sourceIdentifier cancelReason } } }"""

    def __init__(self, url, token, secret, channels):
        super().__init__(url, token, secret)
        self.secret, self.channels = secret.encode(), channels
        self.by_name = {name: number for number, name in channels.items()}
        # Orders that stand here, by channel and number: id and lines. What was tried, and may stand.
        self.entered, self.tried, self.short = {}, set(), set()
        self.changed_here = threading.Lock()
        self.begin_anew()
        self.reading, self.prices, self.read_prices = (set(), {}, []), {}, {}
        self.version, self.all_read = 0, 0.0
        self.listens = self.is_ready = False
        self.currency = self.graphql(self.CANCELLED, {})["shop"]["currencyCode"]

    # Orders.

    def reserve(self, order, lines):
        self.enter(order, lines, "PENDING")

    def hand_over(self, order, lines, _key=None, _attempt=1):
        at = (order["channel"], order["number"])
        if at not in self.entered:
            return self.enter(order, lines, "PAID")
        was_tried = self.was_tried(("pay", at))
        try:
            self.graphql(self.PAY, {"id": self.entered[at][0]})
        except Refused as refused:
            # An order is paid once: by the try whose answer was lost.
            if refused.status != 422 or not was_tried:
                raise

    def enter(self, order, lines, status):
        at = (order["channel"], order["number"])
        # The shop makes a second order of one that is sent again: whoever does not know looks first.
        found = self.find(order) if self.was_tried(at) else None
        found = found or self.create(order, lines, status)
        self.entered[at] = (found["id"], lines)
        self.moved(order, lines, -1)

    def was_tried(self, what):
        was = what in self.tried
        self.tried.add(what)
        return was

    def create(self, order, lines, status):
        def item(line):
            price = {"amount": pounds(line["price"]), "currencyCode": self.currency}
            variant = f"gid://shopify/ProductVariant/{self.id_of(line['sku'])['variant']}"
            return {"variantId": variant, "quantity": line["qty"], "priceSet": {"shopMoney": price}}
        wanted = {"sourceName": self.channels[order["channel"]], "sourceIdentifier": str(order["number"]),
                  "financialStatus": status, "lineItems": [item(line) for line in lines]}
        return self.graphql(self.CREATE, {"order": wanted})["orderCreate"]["order"]

    def find(self, order):
        name, number = self.channels[order["channel"]], order["number"]
        found = self.graphql(self.FIND, {"what": f"source_name:{name} source_identifier:{number}"})
        return next(iter(found["orders"]["nodes"]), None)

    def release(self, order, why):
        at = (order["channel"], order["number"])
        if at in self.short or at not in self.entered:
            return
        platform_id, lines = self.entered[at]
        held = shopify.Order({"id": int(platform_id.rsplit("/", 1)[1])})
        self.short.add(at)
        try:
            self.rest(lambda: held.cancel(reason=REASONS[why]))
        except (Refused, Unknown):
            self.short.discard(at)
            raise
        self.moved(order, lines, 1)

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
            if time.monotonic() > self.all_read + READ_ALL_EVERY_S:
                self.look_for_cancelled()
                self.all_read = time.monotonic()
                self.dirty_now(self.numbers.values())
            with self.changed_here:
                self.reading = skus, own, news = (self.dirty, self.own, self.news)
                self.begin_anew()
        return self.read(sorted(skus), own) + news, False

    def seen(self):
        # Only now: what was read and not told would never be told.
        self.prices.update(self.read_prices)
        self.reading, self.read_prices = (set(), {}, []), {}

    def dirty_now(self, skus):
        with self.changed_here:
            self.dirty.update(skus)

    def read(self, skus, own):
        changes = []
        for start in range(0, len(skus), READ_AT_ONCE):
            some = skus[start:start + READ_AT_ONCE]
            fields = [f'v{sku}: productVariant(id: "gid://shopify/ProductVariant/{self.id_of(sku)["variant"]}") '
                      "{ price inventoryQuantity }" for sku in some]
            said = self.graphql("{ " + " ".join(fields) + " }", {})
            for sku in some:
                changes += self.told(sku, said[f"v{sku}"], own.get(sku, []))
        return changes

    def told(self, sku, variant, own):
        self.version += 1
        by_channel = {}
        for order, units in own:
            by_channel[order["channel"]] = by_channel.get(order["channel"], 0) + units
        took = [order for order, units in own if units < 0]
        yield {"stock": {"sku": sku, "version": self.version, "available": variant["inventoryQuantity"],
                         "own": by_channel, "took": took}}
        price = pence(variant["price"])
        self.read_prices[sku] = price
        if self.prices.get(sku, price) != price:
            yield {"price": {"sku": sku, "version": self.version, "price": price}}

    def look_for_cancelled(self):
        for order in self.graphql(self.CANCELLED, {})["orders"]["nodes"]:
            self.given_up(order["sourceName"], order["sourceIdentifier"], order["cancelReason"])

    def given_up(self, name, number, why):
        """The shop has cancelled an order for want of stock, and the channel must be told, once."""
        order = {"channel": self.by_name.get(name), "number": int(number)}
        at = (order["channel"], order["number"])
        with self.changed_here:
            if why.lower() != "inventory" or at in self.short:
                return
            self.short.add(at)
            self.news.append({"short": {"order": order}})
        # What it is short of it never took.
        if at in self.entered:
            self.moved(order, self.entered[at][1], 1)

    def listen(self):
        """Takes webhooks, and asks for them."""
        hub, skus = self, {ids["item"]: self.numbers[name] for name, ids in self.all_ids().items()}

        class Sink(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                # Nothing is sold before it knows how everything stands.
                self.answer(200 if hub.is_ready else 503)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                tag = base64.b64encode(hmac.new(hub.secret, body, hashlib.sha256).digest()).decode()
                is_ours = hmac.compare_digest(tag, self.headers["X-Shopify-Hmac-SHA256"])
                if is_ours:
                    hub.heard(self.headers["X-Shopify-Topic"], json.loads(body), skus)
                self.answer(200 if is_ours else 401)

            def answer(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_what):
                pass

        port = int(sys.argv[1]) if sys.argv[1:] else 0
        sink = http.server.ThreadingHTTPServer(("127.0.0.1", port), Sink)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        for topic in TOPICS:
            wanted = {"topic": topic, "address": f"http://127.0.0.1:{sink.server_port}/", "format": "json"}
            self.insist(lambda: self.rest(lambda: shopify.Webhook.create(wanted)))

    def all_ids(self):
        self.insist(lambda: self.id_of(next(iter(self.names))))
        return self.ids

    @staticmethod
    def insist(call):
        while True:
            try:
                return call()
            except (Refused, Unknown):
                time.sleep(0.5)

    def heard(self, topic, said, skus):
        if topic == "inventory_levels/update":
            self.dirty_now([skus[said["inventory_item_id"]]])
        elif topic == "products/update":
            self.dirty_now([self.numbers[said["variants"][0]["sku"]]])
        else:
            self.given_up(said["source_name"], said["source_identifier"], said["cancel_reason"])
