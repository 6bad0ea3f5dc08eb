"""The PyPI client `woocommerce` against a WooCommerce shop that is the source of record."""

import base64
import hashlib
import hmac
import json
import os

from sink import Sink
from woocommerce import API


def told(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer.json()


def entered(shop, product, status):
    meta = {"source_name": "market", "source_identifier": "17"}
    wanted = {
        "status": status,
        "meta_data": [{"key": key, "value": value} for key, value in meta.items()],
        "line_items": [{"product_id": product, "quantity": 2, "total": "37.00"}],
    }
    return told(shop.post("orders", wanted), 201)


def main():
    of = lambda what: os.environ[f"DOORBUSTER_OMS_{what}"]
    url, key, secret = of("WOOCOMMERCE_URL"), of("CONSUMER_KEY"), of("CONSUMER_SECRET")
    shop = API(url=url, consumer_key=key, consumer_secret=secret, version="wc/v3", timeout=10)
    [product] = told(shop.get("products", params={"sku": "SKU-7"}))
    number, began = product["id"], product["date_modified_gmt"]
    sink = Sink()
    hook = {"topic": "product.updated", "delivery_url": sink.url + "/hub", "secret": "s3cret"}
    told(shop.post("webhooks", hook), 201)
    sink.next()
    told(shop.put(f"products/{number}", {"stock_quantity": 17, "regular_price": "19.90"}))
    _, headers, body = sink.next()
    tag = base64.b64encode(hmac.new(b"s3cret", body, hashlib.sha256).digest()).decode()
    assert headers["x-wc-webhook-signature"] == tag, headers
    assert json.loads(body)["stock_quantity"] == 17
    stock = lambda: told(shop.get(f"products/{number}"))["stock_quantity"]
    held = entered(shop, number, "on-hold")
    assert (held["status"], held["total"], stock()) == ("on-hold", "37.00", 15)
    paid = told(shop.put(f"orders/{held['id']}", {"status": "processing"}))
    assert (paid["status"], stock()) == ("processing", 15)
    # The same once more is another order, and one that is pending takes nothing.
    again = entered(shop, number, "pending")
    assert again["id"] != held["id"] and stock() == 15
    gone = told(shop.put(f"orders/{held['id']}", {"status": "cancelled"}))
    assert (gone["status"], stock()) == ("cancelled", 17)
    params = {"modified_after": "2020-01-01T00:00:00", "orderby": "modified", "order": "desc"}
    newest = told(shop.get("products", params=params))[0]
    assert newest["id"] == number and newest["date_modified_gmt"] >= began
    print("PyPI woocommerce, a shop as the source: stock, prices, orders of channels, what changed")


main()
