"""Channels in the API of their platform, by the clients that shops use: pip install woocommerce ShopifyAPI.

Each has the methods of `neutral.Channel`, and says by its own exceptions what was carried out."""

import csv
import datetime
import decimal
import json
import os
import socket
import threading
import time
import urllib.error
import urllib.parse

import pyactiveresource.connection
import requests
import shopify
import woocommerce

from neutral import Refused, Unknown

# The clients wait for ever unless they are told not to.
TIMEOUT_S = 5
socket.setdefaulttimeout(TIMEOUT_S)


def catalog():
    """SKUs by the names that platforms have for them, and by the numbers that the OMS has."""
    with open(os.environ["DOORBUSTER_CATALOG"], encoding="utf-8", newline="") as file:
        numbers = {row["name"]: int(row["sku"]) for row in csv.DictReader(file)}
    return numbers, {number: name for name, number in numbers.items()}


def opened(name):
    """The channel of that name, by the variables that are there for it."""
    of = lambda what: os.environ.get(f"DOORBUSTER_{name}_{what}")
    if of("WOOCOMMERCE_URL"):
        return WooCommerce(of("WOOCOMMERCE_URL"), of("CONSUMER_KEY"), of("CONSUMER_SECRET"))
    return Shopify(of("SHOPIFY_URL"), of("ACCESS_TOKEN"), of("API_SECRET"))


def pence(price):
    return int((decimal.Decimal(str(price)) * 100).to_integral_value())


def pounds(price):
    return f"{price // 100}.{price % 100:02}"


class Platform:
    """What the two have in common: ids of their own, and lists of orders by when they changed."""

    offers_again = True

    def __init__(self):
        self.numbers, self.names = catalog()
        self.lock = threading.Lock()
        self.ids = None
        self.orders, self.cancelled = {}, set()
        self.since = self.next = None

    def id_of(self, sku):
        with self.lock:
            if self.ids is None:
                self.ids = self.listed()
        return self.ids[self.names[sku]]

    def note(self, number, platform_id, changed):
        self.orders[number] = platform_id
        self.next = max(self.next or changed, changed)

    def seen(self):
        self.since = self.next

    def order_id(self, number):
        if number not in self.orders:
            raise Unknown(f"order {number} is not seen yet")
        self.cancelled.add(number)
        return self.orders[number]


class WooCommerce(Platform):
    """A WooCommerce shop. It takes levels alone, a hundred at a time."""

    sets_levels, workers = True, 2
    PAGE = 100
    STATES = {"pending": "pending", "processing": "ours", "failed": {"released": "payment"}}

    def __init__(self, url, key, secret):
        super().__init__()
        self.api = woocommerce.API(
            url=url, consumer_key=key, consumer_secret=secret, version="wc/v3", timeout=TIMEOUT_S)

    def ask(self, call, *what, **more):
        try:
            answer = call(*what, **more)
            said = answer.json()
        except (requests.RequestException, ValueError) as why:
            raise Unknown(str(why)) from why
        if answer.status_code < 300:
            return said
        wait = said.get("data", {}).get("retry_after") if isinstance(said, dict) else None
        if answer.status_code < 500 or answer.status_code == 503:
            raise Refused(answer.status_code, said, wait)
        raise Unknown(f"status {answer.status_code}")

    def listed(self):
        found, page = {}, 1
        while True:
            params = {"per_page": self.PAGE, "page": page, "order": "asc"}
            products = self.ask(self.api.get, "products", params=params)
            found.update((product["sku"], product["id"]) for product in products)
            if len(products) < self.PAGE:
                return found
            page += 1

    def changed(self):
        params = {"per_page": self.PAGE, "orderby": "modified", "order": "asc", "dates_are_gmt": "true"}
        if self.since:
            # Dates have whole seconds, and this one is not included: the last second is read again.
            since = datetime.datetime.fromisoformat(self.since) - datetime.timedelta(seconds=1)
            params["modified_after"] = since.isoformat()
        page, orders = 1, []
        while True:
            found = self.ask(self.api.get, "orders", params={**params, "page": page})
            orders += [self.order(order) for order in found]
            # More of one second than a page holds: only then is there a second page to be read.
            if len(found) < self.PAGE or found[-1]["date_modified_gmt"] != found[0]["date_modified_gmt"]:
                return orders, len(found) == self.PAGE
            page += 1

    def order(self, order):
        number = int(order["number"])
        self.note(number, order["id"], order["date_modified_gmt"])
        why = "stock" if number in self.cancelled else "customer"
        lines = [{"sku": self.numbers[line["sku"]], "qty": line["quantity"], "price": pence(line["price"])}
                 for line in order["line_items"]]
        return {"number": number, "lines": lines, "state": self.STATES.get(order["status"], {"released": why})}

    def at_once(self, _kind):
        return 100

    def push(self, kind, items, _key):
        update = [{"id": self.id_of(sku), **self.fields(change)} for sku, _, change in items]
        said = self.ask(self.api.post, "products/batch", {"update": update})
        for item, outcome in zip(update, said["update"]):
            # Each item of a batch has a word of its own, in an answer that is fine.
            if "error" in outcome:
                print(f"{kind}: {item}: {outcome['error']}", flush=True)

    @staticmethod
    def fields(change):
        if "absolute" in change:
            return {"stock_quantity": change["absolute"]}
        if "price" in change:
            return {"regular_price": pounds(change["price"])}
        new = change["publish"]
        return {"status": "publish", "stock_quantity": new["qty"], "regular_price": pounds(new["price"])}

    def cancel(self, number):
        self.ask(self.api.put, f"orders/{self.order_id(number)}", {"status": "cancelled"})


class Shopify(Platform):
    """A Shopify shop: stock and prices by GraphQL, which takes many at a time and knows a call again
    by its key; orders by REST, which lets through two calls a second."""

    sets_levels, workers = False, 2
    VERSION = "2025-10"
    ORDERS_EVERY_S = 0.5
    ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) {
        inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { message code } } }"""

    def __init__(self, url, token, secret):
        super().__init__()
        parts = urllib.parse.urlsplit(url)
        first, domain = parts.hostname.split(".", 1)
        shopify.Session.setup(
            protocol="http", myshopify_domain=domain, port=parts.port, api_key="key", secret=secret)
        shopify.ShopifyResource.set_site("")
        self.session = shopify.Session(first, self.VERSION, token)
        self.asked = 0.0

    def rest(self, call):
        shopify.ShopifyResource.activate_session(self.session)
        try:
            return call()
        except pyactiveresource.connection.Error as why:
            code = getattr(why, "code", None) or getattr(getattr(why, "response", None), "code", None)
            if code in (429, 503) or (code is not None and 400 <= code < 500):
                answer = getattr(why, "response", None)
                wait = float(answer.headers.get("Retry-After") or 0) if answer else None
                raise Refused(code, str(why), wait) from why
            raise Unknown(str(why)) from why
        except (OSError, ValueError) as why:
            raise Unknown(str(why)) from why

    def graphql(self, query, variables):
        shopify.ShopifyResource.activate_session(self.session)
        try:
            said = json.loads(shopify.GraphQL().execute(query, variables))
        except (OSError, ValueError) as why:
            raise Unknown(str(why)) from why
        for error in said.get("errors", []):
            code = error.get("extensions", {}).get("code")
            if code == "THROTTLED":
                raise Refused(429, error, self.refilled(said))
            if code == "INTERNAL_SERVER_ERROR":
                raise Refused(503, error)
            raise Refused(400, error)
        # What is wrong with the input is no error of the request.
        told = [told for told in said["data"].values() if isinstance(told, dict)]
        wrong = [error for one in told for error in one.get("userErrors", [])]
        if wrong:
            raise Refused(422, wrong)
        return said["data"]

    @staticmethod
    def refilled(said):
        cost = said.get("extensions", {}).get("cost", {})
        status = cost.get("throttleStatus", {})
        missing = cost.get("requestedQueryCost", 0) - status.get("currentlyAvailable", 0)
        return max(0.1, missing / status.get("restoreRate", 100.0))

    def listed(self):
        def all_of():
            self.location = shopify.Location.find()[0].id
            found, page = [], shopify.Product.find(limit=250)
            while True:
                found += page
                if not page.has_next_page():
                    return found
                page = page.next_page()
        def ids(product):
            variant = product.variants[0]
            return {"product": product.id, "variant": variant.id, "item": variant.inventory_item_id}
        return {product.variants[0].sku: ids(product) for product in self.rest(all_of)}

    def changed(self):
        time.sleep(max(0.0, self.asked + self.ORDERS_EVERY_S - time.monotonic()))
        self.asked = time.monotonic()
        asked = {"status": "any", "order": "updated_at asc", "limit": 250}
        if self.since:
            # Dates have whole seconds: the last second is read again.
            asked["updated_at_min"] = self.since
        found = self.rest(lambda: shopify.Order.find(**asked))
        return [self.order(order.to_dict()) for order in found], len(found) == 250

    def order(self, order):
        number = order["order_number"] - 1001
        self.note(number, order["id"], order["updated_at"])
        lines = [{"sku": self.numbers[line["sku"]], "qty": line["quantity"], "price": pence(line["price"])}
                 for line in order["line_items"]]
        return {"number": number, "lines": lines, "state": self.state(order)}

    @staticmethod
    def state(order):
        if order["cancelled_at"]:
            why = {"customer": "customer", "declined": "payment"}.get(order["cancel_reason"], "stock")
            return {"released": why}
        return "pending" if order["financial_status"] == "pending" else "ours"

    def at_once(self, kind):
        return {"stock": 100, "price": 10, "listing": 1}[kind]

    def push(self, kind, items, key):
        if kind == "stock":
            changes = [{"delta": change["delta"], **self.item(sku)} for sku, _, change in items]
            wanted = {"name": "available", "reason": "correction", "changes": changes}
            self.graphql(self.ADJUST, {"input": wanted, "key": f"{os.getpid()}-{key}"})
        elif kind == "price":
            fields = [self.priced(place, sku, change["price"]) for place, (sku, _, change) in enumerate(items)]
            self.graphql(f"mutation {{ {' '.join(fields)} }}", {})
        else:
            print(f"listing of {items}: to be put on sale by hand", flush=True)

    def item(self, sku):
        return {"inventoryItemId": f"gid://shopify/InventoryItem/{self.id_of(sku)['item']}",
                "locationId": f"gid://shopify/Location/{self.location}"}

    def priced(self, place, sku, price):
        ids = self.id_of(sku)
        product = f"gid://shopify/Product/{ids['product']}"
        new = f'{{ id: "gid://shopify/ProductVariant/{ids["variant"]}", price: "{pounds(price)}" }}'
        return (f'p{place}: productVariantsBulkUpdate(productId: "{product}", variants: [{new}]) '
                "{ userErrors { message } }")

    def cancel(self, number):
        order = shopify.Order({"id": self.order_id(number)})
        self.rest(lambda: order.cancel(reason="inventory", restock="true"))
