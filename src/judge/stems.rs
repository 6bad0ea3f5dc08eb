//! Owns which version of the source an offer of a connector from outside stems from. Must not know
//! limits.
//!
//! Nobody has its journal, and the version that it claims is no evidence. An offer that is right by
//! the newest version that it was told shows that one. Any other stems from the newest version that
//! it was told before it wrote, and of which the channel's rule makes that quantity. Where there is
//! none (it corrected for sales on their way; it wrote something else) the offer shows nothing yet,
//! and the lag that is known later lies in a wider interval.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::judgement::Witness;
use super::lag::LagBook;
use super::outside::Write;
use super::run::Run;
use crate::history::charter::StockRule;
use crate::history::fact::groups::{
    of_connectors, of_faults, of_load, of_operators, of_sources, of_the_run,
};
use crate::history::fact::{Address, Met, OfferWrite, PartyAct, PartyState, SourceSaid, What};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// A version that nobody set.
const NONE: Version = Version(u64::MAX);

impl Run {
    pub(super) fn party_fact(&mut self, act: PartyAct, w: Witness) {
        match act {
            PartyAct::Read { sku, told: SourceSaid::Stock { version, available } } => {
                self.outside.knows(sku, version, available);
                self.leaves_as_it_is(sku, version, w);
            }
            PartyAct::Read { sku, told: SourceSaid::Price { version, .. } } => {
                let known = self.outside.prices.entry(sku).or_default();
                *known = version.max(*known);
            }
            PartyAct::Read { sku, told: SourceSaid::Listing { version } } => {
                let known = self.outside.listings.entry(sku).or_default();
                *known = version.max(*known);
            }
            PartyAct::Wrote { channel, sku, wrote } => {
                self.outside.looks.called(channel, w.at);
                if let OfferWrite::Offer(to) = wrote {
                    let rule = self.supplies.rules.of(channel);
                    self.outside.offered((channel, sku), to, rule, w.at);
                }
                let sells = self.supplies.is_listed(channel, sku);
                let untold = self.outside.sold_untold(channel, sku);
                let own = self.supplies.on_its_way(channel, sku) + untold;
                self.outside.wrote(
                    channel,
                    sku,
                    (wrote, sells, own),
                    self.supplies.rules.of(channel),
                );
            }
            PartyAct::Met { at, met, times } => {
                let count = self.outside.met.entry((met, at)).or_default();
                *count = count.saturating_add(times);
                if let Address::Channel(channel) = at {
                    self.outside.looks.called(channel, w.at);
                }
                if let (Met::Throttled, Address::Channel(channel)) = (met, at) {
                    let throttled = &mut self.throttled[channel.index()];
                    *throttled = throttled.saturating_add(times);
                }
            }
            PartyAct::Is(PartyState::Ready) => self.outside.ready = Some(w.at),
            PartyAct::Is(PartyState::NeverCame) => self.outside.never_came = true,
            PartyAct::Is(PartyState::Gone(code)) => {
                self.outside.early |= self.traffic_ended.is_none();
                self.outside.gone = self.outside.gone.or(Some((w.at, code)));
            }
        }
    }

    /// The version that what a channel shows stems from, and the last look that missed it; none:
    /// nobody can tell one.
    pub(super) fn stems_from(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        claimed: Version,
        (qty, missed): (Qty, Option<At>),
        w: Witness,
    ) -> Option<(Version, Option<At>)> {
        if !self.outside.is() {
            return Some((claimed, missed));
        }
        // An older version that makes the same quantity is a chance match where the newest does.
        let version = self.traced(channel, sku, qty);
        let version = self.right_by(channel, sku).or(version);
        let offered = self.outside.offers.entry((channel, sku)).or_default();
        let Some(version) = version else {
            offered.odd_since = offered.odd_since.min(w.at);
            return None;
        };
        Some((version, missed.or(offered.has_come_right())))
    }

    /// The version that made what the connector wrote, of which the channel shows something now.
    fn traced(&mut self, channel: ChannelId, sku: SkuId, qty: Qty) -> Option<Version> {
        // What nobody wrote the channel did by itself: it put units back on offer.
        let writes = &mut self.outside.offers.get_mut(&(channel, sku))?.writes;
        let exact = writes.iter().position(|write| write.to == Some(qty));
        let inexact = || writes.iter().position(|write| write.to.is_none());
        let place = exact.or_else(inexact)?;
        let Write { known, own: sold, .. } = writes.drain(..=place).next_back()?;
        // What a difference comes to depends on what was there: only a quantity that was written
        // can say that something older is shown again.
        let (from, own) = if exact.is_some() {
            (Version(0), Qty::ZERO)
        } else {
            let shown = self.stock_lag.version_shown(channel, sku).unwrap_or_default();
            (shown, self.supplies.on_its_way(channel, sku))
        };
        let rules = self.rules_of(channel);
        let is_so = |available: Qty| {
            rules.iter().flatten().any(|rule| {
                rule.should_show(available) == qty || rule.should_show(available - own) == qty
            })
        };
        // Whoever writes levels leaves out what the channel sold that the source does not know of
        // yet, as far as he knows of it: so does the newest version make this quantity.
        let less_its_own = |available: Qty| {
            rules.iter().flatten().any(|rule| {
                let ends = [available, available - sold].map(|level| rule.should_show(level));
                (ends[0].min(ends[1])..=ends[0].max(ends[1])).contains(&qty)
            })
        };
        let newest = exact.and_then(|_| self.outside.makes(sku, known..=known, less_its_own));
        newest.or_else(|| self.outside.makes(sku, from..=known, is_so))
    }

    /// The newest version, where it was told and what is offered is what the rule makes of it, with
    /// nothing that the channel sold on its way to the source.
    fn right_by(&self, channel: ChannelId, sku: SkuId) -> Option<Version> {
        let (available, newest) = self.ledger.belief_on(channel, sku).available?;
        let should = self.supplies.rules.of(channel).should_show(available);
        let is_right = self.outside.newest(sku) == newest
            && self.supplies.offers(channel, sku) == Some(should)
            && self.supplies.is_settled(channel, sku);
        is_right.then_some(newest)
    }

    /// The version that a price stems from.
    pub(super) fn price_stems_from(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        claimed: Version,
        price: Money,
        w: Witness,
    ) -> Version {
        if !self.outside.is() || self.is_opening(w) {
            return claimed;
        }
        let tags = self.outside.tags.entry((channel, sku)).or_default();
        let place = tags.iter().rposition(|(written, _)| *written == price);
        let written = place.and_then(|place| tags.drain(..=place).next_back());
        let newest = || self.outside.prices.get(&sku).copied().unwrap_or_default();
        let known = written.map_or_else(newest, |(_, known)| known);
        // Of a price that the source has said nothing of, as of any, the first is the opening's.
        let nobody = if self.prices.is_known(channel, sku) { NONE } else { Version(0) };
        self.prices.stems((channel, sku), price, known, w.at).unwrap_or(nobody)
    }

    /// It is told of a version that its channels show already: there is nothing to write.
    fn leaves_as_it_is(&mut self, sku: SkuId, version: Version, w: Witness) {
        if self.is_opening(w) {
            return;
        }
        for channel in (0..self.charter.channels.len() as u16).map(ChannelId) {
            let writes = self.outside.offers.get(&(channel, sku)).map(|offered| &offered.writes);
            if writes.is_none_or(VecDeque::is_empty)
                && self.stock_lag.awaits(channel, sku)
                && self.right_by(channel, sku) == Some(version)
            {
                let offered = self.outside.offers.entry((channel, sku)).or_default();
                let missed = offered.has_come_right();
                self.stock_lag.shown(channel, sku, version, w.at, missed);
            }
        }
        self.drain_lags();
    }

    /// All is quiet: what is offered rightly and could be traced to no version was right since
    /// nobody knows when.
    pub(super) fn still(&mut self, w: Witness) {
        if !self.outside.is() {
            return;
        }
        for sku in self.all_numbers() {
            for channel in (0..self.charter.channels.len() as u16).map(ChannelId) {
                if self.stock_lag.awaits(channel, sku)
                    && let Some(newest) = self.right_by(channel, sku)
                {
                    self.stock_lag.shown(channel, sku, newest, w.at, Some(At::START));
                }
            }
        }
        self.drain_lags();
    }

    /// Changes of the source that a connector from outside was not told, of which no channel
    /// awaits anything.
    pub(super) fn untold(&self) -> u64 {
        let (outside, now) = (&self.outside, self.last.at);
        let of =
            |told: &FxHashMap<SkuId, Version>, sku| told.get(&sku).copied().unwrap_or_default();
        let untold = |sku: SkuId| {
            let stock = self.newest_issued(sku).is_some_and(|newest| newest > outside.newest(sku));
            let price = self.prices.newest_due(sku, now) > of(&outside.prices, sku);
            let published = self.published.get(&sku).copied().unwrap_or_default();
            let listing = published > of(&outside.listings, sku);
            [(stock, &self.stock_lag), (price, &self.price_lag), (listing, &self.listing_lag)]
        };
        let awaits = |lag: &LagBook, sku| {
            (0..self.charter.channels.len() as u16).any(|of| lag.awaits(ChannelId(of), sku))
        };
        let skus = self.all_numbers();
        let each =
            skus.flat_map(|sku| untold(sku).map(|(untold, lag)| untold && !awaits(lag, sku)));
        each.filter(|is_untold| *is_untold).count() as u64
    }

    pub(super) fn newest_issued(&self, sku: SkuId) -> Option<Version> {
        self.ledger.belief(sku).available.map(|(_, newest)| newest)
    }

    /// The rule in force and the one before it.
    fn rules_of(&self, channel: ChannelId) -> [Option<StockRule>; 2] {
        let rules = &self.supplies.rules;
        [Some(rules.of(channel)), rules.before(channel).map(|(rule, _)| rule)]
    }

    /// Whether a fact says that something has changed, or that something was tried in vain: while
    /// there are such, it is not quiet.
    pub(super) fn is_a_move(&self, what: &What) -> bool {
        match *what {
            What::Shown { channel, sku, qty, .. } => {
                self.supplies.offers(channel, sku) != Some(qty)
            }
            What::Priced { channel, sku, price, .. } => {
                self.prices.charged_now(channel, sku) != Some(price)
            }
            What::Listed { channel, sku, .. } => !self.supplies.is_listed(channel, sku),
            What::Party(party) => {
                matches!(party.act, PartyAct::Met { met, .. } if !met.is_its_own())
            }
            What::Accepted { .. }
            | What::Carted(_)
            | What::CartEnded(_)
            | What::TurnedAway { .. }
            | What::Paid { .. }
            | What::Released { .. }
            | What::Edited(_)
            | What::Acknowledged(_)
            | What::Dispatched(_)
            | of_load!()
            | of_sources!()
            | of_connectors!() => true,
            of_faults!() | of_operators!() | of_the_run!() => false,
        }
    }
}

#[cfg(test)]
#[path = "stems_tests.rs"]
mod tests;
