//! Owns which price was valid when: mispriced orders, prices charged early, price parity.
//! Must not know how long a price takes to arrive (`lag`).
//!
//! The intended price at a moment is the one that became due last; of two due at the same moment,
//! the newer version.

use super::breaches::Breaches;
use super::judgement::Witness;
use crate::history::charter::Charter;
use crate::history::fact::Line;
use crate::ids::{ChannelId, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

/// A SKU may have this many prices set ahead or within the grace; more is not a price list.
pub(super) const POINTS_MAX: usize = 512;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    start: At,
    version: Version,
    price: Money,
}

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

/// Prices of every SKU met.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    grace: Span,
    channels: usize,
    /// By SKU: in order of start, then version.
    schedules: Vec<Vec<Point>>,
    /// By SKU, then channel.
    tags: Vec<Tag>,
    parity: Vec<Parity>,
    pub(super) mispriced: Breaches,
    pub(super) early: Breaches,
}

impl Prices {
    pub(super) fn new(charter: &Charter) -> Prices {
        let channels = charter.channels.len();
        Prices {
            grace: charter.promises.price_grace,
            channels,
            schedules: Vec::new(),
            tags: Vec::new(),
            parity: vec![Parity::default(); channels],
            mispriced: Breaches::new(channels),
            early: Breaches::new(channels),
        }
    }

    /// The source set a price that is due at `start`; false when the list is too long.
    pub(super) fn set(
        &mut self,
        sku: SkuId,
        version: Version,
        price: Money,
        start: At,
        now: At,
    ) -> bool {
        self.grow(sku);
        for channel in 0..self.channels {
            self.advance(ChannelId(channel as u16), sku, now);
        }
        let grace_from = At(now.0.saturating_sub(self.grace.0));
        let schedule = &mut self.schedules[sku.index()];
        let ended = schedule.iter().skip(1).take_while(|next| next.start < grace_from).count();
        schedule.drain(..ended);
        if schedule.len() >= POINTS_MAX {
            return false;
        }
        let point = Point { start, version, price };
        let place = schedule.partition_point(|p| (p.start, p.version) <= (start, version));
        schedule.insert(place, point);
        true
    }

    /// A channel charges this price from now on.
    pub(super) fn charged(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        price: Money,
        w: Witness,
    ) {
        self.grow(sku);
        self.advance(channel, sku, w.at);
        let schedule = &mut self.schedules[sku.index()];
        if schedule.iter().all(|p| p.version > version && p.start > At::START) {
            // A price older than all the source was seen to set: it stood there from the start.
            schedule.insert(0, Point { start: At::START, version, price });
        }
        self.early.checked += 1;
        let due = schedule.iter().find(|p| p.version == version).map(|p| p.start);
        let valid = schedule.iter().any(|p| p.price == price && p.start <= w.at);
        if due.is_some_and(|due| due > w.at) && !valid {
            self.early.note(w, Some(channel), None, Qty::ZERO, Money::ZERO);
        }
        let cell = sku.index() * self.channels + channel.index();
        self.tags[cell] = Tag { charged: Some(price), since: w.at };
    }

    /// Whether an accepted line was charged a price that was valid within the grace before it; one
    /// that ended exactly a grace ago still is.
    pub(super) fn sold(&mut self, order: OrderId, line: &Line, w: Witness) {
        let Some(schedule) = self.schedules.get(line.sku.index()).filter(|s| !s.is_empty()) else {
            return;
        };
        self.mispriced.checked += 1;
        let from = At(w.at.0.saturating_sub(self.grace.0));
        let valid = segments(schedule)
            .any(|(p, end)| p.price == line.price && p.start <= w.at && end >= from);
        if !valid {
            let intended = intended(schedule, w.at).unwrap_or(line.price);
            let off = Money((line.price - intended).0.saturating_abs()).times(line.qty);
            self.mispriced.note_order(w, order, line.qty, off);
        }
    }

    /// The price version that should be charged now.
    pub(super) fn intended_version(&self, sku: SkuId, now: At) -> Option<Version> {
        let schedule = self.schedules.get(sku.index())?;
        schedule.iter().rev().find(|p| p.start <= now).map(|p| p.version)
    }

    /// Parity of a channel when observation ends at `end`.
    pub(super) fn parity(&self, channel: ChannelId, end: At) -> Parity {
        let mut parity = self.parity[channel.index()];
        for (schedule, tags) in self.schedules.iter().zip(self.tags.chunks(self.channels)) {
            accrue(&mut parity, tags[channel.index()], schedule, end);
        }
        parity
    }

    fn advance(&mut self, channel: ChannelId, sku: SkuId, now: At) {
        let tag = &mut self.tags[sku.index() * self.channels + channel.index()];
        let (schedule, parity) = (&self.schedules[sku.index()], &mut self.parity[channel.index()]);
        accrue(parity, *tag, schedule, now);
        tag.since = tag.since.max(now);
    }

    fn grow(&mut self, sku: SkuId) {
        if self.schedules.len() <= sku.index() {
            self.schedules.resize_with(sku.index() + 1, Vec::new);
            self.tags.resize_with((sku.index() + 1) * self.channels, Tag::default);
        }
    }
}

/// Each price with the moment it stops being intended.
fn segments(schedule: &[Point]) -> impl Iterator<Item = (&Point, At)> {
    let ends = schedule.iter().skip(1).map(|next| next.start).chain([At::NEVER]);
    schedule.iter().zip(ends).filter(|(p, end)| p.start < *end)
}

fn intended(schedule: &[Point], now: At) -> Option<Money> {
    schedule.iter().rev().find(|p| p.start <= now).map(|p| p.price)
}

fn accrue(parity: &mut Parity, tag: Tag, schedule: &[Point], until: At) {
    let Some(charged) = tag.charged else { return };
    for (point, end) in segments(schedule) {
        let span = end.min(until).since(point.start.max(tag.since)).0;
        parity.all_us = parity.all_us.saturating_add(span);
        if point.price == charged {
            parity.right_us = parity.right_us.saturating_add(span);
        }
    }
}
