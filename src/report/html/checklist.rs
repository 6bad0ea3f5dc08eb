//! Owns the operating checklist as a table. Must not decide where an item stands.

use crate::report::document::Tone;
use crate::report::document::table::{Cell, Row, Table};
use crate::report::summary::Summary;
use crate::report::summary::findings::CheckState;
use crate::report::words::checklist;
use crate::report::words::gate::capitalised;

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
            Cell::text(capitalised(checklist::title(check.topic))),
            Cell::text(stands).toned(tone),
            Cell::text(&check.because),
        ];
        table.push(Row::from(cells).marked(check.state == CheckState::Fail));
    }
    table
}
