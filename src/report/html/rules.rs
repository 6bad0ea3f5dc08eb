//! Owns the tables of rules: those that must be zero, and those that are counted.
//! Must not decide what is good or bad.

use crate::report::document::Tone;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::Invariant;
use crate::report::words::{Rules, gate as said};

/// A table a kind of rules.
pub(super) fn rules(summary: &Summary) -> Vec<Table> {
    let tables = Rules::ALL.map(|which| of_kind(summary, which));
    tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// A row an invariant, breaches first.
fn of_kind(summary: &Summary, which: Rules) -> Table {
    let columns = ["rule", "what was found:", "stands:", "owner:"];
    let caption = said::capitalised(&format!("{}. {}", which.title(), which.means()));
    let mut table = Table::new(caption, &columns);
    let mut all: Vec<&Invariant> = which.of(summary).collect();
    all.sort_by_key(|result| said::is_clean(result));
    for result in all {
        let (stands, tone) = match (result.band, result.breaches.possible, result.must_be_zero) {
            // No gate of its own: it counts through its KPI, and is no good news.
            (Band::Healthy | Band::Watch, 1.., false) => ("counted".to_owned(), Tone::Plain),
            (band, ..) => (said::band_reason(band, result.because), Tone::from(band)),
        };
        let found = said::capitalised(&said::invariant_found(summary, result));
        let cells = vec![
            Cell::text(said::capitalised(said::invariant_title(result.invariant))),
            Cell::text(found),
            Cell::text(stands).toned(tone),
            Cell::text(&result.owner),
        ];
        table.push(Row::from(cells).marked(result.band == Band::Failed));
    }
    table
}
