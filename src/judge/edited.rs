//! Owns edits of orders: what the last version says, and whether the OMS's record says it too.
//! Must not know supply, nor limits.
//!
//! A version is valid when it is made before its order is released or shipped. Until the handoff
//! deadline after it the OMS may say an older one.

use rustc_hash::FxHashMap;

use super::books::{Equality, Weight};
use super::handoff::Ways;
use super::judgement::Witness;
use super::orders::{Bought, Flags, Units};
use super::tally::earlier;
use super::versions::Edition;
use crate::history::fact::Line;
use crate::ids::{OrderId, SkuId};
use crate::units::{At, Money, Qty};

impl Ways {
    /// A shopper edited the order. `give_back` gets what was given up; nothing of an order that is
    /// over or has left.
    pub(super) fn edited(
        &mut self,
        order: OrderId,
        lines: &[Line],
        w: Witness,
        give_back: impl FnMut(&(SkuId, Qty)),
    ) {
        let Some(record) = self.orders.get(order).copied() else { return };
        if record.flags.has(Flags::RELEASED) || record.flags.has(Flags::SHIPPED) {
            return;
        }
        let (last, units) = (Bought::new(lines), self.orders.units(order));
        let is = self.books.weigh(order.channel, last.items());
        let was = Weight { units, money: record.money };
        let given_up = self.orders.lower(order, &last, is.money);
        given_up.iter().for_each(give_back);
        let less = Weight { units: was.units - is.units, money: was.money - is.money };
        self.worth_less(order, record.flags, less);
        let before =
            self.orders.pending.get_mut(order).map(|pending| {
                (pending.ours, std::mem::replace(&mut pending.bought, last.clone()))
            });
        if let Some((ours, _)) = before
            && record.flags.has(Flags::IN_BOOK)
            && w.at <= self.books.compared_at(order.channel, record.accepted, ours)
        {
            self.books.withdrawn(order.channel, record.accepted, was);
            self.books.entered(order.channel, record.accepted, is);
        }
        let is_held = before.is_none();
        let edition = self.versions.of.entry(order).or_insert_with(|| Edition {
            last: last.clone(),
            made: w,
            before: Vec::new(),
            said: was,
            booked: ([was; 2], Equality::Equal),
            given_up: FxHashMap::default(),
        });
        (edition.last, edition.made) = (last, w);
        edition.before.extend(before.map(|(_, bought)| bought));
        edition.gives_up(&given_up);
        if is_held {
            self.falls_behind(order);
            self.rebook(order);
        }
    }

    /// What is due is worth less, be it well held or not.
    fn worth_less(&mut self, order: OrderId, flags: Flags, less: Weight) {
        if !flags.has(Flags::OURS) || flags.has(Flags::EXEMPT) {
            return;
        }
        let is_bad = flags.has(Flags::HELD) && !self.orders.is_due(order);
        let way = &mut self.ways[order.channel.index()];
        way.due_money -= less.money;
        if flags.is_good() {
            way.good_money -= less.money;
        } else if is_bad {
            way.bad_units -= less.units;
        }
    }

    /// The OMS made its record say a version of the order.
    pub(super) fn amended(&mut self, order: OrderId, lines: &[Line], w: Witness) {
        let Some(record) = self.orders.get(order).copied() else { return };
        let said = self.books.weigh(order.channel, Bought::new(lines).items());
        let Some(edition) = self.versions.of.get_mut(&order) else {
            // Nobody edited it.
            if record.flags.has(Flags::HELD) && !record.flags.has(Flags::ALTERED) {
                self.altered.note_order(w, order, said.units, said.money);
                let kept = self.orders.get_mut(order).expect("an order just seen");
                kept.flags.set(Flags::ALTERED);
            }
            return;
        };
        edition.said = said;
        if !edition.last.equals(lines) {
            self.falls_behind(order);
            return;
        }
        let late = w.at > edition.made.at + self.promises.handoff_within;
        let was_well = self.orders.is_due(order) && record.flags.has(Flags::BEHIND);
        if late && was_well {
            let kept = self.orders.get_mut(order).expect("an order just seen");
            kept.flags.unset(Flags::IN_TIME);
            kept.flags.unset(Flags::IN_SLA);
            let units = self.orders.units(order);
            self.late.note_order(w, order, units, record.money);
            let way = &mut self.ways[order.channel.index()];
            way.bad_units += units;
            way.first_bad = earlier(way.first_bad, Some(w));
        }
        self.catches_up(order);
    }

    /// The OMS's record says another version than the last: the order is well held no more.
    fn falls_behind(&mut self, order: OrderId) {
        let Some(record) = self.orders.get_mut(order) else { return };
        let (flags, money) = (record.flags, record.money);
        if !flags.has(Flags::HELD) || flags.has(Flags::ALTERED) || flags.live() == 0 {
            return;
        }
        record.flags.set(Flags::BEHIND);
        if flags.is_good() && flags.has(Flags::OURS) {
            let way = &mut self.ways[order.channel.index()];
            way.good -= 1;
            way.good_money -= money;
            way.in_sla -= u64::from(flags.has(Flags::IN_SLA));
        }
        self.rebook(order);
    }

    /// It says the last version.
    fn catches_up(&mut self, order: OrderId) {
        let Some(record) = self.orders.get_mut(order) else { return };
        if record.flags.has(Flags::BEHIND) {
            record.flags.unset(Flags::BEHIND);
            let record = *record;
            if record.flags.is_good() && record.flags.has(Flags::OURS) {
                self.count_good(order.channel, &record);
            }
            self.rebook(order);
        }
    }

    /// The order is over, or has left. Nobody is to tell a version of it any more that could have
    /// been told until now.
    pub(super) fn needs_no_version(&mut self, order: OrderId, w: Witness) {
        let within = self.promises.handoff_within;
        let made = self.versions.of.get(&order).map(|edition| edition.made.at);
        if made.is_some_and(|made| w.at <= made + within) {
            self.catches_up(order);
        }
    }

    /// Both books have the order, and one of them says something else of it now.
    fn rebook(&mut self, order: OrderId) {
        let units = self.orders.units(order);
        let (Some(record), Some(edition)) =
            (self.orders.get(order), self.versions.of.get_mut(&order))
        else {
            return;
        };
        if !record.flags.has(Flags::IN_BOOK) || record.flags.has(Flags::ALTERED) {
            return;
        }
        let bought = Weight { units, money: record.money };
        let now = if record.flags.has(Flags::BEHIND) {
            ([bought, edition.said], Equality::Altered)
        } else {
            ([bought; 2], Equality::Equal)
        };
        let was = std::mem::replace(&mut edition.booked, now);
        self.books.unmatched(order.channel, record.accepted, was);
        self.books.entered(order.channel, record.accepted, bought);
        self.books.matched(order.channel, record.accepted, now.0, now.1);
    }

    /// What was shipped beyond the order's last version: units by SKU, and their money.
    pub(super) fn shipped_beyond(&self, order: OrderId, lines: &[Line]) -> (Units, Money) {
        let edition = self.versions.of.get(&order);
        let released = self.orders.get(order).is_none_or(|o| o.flags.has(Flags::RELEASED));
        let Some(edition) = edition.filter(|_| !released) else {
            return (Units::new(), Money::ZERO);
        };
        let mut left = edition.last.by_sku();
        let (mut units, mut money) = (Units::new(), Money::ZERO);
        for line in lines {
            let left = left.entry(line.sku).or_default();
            let kept = line.qty.min(*left);
            *left -= kept;
            if line.qty > kept {
                units.push((line.sku, line.qty - kept));
                money += line.price.times(line.qty - kept);
            }
        }
        (units, money)
    }

    /// Orders that the OMS holds in another version than the last.
    pub(super) fn behind(&self, now: At) -> impl Iterator<Item = Behind> {
        let within = self.promises.handoff_within;
        let is_behind = |order: &OrderId| {
            self.orders.get(*order).is_some_and(|record| record.flags.has(Flags::BEHIND))
        };
        let all = self.versions.of.iter().filter(move |(order, _)| is_behind(order));
        all.map(move |(&order, edition)| {
            let has = self.books.weigh(order.channel, edition.last.items());
            let made = edition.made;
            Behind { order, made, has, in_time: now <= made.at + within }
        })
    }
}

/// An order that the OMS holds in another version than the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Behind {
    pub(super) order: OrderId,
    /// When the last was made, …
    pub(super) made: Witness,
    /// … and what it has.
    pub(super) has: Weight,
    /// The OMS may still be told of it.
    pub(super) in_time: bool,
}

#[cfg(test)]
#[path = "edited_tests.rs"]
mod tests;
