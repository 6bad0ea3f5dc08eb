//! Owns the shape of a table on the page. Must not know what is in it.

use crate::report::summary::Summary;
use crate::report::words::story::Line;

/// A table: the first cell of a row names it.
pub(in crate::report) struct Table {
    pub caption: String,
    pub head: Vec<Head>,
    pub rows: Vec<Row>,
}

/// A column's name.
pub(in crate::report) struct Head {
    pub name: String,
    /// Words, aligned left; numbers are aligned right.
    pub text: bool,
}

/// A row.
#[derive(Default)]
pub(in crate::report) struct Row {
    pub cells: Vec<Cell>,
    /// Something went wrong here.
    pub marked: bool,
}

/// A cell: what it says, and in small what stands behind it.
#[derive(Default)]
pub(in crate::report) struct Cell {
    pub main: String,
    pub small: Vec<String>,
    /// `good`, `careful`, `bad` or nothing.
    pub class: &'static str,
    pub text: bool,
}

impl Cell {
    pub(in crate::report) fn number(main: impl Into<String>) -> Cell {
        Cell { main: main.into(), ..Cell::default() }
    }

    pub(in crate::report) fn text(main: impl Into<String>) -> Cell {
        Cell { main: main.into(), text: true, ..Cell::default() }
    }

    pub(in crate::report) fn toned(self, class: &'static str) -> Cell {
        Cell { class, ..self }
    }
}

impl Table {
    /// An empty table; a column whose name ends in `:` holds words.
    pub(in crate::report) fn new(caption: impl Into<String>, columns: &[&str]) -> Table {
        let head = |column: &&str| Head {
            name: column.trim_end_matches(':').to_owned(),
            text: column.ends_with(':'),
        };
        let head = columns.iter().map(head).collect();
        Table { caption: caption.into(), head, rows: Vec::new() }
    }

    /// A table of numbers.
    pub(in crate::report) fn plain(caption: &str, columns: &[String], rows: &[Vec<String>]) -> Table {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut table = Table::new(caption, &columns);
        for row in rows {
            table.push(row.iter().map(Cell::number).collect());
        }
        table
    }

    pub(in crate::report) fn push(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, marked: false });
    }
}

/// The worst SKU's story, a line an event.
pub(in crate::report) fn story(summary: &Summary, lines: &[Line]) -> Table {
    let names: Vec<String> =
        summary.channels.iter().map(|channel| format!("{} offers", channel.name)).collect();
    let mut columns = vec!["when", "what happened:", "really left"];
    columns.extend(names.iter().map(String::as_str));
    let mut table = Table::new("What was there, and what each channel believed", &columns);
    for line in lines {
        let cells =
            [Cell::number(&line.at), Cell::text(&line.what), Cell::number(&line.really_left)];
        let offers = line.offered.iter().map(Cell::number);
        let cells = cells.into_iter().chain(offers).collect();
        table.rows.push(Row { cells, marked: line.oversold });
    }
    table
}
