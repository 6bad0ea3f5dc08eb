//! Owns where each gate stands: what was counted, held against its limits.
//! Must not know what the gates together mean (`verdict`).

use super::closing::Closing;
use super::coverage;
use super::judgement::{Band, GateResult, Impact, Measure, Pool, Unproved};
use super::shares::{self, share};
use super::standing::{EVENTS_MIN, Standing, blank, scoped};
use super::tally::LagTally;
use super::toll::Toll;
use super::witnesses;
use crate::history::charter::{Charter, Evidence, Gate, GoWhen, Kpi, Limits};
use crate::ids::ChannelId;
use crate::units::Ppm;

/// Fewest changes a p95 is judged by: with fewer, none late proves nothing (0.95⁵⁹ ≤ 5 %).
pub(crate) const LAG_SAMPLES_MIN: u64 = 59;
/// … in at least so many one-minute windows: lags of one minute share one queue.
pub(crate) const LAG_MINUTES_MIN: u64 = 20;
/// A p95 is "this share may be later".
pub(crate) const LATE_MAX: Ppm = Ppm(50_000);
/// With fewer changes a single late one is more than that share.
const ONE_BREAKS_BELOW: u64 = 20;
/// The gate on one scope.
pub(super) fn stand(closing: &Closing, gate: &Gate, channel: Option<ChannelId>) -> Standing {
    let mut standing = match gate.kpi {
        Kpi::SyncLag => lag(closing, gate, channel, &closing.stock, 0),
        Kpi::PriceLag => lag(closing, gate, channel, &closing.price, 1),
        Kpi::ListingLatency => lag(closing, gate, channel, &closing.listing, 2),
        kpi => share(closing, gate, channel, &shares::sample(closing, kpi, channel)),
    };
    let observed = closing.run.charter.observes_all(witnesses::of_gate(gate.kpi));
    if !observed {
        let unseen = blank(gate, channel, Band::NotProved(Unproved::NotObserved));
        standing.p_value = None;
        standing.result = GateResult { value: Measure::Absent, ..unseen };
    }
    // What is known of the others may fail all the same.
    let partial = coverage::is_partial(closing.run, gate.kpi, channel)
        || !closing.run.charter.observes_all(witnesses::to_pass(gate.kpi));
    if observed && partial && standing.result.band != Band::Failed {
        standing.result.band = Band::NotProved(Unproved::NotObserved);
        standing.result.pool.observed = false;
        standing.result.pool.in_band = None;
    }
    let absent = gate.kpi == Kpi::PriceLag && coverage::misses_a_promotion(closing);
    if observed && absent && standing.result.band != Band::Failed {
        standing.result.band = Band::NotProved(Unproved::NotExercised);
        standing.result.pool.exercised = false;
    }
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
    let everywhere: u64 = tallies.iter().map(|tally| tally.samples).sum();
    let p95 = |hist: &super::hist::Hist| match n {
        0 => Measure::Absent,
        _ => Measure::Lag(hist.quantile(950_000)),
    };
    let value = p95(&tally.high());
    let band = if everywhere == 0 {
        Band::NotProved(nothing_seen(charter, closing.run.source_facts[kind]))
    } else {
        census(&tally, watch, is_above_half(value, gate.limits, watch))
    };
    let result = GateResult {
        value,
        low: p95(&tally.low()),
        high: value,
        samples: n,
        independent: tally.minutes.count(),
        samples_needed: if n < LAG_SAMPLES_MIN { LAG_SAMPLES_MIN } else { 0 },
        bad: tally.late[watch],
        first_bad: tally.first_late[watch].or(tally.first_late[0]),
        impact: impact(closing, gate.kpi, channel),
        pool: pool(&tally, watch, everywhere > 0),
        ..blank(gate, channel, band)
    };
    Standing { result, p_value: None }
}

/// More than the share that a p95 forgives.
fn beyond(late: u64, n: u64) -> bool {
    u128::from(late) * 1_000_000 > u128::from(n) * u128::from(LATE_MAX.0)
}

/// Where the census of a lag stands. Each promotion must be in time by itself: its few changes
/// would drown in everyday ones.
fn census(tally: &LagTally, watch: usize, is_above_half: bool) -> Band {
    let n = tally.samples;
    let definitely = |late: u64, n: u64| late >= EVENTS_MIN && beyond(late, n);
    let mut groups = tally.promotions.iter();
    if definitely(tally.late[watch].definite, n)
        || groups.any(|group| definitely(group.late[watch].definite, group.samples))
    {
        return Band::Failed;
    }
    let late = |edge: usize| {
        let mut groups = tally.promotions.iter();
        beyond(tally.late[edge].possible, n)
            || groups.any(|group| beyond(group.late[edge].possible, group.samples))
    };
    let spread = tally.minutes.count() >= LAG_MINUTES_MIN;
    let proves = |edge: usize| {
        n >= LAG_SAMPLES_MIN && !late(edge) && (spread || tally.late[edge].possible == 0)
    };
    let for_certain = beyond(tally.late[watch].definite, n)
        || tally.promotions.iter().any(|group| beyond(group.late[watch].definite, group.samples));
    if proves(0) {
        Band::Healthy
    } else if proves(watch) {
        Band::Watch
    } else if n >= LAG_SAMPLES_MIN && late(watch) && !for_certain {
        Band::NotProved(Unproved::Unresolved)
    } else if n > 0 && (is_above_half || for_certain) {
        Band::NotProved(Unproved::AtTheLimit)
    } else {
        Band::NotProved(Unproved::TooFewSamples)
    }
}

/// Whether a p95 lies above half its watch edge (its healthy one where that is the limit).
fn is_above_half(value: Measure, limits: Limits, watch: usize) -> bool {
    match (value, limits) {
        (Measure::Lag(lag), Limits::LagP95 { healthy, watch: edge }) => {
            let limit = if watch == 0 { healthy } else { edge };
            lag.is_none_or(|lag| lag.0 > limit.0 / 2)
        }
        _ => false,
    }
}

fn pool(tally: &LagTally, watch: usize, exercised: bool) -> Pool {
    let within = |late: u64, n: u64| (n >= ONE_BREAKS_BELOW).then(|| !beyond(late, n));
    let whole = within(tally.late[watch].possible, tally.samples);
    let groups = tally.promotions.iter();
    let groups = groups.filter_map(|group| within(group.late[watch].possible, group.samples));
    Pool {
        possible: [tally.by_minute.clusters(0), tally.by_minute.clusters(watch)],
        definite: tally.by_minute.clusters(if watch == 0 { 3 } else { 2 }),
        exercised,
        observed: true,
        in_band: groups.fold(whole, |all, one| Some(all.unwrap_or(true) && one)),
    }
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
