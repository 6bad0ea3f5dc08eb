//! Owns what is known of a run so far, and hands each fact to those it concerns.
//! Must not judge; must be fed facts that `fold` has checked against the charter.

use std::collections::BTreeMap;

use super::bits::Bits;
use super::books::Books;
use super::breaches::Breaches;
use super::fold::{NotAHistory, too_many_prices};
use super::handoff::{Turn, Ways};
use super::hist::Hist;
use super::judgement::{StoryWhat, Witness};
use super::lag::{Change, Lag, LagBook, Look};
use super::ledger::Ledger;
use super::load::{Load, Stamp};
use super::prices::Prices;
use super::story::Stories;
use super::supply::{Repeated, Supplies, Turned};
use super::windows::Windows;
use crate::history::charter::{Charter, Kpi, Limits, OwnSales};
use crate::history::fact::{
    CallOutcome, Ending, Fact, Job, Line, PushItem, PushKind, Refusal, StockCause, What,
};
use crate::ids::{ChannelId, ConnectorId, Intent, OrderId, SkuId, Version};
use crate::units::{At, Money, Ppm, Qty, Span};

/// One partition's samples.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Partition {
    pub(super) depth: u32,
    pub(super) depth_max: u32,
    pub(super) busy: u64,
    pub(super) workers: u64,
}

/// Everything that is known of a run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) charter: Box<Charter>,
    pub(super) last: Witness,
    /// A call has left: what stands there before belongs to the opening.
    started: bool,
    pub(super) quiet: bool,
    pub(super) traffic_ended: bool,
    pub(super) ending: Option<Ending>,
    pub(super) supplies: Supplies,
    pub(super) ledger: Ledger,
    pub(super) prices: Prices,
    pub(super) stock_lag: LagBook,
    pub(super) price_lag: LagBook,
    pub(super) listing_lag: LagBook,
    pub(super) ways: Ways,
    pub(super) load: Load,
    pub(super) windows: Windows,
    pub(super) stories: Stories,
    intents: Bits,
    pub(super) repeated: Breaches,
    pub(super) oversell: Breaches,
    pub(super) stale: Breaches,
    pub(super) regression: Breaches,
    pub(super) turned_away: Vec<[u64; 5]>,
    pub(super) throttled: Vec<u64>,
    pub(super) lost_after_throttling: Vec<u64>,
    pub(super) shelf_lag: Vec<Hist>,
    pub(super) partitions: BTreeMap<(ConnectorId, u16), Partition>,
    depth: u64,
    /// Connectors that tried something a second time.
    pub(super) retried: Vec<bool>,
    /// Source facts after the opening: stock, price, listing.
    pub(super) source_facts: [u64; 3],
    recent_lag: Recent,
}

/// Lags as they are seen, for the running signal: this minute's and the last one's.
#[derive(Clone, Debug, Default)]
struct Recent {
    minute: u64,
    now: Hist,
    before: Hist,
}

impl Run {
    pub(super) fn new(charter: &Charter, books: Books) -> Run {
        let n = charter.channels.len();
        let late = charter.promises.price_grace;
        let lag = |kpi| LagBook::new(charter, lag_limits(charter, kpi, late));
        Run {
            charter: Box::new(charter.clone()),
            last: Witness { seq: 0, at: At::START },
            started: false,
            quiet: false,
            traffic_ended: false,
            ending: None,
            supplies: Supplies::new(charter),
            ledger: Ledger::new(n),
            prices: Prices::new(charter),
            stock_lag: lag(Kpi::SyncLag),
            price_lag: lag(Kpi::PriceLag),
            listing_lag: lag(Kpi::ListingLatency),
            ways: Ways::new(charter, books),
            load: Load::new(charter),
            windows: Windows::new(charter),
            stories: Stories::default(),
            intents: Bits::default(),
            repeated: Breaches::new(n),
            oversell: Breaches::new(n),
            stale: Breaches::new(n),
            regression: Breaches::new(n),
            turned_away: vec![[0; 5]; n],
            throttled: vec![0; n],
            lost_after_throttling: vec![0; n],
            shelf_lag: vec![Hist::default(); n],
            partitions: BTreeMap::new(),
            depth: 0,
            retried: vec![false; charter.connectors.len()],
            source_facts: [0; 3],
            recent_lag: Recent::default(),
        }
    }

    pub(super) fn eat(&mut self, fact: &Fact) -> Result<(), NotAHistory> {
        // Machines stamp under their own locks: time may step back a little between two facts.
        let at = self.last.at.max(fact.at);
        let w = Witness { seq: fact.seq, at };
        let lag = &mut self.stock_lag;
        self.windows.advance(at, |channel| lag.oldest_unshown(channel));
        self.last = w;
        self.load_fact(&fact.what, Stamp { at, wall: fact.wall });
        self.channel_fact(&fact.what, w)?;
        self.source_fact(&fact.what, w)?;
        self.connector_fact(&fact.what, w);
        match fact.what {
            What::Stalled { wall_us } => self.load.stalled(Span(wall_us)),
            What::TrafficEnded {} => self.traffic_ended = true,
            What::Quiet {} => self.quiet = true,
            What::Ended { why } => self.ending = Some(why),
            _ => {}
        }
        Ok(())
    }

    fn load_fact(&mut self, what: &What, stamp: Stamp) {
        match *what {
            What::Sent { op, call, channel, intent, intended } => {
                self.started = true;
                let asks = (call, channel, intent);
                let (lateness, wanted) = self.load.sent(op, asks, intended, stamp);
                let in_flight = self.load.in_flight();
                self.windows.lateness(stamp.at, lateness);
                self.windows.at(stamp.at, channel, |window| {
                    window.sent += 1;
                    window.in_flight = window.in_flight.max(in_flight);
                });
                if wanted {
                    self.windows.at(intended.min(stamp.at), channel, |w| w.offered += 1);
                }
            }
            What::Answered { op, outcome } => {
                if let Some((_, channel)) = self.load.answered(op, outcome, stamp) {
                    self.windows.at(stamp.at, channel, |window| window.answered += 1);
                }
            }
            What::Unsent { call, channel, intent, intended } => {
                self.started = true;
                if self.load.unsent(call, channel, intent) {
                    self.windows.at(intended.min(stamp.at), channel, |w| w.offered += 1);
                }
            }
            What::Resolved { op, outcome } => self.load.resolved(op, outcome),
            _ => {}
        }
    }

    fn channel_fact(&mut self, what: &What, w: Witness) -> Result<(), NotAHistory> {
        match *what {
            What::Accepted { order, intent, ref lines, awaits_payment, .. } => {
                self.accepted(order, intent, lines, w)?;
                if !awaits_payment {
                    self.ours(order, w);
                }
            }
            What::TurnedAway { channel, why, line, .. } => {
                self.turned_away[channel.index()][why as usize] += 1;
                self.windows.at(w.at, Some(channel), |window| window.refused += 1);
                if let Some(line) = line {
                    self.stale.checked += 1;
                    if self.supplies.is_stale(channel, line.sku) {
                        self.stale.note(w, Some(channel), None, line.qty, Money::ZERO);
                    }
                    let for_stock = why == Refusal::Stock;
                    let turned = if for_stock { Turned::ForStock } else { Turned::Otherwise };
                    self.supplies.refused(channel, &line, turned, w);
                }
            }
            What::Paid { order } => self.ours(order, w),
            What::Released { order, why } => {
                let (supplies, stories) = (&mut self.supplies, &mut self.stories);
                let turn = self.ways.released(order, why, w, |sku, qty| {
                    supplies.released(sku, qty, w.at);
                    stories.tell(sku, w, StoryWhat::Released { order, why }, supplies);
                });
                self.turned(order, turn);
            }
            What::Shown { channel, sku, version, qty, missed } => {
                self.shown(channel, sku, version, qty, missed, w);
            }
            What::Priced { channel, sku, version, price } => {
                self.prices.charged(channel, sku, version, price, w);
                let due = self.prices.intended_version(sku, w.at) == Some(version);
                if self.is_opening(w) {
                    self.price_lag.opened(channel, sku, version, w.at);
                } else if due {
                    self.price_lag.took_turn(channel, sku, version, w.at);
                } else {
                    self.price_lag.shown(channel, sku, version, w.at, None);
                }
                self.price_lag.take_ripe(|_| {});
            }
            What::Listed { channel, sku, version } => {
                self.supplies.listed(channel, sku);
                if self.is_opening(w) {
                    self.listing_lag.opened(channel, sku, version, w.at);
                } else {
                    self.listing_lag.shown(channel, sku, version, w.at, None);
                    self.listing_lag.take_ripe(|_| {});
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn accepted(
        &mut self,
        order: OrderId,
        intent: Intent,
        lines: &[Line],
        w: Witness,
    ) -> Result<(), NotAHistory> {
        let (mut oversold, mut oversold_money) = (Qty::ZERO, Money::ZERO);
        let (mut short_of, mut stale) = (None, false);
        let new = self.intents.insert(intent.0);
        let repeated = if new { Repeated::First } else { Repeated::Intent };
        for line in lines {
            let belief = self.ledger.belief(line.sku);
            let sale = self.supplies.sell(order.channel, line, repeated, belief, w.at);
            self.prices.sold(order, line, w);
            stale |= sale.stale;
            if sale.oversold > Qty::ZERO {
                short_of = short_of.or(Some(line.sku));
                oversold += sale.oversold;
                oversold_money += line.price.times(sale.oversold);
            }
            let sold = StoryWhat::Sold { order, intent, qty: line.qty, oversold: sale.oversold };
            self.stories.tell(line.sku, w, sold, &self.supplies);
        }
        if self.ways.accepted(order, lines, short_of, w).is_none() {
            let (channel, number) = (order.channel.0, order.number);
            return Err(NotAHistory::AcceptedTwice { seq: w.seq, channel, number });
        }
        for checked in [&mut self.repeated, &mut self.oversell, &mut self.stale] {
            checked.checked += 1;
        }
        let units: Qty = lines.iter().map(|line| line.qty).sum();
        let money: Money = lines.iter().map(|line| line.price.times(line.qty)).sum();
        if repeated == Repeated::Intent {
            self.repeated.note_order(w, order, units, money);
        }
        if stale {
            self.stale.note_order(w, order, units, Money::ZERO);
        }
        if oversold > Qty::ZERO {
            self.oversell.note_order(w, order, oversold, oversold_money);
        }
        self.windows.at(w.at, Some(order.channel), |window| {
            window.accepted += 1;
            window.oversold += oversold;
        });
        Ok(())
    }

    fn ours(&mut self, order: OrderId, w: Witness) {
        let turn = self.ways.ours(order, w);
        self.turned(order, turn);
    }

    fn turned(&mut self, order: OrderId, turn: Turn) {
        let channel = Some(order.channel);
        if let Some(at) = turn.due {
            self.windows.at(at, channel, |window| window.due += 1);
        }
        if let Some(at) = turn.handed_off {
            self.windows.at(at, channel, |window| window.handed_off += 1);
        }
        if let Some(at) = turn.cancelled {
            self.windows.at(at, channel, |window| window.cancelled += 1);
        }
    }

    fn shown(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        qty: Qty,
        missed: Option<At>,
        w: Witness,
    ) {
        self.supplies.see(channel, sku, qty, w.at);
        self.stories.tell(sku, w, StoryWhat::Shown { channel, qty }, &self.supplies);
        if self.is_opening(w) {
            self.stock_lag.opened(channel, sku, version, w.at);
            return;
        }
        self.regression.checked += 1;
        if self.stock_lag.shown(channel, sku, version, w.at, missed) == Look::Regression {
            self.regression.note(w, Some(channel), None, Qty::ZERO, Money::ZERO);
        }
        self.drain_lags();
    }

    /// Lags that became certain go to the windows of their changes.
    fn drain_lags(&mut self) {
        let (windows, shelf, recent) =
            (&mut self.windows, &mut self.shelf_lag, &mut self.recent_lag);
        let minute = self.last.at.0 / 60_000_000;
        self.stock_lag.take_ripe(|lag| {
            let Some(span) = lag.high.or(lag.low) else { return };
            windows.lag(lag.channel, lag.change.start, span);
            record_shelf(&mut shelf[lag.channel.index()], lag);
            if recent.minute != minute {
                recent.before = std::mem::take(&mut recent.now);
                recent.minute = minute;
            }
            recent.now.record(span);
        });
    }

    fn source_fact(&mut self, what: &What, w: Witness) -> Result<(), NotAHistory> {
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
                if !self.prices.set(sku, version, price, start, w.at) {
                    return Err(too_many_prices(w));
                }
                self.changed_everywhere(Kpi::PriceLag, sku, version, start, w);
            }
            What::ListingSet { sku, version } => {
                self.changed_everywhere(Kpi::ListingLatency, sku, version, w.at, w);
            }
            What::Delivered { order, made, .. } => self.ways.delivered(order, made),
            What::Held { order, ref lines, .. } => {
                let turn = self.ways.held(order, lines, w);
                self.turned(order, turn);
            }
            What::OmsCancelled { order, why, sku, .. } => {
                let turn = self.ways.oms_cancelled(order, why, sku, w);
                self.turned(order, turn);
            }
            What::Shipped { order, ref lines, .. } => {
                for line in lines {
                    self.ledger.shipped(line.sku, line.qty);
                }
                self.ways.shipped(order);
            }
            _ => {}
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
        let before = self.ledger.set(sku, version, levels, cause, w);
        let available = levels[0] - levels[1];
        let of = match cause {
            StockCause::Reserve(order) => {
                self.ways.reserved(order, sku, -levels[2], w);
                let reserved = StoryWhat::Reserved { order, available };
                self.stories.tell(sku, w, reserved, &self.supplies);
                Some(order)
            }
            StockCause::Release(order) => {
                self.ways.given_back(order, sku, levels[2]);
                Some(order)
            }
            _ => None,
        };
        let Some(before) = before.filter(|_| cause != StockCause::Opening) else { return };
        if self.is_opening(w) {
            return;
        }
        self.source_facts[0] += 1;
        let sale = matches!(cause, StockCause::Reserve(_));
        let sold = of.filter(|_| sale).and_then(|order| self.ways.accepted_at(order));
        for (i, terms) in self.charter.channels.iter().enumerate() {
            let channel = ChannelId(i as u16);
            let own = of.is_some_and(|order| order.channel == channel);
            let knew = own && terms.own_sales == OwnSales::AtOnce;
            let same = terms.rule.should_show(available) == terms.rule.should_show(before);
            if !knew && !same && self.supplies.is_listed(channel, sku) {
                let sold = sold.filter(|_| !own);
                let change = Change { version, start: w.at, sold, seq: w.seq };
                self.stock_lag.changed(channel, sku, change, w.at);
            }
        }
        self.drain_lags();
    }

    /// A price or a listing changed at the source: every channel that sells it must follow.
    fn changed_everywhere(
        &mut self,
        kpi: Kpi,
        sku: SkuId,
        version: Version,
        start: At,
        w: Witness,
    ) {
        if self.is_opening(w) {
            return;
        }
        let listing = kpi == Kpi::ListingLatency;
        self.source_facts[if listing { 2 } else { 1 }] += 1;
        let book = if listing { &mut self.listing_lag } else { &mut self.price_lag };
        for i in 0..self.charter.channels.len() {
            let channel = ChannelId(i as u16);
            if listing || self.supplies.is_listed(channel, sku) {
                let change = Change { version, start, sold: None, seq: w.seq };
                book.changed(channel, sku, change, w.at);
            }
        }
        book.take_ripe(|_| {});
    }

    fn connector_fact(&mut self, what: &What, w: Witness) {
        match *what {
            What::Pushed { connector, channel, kind, attempt, outcome, ref items, .. } => {
                self.retried[connector.index()] |= attempt >= 2;
                let throttled = outcome == CallOutcome::Throttled;
                self.throttled[channel.index()] += u64::from(throttled);
                if kind == PushKind::Stock {
                    for &PushItem { sku, version, outcome } in items {
                        self.supplies.pushed(channel, sku, version, outcome);
                    }
                }
            }
            What::HandoffTried { connector, attempt, .. } => {
                self.retried[connector.index()] |= attempt >= 2;
            }
            What::GaveUp { job: Job::Push { channel, kind, ref items }, last, .. } => {
                if last == CallOutcome::Throttled {
                    self.lost_after_throttling[channel.index()] += items.len() as u64;
                }
                if kind == PushKind::Stock {
                    for &(sku, version) in items {
                        self.supplies.given_up(channel, sku, version);
                    }
                }
            }
            What::Queue { connector, partition, depth, busy, workers } => {
                let queue = self.partitions.entry((connector, partition)).or_default();
                self.depth = self.depth + u64::from(depth) - u64::from(queue.depth);
                queue.depth = depth;
                queue.depth_max = queue.depth_max.max(depth);
                queue.busy += u64::from(busy.min(workers));
                queue.workers += u64::from(workers);
                let sum = u32::try_from(self.depth).unwrap_or(u32::MAX);
                let share = Ppm::of(u64::from(busy.min(workers)), u64::from(workers));
                self.windows.at(w.at, None, |window| {
                    window.queue_depth = window.queue_depth.max(sum);
                    window.busy = window.busy.max(share);
                });
            }
            _ => {}
        }
    }

    /// The running lag signal.
    pub(super) fn lag_signal(&self) -> Span {
        let mut recent = self.recent_lag.before.clone();
        recent.merge(&self.recent_lag.now);
        let p95 = recent.percentiles().p95.unwrap_or(Span::ZERO);
        let channels = 0..self.charter.channels.len();
        let oldest = channels.filter_map(|c| self.stock_lag.peek_oldest(ChannelId(c as u16)));
        let age = oldest.min().map_or(Span::ZERO, |start| self.last.at.since(start));
        p95.max(age)
    }

    fn is_opening(&self, w: Witness) -> bool {
        !self.started && w.at == At::START
    }
}

/// The lag from a sale on another channel, when it was one.
pub(super) fn record_shelf(shelf: &mut Hist, lag: &Lag) {
    match (lag.change.sold, lag.high) {
        (Some(sold), Some(span)) => shelf.record(span + lag.change.start.since(sold)),
        (Some(_), None) => shelf.record_never(),
        (None, _) => {}
    }
}

/// Healthy and watch edges of a lag gate, in force or standard, and the price grace.
fn lag_limits(charter: &Charter, kpi: Kpi, grace: Span) -> [Span; 3] {
    let gate = charter.gates.iter().find(|gate| gate.kpi == kpi);
    match gate.map_or(Limits::standard(kpi), |gate| gate.limits) {
        Limits::LagP95 { healthy, watch } => [healthy, watch, grace],
        Limits::AtMost { .. } | Limits::AtLeast { .. } => match Limits::standard(kpi) {
            Limits::LagP95 { healthy, watch } => [healthy, watch, grace],
            _ => [Span::ZERO, Span::ZERO, grace],
        },
    }
}
