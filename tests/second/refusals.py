"""Owns why a history is refused, in words: what it speaks of and never introduced.
Must not know what any of it means for a verdict.
"""

from history import NotReadable
from offers import Offers, check_charter
from orders import key_of

UNITS_MOST = 10**9
NAME_MOST = 256
REMARK_MOST = 200
EACH_MOST = 1_000
WORDS_MOST = 100
DOES_MOST = 100_000
SPELLS_MOST = 10_000
LATEST_US = 10 * 365 * 86_400_000_000


class Refusals:
    """Raises NotReadable at the first fact that no run could have recorded."""

    def __init__(self, charter):
        self.known = {
            "channel": len(charter["channels"]), "connector": len(charter["connectors"]),
            "sku": charter["skus"], "fault": len(charter.get("faults", [])),
            "alert": len(charter.get("alerts", [])), "role": len(charter.get("roles", [])),
            "promotion": len(charter["promotions"]),
        }
        self.offers = Offers(charter)
        self.numbers = charter["skus"] + len(charter.get("offers", []))
        self.watches = [rule.get("channels", []) for rule in charter.get("alerts", [])]
        self.faults, self.alerts = {}, {}   # how often each began, and whether it is in force
        self.accepted = set()
        self.carts = set()
        self.calls = {}             # op -> whether it may still be found out
        self.records = {}           # the OMS's record -> whose it is
        self.stocked = set()        # SKUs of which the source has said its stock
        self.on_hand = charter.get("source_tells", "available") == "on_hand"
        self.said = {}              # (what, sku) -> what the source said of it, by version
        self.opened = False         # something happened after the opening

        self._begin(charter)

    @staticmethod
    def _begin(charter):
        """A charter that is at one with itself."""
        names = [channel["name"] for channel in charter["channels"]]
        small = [name.lower() for name in names]
        names += [connector["name"] for connector in charter["connectors"]]
        if not all(name.strip() for name in names) or len(set(small)) < len(small):
            raise NotReadable("names that nobody can tell apart")
        names += charter.get("sku_names") or []
        check_charter(charter)
        names += [offer["name"] for offer in charter.get("offers", [])]
        names += [each["name"] for each in charter["phases"] + charter["promotions"]]
        names += [owner["team"] for owner in charter["owners"]] + [charter["campaign"]]
        names += Refusals._planned(charter)
        if any(len(name) > NAME_MOST for name in names):
            raise NotReadable("a name longer than any page has room for")
        asked = [next(iter(objective)) for objective in charter.get("objectives", [])]
        if len(set(asked)) < len(asked):
            raise NotReadable("an objective is said twice")
        aimed = {id for fault in charter.get("faults", []) for id in fault.get("at", [])}
        aimed |= {id for rule in charter.get("alerts", []) for id in rule.get("channels", [])}
        if any(channel >= len(charter["channels"]) for channel in aimed):
            raise NotReadable("a fault or an alert is aimed at a channel that is not there")
        for promotion in charter["promotions"]:
            on = [on["channel"] for on in promotion.get("on", [])]
            if len(set(on)) < len(on) or any(c >= len(charter["channels"]) for c in on):
                raise NotReadable("a promotion on a channel that is not there, or twice on one")
        kpis = [gate["kpi"] for gate in charter["gates"]]
        if len(set(kpis)) < len(kpis):
            raise NotReadable("a KPI has two gates")
        for gate in charter["gates"]:
            ((kind, band),) = gate["limits"].items()
            healthy, watch = band["healthy"], band["watch"]
            turned = healthy < watch if kind == "at_least" else healthy > watch
            if turned or kind != "lag_p95" and max(healthy, watch) > 1_000_000:
                raise NotReadable("limits that are no band")
        Refusals._phased(charter)
        for channel in charter["channels"]:
            rule = channel["rule"]
            if max(rule["allocation"], channel["share"]) > 1_000_000 \
                    or min(rule["holds_back"], rule["shows_at_most"] or 0) < 0:
                raise NotReadable("a share or a stock rule that cannot be")
        if charter["honesty"]["sent_at_least"] > 1_000_000:
            raise NotReadable("more calls to be sent than are due")

    @staticmethod
    def _planned(charter):
        """Names of what is done to a run from outside, once there is not too much of it."""
        faults, steps, alerts, roles = (
            charter.get(key, []) for key in ("faults", "steps", "alerts", "roles")
        )
        told = [each["does"] for each in faults + steps]
        if max(map(len, (faults, steps, alerts, roles))) > EACH_MOST \
                or any(len(does.encode()) > DOES_MOST for does in told) \
                or any(len(role["may"]) > WORDS_MOST for role in roles):
            raise NotReadable("more of what is done to a run than anybody plans")
        names = [each["name"] for each in faults + steps + alerts + roles]
        names += [rule["owner"] for rule in alerts if rule.get("owner")]
        return names + [word for role in roles for word in role["may"]]

    @staticmethod
    def _phased(charter):
        """Phases touch, from the start to the end of traffic, and each has a length."""
        starts = [phase["from"] for phase in charter["phases"]]
        ends = [phase["until"] for phase in charter["phases"]]
        long = all(start < end for start, end in zip(starts, ends))
        if not long or starts + [charter["traffic_ends"]] != [0] + ends:
            raise NotReadable("phases that are not the campaign's")

    def look(self, seq, at, kind, body):
        if at > LATEST_US:
            raise NotReadable(f"fact {seq} lies ten years after the start")
        for name, most in self.known.items():
            # What is on sale may be an offer of parts.
            if name == "sku" and kind in ("stock", "shown", "priced", "listed"):
                most = self.numbers
            # A harness's own fault is a word.
            if isinstance(body.get(name), int) and body[name] >= most:
                raise NotReadable(f"fact {seq}: the charter has no {name} {body[name]}")
        if "order" in body and body["order"]["channel"] >= self.known["channel"]:
            raise NotReadable(f"fact {seq}: an order of a channel that the charter has not")
        most = self.numbers if kind == "pushed" else self.known["sku"]
        for line in body.get("lines") or body.get("items") or ():
            if line["sku"] >= most:
                raise NotReadable(f"fact {seq}: the charter has no SKU {line['sku']}")
        if kind in ("accepted", "carted"):
            self.offers.check(seq, body["lines"])
        if kind == "turned_away" and (body.get("line") or {"sku": 0})["sku"] >= self.numbers:
            raise NotReadable(f"fact {seq}: the charter has no such SKU or offer")
        self.opened |= kind in ("sent", "unsent") or at > 0
        check = getattr(self, "on_" + kind, None)
        if check is not None and not check(body):
            raise NotReadable(f"fact {seq}: {kind} of what was never there")

    def on_accepted(self, body):
        key, units = key_of(body["order"]), [line["qty"] for line in body["lines"]]
        again = key in self.accepted
        self.accepted.add(key)
        return not again and min(units, default=0) >= 0 and sum(units) <= UNITS_MOST

    def on_paid(self, body):
        return key_of(body["order"]) in self.accepted

    on_released = on_dispatched = on_acknowledged = on_paid

    def on_edited(self, body):
        units = [line["qty"] for line in body["lines"]]
        plain = all(line.get("offer") is None for line in body["lines"])
        return self.on_paid(body) and min(units, default=0) >= 0 and plain

    def on_carted(self, body):
        """An intent has one cart on a channel at a time."""
        key, units = (body["channel"], body["intent"]), [line["qty"] for line in body["lines"]]
        again = key in self.carts
        self.carts.add(key)
        return not again and min(units, default=0) >= 0 and max(units, default=0) <= UNITS_MOST

    def on_cart_ended(self, body):
        key = body["channel"], body["intent"]
        there = key in self.carts
        self.carts.discard(key)
        return there

    def on_sent(self, body):
        self.calls[body["op"]] = "open"
        return True

    def on_answered(self, body):
        was = self.calls.pop(body["op"], None)
        if body["outcome"] == "unknown":
            self.calls[body["op"]] = "unknown"
        return was == "open"

    def on_resolved(self, body):
        was = self.calls.get(body["op"])
        if body["outcome"] != "unknown":
            self.calls.pop(body["op"], None)
        return was is not None

    def on_unsent(self, body):
        return body.get("op") is None or self.calls.pop(body["op"], None) == "open"

    def on_held(self, body):
        """A record is created once, and is one order's."""
        new = body["oms"] not in self.records
        self.records.setdefault(body["oms"], key_of(body["order"]))
        return new

    def on_shipped(self, body):
        return self.records.get(body["oms"]) == key_of(body["order"])

    on_oms_cancelled = on_shipped

    def on_stock(self, body):
        """The opening is what stood there before anything happened."""
        again = body["sku"] in self.stocked
        self.stocked.add(body["sku"])
        told = body["on_hand"] - (0 if self.on_hand else body["reserved"])
        # Of what is past nobody asks any more.
        self.said["stock", body["sku"]] = {body["version"]: told}
        return not (body["cause"] == "opening" and again and self.opened)

    def on_price_set(self, body):
        self.said.setdefault(("price", body["sku"]), {})[body["version"]] = body["price"]
        return True

    def on_listing_set(self, body):
        self.said["listing", body["sku"]] = {body["version"]: None}
        return True

    def on_party(self, body):
        """What somebody was told, the source has said."""
        ((act, terms),) = body["act"].items()
        if act in ("read", "wrote"):
            if terms["sku"] >= self.numbers or terms.get("channel", 0) >= self.known["channel"]:
                return False
        if act == "met" and isinstance(terms["at"], dict):
            ((role, which),) = terms["at"].items()
            return which < self.known[role]
        if act != "read":
            return True
        ((what, told),) = terms["told"].items()
        if told.get("channel", 0) >= self.known["channel"]:
            return False
        said, version = self.said.get((what, terms["sku"]), {}), told["version"]
        if what != "stock" and version == 0:
            return True             # the opening's
        amount = told.get("available", told.get("price"))
        return said[version] == amount if version in said else version < max(said, default=0)

    def on_shown(self, body):
        return body["qty"] >= 0

    def on_acted(self, body):
        """Who acts has a name, and what they say with it is short."""
        act = body["act"]
        ((_, terms),) = act.items() if isinstance(act, dict) else ((act, {}),)
        at = {**terms, **(terms.get("at") or {})}
        there = all(
            not isinstance(at.get(name), int) or at[name] < most
            for name, most in self.known.items()
        )
        short = len(body["by"]) <= NAME_MOST and len(terms.get("what", "")) <= REMARK_MOST
        return there and short

    def on_fault(self, body):
        return _turned(self.faults, body["fault"], body["in_force"])

    def on_fault_hits(self, body):
        return body["fault"] in self.faults

    def on_alert(self, body):
        """Of a channel that its rule watches; of all together where it watches none by itself."""
        channel, watched = body.get("channel"), self.watches[body["alert"]]
        if channel not in (watched or [None]):
            return False
        return _turned(self.alerts, (body["alert"], channel), body["firing"])


def _turned(known, which, begins):
    """What begins was not in force, and what ends was; neither for ever."""
    times, in_force = known.get(which, (0, False))
    known[which] = (times + begins, begins)
    return begins != in_force and times + begins <= SPELLS_MOST
