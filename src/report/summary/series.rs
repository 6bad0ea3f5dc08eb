//! Owns the campaign over time as `summary.json` states it: windows, book days, queues, and the
//! story of the worst SKU. Must not know how they are drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Stretch;
use super::gate::Order;
use super::measured::{Percentiles, Release};
use super::mirror::{Stated, stated};
use crate::history::charter::{self, Charter};
use crate::history::fact::PushKind;
use crate::judge::judgement as judged;

stated! {
    /// One window of the campaign.
    #[derive(Copy, Default)]
    Window from judged::Window {
        /// Orders wanted.
        offered: u64,
        /// Sent.
        sent: u64,
        /// Answered.
        answered: u64,
        /// Accepted.
        accepted: u64,
        /// Turned away.
        refused: u64,
        /// … for want of stock.
        #[serde(default)]
        refused_for_stock: u64,
        /// Sync lag of changes made in the window; one never shown counts as its age.
        sync_lag: Percentiles,
        /// Order accepted in the window → shown on every other channel (on this one, of orders that
        /// others accepted); one never shown counts as its age.
        #[serde(default)]
        shelf_lag: Percentiles,
        /// Share of offer-time at the intended price, in parts per million; null where no price is
        /// known.
        #[serde(default)]
        price_parity_ppm(price_parity): Option<u32>,
        /// Share of the SKUs that sold of which more was offered than there was, by time, in parts
        /// per million.
        #[serde(default)]
        mismatch_ppm(mismatch): Option<u32>,
        /// Updates given up in the window after throttling.
        #[serde(default)]
        lost_after_throttling: u64,
        /// Age of the oldest change not yet shown, at the window's end.
        oldest_unshown_us(oldest_unshown): u64,
        /// Deepest queue seen, summed over partitions (the run only).
        queue_depth: u32,
        /// Busiest share of workers seen, in parts per million (the run only).
        busy_ppm(busy): u32,
        /// Units oversold by orders accepted in the window.
        oversold: i64,
        /// Orders accepted in the window that were cancelled for stock.
        cancelled: u64,
        /// Orders that became due in the window.
        due: u64,
        /// Of them handed off by the deadline.
        handed_off: u64,
        /// Sends' lateness p99, wall microseconds (the run only).
        lateness_wall_p99_us(lateness_wall_p99): Option<u64>,
        /// Most calls in flight (the run only).
        in_flight: u64,
    }
}

stated! {
    /// The campaign in windows that touch, the first from the campaign's start.
    Series from judged::Series {
        /// Width of each window, in microseconds.
        width_us(width): u64,
        /// The whole run.
        run: Vec<Window>,
        /// Each channel, in the order of `channels`.
        channels: Vec<Vec<Window>>,
    }
}

stated! {
    /// A book day of a channel.
    BookDay from judged::BookDay {
        /// The channel.
        channel: String,
        /// Days since the campaign's first civil day in the channel's zone.
        day: u32,
        /// The day is cut by the campaign's ends.
        partial: bool,
        /// Orders the channel holds.
        channel_orders: u64,
        /// Orders the OMS holds.
        oms_orders: u64,
        /// In the channel's books only.
        missing: u64,
        /// In the OMS's only, or once too often.
        surplus: u64,
        /// In both, and different.
        altered: u64,
        /// (missing + surplus + altered) ÷ (channel ∪ OMS), in parts per million.
        variance_ppm(variance): u32,
        /// Difference in units ÷ channel's units, in parts per million.
        units_variance_ppm(units_variance): u32,
        /// Difference in money ÷ channel's money, in parts per million.
        money_variance_ppm(money_variance): u32,
    }
}

stated! {
    /// A connector's queue.
    Queue from judged::QueueSummary {
        /// The connector.
        connector: String,
        /// The partition.
        partition: u16,
        /// The deepest it was, in jobs.
        depth_max: u32,
        /// Mean depth over the samples, in thousandths of a job.
        #[serde(default)]
        depth_mean_milli: u64,
        /// From its deepest sample to the first empty one after it, in microseconds; null: it was
        /// never empty again.
        #[serde(default)]
        emptied_after_us(emptied_after): Option<u64>,
        /// Mean share of busy workers over the samples, in parts per million.
        busy_mean_ppm(busy_mean): u32,
    }
}

stated! {
    /// How long a connector's jobs waited for a worker, attempt by attempt.
    Wait from judged::WaitSummary {
        /// The connector.
        connector: String,
        /// What the jobs were.
        work: Work,
        /// Their mean, in microseconds.
        mean_us(mean): u64,
        /// How many, and their percentiles.
        waits: Percentiles,
    }
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

impl Stated<Work> for judged::Work {
    fn state(&self, _: &Charter) -> Work {
        match self {
            judged::Work::Handoff => Work::Handoff,
            judged::Work::Push(PushKind::Stock) => Work::Stock,
            judged::Work::Push(PushKind::Price) => Work::Price,
            judged::Work::Push(PushKind::Listing) => Work::Listing,
        }
    }
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

stated! {
    /// The story of the SKU that was oversold most.
    Story from judged::SkuStory {
        /// The SKU's name, or `SKU 17` by its place in the catalogue.
        sku: String,
        /// Units oversold in all.
        oversold: i64,
        /// What happened around the last unit, in order.
        events: Vec<StoryEvent>,
    }
}

stated! {
    /// One event of a story.
    StoryEvent from judged::StoryEvent {
        /// When, in microseconds of campaign time.
        at_us(at): u64,
        /// The fact's sequence number.
        seq: u64,
        /// What.
        what: StoryWhat,
        /// Really left afterwards: supply − accepted, may be negative.
        really_left: i64,
        /// What each channel offered afterwards, in the order of `channels`; null is not known.
        offered: Vec<Option<i64>>,
    }
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

impl Stated<StoryWhat> for judged::StoryWhat {
    fn state(&self, charter: &Charter) -> StoryWhat {
        match self {
            judged::StoryWhat::Sold { order, intent, qty, oversold } => StoryWhat::Sold {
                order: order.state(charter),
                intent: intent.0,
                qty: qty.0,
                oversold: oversold.0,
            },
            judged::StoryWhat::Shown { channel, qty } => {
                StoryWhat::Shown { channel: channel.state(charter), qty: qty.0 }
            }
            judged::StoryWhat::Reserved { order, available } => {
                StoryWhat::Reserved { order: order.state(charter), available: available.0 }
            }
            judged::StoryWhat::Supplied { units } => StoryWhat::Supplied { units: units.0 },
            judged::StoryWhat::Released { order, why } => {
                StoryWhat::Released { order: order.state(charter), why: (*why).into() }
            }
        }
    }
}

impl Stated<Stretch> for charter::PromotionTerms {
    fn state(&self, _: &Charter) -> Stretch {
        Stretch { name: self.name.clone(), from_us: self.from.0, until_us: self.until.0 }
    }
}
