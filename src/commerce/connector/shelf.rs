//! Owns what a connector believes: the source's levels and what each channel shows of them.
//! Must not know queues or calls.
//!
//! For each channel and SKU: `target` is what should show, `belief` what the connector thinks is
//! stored there once everything it sent has arrived, `unheard` the channel's own sales that a
//! compare-and-set conflict revealed before the source told of them.

mod defective;
mod heard;
mod located;
mod open;
mod prices;
mod sold;

use rustc_hash::{FxHashMap, FxHashSet};

pub(super) use self::heard::Heard;
pub(super) use self::open::Waited;
use crate::commerce::protocol::Change;
use crate::commerce::terms::{SkuTerms, UpdateStyle};
use crate::history::charter::{ChannelTerms, Conversion, OwnSales, StockRule, Tariff};
use crate::history::fact::PushKind;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) source: Vec<Level>,
    /// None where another connector serves it.
    channels: Vec<Option<Habits>>,
    tariffs: Vec<Option<(Tariff, Conversion)>>,
    /// What lies where, where that is not one place.
    located: Option<Box<located::Located>>,
    /// Versions that were heard before one that comes first.
    ahead: FxHashMap<SkuId, Vec<u64>>,
    /// By SKU, then channel: a change of a SKU concerns all channels.
    offers: Vec<OfferView>,
    /// Prices of one channel alone, the newest that was due.
    own_prices: FxHashMap<(ChannelId, SkuId), (Version, Money)>,
    /// Offers beyond the SKUs, from this number on, …
    beyond: usize,
    /// … that a channel does not sell: nothing is told it of them.
    unsold: FxHashSet<(ChannelId, SkuId)>,
    /// Since when a change waits that replaced one which waited before it.
    renewed: FxHashMap<(ChannelId, SkuId, PushKind), At>,
}

/// A SKU as the source tells it: one line of the processor's cache.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(super) struct Level {
    pub(super) listed: bool,
    pub(super) version: Version,
    pub(super) available: Qty,
    pub(super) price: Money,
    pub(super) price_version: Version,
    pub(super) listing_version: Version,
    /// Every version up to here was heard once; those in [`Shelf::ahead`] too, …
    heard: u64,
    /// … if there are any.
    is_ahead: bool,
}

const _: () = assert!(size_of::<Level>() == 64 && size_of::<OfferView>() == 64, "one line each");

/// How a channel shows stock.
#[derive(Clone, Copy, Debug)]
struct Habits {
    rule: StockRule,
    own_sales: OwnSales,
}

/// A SKU on a channel as the connector believes it.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(super) struct OfferView {
    pub(super) target: Qty,
    pub(super) belief: Qty,
    unheard: Qty,
    /// All that the channel was ever heard to have taken off its offer by itself, less what it put
    /// back: how far `belief` has moved without a word of ours.
    own_sales: Qty,
    /// The newest version of each kind that has left.
    sent: [Version; 3],
    /// A change of this kind waits in a lane or in backoff.
    waiting: [bool; 3],
    /// A stock call about it is open that must be the only one.
    in_call: bool,
    /// Something is to be said of it when no such call is open any more.
    again: bool,
    /// All is to be said of it as soon as no call that moves it is open: until then none is made.
    reset_waits: bool,
    /// Calls that move it and whose outcome is not known yet.
    open: u16,
}

impl OfferView {
    /// What should be stored there.
    pub(super) fn desired(&self) -> Qty {
        self.target - self.unheard
    }

    pub(super) fn waits(&mut self, kind: PushKind) -> &mut bool {
        &mut self.waiting[kind as usize]
    }

    /// The newest version of this kind that has left.
    pub(super) fn sent(&mut self, kind: PushKind) -> &mut Version {
        &mut self.sent[kind as usize]
    }

    /// What an update taken now is to bring the offer to. Where updates leave the channel's own
    /// sales in place, those still to be heard of are not counted: [`Self::word`] takes them off.
    pub(super) fn aim(&self, style: UpdateStyle) -> Qty {
        match style {
            UpdateStyle::Absolute => self.target,
            UpdateStyle::Delta | UpdateStyle::CompareAndSet => self.desired() + self.own_sales,
        }
    }

    /// What a listing taken now is to offer ([`Self::word_listing`]).
    pub(super) fn aim_of_listing(&self) -> Qty {
        self.desired() + self.own_sales
    }
}

/// What a stock notice means for one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing to say.
    Nothing,
    /// The channel should be told.
    Tell,
}

impl Shelf {
    pub(super) fn new(terms: &[ChannelTerms], served: &[ChannelId], catalog: &[SkuTerms]) -> Shelf {
        let source = catalog
            .iter()
            .map(|sku| Level {
                listed: sku.listed,
                available: sku.stock,
                price: sku.price,
                ..Level::default()
            })
            .collect();
        let channel = |(place, terms): (usize, &ChannelTerms)| {
            let habits = Habits { rule: terms.rule, own_sales: terms.own_sales };
            served.contains(&ChannelId(place as u16)).then_some(habits)
        };
        let offers = catalog.iter().flat_map(|sku| {
            terms.iter().map(|terms| {
                let target = terms.rule.should_show(sku.stock);
                OfferView { target, belief: target, ..OfferView::default() }
            })
        });
        Shelf {
            source,
            channels: terms.iter().enumerate().map(channel).collect(),
            tariffs: terms.iter().map(prices::tariff_of).collect(),
            located: None,
            ahead: FxHashMap::default(),
            offers: offers.collect(),
            own_prices: FxHashMap::default(),
            beyond: usize::MAX,
            unsold: FxHashSet::default(),
            renewed: FxHashMap::default(),
        }
    }

    /// A channel is to show by another rule; says of which SKUs it is to show something else.
    pub(super) fn set_rule(&mut self, channel: ChannelId, rule: StockRule) -> Vec<SkuId> {
        let Some(Some(habits)) = self.channels.get_mut(channel.index()) else { return vec![] };
        habits.rule = rule;
        let (row, beyond, unsold) = (self.channels.len(), self.beyond, &self.unsold);
        let offers = self.offers.iter_mut().skip(channel.index()).step_by(row);
        let levels = (0..).map(SkuId).zip(&self.source).zip(offers);
        let located = self.located.as_deref();
        let changed = levels.filter_map(|((sku, level), offer)| {
            let target = rule.should_show(located::of(located, channel, sku, level.available));
            let is_other = std::mem::replace(&mut offer.target, target) != target;
            let sells = sku.index() < beyond || !unsold.contains(&(channel, sku));
            (is_other && level.listed && sells).then_some(sku)
        });
        changed.collect()
    }

    /// Reads a SKU and its offers, for nothing but having them at hand.
    pub(super) fn look(&self, sku: SkuId) -> u64 {
        let (from, channels) = (sku.index() * self.channels.len(), self.channels.len());
        let row = self.offers.get(from..from + channels).unwrap_or_default();
        let level = self.source.get(sku.index()).map_or(0, |level| level.heard);
        row.iter().fold(level, |all, offer| all ^ offer.belief.0 as u64)
    }

    pub(super) fn knows(&self, sku: SkuId) -> bool {
        sku.index() < self.source.len()
    }

    pub(super) fn offer(&mut self, channel: ChannelId, sku: SkuId) -> Option<&mut OfferView> {
        self.sells(channel, sku)?;
        let place = sku.index() * self.channels.len() + channel.index();
        self.offers.get_mut(place)
    }

    fn habits(&self, channel: ChannelId) -> Option<Habits> {
        *self.channels.get(channel.index())?
    }

    /// A change has replaced the one that waited.
    pub(super) fn renew(&mut self, channel: ChannelId, sku: SkuId, kind: PushKind, now: At) {
        self.renewed.insert((channel, sku, kind), now);
    }

    /// Since when the change waits that is taken now, when it replaced one that waited before it.
    /// Forgotten by asking.
    pub(super) fn renewed(&mut self, channel: ChannelId, sku: SkuId, kind: PushKind) -> Option<At> {
        if self.renewed.is_empty() {
            return None;
        }
        self.renewed.remove(&(channel, sku, kind))
    }

    /// A SKU as the source tells it, and what the channel is believed to show of it.
    pub(super) fn level_and_offer(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
    ) -> Option<(&Level, &mut OfferView)> {
        self.sells(channel, sku)?;
        let place = sku.index() * self.channels.len() + channel.index();
        Some((self.source.get(sku.index())?, self.offers.get_mut(place)?))
    }

    /// What a stock notice means for a channel. `own` is the sale of its own that it tells of.
    pub(super) fn meaning(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        own: Option<Qty>,
        style: UpdateStyle,
        heard: Heard,
    ) -> Meaning {
        let available = self.source[sku.index()].available;
        let available = located::of(self.located.as_deref(), channel, sku, available);
        let Some(habits) = self.habits(channel) else { return Meaning::Nothing };
        let Some(offer) = self.offer(channel, sku) else { return Meaning::Nothing };
        let own = own.filter(|_| habits.own_sales == OwnSales::AtOnce);
        if let Some(change) = own {
            offer.take_in_own(change);
        }
        if heard == Heard::Newest {
            let before = std::mem::replace(&mut offer.target, habits.rule.should_show(available));
            if style == UpdateStyle::Absolute {
                // Under a cap the target can stand while own sales took the channel's offer down.
                let filled_up = own.is_some() && offer.belief != offer.target;
                let told = offer.target != before || filled_up;
                return if told { Meaning::Tell } else { Meaning::Nothing };
            }
            // Back and forth before anything was sent is told too: the channel then shows a
            // version that covers both.
            if own.is_none() && offer.target != before {
                return Meaning::Tell;
            }
        }
        // A notice that a newer one overtook may be of a change that the newer one hid: the
        // channel's own sale that followed it can leave nothing to correct. It is told all the
        // same, so that the channel is known to show a version that covers it.
        let overtaken = heard == Heard::Late && own.is_none();
        if overtaken && habits.rule.in_or_out {
            return Meaning::Tell;
        }
        if style != UpdateStyle::Absolute && (overtaken || offer.desired() != offer.belief) {
            return Meaning::Tell;
        }
        Meaning::Nothing
    }

    /// The channel itself took units off its offer (negative) or put them back, which the source
    /// will not tell.
    pub(super) fn sold(&mut self, channel: ChannelId, sku: SkuId, change: Qty) {
        let at_once = self.sells_at_once(channel);
        if let Some(offer) = self.offer(channel, sku).filter(|_| at_once) {
            offer.take_in_own(change);
        }
    }

    /// How stock is updated on a channel: what shows no quantity takes no difference.
    pub(super) fn style(&self, channel: ChannelId, style: UpdateStyle) -> UpdateStyle {
        let in_or_out = self.habits(channel).is_some_and(|habits| habits.rule.in_or_out);
        if in_or_out { UpdateStyle::Absolute } else { style }
    }

    /// Whether the channel takes its own sales off its offer by itself.
    pub(super) fn sells_at_once(&self, channel: ChannelId) -> bool {
        self.habits(channel).is_some_and(|habits| habits.own_sales == OwnSales::AtOnce)
    }

    /// Whether the channel is believed to store something else than it should.
    pub(super) fn disagrees(&mut self, channel: ChannelId, sku: SkuId) -> bool {
        self.offer(channel, sku).is_some_and(|offer| offer.desired() != offer.belief)
    }
}

impl OfferView {
    /// The channel's own sale (negative) or release, now heard from the source.
    fn take_in_own(&mut self, change: Qty) {
        let sold = -change.0;
        let known = if sold > 0 {
            sold.min(self.unheard.0.max(0))
        } else {
            sold.max(self.unheard.0.min(0))
        };
        self.unheard -= Qty(known);
        self.belief -= Qty(sold - known);
        self.own_sales += Qty(sold - known);
    }

    /// The change to send now, so that the offer comes to what was aimed at when the update was
    /// taken, and what is believed once it has arrived. Own sales heard of since then stay.
    pub(super) fn word(&mut self, style: UpdateStyle, aim: Qty) -> Change {
        let before = self.belief;
        match style {
            UpdateStyle::Absolute => {
                self.belief = aim;
                Change::Absolute(aim)
            }
            UpdateStyle::Delta => {
                self.belief = aim - self.own_sales;
                Change::Delta(self.belief - before)
            }
            UpdateStyle::CompareAndSet => {
                self.belief = aim - self.own_sales;
                Change::CompareAndSet { expect: before, to: self.belief }
            }
        }
    }

    /// The change that brings the offer to what it should be, whatever it is now.
    pub(super) fn reset(&mut self) -> Change {
        (self.belief, self.unheard) = (self.target, Qty::ZERO);
        Change::Absolute(self.target)
    }

    /// The change of an update that a newer one has overtaken, and that is sent all the same: it
    /// leaves what the newer one brought. None where it would bring the old value back.
    pub(super) fn word_nothing(&self, style: UpdateStyle) -> Option<Change> {
        match style {
            UpdateStyle::Absolute => None,
            UpdateStyle::Delta => Some(Change::Delta(Qty::ZERO)),
            UpdateStyle::CompareAndSet => {
                Some(Change::CompareAndSet { expect: self.belief, to: self.belief })
            }
        }
    }

    /// The listing to publish now, at this price, and what is believed once it is on sale.
    pub(super) fn word_listing(&mut self, price: Money, aim: Qty) -> Change {
        self.belief = aim - self.own_sales;
        Change::Publish { price, qty: self.belief }
    }

    /// The change was definitely not carried out.
    pub(super) fn take_back(&mut self, change: Change) {
        match change {
            Change::Delta(by) => self.belief -= by,
            Change::CompareAndSet { expect, to } => self.belief -= to - expect,
            Change::Absolute(_) | Change::Price(_) | Change::Publish { .. } => {}
        }
    }

    /// A compare-and-set met `have` where something else is believed: the difference was sold
    /// there and the source has not told yet. Believed *now*: the source may have told while the
    /// reply was on its way, and what it told must not be counted twice.
    pub(super) fn meet(&mut self, have: Qty) {
        self.unheard += self.belief - have;
        self.belief = have;
    }
}

#[cfg(test)]
mod tests;
