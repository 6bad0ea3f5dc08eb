//! Owns what a shop that is the source of record tells of it: what a request asks of offers, and
//! webhooks of levels and products. Must not know who listens.

use bytes::Bytes;

use super::handed::CANCELLED;
use super::webhooks::{LEVELS, PRODUCTS, Told};
use super::{Asked, Shopify};
use crate::commerce::protocol::SourceNotice;
use crate::faces::source::{Says, cancelled, told};
use crate::faces::{FaceClock, Shop, asking};
use crate::ids::{OrderId, SkuId};

impl Says {
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

impl Shopify {
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
            // A shop has one price of a thing: no scenario with a hub sets others. Nor does one
            // let a channel ask beside such a hub what has left.
            SourceNotice::Price { channel: Some(_), .. } | SourceNotice::Shipped { .. } => {}
            SourceNotice::Price { sku, due, .. } if due > now.at => {
                self.source.begins(due, sku);
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
        }
    }

    /// Tells of prices that begin by now.
    pub(super) fn tell_due(&mut self, now: FaceClock, shop: &mut dyn Shop) {
        while let Some((at, sku)) = self.source.begun(now.at) {
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
            (self.product(now, &offer), Says::ALL)
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
        for order in cancelled(shop, order) {
            self.tell_of(now, (order.number, &CANCELLED, is_spoiled), shop);
        }
    }
}
