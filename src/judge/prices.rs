//! Owns which price was valid when: what a sale was charged, prices charged early, price parity.
//! Must not know how long a price takes to arrive (`lag`).
//!
//! The intended price on a channel at a moment is the one that became due there last; of two due at
//! the same moment, the newer version.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::breaches::Breaches;
use super::judgement::{Mischarge, Witness};
use super::pricelist::{Point, TooMany, add, segments};
use super::tills::Tills;
use crate::history::charter::Charter;
use crate::history::fact::Line;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

#[derive(Clone, Copy, Debug, Default)]
struct Tag {
    charged: Option<Money>,
    since: At,
}

/// Time at the intended price, of all time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parity {
    pub(super) right_us: u64,
    pub(super) all_us: u64,
}

/// A stretch of time in which a channel charged one price for a SKU while one was intended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) channel: ChannelId,
    pub(super) from: At,
    pub(super) until: At,
    /// They were the same.
    pub(super) right: bool,
}

/// What a line was charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charge {
    /// Nothing is known of the SKU's prices.
    Unknown,
    /// A price that was valid within the grace before.
    Right,
    /// None such; how far off the intended one, over the line, and by which mistake, where its
    /// channel converts prices.
    Wrong(Money, Option<Mischarge>),
}

/// What a channel charges, against the source's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charging {
    /// The intended price.
    Intended,
    /// One that is not due yet.
    Early,
    /// One that was due before the intended one.
    Older,
    /// A version that the source never set, or another amount than it set for it.
    Nothing,
}

/// Prices of every SKU met.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    grace: Span,
    channels: usize,
    pub(super) tills: Tills,
    /// By SKU: in order of start, then version.
    schedules: Vec<VecDeque<Point>>,
    /// Those of SKUs of which a channel had a price of its own: every channel has its own then.
    apart: FxHashMap<(ChannelId, SkuId), VecDeque<Point>>,
    /// By SKU, then channel.
    tags: Vec<Tag>,
    parity: Vec<Parity>,
    pub(super) early: Breaches,
}

impl Prices {
    pub(super) fn new(charter: &Charter) -> Prices {
        let channels = charter.channels.len();
        Prices {
            grace: charter.promises.price_grace,
            channels,
            tills: Tills::new(charter),
            schedules: Vec::new(),
            apart: FxHashMap::default(),
            tags: Vec::new(),
            parity: vec![Parity::default(); channels],
            early: Breaches::new(channels),
        }
    }

    /// The source set a price that is due at `start`, on one channel or on all, unless the list is
    /// too long: of prices to come, or of those in force within the grace. One set to hold at once
    /// is never ahead.
    pub(super) fn set(
        &mut self,
        (sku, of): (SkuId, Option<ChannelId>),
        (version, price): (Version, Money),
        start: At,
        now: At,
        mut each: impl FnMut(Stretch),
    ) -> Result<(), TooMany> {
        self.grow(sku);
        for channel in 0..self.channels {
            self.advance(ChannelId(channel as u16), sku, now, &mut each);
        }
        if of.is_some() {
            self.part(sku);
        }
        let (point, grace) = (Point { start, version, price }, self.grace);
        if !self.is_apart(sku) {
            return add(&mut self.schedules[sku.index()], point, grace, now);
        }
        let all = (0..self.channels).map(|channel| ChannelId(channel as u16));
        for channel in all.filter(|channel| of.is_none_or(|of| of == *channel)) {
            if let Some(schedule) = self.apart.get_mut(&(channel, sku)) {
                add(schedule, point, grace, now)?;
            }
        }
        Ok(())
    }

    /// From now on every channel has its own list of a SKU's prices.
    fn part(&mut self, sku: SkuId) {
        if self.is_apart(sku) {
            return;
        }
        let shared = std::mem::take(&mut self.schedules[sku.index()]);
        for channel in 0..self.channels {
            self.apart.insert((ChannelId(channel as u16), sku), shared.clone());
        }
    }

    fn is_apart(&self, sku: SkuId) -> bool {
        !self.apart.is_empty() && self.apart.contains_key(&(ChannelId(0), sku))
    }

    /// A SKU's prices on a channel; none: nothing was ever said of the SKU.
    fn of(&self, channel: ChannelId, sku: SkuId) -> Option<&VecDeque<Point>> {
        if !self.apart.is_empty()
            && let Some(own) = self.apart.get(&(channel, sku))
        {
            return Some(own);
        }
        self.schedules.get(sku.index())
    }

    /// A channel charges this price from now on.
    pub(super) fn charged(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        price: Money,
        w: Witness,
        mut each: impl FnMut(Stretch),
    ) {
        self.grow(sku);
        self.advance(channel, sku, w.at, &mut each);
        let own = self.apart.get_mut(&(channel, sku));
        let schedule = own.unwrap_or(&mut self.schedules[sku.index()]);
        let is_the_sources = !self.tills.converts(channel);
        if is_the_sources && schedule.iter().all(|p| p.version > version && p.start > At::START) {
            // A price older than all the source was seen to set: it stood there from the start.
            schedule.push_front(Point { start: At::START, version, price });
        }
        self.early.checked += 1;
        let due = schedule.iter().rev().find(|p| p.version == version).map(|p| p.start);
        let charges = |p: &Point| self.tills.charges(channel, p.price);
        let valid = || schedule.iter().any(|p| charges(p) == price && p.start <= w.at);
        if due.is_some_and(|due| due > w.at) && !valid() {
            self.early.note(w, Some(channel), None, Qty::ZERO, Money::ZERO);
        }
        let cell = sku.index() * self.channels + channel.index();
        self.tags[cell] = Tag { charged: Some(price), since: w.at };
    }

    /// Reads the price list of a SKU, for nothing but having it at hand.
    pub(super) fn look(&self, sku: SkuId) -> u64 {
        let first = self.schedules.get(sku.index()).and_then(VecDeque::front);
        first.map_or(0, |point| point.price.0 as u64)
    }

    /// Whether an accepted line was charged a price that was valid within the grace before it; one
    /// that ended exactly a grace ago still is.
    pub(super) fn sold(&self, channel: ChannelId, line: &Line, now: At) -> Charge {
        let Some(schedule) = self.of(channel, line.sku).filter(|s| !s.is_empty()) else {
            return Charge::Unknown;
        };
        let from = At(now.0.saturating_sub(self.grace.0));
        let tills = &self.tills;
        let valid = segments(schedule, schedule.partition_point(|p| p.start < from))
            .filter(|(p, end)| p.start <= now && *end >= from)
            .map(|(p, _)| p.price);
        if valid.clone().any(|set| tills.charges(channel, set) == line.price) {
            return Charge::Right;
        }
        let intended = self.intended_now(channel, line.sku, now);
        let intended = intended.map_or(line.price, |(_, price)| price);
        let off = Money((line.price - intended).0.saturating_abs());
        let why = tills.why(channel, line.price, &valid, schedule.iter().map(|p| p.price));
        Charge::Wrong(tills.worth(channel, off).times(line.qty), why)
    }

    /// The price version that should be charged now.
    pub(super) fn intended_version(
        &self,
        channel: ChannelId,
        sku: SkuId,
        now: At,
    ) -> Option<Version> {
        let schedule = self.of(channel, sku)?;
        schedule.iter().rev().find(|p| p.start <= now).map(|p| p.version)
    }

    /// What charging this amount under this version means. Of a version long past nobody knows the
    /// amount any more.
    pub(super) fn charging(
        &self,
        (channel, sku): (ChannelId, SkuId),
        version: Version,
        price: Money,
        now: At,
    ) -> Charging {
        let Some(schedule) = self.of(channel, sku) else { return Charging::Nothing };
        let is_intended = self.intended_version(channel, sku, now) == Some(version);
        match schedule.iter().rev().find(|p| p.version == version) {
            Some(set)
                if self.tills.charges(channel, set.price) != price
                    && (is_intended || set.start > now) =>
            {
                Charging::Nothing
            }
            Some(_) if is_intended => Charging::Intended,
            Some(set) if set.start > now => Charging::Early,
            None if schedule.front().is_some_and(|oldest| oldest.version < version) => {
                Charging::Nothing
            }
            _ => Charging::Older,
        }
    }

    /// The version that a price stems from, of those up to one: the one that is due last, else the
    /// newest; none: no such price was set.
    pub(super) fn stems(
        &self,
        (channel, sku): (ChannelId, SkuId),
        price: Money,
        known: Version,
        now: At,
    ) -> Option<Version> {
        let schedule = self.of(channel, sku)?;
        let is_so = |p: &&Point| self.tills.charges(channel, p.price) == price;
        let mut set = schedule.iter().rev().filter(|p| p.version <= known).filter(is_so);
        let newest = set.clone().map(|p| p.version).max();
        set.find(|p| p.start <= now).map(|p| p.version).or(newest)
    }

    /// Whether any price of a SKU is known.
    pub(super) fn is_known(&self, channel: ChannelId, sku: SkuId) -> bool {
        self.of(channel, sku).is_some_and(|schedule| !schedule.is_empty())
    }

    /// The newest version of those that have become due, wherever; 0: none has.
    pub(super) fn newest_due(&self, sku: SkuId, now: At) -> Version {
        let due = self.each(sku).flatten().filter(|p| p.start <= now).map(|p| p.version);
        due.max().unwrap_or_default()
    }

    /// Whether the source has set this price under that version, or one so old that nobody knows
    /// its amount any more.
    pub(super) fn was_set(&self, sku: SkuId, version: Version, price: Money) -> bool {
        let mut set = self.each(sku).flatten().filter(|p| p.version == version);
        match set.next() {
            Some(set) => set.price == price,
            None => self.each(sku).flatten().any(|p| p.version > version),
        }
    }

    /// Every list of a SKU's prices: one for all channels, or one for each.
    fn each(&self, sku: SkuId) -> impl Iterator<Item = &VecDeque<Point>> {
        let apart = if self.is_apart(sku) { self.channels } else { 1 };
        (0..apart).filter_map(move |channel| self.of(ChannelId(channel as u16), sku))
    }

    /// What a channel charges, where it was seen to.
    pub(super) fn charged_now(&self, channel: ChannelId, sku: SkuId) -> Option<Money> {
        let tag = self.tags.get(sku.index() * self.channels + channel.index())?;
        tag.charged
    }

    /// The price that a channel should charge, and since when.
    pub(super) fn intended_now(
        &self,
        channel: ChannelId,
        sku: SkuId,
        now: At,
    ) -> Option<(At, Money)> {
        let schedule = self.of(channel, sku)?;
        let set = schedule.iter().rev().find(|p| p.start <= now)?;
        Some((set.start, self.tills.charges(channel, set.price)))
    }

    /// Parity of each channel when observation ends at `end`, and every stretch still open.
    pub(super) fn closed(&self, end: At, mut each: impl FnMut(Stretch)) -> Vec<Parity> {
        let mut parity = self.parity.clone();
        for (sku, tags) in (0..).map(SkuId).zip(self.tags.chunks(self.channels)) {
            for (channel, tag) in (0..).map(ChannelId).zip(tags) {
                let Some(schedule) = self.of(channel, sku) else { continue };
                accrue((channel, &self.tills), *tag, schedule, end, |stretch| {
                    parity[channel.index()].add(stretch);
                    each(stretch);
                });
            }
        }
        parity
    }

    fn advance(&mut self, channel: ChannelId, sku: SkuId, now: At, mut each: impl FnMut(Stretch)) {
        let tag = &mut self.tags[sku.index() * self.channels + channel.index()];
        let own = self.apart.get(&(channel, sku));
        let schedule = own.unwrap_or(&self.schedules[sku.index()]);
        let parity = &mut self.parity[channel.index()];
        accrue((channel, &self.tills), *tag, schedule, now, |stretch| {
            parity.add(stretch);
            each(stretch);
        });
        tag.since = tag.since.max(now);
    }

    fn grow(&mut self, sku: SkuId) {
        if self.schedules.len() <= sku.index() {
            self.schedules.resize_with(sku.index() + 1, VecDeque::new);
            self.tags.resize_with((sku.index() + 1) * self.channels, Tag::default);
        }
    }
}

impl Parity {
    fn add(&mut self, stretch: Stretch) {
        let us = stretch.until.since(stretch.from).0;
        self.all_us = self.all_us.saturating_add(us);
        if stretch.right {
            self.right_us = self.right_us.saturating_add(us);
        }
    }
}

fn accrue(
    (channel, tills): (ChannelId, &Tills),
    tag: Tag,
    schedule: &VecDeque<Point>,
    until: At,
    mut each: impl FnMut(Stretch),
) {
    let Some(charged) = tag.charged else { return };
    let begun = schedule.partition_point(|p| p.start <= tag.since);
    for (point, end) in segments(schedule, begun) {
        let (from, until) = (point.start.max(tag.since), end.min(until));
        if from < until {
            let right = tills.charges(channel, point.price) == charged;
            each(Stretch { channel, from, until, right });
        }
    }
}
