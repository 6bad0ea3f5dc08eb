"""An Odoo database as the OMS and source of record, by the client that many use: pip install OdooRPC.

An order is a quotation there, with the channel's name (`origin`) and its number on it (`client_order_ref`), which
takes no units before it is confirmed. Odoo tells nobody anything: what changed is asked for by `write_date`."""

import http.client
import os
import time
import urllib.error
import urllib.parse

import odoorpc

from neutral import Refused, Unknown
from platforms import TIMEOUT_S, Platform, pence
from record import Record

# Three questions each time: what it costs the other side.
LOOK_EVERY_S = 0.5


def opened():
    """The database, by the variables that are there for it."""
    of = lambda what: os.environ[f"DOORBUSTER_OMS_{what}"]
    return Hub(of("ODOO_URL"), of("DATABASE"), of("LOGIN"), of("PASSWORD"))


class Hub(Record, Platform):
    READ_AT_ONCE = 500
    enters_paid = reserves = False

    def __init__(self, url, database, login, password):
        super().__init__()
        self.begin()
        parts = urllib.parse.urlsplit(url)
        self.odoo = odoorpc.ODOO(parts.hostname, port=parts.port, timeout=TIMEOUT_S)
        self.odoo.login(database, login, password)
        self.partners = {}
        self.since, self.asked = {}, 0.0

    def call(self, model, method, *args, **words):
        try:
            return self.odoo.execute_kw(model, method, args, words)
        except odoorpc.error.RPCError as why:
            # What went wrong went wrong for good: it stands in an answer of 200.
            raise Refused(422, str(why)) from why
        except urllib.error.HTTPError as why:
            if why.code in (429, 503):
                raise Refused(why.code, str(why), float(why.headers.get("Retry-After") or 0)) from why
            raise Unknown(str(why)) from why
        except (OSError, ValueError, http.client.HTTPException) as why:
            raise Unknown(str(why)) from why

    def listed(self):
        found = self.call("product.product", "search_read", [], ["default_code"])
        return {product["default_code"]: product["id"] for product in found}

    def create(self, order, lines, _is_paid):
        name = self.channels[order["channel"]]
        if name not in self.partners:
            self.partners[name] = self.call("res.partner", "search", [["name", "=", f"Customers of {name}"]])[0]
        line = lambda line: [0, 0, {"product_id": self.id_of(line["sku"]), "product_uom_qty": line["qty"],
                                    "price_unit": line["price"] / 100}]
        wanted = {"partner_id": self.partners[name], "origin": name, "client_order_ref": str(order["number"])}
        return self.call("sale.order", "create", {**wanted, "order_line": [line(one) for one in lines]})

    def find(self, order):
        of = [["origin", "=", self.channels[order["channel"]]], ["client_order_ref", "=", str(order["number"])]]
        return next(iter(self.call("sale.order", "search", of)), None)

    def pay(self, platform_id):
        self.call("sale.order", "action_confirm", [platform_id])

    def cancel(self, platform_id, _why):
        # Without this a confirmed order is not cancelled: the answer is a window for a person.
        self.call("sale.order", "action_cancel", [platform_id], context={"disable_cancel_warning": True})

    def stands(self, skus):
        ids = [self.id_of(sku) for sku in skus]
        for product in self.call("product.product", "read", ids, ["default_code", "free_qty", "lst_price"]):
            yield self.numbers[product["default_code"]], int(product["free_qty"]), pence(product["lst_price"])

    def look(self):
        super().look()
        time.sleep(max(0.0, self.asked + LOOK_EVERY_S - time.monotonic()))
        self.asked = time.monotonic()
        by_id = {self.id_of(sku): sku for sku in self.names}
        self.dirty_now(by_id[quant["product_id"][0]] for quant in self.changed("stock.quant", ["product_id"]))
        self.dirty_now(by_id[product["id"]] for product in self.changed("product.product", []))
        self.look_for_cancelled()

    def changed(self, model, fields, domain=()):
        """What has changed since the last look. Dates have whole seconds: the last second is read again."""
        since = [["write_date", ">=", self.since[model]]] if model in self.since else []
        found = self.call(model, "search_read", [*domain, *since], [*fields, "write_date"], order="write_date, id")
        if found:
            self.since[model] = found[-1]["write_date"]
        return found

    def look_for_cancelled(self):
        fields = ["origin", "client_order_ref"]
        for order in self.changed("sale.order", fields, [["state", "=", "cancel"]]):
            # It says nothing of why: what none of ours has cancelled Odoo has, for want of stock.
            self.given_up(order["origin"], order["client_order_ref"])

    def takes_webhook(self, _headers, _body):
        return 404
