//! Owns what is said of oversell and mismatch where nothing is drawn. Must not draw.

use crate::report::document::{Block, Voice};
use crate::report::summary::Summary;
use crate::report::words;
use crate::report::words::number::counted;

/// What is said where no cause is drawn: supply that fell below what was promised is none.
pub(super) fn none(summary: &Summary) -> Vec<Block> {
    let said = format!("{}.", words::not_oversold(summary));
    let units = counted(summary.causes.supply_shock.unsigned_abs(), "unit", "units");
    let shock = (summary.causes.supply_shock != 0).then(|| {
        let said = "were promised already when supply fell below them: no sync could have helped.";
        Block::said(Voice::Quiet, format!("{units} {said}"))
    });
    std::iter::once(Block::said(Voice::Plain, said)).chain(shock).collect()
}

/// What is said where no mismatch is drawn.
pub(super) fn matched(summary: &Summary) -> &'static str {
    if summary.mismatch.bands.is_empty() {
        "No channel's offer could be compared with what there was."
    } else {
        "No channel ever offered more than there was."
    }
}
