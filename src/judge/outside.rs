//! Owns what a connector from outside knows, wrote and met. Must not know what it means (`stems`).

use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;

use super::judgement::PartySeen;
use super::looks::Looks;
use crate::history::charter::{Charter, StockRule, flag};
use crate::history::fact::{Address, Met, OfferWrite};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// So many versions of a stock level are remembered, and so many writes that do not show yet.
const KEPT_MAX: usize = 64;

/// What is known of a connector from outside.
#[derive(Clone, Debug, Default)]
pub(super) struct Outside {
    pub(super) is: bool,
    /// Stock levels that it was told, by version.
    pub(super) levels: FxHashMap<SkuId, VecDeque<(Version, Qty)>>,
    /// What channels sold (or gave back) in versions of a stock level newer than any it was told.
    untold: FxHashMap<SkuId, VecDeque<(Version, ChannelId, Qty)>>,
    /// The newest price and listing that it was told.
    pub(super) prices: FxHashMap<SkuId, Version>,
    pub(super) listings: FxHashMap<SkuId, Version>,
    /// By listing that it wrote and that does not sell yet: the newest that it was told by then.
    lists: FxHashMap<(ChannelId, SkuId), VecDeque<Version>>,
    pub(super) offers: FxHashMap<(ChannelId, SkuId), Offered>,
    pub(super) tags: FxHashMap<(ChannelId, SkuId), VecDeque<(Money, Version)>>,
    pub(super) met: BTreeMap<(Met, Address), u64>,
    pub(super) ready: Option<At>,
    pub(super) never_came: bool,
    pub(super) gone: Option<(At, Option<i32>)>,
    /// Its process ended before the last arrival was due.
    pub(super) early: bool,
    /// Facts of something that moved.
    pub(super) moves: u64,
    pub(super) looks: Looks,
}

/// What it wrote of an offer, and does not show yet.
#[derive(Clone, Debug)]
pub(super) struct Offered {
    pub(super) writes: VecDeque<Write>,
    /// Since when it shows what stems from no version that is known; never: it does not.
    pub(super) odd_since: At,
}

impl Offered {
    /// It is right, or stems from a version that is known; since when it was not, if it was not.
    pub(super) fn has_come_right(&mut self) -> Option<At> {
        let odd_since = std::mem::replace(&mut self.odd_since, At::NEVER);
        (odd_since != At::NEVER).then_some(odd_since)
    }
}

impl Default for Offered {
    fn default() -> Offered {
        Offered { writes: VecDeque::new(), odd_since: At::NEVER }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Write {
    /// The quantity that it becomes; none: that depends on what is there.
    pub(super) to: Option<Qty>,
    /// The newest version that it was told by then.
    pub(super) known: Version,
    /// What the channel had sold by then of which that version knows nothing.
    pub(super) own: Qty,
}

impl Outside {
    pub(super) fn new(charter: &Charter) -> Outside {
        let looks = Looks::new(charter.channels.len());
        Outside { is: charter.is_outside(), looks, ..Outside::default() }
    }

    /// Whether the connector is somebody else's program.
    pub(super) fn is(&self) -> bool {
        self.is
    }

    /// It went before the last arrival was due.
    pub(super) fn left_early(&self) -> bool {
        self.early
    }

    /// What is known of it, where there is one, when observation ends then.
    pub(super) fn seen(&self, end: At) -> Option<PartySeen> {
        self.is.then(|| PartySeen {
            never_came: self.never_came,
            gone: self.gone.map(|(at, _)| at),
            gone_code: self.gone.and_then(|(_, code)| code),
            met: self.met.iter().map(|(&(met, at), &times)| (met, at, times)).collect(),
            looks: self.looks.told(end),
        })
    }

    /// Whether a second try at the OMS that a connector claims can be one: something must have
    /// failed there. What failed elsewhere says nothing of it.
    pub(super) fn may_have_retried(&self) -> bool {
        let fails = |(met, at): &(Met, Address)| *at == Address::Oms && !met.is_its_own();
        !self.is || self.met.keys().any(fails)
    }

    /// The version of a listing: the newest that it was told before it wrote; without a write none.
    pub(super) fn listing(&mut self, channel: ChannelId, sku: SkuId, claimed: Version) -> Version {
        if !self.is {
            return claimed;
        }
        let lists = self.lists.get_mut(&(channel, sku));
        lists.and_then(VecDeque::pop_front).unwrap_or_default()
    }

    pub(super) fn knows(&mut self, sku: SkuId, version: Version, available: Qty) {
        let levels = self.levels.entry(sku).or_default();
        let place = levels.partition_point(|(known, _)| *known < version);
        if levels.get(place).is_none_or(|(known, _)| *known != version) {
            levels.insert(place, (version, available));
        }
        if levels.len() > KEPT_MAX {
            levels.pop_front();
        }
    }

    /// A version of a stock level came of what a channel sold.
    pub(super) fn came_of(&mut self, channel: ChannelId, sku: SkuId, version: Version, sold: Qty) {
        let untold = self.untold.entry(sku).or_default();
        untold.push_back((version, channel, sold));
        if untold.len() > KEPT_MAX {
            untold.pop_front();
        }
    }

    /// What a channel sold in versions newer than any that it was told.
    pub(super) fn sold_untold(&mut self, channel: ChannelId, sku: SkuId) -> Qty {
        let newest = self.newest(sku);
        let Some(untold) = self.untold.get_mut(&sku) else { return Qty::ZERO };
        untold.retain(|(version, ..)| *version > newest);
        let of_its = untold.iter().filter(|(_, of, _)| *of == channel);
        of_its.fold(Qty::ZERO, |sum, (.., sold)| sum + *sold)
    }

    /// The newest stock level that it was told.
    pub(super) fn newest(&self, sku: SkuId) -> Version {
        let newest = self.levels.get(&sku).and_then(VecDeque::back);
        newest.map_or(Version(0), |(version, _)| *version)
    }

    /// An offer of it is set to so much, where a rule makes offers of what it was told.
    pub(super) fn offered(
        &mut self,
        (channel, sku): (ChannelId, SkuId),
        to: Qty,
        rule: StockRule,
        now: At,
    ) {
        let Outside { looks, levels, .. } = self;
        let is_worth = |levels: &VecDeque<(Version, Qty)>| {
            levels.back().is_some_and(|(_, told)| rule.should_show(*told) > Qty::ZERO)
        };
        if to > Qty::ZERO {
            looks.filled(channel, sku, now);
        } else if levels.get(&sku).is_some_and(is_worth) {
            let worthwhile = || levels.values().filter(|levels| is_worth(levels)).count();
            looks.emptied(channel, sku, now, worthwhile);
        }
    }

    /// It wrote something of an offer, which sells there or does not yet.
    pub(super) fn wrote(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        (wrote, sells, own): (OfferWrite, bool, Qty),
        rule: StockRule,
    ) {
        let to = match wrote {
            OfferWrite::Offer(to) if rule.in_or_out => Some(flag(to)),
            OfferWrite::Offer(to) => Some(to.max(Qty::ZERO)),
            OfferWrite::Change(_) => None,
            OfferWrite::Listing => {
                let known = self.listings.get(&sku).copied().unwrap_or_default();
                let lists = self.lists.entry((channel, sku)).or_default();
                let will_sell = !lists.is_empty();
                lists.push_back(known);
                if lists.len() > KEPT_MAX {
                    lists.pop_front();
                }
                // What sells, or will, keeps its quantity.
                if sells || will_sell {
                    return;
                }
                None
            }
            OfferWrite::Price(price) => {
                let known = self.prices.get(&sku).copied().unwrap_or_default();
                let tags = self.tags.entry((channel, sku)).or_default();
                tags.push_back((price, known));
                if tags.len() > KEPT_MAX {
                    tags.pop_front();
                }
                return;
            }
        };
        let known = self.newest(sku);
        let writes = &mut self.offers.entry((channel, sku)).or_default().writes;
        writes.push_back(Write { to, known, own });
        if writes.len() > KEPT_MAX {
            writes.pop_front();
        }
    }

    /// The newest version of those told of which some rule makes a quantity.
    pub(super) fn makes(
        &self,
        sku: SkuId,
        of: RangeInclusive<Version>,
        is_so: impl Fn(Qty) -> bool,
    ) -> Option<Version> {
        let levels = self.levels.get(&sku)?.iter().rev();
        let mut known = levels.filter(|(version, _)| of.contains(version));
        known.find(|(_, available)| is_so(*available)).map(|(version, _)| *version)
    }
}
