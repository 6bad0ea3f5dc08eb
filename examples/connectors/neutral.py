"""The neutral API of doorbuster (docs/openapi.yaml), as a connector calls it. Standard library only."""

import http.client
import importlib
import json
import os
import threading
import urllib.parse


class Refused(Exception):
    """Definitely not carried out; `status` says why, `wait_s` how long to wait, where it is said."""

    def __init__(self, status, problem, wait_s=None):
        super().__init__(f"{status} {problem}")
        self.status, self.problem, self.wait_s = status, problem, wait_s


class Unknown(Exception):
    """Nobody knows whether it was carried out: no whole answer came."""


class System:
    """A channel or the OMS: an address and a token. Every thread has a connection of its own."""

    def __init__(self, url, token, timeout_s=5.0):
        parts = urllib.parse.urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._timeout_s = timeout_s
        self._local = threading.local()

    def get(self, path):
        return self._call("GET", path, None, {})

    def post(self, path, body, key=None):
        return self._call("POST", path, body, {} if key is None else {"Idempotency-Key": str(key)})

    def _call(self, method, path, body, headers):
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
            self._local.connection = connection
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {**self._headers, **headers})
            answer = connection.getresponse()
            heard = answer.read()
        except (OSError, http.client.HTTPException) as why:
            connection.close()
            self._local.connection = None
            raise Unknown(str(why)) from why
        return self._meaning(answer, heard)

    @staticmethod
    def _meaning(answer, heard):
        """What an answer means: the table at the top of docs/openapi.yaml."""
        try:
            said = json.loads(heard) if heard else None
        except ValueError as why:
            raise Unknown("an answer that is no JSON") from why
        if 200 <= answer.status < 300:
            return said
        has_problem = isinstance(said, dict) and "error" in said
        if (answer.status in (429, 503) and has_problem) or (400 <= answer.status < 500 and answer.status != 408):
            wait = answer.getheader("X-Retry-After-Us")
            wait_s = int(wait) / 1e6 if wait else _seconds(answer.getheader("Retry-After"))
            raise Refused(answer.status, said, wait_s)
        raise Unknown(f"status {answer.status}")


def _seconds(text):
    return float(text) if text and text.isdigit() else None


class Channel(System):
    """A channel, as connectors see any: neutral.py has it in doorbuster's own API."""

    # It takes differences, and several calls at a time; what it cancelled it does not offer again.
    sets_levels, offers_again, workers = False, False, None

    def __init__(self, url, token):
        super().__init__(url, token)
        self._cursor = self._next = 0

    def changed(self):
        """Orders that changed since those that were `seen`, and whether there are more."""
        page = self.get(f"/orders?after={self._cursor}&limit=200")
        self._next = page["cursor"]
        return [{**order, "number": order["order"]["number"]} for order in page["orders"]], page["more"]

    def seen(self):
        self._cursor = self._next

    def at_once(self, _kind):
        return 1

    def push(self, kind, items, key):
        listed = [{"sku": sku, "version": version, "change": change} for sku, version, change in items]
        said = self.post("/updates", {"kind": kind, "items": listed}, key)
        for item, outcome in zip(listed, said["items"]):
            if outcome["outcome"] != "taken":
                print(f"{kind} of {item['sku']}: {outcome}", flush=True)

    def cancel(self, number):
        self.post(f"/orders/{number}/cancel", {"why": "stock"})


class Oms(System):
    """The OMS and source of record, as connectors see any: hub.py has it in the API of a Shopify shop."""

    def __init__(self, url, token):
        super().__init__(url, token)
        self._cursor = self._next = 0

    def reserve(self, order, lines):
        self.post("/reservations", {"order": order, "lines": lines})

    def hand_over(self, order, lines, key, attempt):
        self.post("/handoffs", {"order": order, "lines": lines, "attempt": attempt}, key)

    def amend(self, order, version, lines):
        self.post("/amendments", {"order": order, "version": version, "lines": lines})

    def release(self, order, why):
        self.post("/releases", {"order": order, "why": why})

    def levels(self, after):
        """How everything stands, from there on: the changes that made it so, and where to go on."""
        page = self.get(f"/levels?after={after}&limit=500")
        return self._told(page["changes"]), page["cursor"], page["more"]

    def changes(self):
        """What has changed since what was `seen`, and whether there is more."""
        page = self.get(f"/changes?after={self._cursor}&limit=500")
        self._next = page["cursor"]
        return self._told(page["changes"]), page["more"]

    def seen(self):
        self._cursor = self._next

    @staticmethod
    def _told(changes):
        for change in changes:
            stock = change.get("stock")
            if stock and stock.get("by"):
                order = stock["by"]["order"]
                took = stock["by"]["change"]
                # What of a change is a channel's own doing, and which orders the source took off.
                stock["own"] = {order["channel"]: took}
                stock["took"] = [order] if took < 0 else []
        return changes


def oms():
    for dialect, hub in [("SHOPIFY", "hub"), ("WOOCOMMERCE", "woo_hub"), ("ODOO", "odoo_hub")]:
        if f"DOORBUSTER_OMS_{dialect}_URL" in os.environ:
            return importlib.import_module(hub).opened()
    return Oms(os.environ["DOORBUSTER_OMS_URL"], os.environ["DOORBUSTER_OMS_TOKEN"])


def channels():
    """The channels by the number that orders know them by, from the environment."""
    end = "_CHANNEL"
    names = [v[len("DOORBUSTER_"):-len(end)] for v in os.environ if v.startswith("DOORBUSTER_") and v.endswith(end)]
    return {int(os.environ[f"DOORBUSTER_{name}{end}"]): opened(name) for name in names}


def opened(name):
    """A channel: in the API of its platform, where it has one."""
    if any(f"DOORBUSTER_{name}_{dialect}_URL" in os.environ for dialect in ("WOOCOMMERCE", "SHOPIFY")):
        import platforms

        return platforms.opened(name)
    return Channel(os.environ[f"DOORBUSTER_{name}_URL"], os.environ[f"DOORBUSTER_{name}_TOKEN"])


def systems():
    return oms(), channels()
