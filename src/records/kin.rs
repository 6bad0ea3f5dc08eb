//! Owns orders whose numbers look like those of returns: `Refund 1001`, or `1001-R1` beside `1001`.
//! Must not know what the orders hold.

use std::collections::BTreeMap;

use super::columns::ColumnRole;
use super::mapping::Mapping;
use super::{grouped, kinds, short};
use crate::wrong::Wrong;

/// The most that are kept to look for the orders that they may take back.
const KEPT_MAX: usize = 100_000;

/// Orders that were bought under such numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kin {
    /// With a word for it: how many, and the first with its line.
    worded: u64,
    first: Option<(u64, String)>,
    /// The keys of the orders that they may take back, each with its number and line.
    of: Vec<(u64, u64, String)>,
    /// Marks that no other order has, each with its orders, the first of them, and its line.
    marks: BTreeMap<String, (u64, u64, String)>,
    all: u64,
}

impl Kin {
    /// Takes the number of an order into account that is come across for the first time; `key` is
    /// that of another number on the same channel.
    pub(super) fn hear(&mut self, line: u64, order: &str, key: impl FnOnce(&str) -> u64) {
        self.all += 1;
        if let Some((mark, _)) = kinds::mark_in(order) {
            let first = || (0, line, order.to_owned());
            self.marks.entry(mark.to_owned()).or_insert_with(first).0 += 1;
        }
        if kinds::word_in(order).is_some() {
            self.worded += 1;
            self.first.get_or_insert_with(|| (line, order.to_owned()));
        } else if let Some(base) = kinds::taken_back_by(order)
            && self.of.len() < KEPT_MAX
        {
            self.of.push((key(base), line, short(order)));
        }
    }

    /// Keeps those whose orders are there.
    pub(super) fn settle(&mut self, is_there: impl Fn(u64) -> bool) {
        self.of.retain(|(key, ..)| is_there(*key));
    }

    /// What is to be asked, unless somebody says how returns are told; `state` is the column of
    /// states that is used.
    pub(super) fn question(&self, mapping: &Mapping, state: &str) -> Option<Wrong> {
        let said = mapping.cancellation_prefix.is_some()
            || mapping.columns.of(ColumnRole::State).is_some();
        if said {
            return None;
        }
        let sales = format!("`columns: {{ state: {state} }}` if they are sales");
        self.kin(mapping, &sales).or_else(|| self.marked(mapping, &sales))
    }

    /// Orders with a mark that fewer than half of all have: a shop that marks all marks none.
    fn marked(&self, mapping: &Mapping, sales: &str) -> Option<Wrong> {
        let rare = self.marks.values().filter(|(count, ..)| count * 2 < self.all);
        let (count, line, order) = rare.min_by_key(|(_, line, _)| *line)?;
        let (mark, back) = kinds::mark_in(order)?;
        let rest = &order[mark.len()..];
        let gap = rest.find(|c: char| c.is_alphanumeric()).unwrap_or(0);
        let prefix = &order[..mark.len() + gap];
        let (orders, marked) = if *count == 1 { ("order", "is") } else { ("orders", "are") };
        let wrong = Wrong::new(format!(
            "`{}`: {} {orders} {marked} numbered otherwise than most, like what is no sale: `{}` \
             in line {line}",
            mapping.source.file,
            grouped(*count),
            short(order)
        ));
        Some(if back {
            wrong.expected(format!(
                "`cancellations: {{ prefix: \"{prefix}\" }}` if they take orders back, or {sales}"
            ))
        } else {
            wrong.expected(format!("a file without them, or {sales}"))
        })
    }

    /// Orders with a word for it, or with a number that is made of another's.
    fn kin(&self, mapping: &Mapping, sales: &str) -> Option<Wrong> {
        let file = &mapping.source.file;
        let count = self.worded + self.of.len() as u64;
        let worded = self.first.as_ref().map(|(line, order)| (line, order));
        let (line, order) = worded.or(self.of.first().map(|(_, line, order)| (line, order)))?;
        let orders = if count == 1 {
            "1 order is".to_owned()
        } else {
            format!("{} orders are", grouped(count))
        };
        let wrong = Wrong::new(format!(
            "`{file}`: {orders} numbered like what takes another back, such as `{}` in line \
             {line}, and bought with units above zero",
            short(order)
        ));
        let word = kinds::word_in(order).filter(|word| order.starts_with(word));
        let worded = word.map(|word| {
            let rest = &order[word.len()..];
            let gap = rest.find(|c: char| c.is_alphanumeric() || c == '#').unwrap_or(0);
            &order[..word.len() + gap]
        });
        let marked = || order.strip_suffix(kinds::taken_back_by(order)?);
        let prefix = worded.or_else(marked).map(short);
        Some(match prefix {
            Some(prefix) => wrong.expected(format!(
                "`cancellations: {{ prefix: \"{prefix}\" }}` if they take orders back, or {sales}"
            )),
            None => wrong.expected(format!(
                "a quantity below zero, or a column of states, if they take orders back; {sales}"
            )),
        })
    }
}
