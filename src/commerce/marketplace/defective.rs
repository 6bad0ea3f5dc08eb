//! Owns what a marketplace with a defect does instead of what it should.
//! Must not know which defects there are to find: it is asked where the marketplace would do right.

use super::{Later, Marketplace};
use crate::commerce::defect::{Defect, DefectMarks, Defects};
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{ChannelReply, UpdateItem};
use crate::history::What;
use crate::history::fact::Release;
use crate::ids::{Intent, SkuId, Version};
use crate::rng::mix;
use crate::units::{At, Money, Qty, Span};

/// How long an update is shown before it is forgotten.
const FORGETS: Span = Span::from_mins(5);

impl Marketplace {
    /// The same marketplace with these defects.
    #[must_use]
    pub fn with_defects(mut self, defects: Defects) -> Marketplace {
        self.defects = defects;
        self
    }

    /// How often each of its defects has struck.
    pub(crate) fn marks(&self) -> DefectMarks {
        self.defects.marks()
    }

    /// What shoppers see of a SKU, and at which price; none where it is not on sale.
    pub(crate) fn stands(&self, sku: SkuId) -> Option<(Qty, Money)> {
        let offer = self.offers.get(sku.index()).filter(|offer| offer.listed)?;
        Some((offer.visible(), offer.price))
    }

    /// Whether it takes an offer for sufficient, or not, whatever it is.
    pub(super) fn believes_it_has(&mut self, intent: Intent, has: bool) -> bool {
        let defect = if has { Defect::TurnsAwayInStock } else { Defect::SellsBelowZero };
        has != self.defects.strikes(defect, intent.0)
    }

    /// Whether an intent is accepted once more.
    pub(super) fn accepts_again(&mut self, intent: Intent) -> bool {
        self.defects.strikes(Defect::AcceptsTwice, intent.0)
    }

    /// What the shopper of an accepted order is told.
    pub(super) fn tells(&mut self, intent: Intent, reply: ChannelReply) -> ChannelReply {
        if self.defects.strikes(Defect::DeniesOrders, intent.0) {
            return ChannelReply::Unavailable;
        }
        reply
    }

    /// Whether a cancellation is answered and not carried out.
    pub(super) fn ignores_cancel(&mut self, intent: Intent, why: Release) -> bool {
        why == Release::Customer && self.defects.strikes(Defect::IgnoresCancels, intent.0)
    }

    /// Whether units of a released order are not put back on offer.
    pub(super) fn keeps_released(&mut self, intent: Intent) -> bool {
        self.defects.strikes(Defect::KeepsReleased, intent.0)
    }

    /// What it charges of a SKU that is shown at a price.
    pub(super) fn charges(&mut self, sku: SkuId, shown: Money, thing: u64) -> Money {
        let old = self.defects.kept(u64::from(sku.0)).map_or(shown, Money);
        if old != shown && self.defects.strikes(Defect::ChargesOldPrice, thing) {
            return old;
        }
        shown
    }

    /// A price gives way to another.
    pub(super) fn price_was(&mut self, sku: SkuId, price: Money) {
        if self.defects.has(Defect::ChargesOldPrice) {
            self.defects.keep(u64::from(sku.0), price.0);
        }
    }

    /// Whether an update is answered as taken and never applied.
    pub(super) fn takes_in_vain(&mut self, item: &UpdateItem) -> bool {
        self.defects.strikes(Defect::TakesInVain, self.about(item.sku, item.version))
    }

    /// Whether an update that was overtaken is shown over the one that overtook it.
    pub(super) fn shows_overtaken(&mut self, item: &UpdateItem) -> bool {
        self.defects.strikes(Defect::ShowsOvertaken, self.about(item.sku, item.version))
    }

    /// An update is shown at `now` over what was; it may be forgotten.
    pub(super) fn may_forget(&mut self, now: At, sku: SkuId, was: (Version, Qty)) {
        let (version, qty) = was;
        if self.defects.meets(Defect::ForgetsApplied, self.about(sku, version)) {
            self.timers.set(now + FORGETS, Later::Forget { sku, version, qty });
        }
    }

    /// An update is forgotten: what was before it is shown again.
    pub(super) fn forget_update(
        &mut self,
        sku: SkuId,
        (version, qty): (Version, Qty),
        out: &mut Outbox,
    ) {
        let offer = &mut self.offers[sku.index()];
        if offer.version <= version {
            return;
        }
        (offer.version, offer.shown, offer.stored) = (version, qty, qty);
        let shown: What = offer.as_shown(self.id, sku);
        out.facts.push(shown);
        self.defects.mark(Defect::ForgetsApplied);
    }

    fn about(&self, sku: SkuId, version: Version) -> u64 {
        mix(mix(u64::from(self.id.0), u64::from(sku.0)), version.0)
    }
}
