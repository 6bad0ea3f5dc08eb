//! Owns what channels sell that is not simply a SKU: offers made of parts, and their numbers.
//! Must not know who sells them, nor how many there are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Charter;
use crate::history::fact::Line;
use crate::ids::SkuId;
use crate::units::{Money, Qty};

/// An offer that is not simply a SKU: a bundle, a multipack, a second listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferTerms {
    /// Its name in the scenario.
    pub name: String,
    /// What one of it is made of; no SKU twice.
    pub parts: Vec<OfferPart>,
}

/// A part of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferPart {
    /// The SKU.
    pub sku: SkuId,
    /// Units of it in one of the offer, at least one.
    pub count: u32,
    /// What one of these units is charged when it is sold in the offer.
    pub price: Money,
}

impl Charter {
    /// The offers by their numbers.
    pub fn numbered_offers(&self) -> Offers {
        Offers::new(self.skus, &self.offers)
    }

    /// The name of a SKU or of an offer, by its number; none: SKUs are only numbered.
    pub fn name_of(&self, number: SkuId) -> Option<&str> {
        let offer = number.0.checked_sub(self.skus).and_then(|k| self.offers.get(k as usize));
        let sku = || self.sku_names.get(number.index()).map(|name| &**name);
        offer.map(|offer| &*offer.name).or_else(sku)
    }
}

impl OfferTerms {
    /// The price of one.
    pub fn price(&self) -> Money {
        self.parts.iter().map(|part| part.price.times(Qty(i64::from(part.count)))).sum()
    }

    /// How many of it can be made of so many units of its parts; none where one is not known.
    pub fn made_of(&self, mut units: impl FnMut(SkuId) -> Option<Qty>) -> Option<Qty> {
        let each = self.parts.iter().map(|part| {
            units(part.sku).map(|units| Qty(units.0.div_euclid(i64::from(part.count.max(1)))))
        });
        each.collect::<Option<Vec<Qty>>>()?.into_iter().min()
    }

    /// Units of a SKU in one of it; none: it is no part.
    pub fn count_of(&self, sku: SkuId) -> Option<i64> {
        let part = self.parts.iter().find(|part| part.sku == sku)?;
        Some(i64::from(part.count.max(1)))
    }
}

/// The offers of a run by their numbers, which go on where those of SKUs end: whoever keeps what is
/// on sale by number keeps both alike.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    skus: u32,
    terms: Arc<[OfferTerms]>,
    /// Parts and the offers that have them, in order.
    holders: Arc<[(SkuId, SkuId)]>,
}

impl Offers {
    /// Those beside so many SKUs.
    pub fn new(skus: u32, terms: &[OfferTerms]) -> Offers {
        let numbered = (skus..).map(SkuId).zip(terms);
        let holders = numbered.flat_map(|(id, offer)| offer.parts.iter().map(move |p| (p.sku, id)));
        let mut holders: Vec<(SkuId, SkuId)> = holders.collect();
        holders.sort_unstable();
        Offers { skus, terms: terms.into(), holders: holders.into() }
    }

    /// Whether channels sell nothing but SKUs.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Every offer with its number.
    pub fn all(&self) -> impl Iterator<Item = (SkuId, &OfferTerms)> {
        (self.skus..).map(SkuId).zip(self.terms.iter())
    }

    /// The offer of that number; none: it is a SKU's, or nobody's.
    #[inline]
    pub fn get(&self, number: SkuId) -> Option<&OfferTerms> {
        if self.terms.is_empty() {
            return None;
        }
        self.terms.get(number.0.checked_sub(self.skus)? as usize)
    }

    /// The number under which a line was sold: its offer's, or its SKU's.
    #[inline]
    pub fn of(&self, line: &Line) -> SkuId {
        line.offer.map_or(line.sku, |offer| SkuId(self.skus.saturating_add(offer)))
    }

    /// The offers that have a SKU as a part.
    pub fn with_part(&self, sku: SkuId) -> impl Iterator<Item = SkuId> + '_ {
        let from = self.holders.partition_point(|(part, _)| *part < sku);
        let holders = self.holders[from..].iter().take_while(move |(part, _)| *part == sku);
        holders.map(|(_, offer)| *offer)
    }

    /// The line as it was sold, in units and at the price of its offer; none: the line of the
    /// offer's first part stands for it. A line of a SKU is sold as it is.
    #[inline]
    pub fn sold(&self, line: &Line, lines: &[Line]) -> Option<Line> {
        if line.offer.is_none() {
            return Some(*line);
        }
        let sku = self.of(line);
        let first = self.get(sku)?.parts.first().filter(|first| first.sku == line.sku)?;
        let units = |qty: Qty| Qty(qty.0 / i64::from(first.count.max(1)));
        let of_it = lines.iter().filter(|other| other.offer == line.offer);
        let money: Money = of_it.map(|other| other.price.times(other.qty)).sum();
        let qty = units(line.qty);
        let price = Money(money.0 / qty.0.max(1));
        let (offered, left) = (units(line.offered), units(line.left));
        Some(Line { offer: None, sku, qty, price, offered, left })
    }

    /// All that was sold.
    pub fn all_sold<'a>(&'a self, lines: &'a [Line]) -> impl Iterator<Item = Line> + 'a {
        lines.iter().filter_map(|line| self.sold(line, lines))
    }

    /// The lines of what is sold: one for each part, each in units of its SKU.
    pub fn taken_apart(&self, sold: Line, mut each: impl FnMut(Line)) {
        let Some(terms) = self.get(sold.sku) else { return each(sold) };
        let offer = Some(sold.sku.0 - self.skus);
        for part in &terms.parts {
            let times = |qty: Qty| Qty(qty.0.saturating_mul(i64::from(part.count)));
            let (qty, offered, left) = (times(sold.qty), times(sold.offered), times(sold.left));
            each(Line { offer, sku: part.sku, qty, price: part.price, offered, left });
        }
    }
}

#[cfg(test)]
#[path = "offers_tests.rs"]
mod tests;
