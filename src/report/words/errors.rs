//! Owns how the ways in which orders go wrong are said. Must not rank them.

use super::number::{counted, span};
use crate::report::summary::Summary;
use crate::report::summary::findings::ErrorKind;
use crate::report::summary::verdict::Ending;

/// A class of errors, as a title.
pub fn title(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::LostHandoff => "lost on the way to the OMS, without a word",
        ErrorKind::RejectedHandoff => "rejected by the OMS",
        ErrorKind::AbandonedHandoff => "given up by the connector after other failures",
        ErrorKind::LateHandoff => "in the OMS after its deadline",
        ErrorKind::DuplicateHandoff => "in the OMS more than once",
        ErrorKind::GhostOrder => "in the OMS, and never accepted by a channel",
        ErrorKind::AlteredOrder => "in the OMS, and different from what was accepted",
        ErrorKind::DuplicateAcceptance => "one shopper's intent accepted as two orders",
        ErrorKind::DoubleDecrement => "took its units from stock twice",
        ErrorKind::EndNotTold => "ended on one side, and the other was never told",
        ErrorKind::MispricedOrder => "charged a price that was not valid",
    }
}

/// How long putting the books straight takes, in a sentence.
pub fn reconciliation(summary: &Summary) -> String {
    let seen = &summary.reconciliation;
    let unmatched = match seen.unmatched {
        0 => "Every order stands in both books".to_owned(),
        1 => "1 order stands unmatched in the books, for somebody to look at".to_owned(),
        n => {
            let orders = counted(n, "order", "orders");
            format!("{orders} stand unmatched in the books, for somebody to look at")
        }
    };
    match seen.drain_us {
        Some(0) => format!("{unmatched}. All had come to rest when traffic ended."),
        Some(us) => format!("{unmatched}. All had come to rest {} after traffic ended.", span(us)),
        None => format!("{unmatched}. {}", unrested(summary)),
    }
}

/// It may have been played to its end all the same.
fn unrested(summary: &Summary) -> &'static str {
    match summary.record.ending {
        Some(Ending::Finished) => {
            "Traffic was played to its end; when the record ended, not all had come to rest."
        }
        Some(Ending::Interrupted) | None => "The record ends before all had come to rest.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_record_that_never_came_to_rest_says_so() {
        let mut summary = sample::summary_go();
        summary.reconciliation.unmatched = 1;
        summary.reconciliation.drain_us = None;
        let said = reconciliation(&summary);
        assert!(said.contains("Traffic was played to its end; when the record ended"), "{said}");
        summary.record.ending = None;
        let said = reconciliation(&summary);
        assert!(said.starts_with("1 order stands unmatched"), "{said}");
        assert!(said.ends_with("The record ends before all had come to rest."), "{said}");
        summary.reconciliation.unmatched = 1_200;
        summary.reconciliation.drain_us = Some(540_000_000);
        let said = reconciliation(&summary);
        assert!(said.starts_with("1,200 orders stand unmatched"), "{said}");
        assert!(said.ends_with("come to rest 9 min after traffic ended."), "{said}");
    }
}
