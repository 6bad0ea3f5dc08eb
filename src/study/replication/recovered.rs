//! Owns what is kept of a replication's objectives for recovery. Must not judge by them.

use crate::history::charter::Objective;
use crate::judge::judgement::{Band, ObjectiveResult};

/// How an objective for recovery fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectiveSeen {
    /// What was asked.
    pub objective: Objective,
    /// Where it stands.
    pub band: Band,
    /// The worst that it came to, as in the judgement.
    pub worst: Option<u64>,
}

impl ObjectiveSeen {
    pub(super) fn of(result: &ObjectiveResult) -> ObjectiveSeen {
        ObjectiveSeen { objective: result.objective, band: result.band, worst: result.worst }
    }
}
