//! Owns rules on what no gate counts: ends told to one side only, shoppers told otherwise than the
//! record says, shoppers sent away, orders cancelled after their term, orders that leave too late.
//! Must not know how gates are proved.

use super::answers::Told;
use super::bounds::lower;
use super::breaches::Breaches;
use super::closing::Closing;
use super::harness::too_many_on_record;
use super::judgement::{Band, Count, Invariant, Unproved};
use super::run::Run;
use super::shares::bad_limits;
use super::standing::EVENTS_MIN;
use crate::history::charter::{Evidence, GoWhen, Kpi, Limits, Observed};
use crate::history::fact::Release;
use crate::ids::ChannelId;
use crate::units::{Money, Ppm, Qty};

/// Shoppers sent away are a condition from this share of the orders wanted on a channel on, …
pub const SENT_AWAY: Ppm = Ppm(10_000);
/// … and so many: fewer are chance, on some channel of some replication.
pub const SENT_AWAY_MIN: u64 = 10;

/// How a rule with a share of its own fared.
pub(super) struct Share {
    pub(super) breaches: Breaches,
    /// Breaches that may still turn out to be none.
    pub(super) open: u64,
    pub(super) band: Band,
    /// By channel.
    pub(super) on: Vec<Band>,
}

/// How it fared; none of a rule that has no share of its own.
pub(super) fn of(closing: &Closing, invariant: Invariant) -> Option<Share> {
    match invariant {
        Invariant::OneSidedEnd => Some(one_sided(closing)),
        Invariant::ContradictedAnswer => Some(contradicted(closing.run)),
        Invariant::SentAway => Some(sent_away(closing.run)),
        Invariant::LateCancellation => Some(late_cancellations(closing.run)),
        Invariant::LateDispatch => Some(late_dispatches(closing)),
        Invariant::LateAcceptance => Some(late_acceptances(closing)),
        _ => None,
    }
}

/// One breach is a condition; beyond the watch edge of reconciliation, a failure: the two sides
/// hold different orders.
fn one_sided(closing: &Closing) -> Share {
    let (ends, ways) = (&closing.one_sided, &closing.run.ways.ways);
    let limit = edge(closing.run, Limits::standard(Kpi::ReconciliationVariance));
    let mut breaches = ends.breaches.clone();
    breaches.checked = ways.iter().map(|way| way.accepted).sum();
    let place = |i: usize| {
        let (bad, open, of) = (breaches.by_channel[i], ends.open_on[i], ways[i].accepted);
        let beyond = |bad: u64| bad >= EVENTS_MIN && Ppm::of(bad, of) > limit;
        match bad {
            _ if beyond(bad) => Band::Failed,
            _ if beyond(bad + open) => Band::NotProved(Unproved::Unresolved),
            0 => Band::Healthy,
            _ => Band::Watch,
        }
    };
    let on = (0..ways.len()).map(place).collect();
    Share { open: ends.open_on.iter().sum(), ..together(breaches, on) }
}

/// Who is right nobody knows: with a single one of them, what the channel says is not proved.
fn contradicted(run: &Run) -> Share {
    counted(run, Told::contradicted, |_, bad| match bad {
        0 => Band::Healthy,
        _ => Band::NotProved(Unproved::Contradicted),
    })
}

fn sent_away(run: &Run) -> Share {
    counted(
        run,
        |told| told.unserved,
        |told, bad| {
            let many = bad >= SENT_AWAY_MIN && Ppm::of(bad, told.wanted) >= SENT_AWAY;
            if many { Band::Watch } else { Band::Healthy }
        },
    )
}

/// A cancellation that comes after its term is one all the same for whoever waited: with at least
/// five late ones, all cancellations together are held to the gate's limit.
fn late_cancellations(run: &Run) -> Share {
    let ways = &run.ways.ways;
    let gate = run.charter.gates.iter().find(|gate| gate.kpi == Kpi::StockCancellations);
    let limits = gate.map_or(Limits::standard(Kpi::StockCancellations), |gate| gate.limits);
    let limit = edge(run, limits);
    let place = |[late, cancelled, accepted]: [u64; 3]| match late {
        0..EVENTS_MIN => Band::Healthy,
        _ if lower(cancelled as f64, accepted as f64) > limit => Band::Failed,
        _ if Ppm::of(cancelled, accepted) > limit => Band::Watch,
        _ => Band::Healthy,
    };
    let mut breaches = Breaches::new(ways.len());
    let (mut on, mut all) = (Vec::new(), [0; 3]);
    for (i, way) in ways.iter().enumerate() {
        let late = way.cancelled - way.cancelled_in_term.orders;
        let here = [late, way.cancelled, way.accepted];
        all.iter_mut().zip(here).for_each(|(sum, n)| *sum += n);
        on.push(place(here));
        breaches.by_channel[i] = late;
        breaches.money += way.cancelled_money - way.cancelled_in_term.money;
    }
    (breaches.definite, breaches.checked) = (all[0], all[2]);
    let whole = place(all);
    let share = together(breaches, on);
    Share { band: worse(share.band, whole), ..share }
}

/// A condition where the channel holds so many against us; not proved where it may. One that states
/// no limit is told, and nothing rests on it.
fn late_dispatches(closing: &Closing) -> Share {
    let dispatches = &closing.dispatches;
    let place = |channel: usize| {
        let Some(of) = dispatches.on(channel) else { return Band::Healthy };
        let Some(limit) = of.late_max else { return Band::Healthy };
        let beyond = |late: u64| late >= EVENTS_MIN && Ppm::of(late, of.orders) > limit;
        match of.late {
            Count { definite, .. } if beyond(definite) => Band::Watch,
            Count { possible, .. } if beyond(possible) => Band::NotProved(Unproved::Unresolved),
            Count { .. } => Band::Healthy,
        }
    };
    let on = (0..closing.run.charter.channels.len()).map(place).collect();
    let open = dispatches.of.iter().map(|of| of.late.possible - of.late.definite).sum();
    Share { open, ..together(dispatches.late.clone(), on) }
}

/// One is a condition: it is a sale lost. Beyond the watch edge of handoff, a failure: so many
/// never reach us.
fn late_acceptances(closing: &Closing) -> Share {
    let acceptances = &closing.acceptances;
    let limit = edge(closing.run, Limits::standard(Kpi::HandoffSuccess));
    let place = |channel: usize| {
        let Some(of) = acceptances.on(channel) else { return Band::Healthy };
        let beyond = |late: u64| late >= EVENTS_MIN && Ppm::of(late, of.orders) > limit;
        match of.late {
            Count { definite, .. } if beyond(definite) => Band::Failed,
            Count { possible, .. } if beyond(possible) => Band::NotProved(Unproved::Unresolved),
            Count { definite: 0, .. } => Band::Healthy,
            Count { .. } => Band::Watch,
        }
    };
    let on = (0..closing.run.charter.channels.len()).map(place).collect();
    let open = acceptances.of.iter().map(|of| of.late.possible - of.late.definite).sum();
    Share { open, ..together(acceptances.late.clone(), on) }
}

/// A rule that counts intents.
fn counted(run: &Run, bad: impl Fn(&Told) -> u64, place: impl Fn(&Told, u64) -> Band) -> Share {
    let told = &run.answers.told;
    let mut breaches = Breaches::new(told.len());
    breaches.by_channel = told.iter().map(&bad).collect();
    breaches.definite = breaches.by_channel.iter().sum();
    breaches.checked = told.iter().map(|told| told.wanted).sum();
    (breaches.units, breaches.money) = (Qty::ZERO, Money::ZERO);
    let on = told.iter().map(|told| place(told, bad(told))).collect();
    together(breaches, on)
}

fn together(breaches: Breaches, on: Vec<Band>) -> Share {
    let band = on.iter().copied().fold(Band::Healthy, worse);
    Share { breaches, open: 0, band, on }
}

fn worse(a: Band, b: Band) -> Band {
    let rank = |band: Band| match band {
        Band::Healthy => 0,
        Band::Watch => 1,
        Band::NotProved(_) => 2,
        Band::Failed => 3,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// The edge that a GO needs, as a share of bad events.
fn edge(run: &Run, limits: Limits) -> Ppm {
    let (healthy, watch) = bad_limits(limits);
    if run.charter.go_when == GoWhen::Healthy { healthy } else { watch }
}

/// What keeps a channel's gates from being proved: its shoppers were not answered, were told
/// otherwise than it says, or are not on record.
pub(super) fn spoils(run: &Run, channel: ChannelId) -> Option<Unproved> {
    let (told, charter) = (&run.answers.told[channel.index()], &run.charter);
    let way = &run.ways.ways[channel.index()];
    let accepted = way.accepted;
    let made = charter.evidence != Evidence::Operations;
    // Cancellations that nobody asked for or that were refused, and those that shoppers were told
    // of and never came.
    let released = way.released[Release::Customer as usize];
    let unasked = released.saturating_sub(told.cancels);
    let unkept = told.cancels_done.saturating_sub(released);
    let said = made && charter.observes_all(&[Observed::Load]);
    let otherwise = if said { unasked + unkept } else { 0 };
    let unlikely = run.tolls[channel.index()].unoffered + way.recalled;
    let otherwise = otherwise + if made { unlikely } else { 0 };
    match () {
        () if run.load.is_unanswered_on(channel, charter) => Some(Unproved::Unanswered),
        () if too_many_on_record(told.contradicted(), told.wanted, charter) => {
            Some(Unproved::Contradicted)
        }
        () if too_many_on_record(way.contradicted + otherwise, accepted, charter) => {
            Some(Unproved::Contradicted)
        }
        () if made && too_many_on_record(told.unasked, accepted, charter) => {
            Some(Unproved::NotObserved)
        }
        () => None,
    }
}
