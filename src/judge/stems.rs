//! Owns which version of the source an offer of a connector from outside stems from. Must not know
//! limits.
//!
//! Nobody has its journal, and the version that it claims is no evidence. An offer stems from the
//! newest version that it was told before it wrote, and of which the channel's rule makes that
//! quantity. Where there is none (it corrected for sales on their way; it wrote something else) the
//! offer shows nothing yet, and the lag that is known later lies in a wider interval.

use std::collections::VecDeque;

use super::judgement::Witness;
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
                self.outside.wrote(channel, sku, wrote);
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
        // What nobody wrote the channel did by itself: it put units back on offer.
        let offered = self.outside.offers.get_mut(&(channel, sku))?;
        let exact = offered.writes.iter().rposition(|write| write.to == Some(qty));
        let inexact = || offered.writes.iter().position(|write| write.to.is_none());
        let place = exact.or_else(inexact)?;
        let known = offered.writes.drain(..=place).next_back()?.known;
        let own = if exact.is_some() { Qty::ZERO } else { self.supplies.on_its_way(channel, sku) };
        let rules = self.rules_of(channel);
        let is_so = |available: Qty| {
            rules.iter().flatten().any(|rule| {
                rule.should_show(available) == qty || rule.should_show(available - own) == qty
            })
        };
        let stems = self.outside.makes(sku, known, is_so);
        let offered = self.outside.offers.entry((channel, sku)).or_default();
        if let Some(version) = stems {
            let odd_since = std::mem::replace(&mut offered.odd_since, At::NEVER);
            Some((version, missed.or((odd_since != At::NEVER).then_some(odd_since))))
        } else {
            offered.odd_since = offered.odd_since.min(w.at);
            None
        }
    }

    /// An offer that can be traced to no write and is right all the same: with nothing on its way,
    /// and the newest version told.
    pub(super) fn has_come_right(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
    ) -> Option<(Version, Option<At>)> {
        let newest = self.newest_issued(sku)?;
        let is_known = self.outside.is() && self.outside.newest(sku) == newest;
        if !is_known || !self.is_right(channel, sku) {
            return None;
        }
        let offered = self.outside.offers.entry((channel, sku)).or_default();
        let odd_since = std::mem::replace(&mut offered.odd_since, At::NEVER);
        Some((newest, (odd_since != At::NEVER).then_some(odd_since)))
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
        self.prices.stems(sku, price, known, w.at).unwrap_or(NONE)
    }

    /// It is told of a version that its channels show already: there is nothing to write.
    fn leaves_as_it_is(&mut self, sku: SkuId, version: Version, w: Witness) {
        if self.is_opening(w) || self.newest_issued(sku) != Some(version) {
            return;
        }
        for channel in (0..self.charter.channels.len() as u16).map(ChannelId) {
            let writes = self.outside.offers.get(&(channel, sku)).map(|offered| &offered.writes);
            if writes.is_none_or(VecDeque::is_empty) && self.is_right(channel, sku) {
                let offered = self.outside.offers.entry((channel, sku)).or_default();
                let odd_since = std::mem::replace(&mut offered.odd_since, At::NEVER);
                let missed = (odd_since != At::NEVER).then_some(odd_since);
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
        for sku in (0..self.charter.skus).map(SkuId) {
            let Some(newest) = self.newest_issued(sku) else { continue };
            if self.outside.newest(sku) != newest {
                continue;
            }
            for channel in (0..self.charter.channels.len() as u16).map(ChannelId) {
                if self.is_right(channel, sku) {
                    self.stock_lag.shown(channel, sku, newest, w.at, Some(At::START));
                }
            }
        }
        self.drain_lags();
    }

    fn newest_issued(&self, sku: SkuId) -> Option<Version> {
        self.ledger.belief(sku).available.map(|(_, newest)| newest)
    }

    /// Whether a change of the SKU waits to be shown there and what is offered is what the rule
    /// makes of the source, with nothing that the channel sold on its way to it.
    fn is_right(&self, channel: ChannelId, sku: SkuId) -> bool {
        let Some((available, _)) = self.ledger.belief(sku).available else { return false };
        let should = self.supplies.rules.of(channel).should_show(available);
        self.stock_lag.awaits(channel, sku)
            && self.supplies.offers(channel, sku) == Some(should)
            && self.supplies.is_settled(channel, sku)
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
