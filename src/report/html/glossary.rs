//! Owns the words that the page uses and a reader may not know.

/// A word and what it means; the rest are explained where they stand.
pub(super) const GLOSSARY: [(&str, &str); 15] = [
    (
        "Accepted, offered, refused",
        "Offered is what shoppers wanted to buy; the channel accepts it or refuses it. \
         Offered orders arrive on their own schedule: they do not wait for the systems.",
    ),
    ("Band", "Healthy, watch, or failed: where a gate's bound lies between its two limits."),
    (
        "Book day",
        "A calendar day in the channel's own time zone, on which its books are compared with \
         the OMS.",
    ),
    (
        "Bounds",
        "The range that the true value lies in. For a share: with 95 % confidence. For a p95: \
         what unknown and late outcomes leave open. The verdict rests on the bad side of it, \
         never on the value alone.",
    ),
    (
        "Connector",
        "What stands between the channels and the OMS: it hands orders over and sends stock, \
         prices and listings out.",
    ),
    (
        "Evidence",
        "What the run says something about: a model, your own connector, staging, or live \
         operations. A model's GO is not a GO for your systems.",
    ),
    (
        "Gate",
        "A measure with two limits. One that fails stops the campaign; one that is not proved \
         proves nothing.",
    ),
    (
        "Handoff",
        "An accepted order's way into the OMS. It counts when the OMS holds it once, \
         unaltered and in time.",
    ),
    (
        "Not exercised",
        "What the gate guards against never came up, so that nothing can be said about it.",
    ),
    ("OMS", "Order management system, here also the source of record for stock and prices."),
    (
        "Oversold",
        "Accepted by a channel although supply less everything accepted before was smaller. A \
         later cancellation does not undo it.",
    ),
    ("p50, p95, p99", "Half, 95 % and 99 % of all cases took no longer than this."),
    (
        "Sync lag",
        "From the moment the source confirms a stock change until the channel offers a \
         quantity computed from it or from a later one. A change never shown counts as later \
         than the end of the record.",
    ),
    (
        "Unknown",
        "A call whose outcome nobody knows: it timed out or broke off. It counts as bad on \
         the bad side of the bounds and as good on the good side.",
    ),
    ("Watch", "Within the limits but not healthy: go ahead only while the owner watches it."),
];
