//! Owns how each invariant fared. Must not know gates.

use super::breaches::Breaches;
use super::closing::Closing;
use super::gates::owner;
use super::judgement::{Band, Count, Invariant, InvariantResult, Unproved};
use crate::ids::ChannelId;

/// Every invariant, in the order of a report.
pub(super) const ALL: [Invariant; 14] = [
    Invariant::DuplicateHandoff,
    Invariant::DoubleDecrement,
    Invariant::DuplicateAcceptance,
    Invariant::LostHandoff,
    Invariant::GhostOrder,
    Invariant::AlteredOrder,
    Invariant::Conservation,
    Invariant::LostUpdate,
    Invariant::Oversell,
    Invariant::Undersell,
    Invariant::StaleListing,
    Invariant::MispricedOrder,
    Invariant::PriceOutOfTime,
    Invariant::Regression,
];

/// How an invariant fared, and how often on each channel.
pub(super) fn fare(closing: &Closing, invariant: Invariant) -> (InvariantResult, Vec<u64>) {
    let breaches = breaches(closing, invariant);
    let count = count(closing, invariant, &breaches);
    let must_be_zero = must_be_zero(invariant);
    let band = if must_be_zero {
        band(closing, invariant, count, breaches.checked)
    } else if count.possible > 0 {
        Band::Watch
    } else {
        Band::Healthy
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
    (result, breaches.by_channel)
}

fn breaches(closing: &Closing, invariant: Invariant) -> Breaches {
    let run = closing.run;
    match invariant {
        Invariant::DuplicateHandoff => run.ways.duplicate.clone(),
        Invariant::DoubleDecrement => run.ways.double.clone(),
        Invariant::DuplicateAcceptance => run.repeated.clone(),
        Invariant::LostHandoff => closing.lost.clone(),
        Invariant::GhostOrder => run.ways.ghost.clone(),
        Invariant::AlteredOrder => run.ways.altered.clone(),
        Invariant::Conservation => closing.conservation.clone(),
        Invariant::LostUpdate => run.ledger.lost_update.clone(),
        Invariant::Oversell => run.oversell.clone(),
        Invariant::Undersell => run.supplies.undersell.clone(),
        Invariant::StaleListing => run.stale.clone(),
        Invariant::MispricedOrder => run.mispriced.clone(),
        Invariant::PriceOutOfTime => out_of_time(closing),
        Invariant::Regression => run.regression.clone(),
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
        Invariant::PriceOutOfTime => {
            let open = closing.price.iter().map(|t| t.late[2].possible - t.late[2].definite);
            Count { definite, possible: definite + open.sum::<u64>() }
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
        | Invariant::Regression => false,
    }
}

fn owned_as(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::DuplicateHandoff
        | Invariant::DuplicateAcceptance
        | Invariant::LostHandoff
        | Invariant::GhostOrder
        | Invariant::AlteredOrder => "order handoff",
        Invariant::DoubleDecrement
        | Invariant::Conservation
        | Invariant::LostUpdate
        | Invariant::Oversell
        | Invariant::Undersell
        | Invariant::StaleListing
        | Invariant::Regression => "inventory sync",
        Invariant::MispricedOrder | Invariant::PriceOutOfTime => "prices",
    }
}

/// Whether a must-be-zero invariant was broken on the channel.
pub(super) fn broken_on(channel: ChannelId, by_channel: &[u64]) -> bool {
    by_channel.get(channel.index()).is_some_and(|&n| n > 0)
}
