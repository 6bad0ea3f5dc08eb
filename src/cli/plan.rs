//! Owns `doorbuster plan`: what a scenario implies, and what a few afternoons of it show.
//! Must not know how anything of it is computed (`outlook`, `study`).

use std::path::PathBuf;
use std::time::Duration;

use super::step::now;
use super::{Exit, ScenarioArgs, data, judged, signals};
use crate::outlook::{Outlook, Taken};
use crate::report::outlook::{self, Sheet};
use crate::scenario::{self, Plan};
use crate::study::preview::{self, Preview, Previewed};
use crate::study::replicate;
use crate::units::Span;

/// How long the afternoons may take where nobody says how many there are.
const BUDGET: Duration = Duration::from_secs(2);
/// So many are played at most: they are to show what happens, not to settle a verdict.
const RUNS_MOST: usize = 10;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Simulate so many afternoons; 0 is arithmetic alone [default: as many as take two seconds,
    /// from 1 to 10]
    #[arg(long, value_parser = clap::value_parser!(u16).range(0..=1_000))]
    runs: Option<u16>,
    /// What an exchange takes on this machine at worst (p99)
    #[arg(long, value_parser = scenario::duration, default_value = "1ms")]
    exchange: Span,
    /// Write plan.html and plan.json into this folder
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print plan.json on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let plan = scenario::read(&args.scenario.scenario, &args.scenario.overrides())?;
    for note in &plan.notes {
        super::note(note);
    }
    // Arithmetic takes what is not known as it looks worse; afternoons are played every way.
    for line in &plan.charter.not_known {
        super::note(line);
    }
    judged::say_unknowns(&plan);
    let seen = args.replications(&plan)?;
    let preview = Preview::of(&plan, &seen);
    let taken = preview.as_ref().map_or_else(Taken::everything, |preview| preview.taken.clone());
    let outlook = Outlook::of(&plan, &taken, args.exchange);
    let typed = args.scenario.scenario.display().to_string();
    let sheet = Sheet::of(&outlook, preview.as_ref(), &plan.charter, &typed);
    if let Some(folder) = &args.out {
        outlook::write(folder, &sheet)?;
    }
    say!("{}", outlook::text(&sheet, judged::paper()));
    if let Some(folder) = &args.out {
        sayln!("files  {}", folder.join("plan.html").display());
    }
    if args.json {
        data(&sheet.to_json())?;
    }
    Ok(Exit::Go)
}

impl Args {
    /// The first afternoons of the scenario: so many, or what the budget allows after the first.
    fn replications(&self, plan: &Plan) -> anyhow::Result<Vec<Previewed>> {
        let signals = signals::listen(2)?;
        let first = plan.charter.seed;
        let play = |from: usize, runs: usize| {
            let plan_of = |seed| {
                let overrides =
                    scenario::Overrides { seed: Some(seed), ..self.scenario.overrides() };
                scenario::read(&self.scenario.scenario, &overrides).ok()
            };
            let first = first.wrapping_add(from as u64);
            replicate(plan_of, first, runs, &|| signals.asked(), preview::see, |_| ()).replications
        };
        if let Some(runs) = self.runs {
            return Ok(play(0, runs.into()));
        }
        let began = now();
        let mut seen = play(0, 1);
        let more = affordable(began.elapsed(), rayon::current_num_threads());
        if !seen.is_empty() {
            seen.extend(play(1, more));
        }
        Ok(seen)
    }
}

/// How many more afternoons fit into the budget when one took so long, several at a time.
fn affordable(took: Duration, at_once: usize) -> usize {
    let left = BUDGET.saturating_sub(took).as_secs_f64();
    let rounds = (left / took.as_secs_f64().max(1e-3)).floor() as usize;
    rounds.saturating_mul(at_once).min(RUNS_MOST - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_played_as_fit() {
        let at = |ms| affordable(Duration::from_millis(ms), 2);
        assert_eq!([at(10), at(200), at(700), at(1_100), at(9_000)], [9, 9, 2, 0, 0]);
    }
}
