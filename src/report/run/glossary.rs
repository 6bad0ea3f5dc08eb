//! Owns the words that the page uses and a reader may not know.

use crate::report::document::Fact;

/// A word and what it means; the rest are explained where they stand.
const GLOSSARY: &str = "\
Accepted, offered, refused: Offered is what shoppers wanted to buy; the channel accepts it or
refuses it. Offered orders arrive on their own schedule: they do not wait for the systems.

At stake: What the bad events of a measure touched: orders, units, money. One order may be touched
by several; in the money at risk of the whole run it counts once.

Book day: A calendar day in the channel's own time zone, on which its books are compared with the
OMS.

Bounds: The range that the true value lies in. For a share: with 95 % confidence. For a p95: what
unknown and late outcomes leave open. The verdict rests on the bad side of it, never on the value
alone.

Bucket: A stretch of the campaign that is one point of a chart; what happened in it is counted
together, or its worst is shown.

Connector: What stands between the channels and the OMS: it hands orders over and sends stock,
prices and listings out.

Drain: The time after the last order in which what is under way may still finish.

Evidence: What the run says something about: a model, your own connector, staging, or live
operations. A model's GO is not a GO for your systems.

Fact: One line of the record: what happened, when, and in which order.

Gate: A measure with two limits. One that fails stops the campaign; one that is not proved proves
nothing.

Handoff: An accepted order's way into the OMS. It counts when the OMS holds it once, unaltered and
in time.

Healthy, watch, failed: Where a measure stands: the bad side of its bounds lies within the first
limit, within the second, or what was seen lies beyond it.

Mismatch: A channel offers more of a SKU than is left of it: whoever buys the difference is
oversold.

Never put to the test: What the gate guards against never came up, so that nothing can be said
about it.

Not proved: It cannot be said that it is within its limit: too little was seen, outcomes are
unknown, the record stops early, the load fell behind, or the clock ran too fast. That is never a
GO.

OMS: Order management system, here also the source of record for stock and prices.

Oversold: Accepted by a channel although supply less everything accepted before was smaller. A
later cancellation does not undo it.

p50, p95, p99: Half, 95 % and 99 % of all cases took no longer than this.

Price parity: The share of time that offers spent at the price that was intended for them.

Seed: The number that every chance of a run is drawn from: the same seed meets the same shoppers
and the same faults.

SKU: One article that is kept in stock.

Stale listing: A channel offers more than there is. One SKU for an hour and sixty SKUs for a
minute are the same SKU-time.

Sync lag: From the moment the source confirms a stock change until the channel offers a quantity
computed from it or from a later one. A change never shown counts as later than the end of the
record.

Throttled: A channel refused a call because too many came too fast; an update that is given up
after that is lost until the next one.

Undersold: Refused although the stock was there: by policy (held back, capped, allocated), or
because the listing was stale.

Unknown: A call whose outcome nobody knows: it timed out or broke off. It counts as bad on the bad
side of the bounds and as good on the good side.

Watch: Within the limits but not healthy: go ahead only while the owner watches it.";

/// Each of them.
pub(super) fn glossary() -> Vec<Fact> {
    let told = GLOSSARY.split("\n\n").filter_map(|entry| entry.split_once(": "));
    told.map(|(word, means)| Fact::plain(word, means.replace('\n', " "))).collect()
}
