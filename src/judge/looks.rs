//! Owns what looks as if somebody had acted on a channel by means of their own, from what an
//! outside party wrote there: its stock set to nothing, its updates stopped. Must not judge by it,
//! nor say that it was so: a record shows what came of an act, not who acted.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::judgement::{LooksAs, LooksLike};
use crate::ids::{ChannelId, SkuId};
use crate::units::{At, Span};

/// Offers that are set to nothing within so long …
const STRETCH: Span = Span::from_secs(300);
/// … are set so together when they are so many, …
const OFFERS_MIN: usize = 10;
/// … and so many in a hundred of those that the rule gives something to offer.
const SHARE: usize = 90;
/// So many changes must wait for a channel, …
const CHANGES_MIN: u32 = 10;
/// … for so long, and twice as long as any did before, …
const SILENCE_MIN: Span = Span::from_secs(300);
/// … after so many calls, before updates have stopped.
const CALLS_MIN: u64 = 20;
/// So many are told.
const TOLD_MAX: usize = 100;

/// What was seen of every channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Looks {
    channels: Vec<Seen>,
    told: Vec<LooksAs>,
}

/// What was seen of a channel.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// Offers that were set to nothing although the rule gives them something, and when.
    emptied: FxHashMap<SkuId, At>,
    /// So many must be empty before it is looked again whether they are nearly all.
    look_at: usize,
    /// Which of those told has emptied it, and how many offers.
    empty: Option<(usize, usize)>,
    /// The first change since the last call, and how many there were.
    waits_since: Option<At>,
    waiting: u32,
    /// The longest that a change ever waited for a call.
    longest: Span,
    calls: u64,
}

impl Seen {
    /// When offers began to be set to nothing, and how many were in one stretch up to now.
    fn together(&self, now: At) -> Option<(At, usize)> {
        let stretch = || self.emptied.values().filter(|at| now.since(**at) <= STRETCH);
        stretch().min().map(|from| (*from, stretch().count()))
    }

    /// A silence that ends now, if it is one.
    fn silence(&mut self, now: At) -> Option<At> {
        let since = self.waits_since.take()?;
        let waited = now.since(since);
        let is_long = waited >= SILENCE_MIN && waited.0 / 2 >= self.longest.0;
        let stopped = is_long && self.waiting >= CHANGES_MIN && self.calls >= CALLS_MIN;
        self.longest = self.longest.max(waited);
        self.waiting = 0;
        stopped.then_some(since)
    }
}

impl Looks {
    pub(super) fn new(channels: usize) -> Looks {
        Looks { channels: vec![Seen::default(); channels], told: Vec::new() }
    }

    /// A channel must show something else than before.
    pub(super) fn changed(&mut self, channel: ChannelId, now: At) {
        let seen = &mut self.channels[channel.index()];
        seen.waits_since.get_or_insert(now);
        seen.waiting = seen.waiting.saturating_add(1);
    }

    /// The connector called a channel.
    pub(super) fn called(&mut self, channel: ChannelId, now: At) {
        let seen = &mut self.channels[channel.index()];
        let silence = seen.silence(now);
        seen.calls += 1;
        if let Some(from) = silence {
            self.tell(channel, LooksLike::CallsStopped, from, Some(now));
        }
    }

    /// It set an offer to something.
    pub(super) fn filled(&mut self, channel: ChannelId, sku: SkuId, now: At) {
        let seen = &mut self.channels[channel.index()];
        if seen.emptied.remove(&sku).is_none() {
            return;
        }
        if let Some((told, _)) = seen.empty.filter(|(_, of)| seen.emptied.len() < of / 2) {
            (seen.empty, seen.look_at) = (None, 0);
            // Beyond the most that are told there is nothing to end.
            if let Some(told) = self.told.get_mut(told) {
                told.until = Some(now);
            }
        }
    }

    /// It set an offer to nothing although the rule gives it something; `worthwhile`: how many
    /// offers of the channel it does.
    pub(super) fn emptied(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        now: At,
        worthwhile: impl FnOnce() -> usize,
    ) {
        let seen = &mut self.channels[channel.index()];
        seen.emptied.entry(sku).or_insert(now);
        let so_far = seen.emptied.len();
        if let Some((_, offers)) = &mut seen.empty {
            *offers = so_far.max(*offers);
            return;
        }
        if so_far < seen.look_at.max(OFFERS_MIN) {
            return;
        }
        seen.look_at = so_far + so_far / 4;
        let Some((from, offers)) = seen.together(now) else { return };
        if offers >= OFFERS_MIN && offers * 100 >= worthwhile() * SHARE {
            seen.empty = Some((self.told.len(), offers));
            self.tell(channel, LooksLike::StockZeroed, from, None);
        }
    }

    fn tell(&mut self, channel: ChannelId, like: LooksLike, from: At, until: Option<At>) {
        if self.told.len() < TOLD_MAX {
            self.told.push(LooksAs { channel, like, from, until });
        }
    }

    /// All of it in order, when observation ends then.
    pub(super) fn told(&self, end: At) -> Vec<LooksAs> {
        let mut all = self.clone();
        for place in 0..self.channels.len() {
            if let Some(from) = all.channels[place].silence(end) {
                all.tell(ChannelId(place as u16), LooksLike::CallsStopped, from, None);
            }
        }
        all.told.sort_by_key(|looks| (looks.from, looks.channel, Reverse(looks.until)));
        all.told
    }
}

#[cfg(test)]
#[path = "looks_tests.rs"]
mod tests;
