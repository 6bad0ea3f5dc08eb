//! Owns what `plan.json` says of the afternoons that were played. Must not compute.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::summary::gate::InvariantKind;

/// What a few simulated afternoons showed: the first that `simulate` plays of the same scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Played {
    /// How many.
    #[serde(rename = "afternoons")]
    pub replications: u64,
    /// The seed of the first; the others follow.
    pub first_seed: u64,
    /// In how many of them every limit was kept: the share in band of `simulate`.
    pub good: u64,
    /// Rules that kept afternoons out of those, whatever the gates say.
    pub rules_out: Vec<RuleOut>,
    /// Gates that all of them together prove to be beyond their limit.
    #[serde(default)]
    pub failed_together: Vec<String>,
    /// Gates that no number of such afternoons proves: what they guard against comes up too seldom.
    #[serde(default)]
    pub never_proved: Vec<String>,
    /// The chance of such a one is at least this (95 %, one-sided).
    pub low_ppm: u32,
    /// … at most this.
    pub high_ppm: u32,
    /// SKUs that ran out.
    pub sold_out: Range,
    /// Heroes, or the SKUs that run out first.
    pub run_outs: Vec<RunsOut>,
    /// By connector.
    pub queues: Vec<Queue>,
    /// Updates given up after throttling, by channel.
    pub given_up: Vec<Range>,
    /// Orders accepted.
    pub accepted: Range,
    /// Of them cancelled for want of stock.
    pub cancelled: Range,
    /// Units oversold.
    pub oversold_units: Range,
    /// Money of the sales kept in a middling afternoon.
    pub kept_minor: i64,
}

/// A rule that put afternoons out of band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleOut {
    /// Which.
    pub rule: InvariantKind,
    /// In how many.
    #[serde(rename = "afternoons")]
    pub replications: u64,
}

/// The least, the median and the most over the afternoons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// The least.
    pub least: u64,
    /// The middle one; of two the smaller.
    pub median: u64,
    /// The most.
    pub most: u64,
}

/// When a SKU ran out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunsOut {
    /// Its name.
    pub sku: String,
    /// The scenario makes it a hero.
    pub hero: bool,
    /// Units there at the start.
    pub stock: i64,
    /// Afternoons in which it ran out.
    #[serde(rename = "in_afternoons")]
    pub in_replications: u64,
    /// When; null: it never did.
    pub at_us: Option<Range>,
}

/// A connector's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Queue {
    /// Whose.
    pub connector: String,
    /// Jobs waiting at once, at most.
    pub depth: Range,
    /// The 95th percentile of the wait of the kind of job that waits longest.
    pub wait_us: Range,
}
