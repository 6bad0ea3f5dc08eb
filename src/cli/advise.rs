//! Owns `doorbuster advise`: what to change so that a scenario becomes a GO.
//! Must not know how that is found.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use super::many::{Many, PatchArgs, is_provable};
use super::{Exit, Misused, ScenarioArgs, folder, judged, simulate};
use crate::history::fact::Ending;
use crate::report;
use crate::report::trials::Trials;
use crate::report::words::again;
use crate::report::words::number::{counted, span};
use crate::scenario::patch::{self, Patch};
use crate::scenario::{self, Plan};
use crate::study::advise;
use crate::study::advise::Told;
use crate::study::bench::Bench;
use crate::study::levers::{self, Lever};
use crate::study::replication::Replication;
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
    // The scenario as it is, cut short, is no ground for advice, and nobody asked for it alone.
    if judgement.ending == Some(Ending::Interrupted) {
        folder::give_back(&folder);
        return Ok(Exit::Interrupted);
    }
    let (found, interrupted) =
        folder::unless_failed(Some(&folder), tried(args, &base, &plan, &levers))?;
    let Some((trials, takes_long)) = found else {
        folder::give_back(&folder);
        return if interrupted { Ok(Exit::Interrupted) } else { Err(too_short().into()) };
    };
    let place = folder.display();
    leave(&trials, &folder)?;
    let path = &args.scenario.scenario;
    if let Some(within) = args.within.filter(|_| trials.stopped && trials.recommended.is_none()) {
        let longer = longer(Duration::from_micros(within.0), takes_long);
        let scenario = again::quoted(&path.to_string_lossy());
        sayln!("\nall of it takes about {}", seconds(takes_long));
        sayln!("try it  doorbuster advise {scenario} --within {longer}");
    }
    if args.json {
        super::data(&trials.to_json())?;
    }
    judged::write(&folder, &judgement)?;
    sayln!("files   {place}/report.html");
    if !args.json {
        super::data(format!("{place}\n").as_bytes())?;
    }
    Ok(if interrupted { Exit::Interrupted } else { Exit::Go })
}

/// Tries what could be changed: what was found, with how long all of it takes, unless not even the
/// scenario as it is was played to its end; and whether somebody stopped it.
fn tried(
    args: &Args,
    base: &Patch,
    plan: &Plan,
    levers: &[Lever],
) -> anyhow::Result<(Option<(Trials, Duration)>, bool)> {
    let many = Many::begin(0)?;
    let within = args.within.map(|span| Duration::from_micros(span.0));
    let is_over = || within.is_some_and(|within| many.elapsed() > within);
    let (tick, stop) = (|seen: &Replication| many.tick(seen), || many.is_stopped() || is_over());
    let (path, overrides) = (&args.scenario.scenario, args.scenario.overrides());
    let bench = Bench::new(path, overrides, plan.charter.seed, &stop, &tick);
    // Half of the time is for first looks; the other half ends with a set, where there is one.
    let is_late = || within.is_some_and(|within| many.elapsed() > within / 2);
    let mut all = 0;
    let found =
        advise::advise(&bench, base, levers, args.runs as usize, &is_late, |told| match told {
            Told::Trying(what) => many.say(what),
            Told::Ahead(ahead) => {
                let is_first = all == 0;
                all = many.done() + ahead;
                many.tell(&outlook(levers.len(), takes(&many, ahead), is_first));
            }
        })?;
    many.finish();
    let trials = found.map(|found| Trials::of(&found, levers, &plan.charter));
    Ok((trials.map(|trials| (trials, takes(&many, all))), many.is_interrupted()))
}

fn too_short() -> Misused {
    Misused(
        "not even the scenario as it is was played to its end in that time\n  \
         expected: a longer `--within`"
            .to_owned(),
    )
}

/// Writes what was tried beside the scenario as it is, and shows it.
fn leave(trials: &Trials, folder: &Path) -> anyhow::Result<()> {
    report::write_beside(folder, "trials.json", &trials.to_json())?;
    if !trials.patch.is_empty() {
        let head = format!("# What `doorbuster advise` found for {}.\n", trials.campaign);
        let file = folder.join("advice.yaml");
        std::fs::write(&file, head + &trials.patch.join("\n") + "\n")
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    sayln!();
    say!("{}", trials.text(judged::paper()));
    if !trials.patch.is_empty() {
        let [simulate, run] = again::with_advice(&folder.to_string_lossy());
        sayln!("\ntry it  {simulate}\n        {run}");
    }
    Ok(())
}

/// How long so many afternoons take, as fast as it went until now.
fn takes(many: &Many, replications: usize) -> Duration {
    many.elapsed().mul_f64(replications as f64 / many.done().max(1) as f64)
}

/// What lies ahead; said again once its pace is known better.
fn outlook(levers: usize, takes: Duration, is_first: bool) -> String {
    if !is_first {
        return format!("about {} more", seconds(takes));
    }
    format!(
        "{} to try, each on the same afternoons: about {}; `--within 60s` stops after so long with \
         what it has",
        counted(levers as u64, "change", "changes"),
        seconds(takes),
    )
}

fn seconds(takes: Duration) -> String {
    span(takes.as_secs().max(1) * 1_000_000)
}

/// What to give where no set was found in that time: enough for all of it, in whole minutes.
fn longer(within: Duration, whole: Duration) -> String {
    let minutes = (whole.as_secs() * 5 / 4).div_ceil(60).max(within.as_secs() / 60 + 1);
    format!("{minutes}m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_no_set_was_found_in_time_it_asks_for_enough_and_for_more_than_that() {
        let after = |within, whole| longer(Duration::from_secs(within), Duration::from_secs(whole));
        assert_eq!(after(60, 122), "3m");
        assert_eq!(after(1, 2), "1m");
        assert_eq!(after(300, 122), "6m", "what was not enough is not asked for again");
    }
}
