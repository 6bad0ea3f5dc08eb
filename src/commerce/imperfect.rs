//! Owns the small everyday faults of a system: which call or webhook meets one.
//! Must not know what the call asks; a fault is drawn by what the call is about and which try it
//! is, never by when or by whom, so that two settings on one seed meet the same faults.

use rustc_hash::{FxHashMap, FxHashSet};

use super::outbox::{Fate, How};
use super::terms::Imperfections;
use crate::rng::{Draw, Draws, mix};
use crate::units::{Ppm, Span};

/// What the draws of a call are keyed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyed {
    /// By what it is about: asked again, it is known for the same.
    Thing(u64),
    /// By what it is about and whose turn it is: nothing else tells it from the next, and each is
    /// drawn for anew.
    Turn(u64, u64),
}

impl From<u64> for Keyed {
    fn from(thing: u64) -> Keyed {
        Keyed::Thing(thing)
    }
}

/// Everyday faults of one system.
#[derive(Debug)]
pub(crate) struct Faults {
    terms: Imperfections,
    draws: Draws,
    /// Mixed into every key, so that two systems do not fail together.
    salt: u64,
    /// How often each thing has met a fault, while it has not got through.
    strikes: FxHashMap<u64, u32>,
    /// Things whose last reply was lost.
    unheard: FxHashSet<u64>,
}

impl Faults {
    pub(crate) fn new(terms: Imperfections, draws: Draws, salt: u64) -> Faults {
        Faults {
            terms,
            draws,
            salt: mix(salt, 0x5eed),
            strikes: FxHashMap::default(),
            unheard: FxHashSet::default(),
        }
    }

    /// Whether this try of a call is answered "unavailable".
    pub(crate) fn unavailable(&mut self, call: impl Into<Keyed>) -> bool {
        if self.terms.unavailable == Ppm::ZERO {
            return false;
        }
        let thing = match call.into() {
            Keyed::Thing(thing) => thing,
            Keyed::Turn(thing, turn) => {
                let share = self.terms.unavailable;
                return self.meets(Draw::Unavailable, mix(thing, turn), 0, share);
            }
        };
        let strikes = self.strikes.get(&thing).copied().unwrap_or(0);
        let hit = self.meets(Draw::Unavailable, thing, strikes, self.terms.unavailable);
        if hit {
            self.strikes.insert(thing, strikes + 1);
        } else if strikes > 0 {
            self.strikes.remove(&thing);
        }
        hit
    }

    /// What becomes of the reply to a call that was carried out. One about the same thing is never
    /// lost twice running: a caller that repeats itself gets through, in the same words or in
    /// others.
    pub(crate) fn of_reply(&mut self, call: impl Into<Keyed>) -> Fate {
        let (thing, drawn) = match call.into() {
            Keyed::Thing(thing) => (thing, thing),
            Keyed::Turn(thing, turn) => (thing, mix(thing, turn)),
        };
        let meets = self.meets(Draw::LostReply, drawn, 0, self.terms.lost_replies);
        // Drawn by the thing alone, what was lost once would be lost again.
        if (meets || drawn != thing) && self.unheard.remove(&thing) {
            return Fate::Heard;
        }
        if meets {
            self.unheard.insert(thing);
            return Fate::Lost(How::Close);
        }
        Fate::Heard
    }

    /// When the copies of the webhook about `thing` leave, as delays: one, or two for a duplicate.
    pub(crate) fn webhook(&self, thing: u64) -> (Span, Option<Span>) {
        let late = |attempt| {
            let units = self.draws.two_units(Draw::WebhookDelay, mix(self.salt, thing), attempt);
            self.terms.reordered_by.sample(units)
        };
        let first = if self.meets(Draw::WebhookDelay, thing, 7, self.terms.reordered) {
            late(1)
        } else {
            Span::ZERO
        };
        let second = self
            .meets(Draw::WebhookDuplicate, thing, 0, self.terms.duplicates)
            .then(|| first + late(2));
        (first, second)
    }

    fn meets(&self, draw: Draw, thing: u64, attempt: u32, share: Ppm) -> bool {
        share > Ppm::ZERO && self.draws.unit(draw, mix(self.salt, thing), attempt) < share.as_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::Law;

    fn faults(share: u32) -> Faults {
        let terms = Imperfections {
            duplicates: Ppm(share),
            reordered: Ppm(share),
            reordered_by: Law::Constant(Span::from_secs(2)),
            unavailable: Ppm(share),
            lost_replies: Ppm(share),
        };
        Faults::new(terms, Draws::new(3), 1)
    }

    #[test]
    fn faults_come_at_their_rate() {
        let mut some = faults(100_000);
        let n = 20_000;
        let unavailable = (0..n).filter(|t| some.unavailable(*t)).count() as f64 / n as f64;
        let twice = (0..n).filter(|t| some.webhook(*t).1.is_some()).count() as f64 / n as f64;
        assert!((unavailable - 0.1).abs() < 0.01, "{unavailable}");
        assert!((twice - 0.1).abs() < 0.01, "{twice}");
    }

    /// Calls about one thing that nothing tells apart fare each as it may, at the same rate; and no
    /// more is kept of them than of the thing.
    #[test]
    fn a_turn_draws_anew() {
        let mut some = faults(100_000);
        let n = 20_000;
        let unavailable = (0..n).filter(|t| some.unavailable(Keyed::Turn(3, *t))).count();
        assert!((1_800..2_200).contains(&unavailable), "{unavailable}");
        let lost: Vec<bool> =
            (0..n).map(|t| some.of_reply(Keyed::Turn(3, t)) != Fate::Heard).collect();
        let times = lost.iter().filter(|lost| **lost).count();
        assert!((1_600..2_000).contains(&times), "{times}: a tenth, less those that are spared");
        assert!(lost.windows(2).all(|pair| pair != [true, true]));
        assert!(some.strikes.is_empty() && some.unheard.len() <= 1);
    }

    #[test]
    fn none_means_none() {
        let mut none = faults(0);
        assert!((0..1_000).all(|t| !none.unavailable(t)
            && none.webhook(t) == (Span::ZERO, None)
            && none.of_reply(t) == Fate::Heard));
    }

    #[test]
    fn a_thing_gets_through_in_the_end() {
        let mut half = faults(500_000);
        assert!((0..200).all(|t| (0..64).any(|_| !half.unavailable(t))));
        let mut heard = |t| half.of_reply(t) == Fate::Heard;
        assert!((0..200).any(|t| !heard(t)));
        assert!((0..200).all(|t| heard(t) || heard(t)));
    }
}
