//! Owns lines of orders that stand in a file once for each state they had: paid, then shipped.
//! Must not know which states are sales.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::columns::{ColumnRole, Columns};
use super::mapping::{Mapping, Repeats};
use super::table::Table;
use super::{daytime, grouped, short, state};
use crate::wrong::Wrong;

/// The most lines that are kept to find them again.
const KEPT_MAX: usize = 2_000_000;

/// What tells one line from another, whenever it was and however it stood.
const OF_LINES: [ColumnRole; 7] = [
    ColumnRole::Channel,
    ColumnRole::Order,
    ColumnRole::Sku,
    ColumnRole::Name,
    ColumnRole::Variant,
    ColumnRole::Quantity,
    ColumnRole::Price,
];

/// Lines as they are heard, each with its first time and state.
#[derive(Default)]
pub(super) struct Standings {
    /// Somebody says that each row is a line, or nothing says how rows stand.
    settled: bool,
    lines: HashMap<u64, (u64, u64)>,
    again: u64,
    /// The line of the first such row, with its order and state.
    first: Option<(u64, String, String)>,
}

fn hash(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

impl Standings {
    pub(super) fn new(columns: &Columns, mapping: &Mapping) -> Standings {
        let settled = mapping.repeats == Some(Repeats::Each)
            || columns.of(ColumnRole::State).is_none()
            || columns.of(ColumnRole::Order).is_none();
        Standings { settled, ..Standings::default() }
    }

    /// Takes a row into account; `number` is the column that may number lines.
    pub(super) fn hear(&mut self, table: &Table, columns: &Columns, number: Option<usize>) {
        if self.settled {
            return;
        }
        let field = |column: usize| table.field(column).unwrap_or_default();
        let cell = |role| columns.of(role).map(field).unwrap_or_default();
        let (order, state) = (cell(ColumnRole::Order), state::plain(cell(ColumnRole::State)));
        let time = daytime::time(table, columns).unwrap_or_default();
        if order.is_empty() || state.is_empty() || time.is_empty() {
            return;
        }
        let line = hash((OF_LINES.map(cell), number.map(field)));
        let stands = (hash(&time), hash(&state));
        match self.lines.get(&line) {
            Some((at, word)) if *at != stands.0 && *word != stands.1 => {
                self.again += 1;
                let first = || (table.line(), short(order), short(cell(ColumnRole::State)));
                self.first.get_or_insert_with(first);
            }
            None if self.lines.len() < KEPT_MAX => {
                self.lines.insert(line, stands);
            }
            _ => {}
        }
    }

    /// What is to be asked.
    pub(super) fn question(&self) -> Option<Wrong> {
        let (line, order, state) = self.first.as_ref()?;
        let repeat = match self.again {
            1 => "1 row repeats a line".to_owned(),
            n => format!("{} rows repeat a line", grouped(n)),
        };
        let wrong = Wrong::new(format!(
            "{repeat} of their order at another time and in another state, such as order `{order}` \
             in line {line}, `{state}`: a history of states counts each line several times"
        ));
        Some(wrong.expected(
            "one row for each line, in its last state, or `repeated rows: each` where each is a \
             line of its own",
        ))
    }
}
