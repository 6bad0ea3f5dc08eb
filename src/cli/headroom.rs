//! Owns `doorbuster headroom`: how far a campaign can grow. Must not know how that is found.

use super::many::{Many, PatchArgs};
use super::{Exit, ScenarioArgs, judged};
use crate::report::terminal;
use crate::scenario::patch;
use crate::study::bench::Bench;
use crate::study::headroom;
use crate::traffic::Traffic;

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
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let patch = args.patch.read()?;
    let plan = patch::read_patched(&args.scenario.scenario, &args.scenario.overrides(), &patch)?;
    anyhow::ensure!(
        matches!(plan.traffic, Traffic::Modelled(_)),
        "headroom multiplies a modelled demand, and this scenario replays a log: change \
         `traffic.replay.scale` and simulate that",
    );
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
    let found = headroom::headroom(&bench, &patch, args.runs as usize, |found| {
        let times = |milli: Option<u64>| {
            milli.map_or("?".to_owned(), |milli| format!("{:.2}x", milli as f64 / 1e3))
        };
        let (holds, breaks) = (times(found.holds_milli), times(found.breaks_milli));
        many.say(&format!("holds at {holds}, breaks at {breaks}"));
    })?;
    many.finish();
    print!("{}", terminal::headroom(&found, &plan.charter, judged::paper()));
    Ok(if found.stopped { Exit::Interrupted } else { Exit::Go })
}
