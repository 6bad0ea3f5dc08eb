//! Owns what a connector does with what it learns: orders become tasks, changes become wishes.
//! Must not know how tasks are carried out (`work`).

use smallvec::{SmallVec, smallvec};

use super::lanes::{PushEntry, PushWish, Wish};
use super::shelf::{Heard, Meaning};
use super::work::{Task, TaskKind};
use super::{Connector, KnownOrder, Later};
use crate::commerce::defect::Defect;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{
    CameBack, ChannelReply, Confirmation, OmsReply, OrderNotice, OrderState, SourceNotice,
};
use crate::commerce::terms::Reserve;
use crate::history::What;
use crate::history::fact::{CallOutcome, Intake, Job, Line, PushKind, Release};
use crate::ids::{ChannelId, OrderId, SkuId, Version};
use crate::rng::mix;
use crate::units::{At, Money, Qty};

impl Connector {
    /// Learns of an order. A duplicate notice of an order that is ours is handed over again: that
    /// it does no harm is for idempotency to see to, not for luck.
    pub(super) fn learn(&mut self, notice: OrderNotice, by: Intake, out: &mut Outbox) {
        let order = notice.order;
        if !notice.lines.iter().all(|line| self.shelf.knows(line.sku)) {
            return;
        }
        let sold = self.offers.all_sold(&notice.lines).count();
        out.facts.push(What::Noticed { connector: self.id, order, by });
        let mut is_new = false;
        if self.is_edited(&notice) {
            self.follow_edit(&notice, out);
        }
        let known = self.orders.or_insert_with(order, || {
            is_new = true;
            KnownOrder {
                intent: notice.intent,
                on_shelf: smallvec![Qty::ZERO; sold],
                version: notice.version,
                lines: notice.lines,
                state: OrderState::Waiting,
                reserving: false,
                accepting: false,
                handed: false,
            }
        });
        let is_newly_released = matches!(notice.state, OrderState::Released(_))
            && !matches!(known.state, OrderState::Released(_));
        // States only move on: a late notice of an earlier state changes nothing.
        known.state = known.state.max(notice.state);
        let accepts =
            notice.state == OrderState::Waiting && !std::mem::replace(&mut known.accepting, true);
        let (reserves, ours) = match notice.state {
            OrderState::Waiting | OrderState::Pending => {
                (self.play.reserve == Reserve::OnAccept, false)
            }
            OrderState::Ours => (self.play.reserve != Reserve::OnHandoff, true),
            OrderState::Released(why) => {
                let told = (known.reserving || known.handed) && why != Release::Stock;
                let put_back = why != Release::Stock && self.put_back_on_shelf(order);
                if told {
                    self.queue_order(&TaskKind::Release(why), order, out);
                } else if put_back {
                    // The source never knew of it: nothing of it will say so.
                    self.after_release(order, out);
                }
                if is_newly_released {
                    self.resolve_doubt(order, out);
                }
                return;
            }
        };
        if reserves && !std::mem::replace(&mut known.reserving, true) {
            self.queue_order(&TaskKind::Reserve, order, out);
        }
        if accepts {
            self.queue_order(&TaskKind::Confirm(Confirmation::Acceptance), order, out);
        }
        if ours {
            self.queue_order(&TaskKind::Handoff, order, out);
        }
        if is_new {
            self.resolve_doubt(order, out);
        }
    }

    /// Takes a page of a channel's orders.
    pub(super) fn read_orders(&mut self, channel: ChannelId, came: CameBack, out: &mut Outbox) {
        let Some(reader) = self.readers[channel.index()].as_mut() else { return };
        reader.reading = false;
        let CameBack::Channel(ChannelReply::Orders { page, cursor, more }) = came else {
            self.read_orders_later(channel);
            return; // The next look tries again.
        };
        reader.cursor = cursor;
        let jumps = self.jumps(cursor, more);
        if let Some(reader) = self.readers[channel.index()].as_mut() {
            reader.cursor += jumps;
        }
        for notice in page {
            // A page shows an order as it stands, once for each change: the second says nothing.
            let seen = self.orders.get(notice.order).is_some_and(|known| {
                known.state >= notice.state && known.version >= notice.version
            });
            if !seen {
                self.learn(notice, Intake::Poll, out);
            }
        }
        if more {
            self.look_at_orders(channel, out);
        } else {
            self.all_orders_are_read(channel, out);
        }
    }

    /// Takes a page of the source's changes.
    pub(super) fn read_source(&mut self, now: At, came: CameBack, out: &mut Outbox) {
        self.source.reading = false;
        let CameBack::Oms(OmsReply::Changes { page, cursor, more }) = came else {
            return; // The next look tries again.
        };
        self.source.cursor = cursor;
        let passes = self.passes_over(&page, cursor);
        for change in page.iter().skip(passes) {
            self.follow(now, change, out);
        }
        if more {
            self.look_at_source(out);
        }
    }

    /// Follows a change at the source.
    pub(super) fn follow(&mut self, now: At, change: &SourceNotice, out: &mut Outbox) {
        match *change {
            SourceNotice::Stock { sku, version, available, by, ref at }
                if self.shelf.knows(sku) =>
            {
                let heard = self.shelf.hear(sku, version, (available, at));
                if heard == Heard::Before {
                    if let Some(channel) = self.hears_again(sku, version, by) {
                        self.wish_stock(channel, sku, out);
                    }
                    return;
                }
                let own = self.own_sale(sku, by);
                for place in 0..self.play.channels.len() {
                    let channel = self.play.channels[place];
                    let style = self.shelf.style(channel, self.play.updates);
                    let own = own.filter(|(at, _)| *at == channel).map(|(_, change)| change);
                    let meaning = self.shelf.meaning(channel, sku, own, style, heard);
                    if meaning == Meaning::Tell && self.shelf.source[sku.index()].listed {
                        self.wish_stock(channel, sku, out);
                    }
                }
            }
            SourceNotice::Price { sku, version, price, due, channel } if self.shelf.knows(sku) => {
                let due = self.takes_due_to_be((sku, version, price), due, now);
                let due = self.skew.map_or(due, |skew| skew.really(due));
                if due > now {
                    self.timers.set(due, Later::PriceDue { of: (sku, channel), version, price });
                } else {
                    self.price_due((sku, channel), version, price, out);
                }
            }
            SourceNotice::Listing { sku, version, price, available, stock_version, ref at }
                if self.shelf.knows(sku) =>
            {
                if version <= self.shelf.source[sku.index()].listing_version {
                    return;
                }
                self.shelf.glimpse(sku, stock_version, (available, at));
                let level = &mut self.shelf.source[sku.index()];
                (level.listing_version, level.listed) = (version, true);
                level.price = price;
                let publish = Wish::Publish(Qty::ZERO); // What it offers is fixed when it is taken.
                for place in 0..self.play.channels.len() {
                    let channel = self.play.channels[place];
                    self.wish(channel, PushKind::Listing, sku, version, publish, out);
                }
            }
            SourceNotice::Short { order } => self.cannot_fulfil(order, out),
            SourceNotice::Shipped { order } => {
                self.queue_order(&TaskKind::Confirm(Confirmation::Dispatch), order, out);
            }
            SourceNotice::Stock { .. }
            | SourceNotice::Price { .. }
            | SourceNotice::Listing { .. } => {}
        }
    }

    /// A price is due, on one channel or on all of them.
    pub(super) fn price_due(
        &mut self,
        (sku, of): (SkuId, Option<ChannelId>),
        version: Version,
        price: Money,
        out: &mut Outbox,
    ) {
        let held = of.map_or(self.shelf.source[sku.index()].price_version, |channel| {
            self.shelf.price_on(channel, sku).0
        });
        if version <= held {
            return;
        }
        let price = self.takes_price_to_be(sku, version, price);
        self.shelf.prices(sku, of, (version, price));
        if !self.shelf.source[sku.index()].listed {
            return; // Its listing will carry the price.
        }
        for place in 0..self.play.channels.len() {
            let channel = self.play.channels[place];
            // A channel's own price that is newer stays.
            let holds = self.shelf.price_on(channel, sku).0 == version;
            if holds && !self.forgets(sku, version, channel) {
                self.wish(channel, PushKind::Price, sku, version, Wish::Charge(price), out);
            }
        }
    }

    /// The OMS cancelled an order for want of stock: the channel must be told, and its shelf,
    /// which took the units off, holds that many too few.
    fn cannot_fulfil(&mut self, order: OrderId, out: &mut Outbox) {
        let Some(known) = self.orders.get_mut(order) else { return };
        if matches!(known.state, OrderState::Released(_)) {
            return;
        }
        let lines = known.lines.clone();
        let all_sold: SmallVec<[Line; 4]> = self.offers.all_sold(&lines).collect();
        let on_shelf = all_sold.iter().zip(&mut known.on_shelf);
        let sold_in_vain =
            on_shelf.map(|(sold, told)| sold.qty - std::mem::replace(told, sold.qty));
        let sold_in_vain: SmallVec<[Qty; 2]> = sold_in_vain.collect();
        self.queue_order(&TaskKind::Cancel, order, out);
        if !self.shelf.sells_at_once(order.channel) {
            return;
        }
        for (sold, sold_in_vain) in all_sold.iter().zip(sold_in_vain) {
            if sold_in_vain > Qty::ZERO {
                self.shelf.sold(order.channel, sold.sku, -sold_in_vain);
            }
            self.wish_stock(order.channel, sold.sku, out);
        }
    }

    /// What a change at the source says of a channel's own sale. Only the first reservation of an
    /// order does: the channel sold the units once, and puts them back by itself when the order is
    /// released ([`Self::put_back_on_shelf`]), whatever the source makes of either.
    fn own_sale(&mut self, sku: SkuId, by: Option<(OrderId, Qty)>) -> Option<(ChannelId, Qty)> {
        let (order, change) = by.filter(|(_, change)| *change < Qty::ZERO)?;
        let Some(known) = self.orders.get_mut(order) else {
            return Some((order.channel, change));
        };
        if matches!(known.state, OrderState::Released(why) if why != Release::Stock) {
            return None;
        }
        let mut all_sold = self.offers.all_sold(&known.lines).enumerate();
        let (place, sold) = all_sold.find(|(_, sold)| sold.sku == sku)?;
        let told = &mut known.on_shelf[place];
        // A line may be taken from several locations, each told by itself.
        let part = if self.shelf.is_located() { -change } else { sold.qty };
        let units = part.min(sold.qty - *told);
        *told += units;
        (units > Qty::ZERO).then_some((order.channel, -units))
    }

    /// The channel has released an order and offers its units again; whether the shelf held any.
    fn put_back_on_shelf(&mut self, order: OrderId) -> bool {
        let Some(known) = self.orders.get_mut(order) else { return false };
        let mut held = false;
        for (sold, told) in self.offers.all_sold(&known.lines).zip(&mut known.on_shelf) {
            let told = std::mem::take(told);
            if told > Qty::ZERO {
                held = true;
                self.shelf.sold(order.channel, sold.sku, told);
            }
        }
        held
    }

    /// The source has taken a release in. Where it gave nothing back (the goods had left), the
    /// channel offers units that are not there and must be told; else its notice will say so.
    pub(super) fn after_release(&mut self, order: OrderId, out: &mut Outbox) {
        let Some(known) = self.orders.get(order) else { return };
        let all_sold: SmallVec<[Line; 4]> = self.offers.all_sold(&known.lines).collect();
        for sold in all_sold {
            if self.shelf.disagrees(order.channel, sold.sku) {
                self.wish_stock(order.channel, sold.sku, out);
            }
        }
    }

    pub(super) fn wish_stock(&mut self, channel: ChannelId, sku: SkuId, out: &mut Outbox) {
        let Some(offer) = self.shelf.offer(channel, sku) else { return };
        let wish = Wish::Show(offer.target);
        self.defects.strikes(Defect::HoldsBackTwice, u64::from(sku.0));
        if self.shelf.is_located() {
            self.defects.strikes(Defect::SumsAllLocations, u64::from(sku.0));
        }
        let version = self.shelf.source[sku.index()].version;
        self.wish(channel, PushKind::Stock, sku, version, wish, out);
    }

    /// Queues a change for a channel. With coalescing it takes the place of one that waits: an
    /// entry of a lane says what is newest when it is taken.
    pub(super) fn wish(
        &mut self,
        channel: ChannelId,
        kind: PushKind,
        sku: SkuId,
        version: Version,
        wish: Wish,
        out: &mut Outbox,
    ) {
        let full = self.waiting() >= self.play.queue_max;
        let Some(offer) = self.shelf.offer(channel, sku) else { return };
        // What waits says a difference to what is believed: it is no substitute for all there is.
        let is_said = self.play.coalesce && !matches!(wish, Wish::Reset);
        if is_said && *offer.waits(kind) {
            self.shelf.renew(channel, sku, kind, self.now);
            return;
        }
        if full {
            offer.reset_is_over(wish);
            let job = Job::Push { channel, kind, items: vec![(sku, version)] };
            out.facts.push(What::GaveUp {
                connector: self.id,
                job,
                attempts: 0,
                last: CallOutcome::Unavailable,
            });
            self.lay_change_by(channel, kind, sku);
            return;
        }
        *offer.waits(kind) = true;
        let place = sku.index() % self.partitions.len();
        let entry = PushEntry::Fresh(PushWish { sku, version, wish });
        self.may_start = true;
        self.partitions[place].push_change(self.now, channel, kind, entry);
    }

    pub(super) fn queue_order(&mut self, kind: &TaskKind, order: OrderId, out: &mut Outbox) {
        let Some(intent) = self.orders.get(order).map(|known| known.intent) else { return };
        let partition = (intent.0 % self.partitions.len() as u64) as u16;
        let task = Task::new(kind.clone(), order, partition, mix(intent.0, kind.number()));
        if self.waiting() >= self.play.queue_max {
            self.give_up(&task, CallOutcome::Unavailable, out);
            return;
        }
        let sits_until = match kind {
            TaskKind::Release(_) if self.keeps_to_itself(order) => return,
            TaskKind::Confirm(step) if self.confirms_nothing(*step, order) => return,
            TaskKind::Amend if self.keeps_edits_to_itself(order) => return,
            TaskKind::Handoff => self.sits_on(order),
            _ => None,
        };
        let id = self.tasks.insert(task);
        if let Some(until) = sits_until {
            self.partitions[usize::from(partition)].backs_off();
            self.timers.set(until, Later::Again(id));
            return;
        }
        self.may_start = true;
        self.partitions[usize::from(partition)].push_order(self.now, id);
    }

    fn waiting(&self) -> u32 {
        self.partitions.iter().map(super::Partition::depth).sum()
    }
}
