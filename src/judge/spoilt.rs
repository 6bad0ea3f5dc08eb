//! Owns what spoils a run as a whole, or a result of it: cut, starved, contradicted, or touched by
//! the harness. Must not know limits.

use super::judgement::{Band, LoadHonesty, Unproved};
use super::run::Run;
use super::terms;
use crate::history::charter::{Evidence, Observed};
use crate::history::fact::Ending;

/// What spoils a run as a whole: then only definite failures stand, where the harness itself
/// spoilt it only what must be zero, and where facts are of unknown kinds nothing.
pub(super) fn spoilt(run: &Run, load: &LoadHonesty) -> Option<Unproved> {
    let wanted = run.load.wanted.iter().sum::<u64>();
    let accepted: u64 = run.ways.ways.iter().map(|way| way.accepted).sum();
    if !run.unknown_kinds.is_empty() {
        return Some(Unproved::UnknownKinds);
    }
    match run.ending {
        None | Some(Ending::Interrupted) => Some(Unproved::Truncated),
        Some(Ending::Finished) if is_cut_off(run) => Some(Unproved::Truncated),
        Some(Ending::Finished) if run.harness.panicked() => Some(Unproved::HarnessFailed),
        Some(Ending::Finished) if load.saturated => Some(Unproved::GeneratorSaturated),
        Some(Ending::Finished) if load.too_coarse => Some(Unproved::TimeScaleTooCoarse),
        Some(Ending::Finished) if load.unanswered => Some(Unproved::Unanswered),
        Some(Ending::Finished) if wanted == 0 && accepted == 0 => Some(Unproved::NotExercised),
        Some(Ending::Finished) if !needs_load(run) => None,
        Some(Ending::Finished) if wanted == 0 => Some(Unproved::NotObserved),
        Some(Ending::Finished) if !run.charter.observes_all(&[Observed::Load]) => {
            Some(Unproved::NotObserved)
        }
        Some(Ending::Finished) if !terms::silent_phases(run).is_empty() => {
            Some(Unproved::NotExercised)
        }
        Some(Ending::Finished) => None,
    }
}

/// Whether the record stops before the campaign did, or says more than it can know.
pub(super) fn is_cut_off(run: &Run) -> bool {
    // Somebody who says the run is over before its traffic was, or quiet while it was not, knows
    // less of it than he says.
    let over = run.traffic_ended.unwrap_or(run.last.at) >= run.charter.traffic_ends;
    let early = !over || run.stirred || (run.quiet && run.load.in_flight() > 0);
    // What follows the end is not judged; a record that goes on after it did not end there. A
    // connector that went in the middle leaves no record of what it would have done.
    let early = early || run.load.after_end() > 0 || run.outside.left_early();
    early || run.ending != Some(Ending::Finished)
}

/// Whether somebody made the orders, so that the record must say that they were wanted.
fn needs_load(run: &Run) -> bool {
    run.charter.evidence != Evidence::Operations
}

/// A band in a run that is spoilt as a whole. A failure stands, unless the harness made it, or what
/// is not known may undo it.
pub(super) fn as_spoilt(band: Band, spoilt: Option<Unproved>) -> Band {
    let Some(reason) = spoilt else { return band };
    let harness = matches!(
        reason,
        Unproved::UnknownKinds
            | Unproved::HarnessFailed
            | Unproved::GeneratorSaturated
            | Unproved::TimeScaleTooCoarse
    );
    if band == Band::Failed && !harness { band } else { Band::NotProved(reason) }
}

/// A failure that may be the harness's own doing is held against nobody; what passed in spite of it
/// passed.
pub(super) fn as_blameless(band: Band, touched: Option<Unproved>) -> Band {
    match (band, touched) {
        (Band::Failed, Some(reason)) => Band::NotProved(reason),
        _ => band,
    }
}
