//! Owns what two studies say beside each other: many afternoons of each, pair by pair where both
//! played the same seeds. Must not look at the one afternoon that a study's report shows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Against, Basis, Broken, BrokenIn, Difference, KeptDifference, Measure, Party, Seen, estimated,
};
use crate::report::many::each::BEYOND;
use crate::report::many::ruling::{Pooled, Sales};
use crate::report::many::{Chance, GateOver, Replications};
use crate::report::summary::gate::{Count, InvariantKind, Kpi};

/// What the afternoons of a study come to together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Study {
    /// Afternoons.
    pub runs: u64,
    /// Those that lie within every limit.
    pub in_band: Chance,
    /// The least share of them that a GO needs, in parts per million.
    pub in_band_at_least_ppm: u32,
    /// What was sold in an afternoon.
    pub sales: Sales,
    /// Every KPI, all afternoons together.
    pub rates: Vec<Rate>,
}

/// A KPI on the run or on one channel, all afternoons together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// What is measured.
    pub kpi: Kpi,
    /// The channel; null is the whole run.
    pub channel: Option<String>,
    /// Its rate, with bounds, and where it stands.
    pub pooled: Pooled,
}

impl Study {
    pub(super) fn of(all: &Replications) -> Study {
        let rate = |gate: &GateOver| Rate {
            kpi: gate.kpi,
            channel: gate.channel.clone(),
            pooled: gate.pooled,
        };
        Study {
            runs: all.runs,
            in_band: all.in_band,
            in_band_at_least_ppm: all.in_band_at_least_ppm,
            sales: all.sales,
            rates: all.gates.iter().map(rate).collect(),
        }
    }
}

/// The study that a party is.
pub(super) fn of(party: &Party) -> Option<&Replications> {
    match party.runs.as_slice() {
        [given] => given.study.as_ref(),
        _ => None,
    }
}

/// Every KPI of a study: means over its afternoons.
pub(super) fn measures(all: &Replications) -> Vec<Measure> {
    let runs: Vec<usize> = (0..all.each.seeds.len()).collect();
    let measure = |(place, gate): (usize, &GateOver)| Measure {
        kpi: gate.kpi,
        channel: gate.channel.clone(),
        seen: seen(gate, &values(all, place, &runs)),
    };
    all.gates.iter().enumerate().map(measure).collect()
}

/// Which afternoons of each are held against each other.
struct Sides {
    a: Vec<usize>,
    b: Vec<usize>,
    basis: Basis,
}

/// Pair by pair where the one played every seed that the other did; else each by itself.
fn sides(a: &Replications, b: &Replications) -> Sides {
    let places = |all: &Replications| -> BTreeMap<u64, usize> {
        all.each.seeds.iter().enumerate().map(|(place, seed)| (*seed, place)).collect()
    };
    let (of_a, of_b) = (places(a), places(b));
    let both = of_a.iter().filter_map(|(seed, i)| Some((*i, *of_b.get(seed)?)));
    let (one, two): (Vec<usize>, Vec<usize>) = both.unzip();
    if one.len() > 1 && one.len() == of_a.len().min(of_b.len()) {
        let mut wanted = one.iter().zip(&two).map(|(i, j)| (a.each.wanted[*i], b.each.wanted[*j]));
        let same_shoppers = wanted.all(|(one, two)| one == two);
        let basis = Basis::PairedReplications { pairs: one.len() as u64, same_shoppers };
        return Sides { a: one, b: two, basis };
    }
    let all = |each: usize| (0..each).collect::<Vec<usize>>();
    let (one, two) = (all(a.each.seeds.len()), all(b.each.seeds.len()));
    let basis = Basis::Replications { baseline: one.len() as u64, other: two.len() as u64 };
    Sides { a: one, b: two, basis }
}

/// The group against the baseline, its scenario's changes left open.
pub(super) fn against(
    a: &Replications,
    (letter, b): (&str, &Replications),
    must_be_zero: &[InvariantKind],
) -> Against {
    let sides = sides(a, b);
    let differences = a.gates.iter().enumerate().filter_map(|(i, gate)| {
        let same = |other: &&GateOver| other.kpi == gate.kpi && other.channel == gate.channel;
        let j = b.gates.iter().position(|other| same(&other))?;
        Some(difference(
            (gate, values(a, i, &sides.a)),
            (&b.gates[j], values(b, j, &sides.b)),
            &sides,
        ))
    });
    Against {
        letter: letter.to_owned(),
        basis: sides.basis,
        differences: differences.collect(),
        kept: kept(a, b, &sides),
        broken: must_be_zero.iter().filter_map(|rule| broken(a, b, *rule)).collect(),
        changes: None,
    }
}

/// The values of a gate in these afternoons.
fn values(all: &Replications, gate: usize, runs: &[usize]) -> Vec<Option<i64>> {
    let of = all.each.values.get(gate);
    runs.iter().map(|place| of.and_then(|values| values.get(*place).copied().flatten())).collect()
}

/// The known ones as numbers; none where one is beyond what anybody could see, or they are too few
/// to say how they vary.
fn numbers(values: impl Iterator<Item = i64>) -> Option<Vec<f64>> {
    let values: Vec<i64> = values.collect();
    let is_known = values.len() > 1 && values.iter().all(|value| *value != BEYOND);
    is_known.then(|| values.into_iter().map(|value| value as f64).collect())
}

/// What afternoons saw of a gate; counts are of all afternoons of the study.
fn seen(gate: &GateOver, values: &[Option<i64>]) -> Seen {
    let known = values.iter().flatten().copied();
    let all = (known.clone().count() as u64, gate.pooled.counted, gate.pooled.bad);
    estimated::seen(gate.kpi, all, numbers(known).as_deref())
}

fn difference(
    (gate, one): (&GateOver, Vec<Option<i64>>),
    (other, two): (&GateOver, Vec<Option<i64>>),
    sides: &Sides,
) -> Difference {
    // An afternoon that measured nothing has no partner.
    let is_paired = matches!(sides.basis, Basis::PairedReplications { .. });
    let (one, two): (Vec<_>, Vec<_>) = if is_paired {
        one.into_iter().zip(two).filter(|(a, b)| a.is_some() && b.is_some()).unzip()
    } else {
        (one, two)
    };
    let both = [seen(gate, &one), seen(other, &two)];
    let blank = Difference::blank(gate.kpi, gate.channel.as_deref(), both);
    let known = |values: &[Option<i64>]| numbers(values.iter().flatten().copied());
    let less = |(one, two): (Vec<f64>, Vec<f64>)| estimated::less(&one, &two, is_paired);
    estimated::differing(blank, known(&one).zip(known(&two)).map(less))
}

/// Sales kept in an afternoon; none where they are not of one currency, or nothing is known of
/// single afternoons.
fn kept(a: &Replications, b: &Replications, sides: &Sides) -> Option<KeptDifference> {
    if a.currency != b.currency || sides.a.len().min(sides.b.len()) < 2 {
        return None;
    }
    let is_paired = matches!(sides.basis, Basis::PairedReplications { .. });
    let of = |of: &[i64], places: &[usize]| -> Vec<f64> {
        places.iter().map(|place| of[*place] as f64).collect()
    };
    let by = |one: &[i64], two: &[i64]| {
        estimated::less(&of(one, &sides.a), &of(two, &sides.b), is_paired)
    };
    let money = by(&a.each.kept_money, &b.each.kept_money);
    Some(estimated::kept(money, by(&a.each.kept_units, &b.each.kept_units), is_paired))
}

/// In how many afternoons a rule was broken that must be zero; none where in none.
fn broken(a: &Replications, b: &Replications, invariant: InvariantKind) -> Option<Broken> {
    let times = |all: &Replications| {
        let rule = all.rules.iter().find(|rule| rule.invariant == invariant);
        let times = rule.map_or(0, |rule| rule.replications);
        Count { definite: times, possible: times }
    };
    let (baseline, other) = (times(a), times(b));
    let is_broken = baseline.possible > 0 || other.possible > 0;
    is_broken.then_some(Broken { invariant, baseline, other, counted: BrokenIn::Replications })
}

#[cfg(test)]
mod tests;
