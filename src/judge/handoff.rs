//! Owns the way of an order: accepted, ours, held by the OMS, released, cancelled, shipped; and
//! what can go wrong on it. Must not know supply.

use super::books::{Books, Equality, Weight};
use super::breaches::Breaches;
use super::endings::Endings;
use super::hist::Hist;
use super::judgement::{Impact, Witness};
use super::kept::Kept;
use super::orders::{Bought, Flags, Harmed, Item, Orders, Pending, Record};
use super::tally::earlier;
use super::tills::Taken;
use super::versions::Versions;
use crate::history::charter::{Charter, Promises};
use crate::history::fact::{CallOutcome, Delivery, Line};
use crate::ids::{ChannelId, OrderId, SkuId};
use crate::units::{At, Money, Qty, Span};

/// One channel's counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub(super) accepted: u64,
    pub(super) lines: u64,
    pub(super) units: Qty,
    pub(super) money: Money,
    pub(super) oversold_orders: u64,
    pub(super) first_oversold: Option<Witness>,
    /// Became ours and was not released before the OMS had to hold it.
    pub(super) due: u64,
    pub(super) due_money: Money,
    /// Held once, equal, by the deadline.
    pub(super) good: u64,
    pub(super) good_money: Money,
    pub(super) in_sla: u64,
    /// Units of orders held late, altered or twice.
    pub(super) bad_units: Qty,
    pub(super) first_bad: Option<Witness>,
    pub(super) handoff_time: Hist,
    pub(super) released: [u64; 4],
    /// Released for want of a payment that had come, or shipped without one.
    pub(super) contradicted: u64,
    /// Cancelled in the OMS after shipping, but for stock, and alive on the channel.
    pub(super) recalled: u64,
    /// Cancelled for want of stock.
    pub(super) cancelled: u64,
    pub(super) cancelled_money: Money,
    pub(super) cancelled_in_term: Impact,
    pub(super) first_cancelled: Option<Witness>,
    /// Money oversold, mispriced or cancelled, no order twice.
    pub(super) at_risk: Money,
    /// Units oversold or cancelled, none twice.
    pub(super) units_at_risk: Qty,
    /// Where it converts prices.
    pub(super) taken: Taken,
}

/// What was wrong with an order at its acceptance.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Harm {
    /// The first SKU of it that was oversold.
    pub(super) short_of: Option<SkuId>,
    /// Units that were not there, and money of them and off the intended price.
    pub(super) harmed: Harmed,
}

/// What became of the facts of an order that others must know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    /// Became ours at this moment.
    pub(super) due: Option<At>,
    /// Not due any more: released in time; the moment it had become ours.
    pub(super) exempt: Option<At>,
    /// Handed off well; the moment it had become ours.
    pub(super) handed_off: Option<At>,
    /// Handed off well no more: the OMS holds it twice now; the channel tells when it became ours.
    pub(super) spoilt: Option<At>,
    /// Cancelled for stock within the term; the moment it was accepted.
    pub(super) cancelled: Option<At>,
    /// Held, late or in time; the moment it had become ours, and how long that took.
    pub(super) took: Option<(At, Span)>,
}

/// Every order's way, and the invariants on it.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    pub(super) promises: Promises,
    pub(super) orders: Orders,
    pub(super) books: Books,
    pub(super) ways: Vec<Way>,
    pub(super) duplicate: Breaches,
    pub(super) ghost: Breaches,
    pub(super) altered: Breaches,
    pub(super) double: Breaches,
    /// Held after the deadline.
    pub(super) late: Breaches,
    pub(super) end_not_told: Breaches,
    pub(super) endings: Endings,
    /// Orders that were edited.
    pub(super) versions: Versions,
    /// Units kept for orders that are over.
    pub(super) kept: Kept,
    /// Deliveries of an order that the OMS already held.
    pub(super) redelivered: u64,
    pub(super) delivered: u64,
    /// The OMS, or a connector that tried to hand something over, has said anything at all.
    pub(super) oms_spoke: bool,
}

impl Ways {
    pub(super) fn new(charter: &Charter, books: Books) -> Ways {
        let channels = charter.channels.len();
        Ways {
            promises: charter.promises,
            orders: Orders::new(channels),
            books,
            ways: vec![Way::default(); channels],
            duplicate: Breaches::new(channels),
            ghost: Breaches::new(channels),
            altered: Breaches::new(channels),
            double: Breaches::new(channels),
            late: Breaches::new(channels),
            end_not_told: Breaches::new(channels),
            endings: Endings::new(channels),
            versions: Versions::default(),
            kept: Kept::default(),
            redelivered: 0,
            delivered: 0,
            // Of a connector from outside the OMS is ours: that it heard of nothing is a fact.
            oms_spoke: charter.is_outside(),
        }
    }

    /// A channel accepted an order. None when the number was accepted before.
    pub(super) fn accepted(
        &mut self,
        order: OrderId,
        lines: &[Line],
        harm: Harm,
        w: Witness,
    ) -> Option<()> {
        let bought = Bought::new(lines);
        let weight = self.books.weigh(order.channel, bought.items());
        let sku = lines.first().map_or(0, |line| line.sku.0);
        let first: Qty = lines.iter().filter(|l| l.sku.0 == sku).map(|l| l.qty).sum();
        let mut record = Record {
            accepted: w.at,
            money: weight.money,
            sku,
            qty: u32::try_from(first.0).unwrap_or(u32::MAX),
            reserved: 0,
            flags: Flags::ACCEPTED,
        };
        if harm.short_of.is_some() {
            record.flags.set(Flags::OVERSOLD);
        }
        let pending = Pending { seq: w.seq, ours: At::NEVER, left: At::NEVER, bought };
        if !self.orders.accept(order, record, pending) {
            return None;
        }
        let way = &mut self.ways[order.channel.index()];
        way.accepted += 1;
        way.lines += lines.len() as u64;
        way.units += weight.units;
        way.money += weight.money;
        way.taken.own += lines.iter().map(|line| line.price.times(line.qty)).sum::<Money>();
        way.at_risk += harm.harmed.money;
        way.units_at_risk += harm.harmed.units;
        if harm.harmed.money > Money::ZERO || harm.harmed.units > Qty::ZERO {
            self.orders.set_harm(order, harm.harmed);
        }
        if let Some(short_of) = harm.short_of {
            way.oversold_orders += 1;
            way.first_oversold = earlier(way.first_oversold, Some(w));
            self.orders.set_cluster(order, short_of);
        }
        Some(())
    }

    /// The order is ours to fulfil from now on.
    pub(super) fn ours(&mut self, order: OrderId, w: Witness) -> Turn {
        let Some(record) = self.orders.get_mut(order) else { return Turn::default() };
        if record.flags.has(Flags::OURS) || record.flags.has(Flags::RELEASED) {
            return Turn::default();
        }
        record.flags.set(Flags::OURS);
        let record = *record;
        let way = &mut self.ways[order.channel.index()];
        way.due += 1;
        way.due_money += record.money;
        let mut turn = Turn { due: Some(w.at), ..Turn::default() };
        if let Some(pending) = self.orders.pending.get_mut(order) {
            pending.ours = w.at;
            let compared = self.books.compared_at(order.channel, record.accepted, w.at);
            if w.at <= compared {
                let weight = self.books.weigh(order.channel, pending.bought.items());
                self.books.entered(order.channel, record.accepted, weight);
                self.orders.get_mut(order).expect("an order just seen").flags.set(Flags::IN_BOOK);
            }
        } else {
            // Held before it was paid: in time, and in both books.
            let weight = Weight { units: Qty(i64::from(record.qty)), money: record.money };
            self.books.entered(order.channel, record.accepted, weight);
            let equal = equality(record.flags);
            self.books.matched(order.channel, record.accepted, [weight; 2], equal);
            self.versions.booked(order, [weight; 2], equal);
            let record = self.orders.get_mut(order).expect("an order just seen");
            record.flags.set(Flags::IN_BOOK);
            record.flags.set(Flags::IN_TIME);
            record.flags.set(Flags::IN_SLA);
            let record = *record;
            if record.flags.is_good() {
                self.count_good(order.channel, &record);
            } else if !self.orders.is_due(order) {
                self.ways[order.channel.index()].bad_units += weight.units;
            }
            turn.handed_off = self.orders.is_due(order).then_some(w.at);
        }
        turn
    }

    /// The OMS made something of a delivery.
    pub(super) fn delivered(&mut self, order: OrderId, made: Delivery) {
        self.delivered += 1;
        let held = self.orders.get(order).is_some_and(|r| r.flags.has(Flags::HELD));
        self.redelivered += u64::from(made == Delivery::Known || held);
    }

    /// The OMS created a record.
    pub(super) fn held(
        &mut self,
        order: OrderId,
        lines: &[Line],
        booked: Option<Money>,
        w: Witness,
    ) -> Turn {
        for checked in [&mut self.duplicate, &mut self.ghost, &mut self.altered] {
            checked.checked += 1;
        }
        let held: Vec<Item> = lines.iter().map(Item::from).collect();
        let mut held = self.books.weigh(order.channel, &held);
        // Its own word of what is in its books counts, where it gives it.
        held.money =
            booked.filter(|_| self.books.tills.converts(order.channel)).unwrap_or(held.money);
        let Some(record) = self.orders.get_mut(order) else {
            self.ghost.note_order(w, order, held.units, held.money);
            self.books.surplus(order.channel, w.at, held);
            return Turn::default();
        };
        record.flags.set_live(record.flags.live() + 1);
        let again = record.flags.has(Flags::HELD);
        record.flags.set(Flags::HELD);
        let flags = record.flags;
        self.endings.look(order, flags, w);
        self.kept.look(&self.orders, order, w);
        if again {
            return self.held_again(order, held, w);
        }
        let Some(pending) = self.orders.pending.remove(order) else {
            return Turn::default();
        };
        self.held_first(order, &pending, lines, held, w)
    }

    fn held_first(
        &mut self,
        order: OrderId,
        pending: &Pending,
        lines: &[Line],
        held: Weight,
        w: Witness,
    ) -> Turn {
        let bought = self.books.weigh(order.channel, pending.bought.items());
        let converts = self.books.tills.converts(order.channel);
        let equal = pending.bought.equals(lines) && (!converts || bought.money == held.money);
        if !equal && self.books.is_rounding(order.channel, pending, lines, [bought, held]) {
            let off = Money((bought.money - held.money).0.saturating_abs());
            self.ways[order.channel.index()].taken.rounded.add(held.units, off);
        }
        let record = self.orders.get_mut(order).expect("an order just seen");
        if !equal && self.versions.was(order, lines) {
            record.flags.set(Flags::BEHIND);
            self.versions.says(order, held);
        } else if !equal {
            record.flags.set(Flags::ALTERED);
            self.altered.note_order(w, order, held.units, held.money);
        }
        if pending.ours == At::NEVER {
            return Turn::default();
        }
        let took = w.at.since(pending.ours);
        if took <= self.promises.handoff_within {
            record.flags.set(Flags::IN_TIME);
        } else {
            self.late.note_order(w, order, bought.units, record.money);
        }
        if took <= self.promises.handoff_sla {
            record.flags.set(Flags::IN_SLA);
        }
        let record = *record;
        let way = &mut self.ways[order.channel.index()];
        way.handoff_time.record(took);
        let compared = self.books.compared_at(order.channel, record.accepted, pending.ours);
        if record.flags.has(Flags::IN_BOOK) && w.at <= compared {
            let equal = equality(record.flags);
            self.books.matched(order.channel, record.accepted, [bought, held], equal);
            self.versions.booked(order, [bought, held], equal);
        }
        if record.flags.has(Flags::EXEMPT) {
            return Turn::default();
        }
        if record.flags.is_good() {
            self.count_good(order.channel, &record);
        } else if !self.orders.is_due(order) {
            way.bad_units += bought.units;
            way.first_bad = earlier(way.first_bad, Some(w));
        }
        // The OMS may still be told of the last version.
        let handed_off = self.orders.is_due(order).then_some(pending.ours);
        Turn { handed_off, took: Some((pending.ours, took)), ..Turn::default() }
    }

    fn held_again(&mut self, order: OrderId, held: Weight, w: Witness) -> Turn {
        let was_due = self.orders.is_due(order);
        let units = self.versions.units(order).unwrap_or(held.units);
        let record = self.orders.get_mut(order).expect("an order just seen");
        let was_good = record.flags.is_good() && record.flags.has(Flags::OURS);
        record.flags.set(Flags::DUPLICATE);
        let record = *record;
        self.duplicate.note_order(w, order, held.units, held.money);
        let compared = self.books.compared_at(order.channel, record.accepted, record.accepted);
        if w.at <= compared {
            self.books.surplus(order.channel, record.accepted, held);
        }
        let way = &mut self.ways[order.channel.index()];
        if was_due {
            way.bad_units += units;
        }
        if was_good {
            way.good -= 1;
            way.good_money -= record.money;
            way.in_sla -= u64::from(record.flags.has(Flags::IN_SLA));
        }
        way.first_bad = earlier(way.first_bad, Some(w));
        // When a settled order became ours is not kept: its acceptance is at most a payment before.
        Turn { spoilt: was_due.then_some(record.accepted), ..Turn::default() }
    }

    /// The OMS refused to take the order.
    pub(super) fn rejected(&mut self, order: OrderId) {
        if let Some(record) = self.orders.get_mut(order) {
            record.flags.set(Flags::REJECTED);
        }
    }

    /// The connector gave handing the order over up.
    pub(super) fn given_up(&mut self, order: OrderId, last: CallOutcome) {
        if let Some(record) = self.orders.get_mut(order) {
            let why = if last == CallOutcome::Rejected { Flags::REJECTED } else { Flags::GIVEN_UP };
            record.flags.set(why);
        }
    }

    pub(super) fn count_good(&mut self, channel: ChannelId, record: &Record) {
        let way = &mut self.ways[channel.index()];
        way.good += 1;
        way.good_money += record.money;
        way.in_sla += u64::from(record.flags.has(Flags::IN_SLA));
    }
}

fn equality(flags: Flags) -> Equality {
    let differs = flags.has(Flags::ALTERED) || flags.has(Flags::BEHIND);
    if differs { Equality::Altered } else { Equality::Equal }
}
