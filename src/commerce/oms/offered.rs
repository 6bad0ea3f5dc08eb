//! Owns how many of each offer of parts the source can make, and how it tells of it: a level of its
//! own with versions of its own, as of a SKU. Must not know who sells it.

use super::Oms;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::SourceNotice;
use crate::history::What;
use crate::history::charter::{OfferTerms, Offers, SourceTells};
use crate::history::fact::{Line, StockCause};
use crate::ids::{SkuId, Version};
use crate::rng::mix;
use crate::units::{At, Qty};

/// The offers, each with its level as it was told last.
#[derive(Debug, Default)]
pub(super) struct OfferLevels {
    offers: Offers,
    /// In the order of their numbers.
    levels: Vec<Level>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Level {
    version: Version,
    on_hand: Qty,
    available: Qty,
}

impl OfferLevels {
    pub(super) fn len(&self) -> usize {
        self.levels.len()
    }
}

impl Oms {
    /// What is made of its SKUs.
    #[must_use]
    pub fn with_offers(mut self, offers: Offers) -> Oms {
        let levels = offers.all().map(|(_, terms)| self.made(terms)).collect();
        self.offers = OfferLevels { offers, levels };
        self
    }

    /// How many of an offer there are now, under no version.
    fn made(&self, terms: &OfferTerms) -> Level {
        let of = |units: fn(&super::Sku) -> Qty| {
            let made = terms.made_of(|sku| self.skus.get(sku.index()).map(units));
            made.unwrap_or(Qty::ZERO)
        };
        Level {
            version: Version(0),
            on_hand: of(|sku| sku.on_hand),
            available: of(super::Sku::available),
        }
    }

    /// Says how many of each there are at the start.
    pub(super) fn open_offers(&self, out: &mut Outbox) {
        for ((sku, _), level) in self.offers.offers.all().zip(&self.offers.levels) {
            out.facts.push(level.fact(sku, level.available, StockCause::Opening));
        }
    }

    /// Tells of every offer that has a part of these lines and of which there are more or fewer
    /// now. Once for all lines: what is between two of them nobody ever had.
    pub(super) fn tell_offers(
        &mut self,
        now: At,
        lines: &[Line],
        cause: StockCause,
        out: &mut Outbox,
    ) {
        if self.offers.offers.is_empty() {
            return;
        }
        let parts = lines.iter().flat_map(|line| self.offers.offers.with_part(line.sku));
        let mut moved: Vec<SkuId> = parts.collect();
        moved.sort_unstable();
        moved.dedup();
        for offer in moved {
            let is_own = lines.iter().any(|line| self.offers.offers.of(line) == offer);
            self.tell_offer(now, offer, (cause, is_own), out);
        }
    }

    /// The same where a SKU was moved by itself.
    pub(super) fn tell_offers_of(&mut self, now: At, sku: SkuId, out: &mut Outbox) {
        let offers: Vec<SkuId> = self.offers.offers.with_part(sku).collect();
        for offer in offers {
            self.tell_offer(now, offer, (StockCause::Merchant, false), out);
        }
    }

    fn tell_offer(
        &mut self,
        now: At,
        sku: SkuId,
        (cause, is_own): (StockCause, bool),
        out: &mut Outbox,
    ) {
        let Some(terms) = self.offers.offers.get(sku) else { return };
        let made = self.made(terms);
        let place = sku.index() - self.skus.len();
        let level = &mut self.offers.levels[place];
        let change = made.available - level.available;
        let left = level.on_hand - made.on_hand;
        if change == Qty::ZERO && left == Qty::ZERO {
            return;
        }
        *level = Level { version: Version(level.version.0 + 1), ..made };
        out.facts.push(level.fact(sku, change, cause));
        let by = self.caused_by(cause, (change, left)).filter(|_| is_own);
        let level = self.offers.levels[place];
        let available = level.told(self.play.tells);
        let notice = SourceNotice::Stock { sku, version: level.version, available, by, at: None };
        self.say(now, notice, mix(mix(9, u64::from(sku.0)), level.version.0), out);
    }

    /// How many of an offer there are, for whoever reads everything.
    pub(super) fn offer(&self, sku: SkuId) -> Option<SourceNotice> {
        let level = self.offers.levels.get(sku.index().checked_sub(self.skus.len())?)?;
        let available = level.told(self.play.tells);
        Some(SourceNotice::Stock { sku, version: level.version, available, by: None, at: None })
    }
}

impl Level {
    fn told(self, tells: SourceTells) -> Qty {
        match tells {
            SourceTells::Available => self.available,
            SourceTells::OnHand => self.on_hand,
        }
    }

    fn fact(self, sku: SkuId, change: Qty, cause: StockCause) -> What {
        let Level { version, on_hand, available } = self;
        let reserved = on_hand - available;
        What::Stock { sku, version, on_hand, reserved, change, cause, at: None }
    }
}
