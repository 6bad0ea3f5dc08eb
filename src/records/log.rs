//! Owns an order log as a whole: surveyed, counted, and the rows of the stretch that is wanted.
//! Must not know what is done with them. Start at [`Log::read`].

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::DateTime;

use super::hours::Hours;
use super::mapping::{Day, Mapping, Routing};
use super::repeats::Sieve;
use super::row::{Head, Known, Line};
use super::survey::Survey;
use super::tally::{LogTally, Reading, Seen, What, tally};
use super::unreadable::Unreadable;
use super::{SKUS_MAX, currency, grouped};
use crate::units::Span;
use crate::wrong::Wrong;

/// The most rows of a stretch: they are all held in memory.
const ROWS_MAX: usize = 3_000_000;

/// A line of the stretch.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Where the row stands in the file.
    pub(super) line: u64,
    pub(super) at_us: i64,
    pub(super) order: u64,
    pub(super) sku: u32,
    pub(super) qty: i64,
    pub(super) price: i64,
    pub(super) channel: Option<u16>,
    pub(super) buyer: Option<u64>,
    pub(super) cancelled_at_us: Option<i64>,
    pub(super) takes_back: Option<u64>,
}

/// Words as small numbers, in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
    pub(super) names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

/// What is missing of the stretch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// Rows that are lines of orders, read or not.
    pub(crate) rows: u64,
    /// Those that could not be read, by what it was about them.
    pub(crate) unread: BTreeMap<&'static str, u64>,
}

/// The rows of the stretch that is wanted.
pub(crate) struct Log {
    pub(crate) tally: LogTally,
    pub(super) rows: Vec<Row>,
    pub(super) skus: Names,
    /// Which stretch, in words: ` of 2025-11-28`.
    pub(crate) stretch: String,
    pub(crate) missing: Missing,
    /// Whether its times say when in the day its orders came.
    pub(crate) hours: Hours,
    /// What a person should know of the file.
    pub(crate) notes: Vec<String>,
    pub(super) from_us: i64,
    pub(super) until_us: i64,
}

/// Why there is no log: with the file, or with the stretch.
pub(crate) enum NoLog {
    File(Wrong),
    Stretch(Wrong),
}

/// The stretch that is wanted.
struct Stretch {
    day: Option<jiff::civil::Date>,
    from: Option<DateTime>,
    until: Option<DateTime>,
}

impl Stretch {
    fn has(&self, civil: DateTime) -> bool {
        self.day.is_none_or(|day| civil.date() == day)
            && self.from.is_none_or(|from| civil >= from)
            && self.until.is_none_or(|until| civil < until)
    }

    fn words(&self, mapping: &Mapping) -> String {
        let mut words = match (self.day, mapping.day) {
            (Some(day), _) => format!(" of {day}"),
            (None, Some(_)) => " of a day on which something is bought".to_owned(),
            (None, None) => String::new(),
        };
        if let Some(from) = self.from {
            words.push_str(&format!(" from {from}"));
        }
        if let Some(until) = self.until {
            words.push_str(&format!(" until {until}"));
        }
        words
    }
}

impl Log {
    /// Counts the whole file, then takes the rows of the stretch.
    pub(crate) fn read(
        mapping: &Mapping,
        survey: &Survey,
        routing: &Routing,
        stock_list: Option<&[String]>,
    ) -> Result<Log, NoLog> {
        of_ours(mapping, survey).map_err(NoLog::File)?;
        let known: Option<HashSet<&str>> =
            stock_list.map(|names| names.iter().map(String::as_str).collect());
        let reading = Reading { mapping, survey, routing, stock_list: known.as_ref() };
        let tally = tally(&reading).map_err(NoLog::File)?;
        if let Some(wrong) = reading.question(&tally) {
            return Err(NoLog::File(wrong));
        }
        if tally.read == 0 && tally.unreadable.count == 0 {
            let wrong = Wrong::new(format!("`{}` has no rows of orders", mapping.source.file));
            let wrong = wrong.expected("rows such as 2011-11-17T08:10:00,576640,22465,12,1.65");
            let left = left_out(&tally.left);
            return Err(NoLog::File(if left.is_empty() {
                wrong
            } else {
                wrong.hint(left.join("; "))
            }));
        }
        let day = match mapping.day {
            Some(Day::On(day)) => Some(day),
            Some(Day::Busiest) => tally.busiest,
            None => None,
        };
        let stretch = Stretch { day, from: mapping.from, until: mapping.until };
        let mut taken = Taken::new(stock_list);
        let nowhere = mapping.day.is_some() && day.is_none();
        reading
            .walk(reading.sieve().unwrap_or(Sieve::Each), |seen| {
                let here = seen.civil.is_none_or(|civil| stretch.has(civil));
                if here && !nowhere { taken.take(seen, &mapping.source.file) } else { Ok(()) }
            })
            .map_err(NoLog::File)?;
        taken.finish(mapping, survey, tally, &stretch)
    }
}

/// Amounts of another currency are no amounts of ours.
pub(super) fn of_ours(mapping: &Mapping, survey: &Survey) -> Result<(), Wrong> {
    let Some(ours) = mapping.currency else { return Ok(()) };
    let theirs = &survey.currencies;
    if theirs.is_empty() || theirs.keys().any(|said| currency::means(said, ours)) {
        return Ok(());
    }
    let said = super::columns::list(theirs.keys().map(String::as_str));
    let wrong = Wrong::new(format!(
        "`{}` has its prices in {said}, the scenario is in {ours}",
        mapping.source.file
    ));
    Err(wrong
        .expected("the currency of the file, as `currency: EUR` at the top, or `--currency EUR`"))
}

/// Rows of the stretch, as they are taken.
struct Taken {
    rows: Vec<Row>,
    skus: Names,
    fixed: bool,
    missing: Missing,
    hours: Hours,
    unreadable: Unreadable,
    left: BTreeMap<Known, u64>,
}

impl Taken {
    fn new(stock_list: Option<&[String]>) -> Taken {
        let mut skus = Names::default();
        for name in stock_list.unwrap_or_default() {
            skus.number(name);
        }
        Taken {
            rows: vec![],
            skus,
            fixed: stock_list.is_some(),
            missing: Missing::default(),
            hours: Hours::default(),
            unreadable: Unreadable::default(),
            left: BTreeMap::new(),
        }
    }

    fn take(&mut self, seen: &Seen<'_>, file: &str) -> Result<(), Wrong> {
        match &seen.what {
            What::Left(known) => *self.left.entry(known.clone()).or_default() += seen.weight,
            What::Bad((kind, why)) => {
                self.missing.rows += seen.weight;
                *self.missing.unread.entry(kind).or_default() += seen.weight;
                self.unreadable.add(seen.line, seen.weight, why);
            }
            What::Lines(lines) => {
                self.missing.rows += 1;
                let Some(head) = seen.head else { return Ok(()) };
                self.hours.hear(head.civil);
                for line in *lines {
                    self.line(seen.line, head, line);
                }
            }
        }
        let too_many = |what: String| {
            let wrong =
                Wrong::new(format!("`{file}` has more than {what} in the stretch that is wanted"));
            Err(wrong.hint("take one `day`, or `from` and `until`"))
        };
        match () {
            () if self.rows.len() > ROWS_MAX => {
                too_many(format!("{} lines", grouped(ROWS_MAX as u64)))
            }
            () if !self.fixed && self.skus.names.len() as u64 > SKUS_MAX => {
                too_many(format!("{} different SKUs", grouped(SKUS_MAX)))
            }
            () => Ok(()),
        }
    }

    fn line(&mut self, at: u64, head: &Head, line: &Line) {
        let sku = self.skus.number(&line.sku);
        self.rows.push(Row {
            line: at,
            at_us: head.at_us,
            order: head.order,
            sku,
            qty: line.qty,
            price: line.price,
            channel: head.channel,
            buyer: head.buyer,
            cancelled_at_us: head.cancelled_at_us,
            takes_back: head.takes_back,
        });
    }

    fn finish(
        self,
        mapping: &Mapping,
        survey: &Survey,
        tally: LogTally,
        stretch: &Stretch,
    ) -> Result<Log, NoLog> {
        let words = stretch.words(mapping);
        let file = &mapping.source.file;
        let (bad, all) = (self.unreadable.count, self.missing.rows);
        if bad * 2 > all {
            let of = if words.is_empty() {
                format!(" of `{file}`")
            } else {
                format!("{words} in `{file}`")
            };
            let wrong =
                Wrong::new(format!("{} of {} rows{of} cannot be read", grouped(bad), grouped(all)));
            return Err(NoLog::File(wrong.hint(self.unreadable.examples())));
        }
        let notes = self.notes(survey, &tally, &words, mapping.currency);
        let times = self.rows.iter().map(|row| row.at_us);
        let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
            let wrong = Wrong::new(format!("`{file}` has no rows{words}"));
            return Err(NoLog::Stretch(wrong.hint("look at `day`, `from`, `until` and `zone`")));
        };
        let at = |said: &Option<DateTime>| {
            let moment = said.and_then(|civil| mapping.zone.to_zoned_datetime(civil).ok());
            moment.map(|moment| moment.timestamp().as_microsecond())
        };
        Ok(Log {
            from_us: at(&stretch.from).unwrap_or(first),
            until_us: at(&stretch.until).unwrap_or(last + tally.resolution.0 as i64),
            tally,
            rows: self.rows,
            skus: self.skus,
            stretch: words,
            missing: self.missing,
            hours: self.hours,
            notes,
        })
    }

    fn notes(
        &self,
        survey: &Survey,
        tally: &LogTally,
        stretch: &str,
        ours: Option<&str>,
    ) -> Vec<String> {
        let mut notes = vec![format!("{}.", survey.read_as)];
        if survey.one_unit {
            notes.push("no column says the quantity: each row is one unit.".to_owned());
        }
        let bad = self.unreadable.count;
        if bad > 0 {
            let rows =
                if bad == 1 { "row cannot be read and is" } else { "rows cannot be read and are" };
            let examples = self.unreadable.examples();
            notes.push(format!("{} {rows} left out{stretch} ({examples}).", grouped(bad)));
        }
        for what in left_out(&self.left) {
            notes.push(format!("left out{stretch}: {what}."));
        }
        notes.extend(tally.told(survey, false).into_iter().map(|said| format!("{said}.")));
        let foreign = currency::foreign(tally.foreign_prices, &survey.currencies, ours);
        notes.extend(foreign.map(|said| format!("{said}.")));
        notes
    }
}

/// Rows that are known to be no lines of sales, in words.
pub(crate) fn left_out(left: &BTreeMap<Known, u64>) -> Vec<String> {
    let what = |(known, count): (&Known, &u64)| {
        let rows =
            if *count == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(*count)) };
        match known {
            Known::NoSale(state) => {
                format!("{rows} in the state `{}`, which is no sale", super::short(state))
            }
            Known::Skipped => format!("{rows} of SKUs that are no goods"),
            Known::NoGoods(name) => format!("{rows} without a SKU that are no goods ({name})"),
            Known::Summary => format!("{rows} that only sum up other lines"),
            Known::Footer => format!("{rows} of totals"),
            Known::Correction => format!("{rows} that only correct stock"),
            Known::Refunded => format!("{rows} of which all units were refunded"),
            Known::Repeat if *count == 1 => format!("{rows} that repeats a line of its order"),
            Known::Repeat => format!("{rows} that repeat a line of their order"),
        }
    };
    left.iter().map(what).collect()
}

/// The finest time that the log tells apart.
impl Log {
    pub(crate) fn resolution(&self) -> Span {
        self.tally.resolution
    }
}
