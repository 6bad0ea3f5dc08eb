//! Owns `doorbuster pool`: runs of one scenario, judged together as afternoons of it.
//! Must not know how a verdict on many is found (`study::pooled`).

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::reading::Reading;
use super::{Exit, Misused, earlier, folder, judged, replications};
use crate::history::charter::Charter;
use crate::history::fact::What;
use crate::judge::{Fold, Judgement};
use crate::report::many::Replications;
use crate::report::words::again;
use crate::report::{self, Beside, Front, Summary, compare};
use crate::scenario::changes;
use crate::study::looks::LooksEnd;
use crate::study::outcome::StudyOutcome;
use crate::study::replication::{Played, Replication};

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run folders of one scenario, on different seeds
    #[arg(required = true, num_args = 2..)]
    runs: Vec<PathBuf>,
    /// Write the report of all of them into this folder: report.html, afternoons.json, junit.xml
    /// and what else a run leaves
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print afternoons.json on standard output
    #[arg(long)]
    json: bool,
    /// Weakest evidence that may say GO; less is exit code 3
    #[arg(long, value_enum)]
    require_evidence: Option<judged::EvidenceArg>,
}

/// A run, judged from its history.
struct Run {
    folder: PathBuf,
    /// The folder that its history is in.
    place: PathBuf,
    judgement: Judgement,
    /// What happened in it, behind its terms, in one number.
    happened: u64,
    /// Its scenario as it was resolved, if it is there.
    scenario: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut runs: Vec<Run> = Vec::new();
    for path in &args.runs {
        let run = read(path)?;
        is_another(&runs, &run)?;
        runs.push(run);
    }
    runs.sort_by_key(|run| run.judgement.charter.seed);
    let seen: Vec<Replication> = runs.iter().map(replication).collect();
    for (run, seen) in runs.iter().zip(&seen).filter(|(_, seen)| seen.spoilt.is_some()) {
        let (place, why) =
            (run.folder.display(), seen.spoilt.map(|why| report::words::unproved(why.into())));
        sayln!("note: {place} counts for nothing: {}", why.unwrap_or_default());
    }
    let Some(outcome) = StudyOutcome::of(&seen) else { return Ok(Exit::Inconclusive) };
    let charter = &runs[0].judgement.charter;
    let all = Replications::of(&outcome, charter, (seen.len(), LooksEnd::Pooled));
    say(args, &runs, &all)?;
    if args.json {
        super::data(&all.to_json())?;
    } else if let Some(out) = &args.out {
        super::data(format!("{}\n", out.display()).as_bytes())?;
    }
    let required = args.require_evidence.map(judged::EvidenceArg::meant);
    let weakest = runs.iter().map(|run| run.judgement.evidence).min();
    let weak = required.zip(weakest).is_some_and(|(required, is)| is < required);
    Ok(judged::exit_of(all.verdict, weak))
}

/// The report of the median run under the verdict on all: on the terminal, and where it is asked
/// for in a folder, as of a study.
fn say(args: &Args, runs: &[Run], all: &Replications) -> anyhow::Result<()> {
    let is_median = |run: &&Run| run.judgement.charter.seed == all.median_seed;
    let median = runs.iter().find(is_median).context("the median run is one of them")?;
    let typed = |path: &PathBuf| path.display().to_string();
    let again = again::pool(args.runs.iter().map(typed), args.out.as_ref().map(typed));
    let beside =
        Beside { replications: Some(all.clone()), again: Some(vec![again]), ..Beside::default() };
    // Only there is a scenario to play again.
    let place = &median.place;
    let (summary, front) = match &args.out {
        None => {
            let summary = Summary::of(&median.judgement);
            let front = Front::of(&summary, &beside, &place.display().to_string());
            (summary, front)
        }
        Some(out) => {
            folder::holds_no_run(out)?;
            std::fs::create_dir_all(out)
                .with_context(|| format!("cannot make {}", out.display()))?;
            replications::write(all, out)?;
            report::write_all(out, place, &median.judgement, &beside)?
        }
    };
    sayln!();
    let text = report::run::screen(&summary, &front, &beside, None, judged::paper());
    say!("{text}");
    Ok(())
}

fn replication(run: &Run) -> Replication {
    Replication::of(&Played { judgement: run.judgement.clone(), updates: 0 })
}

/// Judges a run from its history; nothing is written there.
fn read(path: &Path) -> anyhow::Result<Run> {
    let (place, history) = folder::history_in(path)?;
    let wrong = |why: String| {
        Misused(format!(
            "{} cannot be judged: {why}\n  \
             expected: the folder of a run, or the history.jsonl.zst in it",
            path.display()
        ))
    };
    let mut reading = Reading::open(&history).map_err(|why| wrong(why.to_string()))?;
    let mut fold = Fold::new();
    let mut happened = DefaultHasher::new();
    for fact in reading.by_ref() {
        // Who wanted what, and when: a copy stays one, whatever else of it was edited.
        if matches!(fact.what, What::Accepted { .. } | What::Sent { .. }) {
            fact.at.hash(&mut happened);
            serde_json::to_vec(&fact.what)?.hash(&mut happened);
        }
        fold.eat(&fact).map_err(|why| wrong(why.to_string()))?;
    }
    if reading.finish("judged").is_some() {
        fold.torn();
    }
    let judgement = fold.judge().ok_or_else(|| wrong("it has no charter".to_owned()))?;
    let scenario = earlier::bytes(&place.join("scenario.yaml")).ok();
    let scenario = scenario.and_then(|bytes| String::from_utf8(bytes).ok());
    let happened = happened.finish();
    Ok(Run { folder: path.to_path_buf(), place, judgement, happened, scenario })
}

/// Refuses a run that is there already, or that is of another scenario than the first.
fn is_another(runs: &[Run], run: &Run) -> Result<(), Misused> {
    let seed = run.judgement.charter.seed;
    let here = run.folder.display();
    if let Some(twin) = runs.iter().find(|other| other.judgement.charter.seed == seed) {
        return Err(Misused(format!(
            "{here} has seed {seed}, and so has {}: the same afternoon counts once\n  \
             expected: runs on different seeds (`--seed`)",
            twin.folder.display()
        )));
    }
    if let Some(twin) = runs.iter().find(|other| other.happened == run.happened) {
        return Err(Misused(format!(
            "{here} holds the same orders as {}, whatever its seed says: a copy is no other \
             afternoon\n  expected: runs that were played, each on its own seed (`--seed`)",
            twin.folder.display()
        )));
    }
    let Some(first) = runs.first() else { return Ok(()) };
    let differs = |what: String| {
        let first = first.folder.display();
        Misused(format!(
            "{here} is not of the same scenario as {first}: {what}\n  \
             expected: runs that differ in the seed only; `doorbuster compare` holds others \
             against each other"
        ))
    };
    let (a, b) = (&first.judgement, &run.judgement);
    if a.evidence != b.evidence {
        let said = |j: &Judgement| report::words::evidence(j.evidence.into());
        return Err(differs(format!("{}, not {}", said(b), said(a))));
    }
    if let Some((before, after)) = first.scenario.as_ref().zip(run.scenario.as_ref())
        && let Ok(found) = changes::changes(before, after)
        && let Some(change) = found.into_iter().find(|change| change.path != "seed")
    {
        let path = compare::read::printable(&change.path);
        return Err(differs(format!("`{path}` differs")));
    }
    if terms(&a.charter) != terms(&b.charter) {
        return Err(differs("the terms in their histories differ".to_owned()));
    }
    Ok(())
}

/// What two afternoons of one scenario have in common.
fn terms(charter: &Charter) -> Charter {
    Charter { seed: 0, not_known: vec![], ..charter.clone() }
}
