"""The PyPI client `OdooRPC` against the Odoo face: what an integration does with it."""

import os
import time
import urllib.parse

import odoorpc


def opened():
    url = urllib.parse.urlsplit(os.environ["DOORBUSTER_OMS_ODOO_URL"])
    odoo = odoorpc.ODOO(url.hostname, port=url.port, timeout=10)
    assert odoo.version == "17.0"
    database, login = os.environ["DOORBUSTER_OMS_DATABASE"], os.environ["DOORBUSTER_OMS_LOGIN"]
    assert odoo.db.list() == [database]
    fails("Wrong login", lambda: odoo.login(database, login, "wrong"))
    odoo.login(database, login, os.environ["DOORBUSTER_OMS_PASSWORD"])
    assert odoo.env.user.name == "Administrator" and odoo.env.context["lang"] == "en_US"
    assert "sale.order" in odoo.env and "account.move" not in odoo.env
    return odoo


def fails(why, call):
    try:
        call()
    except odoorpc.error.RPCError as said:
        assert why in str(said), said
        return said.info
    raise AssertionError(f"it should have failed: {why}")


def stock_and_price(odoo):
    """What is read, counted, and priced."""
    products, quants = odoo.env["product.product"], odoo.env["stock.quant"]
    assert products.search_count([]) == 120
    [number] = products.search([("default_code", "=", "SKU-7")])
    product = products.browse(number)
    assert product.qty_available == 40.0 and product.uom_id.name == "Units"
    began = product.write_date
    product.lst_price = 19.9
    assert products.browse(number).lst_price == 19.9
    [quant] = quants.search([("product_id", "=", number), ("location_id.usage", "=", "internal")])
    counted = quants.with_context(inventory_mode=True)
    counted.write([quant], {"inventory_quantity": 17})
    assert quants.browse(quant).inventory_diff_quantity == -23.0
    counted.action_apply_inventory([quant])
    assert products.browse(number).qty_available == 17.0
    moved = [("write_date", ">=", began.strftime("%Y-%m-%d %H:%M:%S")), ("id", "=", quant)]
    assert quants.search(moved) == [quant]
    wrong = fails("not below 0", lambda: products.write([number], {"lst_price": -1}))
    assert wrong["data"]["name"] == "odoo.exceptions.ValidationError", wrong
    return number


def entered(odoo, product, units):
    [buyer] = odoo.env["res.partner"].search([("name", "ilike", "of market")])
    line = {"product_id": product, "product_uom_qty": units, "price_unit": 18.5}
    wanted = {"partner_id": buyer, "origin": "market", "client_order_ref": "17", "order_line": [(0, 0, line)]}
    return odoo.env["sale.order"].create(wanted)


def orders(odoo, product):
    """A quotation, an order, a cancellation; the same once more is another."""
    sale, free = odoo.env["sale.order"], lambda: odoo.env["product.product"].browse(product).free_qty
    number = entered(odoo, product, 2)
    order = sale.browse(number)
    assert (order.state, order.amount_total, order.order_line.product_uom_qty) == ("draft", 37.0, 2.0)
    assert free() == 17.0
    assert order.action_confirm() is True and sale.browse(number).state == "sale" and free() == 15.0
    fails("not in a state requiring confirmation", order.action_confirm)
    again = entered(odoo, product, 2)
    same = [("origin", "=", "market"), ("client_order_ref", "=", "17")]
    assert sale.search(same, order="id") == [number, again]
    assert sale.browse(again).action_cancel() is True
    # A window for a person: nothing is cancelled before somebody says that he means it.
    assert order.action_cancel()["res_model"] == "sale.order.cancel" and free() == 15.0
    assert sale.with_context(disable_cancel_warning=True).browse(number).action_cancel() is True
    assert sale.browse(number).state == "cancel" and free() == 17.0


def shortages(odoo, product):
    """What there is too little of is cancelled by the other side; whoever asks by date sees it."""
    sale = odoo.env["sale.order"]
    number = entered(odoo, product, 18)
    sale.browse(number).action_confirm()
    changed = [("write_date", ">=", sale.browse(number).write_date.strftime("%Y-%m-%d %H:%M:%S"))]
    for _ in range(100):
        found = sale.search_read([*changed, ("state", "=", "cancel")], ["client_order_ref"])
        if number in [one["id"] for one in found]:
            return
        time.sleep(0.1)
    raise AssertionError("it was never cancelled")


def nothing_else(odoo, product):
    missing = fails("not in this mock", lambda: odoo.execute("sale.order", "copy", [1]))
    assert missing["code"] == 200 and missing["data"]["name"] == "builtins.NotImplementedError"
    fails("does not exist", lambda: odoo.execute("product.product", "read", [1]))
    fails("not in this mock", lambda: odoo.execute("product.product", "read", [product], ["barcode"]))


def main():
    odoo = opened()
    product = stock_and_price(odoo)
    orders(odoo, product)
    shortages(odoo, product)
    nothing_else(odoo, product)
    print("PyPI OdooRPC: stock, prices, quotations, orders, cancellations, what changed")


main()
