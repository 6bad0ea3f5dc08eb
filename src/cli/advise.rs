//! Owns `doorbuster advise`: what to change so that a scenario becomes a GO.
//! Must not know how that is found.

use std::path::PathBuf;

use anyhow::Context;

use super::many::{Many, PatchArgs};
use super::{Exit, ScenarioArgs, judged, simulate};
use crate::report::trials::Trials;
use crate::report::{self, terminal};
use crate::scenario::patch;
use crate::study::afternoon::Afternoon;
use crate::study::bench::Bench;
use crate::study::{advise, levers};

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
    let levers = levers::levers(&plan);
    judged::say_unknowns(&plan);
    // Played first: a folder that cannot be is known before anybody waits for the trials.
    let (folder, judgement) = simulate::one(&plan, args.out.as_deref())?;
    let many = Many::begin(0)?;
    let (tick, stop) = (|seen: &Afternoon| many.tick(seen), || many.is_stopped());
    let bench = Bench::new(
        &args.scenario.scenario,
        args.scenario.overrides(),
        plan.charter.seed,
        &stop,
        &tick,
    );
    let found = advise::advise(&bench, &base, &levers, args.runs as usize, |what| many.say(what))?;
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
        eprintln!();
        eprint!("{}", terminal::trials(&trials, judged::paper()));
        if !trials.patch.is_empty() {
            let scenario = args.scenario.scenario.display();
            eprintln!(
                "\ntry it  doorbuster simulate {scenario} --patch {place}/advice.yaml --runs 60"
            );
            eprintln!("        doorbuster run {scenario} --patch {place}/advice.yaml");
        }
        if args.json {
            super::data(&trials.to_json())?;
        }
    }
    judged::write(&folder, &judgement)?;
    eprintln!("files   {place}/report.html");
    if !args.json {
        super::data(format!("{place}\n").as_bytes())?;
    }
    Ok(if found.is_none_or(|found| found.stopped) { Exit::Interrupted } else { Exit::Go })
}
