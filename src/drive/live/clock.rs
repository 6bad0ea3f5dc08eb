//! Owns reading the time: wall microseconds since the run began, and the campaign time they stand
//! for. Must not know what is timed. It is the only place of the live driver that reads a clock.

use std::time::{Duration, Instant};

use crate::units::At;

/// The clock of a live run. Copies agree with each other.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    speed_milli: u64,
}

/// One reading of the clock: what a fact is stamped with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Campaign time.
    pub at: At,
    /// Wall microseconds since the run began.
    pub wall_us: u64,
}

impl Clock {
    /// A clock that begins now, at `speed_milli` thousandths of a campaign second a wall second.
    ///
    /// # Panics
    /// When the speed is zero: that is a simulated run, which has no clock.
    #[expect(clippy::disallowed_methods, reason = "this is the live driver's one clock")]
    pub fn start(speed_milli: u64) -> Clock {
        assert!(speed_milli > 0, "a live clock moves");
        Clock { start: Instant::now(), speed_milli }
    }

    /// A clock that stands at the beginning: of a run that waits for somebody.
    ///
    /// # Panics
    /// As [`Clock::start`] does.
    pub fn held(speed_milli: u64) -> Clock {
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
        let Clock { start, .. } = Clock::start(speed_milli);
        Clock { start: start + CENTURY, speed_milli }
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the live driver's one clock")]
    pub fn now(&self) -> Moment {
        // Instant::duration_since saturates, so a clock that is copied to another core and seems
        // to run backwards there reads zero instead of panicking.
        self.moment(Instant::now().duration_since(self.start))
    }

    /// The wall microsecond at which `at` is due: the first whose campaign time has reached it.
    pub fn wall_us_of(&self, at: At) -> u64 {
        let wall = (u128::from(at.0) * 1_000).div_ceil(u128::from(self.speed_milli));
        u64::try_from(wall).unwrap_or(u64::MAX)
    }

    /// The moment of this wall microsecond.
    pub fn moment_of(&self, wall_us: u64) -> Moment {
        let at = u128::from(wall_us) * u128::from(self.speed_milli) / 1_000;
        Moment { at: At(u64::try_from(at).unwrap_or(u64::MAX)), wall_us }
    }

    fn moment(&self, since_start: Duration) -> Moment {
        self.moment_of(since_start.as_micros() as u64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_minute_of_campaign_takes_a_second_at_sixty_times() {
        let clock = Clock::start(60_000);
        assert_eq!(clock.wall_us_of(At(60_000_000)), 1_000_000);
        assert_eq!(clock.moment_of(1_000_000).at, At(60_000_000));
    }

    #[test]
    fn a_held_clock_stands_at_the_beginning() {
        assert_eq!(Clock::held(1_000).now(), Moment { at: At::START, wall_us: 0 });
    }

    #[test]
    fn ends_of_time_do_not_overflow() {
        assert_eq!(Clock::start(1).wall_us_of(At::NEVER), u64::MAX);
        assert_eq!(Clock::start(u64::MAX).moment_of(u64::MAX).at, At::NEVER);
    }

    #[test]
    #[should_panic(expected = "a live clock moves")]
    fn a_clock_that_stands_is_a_bug() {
        Clock::start(0);
    }

    proptest! {
        /// Whoever waits until `wall_us_of(at)` finds that `at` has come, and never a whole wall
        /// microsecond later than need be.
        #[test]
        fn what_is_due_has_come_and_no_microsecond_late(
            at in 0..10_u64.pow(15), speed_milli in 1..1_000_000_u64,
        ) {
            let clock = Clock::start(speed_milli);
            let due = clock.wall_us_of(At(at));
            prop_assert!(clock.moment_of(due).at >= At(at));
            prop_assert!(due == 0 || clock.moment_of(due - 1).at < At(at));
        }
    }
}
