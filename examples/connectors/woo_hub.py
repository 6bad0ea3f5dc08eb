"""A WooCommerce shop as the OMS and source of record, by the client that shops use: pip install woocommerce.

The platform has no field for where an order comes from: two words of its `meta_data` say it. An order that is
on hold has its units. Nothing finds an order by such a word: whoever is in doubt reads the newest ones."""

import datetime
import os

from platforms import WooCommerce, pence, pounds
from record import Record

SECRET = "what woo_hub.py and the shop know"
TOPICS = ("product.updated", "order.updated")


def opened():
    """The shop, by the variables that are there for it."""
    of = lambda what: os.environ[f"DOORBUSTER_OMS_{what}"]
    return Hub(of("WOOCOMMERCE_URL"), of("CONSUMER_KEY"), of("CONSUMER_SECRET"))


class Hub(Record, WooCommerce):
    READ_AT_ONCE = 100
    BEFORE = datetime.timedelta(seconds=2)

    def __init__(self, url, key, secret):
        super().__init__(url, key, secret)
        self.begin()

    def create(self, order, lines, is_paid):
        items = [{"product_id": self.id_of(line["sku"]), "quantity": line["qty"],
                  "total": pounds(line["price"] * line["qty"])} for line in lines]
        meta = {"source_name": self.channels[order["channel"]], "source_identifier": str(order["number"])}
        wanted = {"status": "processing" if is_paid else "on-hold", "line_items": items,
                  "meta_data": [{"key": key, "value": value} for key, value in meta.items()]}
        return self.ask(self.api.post, "orders", wanted)["id"]

    def find(self, order):
        wanted = (self.channels[order["channel"]], str(order["number"]))
        tried = datetime.datetime.fromtimestamp(self.tried[order["channel"], order["number"]], datetime.timezone.utc)
        after = (tried - self.BEFORE).replace(tzinfo=None, microsecond=0).isoformat()
        page = 1
        while True:
            params = {"after": after, "per_page": self.PAGE, "page": page, "dates_are_gmt": "true"}
            orders = self.ask(self.api.get, "orders", params=params)
            for found in orders:
                if source(found) == wanted:
                    return self.ask(self.api.get, f"orders/{found['id']}")["id"]
            if len(orders) < self.PAGE:
                return None
            page += 1

    def pay(self, platform_id):
        self.ask(self.api.put, f"orders/{platform_id}", {"status": "processing"})

    def cancel(self, platform_id, _why):
        self.ask(self.api.put, f"orders/{platform_id}", {"status": "cancelled"})

    def stands(self, skus):
        ids = ",".join(str(self.id_of(sku)) for sku in skus)
        params = {"include": ids, "per_page": self.READ_AT_ONCE}
        for product in self.ask(self.api.get, "products", params=params) if skus else []:
            yield self.numbers[product["sku"]], product["stock_quantity"], pence(product["price"])

    def look_for_cancelled(self):
        params = {"status": "cancelled", "orderby": "modified", "per_page": self.PAGE}
        for order in self.ask(self.api.get, "orders", params=params):
            self.given_up(*source(order))

    def listen(self):
        address = super().listen()
        for topic in TOPICS:
            wanted = {"topic": topic, "delivery_url": address, "secret": SECRET}
            self.insist(lambda: self.ask(self.api.post, "webhooks", wanted))

    def takes_webhook(self, headers, body):
        if not headers["X-WC-Webhook-Topic"]:
            # The first that comes is a form without a signature: it only looks whether anybody is there.
            return 200
        return self.verified(SECRET.encode(), body, headers["X-WC-Webhook-Signature"], headers["X-WC-Webhook-Topic"])

    def heard(self, topic, said):
        if topic == "product.updated":
            self.dirty_now([self.numbers[said["sku"]]])
        elif said["status"] == "cancelled":
            # It says nothing of why: what none of ours has cancelled the shop has, for want of stock.
            self.given_up(*source(said))


def source(order):
    words = {word["key"]: word["value"] for word in order["meta_data"]}
    return words["source_name"], words["source_identifier"]
