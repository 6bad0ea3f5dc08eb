//! Owns the goods of a row: its lines, or what it is instead.
//! Must not know which order they belong to.

use super::{Above, Bad, Known, Line, RowReader, bad, identity};
use crate::records::columns::ColumnRole;
use crate::records::currency;
use crate::records::format::WithoutSku;
use crate::records::items::{self, Item};
use crate::records::number::{self, Decimal, DecimalMark};
use crate::records::state::{self, Standing};
use crate::records::table::Table;
use crate::records::{is_unseen, name_of, one_line, plain, short};

/// The largest quantity of a line, and the highest price in whole units; more is a slip.
const QTY_MAX: i64 = 1_000_000_000;
const PRICE_MAX: i64 = 1_000_000_000;

/// The most noughts that are looked for before a SKU.
const NOUGHTS_MAX: usize = 8;

/// Names of lines without a SKU that are no goods.
pub(in crate::records) const NO_GOODS: &[&str] = &[
    "gift card",
    "giftcard",
    "e gift card",
    "gift certificate",
    "gift voucher",
    "tip",
    "trinkgeld",
    "shipping",
    "postage",
    "delivery",
    "handling",
    "versand",
    "porto",
    "shipping protection",
    "package protection",
    "route package protection",
    "donation",
    "gift wrap",
    "gift wrapping",
    "service fee",
    "surcharge",
    "deposit",
    "discount",
];

impl RowReader<'_> {
    /// Reads the lines, or says which known kind of row it is.
    pub(super) fn goods(&mut self, table: &Table) -> Result<Option<Known>, Bad> {
        let sku = self.cell(table, ColumnRole::Sku)?;
        if self.is_skipped(sku) {
            return Ok(Some(Known::Skipped));
        }
        let whole = self.cell(table, ColumnRole::Parent)?;
        // What names itself is no part, and nought is the number of no row.
        let number = self.survey.line_numbers.map(|column| table.field(column).unwrap_or_default());
        if !matches!(whole, "" | "0") && whole != sku && Some(whole) != number {
            return Ok(Some(Known::Summary));
        }
        if let Some(known) = self.standing(table)? {
            return Ok(Some(known));
        }
        if !self.survey.columns.items.is_empty() {
            return self.listed(table);
        }
        let item = Item {
            sku: sku.to_owned(),
            name: self.named(table)?,
            quantity: self.cell(table, ColumnRole::Quantity)?.to_owned(),
            price: self.cell(table, ColumnRole::Price)?.to_owned(),
            total: self.cell(table, ColumnRole::Total)?.to_owned(),
        };
        let typed = |role| self.survey.columns.of(role).is_some_and(|c| table.is_typed(c));
        let marks = [ColumnRole::Quantity, ColumnRole::Price, ColumnRole::Total]
            .map(|role| if typed(role) { DecimalMark::Point } else { self.survey.mark });
        let code = self.cell(table, ColumnRole::Currency)?.to_owned();
        self.line(&item, marks, &code)
    }

    fn is_skipped(&self, sku: &str) -> bool {
        self.mapping.skip_skus.iter().any(|skip| skip == sku)
            || self.survey.layout.no_goods.contains(&sku)
    }

    fn named(&self, table: &Table) -> Result<String, Bad> {
        let (name, variant) =
            (self.cell(table, ColumnRole::Name)?, self.cell(table, ColumnRole::Variant)?);
        Ok(if variant.is_empty() { name.to_owned() } else { format!("{name} ({variant})") })
    }

    /// An order that was cancelled at a time was accepted before it.
    fn standing(&self, table: &Table) -> Result<Option<Known>, Bad> {
        let Some(Above { cells, .. }) = &self.above else { return Ok(None) };
        let states = [cells.state.as_str(), self.cell(table, ColumnRole::LineState)?];
        let asked = self.survey.columns.of(ColumnRole::State).is_some();
        if asked && self.survey.blank.is_none() && states.iter().all(|word| word.is_empty()) {
            return bad("state", "no state");
        }
        for word in states.iter().filter(|word| !word.is_empty()) {
            let plain = state::plain(word);
            match state::standing(&plain, &self.mapping.states, self.survey.layout.name) {
                Some(Standing::NoSale) if cells.cancelled.is_empty() => {
                    return Ok(Some(Known::NoSale(plain)));
                }
                Some(_) => {}
                None => return bad("state", format!("the state `{}` is not known", short(word))),
            }
        }
        Ok(None)
    }

    fn listed(&mut self, table: &Table) -> Result<Option<Known>, Bad> {
        let code = self.cell(table, ColumnRole::Currency)?.to_owned();
        let (mut any, mut known) = (false, None);
        for column in &self.survey.columns.items {
            let text = table.field(*column).map_err(|why| ("text", why))?;
            if text.is_empty() {
                continue;
            }
            any = true;
            let mark = if text.starts_with('[') { DecimalMark::Point } else { self.survey.mark };
            for item in items::read(text).map_err(|why| ("items", why))? {
                if self.is_skipped(&item.sku) {
                    known = Some(Known::Skipped);
                    continue;
                }
                known = self.line(&item, [mark; 3], &code)?.or(known);
            }
        }
        match known {
            _ if !any => bad("items", "no lines"),
            known if self.lines.is_empty() => Ok(known),
            _ => Ok(None),
        }
    }

    /// A line of goods; or what it is instead.
    fn line(
        &mut self,
        item: &Item,
        marks: [DecimalMark; 3],
        code: &str,
    ) -> Result<Option<Known>, Bad> {
        let sku = match self.sku(item)? {
            Ok(sku) => sku,
            Err(known) => return Ok(Some(known)),
        };
        // Only now: what is no goods needs no time.
        let head = match &self.above {
            Some(Above { head: Ok(_), .. }) => self.head(),
            Some(Above { head: Err((kind, why)), .. }) => return bad(kind, why.clone()),
            None => None,
        };
        let taken_back = head.is_some_and(|head| head.takes_back.is_some());
        if self.survey.less_refunds
            && number::decimal(&item.quantity, marks[0]).is_some_and(Decimal::is_zero)
        {
            return Ok(Some(Known::Refunded));
        }
        let qty = self.quantity(&item.quantity, marks[0])?;
        let price = self.price(item, qty, marks, code)?;
        let data_set = self.survey.layout.cancellations.is_some();
        if data_set && qty < 0 && price.0 == 0 && !taken_back {
            return Ok(Some(Known::Correction));
        }
        if self.stock_list.is_some_and(|known| !known.contains(sku.as_str())) {
            return bad("stock list", self.not_stocked(&sku));
        }
        if qty > 0 && number::is_negative(number::amount(&item.total).0) {
            let total = short(&item.total);
            return bad(
                "total",
                format!("the line's total `{total}` is below zero, its units are not"),
            );
        }
        self.foreign += u64::from(price.1);
        let total = number::decimal(number::amount(&item.total).0, marks[2]);
        if let Some(total) = total.and_then(|total| total.minor(self.mapping.digits))
            && !item.price.is_empty()
            && !price.1
            && self.stock_list.is_none()
        {
            self.totals.hear(self.at, qty, price.0, total, item);
        }
        self.lines.push(Line { sku, qty, price: price.0 });
        Ok(None)
    }

    /// Why a SKU is not in the stock list: a spreadsheet may have taken its noughts.
    fn not_stocked(&self, sku: &str) -> String {
        let why = format!("sku `{}` is not in the stock list", short(sku));
        let padded = (1..=NOUGHTS_MAX).map(|noughts| format!("{}{sku}", "0".repeat(noughts)));
        let known =
            |name: &String| self.stock_list.is_some_and(|list| list.contains(name.as_str()));
        match padded.filter(|_| sku.bytes().all(|b| b.is_ascii_digit())).find(known) {
            Some(name) => {
                format!("{why}, which has `{}`: a spreadsheet took the noughts", short(&name))
            }
            None => why,
        }
    }

    fn sku(&self, item: &Item) -> Result<Result<String, Known>, Bad> {
        let by_name = match self.survey.layout.without_sku {
            // Somebody who names the column of names means it.
            WithoutSku::Unreadable if self.mapping.columns.of(ColumnRole::Name).is_some() => {
                WithoutSku::ByName
            }
            other => other,
        };
        if !item.sku.is_empty() {
            identity("sku", &item.sku)?;
            return Ok(Ok(name_of(&item.sku)));
        }
        let plain = plain(&item.name);
        match by_name {
            WithoutSku::Unreadable => bad("sku", "no sku"),
            WithoutSku::Summary if plain.is_empty() => Ok(Err(Known::Summary)),
            _ if plain.is_empty() => Ok(Err(Known::NoGoods("no SKU and no name".to_owned()))),
            _ => {
                if let Some(name) = NO_GOODS.iter().find(|name| is_or_begins(&plain, name)) {
                    return Ok(Err(Known::NoGoods((*name).to_owned())));
                }
                let name = one_line(&item.name.replace(is_unseen, ""));
                identity("name", &name)?;
                Ok(Ok(name))
            }
        }
    }

    fn quantity(&self, text: &str, mark: DecimalMark) -> Result<i64, Bad> {
        if self.survey.one_unit {
            return Ok(1);
        }
        let qty = number::decimal(text, mark).and_then(Decimal::whole);
        match qty.filter(|qty| *qty != 0 && qty.abs() <= QTY_MAX) {
            Some(qty) => Ok(qty),
            None if qty.is_some_and(|qty| qty != 0) => {
                let text = short(text);
                bad("quantity", format!("the quantity `{text}` is more than a billion: a slip"))
            }
            None => bad(
                "quantity",
                format!("the quantity `{}` is not a whole number such as 12", short(text)),
            ),
        }
    }

    /// Of a unit, rounded to the minor unit (logs keep more places than a till does), and whether
    /// it was left out because it is in another currency.
    fn price(
        &self,
        item: &Item,
        qty: i64,
        marks: [DecimalMark; 3],
        code: &str,
    ) -> Result<(i64, bool), Bad> {
        if self.stock_list.is_some() {
            return Ok((0, false));
        }
        let (what, text, parts, mark) = match (item.price.as_str(), item.total.as_str()) {
            ("", "") if !self.is_priced() => return Ok((0, false)),
            ("", total) if !total.is_empty() => ("total", total, qty, marks[2]),
            (price, _) => ("price", price, 1, marks[1]),
        };
        let (number, sign) = number::amount(text);
        let minor =
            number::decimal(number, mark).and_then(|n| n.minor_of(self.mapping.digits, parts));
        let most = PRICE_MAX * 10_i64.pow(u32::from(self.mapping.digits));
        let Some(price) = minor.filter(|price| (0..=most).contains(price)) else {
            let text = short(text);
            let why = match minor {
                Some(_) if number::is_negative(number) => "is below zero",
                Some(0..) => "is more than a billion: a slip",
                _ => "is not an amount such as 1.65",
            };
            return bad(what, format!("the {what} `{text}` {why}"));
        };
        let ours = self.mapping.currency.is_none_or(|ours| {
            let said = [sign.unwrap_or(""), code];
            said.iter().all(|said| said.is_empty() || currency::means(said, ours))
        });
        Ok(if ours { (price, false) } else { (0, true) })
    }

    fn is_priced(&self) -> bool {
        [ColumnRole::Price, ColumnRole::Total]
            .iter()
            .any(|role| self.survey.columns.of(*role).is_some())
    }
}

fn is_or_begins(name: &str, words: &str) -> bool {
    name.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
