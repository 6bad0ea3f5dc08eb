//! Owns what `plan.json` says of the afternoons that were played. Must not compute.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::judge::judgement::Invariant;
use crate::report::summary::gate::InvariantKind;
use crate::report::summary::mirror::{Stated, stated};
use crate::study::preview;

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

stated! {
    /// A rule that put afternoons out of band.
    #[derive(Copy)]
    RuleOut from (Invariant, usize) {
        /// Which.
        rule(0): InvariantKind,
        /// In how many.
        #[serde(rename = "afternoons")]
        replications(1): u64,
    }
}

stated! {
    /// The least, the median and the most over the afternoons.
    #[derive(Copy)]
    Range from preview::Range {
        /// The least.
        least: u64,
        /// The middle one; of two the smaller.
        median: u64,
        /// The most.
        most: u64,
    }
}

stated! {
    /// When a SKU ran out.
    RunsOut from preview::RunsOut {
        /// Its name.
        sku: String,
        /// The scenario makes it a hero.
        hero: bool,
        /// Units there at the start.
        stock: i64,
        /// Afternoons in which it ran out.
        #[serde(rename = "in_afternoons")]
        in_replications: u64,
        /// When; null: it never did.
        at_us: Option<Range>,
    }
}

stated! {
    /// A connector's queue.
    Queue from preview::DeepestQueue {
        /// Whose.
        connector: String,
        /// Jobs waiting at once, at most.
        depth: Range,
        /// The 95th percentile of the wait of the kind of job that waits longest.
        wait_us: Range,
    }
}
