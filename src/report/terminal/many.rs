//! Owns the study's own table on a terminal. Must not decide what stands in it (`report::many`).

use super::lines::{Lines, Tone};
use super::{band_tone, table};
use crate::report::many::Afternoons;
use crate::report::many::table::{HOW, Row, told};
use crate::report::summary::Summary;
use crate::report::words::number::{count_short, counted};

/// What goes first where a terminal is narrow.
const LEAVES: [usize; 3] = [table::SAMPLES, table::BOUNDS, table::LAST];
/// Rows on a terminal; the page has all of them.
const ROWS: usize = 40;

/// Each measure over all afternoons together, with the channels that are not healthy.
pub(super) fn together(out: &mut Lines, summary: &Summary, all: &Afternoons) {
    let rows = told(all, summary);
    if rows.is_empty() {
        return;
    }
    out.title(&format!("all {} together", counted(all.runs, "afternoon", "afternoons")));
    let columns = ["measure", "value", "bounds", "of", "limit", "stands", "beyond it in"];
    let head = columns.map(str::to_owned);
    let cells: Vec<[String; 7]> =
        std::iter::once(head).chain(rows.iter().take(ROWS).map(cells)).collect();
    let columns = table::Columns::of(&cells, out.paper.columns(), &LEAVES);
    out.push(&out.paint(Tone::Quiet, &columns.row(&cells[0], ToOwned::to_owned)));
    for (row, cells) in rows.iter().zip(&cells[1..]) {
        let painted = |text: &str| out.paint(band_tone(row.band), text);
        out.push(&columns.row(cells, painted));
    }
    if rows.len() > ROWS {
        out.push(&format!("… and {} more: see report.html", rows.len() - ROWS));
    }
    out.hung("", 0, Some(Tone::Quiet), &format!("Channels that are not listed are healthy. {HOW}"));
    out.blank();
}

fn cells(row: &Row) -> [String; 7] {
    let name = match &row.channel {
        None => row.kpi.title().to_owned(),
        Some(channel) => format!("  {channel}"),
    };
    [
        name,
        row.value.clone(),
        row.bounds.clone(),
        count_short(row.samples),
        row.limit.clone(),
        row.stands.to_owned(),
        row.beyond.clone(),
    ]
}
