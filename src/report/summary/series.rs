//! Owns the campaign over time as `summary.json` states it: windows, book days, queues, and the
//! story of the worst SKU. Must not know how they are drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gate::Order;
use super::measured::{Percentiles, Release};
use super::named::sku_name;
use crate::history::charter::{ChannelTerms, Charter};
use crate::history::fact::PushKind;
use crate::judge::judgement as judged;

/// One window of the campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    #[serde(default)]
    pub refused_for_stock: u64,
    /// Sync lag of changes made in the window; one never shown counts as its age.
    pub sync_lag: Percentiles,
    /// Order accepted in the window → shown on every other channel (on this one, of orders that
    /// others accepted); one never shown counts as its age.
    #[serde(default)]
    pub shelf_lag: Percentiles,
    /// Share of offer-time at the intended price, in parts per million; null where no price is
    /// known.
    #[serde(default)]
    pub price_parity_ppm: Option<u32>,
    /// Share of the SKUs that sold of which more was offered than there was, by time, in parts per
    /// million.
    #[serde(default)]
    pub mismatch_ppm: Option<u32>,
    /// Updates given up in the window after throttling.
    #[serde(default)]
    pub lost_after_throttling: u64,
    /// Age of the oldest change not yet shown, at the window's end.
    pub oldest_unshown_us: u64,
    /// Deepest queue seen, summed over partitions (the run only).
    pub queue_depth: u32,
    /// Busiest share of workers seen, in parts per million (the run only).
    pub busy_ppm: u32,
    /// Units oversold by orders accepted in the window.
    pub oversold: i64,
    /// Orders accepted in the window that were cancelled for stock.
    pub cancelled: u64,
    /// Orders that became due in the window.
    pub due: u64,
    /// Of them handed off by the deadline.
    pub handed_off: u64,
    /// Sends' lateness p99, wall microseconds (the run only).
    pub lateness_wall_p99_us: Option<u64>,
    /// Most calls in flight (the run only).
    pub in_flight: u64,
}

impl From<&judged::Window> for Window {
    fn from(seen: &judged::Window) -> Window {
        Window {
            offered: seen.offered,
            sent: seen.sent,
            answered: seen.answered,
            accepted: seen.accepted,
            refused: seen.refused,
            refused_for_stock: seen.refused_for_stock,
            sync_lag: seen.sync_lag.into(),
            shelf_lag: seen.shelf_lag.into(),
            price_parity_ppm: seen.price_parity.map(|share| share.0),
            mismatch_ppm: seen.mismatch.map(|share| share.0),
            lost_after_throttling: seen.lost_after_throttling,
            oldest_unshown_us: seen.oldest_unshown.0,
            queue_depth: seen.queue_depth,
            busy_ppm: seen.busy.0,
            oversold: seen.oversold.0,
            cancelled: seen.cancelled,
            due: seen.due,
            handed_off: seen.handed_off,
            lateness_wall_p99_us: seen.lateness_wall_p99.map(|late| late.0),
            in_flight: seen.in_flight,
        }
    }
}

/// The campaign in windows that touch, the first from the campaign's start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// Width of each window, in microseconds.
    pub width_us: u64,
    /// The whole run.
    pub run: Vec<Window>,
    /// Each channel, in the order of `channels`.
    pub channels: Vec<Vec<Window>>,
}

impl From<&judged::Series> for Series {
    fn from(seen: &judged::Series) -> Series {
        let windows = |all: &Vec<judged::Window>| all.iter().map(Window::from).collect();
        Series {
            width_us: seen.width.0,
            run: windows(&seen.run),
            channels: seen.channels.iter().map(windows).collect(),
        }
    }
}

/// A book day of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BookDay {
    /// The channel.
    pub channel: String,
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
    /// (missing + surplus + altered) ÷ (channel ∪ OMS), in parts per million.
    pub variance_ppm: u32,
    /// Difference in units ÷ channel's units, in parts per million.
    pub units_variance_ppm: u32,
    /// Difference in money ÷ channel's money, in parts per million.
    pub money_variance_ppm: u32,
}

impl BookDay {
    pub(super) fn of(seen: &judged::BookDay, channels: &[ChannelTerms]) -> BookDay {
        BookDay {
            channel: channels[seen.channel.index()].name.clone(),
            day: seen.day,
            partial: seen.partial,
            channel_orders: seen.channel_orders,
            oms_orders: seen.oms_orders,
            missing: seen.missing,
            surplus: seen.surplus,
            altered: seen.altered,
            variance_ppm: seen.variance.0,
            units_variance_ppm: seen.units_variance.0,
            money_variance_ppm: seen.money_variance.0,
        }
    }
}

/// A connector's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Queue {
    /// The connector.
    pub connector: String,
    /// The partition.
    pub partition: u16,
    /// The deepest it was, in jobs.
    pub depth_max: u32,
    /// Mean depth over the samples, in thousandths of a job.
    #[serde(default)]
    pub depth_mean_milli: u64,
    /// From its deepest sample to the first empty one after it, in microseconds; null: it was never
    /// empty again.
    #[serde(default)]
    pub emptied_after_us: Option<u64>,
    /// Mean share of busy workers over the samples, in parts per million.
    pub busy_mean_ppm: u32,
}

impl Queue {
    pub(super) fn of(seen: &judged::QueueSummary, charter: &Charter) -> Queue {
        Queue {
            connector: charter.connectors[seen.connector.index()].name.clone(),
            partition: seen.partition,
            depth_max: seen.depth_max,
            depth_mean_milli: seen.depth_mean_milli,
            emptied_after_us: seen.emptied_after.map(|span| span.0),
            busy_mean_ppm: seen.busy_mean.0,
        }
    }
}

/// How long a connector's jobs waited for a worker, attempt by attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wait {
    /// The connector.
    pub connector: String,
    /// What the jobs were.
    pub work: Work,
    /// Their mean, in microseconds.
    pub mean_us: u64,
    /// How many, and their percentiles.
    pub waits: Percentiles,
}

/// What a connector works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Handing an order to the OMS.
    Handoff,
    /// Updating stock on a channel.
    Stock,
    /// … a price.
    Price,
    /// … a listing.
    Listing,
}

impl Work {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Work::Handoff => "orders to the OMS",
            Work::Stock => "stock updates",
            Work::Price => "price updates",
            Work::Listing => "listings",
        }
    }
}

impl Wait {
    pub(super) fn of(seen: &judged::WaitSummary, charter: &Charter) -> Wait {
        Wait {
            connector: charter.connectors[seen.connector.index()].name.clone(),
            work: match seen.work {
                judged::Work::Handoff => Work::Handoff,
                judged::Work::Push(PushKind::Stock) => Work::Stock,
                judged::Work::Push(PushKind::Price) => Work::Price,
                judged::Work::Push(PushKind::Listing) => Work::Listing,
            },
            mean_us: seen.mean.0,
            waits: seen.waits.into(),
        }
    }
}

/// The story of the SKU that was oversold most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Story {
    /// The SKU's name, or `SKU 17` by its place in the catalogue.
    pub sku: String,
    /// Units oversold in all.
    pub oversold: i64,
    /// What happened around the last unit, in order.
    pub events: Vec<StoryEvent>,
}

/// One event of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoryEvent {
    /// When, in microseconds of campaign time.
    pub at_us: u64,
    /// The fact's sequence number.
    pub seq: u64,
    /// What.
    pub what: StoryWhat,
    /// Really left afterwards: supply − accepted, may be negative.
    pub really_left: i64,
    /// What each channel offered afterwards, in the order of `channels`; null is not known.
    pub offered: Vec<Option<i64>>,
}

/// What happened in a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoryWhat {
    /// An order took units.
    Sold {
        /// The order.
        order: Order,
        /// What the shopper wanted.
        intent: u64,
        /// How many.
        qty: i64,
        /// How many of them were not there.
        oversold: i64,
    },
    /// A channel's offer was updated.
    Shown {
        /// The channel.
        channel: String,
        /// To what.
        qty: i64,
    },
    /// The OMS reserved units for an order.
    Reserved {
        /// The order.
        order: Order,
        /// What the OMS says is available now.
        available: i64,
    },
    /// Supply changed.
    Supplied {
        /// By how much.
        units: i64,
    },
    /// An order was released.
    Released {
        /// The order.
        order: Order,
        /// Why.
        why: Release,
    },
}

impl Story {
    pub(super) fn of(seen: &judged::SkuStory, charter: &Charter) -> Story {
        let channels = &charter.channels;
        let event = |event: &judged::StoryEvent| StoryEvent {
            at_us: event.at.0,
            seq: event.seq,
            what: StoryWhat::of(&event.what, channels),
            really_left: event.really_left.0,
            offered: event.offered.iter().map(|offer| offer.map(|qty| qty.0)).collect(),
        };
        Story {
            sku: sku_name(charter, seen.sku),
            oversold: seen.oversold.0,
            events: seen.events.iter().map(event).collect(),
        }
    }
}

impl StoryWhat {
    fn of(what: &judged::StoryWhat, channels: &[ChannelTerms]) -> StoryWhat {
        match *what {
            judged::StoryWhat::Sold { order, intent, qty, oversold } => StoryWhat::Sold {
                order: Order::of(order, channels),
                intent: intent.0,
                qty: qty.0,
                oversold: oversold.0,
            },
            judged::StoryWhat::Shown { channel, qty } => {
                StoryWhat::Shown { channel: channels[channel.index()].name.clone(), qty: qty.0 }
            }
            judged::StoryWhat::Reserved { order, available } => {
                StoryWhat::Reserved { order: Order::of(order, channels), available: available.0 }
            }
            judged::StoryWhat::Supplied { units } => StoryWhat::Supplied { units: units.0 },
            judged::StoryWhat::Released { order, why } => {
                StoryWhat::Released { order: Order::of(order, channels), why: why.into() }
            }
        }
    }
}
