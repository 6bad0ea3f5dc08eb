//! Owns the family of faults of a part of a call: items of an update, entries of a page.
//! Must not know calls as wholes.

use super::passing::{About, Passing, of_item};
use super::rule::Rule;
use super::{FaultEffect, MessageKind, Withheld};
use crate::history::fact::PushKind;
use crate::ids::{FaultId, OrderId};
use crate::rng::{Draws, mix};

impl Rule {
    /// The items that a rule keeps from a system; none when it meets none of them.
    pub(super) fn withholds(&mut self, draws: Draws, passing: &Passing<'_>) -> Option<Withheld> {
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
            let meets = hit(self, item.sku) && self.draws(draws, of_item(kind, item));
            if meets {
                self.hits += 1;
            }
            withheld.push(meets);
        }
        let as_taken = self.terms.does == FaultEffect::Forgets;
        withheld.contains(&true).then_some(Withheld { items: withheld, as_taken })
    }

    /// Whether an entry of a page is left out.
    pub(super) fn skips(&mut self, draws: Draws, order: OrderId) -> bool {
        let thing = mix(12, mix(u64::from(order.channel.0), order.number));
        let skips = self.hits_left() && self.draws(draws, thing);
        if skips {
            self.hits += 1;
        }
        skips
    }
}

impl super::FaultRules {
    /// Whether an order is left out of a page, by the rule that has spoken.
    pub fn skips(&mut self, fault: FaultId, order: OrderId) -> bool {
        let draws = self.draws;
        self.rules.get_mut(fault.index()).is_some_and(|rule| rule.skips(draws, order))
    }
}
