//! Owns what a judgement says of objectives for recovery. Must not know how one is held.

use super::Band;
use crate::history::charter::Objective;
use crate::units::At;

/// How an objective fared over all disturbances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveResult {
    /// What was asked.
    pub objective: Objective,
    /// Where it stands: healthy is kept, failed is missed; watch is none.
    pub band: Band,
    /// Disturbances in which it was kept, …
    pub kept: u64,
    /// … was missed, …
    pub missed: u64,
    /// … of which it is not known.
    pub open: u64,
    /// The worst that any came to, of those of which it is known: microseconds, or orders; none
    /// where none is, or an order never came.
    pub worst: Option<u64>,
    /// The beginning of the first disturbance that it was missed in; else of the first of which it
    /// is not known.
    pub first: Option<At>,
    /// The team that answers.
    pub owner: String,
}
