"""A connector as it is written in an afternoon. Each of its bugs is one that shops really have;
docs/validation.md says which of them a run finds, and docs/external-connector.md mends them."""

import threading
import time

from neutral import Refused, Unknown, systems

OMS, CHANNELS = systems()
LOOK_EVERY_S = 0.4


def orders(number, channel):
    """Hands orders of a channel over."""
    cursor = 0
    while True:
        try:
            page = channel.get(f"/orders?after={cursor}&limit=100")
        except (Refused, Unknown):
            time.sleep(LOOK_EVERY_S)
            continue
        # The cursor moves before anything is handed over: what fails below is never seen again.
        cursor = page["cursor"]
        for order in page["orders"]:
            try:
                if order["state"] == "ours":
                    hand_over(order)
                elif order["state"] != "pending":
                    OMS.post("/releases", {"order": order["order"], "why": order["state"]["released"]})
            except (Refused, Unknown):
                pass
        if not page["more"]:
            time.sleep(LOOK_EVERY_S)


def hand_over(order):
    body = {"order": order["order"], "intent": order["intent"], "lines": order["lines"], "attempt": 1}
    try:
        OMS.post("/handoffs", body)
    except Unknown:
        # No answer came, so it is sent again: without a key, which makes two orders of one.
        OMS.post("/handoffs", {**body, "attempt": 2})


def changes():
    """Tells every channel what changes at the source."""
    cursor = 0
    while True:
        try:
            page = OMS.get(f"/changes?after={cursor}&limit=100")
        except (Refused, Unknown):
            time.sleep(LOOK_EVERY_S)
            continue
        cursor = page["cursor"]
        for change in page["changes"]:
            for channel in CHANNELS.values():
                tell(channel, change)
        if not page["more"]:
            time.sleep(LOOK_EVERY_S)


def tell(channel, change):
    if "stock" in change:
        stock = change["stock"]
        item = {"sku": stock["sku"], "version": stock["version"], "change": {"absolute": max(0, stock["available"])}}
        kind = "stock"
    elif "price" in change:
        # Charged at once, whenever it is due.
        price = change["price"]
        item = {"sku": price["sku"], "version": price["version"], "change": {"price": price["price"]}}
        kind = "price"
    else:
        # That the OMS cancelled an order is told to nobody, nor is a new listing.
        return
    try:
        # Whether the item was taken is in the answer, and nobody reads it.
        channel.post("/updates", {"kind": kind, "items": [item]})
    except (Refused, Unknown):
        # Throttled, or lost: the next change of this SKU will put it right.
        pass


def main():
    for number, channel in CHANNELS.items():
        threading.Thread(target=orders, args=(number, channel), daemon=True).start()
    changes()


main()
