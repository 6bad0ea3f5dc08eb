//! Owns `doorbuster simulate --runs N`: many afternoons, the chance of a GO, and the report of the
//! median one. Must not know how an afternoon is played.

use std::path::Path;

use super::many::Many;
use super::{Exit, OutputArgs, ScenarioArgs, judged};
use crate::judge::judgement::Verdict;
use crate::report::many::Afternoons;
use crate::report::{self, terminal};
use crate::scenario::Plan;
use crate::scenario::patch::Patch;
use crate::study::afternoon::Afternoon;
use crate::study::bench::{Bench, Setting};
use crate::study::looks::{self, Settled};
use crate::study::outcome::Outcome;

/// What many afternoons came to: the seed of the median one, and how the command ends.
pub(super) struct Over {
    pub(super) all: Afternoons,
    pub(super) exit: Exit,
}

/// How many afternoons are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// So many.
    Exactly(usize),
    /// 30, 60, 120 … until the verdict is settled.
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

/// Plays them; `None` when not even one was finished.
pub(super) fn play(
    args: &ScenarioArgs,
    patch: &Patch,
    plan: &Plan,
    runs: Runs,
) -> anyhow::Result<Option<Over>> {
    let many = Many::begin(match runs {
        Runs::Exactly(runs) => runs,
        Runs::Auto => looks::runs_most(),
    })?;
    let (tick, stop) = (|seen: &Afternoon| many.tick(seen), || many.is_stopped());
    let bench = Bench::new(&args.scenario, args.overrides(), plan.charter.seed, &stop, &tick);
    let setting = Setting { patch: patch.clone(), demand_milli: 0 };
    let settled = match runs {
        Runs::Auto => looks::play(&bench, &setting)?,
        Runs::Exactly(asked) => {
            let played = bench.play(&setting, 0, asked)?;
            let outcome = Outcome::of(&played.afternoons);
            Settled { outcome, asked, stopped: played.stopped }
        }
    };
    many.finish();
    let Some(outcome) = settled.outcome else { return Ok(None) };
    let exit = match outcome.verdict() {
        _ if settled.stopped => Exit::Interrupted,
        Verdict::Go | Verdict::GoWithConditions => Exit::Go,
        Verdict::NoGo => Exit::NoGo,
        Verdict::Inconclusive => Exit::Inconclusive,
    };
    Ok(Some(Over { all: Afternoons::of(&outcome, &plan.charter, settled.asked), exit }))
}

/// Writes `afternoons.json`; the report of the median afternoon is made with it.
pub(super) fn write(over: &Over, folder: &Path) -> anyhow::Result<()> {
    Ok(report::write_beside(folder, "afternoons.json", &over.all.to_json())?)
}

/// Says what came of it.
pub(super) fn say(over: &Over, output: &OutputArgs) -> anyhow::Result<()> {
    eprintln!();
    eprint!("{}", terminal::afternoons(&over.all, judged::paper()));
    if output.json {
        super::data(&over.all.to_json())?;
    }
    Ok(())
}
