//! Owns what a log proves about itself before a row of it is believed: which columns say what, how
//! it writes numbers and times, its words for states and channels.
//! Must not know what its rows come to.

use std::ops::RangeInclusive;

use jiff::tz::TimeZone;

use super::aside::Aside;
use super::codes::Codes;
use super::columns::{self, ColumnRole, Columns, Header, NAMED, NONE};
use super::currency::{self, Currencies};
use super::daytime;
use super::format::{self, COLUMNS, ExportLayout};
use super::heard::{Heard, Words};
use super::kinds;
use super::mapping::Mapping;
use super::moment::TimeStyle;
use super::number::DecimalMark;
use super::parted::Parted;
use super::table::Table;
use super::unused::Unused;
use crate::wrong::Wrong;

/// What to do about a column that is called otherwise.
const REMEDY: &str = "say its name in `columns`";

/// Names of columns that may say what a line comes to, or what its order does.
const TOTALS: &[&str] = &[
    "total",
    "amount",
    "total price",
    "betrag",
    "summe",
    "gesamt",
    "gesamtpreis",
    "montant",
    "importe",
    "importo",
    "bedrag",
];

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
    /// A row without a state is a sale: the column only marks those that are none.
    pub(super) blank_is_sale: bool,
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
    let mut aside = Aside::new(&table.header, columns, mapping);
    let mut parted = Parted::new(&table.header, columns, mapping);
    let mut codes = Codes::new(&table.header, columns, mapping);
    while let Some(row) = table.next() {
        if row.is_ok() {
            heard.row(table, columns);
            unused.hear(table, columns, mapping);
            aside.hear(table, columns, mapping);
            parted.hear(table, columns);
            codes.hear(table);
        }
    }
    Looked { heard, unused, aside, parted, codes }
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
    let Looked { mut heard, mut unused, mut aside, parted, codes } = looked;
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
    aside.wrongs(&table.header, heard.times.bare()).into_iter().for_each(&mut keep);
    parted.question(&table.header).map(&mut keep);
    heard.spoilt.wrongs().for_each(&mut keep);
    let named =
        |role: ColumnRole| columns.of(role).map(|column| table.header.names[column].clone());
    let money = codes.questions(&mut heard.money, &table, &columns, mapping);
    money.into_iter().filter(|_| priced).for_each(&mut keep);
    let (channel, time, day) =
        (named(ColumnRole::Channel), named(ColumnRole::Time), named(ColumnRole::Day));
    let less_refunds = named(ColumnRole::Quantity).is_some_and(|name| kinds::is_flag(&name));
    let time = [day.clone(), time].into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let read_as = read_as(layout, &table, day.is_some().then_some(time.as_str()));
    let skus = notes(&heard, &unused, &aside, mapping, &table.header, &columns);
    match (mark, order) {
        (Some(mark), Some(order)) if wrongs.is_empty() => Ok(Survey {
            layout,
            line_numbers: heard.numbering.column(),
            columns,
            numbered: heard.numbers_orders(),
            years: heard.times.years(),
            mixed: heard.times.mixed(mapping.zone.iana_name().unwrap_or("UTC")),
            blank_is_sale: heard.blank_is_sale(mapping, layout.name),
            skus,
            clock: TimeStyle::of(mapping.zone.clone(), mapping.time_format.clone(), order),
            mark,
            own_zone: heard.times.zone(),
            channels: heard.channels,
            currencies: heard.money.said,
            channel_column: channel,
            time_column: time,
            clock_column: clock.map(|column| table.header.names[column].clone()),
            read_as,
            one_unit,
            less_refunds,
        }),
        _ => Err(wrongs),
    }
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
    let both = match both {
        [Some(one), Some(other)] if mapping.columns.of(ColumnRole::State).is_some() => {
            Some(format!(
                "`{one}` and `{other}` both say the state: a row that is no sale in one of them is none"
            ))
        }
        _ => None,
    };
    let skus = heard.spoilt.note().into_iter().chain(heard.skus.notes(mapping));
    skus.chain(both).chain(unused.notes(header)).chain(aside.notes(header)).collect()
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

/// Finds each role's column: the one that is said, else one of the layout's names for it.
fn resolve(
    header: &Header,
    layout: &ExportLayout,
    mapping: &Mapping,
    priced: bool,
) -> Result<(Columns, bool), Vec<Wrong>> {
    let file = &mapping.source.file;
    let mut columns = Columns::default();
    let mut wrongs = vec![];
    let all = NAMED.iter().map(|(_, role)| *role);
    for role in all.chain([ColumnRole::Variant, ColumnRole::LineState]) {
        let names =
            layout.columns.iter().find(|(known, _)| *known == role).map_or(&[][..], |(_, n)| n);
        let found = match mapping.columns.of(role) {
            Some(NONE) => None,
            Some(name) => match columns::named(header, name, file, REMEDY) {
                Ok(column) => {
                    let others = header.of_the_name(column).map(|other| (role, column, other));
                    columns.rivals.extend(others);
                    Some(column)
                }
                Err(wrong) => {
                    wrongs.push(wrong);
                    continue;
                }
            },
            None if role == ColumnRole::Items && names == ["line item #"] => {
                columns.items = header.numbered("line item");
                None
            }
            None => usual_column(header, names, layout, role, &mut columns).or_else(|| {
                // No export is known to say the currency of its prices in two columns.
                let others = if role == ColumnRole::Currency { currency::NAMES } else { &[] };
                usual_column(header, others, layout, role, &mut columns)
            }),
        };
        if role == ColumnRole::State
            && let Some((known, said)) = found.and_then(|said| beside(header, layout, names, said))
        {
            columns.roles.extend([(role, known), (ColumnRole::LineState, said)]);
            continue;
        }
        match found {
            Some(column) if role == ColumnRole::Items => columns.items.push(column),
            Some(column) => columns.roles.push((role, column)),
            None => {}
        }
    }
    columns.name = format::NAMES.iter().find_map(|name| header.like(name));
    if columns.of(ColumnRole::Buyer).is_none() {
        columns.customer = format::CUSTOMERS.iter().find_map(|name| header.like(name));
    }
    let one_unit = complete(header, layout, mapping, priced, &columns, &mut wrongs);
    if wrongs.is_empty() { Ok((columns, one_unit)) } else { Err(wrongs) }
}

/// The one column of states that a table of one's own has under a usual name, beside one that was
/// said: both count. Who says one of several usual ones has chosen.
fn beside(
    header: &Header,
    layout: &ExportLayout,
    names: &[&str],
    said: usize,
) -> Option<(usize, usize)> {
    let mut usual = names.iter().flat_map(|name| header.all_like(name));
    let known = usual.next().filter(|_| layout.is_own() && usual.next().is_none())?;
    (known != said).then_some((known, said))
}

/// The first of the usual names. Where a table has two of them, and no format settles which is
/// meant, the other is its rival.
fn usual_column(
    header: &Header,
    names: &[&str],
    layout: &ExportLayout,
    role: ColumnRole,
    columns: &mut Columns,
) -> Option<usize> {
    let mut found = names.iter().flat_map(|name| header.all_like(name));
    let column = found.find(|column| !columns.is_taken(*column))?;
    let others: Vec<usize> = if layout.is_own() {
        names.iter().flat_map(|name| header.all_like(name)).filter(|c| *c != column).collect()
    } else {
        header.of_the_name(column).collect()
    };
    columns.rivals.extend(others.into_iter().map(|other| (role, column, other)));
    Some(column)
}

/// What a log must have: time, order, goods, quantity, and a price where no stock list says it.
fn complete(
    header: &Header,
    layout: &ExportLayout,
    mapping: &Mapping,
    priced: bool,
    columns: &Columns,
    wrongs: &mut Vec<Wrong>,
) -> bool {
    let file = &mapping.source.file;
    let in_lists = !columns.items.is_empty();
    let mut must = |role: ColumnRole, name: &str| {
        // What was said and is not there has been reported.
        let said = mapping.columns.of(role).is_some_and(|name| name != NONE);
        if columns.of(role).is_none() && !said {
            let near = columns::named(header, name, file, REMEDY).err();
            wrongs.push(near.unwrap_or_else(|| {
                Wrong::new(format!("`{file}` has no column for the {}", role.key()))
            }));
        }
    };
    must(ColumnRole::Time, "ts");
    must(ColumnRole::Order, "order");
    if !in_lists && columns.of(ColumnRole::Name).is_none() {
        must(ColumnRole::Sku, "sku");
    }
    if priced && !in_lists && columns.of(ColumnRole::Total).is_none() {
        must(ColumnRole::Price, "price");
    }
    let counted = in_lists || columns.of(ColumnRole::Quantity).is_some();
    let left_over = (0..header.names.len()).any(|column| !columns.is_taken(column));
    let said_none = mapping.columns.of(ColumnRole::Quantity) == Some(NONE);
    if !counted && left_over && !said_none && !layout.one_unit {
        must(ColumnRole::Quantity, "qty");
    }
    add_to(wrongs, "qty", "or `quantity: none` if each row is one unit");
    if let Some(total) = TOTALS.iter().find_map(|name| header.like(name)) {
        let total = super::short(&header.names[total]);
        let remedy = format!("or `columns: {{ total: {total} }}` if that is of the line");
        add_to(wrongs, "price", &remedy);
    }
    !counted
}

/// Adds what else may be done about a column that is missing.
fn add_to(wrongs: &mut [Wrong], column: &str, remedy: &str) {
    let name = format!("no column `{column}`");
    for wrong in wrongs.iter_mut().filter(|wrong| wrong.found.contains(&name)) {
        let hint = wrong.hint.take().unwrap_or_default();
        wrong.hint = Some(format!("{hint}, {remedy}"));
    }
}
