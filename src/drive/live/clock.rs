//! Owns reading the time: wall microseconds since the run began, and the campaign time they stand
//! for. Must not know what is timed. It is the only place of the live driver that reads a clock.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;

use crate::units::{At, Span};

/// The clock of a live run. Copies agree with each other.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    /// When it began, in microseconds since 1970.
    began_us: u64,
    speed_milli: u64,
    /// Of one that can be held and moved; none: it runs.
    hands: Option<Arc<Mutex<Hands>>>,
}

/// How a clock was last set, and whether it has run since.
#[derive(Clone, Copy, Debug)]
struct Hands {
    set: Moment,
    runs: bool,
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
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let began_us = since_1970.map_or(0, |since| since.as_micros() as u64);
        Clock { start: Instant::now(), began_us, speed_milli, hands: None }
    }

    /// When it began, in microseconds since 1970, by the wall.
    pub(super) fn began_us(&self) -> u64 {
        self.began_us
    }

    /// The same, but it can be held and moved, and is held from its beginning unless it `runs`.
    pub(super) fn in_hand(speed_milli: u64, runs: bool) -> Clock {
        let set = Moment { at: At::START, wall_us: 0 };
        let hands = Some(Arc::new(Mutex::new(Hands { set, runs })));
        Clock { hands, ..Clock::start(speed_milli) }
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the live driver's one clock")]
    pub fn now(&self) -> Moment {
        // Instant::duration_since saturates, so a clock that is copied to another core and seems
        // to run backwards there reads zero instead of panicking.
        self.moment(Instant::now().duration_since(self.start))
    }

    /// Whether it runs, or is held.
    pub(super) fn runs(&self) -> bool {
        self.hands.as_ref().is_none_or(|hands| hands.lock().runs)
    }

    /// Holds it, or lets it run from where it stands. One that cannot be held runs on.
    pub(super) fn run(&self, runs: bool) {
        self.set(|_, now| Hands { set: now, runs });
    }

    /// Moves it on to then; never back.
    pub(super) fn move_to(&self, at: At) {
        self.set(|hands, now| Hands { set: Moment { at: now.at.max(at), ..now }, ..hands });
    }

    #[expect(clippy::disallowed_methods, reason = "this is the live driver's one clock")]
    fn set(&self, set: impl FnOnce(Hands, Moment) -> Hands) {
        let Some(hands) = &self.hands else { return };
        let mut hands = hands.lock();
        let wall_us = Instant::now().duration_since(self.start).as_micros() as u64;
        *hands = set(*hands, hands.moment(wall_us, self.speed_milli));
    }

    /// The wall microsecond at which `at` is due: the first whose campaign time has reached it; the
    /// last there is while the clock is held before it.
    pub fn wall_us_of(&self, at: At) -> u64 {
        let Some(hands) = &self.hands else { return self.wall_us_in(Span(at.0)) };
        let Hands { set, runs } = *hands.lock();
        if at <= set.at {
            return set.wall_us;
        }
        let after = if runs { self.wall_us_in(at.since(set.at)) } else { u64::MAX };
        set.wall_us.saturating_add(after)
    }

    /// How many wall microseconds a span lasts while the clock runs.
    pub fn wall_us_in(&self, span: Span) -> u64 {
        let wall = (u128::from(span.0) * 1_000).div_ceil(u128::from(self.speed_milli));
        u64::try_from(wall).unwrap_or(u64::MAX)
    }

    /// The moment of this wall microsecond.
    pub fn moment_of(&self, wall_us: u64) -> Moment {
        match &self.hands {
            None => Moment { at: gone(At::START, wall_us, self.speed_milli), wall_us },
            Some(hands) => hands.lock().moment(wall_us, self.speed_milli),
        }
    }

    /// How fast it runs when it does: campaign seconds a wall second, in thousandths.
    pub(super) fn speed_milli(&self) -> u64 {
        self.speed_milli
    }

    fn moment(&self, since_start: Duration) -> Moment {
        self.moment_of(since_start.as_micros() as u64)
    }
}

impl Hands {
    fn moment(self, wall_us: u64, speed_milli: u64) -> Moment {
        let Hands { set, runs } = self;
        // One who read the wall's clock before the hands were set finds them where they were set.
        let since = if runs { wall_us.saturating_sub(set.wall_us) } else { 0 };
        Moment { at: gone(set.at, since, speed_milli), wall_us }
    }
}

/// So many wall microseconds after a moment.
fn gone(from: At, wall_us: u64, speed_milli: u64) -> At {
    let gone = u128::from(wall_us) * u128::from(speed_milli) / 1_000;
    At(from.0.saturating_add(u64::try_from(gone).unwrap_or(u64::MAX)))
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
    fn ends_of_time_do_not_overflow() {
        assert_eq!(Clock::start(1).wall_us_of(At::NEVER), u64::MAX);
        assert_eq!(Clock::start(u64::MAX).moment_of(u64::MAX).at, At::NEVER);
    }

    #[test]
    #[should_panic(expected = "a live clock moves")]
    fn a_clock_that_stands_is_a_bug() {
        Clock::start(0);
    }

    #[test]
    fn a_clock_that_is_held_stands_and_one_that_is_moved_goes_on_from_there() {
        let clock = Clock::in_hand(60_000, false);
        let copy = clock.clone();
        assert_eq!(clock.moment_of(9_000_000).at, At::START);
        assert_eq!(clock.wall_us_of(At(1)), u64::MAX, "nothing falls due");
        clock.move_to(At(50));
        clock.move_to(At(20));
        assert_eq!((copy.now().at, copy.runs()), (At(50), false), "copies agree, and never back");
        assert!(clock.wall_us_of(At(50)) < u64::MAX);
        clock.run(true);
        let now = clock.now();
        assert_eq!(clock.moment_of(now.wall_us + 1_000_000).at, now.at + Span::from_mins(1));
        assert_eq!(clock.wall_us_in(Span::from_mins(1)), 1_000_000);
    }

    #[test]
    fn a_clock_of_a_run_cannot_be_held() {
        let clock = Clock::start(1_000);
        clock.run(false);
        clock.move_to(At::NEVER);
        assert!(clock.runs() && clock.now().at < At::NEVER);
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

        /// The same of a clock that was moved.
        #[test]
        fn what_is_due_has_come_after_a_move(
            moved in 0..10_u64.pow(12), more in 1..10_u64.pow(12), speed_milli in 1..1_000_000_u64,
        ) {
            let clock = Clock::in_hand(speed_milli, true);
            clock.move_to(At(moved));
            let at = At(moved + more);
            let due = clock.wall_us_of(at);
            prop_assert!(clock.moment_of(due).at >= at);
            prop_assert!(clock.moment_of(due - 1).at < at);
        }
    }
}
