"""Owns what a record leaves out of what was accepted, and where it contradicts itself.
Must not know gates or bounds.
"""

from datetime import date

from supply import sells
from ungated import too_many_on_record

KINDS = ("stock", "supply", "price")


class Evidence:
    """By channel: accepted orders of which a kind of fact is unknown, and contradictions."""

    def __init__(self, charter):
        count = len(charter["channels"])
        self.made = charter["evidence"] != "operations"
        self.unknown = [dict.fromkeys(KINDS, 0) for _ in range(count)]
        self.accepted = [0] * count
        self.paid_and_released = [0] * count    # for want of payment, after the payment
        self.shipped_unpaid = [0] * count
        self.recalled = [0] * count     # cancelled in the OMS after shipping, alive on the channel
        self.unoffered = [0] * count            # sold more than was offered
        self.unseen = [0] * count               # refused for stock: no stock or offer on record
        self.calls = {}                         # op of a cancellation -> (channel, intent)
        self.heard = {}                         # (channel, intent) -> what its customer was told
        self.customers = [0] * count            # customers' releases
        self.kinds = set()                      # kinds of facts that are in the record

    def on_accepted(self, run, order):
        self.accepted[order.channel] += 1
        skus = [line["sku"] for line in order.lines]
        sold = [line["sku"] for line in order.sold]
        unknown = self.unknown[order.channel]
        unknown["stock"] += any(self._is_unseen(run, order.channel, sku) for sku in sold)
        unknown["supply"] += any(sku not in run.shelves.supply for sku in skus)
        rule = run.shelves.rules[order.channel]
        self.unoffered[order.channel] += any(
            line["qty"] > line["offered"] and not sells(rule, line["offered"], line["qty"])
            for line in order.lines
        )
        self.unknown[order.channel]["price"] += any(
            not run.prices.valid(order.channel, sku, order.at) for sku in sold
        )

    @staticmethod
    def _is_unseen(run, channel, sku):
        return sku not in run.ledger.available or sku not in run.shelves.offered[channel]

    def on_refused_for_stock(self, run, channel, sku):
        self.unseen[channel] += self._is_unseen(run, channel, sku)

    def on_oms_cancelled(self, order, why):
        """A record of it was cancelled in the OMS."""
        gone = order.shipped_at is not None and order.released_at is None
        self.recalled[order.channel] += gone and why != "stock"

    def on_released(self, order, why):
        self.customers[order.channel] += why == "customer"
        self.paid_and_released[order.channel] += why == "payment" and order.ours_at is not None

    def on_shipped(self, order):
        self.shipped_unpaid[order.channel] += order.ours_at is None

    def on_sent(self, body):
        if body["call"] == "cancel_order":
            key = self.calls[body["op"]] = body["channel"], body["intent"]
            self.heard.setdefault(key, set())

    def on_unsent(self, body):
        if body["call"] == "cancel_order":
            self.heard.pop((body["channel"], body["intent"]), None)

    def on_answered(self, body):
        key = self.calls.get(body["op"])
        if key is not None:
            self.heard[key].add(body["outcome"])

    def on_resolved(self, body):
        key = self.calls.get(body["op"])
        if key is not None and body["outcome"] != "unknown":
            self.heard[key] -= {"unknown"}
            self.heard[key].add(body["outcome"])

    def contradictions(self, channel, intents):
        """`intents` are those that a channel accepted."""
        customers = self.customers[channel]
        found = self.paid_and_released[channel] + self.shipped_unpaid[channel]
        if self.made:               # an import holds no calls
            heard = [
                (intent, words) for (where, intent), words in self.heard.items()
                if where == channel
            ]
            asked = sum(intent in intents and words != {"refused"} for intent, words in heard)
            found += max(0, customers - asked)
            found += max(0, sum("done" in words for _, words in heard) - customers)
            found += self.recalled[channel] + self.unoffered[channel]
        return found

    def is_partial(self, kind, scope, charter):
        """Whether too many of a scope's accepted orders had a line of which nobody told this."""
        unknown = sum(self.unknown[channel][kind] for channel in scope)
        accepted = sum(self.accepted[channel] for channel in scope)
        return too_many_on_record(unknown, accepted, charter)

    def is_unseen(self, scope, turned_away, charter):
        """The same of those turned away for stock."""
        unseen = sum(self.unseen[channel] for channel in scope)
        refused = sum(turned_away[channel].get("stock", 0) for channel in scope)
        return too_many_on_record(unseen, refused, charter)


def is_expired(risk, charter):
    """What nobody signed, gave a reason or a day for counts as expired, whatever it says itself."""
    if risk["expired"] or not all(risk[key].strip() for key in ("by", "why", "until")):
        return True
    try:
        until = date.fromisoformat(risk["until"])
    except ValueError:
        return True             # no day at all
    return until < date.fromisoformat(charter["starts"][:10])
