//! Owns which sheet of a workbook is its table: one that is named, or the only one with a header.
//! Must not know cells (`sheet`), nor what the columns mean.

use super::{Rows, Source, Table};
use crate::records::columns::{Header, list};
use crate::records::sheet::Sheet;
use crate::records::short;
use crate::wrong::Wrong;

/// The table of a workbook, which may begin with a cover. Where several sheets have a header, which
/// is meant is asked and not guessed; a hidden sheet counts only where no other has one.
pub(super) fn table(source: &Source, is_header: &dyn Fn(&Header) -> bool) -> Result<Table, Wrong> {
    if let Some(name) = &source.sheet {
        return named(source, name, is_header);
    }
    let (mut seen, mut hidden, mut other) = (Candidates::default(), Candidates::default(), None);
    let mut from = 0;
    while let Some(sheet) = open(source, from)? {
        from = sheet.place + 1;
        let (name, unseen) = (sheet.name.clone(), sheet.hidden);
        match of(source, sheet, is_header) {
            Ok(table) if is_header(&table.header) => {
                if unseen { &mut hidden } else { &mut seen }.add(name, table);
            }
            no_header => other = other.or(Some(no_header)),
        }
    }
    let found = if seen.names.is_empty() { hidden } else { seen };
    match (found.names.as_slice(), found.first) {
        ([_], Some(table)) => Ok(table),
        ([first, ..], _) => Err(several(source, first, &found.names)),
        ([], _) => other.unwrap_or_else(|| {
            Err(Wrong::new(format!("`{}` has no sheet with rows", source.file)))
        }),
    }
}

/// Sheets with a header: their names, and the first.
#[derive(Default)]
struct Candidates {
    names: Vec<String>,
    first: Option<Table>,
}

impl Candidates {
    fn add(&mut self, name: String, table: Table) {
        self.names.push(name);
        self.first.get_or_insert(table);
    }
}

/// The sheet of that name, hidden or not.
fn named(source: &Source, name: &str, is_header: &dyn Fn(&Header) -> bool) -> Result<Table, Wrong> {
    let (mut from, mut names) = (0, vec![]);
    while let Some(sheet) = open(source, from)? {
        if sheet.name.trim() == name.trim() {
            return of(source, sheet, is_header);
        }
        from = sheet.place + 1;
        names.push(sheet.name);
    }
    let wrong = Wrong::new(format!("`{}` has no sheet `{}` with rows", source.file, short(name)));
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    Err(wrong.expected(format!("one of {}", list(known.iter().copied()))).nearest(name, known))
}

fn several(source: &Source, first: &str, names: &[String]) -> Wrong {
    let names = list(names.iter().map(String::as_str));
    let wrong =
        Wrong::new(format!("`{}` has several sheets with such columns: {names}", source.file));
    wrong.expected("one table").hint(format!("say which with `sheet: {}`", short(first)))
}

fn open(source: &Source, from: usize) -> Result<Option<Sheet>, Wrong> {
    Sheet::open(source.open()?.0, &source.file, from)
}

fn of(source: &Source, sheet: Sheet, is_header: &dyn Fn(&Header) -> bool) -> Result<Table, Wrong> {
    let (place, written) = (sheet.place, sheet.written.clone());
    let again = |_| match open(source, place)? {
        Some(sheet) => Ok(Rows::Sheet(sheet)),
        None => Err(Wrong::new(format!("`{}` was changed", source.file))),
    };
    Table::of(source, vec![(0, Rows::Sheet(sheet))], &again, &written, is_header)
}
