//! Owns what a log comes to, held against the file: rows, orders, lines, units, money, times.
//! Must not know how it is told.

use super::log::{left_out, of_ours};
use super::mapping::{Mapping, Routing};
use super::survey::Survey;
use super::tally::{LogTally, Reading, tally};
use crate::wrong::Wrong;

/// What a log comes to. Rows read, left out and unreadable are all its rows.
#[derive(Clone, Debug)]
pub struct Reconciliation {
    /// The file, as it was named.
    pub file: String,
    /// How it was read, in words.
    pub read_as: String,
    /// Its rows, below the header.
    pub rows: u64,
    /// Rows that were read as lines of orders.
    pub read: u64,
    /// Orders that buy something.
    pub orders: u64,
    /// Those of them that their customers cancelled at a time that the log says.
    pub cancelled: u64,
    /// Lines that were bought, and their units.
    pub lines: u64,
    /// Units that were bought.
    pub units: u64,
    /// Lines that came back.
    pub returned_lines: u64,
    /// Units that came back.
    pub returned_units: u64,
    /// The money of the lines that were bought, in minor units.
    pub money: i128,
    /// The code of its currency, with its decimal places.
    pub currency: (String, u8),
    /// The first and the last time, in the zone of the log.
    pub times: Option<(String, String)>,
    /// The zone of those times.
    pub zone: String,
    /// Rows left out, in words.
    pub left: Vec<String>,
    /// How many those are.
    pub left_rows: u64,
    /// Rows that cannot be read.
    pub unreadable: u64,
    /// The first few of them.
    pub examples: String,
    /// What else a person should know.
    pub notes: Vec<String>,
    /// Whether any column says a price.
    pub priced: bool,
    /// Why nothing can be made of it.
    pub(crate) refused: Vec<Wrong>,
}

impl Reconciliation {
    /// Counts the whole file.
    pub(crate) fn of(
        mapping: &Mapping,
        survey: &Survey,
        routing: &Routing,
    ) -> Result<Reconciliation, Wrong> {
        let reading = Reading { mapping, survey, routing, stock_list: None };
        let tally = tally(&reading)?;
        let time = |at: Option<jiff::civil::DateTime>| {
            at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
        };
        Ok(Reconciliation {
            file: mapping.source.file.clone(),
            read_as: survey.read_as.clone(),
            rows: tally.rows,
            read: tally.read,
            orders: tally.orders,
            cancelled: tally.cancelled,
            lines: tally.lines,
            units: tally.units,
            returned_lines: tally.returned_lines,
            returned_units: tally.returned_units,
            money: tally.money,
            currency: (mapping.currency.unwrap_or("").to_owned(), mapping.digits),
            times: time(tally.first).zip(time(tally.last)),
            zone: mapping.zone.iana_name().unwrap_or("UTC").to_owned(),
            left: left_out(&tally.left),
            left_rows: tally.left.values().sum(),
            unreadable: tally.unreadable.count,
            examples: tally.unreadable.examples(),
            notes: notes(&tally, &reading),
            priced: survey.says_prices(),
            refused: refused(&tally, &reading),
        })
    }
}

fn refused(tally: &LogTally, reading: &Reading<'_>) -> Vec<Wrong> {
    let file = &reading.mapping.source.file;
    if tally.read == 0 {
        let wrong = Wrong::new(format!("no row of `{file}` was read as a line of an order"));
        return vec![wrong.expected("rows such as 2011-11-17T08:10:00,576640,22465,12,1.65")];
    }
    let theirs = of_ours(reading.mapping, reading.survey).err();
    let few = too_few(tally, file).into_iter().chain(theirs);
    let hours = tally.hours.refused(file, reading.survey);
    few.chain(hours).chain(reading.question(tally)).collect()
}

/// A file of which less than half can be read is refused, as a stretch of it is.
fn too_few(tally: &LogTally, file: &str) -> Option<Wrong> {
    let bad = tally.unreadable.count;
    (bad > tally.read).then(|| {
        let (bad, all) = (super::grouped(bad), super::grouped(bad + tally.read));
        let wrong = Wrong::new(format!("{bad} of {all} rows of `{file}` cannot be read"));
        wrong.hint(tally.unreadable.examples())
    })
}

fn notes(tally: &LogTally, reading: &Reading<'_>) -> Vec<String> {
    let survey = reading.survey;
    let mut notes = vec![];
    if survey.one_unit {
        notes.push("no column says the quantity: each row is one unit".to_owned());
    }
    notes.extend(tally.told(survey, reading.question(tally).is_some()));
    let ours = reading.mapping.currency;
    notes.extend(super::currency::foreign(tally.foreign_prices, &survey.currencies, ours));
    notes
}
