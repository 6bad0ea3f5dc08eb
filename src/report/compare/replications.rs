//! Owns what several afternoons of one scenario say: means with their t intervals, and whether two
//! scenarios differ by more than afternoons do. Must not look inside an afternoon.

use super::alike::{number, p_ppm, replications_of, same_gate, same_shoppers};
use super::{Difference, Finding, Given, Party, Seen};
use crate::report::summary::gate::{Count, Gate, Limits, Value};
use crate::study::estimate::Estimate;

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

/// A number as a value of the gate's kind, within what there can be.
fn value_of(gate: &Gate, number: f64) -> Value {
    match gate.limits {
        Limits::LagP95Us { .. } => Value::LagUs(number.max(0.0).round() as u64),
        Limits::AtMostPpm { .. } | Limits::AtLeastPpm { .. } => {
            Value::SharePpm(number.clamp(0.0, 1e6).round() as u32)
        }
    }
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
    let blank = Seen {
        replications: gates.len() as u64,
        value: Value::Absent,
        low: Value::Absent,
        high: Value::Absent,
        least: Value::Absent,
        most: Value::Absent,
        samples,
        bad,
    };
    let Some(values) = values(replications, gate) else {
        return blank;
    };
    let estimate = Estimate::of(&values);
    let (low, high) = estimate.interval();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let [value, low, high, least, most] =
        [estimate.mean, low, high, least, most].map(|number| value_of(gate, number));
    Seen { value, low, high, least, most, ..blank }
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
    let blank = Difference {
        kpi: gate.kpi,
        channel: gate.channel.clone(),
        baseline: seen(a, gate),
        other: seen(b, gate),
        by: None,
        by_low: None,
        by_high: None,
        p_ppm: None,
        used_ppm: None,
        finding: Finding::NotComparable,
    };
    let Some((one, two)) = values(a, gate).zip(values(b, gate)) else {
        return blank;
    };
    let estimate = match draws {
        Draws::Common => {
            let each: Vec<f64> = one.iter().zip(&two).map(|(a, b)| b - a).collect();
            Estimate::of(&each)
        }
        Draws::Own => Estimate::of(&two).less(Estimate::of(&one)),
    };
    let (low, high) = estimate.interval();
    let [by, by_low, by_high] = [estimate.mean, low, high].map(|by| Some(by.round() as i64));
    let p_ppm = estimate.p_value().map(p_ppm);
    Difference { by, by_low, by_high, p_ppm, finding: Finding::NotShown, ..blank }
}
