//! Owns what every face asks its shop: offers, orders, changes of offers.
//! Must not know any platform; a refusal is the shop's own word.

use super::{Shop, UNVERSIONED};
use crate::commerce::inside::{Inside, InsideReply, OfferRead, OrderRead, OrdersWanted};
use crate::commerce::protocol::{Change, ItemOutcome, UpdateItem};
use crate::history::fact::PushKind;
use crate::ids::SkuId;

/// A page of offers and how many there are, as a call of its own.
pub(super) fn offers(
    shop: &mut dyn Shop,
    from: SkuId,
    limit: u32,
) -> Result<(Vec<OfferRead>, u64), InsideReply> {
    match shop.inside(Inside::Offers { from, limit, counts: true }) {
        InsideReply::Offers { page, total } => Ok((page, total)),
        refused => Err(refused),
    }
}

/// How one offer stands, for the sake of another call.
pub(super) fn offer(shop: &mut dyn Shop, sku: SkuId) -> Option<OfferRead> {
    match shop.inside(Inside::Offers { from: sku, limit: 1, counts: false }) {
        InsideReply::Offers { page, .. } => page.first().copied(),
        _ => None,
    }
}

/// Orders and how many are wanted, as a call of its own.
pub(super) fn orders(
    shop: &mut dyn Shop,
    wanted: OrdersWanted,
) -> Result<(Vec<OrderRead>, u64), InsideReply> {
    match shop.inside(Inside::Orders(wanted)) {
        InsideReply::Orders { page, total } => Ok((page, total)),
        refused => Err(refused),
    }
}

/// How one order stands, for the sake of another call.
pub(super) fn order(shop: &mut dyn Shop, number: u64) -> Option<OrderRead> {
    let wanted = OrdersWanted { counts: false, ..OrdersWanted::one(number) };
    match shop.inside(Inside::Orders(wanted)) {
        InsideReply::Orders { mut page, .. } => page.pop(),
        _ => None,
    }
}

/// Asks for changes of one kind; leaves what became of each, by the place that came with it. A call
/// of its own.
pub(super) fn push(
    shop: &mut dyn Shop,
    kind: PushKind,
    changes: &[Placed],
) -> Result<Vec<(usize, ItemOutcome)>, InsideReply> {
    update(shop, (kind, false), changes)
}

/// The same for changes of which all are made, or none: nothing is changed unless every one of them
/// is taken.
pub(super) fn push_whole(
    shop: &mut dyn Shop,
    kind: PushKind,
    changes: &[Placed],
) -> Result<Vec<(usize, ItemOutcome)>, InsideReply> {
    update(shop, (kind, true), changes)
}

/// A change, with the place of what asks for it.
pub(super) type Placed = (usize, SkuId, Change);

fn update(
    shop: &mut dyn Shop,
    (kind, whole): (PushKind, bool),
    changes: &[Placed],
) -> Result<Vec<(usize, ItemOutcome)>, InsideReply> {
    if changes.is_empty() {
        return Ok(vec![]);
    }
    let item =
        |(_, sku, change): &Placed| UpdateItem { sku: *sku, version: UNVERSIONED, change: *change };
    let items = changes.iter().map(item).collect();
    match shop.inside(Inside::Update { kind, items, whole }) {
        InsideReply::Updated { items } => {
            Ok(changes.iter().map(|(place, ..)| *place).zip(items).collect())
        }
        refused => Err(refused),
    }
}
