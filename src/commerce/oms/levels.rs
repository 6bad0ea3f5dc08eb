//! Owns how everything stands at the source, for whoever reads it whole: stock, prices, listings.
//! Must not know who reads, nor why.

use rustc_hash::FxHashMap;

use super::Oms;
use crate::commerce::protocol::{OmsReply, SourceNotice};
use crate::ids::{SkuId, Version};
use crate::units::{At, Money, Qty};

/// A price with its version.
type Versioned = (Version, Money);

/// Prices told ahead of their time, by SKU, oldest version first; before them the one that held
/// when the first of them was told.
#[derive(Debug, Default)]
pub(super) struct PricesAhead(FxHashMap<SkuId, Vec<(Versioned, At)>>);

impl PricesAhead {
    /// This one holds while others are told ahead of their time.
    pub(super) fn holds(&mut self, sku: SkuId, price: Versioned) {
        self.0.entry(sku).or_insert_with(|| vec![(price, At::START)]);
    }

    /// A price was told.
    pub(super) fn tell(&mut self, sku: SkuId, price: Versioned, due: At, now: At) {
        let Some(told) = self.0.get_mut(&sku) else { return };
        told.push((price, due));
        let newest_due = told.iter().rposition(|(_, due)| *due <= now).unwrap_or(0);
        // An older version that is due later is overtaken: whoever hears of both takes the newer.
        told.drain(..newest_due);
        if told.len() == 1 {
            self.0.remove(&sku);
        }
    }

    fn of(&self, sku: SkuId, now: At) -> &[(Versioned, At)] {
        let told = self.0.get(&sku).map_or(&[][..], Vec::as_slice);
        let newest_due = told.iter().rposition(|(_, due)| *due <= now).unwrap_or(0);
        &told[newest_due..]
    }
}

impl Oms {
    /// How everything stands, from a SKU on, each thing as the change that made it so.
    pub(super) fn levels(&self, now: At, after: u64, limit: u32) -> OmsReply {
        let all = self.skus.len();
        let from = usize::try_from(after).unwrap_or(all).min(all);
        let until = from.saturating_add(limit as usize).min(all);
        let mut page = Vec::with_capacity(2 * (until - from));
        for place in from..until {
            self.level(SkuId(place as u32), now, &mut page);
        }
        OmsReply::Changes { page, cursor: until as u64, more: until < all }
    }

    /// What it has of each SKU, and the price that holds now.
    pub(crate) fn stands(&self, now: At) -> Vec<(Qty, Money)> {
        let each = self.skus.iter().zip((0..).map(SkuId));
        each.map(|(sku, id)| (sku.available(), self.price(id, now))).collect()
    }

    /// The price that holds: the first told; the last set may still be to come.
    fn price(&self, id: SkuId, now: At) -> Money {
        let told = self.ahead.of(id, now).first();
        told.map_or(self.skus[id.index()].price, |((_, price), _)| *price)
    }

    fn level(&self, id: SkuId, now: At, page: &mut Vec<SourceNotice>) {
        let sku = &self.skus[id.index()];
        let told = self.ahead.of(id, now);
        if sku.listing_version > Version(0) {
            let price = self.price(id, now);
            page.push(SourceNotice::Listing {
                sku: id,
                version: sku.listing_version,
                price,
                available: sku.told(self.play.tells),
                stock_version: sku.version,
            });
        }
        let available = sku.told(self.play.tells);
        page.push(SourceNotice::Stock { sku: id, version: sku.version, available, by: None });
        let price = |((version, price), due): ((Version, Money), At)| SourceNotice::Price {
            sku: id,
            version,
            price,
            due,
        };
        match told {
            [] if sku.price_version > Version(0) => {
                page.push(price(((sku.price_version, sku.price), now)));
            }
            told => {
                let is_set = told.iter().filter(|((version, _), _)| *version > Version(0));
                page.extend(is_set.map(|told| price(*told)));
            }
        }
    }
}
