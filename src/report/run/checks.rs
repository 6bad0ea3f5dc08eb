//! Owns the tables of what was checked: operating checklist, errors by class, rules. Must not
//! decide where anything stands, nor rank anew.

use crate::report::document::Tone;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::findings::CheckState;
use crate::report::summary::gate::Invariant;
use crate::report::words::gate::{
    band_reason, capitalised, invariant_found, invariant_title, is_clean,
};
use crate::report::words::number::{count, money_exact, signed};
use crate::report::words::{self, Rules};

/// A row an item, in the order of the summary.
pub(super) fn checklist(summary: &Summary) -> Table {
    let caption = "What operating these channels rests on, and whether this run has shown it";
    let mut table = Table::new(caption, &["item", "stands:", "because::"]);
    for check in &summary.checklist {
        let (stands, tone) = match check.state {
            CheckState::Pass => ("passed", Tone::Good),
            CheckState::Fail => ("failed", Tone::Bad),
            CheckState::NotExercised => ("never put to the test", Tone::Careful),
        };
        let cells = vec![
            Cell::text(capitalised(words::checklist::title(check.topic))),
            Cell::text(stands).toned(tone),
            Cell::text(&check.because),
        ];
        table.push(Row::from(cells).marked(check.state == CheckState::Fail));
    }
    table
}

/// A row a class, the dearest first.
pub(super) fn errors(summary: &Summary) -> Table {
    let columns = ["error", "orders", "units", "money", "most on:", "owner:"];
    let mut table = Table::new("Orders that went wrong between channel and OMS", &columns);
    for class in &summary.error_classes {
        let cells = vec![
            Cell::text(capitalised(words::errors::title(class.class))),
            Cell::number(count(class.orders)),
            Cell::number(signed(class.units)),
            Cell::number(money_exact(class.money, &summary.campaign)),
            Cell::text(class.most_on.as_deref().unwrap_or("—")),
            Cell::text(&class.owner),
        ];
        table.push(Row::from(cells));
    }
    table
}

/// A row a rule of a kind, breaches first.
pub(super) fn rules(summary: &Summary, which: Rules) -> Table {
    let columns = ["rule", "what was found:", "stands:", "owner:"];
    let caption = capitalised(&format!("{}. {}", which.title(), which.means()));
    let mut table = Table::new(caption, &columns);
    let mut all: Vec<&Invariant> = which.of(summary).collect();
    all.sort_by_key(|result| is_clean(result));
    for result in all {
        let (stands, tone) = match (result.band, result.breaches.possible, result.must_be_zero) {
            // No gate of its own: it counts through its KPI, and is no good news.
            (Band::Healthy | Band::Watch, 1.., false) => ("counted".to_owned(), Tone::Plain),
            (band, ..) => (band_reason(band, result.because), Tone::from(band)),
        };
        let found = capitalised(&invariant_found(summary, result));
        let cells = vec![
            Cell::text(capitalised(invariant_title(result.invariant))),
            Cell::text(found),
            Cell::text(stands).toned(tone),
            Cell::text(&result.owner),
        ];
        table.push(Row::from(cells).marked(result.band == Band::Failed));
    }
    table
}
