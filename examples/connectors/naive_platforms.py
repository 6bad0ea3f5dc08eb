"""What naive.py does, between a WooCommerce and a Shopify shop: the bugs are those of its kind there.
naive_hub.py has it with a Shopify shop as the source."""

import threading
import time

import requests
import shopify

from neutral import Refused, Unknown, systems
from platforms import WooCommerce, pounds

OMS, CHANNELS = systems()
LOOK_EVERY_S = 0.5


def orders(number, channel, hand_over):
    """Hands over what is paid, from the newest order on that it has seen."""
    newest = -1
    while True:
        try:
            found = sorted(paid(channel), key=lambda order: order["number"])
        except (Refused, Unknown):
            found = []
        for order in found:
            # An order that is paid after a newer one is never seen.
            if order["number"] > newest:
                newest = order["number"]
                hand_over({"channel": number, "number": newest}, order["lines"])
        time.sleep(LOOK_EVERY_S)


def paid(channel):
    """The newest page: what does not fit on it is never seen."""
    if isinstance(channel, WooCommerce):
        params = {"status": "processing", "per_page": 20}
        return [channel.order(order) for order in channel.ask(channel.api.get, "orders", params=params)]
    found = channel.rest(lambda: shopify.Order.find(financial_status="paid", limit=20))
    return [channel.order(order.to_dict()) for order in found]


def hand_over(order, lines):
    try:
        OMS.hand_over(order, lines, None, 1)
    except Refused:
        pass
    except Unknown:
        try:
            # No answer came, so it is sent again: without a key, which makes two orders of one.
            OMS.hand_over(order, lines, None, 2)
        except (Refused, Unknown):
            pass


def changes():
    """Tells both shops what changes at the source."""
    while True:
        try:
            changes, more = OMS.changes()
        except (Refused, Unknown):
            time.sleep(LOOK_EVERY_S)
            continue
        OMS.seen()
        for change in changes:
            tell_all(change)
        if not more:
            time.sleep(LOOK_EVERY_S)


def tell_all(change):
    for channel in CHANNELS.values():
        try:
            tell(channel, change)
        except (Refused, Unknown, requests.RequestException):
            # Throttled, or lost: the next change of this SKU will put it right.
            pass


def tell(channel, change):
    if "stock" in change:
        sku, level = change["stock"]["sku"], max(0, change["stock"]["available"])
        # A level overwrites what the shop has sold meanwhile.
        if isinstance(channel, WooCommerce):
            channel.ask(channel.api.put, f"products/{channel.id_of(sku)}", {"stock_quantity": level})
        else:
            item = channel.id_of(sku)["item"]
            channel.rest(lambda: shopify.InventoryLevel.set(channel.location, item, level))
    elif "price" in change:
        sku, price = change["price"]["sku"], pounds(change["price"]["price"])
        if isinstance(channel, WooCommerce):
            channel.ask(channel.api.put, f"products/{channel.id_of(sku)}", {"regular_price": price})
        else:
            ids = channel.id_of(sku)
            variant = shopify.Variant({"id": ids["variant"], "product_id": ids["product"], "price": price})
            channel.rest(variant.save)
    # That the OMS cancelled an order is told to nobody, nor that a shop did.


def begin(hand_over):
    for number, channel in CHANNELS.items():
        threading.Thread(target=orders, args=(number, channel, hand_over), daemon=True).start()


if __name__ == "__main__":
    begin(hand_over)
    changes()
