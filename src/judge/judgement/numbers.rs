//! Owns the numbers beside the verdict: totals, load, windows, stories, books, queues.
//! Must not know gates.

use super::{Count, MoneyAtRisk};
use crate::history::fact::{Call, PushKind, Refusal, Release};
use crate::ids::{ChannelId, ConnectorId, Intent, OrderId, SkuId};
use crate::units::{At, Money, Ppm, Qty, Span};

/// Totals of one channel, or of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Orders that shoppers wanted to place.
    pub offered: u64,
    /// Accepted by the channel.
    pub accepted: u64,
    /// Turned away, by reason.
    pub turned_away: Vec<(Refusal, u64)>,
    /// Orders wanted that could have been taken: not those for which nothing was left.
    pub takeable: u64,
    /// Shoppers turned away as unavailable or throttled, and never served.
    pub sent_away: u64,
    /// Accepted orders whose shoppers were told that they were refused, …
    pub denied: u64,
    /// … and orders that shoppers were told were done, and no channel accepted.
    pub unkept: u64,
    /// Orders that nobody has paid by the end of observation, and that were not released.
    pub awaiting_payment: u64,
    /// Orders asked for of which nobody knows the outcome.
    pub unknown: u64,
    /// Lines of accepted orders.
    pub lines: u64,
    /// Units of accepted orders.
    pub units: Qty,
    /// Money of accepted orders.
    pub money: Money,
    /// Released, by reason.
    pub released: Vec<(Release, u64)>,
    /// Orders that became ours and were due at the OMS.
    pub due: u64,
    /// Of them held once, unaltered, by the deadline.
    pub handed_off: u64,
    /// Of them within the stricter promise.
    pub handed_off_in_sla: u64,
    /// Orders with an oversold unit.
    pub oversold_orders: Count,
    /// Oversold units.
    pub oversold_units: Qty,
    /// Money of oversold units.
    pub oversold_money: Money,
    /// Orders cancelled for want of stock.
    pub cancelled: u64,
    /// Money of orders cancelled for want of stock.
    pub cancelled_money: Money,
    /// Refused for stock that was there: because of holdback, cap or allocation.
    pub undersold_policy: Qty,
    /// … because the listing was stale.
    pub undersold_stale: Qty,
    /// … because other shoppers' carts held it.
    pub undersold_carts: Qty,
    /// Money of them all.
    pub undersold_money: Money,
    /// Money of orders that are in danger.
    pub money_at_risk: MoneyAtRisk,
    /// What is left of the sales: accepted − cancelled for stock − at risk.
    pub kept: Kept,
    /// Updates given up after throttling, …
    pub lost_after_throttling: u64,
    /// … by what they would have changed: stock, prices, listings.
    pub lost_by_kind: [u64; 3],
    /// Calls to the channel that were throttled.
    pub throttled: u64,
    /// SKU-seconds during which the channel offered more than there was.
    pub stale_sku_us: u64,
    /// Share of offer-time at the intended price.
    pub price_parity: Option<Ppm>,
    /// Sync lag percentiles, for display.
    pub sync_lag: Percentiles,
    /// Its jitter: p95 − p50.
    pub sync_jitter: Option<Span>,
    /// Sale → shelf lag: from acceptance to every other channel's offer.
    pub shelf_lag: Percentiles,
    /// Handoff time: ours to fulfil → held.
    pub handoff_time: Percentiles,
}

/// Sales kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Units accepted and neither cancelled for stock, oversold nor lost on the way to the OMS.
    pub units: Qty,
    /// Their money, less what was charged wrongly.
    pub money: Money,
}

/// Percentiles of a duration, for display; `None` where nothing was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// How many.
    pub count: u64,
    /// Median.
    pub p50: Option<Span>,
    /// 95th.
    pub p95: Option<Span>,
    /// 99th.
    pub p99: Option<Span>,
    /// The longest.
    pub max: Option<Span>,
}

/// Latency of one kind of load call on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLatency {
    /// The call.
    pub call: Call,
    /// The channel; none is the source.
    pub channel: Option<ChannelId>,
    /// From the actual send.
    pub service: Percentiles,
    /// From the intended send.
    pub response: Percentiles,
}

/// One window of the campaign, one scope; windows touch and all have [`Series::width`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Orders wanted.
    pub offered: u64,
    /// Sent.
    pub sent: u64,
    /// Answered.
    pub answered: u64,
    /// Accepted.
    pub accepted: u64,
    /// Turned away.
    pub refused: u64,
    /// … for want of stock.
    pub refused_for_stock: u64,
    /// Sync lag of changes made in the window (censored ones count as their age).
    pub sync_lag: Percentiles,
    /// Sale → shelf lag of orders accepted in the window, on every other channel (on this one, of
    /// orders that others accepted); censored ones count as their age.
    pub shelf_lag: Percentiles,
    /// Share of offer-time at the intended price.
    pub price_parity: Option<Ppm>,
    /// Share of the SKUs that sold of which more was offered than there was, by time.
    pub mismatch: Option<Ppm>,
    /// Updates given up in the window after throttling.
    pub lost_after_throttling: u64,
    /// Age of the oldest change not yet shown, at the window's end.
    pub oldest_unshown: Span,
    /// Deepest queue seen, summed over partitions (run scope only).
    pub queue_depth: u32,
    /// Busiest share of workers seen (run scope only).
    pub busy: Ppm,
    /// Units oversold by orders accepted in the window.
    pub oversold: Qty,
    /// Orders accepted in the window that were cancelled for stock.
    pub cancelled: u64,
    /// Orders that became due in the window.
    pub due: u64,
    /// Of them handed off by the deadline.
    pub handed_off: u64,
    /// Sends' lateness p99, wall time (run scope only).
    pub lateness_wall_p99: Option<Span>,
    /// Calls in flight at most (run scope only).
    pub in_flight: u64,
}

/// The campaign in windows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Width of each window.
    pub width: Span,
    /// The whole run.
    pub run: Vec<Window>,
    /// Each channel, by [`ChannelId`].
    pub channels: Vec<Vec<Window>>,
}

/// The worst oversold SKU, told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkuStory {
    /// The SKU.
    pub sku: SkuId,
    /// Units oversold in all.
    pub oversold: Qty,
    /// What happened around the last unit, in order; bounded.
    pub events: Vec<StoryEvent>,
}

/// One event of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryEvent {
    /// When.
    pub at: At,
    /// The fact.
    pub seq: u64,
    /// What.
    pub what: StoryWhat,
    /// Really left afterwards: supply − accepted, may be negative.
    pub really_left: Qty,
    /// What each channel offered afterwards, by [`ChannelId`].
    pub offered: Vec<Option<Qty>>,
}

/// What happened in a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoryWhat {
    /// An order took units.
    Sold {
        /// The order.
        order: OrderId,
        /// What the shopper wanted.
        intent: Intent,
        /// How many.
        qty: Qty,
        /// How many of them were not there.
        oversold: Qty,
    },
    /// A channel's offer was updated.
    Shown {
        /// The channel.
        channel: ChannelId,
        /// To what.
        qty: Qty,
    },
    /// The OMS reserved units for an order.
    Reserved {
        /// The order.
        order: OrderId,
        /// What the OMS says is available now.
        available: Qty,
    },
    /// Supply changed.
    Supplied {
        /// By how much.
        units: Qty,
    },
    /// An order was released.
    Released {
        /// The order.
        order: OrderId,
        /// Why.
        why: Release,
    },
}

/// A book day of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookDay {
    /// The channel.
    pub channel: ChannelId,
    /// Days since the campaign's first civil day in the channel's zone.
    pub day: u32,
    /// The day is cut by the campaign's ends.
    pub partial: bool,
    /// Orders the channel holds.
    pub channel_orders: u64,
    /// Orders the OMS holds.
    pub oms_orders: u64,
    /// In the channel's books only.
    pub missing: u64,
    /// In the OMS's only, or once too often.
    pub surplus: u64,
    /// In both, and different.
    pub altered: u64,
    /// (missing + surplus + altered) ÷ (channel ∪ OMS).
    pub variance: Ppm,
    /// Exact difference in units ÷ channel's units.
    pub units_variance: Ppm,
    /// Exact difference in money ÷ channel's money.
    pub money_variance: Ppm,
}

/// A queue's summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSummary {
    /// The connector.
    pub connector: ConnectorId,
    /// The partition.
    pub partition: u16,
    /// The deepest it was.
    pub depth_max: u32,
    /// Mean of the samples, in thousandths of a job.
    pub depth_mean_milli: u64,
    /// From its deepest sample to the first empty one after it; none: it was never empty again.
    pub emptied_after: Option<Span>,
    /// Mean share of busy workers over the samples.
    pub busy_mean: Ppm,
}

/// How long jobs waited for a worker, attempt by attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitSummary {
    /// The connector.
    pub connector: ConnectorId,
    /// What the jobs were.
    pub work: Work,
    /// Their exact mean, rounded.
    pub mean: Span,
    /// How many, and their percentiles.
    pub waits: Percentiles,
}

/// What a connector works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Handing an order over.
    Handoff,
    /// Updating a channel.
    Push(PushKind),
}
