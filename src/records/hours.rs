//! Owns whether the times of a log say when in the day its orders came.
//! Must not know which rows they stand in.

use jiff::civil::DateTime;

use super::survey::Survey;
use super::{grouped, short};
use crate::wrong::Wrong;

/// Fewer times than this may all be full hours by chance.
const TIMES_MIN: u64 = 10;

/// Times, and how many of them say no more than a day or an hour.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hours {
    times: u64,
    /// At midnight: days.
    days: u64,
    full_hours: u64,
    first: Option<DateTime>,
    /// Those of the first one's time of day, and whether they are of several days.
    like_first: u64,
    several_days: bool,
    /// A bit for each hour of the day that some time is in.
    seen: u32,
}

/// The hours from 1 to 12: all that a clock without AM and PM shows.
const TWELVE: u32 = 0b1_1111_1111_1110;

impl Hours {
    pub(super) fn hear(&mut self, at: DateTime) {
        let first = *self.first.get_or_insert(at);
        let full = at.minute() == 0 && at.second() == 0 && at.subsec_nanosecond() == 0;
        self.times += 1;
        self.days += u64::from(full && at.hour() == 0);
        self.full_hours += u64::from(full);
        self.like_first += u64::from(at.time() == first.time());
        self.several_days |= at.date() != first.date();
        self.seen |= 1 << at.hour();
    }

    /// What a person should know of the hours.
    pub(super) fn note(&self) -> Option<String> {
        let lost = "every time is between 01:00 and 12:59, and every hour of them has some: if the \
                    file has lost its AM and PM, half of the orders are twelve hours early";
        (self.seen == TWELVE).then(|| lost.to_owned())
    }

    /// A log without times of day would be spread evenly, and its rush would be lost.
    pub(crate) fn refused(&self, file: &str, survey: &Survey) -> Option<Wrong> {
        let column = short(&survey.time_column);
        // One row in ten with a time of day makes no log of times.
        let mostly = |count: u64| self.times > 0 && count * 10 >= self.times * 9;
        let enough = self.times >= TIMES_MIN;
        let of = |count: u64, one: &str, many: &str| {
            if count == self.times {
                format!("every time in `{column}` is a {one}")
            } else {
                let (count, all) = (grouped(count), grouped(self.times));
                format!("{count} of {all} times in `{column}` are {many}")
            }
        };
        let found = match () {
            () if mostly(self.days) => of(self.days, "whole day", "whole days"),
            () if enough && mostly(self.full_hours) => {
                of(self.full_hours, "full hour", "full hours")
            }
            () if enough && self.several_days && self.like_first == self.times => {
                format!("every time in `{column}` is the same time of day")
            }
            () => return None,
        };
        let wrong = Wrong::new(format!("`{file}`: {found}"));
        let wrong = wrong.expected("a column with times of day, such as 2011-11-17T08:10:00");
        let theirs =
            if survey.layout.name == "ebay" { "eBay's orders report has days only: " } else { "" };
        let named = match &survey.clock_column {
            Some(clock) => format!(
                "`{0}` has times of day: `columns: {{ date: {column}, time: {0} }}` takes both",
                short(clock)
            ),
            None => "Name another column as `columns: { time: … }`".to_owned(),
        };
        Some(wrong.hint(format!(
            "{theirs}when orders came within a day cannot be told from it. {named}, or say the \
             demand yourself: `traffic: {{ demand: … }}`, as `doorbuster init` writes it"
        )))
    }
}
