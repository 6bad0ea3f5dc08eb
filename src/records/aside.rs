//! Owns what columns say that nobody uses and that would change rows: zones of their times, rows
//! that are parts of others, packs of several units.
//! Must not know whether a row is a sale (`unused`).

use std::collections::HashSet;

use super::columns::{ColumnRole, Columns, Header};
use super::mapping::Mapping;
use super::number::Sightings;
use super::table::Table;
use super::{grouped, plain, short, zones};
use crate::wrong::Wrong;

/// Words in the names of columns of time zones, of wholes, and of packs.
const ZONES: &[&str] = &["timezone", "zone", "tz", "offset", "zeitzone", "fuseau", "tijdzone"];
/// Names of columns that say nothing else than the zone of times.
const SURE: &[&str] = &["timezone", "tz", "zeitzone", "tijdzone"];
const SURE_TWO: &[&str] = &[
    "time zone",
    "time offset",
    "utc offset",
    "gmt offset",
    "zone offset",
    "fuseau horaire",
    "zona horaria",
    "huso horario",
    "fuso orario",
];
const WHOLES: &[&str] = &["parent", "bundle", "kit", "set", "part"];
/// Words with which they name the number of another row, and names of the numbers of rows.
const BELONGS: &[&str] = &["parent", "belongs", "hauptposition", "übergeordnete", "oberposition"];
const MAIN: &[&str] = &["hauptartikel", "hauptprodukt", "stammartikel"];
const NUMBERS: &[&str] = &[
    "item id",
    "line",
    "line id",
    "line no",
    "line number",
    "line item id",
    "order item id",
    "row",
    "pos",
    "position",
    "positionsnummer",
];
const PACKS: &[&str] = &[
    "unit",
    "uom",
    "unit of measure",
    "pack",
    "pack size",
    "packaging",
    "pack quantity",
    "units per pack",
    "einheit",
    "verpackungseinheit",
    "ve",
    "unité",
    "conditionnement",
    "unidad",
    "unità",
    "eenheid",
];

fn is_whole(name: &str) -> bool {
    name.split(' ').any(|word| [WHOLES, BELONGS, MAIN].concat().contains(&word))
}

fn is_zone(name: &str) -> bool {
    is_surely_zone(name) || name.split(' ').any(|word| ZONES.contains(&word))
}

fn is_surely_zone(name: &str) -> bool {
    name.split(' ').any(|word| SURE.contains(&word))
        || SURE_TWO.iter().any(|two| name.contains(two))
}

/// The most goods of an order that are looked at for its wholes.
const GOODS_MAX: usize = 1_000;

/// A column and the rows in which it says something.
struct Says {
    column: usize,
    rows: Sightings,
    line: u64,
}

impl Says {
    fn add(&mut self, line: u64, text: &str) {
        if self.rows.count == 0 {
            self.line = line;
        }
        self.rows.add(text);
    }
}

/// What is heard of such columns, row by row.
pub(super) struct Aside {
    zones: Vec<Says>,
    /// Of columns of zones that nobody understands.
    strange: Vec<Says>,
    wholes: Vec<Says>,
    /// The column that numbers rows, and the numbers of the current order.
    number: Option<usize>,
    by_number: Vec<bool>,
    numbers: HashSet<String>,
    packs: Vec<Says>,
    /// The current order, its goods, and what its rows say that they are parts of.
    order: String,
    goods: HashSet<String>,
    parts: Vec<(usize, u64, String)>,
}

/// The number of a pack that is more than one: `carton of 12`.
pub(super) fn pack(text: &str) -> Option<u64> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let number = numbers.next()?.parse().ok()?;
    (numbers.next().is_none() && number > 1).then_some(number)
}

impl Aside {
    pub(super) fn new(header: &Header, columns: &Columns, mapping: &Mapping) -> Aside {
        let said = |role| columns.of(role).is_some() || mapping.columns.of(role).is_some();
        let of = |is_one: &dyn Fn(&str) -> bool| {
            let free = (0..header.names.len()).filter(|column| !columns.is_taken(*column));
            let named = free.filter(|column| is_one(&plain(&header.names[*column])));
            named.map(|column| Says { column, rows: Sightings::default(), line: 0 }).collect()
        };
        let none = Vec::new;
        let wholes: Vec<Says> = if said(ColumnRole::Parent) { none() } else { of(&is_whole) };
        let by_number = |says: &Says| {
            plain(&header.names[says.column]).split(' ').any(|word| BELONGS.contains(&word))
        };
        Aside {
            zones: if said(ColumnRole::Zone) { none() } else { of(&is_zone) },
            strange: none(),
            by_number: wholes.iter().map(by_number).collect(),
            wholes,
            number: NUMBERS.iter().find_map(|name| header.like(name)),
            numbers: HashSet::new(),
            packs: of(&is_pack),
            order: String::new(),
            goods: HashSet::new(),
            parts: vec![],
        }
    }

    pub(super) fn hear(&mut self, table: &Table, columns: &Columns, mapping: &Mapping) {
        let field = |column: usize| table.field(column).unwrap_or_default();
        let line = table.line();
        let strange = &mut self.strange;
        self.zones.retain_mut(|says| {
            let text = field(says.column);
            if text.is_empty() || zones::is_that(text, &mapping.zone) {
                return true;
            }
            if zones::zone(text).is_some() {
                says.add(line, text);
                return true;
            }
            // What is called zone, and has anything else in it, is of parcels, or whatever.
            if is_surely_zone(&plain(&table.header.names[says.column])) {
                let column = says.column;
                let mut said = Says { column, rows: Sightings::default(), line: 0 };
                said.add(line, text);
                strange.push(said);
            }
            false
        });
        for says in &mut self.packs {
            let text = field(says.column);
            if pack(text).is_some() {
                says.add(line, text);
            }
        }
        if self.wholes.is_empty() {
            return;
        }
        let said = |role| columns.of(role).map(field).unwrap_or_default();
        let order = said(ColumnRole::Order);
        if !order.is_empty() && order != self.order {
            self.close();
            order.clone_into(&mut self.order);
        }
        let sku = said(ColumnRole::Sku);
        if self.goods.len() < GOODS_MAX {
            self.goods.insert(sku.to_owned());
            let number = self.number.map(field).unwrap_or_default();
            self.numbers.insert(number.to_owned());
            for (at, says) in self.wholes.iter().enumerate() {
                let text = field(says.column);
                if !text.is_empty() && text != sku && text != number {
                    self.parts.push((at, line, text.to_owned()));
                }
            }
        }
    }

    /// Ends an order: a part is one where the whole is a row of it as well.
    fn close(&mut self) {
        for (at, line, whole) in self.parts.drain(..) {
            // The name of the column says whether its numbers are those of rows.
            if self.goods.contains(&whole) || self.by_number[at] && self.numbers.contains(&whole) {
                self.wholes[at].add(line, &whole);
            }
        }
        self.goods.clear();
        self.numbers.clear();
    }

    /// What is to be asked; `bare` is how many times have no offset.
    pub(super) fn wrongs(&mut self, header: &Header, bare: u64) -> Vec<Wrong> {
        self.close();
        let name = |says: &Says| short(&header.names[says.column]);
        let heard = |says: &&Says| says.rows.count > 0;
        let zones = self.zones.iter().filter(|says| says.rows.count > 0 && bare > 0).map(|says| {
            let (name, first, line) = (name(says), short(&says.rows.first), says.line);
            let wrong = Wrong::new(format!(
                "times have no offset, and the column `{name}` is not used, which says time zones \
                 such as `{first}` in line {line}"
            ));
            wrong.expected(format!(
                "`columns: {{ zone: {name} }}` if times are in them, `columns: {{ zone: none }}` \
                 if not"
            ))
        });
        let strange = self.strange.iter().filter(|_| bare > 0).map(|says| {
            let (name, first, line) = (name(says), short(&says.rows.first), says.line);
            let wrong = Wrong::new(format!(
                "times have no offset, and the column `{name}` is not used, which says zones that \
                 are not understood, such as `{first}` in line {line}"
            ));
            wrong.expected(
                "zones such as Europe/Paris or +01:00 in the file, or `columns: { zone: none }` if \
                 times are not in these",
            )
        });
        let wholes = self.wholes.iter().filter(heard).map(|says| {
            let (name, first, line) = (name(says), short(&says.rows.first), says.line);
            let rows = grouped(says.rows.count);
            let wrong = Wrong::new(format!(
                "the column `{name}` is not used, and says of {rows} rows that they are parts of \
                 another row of their order, such as of `{first}` in line {line}"
            ));
            wrong.expected(format!(
                "`columns: {{ parent: {name} }}` to leave the parts out, `columns: {{ parent: none \
                 }}` if both are goods with stock of their own"
            ))
        });
        zones.chain(strange).chain(wholes).collect()
    }

    /// What a person should know.
    pub(super) fn notes(&self, header: &Header) -> impl Iterator<Item = String> {
        self.packs.iter().filter(|says| says.rows.count > 0).map(|says| {
            let (name, first) = (short(&header.names[says.column]), short(&says.rows.first));
            packs_are_units(&name, &first, says.line)
        })
    }
}

/// Whether a column of that plain name says in what units goods are counted.
pub(super) fn is_pack(name: &str) -> bool {
    PACKS.contains(&name)
}

pub(super) fn packs_are_units(name: &str, first: &str, line: u64) -> String {
    format!(
        "the column `{name}` is not used, which says `{first}` in line {line}: each counts as one \
         unit"
    )
}

#[cfg(test)]
mod tests {
    use super::pack;

    #[test]
    fn a_pack_is_of_more_than_one() {
        let packs = [("carton of 12", Some(12)), ("6-pack", Some(6)), ("24", Some(24))];
        for (text, units) in packs {
            assert_eq!(pack(text), units, "{text}");
        }
        for one in ["each", "1", "pcs", "", "330 ml x 6", "1 piece"] {
            assert_eq!(pack(one), None, "{one}");
        }
    }
}
