//! Owns reading a price list: sku, price. Must not know what the prices are for. A price list is
//! terms, not evidence: every row counts.

use std::collections::HashMap;

use super::columns::{self, Header};
use super::number::{self, DecimalMark, NumberEvidence};
use super::stock::{PRICE, SKU, differing, find, others};
use super::table::{Source, Table};
use super::unreadable::Unreadable;
use super::{SKUS_MAX, currency, grouped, name_of, short};
use crate::units::Money;
use crate::wrong::Wrong;

/// What to do about a column that is called otherwise.
const REMEDY: &str = "rename it in the file";

/// A dearer price is a mistake, in minor units.
const PRICE_MAX: i64 = 1_000_000_000_000;

/// A row of a price list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PriceRow {
    pub(crate) sku: String,
    pub(crate) price: Money,
    /// The line on which it stands.
    pub(crate) line: u64,
}

struct Columns {
    sku: usize,
    price: usize,
    currency: Option<usize>,
    rivals: Vec<(usize, usize)>,
}

/// Reads a price list; any row that cannot be read refuses it.
pub(crate) fn read(
    source: &Source,
    decimal: Option<DecimalMark>,
    (code, digits): (&'static str, u8),
) -> Result<Vec<PriceRow>, Vec<Wrong>> {
    let file = &source.file;
    let told = |wrong: Wrong| vec![Wrong { found: format!("`{file}`: {}", wrong.found), ..wrong }];
    let (mut table, columns) = open(source)?;
    let mark = decimal.map_or_else(|| proved(&mut table, &columns), Ok).map_err(told)?;
    let (mut table, _) = open(source)?;
    let mut rows: Vec<PriceRow> = Vec::new();
    let (mut places, mut bad) = (HashMap::new(), Unreadable::default());
    while let Some(next) = table.next() {
        if rows.len() as u64 >= SKUS_MAX {
            let most = grouped(SKUS_MAX);
            return Err(vec![Wrong::new(format!("`{file}` has more than {most} prices"))]);
        }
        if let Some(wrong) = differing(&table, &columns.rivals).filter(|_| next.is_ok()) {
            return Err(told(wrong));
        }
        match next.and_then(|()| row(&table, &columns, mark, (code, digits))) {
            Ok(row) => match places.insert(row.sku.clone(), row.line) {
                None => rows.push(row),
                Some(first) => {
                    let sku = short(&row.sku);
                    let why = format!("sku `{sku}` has a price already, in line {first}");
                    bad.add(table.line(), table.weight(), &why);
                }
            },
            Err(why) => bad.add(table.line(), table.weight(), &why),
        }
    }
    table.refuse_part(file).map_err(|wrong| vec![wrong])?;
    if bad.count > 0 {
        let what = if bad.count == 1 { "row that cannot" } else { "rows that cannot" };
        let wrong = Wrong::new(format!("`{file}` has {} {what} be used", bad.count));
        return Err(vec![wrong.hint(bad.examples())]);
    }
    if rows.is_empty() {
        let wrong = Wrong::new(format!("`{file}` has no rows"));
        return Err(vec![wrong.expected("a row for each SKU, such as A-100,17.90")]);
    }
    Ok(rows)
}

fn open(source: &Source) -> Result<(Table, Columns), Vec<Wrong>> {
    let is_header = |header: &Header| find(header, SKU).is_some() && find(header, PRICE).is_some();
    let table = Table::open(source, &is_header).map_err(|wrong| vec![wrong])?;
    let mut wrongs = vec![];
    let mut must = |names: &[&str]| {
        let found = find(&table.header, names);
        if found.is_none() {
            wrongs.extend(columns::named(&table.header, names[0], &source.file, REMEDY).err());
        }
        found
    };
    let (Some(sku), Some(price)) = (must(SKU), must(PRICE)) else { return Err(wrongs) };
    let mut rivals = others(&table.header, SKU, sku);
    rivals.extend(others(&table.header, PRICE, price));
    let currency = find(&table.header, currency::NAMES);
    Ok((table, Columns { sku, price, currency, rivals }))
}

/// How the list writes numbers, from all of them.
fn proved(table: &mut Table, columns: &Columns) -> Result<DecimalMark, Wrong> {
    let mut evidence = NumberEvidence::default();
    while let Some(row) = table.next() {
        if let (Ok(()), Ok(text), false) =
            (row, table.field(columns.price), table.is_typed(columns.price))
        {
            evidence.hear(number::amount(text).0);
        }
    }
    evidence.mark()
}

fn row(
    table: &Table,
    columns: &Columns,
    mark: DecimalMark,
    (code, digits): (&'static str, u8),
) -> Result<PriceRow, String> {
    let sku = name_of(table.field(columns.sku)?);
    if sku.is_empty() {
        return Err("no sku".to_owned());
    }
    let said = table.field(columns.price)?;
    let why = |what: &str| format!("price `{}` of sku `{}` {what}", short(said), short(&sku));
    let column = columns.currency.map_or(Ok(""), |column| table.field(column))?;
    let (text, sign) = number::amount(said);
    let is_other = |said: &&str| !said.is_empty() && !currency::means(said, code);
    if let Some(other) = [sign.unwrap_or_default(), column].into_iter().find(is_other) {
        let other = short(other);
        return Err(why(&format!("is in `{other}`, and the scenario's currency is {code}")));
    }
    let mark = if table.is_typed(columns.price) { DecimalMark::Point } else { mark };
    let number = number::decimal(text, mark).ok_or_else(|| why("is not an amount"))?;
    let price = match number.exact(digits) {
        Some(minor) if minor < 1 => return Err(why("is not above zero")),
        Some(minor) if minor > PRICE_MAX => return Err(why("is absurdly large")),
        Some(minor) => Money(minor),
        None => {
            let what = format!("has more than the {digits} decimal places of its currency");
            return Err(why(&what));
        }
    };
    Ok(PriceRow { sku, price, line: table.line() })
}
