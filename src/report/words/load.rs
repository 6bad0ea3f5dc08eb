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
    let sum = format!(
        "{sum}; in wall time, half left at most {} late, 99 of 100 at most {}, the last {}",
        said(late.p50_us),
        said(late.p99_us),
        said(late.max_us),
    );
    let befell = befell(&load.harness).map(|befell| match meaning(summary) {
        Some(meaning) => format!("{befell}: {meaning}"),
        None => befell,
    });
    let told = [Some(sum), befell, others(&load.harness, summary.party.is_some())];
    told.into_iter().flatten().collect::<Vec<_>>().join(". ")
}

/// What befell doorbuster itself; none where nothing did.
pub(super) fn befell(seen: &Harness) -> Option<String> {
    listed(&[
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
            seen.after_end,
            "record after the end is not judged",
            "records after the end are not judged",
        ),
    ])
}

/// What that means for the verdict. Calls of the load that never left are told of by themselves.
fn meaning(summary: &Summary) -> Option<&'static str> {
    let load = &summary.load;
    if load.harness.panicked > 0 {
        Some("nothing of this run can be believed")
    } else if load.harness.touched {
        Some("what failed may come of that, and is held against nobody")
    } else if load.harness.never_left > 0 && !load.saturated && !load.unanswered {
        Some("too few to explain what failed")
    } else {
        None
    }
}

/// What others did at doorbuster's doors, and what that means for the verdict; none where nobody
/// came. Who calls without a token of the run may as well be the user's connector with an old one.
fn others(seen: &Harness, beside_a_party: bool) -> Option<String> {
    let (stranger, strangers) = if beside_a_party {
        (
            "call without a token of this run was refused, another program's or the connector's",
            "calls without a token of this run were refused, other programs' or the connector's",
        )
    } else {
        ("call by another program was refused", "calls by other programs were refused")
    };
    let told = listed(&[
        (seen.strangers, stranger, strangers),
        (
            seen.evicted,
            "connection that another program held open without a word was closed to make room",
            "connections that other programs held open without a word were closed to make room",
        ),
    ])?;
    Some(format!("{told}: that is no part of the run, and the verdict counts none of it"))
}

/// What is not nothing, with its count.
fn listed(all: &[(u64, &str, &str)]) -> Option<String> {
    let some = all.iter().filter(|(n, ..)| *n > 0);
    let said: Vec<String> = some.map(|(n, one, many)| counted(*n, one, many)).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// How a load fell behind its schedule.
enum Behind {
    /// Calls left later than they were due: as much load, later.
    Late,
    /// Calls never left: less load.
    Unsent,
    /// Both.
    LateAndUnsent,
}

impl Behind {
    /// A channel's calls can be too many to have stayed behind where the run's are not.
    fn of(summary: &Summary) -> Behind {
        let (load, terms) = (&summary.load, &summary.terms);
        let due = u128::from(load.offered) * u128::from(terms.sent_at_least_ppm);
        let unsent = !load.saturated || u128::from(load.sent) * 1_000_000 < due;
        let p99 = load.lateness_wall.p99_us.unwrap_or(0);
        match (unsent, p99 > terms.lateness_p99_wall_us_max) {
            (true, true) => Behind::LateAndUnsent,
            (true, false) => Behind::Unsent,
            (false, _) => Behind::Late,
        }
    }
}

/// The same in a clause, with its numbers.
pub(super) fn behind(summary: &Summary) -> String {
    let (load, terms) = (&summary.load, &summary.terms);
    let late = format!(
        "1 call in 100 left more than {} of wall time late (limit {}), so the load came later than \
         planned",
        load.lateness_wall.p99_us.map_or_else(|| "not measured".to_owned(), span),
        span(terms.lateness_p99_wall_us_max),
    );
    let unsent = format!(
        "{} of {} calls never left, so there was less load than planned",
        count(load.unsent),
        count(load.offered),
    );
    match Behind::of(summary) {
        Behind::Late => late,
        Behind::Unsent => unsent,
        Behind::LateAndUnsent => format!("{unsent}; {late}"),
    }
}

/// The load's own verdict in a sentence.
pub fn load_verdict(summary: &Summary) -> &'static str {
    match (summary.load.saturated, summary.load.too_coarse) {
        _ if summary.load.offered == 0 => "No load was played.",
        (false, false) if summary.load.unanswered => {
            "The load kept its schedule, and too many calls came back without an answer."
        }
        (true, _) => match Behind::of(summary) {
            Behind::Late => "Too many calls left late: nothing is proved by this run.",
            Behind::Unsent => "Too many calls never left: nothing is proved by this run.",
            Behind::LateAndUnsent => {
                "Too many calls left late or never: nothing is proved by this run."
            }
        },
        (false, true) => {
            "The clock ran too fast for what was played: nothing is proved by this run."
        }
        (false, false) => "The load kept its schedule.",
    }
}
