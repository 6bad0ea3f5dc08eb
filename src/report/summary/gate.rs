//! Owns gates and invariants as `summary.json` states them.
//! Must not know how bounds are computed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::band::{Band, Unproved};
use super::findings::Impact;
use super::mirror::{Stated, mirror, stated};
use crate::history::charter::{self, Charter};
use crate::judge::judgement as judged;

mirror! {
    /// A KPI of the band table, by the key that scenarios use.
    Kpi from charter::Kpi {
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
}

impl Kpi {
    /// As people say it; one wording for scenario, history and report.
    pub fn title(self) -> &'static str {
        charter::Kpi::from(self).title()
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

impl Stated<Limits> for charter::Limits {
    fn state(&self, _: &Charter) -> Limits {
        (*self).into()
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

impl Stated<Value> for judged::Measure {
    fn state(&self, _: &Charter) -> Value {
        match *self {
            judged::Measure::Lag(Some(lag)) => Value::LagUs(lag.0),
            judged::Measure::Lag(None) => Value::LaterThanObserved,
            judged::Measure::Share(share) => Value::SharePpm(share.0),
            judged::Measure::Absent => Value::Absent,
        }
    }
}

stated! {
    /// How many: definitely, and at most (the definite ones included).
    #[derive(Copy, Default)]
    Count from judged::Count {
        /// Definitely so many.
        definite: u64,
        /// At most so many: outcomes that nobody knows count as bad here.
        possible: u64,
    }
}

impl From<Count> for judged::Count {
    fn from(count: Count) -> judged::Count {
        judged::Count { definite: count.definite, possible: count.possible }
    }
}

stated! {
    /// A fact of the history that shows something.
    #[derive(Copy)]
    Witness from judged::Witness {
        /// The fact's sequence number in the history.
        seq: u64,
        /// When, in microseconds of campaign time.
        at_us(at): u64,
    }
}

stated! {
    /// A gate on the run or on one channel.
    Gate from judged::GateResult {
        /// What is gated.
        kpi: Kpi,
        /// The channel; null is the whole run.
        channel: Option<String>,
        /// The limits in force.
        limits: Limits,
        /// Where it stands.
        band: Band,
        /// Why it is not proved, when it is not.
        because(band): Option<Unproved>,
        /// The value seen: a p95 or a share.
        value: Value,
        /// Its lower bound; for a p95 of a census, for a share at 95 %.
        low: Value,
        /// Its upper bound.
        high: Value,
        /// Orders or changes it rests on.
        samples: u64,
        /// Samples a healthy verdict needs at the events seen; 0 when it has them.
        samples_needed: u64,
        /// Bad events: late changes, failed handoffs, cancelled orders.
        bad: Count,
        /// The first fact that counts against it.
        first_bad: Option<Witness>,
        /// The team that answers.
        owner: String,
        /// The accepted risk that covers it: its place in `accepted_risks`.
        accepted_risk(accepted): Option<usize>,
        /// Money that the bad events stand for, in minor units: that of `impact`, else 0.
        money(impact): i64,
        /// What the bad events touched; null where the record cannot tell.
        #[serde(default)]
        impact: Option<Impact>,
    }
}

/// Money of what bad events touched; nothing where the record cannot tell.
impl Stated<i64> for Option<judged::Impact> {
    fn state(&self, _: &Charter) -> i64 {
        self.map_or(0, |impact| impact.money.0)
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
        /// Not told in time to its channel that it has left; there where a channel asks for it.
        LateDispatch,
        /// Not accepted in time by us; there where orders wait for that.
        LateAcceptance,
    }
}

stated! {
    /// How an invariant fared.
    Invariant from judged::InvariantResult {
        /// Which.
        invariant: InvariantKind,
        /// A definite breach fails the run whatever the gates say.
        must_be_zero: bool,
        /// Breaches, as the invariant counts them: orders, SKUs or changes.
        breaches: Count,
        /// How many things were checked.
        of: u64,
        /// Units concerned.
        units: i64,
        /// Money concerned, in minor units.
        money: i64,
        /// Where it stands.
        band: Band,
        /// Why it is not proved, when it is not.
        because(band): Option<Unproved>,
        /// The first breach.
        first: Option<Witness>,
        /// The order of the first breach: its channel and the channel's running number.
        first_order: Option<Order>,
        /// The team that answers.
        owner: String,
    }
}

stated! {
    /// An order as its channel knows it.
    Order from crate::ids::OrderId {
        /// The channel.
        channel: String,
        /// The channel's running number.
        number: u64,
    }
}
