//! Owns `doorbuster headroom`: how far a campaign can grow. Must not know how that is found.

use std::path::PathBuf;

use super::many::{Many, PatchArgs, is_provable};
use super::{Exit, Misused, ScenarioArgs, folder, judged};
use crate::report::headroom::words::times;
use crate::report::headroom::{self as sheet, Headroom};
use crate::scenario::patch::{self, Patch};
use crate::scenario::{self, Plan};
use crate::study::bench::{Bench, Variant};
use crate::study::headroom::{self, runs_needed};
use crate::study::replication::Replication;
use crate::traffic::Traffic;
use crate::units::Ppm;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    patch: PatchArgs,
    /// Afternoons at each demand
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(30..=10_000))]
    runs: u32,
    /// The share of afternoons within every limit that a demand must be proved to have, e.g. 95%
    #[arg(long, value_parser = scenario::share, default_value = "90%")]
    chance: Ppm,
    /// Whether stock grows with demand: `scales`, or stays as the scenario has it
    #[arg(long, value_enum, default_value_t)]
    stock: Stock,
    /// Where headroom.html, headroom.json and the charts go
    /// [default: reports/<campaign>-<UTC time>-headroom]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print headroom.json on standard output
    #[arg(long)]
    json: bool,
}

/// What becomes of stock as demand grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Stock {
    /// It stays: what sells out, sells out earlier.
    #[default]
    Stays,
    /// It grows as demand does: what breaks is the systems.
    Scales,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let patch = args.patch.read()?;
    let plan = patch::read_patched(&args.scenario.scenario, &args.scenario.overrides(), &patch)?;
    if !matches!(plan.traffic, Traffic::Modelled(_)) {
        return Err(Misused(format!(
            "{}: headroom multiplies a modelled demand, and this scenario replays a log\n  \
             expected: `traffic.demand`; or change `traffic.replay.scale` and simulate that",
            args.scenario.scenario.display(),
        ))
        .into());
    }
    let runs = args.runs as usize;
    is_in_reach(args.chance, runs)?;
    is_provable(&plan, &args.scenario.scenario)?;
    let out = match &args.out {
        Some(out) => out.clone(),
        None => folder::fresh(&plan.charter.campaign, "-headroom")?,
    };
    judged::say_unknowns(&plan);
    let found = looked(args, patch, &plan);
    let taken = args.out.is_none().then_some(out.as_path());
    let found = folder::unless_failed(taken, found)?;
    let stock_scales = args.stock == Stock::Scales;
    // Of no multiple there is nothing to keep.
    if found.rungs.is_empty() {
        taken.into_iter().for_each(folder::give_back);
        return Ok(Exit::Interrupted);
    }
    let sheet = Headroom::of(&found, &plan.charter, (runs, stock_scales));
    sheet::write(&out, &sheet)?;
    say!("{}", sheet.text(judged::paper()));
    sayln!("\nfiles  {}", out.join("headroom.html").display());
    if args.json {
        super::data(&sheet.to_json())?;
    } else {
        super::data(format!("{}\n", out.display()).as_bytes())?;
    }
    Ok(if found.stopped { Exit::Interrupted } else { Exit::Go })
}

/// Looks for how far it can grow.
fn looked(args: &Args, patch: Patch, plan: &Plan) -> anyhow::Result<headroom::Headroom> {
    let many = Many::begin(0)?;
    let (tick, stop) = (|seen: &Replication| many.tick(seen), || many.is_stopped());
    let overrides = args.scenario.overrides();
    let bench = Bench::new(&args.scenario.scenario, overrides, plan.charter.seed, &stop, &tick);
    let stock_scales = args.stock == Stock::Scales;
    let setting = Variant { patch, stock_scales, ..Variant::default() };
    let asked = (args.runs as usize, args.chance);
    let found = headroom::headroom(&bench, &setting, asked, |found| {
        let said = |milli: Option<u64>| milli.map_or("?".to_owned(), times);
        let (holds, breaks) = (said(found.holds_milli), said(found.breaks_milli));
        many.say(&format!("holds at {holds}, breaks at {breaks}"));
    })?;
    many.finish();
    Ok(found)
}

/// Refuses a chance that so many afternoons could not prove, were all of them a GO.
fn is_in_reach(chance: Ppm, runs: usize) -> Result<(), Misused> {
    let needed = runs_needed(chance);
    if chance == Ppm::ZERO || needed > runs {
        let expected = match needed {
            usize::MAX => "a chance below 99.9%".to_owned(),
            _ if chance == Ppm::ZERO => "a chance above 0%, such as 90%".to_owned(),
            needed => format!("`--runs {needed}` or more, or a lower chance"),
        };
        return Err(Misused(format!(
            "--chance {chance} is out of reach of {runs} afternoons, were all of them a GO\n  \
             expected: {expected}"
        )));
    }
    Ok(())
}
