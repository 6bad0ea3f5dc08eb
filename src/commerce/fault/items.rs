//! Owns the family of faults of a part of a call: items of an update.
//! Must not know calls as wholes.

use super::passing::{About, Passing, of_item};
use super::rule::{Asking, Rule};
use super::{FaultEffect, MessageKind, Withheld};
use crate::history::fact::PushKind;

impl Rule {
    /// The items that a rule keeps from a system; none when it meets none of them.
    pub(super) fn withholds(&mut self, asking: Asking, passing: &Passing<'_>) -> Option<Withheld> {
        let About::Items(items) = passing.about else { return None };
        let kind = match passing.kind {
            MessageKind::Stock => PushKind::Stock,
            MessageKind::Price => PushKind::Price,
            MessageKind::Listing => PushKind::Listing,
            _ => return None,
        };
        let hit = |rule: &mut Rule, item| rule.concerns(About::One(item)) && rule.hits_left();
        let mut withheld = Vec::with_capacity(items.len());
        for item in items {
            let meets = hit(self, item.sku) && self.draws(asking, of_item(kind, item));
            if meets {
                self.hits += 1;
            }
            withheld.push(meets);
        }
        let as_taken = self.terms.does == FaultEffect::Forgets;
        withheld.contains(&true).then_some(Withheld { items: withheld, as_taken })
    }
}
