//! Owns days with a year of two digits: which of their orders the file leaves open.
//! Must not know the times of day beside them.

use jiff::civil::Date;

use crate::records::short;
use crate::wrong::Wrong;

/// From so many days on a reading spans years.
const YEAR_DAYS: i32 = 365;

/// The orders in which three numbers of two digits are written: in words, and as a format.
const ORDERS: [(&str, [&str; 3]); 3] = [
    ("day first", ["%d", "%m", "%y"]),
    ("month first", ["%m", "%d", "%y"]),
    ("year first", ["%y", "%m", "%d"]),
];
const YEAR_FIRST: usize = 2;

/// The days of a file under each order that all of them can be read in.
#[derive(Clone, Debug, Default)]
pub(super) struct Short {
    /// The first of them, and what stands between its numbers.
    first: Option<(String, char)>,
    spans: [Span; 3],
}

#[derive(Clone, Copy, Debug, Default)]
struct Span {
    /// Some day is none in this order.
    broken: bool,
    days: Option<(Date, Date)>,
}

/// Three numbers of at most two digits at the head of a text, and what stands between them.
fn numbers(text: &str) -> Option<([i8; 3], char)> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.');
    let day = text.split(|c| !is_part(c)).next().unwrap_or_default();
    let mark = day.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = day.split(mark).map(|part| {
        let sound = (1..=2).contains(&part.len());
        if sound { part.parse::<i8>().ok() } else { None }
    });
    let all = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some((all, mark))
}

impl Short {
    pub(super) fn hear(&mut self, text: &str) {
        let Some(([a, b, c], mark)) = numbers(text) else { return };
        let date = |year: i8, month, day| Date::new(2_000 + i16::from(year), month, day).ok();
        let dates = [date(c, b, a), date(c, a, b), date(a, b, c)];
        // What is no day in any order proves none.
        if dates.iter().all(Option::is_none) {
            return;
        }
        self.first.get_or_insert_with(|| (text.to_owned(), mark));
        for (span, date) in self.spans.iter_mut().zip(dates) {
            match (date, &mut span.days) {
                (None, _) => span.broken = true,
                (Some(date), Some(days)) => *days = (days.0.min(date), days.1.max(date)),
                (Some(date), none) => *none = Some((date, date)),
            }
        }
    }

    /// What is to be asked: a year may stand first, and the file's days under another order are not
    /// those of days where that would make them years.
    pub(super) fn question(&self) -> Option<Wrong> {
        let (first, mark) = self.first.as_ref()?;
        let open: Vec<(usize, (Date, Date))> = (0..ORDERS.len())
            .filter(|order| !self.spans[*order].broken)
            .filter_map(|order| Some((order, self.spans[order].days?)))
            .collect();
        let length = |(first, last): (Date, Date)| (last - first).get_days();
        let (_, years) = *open.iter().find(|(order, _)| *order == YEAR_FIRST)?;
        let others = open.iter().filter(|(order, _)| *order != YEAR_FIRST);
        let shortest = others.map(|(_, days)| length(*days)).min()?;
        // With points the day stands first, unless that makes years of what were days.
        let settled = match mark {
            '.' => shortest < YEAR_DAYS || shortest <= length(years),
            _ => length(years) >= YEAR_DAYS && shortest < length(years),
        };
        if settled {
            return None;
        }
        let ways = if open.len() == 2 { "two" } else { "three" };
        let words: Vec<&str> = open.iter().map(|(order, _)| ORDERS[*order].0).collect();
        let wrong = Wrong::new(format!(
            "`{}` can be read {ways} ways: {}",
            short(first),
            words.join(" or ")
        ));
        let formats: Vec<String> = open
            .iter()
            .map(|(order, _)| {
                let clock = if first.contains(':') { " %H:%M" } else { "" };
                format!("\"{}{clock}\"", ORDERS[*order].1.join(&mark.to_string()))
            })
            .collect();
        let reach = |(order, (first, last)): &(usize, (Date, Date))| {
            format!("{} the file is of {first} to {last}", ORDERS[*order].0)
        };
        let reaches: Vec<String> = open.iter().map(reach).collect();
        let wrong = wrong.expected(format!("a `time format`: {}", formats.join(" or ")));
        Some(wrong.hint(reaches.join(", ")))
    }
}
