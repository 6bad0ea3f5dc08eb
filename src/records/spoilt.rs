//! Owns what a spreadsheet does to numbers that are names: cut to a power of ten, to fifteen
//! digits, or made into days.
//! Must not know which rows are sales.

use std::collections::BTreeSet;

use super::columns::{ColumnRole, Columns};
use super::short;
use super::table::Table;
use crate::wrong::Wrong;

/// The digits that a spreadsheet keeps of a number.
const DIGITS_KEPT: usize = 15;

/// The most different words that are kept to count them.
const WORDS_MAX: usize = 10_000;

/// `1.23E+12`: the digits behind are lost.
pub(super) fn is_power(text: &str) -> bool {
    let Some((before, after)) = text.split_once(['E', 'e']) else { return false };
    let (whole, places) = before.split_once(['.', ',']).unwrap_or((before, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent = after.strip_prefix('+');
    are_digits(whole) && are_digits(places) && exponent.is_some_and(are_digits)
}

/// `#N/A`, `#BEZUG!`, `########`.
pub(super) fn is_error(text: &str) -> bool {
    let is_word =
        |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_alphabetic() || c == '/');
    matches!(text, "#DIV/0!" | "#N/A" | "#N/D" | "#N/V" | "#NV")
        || text.len() > 1 && text.bytes().all(|b| b == b'#')
        || text
            .strip_prefix('#')
            .and_then(|rest| rest.strip_suffix(['!', '?']))
            .is_some_and(is_word)
}

/// `Mar-10`, `10-Mar`: what `MAR10` or `3-10` becomes.
fn is_day(text: &str) -> bool {
    const MONTHS: &[&str] = &[
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mrz",
        "Mär", "Mai", "Okt", "Dez",
    ];
    let Some((a, b)) = text.split_once(['-', ' ']) else { return false };
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.parse::<u8>().is_ok();
    (MONTHS.contains(&a) && is_number(b)) || (MONTHS.contains(&b) && is_number(a))
}

/// A column whose words tell things apart.
#[derive(Default)]
struct Names {
    /// The first that was cut to a power of ten: line and word.
    power: Option<(u64, String)>,
    /// Of at least two digits more than a spreadsheet keeps (one may well be a nought): how many
    /// have others than noughts behind those, and two that have not.
    whole: u64,
    cut: Vec<(u64, String)>,
    days: BTreeSet<String>,
}

impl Names {
    /// `typed`: it is a number of a workbook, which keeps no more digits than it can.
    fn hear(&mut self, line: u64, text: &str, typed: bool) {
        let beyond = || typed && text.bytes().filter(u8::is_ascii_digit).count() > DIGITS_KEPT;
        if self.power.is_none() && (is_power(text) || beyond()) {
            self.power = Some((line, text.to_owned()));
        }
        if text.len() > DIGITS_KEPT + 1 && text.bytes().all(|b| b.is_ascii_digit()) {
            let is_cut = text[DIGITS_KEPT..].bytes().all(|b| b == b'0');
            self.whole += u64::from(!is_cut);
            if is_cut && self.cut.len() < 2 && self.cut.iter().all(|(_, known)| known != text) {
                self.cut.push((line, text.to_owned()));
            }
        }
        if self.days.len() < WORDS_MAX && is_day(text) {
            self.days.insert(text.to_owned());
        }
    }

    fn wrong(&self, key: &str) -> Option<Wrong> {
        let remedy = "the numbers as they were: several of them are one now";
        let hint = "a spreadsheet has cut them: format the column as text and export again";
        let (line, text) = self.power.as_ref().or_else(|| {
            // One by itself may end so.
            self.cut.first().filter(|_| self.whole == 0 && self.cut.len() > 1)
        })?;
        let wrong = Wrong::new(format!("the {key} `{}` in line {line} is cut", short(text)));
        Some(wrong.expected(remedy).hint(hint))
    }
}

/// Order numbers and SKUs as they are heard.
#[derive(Default)]
pub(super) struct Spoilt {
    orders: Names,
    skus: Names,
}

impl Spoilt {
    pub(super) fn hear(&mut self, table: &Table, columns: &Columns, order: &str, sku: &str) {
        let typed = |role| columns.of(role).is_some_and(|column| table.is_typed_cell(column));
        self.orders.hear(table.line(), order, typed(ColumnRole::Order));
        self.skus.hear(table.line(), sku, typed(ColumnRole::Sku));
    }

    /// What cannot be read as it was.
    pub(super) fn wrongs(&self) -> impl Iterator<Item = Wrong> {
        [self.orders.wrong("order"), self.skus.wrong("sku")].into_iter().flatten()
    }

    /// What may be otherwise than it looks.
    pub(super) fn note(&self) -> Option<String> {
        let days = &self.skus.days;
        let first = days.first()?;
        let skus = if days.len() == 1 { "1 SKU looks like a day" } else { "SKUs look like days" };
        let count = if days.len() == 1 { String::new() } else { format!("{} ", days.len()) };
        Some(format!(
            "{count}{skus}, such as `{}`: if a spreadsheet made them of other names, several may \
             be one now",
            short(first)
        ))
    }
}
