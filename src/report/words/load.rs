//! Owns how the load is said: what was due, what left, what came back. Must not know gates.

use super::number::{count, counted, span};
use crate::report::summary::Summary;

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
    format!(
        "{sum}; in wall time, half left at most {} late, 99 of 100 at most {}, the last {}",
        said(late.p50_us),
        said(late.p99_us),
        said(late.max_us),
    )
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
