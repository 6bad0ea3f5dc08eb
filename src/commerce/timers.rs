//! Owns a machine's own appointments: what it must do later, in the order of time.
//! Must not know what makes time pass; the driver asks [`Timers::next`] and comes back.

use std::cmp::Reverse;

use dary_heap::QuaternaryHeap;

use crate::units::At;

/// Appointments, earliest first; those of one moment in the order they were made.
///
/// The heap moves one number an appointment: its time, the order it was made in, and the slot in
/// which it lies, from high bits to low. What is to be done lies still until it is due.
#[derive(Debug)]
pub struct Timers<T> {
    heap: QuaternaryHeap<Reverse<u128>>,
    slots: Vec<Option<T>>,
    free: Vec<u32>,
    made: u64,
}

/// Bits of a slot's number: sixteen million appointments at a time.
const SLOT_BITS: u32 = 24;
/// Bits of the order: a million million appointments in all.
const MADE_BITS: u32 = 64 - SLOT_BITS;

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Timers { heap: QuaternaryHeap::new(), slots: Vec::new(), free: Vec::new(), made: 0 }
    }
}

impl<T> Timers<T> {
    /// Makes an appointment.
    ///
    /// # Panics
    /// Beyond sixteen million appointments at a time, or a million million in all.
    pub fn set(&mut self, at: At, what: T) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as u32
        });
        assert!(slot >> SLOT_BITS == 0 && self.made >> MADE_BITS == 0, "appointments have a limit");
        self.slots[slot as usize] = Some(what);
        let low = self.made << SLOT_BITS | u64::from(slot);
        self.heap.push(Reverse(u128::from(at.0) << 64 | u128::from(low)));
        self.made += 1;
    }

    /// When the earliest is.
    pub fn next(&self) -> Option<At> {
        self.heap.peek().map(|Reverse(key)| At((key >> 64) as u64))
    }

    /// The earliest, if it is due.
    pub fn due(&mut self, now: At) -> Option<T> {
        self.due_since(now).map(|(_, what)| what)
    }

    /// The earliest, if it is due, with the moment it was made for.
    pub fn due_since(&mut self, now: At) -> Option<(At, T)> {
        let at = self.next().filter(|at| *at <= now)?;
        let Reverse(key) = self.heap.pop()?;
        let slot = slot_of(key);
        self.free.push(slot as u32);
        self.slots[slot].take().map(|what| (at, what))
    }

    /// Keeps the appointments that satisfy `is`, each in its place.
    pub fn retain(&mut self, is: impl Fn(&T) -> bool) {
        for (slot, what) in self.slots.iter_mut().enumerate() {
            if what.as_ref().is_some_and(|what| !is(what)) {
                *what = None;
                self.free.push(slot as u32);
            }
        }
        let slots = &self.slots;
        self.heap.retain(|Reverse(key)| slots[slot_of(*key)].is_some());
    }

    /// Whether any appointment satisfies `is`.
    pub fn any(&self, is: impl Fn(&T) -> bool) -> bool {
        self.slots.iter().flatten().any(is)
    }
}

fn slot_of(key: u128) -> usize {
    (key as u32 & ((1 << SLOT_BITS) - 1)) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_earliest_comes_first_and_ties_keep_their_order() {
        let mut timers = Timers::default();
        for (at, what) in [(5, 'c'), (1, 'a'), (5, 'd'), (1, 'b')] {
            timers.set(At(at), what);
        }
        assert_eq!(timers.due(At(0)), None);
        assert!(timers.any(|what| *what == 'd'));
        let all: Vec<_> = std::iter::from_fn(|| timers.due(At(9))).collect();
        assert_eq!(all, ['a', 'b', 'c', 'd']);
        assert!(!timers.any(|_| true));
    }

    proptest! {
        /// Whatever comes and goes, what is due comes as from a stable sort, slots used again.
        #[test]
        fn it_is_a_stable_sort(steps in prop::collection::vec((0..50_u64, 0..3_u8), 1..200)) {
            let mut timers = Timers::default();
            let mut kept: Vec<(u64, usize)> = Vec::new();
            for (made, (at, takes)) in steps.into_iter().enumerate() {
                timers.set(At(at), made);
                kept.push((at, made));
                kept.sort_unstable();
                for _ in 0..takes.min(kept.len() as u8) {
                    let (at, made) = kept.remove(0);
                    prop_assert_eq!(timers.due_since(At::NEVER), Some((At(at), made)));
                }
            }
            prop_assert!(timers.slots.len() <= 200);
        }
    }
}
