//! Owns how a file writes times: offsets from UTC, days first or months first, seconds since 1970.
//! Must not know which column a time stands in.

mod evidence;
mod short;

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

pub(crate) use evidence::TimeEvidence;

use super::zones::{without_offset, without_place, zone};

/// Which of two numbers below 13 is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayFirst,
    MonthFirst,
}

/// A day as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Day {
    On(Date),
    /// Two numbers and a year.
    Either(i8, i8, i16),
}

/// A time as it is written.
#[derive(Clone, Debug, PartialEq)]
enum Written {
    Instant(Timestamp),
    /// With the zone that its offset or the name behind it says.
    Clock {
        day: Day,
        time: Time,
        zone: Option<TimeZone>,
    },
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What a change of the clocks does to a time without an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// They show it twice, and it is taken as the first of the two; else they skip it, and it is
    /// taken as much later as they are put forward.
    pub(crate) twice: bool,
    pub(crate) written: DateTime,
}

/// A moment, in the file's zone, and whether a change of the clocks leaves it open.
pub(crate) type Read = (ZonedDateTime, Option<Turn>);

/// How a file's times are to be read.
#[derive(Clone, Debug)]
pub(crate) struct TimeStyle {
    pub(crate) zone: TimeZone,
    pub(crate) format: Option<String>,
    pub(crate) order: Option<DateOrder>,
}

impl TimeStyle {
    pub(crate) fn of(
        zone: TimeZone,
        format: Option<String>,
        order: Option<DateOrder>,
    ) -> TimeStyle {
        TimeStyle { zone, format, order }
    }

    /// A moment of the file.
    pub(crate) fn read(&self, text: &str) -> Option<Read> {
        let text = text.trim();
        if let Some(format) = &self.format {
            return self.formatted(format, text);
        }
        match written(text)? {
            Written::Instant(at) => Some(self.instant(at)),
            Written::Clock { day, time, zone } => {
                let civil = DateTime::from_parts(self.day(day)?, time);
                self.local(civil, zone.as_ref().unwrap_or(&self.zone))
            }
        }
    }

    fn formatted(&self, format: &str, text: &str) -> Option<Read> {
        let (text, place) = if format.contains('[') { (text, None) } else { without_place(text) };
        let parts = BrokenDownTime::parse(format, text).ok()?;
        if parts.offset().is_some() {
            return Some(self.instant(parts.to_timestamp().ok()?));
        }
        let zone = place.map_or(Some(self.zone.clone()), zone)?;
        self.local(parts.to_datetime().ok()?, &zone)
    }

    fn instant(&self, at: Timestamp) -> Read {
        (at.to_zoned_datetime(self.zone.clone()), None)
    }

    fn local(&self, civil: DateTime, zone: &TimeZone) -> Option<Read> {
        let at = zone.to_ambiguous_zoned_datetime(civil);
        let turn = at.is_ambiguous().then(|| Turn {
            twice: matches!(at.offset(), AmbiguousOffset::Fold { .. }),
            written: civil,
        });
        Some((at.compatible().ok()?.with_time_zone(self.zone.clone()), turn))
    }

    fn day(&self, day: Day) -> Option<Date> {
        let (day, month, year) = match (day, self.order) {
            (Day::On(date), _) => return Some(date),
            (Day::Either(a, b, year), Some(DateOrder::DayFirst)) => (a, b, year),
            (Day::Either(a, b, year), Some(DateOrder::MonthFirst)) => (b, a, year),
            // Nothing in the file has both below 13, or nothing is asked: the larger is the day.
            (Day::Either(a, b, year), None) => {
                if a > 12 || a == b {
                    (a, b, year)
                } else {
                    (b, a, year)
                }
            }
        };
        Date::new(year, month, day).ok()
    }
}

/// What says the day, where a text says no more than a day: by itself, or at midnight.
pub(super) fn day_of(text: &str) -> Option<&str> {
    let said = written(text)?;
    let Written::Clock { time, zone: None, .. } = said else { return None };
    let day = |at: usize| text[..at].trim_end_matches(['T', 't', ' ', ',']);
    (time == Time::midnight()).then(|| clock_at(text).map_or(text, day))
}

/// What says the time of day, where a text says no more than that; a workbook's begins with the day
/// that it counts from.
pub(super) fn clock_of(text: &str) -> Option<&str> {
    const NO_DAYS: &[&str] = &["1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01"];
    let behind = NO_DAYS.iter().find_map(|day| text.strip_prefix(day));
    let clock = behind.map_or(text, |rest| rest.trim_start_matches(['T', ' ']));
    let (bare, _) = without_offset(clock)?;
    let (bare, noon) = without_noon(bare);
    (clock_at(bare) == Some(0) && time(bare, noon).is_some()).then_some(clock)
}

fn written(text: &str) -> Option<Written> {
    if text.len() > 64 {
        return None;
    }
    let text = text.replace(['\u{202f}', '\u{a0}'], " ");
    let (text, place) = without_place(&text);
    let named = place.map_or(Some(None), |place| zone(place).map(Some));
    match of_digits(text) {
        Some(Written::Clock { day, time, .. }) => {
            return Some(Written::Clock { day, time, zone: named? });
        }
        Some(instant) => return Some(instant),
        None => {}
    }
    let (text, offset) = without_offset(text)?;
    // `…[Europe/Berlin]` after an offset says nothing more.
    let zone = match offset {
        Some(offset) => Some(TimeZone::fixed(offset)),
        None => named?,
    };
    let (text, noon) = without_noon(text);
    let (day, time) = match clock_at(text) {
        Some(at) => (text[..at].trim_end_matches(['T', 't', ' ', ',']), time(&text[at..], noon)?),
        None if noon.is_none() => (text, Time::midnight()),
        None => return None,
    };
    Some(Written::Clock { day: self::day(day.trim())?, time, zone })
}

/// Seconds since 1970, days since 1900 as a spreadsheet counts, or a time without separators.
fn of_digits(text: &str) -> Option<Written> {
    let (whole, places) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if !whole.bytes().chain(places.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let clock = |format: &str| {
        let civil = DateTime::strptime(format, whole).ok()?;
        Some(Written::Clock { day: Day::On(civil.date()), time: civil.time(), zone: None })
    };
    let number: i64 = whole.parse().ok()?;
    match (whole.len(), places.is_empty()) {
        (10, _) => {
            let us = format!("0.{places}").parse::<f64>().ok().map_or(0.0, |part| part * 1e6);
            Timestamp::from_microsecond(number * 1_000_000 + us as i64).ok().map(Written::Instant)
        }
        (13, _) => Timestamp::from_millisecond(number).ok().map(Written::Instant),
        (16, true) => Timestamp::from_microsecond(number).ok().map(Written::Instant),
        (14, true) => clock("%Y%m%d%H%M%S"),
        (8, true) => clock("%Y%m%d"),
        // From 2000 to 2100.
        (5, _) if (36_526..=73_050).contains(&number) => {
            let part: f64 = format!("0.{places}").parse().ok()?;
            let ms = (part * 86_400_000.0).round() as i64;
            let day = Date::constant(1899, 12, 30).checked_add(number.days()).ok()?;
            let civil = day.to_datetime(Time::midnight()).checked_add(ms.milliseconds()).ok()?;
            Some(Written::Clock { day: Day::On(civil.date()), time: civil.time(), zone: None })
        }
        _ => None,
    }
}

/// Cuts `AM` or `PM` off the end.
fn without_noon(text: &str) -> (&str, Option<bool>) {
    let lower = text.to_ascii_lowercase();
    for (word, after) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        let before = lower.strip_suffix(word);
        if let Some(before) = before.filter(|before| {
            before.ends_with([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        }) {
            return (text[..before.len()].trim_end(), Some(after));
        }
    }
    (text, None)
}

/// Where the time of day begins: the digits before the first colon.
fn clock_at(text: &str) -> Option<usize> {
    let colon = text.find(':')?;
    let before = &text[..colon];
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits).then_some(colon - digits)
}

fn time(text: &str, noon: Option<bool>) -> Option<Time> {
    let mut parts = text.split(':');
    let mut next = |required: bool| match parts.next() {
        Some(part) => Some(part),
        None if required => None,
        None => Some("0"),
    };
    let hour: i8 = next(true)?.parse().ok()?;
    let minute: i8 = next(true)?.parse().ok()?;
    let seconds = next(false)?.replace(',', ".");
    if parts.next().is_some() || !seconds.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let (whole, places) = seconds.split_once('.').unwrap_or((&seconds, ""));
    let places: String = places.chars().chain("000000000".chars()).take(9).collect();
    let hour = match (noon, hour) {
        (Some(true), 1..=11) => hour + 12,
        (Some(false), 12) => 0,
        (Some(_), 1..=12) | (None, _) => hour,
        (Some(_), _) => return None,
    };
    Time::new(hour, minute, whole.parse().ok()?, places.parse().ok()?).ok()
}

fn day(text: &str) -> Option<Day> {
    let mut parts: Vec<&str> =
        text.split([' ', ',', '-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let is_word = |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic());
    // `Fri, 28 Nov 2025`
    if parts.len() == 4 && is_word(parts[0]) {
        parts.remove(0);
    }
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |part: &str| if part.len() <= 4 { part.parse::<i16>().ok() } else { None };
    let year =
        |part: &str| number(part).map(|year| if part.len() <= 2 { 2_000 + year } else { year });
    let small = |part: &str| number(part).and_then(|n| i8::try_from(n).ok());
    let month = |word: &str| {
        let short = word.get(..3)?.to_ascii_lowercase();
        MONTHS.iter().position(|month| *month == short).map(|at| at as i8 + 1)
    };
    let on = |year: i16, month: i8, day: i8| Date::new(year, month, day).ok().map(Day::On);
    match () {
        () if is_word(a) => on(year(c)?, month(a)?, small(b)?),
        () if is_word(b) => on(year(c)?, month(b)?, small(a)?),
        () if a.len() == 4 => on(number(a)?, small(b)?, small(c)?),
        // With points the day stands first wherever they are used.
        () if text.contains('.') => on(year(c)?, small(b)?, small(a)?),
        () => {
            let (a, b) = (small(a)?, small(b)?);
            let sound = (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12);
            sound.then_some(Day::Either(a, b, year(c)?))
        }
    }
}

#[cfg(test)]
mod tests;
