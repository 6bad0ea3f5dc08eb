//! Owns how an order ends: released by its channel, cancelled or shipped by the OMS, and what was
//! reserved for it. Must not know how it got to the OMS (`handoff`).

use super::books::Weight;
use super::endings::Side;
use super::handoff::{Turn, Ways};
use super::judgement::Witness;
use super::orders::{Flags, Record};
use super::tally::earlier;
use crate::history::fact::Release;
use crate::ids::{OrderId, SkuId};
use crate::units::{At, Money, Qty};

impl Ways {
    /// The channel released the order. `give_back` gets its units; nothing when it was released
    /// before.
    pub(super) fn released(
        &mut self,
        order: OrderId,
        why: Release,
        w: Witness,
        mut give_back: impl FnMut(SkuId, Qty),
    ) -> Turn {
        let Some(record) = self.orders.get_mut(order) else { return Turn::default() };
        if record.flags.has(Flags::RELEASED) {
            return Turn::default();
        }
        record.flags.set(Flags::RELEASED);
        let record = *record;
        self.endings.look(order, record.flags, w);
        self.needs_no_version(order, w);
        let units = self.orders.units(order);
        // What has left the building is not free again; it comes back as a return, if at all.
        if !record.flags.has(Flags::SHIPPED) {
            give_back(SkuId(record.sku), Qty(i64::from(record.qty)));
            for rest in self.orders.rest_of(order) {
                give_back(rest.sku, rest.qty);
            }
        }
        let way = &mut self.ways[order.channel.index()];
        way.released[why as usize] += 1;
        // Paid, and released because it was not: it is still due.
        let denied = why == Release::Payment && record.flags.has(Flags::OURS);
        way.contradicted += u64::from(denied);
        let mut exempt = None;
        if let Some(pending) = self.orders.pending.get(order) {
            let deadline = pending.ours + self.promises.handoff_within;
            let (ours, weight) =
                (pending.ours, self.books.weigh(order.channel, pending.bought.items()));
            // Late or not, what the channel released and the OMS never held is in neither book.
            if ours != At::NEVER {
                self.withdraw(order, &record, (ours, w.at), weight);
            }
            if !denied && (ours == At::NEVER || w.at <= deadline) {
                exempt = self.exempt(order, &record);
            } else if !denied && let Some(pending) = self.orders.pending.get_mut(order) {
                pending.left = w.at;
            }
        }
        if why == Release::NotAccepted {
            let harm = self.orders.harm(order, record.flags);
            self.orders.forget_harm(order);
            let way = &mut self.ways[order.channel.index()];
            way.at_risk += (record.money - harm.money).max(Money::ZERO);
            way.units_at_risk += (units - harm.units).max(Qty::ZERO);
        }
        let for_stock = why == Release::Stock;
        let turn = if for_stock { self.cancelled(order, None, units, w) } else { Turn::default() };
        self.kept.look(&self.orders, order, w);
        Turn { exempt, ..turn }
    }

    /// The order need not reach the OMS any more. Says since when it was due, if it was.
    fn exempt(&mut self, order: OrderId, record: &Record) -> Option<At> {
        let pending = self.orders.pending.remove(order)?;
        let ours = pending.ours;
        let kept = self.orders.get_mut(order).expect("an order just seen");
        kept.flags.set(Flags::EXEMPT);
        if ours == At::NEVER {
            return None;
        }
        let way = &mut self.ways[order.channel.index()];
        way.due -= 1;
        way.due_money -= record.money;
        Some(ours)
    }

    /// Takes an order that was ours since `ours` out of the channel's book, unless the books of its
    /// day were compared before `now`.
    fn withdraw(&mut self, order: OrderId, record: &Record, (ours, now): (At, At), weight: Weight) {
        let compared = self.books.compared_at(order.channel, record.accepted, ours);
        if record.flags.has(Flags::IN_BOOK) && now <= compared {
            self.books.withdrawn(order.channel, record.accepted, weight);
            let kept = self.orders.get_mut(order).expect("an order just seen");
            kept.flags.unset(Flags::IN_BOOK);
        }
    }

    /// The OMS cancelled a record of the order.
    pub(super) fn oms_cancelled(
        &mut self,
        order: OrderId,
        why: Release,
        sku: Option<SkuId>,
        w: Witness,
    ) -> Turn {
        let Some(record) = self.orders.get_mut(order) else { return Turn::default() };
        let live = record.flags.live().saturating_sub(1);
        record.flags.set_live(live);
        let flags = record.flags;
        self.endings.look(order, flags, w);
        if live == 0 {
            self.needs_no_version(order, w);
        }
        let recalled = flags.has(Flags::SHIPPED) && !flags.has(Flags::RELEASED);
        if recalled && why != Release::Stock {
            self.ways[order.channel.index()].recalled += 1;
        }
        // A duplicate's own record may go while the order stands.
        if why != Release::Stock || live > 0 {
            self.kept.look(&self.orders, order, w);
            return Turn::default();
        }
        let units = self.orders.units(order);
        let turn = self.cancelled(order, sku, units, w);
        self.kept.look(&self.orders, order, w);
        turn
    }

    fn cancelled(&mut self, order: OrderId, sku: Option<SkuId>, units: Qty, w: Witness) -> Turn {
        let term = self.promises.cancellations_count_for;
        let record = self.orders.get_mut(order).expect("an order just seen");
        if record.flags.has(Flags::CANCELLED) {
            return Turn::default();
        }
        record.flags.set(Flags::CANCELLED);
        let in_term = w.at.since(record.accepted) <= term;
        if in_term {
            record.flags.set(Flags::CANCELLED_IN_TERM);
        }
        let record = *record;
        let harm = self.orders.harm(order, record.flags);
        self.orders.forget_harm(order);
        let way = &mut self.ways[order.channel.index()];
        way.cancelled += 1;
        way.cancelled_money += record.money;
        // What was shipped is gone, whatever is said of it later.
        if !record.flags.has(Flags::SHIPPED) {
            way.at_risk += (record.money - harm.money).max(Money::ZERO);
            way.units_at_risk += (units - harm.units).max(Qty::ZERO);
        }
        if !in_term {
            return Turn::default();
        }
        way.cancelled_in_term.add(units, record.money);
        way.first_cancelled = earlier(way.first_cancelled, Some(w));
        if let Some(sku) = sku.filter(|_| !record.flags.has(Flags::OVERSOLD)) {
            self.orders.set_cluster(order, sku);
        }
        Turn { cancelled: Some(record.accepted), ..Turn::default() }
    }

    /// The OMS shipped the order: its other SKUs need not be remembered any more. `beyond` are
    /// units, and their money, that its last version does not have.
    pub(super) fn shipped(&mut self, order: OrderId, beyond: (Qty, Money), w: Witness) {
        let units = self.orders.units(order);
        self.needs_no_version(order, w);
        if beyond.0 > Qty::ZERO {
            self.endings.shipped_too_much(order, beyond, w);
        }
        if let Some(record) = self.orders.get_mut(order) {
            record.flags.set(Flags::SHIPPED);
            let unpaid = !record.flags.has(Flags::OURS) && !record.flags.has(Flags::RELEASED);
            self.ways[order.channel.index()].contradicted += u64::from(unpaid);
            self.endings.shipped(order, (units, record.money), w);
            self.orders.forget_rest(order);
            self.orders.forget_harm(order);
            self.kept.look(&self.orders, order, w);
        }
    }

    /// A connector gave up telling one side that the order has ended on the other. Not an error
    /// when that side knows by itself.
    pub(super) fn end_not_told(&mut self, order: OrderId, side: Side, w: Witness) {
        let Some(record) = self.orders.get_mut(order) else { return };
        let knows = match side {
            Side::Oms => record.flags.live() == 0,
            Side::Channel => record.flags.has(Flags::RELEASED),
        };
        if knows || record.flags.has(Flags::END_NOT_TOLD) {
            return;
        }
        record.flags.set(Flags::END_NOT_TOLD);
        let money = record.money;
        let units = self.orders.units(order);
        self.end_not_told.note_order(w, order, units, money);
    }

    /// The OMS reserved units of a SKU for the order.
    pub(super) fn reserved(&mut self, order: OrderId, sku: SkuId, units: Qty, w: Witness) {
        self.double.checked += 1;
        let Some(record) = self.orders.get_mut(order) else { return };
        record.flags.set(Flags::RESERVED);
        let too_many = if record.sku == sku.0 {
            let gave_up = self.versions.given_up(order, sku);
            let (had, may) = (i64::from(record.reserved), i64::from(record.qty) + gave_up.0);
            record.reserved = u32::try_from(had.saturating_add(units.0)).unwrap_or(u32::MAX);
            Qty(had.saturating_add(units.0).saturating_sub(may))
        } else {
            match self.orders.rest_mut(order, sku) {
                Some(rest) => {
                    rest.reserved += units;
                    rest.reserved - rest.qty - self.versions.given_up(order, sku)
                }
                // A SKU that the order does not have is an alteration, and seen as such.
                None => Qty::ZERO,
            }
        };
        let too_many = too_many.min(units);
        if too_many > Qty::ZERO {
            self.double.note_order(w, order, too_many, Money::ZERO);
        }
        self.kept.look(&self.orders, order, w);
    }

    /// When the order was accepted.
    pub(super) fn accepted_at(&self, order: OrderId) -> Option<At> {
        self.orders.get(order).map(|record| record.accepted)
    }

    /// The OMS gave units of a SKU back: says how many of them it had not reserved for the order.
    /// Of one for which nothing is known to have been reserved nobody can tell.
    pub(super) fn given_back(&mut self, order: OrderId, sku: SkuId, units: Qty, w: Witness) -> Qty {
        let Some(record) = self.orders.get_mut(order) else { return Qty::ZERO };
        let flags = record.flags;
        let (had, has) = if record.sku == sku.0 {
            let (had, has) = (Qty(i64::from(record.reserved)), Qty(i64::from(record.qty)));
            record.reserved = u32::try_from((had - units).0.max(0)).unwrap_or(u32::MAX);
            (had, has)
        } else if let Some(rest) = self.orders.rest_mut(order, sku) {
            let (had, has) = (rest.reserved, rest.qty);
            rest.reserved = (had - units).max(Qty::ZERO);
            (had, has)
        } else {
            (units, Qty::ZERO)
        };
        self.kept.look(&self.orders, order, w);
        if !flags.has(Flags::RESERVED) {
            return Qty::ZERO;
        }
        // An edit gives back what it gives up; what its order still has stays reserved.
        let lives = flags.live() > 0 && !flags.has(Flags::RELEASED) && !flags.has(Flags::SHIPPED);
        let is_edited = self.versions.given_up(order, sku) > Qty::ZERO;
        let stays = if lives && is_edited { has.min(had) } else { Qty::ZERO };
        (units - (had - stays)).max(Qty::ZERO)
    }
}
