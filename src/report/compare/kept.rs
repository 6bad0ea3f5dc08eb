//! Owns the sales kept of a group against the baseline's: what a better verdict cost.
//! Must not call a difference better or worse: it is money, and read as such.

use super::alike::{is_sound, replications_of};
use super::estimated::{self, KeptDifference};
use super::replications::{Draws, pairs};
use super::{Basis, Given, Party};

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
    let is_paired = draws == Draws::Common;
    let (a, b): (Vec<&Given>, Vec<&Given>) = if is_paired {
        pairs(&a, &b).into_iter().map(|(i, j)| (a[i], b[j])).unzip()
    } else {
        (a, b)
    };
    let less = |of: fn(&Given) -> i64| {
        let [one, two] = [&a, &b]
            .map(|runs| -> Vec<f64> { runs.iter().map(|given| of(given) as f64).collect() });
        estimated::less(&one, &two, is_paired)
    };
    let [money, units] = [
        less(|given| given.summary.totals.kept.money),
        less(|given| given.summary.totals.kept.units),
    ];
    estimated::kept(money, units, is_paired)
}
