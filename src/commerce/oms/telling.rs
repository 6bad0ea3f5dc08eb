//! Owns how the OMS tells connectors of what changed: every level under a version of its own.
//! Must not know why anything changes.

use super::{Oms, invalid};
use crate::commerce::outbox::{Answer, Outbox, Posted};
use crate::commerce::protocol::{Notice, OmsReply, SourceNotice};
use crate::history::What;
use crate::history::charter::SourceTells;
use crate::history::fact::StockCause;
use crate::ids::{LocationId, OrderId, SkuId};
use crate::rng::mix;
use crate::units::{At, Qty};

/// Of what a level changed, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Of {
    pub(super) sku: SkuId,
    /// As which offer it was sold, where that is not simply the SKU.
    pub(super) offer: Option<u32>,
    /// None: all stock lies in one place.
    pub(super) at: Option<LocationId>,
}

impl Oms {
    /// Gives a changed level its version, records it and tells the connectors. What was sold in an
    /// offer of parts the channel took off that offer, not off the SKU's.
    pub(super) fn changed(
        &mut self,
        now: At,
        of: Of,
        change: Qty,
        cause: StockCause,
        out: &mut Outbox,
    ) {
        self.moved(now, of, (change, Qty::ZERO), cause, out);
    }

    /// The same where so many units left the building as well.
    pub(super) fn moved(
        &mut self,
        now: At,
        Of { sku: id, offer, at }: Of,
        (change, left): (Qty, Qty),
        cause: StockCause,
        out: &mut Outbox,
    ) {
        let again = self.repeats_version(id);
        let sku = &mut self.skus[id.index()];
        sku.version.0 += u64::from(!again);
        let version = sku.version;
        let [on_hand, reserved] = self.stands_at(id, at);
        out.facts.push(What::Stock { sku: id, version, on_hand, reserved, change, cause, at });
        let available = self.skus[id.index()].told(self.play.tells);
        let by = self.caused_by(cause, (change, left)).filter(|_| offer.is_none());
        let thing = mix(mix(9, u64::from(id.0)), version.0);
        let at = self.by_location(id);
        self.say(now, SourceNotice::Stock { sku: id, version, available, by, at }, thing, out);
    }

    /// The order that caused a change, as connectors are told of it, with the change it made.
    pub(super) fn caused_by(
        &self,
        cause: StockCause,
        (change, left): (Qty, Qty),
    ) -> Option<(OrderId, Qty)> {
        match (cause, self.play.tells) {
            (StockCause::Reserve(order) | StockCause::Release(order), SourceTells::Available) => {
                Some((order, change))
            }
            // What left the building is what it hears of.
            (StockCause::Ship(order), SourceTells::OnHand) => Some((order, -left)),
            _ => None,
        }
    }

    pub(super) fn say(&mut self, now: At, notice: SourceNotice, thing: u64, out: &mut Outbox) {
        if let Some(hub) = &mut self.hub {
            hub.changed(now, &notice);
        }
        let (late, again) = self.faults.webhook(thing);
        for to in &self.tells {
            let notice = Notice::Source(notice.clone());
            if let Some(again) = again {
                out.notices.push(Posted::new(*to, now + again, notice.clone()));
            }
            out.notices.push(Posted::new(*to, now + late, notice));
        }
        if !self.unread {
            self.changes.push(notice);
        }
    }

    /// By channel: whether it is to be told that an order of its has left the building.
    #[must_use]
    pub fn telling_what_left(mut self, channels: Vec<bool>) -> Oms {
        self.tells_what_left = channels;
        self
    }

    pub(super) fn is_told_what_left(&self, order: OrderId) -> bool {
        self.tells_what_left.get(order.channel.index()).is_some_and(|told| *told)
    }

    pub(super) fn publish(&mut self, now: At, id: SkuId, out: &mut Outbox) -> Answer<OmsReply> {
        let Some(sku) = self.skus.get_mut(id.index()) else {
            return invalid("the SKU is not in the catalogue");
        };
        sku.listing_version.0 += 1;
        let sku = *sku;
        let version = sku.listing_version;
        let notice = SourceNotice::Listing {
            sku: id,
            version,
            price: sku.price,
            available: sku.told(self.play.tells),
            stock_version: sku.version,
            at: self.by_location(id),
        };
        out.facts.push(What::ListingSet { sku: id, version });
        self.say(now, notice, mix(mix(11, u64::from(id.0)), version.0), out);
        Answer::heard(OmsReply::Done)
    }

    pub(super) fn list(&self, after: u64, limit: u32) -> OmsReply {
        let (page, cursor) = self.changes.page(after, limit);
        let page = page.cloned().collect();
        OmsReply::Changes { page, cursor, more: cursor < self.cursor() }
    }
}
