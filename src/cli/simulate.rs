//! Owns `doorbuster simulate`: afternoons in virtual time, judged and reported.
//! Must not know how it is played (`drive::simulated`).

use std::path::PathBuf;

use super::judged::Printed;
use super::many::PatchArgs;
use super::progress::Progress;
use super::replications::{Played, Runs};
use super::step::Step;
use super::{
    Exit, OutputArgs, ScenarioArgs, folder, judged, remedies, replications, signals, vary,
};
use crate::drive::hand::{Act, Hand as _};
use crate::drive::simulated;
use crate::history::writer::Journal;
use crate::judge::Judgement;
use crate::scenario::patch::{self, Patch};
use crate::scenario::{Overrides, Plan};
use crate::watch::{Alarmed, Onlooker, Watching};

/// What was typed.
#[derive(Debug, clap::Args)]
#[command(mut_arg("json", |arg| arg.help(
    "Print afternoons.json on standard output; summary.json with --runs 1, vary.json with --vary"
)))]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    patch: PatchArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Play so many afternoons, on seeds from the scenario's on; `auto` looks at 10, 30, 60, 120 …
    /// up to 960 and stops when the verdict is settled [default: `auto`, up to 80 million facts]
    #[arg(long, value_parser = replications::runs)]
    runs: Option<Runs>,
    /// Play the same afternoons at each value of a field: `connectors.hub.workers=1..16`,
    /// `….poll=30s..5m`, `channels.ebay.holds back=0,1,2,4`
    #[arg(long)]
    vary: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let patch = args.patch.read()?;
    let overrides = args.scenario.overrides();
    let plan = patch::read_patched(&args.scenario.scenario, &overrides, &patch)?;
    if let Some(typed) = &args.vary {
        return vary::run(typed, &args.scenario, &args.output, (&patch, &plan, args.runs));
    }
    if args.runs != Some(Runs::Exactly(1)) {
        return many(args, &patch, &plan);
    }
    let taken = folder::take_asked(&plan.charter.campaign, args.output.out.as_deref())?;
    let (folder, judgement) = one(&plan, taken)?;
    remedies::write(&args.scenario, &patch, &judgement, &folder)?;
    judged::publish(&folder, &judgement, &args.output)
}

/// Many afternoons, and the report of the median one under the verdict on all.
fn many(args: &Args, patch: &Patch, plan: &Plan) -> anyhow::Result<Exit> {
    judged::say_unknowns(plan);
    // A folder that cannot be is known before anybody waits.
    let taken = folder::take_asked(&plan.charter.campaign, args.output.out.as_deref())?;
    let played = replications::play(&args.scenario, patch, plan, args.runs);
    let over = match folder::unless_failed(taken.as_deref(), played)? {
        Played::Over(over) => over,
        Played::Stopped => {
            taken.as_deref().into_iter().for_each(folder::give_back);
            return Ok(Exit::Interrupted);
        }
        // An afternoon that takes longer than there is time for is played by itself.
        Played::TooLong => {
            let (folder, judgement) = one(plan, taken)?;
            remedies::write(&args.scenario, patch, &judgement, &folder)?;
            return judged::publish(&folder, &judgement, &args.output);
        }
    };
    let overrides = Overrides { seed: Some(over.all.median_seed), ..args.scenario.overrides() };
    let median = patch::read_patched(&args.scenario.scenario, &overrides, patch)?;
    let (folder, judgement) = written(&median, taken)?;
    // Whoever plays it again plays these afternoons, not as many from the median one's seed on.
    folder::keep(plan, &folder)?;
    replications::write(&over.all, &folder)?;
    if !over.interrupted {
        remedies::write(&args.scenario, patch, &judgement, &folder)?;
    }
    let exit = judged::publish_as(&folder, &judgement, &args.output, Printed::Nothing)?;
    if args.output.json {
        super::data(&over.all.to_json())?;
    } else {
        super::data(format!("{}\n", folder.display()).as_bytes())?;
    }
    Ok(if over.interrupted { Exit::Interrupted } else { exit })
}

/// One afternoon, the worst way that it can be played, written down and judged.
pub(super) fn one(plan: &Plan, taken: Option<PathBuf>) -> anyhow::Result<(PathBuf, Judgement)> {
    let settled = folder::unless_failed(taken.as_deref(), judged::settled(plan.clone()))?;
    play(&settled, taken, Progress::simulated(plan))
}

/// The same of an afternoon of many: how they stand was said while all were played, and a line on
/// this one would only seem to say otherwise.
fn written(plan: &Plan, taken: Option<PathBuf>) -> anyhow::Result<(PathBuf, Judgement)> {
    let settled = folder::unless_failed(taken.as_deref(), judged::settled(plan.clone()))?;
    play(&settled, taken, Progress::silent(plan))
}

fn play(
    plan: &Plan,
    taken: Option<PathBuf>,
    mut progress: Progress,
) -> anyhow::Result<(PathBuf, Judgement)> {
    let folder = match taken {
        Some(folder) => folder,
        None => folder::take(&plan.charter.campaign, None)?,
    };
    let watching = Watching::default();
    let start = || {
        folder::keep(plan, &folder)?;
        let journal = Journal::create(&folder.join(folder::HISTORY), Some(watching.observer()))?;
        // The first signal drains, the second ends the record, the third does not even judge.
        anyhow::Ok((journal, signals::listen(3)?))
    };
    let (mut journal, signals) = folder::unless_failed(Some(&folder), start())?;
    for note in &plan.notes {
        super::note(note);
    }
    let failed = journal.clone();
    let mut onlooker = Onlooker::new(&watching, &mut progress, || signals.times());
    let (mut record, mut alerts) = Alarmed::new(&plan.charter, &mut journal);
    let mut hand = |at| {
        if failed.failed().is_some() {
            return vec![Act::Leave];
        }
        let mut acts = onlooker.turn(at);
        acts.extend(alerts.turn(at));
        acts
    };
    simulated::play(plan, &mut record, &mut hand);
    progress.finish();
    drop(failed);
    journal.close()?;
    let step = Step::begin("judging");
    let judgement = watching.judge()?;
    step.done();
    Ok((folder, judgement))
}
