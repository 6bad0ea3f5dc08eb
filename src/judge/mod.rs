//! Owns judgement: what a history means, from the history alone.
//! Must not know `commerce` or `drive`: it must not inherit their bugs.
//!
//! Start at [`Fold`]: it eats facts, live or from disk, and judges at any time. The definitions of
//! every number are in docs/measures.md.

mod acceptance;
mod accepting;
mod admission;
mod ahead;
mod alarms;
mod answers;
mod asked;
mod begun;
mod bits;
mod books;
pub(crate) mod bounds;
mod breaches;
mod bundled;
mod chains;
mod change;
mod charged;
mod checklist;
mod closing;
mod coarse;
mod coverage;
mod dispatch;
mod edges;
mod edited;
mod endings;
mod errors;
mod fold;
mod gates;
mod glance;
mod handoff;
mod harness;
mod hist;
mod holders;
mod injected;
mod invariants;
pub mod judgement;
mod kept;
mod lag;
mod ledger;
mod load;
mod looks;
mod minutes;
mod mismatch;
mod objectives;
mod occupancy;
mod operated;
mod orders;
mod outside;
mod pricelist;
mod prices;
mod queues;
mod recent;
mod recovery;
mod refusal;
mod release;
mod run;
mod running;
mod runouts;
mod shares;
mod sources;
mod spoilt;
mod standing;
mod stems;
mod story;
mod stuck;
mod supply;
mod taken;
mod tally;
mod terms;
mod tills;
mod toll;
mod totals;
mod under_way;
mod ungated;
mod untaken;
mod verdict;
mod versions;
mod weights;
mod windows;
mod witnesses;
mod wrong;

pub use fold::Fold;
pub use glance::{ChannelGlance, ConnectorGlance, Firing, Glance};

pub use judgement::Judgement;
pub use refusal::NotAHistory;
pub use under_way::UnderWay;
pub use ungated::{SENT_AWAY, SENT_AWAY_MIN};
pub(crate) use verdict::of_input;

/// The bar itself, for what is said before a run or over many: with these a plan is held to
/// what its verdict will be held to.
pub(crate) mod bar {
    pub(crate) use super::bounds::{at_least, lower_at, samples_needed, upper_at};
    pub(crate) use super::coarse::{shortest_duration, shortest_work};
    pub(crate) use super::gates::{LAG_MINUTES_MIN, LAG_SAMPLES_MIN, LATE_MAX, owner};
    pub(crate) use super::objectives::is_in_the_way;
    pub(crate) use super::shares::{EXPOSED_MIN, bad_limits};
    pub(crate) use super::verdict::stands_in_the_way;
    pub(crate) use super::weights::{SHARE_TO_BLOCK, is_dead, is_expected};
}

#[cfg(test)]
mod accepting_tests;
#[cfg(test)]
mod alarms_tests;
#[cfg(test)]
mod apart_tests;
#[cfg(test)]
mod believed_tests;
#[cfg(test)]
mod cause_tests;
#[cfg(test)]
mod checklist_tests;
#[cfg(test)]
mod contrary_tests;
#[cfg(test)]
mod dispatch_tests;
#[cfg(test)]
mod edge_tests;
#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod flags_tests;
#[cfg(test)]
mod gate_tests;
#[cfg(test)]
mod glance_tests;
#[cfg(test)]
mod harness_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod injected_tests;
#[cfg(test)]
mod invariant_tests;
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod located_tests;
#[cfg(test)]
mod objectives_tests;
#[cfg(test)]
mod observed_tests;
#[cfg(test)]
mod partial_tests;
#[cfg(test)]
mod recovery_tests;
#[cfg(test)]
mod shown_tests;
#[cfg(test)]
mod taken_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tills_tests;
#[cfg(test)]
mod totals_tests;
#[cfg(test)]
mod ungated_tests;
#[cfg(test)]
mod verdict_tests;
#[cfg(test)]
mod version_tests;
#[cfg(test)]
mod window_tests;
