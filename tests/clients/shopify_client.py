"""The PyPI client `ShopifyAPI` against the Shopify face: what an integration does with it."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.parse

import pyactiveresource.connection
import shopify
from sink import Sink


def opened():
    url = urllib.parse.urlparse(os.environ["DOORBUSTER_SHOP_SHOPIFY_URL"])
    first, rest = url.hostname.split(".", 1)
    secret = os.environ["DOORBUSTER_SHOP_API_SECRET"]
    shopify.Session.setup(
        protocol="http", myshopify_domain=rest, port=url.port, api_key="key", secret=secret
    )
    shopify.ShopifyResource.set_site("")
    session = shopify.Session(first, "unstable", os.environ["DOORBUSTER_SHOP_ACCESS_TOKEN"])
    shopify.ShopifyResource.activate_session(session)


def stock_and_price():
    assert shopify.Shop.current().currency == "EUR"
    location = shopify.Location.find()[0].id
    page = shopify.Product.find(limit=100)
    assert len(page) == 100 and page.has_next_page()
    assert len(page.next_page()) == 20
    variant = page[3].variants[0]
    assert variant.sku == "SKU-3"
    variant.price = "19.90"
    assert variant.save(), variant.errors.full_messages()
    item = variant.inventory_item_id
    level = shopify.InventoryLevel.set(location, item, 17)
    assert level.available == 17
    level = shopify.InventoryLevel.adjust(location, item, -4)
    assert level.available == 13
    assert shopify.Variant.find(variant.id).price == "19.90"
    return location, variant.id, item


def available(location, item):
    found = shopify.InventoryLevel.find(inventory_item_ids=item, location_ids=location)
    return found[0].available


def orders(location, variant, item):
    lines = [{"variant_id": variant, "quantity": 2}]
    order = shopify.Order.create({"line_items": lines})
    assert order.id, order.errors.full_messages()
    assert available(location, item) == 11
    listed = shopify.Order.find(status="any", limit=50)
    assert [one.id for one in listed] == [order.id]
    order.cancel(reason="inventory", restock="true")
    assert shopify.Order.find(order.id).cancel_reason == "inventory"
    assert available(location, item) == 13


def webhooks(variant):
    sink = Sink()
    wanted = {"topic": "orders/create", "address": sink.url + "/orders", "format": "json"}
    hook = shopify.Webhook.create(wanted)
    assert hook.id, hook.errors.full_messages()
    shopify.Order.create({"line_items": [{"variant_id": variant, "quantity": 1}]})
    _, headers, body = sink.next()
    secret = os.environ["DOORBUSTER_SHOP_API_SECRET"].encode()
    tag = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
    shown = {name.lower(): value for name, value in headers.items()}
    assert shown["x-shopify-hmac-sha256"] == tag
    assert shown["x-shopify-topic"] == "orders/create"
    assert json.loads(body)["line_items"][0]["variant_id"] == variant
    hook.destroy()


def graphql(item, location):
    text = """
      mutation Set($input: InventorySetQuantitiesInput!) {
        inventorySetQuantities(input: $input) @idempotent(key: "once") {
          inventoryAdjustmentGroup { changes { quantityAfterChange } }
          userErrors { code }
        }
      }"""
    quantity = {
        "inventoryItemId": f"gid://shopify/InventoryItem/{item}",
        "locationId": f"gid://shopify/Location/{location}",
        "quantity": 5,
        "compareQuantity": available(location, item),
    }
    wanted = {"name": "available", "reason": "correction", "quantities": [quantity]}
    told = json.loads(shopify.GraphQL().execute(text, {"input": wanted}))
    done = told["data"]["inventorySetQuantities"]
    assert done["userErrors"] == [], told
    assert done["inventoryAdjustmentGroup"]["changes"][0]["quantityAfterChange"] == 5
    assert told["extensions"]["cost"]["throttleStatus"]["maximumAvailable"] == 2000.0


def throttle(location, item):
    """Met by whoever does not wait: the update is lost, and the next is not."""
    lost = 0
    for quantity in range(60):
        try:
            shopify.InventoryLevel.set(location, item, quantity)
        except pyactiveresource.connection.ClientError as refused:
            assert refused.response.code == 429, refused.response
            assert refused.response.headers.get("retry-after") == "2.0"
            lost += 1
    assert 0 < lost < 60, lost
    time.sleep(2)
    assert shopify.InventoryLevel.set(location, item, 8).available == 8
    return lost


def main():
    opened()
    location, variant, item = stock_and_price()
    orders(location, variant, item)
    webhooks(variant)
    graphql(item, location)
    lost = throttle(location, item)
    print("ShopifyAPI (PyPI): stock, price, pages, orders, webhook, GraphQL;", lost, "throttled")


if __name__ == "__main__":
    sys.exit(main())
