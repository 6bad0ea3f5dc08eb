//! Owns what is shown and is not right: offers and prices at quiet, offers that never moved while
//! shoppers ordered. Must not know how late anything was (`lag`), nor limits of gates.
//!
//! A percentile forgives exactly the hero that is never updated; *never* weighs more than *late*.

use super::breaches::Breaches;
use super::judgement::{Witness, WrongOffer};
use super::run::Run;
use crate::history::charter::StockRule;
use crate::history::fact::Line;
use crate::ids::{ChannelId, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// So many of each are named.
const NAMED_MAX: usize = 10;

/// What was checked and found wrong, with the checks by channel that a share needs.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub(super) breaches: Breaches,
    /// May still come right: not quiet, and not older than the watch edge.
    pub(super) open: u64,
    pub(super) checked_on: Vec<u64>,
}

impl Wrong {
    fn new(channels: usize) -> Wrong {
        Wrong { breaches: Breaches::new(channels), open: 0, checked_on: vec![0; channels] }
    }

    fn checked(&mut self, channel: ChannelId) {
        self.breaches.checked += 1;
        self.checked_on[channel.index()] += 1;
    }
}

impl Run {
    /// A shopper ordered the line, and got it or not: whether what the channel shows of it has
    /// stood still.
    pub(super) fn ordered(
        &mut self,
        channel: ChannelId,
        line: &Line,
        order: Option<OrderId>,
        w: Witness,
    ) -> bool {
        self.stuck.breaches.checked += 1;
        self.follows(channel, line.sku, line.offered, w.at);
        let stuck = self.stock_lag.stuck_since(channel, line.sku, w.at);
        let Some(since) = stuck.or_else(|| self.disobeys_since(channel, line, w.at)) else {
            return false;
        };
        self.stuck.note(channel, line, order, since, w);
        true
    }

    /// Before something changes: an offer that is what the rule makes of the source has been so
    /// until now.
    fn follows(&mut self, channel: ChannelId, sku: SkuId, offered: Qty, now: At) {
        let rules = &mut self.supplies.rules;
        if rules.before(channel).is_none() {
            return;
        }
        let available = self.ledger.belief_on(channel, sku).available;
        if available
            .is_some_and(|(available, _)| offered == rules.of(channel).should_show(available))
        {
            rules.follows(channel, sku, now);
        }
    }

    /// The same of what a channel is known to offer.
    pub(super) fn followed_so_far(&mut self, channel: ChannelId, sku: SkuId, now: At) {
        if self.supplies.rules.before(channel).is_none() {
            return;
        }
        let offered = self.supplies.offered(sku).nth(channel.index()).flatten();
        if let Some(offered) = offered {
            self.follows(channel, sku, offered, now);
        }
    }

    /// Since when the line's offer has not followed the rule in force, when that is longer than
    /// the watch edge and nothing else is on its way. An offer of which much is sold is never what
    /// the rule makes of the source for long, and does follow it.
    fn disobeys_since(&self, channel: ChannelId, line: &Line, now: At) -> Option<At> {
        let (_, since) = self.supplies.rules.before(channel)?;
        let followed = self.supplies.rules.followed(channel, line.sku);
        let since = followed.map_or(since, |until| until.max(since));
        let (available, _) = self.ledger.belief_on(channel, line.sku).available?;
        let under_way = self.stock_lag.awaits(channel, line.sku)
            || !self.supplies.is_settled(channel, line.sku);
        let follows = line.offered == self.supplies.rules.of(channel).should_show(available);
        let late = self.stock_lag.is_beyond_watch(now.since(since));
        (late && !follows && !under_way).then_some(since)
    }

    /// Whether a channel is said to show the source's newest version with a quantity that the rule
    /// does not make of it. Nothing is said while something that the channel sold itself is on its
    /// way to the source: its offer then runs ahead. What was on its way when the rule changed may
    /// be by the rule before.
    pub(super) fn is_misquoted(
        &self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        qty: Qty,
    ) -> bool {
        let belief = self.ledger.belief_on(channel, sku);
        let Some((available, newest)) = belief.available else { return false };
        let is_late = |since: At| self.stock_lag.is_beyond_watch(self.last.at.since(since));
        let rules = &self.supplies.rules;
        let before =
            rules.before(channel).filter(|(_, until)| !is_late(*until)).map(|(rule, _)| rule);
        let makes = |rule: StockRule| qty == rule.should_show(available);
        let is_right = makes(rules.of(channel)) || before.is_some_and(makes);
        version == newest && !is_right && self.supplies.is_settled(channel, sku)
    }

    /// All that may be on sale: SKUs, and offers that are not simply one.
    pub(super) fn all_numbers(&self) -> impl Iterator<Item = SkuId> + use<> {
        let offers = self.charter.offers.len() as u32;
        (0..self.charter.skus.saturating_add(offers)).map(SkuId)
    }

    /// What the source tells a channel of a SKU; of another offer, what its parts make of that.
    fn told(&self, channel: ChannelId, sku: SkuId) -> Option<Qty> {
        let told = |sku| self.ledger.belief_on(channel, sku).available.map(|(told, _)| told);
        match self.bundled.offers.get(sku) {
            Some(terms) => terms.made_of(told),
            None => told(sku),
        }
    }

    /// Every offer whose source is known against what the rule makes of it, when observation ends.
    pub(super) fn wrong_offers(&self, end: At) -> (Wrong, Vec<WrongOffer>) {
        let channels = self.charter.channels.len();
        let (mut wrong, mut named) = (Wrong::new(channels), Vec::new());
        for sku in self.all_numbers() {
            let last = self.ledger.last(sku).unwrap_or(self.last);
            for (i, offered) in self.supplies.offered(sku).enumerate() {
                let channel = ChannelId(i as u16);
                let offered = offered.filter(|_| self.supplies.is_listed(channel, sku));
                let (Some(offered), Some(available)) = (offered, self.told(channel, sku)) else {
                    continue;
                };
                // What it sold itself, and has not left the building, it has taken off.
                if self.ledger.tells_on_hand() && !self.supplies.is_settled(channel, sku) {
                    continue;
                }
                wrong.checked(channel);
                let should = self.supplies.rules.of(channel).should_show(available);
                if offered == should {
                    continue;
                }
                if !self.quiet && self.stock_lag.stuck_since(channel, sku, end).is_none() {
                    wrong.open += 1;
                    continue;
                }
                let off = Qty((offered.0.saturating_sub(should.0)).saturating_abs());
                let price = self.prices.charged_now(channel, sku).unwrap_or_default();
                let money = self.prices.tills.worth(channel, price).times(off);
                wrong.breaches.note(last, Some(channel), None, off, money);
                named.push(WrongOffer { channel, sku, offered, should, money });
            }
        }
        named.sort_by_key(|offer| (std::cmp::Reverse(offer.money), offer.sku, offer.channel));
        named.truncate(NAMED_MAX);
        (wrong, named)
    }

    /// Every price charged against the one intended, when observation ends; money is the
    /// difference times the units offered.
    pub(super) fn wrong_prices(&self, end: At) -> Wrong {
        let mut wrong = Wrong::new(self.charter.channels.len());
        for sku in self.all_numbers() {
            for (i, offered) in self.supplies.offered(sku).enumerate() {
                let channel = ChannelId(i as u16);
                let charged = self.prices.charged_now(channel, sku);
                let charged = charged.filter(|_| self.supplies.is_listed(channel, sku));
                let (Some(charged), Some((due, intended))) =
                    (charged, self.prices.intended_now(channel, sku, end))
                else {
                    continue;
                };
                wrong.checked(channel);
                if charged == intended {
                    continue;
                }
                if !self.quiet && !self.price_lag.is_beyond_watch(end.since(due)) {
                    wrong.open += 1;
                    continue;
                }
                let off = Money((charged - intended).0.saturating_abs());
                let off = self.prices.tills.worth(channel, off);
                let units = offered.unwrap_or(Qty::ZERO);
                wrong.breaches.note(self.last, Some(channel), None, units, off.times(units));
            }
        }
        wrong
    }
}
