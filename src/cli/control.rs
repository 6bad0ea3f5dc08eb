//! Owns where others find a run that goes on: `operate.json` in its folder, with the address of its
//! console and the token that commands must show. Must not know what is commanded.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use super::Misused;

/// Its name in a run folder.
const NAME: &str = "operate.json";
/// The largest that is read.
const BYTES_MAX: u64 = 4_096;

/// The file of a run that goes on; gone with this.
pub(super) struct Control {
    path: PathBuf,
}

impl Control {
    /// That of the run in a folder.
    pub(super) fn beside(folder: &Path) -> Control {
        Control { path: folder.join(NAME) }
    }

    /// Writes it: readable by its owner alone, since who has the token commands the run.
    pub(super) fn write(&self, url: &str, token: &str) -> anyhow::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let text = format!("{:#}\n", json!({ "url": url, "token": token }));
        let written = options.open(&self.path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Where a run is commanded.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) folder: PathBuf,
    pub(super) url: String,
    pub(super) token: String,
}

/// The run in a folder; none: none goes on there.
pub(super) fn found(folder: &Path) -> anyhow::Result<Option<Found>> {
    let path = folder.join(NAME);
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
        Ok(file) if !file.is_file() || file.len() > BYTES_MAX => return Err(no_such(&path).into()),
        Ok(_) => {}
    }
    let text = std::fs::read_to_string(&path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    let said: serde_json::Value = serde_json::from_str(&text).map_err(|_| no_such(&path))?;
    let field = |name: &str| said[name].as_str().map(str::to_owned);
    match (field("url"), field("token")) {
        (Some(url), Some(token)) => Ok(Some(Found { folder: folder.to_owned(), url, token })),
        _ => Err(no_such(&path).into()),
    }
}

fn no_such(path: &Path) -> Misused {
    Misused(format!(
        "{} is not what a run writes there\n  expected: the folder of a run that goes on",
        path.display()
    ))
}

/// The runs below a folder of runs that have such a file, whether or not they still go on.
pub(super) fn below(reports: &Path) -> Vec<Found> {
    let Ok(folders) = std::fs::read_dir(reports) else { return vec![] };
    let mut folders: Vec<PathBuf> = folders.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders.iter().filter_map(|folder| found(folder).ok().flatten()).collect()
}
