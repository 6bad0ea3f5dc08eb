//! Owns what is known of a run so far, and hands each fact to those it concerns.
//! Must not judge; must be fed facts that `fold` has checked against the charter.

use std::collections::BTreeMap;

use super::bits::Bits;
use super::books::Books;
use super::breaches::Breaches;
use super::fold::NotAHistory;
use super::handoff::{Turn, Ways};
use super::hist::Hist;
use super::judgement::{StoryWhat, Witness};
use super::lag::{Lag, LagBook, Look};
use super::ledger::Ledger;
use super::load::{Load, Stamp};
use super::prices::Prices;
use super::story::Stories;
use super::supply::{Repeated, Supplies, Turned};
use super::windows::Windows;
use crate::history::charter::{Charter, Kpi, Limits};
use crate::history::fact::{Ending, Fact, Line, Refusal, What};
use crate::ids::{ChannelId, ConnectorId, Intent, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

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
    pub(super) started: bool,
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
    pub(super) intents: Bits,
    pub(super) repeated: Breaches,
    pub(super) oversell: Breaches,
    pub(super) stale: Breaches,
    pub(super) regression: Breaches,
    pub(super) turned_away: Vec<[u64; 5]>,
    pub(super) throttled: Vec<u64>,
    pub(super) lost_after_throttling: Vec<u64>,
    pub(super) shelf_lag: Vec<Hist>,
    pub(super) partitions: BTreeMap<(ConnectorId, u16), Partition>,
    pub(super) depth: u64,
    /// Connectors that tried something a second time.
    pub(super) retried: Vec<bool>,
    /// Source facts after the opening: stock, price, listing.
    pub(super) source_facts: [u64; 3],
    pub(super) recent_lag: Recent,
}

/// Lags as they are seen, for the running signal: this minute's and the last one's.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
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

    pub(super) fn turned(&mut self, order: OrderId, turn: Turn) {
        let channel = Some(order.channel);
        if let Some(at) = turn.due {
            self.windows.at(at, channel, |window| window.due += 1);
        }
        if let Some(at) = turn.exempt {
            self.windows.at(at, channel, |window| window.due = window.due.saturating_sub(1));
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
    pub(super) fn drain_lags(&mut self) {
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

    pub(super) fn is_opening(&self, w: Witness) -> bool {
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
