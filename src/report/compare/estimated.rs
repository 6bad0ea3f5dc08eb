//! Owns what numbers of several afternoons come to, one a piece: means with their t intervals, and
//! how two of them differ. Must not know where the numbers come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alike::p_ppm;
use super::{Difference, Finding, Seen};
use crate::report::summary::gate::{Count, Kpi, Value};
use crate::report::words::limits::lag_of;
use crate::study::estimate::Estimate;

/// Sales kept, less those of the baseline; of several afternoons the mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptDifference {
    /// Money in minor units.
    pub money: i64,
    /// The 95 % t interval over afternoons; null for one afternoon each.
    pub money_low: Option<i64>,
    /// Its upper end.
    pub money_high: Option<i64>,
    /// Units.
    pub units: i64,
    /// Both met the same shoppers, pair by pair.
    pub paired: bool,
}

impl Difference {
    /// A difference of which nothing can be said yet.
    pub(super) fn blank(
        kpi: Kpi,
        channel: Option<&str>,
        [baseline, other]: [Seen; 2],
    ) -> Difference {
        Difference {
            kpi,
            channel: channel.map(str::to_owned),
            baseline,
            other,
            by: None,
            by_low: None,
            by_high: None,
            p_ppm: None,
            used_ppm: None,
            finding: Finding::NotComparable,
        }
    }
}

/// What afternoons saw of a KPI; no numbers where one of them saw none.
pub(super) fn seen(
    kpi: Kpi,
    (replications, samples, bad): (u64, u64, Count),
    numbers: Option<&[f64]>,
) -> Seen {
    let said = |number: f64| {
        if lag_of(kpi) {
            Value::LagUs(number.max(0.0).round() as u64)
        } else {
            Value::SharePpm(number.clamp(0.0, 1e6).round() as u32)
        }
    };
    let of = |numbers: &[f64]| {
        let estimate = Estimate::of(numbers);
        let (low, high) = estimate.interval();
        let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        [estimate.mean, low, high, least, most].map(said)
    };
    let [value, low, high, least, most] = numbers.map_or([Value::Absent; 5], of);
    Seen { replications, value, low, high, least, most, samples, bad }
}

/// The second less the first, pair by pair or each by itself.
pub(super) fn less(one: &[f64], two: &[f64], is_paired: bool) -> Estimate {
    if is_paired {
        let each: Vec<f64> = one.iter().zip(two).map(|(a, b)| b - a).collect();
        Estimate::of(&each)
    } else {
        Estimate::of(two).less(Estimate::of(one))
    }
}

/// With what its afternoons differ by, where their numbers are known.
pub(super) fn differing(blank: Difference, less: Option<Estimate>) -> Difference {
    let Some(estimate) = less else { return blank };
    let (low, high) = estimate.interval();
    let [by, by_low, by_high] = [estimate.mean, low, high].map(|by| Some(by.round() as i64));
    let p_ppm = estimate.p_value().map(p_ppm);
    Difference { by, by_low, by_high, p_ppm, finding: Finding::NotShown, ..blank }
}

/// Sales kept, less those of the baseline: means.
pub(super) fn kept(money: Estimate, units: Estimate, paired: bool) -> KeptDifference {
    let (low, high) = money.interval();
    KeptDifference {
        money: money.mean.round() as i64,
        money_low: Some(low.round() as i64),
        money_high: Some(high.round() as i64),
        units: units.mean.round() as i64,
        paired,
    }
}
