//! Owns the many afternoons of `doorbuster simulate`: how many, for how long, and what is said of
//! them. Must not know how an afternoon is played.

use std::path::Path;
use std::time::Duration;

use super::ScenarioArgs;
use super::many::Many;
use crate::report;
use crate::report::many::Replications;
use crate::report::many::helped::StepWorth;
use crate::scenario::Plan;
use crate::scenario::patch::Patch;
use crate::study::bench::{Bench, Variant};
use crate::study::helped::helped;
use crate::study::looks::{self, LooksEnd, Settled};
use crate::study::outcome::StudyOutcome;
use crate::study::replication::Replication;

/// What many afternoons came to.
pub(super) struct Over {
    pub(super) all: Replications,
    /// Somebody stopped it.
    pub(super) interrupted: bool,
}

/// How playing them ended.
pub(super) enum Played {
    /// With something to judge.
    Over(Box<Over>),
    /// Somebody stopped it before one was finished.
    Stopped,
    /// Not even one was finished in the time there is.
    TooLong,
}

/// How many afternoons are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// So many.
    Exactly(usize),
    /// 10, 30, 60, 120 … until the verdict is settled, however long it takes.
    Auto,
}

/// `30`, `auto`.
pub(super) fn runs(text: &str) -> Result<Runs, String> {
    match text.parse::<usize>() {
        _ if text == "auto" => Ok(Runs::Auto),
        Ok(runs @ 1..=RUNS_MAX) => Ok(Runs::Exactly(runs)),
        _ => Err(format!("expected a number from 1 to {RUNS_MAX}, or `auto`")),
    }
}

const RUNS_MAX: usize = 100_000;

/// Nobody waits longer for what was not asked for: what was finished by then is judged.
const WAITED_MOST: Duration = Duration::from_mins(2);

/// Plays them; where no number was asked for as many as settle the verdict, up to a ceiling that is
/// no matter of the machine's speed.
pub(super) fn play(
    args: &ScenarioArgs,
    patch: &Patch,
    plan: &Plan,
    runs: Option<Runs>,
) -> anyhow::Result<Played> {
    let many = Many::begin(match runs {
        Some(Runs::Exactly(runs)) => runs,
        Some(Runs::Auto) | None => looks::runs_most(),
    })?;
    let is_over = || runs.is_none() && many.elapsed() > WAITED_MOST;
    let (tick, stop) = (|seen: &Replication| many.tick(seen), || many.is_stopped() || is_over());
    let bench = Bench::new(&args.scenario, args.overrides(), plan.charter.seed, &stop, &tick);
    let setting = Variant { patch: patch.clone(), ..Variant::default() };
    let goes_on = |played: &[Replication], asked: usize| {
        runs.is_some() || looks::is_taken_unasked(played, asked)
    };
    let settled = match runs {
        Some(Runs::Auto) | None => looks::play(&bench, &setting, &goes_on)?,
        Some(Runs::Exactly(asked)) => {
            let played = bench.play(&setting, 0, asked)?;
            let ended = if played.stopped { LooksEnd::Stopped } else { LooksEnd::Played };
            Settled { outcome: StudyOutcome::of(&played.replications), asked, ended }
        }
    };
    let worth = match settled.outcome.as_ref().filter(|_| !plan.interventions.is_empty()) {
        Some(outcome) => {
            many.say("what each intervention is worth: with and without it, earlier and later");
            let plan_of = |seed| bench.plan(&setting, seed).ok();
            helped(&plan_of, (outcome.first_seed, outcome.runs), &|| many.is_stopped())
        }
        None => None,
    };
    many.finish();
    let interrupted = many.is_interrupted();
    let ended = match settled.ended {
        LooksEnd::Stopped if !interrupted => LooksEnd::OutOfTime,
        ended => ended,
    };
    let Some(outcome) = settled.outcome else {
        return Ok(if interrupted { Played::Stopped } else { Played::TooLong });
    };
    let mut all = Replications::of(&outcome, &plan.charter, (settled.asked, ended));
    all.interventions = worth.unwrap_or_default().iter().map(StepWorth::of).collect();
    Ok(Played::Over(Box::new(Over { all, interrupted })))
}

/// Writes `afternoons.json`; the report of the median afternoon is made with it.
pub(super) fn write(all: &Replications, folder: &Path) -> anyhow::Result<()> {
    Ok(report::write_beside(folder, "afternoons.json", &all.to_json())?)
}
