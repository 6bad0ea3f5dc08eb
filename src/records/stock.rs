//! Owns reading a stock list: sku, stock, price, weight.
//! Must not know what the stock is for. A stock list is terms, not evidence: every row counts.

mod columns;

use std::collections::HashMap;

use super::codes::Codes;
use super::footer::{self, is_footer};
use super::number::{self, Decimal, DecimalMark, NumberEvidence};
use super::row::ID_BYTES_MAX;
use super::table::{Source, Table};
use super::unreadable::Unreadable;
use super::{SKUS_MAX, currency, grouped, is_unseen, name_of, plain, short, spoilt};
use crate::units::{Money, Qty};
use crate::wrong::Wrong;
use columns::{Columns, StockAside, open};
pub(super) use columns::{PRICE, SKU, differing, find, others};

/// The most units of a SKU.
const STOCK_MAX: i64 = 1_000_000_000_000;

/// Words for goods that a location does not keep.
const NOT_STOCKED: &[&str] = &["not stocked", "n a", "none"];

/// A row of a stock list.
pub(crate) struct StockRow {
    pub(crate) sku: String,
    pub(crate) stock: Qty,
    pub(crate) price: Money,
    pub(crate) weight: f64,
}

/// A stock list, with what a person should know of it.
pub(crate) struct StockList {
    pub(crate) rows: Vec<StockRow>,
    pub(crate) notes: Vec<String>,
}

/// Reads a stock list; any row that cannot be read refuses it.
pub(crate) fn read(
    source: &Source,
    decimal: Option<DecimalMark>,
    (code, digits): (&'static str, u8),
) -> Result<StockList, Vec<Wrong>> {
    let file = &source.file;
    let (mut table, columns) = open(source)?;
    let (proved, codes) = survey(&mut table, &columns);
    let mark = decimal
        .map_or(proved, Ok)
        .map_err(|wrong| vec![Wrong { found: format!("`{file}`: {}", wrong.found), ..wrong }])?;
    let (mut table, _) = open(source)?;
    let columns = Columns { currency: columns.currency.or(codes), ..columns };
    formatted(&table, &columns, code)
        .map_err(|wrong| vec![Wrong { found: format!("`{file}`: {}", wrong.found), ..wrong }])?;
    let aside = StockAside::new(&table.header, &columns);
    let mut list = Listed { mark, code, digits, columns, aside, ..Listed::default() };
    while let Some(next) = table.next() {
        if list.places.len() as u64 > SKUS_MAX {
            return Err(vec![Wrong::new(format!(
                "`{file}` has more than {} SKUs",
                grouped(SKUS_MAX)
            ))]);
        }
        if is_footer(&table.words()) && table.field(list.columns.price).unwrap_or("").is_empty() {
            list.totals += 1;
            continue;
        }
        if next.is_ok()
            && let Some(wrong) = differing(&table, &list.columns.rivals)
        {
            return Err(vec![Wrong { found: format!("`{file}`: {}", wrong.found), ..wrong }]);
        }
        if next.is_ok() {
            let heard = list.aside.hear(&table, &list.columns, list.mark);
            heard.map_err(|wrong| {
                vec![Wrong { found: format!("`{file}`: {}", wrong.found), ..wrong }]
            })?;
        }
        let row = next.and_then(|()| list.row(&table));
        if let Err(why) = row {
            list.bad.add(table.line(), table.weight(), &why);
        }
    }
    table.refuse_part(file).map_err(|wrong| vec![wrong])?;
    if list.bad.count > 0 {
        let rows = if list.bad.count == 1 { "row that cannot" } else { "rows that cannot" };
        let wrong = Wrong::new(format!("`{file}` has {} {rows} be used", list.bad.count));
        return Err(vec![wrong.hint(list.bad.examples())]);
    }
    if list.rows.is_empty() {
        let wrong = Wrong::new(format!("`{file}` has no rows"));
        return Err(vec![wrong.expected("a row for each SKU, such as A-100,40,24.90")]);
    }
    Ok(list.finish())
}

/// Prices that a workbook shows in another currency, where no column says it.
fn formatted(table: &Table, columns: &Columns, code: &str) -> Result<(), Wrong> {
    if columns.currency.is_some() {
        return Ok(());
    }
    let expected = format!("prices in {code}, the scenario's currency, or a column `currency`");
    let name = &table.header.names[columns.price];
    if let Some((_, sign)) = currency::in_words(name).filter(|(_, s)| !currency::means(s, code)) {
        let wrong = Wrong::new(format!("the column `{}` has prices in `{sign}`", short(name)));
        return Err(wrong.expected(expected));
    }
    let shown = currency::shown(&table.currencies).map_err(|wrong| wrong.expected(&expected))?;
    match shown.filter(|sign| !currency::means(sign, code)) {
        Some(sign) => {
            Err(Wrong::new(format!("its cells show prices in `{sign}`")).expected(expected))
        }
        None => Ok(()),
    }
}

/// How the list writes numbers, from all of them; and a column that holds nothing but currencies.
fn survey(table: &mut Table, columns: &Columns) -> (Result<DecimalMark, Wrong>, Option<usize>) {
    let mut evidence = NumberEvidence::default();
    let Columns { sku, stock, price, .. } = *columns;
    let taken = [Some(sku), Some(stock), Some(price), columns.weight, columns.location];
    let free = (0..table.header.names.len()).filter(|at| !taken.contains(&Some(*at)));
    let mut codes = Codes::among(free);
    while let Some(row) = table.next() {
        codes.hear(table);
        for column in
            [Some(columns.stock), Some(columns.price), columns.weight].into_iter().flatten()
        {
            if let Ok(text) = table.field(column)
                && row.is_ok()
                && !table.is_typed(column)
            {
                evidence.hear(number::amount(text).0);
            }
        }
    }
    (evidence.mark(), codes.found())
}

#[derive(Default)]
struct Listed {
    mark: DecimalMark,
    code: &'static str,
    digits: u8,
    columns: Columns,
    aside: StockAside,
    rows: Vec<StockRow>,
    places: HashMap<String, (usize, u64, String)>,
    bad: Unreadable,
    not_stocked: u64,
    added: u64,
    /// Rows of a location that has less than none.
    owed: u64,
    /// Rows that sum up others.
    totals: u64,
}

impl Listed {
    fn number(&self, table: &Table, column: usize) -> Result<Option<Decimal>, String> {
        let mark = if table.is_typed(column) { DecimalMark::Point } else { self.mark };
        Ok(number::decimal(number::amount(table.field(column)?).0, mark))
    }

    fn row(&mut self, table: &Table) -> Result<(), String> {
        let name = name_of(table.field(self.columns.sku)?);
        if name.is_empty() {
            return Err("no sku".to_owned());
        }
        if spoilt::is_power(&name) || spoilt::is_error(&name) {
            return Err(format!(
                "a spreadsheet has cut the sku `{}`: format the column as text and export again",
                short(&name)
            ));
        }
        if name.len() > ID_BYTES_MAX {
            return Err(format!("sku `{}` is longer than {ID_BYTES_MAX} letters", short(&name)));
        }
        if name.contains(is_unseen) {
            return Err(format!("sku `{}` has letters that nobody sees", short(&name)));
        }
        if name.contains(char::is_control) {
            return Err(format!("sku `{}` has control characters", short(&name)));
        }
        let stock = self.stock(table)?;
        if footer::is_word(&name) {
            return self.total(&name, stock);
        }
        let price = self.price(table)?;
        let weight = match self.columns.weight {
            Some(column) => {
                let weight = self.number(table, column)?.map(Decimal::as_f64);
                weight.filter(|w| *w >= 0.0).ok_or("weight is not a number of zero or more")?
            }
            None => 1.0,
        };
        let location = match self.columns.location {
            Some(column) => table.field(column)?.to_owned(),
            None => String::new(),
        };
        if let Some((place, line, at)) = self.places.get(&name) {
            // Several locations have a row each; one location has one.
            if self.columns.location.is_none() || *at == location {
                let name = short(&name);
                return Err(format!(
                    "sku `{name}` is there already, in line {line}; rows of several locations need \
                     a column `location`"
                ));
            }
            let row = &mut self.rows[*place];
            if row.price != price || row.weight.to_bits() != weight.to_bits() {
                return Err(format!(
                    "sku `{}` has another price or weight in line {line}",
                    short(&name)
                ));
            }
            self.owed += u64::from(stock < Qty::ZERO || row.stock < Qty::ZERO);
            row.stock += stock;
            self.added += 1;
            return Ok(());
        }
        self.places.insert(name.clone(), (self.rows.len(), table.line(), location));
        self.rows.push(StockRow { sku: name, stock, price, weight });
        Ok(())
    }

    /// A row that sums up those above; goods may be called so, and then the stock is another.
    fn total(&mut self, name: &str, stock: Qty) -> Result<(), String> {
        let above: i64 = self.rows.iter().fold(0, |sum, row| sum.saturating_add(row.stock.0));
        if stock.0 != above {
            return Err(format!(
                "`{}` is a word for totals, and its stock is not that of the rows above together: \
                 if it is goods, give them another sku",
                short(name)
            ));
        }
        self.totals += 1;
        Ok(())
    }

    fn stock(&mut self, table: &Table) -> Result<Qty, String> {
        let said = table.field(self.columns.stock)?;
        if NOT_STOCKED.contains(&plain(said).as_str()) {
            self.not_stocked += 1;
            return Ok(Qty::ZERO);
        }
        let why = |what: &str| format!("stock `{}` {what}", short(said));
        let number =
            self.number(table, self.columns.stock)?.ok_or_else(|| why("is not a number"))?;
        let units = number.whole().ok_or_else(|| why("is not whole"))?;
        if units > STOCK_MAX {
            return Err(why("is too many"));
        }
        Ok(Qty(units))
    }

    fn price(&self, table: &Table) -> Result<Money, String> {
        let said = table.field(self.columns.price)?;
        let why = |what: &str| format!("price `{}` {what}", short(said));
        let column = self.columns.currency.map_or(Ok(""), |column| table.field(column))?;
        let sign = number::amount(said).1.unwrap_or_default();
        let is_other = |said: &&str| !said.is_empty() && !currency::means(said, self.code);
        if let Some(other) = [sign, column].into_iter().find(is_other) {
            let code = self.code;
            return Err(why(&format!(
                "is in `{}`, and the scenario's currency is {code}",
                short(other)
            )));
        }
        let number =
            self.number(table, self.columns.price)?.ok_or_else(|| why("is not an amount"))?;
        match number.exact(self.digits) {
            Some(minor) if minor < 0 => Err(why("is negative")),
            Some(minor) if minor > STOCK_MAX => Err(why("is absurdly large")),
            Some(minor) => Ok(Money(minor)),
            None => Err(why(&format!(
                "has more than the {} decimal places of its currency",
                self.digits
            ))),
        }
    }

    fn finish(mut self) -> StockList {
        let mut notes = vec![];
        let mut below = 0;
        // Stock below zero, of all locations together, is sold already: there is none.
        for row in self.rows.iter_mut().filter(|row| row.stock < Qty::ZERO) {
            row.stock = Qty::ZERO;
            below += 1;
        }
        let mut note = |count: u64, one: &str, many: &str| {
            if count > 0 {
                notes.push(if count == 1 {
                    format!("1 {one}")
                } else {
                    format!("{} {many}", grouped(count))
                });
            }
        };
        note(
            below,
            "SKU has stock below zero: it has none.",
            "SKUs have stock below zero: they have none.",
        );
        note(self.not_stocked, "row is not stocked: none.", "rows are not stocked: none.");
        note(self.totals, "row of totals is left out.", "rows of totals are left out.");
        note(
            self.owed,
            "time a location has stock below zero: it is taken off what others have.",
            "times a location has stock below zero: it is taken off what others have.",
        );
        note(
            self.added,
            "row of another location is added up.",
            "rows of other locations are added up.",
        );
        let first = &self.aside.not_offered.1;
        let told = |rest: &str| format!("{rest} not offered ({first}), and counted as goods.");
        note(self.aside.not_offered.0, &told("row is"), &told("rows are"));
        let told = self.aside.packed.into_iter().chain(self.aside.kept_back);
        notes.extend(told.map(|said| format!("{said}.")));
        StockList { rows: self.rows, notes }
    }
}
