//! Owns `plan.json`: what a plan implies, stated once; the terminal and the page read this alone.
//! Must not compute: it states an outlook in integers.
//!
//! Times are microseconds of campaign time unless they say wall, shares and chances parts per
//! million, rates thousandths a minute. Counts that are expected are rounded to whole ones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::Finding;
use crate::report::summary::Campaign;
use crate::report::summary::gate::{Kpi, Limits};

/// The version of the contract. Additions keep it; anything else raises it.
pub const SHEET_VERSION: u32 = 1;

/// What a plan implies before it is played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster plan")]
pub struct Sheet {
    /// The version of this contract.
    #[schemars(extend("const" = SHEET_VERSION))]
    pub version: u32,
    /// The version of doorbuster that made it.
    pub doorbuster: String,
    /// What is to be played.
    pub campaign: Campaign,
    /// Its channels.
    pub channels: Vec<String>,
    /// What was assumed of the systems.
    pub assumed: Assumed,
    /// The chance of a GO, as people read it.
    pub headline: String,
    /// What it takes to have a good chance.
    pub needs: String,
    /// What to know, worst first.
    pub findings: Vec<Finding>,
    /// Accepted risks to paste into the scenario, for what the findings leave unproved; empty when
    /// there is nothing to accept.
    pub accepted_risks_yaml: String,
    /// The chance of a GO, conditions included.
    pub go: Go,
    /// Orders to be sent.
    pub orders: Orders,
    /// What the merchant does.
    pub merchant: Merchant,
    /// Calls, in the quietest and in the busiest phase.
    pub calls: Vec<Call>,
    /// Who keeps up.
    pub queues: Vec<Queue>,
    /// The lags that limits alone imply.
    pub lags: Vec<Lag>,
    /// What sells out.
    pub stock: Stock,
    /// What must have happened at all.
    pub proofs: Vec<Proof>,
    /// Each gate on the run and on each channel.
    pub gates: Vec<Gate>,
    /// How fast it goes.
    pub pace: Pace,
    /// The campaign over time.
    pub series: Series,
}

/// What was assumed of the systems.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assumed {
    /// The true share of bad events, as a share of each limit.
    pub of_limit_ppm: u32,
    /// Stated outright instead.
    pub stated: Vec<Stated>,
    /// The design effect, in thousandths; null: from the scenario's skew.
    pub design_effect_milli: Option<u64>,
    /// What an exchange takes at worst, in wall microseconds.
    pub exchange_wall_us: u64,
}

/// A share stated outright.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stated {
    /// Of what.
    pub kpi: Kpi,
    /// The true share of bad events.
    pub bad_ppm: u32,
}

/// The chance of a GO, conditions included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Go {
    /// At least this, whatever gates have to do with each other.
    pub least_ppm: u32,
    /// At most this.
    pub most_ppm: u32,
    /// This, had they nothing to do with each other.
    pub independent_ppm: u32,
    /// The largest share of every limit at which it is at least 90 %; null: not even without fault.
    pub good_at_ppm: Option<u32>,
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
    /// Accepted when every channel knows what is left.
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

/// A queue: workers, or a limit on calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Queue {
    /// Whose.
    pub name: String,
    /// What comes in the quietest phase.
    pub base_per_min_milli: u64,
    /// What comes in the busiest.
    pub peak_per_min_milli: u64,
    /// What it serves; null: a sum for the day.
    pub capacity_per_min_milli: Option<u64>,
    /// What comes ÷ what it serves, in the busiest phase.
    pub utilisation_ppm: u64,
    /// By how much what waits grows in the busiest phase.
    pub growth_per_min_milli: u64,
    /// The most that waits.
    pub backlog_most: u64,
    /// When.
    pub backlog_most_at_us: u64,
    /// How long what comes at the end of the busiest phase waits.
    pub wait_us: u64,
    /// Accepted orders it carries; null: orders cause it no work.
    pub carries_per_min_milli: Option<u64>,
    /// Accepted orders that come in the busiest phase.
    pub brings_per_min_milli: Option<u64>,
    /// When more waits than it keeps, or a quota is used up.
    pub overflows_at_us: Option<u64>,
}

/// A lag that limits alone imply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lag {
    /// Which; handoff success stands for the time to the OMS.
    pub kpi: Kpi,
    /// Where.
    pub channel: String,
    /// The 95th percentile in the quietest phase.
    pub base_p95_us: u64,
    /// … at the end of the busiest.
    pub peak_p95_us: u64,
    /// The limit of a GO.
    pub limit_us: u64,
    /// The share of all samples beyond it.
    pub beyond_ppm: u32,
}

/// What sells out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stock {
    /// SKUs on sale from the start.
    pub on_sale: u64,
    /// How many of them run out.
    pub sold_out: u64,
    /// The share of orders refused because something in them is sold out.
    pub refused_ppm: u32,
    /// The SKUs wanted most, heroes first.
    pub wanted_most: Vec<WantedMost>,
}

/// A SKU that is wanted more than others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WantedMost {
    /// Its name.
    pub sku: String,
    /// The scenario makes it a hero.
    pub hero: bool,
    /// Units there at the start.
    pub stock: i64,
    /// Units wanted by the end.
    pub wanted: u64,
    /// The chance that it sells out.
    pub chance_ppm: u32,
    /// When it has in one campaign of twenty; null: not before the end.
    pub early_us: Option<u64>,
    /// … in half of them.
    pub middle_us: Option<u64>,
    /// … in nineteen of twenty.
    pub late_us: Option<u64>,
}

/// Something that must have happened for a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// What.
    pub what: String,
    /// How often it is expected, in thousandths; null: not counted.
    pub expected_milli: Option<u64>,
    /// The chance that it happens.
    pub chance_ppm: u32,
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
    /// The true share of bad events taken; of a lag, of changes beyond its limit.
    pub bad_ppm: u32,
    /// How much more they vary than independent ones, in thousandths.
    pub design_effect_milli: u64,
    /// Orders or changes expected.
    pub samples: u64,
    /// … with which the chance is 90 %; null: no such number is near.
    pub samples_for_good: Option<u64>,
    /// The fewest that prove it when nothing bad is seen: of what clusters by SKU, exposed SKUs.
    pub needed_clean: u64,
    /// Minutes with changes expected.
    pub minutes: Option<u64>,
    /// SKUs whose empty shelf an order meets.
    pub exposed: Option<u64>,
    /// The share of bad events that limits alone imply.
    pub implied_ppm: u32,
    /// It can hold the run back: the channel carries enough of the orders.
    pub blocks: bool,
    /// Somebody has accepted the risk.
    pub accepted: bool,
    /// The chance that it is proved.
    pub chance_ppm: u32,
    /// … did the systems do no wrong.
    pub flawless_ppm: u32,
    /// What it is short of.
    pub short_of: ShortOf,
    /// How many times as long the campaign must be for a chance of 90 %, in thousandths.
    pub length_milli: Option<u64>,
}

/// What a gate is short of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ShortOf {
    /// Anything that would put it to the test.
    Exercise,
    /// Speed: limits alone imply more than its limit allows.
    Speed,
    /// Minutes that hold a change.
    Minutes,
    /// Changes.
    Changes,
    /// SKUs that run out.
    Exposed,
    /// Orders.
    Orders,
    /// Distance between what is assumed and the limit.
    Margin,
    /// Nothing.
    Nothing,
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
    /// The largest speed that is honest at the exchange assumed.
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
    /// The bytes of `plan.json`: the same plan gives the same bytes.
    ///
    /// # Panics
    /// Never: JSON takes strings and integers under string keys.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .expect("a sheet is strings and integers under string keys: JSON takes it");
        bytes.push(b'\n');
        bytes
    }
}

/// The JSON Schema of `plan.json`, shipped as `schemas/plan.schema.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Sheet).to_value()
}
