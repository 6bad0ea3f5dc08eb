//! Owns what a connector with a defect does instead of what it should.
//! Must not know which defects there are to find: it is asked where the connector would do right.

use super::{Connector, KnownOrder};
use crate::commerce::defect::{Defect, DefectMarks, Defects};
use crate::commerce::protocol::{
    Change, ChannelRequest, Confirmation, Notice, OrderNotice, OrderState, SourceNotice, UpdateItem,
};
use crate::history::charter::Tariff;
use crate::history::fact::{Lines, PushKind};
use crate::ids::{ChannelId, OrderId, SkuId, Version};
use crate::rng::mix;
use crate::units::{At, Money, Qty, Span};

/// How late a price that rises is sent.
const LATE: Span = Span::from_mins(30);
/// How long a handoff lies about.
const SITS: Span = Span::from_mins(20);
/// What a listing is published with before stock is looked up.
const BLINDLY: Qty = Qty(100);

impl Connector {
    /// The same connector with these defects.
    #[must_use]
    pub fn with_defects(mut self, defects: Defects) -> Connector {
        if defects.has(Defect::HoldsBackTwice) {
            self.shelf.hold_back_twice();
        }
        if defects.has(Defect::SumsAllLocations) {
            self.shelf.sums_all_locations();
        }
        self.defects = defects;
        self
    }

    /// How often each of its defects has struck.
    pub(crate) fn marks(&self) -> DefectMarks {
        self.defects.marks()
    }

    /// Whether a webhook that was answered as taken is lost.
    pub(super) fn loses(&mut self, notice: &Notice) -> bool {
        let Notice::Order(OrderNotice { state: OrderState::Ours, intent, .. }) = notice else {
            return false;
        };
        self.defects.strikes(Defect::TakesAndLoses, intent.0)
    }

    /// Whether a reading passes over the first of these changes.
    pub(super) fn passes_over(&mut self, page: &[SourceNotice], cursor: u64) -> usize {
        let passes = !page.is_empty() && self.defects.strikes(Defect::SkewsClock, cursor);
        usize::from(passes)
    }

    /// How far a cursor jumps beyond the page that it stands behind.
    pub(super) fn jumps(&mut self, cursor: u64, more: bool) -> u64 {
        u64::from(more && self.defects.strikes(Defect::JumpsCursor, cursor))
    }

    /// A level that was heard before is heard again: says whether its sale is taken in again.
    pub(super) fn hears_again(
        &mut self,
        sku: SkuId,
        version: Version,
        by: Option<(OrderId, Qty)>,
    ) -> Option<ChannelId> {
        let (order, change) = by.filter(|(_, change)| *change < Qty::ZERO)?;
        let thing = mix(u64::from(sku.0), version.0);
        let again = self.shelf.sells_at_once(order.channel)
            && self.defects.strikes(Defect::HearsTwice, thing);
        again.then(|| {
            self.shelf.sold(order.channel, sku, change);
            order.channel
        })
    }

    /// What it takes a price to be.
    pub(super) fn takes_price_to_be(
        &mut self,
        sku: SkuId,
        version: Version,
        price: Money,
    ) -> Money {
        let whole = Money((price.0 + 50) / 100 * 100);
        let thing = mix(u64::from(sku.0), version.0);
        if whole != price && self.defects.strikes(Defect::RoundsPrices, thing) {
            return whole;
        }
        price
    }

    /// When it takes a price to be due.
    pub(super) fn takes_due_to_be(
        &mut self,
        (sku, version, price): (SkuId, Version, Money),
        due: At,
        now: At,
    ) -> At {
        let thing = mix(u64::from(sku.0), version.0);
        let is_ahead = due > now;
        if is_ahead && self.defects.strikes(Defect::ChargesEarly, thing) {
            return now;
        }
        // What is set ahead and dearer than what holds until then ends a promotion.
        let before = self.defects.keep(u64::from(sku.0), price.0);
        let rises = before.is_some_and(|before| price.0 > before);
        if is_ahead && rises && self.defects.strikes(Defect::EndsLate, thing) {
            return due + LATE;
        }
        due
    }

    /// Whether an update that was throttled is dropped.
    pub(super) fn drops_throttled(&mut self, key: u64) -> bool {
        self.defects.strikes(Defect::DropsThrottled, key)
    }

    /// Whether a price is not sent to a channel.
    pub(super) fn forgets(&mut self, sku: SkuId, version: Version, channel: ChannelId) -> bool {
        let thing = mix(mix(u64::from(sku.0), version.0), u64::from(channel.0));
        self.defects.strikes(Defect::ForgetsPrices, thing)
    }

    /// Whether the OMS is not told that a channel released an order.
    pub(super) fn keeps_to_itself(&mut self, order: OrderId) -> bool {
        self.defects.strikes(Defect::KeepsEndsToItself, about(order))
    }

    /// Whether a channel is not told of a step that an order has taken.
    pub(super) fn confirms_nothing(&mut self, step: Confirmation, order: OrderId) -> bool {
        let defect = match step {
            Confirmation::Dispatch => Defect::KeepsDispatches,
            Confirmation::Acceptance => Defect::KeepsAcceptances,
        };
        self.defects.strikes(defect, about(order))
    }

    /// Whether the OMS is not told of an edit.
    pub(super) fn keeps_edits_to_itself(&mut self, order: OrderId) -> bool {
        self.defects.strikes(Defect::KeepsEditsToItself, about(order))
    }

    /// Until when a handoff lies about before anybody takes it up.
    pub(super) fn sits_on(&mut self, order: OrderId) -> Option<At> {
        let sits = self.defects.strikes(Defect::SitsOnHandoffs, about(order));
        sits.then(|| self.now + SITS)
    }
}

/// Whether what a reply says of an item is not read.
pub(super) fn ignores(defects: &mut Defects, item: &UpdateItem) -> bool {
    defects.strikes(Defect::IgnoresItems, mix(u64::from(item.sku.0), item.version.0))
}

/// The key and the lines that an order is handed over with.
pub(super) fn handed_over(
    defects: &mut Defects,
    (order, attempt): (OrderId, u32),
    known: &KnownOrder,
    key: u64,
) -> (u64, Lines) {
    let thing = mix(about(order), u64::from(attempt));
    let anew = match (attempt, known.handed) {
        (1, false) => false,
        (1, true) => defects.strikes(Defect::HandlesTwice, thing),
        (_, _) => defects.strikes(Defect::ForgetsKeys, thing),
    };
    let key = if anew { mix(key, thing) } else { key };
    let loses = known.lines.len() > 1 && defects.meets(Defect::LosesLines, about(order));
    if !loses {
        return (key, known.lines.clone());
    }
    if !known.handed {
        defects.mark(Defect::LosesLines);
    }
    (key, known.lines.iter().take(1).copied().collect())
}

/// Makes of an update, worded well, what is sent. `first`: these words are sent for the first time.
pub(super) fn sent(
    defects: &mut Defects,
    request: &mut ChannelRequest,
    (channel, skus, first): (ChannelId, usize, bool),
    believed: impl Fn(SkuId) -> Option<Qty>,
) {
    let ChannelRequest::Update { kind, items, .. } = request else { return };
    for item in items {
        let thing = mix(mix(u64::from(item.sku.0), item.version.0), u64::from(channel.0));
        let wrong = match kind {
            PushKind::Stock => {
                [Defect::MiscountsOffers, Defect::MistakesSku, Defect::OverwritesSales]
                    .into_iter()
                    .find(|defect| defects.meets(*defect, thing))
            }
            PushKind::Listing => {
                Some(Defect::PublishesBlind).filter(|defect| defects.meets(*defect, thing))
            }
            PushKind::Price => None,
        };
        let Some(wrong) = wrong else { continue };
        if deform(wrong, item, skus, believed(item.sku)) && first {
            defects.mark(wrong);
        }
    }
}

/// Makes of prices, converted well, what is sent; `worded` has them as the source set them.
pub(super) fn converted(
    defects: &mut Defects,
    request: &mut ChannelRequest,
    (channel, first, worded): (ChannelId, bool, &[UpdateItem]),
    tariff: &Tariff,
) {
    let ChannelRequest::Update { kind, items, .. } = request else { return };
    if *kind == PushKind::Stock {
        return;
    }
    for (item, set) in items.iter_mut().zip(worded) {
        let thing = mix(mix(u64::from(item.sku.0), item.version.0), u64::from(channel.0));
        let of = [Defect::ForgetsRate, Defect::ForgetsTax, Defect::RoundsTwice];
        let Some(wrong) = of.into_iter().find(|defect| defects.meets(*defect, thing)) else {
            continue;
        };
        let right = item.change;
        item.change = set.change.at(|price| match wrong {
            Defect::ForgetsRate => tariff.mistaken_currency()[0].charges(price),
            Defect::ForgetsTax => tariff.mistaken_tax()[0].charges(price),
            _ => tariff.rounded_twice(price),
        });
        if item.change != right && first {
            defects.mark(wrong);
        }
    }
}

/// Says whether it is another item now.
fn deform(defect: Defect, item: &mut UpdateItem, skus: usize, believed: Option<Qty>) -> bool {
    let before = *item;
    match (defect, item.change) {
        (Defect::MistakesSku, _) => {
            let beside = item.sku.index() + 1;
            item.sku = SkuId(if beside < skus { beside } else { item.sku.index() - 1 } as u32);
        }
        (Defect::MiscountsOffers, Change::Absolute(qty)) => {
            item.change = Change::Absolute(qty + Qty(1));
        }
        (Defect::MiscountsOffers, Change::Delta(by)) => item.change = Change::Delta(by + Qty(1)),
        (Defect::MiscountsOffers, Change::CompareAndSet { expect, to }) => {
            item.change = Change::CompareAndSet { expect, to: to + Qty(1) };
        }
        (Defect::OverwritesSales, Change::Delta(_)) => {
            item.change = believed.map_or(item.change, Change::Absolute);
        }
        (Defect::PublishesBlind, Change::Publish { price, .. }) => {
            item.change = Change::Publish { price, qty: BLINDLY };
        }
        _ => {}
    }
    *item != before
}

fn about(order: OrderId) -> u64 {
    mix(u64::from(order.channel.0), order.number)
}
