//! Owns the clock of a face: dates as platforms write and read them, over campaign time.
//! Must not read a clock.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::units::{At, US_PER_S};

/// The time as a face knows it. Its dates begin with the wall's at the campaign's start and go on
/// in campaign time: at 1x they are the wall's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaceClock {
    /// Campaign time.
    pub at: At,
    /// When the campaign began, in microseconds since 1970.
    pub epoch_us: u64,
    /// The wall's own time in seconds since 1970: what callers sign with.
    pub wall_s: u64,
}

impl FaceClock {
    /// A moment as a date without a zone, in UTC: `2026-11-27T06:00:00`.
    pub(super) fn date(self, at: At) -> String {
        let us = self.epoch_us.saturating_add(at.0);
        let us = i64::try_from(us).unwrap_or(i64::MAX);
        let stamp = Timestamp::from_microsecond(us).unwrap_or(Timestamp::MAX);
        let date = TimeZone::UTC.to_datetime(stamp);
        // Two digits at a time: whatever is told has several dates, and to format them would cost
        // more than all the rest of it.
        let mut text = String::with_capacity(20);
        let mut two = |number: i8, after: &str| {
            let number = number.unsigned_abs();
            text.push(char::from(b'0' + number / 10 % 10));
            text.push(char::from(b'0' + number % 10));
            text.push_str(after);
        };
        two((date.year() / 100) as i8, "");
        two((date.year() % 100) as i8, "-");
        two(date.month(), "-");
        two(date.day(), "T");
        two(date.hour(), ":");
        two(date.minute(), ":");
        two(date.second(), "");
        text
    }

    /// What a date says: with an offset or `Z`, else in UTC.
    pub(super) fn read(text: &str) -> Option<Dated> {
        // A plus sign that was not encoded arrives as a space.
        let text = text.trim().replace(' ', "+");
        let stamp = if let Ok(stamp) = text.parse::<Timestamp>() {
            stamp
        } else {
            let civil = text.replace('+', "T").parse::<DateTime>().ok()?;
            TimeZone::UTC.to_timestamp(civil).ok()?
        };
        Some(Dated(stamp.as_microsecond()))
    }

    /// The moment of a date; one before the campaign is its start.
    pub(super) fn from(self, date: Dated) -> At {
        At(u64::try_from(date.0).unwrap_or(0).saturating_sub(self.epoch_us))
    }

    /// Which of a moment and a date is the later.
    pub(super) fn against(self, at: At, date: Dated) -> Ordering {
        let us = i64::try_from(self.epoch_us.saturating_add(at.0)).unwrap_or(i64::MAX);
        us.cmp(&date.0)
    }

    /// The first moment whose date is later than this one: dates have whole seconds.
    pub(super) fn after(self, date: Dated) -> At {
        let second = US_PER_S as i64;
        self.from(Dated(date.0.div_euclid(second).saturating_add(1).saturating_mul(second)))
    }
}

/// A date that was read, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dated(i64);

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-27T06:00:00.25Z.
    const CLOCK: FaceClock =
        FaceClock { at: At(0), epoch_us: 1_795_759_200_250_000, wall_s: 1_795_759_200 };

    #[test]
    fn dates_run_with_the_campaign() {
        assert_eq!(CLOCK.date(At(0)), "2026-11-27T06:00:00");
        assert_eq!(CLOCK.date(At(60 * US_PER_S)), "2026-11-27T06:01:00");
        assert_eq!(CLOCK.date(At(3_600_000_000 * 24 * 36)), "2027-01-02T06:00:00");
        assert_eq!(CLOCK.date(At(59_999_999)), "2026-11-27T06:01:00");
        assert_eq!(CLOCK.date(At::NEVER).len(), CLOCK.date(At(0)).len());
    }

    #[test]
    fn dates_are_read_in_every_form_that_clients_send() {
        for text in [
            "2026-11-27T06:01:00",
            "2026-11-27T06:01:00Z",
            "2026-11-27T07:01:00+01:00",
            "2026-11-27T07:01:00 01:00",
            "2026-11-27 06:01:00",
        ] {
            assert_eq!(
                FaceClock::read(text).map(|date| CLOCK.from(date)),
                Some(At(59_750_000)),
                "{text}"
            );
        }
        assert_eq!(FaceClock::read("yesterday"), None);
        let [old, start] =
            ["1999-01-01", "2026-11-27T06:00:00"].map(|text| FaceClock::read(text).unwrap());
        assert_eq!((CLOCK.from(old), CLOCK.after(old)), (At(0), At(0)));
        assert_eq!((CLOCK.from(start), CLOCK.after(start)), (At(0), At(750_000)));
    }
}
