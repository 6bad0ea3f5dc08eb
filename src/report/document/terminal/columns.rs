//! Owns the one layout of tables on a terminal. Must not know what is in them.
//!
//! Columns are as wide as what stands in them, and nothing is cut. Where there is no room, names
//! and words wrap; what stands in small goes where it may, or stands below the rest; the columns
//! that may leave go; then the table stands in parts, each with the names. What goes is said. Where
//! parts are too wide as well, or cells say nothing by themselves, a row becomes a paragraph: its
//! name, then each cell with its column's. Sentences stand below their row.

use unicode_width::UnicodeWidthStr;

use super::super::table::{Cell, Goes, Head, Row, Table, kept};
use super::Tone;
use crate::report::terminal::{Lines, pad, pad_left, printable, wrapped};

/// Rows on a terminal; the page has all of them.
const ROWS: usize = 40;
/// Names, and words in columns, wrap down to these widths.
const NAME_MIN: usize = 23;
const WORDS_MIN: usize = 15;
/// More parts than this are no longer read as one table.
const PARTS: usize = 3;
/// Between two columns.
const GAP: usize = 2;
/// How deep stands what is below its row.
const BELOW: usize = 2;

/// A table; its caption stands over it, quietly where something else does too.
pub(super) fn table(out: &mut Lines, table: &Table, has_title: bool) {
    if !table.caption.is_empty() {
        out.hung("", 0, if has_title { Tone::Quiet } else { Tone::Strong }, &table.caption);
    }
    let all: Vec<&Row> = table.rows.iter().filter(|row| !row.aside).collect();
    let rows = kept(&all, ROWS);
    let grid = Grid { head: &table.head, rows: &rows };
    match grid.parts(out.paper.columns()) {
        Some(parts) => {
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    out.blank();
                }
                // Sentences are said once.
                grid.part(out, part, place + 1 == parts.len());
            }
            grid.say_left_out(out, &parts);
        }
        None => rows.iter().for_each(|row| paragraph(out, &table.head, row)),
    }
    if all.len() > rows.len() {
        out.push(&format!("… and {} more", all.len() - rows.len()));
    }
}

/// What stands in columns.
struct Grid<'a> {
    head: &'a [Head],
    rows: &'a [&'a Row],
}

/// Columns beside each other: their places, and how wide each is.
struct Part {
    columns: Vec<(usize, usize)>,
    small: Small,
}

/// Where stands what stands in small.
#[derive(Clone, Copy)]
struct Small {
    /// Beside the rest, not below.
    beside: bool,
    /// So many columns have lost theirs, of those that may.
    gone: usize,
}

impl Grid<'_> {
    /// The columns in parts that have room; none where a row is better a paragraph.
    fn parts(&self, room: usize) -> Option<Vec<Part>> {
        let mut places: Vec<usize> = (0..self.head.len()).filter(|at| self.says(*at)).collect();
        let fine = self.head.iter().filter(|head| head.goes == Goes::Small).count();
        let below = Small { beside: false, gone: fine };
        let beside = |gone| Small { beside: true, gone };
        for small in [beside(0), beside(fine.saturating_sub(1)), beside(fine), below] {
            if let Some(part) = self.fitted(&places, small, room) {
                return Some(vec![part]);
            }
        }
        while let Some(leaves) = places.iter().rposition(|at| self.head[*at].goes == Goes::Whole) {
            places.remove(leaves);
            if let Some(part) = self.fitted(&places, below, room) {
                return Some(vec![part]);
            }
        }
        let mut cells = self.rows.iter().flat_map(|row| &row.cells).zip(self.head.iter().cycle());
        if cells.any(|(cell, head)| cell.aside && !head.said) {
            return None;
        }
        let (name, rest) = places.split_first()?;
        let mut parts = vec![vec![*name]];
        for at in rest {
            let wider = [parts.last()?.as_slice(), &[*at]].concat();
            if self.fitted(&wider, below, room).is_some() {
                *parts.last_mut()? = wider;
            } else {
                parts.push(vec![*name, *at]);
            }
        }
        // As many in each as there are, where they fit: the last is not left with one.
        let each = rest.len().div_ceil(parts.len());
        let even = rest.chunks(each.max(1)).map(|part| [&[*name], part].concat());
        let fitted = |parts: &[Vec<usize>]| -> Option<Vec<Part>> {
            parts.iter().map(|places| self.fitted(places, below, room)).collect()
        };
        let parts = fitted(&even.collect::<Vec<_>>()).or_else(|| fitted(&parts))?;
        (parts.len() <= PARTS).then_some(parts)
    }

    /// Whether something stands in a column.
    fn says(&self, at: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.cells.get(at));
        let (is_said, goes) = (self.head[at].said, self.head[at].goes);
        !is_said && goes != Goes::Page && cells.any(|cell| at == 0 || !said(cell).is_empty())
    }

    /// These columns beside each other; none where there is no room for them.
    fn fitted(&self, places: &[usize], small: Small, room: usize) -> Option<Part> {
        let natural = |at: &usize| {
            let lines = self.rows.iter().flat_map(|row| self.lines(row, *at, small));
            let widest = lines.map(|(line, _)| line.width()).max().unwrap_or(0);
            widest.max(printable(&self.head[*at].name).width())
        };
        let natural: Vec<usize> = places.iter().map(natural).collect();
        let least = |(at, width): (&usize, &usize)| match *at {
            0 => (*width).min(NAME_MIN),
            at if self.head[at].text => (*width).min(WORDS_MIN),
            _ => *width,
        };
        let mut widths: Vec<usize> = places.iter().zip(&natural).map(least).collect();
        let gaps = GAP * places.len().saturating_sub(1);
        let mut spare = room.checked_sub(widths.iter().sum::<usize>() + gaps)?;
        // Words first: a name that wraps is read more easily than a finding that does.
        for (width, natural) in widths.iter_mut().zip(natural).rev() {
            let more = spare.min(natural - *width);
            *width += more;
            spare -= more;
        }
        Some(Part { columns: places.iter().copied().zip(widths).collect(), small })
    }

    fn part(&self, out: &mut Lines, part: &Part, is_last: bool) {
        let names = |at: usize| vec![(self.head[at].name.clone(), Tone::Quiet)];
        self.row(out, part, &names);
        for row in self.rows {
            let cells = |at: usize| self.lines(row, at, part.small);
            self.row(out, part, &cells);
            for (_, cell) in sentences(self.head, row).filter(|_| is_last) {
                out.hung("", BELOW, cell.tone, &said(cell));
            }
        }
    }

    /// A row: as many lines as its highest cell has.
    fn row(&self, out: &mut Lines, part: &Part, cells: &dyn Fn(usize) -> Vec<(String, Tone)>) {
        let cell = |&(at, width): &(usize, usize)| -> Vec<(String, Tone)> {
            let lines = cells(at).into_iter();
            lines.flat_map(|(line, tone)| folded(&line, width, tone)).collect()
        };
        let cells: Vec<Vec<(String, Tone)>> = part.columns.iter().map(cell).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = String::new();
            for (&(at, width), cell) in part.columns.iter().zip(&cells) {
                let (said, tone) = cell.get(line).map_or(("", Tone::Plain), |(s, t)| (s, *t));
                let is_words = at == 0 || self.head[at].text;
                let said = if is_words { pad(said, width) } else { pad_left(said, width) };
                let gap = if at == part.columns[0].0 { 0 } else { GAP };
                text = format!("{text}{}{}", " ".repeat(gap), out.paint(tone, &said));
            }
            out.push(&text);
        }
    }

    /// Whether a column has lost what stands in small.
    fn is_bare(&self, at: usize, small: Small) -> bool {
        let before = self.head[..at].iter().filter(|head| head.goes == Goes::Small).count();
        self.head[at].goes == Goes::Small && before < small.gone
    }

    /// A cell in lines: what it says, and what stands in small, beside it or below.
    fn lines(&self, row: &Row, at: usize, small: Small) -> Vec<(String, Tone)> {
        let Some(cell) = row.cells.get(at) else { return Vec::new() };
        let main = || (printable(&cell.main), cell.tone);
        if !cell.main.is_empty() && self.is_bare(at, small) {
            return vec![main()];
        }
        if small.beside {
            return vec![(said(cell), cell.tone)];
        }
        let below = cell.small.iter().map(|small| (printable(small), Tone::Quiet));
        (!cell.main.is_empty()).then(main).into_iter().chain(below).collect()
    }

    /// What is left out is said.
    fn say_left_out(&self, out: &mut Lines, parts: &[Part]) {
        let is_shown = |at: usize| parts.iter().any(|part| part.columns.iter().any(|c| c.0 == at));
        let gone = (0..self.head.len()).filter(|at| self.says(*at) && !is_shown(*at));
        let gone = gone.map(|at| self.head[at].name.clone());
        let has_small = |at: &usize| {
            let mut cells = self.rows.iter().filter_map(|row| row.cells.get(*at));
            cells.any(|cell| !cell.main.is_empty() && !cell.small.is_empty())
        };
        let bare = (0..self.head.len()).filter(|at| is_shown(*at) && has_small(at));
        let bare = bare.filter(|at| parts.iter().any(|part| self.is_bare(*at, part.small)));
        let bare = bare.map(|at| format!("details of {}", self.head[at].name));
        let gone: Vec<String> = gone.chain(bare).collect();
        if !gone.is_empty() {
            out.hung("", 0, Tone::Quiet, &format!("No room here for: {}.", gone.join(", ")));
        }
    }
}

/// A line within its column: what is too long for it goes on below, a little deeper.
fn folded(line: &str, width: usize, tone: Tone) -> Vec<(String, Tone)> {
    if line.width() <= width {
        return vec![(line.to_owned(), tone)];
    }
    let indent = line.len() - line.trim_start().len();
    let deeper = " ".repeat((indent + BELOW).min(width / 2));
    let said = wrapped(line.trim_start(), width - deeper.len()).into_iter().enumerate();
    let said = said.map(|(place, text)| match place {
        0 => format!("{}{text}", " ".repeat(indent.min(deeper.len()))),
        _ => format!("{deeper}{text}"),
    });
    said.map(|text| (text, tone)).collect()
}

/// The cells of a row that hold sentences and say something.
fn sentences<'a>(head: &'a [Head], row: &'a Row) -> impl Iterator<Item = (&'a Head, &'a Cell)> {
    let cells = head.iter().zip(&row.cells);
    cells.filter(|(head, cell)| head.said && !cell.aside && !said(cell).is_empty())
}

/// A row by itself: its name, and below it what its cells say.
fn paragraph(out: &mut Lines, head: &[Head], row: &Row) {
    let Some((name, cells)) = row.cells.split_first() else { return };
    out.wrapped("- ", &name.main);
    let told = head.iter().skip(1).zip(cells);
    let told = told.filter(|(head, cell)| !cell.aside && head.goes != Goes::Page);
    let told = told.map(|(head, cell)| (head, said(cell)));
    let told = told.filter(|(_, said)| !said.is_empty());
    let told = told.map(|(head, said)| format!("{} {said}", head.name));
    let all: Vec<String> = name.small.iter().cloned().chain(told).collect();
    if !all.is_empty() {
        out.hung("", BELOW, Tone::Quiet, &all.join(" · "));
    }
}

/// What a cell says in one line.
fn said(cell: &Cell) -> String {
    if cell.main.is_empty() {
        return printable(&cell.small.join(" · "));
    }
    let small: Vec<String> = cell.small.iter().map(|small| format!(" ({small})")).collect();
    printable(&format!("{}{}", cell.main, small.concat()))
}
