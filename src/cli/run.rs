//! Owns `doorbuster run`: a plan played over HTTP, watched, judged and reported.
//! Must not know how it is played (`drive::live`).

use std::path::Path;

use anyhow::Context;

use super::control::Control;
use super::external::Party;
use super::many::PatchArgs;
use super::progress::Progress;
use super::signals::Signals;
use super::step::Step;
use super::{Exit, OutputArgs, ScenarioArgs, folder, judged, signals};
use crate::drive::hand::Hand as _;
use crate::drive::live::{self, CONSOLE_CONNECTIONS_MAX, Hosting};
use crate::drive::script::PromotionEnds;
use crate::history::Charter;
use crate::history::charter::MINOR_ACTED_ON;
use crate::history::writer::Journal;
use crate::operate::{self, Console, Controls, Desk, Looked, Operator};
use crate::report::health::Watched;
use crate::scenario::{HEALTH_PAGE, Plan, patch};
use crate::watch::{Alerts, Onlooker, Stillness, Watching};
use crate::wire::keys::{Keyring, Token};
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
    /// Hide what is broken, and the campaign's name, from every display until the debrief: the
    /// report tells
    #[arg(long)]
    blind: bool,
}

/// What a blind run's folder is called by.
const BLIND: &str = "blind";

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let patch = args.patch.read()?;
    let plan = patch::read_patched(&args.scenario.scenario, &args.scenario.hosting(), &patch)?;
    let mut plan = judged::settled(plan)?;
    let few = live::prepare(&plan)?;
    let named = if args.blind { BLIND } else { &plan.charter.campaign };
    let folder = folder::take(named, args.output.out.as_deref())?;
    let started = start(&mut plan, few.as_ref(), &folder, args.blind);
    let started = folder::unless_failed(Some(&folder), started)?;
    let Started { watching, journal, runtime, signals, hosting, standing, mut party } = started;
    let Standing { page, mut operator, place } = standing;
    let mut progress = Progress::live(&plan);
    let mut onlooker = Onlooker::new(&watching, &mut progress, || signals.times());
    let mut alerts = Alerts::new(&plan.charter);
    let quiet_for = plan.external.as_ref().map(|external| external.quiet_for);
    let mut stillness = quiet_for.map(|quiet_for| Stillness::new(&watching, quiet_for));
    let came = match &mut party {
        Some(party) => runtime.block_on(party.came(&hosting, || signals.times() > 0)),
        None => true,
    };
    let mut hand = |at| {
        let mut acts = onlooker.turn(at);
        acts.extend(party.iter_mut().flat_map(|party| party.turn(at)));
        acts.extend(stillness.iter_mut().flat_map(|still| still.turn(at)));
        acts.extend(alerts.turn(at, || watching.glance()));
        acts.extend(operator.turn(at));
        acts
    };
    let played = if came {
        runtime.block_on(hosting.play(&plan, &journal, &mut hand)).map(drop)
    } else {
        runtime.block_on(hosting.unplayed());
        Ok(())
    };
    drop(party);
    progress.finish();
    runtime.block_on(page.close());
    drop(place);
    // The history is closed whatever happened: what was seen is kept and judged.
    let closed = journal.close();
    played?;
    closed?;
    let step = Step::begin("judging");
    let judgement = watching.judge()?;
    step.done();
    let exit = judged::publish(&folder, &judgement, &args.output)?;
    // Nobody interrupted it: there was nobody to play with.
    let never_came = !came && signals.times() == 0;
    Ok(if never_came { Exit::Inconclusive } else { exit })
}

/// A run that is about to be played.
struct Started {
    watching: Watching,
    journal: Journal,
    runtime: tokio::runtime::Runtime,
    signals: Signals,
    hosting: Hosting,
    standing: Standing,
    party: Option<Party>,
}

fn start(
    plan: &mut Plan,
    few: Option<&String>,
    folder: &Path,
    blind: bool,
) -> anyhow::Result<Started> {
    folder::keep(plan, folder)?;
    // Notes may tell what is tried.
    let notes: &[String] = if blind { &[] } else { &plan.notes };
    for note in notes.iter().chain(few) {
        super::note(note);
    }
    let watching = Watching::default();
    let journal = Journal::create(&folder.join(folder::HISTORY), Some(watching.observer()))?;
    let runtime = signals::runtime()?;
    // The first signal drains, the second ends the record, the third does not even judge.
    let signals = signals::listen(3)?;
    let keys = Keyring::random()?;
    let standing = runtime.block_on(console(plan, &watching, (keys.control(), blind), folder))?;
    // Campaign time begins with it.
    let mut party = Party::of(plan, folder)?;
    let hosting = runtime.block_on(Hosting::open(plan, &journal, keys))?;
    if let Some(party) = &mut party {
        party.begin(plan, &hosting, folder)?;
    }
    Ok(Started { watching, journal, runtime, signals, hosting, standing, party })
}

/// Where the run is looked at and commanded while it goes on; says where that is.
async fn console(
    plan: &Plan,
    watching: &Watching,
    (token, blind): (Token, bool),
    folder: &Path,
) -> anyhow::Result<Standing> {
    let desk = Desk::default();
    let charter = Charter { minor: plan.charter.minor.max(MINOR_ACTED_ON), ..plan.charter.clone() };
    let watched = Watched { charter: charter.clone(), blind };
    let place = Control::beside(folder);
    let controls = Controls { token: token.clone(), charter, desk: desk.clone() };
    let console = Console::new(Looked::new(watched, watching.clone()), controls);
    let port = plan.ports.get(HEALTH_PAGE).copied().unwrap_or(0);
    let page = operate::open(port, CONSOLE_CONNECTIONS_MAX, console).await;
    let page = page.context("cannot open the health page")?;
    let url = format!("http://{}/", page.address());
    place.write(&url, token.reveal())?;
    sayln!("{HEALTH_PAGE}: {url}");
    let operator = Operator::new(desk, PromotionEnds::of(plan));
    Ok(Standing { page, operator, place })
}

/// What stands beside a run.
struct Standing {
    page: Listening,
    operator: Operator,
    /// Where others find it.
    place: Control,
}
