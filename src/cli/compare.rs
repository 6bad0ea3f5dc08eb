//! Owns `doorbuster compare`: which runs were typed, where the comparison goes, the exit code.
//! Must not know what is compared, nor how.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::reading::Reading;
use super::{Exit, earlier, folder, judged};
use crate::judge::Fold;
use crate::report::compare::{Change, Comparison, Given, Party};
use crate::report::many::Replications;
use crate::report::{Summary, beside, compare};
use crate::scenario::changes;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run folders, or the summary.json of each; the first is the baseline
    #[arg(required = true, num_args = 2..)]
    runs: Vec<PathBuf>,
    /// Where compare.html and compare.json go [default: reports/compare-<campaign>-<UTC time>]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print compare.json on standard output
    #[arg(long)]
    json: bool,
    /// Exit with 1 when something is worse than in the baseline, beyond chance
    #[arg(long)]
    fail_on_worse: bool,
}

/// What was typed is no run that can be compared.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// Nothing is there.
    #[error("{0} is not there; give the folder of a run")]
    Nowhere(String),
    /// A folder without a run.
    #[error(
        "{0} holds neither a summary.json nor a history.jsonl.zst; give the folder of a run, as \
         `doorbuster run` and `doorbuster simulate` print it"
    )]
    NoRun(String),
    /// A summary that is none, or of another version.
    #[error("{0} cannot be compared: {1}")]
    NotASummary(String, compare::read::NotASummary),
    /// A history that cannot be judged.
    #[error("{0} has no summary.json, and its history cannot be judged: {1}")]
    NotJudged(String, String),
    /// The figures of a study that are none.
    #[error("{0} cannot be compared: {1}; give the folder that the study left")]
    NotAStudy(String, String),
    /// The same run more than once.
    #[error("{0} is given twice; a run does not differ from itself")]
    Twice(String),
}

/// A run as it was found.
struct Found {
    given: Given,
    /// Its scenario as it was resolved, if it is there.
    scenario: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let found = read_all(&args.runs)?;
    let parties = parties(found);
    let comparison = Comparison::of(&parties);
    let campaign = &parties[0].runs[0].summary.campaign.name;
    let folder = match &args.out {
        Some(out) => out.clone(),
        None => folder::fresh(&format!("compare {campaign}"), "")?,
    };
    compare::write_all(&folder, &parties, &comparison)
        .context("the runs are as they were; their comparison is not written")?;
    let said = folder.display().to_string();
    sayln!();
    say!("{}", compare::text(&parties, &comparison, judged::paper()));
    sayln!("\nfiles  {}", folder.join("compare.html").display());
    if args.json {
        super::data(&comparison.to_json())?;
    } else {
        super::data(format!("{said}\n").as_bytes())?;
    }
    Ok(if args.fail_on_worse && comparison.worse() { Exit::NoGo } else { Exit::Go })
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<Found>, Refused> {
    let mut seen: Vec<PathBuf> = Vec::new();
    for path in paths {
        let place = path.canonicalize().map_err(|_| Refused::Nowhere(shown(path)))?;
        let folder = if place.is_dir() { place } else { folder_of(&place) };
        if seen.contains(&folder) {
            return Err(Refused::Twice(shown(path)));
        }
        seen.push(folder);
    }
    let mut found = paths.iter().map(|path| read(path)).collect::<Result<Vec<Found>, Refused>>()?;
    let labels: Vec<String> = found.iter().map(|found| found.given.label.clone()).collect();
    for (found, path) in found.iter_mut().zip(paths) {
        if labels.iter().filter(|label| **label == found.given.label).count() > 1 {
            found.given.label = compare::read::printable(&shown(path));
        }
    }
    Ok(found)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Reads a run from its folder, or from its summary alone.
fn read(path: &Path) -> Result<Found, Refused> {
    let (folder, file) = if path.is_dir() {
        (path.to_path_buf(), path.join("summary.json"))
    } else {
        (folder_of(path), path.to_path_buf())
    };
    let summary = if file.is_file() {
        // One that was typed may be a link; one within a folder is not followed.
        let file = if path.is_dir() { file } else { file.canonicalize().unwrap_or(file) };
        let bytes = earlier::bytes(&file).map_err(|_| Refused::Nowhere(shown(&file)))?;
        compare::read::summary(&bytes).map_err(|why| Refused::NotASummary(shown(&file), why))?
    } else {
        judge(path)?
    };
    let name = folder.canonicalize().unwrap_or(folder.clone());
    let name = name.file_name().map(|name| name.to_string_lossy().into_owned());
    let label = compare::read::printable(&name.unwrap_or_else(|| shown(path)));
    let scenario = earlier::bytes(&folder.join("scenario.yaml")).ok();
    let scenario = scenario.and_then(|bytes| String::from_utf8(bytes).ok());
    let study = study(&folder, &summary)?;
    Ok(Found { given: Given { label, summary, study }, scenario })
}

/// The study whose report it is: its verdict and figures are those of all its afternoons.
fn study(folder: &Path, summary: &Summary) -> Result<Option<Replications>, Refused> {
    let file = folder.join("afternoons.json");
    match earlier::bytes(&file) {
        Ok(bytes) => {
            let all = beside::replications(&bytes);
            all.map(Some).map_err(|why| Refused::NotAStudy(shown(&file), why.to_string()))
        }
        Err(_) if summary.study.is_some() => {
            let why = "it is not there, and the summary beside it is of many afternoons";
            Err(Refused::NotAStudy(shown(&file), why.to_owned()))
        }
        Err(_) => Ok(None),
    }
}

/// A run that has a history only: judged as `doorbuster report` would, nothing is written there.
fn judge(folder: &Path) -> Result<Summary, Refused> {
    let wrong = |why: String| Refused::NotJudged(shown(folder), why);
    let (_, history) = folder::history_in(folder).map_err(|why| match why {
        folder::Refused::Blind(_) => wrong("it is a blind run that goes on".to_owned()),
        _ => Refused::NoRun(shown(folder)),
    })?;
    let mut reading = Reading::open(&history).map_err(|why| wrong(why.to_string()))?;
    let mut fold = Fold::new();
    for fact in reading.by_ref() {
        fold.eat(&fact).map_err(|why| wrong(why.to_string()))?;
    }
    sayln!("note: {} has no summary.json; it was judged from its history", folder.display());
    if reading.finish("judged").is_some() {
        fold.torn();
    }
    let judgement = fold.judge().ok_or_else(|| wrong("it has no charter".to_owned()))?;
    Ok(Summary::of(&judgement))
}

/// What two scenarios differ in but for the seed; none where one is not at hand.
fn differing(before: &Found, after: &Found) -> Option<Vec<Change>> {
    let (before, after) = before.scenario.as_ref().zip(after.scenario.as_ref())?;
    let found = changes::changes(before, after).ok()?;
    let printable = |text: String| compare::read::printable(&text);
    let told = found.into_iter().filter(|change| change.path != "seed").map(|change| Change {
        path: printable(change.path),
        before: change.before.map(printable),
        after: change.after.map(printable),
    });
    Some(told.collect())
}

/// Runs of one scenario belong together, in the order in which they were typed. When all are of
/// one scenario, two of them are held against each other and more are afternoons of it.
fn parties(found: Vec<Found>) -> Vec<Party> {
    let alike = |a: &Found, b: &Found| {
        let [a, b] = [a, b].map(|found| (found, &found.given.summary));
        let same = a.1.evidence == b.1.evidence && a.1.doorbuster == b.1.doorbuster;
        // A study is many afternoons by itself, and stands by itself.
        let single = [a.0, b.0].iter().all(|found| found.given.study.is_none());
        single && same && differing(a.0, b.0).is_some_and(|changes| changes.is_empty())
    };
    let mut grouped: Vec<Vec<Found>> = Vec::new();
    for run in found {
        match grouped.iter_mut().find(|group| alike(&group[0], &run)) {
            Some(group) => group.push(run),
            None => grouped.push(vec![run]),
        }
    }
    let seeds = |group: &[Found]| {
        group.iter().map(|run| run.given.summary.campaign.seed).collect::<BTreeSet<u64>>().len()
    };
    let replications = grouped[0].len() > 2 && seeds(&grouped[0]) == grouped[0].len();
    if grouped.len() == 1 && !replications {
        grouped = grouped.into_iter().flatten().map(|run| vec![run]).collect();
    }
    let changes: Vec<Option<Vec<Change>>> =
        grouped.iter().map(|group| differing(&grouped[0][0], &group[0])).collect();
    let party = |(group, changes): (Vec<Found>, Option<Vec<Change>>)| Party {
        runs: group.into_iter().map(|found| found.given).collect(),
        changes,
    };
    grouped.into_iter().zip(changes).map(party).collect()
}
