//! Owns the one place where what a machine says becomes facts: sequence, time, record.
//! Must not know which machine speaks, which driver asks, nor where the facts go.

use super::fact::{Fact, What};
use crate::units::At;

/// Takes down what a machine says happened. Both drivers write through it: the live one through a
/// [`super::Journal`], the simulated one through a journal or a [`Tape`].
pub trait Record {
    /// Makes facts of everything in `said`, in its order, and leaves it empty.
    ///
    /// Call it under the lock of the machine that spoke, with `at` and `wall` read inside that
    /// lock: then the order of sequence numbers is the order in which things happened to it.
    fn note(&mut self, at: At, wall: u64, said: &mut Vec<What>);
}

/// Numbers facts, consecutively from 0.
#[derive(Debug, Default)]
pub(super) struct Stamp {
    next_seq: u64,
}

impl Stamp {
    /// How many facts it has numbered.
    pub(super) fn given(&self) -> u64 {
        self.next_seq
    }

    /// The next fact.
    pub(super) fn fact(&mut self, at: At, wall: u64, what: What) -> Fact {
        let seq = self.next_seq;
        self.next_seq += 1;
        Fact { seq, at, wall, what }
    }
}

/// A record that hands each fact straight to its listener: for a driver that has one thread.
#[derive(Debug)]
pub struct Tape<F> {
    stamp: Stamp,
    listener: F,
}

impl<F: FnMut(Fact)> Tape<F> {
    /// A tape at sequence 0.
    pub fn new(listener: F) -> Tape<F> {
        Tape { stamp: Stamp::default(), listener }
    }

    /// Gives the listener back.
    pub fn into_listener(self) -> F {
        self.listener
    }
}

impl<F: FnMut(Fact)> Record for Tape<F> {
    fn note(&mut self, at: At, wall: u64, said: &mut Vec<What>) {
        for what in said.drain(..) {
            (self.listener)(self.stamp.fact(at, wall, what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_numbers_from_zero_and_empties_what_was_said() {
        let mut heard = Vec::new();
        let mut tape = Tape::new(|fact: Fact| heard.push((fact.seq, fact.at, fact.wall)));
        let mut said = vec![What::TrafficEnded {}, What::Quiet {}];
        tape.note(At(5), 1, &mut said);
        assert!(said.is_empty());
        said.push(What::Stalled { wall_us: 3 });
        tape.note(At(9), 2, &mut said);
        assert_eq!(heard, [(0, At(5), 1), (1, At(5), 1), (2, At(9), 2)]);
    }
}
