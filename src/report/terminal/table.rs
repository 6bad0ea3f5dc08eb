//! Owns the table of measures on a terminal. Must not decide which of them are told (`words`).

use super::band_tone;
use super::lines::{Lines, Tone, fit, pad, pad_left};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::Gate;
use crate::report::words::{self, number, standing};

const MEASURE: usize = 0;
const VALUE: usize = 1;
pub(super) const BOUNDS: usize = 2;
pub(super) const SAMPLES: usize = 3;
const STANDS: usize = 5;
pub(super) const LAST: usize = 6;
const ALL: [&str; 7] = ["measure", "value", "bounds", "of", "limit", "stands", "owner"];

/// What goes first where a terminal is narrow. The owner stands with what to do next too; what a
/// measure is, what it may be and where it stands never go: that is what the table is for.
const LEAVES: [usize; 3] = [LAST, SAMPLES, BOUNDS];
/// A name of this length tells measures apart.
const MEASURE_MIN: usize = 23;
/// From this width on the reason of what is not proved has room.
const WIDE: usize = 112;

type Cells = [String; ALL.len()];

/// How wide each column is; 0 is a column left out.
pub(super) struct Columns([usize; ALL.len()]);

impl Columns {
    /// Columns as wide as what stands in them, as many as there is room for: without room those
    /// that may leave go, in their order.
    pub(super) fn of(rows: &[Cells], room: usize, leaves: &[usize]) -> Columns {
        let widest = |column: usize| {
            let cells = rows.iter().map(|cells| cells[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let mut widths: [usize; ALL.len()] = std::array::from_fn(widest);
        let measure = widths[MEASURE];
        let taken = |widths: &[usize; ALL.len()]| -> usize {
            widths[VALUE..].iter().filter(|width| **width > 0).map(|width| width + 1).sum()
        };
        for &column in leaves {
            if taken(&widths) + measure.min(MEASURE_MIN) > room {
                widths[column] = 0;
            }
        }
        widths[MEASURE] = measure.min(room.saturating_sub(taken(&widths)));
        Columns(widths)
    }

    pub(super) fn row(&self, cells: &Cells, tone: impl Fn(&str) -> String) -> String {
        let mut line = String::new();
        let shown = cells.iter().zip(self.0).enumerate().filter(|(_, (_, width))| *width > 0);
        for (column, (cell, width)) in shown {
            let gap = if column == MEASURE { "" } else { " " };
            let cell = match column {
                MEASURE => pad(cell, width),
                STANDS => tone(&pad(cell, width)),
                LAST => fit(cell, width),
                _ => pad_left(cell, width),
            };
            line = format!("{line}{gap}{cell}");
        }
        line
    }
}

/// The measures of the run, and of the channels that stand elsewhere than the run.
pub(super) fn measures(out: &mut Lines, summary: &Summary) {
    let told = words::gates_told(summary);
    if told.is_empty() {
        return;
    }
    let wide = out.paper.columns() >= WIDE;
    let mut rows = vec![ALL.map(ToOwned::to_owned)];
    rows.extend(told.iter().map(|gate| cells(summary, gate, wide)));
    let columns = Columns::of(&rows, out.paper.columns(), &LEAVES);
    out.push(&out.paint(Tone::Quiet, &columns.row(&rows[0], ToOwned::to_owned)));
    for (gate, cells) in told.iter().zip(&rows[1..]) {
        let painted = |text: &str| out.paint(band_tone(gate.band), text);
        out.push(&columns.row(cells, painted));
    }
    if told.len() < summary.gates.len() {
        let text = "Channels that are not listed are healthy, or stand where the run stands.";
        out.hung("", 0, Some(Tone::Quiet), text);
    }
    out.blank();
}

fn cells(summary: &Summary, gate: &Gate, wide: bool) -> Cells {
    let name = match &gate.channel {
        None => gate.kpi.title().to_owned(),
        Some(channel) => format!("  {channel}"),
    };
    [
        name,
        number::value(gate.value),
        number::interval(gate.low, gate.high),
        number::count_short(gate.samples),
        standing::limit_short(gate.limits, &summary.terms),
        stands(gate, wide),
        // A name may be anybody's: one that is longer than the table must not cost other columns.
        fit(&gate.owner, OWNER_MAX),
    ]
}

/// Owners are cut at this width.
const OWNER_MAX: usize = 24;

/// Where the gate stands, in a word; with its reason where there is room.
fn stands(gate: &Gate, wide: bool) -> String {
    match (gate.accepted_risk, gate.band, gate.because) {
        (Some(_), _, _) if wide => "risk accepted".to_owned(),
        (Some(_), _, _) => "accepted".to_owned(),
        (None, Band::NotProved, Some(why)) if wide => format!("unproved: {}", words::short(why)),
        (None, Band::NotProved, _) => "unproved".to_owned(),
        (None, band, _) => words::band_word(band).to_owned(),
    }
}
