//! Owns counting a whole log: what its rows come to, what is left out and why, its busiest day.
//! Must not know which stretch is wanted.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::{Date, DateTime};

use super::anew::{Anew, Bought, First};
use super::footer::is_footer;
use super::grouped;
use super::hours::Hours;
use super::kin::Kin;
use super::mapping::{Mapping, Repeats, Routing};
use super::repeats::{Again, RepeatedRows, Sieve, Weighed};
use super::row::{self, Bad, Head, Known, Line, Outcome, RowReader};
use super::survey::{self, Survey};
use super::totals::Totals;
use super::unreadable::Unreadable;
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
    /// Its channel, order number and customer, as they are written.
    pub(super) written: [&'r str; 3],
    /// Whether it repeats a line, where that is to be weighed.
    pub(super) again: Option<Again>,
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
    /// What is done about rows that repeat a line, where somebody or the file says it: an order
    /// with all its lines in one field is there once.
    pub(super) fn sieve(&self) -> Option<Sieve> {
        let numbered = self.survey.line_numbers.is_some();
        match self.mapping.repeats {
            Some(Repeats::Once) => Some(Sieve::Once),
            Some(Repeats::Each) => Some(Sieve::Each),
            None if numbered || !self.survey.columns.items.is_empty() => Some(Sieve::Once),
            None => None,
        }
    }

    /// What is to be asked of rows that repeat a line.
    pub(super) fn question(&self, tally: &LogTally) -> Option<Wrong> {
        let Survey { layout, one_unit, .. } = self.survey;
        let open = || tally.repeats.question(&self.mapping.source.file, layout, *one_unit);
        let anew = || tally.anew.question(self.mapping, tally.orders);
        let kin = || {
            let known = self.survey.layout.cancellations.is_some();
            tally.kin.question(self.mapping, &self.survey.state_column).filter(|_| !known)
        };
        self.sieve().is_none().then(open).flatten().or_else(anew).or_else(kin)
    }

    /// Every row in the order of the file; then what is known of all of them.
    pub(super) fn walk(
        &self,
        sieve: Sieve,
        mut each: impl FnMut(&Seen<'_>) -> Result<(), Wrong>,
    ) -> Result<Walked, Wrong> {
        let mut table = survey::open(self.mapping)?;
        let Reading { mapping, survey, routing, stock_list } = *self;
        let mut reader = RowReader::new(mapping, survey, routing, stock_list, sieve);
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
            let customer = survey.columns.customer.and_then(|column| table.field(column).ok());
            let (channel, number) = reader.written();
            let (again, written) = (reader.again, [channel, number, customer.unwrap_or("")]);
            each(&Seen { line, weight, civil: last, head, written, again, what })?;
        }
        table.refuse_part(&self.mapping.source.file)?;
        Ok(Walked {
            foreign: reader.foreign,
            headers_again: table.headers_again,
            totals: reader.totals,
        })
    }
}

/// What is known when all rows were come across.
pub(super) struct Walked {
    /// Prices that are left out for their currency.
    foreign: u64,
    headers_again: u64,
    totals: Totals,
}

/// What a log comes to, all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogTally {
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
    pub(crate) repeats: RepeatedRows,
    totals: Totals,
    /// Order numbers that stand for several orders.
    anew: Anew,
    kin: Kin,
    /// Rows whose time the clocks skip, and show twice, each with the first.
    turned: [(u64, Option<DateTime>); 2],
}

/// The day of an order, whether it could be read, whether it was cancelled.
#[derive(Clone, Copy)]
struct OrderSeen {
    first: First,
    /// Rows that repeat none of its lines.
    lines: u32,
    bought: bool,
    cancelled: bool,
}

/// Counts every row of the log.
pub(super) fn tally(reading: &Reading<'_>) -> Result<LogTally, Wrong> {
    let mut tally = LogTally::default();
    let mut orders: HashMap<u64, OrderSeen> = HashMap::new();
    let (mut finest, mut weighed, mut above) = (Finest::default(), Weighed::default(), None);
    let file = &reading.mapping.source.file;
    let most = |what: String| Err(Wrong::new(format!("`{file}` has more than {what}")));
    let sieve = reading.sieve().unwrap_or(Sieve::Weigh);
    let walked = reading.walk(sieve, |seen| {
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
                finest.hear(head.civil);
                let bought = tally.row(head, lines);
                let first = u32::from(seen.again.is_none());
                if let Some(again) = seen.again {
                    weighed.add(head.order, again, seen.line);
                }
                if bought {
                    let row = head.bought(above == Some(head.order), seen.written[2]);
                    let order = orders.entry(head.order).or_insert(OrderSeen::of(row));
                    tally.bought(seen, order, row);
                    order.lines += first;
                    order.cancelled |= head.cancelled_at_us.is_some();
                } else if let Some(order) = orders.get_mut(&head.order) {
                    order.lines += first;
                }
            }
            What::Left(known) => *tally.left.entry(known.clone()).or_default() += seen.weight,
            What::Bad((_, why)) => {
                tally.unreadable.add(seen.line, seen.weight, why);
                // A day is as busy as its rows are many, read or not.
                if let Some(civil) = seen.civil {
                    let key = seen.head.map_or(seen.line, |head| head.order);
                    let row = Bought { at: civil, minute: 0, buyer: 0, adjoins: true };
                    orders.entry(key).or_insert(OrderSeen::of(row));
                }
            }
        }
        above = seen.head.map(|head| head.order);
        Ok(())
    })?;
    tally.kin.settle(|key| orders.get(&key).is_some_and(|order| order.bought));
    tally.foreign_prices = walked.foreign;
    tally.headers_again = walked.headers_again;
    tally.totals = walked.totals;
    let bought = || orders.values().filter(|order| order.bought);
    tally.orders = bought().count() as u64;
    tally.cancelled = bought().filter(|order| order.cancelled).count() as u64;
    tally.resolution = finest.resolution();
    tally.repeats = weighed.found(|key| orders.get(&key).map_or(0, |order| u64::from(order.lines)));
    tally.busiest = busiest(&orders);
    Ok(tally)
}

impl OrderSeen {
    /// An order of which nothing is known to be bought.
    fn of(row: Bought) -> OrderSeen {
        OrderSeen { first: First::of(row), lines: 0, bought: false, cancelled: false }
    }
}

impl Head {
    fn bought(&self, adjoins: bool, customer: &str) -> Bought {
        let minute = self.at_us.div_euclid(60_000_000) as i32;
        let named = Some(customer).filter(|name| !name.is_empty());
        let buyer = self.buyer.or(named.map(|name| row::key("", name)));
        Bought { at: self.civil, minute, buyer: buyer.map_or(0, |b| (b as u32).max(1)), adjoins }
    }
}

/// The day with the most orders; the first of several.
fn busiest(orders: &HashMap<u64, OrderSeen>) -> Option<Date> {
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    for order in orders.values() {
        *days.entry(order.first.day).or_default() += 1;
    }
    let most = days.values().max()?;
    days.iter().find(|(_, count)| *count == most).map(|(day, _)| *day)
}

impl LogTally {
    /// What a person should know of the rows that are read.
    pub(super) fn told(&self, survey: &Survey, asked: bool) -> Vec<String> {
        let zone = survey.clock.zone.iana_name().unwrap_or("UTC");
        let [skipped, twice] = &self.turned;
        let mut told: Vec<String> = self.headers().into_iter().collect();
        // What is asked about is not settled.
        told.extend(self.repeats.note().filter(|_| !asked));
        told.extend(self.hours.note());
        told.extend(turned(skipped, zone, "skip", "taken as later by what they are put forward"));
        told.extend(turned(twice, zone, "show twice", "taken as the first of the two"));
        told.extend(survey.mixed.clone());
        told.extend(survey.skus.iter().cloned());
        told.extend(self.totals.note());
        told
    }

    fn headers(&self) -> Option<String> {
        let times = match self.headers_again {
            0 => return None,
            1 => "once".to_owned(),
            n => format!("{} times", grouped(n)),
        };
        Some(format!("the header stands {times} among the rows and is skipped"))
    }

    /// Counts a row of lines; whether any was bought.
    fn row(&mut self, head: &Head, lines: &[Line]) -> bool {
        self.read += 1;
        self.hours.hear(head.civil);
        self.first = Some(self.first.map_or(head.civil, |first| first.min(head.civil)));
        self.last = Some(self.last.map_or(head.civil, |last| last.max(head.civil)));
        if let Some(turn) = head.turn {
            let (count, first) = &mut self.turned[usize::from(turn.twice)];
            *count += 1;
            first.get_or_insert(turn.written);
        }
        self.lines(head, lines)
    }

    /// A row of lines that were bought: whether it may be of another order than its number says.
    fn bought(&mut self, seen: &Seen<'_>, order: &mut OrderSeen, row: Bought) {
        if order.bought {
            return self.anew.hear(seen.line, &mut order.first, row);
        }
        *order = OrderSeen { first: First::of(row), bought: true, ..*order };
        let [channel, number, _] = seen.written;
        self.kin.hear(seen.line, number, |other| row::key(channel, other));
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

/// What is told of times that a change of the clocks leaves open.
fn turned(
    (count, first): &(u64, Option<DateTime>),
    zone: &str,
    how: &str,
    taken: &str,
) -> Option<String> {
    let first = first.as_ref()?.strftime("%Y-%m-%d %H:%M:%S");
    let rows =
        if *count == 1 { "1 row has".to_owned() } else { format!("{} rows have", grouped(*count)) };
    Some(format!("{rows} a time that the clocks of {zone} {how}, such as {first}: {taken}"))
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
