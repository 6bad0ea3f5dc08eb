//! Owns what was counted and timed as `summary.json` states it: totals, load, latency, windows,
//! books, queues, causes. Must not know what is good or bad.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::MoneyAtRisk;
use super::gate::Count;
use super::mirror::{Stated, mirror, stated};
use crate::history::{Charter, fact};
use crate::judge::judgement as judged;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_none_of(units: &i64) -> bool {
    *units == 0
}

mirror! {
    /// Why a channel turned an order away.
    Refusal from fact::Refusal {
        /// Not enough offered.
        Stock,
        /// Not listed there.
        NotListed,
        /// Throttled.
        Throttled,
        /// The channel said it was unavailable.
        Unavailable,
        /// The request made no sense.
        Invalid,
    }
}

mirror! {
    /// Why an order was released.
    Release from fact::Release {
        /// The payment failed.
        Payment,
        /// The customer cancelled.
        Customer,
        /// There was no stock for it.
        Stock,
        /// We did not accept it in time.
        NotAccepted,
    }
}

mirror! {
    /// What a load call asks.
    Call from fact::Call {
        /// A shopper's order.
        PlaceOrder,
        /// A shopper's cart.
        FillCart,
        /// A shopper's cancellation.
        CancelOrder,
        /// A shopper's edit of an order.
        EditOrder,
        /// A merchant's stock movement.
        AdjustStock,
        /// A merchant's price.
        SetPrice,
        /// A merchant's listing.
        PublishListing,
        /// A request that means nothing, for measuring the generator itself.
        Plain,
    }
}

stated! {
    /// Percentiles of a duration in microseconds, for display; null where nothing was measured.
    #[derive(Copy, Default)]
    Percentiles from judged::Percentiles {
        /// How many.
        count: u64,
        /// Median.
        p50_us(p50): Option<u64>,
        /// 95th.
        p95_us(p95): Option<u64>,
        /// 99th.
        p99_us(p99): Option<u64>,
        /// The longest.
        max_us(max): Option<u64>,
    }
}

stated! {
    /// Orders turned away for one reason.
    #[derive(Copy)]
    TurnedAway from (fact::Refusal, u64) {
        /// Why.
        why(0): Refusal,
        /// How many.
        orders(1): u64,
    }
}

stated! {
    /// Orders released for one reason.
    #[derive(Copy)]
    Released from (fact::Release, u64) {
        /// Why.
        why(0): Release,
        /// How many.
        orders(1): u64,
    }
}

stated! {
    /// Totals of one channel, or of the run. Money in minor units.
    #[derive(Default)]
    Totals from judged::Totals {
        /// Orders that shoppers wanted to place.
        offered: u64,
        /// Accepted by the channel.
        accepted: u64,
        /// Turned away, by reason.
        turned_away: Vec<TurnedAway>,
        /// Orders wanted that could have been taken: not those for which nothing was left.
        #[serde(default)]
        takeable: u64,
        /// Shoppers turned away as unavailable or throttled, and never served.
        #[serde(default)]
        sent_away: u64,
        /// Accepted orders whose shoppers were told that they were refused.
        #[serde(default)]
        denied: u64,
        /// Orders that shoppers were told were done, and no channel accepted.
        #[serde(default)]
        unkept: u64,
        /// Orders that nobody has paid by the end of observation, and that were not released.
        #[serde(default)]
        awaiting_payment: u64,
        /// Orders asked for of which nobody knows the outcome.
        unknown: u64,
        /// Lines of accepted orders.
        lines: u64,
        /// Units of accepted orders.
        units: i64,
        /// Money of accepted orders.
        money: i64,
        /// Released, by reason.
        released: Vec<Released>,
        /// Orders that became ours and were due at the OMS.
        due: u64,
        /// Of them held once, unaltered, by the deadline.
        handed_off: u64,
        /// Of them within the stricter promise.
        handed_off_in_sla: u64,
        /// Orders with an oversold unit.
        oversold_orders: Count,
        /// Oversold units.
        oversold_units: i64,
        /// Money of oversold units.
        oversold_money: i64,
        /// Orders cancelled for want of stock.
        cancelled: u64,
        /// Money of orders cancelled for want of stock.
        cancelled_money: i64,
        /// Refused for stock that was there because of holdback, cap or allocation, in units.
        undersold_policy: i64,
        /// … because the listing was stale.
        undersold_stale: i64,
        /// … because other shoppers' carts held it.
        #[serde(default, skip_serializing_if = "is_none_of")]
        undersold_carts: i64,
        /// Money of them all.
        #[serde(default)]
        undersold_money: i64,
        /// Money of orders in danger.
        #[serde(default)]
        money_at_risk: MoneyAtRisk,
        /// What is left of the sales: accepted − cancelled for want of stock − at risk.
        #[serde(default)]
        kept: Kept,
        /// Updates given up after throttling, …
        lost_after_throttling: u64,
        /// … by what they would have changed.
        #[serde(default)]
        lost_by_kind: LostByKind,
        /// Calls to the channel that were throttled.
        throttled: u64,
        /// SKU-microseconds during which the channel offered more than there was.
        stale_sku_us: u64,
        /// Share of offer-time at the intended price, in parts per million.
        price_parity_ppm(price_parity): Option<u32>,
        /// Stock change acknowledged → shown.
        sync_lag: Percentiles,
        /// Its jitter: p95 − p50; null where one of them is not known.
        #[serde(default)]
        sync_jitter_us(sync_jitter): Option<u64>,
        /// Order accepted → shown on every other channel.
        shelf_lag: Percentiles,
        /// Ours to fulfil → held by the OMS.
        handoff_time: Percentiles,
    }
}

/// Updates by what they would have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LostByKind {
    /// Stock levels.
    pub stock: u64,
    /// Prices.
    pub prices: u64,
    /// Listings.
    pub listings: u64,
}

impl Stated<LostByKind> for [u64; 3] {
    fn state(&self, _: &Charter) -> LostByKind {
        let [stock, prices, listings] = *self;
        LostByKind { stock, prices, listings }
    }
}

stated! {
    /// Sales kept.
    #[derive(Copy, Default)]
    Kept from judged::Kept {
        /// Units accepted and neither cancelled for want of stock, oversold nor lost.
        units: i64,
        /// Their money, less what was charged wrongly.
        money: i64,
    }
}

stated! {
    /// Latency of one kind of load call on one channel.
    Latency from judged::CallLatency {
        /// The call.
        call: Call,
        /// The channel; null is the source of record.
        channel: Option<String>,
        /// From the actual send.
        service: Percentiles,
        /// From the intended send.
        response: Percentiles,
    }
}

stated! {
    /// Why units were oversold; the causes add up, supply shocks stand apart.
    #[derive(Copy, Default)]
    Causes from judged::OversellCauses {
        /// Units of an intent accepted twice.
        duplicate: i64,
        /// The OMS's ledger had broken its own law.
        lost_update: i64,
        /// Sold, and not yet reserved in the OMS.
        reservation_gap: i64,
        /// Reserved, and the change waited in the connector.
        lag_queue: i64,
        /// … the push had been throttled.
        lag_throttle: i64,
        /// … the push had been rejected, or given up.
        lag_rejected: i64,
        /// … the channel had taken the change and did not show it yet.
        lag_unapplied: i64,
        /// Two sales closer together than any offer can follow.
        channel_race: i64,
        /// The offer or the ledger is not known.
        unexplained: i64,
        /// Not a cause of oversell: supply fell below what was already accepted.
        supply_shock: i64,
    }
}
