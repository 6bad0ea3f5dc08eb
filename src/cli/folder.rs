//! Owns the run folder: its name, its making, its scenario and its history's place.
//! Must not know what is in a history.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::scenario::Plan;

/// The history's name in a run folder.
pub(super) const HISTORY: &str = "history.jsonl.zst";

/// A folder that cannot be a run folder.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// A run is there already: a history is evidence and is not overwritten.
    #[error("{0} already holds a run; choose another --out, or leave it away for a new folder")]
    Taken(String),
    /// A scenario is there already: somebody may have worked on it.
    #[error("{0} is there already; give another name, or --force to replace it")]
    Written(String),
    /// A link within a run folder: what it leads to is no part of the run.
    #[error("{0} is a link, and none is followed within a run folder; put the file itself there")]
    Link(String),
    /// There is no run there.
    #[error("{0} holds no run: there is no history.jsonl.zst in it; give the folder of a run")]
    NoRun(String),
}

/// Makes the folder of a new run and writes the scenario as it was resolved.
pub(super) fn make(plan: &Plan, out: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folder = out.map_or_else(|| named(&plan.charter.campaign), Path::to_path_buf);
    if folder.join(HISTORY).exists() {
        return Err(Refused::Taken(folder.display().to_string()).into());
    }
    std::fs::create_dir_all(&folder).with_context(|| {
        let place = folder.display();
        format!(
            "cannot make the run folder {place}; is there room, and the right to write? \
                 --out chooses another place"
        )
    })?;
    let scenario = folder.join("scenario.yaml");
    if scenario.is_symlink() {
        return Err(Refused::Link(scenario.display().to_string()).into());
    }
    std::fs::write(&scenario, &plan.resolved)
        .with_context(|| format!("cannot write {}", scenario.display()))?;
    Ok(folder)
}

/// Refuses a folder for a report in which another run's would be lost.
pub(super) fn is_free(out: &Path, of: &Path) -> Result<(), Refused> {
    let same = out.canonicalize().ok().zip(of.canonicalize().ok()).is_some_and(|(a, b)| a == b);
    if !same && out.join(HISTORY).exists() {
        return Err(Refused::Taken(out.display().to_string()));
    }
    Ok(())
}

/// The history in a run folder, or a history given itself.
pub(super) fn history_in(path: &Path) -> Result<(PathBuf, PathBuf), Refused> {
    if path.is_file() {
        let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
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
pub(super) fn named(campaign: &str) -> PathBuf {
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
    let plain = PathBuf::from(format!("reports/{slug}-{now}"));
    // Two runs within a second get folders of their own.
    (2..100)
        .map(|n| PathBuf::from(format!("reports/{slug}-{now}-{n}")))
        .fold(plain, |free, next| if free.exists() { next } else { free })
}
