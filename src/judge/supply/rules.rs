//! Owns by which rule each channel should show stock, now and before, and when an offer was last
//! what it should be. Must not know any stock.

use rustc_hash::FxHashMap;

use crate::history::charter::{Charter, StockRule};
use crate::ids::{ChannelId, SkuId};
use crate::units::At;

/// The rules in force, by channel.
#[derive(Clone, Debug)]
pub(in crate::judge) struct Rules {
    now: Vec<StockRule>,
    before: Vec<Option<(StockRule, At)>>,
    /// Until when each offer of a channel whose rule has changed was seen to follow one.
    followed: FxHashMap<(ChannelId, SkuId), At>,
}

impl Rules {
    pub(super) fn new(charter: &Charter) -> Rules {
        let now: Vec<StockRule> = charter.channels.iter().map(|terms| terms.rule).collect();
        Rules { before: vec![None; now.len()], now, followed: FxHashMap::default() }
    }

    /// How many channels there are.
    pub(super) fn len(&self) -> usize {
        self.now.len()
    }

    /// A channel should show by this one from now on. The one in force said again is no other, and
    /// of several at one moment the last counts.
    pub(in crate::judge) fn set(&mut self, channel: ChannelId, rule: StockRule, now: At) {
        let place = channel.index();
        if rule == self.now[place] {
            return;
        }
        let before = std::mem::replace(&mut self.now[place], rule);
        if self.before[place].is_none_or(|(_, until)| until != now) {
            self.before[place] = Some((before, now));
        }
    }

    /// The one that a channel should show by.
    pub(in crate::judge) fn of(&self, channel: ChannelId) -> StockRule {
        self.now[channel.index()]
    }

    /// An offer is what the rule makes of the source, until now.
    pub(in crate::judge) fn follows(&mut self, channel: ChannelId, sku: SkuId, now: At) {
        self.followed.insert((channel, sku), now);
    }

    /// Until when an offer was last seen to follow its rule; none: it never was.
    pub(in crate::judge) fn followed(&self, channel: ChannelId, sku: SkuId) -> Option<At> {
        self.followed.get(&(channel, sku)).copied()
    }

    /// The one before it, and until when; none where it never changed.
    pub(in crate::judge) fn before(&self, channel: ChannelId) -> Option<(StockRule, At)> {
        self.before[channel.index()]
    }
}
