//! Owns `doorbuster simulate`: one afternoon in virtual time, judged and reported.
//! Must not know how it is played (`drive::simulated`).

use super::progress::{Progress, Watching};
use super::step::Step;
use super::{Exit, OutputArgs, ScenarioArgs, folder, judged, signals};
use crate::drive::simulated::{self, Flow};
use crate::history::writer::Journal;
use crate::scenario;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let plan = scenario::read(&args.scenario.scenario, &args.scenario.overrides())?;
    let folder = folder::make(&plan, args.output.out.as_deref())?;
    for note in &plan.notes {
        eprintln!("note: {note}");
    }
    let watching = Watching::default();
    let mut journal = Journal::create(&folder.join(folder::HISTORY), Some(watching.observer()))?;
    let progress = Progress::simulated(&plan);
    // The first signal stops selling; the second leaves at once with what was written.
    let signals = signals::listen(2)?;
    let (failed, mut stopping) = (journal.clone(), false);
    simulated::play(&plan, &mut journal, |at| {
        progress.show(&watching, at);
        if signals.asked() && !std::mem::replace(&mut stopping, true) {
            progress.stopping();
        }
        if stopping || failed.failed().is_some() { Flow::Interrupt } else { Flow::Continue }
    });
    progress.finish();
    drop(failed);
    journal.close()?;
    let step = Step::begin("judging");
    let judgement = watching.judge()?;
    step.done();
    judged::publish(&folder, &judgement, &args.output)
}
