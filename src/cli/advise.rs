//! Owns `doorbuster advise`: what to change so that a scenario becomes a GO.
//! Must not know how that is found.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use super::many::{Many, PatchArgs, is_provable};
use super::{Exit, Misused, ScenarioArgs, folder, judged, simulate};
use crate::report::trials::Trials;
use crate::report::words::again;
use crate::report::words::number::{counted, span};
use crate::report::{self, terminal};
use crate::scenario::{self, patch};
use crate::study::advise::Told;
use crate::study::afternoon::Afternoon;
use crate::study::bench::Bench;
use crate::study::{advise, levers};
use crate::units::Span;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    patch: PatchArgs,
    /// Afternoons for each setting that is not dropped early
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(30..=10_000))]
    runs: u32,
    /// Stop after so long with what was found until then, e.g. 60s
    #[arg(long, value_parser = scenario::duration)]
    within: Option<Span>,
    /// The run folder: the report of the scenario as it is, with what was tried and the patch
    /// [default: reports/<campaign>-<UTC time>]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print trials.json on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let base = args.patch.read()?;
    let plan = patch::read_patched(&args.scenario.scenario, &args.scenario.overrides(), &base)?;
    is_provable(&plan, &args.scenario.scenario)?;
    let levers = levers::levers(&plan);
    judged::say_unknowns(&plan);
    // Played first: a folder that cannot be is known before anybody waits for the trials.
    let taken = folder::take_asked(&plan.charter.campaign, args.out.as_deref())?;
    let (folder, judgement) = simulate::one(&plan, taken)?;
    let many = Many::begin(0)?;
    let within = args.within.map(|span| Duration::from_micros(span.0));
    let is_over = || within.is_some_and(|within| many.elapsed() > within);
    let (tick, stop) = (|seen: &Afternoon| many.tick(seen), || many.is_stopped() || is_over());
    let (path, overrides) = (&args.scenario.scenario, args.scenario.overrides());
    let bench = Bench::new(path, overrides, plan.charter.seed, &stop, &tick);
    let found = advise::advise(&bench, &base, &levers, args.runs as usize, |told| match told {
        Told::Trying(what) => many.say(what),
        Told::Ahead(played, ahead) => many.tell(&outlook(&many, levers.len(), played, ahead)),
    })?;
    many.finish();
    let place = folder.display();
    if let Some(found) = &found {
        let trials = Trials::of(found, &levers, &plan.charter);
        report::write_beside(&folder, "trials.json", &trials.to_json())?;
        if !trials.patch.is_empty() {
            let head = format!("# What `doorbuster advise` found for {}.\n", plan.charter.campaign);
            let file = folder.join("advice.yaml");
            std::fs::write(&file, head + &trials.patch.join("\n") + "\n")
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        sayln!();
        say!("{}", terminal::trials(&trials, judged::paper()));
        if !trials.patch.is_empty() {
            let [simulate, run] = again::with_advice(&place.to_string());
            sayln!("\ntry it  {simulate}\n        {run}");
        }
        if args.json {
            super::data(&trials.to_json())?;
        }
    }
    judged::write(&folder, &judgement)?;
    sayln!("files   {place}/report.html");
    if !args.json {
        super::data(format!("{place}\n").as_bytes())?;
    }
    match (&found, args.within) {
        _ if many.is_interrupted() => Ok(Exit::Interrupted),
        (None, Some(_)) => Err(Misused(
            "not even the scenario as it is was played to its end in that time\n  \
             expected: a longer `--within`"
                .to_owned(),
        )
        .into()),
        _ => Ok(Exit::Go),
    }
}

/// How long what lies ahead takes, as fast as it went until now.
fn outlook(many: &Many, levers: usize, played: usize, ahead: usize) -> String {
    let each = many.elapsed().as_secs_f64() / played.max(1) as f64;
    let seconds = (each * ahead as f64).ceil().max(1.0) as u64;
    format!(
        "{} to try, each on the same afternoons: about {}; `--within 60s` stops after so long with \
         what it has",
        counted(levers as u64, "change", "changes"),
        span(seconds * 1_000_000),
    )
}
