//! Owns orders of several channels under one number: the unused column that tells them apart.
//! Must not know what the rows come to.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::columns::{self, ColumnRole, Columns, Header, NONE};
use super::daytime;
use super::mapping::Mapping;
use super::table::Table;
use super::{plain, short};
use crate::wrong::Wrong;

/// A column with more different words says no channels.
const WORDS_MAX: usize = 8;

/// So many order numbers are looked at, the first of the file.
const ORDERS_MAX: usize = 20_000;

/// Of numbers that several channels use, one in so many or more has a time of its own on each.
/// Lines of one order, each of another colour, share the order's time.
const APART_PARTS: usize = 10;

/// Names of columns that say where an order was placed: no order is placed at two shops.
const SHOPS: &[&str] = &[
    "store",
    "store name",
    "store id",
    "shop",
    "shop name",
    "shop id",
    "site",
    "site name",
    "website",
    "platform",
    "source",
    "source name",
    "order source",
    "sales source",
    "branch",
    "outlet",
    "account",
    "seller account",
    "till",
    "register",
    "terminal",
    "kasse",
    "kassa",
    "caisse",
    "caja",
    "cassa",
    "filiale",
    "mandant",
    "plattform",
    "boutique",
    "magasin",
    "tienda",
    "negozio",
    "winkel",
];

/// A column that may say where an order was placed.
struct Column {
    at: usize,
    words: Vec<String>,
    /// Of each order number: its words, and the time that stands beside each.
    orders: HashMap<u64, Vec<(usize, u64)>>,
    first: Option<String>,
    /// It is named like one that does.
    shops: bool,
}

/// The columns that nobody uses, where none says the channel.
pub(super) struct Parted(Vec<Column>);

fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Parted {
    pub(super) fn new(header: &Header, columns: &Columns, mapping: &Mapping) -> Parted {
        let settled = columns.of(ColumnRole::Channel).is_some()
            || mapping.columns.of(ColumnRole::Channel) == Some(NONE)
            || !columns.items.is_empty();
        let free = |at: &usize| !settled && !columns.is_taken(*at);
        let shops = |at: usize| SHOPS.contains(&plain(&header.names[at]).as_str());
        let column = |at| Column {
            at,
            words: vec![],
            orders: HashMap::new(),
            first: None,
            shops: shops(at),
        };
        Parted((0..header.names.len()).filter(free).map(column).collect())
    }

    pub(super) fn hear(&mut self, table: &Table, columns: &Columns) {
        let field = |role| columns.of(role).and_then(|at| table.field(at).ok()).unwrap_or_default();
        let (order, time) =
            (field(ColumnRole::Order), daytime::time(table, columns).unwrap_or_default());
        // What comes back does so at its own time.
        if order.is_empty() || time.is_empty() || field(ColumnRole::Quantity).starts_with('-') {
            return;
        }
        self.0.retain_mut(|column| {
            let word = table.field(column.at).unwrap_or_default();
            word.is_empty() || column.hear(word, order, &time)
        });
    }

    /// What is to be asked.
    pub(super) fn question(&self, header: &Header) -> Option<Wrong> {
        let column = self.0.iter().find(|column| column.parts_orders())?;
        let name = short(&header.names[column.at]);
        let apart = if column.shops { "" } else { ", each at a time of its own" };
        let wrong = Wrong::new(format!(
            "the column `{name}` is not used, and orders of one number have several of its words \
             ({}){apart}, such as the order `{}`",
            columns::list(column.words.iter().map(String::as_str)),
            short(column.first.as_deref().unwrap_or_default())
        ));
        let wrong = wrong.expected(format!(
            "`columns: {{ channel: {name} }}` if it says where an order was placed, or `columns: \
             {{ channel: none }}` if one number is one order"
        ));
        Some(wrong.hint("each channel may count its own orders: 1001 here and 1001 there are two"))
    }
}

impl Column {
    /// Takes a row into account; whether the column may still say channels.
    fn hear(&mut self, word: &str, order: &str, time: &str) -> bool {
        let known = self.words.iter().position(|known| known == word);
        let word = known.unwrap_or_else(|| {
            self.words.push(word.to_owned());
            self.words.len() - 1
        });
        let (key, time) = (hashed(order), hashed(time));
        if self.orders.len() < ORDERS_MAX || self.orders.contains_key(&key) {
            let seen = self.orders.entry(key).or_default();
            if !seen.contains(&(word, time)) && seen.len() <= WORDS_MAX {
                seen.push((word, time));
            }
            if self.first.is_none() && seen.iter().any(|(other, _)| *other != word) {
                self.first = Some(order.to_owned());
            }
        }
        self.words.len() <= WORDS_MAX
    }

    /// Whether numbers have several words: of shops, or each at one time that is no other's.
    fn parts_orders(&self) -> bool {
        let mut counts = [0_usize; 2];
        for seen in self.orders.values() {
            let is_alone = |one: &(usize, u64)| {
                seen.iter().filter(|other| other.0 == one.0 || other.1 == one.1).count() == 1
            };
            if seen.iter().any(|(word, _)| *word != seen[0].0) {
                counts[usize::from(seen.iter().all(is_alone))] += 1;
            }
        }
        let [mixed, parted] = counts;
        if self.shops { parted + mixed > 0 } else { parted > 1 && mixed <= parted * APART_PARTS }
    }
}
