//! Owns `doorbuster simulate`: one afternoon in virtual time, judged and reported.
//! Must not know how it is played (`drive::simulated`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

use super::progress::{Progress, Watching};
use super::{Exit, OutputArgs, ScenarioArgs, folder, judged};
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
    let stop = Arc::new(AtomicBool::new(false));
    listen_for_signals(Arc::clone(&stop))?;
    let failed = journal.clone();
    simulated::play(&plan, &mut journal, |at| {
        progress.show(&watching, at);
        if stop.load(Ordering::Relaxed) || failed.failed().is_some() {
            Flow::Interrupt
        } else {
            Flow::Continue
        }
    });
    progress.finish();
    drop(failed);
    journal.close()?;
    let judgement = watching.judge()?;
    judged::publish(&folder, &judgement, &args.output)
}

/// The first signal stops selling; the second leaves at once with what was written.
fn listen_for_signals(stop: Arc<AtomicBool>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot listen for Ctrl-C")?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            super::progress::signal().await;
            eprintln!("\nstopping: no more orders, draining; once more leaves at once");
            stop.store(true, Ordering::Relaxed);
            super::progress::signal().await;
            std::process::exit(Exit::Interrupted as i32);
        });
    })?;
    Ok(())
}
