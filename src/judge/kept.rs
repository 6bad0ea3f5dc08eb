//! Owns units that stay reserved for orders that are over: nobody will ever get them.
//! Must not know why an order was ended, nor which rule is broken by it (`invariants`, `endings`).
//!
//! An order is over when no record of it lives in the OMS, and it was held there or its channel
//! has released it. Not asked of what was shipped or cancelled for want of stock.

use rustc_hash::FxHashMap;

use super::judgement::Witness;
use super::orders::{Flags, Orders};
use crate::ids::OrderId;

/// Orders that are over and hold units all the same, and since when.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    since: FxHashMap<OrderId, Witness>,
}

/// Units kept for an order that is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptBy {
    pub(super) order: OrderId,
    /// The OMS held it: its own ledger should have given them back.
    pub(super) was_held: bool,
    pub(super) since: Witness,
}

impl Kept {
    /// Something was said of the order: looks whether it is over and holds units.
    pub(super) fn look(&mut self, orders: &Orders, order: OrderId, w: Witness) {
        let Some(record) = orders.get(order) else { return };
        let flags = record.flags;
        let over = flags.live() == 0 && (flags.has(Flags::HELD) || flags.has(Flags::RELEASED));
        // Cancelled for want of stock, it may have held what was not there.
        let excused = flags.has(Flags::SHIPPED) || flags.has(Flags::CANCELLED);
        if over && !excused && orders.reserved_of(order).next().is_some() {
            self.since.entry(order).or_insert(w);
        } else if !self.since.is_empty() {
            self.since.remove(&order);
        }
    }

    /// How many never were held, and hold units that were reserved ahead: nobody told the OMS.
    pub(super) fn untold(&self, orders: &Orders) -> u64 {
        self.by_orders(orders).iter().filter(|kept| !kept.was_held).count() as u64
    }

    /// Those that hold units now, in the order of their numbers.
    pub(super) fn by_orders(&self, orders: &Orders) -> Vec<KeptBy> {
        let mut all: Vec<KeptBy> = self
            .since
            .iter()
            .map(|(&order, &since)| {
                let record = orders.get(order);
                let was_held = record.is_some_and(|record| record.flags.has(Flags::HELD));
                KeptBy { order, was_held, since }
            })
            .collect();
        all.sort_unstable_by_key(|kept| kept.since.seq);
        all
    }
}
