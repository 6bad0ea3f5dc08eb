"""Owns what a record leaves out of what was accepted, and where it contradicts itself.
Must not know gates or bounds.
"""

from datetime import date

from ungated import too_many

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
        self.cancels = [set() for _ in range(count)]    # cancellations that left
        self.cancelled = [0] * count            # … and were answered "done"
        self.customers = [0] * count            # customers' releases
        self.kinds = set()                      # kinds of facts that are in the record

    def on_accepted(self, run, order):
        self.accepted[order.channel] += 1
        skus = [line["sku"] for line in order.lines]
        for kind, known in (
            ("stock", run.ledger.available), ("supply", run.shelves.supply),
        ):
            self.unknown[order.channel][kind] += any(sku not in known for sku in skus)
        self.unknown[order.channel]["price"] += any(
            not run.prices.valid(sku, order.at) for sku in skus
        )

    def on_released(self, order, why):
        self.customers[order.channel] += why == "customer"
        self.paid_and_released[order.channel] += why == "payment" and order.ours_at is not None

    def on_shipped(self, order):
        self.shipped_unpaid[order.channel] += order.ours_at is None

    def on_sent(self, body):
        if body["call"] == "cancel_order":
            self.cancels[body["channel"]].add(body["op"])

    def on_unsent(self, body):
        if body["call"] == "cancel_order":
            self.cancels[body["channel"]].discard(body.get("op"))

    def on_answered(self, body):
        if body["outcome"] == "done":
            for channel, cancels in enumerate(self.cancels):
                self.cancelled[channel] += body["op"] in cancels

    def contradictions(self, channel):
        customers = self.customers[channel]
        found = self.paid_and_released[channel] + self.shipped_unpaid[channel]
        if self.made:               # an import holds no calls
            found += max(0, customers - len(self.cancels[channel]))
            found += max(0, self.cancelled[channel] - customers)
        return found

    def is_partial(self, kind, scope, charter):
        """Whether too many of a scope's accepted orders had a line of which nobody told this."""
        unknown = sum(self.unknown[channel][kind] for channel in scope)
        return too_many(unknown, sum(self.accepted[channel] for channel in scope), charter)


def is_expired(risk, charter):
    """What nobody signed, gave a reason or a day for counts as expired, whatever it says itself."""
    if risk["expired"] or not all(risk[key].strip() for key in ("by", "why", "until")):
        return True
    try:
        until = date.fromisoformat(risk["until"])
    except ValueError:
        return True             # no day at all
    return until < date.fromisoformat(charter["starts"][:10])
