//! Owns as what a line was sold: as its SKU, or as a part of an offer that is not simply one.
//! Must not know what was there, nor what is judged of it.

use rustc_hash::FxHashMap;

use crate::history::charter::{Charter, Offers};
use crate::history::fact::Line;
use crate::ids::{OrderId, SkuId};
use crate::units::Qty;

/// An order that holds an offer has no more lines than this: each is looked for among all.
const LINES_MAX: usize = 1_000;

/// A line of an order, and what it was sold as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) line: Line,
    /// The number of the offer; the SKU's own where it was sold as that.
    pub(super) number: SkuId,
    /// Units of the SKU in one of it.
    pub(super) count: i64,
    /// All that was sold of the offer; none: another line stands for it.
    pub(super) sold: Option<Line>,
}

/// The offers that are not simply a SKU, and the orders that hold one.
#[derive(Clone, Debug)]
pub(super) struct Bundled {
    pub(super) offers: Offers,
    of: FxHashMap<OrderId, Box<[SkuId]>>,
}

impl Bundled {
    pub(super) fn new(charter: &Charter) -> Bundled {
        Bundled { offers: charter.numbered_offers(), of: FxHashMap::default() }
    }

    /// What a line of these was sold as.
    #[inline]
    pub(super) fn part(&self, line: &Line, lines: &[Line]) -> Part {
        let number = self.offers.of(line);
        let count = self.offers.get(number).and_then(|terms| terms.count_of(line.sku));
        let sold = self.offers.sold(line, lines);
        Part { line: *line, number, count: count.unwrap_or(1), sold }
    }

    /// An order was accepted.
    pub(super) fn accepted(&mut self, order: OrderId, lines: &[Line]) {
        if self.offers.is_empty() || lines.iter().all(|line| line.offer.is_none()) {
            return;
        }
        let held = lines.iter().filter(|line| line.offer.is_some());
        let mut held: Vec<SkuId> = held.map(|line| self.offers.of(line)).collect();
        held.sort_unstable();
        held.dedup();
        self.of.insert(order, held.into());
    }

    /// Whether an order holds nothing but SKUs.
    pub(super) fn is_plain(&self, order: OrderId) -> bool {
        !self.of.contains_key(&order)
    }

    /// Whether an order was of just that number: an offer that it holds, or a SKU that it holds by
    /// itself.
    pub(super) fn is_of(&self, order: OrderId, number: SkuId) -> bool {
        let Some(held) = self.of.get(&order) else { return self.offers.get(number).is_none() };
        held.contains(&number)
            || self.offers.get(number).is_none() && {
                let has = |offer: &SkuId| self.holds(*offer, number);
                !held.iter().any(has)
            }
    }

    /// As how many of what so many units of a SKU were sold in an order; none: another part of it
    /// stands for that.
    pub(super) fn sold_as(&self, order: OrderId, sku: SkuId, units: Qty) -> Option<(SkuId, Qty)> {
        let held = self.of.get(&order).into_iter().flatten();
        let Some(offer) = held.copied().find(|offer| self.holds(*offer, sku)) else {
            return Some((sku, units));
        };
        let first = self.offers.get(offer)?.parts.first().filter(|first| first.sku == sku)?;
        Some((offer, Qty(units.0 / i64::from(first.count.max(1)))))
    }

    fn holds(&self, offer: SkuId, sku: SkuId) -> bool {
        self.offers.get(offer).is_some_and(|terms| terms.count_of(sku).is_some())
    }

    /// What is wrong with lines that name offers; nothing where none does, or all do rightly.
    pub(super) fn refused(&self, lines: &[Line]) -> Option<String> {
        let is_of_offers = || lines.iter().any(|line| line.offer.is_some());
        if lines.len() > LINES_MAX && is_of_offers() {
            return Some(format!("offers among {} lines of one order", lines.len()));
        }
        for line in lines {
            let Some(offer) = line.offer else { continue };
            let Some(terms) = self.offers.get(self.offers.of(line)) else {
                return Some(format!("offer {offer}, which is none"));
            };
            let of_it = || lines.iter().filter(|other| other.offer == line.offer);
            let units = |other: &Line| {
                let count = terms.count_of(other.sku)?;
                (other.qty.0 % count == 0).then_some(other.qty.0 / count)
            };
            let all = of_it().map(units).collect::<Option<Vec<i64>>>();
            let is_whole = all.is_some_and(|all| all.iter().all(|units| *units == all[0]));
            if !is_whole || of_it().count() != terms.parts.len() {
                return Some(format!("offer {offer} in other parts than it has"));
            }
            if lines.iter().filter(|other| other.sku == line.sku).count() > 1 {
                return Some(format!("SKU {} under two offers in one order", line.sku.0));
            }
        }
        None
    }
}

#[cfg(test)]
#[path = "bundled_tests.rs"]
mod tests;
