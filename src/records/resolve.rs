//! Owns which column of a log says what: those that are said, else those of the usual names.
//! Must not know what stands in them.

use super::columns::{self, ColumnRole, Columns, Header, NAMED, NONE};
use super::currency;
use super::format::{self, ExportLayout};
use super::mapping::Mapping;
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

/// Finds each role's column: the one that is said, else one of the layout's names for it.
pub(super) fn resolve(
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
                    let money = matches!(role, ColumnRole::Price | ColumnRole::Total);
                    wrongs.extend(columns::scaled(&header.names[column]).filter(|_| money));
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
