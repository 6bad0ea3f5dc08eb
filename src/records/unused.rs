//! Owns what columns say that nobody uses: the same as one that is used, or that a row is no sale.
//! Must not know what the rows come to, nor what words mean (`hidden`).

use super::columns::{self, ColumnRole, Columns, Header, NONE};
use super::format;
use super::headers;
use super::hidden::Hidden;
use super::mapping::Mapping;
use super::state::{self, Standing};
use super::table::Table;
use super::{plain, short};
use crate::wrong::Wrong;

/// A column with a name for what another says, and the first row in which they differ.
struct Rival {
    role: ColumnRole,
    used: usize,
    other: usize,
    differs: Option<(u64, String, String)>,
}

pub(super) struct Unused {
    rivals: Vec<Rival>,
    hidden: Vec<Hidden>,
    /// Somebody has said which column says the states: what others say is told, not asked.
    said: bool,
}

impl Unused {
    pub(super) fn new(header: &Header, columns: &Columns, mapping: &Mapping, own: bool) -> Unused {
        let rivals = columns.rivals.iter().map(|(role, used, other)| Rival {
            role: *role,
            used: *used,
            other: *other,
            differs: None,
        });
        // A format settles what its columns mean, and so does whoever says that none is of states.
        let said = mapping.columns.of(ColumnRole::State);
        let asks = own && said != Some(NONE);
        let is_rival = |column: usize| columns.rivals.iter().any(|(_, _, other)| *other == column);
        let names = |column: usize| format::NAMES.contains(&plain(&header.names[column]).as_str());
        let free =
            |column: &usize| !columns.is_taken(*column) && !is_rival(*column) && !names(*column);
        let hidden = (0..header.names.len()).filter(free).filter_map(|column| {
            Some(Hidden::new(column, headers::promise(&header.names[column])?))
        });
        Unused {
            rivals: rivals.collect(),
            hidden: hidden.filter(|_| asks).collect(),
            said: said.is_some(),
        }
    }

    pub(super) fn hear(&mut self, table: &Table, columns: &Columns, mapping: &Mapping) {
        let field = |column: usize| table.field(column).unwrap_or_default();
        for rival in self.rivals.iter_mut().filter(|rival| rival.differs.is_none()) {
            let (used, other) = (field(rival.used), field(rival.other));
            if used != other && !other.is_empty() {
                rival.differs = Some((table.line(), short(used), short(other)));
            }
        }
        if self.hidden.is_empty() {
            return;
        }
        let known = is_left_out(table, columns, mapping);
        self.hidden.retain_mut(|hidden| {
            let name = &table.header.names[hidden.column];
            hidden.hear(name, field(hidden.column), &mapping.states, known)
        });
    }

    /// What is to be asked.
    pub(super) fn wrongs(&mut self, header: &Header, columns: &Columns) -> Vec<Wrong> {
        let mut wrongs = vec![];
        for rival in &self.rivals {
            let Some((line, used, other)) = &rival.differs else { continue };
            let key = rival.role.key();
            let names = [rival.used, rival.other].map(|column| header.names[column].as_str());
            let wrong = Wrong::new(format!(
                "several columns could say the {key}: {}; they differ in line {line}: `{used}` \
                 and `{other}`",
                columns::list(names.into_iter())
            ));
            wrongs.push(if names[0] == names[1] {
                wrong.expected("one column of that name: rename the other in the file")
            } else {
                wrong.expected(format!("the one that does, as `columns: {{ {key}: … }}`"))
            });
        }
        self.hidden.iter_mut().for_each(Hidden::settle);
        let state = columns.of(ColumnRole::State).map(|column| header.names[column].as_str());
        let asked = self.hidden.iter().filter(|_| !self.said);
        wrongs.extend(asked.filter_map(|h| h.question(&header.names[h.column], state)));
        wrongs
    }

    /// What is told.
    pub(super) fn notes(&self, header: &Header) -> impl Iterator<Item = String> {
        let told = self.hidden.iter().filter(|_| self.said);
        told.filter_map(|hidden| hidden.note(&header.names[hidden.column]))
    }
}

/// Whether what is used says that a row is no sale, or was cancelled at its time: then nothing else
/// that it says is hidden.
pub(super) fn is_left_out(table: &Table, columns: &Columns, mapping: &Mapping) -> bool {
    let said = |role: ColumnRole| {
        columns.of(role).and_then(|column| table.field(column).ok()).unwrap_or_default()
    };
    let no_sale = |role: ColumnRole| {
        let word = state::plain(said(role));
        let standing = state::standing(&word, &mapping.states, format::COLUMNS.name);
        standing == Some(Standing::NoSale)
    };
    no_sale(ColumnRole::State)
        || no_sale(ColumnRole::LineState)
        || !said(ColumnRole::Cancelled).is_empty()
}
