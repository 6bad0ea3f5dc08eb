//! Owns how shoppers edit their orders: who does, when, and what is given up.
//! Must not know what becomes of an edit (`marketplace/edits`).

use rustc_hash::FxHashMap;

use crate::history::fact::Line;
use crate::ids::{Intent, SkuId};
use crate::law::Law;
use crate::rng::{Draw, Draws};
use crate::units::{Ppm, Qty, Span};

/// How shoppers edit their orders.
#[derive(Clone, Debug, PartialEq)]
pub struct EditTerms {
    /// The share of orders that are edited, of those that have more than one unit.
    pub share: Ppm,
    /// How long after the order.
    pub after: Law,
}

impl EditTerms {
    /// What a shopper wants of an order after all, and how long after it; none: all of it. Of
    /// several lines one is given up, of a single one some of its units.
    pub fn edit(
        &self,
        draws: Draws,
        intent: Intent,
        lines: &[(SkuId, Qty)],
    ) -> Option<(Span, Vec<(SkuId, Qty)>)> {
        if draws.unit(Draw::Edit, intent.0, 0) >= self.share.as_f64() {
            return None;
        }
        let after = self.after.sample(draws.two_units(Draw::Edit, intent.0, 1));
        let [word, ..] = draws.words(Draw::Edit, intent.0, 2);
        let wanted = match *lines {
            [] => return None,
            [(_, qty)] if qty <= Qty(1) => return None,
            [(sku, qty)] => vec![(sku, Qty(1 + i64::from(word) % (qty.0 - 1)))],
            _ => {
                let given_up = word as usize % lines.len();
                let kept = lines.iter().enumerate().filter(|(place, _)| *place != given_up);
                kept.map(|(_, line)| *line).collect()
            }
        };
        Some((after, wanted))
    }
}

/// What a version of an order has fewer than the one before.
pub(super) fn given_up(before: &[Line], after: &[Line]) -> Vec<Line> {
    let mut left = by_sku(after);
    let fewer = |line: &Line| {
        let left = left.entry(line.sku).or_default();
        let kept = line.qty.min(*left);
        *left -= kept;
        Line { qty: line.qty - kept, ..*line }
    };
    before.iter().map(fewer).filter(|line| line.qty > Qty::ZERO).collect()
}

/// Units by SKU.
pub(super) fn by_sku(lines: &[Line]) -> FxHashMap<SkuId, Qty> {
    let mut units = FxHashMap::default();
    for line in lines {
        *units.entry(line.sku).or_default() += line.qty;
    }
    units
}
