//! Owns lag: how long a change at the source takes to be seen at a channel, for stock, prices and
//! listings alike. Must not know which changes are samples; `fold` decides that.
//!
//! A lag is interval-censored: it lies between the last look that missed the change and the first
//! that showed it, and one never seen is longer than anybody looked. It never drops out.

mod ages;
mod look;

use std::collections::VecDeque;

use super::chains::{Chain, Chains};
use super::change::{Change, Lag};
use super::recent::Recent;
use super::tally::LagTally;
use crate::history::charter::Charter;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Span};
use ages::is_unshown;

/// A track with this many changes waiting retires those that are late beyond doubt.
const WAITING_SOFT_MAX: usize = 256;
/// … and beyond this many it retires the oldest as "longer than its age".
const WAITING_HARD_MAX: usize = 1_024;
/// The oldest-first queue drops settled entries when it has grown to twice its last size plus this.
const QUEUE_SLACK: usize = 65_536;

/// What a channel shows of one SKU, and what it has yet to.
/// One line of the processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Track {
    version: Version,
    /// Since when it is shown; never: no version is known to be.
    shown_at: At,
    waiting: Chain,
    /// The start of the oldest change not shown, retired ones included; [`At::NEVER`]: all shown.
    stale_since: At,
    /// The newest version that it fell back from after that had settled, and when; never: it has
    /// not, or has come back.
    fell: (Version, At),
    /// Shown, and not yet for as long as the flap window.
    settling: Chain,
}

impl Default for Track {
    fn default() -> Track {
        Track {
            version: Version(0),
            shown_at: At::NEVER,
            waiting: Chain::default(),
            stale_since: At::NEVER,
            fell: (Version(0), At::NEVER),
            settling: Chain::default(),
        }
    }
}

const _: () = assert!(size_of::<Track>() == 64, "a track is one line");

impl Track {
    fn shown(&self) -> Option<Version> {
        (self.shown_at != At::NEVER).then_some(self.version)
    }

    fn shows(&mut self, version: Version, now: At) {
        if self.shown() != Some(version) {
            (self.version, self.shown_at) = (version, now);
        }
    }
}

/// What a look at a channel meant besides settling changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing out of order.
    Forward,
    /// An older version while a newer one was settling: it had never settled.
    Reopened,
    /// An older version after a newer one had settled.
    Regression,
}

/// Every channel's lag of one kind.
#[derive(Clone, Debug)]
pub(super) struct LagBook {
    flaps: Vec<Span>,
    limits: [Span; 3],
    /// By SKU, then channel; grows with the SKUs met.
    tracks: Vec<Track>,
    /// What tracks wait for, …
    waiting: Chains<Change>,
    /// … and what settles on them: since when, and its lag at least.
    settling: Chains<(Change, Span, At)>,
    tallies: Vec<LagTally>,
    /// Lags that have become certain since [`LagBook::take_ripe`].
    ripe: Vec<Lag>,
    /// Changes in order of their start, settled ones dropped lazily: the oldest unshown one.
    queues: Vec<Queue>,
    /// Lags as they are seen, by channel.
    recent: Vec<Recent>,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    changes: VecDeque<(At, u32, Version)>,
    compact_at: usize,
}

impl LagBook {
    pub(super) fn new(charter: &Charter, limits: [Span; 3]) -> LagBook {
        let channels = charter.channels.len();
        LagBook {
            flaps: charter.channels.iter().map(|c| c.flap).collect(),
            limits,
            tracks: Vec::new(),
            waiting: Chains::default(),
            settling: Chains::default(),
            tallies: vec![LagTally::default(); channels],
            ripe: Vec::new(),
            queues: vec![Queue::default(); channels],
            recent: vec![Recent::default(); channels],
        }
    }

    /// The source changed something that `channel` should show.
    pub(super) fn changed(&mut self, channel: ChannelId, sku: SkuId, change: Change, now: At) {
        let limit = self.limits[1];
        let place = self.track(channel, sku);
        let track = &mut self.tracks[place];
        // Nobody shows what is not issued: what was seen before as new as that is another's count.
        if track.version >= change.version {
            track.shown_at = At::NEVER;
        }
        track.stale_since = track.stale_since.min(change.start);
        self.waiting.push_back(&mut track.waiting, change);
        let len = track.waiting.len();
        if len > WAITING_SOFT_MAX {
            let front = *self.waiting.front(&track.waiting).expect("something waits");
            let age = now.since(front.start);
            if len > WAITING_HARD_MAX || age > limit {
                self.waiting.pop_front(&mut track.waiting);
                self.finish(Lag { channel, change: front, low: Some(age), high: None });
            }
        }
        self.enqueue(channel, sku, change);
    }

    /// `channel` shows `version`; `missed` is the last look that did not show it.
    pub(super) fn shown(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        now: At,
        missed: Option<At>,
    ) -> Look {
        self.ripen(channel, sku, now);
        let flap = self.flaps[channel.index()];
        let place = self.track(channel, sku);
        let track = &mut self.tracks[place];
        let mut look = Look::Forward;
        if track.shown().is_some_and(|shown| version < shown) {
            look = if track.shown_at + flap < now { Look::Regression } else { Look::Reopened };
            if look == Look::Regression && track.fell.1 == At::NEVER {
                track.fell = (track.version, now);
            }
            let newer = |(change, ..): &(Change, Span, At)| change.version > version;
            while self.settling.back(&track.settling).is_some_and(newer) {
                let back = self.settling.pop_back(&mut track.settling);
                let (change, ..) = back.expect("a back that was just seen");
                self.waiting.push_front(&mut track.waiting, change);
            }
        }
        if track.fell.0 <= version {
            track.fell.1 = At::NEVER;
        }
        track.shows(version, now);
        self.settle(place, version, now, missed);
        look
    }

    /// `channel` shows `version`, which is due although a newer one was shown before (a price
    /// whose turn has come): nothing is contradicted.
    pub(super) fn took_turn(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        now: At,
        missed: Option<At>,
    ) {
        self.ripen(channel, sku, now);
        let place = self.track(channel, sku);
        let track = &mut self.tracks[place];
        track.shows(version, now);
        self.settle(place, version, now, missed);
    }

    /// The version that `channel` is known to show.
    pub(super) fn version_shown(&self, channel: ChannelId, sku: SkuId) -> Option<Version> {
        self.tracks.get(sku.index() * self.flaps.len() + channel.index())?.shown()
    }

    /// Whether that is the version that `channel` shows, …
    pub(super) fn shows(&self, channel: ChannelId, sku: SkuId, version: Version) -> bool {
        self.version_shown(channel, sku) == Some(version)
    }

    /// … for longer than the flap window.
    pub(super) fn has_settled(
        &self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        now: At,
    ) -> bool {
        let flap = self.flaps[channel.index()];
        let track = self.tracks.get(sku.index() * self.flaps.len() + channel.index());
        self.shows(channel, sku, version) && track.is_some_and(|t| t.shown_at + flap < now)
    }

    /// `channel` showed a version and gave it up: showing it again is a change of its own.
    pub(super) fn lost(&mut self, channel: ChannelId, sku: SkuId, change: Change, now: At) {
        let place = self.track(channel, sku);
        self.tracks[place].shown_at = At::NEVER;
        self.changed(channel, sku, change, now);
    }

    /// Starts without a lag: what stood there when the campaign began.
    pub(super) fn opened(&mut self, channel: ChannelId, sku: SkuId, version: Version, now: At) {
        let place = self.track(channel, sku);
        let track = &mut self.tracks[place];
        (track.version, track.shown_at) = (version, now);
    }

    /// Since when the SKU's offer there is older than the watch edge, when it is.
    pub(super) fn stuck_since(&self, channel: ChannelId, sku: SkuId, now: At) -> Option<At> {
        let track = self.tracks.get(sku.index() * self.flaps.len() + channel.index())?;
        let since = track.stale_since.min(track.fell.1);
        (since < now && now.since(since) > self.limits[1]).then_some(since)
    }

    /// Whether an age is beyond the watch edge.
    pub(super) fn is_beyond_watch(&self, age: Span) -> bool {
        age > self.limits[1]
    }

    /// Whether a change of the SKU waits to be shown there.
    pub(super) fn awaits(&self, channel: ChannelId, sku: SkuId) -> bool {
        // Asked of every offer that is shown, and nearly always of a book in which nothing waits.
        if self.waiting.is_empty() {
            return false;
        }
        let track = self.tracks.get(sku.index() * self.flaps.len() + channel.index());
        track.is_some_and(|track| !track.waiting.is_empty())
    }

    /// Lags that have become certain since the last call.
    pub(super) fn take_ripe(&mut self, each: impl FnMut(&Lag)) {
        self.ripe.iter().for_each(each);
        self.ripe.clear();
    }

    /// The tallies as they are when observation ends at `end`, and every lag not yet ripe.
    pub(super) fn closed(&self, end: At, quiet: bool, mut each: impl FnMut(&Lag)) -> Vec<LagTally> {
        let mut tallies = self.tallies.clone();
        let channels = self.flaps.len();
        for (i, track) in self.tracks.iter().enumerate() {
            let channel = ChannelId((i % channels) as u16);
            let settled = self
                .settling
                .iter(&track.settling)
                .map(|&(change, low, at)| (change, Some(low), Some(at.since(change.start))));
            // A change due after the end is no sample: nobody could look.
            let waiting = self.waiting.iter(&track.waiting).filter(|change| change.start <= end);
            let unseen =
                waiting.map(|&change| (change, (!quiet).then(|| end.since(change.start)), None));
            for (change, low, high) in settled.chain(unseen) {
                let lag = Lag { channel, change, low, high };
                tallies[channel.index()].add(&lag, &self.limits);
                each(&lag);
            }
        }
        tallies
    }

    fn ripen(&mut self, channel: ChannelId, sku: SkuId, now: At) {
        let flap = self.flaps[channel.index()];
        let place = self.track(channel, sku);
        loop {
            match self.settling.front(&self.tracks[place].settling) {
                Some(&(change, low, at)) if at + flap < now => {
                    self.settling.pop_front(&mut self.tracks[place].settling);
                    let high = Some(at.since(change.start));
                    self.finish(Lag { channel, change, low: Some(low), high });
                }
                _ => return,
            }
        }
    }

    fn finish(&mut self, lag: Lag) {
        self.tallies[lag.channel.index()].add(&lag, &self.limits);
        self.ripe.push(lag);
    }

    fn enqueue(&mut self, channel: ChannelId, sku: SkuId, change: Change) {
        let channels = self.flaps.len();
        let (queue, tracks) = (&mut self.queues[channel.index()], &self.tracks);
        queue.changes.push_back((change.start, sku.0, change.version));
        if queue.changes.len() > queue.compact_at.max(QUEUE_SLACK) {
            queue
                .changes
                .retain(|&(_, sku, version)| is_unshown(tracks, channels, channel, sku, version));
            queue.compact_at = 2 * queue.changes.len() + QUEUE_SLACK;
        }
    }

    /// The place of a track.
    fn track(&mut self, channel: ChannelId, sku: SkuId) -> usize {
        let channels = self.flaps.len();
        let needed = (sku.index() + 1) * channels;
        if self.tracks.len() < needed {
            self.tracks.resize_with(needed, Track::default);
        }
        sku.index() * channels + channel.index()
    }

    /// Changes that `version` covers begin to settle.
    fn settle(&mut self, place: usize, version: Version, now: At, missed: Option<At>) {
        let recent = &mut self.recent[place % self.flaps.len()];
        let low = |change: &Change| missed.unwrap_or(now).min(now).since(change.start);
        let track = &mut self.tracks[place];
        let (waiting, settling) = (&mut self.waiting, &mut self.settling);
        let there = |change: &Change| change.version <= version && change.start <= now;
        while waiting.front(&track.waiting).is_some_and(there) {
            let front = waiting.pop_front(&mut track.waiting);
            let change = front.expect("a front that was just seen");
            recent.record(now.since(change.start), now);
            settling.push_back(&mut track.settling, (change, low(&change), now));
        }
        // What is left in front is not due yet (prices): of that only the version itself is there,
        // early, which makes its lag zero. Changes behind it may be due all the same.
        if waiting.front(&track.waiting).is_some_and(|c| c.version <= version) {
            let settled = &mut track.settling;
            waiting.retain(&mut track.waiting, |c| {
                let there = c.version == version || (c.version < version && c.start <= now);
                if there {
                    recent.record(now.since(c.start), now);
                    settling.push_back(settled, (*c, low(c), now));
                }
                !there
            });
        }
        track.stale_since = waiting.front(&track.waiting).map_or(At::NEVER, |front| front.start);
    }
}

#[cfg(test)]
#[path = "lag_tests.rs"]
mod tests;
