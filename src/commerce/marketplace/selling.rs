//! Owns whether an order can be sold from what is shown, and its lines when it is.
//! Must not know what becomes of an order that was (`marketplace`).

use super::Marketplace;
use crate::commerce::protocol::UNITS_MAX;
use crate::history::fact::{Line, Lines, Refusal};
use crate::ids::{Intent, SkuId};
use crate::units::Qty;

impl Marketplace {
    /// Whether all of it can be sold; else why not, and on which line it failed.
    pub(super) fn can_sell(
        &mut self,
        intent: Intent,
        wanted: &[(SkuId, Qty)],
    ) -> Result<(), (Refusal, Option<Line>)> {
        if wanted.is_empty() {
            return Err((Refusal::Invalid, None));
        }
        if repeats_a_sku(wanted) || self.mixes_offers(wanted) {
            return Err((Refusal::Invalid, None));
        }
        for (sku, qty) in wanted {
            let sane = *qty > Qty::ZERO && *qty <= UNITS_MAX;
            let Some(offer) = self.offers.get(sku.index()).filter(|_| sane) else {
                return Err((Refusal::Invalid, None));
            };
            let line = Line {
                offer: None,
                sku: *sku,
                qty: *qty,
                price: offer.price,
                offered: offer.visible(),
                left: offer.visible(),
            };
            if !offer.listed {
                return Err((Refusal::NotListed, Some(line)));
            }
            let has = self.play.rule.sells(offer.visible(), *qty);
            if !self.believes_it_has(intent, has) {
                return Err((Refusal::Stock, Some(line)));
            }
        }
        Ok(())
    }

    /// Whether an offer of parts is ordered with anything else, or more of it than a line can say.
    /// A SKU stands under one offer in an order: nobody could tell later which gave it back.
    fn mixes_offers(&self, wanted: &[(SkuId, Qty)]) -> bool {
        let is_too_much = |(sku, qty): &(SkuId, Qty)| {
            let parts = self.bundles.get(*sku).map(|terms| &terms.parts);
            let most = parts.iter().flat_map(|parts| parts.iter()).map(|part| part.count).max();
            most.is_some_and(|most| {
                wanted.len() > 1 || qty.0.saturating_mul(i64::from(most)) > UNITS_MAX.0
            })
        };
        !self.bundles.is_empty() && wanted.iter().any(is_too_much)
    }

    /// The lines of an order: what is an offer of parts comes apart into them.
    pub(super) fn in_parts(&self, sold: Lines) -> Lines {
        if self.bundles.is_empty() {
            return sold;
        }
        let mut lines = Vec::new();
        sold.iter().for_each(|line| self.bundles.taken_apart(*line, |part| lines.push(part)));
        lines.into()
    }

    /// Sells a line, and takes it off the offer or not.
    pub(super) fn sell(&mut self, intent: Intent, sku: SkuId, qty: Qty, takes: bool) -> Line {
        let offer = &mut self.offers[sku.index()];
        let offered = offer.visible();
        if takes {
            offer.shown -= qty;
            offer.stored -= qty;
        }
        let (price, left) = (offer.price, offer.visible());
        let price = self.charges(sku, price, intent.0);
        Line { offer: None, sku, qty, price, offered, left }
    }
}

/// Whether a SKU comes twice. Sorted, because a hostile order may have many thousand lines.
pub(super) fn repeats_a_sku(wanted: &[(SkuId, Qty)]) -> bool {
    if wanted.len() < 2 {
        return false;
    }
    let mut skus: Vec<SkuId> = wanted.iter().map(|(sku, _)| *sku).collect();
    skus.sort_unstable();
    skus.windows(2).any(|pair| pair[0] == pair[1])
}
