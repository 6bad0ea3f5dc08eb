"""python-amazon-sp-api at doorbuster's Amazon: .ci/clients runs it, with the mocks' env file."""

import datetime
import io
import json
import sys
import urllib.request

from sp_api.api import Feeds, ListingsItems, Orders
from sp_api.auth import AccessTokenClient
from sp_api.base import Marketplaces
from sp_api.base.exceptions import SellingApiForbiddenException, SellingApiRequestThrottledException

ENV = dict(line.rstrip("\n").split("=", 1) for line in open(sys.argv[1]))
URL = ENV["DOORBUSTER_AMAZON_AMAZON_URL"]
SELLER = ENV["DOORBUSTER_AMAZON_SELLER_ID"]
SKU = "SKU-3"

AccessTokenClient.scheme, AccessTokenClient.host = URL.split("//")[0] + "//", URL.split("//")[1]


def of(kind):
    """A client as its documentation makes one, at another address."""
    credentials = {
        "refresh_token": ENV["DOORBUSTER_AMAZON_REFRESH_TOKEN"],
        "lwa_app_id": ENV["DOORBUSTER_AMAZON_CLIENT_ID"],
        "lwa_client_secret": ENV["DOORBUSTER_AMAZON_CLIENT_SECRET"],
    }
    client = kind(marketplace=Marketplaces.DE, credentials=credentials)
    client.endpoint = URL
    return client


def tell(what, **body):
    url = f"{ENV['DOORBUSTER_CONTROL_URL']}/control/{what}"
    asked = urllib.request.Request(url, json.dumps(body).encode(), method="POST")
    asked.add_header("Authorization", f"Bearer {ENV['DOORBUSTER_CONTROL_TOKEN']}")
    asked.add_header("Content-Type", "application/json")
    return json.load(urllib.request.urlopen(asked, timeout=10))


def advance(seconds):
    tell("clock", advance_us=seconds * 1_000_000)


def patch(quantity):
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}]
    path = "/attributes/fulfillment_availability"
    body = {"productType": "PRODUCT", "patches": [{"op": "replace", "path": path, "value": value}]}
    return listings.patch_listings_item(SELLER, SKU, body=body).payload


def shown():
    read = listings.get_listings_item(SELLER, SKU, includedData="fulfillmentAvailability")
    return read.payload["fulfillmentAvailability"][0]["quantity"]


listings, feeds, orders = of(ListingsItems), of(Feeds), of(Orders)
before = shown()
assert patch(41)["status"] == "ACCEPTED" and shown() == before, "accepted is only queued"
advance(60)
assert shown() == 41
assert patch(-1)["status"] == "INVALID" and shown() == 41, "200 is no yes"
print("amazon, listings: read, accepted, applied, refused")

message = {"messageId": 1, "sku": SKU, "operationType": "PARTIAL_UPDATE", "productType": "PRODUCT"}
available = [{"fulfillment_channel_code": "DEFAULT", "quantity": 17}]
message["attributes"] = {"fulfillment_availability": available}
wrong = {**message, "messageId": 2, "sku": "NOBODY"}
feed = json.dumps({"header": {"sellerId": SELLER, "version": "2.0"}, "messages": [message, wrong]})
document, made = feeds.submit_feed(
    "JSON_LISTINGS_FEED", io.StringIO(feed), content_type="application/json; charset=UTF-8"
)
made = made.payload["feedId"]
assert feeds.get_feed(made).payload["processingStatus"] == "IN_QUEUE"
advance(120)
done = feeds.get_feed(made).payload
assert done["processingStatus"] == "DONE", done
report = json.loads(feeds.get_feed_result_document(done["resultFeedDocumentId"]))
summary = report["summary"]
assert (summary["messagesAccepted"], summary["messagesInvalid"]) == (1, 1), report
advance(60)
assert shown() == 17
print("amazon, feeds: uploaded, queued, done, reported")

since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
number = tell("orders", channel="amazon", lines=[{"sku": 3, "qty": 2}])["order"]["number"]
advance(240)
listed = orders.get_orders(LastUpdatedAfter=since.strftime("%Y-%m-%dT%H:%M:%SZ")).payload["Orders"]
assert [order["OrderStatus"] for order in listed] == ["Unshipped"], listed
items = orders.get_order_items(listed[0]["AmazonOrderId"]).payload["OrderItems"]
assert [(item["SellerSKU"], item["QuantityOrdered"]) for item in items] == [(SKU, 2)], items
print(f"amazon, orders: listed, read ({number})")

# No call cancels an order that the seller ships: a feed in XML does.
order = listed[0]["AmazonOrderId"]
item = orders.get_order_items(order).payload["OrderItems"][0]["OrderItemId"]
cancelled = f"""<?xml version="1.0" encoding="utf-8"?>
<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>{SELLER}</MerchantIdentifier></Header>
<MessageType>OrderAcknowledgement</MessageType><Message><MessageID>1</MessageID><OrderAcknowledgement>
<AmazonOrderID>{order}</AmazonOrderID><StatusCode>Failure</StatusCode><Item>
<AmazonOrderItemCode>{item}</AmazonOrderItemCode><CancelReason>NoInventory</CancelReason></Item>
</OrderAcknowledgement></Message></AmazonEnvelope>"""
kind = "text/xml; charset=UTF-8"
_, made = feeds.submit_feed("POST_ORDER_ACKNOWLEDGEMENT_DATA", io.StringIO(cancelled), content_type=kind)
advance(120)
done = feeds.get_feed(made.payload["feedId"]).payload
report = feeds.get_feed_result_document(done["resultFeedDocumentId"])
assert "<MessagesSuccessful>1</MessagesSuccessful>" in report, report
assert orders.get_order(order).payload["OrderStatus"] == "Canceled"
print("amazon, orders: cancelled by a feed")

advance(60)
try:
    for quantity in range(100, 110):
        patch(quantity)
    raise SystemExit("nothing was throttled")
except SellingApiRequestThrottledException as throttled:
    assert throttled.amzn_code == "QuotaExceeded", throttled.error
advance(60)
assert shown() == 104, "the client does not try again: the update is lost"
advance(3600)
try:
    shown()
    raise SystemExit("a token held for ever")
except SellingApiForbiddenException as expired:
    assert "expired" in expired.error[0]["details"], expired.error
print("amazon, limits: throttled after five, token expired after an hour")
