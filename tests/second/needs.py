"""Owns what each gate rests on: whose word, in which facts. Must not know where a gate stands.
"""

RESTS_ON = {
    "sync lag": ("source_stock", "offers", "listings"),
    "price lag": ("prices", "listings"),
    "mispriced orders": ("prices",),
    "listing latency": ("listings",),
    "handoff success": ("oms_orders", "cancellations"),
    "reconciliation variance": ("oms_orders", "cancellations"),
    "stock cancellations": ("cancellations",),
    "oversold orders": ("supply", "cancellations"),
}
# The facts that carry a word; cancellations may simply not have come.
TOLD_BY = {
    "source_stock": {"stock"}, "offers": {"shown"}, "prices": {"priced", "price_set"},
    "supply": {"supply"}, "listings": {"listed", "listing_set"},
}
PARTLY = {
    "sync lag": "stock", "oversold orders": "supply", "price lag": "price",
    "mispriced orders": "price",
}
