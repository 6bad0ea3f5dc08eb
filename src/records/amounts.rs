//! Owns numbers in columns that nobody uses and that change what rows come to: amounts below zero,
//! what refunds have left of quantities, prices of several units.
//! Must not know how numbers are written.

use super::aside::pack;
use super::columns::{ColumnRole, Columns, Header};
use super::mapping::Mapping;
use super::table::Table;
use super::{as_typed, grouped, number, plain, short, unused};
use crate::wrong::Wrong;

/// Words in the names of columns of what a row comes to, and of what it does not.
const AMOUNTS: &[&str] = &[
    "amount",
    "amounts",
    "total",
    "subtotal",
    "gross",
    "net",
    "sales",
    "revenue",
    "turnover",
    "value",
    "betrag",
    "bruttobetrag",
    "nettobetrag",
    "gesamtbetrag",
    "rechnungsbetrag",
    "zeilenbetrag",
    "brutto",
    "netto",
    "gesamt",
    "gesamtpreis",
    "summe",
    "umsatz",
    "wert",
    "montant",
    "ttc",
    "importe",
    "importo",
    "totale",
    "bedrag",
    "totaal",
    "omzet",
];
const BESIDE: &[&str] = &[
    "discount",
    "discounts",
    "rabatt",
    "remise",
    "descuento",
    "sconto",
    "korting",
    "tax",
    "vat",
    "mwst",
    "shipping",
    "versand",
    "fee",
    "fees",
    "cost",
    "costs",
    "profit",
    "margin",
    "marge",
    "refund",
    "refunds",
    "refunded",
    "adjustment",
    "balance",
    "saldo",
    "change",
    "difference",
    "differenz",
    "coupon",
    "promo",
    "promotion",
    "gift",
    "tip",
    "credit",
];

/// How names of columns end that say what refunds have left of a quantity.
const LEFT: &[&str] = &["current quantity", "current qty", "net quantity", "net qty"];

/// Names of columns that say of how many units prices are.
const PER: &[&str] = &[
    "price unit",
    "price per",
    "per",
    "preiseinheit",
    "preis pro",
    "preis je",
    "unité de prix",
    "unidad de precio",
    "unità di prezzo",
    "prijseenheid",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Below,
    Left,
    Per,
}

/// A column, how many rows it changes, and the first of them.
struct Says {
    column: usize,
    kind: Kind,
    rows: u64,
    first: Option<(u64, String)>,
}

/// What such columns say, row by row.
pub(super) struct Amounts(Vec<Says>);

fn kind(name: &str, used: &Columns, said: impl Fn(ColumnRole) -> bool) -> Option<Kind> {
    let name = plain(name);
    let has = |words: &[&str]| name.split(' ').any(|word| words.contains(&word));
    let priced = used.of(ColumnRole::Price).is_some() && !said(ColumnRole::Price);
    match () {
        () if is_left(&name) => Some(Kind::Left).filter(|_| !said(ColumnRole::Quantity)),
        () if PER.contains(&name.as_str()) => Some(Kind::Per).filter(|_| priced),
        () if has(AMOUNTS) && !has(BESIDE) => {
            Some(Kind::Below).filter(|_| !said(ColumnRole::Total))
        }
        () => None,
    }
}

/// Whether a column of that name says what refunds have left of a quantity.
pub(super) fn is_left(name: &str) -> bool {
    let name = plain(name);
    LEFT.iter().any(|left| name.ends_with(left))
}

impl Amounts {
    pub(super) fn new(header: &Header, used: &Columns, mapping: &Mapping, own: bool) -> Amounts {
        let said = |role| mapping.columns.of(role).is_some();
        let free = (0..header.names.len()).filter(|column| own && !used.is_taken(*column));
        let of = |column: usize| {
            let kind = kind(&header.names[column], used, said)?;
            Some(Says { column, kind, rows: 0, first: None })
        };
        Amounts(free.filter_map(of).collect())
    }

    pub(super) fn hear(&mut self, table: &Table, used: &Columns, mapping: &Mapping) {
        if self.0.is_empty() || unused::is_left_out(table, used, mapping) {
            return;
        }
        let quantity = used.of(ColumnRole::Quantity).map(|c| table.field(c).unwrap_or_default());
        let quantity = quantity.unwrap_or("1");
        if number::is_negative(quantity) {
            return;
        }
        for says in &mut self.0 {
            let text = table.field(says.column).unwrap_or_default();
            let changes = match says.kind {
                Kind::Below => number::is_negative(number::amount(text).0),
                Kind::Left => !text.is_empty() && text != quantity,
                Kind::Per => pack(text).is_some(),
            };
            if changes {
                says.rows += 1;
                says.first.get_or_insert_with(|| (table.line(), short(text)));
            }
        }
    }

    /// What is to be asked.
    pub(super) fn wrongs(&self, header: &Header, used: &Columns) -> impl Iterator<Item = Wrong> {
        self.0.iter().filter_map(|says| says.question(header, used))
    }
}

impl Says {
    fn question(&self, header: &Header, used: &Columns) -> Option<Wrong> {
        let (line, first) = self.first.as_ref()?;
        let (name, rows) = (&header.names[self.column], grouped(self.rows));
        let typed = as_typed(name);
        let of = |role| used.of(role).map_or("none".to_owned(), |c| as_typed(&header.names[c]));
        let says = match self.kind {
            Kind::Below => format!("has amounts below zero in {rows} rows with units above zero"),
            Kind::Left => format!("has another quantity in {rows} rows"),
            Kind::Per => format!("says of {rows} rows that their price is that of several units"),
        };
        let wrong = Wrong::new(format!(
            "the column `{}` is not used, and {says}, such as `{first}` in line {line}",
            short(name)
        ));
        Some(match self.kind {
            Kind::Below => wrong
                .expected(
                    "a quantity below zero for what came back, or `columns: { total: none }` if \
                     these rows are sales",
                )
                .hint(format!("`columns: {{ total: {typed} }}` leaves them out, and counts them")),
            Kind::Left => wrong.expected(format!(
                "`columns: {{ quantity: {typed} }}` for what refunds have left, or `columns: {{ \
                 quantity: {} }}` for what was ordered",
                of(ColumnRole::Quantity)
            )),
            Kind::Per => wrong.expected(format!(
                "prices of one unit, divided in the file, or `columns: {{ price: {} }}` if they \
                 are",
                of(ColumnRole::Price)
            )),
        })
    }
}
