//! Owns what the rows of a log say of how it is written: its numbers, its times, its words.
//! Must not know what is made of it.

use std::collections::BTreeMap;

use super::columns::{ColumnRole, Columns, Header, NONE};
use super::format::ExportLayout;
use super::mapping::Mapping;
use super::repeats::Numbering;
use super::skus::Skus;
use super::spoilt::Spoilt;
use super::state::Standing;
use super::table::Table;
use super::{currency, daytime, footer, hidden, items, moment, number, short, state};
use crate::wrong::Wrong;

/// The most different words of a column of states or channels that are kept.
const WORDS_MAX: usize = 256;

/// What the rows say of how they are written.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) numbers: number::NumberEvidence,
    pub(super) times: moment::TimeEvidence,
    states: Words,
    pub(super) channels: Words,
    pub(super) money: currency::Heard,
    pub(super) spoilt: Spoilt,
    pub(super) skus: Skus,
    pub(super) numbering: Numbering,
    /// Two columns say states.
    two_states: bool,
    orders: Orders,
}

/// Whether order numbers have digits.
#[derive(Default)]
struct Orders {
    with_digits: u64,
    without: u64,
}

/// Order numbers without a digit, one in so many, are none where the others have digits.
const WORDS_PARTS: u64 = 20;

/// Different words with how often each stands there.
pub(crate) type Words = BTreeMap<String, u64>;

fn count(words: &mut Words, word: &str) {
    if let Some(count) = words.get_mut(word) {
        *count += 1;
    } else if words.len() <= WORDS_MAX {
        words.insert(word.to_owned(), 1);
    }
}

impl Heard {
    pub(super) fn new(mapping: &Mapping, header: &Header, layout: &ExportLayout) -> Heard {
        let times = moment::TimeEvidence::of(mapping.time_format.clone());
        Heard { times, numbering: Numbering::new(header, layout), ..Heard::default() }
    }

    /// Whether order numbers have digits, but for words among them.
    pub(super) fn numbers_orders(&self) -> bool {
        self.orders.with_digits > 1
            && self.orders.with_digits / WORDS_PARTS.min(self.orders.with_digits)
                >= self.orders.without
    }

    pub(super) fn row(&mut self, table: &Table, columns: &Columns) {
        let field = |role: ColumnRole| columns.of(role).and_then(|column| table.field(column).ok());
        let (order, sku) =
            (field(ColumnRole::Order).unwrap_or(""), field(ColumnRole::Sku).unwrap_or(""));
        self.two_states = columns.of(ColumnRole::LineState).is_some();
        self.spoilt.hear(table, columns, order, sku);
        let name = columns.of(ColumnRole::Name).or(columns.name);
        let name = name.and_then(|column| table.field(column).ok()).unwrap_or_default();
        self.skus.hear(order, sku, name);
        self.numbering.hear(table, order, sku);
        if !order.is_empty() && !footer::is_total(order) {
            let digits = order.contains(|c: char| c.is_ascii_digit());
            self.orders.with_digits += u64::from(digits);
            self.orders.without += u64::from(!digits);
        }
        self.times.hear(&daytime::time(table, columns).unwrap_or_default());
        let dated = columns.of(ColumnRole::Day).or(columns.of(ColumnRole::Time));
        self.times.hear_typed(dated.is_some_and(|column| table.is_typed_cell(column)));
        if let Some(text) = field(ColumnRole::Cancelled) {
            self.times.hear(text);
        }
        for role in [ColumnRole::State, ColumnRole::LineState] {
            let word = field(role).map(state::plain).unwrap_or_default();
            if !word.is_empty() {
                count(&mut self.states, &word);
            }
        }
        if let Some(word) = field(ColumnRole::Channel).filter(|word| !word.is_empty()) {
            count(&mut self.channels, &super::one_line(word));
        }
        let items: Vec<items::Item> = columns
            .items
            .iter()
            .flat_map(|column| {
                let text = table.field(*column).unwrap_or_default();
                items::read(text).ok().filter(|_| !text.starts_with('[')).unwrap_or_default()
            })
            .collect();
        let cell = |role: ColumnRole| {
            let untyped = columns.of(role).filter(|column| !table.is_typed(*column));
            untyped.and_then(|column| table.field(column).ok()).unwrap_or_default()
        };
        self.numbers.hear(cell(ColumnRole::Quantity));
        let listed = items.iter().flat_map(|item| [item.price.as_str(), item.total.as_str()]);
        let amounts = [cell(ColumnRole::Price), cell(ColumnRole::Total)].into_iter().chain(listed);
        let mut signs = vec![];
        for (number, sign) in amounts.map(number::amount) {
            self.numbers.hear(number);
            signs.extend(sign);
        }
        for item in &items {
            self.numbers.hear(&item.quantity);
        }
        let code = field(ColumnRole::Currency).unwrap_or_default();
        self.money.row(table.line(), code, signs.into_iter());
    }

    /// The currency that a header says of its prices, where no column does: `Price (EUR)`.
    pub(super) fn hear_header(&mut self, header: &Header, columns: &Columns) {
        if columns.of(ColumnRole::Currency).is_some() {
            return;
        }
        for role in [ColumnRole::Price, ColumnRole::Total] {
            let name = columns.of(role).map(|column| header.names[column].as_str());
            if let Some((_, sign)) = name.and_then(currency::in_words) {
                self.money.add(sign, 1);
            }
        }
    }

    /// A row without a state is a sale where the column that somebody said only marks what is none.
    pub(super) fn blank(&self, mapping: &Mapping, format: &str) -> Option<Standing> {
        let said = mapping.columns.of(ColumnRole::State).filter(|name| *name != NONE);
        let none = |word: &String| {
            state::standing(word, &mapping.states, format) == Some(Standing::NoSale)
        };
        let marks = !self.states.is_empty() && self.states.keys().all(none);
        said.filter(|name| marks || hidden::is_flag(name)).map(|_| Standing::Sale)
    }

    /// Whether an order in a state nobody knows is a sale is not guessed.
    pub(super) fn unknown_states(&self, mapping: &Mapping, format: &str) -> Option<Wrong> {
        let unknown: Vec<(&String, &u64)> = self
            .states
            .iter()
            .filter(|(word, _)| state::standing(word, &mapping.states, format).is_none())
            .collect();
        let (first, _) = unknown.first()?;
        let words: Vec<String> = unknown
            .iter()
            .take(5)
            .map(|(word, count)| format!("`{}` ({count} rows)", short(word)))
            .collect();
        let more = if unknown.len() > 5 { " and more" } else { "" };
        let wrong = Wrong::new(format!(
            "no word on whether these states are sales: {}{more}",
            words.join(", ")
        ));
        let wrong = wrong.expected(format!(
            "`states: {{ \"{0}\": sale }}` or `states: {{ \"{0}\": no sale }}`",
            short(first)
        ));
        if self.two_states {
            return Some(wrong);
        }
        Some(wrong.hint(format!(
            "if the column is no state of orders, `columns: {{ state: none }}`; `init` takes these \
             as `--states \"{}: sale\"` and `--columns \"state: none\"`",
            short(first)
        )))
    }
}
