//! Owns `doorbuster run`: a plan played over HTTP, watched, judged and reported.
//! Must not know how it is played (`drive::live`).

use std::path::Path;

use anyhow::Context;

use super::many::PatchArgs;
use super::progress::Progress;
use super::signals::Signals;
use super::step::Step;
use super::{Exit, OutputArgs, ScenarioArgs, folder, judged, signals};
use crate::drive::hand::Hand as _;
use crate::drive::live::{self, CONSOLE_CONNECTIONS_MAX, Hosting};
use crate::history::writer::Journal;
use crate::operate::{self, Console, Looked};
use crate::report::health::Watched;
use crate::scenario::{HEALTH_PAGE, Plan, patch};
use crate::watch::{Alerts, Onlooker, Watching};
use crate::wire::keys::Keyring;
use crate::wire::listen::Listening;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    patch: PatchArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let patch = args.patch.read()?;
    let plan = patch::read_patched(&args.scenario.scenario, &args.scenario.overrides(), &patch)?;
    let plan = judged::settled(plan)?;
    let few = live::prepare(&plan)?;
    let folder = folder::take(&plan.charter.campaign, args.output.out.as_deref())?;
    let started = folder::unless_failed(Some(&folder), start(&plan, few.as_ref(), &folder))?;
    let Started { watching, journal, runtime, signals, hosting, page } = started;
    let mut progress = Progress::live(&plan);
    let mut onlooker = Onlooker::new(&watching, &mut progress, || signals.times());
    let mut alerts = Alerts::new(&plan.charter);
    let mut hand = |at| {
        let mut acts = onlooker.turn(at);
        acts.extend(alerts.turn(at, || watching.glance()));
        acts
    };
    let played = runtime.block_on(hosting.play(&plan, &journal, &mut hand));
    progress.finish();
    runtime.block_on(page.close());
    // The history is closed whatever happened: what was seen is kept and judged.
    let closed = journal.close();
    played?;
    closed?;
    let step = Step::begin("judging");
    let judgement = watching.judge()?;
    step.done();
    judged::publish(&folder, &judgement, &args.output)
}

/// A run that is about to be played.
struct Started {
    watching: Watching,
    journal: Journal,
    runtime: tokio::runtime::Runtime,
    signals: Signals,
    hosting: Hosting,
    page: Listening,
}

fn start(plan: &Plan, few: Option<&String>, folder: &Path) -> anyhow::Result<Started> {
    folder::keep(plan, folder)?;
    for note in plan.notes.iter().chain(few) {
        super::note(note);
    }
    let watching = Watching::default();
    let journal = Journal::create(&folder.join(folder::HISTORY), Some(watching.observer()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    // The first signal drains, the second ends the record, the third does not even judge.
    let signals = signals::listen(3)?;
    let page = runtime.block_on(health_page(plan, &watching))?;
    // Campaign time begins with it.
    let hosting = runtime.block_on(Hosting::open(plan, &journal, Keyring::random()?))?;
    Ok(Started { watching, journal, runtime, signals, hosting, page })
}

/// The page on which the run is looked at while it goes on; says where it is.
async fn health_page(plan: &Plan, watching: &Watching) -> anyhow::Result<Listening> {
    let watched = Watched { charter: plan.charter.clone(), blind: false };
    let console = Console::new(Looked::new(watched, watching.clone()));
    let port = plan.ports.get(HEALTH_PAGE).copied().unwrap_or(0);
    let page = operate::open(port, CONSOLE_CONNECTIONS_MAX, console).await;
    let page = page.context("cannot open the health page")?;
    sayln!("{HEALTH_PAGE}: http://{}/", page.address());
    Ok(page)
}
