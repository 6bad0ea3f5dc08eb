//! Owns a machine's own appointments: what it must do later, in the order of time.
//! Must not know what makes time pass; the driver asks [`Timers::next`] and comes back.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::units::At;

/// Appointments, earliest first; those of one moment in the order they were made.
#[derive(Debug)]
pub(crate) struct Timers<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    made: u64,
}

#[derive(Debug)]
struct Entry<T> {
    at: At,
    made: u64,
    what: T,
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl<T> Eq for Entry<T> {}
impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.made).cmp(&(other.at, other.made))
    }
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Timers { heap: BinaryHeap::new(), made: 0 }
    }
}

impl<T> Timers<T> {
    pub(crate) fn set(&mut self, at: At, what: T) {
        self.heap.push(Reverse(Entry { at, made: self.made, what }));
        self.made += 1;
    }

    /// When the earliest is.
    pub(crate) fn next(&self) -> Option<At> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// The earliest, if it is due.
    pub(crate) fn due(&mut self, now: At) -> Option<T> {
        self.due_since(now).map(|(_, what)| what)
    }

    /// The earliest, if it is due, with the moment it was made for.
    pub(crate) fn due_since(&mut self, now: At) -> Option<(At, T)> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.what))
    }

    /// Whether any appointment satisfies `is`.
    pub(crate) fn any(&self, is: impl Fn(&T) -> bool) -> bool {
        self.heap.iter().any(|Reverse(entry)| is(&entry.what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_comes_first_and_ties_keep_their_order() {
        let mut timers = Timers::default();
        for (at, what) in [(5, 'c'), (1, 'a'), (5, 'd'), (1, 'b')] {
            timers.set(At(at), what);
        }
        assert_eq!(timers.due(At(0)), None);
        let all: Vec<_> = std::iter::from_fn(|| timers.due(At(9))).collect();
        assert_eq!(all, ['a', 'b', 'c', 'd']);
    }
}
