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
use crate::study::bench::{Bench, Setting};
use crate::study::outcome::Outcome;

/// What many afternoons came to: the seed of the median one, and how the command ends.
pub(super) struct Over {
    pub(super) all: Afternoons,
    pub(super) exit: Exit,
}

/// Plays them; `None` when not even one was finished.
pub(super) fn play(
    args: &ScenarioArgs,
    patch: &Patch,
    plan: &Plan,
    runs: usize,
) -> anyhow::Result<Option<Over>> {
    let many = Many::begin(runs)?;
    let (tick, stop) = (|| many.tick(), || many.is_stopped());
    let bench = Bench::new(&args.scenario, args.overrides(), plan.charter.seed, &stop, &tick);
    let setting = Setting { patch: patch.clone(), demand_milli: 0 };
    let played = bench.play(&setting, 0, runs)?;
    many.finish();
    let Some(outcome) = Outcome::of(&played.afternoons) else { return Ok(None) };
    let exit = match outcome.verdict() {
        _ if played.stopped => Exit::Interrupted,
        Verdict::Go | Verdict::GoWithConditions => Exit::Go,
        Verdict::NoGo => Exit::NoGo,
        Verdict::Inconclusive => Exit::Inconclusive,
    };
    Ok(Some(Over { all: Afternoons::of(&outcome, &plan.charter, runs), exit }))
}

/// Writes `afternoons.json` and the fans, and says what came of it.
pub(super) fn publish(
    over: &Over,
    plan: &Plan,
    folder: &Path,
    output: &OutputArgs,
) -> anyhow::Result<()> {
    report::write_afternoons(folder, &over.all, &plan.charter)?;
    eprintln!();
    eprint!("{}", terminal::afternoons(&over.all, judged::paper()));
    if output.json {
        super::data(&over.all.to_json())?;
    }
    Ok(())
}
