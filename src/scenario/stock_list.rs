//! Owns reading a stock list: sku, stock, price, weight.
//! Must not know what the stock is for. A stock list is terms, not evidence: every row counts.

use std::collections::BTreeSet;
use std::ops::Range;

use super::catalog::SKUS_MAX;
use super::head::Currency;
use super::problem::{Reading, Wrong};
use super::scalar::{leading_number, parse_count, parse_money};
use super::table::{Table, Unreadable};
pub(super) use super::table::{delimiter, delimiter_named};
use crate::units::{Money, Qty};

/// What to do about a column that is called otherwise.
const REMEDY: &str = "rename it in the file";

/// A row of a stock list.
pub(super) struct StockRow {
    pub(super) sku: String,
    pub(super) stock: Qty,
    pub(super) price: Money,
    pub(super) weight: f64,
}

/// Reads a stock list; any row that cannot be read refuses it.
pub(super) fn read(
    file: &str,
    at: &Range<usize>,
    delimiter: Option<u8>,
    currency: Currency,
    r: &Reading,
) -> Option<Vec<StockRow>> {
    let mut table = Table::open(file, at, delimiter, r)?;
    let sku = table.column("sku", REMEDY, at, r);
    let stock = table.column("stock", REMEDY, at, r);
    let price = table.column("price", REMEDY, at, r);
    let weight = if table.has("weight") { table.column("weight", REMEDY, at, r) } else { None };
    let (sku, stock, price) = (sku?, stock?, price?);
    let mut rows: Vec<StockRow> = vec![];
    let mut seen = BTreeSet::new();
    let mut bad = Unreadable::default();
    while let Some(next) = table.next() {
        let row = next.and_then(|()| {
            let name = table.field(sku)?.to_owned();
            if name.is_empty() {
                return Err("no sku".to_owned());
            }
            if !seen.insert(name.clone()) {
                return Err(format!("sku `{name}` is there already"));
            }
            let units = parse_count(table.field(stock)?, "").map_err(|w| format!("stock {w}"))?;
            let price = parse_money(table.field(price)?, currency.digits)
                .map_err(|w| format!("price {w}"))?;
            let weight =
                weight.map_or(Ok(1.0), |column| match leading_number(table.field(column)?) {
                    Some((weight, "")) if weight >= 0.0 => Ok(weight),
                    _ => Err("weight is not a number of zero or more".to_owned()),
                })?;
            Ok(StockRow { sku: name, stock: Qty(units as i64), price, weight })
        });
        match row {
            Ok(row) => rows.push(row),
            Err(why) => bad.add(table.line(), &why),
        }
        if rows.len() as u64 > SKUS_MAX {
            r.wrong(at, Wrong::new(format!("`{file}` has more than {SKUS_MAX} SKUs")));
            return None;
        }
    }
    table.refuse_part(at, &bad.examples(), r)?;
    if bad.count > 0 {
        let wrong = Wrong::new(format!("`{file}` has {} rows that cannot be used", bad.count));
        r.wrong(at, wrong.hint(bad.examples()));
        return None;
    }
    if rows.is_empty() {
        r.wrong(
            at,
            Wrong::new(format!("`{file}` has no rows"))
                .expected("a row for each SKU, such as A-100,40,24.90"),
        );
        return None;
    }
    Some(rows)
}
