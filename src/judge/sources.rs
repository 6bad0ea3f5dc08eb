//! Owns what the source of record, the OMS and the connectors say: their part of a run's facts.
//! Must not know what channels say (`run`).

use super::change::Change;
use super::endings::Side;
use super::judgement::{StoryWhat, Window, Witness, Work};
use super::refusal::{NotAHistory, too_many_prices};
use super::run::Run;
use super::windows::priced;
use crate::history::charter::{Kpi, OwnSales};
use crate::history::fact::groups::{of_channels, of_connectors, of_load, of_outside, of_sources};
use crate::history::fact::{CallOutcome, Delivery, Job, PushItem, PushKind, StockCause, What};
use crate::ids::{ChannelId, ConnectorId, SkuId, Version};
use crate::units::{At, Ppm, Qty, Span};

impl Run {
    pub(super) fn source_fact(&mut self, what: &What, w: Witness) -> Result<(), NotAHistory> {
        match *what {
            What::Supply { sku, units, .. } => {
                self.supplies.supplied(sku, units, w.at);
                self.stories.tell(sku, w, StoryWhat::Supplied { units }, &self.supplies);
            }
            What::Stock { sku, version, on_hand, reserved, change, cause } => {
                self.stock(sku, version, [on_hand, reserved, change], cause, w);
            }
            What::PriceSet { sku, version, price, due } => {
                let start = due.max(w.at);
                let windows = &mut self.windows;
                self.prices
                    .set(sku, version, price, start, w.at, |s| priced(windows, s))
                    .map_err(|why| too_many_prices(w.seq, sku, why))?;
                let promotion = self.promotion_of(due);
                let change = Change { version, start, sold: At::NEVER, seq: w.seq, promotion };
                self.heard[1] = true;
                if self.changed_everywhere(Kpi::PriceLag, sku, change, w) {
                    self.came(due);
                }
            }
            What::ListingSet { sku, version } => {
                self.heard[2] = true;
                self.published.insert(sku, version);
                let change =
                    Change { version, start: w.at, sold: At::NEVER, seq: w.seq, promotion: 0 };
                self.changed_everywhere(Kpi::ListingLatency, sku, change, w);
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
            What::Held { order, ref lines, .. } => {
                self.ways.oms_spoke = true;
                let turn = self.ways.held(order, lines, w);
                self.turned(order, turn);
            }
            What::OmsCancelled { order, why, sku, .. } => {
                let turn = self.ways.oms_cancelled(order, why, sku, w);
                self.turned(order, turn);
            }
            What::Shipped { order, ref lines, .. } => {
                for line in lines.iter() {
                    self.ledger.shipped(line.sku, line.qty);
                }
                self.ways.shipped(order, w);
            }
            of_load!() | of_channels!() | of_connectors!() | of_outside!() => {}
        }
        Ok(())
    }

    fn stock(
        &mut self,
        sku: SkuId,
        version: Version,
        levels: [Qty; 3],
        cause: StockCause,
        w: Witness,
    ) {
        self.heard[0] = true;
        for channel in 0..self.charter.channels.len() {
            self.followed_so_far(ChannelId(channel as u16), sku, w.at);
        }
        let before = self.ledger.set(sku, version, levels, cause, w);
        let available = levels[0] - levels[1];
        let on_hand = self.ledger.tells_on_hand();
        let told = if on_hand { levels[0] } else { available };
        // What channels hear of a sale they hear when it is taken off what the source tells.
        let heard = before.map_or(Qty::ZERO, |before| told - before);
        let of = match cause {
            StockCause::Reserve(order) | StockCause::Release(order) => Some(order),
            StockCause::Ship(order) if on_hand => Some(order),
            _ => None,
        };
        if let Some(order) = of {
            let settles = if on_hand { heard } else { levels[2] };
            self.supplies.own_settled(order.channel, sku, settles);
            if self.outside.is() {
                self.outside.came_of(order.channel, sku, version, -settles);
            }
        }
        if let StockCause::Reserve(order) = cause {
            self.ways.reserved(order, sku, -levels[2], w);
            let reserved = StoryWhat::Reserved { order, available };
            self.stories.tell(sku, w, reserved, &self.supplies);
        }
        if let StockCause::Release(order) = cause {
            let beyond = self.ways.given_back(order, sku, levels[2], w);
            self.ledger.given_back_beyond(sku, beyond, w);
        }
        let Some(before) = before.filter(|_| cause != StockCause::Opening) else { return };
        if self.is_opening(w) {
            return;
        }
        self.source_facts[0] += 1;
        let sale = matches!((cause, on_hand), (StockCause::Reserve(_), false))
            || matches!((cause, on_hand), (StockCause::Ship(_), true));
        let sold = of.filter(|_| sale).and_then(|order| self.ways.accepted_at(order));
        for (i, terms) in self.charter.channels.iter().enumerate() {
            let channel = ChannelId(i as u16);
            let own = of.is_some_and(|order| order.channel == channel);
            let knew = own && terms.own_sales == OwnSales::AtOnce;
            let rule = self.supplies.rules.of(channel);
            let same = rule.should_show(told) == rule.should_show(before);
            if !knew && !same && self.supplies.is_listed(channel, sku) {
                let sold = sold.filter(|_| !own).unwrap_or(At::NEVER);
                let change = Change { version, start: w.at, sold, seq: w.seq, promotion: 0 };
                self.stock_lag.changed(channel, sku, change, w.at);
                if self.outside.is() {
                    self.outside.looks.changed(channel, w.at);
                }
            }
        }
        self.drain_lags();
    }

    /// A price or a listing changed at the source: every channel that sells it must follow. Says
    /// whether one must.
    fn changed_everywhere(&mut self, kpi: Kpi, sku: SkuId, change: Change, w: Witness) -> bool {
        if self.is_opening(w) {
            return false;
        }
        let mut any = false;
        let listing = kpi == Kpi::ListingLatency;
        self.source_facts[if listing { 2 } else { 1 }] += 1;
        let book = if listing { &mut self.listing_lag } else { &mut self.price_lag };
        for i in 0..self.charter.channels.len() {
            let channel = ChannelId(i as u16);
            if listing || self.supplies.is_listed(channel, sku) {
                book.changed(channel, sku, change, w.at);
                any = true;
            }
        }
        book.take_ripe(|_| {});
        any
    }

    /// A price that some channel must charge is due at this moment: edges of promotions that it is.
    fn came(&mut self, due: At) {
        for (edges, terms) in self.edges.iter_mut().zip(&self.charter.promotions) {
            edges[0] |= due == terms.from;
            edges[1] |= due == terms.until;
        }
    }

    /// The promotion that begins or ends at this moment, counted from 1; 0 is none.
    fn promotion_of(&self, due: At) -> u16 {
        let mut promotions = self.charter.promotions.iter();
        let place = promotions.position(|terms| due == terms.from || due == terms.until);
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
            What::GaveUp { job: Job::Reserve(_), .. }
            | What::Noticed { .. }
            | of_load!()
            | of_channels!()
            | of_sources!()
            | of_outside!() => {}
        }
    }
}
