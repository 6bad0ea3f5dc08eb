//! Owns columns that hold nothing but currencies, whatever they are called, and that nobody uses.
//! Must not know what the prices come to.

use super::columns::{self, ColumnRole, Columns, Header, NONE};
use super::currency::{Heard, agree, is_one_by_itself, shown};
use super::mapping::Mapping;
use super::short;
use super::table::Table;
use crate::wrong::Wrong;

/// A column with more different words than this holds something else.
const WORDS_MAX: usize = 16;

/// A column of currencies so far.
struct Column {
    at: usize,
    /// Different words, each with its first line.
    words: Vec<(String, u64)>,
}

/// The columns that nobody uses, where none says the currency.
#[derive(Default)]
pub(super) struct Codes(Vec<Column>);

impl Codes {
    pub(super) fn new(header: &Header, columns: &Columns, mapping: &Mapping) -> Codes {
        let said = columns.of(ColumnRole::Currency).is_some()
            || mapping.columns.of(ColumnRole::Currency) == Some(NONE);
        let free = (0..header.names.len()).filter(|at| !said && !columns.is_taken(*at));
        Codes::among(free)
    }

    pub(super) fn among(free: impl Iterator<Item = usize>) -> Codes {
        Codes(free.map(|at| Column { at, words: vec![] }).collect())
    }

    pub(super) fn hear(&mut self, table: &Table) {
        self.0.retain_mut(|column| {
            let word = table.field(column.at).unwrap_or_default();
            if word.is_empty() || column.words.iter().any(|(known, _)| known == word) {
                return true;
            }
            column.words.push((word.to_owned(), table.line()));
            column.words.len() <= WORDS_MAX && is_one_by_itself(word)
        });
    }

    /// The column of currencies, where there is one.
    pub(super) fn found(&self) -> Option<usize> {
        self.0.iter().find(|column| !column.words.is_empty()).map(|column| column.at)
    }

    /// The one currency that all its rows say, with the first line; where there is one.
    fn only(&self) -> Option<(&str, u64)> {
        let column = self.0.iter().find(|column| !column.words.is_empty())?;
        let (first, line) = column.words.first()?;
        column.words.iter().all(|(word, _)| agree(word, first)).then_some((first, *line))
    }

    /// What is to be asked of the currencies of a log; what an unused column or the formats of
    /// cells say is heard. Where no prices are wanted, nothing is asked.
    pub(super) fn questions(
        &self,
        money: &mut Heard,
        table: &Table,
        columns: &Columns,
        mapping: &Mapping,
        priced: bool,
    ) -> impl Iterator<Item = Wrong> {
        let column =
            columns.of(ColumnRole::Currency).map(|column| table.header.names[column].as_str());
        let none = mapping.columns.of(ColumnRole::Currency) == Some(NONE);
        let shown = if column.is_some() || none { Ok(None) } else { shown(&table.currencies) };
        let only = self.only().or(shown.as_ref().ok().and_then(|sign| sign.map(|sign| (sign, 1))));
        if let Some((said, line)) = only {
            money.add(said, line);
        }
        let shown = shown.err().map(|wrong| {
            wrong.expected(
                "`columns: { currency: … }` for a column that says which of them, or `columns: { \
                 currency: none }` if prices are in none of these",
            )
        });
        let asked = self.question(&table.header);
        let all = shown.into_iter().chain(asked).chain(money.question(column, mapping.currency));
        all.filter(move |_| priced)
    }

    /// What is to be asked, where several currencies are said.
    fn question(&self, header: &Header) -> Option<Wrong> {
        let torn = |column: &&Column| {
            column.words.iter().any(|(word, _)| !agree(word, &column.words[0].0))
        };
        let column = self.0.iter().find(torn)?;
        let name = short(&header.names[column.at]);
        let words = columns::list(column.words.iter().map(|(word, _)| word.as_str()));
        let wrong =
            Wrong::new(format!("the column `{name}` is not used, and has currencies ({words})"));
        Some(wrong.expected(format!(
            "`columns: {{ currency: {name} }}`, or `columns: {{ currency: none }}` if the prices \
             are not in these"
        )))
    }
}
