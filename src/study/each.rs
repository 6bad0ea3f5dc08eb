//! Owns what is kept of each afternoon beside what all come to: enough to hold two studies against
//! each other afternoon by afternoon. Must not know statistics.

use super::afternoon::{Afternoon, Sales};
use super::chance::RUNS_MOST;
use crate::judge::judgement::Measure;

/// The figures of one afternoon.
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

/// The figures of the afternoons that count, in the order of their seeds; of more than anybody
/// looks at the first, so that a file of a hundred thousand afternoons can still be opened.
pub(super) fn figures(afternoons: &[Afternoon]) -> Vec<Figures> {
    let count = afternoons.iter().filter(|afternoon| afternoon.spoilt.is_none());
    let figures = |afternoon: &Afternoon| Figures {
        seed: afternoon.seed,
        in_band: afternoon.in_band,
        sales: afternoon.sales,
        values: afternoon.gates.iter().map(|gate| gate.value).collect(),
    };
    count.take(RUNS_MOST).map(figures).collect()
}
