//! Owns what the times of a file prove: the order of day and month, their offset, their years.
//! Must not know how a time is read.

use std::ops::RangeInclusive;

use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use super::short::Short;
use super::{DateOrder, Day, Written, written};
use crate::records::grouped;
use crate::records::number::Sightings;
use crate::records::years::Years;
use crate::records::zones::without_place;
use crate::wrong::Wrong;

/// What the times of a file prove about the order of day and month.
#[derive(Clone, Debug, Default)]
pub(crate) struct TimeEvidence {
    format: Option<String>,
    day_first: Sightings,
    month_first: Sightings,
    open: Sightings,
    /// The offset that every time so far has, if they have one and the same.
    offset: OneOffset,
    /// Times with an offset, and those without.
    offsets: [u64; 2],
    years: Years,
    short: Short,
    /// Cells of a workbook that hold a date, and no text.
    typed: u64,
}

/// Whether all times have one offset.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum OneOffset {
    #[default]
    NoTime,
    Seconds(i32),
    None,
}

impl TimeEvidence {
    /// Of times in a format that is said.
    pub(crate) fn of(format: Option<String>) -> TimeEvidence {
        TimeEvidence { format, ..TimeEvidence::default() }
    }

    /// Takes a time into account.
    pub(crate) fn hear(&mut self, text: &str) {
        if let Some(format) = &self.format {
            let text = if format.contains('[') { text } else { without_place(text).0 };
            let parts = BrokenDownTime::parse(format, text.trim()).ok();
            parts.and_then(|parts| parts.year()).into_iter().for_each(|year| self.years.hear(year));
        }
        let Some(written) = written(text.trim()) else { return };
        if self.format.is_none() {
            self.short.hear(text.trim());
            self.years.hear(match &written {
                Written::Clock { day: Day::On(date), .. } => date.year(),
                Written::Clock { day: Day::Either(_, _, year), .. } => *year,
                Written::Instant(at) => at.to_zoned_datetime(TimeZone::UTC).year(),
            });
        }
        let offset = match &written {
            Written::Clock { zone, .. } => {
                let fixed = zone.as_ref().and_then(|zone| zone.to_fixed_offset().ok());
                fixed.map_or(OneOffset::None, |offset| OneOffset::Seconds(offset.seconds()))
            }
            Written::Instant(_) => OneOffset::Seconds(0),
        };
        self.offsets[usize::from(matches!(written, Written::Clock { zone: None, .. }))] += 1;
        let same = self.offset == OneOffset::NoTime || self.offset == offset;
        self.offset = if same { offset } else { OneOffset::None };
        // Only what has two numbers and a year can be open; most files are of another kind.
        let Written::Clock { day: Day::Either(a, b, _), .. } = written else { return };
        let (text, _) = without_place(text);
        match (a > 12, b > 12) {
            (true, _) => self.day_first.add(text),
            (_, true) => self.month_first.add(text),
            _ if a != b => self.open.add(text),
            _ => {}
        }
    }

    /// Whether a time stands in a cell that holds a date, and no text.
    pub(crate) fn hear_typed(&mut self, typed: bool) {
        self.typed += u64::from(typed);
    }

    /// Days and months as text beside dates: whatever made dates of the others left these.
    fn torn(&self) -> Option<Wrong> {
        let texts = [&self.day_first, &self.month_first, &self.open];
        let first = texts.iter().find(|seen| seen.count > 0)?;
        (self.typed > 0).then(|| {
            let wrong = Wrong::new(format!(
                "{} times are text, such as `{}`, beside {} that are dates",
                grouped(texts.iter().map(|seen| seen.count).sum()),
                first.first,
                grouped(self.typed)
            ));
            wrong.expected("one of the two throughout: the export as its shop wrote it").hint(
                "a spreadsheet that takes 3/11 for the 11th of March leaves 28/11 as text, and the \
                 dates that it made are wrong",
            )
        })
    }

    /// The years that its times are of, but for slips.
    pub(crate) fn years(&self) -> RangeInclusive<i16> {
        self.years.range()
    }

    /// The zone of the offset that all times have, in whole hours: the shop's own days.
    pub(crate) fn zone(&self) -> Option<TimeZone> {
        let OneOffset::Seconds(seconds) = self.offset else { return None };
        if seconds == 0 || seconds % 3_600 != 0 {
            return None;
        }
        // Names of fixed zones count from the other side.
        TimeZone::get(&format!("Etc/GMT{:+}", -seconds / 3_600)).ok()
    }

    /// How many times have no offset.
    pub(crate) fn bare(&self) -> u64 {
        self.offsets[1]
    }

    /// That some times have an offset and some have none, in words.
    pub(crate) fn mixed(&self, zone: &str) -> Option<String> {
        let [with, without] = self.offsets;
        (with > 0 && without > 0).then(|| {
            format!(
                "{} of the file's times have an offset and {} have none: those without are taken \
                 to be times of {zone}",
                grouped(with),
                grouped(without)
            )
        })
    }

    /// The order that the file proves, or that is usual for its format.
    pub(crate) fn order(&self, usual: Option<DateOrder>) -> Result<Option<DateOrder>, Wrong> {
        let ask = |found: String| {
            Wrong::new(found).expected("a `time format`: \"%d/%m/%Y %H:%M\" or \"%m/%d/%Y %H:%M\"")
        };
        if let Some(wrong) = self.torn() {
            return Err(wrong);
        }
        let short = self.short.question().filter(|_| usual.is_none());
        match (self.day_first.count, self.month_first.count, self.open.count) {
            (1.., 1.., _) => {
                let (day, month) = (&self.day_first.first, &self.month_first.first);
                Err(ask(format!("days stand first in `{day}` and months in `{month}`")))
            }
            (0, 1.., _) => Ok(Some(DateOrder::MonthFirst)),
            _ if short.is_some() => short.map_or(Ok(None), Err),
            (1.., 0, _) => Ok(Some(DateOrder::DayFirst)),
            (0, 0, 1..) if usual.is_none() => {
                let first = &self.open.first;
                let wrong =
                    ask(format!("`{first}` can be read two ways: day first or month first"));
                Err(wrong.hint("no time of the file has a day above 12"))
            }
            (0, 0, _) => Ok(usual),
        }
    }
}
