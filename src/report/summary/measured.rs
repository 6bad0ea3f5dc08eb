//! Owns what was counted and timed as `summary.json` states it: totals, load, latency, windows,
//! books, queues, causes. Must not know what is good or bad.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::MoneyAtRisk;
use super::gate::Count;
use super::mirror::mirror;
use crate::history::{charter, fact};
use crate::judge::judgement as judged;
use crate::units::Span;

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
    }
}

mirror! {
    /// What a load call asks.
    Call from fact::Call {
        /// A shopper's order.
        PlaceOrder,
        /// A shopper's cancellation.
        CancelOrder,
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

/// Percentiles of a duration in microseconds, for display; null where nothing was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Percentiles {
    /// How many.
    pub count: u64,
    /// Median.
    pub p50_us: Option<u64>,
    /// 95th.
    pub p95_us: Option<u64>,
    /// 99th.
    pub p99_us: Option<u64>,
    /// The longest.
    pub max_us: Option<u64>,
}

impl From<judged::Percentiles> for Percentiles {
    fn from(seen: judged::Percentiles) -> Percentiles {
        let us = |span: Option<Span>| span.map(|span| span.0);
        Percentiles {
            count: seen.count,
            p50_us: us(seen.p50),
            p95_us: us(seen.p95),
            p99_us: us(seen.p99),
            max_us: us(seen.max),
        }
    }
}

/// Orders turned away for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TurnedAway {
    /// Why.
    pub why: Refusal,
    /// How many.
    pub orders: u64,
}

/// Orders released for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Released {
    /// Why.
    pub why: Release,
    /// How many.
    pub orders: u64,
}

/// Totals of one channel, or of the run. Money in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Orders that shoppers wanted to place.
    pub offered: u64,
    /// Accepted by the channel.
    pub accepted: u64,
    /// Turned away, by reason.
    pub turned_away: Vec<TurnedAway>,
    /// Orders wanted that could have been taken: not those for which nothing was left.
    #[serde(default)]
    pub takeable: u64,
    /// Shoppers turned away as unavailable or throttled, and never served.
    #[serde(default)]
    pub sent_away: u64,
    /// Accepted orders whose shoppers were told that they were refused.
    #[serde(default)]
    pub denied: u64,
    /// Orders that shoppers were told were done, and no channel accepted.
    #[serde(default)]
    pub unkept: u64,
    /// Orders that nobody has paid by the end of observation, and that were not released.
    #[serde(default)]
    pub awaiting_payment: u64,
    /// Orders asked for of which nobody knows the outcome.
    pub unknown: u64,
    /// Lines of accepted orders.
    pub lines: u64,
    /// Units of accepted orders.
    pub units: i64,
    /// Money of accepted orders.
    pub money: i64,
    /// Released, by reason.
    pub released: Vec<Released>,
    /// Orders that became ours and were due at the OMS.
    pub due: u64,
    /// Of them held once, unaltered, by the deadline.
    pub handed_off: u64,
    /// Of them within the stricter promise.
    pub handed_off_in_sla: u64,
    /// Orders with an oversold unit.
    pub oversold_orders: Count,
    /// Oversold units.
    pub oversold_units: i64,
    /// Money of oversold units.
    pub oversold_money: i64,
    /// Orders cancelled for want of stock.
    pub cancelled: u64,
    /// Money of orders cancelled for want of stock.
    pub cancelled_money: i64,
    /// Refused for stock that was there because of holdback, cap or allocation, in units.
    pub undersold_policy: i64,
    /// … because the listing was stale.
    pub undersold_stale: i64,
    /// Money of both.
    #[serde(default)]
    pub undersold_money: i64,
    /// Money of orders in danger.
    #[serde(default)]
    pub money_at_risk: MoneyAtRisk,
    /// What is left of the sales: accepted − cancelled for want of stock − at risk.
    #[serde(default)]
    pub kept: Kept,
    /// Updates given up after throttling, …
    pub lost_after_throttling: u64,
    /// … by what they would have changed.
    #[serde(default)]
    pub lost_by_kind: LostByKind,
    /// Calls to the channel that were throttled.
    pub throttled: u64,
    /// SKU-microseconds during which the channel offered more than there was.
    pub stale_sku_us: u64,
    /// Share of offer-time at the intended price, in parts per million.
    pub price_parity_ppm: Option<u32>,
    /// Stock change acknowledged → shown.
    pub sync_lag: Percentiles,
    /// Its jitter: p95 − p50; null where one of them is not known.
    #[serde(default)]
    pub sync_jitter_us: Option<u64>,
    /// Order accepted → shown on every other channel.
    pub shelf_lag: Percentiles,
    /// Ours to fulfil → held by the OMS.
    pub handoff_time: Percentiles,
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

impl From<[u64; 3]> for LostByKind {
    fn from([stock, prices, listings]: [u64; 3]) -> LostByKind {
        LostByKind { stock, prices, listings }
    }
}

/// Sales kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kept {
    /// Units accepted and neither cancelled for want of stock, oversold nor lost.
    pub units: i64,
    /// Their money, less what was charged wrongly.
    pub money: i64,
}

impl From<&judged::Totals> for Totals {
    fn from(seen: &judged::Totals) -> Totals {
        let turned = |&(why, orders): &(fact::Refusal, u64)| TurnedAway { why: why.into(), orders };
        let released = |&(why, orders): &(fact::Release, u64)| Released { why: why.into(), orders };
        Totals {
            offered: seen.offered,
            accepted: seen.accepted,
            turned_away: seen.turned_away.iter().map(turned).collect(),
            takeable: seen.takeable,
            sent_away: seen.sent_away,
            denied: seen.denied,
            unkept: seen.unkept,
            awaiting_payment: seen.awaiting_payment,
            unknown: seen.unknown,
            lines: seen.lines,
            units: seen.units.0,
            money: seen.money.0,
            released: seen.released.iter().map(released).collect(),
            due: seen.due,
            handed_off: seen.handed_off,
            handed_off_in_sla: seen.handed_off_in_sla,
            oversold_orders: seen.oversold_orders.into(),
            oversold_units: seen.oversold_units.0,
            oversold_money: seen.oversold_money.0,
            cancelled: seen.cancelled,
            cancelled_money: seen.cancelled_money.0,
            undersold_policy: seen.undersold_policy.0,
            undersold_stale: seen.undersold_stale.0,
            undersold_money: seen.undersold_money.0,
            money_at_risk: seen.money_at_risk.into(),
            kept: Kept { units: seen.kept.units.0, money: seen.kept.money.0 },
            lost_after_throttling: seen.lost_after_throttling,
            lost_by_kind: seen.lost_by_kind.into(),
            throttled: seen.throttled,
            stale_sku_us: seen.stale_sku_us,
            price_parity_ppm: seen.price_parity.map(|share| share.0),
            sync_lag: seen.sync_lag.into(),
            sync_jitter_us: seen.sync_jitter.map(|jitter| jitter.0),
            shelf_lag: seen.shelf_lag.into(),
            handoff_time: seen.handoff_time.into(),
        }
    }
}

/// Latency of one kind of load call on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// The call.
    pub call: Call,
    /// The channel; null is the source of record.
    pub channel: Option<String>,
    /// From the actual send.
    pub service: Percentiles,
    /// From the intended send.
    pub response: Percentiles,
}

impl Latency {
    pub(super) fn of(seen: &judged::CallLatency, channels: &[charter::ChannelTerms]) -> Latency {
        Latency {
            call: seen.call.into(),
            channel: seen.channel.map(|id| channels[id.index()].name.clone()),
            service: seen.service.into(),
            response: seen.response.into(),
        }
    }
}

/// Why units were oversold; the causes add up, supply shocks stand apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Causes {
    /// Units of an intent accepted twice.
    pub duplicate: i64,
    /// The OMS's ledger had broken its own law.
    pub lost_update: i64,
    /// Sold, and not yet reserved in the OMS.
    pub reservation_gap: i64,
    /// Reserved, and the change waited in the connector.
    pub lag_queue: i64,
    /// … the push had been throttled.
    pub lag_throttle: i64,
    /// … the push had been rejected, or given up.
    pub lag_rejected: i64,
    /// … the channel had taken the change and did not show it yet.
    pub lag_unapplied: i64,
    /// Two sales closer together than any offer can follow.
    pub channel_race: i64,
    /// The offer or the ledger is not known.
    pub unexplained: i64,
    /// Not a cause of oversell: supply fell below what was already accepted.
    pub supply_shock: i64,
}

impl From<judged::OversellCauses> for Causes {
    fn from(seen: judged::OversellCauses) -> Causes {
        Causes {
            duplicate: seen.duplicate.0,
            lost_update: seen.lost_update.0,
            reservation_gap: seen.reservation_gap.0,
            lag_queue: seen.lag_queue.0,
            lag_throttle: seen.lag_throttle.0,
            lag_rejected: seen.lag_rejected.0,
            lag_unapplied: seen.lag_unapplied.0,
            channel_race: seen.channel_race.0,
            unexplained: seen.unexplained.0,
            supply_shock: seen.supply_shock.0,
        }
    }
}
