//! Owns which figures stand beside each other, on what basis, and what can be said of each pair.
//! Must not know the statistics (`study`) nor how anything is worded.

use super::alike::{is_sound, number, p_ppm, replications_of, same_gate, same_shoppers};
use super::{Basis, Broken, Difference, Finding, Given, Measure, Party, Seen, replications};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::judge::bounds::{Cluster, effective_sample};
use crate::report::summary::Summary;
use crate::report::summary::band::Unproved;
use crate::report::summary::gate::{Count, Gate, InvariantKind, Kpi, Limits, Value};
use crate::report::summary::series::Window;
use crate::study::differ::{self, ALPHA, Sample};
use crate::units::Ppm;

/// What is counted of a broken invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BrokenIn {
    /// How often it was broken.
    Breaches,
    /// Afternoons in which it was.
    #[serde(rename = "afternoons")]
    Replications,
}

/// Lags that differ by less than this part of the longer are not told apart, in parts per million:
/// afternoons of one scenario do that, and a percentile is read from a histogram.
const LAG_TELLS_PPM: u64 = 100_000;
/// Failures are clustered by so much campaign time: those of a minute share a queue.
const CLUSTER_US: u64 = 60_000_000;

/// What a comparison of two parties can rest on.
pub(super) fn basis(baseline: &Party, other: &Party) -> Basis {
    let (a, b) = (replications_of(baseline), replications_of(other));
    if a.len() > 1 && b.len() > 1 {
        let pairs = replications::pairs(&a, &b).len();
        if pairs > 1 && pairs == a.len().min(b.len()) {
            return Basis::PairedReplications { pairs: pairs as u64, same_shoppers: true };
        }
        return Basis::Replications { baseline: a.len() as u64, other: b.len() as u64 };
    }
    for (i, one) in baseline.runs.iter().enumerate() {
        let same = |given: &Given| same_shoppers(&one.summary, &given.summary);
        if let Some(j) = other.runs.iter().position(same) {
            return Basis::SameShoppers { baseline: i, other: j };
        }
    }
    Basis::OwnShoppers { baseline: 0, other: 0 }
}

/// Every KPI of a party on the run and on each channel.
pub(super) fn measures(party: &Party) -> Vec<Measure> {
    let replications = replications_of(party);
    let first = &party.runs[0].summary;
    let measure = |gate: &Gate| Measure {
        kpi: gate.kpi,
        channel: gate.channel.clone(),
        seen: match replications.len() {
            0 | 1 => seen(gate),
            _ => replications::seen(&replications, gate),
        },
    };
    first.gates.iter().map(measure).collect()
}

/// What a single run saw.
fn seen(gate: &Gate) -> Seen {
    Seen {
        replications: 1,
        value: gate.value,
        low: gate.low,
        high: gate.high,
        least: gate.value,
        most: gate.value,
        samples: gate.samples,
        bad: gate.bad,
    }
}

/// Every KPI that both have, on the basis given.
pub(super) fn differences(baseline: &Party, other: &Party, basis: Basis) -> Vec<Difference> {
    let (a, b) = match basis {
        Basis::SameShoppers { baseline: i, other: j }
        | Basis::OwnShoppers { baseline: i, other: j } => (i, j),
        Basis::PairedReplications { .. } => {
            return replications::differences(baseline, other, replications::Draws::Common);
        }
        Basis::Replications { .. } => {
            return replications::differences(baseline, other, replications::Draws::Own);
        }
    };
    let (a, b) = (&baseline.runs[a].summary, &other.runs[b].summary);
    let pairs = a.gates.iter().filter_map(|gate| Some((gate, same_gate(b, gate)?)));
    pairs.map(|(gate, beside)| one_replication((a, gate), (b, beside))).collect()
}

fn one_replication((a, gate): (&Summary, &Gate), (b, beside): (&Summary, &Gate)) -> Difference {
    let both = [seen(gate), seen(beside)];
    let blank = Difference::blank(gate.kpi, gate.channel.as_deref(), both);
    let measured = [gate, beside].iter().all(|gate| {
        let unseen = gate.value == Value::Absent || gate.because == Some(Unproved::NotObserved);
        !unseen && gate.samples > 0
    });
    if !measured || !is_sound(a) || !is_sound(b) {
        let by = number(gate.value).zip(number(beside.value)).map(|(a, b)| b - a);
        return Difference { by, ..blank };
    }
    match gate.limits {
        Limits::LagP95Us { .. } => lag(gate, beside, blank),
        Limits::AtMostPpm { .. } | Limits::AtLeastPpm { .. } => {
            share((a, gate), (b, beside), blank)
        }
    }
}

/// Two censuses: they differ when, whatever the unknown of each may be, they lie well apart.
fn lag(gate: &Gate, beside: &Gate, blank: Difference) -> Difference {
    let less = |a: Option<i64>, b: Option<i64>| a.zip(b).map(|(a, b)| b - a);
    let later = |gate: &Gate, than: &Gate| match (gate.low, than.high) {
        (Value::LaterThanObserved, Value::LagUs(_)) => true,
        (Value::LagUs(low), Value::LagUs(high)) => {
            let shorter = u128::from(low) * u128::from(1_000_000 - LAG_TELLS_PPM);
            u128::from(high) * 1_000_000 < shorter
        }
        _ => false,
    };
    let finding = match (later(gate, beside), later(beside, gate)) {
        (true, _) => Finding::BetterHere,
        (_, true) => Finding::WorseHere,
        _ => Finding::NotShown,
    };
    Difference {
        by: less(number(gate.value), number(beside.value)),
        by_low: less(number(gate.high), number(beside.low)),
        by_high: less(number(gate.low), number(beside.high)),
        finding,
        ..blank
    }
}

fn share(
    (a, gate): (&Summary, &Gate),
    (b, beside): (&Summary, &Gate),
    blank: Difference,
) -> Difference {
    let [mut one, mut two] = [gate, beside].map(sample);
    if matches!(gate.kpi, Kpi::HandoffSuccess | Kpi::ReconciliationVariance) {
        // Where one run has no failure to show how they cluster, the other's tell of both.
        let channel = gate.channel.as_deref();
        let effect = time_effect(a, channel).max(time_effect(b, channel));
        (one, two) = (one.diluted(effect), two.diluted(effect));
    }
    let interval = differ::difference(&one, &two, ALPHA);
    let ppm = |share: f64| (share * 1e6).round() as i64;
    let (mut low, mut high) = (ppm(interval.low), ppm(interval.high));
    if matches!(gate.limits, Limits::AtLeastPpm { .. }) {
        (low, high) = (-high, -low);
    }
    Difference {
        by: number(gate.value).zip(number(beside.value)).map(|(a, b)| b - a),
        by_low: Some(low),
        by_high: Some(high),
        p_ppm: Some(p_ppm(differ::p_value(&one, &two))),
        finding: Finding::NotShown,
        ..blank
    }
}

/// Bad events of a gate with what they are worth by its bounds.
fn sample(gate: &Gate) -> Sample {
    let success = matches!(gate.limits, Limits::AtLeastPpm { .. });
    let bad = |value: Value, unknown: Ppm| match value {
        Value::SharePpm(ppm) if success => Ppm(Ppm::ONE.0.saturating_sub(ppm)),
        Value::SharePpm(ppm) => Ppm(ppm),
        _ => unknown,
    };
    let (low, high) = if success { (gate.high, gate.low) } else { (gate.low, gate.high) };
    Sample::behind(gate.samples, gate.bad.into(), bad(low, Ppm::ZERO), bad(high, Ppm::ONE))
}

/// How many failed handoffs tell as much as one that came alone: their design effect over minutes.
/// Failures share a backlog; taken as independent, two afternoons would always differ.
fn time_effect(summary: &Summary, channel: Option<&str>) -> f64 {
    let windows: &[Window] = match channel {
        None => &summary.series.run,
        Some(name) => {
            let place = summary.channels.iter().position(|channel| channel.name == name);
            place.and_then(|place| summary.series.channels.get(place)).map_or(&[], Vec::as_slice)
        }
    };
    let each = CLUSTER_US.div_ceil(summary.series.width_us.max(1)).max(1) as usize;
    let cluster = |windows: &[Window]| Cluster {
        n: windows.iter().map(|w| w.due).sum(),
        bad: windows.iter().map(|w| w.due.saturating_sub(w.handed_off)).sum(),
    };
    let clusters: Vec<Cluster> = windows.chunks(each).map(cluster).collect();
    let due: u64 = clusters.iter().map(|cluster| cluster.n).sum();
    let failed: u64 = clusters.iter().map(|cluster| cluster.bad).sum();
    let used = clusters.iter().filter(|cluster| cluster.n > 0).count() as u64;
    let worth = effective_sample(&clusters, used);
    if failed == 0 || worth <= 0.0 { 1.0 } else { due as f64 / worth }
}

/// Invariants that must be zero, and were not in one of the two.
pub(super) fn broken(baseline: &Party, other: &Party) -> Vec<Broken> {
    let breaches = |party: &Party, of| {
        let mut sum = Count::default();
        let all = party.runs.iter().flat_map(|given| &given.summary.invariants);
        for result in all.filter(|result| result.invariant == of) {
            sum.definite += result.breaches.definite;
            sum.possible += result.breaches.possible;
        }
        sum
    };
    let strict = must_be_zero(baseline).into_iter();
    strict
        .map(|invariant| Broken {
            invariant,
            counted: BrokenIn::Breaches,
            baseline: breaches(baseline, invariant),
            other: breaches(other, invariant),
        })
        .filter(|broken| broken.baseline.possible > 0 || broken.other.possible > 0)
        .collect()
}

/// The invariants that must be zero.
pub(super) fn must_be_zero(party: &Party) -> Vec<InvariantKind> {
    let all = party.runs[0].summary.invariants.iter().filter(|result| result.must_be_zero);
    all.map(|result| result.invariant).collect()
}
