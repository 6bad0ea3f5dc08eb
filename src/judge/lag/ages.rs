//! Owns what is not shown yet and how old it is, and the running lag that is made of it.
//! Must not change what is known of a change.

use super::{LagBook, Track};
use crate::ids::{ChannelId, Version};
use crate::judge::hist::Hist;
use crate::units::{At, Span};

impl LagBook {
    /// The start of the oldest change that `channel` has not shown.
    pub(in crate::judge) fn oldest_unshown(&mut self, channel: ChannelId) -> Option<At> {
        let channels = self.flaps.len();
        let queue = &mut self.queues[channel.index()];
        let tracks = &self.tracks;
        while let Some(&(start, sku, version)) = queue.changes.front() {
            if is_unshown(tracks, channels, channel, sku, version) {
                return Some(start);
            }
            queue.changes.pop_front();
        }
        None
    }

    /// The same, without forgetting what has been shown since the last window.
    pub(in crate::judge) fn peek_oldest(&self, channel: ChannelId) -> Option<At> {
        let channels = self.flaps.len();
        let mut changes = self.queues[channel.index()].changes.iter();
        changes
            .find(|(_, sku, version)| is_unshown(&self.tracks, channels, channel, *sku, *version))
            .map(|&(start, ..)| start)
    }

    /// Ages of changes due by `now` that their channel has not shown.
    pub(in crate::judge) fn unshown(&self, now: At) -> impl Iterator<Item = Span> {
        let channels = 0..self.flaps.len();
        channels.flat_map(move |channel| self.unshown_on(ChannelId(channel as u16), now))
    }

    /// The same of one channel.
    pub(in crate::judge) fn unshown_on(
        &self,
        channel: ChannelId,
        now: At,
    ) -> impl Iterator<Item = Span> {
        let (channels, tracks) = (self.flaps.len(), &self.tracks);
        let changes = self.queues[channel.index()].changes.iter();
        let unshown = changes.filter(move |&&(start, sku, version)| {
            start <= now && is_unshown(tracks, channels, channel, sku, version)
        });
        unshown.map(move |&(start, ..)| now.since(start))
    }

    /// What the running lag of a channel is made of: lags seen in the last minutes, and the age of
    /// each change that is due and not shown.
    pub(in crate::judge) fn running(&self, channel: ChannelId, now: At) -> Hist {
        let mut running = self.recent[channel.index()].seen(now);
        self.unshown_on(channel, now).for_each(|age| running.record(age));
        running
    }
}

pub(super) fn is_unshown(
    tracks: &[Track],
    channels: usize,
    channel: ChannelId,
    sku: u32,
    version: Version,
) -> bool {
    let track = &tracks[sku as usize * channels + channel.index()];
    track.shown().is_none_or(|shown| shown < version)
}
