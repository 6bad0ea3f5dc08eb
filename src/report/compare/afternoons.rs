//! Owns what several afternoons of one scenario say: means with their t intervals, and whether two
//! scenarios differ by more than afternoons do. Must not look inside an afternoon.
//!
//! Student's t over the afternoons' values, pair by pair where both scenarios met the same
//! shoppers, else Welch's (Welch, "The generalization of Student's problem when several different
//! population variances are involved", Biometrika 34, 1947).

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::alike::{afternoons_of, number, p_ppm, same_gate, same_shoppers};
use super::{Difference, Finding, Given, Party, Seen};
use crate::report::summary::gate::{Count, Gate, Limits, Value};

/// Half of the risk of an interval.
const TAIL: f64 = 0.025;

/// Whether both scenarios met the same shoppers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draws {
    /// Afternoon by afternoon.
    Common,
    /// Each its own.
    Own,
}

/// A mean with how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) mean: f64,
    /// Its standard error; zero where every afternoon was the same.
    error: f64,
    freedom: f64,
}

impl Estimate {
    pub(super) fn of(values: &[f64]) -> Estimate {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let freedom = (n - 1.0).max(1.0);
        Estimate { mean, error: (spread / freedom / n).sqrt(), freedom }
    }

    /// The difference of two means, by Welch.
    pub(super) fn less(self, baseline: Estimate) -> Estimate {
        let [a, b] = [baseline, self].map(|estimate| estimate.error.powi(2));
        let both = a + b;
        let parts = a.powi(2) / baseline.freedom + b.powi(2) / self.freedom;
        let freedom = if parts > 0.0 { both.powi(2) / parts } else { 1.0 };
        Estimate { mean: self.mean - baseline.mean, error: both.sqrt(), freedom }
    }

    fn student(self) -> StudentsT {
        StudentsT::new(0.0, 1.0, self.freedom.max(1.0)).expect("its degrees of freedom are ≥ 1")
    }

    pub(super) fn interval(self) -> (f64, f64) {
        let half = self.student().inverse_cdf(1.0 - TAIL) * self.error;
        (self.mean - half, self.mean + half)
    }

    /// The p-value of "the mean is zero"; none where every afternoon was the same, because then
    /// nothing is known of how they vary.
    pub(super) fn p_value(self) -> Option<f64> {
        let t = (self.mean / self.error).abs();
        (self.error > 0.0).then(|| (2.0 * self.student().cdf(-t)).min(1.0))
    }
}

/// Places of the afternoons that both met on the same shoppers.
pub(super) fn pairs(a: &[&Given], b: &[&Given]) -> Vec<(usize, usize)> {
    let same = |one: &Given| b.iter().position(|two| same_shoppers(&one.summary, &two.summary));
    a.iter().enumerate().filter_map(|(i, one)| Some((i, same(one)?))).collect()
}

/// What the afternoons saw of a KPI: one value each; none where one of them saw none.
fn values(afternoons: &[&Given], gate: &Gate) -> Option<Vec<f64>> {
    let value = |given: &&Given| {
        let gate = same_gate(&given.summary, gate)?;
        let whole = number(gate.value)? as f64;
        Some(match gate.limits {
            Limits::LagP95Us { .. } => whole,
            Limits::AtMostPpm { .. } => ppm(gate),
            Limits::AtLeastPpm { .. } => 1e6 - ppm(gate),
        })
    };
    afternoons.iter().map(value).collect()
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
pub(super) fn seen(afternoons: &[&Given], gate: &Gate) -> Seen {
    let gates: Vec<&Gate> =
        afternoons.iter().filter_map(|given| same_gate(&given.summary, gate)).collect();
    let bad = gates.iter().fold(Count::default(), |sum, gate| Count {
        definite: sum.definite + gate.bad.definite,
        possible: sum.possible + gate.bad.possible,
    });
    let samples = gates.iter().map(|gate| gate.samples).sum();
    let blank = Seen {
        afternoons: gates.len() as u64,
        value: Value::Absent,
        low: Value::Absent,
        high: Value::Absent,
        least: Value::Absent,
        most: Value::Absent,
        samples,
        bad,
    };
    let Some(values) = values(afternoons, gate) else {
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
    let (mut a, mut b) = (afternoons_of(baseline), afternoons_of(other));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(seen: f64, truth: f64, within: f64) {
        assert!((seen - truth).abs() <= within, "{seen} is not {truth}");
    }

    /// "Student" 1908, hours of sleep gained by ten patients under two drugs: the paired test's
    /// t = 4.0621, p = 0.002833; Welch's t = 1.8608 on 17.776 degrees, p = 0.07939.
    #[test]
    fn students_sleep_gives_the_published_tests() {
        let one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let each: Vec<f64> = one.iter().zip(&two).map(|(a, b)| b - a).collect();
        let paired = Estimate::of(&each);
        close(paired.mean / paired.error, 4.0621, 5e-5);
        close(paired.p_value().unwrap(), 0.002_833, 5e-7);
        let (low, high) = paired.interval();
        close(low, 0.700_114, 1e-6);
        close(high, 2.459_886, 1e-6);
        let welch = Estimate::of(&two).less(Estimate::of(&one));
        close(welch.mean / welch.error, 1.8608, 5e-5);
        close(welch.freedom, 17.776, 5e-4);
        close(welch.p_value().unwrap(), 0.079_39, 5e-6);
        let (low, high) = welch.interval();
        close(low, -0.205_483, 1e-6);
        close(high, 3.365_483, 1e-6);
    }

    #[test]
    fn afternoons_that_are_all_the_same_prove_nothing() {
        let same = Estimate::of(&[3.0, 3.0, 3.0]);
        assert_eq!((same.error, same.p_value()), (0.0, None));
        assert_eq!(same.less(Estimate::of(&[1.0, 1.0])).p_value(), None);
        let varied = Estimate::of(&[5.0, 6.0, 7.0]).less(same);
        assert!(varied.p_value().is_some() && (varied.freedom - 2.0).abs() < 1e-9);
    }
}
