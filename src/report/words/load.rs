//! Owns how the load is said: what was due, what left, what came back. Must not know gates.

use super::number::{count, counted, span};
use crate::report::summary::Summary;
use crate::report::summary::load::Harness;

/// How the calls that were due add up, with the lateness of those sent.
pub fn load_honesty(summary: &Summary) -> String {
    let load = &summary.load;
    let late = &load.lateness_wall;
    let said = |us: Option<u64>| us.map_or_else(|| "—".to_owned(), span);
    if load.offered == 0 {
        return "No call was due".to_owned();
    }
    let calls = counted(load.offered, "call was", "calls were");
    let parts = [
        (load.answered, "answered"),
        (load.resolved, "found out afterwards"),
        (load.unknown, "unknown"),
        (load.unsent, "not sent"),
    ];
    let told = parts.iter().filter(|(n, _)| *n > 0);
    let told: Vec<String> = told.map(|(n, what)| format!("{} {what}", count(*n))).collect();
    let sum = format!("{calls} due: {}", told.join(", "));
    // A simulated call leaves when it is due: there is nothing to tell of it.
    if summary.campaign.speed_milli == 0 {
        return sum;
    }
    let harness = harness(&load.harness).map_or_else(String::new, |said| format!("; {said}"));
    format!(
        "{sum}; in wall time, half left at most {} late, 99 of 100 at most {}, the last \
         {}{harness}",
        said(late.p50_us),
        said(late.p99_us),
        said(late.max_us),
    )
}

/// What befell doorbuster itself; none where nothing did.
pub(super) fn harness(seen: &Harness) -> Option<String> {
    let all = [
        (seen.panicked, "part of doorbuster broke down", "parts of doorbuster broke down"),
        (
            seen.never_left,
            "call of its own connector found no connection",
            "calls of its own connector found no connection",
        ),
        (
            seen.not_accepted,
            "connection could not be taken: too few open files are allowed",
            "connections could not be taken: too few open files are allowed",
        ),
        (
            seen.turned_away,
            "connection was turned away: all places were taken",
            "connections were turned away: all places were taken",
        ),
        (
            seen.strangers,
            "call by somebody who is not of the run was refused",
            "calls by somebody who is not of the run were refused",
        ),
        (
            seen.evicted,
            "silent connection of such a caller was closed",
            "silent connections of such callers were closed",
        ),
        (
            seen.after_end,
            "record after the end is not judged",
            "records after the end are not judged",
        ),
    ];
    let said: Vec<String> =
        all.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(*n, one, many)).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The load's own verdict in a sentence.
pub fn load_verdict(summary: &Summary) -> &'static str {
    match (summary.load.saturated, summary.load.too_coarse) {
        _ if summary.load.offered == 0 => "No load was played.",
        (false, false) if summary.load.unanswered => {
            "The load kept its schedule, and too many calls came back without an answer."
        }
        (true, _) => "The generator fell behind its schedule: nothing is proved by this run.",
        (false, true) => {
            "The clock ran too fast for what was played: nothing is proved by this run."
        }
        (false, false) => "The load kept its schedule.",
    }
}
