//! Owns how fast a SKU sells, until it runs out. Must not know why it does.

use crate::units::{At, Qty, Span};

const MINUTE: Span = Span::from_secs(60);

/// A SKU's sales of this minute and the last one, and the moment at which it ran out first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    minute: u32,
    now: u32,
    before: u32,
    /// Thousandths of a unit a minute when it ran out.
    milli_a_minute: u32,
    ran_out: At,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { minute: 0, now: 0, before: 0, milli_a_minute: 0, ran_out: At::NEVER }
    }
}

impl Pace {
    /// So much was sold, and so much is really left.
    pub(super) fn sold(&mut self, qty: Qty, left: Qty, at: At) {
        if self.ran_out != At::NEVER {
            return;
        }
        let minute = (at.0 / MINUTE.0) as u32;
        if minute != self.minute {
            self.before = if minute == self.minute + 1 { self.now } else { 0 };
            (self.minute, self.now) = (minute, 0);
        }
        self.now = self.now.saturating_add(u32::try_from(qty.0).unwrap_or(u32::MAX));
        if left <= Qty::ZERO {
            (self.ran_out, self.milli_a_minute) = (at, self.speed(at));
        }
    }

    /// When it ran out, and how many thousandths of a unit a minute it sold then.
    pub(super) fn ran_out(&self) -> Option<(At, u32)> {
        (self.ran_out != At::NEVER).then_some((self.ran_out, self.milli_a_minute))
    }

    /// Sales of the sixty seconds before `at`, the last minute's counted by the part of it that
    /// lies in them; in the first minute, of the time that there was.
    fn speed(&self, at: At) -> u32 {
        let into = at.0 % MINUTE.0;
        let before = u64::from(self.before) * (MINUTE.0 - into) / (MINUTE.0 / 1_000);
        let milli = u64::from(self.now) * 1_000 + before;
        let time = at.0.clamp(1_000_000, MINUTE.0);
        u32::try_from(milli * MINUTE.0 / time).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_speed_is_that_of_the_last_sixty_seconds() {
        let mut pace = Pace::default();
        // One a second for 150 s: in the middle of a minute half of the last one counts.
        for s in 1..=150 {
            let left = if s == 150 { 0 } else { 9 };
            pace.sold(Qty(1), Qty(left), At(s * 1_000_000));
        }
        let (at, milli) = pace.ran_out().unwrap();
        assert_eq!((at, milli), (At(150_000_000), 61_000));
        // What comes later changes nothing.
        pace.sold(Qty(99), Qty(-99), At(151_000_000));
        assert_eq!(pace.ran_out(), Some((at, milli)));
    }

    #[test]
    fn the_first_minute_is_as_long_as_it_was() {
        let mut pace = Pace::default();
        pace.sold(Qty(5), Qty(0), At(10_000_000));
        assert_eq!(pace.ran_out(), Some((At(10_000_000), 30_000)));
        let mut slow = Pace::default();
        slow.sold(Qty(5), Qty(1), At(10_000_000));
        slow.sold(Qty(1), Qty(0), At(1_000_000_000));
        assert_eq!(slow.ran_out().unwrap().1, 1_000, "what was sold long before is forgotten");
    }
}
