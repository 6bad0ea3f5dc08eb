//! Owns `doorbuster advise`: what to change so that a scenario becomes a GO.
//! Must not know how that is found.

use std::path::PathBuf;

use anyhow::Context;

use super::many::{Many, PatchArgs};
use super::{Exit, ScenarioArgs, judged};
use crate::report::terminal;
use crate::scenario::patch::{self, Patch};
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
    /// Where the patch is written
    #[arg(long, default_value = "advice.yaml")]
    out: PathBuf,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let base = args.patch.read()?;
    let plan = patch::read_patched(&args.scenario.scenario, &args.scenario.overrides(), &base)?;
    let levers = levers::levers(&plan);
    judged::say_unknowns(&plan);
    let many = Many::begin(0)?;
    let (tick, stop) = (|| many.tick(), || many.is_stopped());
    let bench = Bench::new(
        &args.scenario.scenario,
        args.scenario.overrides(),
        plan.charter.seed,
        &stop,
        &tick,
    );
    let found = advise::advise(&bench, &base, &levers, args.runs as usize, |what| many.say(what))?;
    many.finish();
    let Some(found) = found else { return Ok(Exit::Interrupted) };
    print!("{}", terminal::advice(&found, &levers, judged::paper()));
    if let Some(smallest) = &found.smallest {
        let patch = smallest
            .levers
            .iter()
            .fold(Patch::default(), |all, place| all.then(levers[*place].patch.clone()));
        let place = args.out.display();
        let head = format!("# What `doorbuster advise` found for {}.\n", plan.charter.campaign);
        std::fs::write(&args.out, head + &patch.to_yaml())
            .with_context(|| format!("cannot write {place}"))?;
        let scenario = args.scenario.scenario.display();
        eprintln!("\nThe patch is in {place}. Try it:");
        eprintln!("  doorbuster simulate {scenario} --patch {place} --runs 60");
        eprintln!("  doorbuster run {scenario} --patch {place}");
    }
    Ok(if found.stopped { Exit::Interrupted } else { Exit::Go })
}
