//! Owns whether a history that was written is the file that stands in its place.
//! Must not know what is in it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Where a history was put, and as which file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: PathBuf,
    /// Device and number of the file, where the system has them.
    file: Option<(u64, u64)>,
}

impl Place {
    /// The place of a file that was made there.
    pub(super) fn of(path: &Path, file: &File) -> io::Result<Place> {
        Ok(Place { path: path.to_path_buf(), file: number(&file.metadata()?) })
    }

    pub(super) fn path(&self) -> String {
        self.path.display().to_string()
    }

    /// What befell a file of which so many bytes were written; none where it stands whole.
    pub(super) fn wrong(&self, bytes: u64) -> Option<String> {
        let Ok(there) = self.path.symlink_metadata() else {
            return Some("it was removed, or its folder was moved".to_owned());
        };
        if !there.is_file() || number(&there) != self.file {
            return Some("another file stands in its place".to_owned());
        }
        let short = there.len() < bytes;
        short.then(|| format!("{bytes} bytes were written, and it has {}", there.len()))
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there is none")]
fn number(file: &std::fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> Option<(u64, u64)> {
    None
}
