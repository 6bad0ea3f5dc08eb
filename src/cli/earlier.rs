//! Owns finding the last run of the same campaign, beside this one. Must not compare them.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::folder::HISTORY;
use crate::report::compare::Given;
use crate::report::{Summary, beside, compare};
use crate::scenario::changes;

/// Folders looked at; a place with more is no place of runs.
const FOLDERS_MAX: usize = 10_000;
/// Summaries opened, the latest runs first: other campaigns may lie between.
const OPENED_MAX: usize = 64;
/// A longer file is not a summary of ours.
const SUMMARY_BYTES_MAX: u64 = 256 << 20;

/// What lies beside a run.
pub(super) enum Earlier {
    /// The latest run before it of the same scenario; a study where it was one.
    Same(Box<Given>),
    /// None, and the latest of that name is of another scenario: its folder's name, and why.
    Another(String, String),
}

/// The latest run before this one of the same scenario, in the same parent folder, with its
/// folder's name. What cannot be read is passed over: it is no concern of this run.
pub(super) fn previous(folder: &Path, now: &Summary) -> Option<Earlier> {
    let folder = folder.canonicalize().ok()?;
    let played = played_at(&folder)?;
    let entries = std::fs::read_dir(folder.parent()?).ok()?.take(FOLDERS_MAX);
    let beside = entries.filter_map(|entry| {
        let path = entry.ok()?.path();
        let at = played_at(&path)?;
        (path != folder && at <= played).then_some((at, path))
    });
    let mut earlier: Vec<(SystemTime, PathBuf)> = beside.collect();
    earlier.sort_unstable_by(|a, b| b.cmp(a));
    let scenario = scenario_of(&folder);
    let mut another = None;
    let same = earlier.iter().take(OPENED_MAX).find_map(|(_, path)| {
        let summary = read(path).filter(|s| s.campaign.name == now.campaign.name)?;
        if let Some(why) = is_another(&summary, now, scenario_of(path).zip(scenario.as_ref())) {
            let label = path.file_name()?.to_string_lossy().into_owned();
            another = another.take().or(Some(Earlier::Another(label, why)));
            return None;
        }
        let study = bytes(&path.join("afternoons.json")).ok();
        let study = study.and_then(|bytes| beside::replications(&bytes).ok());
        if summary.study.is_some() && study.is_none() {
            return None;
        }
        let label = path.file_name()?.to_string_lossy().into_owned();
        Some(Earlier::Same(Box::new(Given { label, summary, study })))
    });
    same.or(another)
}

/// Why a run of the same name is of another scenario: another shop, on other channels, with other
/// goods, on another day. What a merchant tries out (settings, stock held back, demand) leaves it
/// the same.
fn is_another(
    before: &Summary,
    now: &Summary,
    scenarios: Option<(String, &String)>,
) -> Option<String> {
    let names = |s: &Summary| s.channels.iter().map(|c| c.name.clone()).collect::<Vec<String>>();
    let (a, b) = (&before.campaign, &now.campaign);
    let why = match () {
        () if names(before) != names(now) => "other channels",
        () if a.currency != b.currency => "another currency",
        () if a.starts != b.starts => "another day",
        () if a.skus != b.skus => "other goods",
        () => {
            let (before, now) = scenarios?;
            let found = changes::changes(&before, now).ok()?;
            let is_goods = |path: &str| {
                path.starts_with("catalog.file") || path.starts_with("traffic.replay.file")
            };
            return found
                .iter()
                .any(|change| is_goods(&change.path))
                .then(|| "other goods".to_owned());
        }
    };
    Some(why.to_owned())
}

/// The scenario as it was resolved, if it is there.
fn scenario_of(folder: &Path) -> Option<String> {
    String::from_utf8(bytes(&folder.join("scenario.yaml")).ok()?).ok()
}

/// When a run was played: its history is written once, its summary again with every report.
fn played_at(folder: &Path) -> Option<SystemTime> {
    let history = folder.join(HISTORY).metadata();
    history.and_then(|file: Metadata| file.modified()).ok()
}

fn read(folder: &Path) -> Option<Summary> {
    compare::read::summary(&bytes(&folder.join("summary.json")).ok()?).ok()
}

/// The bytes of a file in a run folder, within reason; a link is not followed, a pipe not waited
/// for.
pub(super) fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    if !path.symlink_metadata()?.is_file() {
        return Err(std::io::Error::other("it is no file, or a link"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(SUMMARY_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}
