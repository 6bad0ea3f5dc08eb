//! Owns what shoppers were told, against what the channels' own journals say they did: told no and
//! sold to, told yes and not, sent away though nothing was wrong with the order; what was wanted.
//! Must not judge how much of it is too much.

use rustc_hash::FxHashMap;

use crate::history::fact::Outcome;
use crate::ids::{ChannelId, Intent};

const CHUNK: u64 = 64;

/// What is known of an intent, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Somebody asked for it, or would have.
    Asked,
    /// A call for it is under way.
    Open,
    /// Its caller was told that it was done, …
    Done,
    /// … that it definitely was not, …
    Refused,
    /// … or nothing that can be relied on.
    Unknown,
    /// A channel accepted it.
    Accepted,
    /// A channel turned it away, …
    TurnedAway,
    /// … because it was not there to be asked, or asked too often, …
    Unserved,
    /// … or because there was nothing left, as far as anybody knows.
    SoldOut,
    /// The customer asked to cancel it, …
    Cancel,
    /// … and was told that it was done, …
    CancelDone,
    /// … that it definitely was not, …
    CancelRefused,
    /// … or nothing that can be relied on.
    CancelUnknown,
}

/// What one channel's intents come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Intents that somebody asked for, or that the channel decided on.
    pub(super) wanted: u64,
    /// … and that it could have taken: not those for which nothing was left.
    pub(super) takeable: u64,
    /// Accepted, and every answer to the shopper said that it was not.
    pub(super) denied: u64,
    /// The shopper was told that it was done, and the channel accepted nothing.
    pub(super) unkept: u64,
    /// Turned away for nothing that was wrong with the goods, or refused by a channel that turned
    /// nobody away, and never accepted.
    pub(super) unserved: u64,
    /// Accepted, and nobody is on record to have asked.
    pub(super) unasked: u64,
    /// Accepted, and its customer asked to cancel it and was not told "no".
    pub(super) cancels: u64,
    /// The customer was told that it was cancelled.
    pub(super) cancels_done: u64,
}

impl Told {
    /// Shoppers who were told otherwise than the channel says.
    pub(super) fn contradicted(&self) -> u64 {
        self.denied + self.unkept
    }

    fn of(known: u16) -> [bool; 8] {
        let has = |what: Known| known & bit(what) != 0;
        let hedged = has(Known::Done) || has(Known::Unknown) || has(Known::Open);
        let accepted = has(Known::Accepted);
        let may_be = has(Known::CancelDone) || has(Known::CancelUnknown);
        let cancel_denied = has(Known::CancelRefused) && !may_be;
        let unserved = has(Known::Unserved) || has(Known::Refused) && !has(Known::TurnedAway);
        let wanted = has(Known::Asked) || accepted || has(Known::TurnedAway);
        [
            wanted,
            wanted && (accepted || !has(Known::SoldOut)),
            accepted && has(Known::Refused) && !hedged,
            has(Known::Done) && !accepted,
            unserved && !accepted,
            accepted && !has(Known::Asked),
            accepted && has(Known::Cancel) && !cancel_denied,
            has(Known::CancelDone),
        ]
    }

    fn moved(&mut self, before: [bool; 8], after: [bool; 8]) {
        let counts = [
            &mut self.wanted,
            &mut self.takeable,
            &mut self.denied,
            &mut self.unkept,
            &mut self.unserved,
            &mut self.unasked,
            &mut self.cancels,
            &mut self.cancels_done,
        ];
        for (count, (before, after)) in counts.into_iter().zip(before.into_iter().zip(after)) {
            // An intent that is said of two channels must not count less than nothing on one.
            *count = (*count + u64::from(after)).saturating_sub(u64::from(before));
        }
    }
}

/// Every intent: two bytes each.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    known: FxHashMap<u64, [u16; CHUNK as usize]>,
    /// By channel.
    pub(super) told: Vec<Told>,
}

impl Answers {
    pub(super) fn new(channels: usize) -> Answers {
        Answers { known: FxHashMap::default(), told: vec![Told::default(); channels] }
    }

    /// A call for the intent left.
    pub(super) fn asked(&mut self, channel: ChannelId, intent: Intent) {
        self.learn(channel, intent, bit(Known::Asked) | bit(Known::Open), 0);
    }

    /// A call for the intent came back.
    pub(super) fn answered(&mut self, channel: ChannelId, intent: Intent, outcome: Outcome) {
        let what = match outcome {
            Outcome::Done => Known::Done,
            Outcome::Refused => Known::Refused,
            Outcome::Unknown => Known::Unknown,
        };
        self.learn(channel, intent, bit(what), bit(Known::Open));
    }

    /// What became of a call that came back without an answer, or not at all, was found out.
    pub(super) fn found_out(&mut self, channel: ChannelId, intent: Intent, outcome: Outcome) {
        let unset = bit(Known::Unknown) | bit(Known::Open);
        match outcome {
            Outcome::Done => self.learn(channel, intent, bit(Known::Done), unset),
            Outcome::Refused => self.learn(channel, intent, bit(Known::Refused), unset),
            Outcome::Unknown => {}
        }
    }

    /// The customer was told this of a cancellation, or it was found out.
    pub(super) fn cancelled(&mut self, channel: ChannelId, intent: Intent, outcome: Outcome) {
        let unknown = bit(Known::CancelUnknown);
        match outcome {
            Outcome::Done => self.learn(channel, intent, bit(Known::CancelDone), unknown),
            Outcome::Refused => self.learn(channel, intent, bit(Known::CancelRefused), unknown),
            Outcome::Unknown => self.learn(channel, intent, unknown, 0),
        }
    }

    /// The customer did not ask to cancel it after all.
    pub(super) fn never_cancelled(&mut self, channel: ChannelId, intent: Intent) {
        self.learn(channel, intent, 0, bit(Known::Cancel));
    }

    pub(super) fn note(&mut self, channel: ChannelId, intent: Intent, what: Known) {
        self.learn(channel, intent, bit(what), 0);
    }

    fn learn(&mut self, channel: ChannelId, intent: Intent, set: u16, unset: u16) {
        let chunk = self.known.entry(intent.0 / CHUNK).or_insert([0; CHUNK as usize]);
        let known = &mut chunk[(intent.0 % CHUNK) as usize];
        let before = Told::of(*known);
        *known = *known & !unset | set;
        self.told[channel.index()].moved(before, Told::of(*known));
    }
}

fn bit(what: Known) -> u16 {
    1 << what as u16
}
