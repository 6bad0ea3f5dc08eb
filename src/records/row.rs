//! Owns what one row of a log says: the lines of an order, or why it is left out.
//! Must not know which rows are wanted, nor what orders they make together.

mod goods;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::ZonedDateTime;
use jiff::civil::DateTime;

use super::columns::Role;
use super::mapping::{Mapping, Routing};
use super::survey::Survey;
use super::table::Table;
use super::{one_line, short};

/// The longest number or name that tells things apart.
const ID_BYTES_MAX: usize = 256;

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
    /// Prices that were left out because they are in another currency.
    pub(super) foreign: u64,
}

fn bad<T>(kind: &'static str, why: impl Into<String>) -> Result<T, Bad> {
    Err((kind, why.into()))
}

/// One number for a text and another; the same in every run.
fn key(channel: &str, order: &str) -> u64 {
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
    ) -> RowReader<'m> {
        RowReader {
            mapping,
            survey,
            routing,
            channels: survey.channels.keys().map(String::as_str).collect(),
            stock_list,
            above: None,
            lines: vec![],
            foreign: 0,
        }
    }

    /// What the rows of the current order have in common.
    pub(super) fn head(&self) -> Option<&Head> {
        self.above.as_ref().and_then(|above| above.head.as_ref().ok())
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
        if self.is_footer(table) {
            return Outcome::Left(Known::Footer);
        }
        let cells = match self.cells(table) {
            Ok(cells) => cells,
            Err(why) => return Outcome::Bad(why),
        };
        if self.above.as_ref().is_none_or(|above| above.cells != cells) {
            let head = self.parse(&cells);
            self.above = Some(Above { cells, head });
        }
        match self.goods(table) {
            Ok(None) => Outcome::Read,
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

    fn cell<'t>(&self, table: &'t Table, role: Role) -> Result<&'t str, Bad> {
        match self.survey.columns.of(role) {
            Some(column) => table.field(column).map_err(|why| ("text", why)),
            None => Ok(""),
        }
    }

    /// Totals stand in a row without a time: under a word for them, or as a report signs off.
    fn is_footer(&self, table: &Table) -> bool {
        let time = self.cell(table, Role::Time).unwrap_or("");
        if !time.is_empty() && self.survey.clock.read(time).is_some() {
            return false;
        }
        is_footer(&table.words())
    }

    /// The order's cells, with what stands in the row above where this row leaves them empty.
    fn cells(&self, table: &Table) -> Result<Cells, Bad> {
        let own = |role| self.cell(table, role);
        let mut cells = Cells {
            order: own(Role::Order)?.to_owned(),
            time: own(Role::Time)?.to_owned(),
            channel: one_line(own(Role::Channel)?),
            buyer: own(Role::Buyer)?.to_owned(),
            state: own(Role::State)?.to_owned(),
            cancelled: own(Role::Cancelled)?.to_owned(),
        };
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
        for (mine, theirs) in [
            (&mut cells.order, &above.order),
            (&mut cells.time, &above.time),
            (&mut cells.channel, &above.channel),
            (&mut cells.buyer, &above.buyer),
            (&mut cells.state, &above.state),
            (&mut cells.cancelled, &above.cancelled),
        ] {
            if mine.is_empty() {
                mine.clone_from(theirs);
            }
        }
        Ok(cells)
    }

    fn parse(&self, cells: &Cells) -> Result<Head, Bad> {
        let moment = self.moment(&cells.time)?;
        identity("order number", &cells.order)?;
        let cancelled = match cells.cancelled.as_str() {
            "" => None,
            text => Some(self.moment(text)?.timestamp().as_microsecond()),
        };
        let channel = self.channel(&cells.channel)?;
        let prefix = self.prefix();
        let original = prefix.and_then(|prefix| cells.order.strip_prefix(prefix));
        let buyer = Some(&cells.buyer).filter(|buyer| !buyer.is_empty());
        Ok(Head {
            order: key(&cells.channel, &cells.order),
            at_us: moment.timestamp().as_microsecond(),
            civil: moment.datetime(),
            channel,
            buyer: buyer.map(|buyer| key("", buyer)),
            cancelled_at_us: cancelled,
            takes_back: original.map(|order| key(&cells.channel, order)),
        })
    }

    /// What order numbers of cancellations begin with.
    fn prefix(&self) -> Option<&str> {
        self.mapping.cancellation_prefix.as_deref().or(self.survey.layout.cancellations)
    }

    fn moment(&self, text: &str) -> Result<ZonedDateTime, Bad> {
        if text.is_empty() {
            return bad("time", "no time");
        }
        let why = || format!("`{}` is not a time such as 2011-11-17T08:10:00", short(text));
        self.survey.clock.read(text).ok_or_else(|| ("time", why()))
    }

    fn channel(&self, word: &str) -> Result<Option<u16>, Bad> {
        let unknown = || bad("channel", format!("no channel is named `{}`", short(word)));
        match self.routing {
            Routing::Unused => Ok(None),
            _ if self.survey.columns.of(Role::Channel).is_none() => Ok(None),
            _ if word.is_empty() => bad("channel", "no channel"),
            Routing::Words => match self.channels.binary_search(&word) {
                Ok(place) => Ok(Some(place as u16)),
                Err(_) => unknown(),
            },
            Routing::Named(names) => match names.iter().find(|(name, _)| name == word) {
                Some((_, place)) => Ok(Some(*place)),
                None => unknown(),
            },
        }
    }
}

/// What tells things apart is short and has no letters that a terminal obeys.
fn identity(kind: &'static str, text: &str) -> Result<(), Bad> {
    if text.contains(|c: char| c.is_control() || c == '\u{fffd}') {
        return bad(kind, format!("the {kind} `{}` has control characters", short(text)));
    }
    if text.len() > ID_BYTES_MAX {
        return bad(
            kind,
            format!("the {kind} `{}` is longer than {ID_BYTES_MAX} letters", short(text)),
        );
    }
    if matches!(text, "#N/A" | "#REF!" | "#NAME?" | "#VALUE!" | "#DIV/0!" | "#NULL!" | "#NUM!") {
        return bad(kind, format!("the {kind} `{text}` is an error of a spreadsheet"));
    }
    Ok(())
}

/// A word for totals in one of the first fields, or how a report signs off.
pub(super) fn is_footer(words: &[String]) -> bool {
    const TOTALS: &[&str] = &[
        "total",
        "totals",
        "grand total",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "somme",
        "totaal",
        "suma",
        "totale",
        "total general",
        "subtotal",
        "end of report",
        "seller id",
    ];
    words.iter().take(4).any(|word| {
        let plain = super::columns::plain(word);
        TOTALS.contains(&plain.as_str())
            || plain.starts_with("seller id")
            || plain.contains("record s downloaded")
    })
}
