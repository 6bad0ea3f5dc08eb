//! Owns the shape of a table wherever it stands. Must not know what is in it, nor how it looks.

use super::Tone;

/// Columns of numbers beside the one that names a row: more do not fit on a page.
const ACROSS: usize = 8;
/// Columns up to which cells carry their column's name: two for each of twelve channels, and three.
const LABELLED: usize = 27;
/// Cells up to which a table's carry it: eight measures on the run and fifteen channels, ten
/// columns.
const CELLS_LABELLED: usize = 1_280;

/// A table: the first cell of a row names it.
pub(in crate::report) struct Table {
    pub caption: String,
    pub head: Vec<Head>,
    pub rows: Vec<Row>,
    /// Each cell carries its column's name, so that a row can stand as a paragraph where columns
    /// have no room. Names cost a page its size where many channels have columns of many rows.
    pub labelled: bool,
    /// Only the page has room for it.
    pub aside: bool,
}

/// A column's name.
pub(in crate::report) struct Head {
    pub name: String,
    /// Words, aligned left; numbers are aligned right.
    pub text: bool,
    /// Sentences: they wrap, and stand below their row where columns have no room.
    pub said: bool,
    pub goes: Goes,
}

/// What may go of a column where columns have no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Goes {
    /// Nothing.
    Nothing,
    /// What stands in small, before any column goes.
    Small,
    /// All of it.
    Whole,
    /// All of it, everywhere but on a page.
    Page,
}

/// A row.
#[derive(Default)]
pub(in crate::report) struct Row {
    pub cells: Vec<Cell>,
    /// Something went wrong here.
    pub marked: bool,
    /// The channel it is about; the page can dim what other channels say.
    pub channel: Option<String>,
    /// It says no more than another row: only the page has room for it.
    pub aside: bool,
    /// It says of a part what the row above it says of the whole.
    pub part: bool,
}

/// A cell: what it says, and in small what stands behind it.
#[derive(Default)]
pub(in crate::report) struct Cell {
    pub main: String,
    pub small: Vec<String>,
    pub tone: Tone,
    pub text: bool,
    /// It says nothing by itself: where a row is a paragraph it is left out.
    pub aside: bool,
}

impl Cell {
    pub(in crate::report) fn number(main: impl Into<String>) -> Cell {
        Cell { main: main.into(), ..Cell::default() }
    }

    pub(in crate::report) fn text(main: impl Into<String>) -> Cell {
        Cell { main: main.into(), text: true, ..Cell::default() }
    }

    pub(in crate::report) fn toned(self, tone: Tone) -> Cell {
        Cell { tone, ..self }
    }

    /// Left out where a row is a paragraph, when it says nothing.
    pub(in crate::report) fn aside(self, aside: bool) -> Cell {
        Cell { aside, ..self }
    }

    /// With a line in small below; an empty one is left out.
    pub(in crate::report) fn with(mut self, small: impl Into<String>) -> Cell {
        self.small.extend(Some(small.into()).filter(|line| !line.is_empty()));
        self
    }
}

impl Row {
    pub(in crate::report) fn marked(self, marked: bool) -> Row {
        Row { marked, ..self }
    }

    /// Left to the page, when it says no more than another row.
    pub(in crate::report) fn aside(self, aside: bool) -> Row {
        Row { aside, ..self }
    }

    pub(in crate::report) fn of(self, channel: Option<&str>) -> Row {
        Row { channel: channel.map(str::to_owned), ..self }
    }
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Row {
        Row { cells, ..Row::default() }
    }
}

impl Table {
    /// An empty table; a column whose name ends in `:` holds words, in `::` sentences. Columns
    /// whose name begins with `~` go first where there is no room, the last of them first; those
    /// with `^` are the page's.
    pub(in crate::report) fn new(caption: impl Into<String>, columns: &[&str]) -> Table {
        let head = |column: &&str| Head {
            name: column.trim_start_matches(['~', '^']).trim_end_matches(':').to_owned(),
            text: column.ends_with(':'),
            said: column.ends_with("::"),
            goes: match column.as_bytes().first() {
                Some(b'~') => Goes::Whole,
                Some(b'^') => Goes::Page,
                _ => Goes::Nothing,
            },
        };
        let head = columns.iter().map(head).collect();
        Table { caption: caption.into(), head, rows: Vec::new(), labelled: true, aside: false }
    }

    /// The same; a bar stands between two names.
    pub(in crate::report) fn of(caption: impl Into<String>, columns: &str) -> Table {
        Table::new(caption, &columns.split(" | ").collect::<Vec<&str>>())
    }

    /// A table of numbers.
    pub(in crate::report) fn plain(
        caption: &str,
        columns: &[String],
        rows: &[Vec<String>],
    ) -> Table {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut table = Table::new(caption, &columns);
        for row in rows {
            let cells: Vec<Cell> = row.iter().map(Cell::number).collect();
            table.push(cells);
        }
        table
    }

    /// The same in tables that are no wider than a page; each repeats the column that names a row.
    pub(in crate::report) fn parts(
        caption: &str,
        columns: &[String],
        rows: &[Vec<String>],
    ) -> Vec<Table> {
        let Some((first, rest)) = columns.split_first() else { return Vec::new() };
        let of = rest.len().div_ceil(ACROSS).max(1);
        // As many in each as there are: the last is not left with one.
        let each = rest.len().div_ceil(of).max(1);
        let part = |at: usize| {
            let part = |cells: &[String]| -> Vec<String> {
                cells.iter().skip(1 + at * each).take(each).cloned().collect()
            };
            let columns = [vec![first.clone()], part(columns)].concat();
            let rows: Vec<Vec<String>> = rows
                .iter()
                .map(|row| row.iter().take(1).cloned().chain(part(row)).collect())
                .collect();
            let place = if of > 1 { format!(", part {} of {of}", at + 1) } else { String::new() };
            let table = Table::plain(&format!("{caption}{place}"), &columns, &rows);
            Table { labelled: rest.len() <= LABELLED, ..table }
        };
        (0..of).map(part).collect()
    }

    /// Whether it has so many columns that they stand closer.
    pub(in crate::report) fn is_dense(&self) -> bool {
        self.head.len() > ACROSS + 2
    }

    /// Whether each cell says its column's name.
    pub(in crate::report) fn labels(&self) -> bool {
        self.labelled && self.rows.len() * self.head.len() <= CELLS_LABELLED
    }

    /// What stands in small in these columns goes where there is no room, the last of them last.
    pub(in crate::report) fn fine(mut self, places: &[usize]) -> Table {
        for place in places {
            self.head[*place].goes = Goes::Small;
        }
        self
    }

    /// Left to the page, when only that has room for it.
    pub(in crate::report) fn aside(self, aside: bool) -> Table {
        Table { aside, ..self }
    }

    pub(in crate::report) fn push(&mut self, row: impl Into<Row>) {
        self.rows.push(row.into());
    }
}

/// The rows that there is room for, at most so many: every whole, with the first of its parts.
pub(in crate::report) fn kept<'r>(all: &[&'r Row], most: usize) -> Vec<&'r Row> {
    let wholes = all.iter().filter(|row| !row.part).count();
    if all.len() <= most || wholes == all.len() || wholes > most {
        return all[..all.len().min(most)].to_vec();
    }
    let each = (most - wholes) / wholes.max(1);
    let mut since = 0;
    let mut has_room = |row: &&Row| {
        since = if row.part { since + 1 } else { 0 };
        since <= each
    };
    all.iter().copied().filter(|row| has_room(row)).collect()
}
