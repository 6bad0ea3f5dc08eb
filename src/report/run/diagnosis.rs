//! Owns the table of the diagnosis: symptom, cause, owner, first action, what shows it is mended.
//! Must not find symptoms (`words::diagnosis`).

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, List, Voice};
use crate::report::remedies::{self, Remedies};
use crate::report::summary::Summary;
use crate::report::words::again;
use crate::report::words::diagnosis::diagnosis;
use crate::report::words::gate::capitalised;
use crate::report::words::number::money;

const HOW: &str = "The same shoppers and the same faults, with one change each: what differs is \
    the change's doing. One afternoon proves nothing of it; `doorbuster advise` plays many.";

/// The dearest symptoms; nothing where the record shows none.
/// … and what the first action would have changed on the same seed, where that was tried.
pub(super) fn section(summary: &Summary, tried: Option<&Remedies>, place: &str) -> Vec<Block> {
    let told = diagnosis(summary);
    if told.is_empty() {
        return Vec::new();
    }
    let columns = "symptom:: | what shows it:: | likely cause:: | first to do:: | who answers: | \
        at stake | mended when::";
    let mut table = Table::of("What failed, dearest first, and what is likely behind it", columns);
    for one in &told {
        let stake = match one.money {
            0 => "—".to_owned(),
            minor => money(minor, &summary.campaign),
        };
        let cells = vec![
            Cell::text(capitalised(one.symptom)),
            Cell::text(capitalised(&one.seen)),
            Cell::text(capitalised(one.cause)),
            Cell::text(capitalised(&one.advice.action)),
            Cell::text(&one.owner),
            Cell::number(stake),
            Cell::text(capitalised(one.advice.validate)),
        ];
        table.push(Row::from(cells));
    }
    // Where there is no room for a table the same stands under what is first to do.
    let tried = match tried {
        Some(tried) => Block::List(List {
            title: "Tried on the same seed".to_owned(),
            lines: remedies::lines(tried, &told),
            note: HOW.to_owned(),
        }),
        None => Block::said(Voice::Plain, remedies::untried(summary, &again::scenario(place))),
    };
    vec![Block::aside("diagnosis", "Diagnosis"), Block::Table(table), tried]
}
