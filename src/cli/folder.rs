//! Owns the run folder: its name, its making, its scenario and its history's place.
//! Must not know what is in a history.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::operate;
use crate::scenario::Plan;

/// The history's name in a run folder.
pub(super) const HISTORY: &str = "history.jsonl.zst";
/// The scenario's, as it was resolved.
const SCENARIO: &str = "scenario.yaml";

/// A folder that cannot be a run folder.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// A run is there already: a history is evidence and is not overwritten.
    #[error("{0} already holds a run; choose another --out, or leave it away for a new folder")]
    Taken(String),
    /// Something else is there: a run's files among others are nobody's evidence.
    #[error("{0} is not empty; give a new or an empty folder with --out, or leave it away")]
    Occupied(String),
    /// A scenario is there already: somebody may have worked on it.
    #[error("{0} is there already; give another name, or --force to replace it")]
    Written(String),
    /// A link within a run folder: what it leads to is no part of the run.
    #[error("{0} is a link, and none is followed within a run folder; put the file itself there")]
    Link(String),
    /// There is no run there.
    #[error("{0} holds no run: there is no history.jsonl.zst in it; give the folder of a run")]
    NoRun(String),
    /// A blind run goes on there: whatever is told of it would not be blind.
    #[error(
        "{0} is a blind run that goes on\n  expected: the debrief, which it writes when it ends \
         or Ctrl-C ends it"
    )]
    Blind(String),
}

/// Takes the folder of a new run: the one that was asked for, or a new one named by the campaign.
/// It is this run's alone: of two that want the same one, however close together, one is refused.
pub(super) fn take(campaign: &str, out: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folder = match out {
        Some(out) => asked(out)?,
        None => fresh(campaign, "")?,
    };
    // Whoever makes this file first has the folder, also where an empty one was there before.
    match File::create_new(folder.join(SCENARIO)) {
        Ok(_) => Ok(folder),
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {
            Err(Refused::Taken(folder.display().to_string()).into())
        }
        Err(cause) => Err(not_made(&folder, cause)),
    }
}

/// Takes the folder that was asked for, if one was, before anybody waits for what goes into it.
pub(super) fn take_asked(campaign: &str, out: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    out.map(|out| take(campaign, Some(out))).transpose()
}

/// Gives the folder back where what was to be played in it could not be: no run is there, and none
/// is to be found later.
pub(super) fn unless_failed<T>(
    folder: Option<&Path>,
    begun: anyhow::Result<T>,
) -> anyhow::Result<T> {
    if let (Err(_), Some(folder)) = (&begun, folder) {
        give_back(folder);
    }
    begun
}

/// Takes away what taking the folder and beginning a run put there, and the folder if that was all.
pub(super) fn give_back(folder: &Path) {
    for name in [HISTORY, SCENARIO] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    let _ = std::fs::remove_dir(folder);
}

/// Refuses a folder that holds a run.
pub(super) fn holds_no_run(folder: &Path) -> Result<(), Refused> {
    let taken = folder.join(HISTORY).exists();
    if taken { Err(Refused::Taken(folder.display().to_string())) } else { Ok(()) }
}

/// Writes the scenario as it was resolved, its seed included, into the folder that was taken: what
/// the folder's runs are played from again.
pub(super) fn keep(plan: &Plan, folder: &Path) -> anyhow::Result<()> {
    let scenario = folder.join(SCENARIO);
    if scenario.is_symlink() {
        return Err(Refused::Link(scenario.display().to_string()).into());
    }
    std::fs::write(&scenario, &plan.resolved)
        .with_context(|| format!("cannot write {}", scenario.display()))
}

/// The folder that was asked for, which must be new or empty.
fn asked(out: &Path) -> anyhow::Result<PathBuf> {
    if let Some(above) = out.parent() {
        std::fs::create_dir_all(above).map_err(|cause| not_made(out, cause))?;
    }
    match std::fs::create_dir(out) {
        Ok(()) => Ok(out.to_path_buf()),
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {
            let place = || out.display().to_string();
            let mut inside = std::fs::read_dir(out).map_err(|cause| not_made(out, cause))?;
            match inside.next() {
                None => Ok(out.to_path_buf()),
                Some(_) if out.join(HISTORY).exists() => Err(Refused::Taken(place()).into()),
                Some(_) => Err(Refused::Occupied(place()).into()),
            }
        }
        Err(cause) => Err(not_made(out, cause)),
    }
}

/// Makes a new folder `reports/<campaign>-<UTC time><what>`.
pub(super) fn fresh(campaign: &str, what: &str) -> anyhow::Result<PathBuf> {
    let plain = named(campaign);
    let reports = plain.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(reports).map_err(|cause| not_made(&plain, cause))?;
    // Runs that begin in the same second get folders of their own.
    for n in 1..10_000 {
        let again = if n == 1 { String::new() } else { format!("-{n}") };
        let folder = PathBuf::from(format!("{}{again}{what}", plain.display()));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(not_made(&folder, cause)),
        }
    }
    Err(Refused::Taken(plain.display().to_string()).into())
}

fn not_made(folder: &Path, cause: io::Error) -> anyhow::Error {
    anyhow::Error::new(cause).context(format!(
        "cannot make the run folder {}; is there room, and the right to write? --out chooses \
         another place",
        folder.display()
    ))
}

/// Refuses a folder for a report in which another run's would be lost.
pub(super) fn is_free(out: &Path, of: &Path) -> Result<(), Refused> {
    let same = out.canonicalize().ok().zip(of.canonicalize().ok()).is_some_and(|(a, b)| a == b);
    if !same && out.join(HISTORY).exists() {
        return Err(Refused::Taken(out.display().to_string()));
    }
    Ok(())
}

/// The history in a run folder, or a history given itself; not that of a blind run that goes on.
pub(super) fn history_in(path: &Path) -> Result<(PathBuf, PathBuf), Refused> {
    let found = found_in(path)?;
    if operate::is_blind(&found.0) {
        return Err(Refused::Blind(found.0.display().to_string()));
    }
    Ok(found)
}

fn found_in(path: &Path) -> Result<(PathBuf, PathBuf), Refused> {
    if path.is_file() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_path_buf();
        return Ok((folder, path.to_path_buf()));
    }
    let history = path.join(HISTORY);
    if history.is_symlink() {
        return Err(Refused::Link(history.display().to_string()));
    }
    if history.is_file() {
        Ok((path.to_path_buf(), history))
    } else {
        Err(Refused::NoRun(path.display().to_string()))
    }
}

/// `reports/<campaign>-<UTC time>`.
fn named(campaign: &str) -> PathBuf {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let mut slug = String::new();
    for c in campaign.chars().flat_map(char::to_lowercase).take(60) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    let slug = if slug.is_empty() { "campaign" } else { slug };
    PathBuf::from(format!("reports/{slug}-{now}"))
}
