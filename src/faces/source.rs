//! Owns what faces of the source of record have in common: which versions an answer shows, prices
//! that are told of when they begin, and whose order it is that is entered.
//! Must not know any platform, nor who listens.
//!
//! A shop shows the price that is in force, and no price that is still to come: of such a one it
//! tells when it begins.

use std::collections::BTreeSet;

use super::{FaceTerms, Shop};
use crate::commerce::inside::{
    Inside, InsideReply, OfferRead, OrderRead, OrderStates, OrdersWanted,
};
use crate::commerce::protocol::SourceNotice;
use crate::history::fact::Line;
use crate::ids::{ChannelId, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// Most orders of the shop that one order of a channel's is looked for among.
const SAME_MAX: u32 = 64;

/// What is still to be told of the source.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// What the answer that is being made tells.
    told: Vec<SourceNotice>,
    /// Prices that begin then: by SKU.
    begin: BTreeSet<(At, SkuId)>,
}

/// What is said of offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Says {
    pub(super) levels: bool,
    pub(super) prices: bool,
    pub(super) listings: bool,
}

impl Says {
    /// A level and nothing else.
    pub(super) const LEVEL: Says = Says { levels: true, prices: false, listings: false };
    /// All there is.
    pub(super) const ALL: Says = Says { levels: true, prices: true, listings: true };
}

impl Source {
    /// An answer says this of offers.
    pub(super) fn tells<'o>(
        &mut self,
        offers: impl IntoIterator<Item = &'o OfferRead>,
        says: Says,
    ) {
        self.told.extend(offers.into_iter().flat_map(|offer| told(offer, says)));
    }

    /// What it told, now that it is made.
    pub(super) fn take(&mut self) -> Vec<SourceNotice> {
        std::mem::take(&mut self.told)
    }

    /// A price begins then.
    pub(super) fn begins(&mut self, at: At, sku: SkuId) {
        self.begin.insert((at, sku));
    }

    /// A price that begins by now, and is not looked at any more.
    pub(super) fn begun(&mut self, now: At) -> Option<(At, SkuId)> {
        let first = self.begin.first().copied().filter(|(at, _)| *at <= now)?;
        self.begin.remove(&first);
        Some(first)
    }

    /// When the next begins.
    pub(super) fn next(&self) -> Option<At> {
        self.begin.first().map(|(at, _)| *at)
    }
}

/// What is told of an offer, each thing under its version; of what the source never said nothing.
pub(super) fn told(offer: &OfferRead, says: Says) -> impl Iterator<Item = SourceNotice> {
    let (sku, available, price) = (offer.sku, offer.stored, offer.asks);
    let said = offer.source.map(|source| {
        let (stock, due) = (source.stock, At::START);
        let is_set = |version: Version| version > Version(0);
        let level = SourceNotice::Stock { sku, version: stock, available, by: None, at: None };
        let tag = SourceNotice::Price { sku, version: source.price, price, due, channel: None };
        let version = source.listing;
        let listing = SourceNotice::Listing {
            sku,
            version,
            price,
            available,
            stock_version: stock,
            at: None,
        };
        [
            (says.levels).then_some(level),
            (says.prices && is_set(source.price)).then_some(tag),
            (says.listings && says.levels && is_set(source.listing)).then_some(listing),
        ]
    });
    said.into_iter().flatten().flatten()
}

impl FaceTerms {
    /// The channel of that name, of those whose orders it holds.
    pub(super) fn channel_called(&self, name: &str) -> Option<ChannelId> {
        let place = self.holds.as_deref()?.iter().position(|known| known == name)?;
        u16::try_from(place).ok().map(ChannelId)
    }

    /// Where an order that it holds comes from: its channel's name, and its number there.
    pub(super) fn comes_from(&self, order: &OrderRead) -> Option<(&str, u64)> {
        let OrderId { channel, number } = order.source?;
        let name = self.holds.as_deref()?.get(channel.index())?;
        Some((name, number))
    }
}

/// Orders of the shop that were entered for one of a channel's, and are cancelled.
pub(super) fn cancelled(shop: &mut dyn Shop, order: OrderId) -> Vec<OrderRead> {
    let wanted = OrdersWanted {
        channel: Some(order.channel),
        number_there: Some(order.number),
        states: OrderStates { cancelled: true, ..OrderStates::NONE },
        limit: SAME_MAX,
        counts: false,
        ..OrdersWanted::default()
    };
    match shop.inside(Inside::Orders(wanted)) {
        InsideReply::Orders { page, .. } => page,
        _ => vec![],
    }
}

/// Adds units to an order's lines: one a SKU and price.
pub(super) fn add_line(lines: &mut Vec<Line>, (sku, qty, price): (SkuId, Qty, Money)) {
    let same = |line: &&mut Line| line.sku == sku && line.price == price;
    if let Some(line) = lines.iter_mut().find(same) {
        line.qty += qty;
    } else {
        let (offered, left) = (Qty::ZERO, Qty::ZERO);
        lines.push(Line { offer: None, sku, qty, price, offered, left });
    }
}
