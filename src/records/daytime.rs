//! Owns times that stand in two columns: a day, and a time of day beside it.
//! Must not know how either is read (`moment`).

use std::borrow::Cow;

use super::columns::{ColumnRole, Columns, Header, NONE};
use super::footer;
use super::mapping::Mapping;
use super::moment;
use super::table::Table;

/// How many rows are looked at for what their columns hold.
const ROWS: usize = 200;

/// Names of columns of days, and of times of day beside them.
const DAYS: &[&str] = &[
    "date",
    "order date",
    "day",
    "sale date",
    "purchase date",
    "datum",
    "bestelldatum",
    "date de commande",
    "fecha",
    "besteldatum",
];
const CLOCKS: &[&str] =
    &["time", "order time", "time of day", "sale time", "uhrzeit", "heure", "hora", "ora", "tijd"];

/// What is said of the time of a row, its day before its time of day, its zone in brackets behind.
pub(super) fn time<'t>(table: &'t Table, columns: &Columns) -> Result<Cow<'t, str>, String> {
    Ok(with_zone(without_zone(table, columns)?, ColumnRole::Time, table, columns))
}

/// A time, and in brackets the zone that a column or its header says.
pub(super) fn with_zone<'t>(
    time: Cow<'t, str>,
    role: ColumnRole,
    table: &'t Table,
    columns: &Columns,
) -> Cow<'t, str> {
    let header = || {
        let of = |role| columns.of(role);
        let day = if role == ColumnRole::Time { of(ColumnRole::Day) } else { None };
        let is_it = |column: usize| [of(role), day].contains(&Some(column));
        columns.zones.iter().find(|(column, _)| is_it(*column)).map(|(_, zone)| zone.as_str())
    };
    let cell = columns.of(ColumnRole::Zone).and_then(|column| table.field(column).ok());
    match cell.filter(|zone| !zone.is_empty()).or_else(header) {
        Some(zone) if time.contains(|c: char| c.is_ascii_digit()) => {
            Cow::Owned(format!("{time}[{zone}]"))
        }
        _ => time,
    }
}

fn without_zone<'t>(table: &'t Table, columns: &Columns) -> Result<Cow<'t, str>, String> {
    let field = |role| columns.of(role).map_or(Ok(""), |column| table.field(column));
    let (day, clock) = (field(ColumnRole::Day)?, field(ColumnRole::Time)?);
    let Some(column) = columns.of(ColumnRole::Day) else { return Ok(Cow::Borrowed(clock)) };
    match (day.is_empty(), clock.is_empty()) {
        (true, true) => Ok(Cow::Borrowed("")),
        // Not midnight: nobody says so.
        (false, true) => Err("a day, and no time of day".to_owned()),
        (true, false) => {
            Err(format!("a time of day, and no day in `{}`", table.header.names[column]))
        }
        (false, false) => {
            let day = moment::day_of(day).unwrap_or(day);
            Ok(Cow::Owned(format!("{day} {}", moment::clock_of(clock).unwrap_or(clock))))
        }
    }
}

/// What the first rows of a column hold.
#[derive(Clone, Copy, Default)]
struct Held {
    filled: usize,
    days: usize,
    clocks: usize,
}

/// One field in so many, or a single one, may be a slip or what sums up the others.
const SLIP_PARTS: usize = 20;

impl Held {
    fn hear(&mut self, text: &str) {
        if !text.is_empty() && !footer::is_total(text) {
            self.filled += 1;
            self.days += usize::from(moment::day_of(text).is_some());
            self.clocks += usize::from(moment::clock_of(text).is_some());
        }
    }

    fn are_all_but_slips(self, count: usize) -> bool {
        count > 1 && self.filled - count <= (self.filled / SLIP_PARTS).max(1)
            || count > 0 && count == self.filled
    }

    fn days(self) -> bool {
        self.are_all_but_slips(self.days)
    }

    fn clocks(self) -> bool {
        self.are_all_but_slips(self.clocks)
    }
}

/// Gives the time its two columns, where it has two and nobody says them. Returns a column of times
/// of day that is not used.
pub(super) fn find(
    mut table: Table,
    columns: &mut Columns,
    mapping: &Mapping,
    own: bool,
) -> Option<usize> {
    let mut held = vec![Held::default(); table.header.names.len()];
    for _ in 0..ROWS {
        match table.next() {
            None => break,
            Some(Err(_)) => {}
            Some(Ok(())) => {
                for (column, held) in held.iter_mut().enumerate() {
                    held.hear(table.field(column).unwrap_or_default());
                }
            }
        }
    }
    let time = columns.of(ColumnRole::Time);
    if own && mapping.columns.of(ColumnRole::Day).is_none() {
        let of = |names, holds: fn(Held) -> bool| {
            candidates(&table.header, columns, names, &held, holds)
        };
        let (days, clocks) = (of(DAYS, Held::days), of(CLOCKS, Held::clocks));
        // One of the two is the column that was taken for the time.
        let pairs = days.iter().flat_map(|day| clocks.iter().map(move |clock| (*day, *clock)));
        let mut pairs = pairs.filter(|(day, clock)| time == Some(*day) || time == Some(*clock));
        if let Some((day, clock)) = pairs.next() {
            columns.pair(day, clock);
            return None;
        }
    }
    let none =
        mapping.columns.of(ColumnRole::Day) == Some(NONE) || columns.of(ColumnRole::Day).is_some();
    (0..held.len()).find(|at| !none && held[*at].clocks() && !columns.is_taken(*at))
}

/// Columns of one of the names, or the one that was taken for the time, that hold nothing else.
fn candidates(
    header: &Header,
    columns: &Columns,
    names: &[&str],
    held: &[Held],
    holds: fn(Held) -> bool,
) -> Vec<usize> {
    let time = columns.of(ColumnRole::Time);
    let named = names.iter().flat_map(|name| header.all_like(name));
    let free = named.filter(|column| !columns.is_taken(*column));
    time.into_iter().chain(free).filter(|column| holds(held[*column])).collect()
}
