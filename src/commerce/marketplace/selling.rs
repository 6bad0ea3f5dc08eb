//! Owns whether an order can be sold from what is shown, and its lines when it is.
//! Must not know what becomes of an order that was (`marketplace`).

use super::Marketplace;
use crate::commerce::protocol::UNITS_MAX;
use crate::history::fact::{Line, Refusal};
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
        if repeats_a_sku(wanted) {
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
            let has = offer.visible() >= *qty;
            if !self.believes_it_has(intent, has) {
                return Err((Refusal::Stock, Some(line)));
            }
        }
        Ok(())
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
