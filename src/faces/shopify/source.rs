//! Owns what a shop that is the source of record tells of it: which versions an answer shows, and
//! webhooks of levels and products. Must not know who listens.
//!
//! A shop shows the price that is in force, and no price that is still to come: of such a one it
//! tells when it begins.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::handed::CANCELLED;
use super::webhooks::{LEVELS, PRODUCTS, Told};
use super::{Asked, Shopify};
use crate::commerce::inside::{Inside, InsideReply, OfferRead, OrderStates, OrdersWanted};
use crate::commerce::protocol::SourceNotice;
use crate::faces::{FaceClock, Shop, asking};
use crate::ids::{OrderId, SkuId, Version};
use crate::units::At;

/// Most orders of the shop that one order of a channel's is looked for among.
const SAME_MAX: u32 = 64;

/// What is still to be told of the source.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// What the answer that is being made tells.
    pub(super) told: Vec<SourceNotice>,
    /// Prices that begin then: by SKU.
    begin: BTreeSet<(At, SkuId)>,
}

impl Source {
    pub(super) fn next(&self) -> Option<At> {
        self.begin.first().map(|(at, _)| *at)
    }
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

    /// What an answer in REST says of a variant, whose product it is part of or not.
    pub(super) fn of(asked: &Asked<'_>, is_product: bool) -> Says {
        let fields = asked.text("fields");
        let has = |name: &str| {
            let among = |fields: &String| fields.split(',').any(|field| field.trim() == name);
            fields.as_ref().is_none_or(among)
        };
        if is_product {
            let variants = has("variants");
            return Says { levels: variants, prices: variants, listings: has("status") };
        }
        Says { levels: has("inventory_quantity"), prices: has("price"), listings: false }
    }
}

/// What is told of an offer, each thing under its version; of what the source never said nothing.
fn told(offer: &OfferRead, says: Says) -> impl Iterator<Item = SourceNotice> {
    let (sku, available, price) = (offer.sku, offer.stored, offer.asks);
    let said = offer.versions.map(|versions| {
        let (stock, due) = (versions.stock, At::START);
        let is_set = |version: Version| version > Version(0);
        let level = SourceNotice::Stock { sku, version: stock, available, by: None };
        let tag = SourceNotice::Price { sku, version: versions.price, price, due, channel: None };
        let version = versions.listing;
        let listing =
            SourceNotice::Listing { sku, version, price, available, stock_version: stock };
        [
            (says.levels).then_some(level),
            (says.prices && is_set(versions.price)).then_some(tag),
            (says.listings && says.levels && is_set(versions.listing)).then_some(listing),
        ]
    });
    said.into_iter().flatten().flatten()
}

impl Shopify {
    /// An answer says this of offers.
    pub(super) fn tells<'o>(
        &mut self,
        offers: impl IntoIterator<Item = &'o OfferRead>,
        says: Says,
    ) {
        if self.terms.holds.is_some() {
            let offers = offers.into_iter();
            self.source.told.extend(offers.flat_map(|offer| told(offer, says)));
        }
    }

    /// Puts webhooks of a change in line. They say how things stand when they leave.
    pub(super) fn tell_change(
        &mut self,
        now: FaceClock,
        change: &SourceNotice,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        match *change {
            SourceNotice::Stock { sku, version, .. } => {
                let about = format!("level {} {}", sku.0, version.0);
                self.tell_offer(now, (sku, LEVELS, about), is_spoiled, shop);
            }
            // A shop has one price of a thing: no scenario with a hub sets others.
            SourceNotice::Price { channel: Some(_), .. } => {}
            SourceNotice::Price { sku, due, .. } if due > now.at => {
                self.source.begin.insert((due, sku));
            }
            SourceNotice::Price { sku, version, .. } => {
                let about = format!("price {} {}", sku.0, version.0);
                self.tell_offer(now, (sku, PRODUCTS, about), is_spoiled, shop);
            }
            SourceNotice::Listing { sku, version, .. } => {
                let about = format!("listing {} {}", sku.0, version.0);
                self.tell_offer(now, (sku, PRODUCTS, about), is_spoiled, shop);
            }
            SourceNotice::Short { order } => self.tell_short(now, order, is_spoiled, shop),
            // No scenario lets a channel ask for it beside such a hub.
            SourceNotice::Shipped { .. } => {}
        }
    }

    /// Tells of prices that begin by now.
    pub(super) fn tell_due(&mut self, now: FaceClock, shop: &mut dyn Shop) {
        while let Some((at, sku)) = self.source.begin.first().copied() {
            if at > now.at {
                return;
            }
            self.source.begin.remove(&(at, sku));
            let about = format!("price {} from {}", sku.0, at.0);
            self.tell_offer(now, (sku, PRODUCTS, about), false, shop);
        }
    }

    fn tell_offer(
        &mut self,
        now: FaceClock,
        (sku, topic, about): (SkuId, &str, String),
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        if !self.hooks.all.iter().any(|known| known.wants(topic)) {
            return;
        }
        let Some(offer) = asking::offer(shop, sku) else { return };
        let (body, says) = if topic == LEVELS {
            (serde_json::json!(self.level(now, &offer)), Says::LEVEL)
        } else {
            let all = Says { levels: true, prices: true, listings: true };
            (self.product(now, &offer), all)
        };
        let (body, tells) = (Bytes::from(body.to_string()), told(&offer, says).collect());
        let events = &[topic];
        self.put_in_line(now, Told { events, about, body, order: None, is_spoiled, tells });
    }

    /// The shop has cancelled what it is short of.
    fn tell_short(
        &mut self,
        now: FaceClock,
        order: OrderId,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        let wanted = OrdersWanted {
            channel: Some(order.channel),
            number_there: Some(order.number),
            states: OrderStates { cancelled: true, ..OrderStates::NONE },
            limit: SAME_MAX,
            counts: false,
            ..OrdersWanted::default()
        };
        let InsideReply::Orders { page, .. } = shop.inside(Inside::Orders(wanted)) else { return };
        for order in page {
            self.tell_of(now, (order.number, &CANCELLED, is_spoiled), shop);
        }
    }
}
