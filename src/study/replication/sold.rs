//! Owns what one replication sold, and what it refused although it was there. Must not know gates.

use crate::judge::judgement::{Invariant, Judgement, Totals};

/// What was sold on one channel, or on all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sales {
    /// Orders that shoppers wanted to place; those accepted, where nobody recorded it.
    pub wanted: u64,
    /// … that could have been taken: not those for which nothing was left.
    pub takeable: u64,
    /// Accepted.
    pub accepted: u64,
    /// Turned away, for whatever reason.
    pub turned_away: u64,
    /// Units accepted, and neither cancelled for stock nor at risk.
    pub kept_units: i64,
    /// Their money, in minor units.
    pub kept_money: i64,
}

impl Sales {
    pub(super) fn of(totals: &Totals) -> Sales {
        let wanted = totals.offered.max(totals.accepted);
        Sales {
            wanted,
            takeable: totals.takeable,
            accepted: totals.accepted,
            turned_away: (wanted - totals.accepted).saturating_sub(totals.unknown),
            kept_units: totals.kept.units.0,
            kept_money: totals.kept.money.0,
        }
    }
}

/// What was refused although the stock was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undersold {
    /// Orders.
    pub orders: u64,
    /// Their money, in minor units.
    pub money: i64,
    /// Units that a channel's stock rule kept from being offered.
    pub by_rule_units: i64,
    /// Units that a channel did not offer because it was told too late.
    pub stale_units: i64,
    /// Units that other shoppers' carts held.
    pub cart_units: i64,
}

impl Undersold {
    pub(super) fn of(judgement: &Judgement) -> Undersold {
        let mut rules = judgement.invariants.iter();
        let rule = rules.find(|rule| rule.invariant == Invariant::Undersell);
        let totals = &judgement.totals;
        Undersold {
            orders: rule.map_or(0, |rule| rule.breaches.definite),
            money: totals.undersold_money.0,
            by_rule_units: totals.undersold_policy.0,
            stale_units: totals.undersold_stale.0,
            cart_units: totals.undersold_carts.0,
        }
    }

    /// Units in all.
    pub fn units(&self) -> i64 {
        self.by_rule_units + self.stale_units + self.cart_units
    }
}
