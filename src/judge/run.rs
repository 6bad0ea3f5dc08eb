//! Owns what is known of a run so far, and hands each fact to those it concerns.
//! Must not judge; must be fed facts that `fold` has checked against the charter.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::accepting::Acceptances;
use super::alarms::Alarms;
use super::answers::Answers;
use super::bits::Bits;
use super::books::Books;
use super::breaches::Breaches;
use super::bundled::Bundled;
use super::dispatch::Dispatches;
use super::edges::Edge;
use super::handoff::Ways;
use super::harness::Harness;
use super::hist::Hist;
use super::injected::Injected;
use super::judgement::{StoryWhat, Witness, Work};
use super::lag::{LagBook, Look};
use super::ledger::Ledger;
use super::load::{Load, Stamp};
use super::operated::Operated;
use super::outside::Outside;
use super::prices::Prices;
use super::queues::{Partition, Waits};
use super::refusal::NotAHistory;
use super::running::Running;
use super::story::Stories;
use super::stuck::Stuck;
use super::supply::Supplies;
use super::toll::Toll;
use super::untaken::Untaken;
use super::windows::{State, Windows, record_shelf};
use crate::history::charter::{Charter, Kpi, Limits};
use crate::history::fact::groups::{
    of_channels, of_connectors, of_faults, of_load, of_operators, of_outside, of_sources,
    of_the_party, of_the_run,
};
use crate::history::fact::{Confirmed, Ending, Fact, Seen, What};
use crate::ids::{ChannelId, ConnectorId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

/// Everything that is known of a run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) charter: Box<Charter>,
    pub(super) last: Witness,
    /// A call has left: what stands there before belongs to the opening.
    pub(super) started: bool,
    pub(super) quiet: bool,
    pub(super) quiet_at: Option<At>,
    /// Something happened after all was said to be quiet.
    pub(super) stirred: bool,
    pub(super) traffic_ended: Option<At>,
    pub(super) ending: Option<Ending>,
    /// As what lines were sold.
    pub(super) bundled: Bundled,
    pub(super) supplies: Supplies,
    pub(super) untaken: Untaken,
    pub(super) ledger: Ledger,
    pub(super) prices: Prices,
    pub(super) stock_lag: LagBook,
    pub(super) price_lag: LagBook,
    pub(super) listing_lag: LagBook,
    /// The newest listing that the source published, by SKU.
    pub(super) published: FxHashMap<SkuId, Version>,
    pub(super) ways: Ways,
    pub(super) acceptances: Acceptances,
    pub(super) dispatches: Dispatches,
    /// When an order last came to be in the books, or was over there.
    pub(super) booked_at: At,
    pub(super) load: Load,
    pub(super) harness: Harness,
    pub(super) injected: Injected,
    pub(super) operated: Operated,
    pub(super) alarms: Alarms,
    pub(super) answers: Answers,
    /// Orders wanted, by phase.
    pub(super) wanted_in: Vec<u64>,
    pub(super) windows: Windows,
    pub(super) stories: Stories,
    pub(super) intents: Bits,
    pub(super) repeated: Breaches,
    pub(super) oversell: Breaches,
    pub(super) stale: Breaches,
    pub(super) regression: Breaches,
    pub(super) mispriced: Breaches,
    pub(super) stuck: Stuck,
    /// By channel.
    pub(super) tolls: Vec<Toll>,
    pub(super) refusals: Vec<[u64; 5]>,
    pub(super) throttled: Vec<u64>,
    pub(super) lost_after_throttling: Vec<[u64; 3]>,
    pub(super) shelf_lag: Vec<Hist>,
    pub(super) partitions: BTreeMap<(ConnectorId, u16), Partition>,
    pub(super) waits: BTreeMap<(ConnectorId, Work), Waits>,
    pub(super) depth: u64,
    /// Connectors that tried something a second time.
    pub(super) retried: Vec<bool>,
    /// Attempts after the first, of all of them.
    pub(super) again: u64,
    /// Stock updates seen on each channel after the opening.
    pub(super) shown: Vec<u64>,
    /// Source facts after the opening: stock, price, listing.
    pub(super) source_facts: [u64; 3],
    /// Any fact of stock or offers, of prices, of listings.
    pub(super) heard: [bool; 3],
    /// Where promotions start and end.
    pub(super) edges: Vec<Edge>,
    pub(super) running: Running,
    /// What a connector from outside knows, wrote and met.
    pub(super) outside: Outside,
    /// Kinds of facts that only their writer knows, and how many of each.
    pub(super) unknown_kinds: BTreeMap<Box<str>, u64>,
}

/// So many unknown kinds are told apart; the rest count as one more.
const UNKNOWN_KINDS_MAX: usize = 64;

impl Run {
    pub(super) fn new(charter: &Charter, books: Books) -> Run {
        let (n, late) = (charter.channels.len(), charter.promises.price_grace);
        let lag = |kpi| LagBook::new(charter, lag_limits(charter, kpi, late));
        Run {
            charter: Box::new(charter.clone()),
            last: Witness { seq: 0, at: At::START },
            started: false,
            quiet: false,
            quiet_at: None,
            stirred: false,
            traffic_ended: None,
            ending: None,
            bundled: Bundled::new(charter),
            supplies: Supplies::new(charter),
            untaken: Untaken::new(charter),
            ledger: Ledger::new(charter),
            prices: Prices::new(charter),
            stock_lag: lag(Kpi::SyncLag),
            price_lag: lag(Kpi::PriceLag),
            listing_lag: lag(Kpi::ListingLatency),
            published: FxHashMap::default(),
            ways: Ways::new(charter, books),
            acceptances: Acceptances::new(charter),
            dispatches: Dispatches::new(charter),
            booked_at: At::START,
            load: Load::new(charter),
            harness: Harness::new(charter),
            injected: Injected::new(charter),
            operated: Operated::default(),
            alarms: Alarms::new(charter),
            answers: Answers::new(n),
            wanted_in: vec![0; charter.phases.len()],
            windows: Windows::new(charter),
            stories: Stories::default(),
            intents: Bits::default(),
            repeated: Breaches::new(n),
            oversell: Breaches::new(n),
            stale: Breaches::new(n),
            regression: Breaches::new(n),
            mispriced: Breaches::new(n),
            stuck: Stuck::new(n),
            tolls: vec![Toll::default(); n],
            refusals: vec![[0; 5]; n],
            throttled: vec![0; n],
            lost_after_throttling: vec![[0; 3]; n],
            shelf_lag: vec![Hist::default(); n],
            partitions: BTreeMap::new(),
            waits: BTreeMap::new(),
            depth: 0,
            retried: vec![false; charter.connectors.len()],
            again: 0,
            shown: vec![0; n],
            source_facts: [0; 3],
            heard: [false; 3],
            edges: Edge::of(charter),
            running: Running::new(charter),
            outside: Outside::new(charter),
            unknown_kinds: BTreeMap::new(),
        }
    }

    pub(super) fn eat(&mut self, fact: &Fact) -> Result<(), NotAHistory> {
        // Machines stamp under their own locks: time may step back a little between two facts.
        let at = self.last.at.max(fact.at);
        self.load.walled |= fact.wall > 0;
        self.load.back_max = self.load.back_max.max(at.since(fact.at));
        let w = Witness { seq: fact.seq, at };
        let lag = &mut self.stock_lag;
        self.windows.advance(at, |channel| lag.oldest_unshown(channel));
        self.last = w;
        self.harness.eat(fact);
        self.load.disturbed(fact);
        self.stirred |= self.quiet && is_activity(&fact.what);
        let broken = self.broken_so_far();
        if self.outside.is() {
            self.outside.moves += u64::from(self.is_a_move(&fact.what));
        }
        match &fact.what {
            of_load!() => self.load_fact(&fact.what, Stamp { at, wall: fact.wall }),
            of_channels!() => self.channel_fact(&fact.what, w)?,
            of_sources!() => self.source_fact(&fact.what, w)?,
            of_connectors!() => self.connector_fact(&fact.what, w),
            of_faults!() => {
                self.injected.eat(fact, at);
                if let What::Fault { in_force: true, .. } = fact.what {
                    self.operated.begins(at);
                }
            }
            of_operators!() => self.operated.eat(&fact.what, at),
            What::Party(party) => self.party_fact(party.act, w),
            of_the_run!() => self.run_fact(&fact.what, w),
        }
        self.beside(&fact.what, broken, at);
        let windows = &mut self.windows;
        self.supplies.take_mismatched(|m| {
            windows.spent(m.channel, State::Mismatched, m.from, m.until);
        });
        Ok(())
    }

    fn run_fact(&mut self, what: &What, w: Witness) {
        match *what {
            What::Alert { alert, channel, firing } => {
                self.alarms.turned(alert, channel, firing, w.at);
            }
            What::Stalled { wall_us } => self.load.stalled(Span(wall_us)),
            What::TrafficEnded {} => self.traffic_ended = Some(w.at),
            What::Quiet {} => {
                (self.quiet, self.quiet_at) = (true, self.quiet_at.or(Some(w.at)));
                self.still(w);
            }
            What::Ended { why } => self.ending = Some(why),
            What::Unknown(ref kind) => self.unknown(kind),
            What::Charter(_)
            | What::Harness { .. }
            | of_faults!()
            | of_operators!()
            | of_the_party!()
            | of_load!()
            | of_channels!()
            | of_sources!()
            | of_connectors!() => {}
        }
    }

    /// Facts of kinds that only their writer knows, by kind.
    pub(super) fn unknown_kinds(&self) -> Vec<(String, u64)> {
        self.unknown_kinds.iter().map(|(kind, n)| (kind.to_string(), *n)).collect()
    }

    /// A fact that cannot be read, or one that rests on such.
    pub(super) fn unknown(&mut self, kind: &str) {
        let is_told = |known: &BTreeMap<Box<str>, u64>| known.contains_key(kind);
        let more = self.unknown_kinds.len() >= UNKNOWN_KINDS_MAX && !is_told(&self.unknown_kinds);
        let kind = if more { "others" } else { kind };
        *self.unknown_kinds.entry(kind.into()).or_default() += 1;
    }

    fn channel_fact(&mut self, what: &What, w: Witness) -> Result<(), NotAHistory> {
        match *what {
            What::Accepted { order, intent, ref lines, awaits_payment, .. } => {
                self.accepted(order, (intent, awaits_payment), lines, w)?;
                if !awaits_payment {
                    self.ours(order, w);
                }
            }
            What::TurnedAway { channel, intent, why, line } => {
                self.turned_away(channel, intent, (why, line), w);
            }
            What::Carted(ref cart) => self.carted(cart, w),
            What::CartEnded(ref end) => self.cart_ended(end),
            What::Paid { order } => {
                self.promised(order, w);
                self.ours(order, w);
            }
            What::Released { order, why } => {
                let promised_nothing = self.untaken.take(order).is_some();
                let (supplies, stories) = (&mut self.supplies, &mut self.stories);
                let bundled = &self.bundled;
                let turn = self.ways.released(order, why, w, |sku, qty| {
                    if promised_nothing {
                        return;
                    }
                    supplies.released(order.channel, sku, qty, w.at);
                    if let Some((sold, qty)) = bundled.sold_as(order, sku, qty) {
                        supplies.own_settled(order.channel, sold, Qty::ZERO - qty);
                    }
                    stories.tell(sku, w, StoryWhat::Released { order, why }, supplies);
                });
                self.turned(order, turn);
                self.over(order, why, w.at);
            }
            What::Edited(ref edited) => self.edited(edited.order, &edited.lines, w),
            What::Acknowledged(Confirmed { order }) => self.acceptances.accepted(order, w.at),
            What::Dispatched(Confirmed { order }) => self.dispatches.told(order, w.at),
            What::Shown { channel, sku, version, qty, ref seen } => {
                self.shown(channel, sku, version, qty, not_before(seen.as_deref()), w);
            }
            What::Priced { channel, sku, version, price, ref seen } => {
                self.charged(channel, sku, version, price, not_before(seen.as_deref()), w);
            }
            What::Listed { channel, sku, version, ref seen } => {
                self.heard[2] = true;
                let version = self.outside.listing(channel, sku, version);
                self.supplies.listed(channel, sku);
                let missed = not_before(seen.as_deref());
                let is_issued = self.published.get(&sku).is_some_and(|newest| version <= *newest);
                if self.is_opening(w) {
                    self.listing_lag.opened(channel, sku, version, w.at);
                } else if is_issued {
                    self.listing_lag.shown(channel, sku, version, w.at, missed);
                    self.listing_lag.take_ripe(|_| {});
                }
            }
            of_load!() | of_sources!() | of_connectors!() | of_outside!() => {}
        }
        Ok(())
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
        self.heard[0] = true;
        self.followed_so_far(channel, sku, w.at);
        self.supplies.see(channel, sku, qty, w.at);
        // What a channel offers it has on sale, unless somebody has published it and it is not yet.
        if qty > Qty::ZERO && !self.listing_lag.awaits(channel, sku) {
            self.supplies.listed(channel, sku);
        }
        self.stories.tell(sku, w, StoryWhat::Shown { channel, qty }, &self.supplies);
        // A version that the source has not issued shows nothing of it.
        let newest = self.newest_issued(sku);
        let is_issued = |version: Version| newest.is_some_and(|newest| version <= newest);
        if self.is_opening(w) {
            if is_issued(version) {
                self.stock_lag.opened(channel, sku, version, w.at);
            }
            return;
        }
        self.regression.checked += 1;
        self.shown[channel.index()] += 1;
        let stems = self.stems_from(channel, sku, version, (qty, missed), w);
        let Some((version, missed)) = stems else { return };
        // The newest version with another quantity than it makes is not that version shown.
        if !is_issued(version) || self.is_misquoted(channel, sku, version, qty) {
            return;
        }
        if self.stock_lag.shown(channel, sku, version, w.at, missed) == Look::Regression {
            self.regression.note(w, Some(channel), None, Qty::ZERO, Money::ZERO);
        }
        self.drain_lags();
    }

    /// Lags that became certain go to the windows of their changes.
    pub(super) fn drain_lags(&mut self) {
        let (windows, shelf) = (&mut self.windows, &mut self.shelf_lag);
        self.stock_lag.take_ripe(|lag| {
            let Some(span) = lag.high.or(lag.low) else { return };
            windows.lag(lag.channel, lag.change.start, span);
            record_shelf(windows, &mut shelf[lag.channel.index()], lag, span);
        });
    }

    pub(super) fn is_opening(&self, w: Witness) -> bool {
        !self.started && w.at == At::START
    }
}

/// The last look that did not find it; none: it was seen as it happened.
fn not_before(seen: Option<&Seen>) -> Option<At> {
    seen.map(|seen| seen.not_before)
}

/// What cannot happen once everything is quiet.
fn is_activity(what: &What) -> bool {
    let is_said = matches!(what, What::Queue { .. } | What::Resolved { .. });
    !is_said && !matches!(what, of_outside!())
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
