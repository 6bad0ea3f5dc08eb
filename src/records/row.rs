//! Owns what one row of a log says: the lines of an order, or why it is left out.
//! Must not know which rows are wanted, nor what orders they make together.

mod goods;
mod head;
mod identity;

pub(super) use goods::NO_GOODS;
pub(super) use identity::ID_BYTES_MAX;
use identity::identity;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::civil::DateTime;

use super::columns::ColumnRole;
use super::footer::{self, Sums};
use super::mapping::{Mapping, Routing};
use super::moment::Turn;
use super::repeats::{Again, Lines, Sieve};
use super::survey::Survey;
use super::table::Table;
use super::totals::Totals;
use super::{daytime, one_line};

/// A line of an order.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) sku: String,
    /// Below zero for what comes back.
    pub(super) qty: i64,
    /// Of a unit, in minor units; 0 where it is not known.
    pub(super) price: i64,
}

/// What rows of one order have in common.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Tells orders apart, channel and number together.
    pub(super) order: u64,
    pub(super) at_us: i64,
    pub(super) civil: DateTime,
    pub(super) channel: Option<u16>,
    pub(super) buyer: Option<u64>,
    pub(super) cancelled_at_us: Option<i64>,
    /// The order that this one takes back.
    pub(super) takes_back: Option<u64>,
    /// Whether a change of the clocks leaves its time open.
    pub(super) turn: Option<Turn>,
    /// What is wrong with the order, though its time can be read.
    slip: Option<Bad>,
}

/// Why a row cannot be read: what about it, and in words.
pub(crate) type Bad = (&'static str, String);

/// Why a row that could be read is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    /// The order is in a state that is no sale.
    NoSale(String),
    /// It is named among the SKUs to skip, or its format's.
    Skipped,
    /// It has no SKU, and its name is of no goods.
    NoGoods(String),
    /// The order's own row above its lines, or a line that is a part of another.
    Summary,
    /// Totals below the rows.
    Footer,
    /// A correction of stock and no order.
    Correction,
    /// A line of the order that stands there already.
    Repeat,
    /// All units of it were refunded, and its quantity is what is left.
    Refunded,
}

/// What a row came to; its lines are in the reader.
pub(super) enum Outcome {
    Read,
    Left(Known),
    Bad(Bad),
}

/// The cells that rows of one order share, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cells {
    order: String,
    time: String,
    channel: String,
    buyer: String,
    state: String,
    cancelled: String,
}

struct Above {
    cells: Cells,
    head: Result<Head, Bad>,
}

/// Reads rows one after the other: a row may rest on the one above it.
pub(super) struct RowReader<'m> {
    mapping: &'m Mapping,
    survey: &'m Survey,
    routing: &'m Routing,
    channels: Vec<&'m str>,
    stock_list: Option<&'m HashSet<&'m str>>,
    above: Option<Above>,
    pub(super) lines: Vec<Line>,
    known: Lines,
    /// Whether the current row repeats a line.
    pub(super) again: Option<Again>,
    sums: Sums,
    /// Prices that were left out because they are in another currency.
    pub(super) foreign: u64,
    /// Prices held against totals of lines.
    pub(super) totals: Totals,
    /// The line of the current row.
    at: u64,
}

fn bad<T>(kind: &'static str, why: impl Into<String>) -> Result<T, Bad> {
    Err((kind, why.into()))
}

/// One number for a text and another; the same in every run.
pub(super) fn key(channel: &str, order: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (channel, order).hash(&mut hasher);
    hasher.finish()
}

impl<'m> RowReader<'m> {
    pub(super) fn new(
        mapping: &'m Mapping,
        survey: &'m Survey,
        routing: &'m Routing,
        stock_list: Option<&'m HashSet<&'m str>>,
        sieve: Sieve,
    ) -> RowReader<'m> {
        RowReader {
            mapping,
            survey,
            routing,
            channels: survey.channels.keys().map(String::as_str).collect(),
            stock_list,
            above: None,
            lines: vec![],
            known: Lines::new(sieve),
            again: None,
            sums: Sums::default(),
            foreign: 0,
            totals: Totals::default(),
            at: 0,
        }
    }

    /// What the rows of the current order have in common.
    pub(super) fn head(&self) -> Option<&Head> {
        self.above.as_ref().and_then(|above| above.head.as_ref().ok())
    }

    /// The channel and the number of the current order, as they are written.
    pub(super) fn written(&self) -> (&str, &str) {
        let cells = self.above.as_ref().map(|above| &above.cells);
        cells.map_or(("", ""), |cells| (&cells.channel, &cells.order))
    }

    /// A row that is none was come across: what follows under no number belongs to nobody knows
    /// what.
    pub(super) fn break_off(&mut self) {
        let why = ("order number", "no order number, and the row above cannot be read".to_owned());
        self.above = Some(Above { cells: Cells::default(), head: Err(why) });
    }

    /// Reads the current row of the table.
    pub(super) fn read(&mut self, table: &Table) -> Outcome {
        self.lines.clear();
        (self.again, self.at) = (None, table.line());
        if self.is_footer(table) {
            return Outcome::Left(Known::Footer);
        }
        self.sums.add(self.numbers(table), self.survey.mark);
        let cells = match self.cells(table) {
            Ok(cells) => cells,
            Err(why) => return Outcome::Bad(why),
        };
        if self.above.as_ref().is_none_or(|above| above.cells != cells) {
            let head = self.parse(&cells);
            self.above = Some(Above { cells, head });
        }
        match self.goods(table) {
            Ok(None) => self.sifted(table),
            Ok(Some(known)) => {
                self.lines.clear();
                Outcome::Left(known)
            }
            Err(why) => {
                self.lines.clear();
                Outcome::Bad(why)
            }
        }
    }

    /// A row of lines; unless it repeats one, and such rows are left out.
    fn sifted(&mut self, table: &Table) -> Outcome {
        if let Some(slip) = self.head().and_then(|head| head.slip.clone()) {
            self.lines.clear();
            return Outcome::Bad(slip);
        }
        let Some(head) = self.head().filter(|_| self.known.sieve != Sieve::Each) else {
            return Outcome::Read;
        };
        let (order, at_us) = (head.order, head.at_us);
        let told = [
            ColumnRole::Sku,
            ColumnRole::Name,
            ColumnRole::Variant,
            ColumnRole::Quantity,
            ColumnRole::Price,
            ColumnRole::Total,
        ]
        .map(|role| self.survey.columns.of(role));
        let listed = self.survey.columns.items.iter().copied();
        let columns = told.into_iter().chain([self.survey.line_numbers]).flatten().chain(listed);
        let mut hasher = DefaultHasher::new();
        (order, at_us).hash(&mut hasher);
        for column in columns {
            table.field(column).unwrap_or("").hash(&mut hasher);
        }
        self.again = self.known.hear(order, hasher.finish());
        if self.again.is_some() && self.known.sieve == Sieve::Once {
            self.lines.clear();
            return Outcome::Left(Known::Repeat);
        }
        Outcome::Read
    }

    fn cell<'t>(&self, table: &'t Table, role: ColumnRole) -> Result<&'t str, Bad> {
        match self.survey.columns.of(role) {
            Some(column) => table.field(column).map_err(|why| ("text", why)),
            None => Ok(""),
        }
    }

    /// Totals stand in a row without a time: under a word for them, as what the rows above come to,
    /// or as a report signs off. With a time they stand where the goods or the number of an order
    /// should.
    fn is_footer(&self, table: &Table) -> bool {
        let cell = |role| self.cell(table, role).unwrap_or("");
        let order = cell(ColumnRole::Order);
        let time = daytime::time(table, &self.survey.columns);
        let time = time.unwrap_or_else(|_| {
            format!("{}{}", cell(ColumnRole::Day), cell(ColumnRole::Time)).into()
        });
        let goods =
            [ColumnRole::Sku, ColumnRole::Name].map(cell).into_iter().find(|text| !text.is_empty());
        let stocked = |sku: &str| self.stock_list.is_some_and(|known| known.contains(sku));
        // In an order of its own it is something that is sold.
        let above = self.above.as_ref().map(|above| above.cells.order.as_str());
        let own = !order.is_empty() && above.is_some_and(|above| above != order);
        if goods.is_some_and(|goods| footer::is_word(goods) && !stocked(goods)) && !own {
            return true;
        }
        if !time.is_empty() && self.survey.clock.read(&time).is_some() {
            return self.survey.numbered && footer::is_total(order);
        }
        let nameless = [
            ColumnRole::Order,
            ColumnRole::Day,
            ColumnRole::Time,
            ColumnRole::Sku,
            ColumnRole::Name,
        ]
        .iter()
        .all(|role| cell(*role).is_empty());
        footer::is_total(order)
            || footer::is_total(&time)
            || footer::is_footer(&table.words())
            || nameless && self.sums.are_in(self.numbers(table), self.survey.mark)
    }

    /// The cells of a row that can be summed up.
    fn numbers<'t>(&self, table: &'t Table) -> [&'t str; 3] {
        [ColumnRole::Quantity, ColumnRole::Price, ColumnRole::Total]
            .map(|role| self.cell(table, role).unwrap_or(""))
    }

    /// The order's cells, with what stands in the row above where this row leaves them empty.
    fn cells(&self, table: &Table) -> Result<Cells, Bad> {
        let own = |role| self.cell(table, role);
        let time = daytime::time(table, &self.survey.columns).map_err(|why| ("time", why))?;
        let mut cells = Cells {
            order: own(ColumnRole::Order)?.to_owned(),
            time: time.into_owned(),
            channel: one_line(own(ColumnRole::Channel)?),
            buyer: own(ColumnRole::Buyer)?.to_owned(),
            state: own(ColumnRole::State)?.to_owned(),
            cancelled: own(ColumnRole::Cancelled)?.to_owned(),
        };
        let cancelled = std::mem::take(&mut cells.cancelled).into();
        let columns = &self.survey.columns;
        cells.cancelled =
            daytime::with_zone(cancelled, ColumnRole::Cancelled, table, columns).into_owned();
        let Some(Above { cells: above, .. }) = &self.above else {
            if cells.order.is_empty() {
                return bad("order number", "no order number, and no order above it");
            }
            return Ok(cells);
        };
        let nameless = cells.order.is_empty();
        let another = |mine: &str, theirs: &str| !mine.is_empty() && mine != theirs;
        if nameless {
            for (what, mine, theirs) in [
                ("time", &cells.time, &above.time),
                ("channel", &cells.channel, &above.channel),
                ("state", &cells.state, &above.state),
            ] {
                if another(mine, theirs) {
                    let why =
                        format!("no order number, and its {what} is not that of the order above");
                    return bad("order number", why);
                }
            }
        } else if cells.order != above.order || another(&cells.channel, &above.channel) {
            return Ok(cells);
        }
        // A mark on one line is none on the next, unless that leaves empty what is its order's.
        let own_mark = self.survey.blank.is_some() && !cells.time.is_empty();
        for (mine, theirs, own) in [
            (&mut cells.order, &above.order, false),
            (&mut cells.time, &above.time, false),
            (&mut cells.channel, &above.channel, false),
            (&mut cells.buyer, &above.buyer, false),
            (&mut cells.state, &above.state, own_mark),
            (&mut cells.cancelled, &above.cancelled, false),
        ] {
            if mine.is_empty() && !own {
                mine.clone_from(theirs);
            }
        }
        Ok(cells)
    }
}
