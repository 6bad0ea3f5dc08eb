//! Owns buckets of points: calls cost some, and they come back with time. What a platform's own
//! limits are made of. Must not know which call costs what; time is an argument.

use crate::units::{At, Span, US_PER_S};

/// A bucket of points that fills with time. Points are kept in millionths, so that one microsecond
/// gives back exactly what a second's rate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Points {
    holds: u64,
    per_s: u64,
    /// Millionths of a point that are there.
    left: u64,
    at: At,
}

impl Points {
    /// A full bucket that holds so many points, so many of which come back a second.
    pub(super) fn full(holds: u32, per_s: u32) -> Points {
        let holds = u64::from(holds) * US_PER_S;
        Points { holds, per_s: u64::from(per_s.max(1)), left: holds, at: At::START }
    }

    /// Whole points that are there.
    pub(super) fn left(&mut self, now: At) -> u64 {
        self.fill(now);
        self.left / US_PER_S
    }

    /// Takes so many points, or says how long until they are there.
    pub(super) fn take(&mut self, now: At, points: u32) -> Result<(), Span> {
        self.fill(now);
        let wanted = u64::from(points) * US_PER_S;
        if wanted <= self.left {
            self.left -= wanted;
            return Ok(());
        }
        Err(Span((wanted - self.left).div_ceil(self.per_s)))
    }

    /// Gives points back that were asked for and not used.
    pub(super) fn give_back(&mut self, points: u32) {
        self.left = (self.left + u64::from(points) * US_PER_S).min(self.holds);
    }

    fn fill(&mut self, now: At) {
        let gained = now.since(self.at).0.saturating_mul(self.per_s);
        self.left = self.left.saturating_add(gained).min(self.holds);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bucket_of_forty_at_two_a_second() {
        let mut bucket = Points::full(40, 2);
        for _ in 0..40 {
            assert_eq!(bucket.take(At(0), 1), Ok(()));
        }
        assert_eq!(bucket.take(At(0), 1), Err(Span(500_000)));
        assert_eq!(bucket.left(At(499_999)), 0);
        assert_eq!(bucket.take(At(500_000), 1), Ok(()));
        assert_eq!(bucket.left(At(3_600_000_000)), 40);
    }

    proptest! {
        /// Never more than what it holds and what came back, and never a wait in vain.
        #[test]
        fn it_gives_what_it_has(
            asks in proptest::collection::vec((0..2_000_000_u64, 1..50_u32), 1..60),
        ) {
            let (mut bucket, mut now, mut taken) = (Points::full(50, 7), At(0), 0_u64);
            for (later, points) in asks {
                now = now + Span(later);
                match bucket.take(now, points) {
                    Ok(()) => taken += u64::from(points),
                    Err(wait) => {
                        now = now + wait;
                        prop_assert_eq!(bucket.take(now, points), Ok(()));
                        taken += u64::from(points);
                    }
                }
                prop_assert!(taken * US_PER_S <= 50 * US_PER_S + now.0 * 7);
            }
        }
    }
}
