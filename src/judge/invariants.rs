//! Owns how each invariant fared. Must not know gates.

use super::bounds::lower;
use super::breaches::Breaches;
use super::closing::Closing;
use super::gates::{LATE_MAX, owner};
use super::judgement::{Band, Count, Invariant, InvariantResult, Unproved};
use super::shares::bad_limits;
use super::standing::EVENTS_MIN;
use super::ungated;
use super::witnesses;
use super::wrong::Wrong;
use crate::history::charter::{Kpi, Limits};
use crate::units::Ppm;

/// How an invariant fared, over all and on each channel.
pub(super) struct Fared {
    pub(super) result: InvariantResult,
    /// Breaches by channel, …
    pub(super) by_channel: Vec<u64>,
    /// … and where they put each.
    pub(super) on: Vec<Band>,
}

/// How an invariant fared.
pub(super) fn fare(closing: &Closing, invariant: Invariant) -> Fared {
    let share = ungated::of(closing, invariant);
    let breaches = match &share {
        Some(share) => share.breaches.clone(),
        None => breaches(closing, invariant),
    };
    let mut count = count(closing, invariant, &breaches);
    count.possible += share.as_ref().map_or(0, |share| share.open);
    let must_be_zero = must_be_zero(invariant);
    let band = if let Some(share) = &share {
        share.band
    } else if must_be_zero {
        band(closing, invariant, count, breaches.checked)
    } else if (0..breaches.by_channel.len()).any(|i| fails_on(closing, invariant, &breaches, i)) {
        Band::Failed
    } else if wrong(closing, invariant).is_some() {
        if count.definite > 0 { Band::Watch } else { Band::Healthy }
    } else if count.possible > 0 {
        Band::Watch
    } else {
        Band::Healthy
    };
    let seen = closing.run.charter.observes_all(witnesses::of_invariant(invariant));
    let band = if seen { band } else { Band::NotProved(Unproved::NotObserved) };
    // What nobody could have told is not counted against anybody.
    let (breaches, count) = if seen {
        (breaches, count)
    } else {
        (Breaches::new(breaches.by_channel.len()), Count::default())
    };
    let result = InvariantResult {
        invariant,
        must_be_zero,
        breaches: count,
        of: breaches.checked,
        units: breaches.units,
        money: breaches.money,
        band,
        first: breaches.first,
        first_order: breaches.first_order,
        owner: owner(&closing.run.charter, owned_as(invariant)),
    };
    let place = |i: usize| match breaches.by_channel[i] {
        bad if bad == 0 || !seen => Band::Healthy,
        _ if must_be_zero || fails_on(closing, invariant, &breaches, i) => Band::Failed,
        _ => Band::Watch,
    };
    let on = match share {
        Some(share) if seen => share.on,
        _ => (0..breaches.by_channel.len()).map(place).collect(),
    };
    Fared { result, on, by_channel: breaches.by_channel }
}

fn breaches(closing: &Closing, invariant: Invariant) -> Breaches {
    let run = closing.run;
    match invariant {
        Invariant::DuplicateHandoff => run.ways.duplicate.clone(),
        Invariant::DoubleDecrement => run.ways.double.clone(),
        Invariant::DuplicateAcceptance => run.repeated.clone(),
        Invariant::LostHandoff => closing.lost.clone(),
        Invariant::GhostOrder => run.ways.ghost.clone(),
        Invariant::AlteredOrder => closing.unamended.altered.clone(),
        Invariant::Conservation => closing.conservation.clone(),
        Invariant::LostUpdate => run.ledger.lost_update.clone(),
        Invariant::Oversell => run.oversell.clone(),
        Invariant::Undersell => run.supplies.undersell.clone(),
        Invariant::StaleListing => run.stale.clone(),
        Invariant::MispricedOrder => run.mispriced.clone(),
        Invariant::PriceOutOfTime => out_of_time(closing),
        Invariant::Regression => run.regression.clone(),
        Invariant::WrongOffer => closing.wrong_offers.0.breaches.clone(),
        Invariant::WrongPrice => closing.wrong_prices.breaches.clone(),
        Invariant::StuckOffer => run.stuck.breaches.clone(),
        Invariant::OneSidedEnd
        | Invariant::ContradictedAnswer
        | Invariant::SentAway
        | Invariant::LateCancellation
        | Invariant::LateDispatch
        | Invariant::LateAcceptance => unreachable!("it has a share of its own"),
    }
}

/// Prices charged early, and old ones charged beyond the grace after their end.
fn out_of_time(closing: &Closing) -> Breaches {
    let mut breaches = closing.run.prices.early.clone();
    for (i, tally) in closing.price.iter().enumerate() {
        breaches.checked += tally.samples;
        breaches.definite += tally.late[2].definite;
        breaches.by_channel[i] += tally.late[2].definite;
        if let Some(late) = tally.first_late[2]
            && breaches.first.is_none_or(|first| late.seq < first.seq)
        {
            breaches.first = Some(late);
        }
    }
    breaches
}

fn count(closing: &Closing, invariant: Invariant, breaches: &Breaches) -> Count {
    let definite = breaches.definite;
    match invariant {
        // Goods on their way between two facts look like a breach until all is quiet.
        Invariant::Conservation if !closing.run.quiet => Count { definite: 0, possible: definite },
        Invariant::LostHandoff => Count { definite, possible: definite + closing.lost_open },
        Invariant::AlteredOrder => Count { definite, possible: definite + closing.unamended.open },
        Invariant::PriceOutOfTime => {
            let open = closing.price.iter().map(|t| t.late[2].possible - t.late[2].definite);
            Count { definite, possible: definite + open.sum::<u64>() }
        }
        Invariant::WrongOffer | Invariant::WrongPrice => {
            let open = wrong(closing, invariant).map_or(0, |wrong| wrong.open);
            Count { definite, possible: definite + open }
        }
        _ => Count { definite, possible: definite },
    }
}

fn band(closing: &Closing, invariant: Invariant, count: Count, checked: u64) -> Band {
    if count.definite > 0 {
        return Band::Failed;
    }
    if closing.run.ending.is_none() {
        return Band::NotProved(Unproved::Truncated);
    }
    if checked == 0 {
        return Band::NotProved(Unproved::NotObserved);
    }
    // Nobody asked the OMS to take an order twice: that it does not is not shown.
    if invariant == Invariant::DuplicateHandoff && closing.run.ways.redelivered == 0 {
        return Band::NotProved(Unproved::NotExercised);
    }
    if count.possible > 0 {
        return Band::NotProved(Unproved::Unresolved);
    }
    Band::Healthy
}

fn wrong<'a>(closing: &'a Closing, invariant: Invariant) -> Option<&'a Wrong> {
    match invariant {
        Invariant::WrongOffer => Some(&closing.wrong_offers.0),
        Invariant::WrongPrice => Some(&closing.wrong_prices),
        _ => None,
    }
}

/// A breach of what a channel shows is a condition; beyond a share of the channel a failure: of
/// its offers or prices more than a p95 forgives, of its orders more than may be oversold.
fn fails_on(closing: &Closing, invariant: Invariant, breaches: &Breaches, channel: usize) -> bool {
    if let Some(wrong) = wrong(closing, invariant) {
        let bad = breaches.by_channel[channel];
        return bad >= EVENTS_MIN && Ppm::of(bad, wrong.checked_on[channel]) > LATE_MAX;
    }
    if invariant != Invariant::StuckOffer {
        return false;
    }
    let met = closing.run.stuck.met_on[channel];
    let accepted = closing.run.ways.ways[channel].accepted;
    let (_, watch) = bad_limits(Limits::standard(Kpi::OversoldOrders));
    met >= EVENTS_MIN && lower(met as f64, accepted as f64) > watch
}

/// Whether a breach that may happen is at least a condition of the verdict.
pub(super) fn is_condition(invariant: Invariant) -> bool {
    matches!(
        invariant,
        Invariant::WrongOffer
            | Invariant::WrongPrice
            | Invariant::StuckOffer
            | Invariant::OneSidedEnd
            | Invariant::ContradictedAnswer
            | Invariant::SentAway
            | Invariant::LateCancellation
            | Invariant::LateDispatch
            | Invariant::LateAcceptance
    )
}

fn must_be_zero(invariant: Invariant) -> bool {
    match invariant {
        Invariant::DuplicateHandoff
        | Invariant::DoubleDecrement
        | Invariant::DuplicateAcceptance
        | Invariant::GhostOrder
        | Invariant::AlteredOrder
        | Invariant::Conservation
        | Invariant::LostUpdate => true,
        Invariant::LostHandoff
        | Invariant::Oversell
        | Invariant::Undersell
        | Invariant::StaleListing
        | Invariant::MispricedOrder
        | Invariant::PriceOutOfTime
        | Invariant::Regression
        | Invariant::WrongOffer
        | Invariant::WrongPrice
        | Invariant::StuckOffer
        | Invariant::OneSidedEnd
        | Invariant::ContradictedAnswer
        | Invariant::SentAway
        | Invariant::LateCancellation
        | Invariant::LateDispatch
        | Invariant::LateAcceptance => false,
    }
}

fn owned_as(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::DuplicateHandoff
        | Invariant::DuplicateAcceptance
        | Invariant::LostHandoff
        | Invariant::GhostOrder
        | Invariant::AlteredOrder
        | Invariant::OneSidedEnd
        | Invariant::ContradictedAnswer
        | Invariant::SentAway
        | Invariant::LateDispatch
        | Invariant::LateAcceptance => "order handoff",
        Invariant::DoubleDecrement
        | Invariant::Conservation
        | Invariant::LostUpdate
        | Invariant::Oversell
        | Invariant::Undersell
        | Invariant::StaleListing
        | Invariant::Regression
        | Invariant::WrongOffer
        | Invariant::StuckOffer
        | Invariant::LateCancellation => "inventory sync",
        Invariant::MispricedOrder | Invariant::PriceOutOfTime | Invariant::WrongPrice => "prices",
    }
}
