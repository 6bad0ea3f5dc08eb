//! Owns the words of a verdict in `summary.json`: verdict, evidence, band, reason, condition, risk.
//! Must not know how they are found (`judge`) nor how they look.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::band::Unproved;
use super::dispatch::{Acceptance, Dispatch};
use super::gate::{Kpi, Limits};
use super::measured::Totals;
use super::mirror::{Stated, mirror, stated};
use super::own_money::OwnMoney;
use crate::history::{Charter, charter, fact};
use crate::judge::judgement as judged;

mirror! {
    /// The answer, on the run or on one channel.
    Verdict from judged::Verdict {
        /// Every gate is healthy.
        Go,
        /// Every gate is proved within its limits; some are in the watch band.
        GoWithConditions,
        /// Something is not proved, nothing failed.
        Inconclusive,
        /// A gate failed.
        NoGo,
    }
}

mirror! {
    /// What the run is evidence about, weakest first.
    Evidence from charter::Evidence {
        /// Mocks and the reference or a described connector: not your systems.
        Model,
        /// Your connector between mock channels and a mock OMS.
        YourConnector,
        /// Real staging endpoints.
        Staging,
        /// Exports or read-only polling of the live estate.
        Operations,
    }
}

mirror! {
    /// How the history ends; a history without an ending is truncated.
    Ending from fact::Ending {
        /// The campaign was played to its end.
        Finished,
        /// Somebody stopped it; what was under way was drained.
        Interrupted,
    }
}

/// One reason for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A gate: its place in `gates`.
    Gate(usize),
    /// An invariant: its place in `invariants`.
    Invariant(usize),
    /// An objective for recovery: its place in `objectives`.
    Objective(usize),
    /// The run as a whole.
    Run(Unproved),
    /// A channel on which orders were wanted and none was accepted, or next to none of those that
    /// it could have taken: its place in `channels`.
    NothingAccepted(usize),
    /// A KPI that the record shows and no gate holds to anything.
    NotGated(Kpi),
    /// Rows of the file that the traffic rests on could not be read: `input` counts them.
    RowsMissing,
}

impl Stated<Reason> for judged::Reason {
    fn state(&self, _: &Charter) -> Reason {
        match *self {
            judged::Reason::Gate(place) => Reason::Gate(place),
            judged::Reason::Invariant(place) => Reason::Invariant(place),
            judged::Reason::Objective(place) => Reason::Objective(place),
            judged::Reason::Run(why) => Reason::Run(why.into()),
            judged::Reason::NothingAccepted(channel) => Reason::NothingAccepted(channel.index()),
            judged::Reason::NotGated(kpi) => Reason::NotGated(kpi.into()),
            judged::Reason::RowsMissing => Reason::RowsMissing,
        }
    }
}

/// A channel: its verdict and its totals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Channel {
    /// Its name in the scenario.
    pub name: String,
    /// The verdict on this channel alone.
    pub verdict: Verdict,
    /// Its share of the orders wanted, in parts per million.
    pub share_ppm: u32,
    /// It has too few samples, but carries too few orders to block the run.
    pub too_small_to_block: bool,
    /// Why, worst first.
    pub reasons: Vec<Reason>,
    /// What it was told to show of the stock; absent in a summary of before this was said.
    #[serde(default)]
    pub stock_rule: Option<StockRule>,
    /// The locations that serve it, by their names; absent where all stock lies in one place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// Its own currency, tax basis and rounding; absent where it charges what the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_money: Option<OwnMoney>,
    /// Whether we accepted its orders in time; absent where they do not wait for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
    /// Whether it was told in time what has left; absent where it asks for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch: Option<Dispatch>,
    /// What happened on it.
    pub totals: Totals,
}

stated! {
    /// What a channel is to show of what is available: min(shows at most, available × allocation −
    /// held back).
    #[derive(Copy)]
    StockRule from charter::StockRule {
        /// The share of available stock that it may offer, in parts per million.
        allocation_ppm(allocation): u32,
        /// Units held back from it.
        holds_back: i64,
        /// The most units that it shows; null where there is no cap.
        shows_at_most: Option<i64>,
        /// It shows only whether that is any: 1 is in stock, 0 out of it. Absent where it shows
        /// quantities.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        in_or_out: bool,
    }
}

/// A gate in the watch band: the run may go ahead while its owner watches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    /// The gate's place in `gates`.
    pub gate: usize,
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; null is the whole run.
    pub channel: Option<String>,
    /// The team that answers.
    pub owner: String,
}

/// A gate whose limits are looser than the standard ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoosenedLimit {
    /// What is gated.
    pub kpi: Kpi,
    /// The limits in force.
    pub limits: Limits,
    /// The standard ones.
    pub standard: Limits,
}

/// A promise that is looser than the standard one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoosenedPromise {
    /// Its key in `promises:`.
    pub promise: String,
    /// The time in force, in microseconds.
    pub in_force_us: u64,
    /// The standard one.
    pub standard_us: u64,
}

/// A limit of load honesty that is weaker than the standard one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoosenedHonesty {
    /// Which: `sent at least`, `coarse share` (parts per million) or `lateness p99` (microseconds
    /// of wall time).
    pub limit: String,
    /// The limit in force.
    pub in_force: u64,
    /// The standard one.
    pub standard: u64,
}

/// A risk that somebody has accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedRisk {
    /// The gate that may be unproved or failed.
    pub kpi: Kpi,
    /// The channel; null is the whole run.
    pub channel: Option<String>,
    /// Why it is acceptable.
    pub why: String,
    /// Who accepted it.
    pub by: String,
    /// The last civil day it holds.
    pub until: String,
    /// Void: the campaign starts after `until`. It counted for nothing.
    pub expired: bool,
    /// The gates it covers in this run, by their places in `gates`; empty when it was not needed.
    pub covers: Vec<usize>,
}
