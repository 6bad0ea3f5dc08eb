//! Owns what a log proves about itself before a row of it is believed: which columns say what, how
//! it writes numbers and times, its words for states and channels.
//! Must not know what its rows come to.

use std::ops::RangeInclusive;

use jiff::tz::TimeZone;

use super::amounts::{self, Amounts};
use super::as_typed;
use super::aside::Aside;
use super::codes::Codes;
use super::columns::{ColumnRole, Columns, Header, NONE};
use super::currency::Currencies;
use super::daytime;
use super::format::{self, COLUMNS, ExportLayout};
use super::headers;
use super::heard::{Heard, Words};
use super::mapping::Mapping;
use super::moment::TimeStyle;
use super::number::DecimalMark;
use super::parted::Parted;
use super::resolve::resolve;
use super::standings::Standings;
use super::state::Standing;
use super::table::Table;
use super::unused::Unused;
use crate::wrong::Wrong;

/// What is known of a log before its rows are read.
#[derive(Clone, Debug)]
pub(crate) struct Survey {
    pub(crate) layout: &'static ExportLayout,
    pub(crate) columns: Columns,
    pub(crate) clock: TimeStyle,
    pub(crate) mark: DecimalMark,
    /// The zone of the one offset that all its times have.
    pub(crate) own_zone: Option<TimeZone>,
    pub(crate) channels: Words,
    pub(crate) currencies: Currencies,
    /// The header's name of the column of channels.
    pub(crate) channel_column: Option<String>,
    /// The header's name of the column of times.
    pub(crate) time_column: String,
    /// The column of states as it is typed; `none` where there is none.
    pub(super) state_column: String,
    /// A column of times of day that is not used.
    pub(super) clock_column: Option<String>,
    /// How it was read, in words.
    pub(crate) read_as: String,
    pub(crate) one_unit: bool,
    /// Quantities are what refunds have left of them.
    pub(super) less_refunds: bool,
    /// The column that numbers the lines of orders.
    pub(super) line_numbers: Option<usize>,
    /// Order numbers have digits.
    pub(super) numbered: bool,
    /// The years that its times are of; a time of another is a slip.
    pub(super) years: RangeInclusive<i16>,
    /// Times with and without an offset, in words.
    pub(super) mixed: Option<String>,
    /// What its SKUs look like together, in words.
    pub(super) skus: Vec<String>,
    /// What a row without a state is, where the column only marks those that are no sale.
    pub(super) blank: Option<Standing>,
}

impl Survey {
    /// Whether any column says prices.
    pub(crate) fn says_prices(&self) -> bool {
        let says = |role| self.columns.of(role).is_some();
        says(ColumnRole::Price) || says(ColumnRole::Total) || !self.columns.items.is_empty()
    }

    /// Whether the log says which orders were cancelled by their customers, and when.
    pub(crate) fn says_cancellations(&self, mapping: &Mapping) -> bool {
        let prefix = mapping.cancellation_prefix.is_some() || self.layout.cancellations.is_some();
        prefix || self.columns.of(ColumnRole::Cancelled).is_some()
    }
}

impl std::fmt::Debug for ExportLayout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Opens the log's table with its header where the mapping's layout has it.
pub(super) fn open(mapping: &Mapping) -> Result<Table, Wrong> {
    let said = mapping.format.as_deref();
    let own = said.is_none_or(|said| said == COLUMNS.name);
    let is_header = |header: &Header| {
        let known = said != Some(COLUMNS.name) && format::recognise(header, said).is_some();
        known || own && has_own(header, mapping)
    };
    Table::open(&mapping.source, &is_header)
}

/// Whether a header has the columns that every log has, under the names said or usual.
fn has_own(header: &Header, mapping: &Mapping) -> bool {
    [ColumnRole::Time, ColumnRole::Order].iter().all(|role| match mapping.columns.of(*role) {
        Some(name) => header.exactly(name).is_some(),
        None => usual(*role).iter().any(|name| header.like(name).is_some()),
    })
}

fn usual(role: ColumnRole) -> &'static [&'static str] {
    COLUMNS.columns.iter().find(|(known, _)| *known == role).map_or(&[], |(_, names)| names)
}

/// What every row says of how the log is written.
struct Looked {
    heard: Heard,
    unused: Unused,
    amounts: Amounts,
    standings: Standings,
    aside: Aside,
    parted: Parted,
    codes: Codes,
}

fn look(
    table: &mut Table,
    columns: &Columns,
    mapping: &Mapping,
    layout: &'static ExportLayout,
) -> Looked {
    let mut heard = Heard::new(mapping, &table.header, layout);
    let mut unused = Unused::new(&table.header, columns, mapping, layout.is_own());
    let mut amounts = Amounts::new(&table.header, columns, mapping, layout.is_own());
    let mut standings = Standings::new(columns, mapping);
    let mut aside = Aside::new(&table.header, columns, mapping);
    let mut parted = Parted::new(&table.header, columns, mapping);
    let mut codes = Codes::new(&table.header, columns, mapping);
    while let Some(row) = table.next() {
        if row.is_ok() {
            heard.row(table, columns);
            unused.hear(table, columns, mapping);
            amounts.hear(table, columns, mapping);
            standings.hear(table, columns, heard.numbering.candidate());
            aside.hear(table, columns, mapping);
            parted.hear(table, columns);
            codes.hear(table);
        }
    }
    Looked { heard, unused, amounts, standings, aside, parted, codes }
}

/// Looks at every row once. All that is wrong comes at once.
pub(crate) fn survey(mapping: &Mapping, priced: bool) -> Result<Survey, Vec<Wrong>> {
    let mut table = open(mapping).map_err(|wrong| vec![wrong])?;
    let layout = layout(&table.header, mapping).map_err(|wrong| vec![wrong])?;
    let (mut columns, one_unit) = resolve(&table.header, layout, mapping, priced)?;
    let ahead = open(mapping).map_err(|wrong| vec![wrong])?;
    let clock = daytime::find(ahead, &mut columns, mapping, layout.is_own());
    columns.hear_zones(&table.header, mapping.columns.of(ColumnRole::Zone));
    let looked = look(&mut table, &columns, mapping, layout);
    let Looked { mut heard, mut unused, amounts, standings, mut aside, parted, codes } = looked;
    let file = &mapping.source.file;
    table.refuse_part(file).map_err(|wrong| vec![wrong])?;
    let mut wrongs = vec![];
    let mut keep =
        |wrong: Wrong| wrongs.push(Wrong { found: format!("`{file}`: {}", wrong.found), ..wrong });
    let mark = mapping.decimal.map_or_else(|| heard.numbers.mark(), Ok).map_err(&mut keep).ok();
    let said = mapping.time_format.is_some();
    let order = if said { Ok(None) } else { heard.times.order(layout.order) };
    let order = order.map_err(&mut keep).ok();
    heard.unknown_states(mapping, layout.name).map(&mut keep);
    unused.wrongs(&table.header, &columns).into_iter().for_each(&mut keep);
    amounts.wrongs(&table.header, &columns).for_each(&mut keep);
    aside.wrongs(&table.header, heard.times.bare()).into_iter().for_each(&mut keep);
    standings.question().map(&mut keep);
    parted.question(&table.header).map(&mut keep);
    heard.spoilt.wrongs().for_each(&mut keep);
    let named =
        |role: ColumnRole| columns.of(role).map(|column| table.header.names[column].clone());
    heard.hear_header(&table.header, &columns);
    codes.questions(&mut heard.money, &table, &columns, mapping, priced).for_each(&mut keep);
    let (time, day) = (named(ColumnRole::Time), named(ColumnRole::Day));
    let channel_column = named(ColumnRole::Channel);
    let less_refunds = named(ColumnRole::Quantity).is_some_and(|name| is_less_refunds(&name));
    let time = [day.clone(), time].into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let read_as = read_as(layout, &table, day.is_some().then_some(time.as_str()));
    let state_column = named(ColumnRole::State).map_or(NONE.to_owned(), |name| as_typed(&name));
    let skus = notes(&heard, &unused, &aside, mapping, &table.header, &columns);
    match (mark, order) {
        (Some(mark), Some(order)) if wrongs.is_empty() => Ok(Survey {
            layout,
            line_numbers: heard.numbering.column(),
            columns,
            numbered: heard.numbers_orders(),
            years: heard.times.years(),
            mixed: heard.times.mixed(mapping.zone.iana_name().unwrap_or("UTC")),
            blank: heard.blank(mapping, layout.name),
            skus,
            clock: TimeStyle::of(mapping.zone.clone(), mapping.time_format.clone(), order),
            mark,
            own_zone: heard.times.zone(),
            channels: heard.channels,
            currencies: heard.money.said,
            channel_column,
            state_column,
            time_column: time,
            clock_column: clock.map(|column| table.header.names[column].clone()),
            read_as,
            one_unit,
            less_refunds,
        }),
        _ => Err(wrongs),
    }
}

/// Whether a quantity of that name is what refunds have left.
fn is_less_refunds(name: &str) -> bool {
    headers::is_flag(name) || amounts::is_left(name)
}

/// What its SKUs and what nobody uses look like, in words.
fn notes(
    heard: &Heard,
    unused: &Unused,
    aside: &Aside,
    mapping: &Mapping,
    header: &Header,
    columns: &Columns,
) -> Vec<String> {
    let name = |column: usize| super::short(&header.names[column]);
    let both = [ColumnRole::State, ColumnRole::LineState].map(|role| columns.of(role).map(name));
    let said = mapping.columns.of(ColumnRole::State).is_some();
    let both = match both {
        [Some(one), Some(other)] if mapping.columns.of(ColumnRole::State).is_some() => {
            Some(format!(
                "`{one}` and `{other}` both say the state: a row that is no sale in one of them is \
             none"
            ))
        }
        _ => None,
    };
    let skus = heard.spoilt.note().into_iter().chain(heard.skus.notes(mapping));
    skus.chain(both.filter(|_| said))
        .chain(unused.notes(header))
        .chain(aside.notes(header))
        .collect()
}

/// How a log was read, in words; with the two columns of its times, where they are two.
fn read_as(layout: &ExportLayout, table: &Table, two: Option<&str>) -> String {
    let known = if layout.is_own() { String::new() } else { format!(" (`{}`)", layout.name) };
    let two = two.map(|two| format!(", times from {}", super::short(two))).unwrap_or_default();
    format!("read as {}{known}, {}{two}", layout.title, table.written)
}

/// The layout that is said, else the one that the header has.
fn layout(header: &Header, mapping: &Mapping) -> Result<&'static ExportLayout, Wrong> {
    let said = mapping.format.as_deref();
    let file = &mapping.source.file;
    let layout = match said {
        Some(said) if said == COLUMNS.name => &COLUMNS,
        Some(said) => format::recognise(header, Some(said)).ok_or_else(|| {
            Wrong::new(format!("`{file}` is not in the format `{said}`"))
                .expected(format!("columns {}", format::marks(said)))
                .hint(format!("its columns are {}", header.listed()))
        })?,
        None => format::recognise(header, None).unwrap_or(&COLUMNS),
    };
    match layout.lacks {
        Some(remedy) => {
            let wrong = Wrong::new(format!("`{file}` is {}: no log of order lines", layout.title));
            Err(wrong.hint(remedy))
        }
        None => Ok(layout),
    }
}
