//! Owns the sales kept of a group against the baseline's: what a better verdict cost.
//! Must not call a difference better or worse: it is money, and read as such.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alike::{is_sound, replications_of};
use super::replications::{Draws, pairs};
use super::{Basis, Given, Party};
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

/// None where the runs are not of one currency, or nothing is concluded from one of them.
pub(super) fn difference(baseline: &Party, other: &Party, basis: Basis) -> Option<KeptDifference> {
    let currency = |given: &Given| given.summary.campaign.currency.clone();
    let all = baseline.runs.iter().chain(&other.runs);
    let first = currency(&baseline.runs[0]);
    if all.into_iter().any(|given| currency(given) != first) {
        return None;
    }
    let money = |given: &Given| given.summary.totals.kept.money;
    let units = |given: &Given| given.summary.totals.kept.units;
    match basis {
        Basis::SameShoppers { baseline: i, other: j }
        | Basis::OwnShoppers { baseline: i, other: j } => {
            let (a, b) = (&baseline.runs[i], &other.runs[j]);
            let sound = is_sound(&a.summary) && is_sound(&b.summary);
            sound.then(|| KeptDifference {
                money: money(b) - money(a),
                money_low: None,
                money_high: None,
                units: units(b) - units(a),
                paired: matches!(basis, Basis::SameShoppers { .. }),
            })
        }
        Basis::PairedReplications { .. } => Some(over(baseline, other, Draws::Common)),
        Basis::Replications { .. } => Some(over(baseline, other, Draws::Own)),
    }
}

fn over(baseline: &Party, other: &Party, draws: Draws) -> KeptDifference {
    let (a, b) = (replications_of(baseline), replications_of(other));
    let less = |of: fn(&Given) -> i64| match draws {
        Draws::Common => {
            let each = pairs(&a, &b).into_iter().map(|(i, j)| (of(b[j]) - of(a[i])) as f64);
            Estimate::of(&each.collect::<Vec<f64>>())
        }
        Draws::Own => {
            let [one, two] = [&a, &b]
                .map(|runs| -> Vec<f64> { runs.iter().map(|given| of(given) as f64).collect() });
            Estimate::of(&two).less(Estimate::of(&one))
        }
    };
    let money = less(|given| given.summary.totals.kept.money);
    let (low, high) = money.interval();
    KeptDifference {
        money: money.mean.round() as i64,
        money_low: Some(low.round() as i64),
        money_high: Some(high.round() as i64),
        units: less(|given| given.summary.totals.kept.units).mean.round() as i64,
        paired: draws == Draws::Common,
    }
}
