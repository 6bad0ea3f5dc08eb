//! Owns the shape of a judgement: every number a report shows, with its bounds and its sample.
//! Must not know how the numbers are found (the other files of `judge`) nor how they look.
//!
//! All integers, so that judging again gives the same bits. Counts of events are
//! `[definite, possible]`: `possible` includes the definite ones.

use crate::history::charter::{Charter, Evidence, Kpi, Limits};
use crate::history::fact::{Call, Ending, Refusal, Release};
use crate::ids::{ChannelId, ConnectorId, Intent, OrderId, SkuId};
use crate::units::{At, Money, Ppm, Qty, Span};

/// The verdict on a run or a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every gate is healthy.
    Go,
    /// Every gate is proved within its limits; some are in the watch band.
    GoWithConditions,
    /// Something is not proved, nothing failed.
    Inconclusive,
    /// A gate failed.
    NoGo,
}

/// Where a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Band {
    /// The bound on the bad side lies within the healthy edge.
    Healthy,
    /// It lies within the watch edge.
    Watch,
    /// The bound on the good side lies beyond the watch edge.
    Failed,
    /// Neither can be said, for this reason.
    NotProved(Unproved),
}

/// Why a gate is not proved, most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unproved {
    /// The history stops before its end.
    Truncated,
    /// The load fell behind its schedule.
    GeneratorSaturated,
    /// Speeding up the clock made exchanges or stalls too long for the gate's durations.
    TimeScaleTooCoarse,
    /// The kind of fact that it needs is missing.
    NotObserved,
    /// What it guards against was never put to the test.
    NotExercised,
    /// Too few samples, or too few independent ones.
    TooFewSamples,
    /// Outcomes that could go either way straddle the limit.
    Unresolved,
}

/// Events that definitely happened, and those that may have (the definite ones included).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Definite.
    pub definite: u64,
    /// Definite or possible.
    pub possible: u64,
}

/// A gate on one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateResult {
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; none is the whole run.
    pub channel: Option<ChannelId>,
    /// The limits in force.
    pub limits: Limits,
    /// Where it stands.
    pub band: Band,
    /// The value seen: a p95 or a share.
    pub value: Measure,
    /// The bounds that decide; for a p95 a census interval, for a share 95 % Clopper–Pearson.
    pub low: Measure,
    /// The upper bound; `None` inside means "later than the end of observation".
    pub high: Measure,
    /// Orders or changes it rests on.
    pub samples: u64,
    /// What they are worth in independent samples: minutes with changes for a lag; for a share
    /// that clusters by SKU its effective sample, without events the SKUs that ran out.
    pub independent: u64,
    /// Samples a healthy verdict needs at the events seen (0 when it has them).
    pub samples_needed: u64,
    /// Bad events: late changes, failed handoffs, cancelled orders, …
    pub bad: Count,
    /// The first fact that counts against it, when there is one.
    pub first_bad: Option<Witness>,
    /// The team that answers.
    pub owner: String,
    /// An accepted risk covers it (index into the charter's list).
    pub accepted: Option<usize>,
    /// Money the bad events stand for.
    pub money: Money,
}

/// A value of a KPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A duration; `None` is later than the end of observation.
    Lag(Option<Span>),
    /// A share.
    Share(Ppm),
    /// Nothing was measured.
    Absent,
}

/// A fact that shows something, by its sequence number and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The fact's sequence number.
    pub seq: u64,
    /// When.
    pub at: At,
}

/// What must hold always (docs/measures.md, invariants).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// More OMS records than one for an order.
    DuplicateHandoff,
    /// One order took its units twice.
    DoubleDecrement,
    /// One intent was accepted twice.
    DuplicateAcceptance,
    /// Accepted, and absent from the OMS after the deadline.
    LostHandoff,
    /// In the OMS and never accepted.
    GhostOrder,
    /// In the OMS and different from what was accepted.
    AlteredOrder,
    /// Supply = on hand + shipped, per SKU, at quiet.
    Conservation,
    /// The OMS's ledger changed by something else than what was asked.
    LostUpdate,
    /// Units accepted beyond supply.
    Oversell,
    /// Refused for stock that was there.
    Undersell,
    /// A channel offered more than there was.
    StaleListing,
    /// Accepted at a price not valid within the grace.
    MispricedOrder,
    /// A price charged before it was due or after its end.
    PriceOutOfTime,
    /// An older version shown after a newer one had settled.
    Regression,
}

/// How an invariant fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvariantResult {
    /// Which.
    pub invariant: Invariant,
    /// Whether a definite breach fails the run whatever the gates say.
    pub must_be_zero: bool,
    /// Breaches: orders, SKUs or changes, as the invariant counts them.
    pub breaches: Count,
    /// How many things were checked: "none of n", for the 3/n bound.
    pub of: u64,
    /// Units concerned.
    pub units: Qty,
    /// Money concerned.
    pub money: Money,
    /// Where it stands; only `must_be_zero` ones ever say `Failed`.
    pub band: Band,
    /// The first breach.
    pub first: Option<Witness>,
    /// The order of the first breach, where there is one.
    pub first_order: Option<OrderId>,
    /// The team that answers.
    pub owner: String,
}

/// Why units were oversold; additive over [`OversellCauses::total`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OversellCauses {
    /// Units of an intent accepted twice.
    pub duplicate: Qty,
    /// The OMS's ledger had broken its own law.
    pub lost_update: Qty,
    /// Sold, and not yet reserved in the OMS.
    pub reservation_gap: Qty,
    /// Reserved, and the channel not yet told: the change waited in the connector.
    pub lag_queue: Qty,
    /// … the push had been throttled.
    pub lag_throttle: Qty,
    /// … the push had been rejected, or given up.
    pub lag_rejected: Qty,
    /// … the channel had taken the change and did not show it yet.
    pub lag_unapplied: Qty,
    /// Two sales closer together than any offer can follow.
    pub channel_race: Qty,
    /// The offer or the ledger is not known.
    pub unexplained: Qty,
    /// Not a cause of oversell: supply fell below what was already accepted.
    pub supply_shock: Qty,
}

impl OversellCauses {
    /// Oversold units in all; supply shocks are on their own row.
    pub fn total(&self) -> Qty {
        self.duplicate
            + self.lost_update
            + self.reservation_gap
            + self.lag_queue
            + self.lag_throttle
            + self.lag_rejected
            + self.lag_unapplied
            + self.channel_race
            + self.unexplained
    }
}

/// Totals of one channel, or of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Orders that shoppers wanted to place.
    pub offered: u64,
    /// Accepted by the channel.
    pub accepted: u64,
    /// Turned away, by reason.
    pub turned_away: Vec<(Refusal, u64)>,
    /// Calls whose outcome nobody knows.
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
    /// Updates given up after throttling.
    pub lost_after_throttling: u64,
    /// Calls to the channel that were throttled.
    pub throttled: u64,
    /// SKU-seconds during which the channel offered more than there was.
    pub stale_sku_us: u64,
    /// Share of offer-time at the intended price.
    pub price_parity: Option<Ppm>,
    /// Sync lag percentiles, for display.
    pub sync_lag: Percentiles,
    /// Sale → shelf lag: from acceptance to every other channel's offer.
    pub shelf_lag: Percentiles,
    /// Handoff time: ours to fulfil → held.
    pub handoff_time: Percentiles,
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

/// How honest the load was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadHonesty {
    /// Calls that were due.
    pub offered: u64,
    /// Sent.
    pub sent: u64,
    /// Answered done or refused.
    pub answered: u64,
    /// Of the sent, those whose outcome stayed unknown (failed, timed out, still open).
    pub unknown: u64,
    /// Due and not sent.
    pub unsent: u64,
    /// Resolved afterwards.
    pub resolved: u64,
    /// Lateness of sends, wall time.
    pub lateness_wall: Percentiles,
    /// Most calls in flight at once.
    pub in_flight_max: u64,
    /// The longest stall of the driver's loop, wall time.
    pub stall_wall_max: Span,
    /// Exchange time of load calls, wall time.
    pub exchange_wall: Percentiles,
    /// The generator fell behind.
    pub saturated: bool,
    /// The clock ran too fast for the gates.
    pub too_coarse: bool,
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
    /// Sync lag of changes made in the window (censored ones count as their age).
    pub sync_lag: Percentiles,
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
    /// Mean share of busy workers over the samples.
    pub busy_mean: Ppm,
}

/// Why the verdict is what it is: one entry a decisive gate or invariant, worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A gate (index into [`Judgement::gates`]).
    Gate(usize),
    /// An invariant (index into [`Judgement::invariants`]).
    Invariant(usize),
    /// The run as a whole.
    Run(Unproved),
}

/// One channel's verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelVerdict {
    /// The verdict on this channel alone.
    pub verdict: Verdict,
    /// Its share of accepted orders.
    pub share: Ppm,
    /// Too few samples, but too small to block the run.
    pub too_small_to_block: bool,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Everything that a history means.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The terms.
    pub charter: Charter,
    /// The verdict.
    pub verdict: Verdict,
    /// The evidence it rests on.
    pub evidence: Evidence,
    /// How the history ends; none is truncated.
    pub ending: Option<Ending>,
    /// Campaign time of the last fact.
    pub observed_until: At,
    /// Facts judged.
    pub facts: u64,
    /// Why, worst first.
    pub reasons: Vec<Reason>,
    /// By channel, by [`ChannelId`].
    pub channels: Vec<ChannelVerdict>,
    /// Each gate on the run and on each channel: KPIs in order, the run first.
    pub gates: Vec<GateResult>,
    /// Each invariant.
    pub invariants: Vec<InvariantResult>,
    /// Why units were oversold, over the run.
    pub causes: OversellCauses,
    /// Totals of the run.
    pub totals: Totals,
    /// Totals by channel.
    pub channel_totals: Vec<Totals>,
    /// Load honesty.
    pub load: LoadHonesty,
    /// Latency by call and channel.
    pub latency: Vec<CallLatency>,
    /// The campaign in windows.
    pub series: Series,
    /// Books by day.
    pub books: Vec<BookDay>,
    /// Queues.
    pub queues: Vec<QueueSummary>,
    /// The worst oversold SKU.
    pub worst: Option<SkuStory>,
}
