//! Owns the hand that says when a connector from outside is still: nobody may ask it, so nothing
//! must have moved for a while. Must not know what moves (`judge`).

use super::Watching;
use crate::drive::hand::{Act, Hand, SETTLED_FOR};
use crate::judge::UnderWay;
use crate::units::{At, Span};

/// Whoever waits for a connector from outside to be still.
pub struct Stillness {
    watching: Watching,
    quiet_for: Span,
    /// How much had moved when it was looked at last, if it was, and since when it is so much.
    moves: Option<u64>,
    since: At,
    is_still: bool,
}

impl Stillness {
    /// Nothing must have moved for so long.
    pub fn new(watching: &Watching, quiet_for: Span) -> Stillness {
        let watching = watching.clone();
        Stillness { watching, quiet_for, moves: None, since: At::START, is_still: false }
    }

    fn looks(&mut self, now: At, moves: u64, under_way: impl FnOnce() -> UnderWay) -> Vec<Act> {
        if self.moves != Some(moves) {
            (self.moves, self.since) = (Some(moves), now);
        }
        let still_for = now.since(self.since);
        let settled = || under_way() == UnderWay::default();
        let is_still = still_for >= self.quiet_for || (still_for >= SETTLED_FOR && settled());
        let turned = std::mem::replace(&mut self.is_still, is_still) != is_still;
        if turned { vec![Act::Still(is_still)] } else { vec![] }
    }
}

impl Hand for Stillness {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let Some(moves) = self.watching.moves_since_traffic() else { return vec![] };
        let watching = self.watching.clone();
        self.looks(now, moves, || watching.under_way())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_still_soon_when_all_is_done_and_late_when_not() {
        let mut hand = Stillness::new(&Watching::default(), Span::from_secs(60));
        let nothing = UnderWay::default;
        let orders = || UnderWay { orders: 1, ..UnderWay::default() };
        let at = |s: u64| At(s * 1_000_000);
        assert_eq!(hand.looks(at(10), 7, nothing), vec![]);
        assert_eq!(hand.looks(at(21), 7, nothing), vec![]);
        assert_eq!(hand.looks(at(22), 7, nothing), vec![Act::Still(true)]);
        assert_eq!(hand.looks(at(23), 8, nothing), vec![Act::Still(false)], "something moved");
        assert_eq!(hand.looks(at(82), 8, orders), vec![]);
        assert_eq!(hand.looks(at(83), 8, orders), vec![Act::Still(true)]);
        assert_eq!(hand.looks(at(84), 8, orders), vec![], "it is said once");
    }

    #[test]
    fn a_run_in_which_nothing_ever_moved_is_looked_at_for_as_long() {
        let mut hand = Stillness::new(&Watching::default(), Span::from_secs(60));
        let nothing = UnderWay::default;
        let at = |s: u64| At(s * 1_000_000);
        assert_eq!(hand.looks(at(3_600), 0, nothing), vec![]);
        assert_eq!(hand.looks(at(3_612), 0, nothing), vec![Act::Still(true)]);
    }
}
