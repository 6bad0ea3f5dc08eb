//! Owns what a shop that is the source of record tells of it unasked: webhooks of products, and of
//! orders that it is short of. Must not know who listens.

use super::WooCommerce;
use super::webhooks::{PRODUCTS, Told};
use crate::commerce::inside::OfferRead;
use crate::commerce::protocol::SourceNotice;
use crate::faces::source::{Says, cancelled, told};
use crate::faces::{FaceClock, Shop, Written, asking};
use crate::ids::{OrderId, SkuId};
use crate::units::At;

/// When a product last changed; what no source says has changed now.
pub(super) fn modified(now: FaceClock, offer: &OfferRead) -> At {
    offer.source.map_or(now.at, |source| source.moved.max(source.tagged))
}

impl WooCommerce {
    /// Puts webhooks of a change in line. They say how things stand when they leave.
    pub(super) fn tell_change(
        &mut self,
        now: FaceClock,
        change: &SourceNotice,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        let (sku, about) = match *change {
            // A shop has one price of a thing: no scenario with a hub sets others. Nor does one
            // let a channel ask beside such a hub what has left.
            SourceNotice::Price { channel: Some(_), .. } | SourceNotice::Shipped { .. } => return,
            SourceNotice::Price { sku, due, .. } if due > now.at => {
                self.source.begins(due, sku);
                return;
            }
            SourceNotice::Stock { sku, version, .. } => (sku, format!("level {}", version.0)),
            SourceNotice::Price { sku, version, .. } => (sku, format!("price {}", version.0)),
            SourceNotice::Listing { sku, version, .. } => (sku, format!("listing {}", version.0)),
            SourceNotice::Short { order } => return self.tell_short(now, order, is_spoiled, shop),
        };
        self.tell_product(now, (sku, &about), is_spoiled, shop);
    }

    /// Tells of prices that begin by now.
    pub(super) fn tell_due(&mut self, now: FaceClock, shop: &mut dyn Shop) {
        while let Some((at, sku)) = self.source.begun(now.at) {
            self.tell_product(now, (sku, &format!("price from {}", at.0)), false, shop);
        }
    }

    fn tell_product(
        &mut self,
        now: FaceClock,
        (sku, about): (SkuId, &str),
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        if !self.wants(PRODUCTS) {
            return;
        }
        let Some(offer) = asking::offer(shop, sku) else { return };
        let mut written = Written::new();
        self.product(now, &offer, &mut written);
        let (topic, about) = (PRODUCTS, format!("product {} {about}", sku.0));
        let tells = told(&offer, Says::ALL).collect();
        self.put_in_line(now, Told { topic, about, body: written.body(), is_spoiled, tells });
    }

    /// The shop has cancelled what it is short of.
    fn tell_short(
        &mut self,
        now: FaceClock,
        order: OrderId,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        for order in cancelled(shop, order) {
            self.tell_of(now, (order.number, false, is_spoiled), shop);
        }
    }
}
