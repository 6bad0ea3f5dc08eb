//! Owns what the source of record, the OMS and the connectors say: their part of a run's facts.
//! Must not know what channels say (`run`).

use super::change::Change;
use super::endings::Side;
use super::judgement::{StoryWhat, Window, Witness, Work};
use super::refusal::{NotAHistory, too_many_prices};
use super::run::Run;
use super::windows::priced;
use crate::history::charter::OwnSales;
use crate::history::fact::groups::{of_channels, of_connectors, of_load, of_outside, of_sources};
use crate::history::fact::{
    CallOutcome, Delivery, Job, Line, PushItem, PushKind, StockCause, What,
};
use crate::ids::{ChannelId, ConnectorId, LocationId, OrderId, SkuId, Version};
use crate::units::{At, Ppm, Qty, Span};

impl Run {
    pub(super) fn source_fact(&mut self, what: &What, w: Witness) -> Result<(), NotAHistory> {
        match *what {
            What::Supply { sku, units, at, .. } => {
                self.supplies.supplied(sku, at, units, w.at);
                self.stories.tell(sku, w, StoryWhat::Supplied { units }, &self.supplies);
            }
            What::Stock { sku, version, on_hand, reserved, change, cause, at } => {
                self.stock((sku, at), version, [on_hand, reserved, change], cause, w);
            }
            What::PriceSet { sku, version, price, due, channel } => {
                let start = due.max(w.at);
                let windows = &mut self.windows;
                self.prices
                    .set((sku, channel), (version, price), start, w.at, |s| priced(windows, s))
                    .map_err(|why| too_many_prices(w.seq, sku, why))?;
                let change = Change { version, start, sold: At::NEVER, seq: w.seq, promotion: 0 };
                self.heard[1] = true;
                self.repriced((sku, channel), change, due, w);
            }
            What::ListingSet { sku, version } => {
                self.heard[2] = true;
                self.published.insert(sku, version);
                let change =
                    Change { version, start: w.at, sold: At::NEVER, seq: w.seq, promotion: 0 };
                self.published(sku, change, w);
            }
            What::RuleSet { channel, rule } => self.supplies.rules.set(channel, rule, w.at),
            What::Delivered { order, made, attempt } => {
                self.ways.oms_spoke = true;
                // The OMS saw a second try, whoever made it and whether he says so.
                let says_so = attempt >= 2 && self.outside.may_have_retried();
                if says_so || made == Delivery::Known {
                    let connector = self.charter.channels[order.channel.index()].connector;
                    if let Some(retried) = self.retried.get_mut(connector.index()) {
                        *retried = true;
                    }
                }
                self.ways.delivered(order, made);
            }
            What::Held { order, ref lines, booked, .. } => {
                self.ways.oms_spoke = true;
                let turn = self.ways.held(order, lines, booked, w);
                self.turned(order, turn);
                self.booked_at = w.at;
            }
            What::Amended(ref amended) => {
                self.ways.oms_spoke = true;
                self.ways.amended(amended.order, &amended.lines, w);
                self.booked_at = w.at;
            }
            What::OmsCancelled { order, why, sku, .. } => {
                let turn = self.ways.oms_cancelled(order, why, sku, w);
                self.turned(order, turn);
                self.booked_at = w.at;
            }
            What::Shipped { order, ref lines, .. } => self.shipped(order, lines, w),
            of_load!() | of_channels!() | of_connectors!() | of_outside!() => {}
        }
        Ok(())
    }

    /// An order left the building. What it gave up before, and has left all the same, is promised
    /// again.
    fn shipped(&mut self, order: OrderId, lines: &[Line], w: Witness) {
        for line in lines {
            self.ledger.shipped(line.sku, line.qty);
        }
        let (beyond, money) = self.ways.shipped_beyond(order, lines);
        for (sku, units) in &beyond {
            self.supplies.released(order.channel, *sku, Qty::ZERO - *units, w.at);
            self.supplies.own_settled(order.channel, *sku, *units);
        }
        let units = beyond.iter().map(|(_, units)| *units).sum();
        self.ways.shipped(order, (units, money), w);
        self.dispatches.left(order, w.at);
    }

    fn stock(
        &mut self,
        (sku, at): (SkuId, Option<LocationId>),
        version: Version,
        levels: [Qty; 3],
        cause: StockCause,
        w: Witness,
    ) {
        self.heard[0] = true;
        for channel in 0..self.charter.channels.len() {
            self.followed_so_far(ChannelId(channel as u16), sku, w.at);
        }
        let left = self.ledger.on_hand(sku, at) - levels[0];
        let before = self.ledger.set((sku, at), version, levels, cause, w);
        let on_hand = self.ledger.tells_on_hand();
        let told = self.ledger.belief(sku).available.map_or(Qty::ZERO, |(told, _)| told);
        // What channels hear of a sale they hear when it is taken off what the source tells.
        let heard = before.map_or(Qty::ZERO, |before| told - before);
        let of = match cause {
            StockCause::Reserve(order) | StockCause::Release(order) => Some(order),
            StockCause::Ship(order) if on_hand => Some(order),
            _ => None,
        };
        let is_offer = self.bundled.offers.get(sku).is_some();
        if is_offer {
            self.is_made_of_its_parts(sku, levels, w);
        }
        // What was sold as a part of an offer the channel took off that offer.
        let own = of.filter(|order| self.bundled.is_of(*order, sku));
        if let Some(order) = own {
            let settles = if on_hand { heard } else { levels[2] };
            self.supplies.own_settled(order.channel, sku, settles);
            if self.outside.is() {
                self.outside.came_of(order.channel, sku, version, -settles);
            }
        }
        if !is_offer {
            self.moved_for((sku, at), levels, left, cause, w);
        }
        if before.is_none() || cause == StockCause::Opening || self.is_opening(w) {
            return;
        }
        self.source_facts[0] += 1;
        let sale = matches!((cause, on_hand), (StockCause::Reserve(_), false))
            || matches!((cause, on_hand), (StockCause::Ship(_), true));
        let sold = of.filter(|_| sale).and_then(|order| self.ways.accepted_at(order));
        for (i, terms) in self.charter.channels.iter().enumerate() {
            let channel = ChannelId(i as u16);
            let is_its = |of: Option<OrderId>| of.is_some_and(|order| order.channel == channel);
            let knew = is_its(own) && terms.own_sales == OwnSales::AtOnce;
            let rule = self.supplies.rules.of(channel);
            let [has, had] = self.ledger.told_to(channel, (sku, at), heard);
            let same = rule.should_show(has) == rule.should_show(had);
            if !knew && !same && self.supplies.is_listed(channel, sku) {
                let sold = sold.filter(|_| !is_its(of)).unwrap_or(At::NEVER);
                let change = Change { version, start: w.at, sold, seq: w.seq, promotion: 0 };
                self.stock_lag.changed(channel, sku, change, w.at);
                if self.outside.is() {
                    self.outside.looks.changed(channel, w.at);
                }
            }
        }
        self.drain_lags();
    }

    /// What a change of a SKU by itself means to the order that it was made for; so many units of
    /// it have left the building.
    fn moved_for(
        &mut self,
        (sku, at): (SkuId, Option<LocationId>),
        [on_hand, reserved, change]: [Qty; 3],
        left: Qty,
        cause: StockCause,
        w: Witness,
    ) {
        match cause {
            StockCause::Reserve(order) => {
                self.ways.reserved(order, sku, -change, w);
                let reserved = StoryWhat::Reserved { order, available: on_hand - reserved };
                self.stories.tell(sku, w, reserved, &self.supplies);
            }
            StockCause::Release(order) => {
                let beyond = self.ways.given_back(order, sku, change, w);
                self.ledger.given_back_beyond(sku, beyond, w);
            }
            StockCause::Ship(order) => {
                self.supplies.left_for(order.channel, (sku, at), left, w.at);
            }
            StockCause::Opening | StockCause::Merchant => {}
        }
    }

    /// The source says how many of an offer there are: as many as its parts make, by its own word.
    fn is_made_of_its_parts(&mut self, sku: SkuId, [on_hand, reserved, _]: [Qty; 3], w: Witness) {
        let Some(terms) = self.bundled.offers.get(sku) else { return };
        let told = if self.ledger.tells_on_hand() { on_hand } else { on_hand - reserved };
        let made = terms.made_of(|part| self.ledger.belief(part).available.map(|(of, _)| of));
        self.ledger.made(sku, told, made, w);
    }

    /// A listing was published at the source: every channel must follow.
    fn published(&mut self, sku: SkuId, change: Change, w: Witness) {
        if self.is_opening(w) {
            return;
        }
        self.source_facts[2] += 1;
        for channel in (0..self.charter.channels.len() as u16).map(ChannelId) {
            self.listing_lag.changed(channel, sku, change, w.at);
        }
        self.listing_lag.take_ripe(|_| {});
    }

    /// A price changed at the source, on one channel or on all: each that sells it must follow.
    fn repriced(
        &mut self,
        (sku, of): (SkuId, Option<ChannelId>),
        change: Change,
        due: At,
        w: Witness,
    ) {
        if self.is_opening(w) {
            return;
        }
        self.source_facts[1] += 1;
        for channel in (0..self.charter.channels.len() as u16).map(ChannelId) {
            if of.is_none_or(|of| of == channel) && self.supplies.is_listed(channel, sku) {
                let promotion = self.promotion_of(channel, due);
                self.price_lag.changed(channel, sku, Change { promotion, ..change }, w.at);
                self.came(channel, due);
            }
        }
        self.price_lag.take_ripe(|_| {});
    }

    /// A price that a channel must charge is due at this moment: edges of promotions that it is.
    fn came(&mut self, channel: ChannelId, due: At) {
        for edge in self.edges.iter_mut().filter(|edge| edge.is_on(channel)) {
            edge.came |= due == edge.at;
        }
    }

    /// The promotion that begins or ends on a channel at this moment, counted from 1; 0 is none.
    fn promotion_of(&self, channel: ChannelId, due: At) -> u16 {
        let mut promotions = self.charter.promotions.iter();
        let begins_or_ends = |(from, until)| due == from || due == until;
        let place = promotions.position(|terms| terms.on(channel).is_some_and(begins_or_ends));
        place.map_or(0, |place| place as u16 + 1)
    }

    fn waited(&mut self, connector: ConnectorId, work: Work, waited: Span) {
        let waits = self.waits.entry((connector, work)).or_default();
        waits.hist.record(waited);
        waits.sum_us += u128::from(waited.0);
    }

    fn tried(&mut self, connector: ConnectorId, attempt: u32) {
        self.retried[connector.index()] |= attempt >= 2;
        self.again += u64::from(attempt >= 2);
    }

    fn push_lost(
        &mut self,
        (channel, kind): (ChannelId, PushKind),
        items: &[(SkuId, Version)],
        last: CallOutcome,
        w: Witness,
    ) {
        if last == CallOutcome::Throttled {
            let lost = items.len() as u64;
            self.lost_after_throttling[channel.index()][kind as usize] += lost;
            let lose = |window: &mut Window| window.lost_after_throttling += lost;
            self.windows.at(w.at, Some(channel), lose);
        }
        if kind == PushKind::Stock {
            for &(sku, version) in items {
                self.supplies.given_up(channel, sku, version);
            }
        }
    }

    pub(super) fn connector_fact(&mut self, what: &What, w: Witness) {
        if let What::GaveUp { connector, .. } = *what {
            self.running.gave_up(connector);
        }
        match *what {
            What::Pushed {
                connector, channel, kind, attempt, waited, outcome, ref items, ..
            } => {
                self.tried(connector, attempt);
                self.waited(connector, Work::Push(kind), waited);
                self.running.tried(channel);
                let throttled = outcome == CallOutcome::Throttled;
                self.throttled[channel.index()] += u64::from(throttled);
                if kind == PushKind::Stock {
                    for &PushItem { sku, version, outcome } in items {
                        self.supplies.pushed(channel, sku, version, outcome);
                    }
                }
            }
            What::HandoffTried { connector, order, attempt, waited, outcome, .. } => {
                self.ways.oms_spoke = true;
                self.tried(connector, attempt);
                self.waited(connector, Work::Handoff, waited);
                self.running.handed(order.channel, outcome);
                if outcome == CallOutcome::Rejected {
                    self.ways.rejected(order);
                }
            }
            What::GaveUp { job: Job::Handoff(order), last, .. } => self.ways.given_up(order, last),
            What::GaveUp { job: Job::Release(order), .. } => {
                self.ways.end_not_told(order, Side::Oms, w);
            }
            What::GaveUp { job: Job::Cancel(order), .. } => {
                self.ways.end_not_told(order, Side::Channel, w);
            }
            What::GaveUp { job: Job::Push { channel, kind, ref items }, last, .. } => {
                self.push_lost((channel, kind), items, last, w);
            }
            What::Queue { connector, partition, depth, busy, workers } => {
                let queue = self.partitions.entry((connector, partition)).or_default();
                self.depth = self.depth + u64::from(depth) - u64::from(queue.depth);
                queue.sampled(depth, w.at);
                queue.busy += u64::from(busy.min(workers));
                queue.workers += u64::from(workers);
                let sum = u32::try_from(self.depth).unwrap_or(u32::MAX);
                let share = Ppm::of(u64::from(busy.min(workers)), u64::from(workers));
                self.windows.at(w.at, None, |window| {
                    window.queue_depth = window.queue_depth.max(sum);
                    window.busy = window.busy.max(share);
                });
            }
            What::GaveUp {
                job: Job::Reserve(_) | Job::Amend(_) | Job::Accept(_) | Job::Dispatch(_),
                ..
            }
            | What::Noticed { .. }
            | of_load!()
            | of_channels!()
            | of_sources!()
            | of_outside!() => {}
        }
    }
}
