//! Owns how one gate or invariant is said. Must not know which of them decides the verdict.

use super::limits::at_most_where_none;
use super::limits::{lag_of, limit, samples_word};
use super::number::{
    clock, count, counted, interval, money, share, signed, span, value, value_said,
};
use super::standing::touched;
use super::{short, unproved_in};
use crate::report::summary::band::{Band, Unproved};
use crate::report::summary::gate::{Count, Gate, Invariant, InvariantKind, Kpi, Limits, Value};
use crate::report::summary::{Summary, Terms};

/// `on amazon`, or `over the run`.
fn on(channel: Option<&str>) -> String {
    channel.map_or_else(|| "over the run".to_owned(), |name| format!("on {name}"))
}

/// `is`, or `are` where a KPI's title is in the plural.
pub fn is(kpi: Kpi) -> &'static str {
    let plural =
        matches!(kpi, Kpi::OversoldOrders | Kpi::StockCancellations | Kpi::MispricedOrders);
    if plural { "are" } else { "is" }
}

/// `inventory sync lag on amazon: p95 41.2 min against 12 min`, short enough for a clause.
pub fn value_against_limit(gate: &Gate, terms: &Terms) -> String {
    let scope = gate.channel.as_deref().map_or(String::new(), |name| format!(" on {name}"));
    let p95 = if lag_of(gate.kpi) { "p95 " } else { "" };
    let seen = value_said(gate.value);
    format!("{}{scope} at {p95}{seen} against {}", gate.kpi.title(), limit(gate.limits, terms))
}

/// A gate in a full sentence without its full stop.
pub fn gate_sentence(summary: &Summary, gate: &Gate) -> String {
    match (gate.band, gate.because) {
        (Band::NotProved, Some(Unproved::AtTheLimit)) => at_the_limit(summary, gate),
        (Band::NotProved, Some(why)) => not_proved(summary, gate, why),
        _ => measured(summary, gate),
    }
}

/// Neither proved nor failed, and no number of samples would prove it as it is.
fn at_the_limit(summary: &Summary, gate: &Gate) -> String {
    format!("{}: too near to the limit to be sure, lower it", measured(summary, gate))
}

fn not_proved(summary: &Summary, gate: &Gate, why: Unproved) -> String {
    let title = capitalised(gate.kpi.title());
    let start = format!("{title} {} {} not proved", on(gate.channel.as_deref()), is(gate.kpi));
    let things = samples_word(gate.kpi);
    match why {
        Unproved::TooFewSamples if gate.samples_needed > gate.samples => format!(
            "{start}: it rests on {} {things} and needs {}",
            count(gate.samples),
            count(gate.samples_needed),
        ),
        Unproved::TooFewSamples => format!(
            "{start}: too few independent samples stand behind its {} {things}",
            count(gate.samples),
        ),
        Unproved::Unresolved => format!(
            "{start}: {} of {} {things} are bad, depending on outcomes that nobody knows",
            between(gate.bad),
            count(gate.samples),
        ),
        other => format!("{start}: {}", unproved_in(summary, other)),
    }
}

fn measured(summary: &Summary, gate: &Gate) -> String {
    let (on, bad) = (on(gate.channel.as_deref()), between(gate.bad));
    let (samples, seen) = (count(gate.samples), value(gate.value));
    let limit = limit(gate.limits, &summary.terms);
    let stake = touched(summary, gate);
    match gate.kpi {
        Kpi::OversoldOrders => format!(
            "{bad} of {samples} accepted orders {on} had units sold beyond stock: {seen} ({}) \
             against a limit of {limit}{stake}",
            surely(gate),
        ),
        Kpi::MispricedOrders => format!(
            "{bad} of {samples} accepted orders {on} were charged a wrong price: {seen} ({}) \
             against a limit of {limit}{stake}",
            surely(gate),
        ),
        Kpi::StockCancellations => format!(
            "{bad} of {samples} accepted orders {on} were cancelled for want of stock: {seen} \
             ({}) against a limit of {limit}{stake}",
            surely(gate),
        ),
        Kpi::HandoffSuccess => format!(
            "{bad} of {samples} orders due {on} were not in the OMS once, unaltered and within \
             {}: success {seen} ({}) against {limit}{stake}",
            span(summary.terms.handoff_within_us),
            surely(gate),
        ),
        Kpi::ReconciliationVariance => format!(
            "{bad} of {samples} orders {on} differ between the channel's books and the OMS: \
             {seen} ({}) against a limit of {limit}{stake}",
            surely(gate),
        ),
        Kpi::ListingLatency | Kpi::SyncLag | Kpi::PriceLag
            if gate.value == Value::LaterThanObserved =>
        {
            format!(
                "{} {on}: more than one change in twenty was never shown by the end, against a \
                 limit of {limit}; {bad} of {samples} changes were later{stake}",
                capitalised(gate.kpi.title()),
            )
        }
        Kpi::ListingLatency | Kpi::SyncLag | Kpi::PriceLag => format!(
            "{} {on} was {seen} at p95 ({}) against a limit of {limit}; {bad} of {samples} \
             changes were later{stake}",
            capitalised(gate.kpi.title()),
            surely(gate),
        ),
    }
}

/// The bound that decides: a failure by the side that flatters the system, the rest by both.
fn surely(gate: &Gate) -> String {
    let at_least = matches!(gate.limits, Limits::AtLeastPpm { .. });
    match (gate.band, at_least) {
        (Band::Failed, false) if gate.low != Value::Absent => {
            format!("at least {}", value(gate.low))
        }
        (Band::Failed, true) if gate.high != Value::Absent => {
            format!("at most {}", value(gate.high))
        }
        _ => interval(gate.low, gate.high),
    }
}

/// `412`, or `12 to 40` where outcomes are unknown.
pub fn between(bad: Count) -> String {
    if bad.definite == bad.possible {
        count(bad.definite)
    } else {
        format!("{} to {}", count(bad.definite), count(bad.possible))
    }
}

/// An invariant as a title.
pub fn invariant_title(invariant: InvariantKind) -> &'static str {
    match invariant {
        InvariantKind::DuplicateHandoff => "order created twice",
        InvariantKind::DoubleDecrement => "stock taken twice",
        InvariantKind::DuplicateAcceptance => "purchase accepted twice",
        InvariantKind::LostHandoff => "order lost",
        InvariantKind::GhostOrder => "ghost order",
        InvariantKind::AlteredOrder => "order altered",
        InvariantKind::Conservation => "units unaccounted for",
        InvariantKind::LostUpdate => "ledger update lost",
        InvariantKind::Oversell => "oversell",
        InvariantKind::Undersell => "undersell",
        InvariantKind::StaleListing => "stale listing",
        InvariantKind::MispricedOrder => "order mispriced",
        InvariantKind::PriceOutOfTime => "price charged too early or too late",
        InvariantKind::Regression => "older stock shown again",
        InvariantKind::WrongOffer => "wrong offer",
        InvariantKind::WrongPrice => "wrong price",
        InvariantKind::StuckOffer => "offer that stood still while it sold",
        InvariantKind::OneSidedEnd => "order cancelled on one side only",
        InvariantKind::ContradictedAnswer => "shopper told wrongly",
        InvariantKind::SentAway => "shopper sent away",
        InvariantKind::LateCancellation => "late cancellation",
        InvariantKind::LateDispatch => "late dispatch",
        InvariantKind::LateAcceptance => "late acceptance",
    }
}

/// What an invariant's breaches are, said of `n` of them.
pub fn breaches(invariant: InvariantKind, n: u64) -> String {
    let (one, many) = match invariant {
        InvariantKind::DuplicateHandoff => (
            "order was created more than once in the OMS",
            "orders were created more than once in the OMS",
        ),
        InvariantKind::DoubleDecrement => {
            ("order took its units from stock twice", "orders took their units from stock twice")
        }
        InvariantKind::DuplicateAcceptance => (
            "shopper's purchase was accepted as two orders",
            "shoppers' purchases were accepted as two orders",
        ),
        InvariantKind::LostHandoff => {
            ("accepted order never reached the OMS", "accepted orders never reached the OMS")
        }
        InvariantKind::GhostOrder => (
            "order in the OMS was never accepted by a channel",
            "orders in the OMS were never accepted by a channel",
        ),
        InvariantKind::AlteredOrder => (
            "order in the OMS differs from what was accepted",
            "orders in the OMS differ from what was accepted",
        ),
        InvariantKind::Conservation => (
            "SKU does not add up: supply ≠ on hand + shipped",
            "SKUs do not add up: supply ≠ on hand + shipped",
        ),
        InvariantKind::LostUpdate => (
            "change of the OMS's ledger is not what was asked for",
            "changes of the OMS's ledger are not what was asked for",
        ),
        InvariantKind::Oversell => ("order was sold beyond stock", "orders were sold beyond stock"),
        InvariantKind::Undersell => (
            "order was refused for stock that was there",
            "orders were refused for stock that was there",
        ),
        InvariantKind::StaleListing => {
            ("listing offered more than there was", "listings offered more than there was")
        }
        InvariantKind::MispricedOrder => (
            "order was charged a price that was not valid",
            "orders were charged a price that was not valid",
        ),
        InvariantKind::PriceOutOfTime => (
            "price was charged before it was due or after its end",
            "prices were charged before they were due or after their end",
        ),
        InvariantKind::Regression => (
            "older stock level was shown again after a newer one",
            "older stock levels were shown again after newer ones",
        ),
        InvariantKind::WrongOffer | InvariantKind::WrongPrice | InvariantKind::StuckOffer => {
            shown_wrongly(invariant)
        }
        told => told_wrongly(told),
    };
    counted(n, one, many)
}

/// The same of what channels show.
fn shown_wrongly(invariant: InvariantKind) -> (&'static str, &'static str) {
    match invariant {
        InvariantKind::WrongOffer => (
            "offer was not what the stock makes it when all was quiet",
            "offers were not what the stock makes them when all was quiet",
        ),
        InvariantKind::WrongPrice => (
            "price was not the intended one when all was quiet",
            "prices were not the intended ones when all was quiet",
        ),
        _ => (
            "offer stood still while shoppers ordered it",
            "offers stood still while shoppers ordered them",
        ),
    }
}

/// The same of what people were told.
fn told_wrongly(invariant: InvariantKind) -> (&'static str, &'static str) {
    match invariant {
        InvariantKind::OneSidedEnd => (
            "order was cancelled on one side, channel or OMS, and is alive on the other",
            "orders were cancelled on one side, channel or OMS, and are alive on the other",
        ),
        InvariantKind::ContradictedAnswer => (
            "shopper was told otherwise than the channel's own record says",
            "shoppers were told otherwise than the channels' own records say",
        ),
        InvariantKind::SentAway => (
            "shopper was sent away for nothing that was wrong with the order, and never served",
            "shoppers were sent away for nothing that was wrong with the order, and never served",
        ),
        InvariantKind::LateAcceptance => (
            "order waited for us, and was not accepted in time",
            "orders waited for us, and were not accepted in time",
        ),
        InvariantKind::LateDispatch => (
            "order had not left in time, or its channel was not told so",
            "orders had not left in time, or their channels were not told so",
        ),
        _ => (
            "order was cancelled for want of stock after the time within which that counts",
            "orders were cancelled for want of stock after the time within which that counts",
        ),
    }
}

/// An invariant in a full sentence without its full stop; it says which.
pub fn invariant_sentence(summary: &Summary, result: &Invariant) -> String {
    let found = invariant_found(summary, result);
    match result.breaches.possible {
        0 => format!("{}: {found}", capitalised(invariant_title(result.invariant))),
        _ => found,
    }
}

/// What was found of an invariant, where its name stands beside it.
pub fn invariant_found(summary: &Summary, result: &Invariant) -> String {
    let Count { definite, possible } = result.breaches;
    let mut text = match (definite, possible) {
        (0, 0) => clean(summary, result),
        (0, possible) => format!("Possibly {}", breaches(result.invariant, possible)),
        (definite, possible) if definite == possible => breaches(result.invariant, definite),
        (definite, possible) => {
            format!("{} (up to {})", breaches(result.invariant, definite), count(possible))
        }
    };
    text.push_str(&named(summary, result.invariant));
    if result.invariant == InvariantKind::StuckOffer && result.band == Band::Failed {
        text.push_str("; more of a channel's orders met one than may be oversold");
    }
    if let Some(first) = result.first {
        let order = result.first_order.as_ref();
        let order = order.map_or(String::new(), |o| format!(", {} order {}", o.channel, o.number));
        text.push_str(&format!(", first at {}{order}", clock(first.at_us)));
    }
    if result.money != 0 {
        text.push_str(&format!(", {} at stake", money(result.money, &summary.campaign)));
    }
    match (result.must_be_zero, definite, result.because) {
        (true, 1.., _) => text.push_str("; none is allowed"),
        (_, _, Some(why)) => {
            text.push_str(&format!("; not proved: {}", unproved_in(summary, why)));
        }
        _ => {}
    }
    text
}

/// The worst of what has a name: `: SKU 3 on ebay (412 units ordered)`.
fn named(summary: &Summary, invariant: InvariantKind) -> String {
    match invariant {
        InvariantKind::StuckOffer => summary.stuck_offers.first().map(|offer| {
            let units = counted(offer.units.unsigned_abs(), "unit", "units");
            format!(", most ordered: {} on {} ({units})", offer.sku, offer.channel)
        }),
        InvariantKind::WrongOffer => summary.wrong_offers.first().map(|offer| {
            let (offered, should) = (signed(offer.offered), signed(offer.should));
            format!(", dearest: {} on {} at {offered} for {should}", offer.sku, offer.channel)
        }),
        _ => None,
    }
    .unwrap_or_default()
}

/// `none of 24,010`, with what that leaves open.
fn clean(summary: &Summary, result: &Invariant) -> String {
    match result.of {
        0 => "nothing was there to check".to_owned(),
        of => {
            let most = at_most_where_none(summary, result);
            format!("none of {} (at most {} at 95 %)", count(of), share(most))
        }
    }
}

/// An invariant that is clean: nothing to tell about it.
pub fn is_clean(result: &Invariant) -> bool {
    result.breaches.possible == 0 && !matches!(result.band, Band::Failed | Band::NotProved)
}

/// A gate's band with its reason: `healthy`, `not proved: too few samples`.
pub fn band_reason(band: Band, because: Option<Unproved>) -> String {
    match because {
        Some(why) => format!("{}: {}", super::band_word(band), short(why)),
        None => super::band_word(band).to_owned(),
    }
}

/// The first letter in capitals.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
