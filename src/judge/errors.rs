//! Owns the ranking of what goes wrong with orders between channel and OMS. Must not know gates.
//!
//! An order that the OMS never got is in one class only; classes of different kinds (late and
//! altered, say) may share an order.

use super::breaches::Breaches;
use super::closing::{Closing, Lost};
use super::gates::owner;
use super::judgement::{ErrorClass, ErrorRow, Impact};
use crate::ids::ChannelId;

/// Every class of which there is an order: most money first, then most orders.
pub(super) fn ranked(closing: &Closing) -> Vec<ErrorRow> {
    let rows = ErrorClass::ALL.into_iter().map(|class| (class, of(closing, class)));
    let mut rows: Vec<ErrorRow> = rows
        .filter(|(_, breaches)| breaches.definite > 0)
        .map(|(class, breaches)| ErrorRow {
            class,
            touched: Impact {
                orders: breaches.definite,
                units: breaches.units,
                money: breaches.money,
            },
            most_on: most(&breaches.by_channel),
            owner: owner(&closing.run.charter, owned_as(class)),
        })
        .collect();
    let weight = |row: &ErrorRow| (row.touched.money, row.touched.orders);
    rows.sort_by_key(|row| (std::cmp::Reverse(weight(row)), row.class));
    rows
}

fn of<'a>(closing: &'a Closing, class: ErrorClass) -> &'a Breaches {
    let (run, ways) = (closing.run, &closing.run.ways);
    match class {
        ErrorClass::LostHandoff => closing.lost_as(Lost::Unsaid),
        ErrorClass::RejectedHandoff => closing.lost_as(Lost::Rejected),
        ErrorClass::AbandonedHandoff => closing.lost_as(Lost::GivenUp),
        ErrorClass::LateHandoff => &ways.late,
        ErrorClass::DuplicateHandoff => &ways.duplicate,
        ErrorClass::GhostOrder => &ways.ghost,
        ErrorClass::AlteredOrder => &closing.unamended.altered,
        ErrorClass::DuplicateAcceptance => &run.repeated,
        ErrorClass::DoubleDecrement => &ways.double,
        ErrorClass::EndNotTold => &ways.end_not_told,
        ErrorClass::MispricedOrder => &run.mispriced,
    }
}

/// The failure class whose owner answers.
fn owned_as(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::LostHandoff
        | ErrorClass::RejectedHandoff
        | ErrorClass::AbandonedHandoff
        | ErrorClass::LateHandoff
        | ErrorClass::DuplicateHandoff
        | ErrorClass::GhostOrder
        | ErrorClass::AlteredOrder
        | ErrorClass::DuplicateAcceptance
        | ErrorClass::EndNotTold => "order handoff",
        ErrorClass::DoubleDecrement => "inventory sync",
        ErrorClass::MispricedOrder => "prices",
    }
}

/// The channel with most; the first of equals.
fn most(by_channel: &[u64]) -> Option<ChannelId> {
    let counted = by_channel.iter().enumerate().filter(|(_, n)| **n > 0);
    counted.max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0))).map(|(i, _)| ChannelId(i as u16))
}
