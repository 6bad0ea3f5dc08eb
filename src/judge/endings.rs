//! Owns orders that one side ended and the other still holds: what the shopper was promised and
//! what will be shipped are then two things. Must not know limits, nor why an order was ended.
//!
//! An order is ended on its channel when it is released, in the OMS when no record of it lives any
//! more. What was shipped before it was ended has left the building: nothing is left to tell.

use rustc_hash::FxHashMap;

use super::breaches::Breaches;
use super::judgement::{Impact, Witness};
use super::kept::KeptBy;
use super::orders::{Flags, Orders};
use crate::ids::OrderId;
use crate::units::{At, Money, Qty, Span};

/// Who should have been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// That the channel released the order.
    Oms,
    /// That the OMS cancelled it.
    Channel,
}

/// Ends that the other side does not know of.
#[derive(Clone, Debug)]
pub(super) struct Endings {
    /// Who should be told of an order's end, and since when.
    untold: FxHashMap<OrderId, (Side, Witness)>,
    /// Shipped although the channel had released it.
    shipped: Breaches,
}

/// Where ends stand when observation does.
#[derive(Clone, Debug)]
pub(super) struct OneSided {
    /// Those that the other side had the handoff deadline to learn of, and did not.
    pub(super) breaches: Breaches,
    /// By channel: those that still have time.
    pub(super) open_on: Vec<u64>,
    /// By channel: dead in the OMS, alive on the channel, and at risk by nothing else.
    pub(super) dead_on: Vec<Impact>,
}

impl Endings {
    pub(super) fn new(channels: usize) -> Endings {
        Endings { untold: FxHashMap::default(), shipped: Breaches::new(channels) }
    }

    /// The order's state changed on one side: looks whether the two still agree.
    pub(super) fn look(&mut self, order: OrderId, flags: Flags, w: Witness) {
        let released = flags.has(Flags::RELEASED);
        let alive = flags.live() > 0;
        if !flags.has(Flags::HELD) || flags.has(Flags::SHIPPED) || released != alive {
            self.untold.remove(&order);
        } else {
            let side = if released { Side::Oms } else { Side::Channel };
            match self.untold.get_mut(&order) {
                Some(since) if since.0 == side => {}
                Some(since) => *since = (side, w),
                None => drop(self.untold.insert(order, (side, w))),
            }
        }
    }

    /// How many ends the other side does not know of now.
    pub(super) fn untold(&self) -> u64 {
        self.untold.len() as u64
    }

    /// The OMS shipped the order, for the first time.
    pub(super) fn shipped(&mut self, order: OrderId, (units, money): (Qty, Money), w: Witness) {
        if let Some((Side::Oms, _)) = self.untold.remove(&order) {
            self.shipped.note_order(w, order, units, money);
        }
    }

    /// The OMS shipped more of the order than its last version has.
    pub(super) fn shipped_too_much(&mut self, order: OrderId, more: (Qty, Money), w: Witness) {
        self.shipped.note_order(w, order, more.0, more.1);
    }

    /// Where they stand at `end`; `within` is how long the other side may take to learn of it.
    pub(super) fn closed(
        &self,
        orders: &Orders,
        kept: &[KeptBy],
        (end, quiet): (At, bool),
        within: Span,
    ) -> OneSided {
        let mut breaches = self.shipped.clone();
        let channels = breaches.by_channel.len();
        let (mut open_on, mut dead_on) = (vec![0; channels], vec![Impact::default(); channels]);
        for (&order, &(side, since)) in &self.untold {
            let Some(record) = orders.get(order) else { continue };
            if !quiet && end <= since.at + within {
                open_on[order.channel.index()] += 1;
                continue;
            }
            let units = orders.units(order);
            breaches.note_order(since, order, units, record.money);
            if side == Side::Channel && !record.flags.has(Flags::CANCELLED) {
                let harm = orders.harm(order, record.flags);
                let money = (record.money - harm.money).max(Money::ZERO);
                dead_on[order.channel.index()].add((units - harm.units).max(Qty::ZERO), money);
            }
        }
        // Never held, and released: nobody told the OMS that what it reserved ahead is free.
        for kept in kept.iter().filter(|kept| !kept.was_held) {
            let (order, since) = (kept.order, kept.since);
            if !quiet && end <= since.at + within {
                open_on[order.channel.index()] += 1;
                continue;
            }
            let money = orders.get(order).map_or(Money::ZERO, |record| record.money);
            breaches.note_order(since, order, orders.units(order), money);
        }
        OneSided { breaches, open_on, dead_on }
    }
}
