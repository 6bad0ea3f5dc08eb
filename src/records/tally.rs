//! Owns counting a whole log: what its rows come to, what is left out and why, its busiest day.
//! Must not know which stretch is wanted.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::{Date, DateTime};

use super::grouped;
use super::hours::Hours;
use super::mapping::{Mapping, Routing};
use super::row::{Bad, Head, Known, Line, Outcome, RowReader, is_footer};
use super::survey::{self, Survey};
use super::table::Unreadable;
use crate::units::Span;
use crate::wrong::Wrong;

/// The most rows of a log, and the most orders: both passes together stay below half a gigabyte.
const ROWS_MAX: u64 = 20_000_000;
const ORDERS_MAX: usize = 7_000_000;

/// A row that was come across.
pub(super) struct Seen<'r> {
    pub(super) line: u64,
    /// How many rows it stands for.
    pub(super) weight: u64,
    /// Its day and time, or that of the rows around it; none before the first that has any.
    pub(super) civil: Option<DateTime>,
    pub(super) head: Option<&'r Head>,
    pub(super) what: What<'r>,
}

pub(super) enum What<'r> {
    Lines(&'r [Line]),
    Left(Known),
    Bad(Bad),
}

/// How rows are read, for both passes.
pub(super) struct Reading<'m> {
    pub(super) mapping: &'m Mapping,
    pub(super) survey: &'m Survey,
    pub(super) routing: &'m Routing,
    pub(super) stock_list: Option<&'m HashSet<&'m str>>,
}

impl Reading<'_> {
    /// Every row in the order of the file; then how many prices are left out for their currency,
    /// and how often the header stands again.
    pub(super) fn walk(
        &self,
        mut each: impl FnMut(&Seen<'_>) -> Result<(), Wrong>,
    ) -> Result<(u64, u64), Wrong> {
        let mut table = survey::open(self.mapping)?;
        let mut reader = RowReader::new(self.mapping, self.survey, self.routing, self.stock_list);
        let mut last = None;
        while let Some(row) = table.next() {
            let (line, weight) = (table.line(), table.weight());
            let outcome = match row {
                Ok(()) => reader.read(&table),
                Err(_) if is_footer(&table.words()) => Outcome::Left(Known::Footer),
                Err(why) => {
                    reader.break_off();
                    Outcome::Bad(("row", why))
                }
            };
            let head = reader.head();
            last = head.map(|head| head.civil).or(last);
            let what = match outcome {
                Outcome::Read => What::Lines(&reader.lines),
                Outcome::Left(known) => What::Left(known),
                Outcome::Bad(why) => What::Bad(why),
            };
            each(&Seen { line, weight, civil: last, head, what })?;
        }
        table.refuse_part(&self.mapping.source.file)?;
        Ok((reader.foreign, table.headers_again))
    }
}

/// What a log comes to, all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    pub(crate) read: u64,
    pub(crate) orders: u64,
    /// Lines that were bought, their units and their money in minor units.
    pub(crate) lines: u64,
    pub(crate) units: u64,
    pub(crate) money: i128,
    /// Lines that came back.
    pub(crate) returned_lines: u64,
    pub(crate) returned_units: u64,
    pub(crate) first: Option<DateTime>,
    pub(crate) last: Option<DateTime>,
    pub(crate) cancelled: u64,
    pub(crate) left: BTreeMap<Known, u64>,
    pub(crate) unreadable: Unreadable,
    pub(crate) foreign_prices: u64,
    pub(crate) headers_again: u64,
    pub(crate) resolution: Span,
    pub(crate) hours: Hours,
    pub(crate) busiest: Option<Date>,
}

/// The day of an order, whether it could be read, whether it was cancelled.
#[derive(Clone, Copy)]
struct OrderSeen {
    day: Date,
    bought: bool,
    cancelled: bool,
}

/// Counts every row of the log.
pub(super) fn tally(reading: &Reading<'_>) -> Result<Tally, Wrong> {
    let mut tally = Tally::default();
    let mut orders: HashMap<u64, OrderSeen> = HashMap::new();
    let mut finest = Finest::default();
    let file = &reading.mapping.source.file;
    let most = |what: String| Err(Wrong::new(format!("`{file}` has more than {what}")));
    let (foreign, headers_again) = reading.walk(|seen| {
        tally.rows += seen.weight;
        if tally.rows > ROWS_MAX {
            return most(format!("{} rows", grouped(ROWS_MAX)));
        }
        if orders.len() > ORDERS_MAX {
            let wrong = most(format!("{} orders", grouped(ORDERS_MAX as u64)));
            return wrong.map_err(|wrong| wrong.hint("cut the file to the days that you need"));
        }
        match &seen.what {
            What::Lines(lines) => {
                let Some(head) = seen.head else { return Ok(()) };
                tally.read += 1;
                finest.hear(head.civil);
                tally.hours.hear(head.civil);
                tally.first = Some(tally.first.map_or(head.civil, |first| first.min(head.civil)));
                tally.last = Some(tally.last.map_or(head.civil, |last| last.max(head.civil)));
                let bought = tally.lines(head, lines);
                if bought {
                    order(
                        &mut orders,
                        head.order,
                        head.civil.date(),
                        true,
                        head.cancelled_at_us.is_some(),
                    );
                }
            }
            What::Left(known) => *tally.left.entry(known.clone()).or_default() += seen.weight,
            What::Bad((_, why)) => {
                tally.unreadable.add(seen.line, seen.weight, why);
                // A day is as busy as its rows are many, read or not.
                if let Some(civil) = seen.civil {
                    let key = seen.head.map_or(seen.line, |head| head.order);
                    order(&mut orders, key, civil.date(), false, false);
                }
            }
        }
        Ok(())
    })?;
    tally.foreign_prices = foreign;
    tally.headers_again = headers_again;
    tally.orders = orders.values().filter(|order| order.bought).count() as u64;
    tally.cancelled =
        orders.values().filter(|order| order.bought && order.cancelled).count() as u64;
    tally.resolution = finest.resolution();
    tally.busiest = busiest(&orders);
    Ok(tally)
}

fn order(orders: &mut HashMap<u64, OrderSeen>, key: u64, day: Date, bought: bool, cancelled: bool) {
    let seen = orders.entry(key).or_insert(OrderSeen { day, bought, cancelled });
    seen.day = seen.day.min(day);
    seen.bought |= bought;
    seen.cancelled |= cancelled;
}

/// The day with the most orders; the first of several.
fn busiest(orders: &HashMap<u64, OrderSeen>) -> Option<Date> {
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    for order in orders.values() {
        *days.entry(order.day).or_default() += 1;
    }
    let most = days.values().max()?;
    days.iter().find(|(_, count)| *count == most).map(|(day, _)| *day)
}

impl Tally {
    /// What is told of headers among the rows.
    pub(super) fn headers(&self) -> Option<String> {
        let times = match self.headers_again {
            0 => return None,
            1 => "once".to_owned(),
            n => format!("{} times", grouped(n)),
        };
        Some(format!("the header stands {times} among the rows and is skipped"))
    }

    /// Counts the lines of a row; whether any was bought.
    fn lines(&mut self, head: &Head, lines: &[Line]) -> bool {
        let mut bought = false;
        for line in lines {
            let units = line.qty.unsigned_abs();
            if line.qty < 0 || head.takes_back.is_some() {
                self.returned_lines += 1;
                self.returned_units += units;
            } else {
                bought = true;
                self.lines += 1;
                self.units += units;
                self.money += i128::from(line.price) * i128::from(units);
            }
        }
        bought
    }
}

/// The finest unit in which any two moments of the log differ, from days down.
#[derive(Default)]
struct Finest(u8);

impl Finest {
    fn hear(&mut self, civil: DateTime) {
        let unit = match () {
            () if civil.subsec_nanosecond() != 0 => 4,
            () if civil.second() != 0 => 3,
            () if civil.minute() != 0 => 2,
            () if civil.hour() != 0 => 1,
            () => 0,
        };
        self.0 = self.0.max(unit);
    }

    fn resolution(&self) -> Span {
        match self.0 {
            4 => Span::from_millis(1),
            3 => Span::from_secs(1),
            2 => Span::from_mins(1),
            1 => Span::from_mins(60),
            _ => Span::from_mins(24 * 60),
        }
    }
}
