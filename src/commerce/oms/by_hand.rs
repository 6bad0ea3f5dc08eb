//! Owns what is set by hand at the source, by whoever may: levels, prices, listings, each as the
//! merchant's own call does. Must not know any platform, nor who may.

use smallvec::SmallVec;

use super::Oms;
use super::telling::Of;
use crate::commerce::inside::InsideReply;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{Change, ItemOutcome, UNITS_MAX, UpdateItem};
use crate::history::What;
use crate::history::fact::{StockCause, SupplyChange};
use crate::ids::SkuId;
use crate::units::{At, Money, Qty};

impl Oms {
    /// Sets what the items say; of a whole nothing where one of them cannot be.
    pub(super) fn set_by_hand(
        &mut self,
        now: At,
        items: &[UpdateItem],
        whole: bool,
        out: &mut Outbox,
    ) -> InsideReply {
        let would: SmallVec<[ItemOutcome; 1]> =
            items.iter().map(|item| self.would_set(item)).collect();
        let is_kept = |outcome: &ItemOutcome| *outcome != ItemOutcome::Taken;
        if whole && would.iter().any(is_kept) {
            return InsideReply::Updated { items: would };
        }
        // An item may have changed what the next one compares with.
        let set = |item: &UpdateItem| {
            let outcome = self.would_set(item);
            if outcome == ItemOutcome::Taken {
                self.set_one(now, item, out);
            }
            outcome
        };
        InsideReply::Updated { items: items.iter().map(set).collect() }
    }

    fn would_set(&self, item: &UpdateItem) -> ItemOutcome {
        let Some(sku) = self.skus.get(item.sku.index()) else { return ItemOutcome::Rejected };
        let is_level = |qty: Qty| -UNITS_MAX <= qty && qty <= UNITS_MAX;
        let told = sku.told(self.play.tells);
        let is_sane = match item.change {
            Change::Absolute(units) | Change::Delta(units) => is_level(units),
            Change::CompareAndSet { expect, .. } if expect != told => {
                return ItemOutcome::Conflict { have: told };
            }
            Change::CompareAndSet { to, .. } => is_level(to),
            Change::Price(price) => price >= Money::ZERO,
            Change::Publish { price, qty } => price >= Money::ZERO && is_level(qty),
        };
        if is_sane { ItemOutcome::Taken } else { ItemOutcome::Rejected }
    }

    fn set_one(&mut self, now: At, item: &UpdateItem, out: &mut Outbox) {
        let sku = item.sku;
        let told = self.skus[sku.index()].told(self.play.tells);
        match item.change {
            Change::Absolute(to) | Change::CompareAndSet { to, .. } => {
                self.correct(now, sku, to - told, out);
            }
            Change::Delta(by) => self.correct(now, sku, by, out),
            Change::Price(price) => drop(self.set_price(now, (sku, None), price, now, out)),
            Change::Publish { price, qty } => {
                self.correct(now, sku, qty - told, out);
                drop(self.set_price(now, (sku, None), price, now, out));
                drop(self.publish(now, sku, out));
            }
        }
    }

    /// There are so many more than was known: the goods move as the merchant says it.
    fn correct(&mut self, now: At, sku: SkuId, units: Qty, out: &mut Outbox) {
        if units == Qty::ZERO {
            return;
        }
        out.facts.push(What::Supply { sku, units, why: SupplyChange::Correction, at: None });
        self.move_units(now, Of { sku, offer: None, at: None }, units, out);
        self.tell_offers_of(now, sku, out);
    }

    pub(super) fn move_units(&mut self, now: At, of: Of, units: Qty, out: &mut Outbox) {
        self.put(of.sku, of.at, [units, Qty::ZERO]);
        self.changed(now, of, units, StockCause::Merchant, out);
    }
}
