//! Owns the life of an order in the OMS: handed over, reserved, short, cancelled, shipped.
//! Must not know how the ledger tells others of its changes.

use rustc_hash::FxHashMap;

use super::super::outbox::Outbox;
use super::super::protocol::{OmsReply, SourceNotice};
use super::super::terms::Shortage;
use super::telling::Of;
use super::{Known, Later, Oms, Record, State, bare};
use crate::history::What;
use crate::history::fact::{Delivery, Line, Lines, Release, StockCause};
use crate::ids::{ChannelId, Intent, OmsOrder, OrderId, SkuId};
use crate::rng::{Draw, mix};
use crate::units::{At, Money, Qty};

impl Oms {
    #[expect(clippy::too_many_arguments, reason = "a handoff's own fields, taken apart once")]
    pub(super) fn hand_over(
        &mut self,
        now: At,
        order: OrderId,
        intent: Intent,
        lines: &Lines,
        key: Option<u64>,
        attempt: u32,
        out: &mut Outbox,
    ) -> OmsReply {
        let by_key = key.and_then(|key| self.by_key.get(&key).copied());
        let used_for = by_key.and_then(|oms| self.records.get(oms.0)).map(|record| record.order);
        if used_for.is_some_and(|other| other != order) {
            let why = "the idempotency key was used for another order".to_owned();
            return OmsReply::Invalid { why };
        }
        let by_id = || {
            let known = self.by_order.get(order).and_then(|known| known.records.first());
            known.copied().filter(|_| self.play.knows_record_ids)
        };
        if let Some(oms) = by_key.or_else(by_id) {
            out.facts.push(What::Delivered { order, attempt, made: Delivery::Known });
            return OmsReply::Held { oms, known: true };
        }
        let oms = OmsOrder(self.records.next());
        out.facts.push(What::Delivered { order, attempt, made: Delivery::Created });
        let booked = self.booked(order, lines);
        let bought = lines.iter().map(bare).collect();
        out.facts.push(What::Held { order, oms, lines: bought, booked });
        if let Some(key) = key {
            self.by_key.insert(key, oms);
        }
        let known = self.by_order.or_insert_with(order, Known::default);
        known.records.push(oms);
        let (released, ahead) = (known.released, known.ahead.take());
        // Reserved for other lines than these: that reservation is of no use.
        let (ahead, other) = match ahead {
            Some(ahead) if !same_units(&ahead, lines) => (None, Some(ahead)),
            ahead => (ahead, None),
        };
        if let Some(other) = other {
            self.give_back(now, order, &other, out);
        }
        let state = if released.is_some() { State::Cancelled } else { State::Short };
        self.records.push(Record { order, key, intent, lines: lines.clone(), state });
        if let Some(hub) = &mut self.hub {
            hub.held(now, order, oms, lines);
        }
        if let Some(why) = released {
            out.facts.push(What::OmsCancelled { order, oms, why, sku: None });
            self.hub_lets_go(now, oms, why);
        } else if ahead.is_some() || self.take_units(now, order, oms, out) {
            self.reserved(now, oms);
            self.after_reserving(now, (order, oms), lines, out);
        } else if let Shortage::Cancel { after } = &self.play.shortage {
            let wait = after.sample(self.draws.two_units(Draw::OmsDelay, intent.0, 0));
            self.timers.set(now + wait, Later::GiveUp(oms));
        }
        OmsReply::Held { oms, known: false }
    }

    /// What an order comes to in the campaign's currency, where it is of another.
    fn booked(&mut self, order: OrderId, lines: &[Line]) -> Option<Money> {
        let books = (*self.books.get(order.channel.index())?)?;
        let lines = || lines.iter().map(|line| (line.qty, line.price));
        Some(self.books_rounded(order, books, lines))
    }

    /// Whether it holds an order, and with other lines than these. Of one that was amended an older
    /// version may come again.
    pub fn holds_otherwise(&self, order: OrderId, lines: &[Line]) -> bool {
        let known = self.by_order.get(order).filter(|known| known.version.is_first());
        let record = known.and_then(|known| self.records.get(known.records.first()?.0));
        record.is_some_and(|record| !same_units(&record.lines, lines))
    }

    /// Reserves a record's units, all or none. A back-ordering OMS always does.
    pub(super) fn take_units(
        &mut self,
        now: At,
        order: OrderId,
        oms: OmsOrder,
        out: &mut Outbox,
    ) -> bool {
        let Some(lines) = self.records.get(oms.0).map(|record| record.lines.clone()) else {
            return false;
        };
        if !self.covers(order.channel, &lines) && self.play.shortage != Shortage::BackOrder {
            return false;
        }
        self.reserve(now, order, &lines, out);
        true
    }

    /// Whether there is enough for all lines together; a foreign order may name a SKU twice.
    pub(super) fn covers(&self, channel: ChannelId, lines: &[Line]) -> bool {
        let available = |sku: SkuId| self.available_to(channel, sku);
        if let [line] = lines {
            return available(line.sku) >= line.qty;
        }
        let mut wanted: FxHashMap<SkuId, Qty> = FxHashMap::default();
        lines.iter().all(|line| {
            let sum = wanted.entry(line.sku).or_default();
            *sum += line.qty;
            available(line.sku) >= *sum
        })
    }

    /// Reads a SKU's level, for nothing but having it at hand.
    pub fn look(&self, sku: SkuId) -> u64 {
        self.skus.get(sku.index()).map_or(0, |sku| sku.on_hand.0 as u64)
    }

    pub(super) fn reserve(&mut self, now: At, order: OrderId, lines: &[Line], out: &mut Outbox) {
        for line in lines {
            let loses = self.loses_update(order, line.sku);
            for (at, units) in self.takes_from(order, line) {
                if !loses {
                    self.put(line.sku, at, [Qty::ZERO, units]);
                }
                let of = Of { sku: line.sku, offer: line.offer, at };
                self.changed(now, of, -units, StockCause::Reserve(order), out);
            }
        }
        self.tell_offers(now, lines, StockCause::Reserve(order), out);
    }

    pub(super) fn reserve_ahead(
        &mut self,
        now: At,
        order: OrderId,
        lines: &Lines,
        out: &mut Outbox,
    ) {
        let covered = self.covers(order.channel, lines);
        let known = self.by_order.or_insert_with(order, Known::default);
        if known.reserved_once || !known.records.is_empty() || known.released.is_some() || !covered
        {
            return;
        }
        known.reserved_once = true;
        known.ahead = Some(lines.clone());
        self.reserve(now, order, lines, out);
        if let Some(hub) = &mut self.hub {
            hub.reserved(now, order, lines);
        }
        self.lets_lapse(now, order);
    }

    pub(super) fn give_back(&mut self, now: At, order: OrderId, lines: &[Line], out: &mut Outbox) {
        for line in lines {
            for (at, units) in self.taken_from(order, line) {
                self.put(line.sku, at, [Qty::ZERO, -units]);
                let of = Of { sku: line.sku, offer: line.offer, at };
                self.changed(now, of, units, StockCause::Release(order), out);
            }
        }
        self.tell_offers(now, lines, StockCause::Release(order), out);
    }

    pub(super) fn release(&mut self, now: At, order: OrderId, why: Release, out: &mut Outbox) {
        let known = self.by_order.or_insert_with(order, Known::default);
        if known.released.is_some() {
            return;
        }
        known.released = Some(why);
        let ahead = known.ahead.take();
        // Every record of the order, duplicates too: the customer wants none of them.
        let records = known.records.clone();
        if let Some(lines) = ahead {
            self.give_back(now, order, &lines, out);
        }
        if let Some(hub) = &mut self.hub {
            hub.let_go(now, order, why);
        }
        for oms in records {
            self.cancel(now, oms, why, None, out);
        }
    }

    pub(super) fn cancel(
        &mut self,
        now: At,
        oms: OmsOrder,
        why: Release,
        sku: Option<SkuId>,
        out: &mut Outbox,
    ) {
        let Some(record) = self.records.get_mut(oms.0) else { return };
        let before = std::mem::replace(&mut record.state, State::Cancelled);
        if before == State::Shipped || before == State::Cancelled {
            record.state = before;
            return;
        }
        let (order, lines) = (record.order, record.lines.clone());
        out.facts.push(What::OmsCancelled { order, oms, why, sku });
        self.hub_lets_go(now, oms, why);
        if before == State::Reserved {
            for _ in 0..self.gives_back_times(order) {
                self.give_back(now, order, &lines, out);
            }
        }
    }

    /// A short record's patience is over: stock may have come, else it is cancelled and the
    /// channel must be told.
    pub(super) fn give_up(&mut self, now: At, oms: OmsOrder, out: &mut Outbox) {
        let short = |record: &&Record| record.state == State::Short;
        let Some(record) = self.records.get(oms.0).filter(short) else { return };
        let (order, lines) = (record.order, record.lines.clone());
        if self.take_units(now, order, oms, out) {
            self.reserved(now, oms);
            return;
        }
        let short = |line: &&Line| self.available_to(order.channel, line.sku) < line.qty;
        let sku = lines.iter().find(short).map(|line| line.sku);
        self.cancel(now, oms, Release::Stock, sku, out);
        // A duplicate that found no stock is no reason to cancel the order it duplicates.
        let lives = |oms: &OmsOrder| {
            self.records.get(oms.0).is_some_and(|record| record.state != State::Cancelled)
        };
        if self.by_order.get(order).is_some_and(|known| known.records.iter().any(lives)) {
            return;
        }
        if !self.tells_nobody(order) {
            self.say(now, SourceNotice::Short { order }, mix(8, oms.0), out);
        }
    }

    /// A record has its units: it ships when its time has come.
    fn reserved(&mut self, now: At, oms: OmsOrder) {
        let Some(record) = self.records.get_mut(oms.0) else { return };
        record.state = State::Reserved;
        if let Some(after) = &self.play.ships_after {
            let intent = record.intent;
            let wait = after.sample(self.draws.two_units(Draw::OmsDelay, intent.0, 1));
            self.timers.set(now + wait, Later::Ship(oms));
        }
    }

    pub(super) fn ship(&mut self, now: At, oms: OmsOrder, out: &mut Outbox) {
        let reserved = |record: &&mut Record| record.state == State::Reserved;
        let Some(record) = self.records.get_mut(oms.0).filter(reserved) else { return };
        record.state = State::Shipped;
        let (order, lines) = (record.order, record.lines.clone());
        for line in lines.iter() {
            let air = self.ships_air(order, line.sku);
            for (at, units) in self.taken_from(order, line) {
                if !air {
                    self.put(line.sku, at, [-units, -units]);
                }
                // Told although available stays: readers count on hearing every version.
                let of = Of { sku: line.sku, offer: line.offer, at };
                self.moved(now, of, (Qty::ZERO, units), StockCause::Ship(order), out);
            }
        }
        self.tell_offers(now, &lines, StockCause::Ship(order), out);
        out.facts.push(What::Shipped { order, oms, lines: lines.iter().map(bare).collect() });
        if let Some(hub) = &mut self.hub {
            hub.shipped(now, oms);
        }
        if self.is_told_what_left(order) {
            self.say(now, SourceNotice::Shipped { order }, mix(13, oms.0), out);
        }
    }

    fn hub_lets_go(&mut self, now: At, oms: OmsOrder, why: Release) {
        if let Some(hub) = &mut self.hub {
            hub.cancelled(now, oms, why);
        }
    }
}

/// Whether two versions of an order's lines take the same units.
fn same_units(one: &[Line], other: &[Line]) -> bool {
    let units = |line: &Line| (line.sku, line.qty);
    one.iter().map(units).eq(other.iter().map(units))
}
