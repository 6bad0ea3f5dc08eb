//! Owns where each gate stands: what was counted, held against its limits.
//! Must not know what the gates together mean (`verdict`).

use super::acceptance::Toll;
use super::bounds::{at_least, effective_sample, lower, samples_needed, upper};
use super::closing::{Bad, Closing};
use super::judgement::{Band, Count, GateResult, Impact, Measure, Unproved, Witness};
use super::lag::{LagTally, earlier};
use crate::history::charter::{Charter, Evidence, Gate, GoWhen, Kpi, Limits};
use crate::ids::ChannelId;
use crate::units::{Ppm, Span};

/// Fewest changes a p95 is judged by: with fewer, none late proves nothing (0.95⁵⁹ ≤ 5 %).
pub(crate) const LAG_SAMPLES_MIN: u64 = 59;
/// … in at least so many one-minute windows: lags of one minute share one queue.
pub(crate) const LAG_MINUTES_MIN: u64 = 20;
/// Fewest SKUs that ran out, for a rate that clusters by SKU.
pub(crate) const EXPOSED_MIN: u64 = 20;
/// A p95 is "this share may be later".
pub(crate) const LATE_MAX: Ppm = Ppm(50_000);

/// A gate as far as it stands alone: a share still waits for Holm's rule over the whole family.
pub(super) struct Standing {
    pub(super) result: GateResult,
    /// The p-value of "the share does not exceed the limit"; none: this gate does not fail so.
    pub(super) p_value: Option<f64>,
}

/// The gate on one scope.
pub(super) fn stand(closing: &Closing, gate: &Gate, channel: Option<ChannelId>) -> Standing {
    let mut standing = match gate.kpi {
        Kpi::SyncLag => lag(closing, gate, channel, &closing.stock, 0),
        Kpi::PriceLag => lag(closing, gate, channel, &closing.price, 1),
        Kpi::ListingLatency => lag(closing, gate, channel, &closing.listing, 2),
        Kpi::HandoffSuccess => share(closing, gate, channel, &handoff(closing, channel)),
        Kpi::ReconciliationVariance => share(closing, gate, channel, &books(closing, channel)),
        Kpi::StockCancellations => share(closing, gate, channel, &cancelled(closing, channel)),
        Kpi::OversoldOrders => share(closing, gate, channel, &oversold(closing, channel)),
    };
    let result = &mut standing.result;
    result.owner = owner(&closing.run.charter, gate.kpi.owned_as());
    result.accepted = closing.run.charter.accepted_risks.iter().position(|risk| {
        let covers = risk.channel.is_none() || risk.channel == channel;
        !risk.expired && risk.gate == gate.kpi && covers
    });
    standing
}

/// The team that answers for a failure class.
pub(crate) fn owner(charter: &Charter, class: &str) -> String {
    let of = |class: &str| charter.owners.iter().find(|owner| owner.class == class);
    of(class).or_else(|| of("*")).map_or_else(|| "no owner named".into(), |o| o.team.clone())
}

fn lag(
    closing: &Closing,
    gate: &Gate,
    channel: Option<ChannelId>,
    tallies: &[LagTally],
    kind: usize,
) -> Standing {
    let mut tally = LagTally::default();
    for (i, part) in tallies.iter().enumerate() {
        if channel.is_none_or(|channel| channel.index() == i) {
            tally.merge(part);
        }
    }
    let charter = &closing.run.charter;
    let watch = usize::from(charter.go_when != GoWhen::Healthy);
    let n = tally.samples;
    let beyond = |late: u64| u128::from(late) * 1_000_000 > u128::from(n) * u128::from(LATE_MAX.0);
    let enough = n >= LAG_SAMPLES_MIN && tally.minutes.count() >= LAG_MINUTES_MIN;
    let everywhere: u64 = tallies.iter().map(|tally| tally.samples).sum();
    let band = if everywhere == 0 {
        Band::NotProved(nothing_seen(charter, closing.run.source_facts[kind]))
    } else if !enough {
        Band::NotProved(Unproved::TooFewSamples)
    } else if !beyond(tally.late[0].possible) {
        Band::Healthy
    } else if !beyond(tally.late[watch].possible) {
        Band::Watch
    } else if beyond(tally.late[watch].definite) {
        Band::Failed
    } else {
        Band::NotProved(Unproved::Unresolved)
    };
    let p95 = |hist: &super::hist::Hist| match n {
        0 => Measure::Absent,
        _ => Measure::Lag(hist.quantile(950_000)),
    };
    let result = GateResult {
        value: p95(&tally.high()),
        low: p95(&tally.low()),
        high: p95(&tally.high()),
        samples: n,
        independent: tally.minutes.count(),
        samples_needed: if n < LAG_SAMPLES_MIN { LAG_SAMPLES_MIN } else { 0 },
        bad: tally.late[watch],
        first_bad: tally.first_late[watch].or(tally.first_late[0]),
        ..blank(gate, channel, band)
    };
    let impact = impact(closing, gate.kpi, channel);
    Standing { result: GateResult { impact, ..result }, p_value: None }
}

/// What the late changes of a lag did to orders; none where the record cannot tell.
fn impact(closing: &Closing, kpi: Kpi, channel: Option<ChannelId>) -> Option<Impact> {
    let run = closing.run;
    let (told, pick): (bool, fn(&Toll) -> Impact) = match kpi {
        Kpi::SyncLag => (run.supplies.any_known && run.ledger.spoke(), |toll| toll.by_sync_lag),
        Kpi::PriceLag => (run.mispriced.checked > 0, |toll| toll.mispriced),
        Kpi::ListingLatency => (run.source_facts[2] > 0, |toll| toll.unlisted),
        _ => (false, |_| Impact::default()),
    };
    let mut sum = Impact::default();
    scoped(closing, channel).for_each(|i| sum += pick(&run.tolls[i]));
    told.then_some(sum)
}

/// A source that said nothing in an import was not observed; one that we play had nothing to say.
fn nothing_seen(charter: &Charter, source_facts: u64) -> Unproved {
    match charter.evidence {
        Evidence::Operations | Evidence::Staging if source_facts == 0 => Unproved::NotObserved,
        _ => Unproved::NotExercised,
    }
}

/// Bad events among `n`, with what they are worth in independent samples.
struct Sample {
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
    /// How many parts were looked at, and the smallest p-value of one.
    parts: Vec<(u64, u64)>,
    first: Option<Witness>,
    impact: Impact,
}

fn share(closing: &Closing, gate: &Gate, channel: Option<ChannelId>, sample: &Sample) -> Standing {
    let (healthy, mut watch) = bad_limits(gate.limits);
    if closing.run.charter.go_when == GoWhen::Healthy {
        watch = healthy;
    }
    let n = sample.n as f64;
    let part = |bad: u64, worth: f64| if n > 0.0 { bad as f64 * worth / n } else { 0.0 };
    let [worth_definite, worth_possible] = sample.worth;
    let definite = part(sample.bad.definite, worth_definite);
    let low = lower(definite, worth_definite);
    let high = upper(part(sample.bad.possible, worth_possible), worth_possible);
    let high_of_definite = upper(definite, worth_definite);
    let few_clusters = sample.exposed.is_some_and(|exposed| exposed < EXPOSED_MIN);
    let band = if let Some(reason) = sample.blocked {
        Band::NotProved(reason)
    } else if sample.n == 0 || few_clusters || sample.worst_part > watch {
        Band::NotProved(Unproved::TooFewSamples)
    } else if high <= healthy && sample.worst_part <= healthy {
        Band::Healthy
    } else if high <= watch {
        Band::Watch
    } else if high_of_definite <= watch {
        Band::NotProved(Unproved::Unresolved)
    } else {
        Band::NotProved(Unproved::TooFewSamples)
    };
    let seen = Ppm::of(sample.bad.definite, sample.n);
    let success = matches!(gate.limits, Limits::AtLeast { .. });
    let measure = |ppm: Ppm| match (sample.n, success) {
        (0, _) => Measure::Absent,
        (_, true) => Measure::Share(Ppm(1_000_000 - ppm.0.min(1_000_000))),
        (_, false) => Measure::Share(ppm),
    };
    let (low, high) = if success { (high, low) } else { (low, high) };
    let needed = needed(sample, healthy);
    let result = GateResult {
        value: measure(seen),
        low: measure(low),
        high: measure(high),
        samples: sample.n,
        independent: worth_possible as u64,
        samples_needed: needed,
        bad: sample.bad,
        first_bad: sample.first,
        impact: Some(sample.impact),
        ..blank(gate, channel, band)
    };
    Standing { result, p_value: p_value(sample, definite, watch) }
}

/// The p-value of "the share is within the limit", of the sum or, corrected for looking at each,
/// of a single part.
fn p_value(sample: &Sample, definite: f64, limit: Ppm) -> Option<f64> {
    let clusters_too_few = sample.exposed.is_some_and(|exposed| exposed < 2);
    if sample.n == 0 || clusters_too_few || sample.blocked == Some(Unproved::NotObserved) {
        return None;
    }
    let whole = at_least(definite, sample.worth[0], limit);
    if sample.parts.len() < 2 {
        return Some(whole);
    }
    let parts = sample.parts.iter().map(|&(bad, n)| at_least(bad as f64, n as f64, limit));
    let least = parts.fold(whole, f64::min);
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

fn scoped(closing: &Closing, channel: Option<ChannelId>) -> impl Iterator<Item = usize> {
    let channels = 0..closing.run.charter.channels.len();
    channels.filter(move |&i| channel.is_none_or(|channel| channel.index() == i))
}

fn handoff(closing: &Closing, channel: Option<ChannelId>) -> Sample {
    let (mut due, mut good, mut open) = (0, 0, 0);
    let (mut impact, mut first) = (Impact::default(), closing.first_lost(channel));
    for i in scoped(closing, channel) {
        let (way, (waiting, waiting_money)) = (&closing.run.ways.ways[i], closing.handoffs_open[i]);
        (due, good, open) = (due + way.due, good + way.good, open + waiting);
        impact.units += way.bad_units + closing.lost_on[i].units;
        impact.money += way.due_money - way.good_money - waiting_money;
        first = earlier(first, way.first_bad);
    }
    let bad = Count { definite: due - good - open, possible: due - good };
    impact.orders = bad.definite;
    let blocked = retries_untested(closing, channel).then_some(Unproved::NotExercised);
    Sample { blocked, first, ..plain(due, bad, impact) }
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
    for breaches in [&run.ways.duplicate, &run.ways.ghost, &run.ways.altered] {
        let here = breaches.first_order.is_some_and(|o| channel.is_none_or(|c| c == o.channel));
        first = earlier(first, breaches.first.filter(|_| here));
    }
    impact.orders = bad.definite;
    let first = first.filter(|_| bad.possible > 0);
    Sample { worst_part, parts, first, ..plain(n, bad, impact) }
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
    let clusters = [definite, possible].map(|bad| closing.clusters(channel, bad));
    let exposed = closing.run.supplies.exposed(channel);
    let count = |i: usize| clusters[i].iter().map(|cluster| cluster.bad).sum();
    let bad = Count { definite: count(0), possible: count(1) };
    let worth = [0, 1].map(|i| effective_sample(&clusters[i], exposed));
    let n = clusters[0].iter().map(|cluster| cluster.n).sum();
    // One channel cannot oversell what another has sold: it is enough that it ran out.
    let wanted = closing.run.charter.channels.len().min(2);
    let tested = channel.is_some() || closing.run.supplies.exposed_channels_max() >= wanted;
    let blocked = (!tested).then_some(Unproved::NotExercised);
    Sample { worth, exposed: Some(exposed), blocked, first, ..plain(n, bad, impact) }
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
        impact,
    }
}

fn blank(gate: &Gate, channel: Option<ChannelId>, band: Band) -> GateResult {
    GateResult {
        kpi: gate.kpi,
        channel,
        limits: gate.limits,
        band,
        value: Measure::Lag(Some(Span::ZERO)),
        low: Measure::Absent,
        high: Measure::Absent,
        samples: 0,
        independent: 0,
        samples_needed: 0,
        bad: Count::default(),
        first_bad: None,
        owner: String::new(),
        accepted: None,
        impact: None,
    }
}
