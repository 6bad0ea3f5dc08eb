//! Owns what several afternoons of one scenario say: means with their t intervals, and whether two
//! scenarios differ by more than afternoons do. Must not look inside an afternoon.

use super::alike::{number, replications_of, same_gate, same_shoppers};
use super::{Difference, Given, Party, Seen, estimated};
use crate::report::summary::gate::{Count, Gate, Limits};

/// Whether both scenarios met the same shoppers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draws {
    /// Afternoon by afternoon.
    Common,
    /// Each its own.
    Own,
}

/// Places of the afternoons that both met on the same shoppers.
pub(super) fn pairs(a: &[&Given], b: &[&Given]) -> Vec<(usize, usize)> {
    let same = |one: &Given| b.iter().position(|two| same_shoppers(&one.summary, &two.summary));
    a.iter().enumerate().filter_map(|(i, one)| Some((i, same(one)?))).collect()
}

/// What the afternoons saw of a KPI: one value each; none where one of them saw none.
fn values(replications: &[&Given], gate: &Gate) -> Option<Vec<f64>> {
    let value = |given: &&Given| {
        let gate = same_gate(&given.summary, gate)?;
        let whole = number(gate.value)? as f64;
        Some(match gate.limits {
            Limits::LagP95Us { .. } => whole,
            Limits::AtMostPpm { .. } => ppm(gate),
            Limits::AtLeastPpm { .. } => 1e6 - ppm(gate),
        })
    };
    replications.iter().map(value).collect()
}

/// The share of bad events in parts per million, not rounded.
fn ppm(gate: &Gate) -> f64 {
    gate.bad.definite as f64 * 1e6 / gate.samples.max(1) as f64
}

/// What several afternoons saw of a KPI.
pub(super) fn seen(replications: &[&Given], gate: &Gate) -> Seen {
    let gates: Vec<&Gate> =
        replications.iter().filter_map(|given| same_gate(&given.summary, gate)).collect();
    let bad = gates.iter().fold(Count::default(), |sum, gate| Count {
        definite: sum.definite + gate.bad.definite,
        possible: sum.possible + gate.bad.possible,
    });
    let samples = gates.iter().map(|gate| gate.samples).sum();
    let all = (gates.len() as u64, samples, bad);
    estimated::seen(gate.kpi, all, values(replications, gate).as_deref())
}

/// Every KPI that both have, over their afternoons.
pub(super) fn differences(baseline: &Party, other: &Party, draws: Draws) -> Vec<Difference> {
    let (mut a, mut b) = (replications_of(baseline), replications_of(other));
    if draws == Draws::Common {
        let pairs = pairs(&a, &b);
        (a, b) = pairs.into_iter().map(|(i, j)| (a[i], b[j])).unzip();
    }
    let both = a[0].summary.gates.iter().filter(|gate| same_gate(&b[0].summary, gate).is_some());
    both.map(|gate| difference(&a, &b, gate, draws)).collect()
}

fn difference(a: &[&Given], b: &[&Given], gate: &Gate, draws: Draws) -> Difference {
    let both = [seen(a, gate), seen(b, gate)];
    let blank = Difference::blank(gate.kpi, gate.channel.as_deref(), both);
    let less =
        |(one, two): (Vec<f64>, Vec<f64>)| estimated::less(&one, &two, draws == Draws::Common);
    estimated::differing(blank, values(a, gate).zip(values(b, gate)).map(less))
}
