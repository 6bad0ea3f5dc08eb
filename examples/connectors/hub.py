"""A Shopify shop as the OMS and source of record, by the client that shops use: pip install ShopifyAPI.

An order is entered there with the channel's name (`source_name`) and its number on it (`source_identifier`).
`record.py` has what is the same for every platform."""

import os

import shopify

from platforms import Shopify, pence, pounds
from record import Record

TOPICS = ("inventory_levels/update", "products/update", "orders/cancelled")
REASONS = {"customer": "customer", "payment": "declined", "stock": "inventory"}


def opened():
    """The shop, by the variables that are there for it."""
    of = lambda what: os.environ[f"DOORBUSTER_OMS_{what}"]
    return Hub(of("SHOPIFY_URL"), of("ACCESS_TOKEN"), of("API_SECRET"))


class Hub(Record, Shopify):
    READ_AT_ONCE = 100
    CREATE = """mutation($order: OrderCreateOrderInput!) {
        orderCreate(order: $order, options: { inventoryBehaviour: DECREMENT_IGNORING_POLICY }) {
            order { id } userErrors { message } } }"""
    PAY = "mutation($id: ID!) { orderMarkAsPaid(input: { id: $id }) { order { id } userErrors { message } } }"
    FIND = """query($what: String!) { orders(first: 10, query: $what) {
        nodes { id } } }"""
    CANCELLED = """{ shop { currencyCode }
        orders(first: 50, sortKey: UPDATED_AT, reverse: true, query: "status:cancelled") {
            nodes { sourceName sourceIdentifier cancelReason } } }"""

    def __init__(self, url, token, secret):
        super().__init__(url, token, secret)
        self.begin()
        self.secret = secret.encode()
        self.currency = self.graphql(self.CANCELLED, {})["shop"]["currencyCode"]

    def create(self, order, lines, is_paid):
        def item(line):
            price = {"amount": pounds(line["price"]), "currencyCode": self.currency}
            variant = f"gid://shopify/ProductVariant/{self.id_of(line['sku'])['variant']}"
            return {"variantId": variant, "quantity": line["qty"], "priceSet": {"shopMoney": price}}
        wanted = {"sourceName": self.channels[order["channel"]], "sourceIdentifier": str(order["number"]),
                  "financialStatus": "PAID" if is_paid else "PENDING", "lineItems": [item(line) for line in lines]}
        return self.graphql(self.CREATE, {"order": wanted})["orderCreate"]["order"]["id"]

    def find(self, order):
        name, number = self.channels[order["channel"]], order["number"]
        found = self.graphql(self.FIND, {"what": f"source_name:{name} source_identifier:{number}"})
        return next((node["id"] for node in found["orders"]["nodes"]), None)

    def pay(self, platform_id):
        self.graphql(self.PAY, {"id": platform_id})

    def cancel(self, platform_id, why):
        held = shopify.Order({"id": int(platform_id.rsplit("/", 1)[1])})
        self.rest(lambda: held.cancel(reason=REASONS[why]))

    def stands(self, skus):
        fields = [f'v{sku}: productVariant(id: "gid://shopify/ProductVariant/{self.id_of(sku)["variant"]}") '
                  "{ price inventoryQuantity }" for sku in skus]
        said = self.graphql("{ " + " ".join(fields) + " }", {})
        for sku in skus:
            variant = said[f"v{sku}"]
            yield sku, variant["inventoryQuantity"], pence(variant["price"])

    def look_for_cancelled(self):
        for order in self.graphql(self.CANCELLED, {})["orders"]["nodes"]:
            if order["cancelReason"] == "INVENTORY":
                self.given_up(order["sourceName"], order["sourceIdentifier"])

    def listen(self):
        self.insist(lambda: self.id_of(next(iter(self.names))))
        self.by_item = {ids["item"]: self.numbers[name] for name, ids in self.ids.items()}
        address = super().listen()
        for topic in TOPICS:
            wanted = {"topic": topic, "address": address, "format": "json"}
            self.insist(lambda: self.rest(lambda: shopify.Webhook.create(wanted)))

    def takes_webhook(self, headers, body):
        return self.verified(self.secret, body, headers["X-Shopify-Hmac-SHA256"], headers["X-Shopify-Topic"])

    def heard(self, topic, said):
        if topic == "inventory_levels/update":
            self.dirty_now([self.by_item[said["inventory_item_id"]]])
        elif topic == "products/update":
            self.dirty_now([self.numbers[said["variants"][0]["sku"]]])
        elif said["cancel_reason"] == "inventory":
            self.given_up(said["source_name"], said["source_identifier"])
