//! Owns the sentences about what was tried. Must not know where they are printed.

use super::{Change, Effect, Trial, Trials};
use crate::report::many::Interval;
use crate::report::many::words::{sales, valued};
use crate::report::summary::gate::Kpi;
use crate::report::summary::verdict::Verdict;
use crate::report::words::limits::lag_of;
use crate::report::words::number::{count, counted, points, signed};
use crate::report::words::verdict_word;

/// Changes of the first screen where nothing is enough.
const SAID: usize = 3;
/// KPIs that are told of one change, and of several on the first screen.
const EFFECTS_SAID: usize = 4;
const EFFECTS_OF_ONE: usize = 2;

/// Over a set that was tried and makes a GO.
pub const GO_IF: &str = "go if";
/// Over what was tried where no set makes one.
pub const NOT_ENOUGH: &str = "what helps most, and is not enough";

/// What there is to say about a GO: the changes, and what holds for all of them.
pub struct GoIf<'a> {
    /// What stands over them: "go if" only where they make one.
    pub title: &'static str,
    /// The trials that are told, one by one.
    pub lines: Vec<(&'a Change, String)>,
    /// What they come to together.
    pub note: String,
}

/// What a GO asks for by what was tried; none where that says nothing.
pub fn go_if(trials: &Trials) -> Option<GoIf<'_>> {
    if trials.go_already || trials.alone.is_empty() {
        return None;
    }
    let alone = |change: &Change| {
        let known = trials.alone.iter().find(|trial| trial.changes == [change.clone()]);
        known.map_or(String::new(), |trial| {
            format!("Alone: {}.", did_most(trials, trial, EFFECTS_OF_ONE))
        })
    };
    if let Some(set) = &trials.recommended {
        let lines = set.changes.iter().map(|change| (change, alone(change))).collect();
        let note = format!(
            "Tried together on the same seeds: {}: {}, {} as it is. {}.{} `advice.yaml` in the \
             run's folder is the patch.",
            verdict_word(set.verdict),
            go_of(set),
            trials.before.yes,
            did(trials, set),
            fewer(trials).map_or(String::new(), |fewer| format!(" {}.", fewer.join("; "))),
        );
        return Some(GoIf { title: GO_IF, lines, note });
    }
    let helping = trials.alone.iter().filter(|trial| helps(trial)).take(SAID);
    let lines = helping.map(|trial| (&trial.changes[0], format!("Alone: {}.", did(trials, trial))));
    let title = NOT_ENOUGH;
    Some(GoIf { title, lines: lines.collect(), note: format!("{}.", not_enough(trials)) })
}

/// Whether a change may be proposed: it helps, and closes no channel.
pub fn helps(trial: &Trial) -> bool {
    !trial.dropped && trial.closes.is_none()
}

/// That nothing that was tried makes a GO.
fn not_enough(trials: &Trials) -> String {
    let best = trials.together.as_ref().map(|together| {
        let open = match together.verdict {
            Verdict::Inconclusive => "; more of them may settle it (`--runs`)",
            _ => "",
        };
        format!(
            "of {} together {}{open}",
            counted(together.changes.len() as u64, "change", "changes"),
            go_of(together),
        )
    });
    match best {
        Some(best) if trials.stopped => format!(
            "Stopped before everything was tried: no set is known yet. The best until then: {best}"
        ),
        None if trials.stopped => {
            "Stopped before everything was tried: no set is known yet".to_owned()
        }
        Some(best) => format!("No set that was tried makes a GO: {best}"),
        None => "Nothing that was tried helps".to_owned(),
    }
}

/// What came of it, in one sentence.
pub fn headline(trials: &Trials) -> String {
    match &trials.recommended {
        _ if !trials.proves_nothing.is_empty() => {
            format!("No change can be proved to help: {}", trials.proves_nothing.join("; "))
        }
        _ if trials.go_already => "It is a GO as it is: nothing needs to change".to_owned(),
        Some(set) => {
            let makes = match set.changes.len() as u64 {
                1 => "One change makes".to_owned(),
                n => format!("{n} changes make"),
            };
            let stopped = "; stopped before everything was tried";
            format!(
                "{makes} a {}: {}, {} as it is{}",
                verdict_word(set.verdict),
                go_of(set),
                trials.before.yes,
                if trials.stopped { stopped } else { "" },
            )
        }
        None => not_enough(trials),
    }
}

/// The recommended set and the smallest, a line each; none where they are the same.
pub fn fewer(trials: &Trials) -> Option<[String; 2]> {
    let (most, least) = (trials.recommended.as_ref()?, trials.smallest.as_ref()?);
    let said = |set: &Trial| {
        let about = || "sales kept about the same".to_owned();
        format!(
            "{}, {}: {}",
            counted(set.changes.len() as u64, "change", "changes"),
            sales::moved(set.sales.kept_money, &trials.currency).unwrap_or_else(about),
            verdict_word(set.verdict),
        )
    };
    let named = |change: &Change| format!("{}: {}", change.to, change.what);
    let which: Vec<String> = least.changes.iter().map(named).collect();
    (most != least).then(|| {
        [
            format!("Recommended: {}", said(most)),
            format!("Fewer would do: {} ({})", said(least), which.join("; ")),
        ]
    })
}

/// `30 of 30 afternoons lie within every limit`.
pub fn go_of(trial: &Trial) -> String {
    let of = counted(trial.in_band.of, "afternoon lies", "afternoons lie");
    format!("{} of {of} within every limit", count(trial.in_band.yes))
}

/// What a trial did: the KPIs that moved beyond chance, and what it costs.
pub fn did(trials: &Trials, trial: &Trial) -> String {
    did_most(trials, trial, EFFECTS_SAID)
}

fn did_most(trials: &Trials, trial: &Trial, most: usize) -> String {
    let mut moved: Vec<&Effect> = trial.effects.iter().filter(|e| e.is_beyond_chance()).collect();
    moved.sort_by_key(|effect| std::cmp::Reverse(relative(effect)));
    let mut said: Vec<String> = moved.iter().take(most).map(|e| effect(e)).collect();
    said.extend(sales::moved(trial.sales.kept_money, &trials.currency));
    said.extend(costs(trial));
    if let Some(channel) = &trial.closes {
        said.insert(0, format!("no remedy: {channel} sells far less, or nothing"));
    }
    if said.is_empty() { "nothing moved beyond chance".to_owned() } else { said.join("; ") }
}

/// How much of its old value a KPI gained or lost, in thousandths.
pub fn relative(effect: &Effect) -> u64 {
    let size = effect.difference.mean.unsigned_abs();
    size.saturating_mul(1_000) / effect.before.max(1)
}

/// `oversold orders 3.4 % → 0.1 % (± 0.07 points)`.
pub fn effect(effect: &Effect) -> String {
    let (before, after) = (valued(effect.kpi, effect.before), valued(effect.kpi, effect.after()));
    format!("{} {before} → {after} (± {})", effect.kpi.title(), half(effect))
}

/// `−3.3 points` and `± 0.07 points` for a column.
pub fn difference(effect: &Effect) -> (String, String) {
    let sign = if effect.difference.mean < 0 { "−" } else { "+" };
    let size = differing(effect.kpi, effect.difference.mean.unsigned_abs());
    (format!("{sign}{size}"), format!("± {}", half(effect)))
}

fn half(effect: &Effect) -> String {
    let Interval { low: Some(low), high: Some(high), .. } = effect.difference else {
        return "—".to_owned();
    };
    let half = low.abs_diff(high) / 2;
    differing(effect.kpi, half)
}

/// A difference of a KPI's values: of shares in points.
fn differing(kpi: Kpi, by: u64) -> String {
    if lag_of(kpi) { valued(kpi, by) } else { points(by) }
}

/// What a trial costs, where that is beyond chance.
fn costs(trial: &Trial) -> Vec<String> {
    let priced = [(trial.undersold_units, "units unsold though there"), (trial.calls, "calls")];
    let beyond = priced.iter().filter(|(cost, _)| cost.is_beyond_chance());
    beyond.map(|(cost, what)| format!("{} {what}", plus(cost.mean))).collect()
}

/// `+12` and `± 3` for a column.
pub fn cost(cost: Interval) -> (String, String) {
    let half = match (cost.low, cost.high) {
        (Some(low), Some(high)) => count(low.abs_diff(high) / 2),
        _ => "—".to_owned(),
    };
    (plus(cost.mean), format!("± {half}"))
}

/// A number with its sign.
pub fn plus(n: i64) -> String {
    if n > 0 { format!("+{}", signed(n)) } else { signed(n) }
}
