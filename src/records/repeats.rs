//! Owns lines of orders that stand in a file more than once: whether they are one line or several.
//! Must not know what the lines come to.
//!
//! A table that was joined with payments has each line as often as its order was paid; a till has
//! one as often as the thing was scanned. A column that numbers lines tells them apart. Without one
//! the orders do: a join repeats all lines of an order alike, a till hardly ever does. What that
//! leaves open is asked about.

use std::collections::{HashMap, HashSet};

use super::columns::Header;
use super::format::ExportLayout;
use super::grouped;
use super::table::Table;
use crate::wrong::Wrong;

/// Columns that number lines, whatever the format.
const NUMBERS: &[&str] = &[
    "line number",
    "line no",
    "line nr",
    "line id",
    "line item id",
    "line item number",
    "lineitem id",
    "lineitem number",
    "line items id",
    "order items id",
    "order item id",
    "order item number",
    "order line",
    "order line id",
    "order line no",
    "order line number",
    "pos",
    "pos nr",
    "posnr",
    "position",
    "positionsnummer",
];

/// Columns that do in one format.
const OF_FORMATS: &[(&str, &str)] = &[
    ("ebay", "transaction id"),
    ("etsy", "transaction id"),
    ("magento", "item id"),
    ("woocommerce", "item id"),
];

/// Those of them that may say something else: where in a warehouse, which till.
const UNSURE: &[&str] = &["pos", "pos nr", "posnr", "position"];

/// Whether a column numbers the lines of orders, as the rows are heard.
#[derive(Default)]
pub(super) struct Numbering {
    column: Option<usize>,
    /// Its name says so, or two lines of an order have different numbers.
    shown: bool,
    /// Order, SKU and number of the row above.
    above: [String; 3],
}

impl Numbering {
    pub(super) fn new(header: &Header, layout: &ExportLayout) -> Numbering {
        let theirs = OF_FORMATS.iter().filter(|(name, _)| *name == layout.name);
        let mut all = theirs.map(|(_, column)| *column).chain(NUMBERS.iter().copied());
        let found = all.find_map(|name| Some((name, header.like(name)?)));
        Numbering {
            column: found.map(|(_, column)| column),
            shown: found.is_some_and(|(name, _)| !UNSURE.contains(&name)),
            above: Default::default(),
        }
    }

    pub(super) fn hear(&mut self, table: &Table, order: &str, sku: &str) {
        let Some(column) = self.column else { return };
        let number = table.field(column).unwrap_or("");
        if sku.is_empty() {
            return;
        }
        let [above, theirs, before] = &self.above;
        let another = (order.is_empty() || order == above) && !theirs.is_empty() && sku != theirs;
        self.shown |= another && number != before;
        // A line without a number, or two lines with one: it numbers no lines.
        if number.is_empty() || another && number == before {
            self.column = None;
        }
        let order = if order.is_empty() { above.clone() } else { order.to_owned() };
        self.above = [order, sku.to_owned(), number.to_owned()];
    }

    /// The column, whether it does or not.
    pub(super) fn candidate(&self) -> Option<usize> {
        self.column
    }

    /// The column, where it does.
    pub(super) fn column(&self) -> Option<usize> {
        self.column.filter(|_| self.shown)
    }
}

/// A row that repeats a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Again {
    /// Tells lines of an order apart.
    line: u64,
    /// Rows of other orders stand between.
    apart: bool,
}

/// What is done about rows that repeat a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sieve {
    /// They are left out.
    Once,
    /// They are read, and weighed.
    Weigh,
    /// They are read: what they are is settled.
    Each,
}

/// The lines that have been come across.
pub(super) struct Lines {
    pub(super) sieve: Sieve,
    known: HashSet<u64>,
    last: Option<u64>,
}

impl Lines {
    pub(super) fn new(sieve: Sieve) -> Lines {
        Lines { sieve, known: HashSet::new(), last: None }
    }

    /// Takes a line of an order into account; what it is if it repeats one.
    pub(super) fn hear(&mut self, order: u64, line: u64) -> Option<Again> {
        let apart = self.last.replace(order) != Some(order);
        (!self.known.insert(line)).then_some(Again { line, apart })
    }
}

/// Rows that repeat a line, as they are weighed.
#[derive(Clone, Debug, Default)]
pub(super) struct Weighed {
    /// Order and line of each.
    rows: Vec<(u64, u64)>,
    apart: u64,
    first: Option<u64>,
}

/// What the rows that repeat a line come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RepeatedRows {
    pub(crate) rows: u64,
    orders: u64,
    /// Orders of several lines that repeat all of them alike.
    whole: u64,
    /// Orders of several lines that do not.
    single: u64,
    /// Rows of other orders stand between some of them.
    apart: bool,
    /// The line of the file on which the first one stands.
    first: u64,
}

impl Weighed {
    pub(super) fn add(&mut self, order: u64, again: Again, line: u64) {
        self.rows.push((order, again.line));
        self.apart += u64::from(again.apart);
        self.first.get_or_insert(line);
    }

    /// Weighs them, by how many different lines each order has.
    pub(super) fn found(mut self, lines_of: impl Fn(u64) -> u64) -> RepeatedRows {
        self.rows.sort_unstable();
        let mut found = RepeatedRows {
            rows: self.rows.len() as u64,
            apart: self.apart > 0,
            first: self.first.unwrap_or(0),
            ..RepeatedRows::default()
        };
        for rows in self.rows.chunk_by(|one, other| one.0 == other.0) {
            found.orders += 1;
            let mut times: HashMap<u64, u64> = HashMap::new();
            for (_, line) in rows {
                *times.entry(*line).or_default() += 1;
            }
            let different = lines_of(rows[0].0);
            let alike = times.values().all(|n| *n == times[&rows[0].1]);
            match different {
                0 | 1 => {}
                n if n == times.len() as u64 && alike => found.whole += 1,
                _ => found.single += 1,
            }
        }
        found
    }
}

impl RepeatedRows {
    /// What is to be asked, where the file does not show what they are.
    pub(crate) fn question(
        &self,
        file: &str,
        layout: &ExportLayout,
        one_unit: bool,
    ) -> Option<Wrong> {
        // Without quantities a line stands there once for each unit.
        let alone = self.single == 0 && (self.apart || layout.is_own()) && !one_unit;
        let open = self.rows > 0 && (alone || self.whole > 0 && self.whole >= self.single);
        open.then(|| {
            let (repeat, first) = (self.words("repeats", "repeat"), self.first);
            let wrong = Wrong::new(format!("{repeat}, first in line {first} of `{file}`"));
            let wrong = wrong.expected(
                "`repeated rows: once` where a join or an overlap of two exports has repeated \
                 them, or `repeated rows: each` where each is a line of its own",
            );
            wrong.hint(format!(
                "{} of {} orders with such rows repeat all their lines alike; a column that \
                 numbers the lines, such as `line number`, settles it",
                grouped(self.orders - self.single),
                grouped(self.orders)
            ))
        })
    }

    /// What is told, where they are read.
    pub(crate) fn note(&self) -> Option<String> {
        let counted = if self.rows == 1 { "it is" } else { "each is" };
        let repeat = self.words("repeats", "repeat");
        (self.rows > 0).then(|| format!("{repeat}; {counted} counted as a line of its own"))
    }

    fn words(&self, one: &str, many: &str) -> String {
        match self.rows {
            1 => format!("1 row {one} a line of its order"),
            rows => format!("{} rows {many} a line of their order", grouped(rows)),
        }
    }
}
