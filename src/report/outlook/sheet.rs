//! Owns `plan.json`: what a plan implies, stated once; the terminal and the page read this alone.
//! Must not compute: it states an outlook, and what a few afternoons showed, in integers.
//!
//! Times are microseconds of campaign time unless they say wall, shares and chances parts per
//! million, rates thousandths a minute. Counts that are expected are rounded to whole ones.

mod played;

pub use played::{Played, Queue, Range, RuleOut, RunsOut};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::Finding;
use crate::report::publish::json;
use crate::report::summary::Campaign;
use crate::report::summary::band::Unproved;
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::summary::mirror::{Stated, stated};
use crate::study::preview;

/// The version of the contract. Additions keep it; anything else raises it.
pub const SHEET_VERSION: u32 = 3;

/// What a plan implies before it is played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster plan")]
pub struct Sheet {
    /// The version of this contract.
    #[schemars(extend("const" = SHEET_VERSION))]
    pub version: u32,
    /// The version of doorbuster that made it.
    pub doorbuster: String,
    /// The scenario as it was typed, as one word of a shell.
    #[serde(default)]
    pub scenario: String,
    /// What is to be played.
    pub campaign: Campaign,
    /// Its channels.
    pub channels: Vec<String>,
    /// How the plan stands, as people read it.
    pub headline: String,
    /// What that rests on.
    pub chance: String,
    /// What to know, worst first.
    pub findings: Vec<Finding>,
    /// Accepted risks to paste into the scenario, for gates that cannot be proved; empty when there
    /// is nothing to accept.
    pub accepted_risks_yaml: String,
    /// What a few afternoons showed; null: none was played.
    pub played: Option<Played>,
    /// Orders to be sent.
    pub orders: Orders,
    /// What the merchant does.
    pub merchant: Merchant,
    /// Calls, in the quietest and in the busiest phase.
    pub calls: Vec<Call>,
    /// What comes against what can be served.
    pub loads: Vec<Load>,
    /// Retries that limits outlast.
    pub given_up: Vec<GivenUp>,
    /// The least lags that the plan's own times imply.
    pub lags: Vec<Lag>,
    /// SKUs on sale from the start.
    pub on_sale: u64,
    /// What must have happened at all.
    pub proofs: Vec<Proof>,
    /// Each gate on the run and on each channel.
    pub gates: Vec<Gate>,
    /// How fast it goes.
    pub pace: Pace,
    /// The campaign over time.
    pub series: Series,
}

/// Orders to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Orders {
    /// Counts are Poisson; else they are a log's and known.
    pub drawn: bool,
    /// The run first, then each channel.
    pub scopes: Vec<OrderScope>,
    /// The highest rate of orders.
    pub peak_per_min_milli: u64,
    /// When it is first reached.
    pub peak_at_us: u64,
    /// The quietest phase that sells, by its place.
    pub quiet_phase: u32,
    /// The busiest phase, by its place.
    pub busy_phase: u32,
    /// Lines offered.
    pub lines: u64,
    /// Units offered.
    pub units: u64,
}

/// Orders of one channel, or of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderScope {
    /// The channel; null is the run.
    pub channel: Option<String>,
    /// Over the whole campaign.
    pub all: OrderCount,
    /// By phase.
    pub phases: Vec<OrderCount>,
}

/// A number of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCount {
    /// Expected.
    pub offered: u64,
    /// Nine campaigns in ten lie within this of it.
    pub give_or_take: u64,
    /// Accepted, as the afternoons played took them; all of them where none was played.
    pub accepted: u64,
}

/// What the merchant does in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Merchant {
    /// Receipts of a SKU.
    pub receipts: u64,
    /// Stock corrections.
    pub corrections: u64,
    /// Returns of a log.
    pub returns: u64,
    /// Single price changes.
    pub repriced: u64,
    /// Prices set by promotions, their ends included.
    pub promoted: u64,
    /// New listings.
    pub listings: u64,
}

/// A kind of call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// What is asked.
    pub call: String,
    /// The channel that answers or tells, or the connector that asks the OMS.
    pub of: String,
    /// In the quietest phase.
    pub base_per_min_milli: u64,
    /// In the busiest.
    pub peak_per_min_milli: u64,
}

/// What comes to workers, or to a limit on calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Load {
    /// Whose it is.
    pub name: String,
    /// What is served: every rate but those of orders counts these.
    pub counts: Counts,
    /// What comes in the quietest phase.
    pub base_per_min_milli: u64,
    /// What comes in the busiest.
    pub peak_per_min_milli: u64,
    /// What is served; null: a sum for the day.
    pub capacity_per_min_milli: Option<u64>,
    /// What comes ÷ what is served, in the busiest phase.
    pub utilisation_ppm: u64,
    /// Accepted orders it carries; null: orders cause it no work.
    pub carries_per_min_milli: Option<u64>,
    /// Accepted orders that come in the busiest phase.
    pub brings_per_min_milli: Option<u64>,
    /// When a quota is used up.
    pub used_up_at_us: Option<u64>,
    /// Keys of the scenario that would give more room.
    pub keys: Vec<String>,
}

/// What workers or a limit serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// Tasks of a connector.
    Jobs,
    /// Calls, each of which may carry a batch.
    Calls,
}

/// Updates that a channel's limit cannot take before the connector gives up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GivenUp {
    /// Who throttles.
    pub channel: String,
    /// Whose limit on what.
    pub limit: String,
    /// Who gives up.
    pub connector: String,
    /// After so many attempts.
    pub attempts: u32,
    /// The longest between the first and the last of them.
    pub patience_us: u64,
    /// Updates given up, about.
    pub updates: u64,
    /// Keys of the scenario that would spare them.
    pub keys: Vec<String>,
}

/// The least lag that the plan's own times imply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lag {
    /// Which; handoff success stands for the time to the OMS.
    pub kpi: Kpi,
    /// Where.
    pub channel: String,
    /// About where the 95th percentile lies before anything waits.
    pub p95_us: u64,
    /// The limit of a GO.
    pub limit_us: u64,
    /// At least this share of all samples is beyond it.
    pub beyond_ppm: u32,
    /// Keys of the scenario that would make it less.
    pub keys: Vec<String>,
}

/// Something that must have happened for a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// What.
    pub what: String,
    /// How often it is expected in an afternoon, in thousandths.
    pub expected_milli: u64,
}

/// A gate on the run or on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// What is gated.
    pub kpi: Kpi,
    /// Where; null is the run.
    pub channel: Option<String>,
    /// The limits in force.
    pub limits: Limits,
    /// Orders or changes expected in an afternoon.
    pub samples: u64,
    /// The fewest that prove it when nothing bad is seen: of what clusters by SKU, SKUs that ran
    /// out.
    pub needed: u64,
    /// Minutes with changes expected.
    pub minutes: Option<u64>,
    /// SKUs that run out, where that is what counts and an afternoon was played.
    pub exposed: Option<u64>,
    /// It can hold the run back: the channel carries enough of the orders.
    pub blocks: bool,
    /// Somebody has accepted the risk.
    pub accepted: bool,
    /// What it takes to prove it, were nothing bad ever seen.
    pub provable: Provable,
    /// Afternoons that it takes together; null: no number does.
    #[serde(rename = "afternoons_needed")]
    pub replications_needed: Option<u64>,
    /// The share of samples that the plan's own times put beyond the limit at least, where that is
    /// more than it allows.
    pub beyond_ppm: Option<u32>,
    /// Where it stood in the afternoons played.
    pub stood: Option<Stood>,
}

/// What it takes to prove a gate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Provable {
    /// One run.
    InOneRun,
    /// Several afternoons together.
    Together,
    /// Nothing it counts ever happens.
    NothingCounted,
    /// Orders are offered, and none is accepted.
    NothingTaken,
    /// Too little happens, however many are taken together.
    TooFew,
    /// The plan's own times are beyond the limit.
    TooLate,
}

stated! {
    /// Where a gate stood in the afternoons played. Whether they lie within its limit and whether
    /// one of them proves it are two questions.
    #[derive(Copy)]
    Stood from preview::GateStood {
        /// Afternoons within its limit, by what was counted in each.
        within: u64,
        /// … beyond it.
        beyond: u64,
        /// Of those within, whose count lies beyond it, of so few orders that chance decides.
        #[serde(default)]
        by_chance: u64,
        /// Of all of them those that prove neither by themselves.
        unproved: u64,
        /// Why not, in most of those.
        why: Option<Unproved>,
    }
}

/// How fast it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pace {
    /// Campaign seconds a wall second, in thousandths.
    pub speed_milli: u64,
    /// How long the traffic takes.
    pub traffic_wall_us: u64,
    /// The most that draining adds.
    pub drain_wall_us_max: u64,
    /// The shortest duration that a gate rests on.
    pub shortest_us: Option<u64>,
    /// The share of it that an exchange or a stall may take.
    pub coarse_share_ppm: u32,
    /// How long the quickest connector is stated to work on a job in the mean.
    #[serde(default)]
    pub work_us: Option<u64>,
    /// What an exchange is taken to take at worst.
    pub exchange_wall_us: u64,
    /// The largest speed at which that is honest.
    pub speed_milli_max: Option<u64>,
    /// The slowest exchange that is honest at the scenario's speed.
    pub exchange_wall_us_max: Option<u64>,
    /// Calls a wall second in the busiest phase.
    pub calls_per_wall_s_milli: u64,
    /// … at the largest honest speed.
    pub calls_per_wall_s_milli_max: Option<u64>,
}

/// The campaign over time, in windows of one width.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// The width.
    pub width_us: u64,
    /// By channel.
    pub channels: Vec<ChannelSeries>,
}

/// A channel over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelSeries {
    /// Orders offered, a minute, in thousandths.
    pub offered_per_min_milli: Vec<u64>,
    /// The share of them accepted.
    pub accepted_ppm: Vec<u32>,
    /// Stock updates it is to get, a minute, in thousandths.
    pub updates_per_min_milli: Vec<u64>,
    /// Stock updates that its limits let through, a minute, in thousandths; null: no limit.
    pub limit_per_min_milli: Option<u64>,
}

impl Sheet {
    /// The command that gives the verdict.
    pub(super) fn simulate(&self) -> String {
        format!("doorbuster simulate {}", self.scenario)
    }

    /// What to do where a GO is in doubt.
    pub(super) fn advise(&self) -> String {
        format!("`doorbuster advise {}` finds what to change", self.scenario)
    }

    /// The bytes of `plan.json`: the same plan gives the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }
}

/// The JSON Schema of `plan.json`, shipped as `schemas/plan.schema.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Sheet).to_value()
}
