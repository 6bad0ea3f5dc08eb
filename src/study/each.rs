//! Owns what is kept of each replication beside what all come to: enough to hold two studies
//! against each other replication by replication. Must not know statistics.

use super::chance::RUNS_MOST;
use super::replication::{Replication, Sales};
use crate::judge::judgement::Measure;

/// The figures of one replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The seed that plays it again.
    pub seed: u64,
    /// It lies within every limit.
    pub in_band: bool,
    /// What was sold.
    pub sales: Sales,
    /// The value of each gate, in the judgement's order.
    pub values: Vec<Measure>,
}

/// The figures of the replications that count, in the order of their seeds; of more than anybody
/// looks at the first, so that a file of a hundred thousand replications can still be opened.
pub(super) fn figures(replications: &[Replication]) -> Vec<Figures> {
    let count = replications.iter().filter(|replication| replication.spoilt.is_none());
    let figures = |replication: &Replication| Figures {
        seed: replication.seed,
        in_band: replication.in_band,
        sales: replication.sales,
        values: replication.gates.iter().map(|gate| gate.value).collect(),
    };
    count.take(RUNS_MOST).map(figures).collect()
}
