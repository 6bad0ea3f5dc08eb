//! Owns the ways of a plan of which not everything is known: all are played, and the worst counts.
//! Must not know what the ways differ in (`scenario::ways`).

use super::replication::{self, Played, Replication};
use crate::judge::judgement::Verdict;
use crate::scenario::Plan;
use crate::scenario::ways::Way;

/// How bad a replication is, worst largest: the verdict, how near its worst gate came, then how far
/// all are from their limits.
type Badness = (Verdict, u64, u64);

fn badness(replication: &Replication) -> Badness {
    (replication.verdict, replication.strain, replication.distress)
}

/// Plays a plan every way on its seed, and keeps the worst. `None` when `go_on` said stop.
pub fn play_worst(plan: &Plan, go_on: impl Fn() -> bool) -> Option<Played> {
    if plan.unknowns.is_empty() {
        return replication::play(plan, go_on);
    }
    let (mut worst, told) = worst(plan, &go_on)?;
    worst.judgement.charter.not_known = told;
    Some(worst)
}

/// The plan settled the worst way, and what that was and what the others came to in its charter.
/// A plan of which everything is known is left as it is. `None` when `go_on` said stop.
pub fn settle_worst(plan: Plan, go_on: impl Fn() -> bool) -> Option<Plan> {
    if plan.unknowns.is_empty() {
        return Some(plan);
    }
    let (way, _, told) = tried(&plan, &go_on)?;
    let mut settled = plan.settled(way);
    settled.charter.not_known = told;
    Some(settled)
}

fn worst(plan: &Plan, go_on: &dyn Fn() -> bool) -> Option<(Played, Vec<String>)> {
    tried(plan, go_on).map(|(_, played, told)| (played, told))
}

/// Plays every way: the worst one, what it came to, and all of it in words.
fn tried(plan: &Plan, go_on: &dyn Fn() -> bool) -> Option<(Way, Played, Vec<String>)> {
    let mut seen: Vec<(Way, Replication)> = Vec::new();
    let mut worst: Option<(Badness, usize, Played)> = None;
    for way in plan.ways() {
        let played = replication::play(&plan.settled(way), go_on)?;
        let replication = Replication::of(&played);
        let bad = badness(&replication);
        // Of ways that are as bad the first is kept: it has what looks worse.
        if worst.as_ref().is_none_or(|(most, _, _)| bad > *most) {
            worst = Some((bad, seen.len(), played));
        }
        seen.push((way, replication));
    }
    let (_, place, played) = worst?;
    Some((seen[place].0, played, told(plan, &seen, place)))
}

/// What is unknown, which way was the worst, and what each came to.
fn told(plan: &Plan, seen: &[(Way, Replication)], worst: usize) -> Vec<String> {
    let came_to = |(way, replication): &(Way, Replication)| {
        let way = plan.way_in_words(*way);
        format!("{way}: {}", replication_in_words(replication))
    };
    let mut lines = vec![
        format!(
            "not known of {}. Simulated both ways on this seed, {} in all; the worst counts",
            plan.unknowns_in_words(),
            seen.len(),
        ),
        format!("the worst, reported here: {}", came_to(&seen[worst])),
    ];
    let others = seen.iter().enumerate().filter(|(place, _)| *place != worst);
    lines.extend(others.map(|(_, seen)| format!("otherwise: {}", came_to(seen))));
    lines
}

fn replication_in_words(replication: &Replication) -> String {
    let verdict = match replication.verdict {
        Verdict::Go => "GO",
        Verdict::GoWithConditions => "GO WITH CONDITIONS",
        Verdict::Inconclusive => "INCONCLUSIVE",
        Verdict::NoGo => "NO-GO",
    };
    let units = |n: u64| if n == 1 { "1 unit".to_owned() } else { format!("{n} units") };
    let mut said = format!("{verdict}, {} oversold", units(replication.oversold_units));
    match replication.broken {
        0 => {}
        1 => said += ", 1 rule broken",
        broken => said += &format!(", {broken} rules broken"),
    }
    said
}

#[cfg(test)]
mod tests;
