//! Owns the one layout of tables on a terminal. Must not know what is in them.
//!
//! Columns are as wide as what stands in them. Where there is no room, what stands in small goes
//! first, then the end of a long name, then the columns that may leave, the last of them first; and
//! where even that is too wide, a row becomes a paragraph: its name, then each cell with its
//! column's. Sentences stand below their row.

use unicode_width::UnicodeWidthStr;

use super::super::table::{Cell, Head, Row, Table, kept};
use super::Tone;
use crate::report::terminal::lines::{Lines, pad, pad_left, printable};

/// Rows on a terminal; the page has all of them.
const ROWS: usize = 40;
/// A name of this length tells rows apart.
const NAME_MIN: usize = 23;
/// Between two columns.
const GAP: usize = 2;
/// How deep stands what is below its row.
const BELOW: usize = 2;

/// A table; its caption stands over it unless something else does.
pub(super) fn table(out: &mut Lines, table: &Table, has_title: bool) {
    if !has_title && !table.caption.is_empty() {
        out.hung("", 0, Tone::Strong, &table.caption);
    }
    let all: Vec<&Row> = table.rows.iter().filter(|row| !row.aside).collect();
    let rows = kept(&all, ROWS);
    match Columns::of(&table.head, &rows, out.paper.columns()) {
        Some(columns) => columns.table(out, &table.head, &rows),
        None => rows.iter().for_each(|row| paragraph(out, &table.head, row)),
    }
    if all.len() > rows.len() {
        out.push(&format!("… and {} more: see the page", all.len() - rows.len()));
    }
}

/// How wide each column is; 0 is a column that is left out.
struct Columns {
    widths: Vec<usize>,
    /// What stands in small stands beside the rest.
    small: bool,
}

impl Columns {
    /// Columns for these rows; none where there is no room for them.
    fn of(head: &[Head], rows: &[&Row], room: usize) -> Option<Columns> {
        let widths = |small: bool| -> Vec<usize> {
            let widest = |place: usize| {
                let cells = rows.iter().filter_map(|row| row.cells.get(place));
                let widest = cells.map(|cell| said(cell, small).width()).max().unwrap_or(0);
                let name = head[place].name.width();
                // What stands over the names may be longer than any of them, and is cut.
                let name = if place == 0 { name.min(NAME_MIN) } else { name };
                if widest == 0 { 0 } else { widest.max(name) }
            };
            (0..head.len()).map(|at| if head[at].said { 0 } else { widest(at) }).collect()
        };
        let small = Columns { widths: widths(true), small: true };
        if small.taken() <= room {
            return Some(small);
        }
        let mut columns = Columns { widths: widths(false), small: false };
        let name = columns.widths.first().copied().unwrap_or(0);
        let leave = head.iter().enumerate().rev().filter(|(_, head)| head.leaves);
        let mut leave = leave.map(|(place, _)| place);
        loop {
            let rest = columns.taken() - columns.widths[0];
            let least = name.min(NAME_MIN);
            if rest + least <= room {
                columns.widths[0] = name.min(room - rest);
                return Some(columns);
            }
            columns.widths[leave.next()?] = 0;
        }
    }

    fn taken(&self) -> usize {
        let shown = self.widths.iter().filter(|width| **width > 0).count();
        self.widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1)
    }

    fn table(&self, out: &mut Lines, head: &[Head], rows: &[&Row]) {
        let names: Vec<(String, Tone)> =
            head.iter().map(|head| (head.name.clone(), Tone::Plain)).collect();
        let line = self.line(out, head, &names);
        out.push(&out.paint(Tone::Quiet, &line));
        for row in rows {
            let cells = row.cells.iter().map(|cell| (said(cell, self.small), cell.tone));
            let cells: Vec<(String, Tone)> = cells.collect();
            let line = self.line(out, head, &cells);
            out.push(&line);
            for (_, cell) in sentences(head, row) {
                out.hung("", BELOW, cell.tone, &said(cell, true));
            }
        }
    }

    fn line(&self, out: &Lines, head: &[Head], cells: &[(String, Tone)]) -> String {
        let mut line = String::new();
        let shown = self.widths.iter().enumerate().filter(|(_, width)| **width > 0);
        for (place, &width) in shown {
            let Some((text, tone)) = cells.get(place) else { continue };
            let is_words = place == 0 || head[place].text;
            let text = if is_words { pad(text, width) } else { pad_left(text, width) };
            let gap = if place == 0 { 0 } else { GAP };
            line = format!("{line}{}{}", " ".repeat(gap), out.paint(*tone, &text));
        }
        line
    }
}

/// The cells of a row that hold sentences and say something.
fn sentences<'a>(head: &'a [Head], row: &'a Row) -> impl Iterator<Item = (&'a Head, &'a Cell)> {
    let cells = head.iter().zip(&row.cells);
    cells.filter(|(head, cell)| head.said && !cell.aside && !said(cell, true).is_empty())
}

/// A row by itself: its name, and below it what its cells say.
fn paragraph(out: &mut Lines, head: &[Head], row: &Row) {
    let Some((name, cells)) = row.cells.split_first() else { return };
    out.wrapped("- ", &name.main);
    let told = head.iter().skip(1).zip(cells).filter(|(_, cell)| !cell.aside);
    let told = told.map(|(head, cell)| (head, said(cell, true)));
    let told = told.filter(|(_, said)| !said.is_empty());
    let told = told.map(|(head, said)| format!("{} {said}", head.name));
    let all: Vec<String> = name.small.iter().cloned().chain(told).collect();
    if !all.is_empty() {
        out.hung("", BELOW, Tone::Quiet, &all.join(" · "));
    }
}

/// What a cell says in one line, with what stands in small or without.
fn said(cell: &Cell, small: bool) -> String {
    let small = cell.small.iter().filter(|_| small && !cell.main.is_empty());
    let small: Vec<String> = small.map(|small| format!(" ({small})")).collect();
    let small = small.concat();
    printable(&format!("{}{small}", cell.main)).replace('\u{2003}', "  ")
}
