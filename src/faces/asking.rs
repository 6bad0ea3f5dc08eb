//! Owns what every face asks its shop: offers, orders, changes of offers.
//! Must not know any platform; a refusal is the shop's own word.

use smallvec::{SmallVec, smallvec};

use super::{Shop, UNVERSIONED};
use crate::commerce::inside::{Inside, InsideReply, OfferRead, OrderRead, OrdersWanted};
use crate::commerce::protocol::{Change, ChannelReply, ChannelRequest, ItemOutcome, UpdateItem};
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

/// Asks for changes of one kind; leaves what became of each, by the place that came with it.
pub(super) fn push(
    shop: &mut dyn Shop,
    kind: PushKind,
    changes: &[(usize, SkuId, Change)],
) -> Result<Vec<(usize, ItemOutcome)>, ChannelReply> {
    if changes.is_empty() {
        return Ok(vec![]);
    }
    let item = |(_, sku, change): &(usize, SkuId, Change)| UpdateItem {
        sku: *sku,
        version: UNVERSIONED,
        change: *change,
    };
    let items: SmallVec<[UpdateItem; 1]> = match changes {
        [one] => smallvec![item(one)],
        many => many.iter().map(item).collect(),
    };
    match shop.ask(ChannelRequest::Update { key: None, kind, items }) {
        ChannelReply::Updated { items } => {
            Ok(changes.iter().map(|(place, ..)| *place).zip(items).collect())
        }
        refused => Err(refused),
    }
}
