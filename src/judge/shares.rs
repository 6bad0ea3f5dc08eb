//! Owns gates on a share: which events are bad among how many, and what proves or refutes a limit.
//! Must not know lags (`gates`), nor what the gates together mean (`verdict`).
//!
//! Harm and proof are different questions. *Failed* is a fact about this run: its definite events,
//! counted as they are. *Passed* is a claim about what the systems do: its bound takes clusters and
//! exposure into account.

use super::bounds::{Cluster, at_least, lower, samples_needed, upper};
use super::closing::{Bad, Closing};
use super::judgement::{
    Band, Clusters, Count, GateResult, Impact, Measure, Pool, Unproved, Witness,
};
use super::standing::{EVENTS_MIN, Standing, blank, scoped};
use super::tally::earlier;
use crate::history::charter::{Gate, GoWhen, Kpi, Limits};
use crate::ids::ChannelId;
use crate::units::Ppm;

/// Fewest SKUs that ran out, for a rate that clusters by SKU.
pub(crate) const EXPOSED_MIN: u64 = 20;

/// Bad events among `n`, with what they are worth in independent samples.
pub(super) struct Sample {
    n: u64,
    bad: Count,
    /// Effective samples for the definite and for the possible count.
    worth: [f64; 2],
    /// Clusters that could have gone bad, where events cluster.
    exposed: Option<u64>,
    /// What keeps it from being proved whatever the numbers say.
    blocked: Option<Unproved>,
    /// The worst single part (a book day): it must not hide in the sum.
    worst_part: Ppm,
    /// Bad among how many, by part.
    parts: Vec<(u64, u64)>,
    first: Option<Witness>,
    /// None where the record cannot tell.
    impact: Option<Impact>,
    /// The definite and the possible count, by cluster, for many runs.
    clusters: [Clusters; 2],
}

/// The events that a share gate counts on one scope.
pub(super) fn sample(closing: &Closing, kpi: Kpi, channel: Option<ChannelId>) -> Sample {
    match kpi {
        Kpi::HandoffSuccess => handoff(closing, channel),
        Kpi::ReconciliationVariance => books(closing, channel),
        Kpi::StockCancellations => cancelled(closing, channel),
        Kpi::OversoldOrders => oversold(closing, channel),
        Kpi::MispricedOrders => mispriced(closing, channel),
        Kpi::SyncLag | Kpi::PriceLag | Kpi::ListingLatency => {
            unreachable!("a lag is judged by its census")
        }
    }
}

/// The gate on one scope, held against its limits.
pub(super) fn share(
    closing: &Closing,
    gate: &Gate,
    channel: Option<ChannelId>,
    sample: &Sample,
) -> Standing {
    let (healthy, mut watch) = bad_limits(gate.limits);
    if closing.run.charter.go_when == GoWhen::Healthy {
        watch = healthy;
    }
    let bound = |bad: u64, worth: f64| match sample.n {
        0 => Ppm::ONE,
        n => upper(bad as f64 * worth / n as f64, worth),
    };
    let high = bound(sample.bad.possible, sample.worth[1]);
    let low = lower(sample.bad.definite as f64, sample.n as f64);
    let seen = Ppm::of(sample.bad.definite, sample.n);
    let few_clusters = sample.exposed.is_some_and(|exposed| exposed < EXPOSED_MIN);
    let provable = sample.n > 0 && !few_clusters;
    let proves = |limit: Ppm| provable && high <= limit && sample.worst_part <= limit;
    let band = if let Some(reason) = sample.blocked {
        Band::NotProved(reason)
    } else if proves(healthy) {
        Band::Healthy
    } else if proves(watch) {
        Band::Watch
    } else if provable && bound(sample.bad.definite, sample.worth[0]) <= watch && high > watch {
        Band::NotProved(Unproved::Unresolved)
    } else if sample.n > 0 && seen.max(sample.worst_part).0 > watch.0 / 2 {
        Band::NotProved(Unproved::AtTheLimit)
    } else {
        Band::NotProved(Unproved::TooFewSamples)
    };
    let success = matches!(gate.limits, Limits::AtLeast { .. });
    let measure = |ppm: Ppm| match (sample.n, success) {
        (0, _) => Measure::Absent,
        (_, true) => Measure::Share(Ppm(1_000_000 - ppm.0.min(1_000_000))),
        (_, false) => Measure::Share(ppm),
    };
    let (low, high) = if success { (high, low) } else { (low, high) };
    let result = GateResult {
        value: measure(seen),
        low: measure(low),
        high: measure(high),
        samples: sample.n,
        independent: sample.worth[1] as u64,
        samples_needed: needed(sample, healthy),
        bad: sample.bad,
        first_bad: sample.first,
        impact: sample.impact,
        pool: pool(sample, watch),
        ..blank(gate, channel, band)
    };
    Standing { result, p_value: p_value(sample, watch) }
}

fn pool(sample: &Sample, watch: Ppm) -> Pool {
    let [definite, possible] = sample.clusters;
    // A single bad event among so few would be more than the limit.
    let one_breaks = Ppm::of(1, sample.n) > watch;
    let within = Ppm::of(sample.bad.possible, sample.n).max(sample.worst_part) <= watch;
    let untested = sample.blocked.is_some() || sample.exposed == Some(0) || sample.n == 0;
    Pool {
        possible: [possible; 2],
        definite,
        exercised: !untested,
        observed: sample.blocked != Some(Unproved::NotObserved),
        in_band: (sample.n > 0 && !one_breaks).then_some(within),
    }
}

/// The p-value of "the share is within the limit", of the sum or, corrected for looking at each,
/// of a single part. Under [`EVENTS_MIN`] events nothing speaks against it.
fn p_value(sample: &Sample, limit: Ppm) -> Option<f64> {
    if sample.n == 0 || sample.blocked == Some(Unproved::NotObserved) {
        return None;
    }
    let chance = |bad: u64, n: u64| match bad {
        0..EVENTS_MIN => 1.0,
        _ => at_least(bad as f64, n as f64, limit),
    };
    let whole = chance(sample.bad.definite, sample.n);
    if sample.parts.len() < 2 {
        return Some(whole);
    }
    let least = sample.parts.iter().map(|&(bad, n)| chance(bad, n)).fold(whole, f64::min);
    Some((least * (sample.parts.len() + 1) as f64).min(1.0))
}

/// Samples that a healthy verdict needs at the events seen; exposed SKUs where nothing happened to
/// any of them. 0 when it has them.
fn needed(sample: &Sample, healthy: Ppm) -> u64 {
    let worth = sample.worth[1];
    let whole = (sample.n as f64).max(1.0);
    let events = if sample.n == 0 { 0.0 } else { sample.bad.possible as f64 * worth / whole };
    if sample.n > 0 && upper(events, worth) <= healthy {
        return 0;
    }
    let independent = samples_needed(events.ceil() as u64, healthy);
    if worth <= 0.0 || sample.bad.possible == 0 {
        return independent;
    }
    (independent as f64 * whole / worth).ceil() as u64
}

/// Limits as shares of bad events.
pub(crate) fn bad_limits(limits: Limits) -> (Ppm, Ppm) {
    let rest = |ppm: Ppm| Ppm(Ppm::ONE.0.saturating_sub(ppm.0));
    match limits {
        Limits::AtMost { healthy, watch } => (healthy, watch),
        Limits::AtLeast { healthy, watch } => (rest(healthy), rest(watch)),
        Limits::LagP95 { .. } => unreachable!("a share's limits are checked with the charter"),
    }
}

fn handoff(closing: &Closing, channel: Option<ChannelId>) -> Sample {
    let (mut due, mut good, mut open, mut unpaid) = (0, 0, 0, 0);
    let (mut impact, mut first) = (Impact::default(), closing.first_lost(channel));
    for i in scoped(closing, channel) {
        let (way, (waiting, waiting_money)) = (&closing.run.ways.ways[i], closing.handoffs_open[i]);
        (due, good, open) = (due + way.due, good + way.good, open + waiting);
        unpaid += closing.awaiting_on[i];
        impact.units += way.bad_units + closing.lost_on[i].units + closing.released_on[i];
        impact.money += way.due_money - way.good_money - waiting_money;
        let (behind, first_behind) = closing.unamended.on[i];
        impact.units += behind;
        first = earlier(earlier(first, way.first_bad), first_behind);
    }
    // What nobody has paid by the end may still become ours, and fail: possible, not left out.
    let bad = Count { definite: due - good - open, possible: due - good + unpaid };
    let due = due + unpaid;
    impact.orders = bad.definite;
    let untold = !closing.run.ways.oms_spoke;
    let untested = retries_untested(closing, channel).then_some(Unproved::NotExercised);
    let blocked = if untold { Some(Unproved::NotObserved) } else { untested };
    let clusters = in_windows(closing, channel, due, bad);
    Sample { blocked, first, clusters, ..plain(due, bad, impact) }
}

/// A connector that is meant to retry never had to: its retries are not proved by anything.
fn retries_untested(closing: &Closing, channel: Option<ChannelId>) -> bool {
    scoped(closing, channel).any(|i| {
        let connector = closing.run.charter.channels[i].connector.index();
        let terms = closing.run.charter.connectors.get(connector);
        terms.is_some_and(|terms| terms.retries) && !closing.run.retried[connector]
    })
}

fn books(closing: &Closing, channel: Option<ChannelId>) -> Sample {
    let (mut n, mut bad, mut impact) = (0, Count::default(), Impact::default());
    let mut days: std::collections::BTreeMap<u32, (u64, u64)> = std::collections::BTreeMap::new();
    for (&(of, number), day) in &closing.run.ways.books.days {
        if channel.is_some_and(|channel| channel != of) {
            continue;
        }
        let possible = day.missing + day.surplus + day.altered;
        let open = closing.books_open.get(&(of, number)).copied().unwrap_or(0);
        n += day.union();
        bad.possible += possible;
        bad.definite += possible - open.min(possible);
        impact.units += day.units_off;
        impact.money += day.money_off;
        let part = days.entry(number).or_default();
        part.0 += possible - open.min(possible);
        part.1 += day.union();
    }
    let parts: Vec<(u64, u64)> = days.into_values().collect();
    let worst_part = match parts.len() {
        0 | 1 => Ppm::ZERO,
        _ => parts.iter().map(|&(bad, n)| Ppm::of(bad, n)).max().unwrap_or(Ppm::ZERO),
    };
    let (mut first, run) = (closing.first_lost(channel), closing.run);
    for breaches in [&run.ways.duplicate, &run.ways.ghost, &closing.unamended.altered] {
        let here = breaches.first_order.is_some_and(|o| channel.is_none_or(|c| c == o.channel));
        first = earlier(first, breaches.first.filter(|_| here));
    }
    impact.orders = bad.definite;
    let first = first.filter(|_| bad.possible > 0);
    let blocked = (!run.ways.oms_spoke).then_some(Unproved::NotObserved);
    let clusters = in_windows(closing, channel, n, bad);
    Sample { blocked, worst_part, parts, first, clusters, ..plain(n, bad, impact) }
}

fn cancelled(closing: &Closing, channel: Option<ChannelId>) -> Sample {
    let (mut impact, mut first) = (Impact::default(), None);
    for i in scoped(closing, channel) {
        let way = &closing.run.ways.ways[i];
        impact += way.cancelled_in_term;
        first = earlier(first, way.first_cancelled);
    }
    clustered(closing, channel, [Bad::Cancelled, Bad::MayBeCancelled], impact, first)
}

fn oversold(closing: &Closing, channel: Option<ChannelId>) -> Sample {
    let (mut impact, mut first) = (Impact::default(), None);
    for i in scoped(closing, channel) {
        let (way, totals) = (&closing.run.ways.ways[i], &closing.run.supplies.totals[i]);
        let (units, money) = (totals.oversold, totals.oversold_money);
        impact += Impact { orders: way.oversold_orders, units, money };
        first = earlier(first, way.first_oversold);
    }
    let mut sample = clustered(closing, channel, [Bad::Oversold; 2], impact, first);
    if !closing.run.supplies.any_known {
        sample.blocked = Some(Unproved::NotObserved);
    }
    sample
}

fn clustered(
    closing: &Closing,
    channel: Option<ChannelId>,
    [definite, possible]: [Bad; 2],
    impact: Impact,
    first: Option<Witness>,
) -> Sample {
    let exposed = closing.run.supplies.exposed(channel);
    let by_sku = [definite, possible].map(|bad| closing.clusters(channel, bad));
    let clusters = by_sku.map(|by_sku: Vec<Cluster>| Clusters::of(&by_sku, exposed));
    let bad = Count { definite: clusters[0].bad, possible: clusters[1].bad };
    let worth = clusters.map(|clusters| clusters.worth());
    // One channel cannot oversell what another has sold: it is enough that it ran out.
    let wanted = closing.run.charter.channels.len().min(2);
    let tested = channel.is_some() || closing.run.supplies.exposed_channels_max() >= wanted;
    let blocked = (!tested).then_some(Unproved::NotExercised);
    let plain = plain(clusters[0].n, bad, impact);
    Sample { worth, exposed: Some(exposed), blocked, first, clusters, ..plain }
}

/// Orders charged a price that was not valid, among those whose price the record can know.
fn mispriced(closing: &Closing, channel: Option<ChannelId>) -> Sample {
    let (mut n, mut impact, mut clusters) = (0, Impact::default(), Clusters::default());
    for i in scoped(closing, channel) {
        let toll = &closing.run.tolls[i];
        n += toll.of_known_price;
        impact += toll.mispriced;
        clusters.add(&toll.mispriced_in.clusters(0));
    }
    let bad = Count { definite: impact.orders, possible: impact.orders };
    let first = closing.run.mispriced.first.filter(|_| bad.definite > 0);
    let blocked = match (closing.run.mispriced.checked, closing.run.source_facts[1]) {
        (0, _) => Some(Unproved::NotObserved),
        (_, 0) => Some(Unproved::NotExercised),
        _ => None,
    };
    let known = closing.run.heard[1].then_some(impact);
    Sample { blocked, first, clusters: [clusters; 2], impact: known, ..plain(n, bad, impact) }
}

/// Orders that share a queue share its fate: they cluster by window of a minute or more.
fn in_windows(closing: &Closing, channel: Option<ChannelId>, n: u64, bad: Count) -> [Clusters; 2] {
    let sums = closing.windows.unhanded(channel);
    [bad.definite, bad.possible].map(|bad| of_windows(sums, n, bad))
}

/// Windows know the orders that were not handed over in time; what a gate counts is a part of them
/// (not yet, never, differently). A part spread over the same windows has a part of their squares:
/// with f = bad ÷ whole, Σ f²·b² + f(1 − f)·b. What the windows know nothing of is in one of them.
fn of_windows(sums: Clusters, n: u64, bad: u64) -> Clusters {
    let (part, whole) = (u128::from(bad), u128::from(sums.bad));
    let (bad_sq, bad_n) = match whole {
        0 => (part * part, part),
        _ if part > whole => {
            (sums.bad_sq * part * part / (whole * whole), sums.bad_n * part / whole)
        }
        _ => (
            sums.bad_sq * part * part / (whole * whole) + part * (whole - part) / whole,
            sums.bad_n * part / whole,
        ),
    };
    let with_events = sums.with_events.max(u64::from(bad > 0)).min(bad);
    Clusters { n, bad, with_events, bad_sq, bad_n, ..sums }
}

fn plain(n: u64, bad: Count, impact: Impact) -> Sample {
    Sample {
        n,
        bad,
        worth: [n as f64; 2],
        exposed: None,
        blocked: None,
        worst_part: Ppm::ZERO,
        parts: Vec::new(),
        first: None,
        impact: Some(impact),
        clusters: [Clusters::default(); 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two orders in two thousand windows of which ten were late together elsewhere: what is
    /// counted here is as good as independent, and worth (nearly) all of its orders.
    #[test]
    fn a_part_of_what_windows_know_does_not_inherit_their_bursts() {
        let mut late = Clusters::default();
        for window in 0..2_000 {
            late.count(100, if window < 10 { 90 } else { 0 });
        }
        late.exposed = late.used;
        let all = of_windows(late, late.n, late.bad).worth();
        assert!(all < 5_000.0, "orders that are late together are worth little: {all}");
        let two = of_windows(late, late.n, 2);
        assert_eq!((two.bad, two.with_events), (2, 2));
        assert!(two.worth() > 10_000.0, "{}", two.worth());
        assert_eq!(of_windows(late, late.n, late.bad), late, "all of them are all of them");
        let unknown = of_windows(Clusters { exposed: 50, used: 50, ..Clusters::default() }, 900, 3);
        assert_eq!((unknown.bad_sq, unknown.with_events), (9, 1));
    }
}
