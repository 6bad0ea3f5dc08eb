//! Owns the table of measures on a terminal. Must not decide which of them are told (`words`).

use super::band_tone;
use super::lines::{Lines, Tone, fit, pad, pad_left};
use crate::report::summary::Summary;
use crate::report::summary::gate::Gate;
use crate::report::summary::verdict::Band;
use crate::report::words::{self, number, standing};

/// How wide each column is; nothing is a column left out.
struct Columns {
    measure: usize,
    value: usize,
    bounds: usize,
    of: usize,
    limit: usize,
    band: usize,
    owner: usize,
}

/// From this width on the limit and the reason of what is not proved have room.
const WIDE: usize = 112;
/// Below this width the owner stands with what to do next only.
const NARROW: usize = 72;

impl Columns {
    fn within(columns: usize) -> Columns {
        match columns {
            WIDE.. => Columns {
                measure: 25,
                value: 9,
                bounds: 16,
                of: 7,
                limit: 8,
                band: 26,
                owner: columns - 97,
            },
            NARROW..WIDE => Columns {
                measure: 23,
                value: 8,
                bounds: 15,
                of: 6,
                limit: 0,
                band: 8,
                owner: columns - 65,
            },
            _ => Columns { measure: 23, value: 8, bounds: 15, of: 0, limit: 0, band: 8, owner: 0 },
        }
    }

    fn row(&self, cells: &[String; 7], tone: impl Fn(&str) -> String) -> String {
        let [measure, value, bounds, of, limit, band, owner] = cells;
        let mut line = pad(measure, self.measure);
        let numbers =
            [(value, self.value), (bounds, self.bounds), (of, self.of), (limit, self.limit)];
        for (cell, width) in numbers.into_iter().filter(|(_, width)| *width > 0) {
            line = format!("{line} {}", pad_left(cell, width));
        }
        format!("{line} {} {}", tone(&pad(band, self.band)), fit(owner, self.owner))
    }
}

/// The measures of the run, and of the channels that stand elsewhere than the run.
pub(super) fn measures(out: &mut Lines, summary: &Summary) {
    let told = words::gates_told(summary);
    if told.is_empty() {
        return;
    }
    let columns = Columns::within(out.paper.columns());
    let head =
        ["measure", "value", "bounds", "of", "limit", "band", "owner"].map(ToOwned::to_owned);
    out.push(&out.paint(Tone::Quiet, &columns.row(&head, ToOwned::to_owned)));
    for gate in &told {
        let name = match &gate.channel {
            None => gate.kpi.title().to_owned(),
            Some(channel) => format!("  {channel}"),
        };
        let cells = [
            name,
            number::value(gate.value),
            number::interval(gate.low, gate.high),
            number::count_short(gate.samples),
            standing::limit_short(gate.limits, &summary.terms),
            band(gate, columns.limit > 0),
            gate.owner.clone(),
        ];
        let painted = |text: &str| out.paint(band_tone(gate.band), text);
        out.push(&columns.row(&cells, painted));
    }
    if told.len() < summary.gates.len() {
        let text = "Channels that are not listed are healthy, or stand where the run stands.";
        out.hung("", 0, Some(Tone::Quiet), text);
    }
    out.blank();
}

/// The band in a word; with its reason where there is room.
fn band(gate: &Gate, wide: bool) -> String {
    match (gate.accepted_risk, gate.band, gate.because) {
        (Some(_), _, _) if wide => "risk accepted".to_owned(),
        (Some(_), _, _) => "accepted".to_owned(),
        (None, Band::NotProved, Some(why)) if wide => format!("unproved: {}", words::short(why)),
        (None, Band::NotProved, _) => "unproved".to_owned(),
        (None, band, _) => words::band_word(band).to_owned(),
    }
}
