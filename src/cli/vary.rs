//! Owns `doorbuster simulate --vary`: the same afternoons at each value of one field.
//! Must not know what a field means.

use super::many::Many;
use super::replications::Runs;
use super::{Exit, Misused, OutputArgs, ScenarioArgs, folder, judged};
use crate::report::vary::{self as sheet, Tried, Varied};
use crate::scenario::Plan;
use crate::scenario::patch::Patch;
use crate::scenario::vary::Vary;
use crate::study::bench::{Bench, Variant};
use crate::study::chance::RUNS_MIN;
use crate::study::outcome::StudyOutcome;
use crate::study::replication::Replication;

/// Plays every value, and leaves a folder with the page, the numbers and the charts.
pub(super) fn run(
    typed: &str,
    args: &ScenarioArgs,
    output: &OutputArgs,
    (patch, plan, runs): (&Patch, &Plan, Option<Runs>),
) -> anyhow::Result<Exit> {
    let vary = Vary::parse(typed)?;
    let runs = match runs {
        None => RUNS_MIN,
        Some(Runs::Exactly(runs)) => runs,
        Some(Runs::Auto) => {
            let said = "--vary with --runs auto: every value is to meet the same afternoons\n  \
                        expected: a number, such as `--runs 30`";
            return Err(Misused(said.to_owned()).into());
        }
    };
    let many = Many::begin(0)?;
    let (tick, stop) = (|seen: &Replication| many.tick(seen), || many.is_stopped());
    let overrides = args.overrides();
    let bench = Bench::new(&args.scenario, overrides, plan.charter.seed, &stop, &tick);
    let setting = |place: usize| Variant {
        patch: patch.clone().then(vary.patch(place)),
        ..Variant::default()
    };
    // All are read before any is played: the last value may be the one that cannot be.
    for place in 0..vary.values.len() {
        bench.plan(&setting(place), plan.charter.seed)?;
    }
    let mut points: Vec<Tried> = Vec::new();
    for (place, value) in vary.values.iter().enumerate() {
        many.say(&format!("{} {value}", vary.field));
        let played = bench.play(&setting(place), 0, runs)?;
        let Some(outcome) = StudyOutcome::of(&played.replications).filter(|_| !played.stopped)
        else {
            break;
        };
        let sales = played.replications.iter().map(|a| a.sales).collect();
        points.push(Tried { value: value.clone(), outcome, sales });
    }
    many.finish();
    // Of no value there is nothing to keep.
    if points.is_empty() {
        return Ok(Exit::Interrupted);
    }
    let stopped = points.len() < vary.values.len();
    let all = Varied::of(&vary.field, &points, &plan.charter, (runs, stopped));
    let out = match &output.out {
        Some(out) => out.clone(),
        None => folder::fresh(&plan.charter.campaign, "-vary")?,
    };
    sheet::write(&out, &all)?;
    say!("{}", all.text(judged::paper()));
    sayln!("\nfiles  {}", out.join("vary.html").display());
    if output.json {
        super::data(&all.to_json())?;
    } else {
        super::data(format!("{}\n", out.display()).as_bytes())?;
    }
    Ok(if stopped { Exit::Interrupted } else { Exit::Go })
}
