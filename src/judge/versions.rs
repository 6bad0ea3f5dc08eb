//! Owns what is kept of an order that was edited: its versions, and what the OMS says.
//! Must not know what is judged of them (`edited`).

use rustc_hash::FxHashMap;

use super::books::{Equality, Weight};
use super::judgement::Witness;
use super::orders::Bought;
use crate::history::fact::Line;
use crate::ids::{OrderId, SkuId};
use crate::units::Qty;

/// An order that was edited.
#[derive(Clone, Debug)]
pub(super) struct Edition {
    /// The last valid version, …
    pub(super) last: Bought,
    /// … and when it was made.
    pub(super) made: Witness,
    /// Versions before it that may still be handed over.
    pub(super) before: Vec<Bought>,
    /// What the OMS's record says.
    pub(super) said: Weight,
    /// What the books have of it on both sides, where it is in both.
    pub(super) booked: ([Weight; 2], Equality),
    /// What was given up since the acceptance.
    pub(super) given_up: FxHashMap<SkuId, Qty>,
}

impl Edition {
    pub(super) fn gives_up(&mut self, units: &[(SkuId, Qty)]) {
        for (sku, units) in units {
            *self.given_up.entry(*sku).or_default() += *units;
        }
    }
}

/// Every order that was edited.
#[derive(Clone, Debug, Default)]
pub(super) struct Versions {
    pub(super) of: FxHashMap<OrderId, Edition>,
}

impl Versions {
    /// Whether these lines were a version before the last, and may be handed over as such.
    pub(super) fn was(&self, order: OrderId, lines: &[Line]) -> bool {
        let known = self.of.get(&order);
        known.is_some_and(|edition| edition.before.iter().any(|before| before.equals(lines)))
    }

    /// Units of a SKU that the order had and gave up.
    pub(super) fn given_up(&self, order: OrderId, sku: SkuId) -> Qty {
        self.of
            .get(&order)
            .and_then(|edition| edition.given_up.get(&sku))
            .copied()
            .unwrap_or_default()
    }

    /// Units of the last version, where the order was edited.
    pub(super) fn units(&self, order: OrderId) -> Option<Qty> {
        self.of.get(&order).map(|edition| edition.last.items().iter().map(|item| item.qty).sum())
    }

    /// The OMS's record of the order says an earlier version.
    pub(super) fn says(&mut self, order: OrderId, said: Weight) {
        if let Some(edition) = self.of.get_mut(&order) {
            edition.said = said;
        }
    }

    /// The order is held, or ours and held before: both books have it so.
    pub(super) fn booked(&mut self, order: OrderId, sides: [Weight; 2], equal: Equality) {
        if let Some(edition) = self.of.get_mut(&order) {
            (edition.said, edition.booked) = (sides[1], (sides, equal));
        }
    }
}
