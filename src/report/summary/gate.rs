//! Owns gates and invariants as `summary.json` states them.
//! Must not know how bounds are computed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::band::{Band, Unproved};
use super::findings::Impact;
use super::mirror::mirror;
use crate::history::charter;
use crate::judge::judgement as judged;
use crate::units::Money;

/// A KPI of the band table, by the key that scenarios use.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Kpi {
    /// Source publishes → the channel sells it, p95.
    #[serde(rename = "listing latency")]
    ListingLatency,
    /// Source acknowledges a stock change → the channel offers it, p95.
    #[serde(rename = "sync lag")]
    SyncLag,
    /// The price is due → the channel charges it, p95.
    #[serde(rename = "price lag")]
    PriceLag,
    /// Orders held exactly once and unaltered by the deadline ÷ orders due.
    #[serde(rename = "handoff success")]
    HandoffSuccess,
    /// Missing, surplus and altered orders ÷ all orders, by book day.
    #[serde(rename = "reconciliation variance")]
    ReconciliationVariance,
    /// Orders cancelled for want of stock ÷ accepted orders.
    #[serde(rename = "stock cancellations")]
    StockCancellations,
    /// Accepted orders with an oversold unit ÷ accepted orders.
    #[serde(rename = "oversold orders")]
    OversoldOrders,
    /// Accepted orders charged a price valid at no moment of the grace ÷ those of known prices.
    #[serde(rename = "mispriced orders")]
    MispricedOrders,
}

impl From<charter::Kpi> for Kpi {
    fn from(kpi: charter::Kpi) -> Kpi {
        match kpi {
            charter::Kpi::ListingLatency => Kpi::ListingLatency,
            charter::Kpi::SyncLag => Kpi::SyncLag,
            charter::Kpi::PriceLag => Kpi::PriceLag,
            charter::Kpi::HandoffSuccess => Kpi::HandoffSuccess,
            charter::Kpi::ReconciliationVariance => Kpi::ReconciliationVariance,
            charter::Kpi::StockCancellations => Kpi::StockCancellations,
            charter::Kpi::OversoldOrders => Kpi::OversoldOrders,
            charter::Kpi::MispricedOrders => Kpi::MispricedOrders,
        }
    }
}

impl Kpi {
    /// As people say it; one wording for scenario, history and report.
    pub fn title(self) -> &'static str {
        match self {
            Kpi::ListingLatency => charter::Kpi::ListingLatency.title(),
            Kpi::SyncLag => charter::Kpi::SyncLag.title(),
            Kpi::PriceLag => charter::Kpi::PriceLag.title(),
            Kpi::HandoffSuccess => charter::Kpi::HandoffSuccess.title(),
            Kpi::ReconciliationVariance => charter::Kpi::ReconciliationVariance.title(),
            Kpi::StockCancellations => charter::Kpi::StockCancellations.title(),
            Kpi::OversoldOrders => charter::Kpi::OversoldOrders.title(),
            Kpi::MispricedOrders => charter::Kpi::MispricedOrders.title(),
        }
    }
}

/// The two edges of a KPI's bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// A 95th percentile must not exceed these, in microseconds.
    LagP95Us {
        /// Healthy up to here.
        healthy: u64,
        /// Watch up to here, intervention beyond.
        watch: u64,
    },
    /// A share must not exceed these, in parts per million.
    AtMostPpm {
        /// Healthy up to here.
        healthy: u32,
        /// Watch up to here, intervention beyond.
        watch: u32,
    },
    /// A share must not fall below these, in parts per million.
    AtLeastPpm {
        /// Healthy down to here.
        healthy: u32,
        /// Watch down to here, intervention below.
        watch: u32,
    },
}

impl From<charter::Limits> for Limits {
    fn from(limits: charter::Limits) -> Limits {
        match limits {
            charter::Limits::LagP95 { healthy, watch } => {
                Limits::LagP95Us { healthy: healthy.0, watch: watch.0 }
            }
            charter::Limits::AtMost { healthy, watch } => {
                Limits::AtMostPpm { healthy: healthy.0, watch: watch.0 }
            }
            charter::Limits::AtLeast { healthy, watch } => {
                Limits::AtLeastPpm { healthy: healthy.0, watch: watch.0 }
            }
        }
    }
}

/// A value of a KPI or one of its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A duration in microseconds of campaign time.
    LagUs(u64),
    /// Later than the end of observation: not seen to happen at all.
    LaterThanObserved,
    /// A share in parts per million.
    SharePpm(u32),
    /// Nothing was measured.
    Absent,
}

impl From<judged::Measure> for Value {
    fn from(measure: judged::Measure) -> Value {
        match measure {
            judged::Measure::Lag(Some(lag)) => Value::LagUs(lag.0),
            judged::Measure::Lag(None) => Value::LaterThanObserved,
            judged::Measure::Share(share) => Value::SharePpm(share.0),
            judged::Measure::Absent => Value::Absent,
        }
    }
}

/// How many: definitely, and at most (the definite ones included).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// Definitely so many.
    pub definite: u64,
    /// At most so many: outcomes that nobody knows count as bad here.
    pub possible: u64,
}

impl From<judged::Count> for Count {
    fn from(count: judged::Count) -> Count {
        Count { definite: count.definite, possible: count.possible }
    }
}

impl From<Count> for judged::Count {
    fn from(count: Count) -> judged::Count {
        judged::Count { definite: count.definite, possible: count.possible }
    }
}

/// A fact of the history that shows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Witness {
    /// The fact's sequence number in the history.
    pub seq: u64,
    /// When, in microseconds of campaign time.
    pub at_us: u64,
}

impl From<judged::Witness> for Witness {
    fn from(witness: judged::Witness) -> Witness {
        Witness { seq: witness.seq, at_us: witness.at.0 }
    }
}

/// A gate on the run or on one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; null is the whole run.
    pub channel: Option<String>,
    /// The limits in force.
    pub limits: Limits,
    /// Where it stands.
    pub band: Band,
    /// Why it is not proved, when it is not.
    pub because: Option<Unproved>,
    /// The value seen: a p95 or a share.
    pub value: Value,
    /// Its lower bound; for a p95 of a census, for a share at 95 %.
    pub low: Value,
    /// Its upper bound.
    pub high: Value,
    /// Orders or changes it rests on.
    pub samples: u64,
    /// Samples a healthy verdict needs at the events seen; 0 when it has them.
    pub samples_needed: u64,
    /// Bad events: late changes, failed handoffs, cancelled orders.
    pub bad: Count,
    /// The first fact that counts against it.
    pub first_bad: Option<Witness>,
    /// The team that answers.
    pub owner: String,
    /// The accepted risk that covers it: its place in `accepted_risks`.
    pub accepted_risk: Option<usize>,
    /// Money that the bad events stand for, in minor units: that of `impact`, else 0.
    pub money: i64,
    /// What the bad events touched; null where the record cannot tell.
    #[serde(default)]
    pub impact: Option<Impact>,
}

impl Gate {
    pub(super) fn of(gate: &judged::GateResult, channels: &[charter::ChannelTerms]) -> Gate {
        let (band, because) = Band::of(gate.band);
        Gate {
            kpi: gate.kpi.into(),
            channel: gate.channel.map(|id| channels[id.index()].name.clone()),
            limits: gate.limits.into(),
            band,
            because,
            value: gate.value.into(),
            low: gate.low.into(),
            high: gate.high.into(),
            samples: gate.samples,
            samples_needed: gate.samples_needed,
            bad: gate.bad.into(),
            first_bad: gate.first_bad.map(Witness::from),
            owner: super::printable_text(&gate.owner),
            accepted_risk: gate.accepted,
            money: gate.money().0,
            impact: gate.impact.map(Impact::from),
        }
    }
}

mirror! {
    /// A rule beside the gates (docs/measures.md, invariants): of some a single breach is a
    /// NO-GO, others are counted.
    InvariantKind from judged::Invariant {
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
        /// At quiet, an offer that is not what the rule makes of the source.
        WrongOffer,
        /// At quiet, a price that is not the intended one.
        WrongPrice,
        /// An offer older than the watch edge of sync lag while shoppers ordered it.
        StuckOffer,
        /// Ended by its channel or by the OMS, and alive on the other side.
        OneSidedEnd,
        /// Told that it was refused and accepted, or that it was done and not.
        ContradictedAnswer,
        /// Turned away as unavailable or throttled, and never served.
        SentAway,
        /// Cancelled for want of stock after the term within which that counts.
        LateCancellation,
    }
}

/// How an invariant fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invariant {
    /// Which.
    pub invariant: InvariantKind,
    /// A definite breach fails the run whatever the gates say.
    pub must_be_zero: bool,
    /// Breaches, as the invariant counts them: orders, SKUs or changes.
    pub breaches: Count,
    /// How many things were checked.
    pub of: u64,
    /// Units concerned.
    pub units: i64,
    /// Money concerned, in minor units.
    pub money: i64,
    /// Where it stands.
    pub band: Band,
    /// Why it is not proved, when it is not.
    pub because: Option<Unproved>,
    /// The first breach.
    pub first: Option<Witness>,
    /// The order of the first breach: its channel and the channel's running number.
    pub first_order: Option<Order>,
    /// The team that answers.
    pub owner: String,
}

/// An order as its channel knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    /// The channel.
    pub channel: String,
    /// The channel's running number.
    pub number: u64,
}

impl Order {
    pub(super) fn of(order: crate::ids::OrderId, channels: &[charter::ChannelTerms]) -> Order {
        Order { channel: channels[order.channel.index()].name.clone(), number: order.number }
    }
}

impl Invariant {
    pub(super) fn of(
        result: &judged::InvariantResult,
        channels: &[charter::ChannelTerms],
    ) -> Invariant {
        let (band, because) = Band::of(result.band);
        let Money(money) = result.money;
        Invariant {
            invariant: result.invariant.into(),
            must_be_zero: result.must_be_zero,
            breaches: result.breaches.into(),
            of: result.of,
            units: result.units.0,
            money,
            band,
            because,
            first: result.first.map(Witness::from),
            first_order: result.first_order.map(|order| Order::of(order, channels)),
            owner: super::printable_text(&result.owner),
        }
    }
}
