//! Owns the words on a record that is not all of its run. Must not know what follows from it.

use super::number::{clock, span};
use crate::report::summary::Summary;
use crate::report::summary::verdict::Ending;

/// Why it is not all, without a full stop.
pub(super) fn sentence(summary: &Summary) -> String {
    let is_finished = summary.record.ending == Some(Ending::Finished);
    match &summary.party {
        Some(party) if party.never_came => format!(
            "{} was not ready in time: nothing was sold, and nothing is known of it",
            party.name
        ),
        Some(party) if is_finished && party.gone_us.is_some() => format!(
            "{} ended by itself {} into the campaign: what it would have done until the last \
             order is not known",
            party.name,
            span(party.gone_us.unwrap_or_default()),
        ),
        _ if is_finished => "The record says that all was over, or quiet, before it was: it \
                             cannot be all of it"
            .to_owned(),
        _ => format!(
            "The record stops at {}, before its end: what came after is not known",
            stops_at(summary),
        ),
    }
}

/// Where a record stops: `0:31:24 of 2:15:00`, or, when nobody came any more, `2:41:20, after
/// traffic`.
pub(super) fn stops_at(summary: &Summary) -> String {
    let (until, ends) = (summary.record.observed_until_us, summary.campaign.traffic_ends_us);
    if until < ends {
        format!("{} of {}", clock(until), clock(ends))
    } else {
        format!("{}, after traffic", clock(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::summary::party::Party;

    #[test]
    fn a_connector_that_never_came_or_went_is_why() {
        let mut summary = sample::summary_go();
        let party = |never_came, gone_us| {
            let name = "ours".to_owned();
            Some(Party { name, never_came, gone_us, gone_code: None, met: vec![], looks: vec![] })
        };
        summary.record.ending = Some(Ending::Finished);
        for (party, says) in [
            (None, "cannot be all of it"),
            (party(false, None), "cannot be all of it"),
            (party(true, None), "ours was not ready in time"),
            (party(false, Some(3_000_000)), "ours ended by itself 3 s into the campaign"),
        ] {
            summary.party = party;
            assert!(sentence(&summary).contains(says), "{}", sentence(&summary));
        }
        summary.record.ending = None;
        assert!(sentence(&summary).starts_with("The record stops at "), "it does");
    }
}
