"""The PyPI client `woocommerce` against the WooCommerce face: what an integration does with it."""

import base64
import hashlib
import hmac
import json
import os
import sys

from sink import Sink
from woocommerce import API


def opened(url, **more):
    key = os.environ["DOORBUSTER_WOO_CONSUMER_KEY"]
    secret = os.environ["DOORBUSTER_WOO_CONSUMER_SECRET"]
    return API(url=url, consumer_key=key, consumer_secret=secret, version="wc/v3", timeout=10, **more)


def stock_and_price(shop):
    listed = shop.get("products", params={"per_page": 100, "page": 2, "order": "asc"})
    assert listed.status_code == 200, listed.text
    assert listed.headers["X-WP-Total"] == "120" and listed.headers["X-WP-TotalPages"] == "2"
    assert len(listed.json()) == 20
    found = shop.get("products", params={"sku": "SKU-7"}).json()
    assert len(found) == 1 and found[0]["sku"] == "SKU-7", found
    product = found[0]["id"]
    changed = shop.put(f"products/{product}", {"stock_quantity": 17, "regular_price": "19.90"})
    assert changed.status_code == 200, changed.text
    read = shop.get(f"products/{product}").json()
    assert (read["stock_quantity"], read["price"]) == (17, "19.90"), read
    return product


def batches(shop, product):
    items = [{"id": product, "stock_quantity": 9}, {"id": 1, "stock_quantity": 9}]
    done = shop.post("products/batch", {"update": items})
    assert done.status_code == 200, done.text
    fine, wrong = done.json()["update"]
    assert fine["stock_quantity"] == 9
    assert wrong["error"]["data"]["status"] == 404, wrong
    too_many = shop.post("products/batch", {"update": [items[0]] * 101})
    assert too_many.status_code == 413, too_many.text


def orders(shop, product):
    made = shop.post("orders", {"line_items": [{"product_id": product, "quantity": 2}]})
    assert made.status_code == 201, made.text
    order = made.json()
    assert shop.get(f"products/{product}").json()["stock_quantity"] == 7
    listed = shop.get("orders", params={"after": "2020-01-01T00:00:00", "status": "processing"})
    assert [one["id"] for one in listed.json()] == [order["id"]], listed.text
    gone = shop.put(f"orders/{order['id']}", {"status": "cancelled"})
    assert gone.json()["status"] == "cancelled", gone.text
    assert shop.get(f"products/{product}").json()["stock_quantity"] == 9


def webhooks(shop, product):
    sink = Sink()
    wanted = {"topic": "order.created", "delivery_url": sink.url + "/orders", "secret": "s3cret"}
    made = shop.post("webhooks", wanted)
    assert made.status_code == 201, made.text
    _, _, ping = sink.next()
    assert ping == f"webhook_id={made.json()['id']}".encode(), ping
    shop.post("orders", {"line_items": [{"product_id": product, "quantity": 1}]})
    _, headers, body = sink.next()
    tag = base64.b64encode(hmac.new(b"s3cret", body, hashlib.sha256).digest()).decode()
    shown = {name.lower(): value for name, value in headers.items()}
    assert shown["x-wc-webhook-signature"] == tag
    assert shown["x-wc-webhook-topic"] == "order.created"
    assert json.loads(body)["line_items"][0]["product_id"] == product
    gone = shop.delete(f"webhooks/{made.json()['id']}", params={"force": True})
    assert gone.status_code == 200, gone.text


def main():
    shop = opened(os.environ["DOORBUSTER_WOO_WOOCOMMERCE_URL"])
    product = stock_and_price(shop)
    batches(shop, product)
    orders(shop, product)
    webhooks(shop, product)
    stranger = API(url=shop.url, consumer_key="ck_0", consumer_secret="cs_0", version="wc/v3")
    assert stranger.get("products").status_code == 401
    assert shop.get("coupons").status_code == 501
    secure = os.environ.get("DOORBUSTER_WOO_WOOCOMMERCE_HTTPS_URL")
    if secure:
        # Basic, which plain HTTP refuses.
        basic = opened(secure, verify_ssl=os.environ["DOORBUSTER_CA"])
        assert basic.get(f"products/{product}").status_code == 200
    print("woocommerce (PyPI): stock, price, batch, orders, webhook", "and TLS" if secure else "")


if __name__ == "__main__":
    sys.exit(main())
