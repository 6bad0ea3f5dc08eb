//! Owns how much time things spent in a state, window by window: two integers a window, exact, and
//! cheap however many windows an interval spans. Must not know what the state is.

use crate::units::Span;

/// What one window knows of the intervals that touch it.
///
/// An interval that begins in a window adds what is left of the window to `edge_us` and one to
/// `steps`, so that it counts whole in every later window until it ends, which takes the same off
/// again. The time spent in a window is then (steps of all windows before it) × width + its edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Occupancy {
    steps: i64,
    edge_us: i64,
}

impl Occupancy {
    /// An interval began, so long before the window's end.
    pub(super) fn began(&mut self, before_end: Span) {
        self.steps += 1;
        self.edge_us += before_end.0 as i64;
    }

    /// An interval ended, so long before the window's end.
    pub(super) fn ended(&mut self, before_end: Span) {
        self.steps -= 1;
        self.edge_us -= before_end.0 as i64;
    }

    /// One window of this one and the next, each of `width`.
    pub(super) fn joined(self, next: Occupancy, width: Span) -> Occupancy {
        Occupancy {
            steps: self.steps + next.steps,
            edge_us: self.edge_us + self.steps * width.0 as i64 + next.edge_us,
        }
    }

    /// The time spent in this window, when `inside` intervals were open at its start; moves
    /// `inside` on to its end.
    pub(super) fn time(self, inside: &mut i64, width: Span) -> u64 {
        let us = *inside * width.0 as i64 + self.edge_us;
        *inside += self.steps;
        us.max(0) as u64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WIDTH: u64 = 10;

    fn gathered(intervals: &[(u64, u64)], width: u64, windows: usize) -> Vec<Occupancy> {
        let mut all = vec![Occupancy::default(); windows];
        for &(from, until) in intervals {
            let left = |t: u64| Span((t / width + 1) * width - t);
            all[(from / width) as usize].began(left(from));
            all[(until / width) as usize].ended(left(until));
        }
        all
    }

    fn times(all: &[Occupancy], width: u64) -> Vec<u64> {
        let mut inside = 0;
        all.iter().map(|window| window.time(&mut inside, Span(width))).collect()
    }

    proptest! {
        #[test]
        fn time_is_that_of_counting_every_tick_also_after_joining_pairs(
            intervals in prop::collection::vec((0..200_u64, 0..200_u64), 0..20)
        ) {
            let intervals: Vec<(u64, u64)> =
                intervals.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            let brute = |width: u64| -> Vec<u64> {
                let holds = |t: u64, i: &&(u64, u64)| i.0 <= t && t < i.1;
                let inside = |t: u64| intervals.iter().filter(|i| holds(t, i)).count() as u64;
                (0..220 / width).map(|w| (w * width..(w + 1) * width).map(inside).sum()).collect()
            };
            let single = gathered(&intervals, WIDTH, 22);
            prop_assert_eq!(times(&single, WIDTH), brute(WIDTH));
            let joined: Vec<Occupancy> =
                single.chunks(2).map(|pair| pair[0].joined(pair[1], Span(WIDTH))).collect();
            prop_assert_eq!(times(&joined, 2 * WIDTH), brute(2 * WIDTH));
        }
    }
}
