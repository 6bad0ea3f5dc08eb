//! Owns the table of what must always hold. Must not decide what is good or bad.

use super::table::{Cell, Row, Table, tone};
use crate::report::summary::Summary;
use crate::report::summary::gate::Invariant;
use crate::report::summary::verdict::Band;
use crate::report::words::gate as said;

/// A row an invariant, breaches first.
pub(super) fn rules(summary: &Summary) -> Table {
    let columns = ["rule", "what was found:", "stands:", "owner:"];
    let mut table = Table::new("Rules without a tolerance are marked “must be zero”", &columns);
    let mut all: Vec<&Invariant> = summary.invariants.iter().collect();
    all.sort_by_key(|result| said::is_clean(result));
    for result in all {
        let zero = if result.must_be_zero { "must be zero" } else { "" };
        let (stands, class) = match (result.band, result.breaches.possible) {
            // No gate of its own: it counts through its KPI, and is no good news.
            (Band::Healthy, 1..) => ("counted".to_owned(), ""),
            (band, _) => (said::band_reason(band, result.because), tone(band)),
        };
        let found = said::capitalised(&said::invariant_found(summary, result));
        let cells = vec![
            Cell::text(said::capitalised(said::invariant_title(result.invariant))).with(zero),
            Cell::text(found),
            Cell::text(stands).toned(class),
            Cell::text(&result.owner),
        ];
        table.push(Row::from(cells).marked(result.band == Band::Failed));
    }
    table
}
