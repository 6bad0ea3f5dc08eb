//! Owns the hand: whoever acts on a run from outside its machines, and what a hand may do.
//! Must not know who acts, nor why.

use super::estate::SAMPLE_EVERY;
use crate::history::What;
use crate::history::fact::Action;
use crate::scenario::QUIET_FOR_LEAST;
use crate::traffic::MerchantEvent;
use crate::units::{At, Span};

/// Where nothing is under way that anybody knows of, somebody else's program is still after this
/// long: what it met is said once a sample, so that two of these, and some, have shown nothing.
pub const SETTLED_FOR: Span = Span(2 * SAMPLE_EVERY.0 + 2_000_000);

// Nobody may ask for less.
const _: () = assert!(SETTLED_FOR.0 <= QUIET_FOR_LEAST.0, "the shorter of the two decides");

/// Somebody who acts on a run. A driver asks it at every look of its own (every sample in virtual
/// time, twenty times a second in a live run), and when its next turn has come.
pub trait Hand {
    /// What it does now.
    fn turn(&mut self, now: At) -> Vec<Act>;

    /// When it is to be asked at the latest; none: at the driver's next look.
    fn next_turn(&self) -> Option<At> {
        None
    }
}

/// What a hand does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Takes something down in the history.
    Note(What),
    /// Acts on the run, as a scenario's step or an operator does; or tries to.
    Do(Box<Action>),
    /// Moves stock, sets a price, publishes a listing.
    Merchant(MerchantEvent),
    /// As far as anybody can see, nothing moves at somebody else's program any more; or it does.
    Still(bool),
    /// Stops selling; what is under way may finish.
    Drain,
    /// Ends the record at once.
    Leave,
}

impl<F: FnMut(At) -> Vec<Act>> Hand for F {
    fn turn(&mut self, now: At) -> Vec<Act> {
        self(now)
    }
}

/// Two hands: what the first does comes first.
#[derive(Debug)]
pub struct Both<A, B>(pub A, pub B);

impl<A: Hand, B: Hand> Hand for Both<A, B> {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let mut acts = self.0.turn(now);
        acts.extend(self.1.turn(now));
        acts
    }

    fn next_turn(&self) -> Option<At> {
        self.0.next_turn().into_iter().chain(self.1.next_turn()).min()
    }
}

/// A hand that does nothing.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Hand for Nobody {
    fn turn(&mut self, _: At) -> Vec<Act> {
        Vec::new()
    }
}
