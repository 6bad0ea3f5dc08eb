//! Owns putting a file where others read it: whole or not at all, with errors that say what to do.
//! Must not know what is in the file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file could not be written.
    #[error("cannot write {}: {cause}. {remedy}", path.display())]
    Write {
        /// The file that was asked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// A chart could not be drawn.
    #[error(
        "cannot draw the chart `{chart}`: {cause}. This is a defect of doorbuster: report it \
             with the run's summary.json, which is whole"
    )]
    Draw {
        /// Which.
        chart: String,
        /// What the drawing library said.
        cause: String,
    },
    /// The page could not be filled in.
    #[error(
        "cannot fill in report.html: {0}. This is a defect of doorbuster: report it with the \
             run's summary.json, which is whole"
    )]
    Page(#[from] askama::Error),
}

/// Writes `folder/name` through a neighbour and a rename: a reader sees the old file or the new
/// one, never half of it, also when the machine dies in between.
pub(super) fn file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
    let path = folder.join(name);
    let partial = neighbour(&path);
    let written = write_and_rename(&path, &partial, bytes);
    written.map_err(|cause| {
        // A leftover would be taken for a result by nobody, but it would hold the disk full.
        let _ = fs::remove_file(&partial);
        ReportError::Write { path, remedy: remedy(cause.kind()), cause }
    })
}

fn neighbour(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.partial"))
}

fn write_and_rename(path: &Path, partial: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(partial)?;
    file.write_all(bytes)?;
    // A full disk may be noticed only here; unsynced, the rename could outlive the bytes.
    file.sync_all()?;
    drop(file);
    fs::rename(partial, path)
}

fn remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Free some space and run `doorbuster report` on the run folder: the history is there"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Make the folder writable, or choose another, and run `doorbuster report` on it"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "A file stands where a folder is needed: move it away or choose another folder"
        }
        io::ErrorKind::IsADirectory => "A folder of that name is in the way: move it away",
        _ => "When that is mended, run `doorbuster report` on the run folder: the history is there",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_no_neighbour() {
        let folder = tempfile::tempdir().unwrap();
        file(folder.path(), "charts/a.svg", b"old").unwrap();
        file(folder.path(), "charts/a.svg", b"new").unwrap();
        assert_eq!(fs::read(folder.path().join("charts/a.svg")).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path().join("charts")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_in_the_way_is_named_with_its_cause_and_remedy() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("charts"), b"in the way").unwrap();
        let said = file(folder.path(), "charts/a.svg", b"new").unwrap_err().to_string();
        assert!(said.contains("charts/a.svg"), "{said}");
        assert!(said.contains("A file stands where a folder is needed"), "{said}");
    }

    #[test]
    fn a_folder_in_the_way_keeps_what_was_there_and_leaves_no_neighbour() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("report.html/full")).unwrap();
        let said = file(folder.path(), "report.html", b"new").unwrap_err().to_string();
        assert!(said.contains("report.html"), "{said}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn every_error_of_a_disk_has_a_remedy() {
        for kind in [
            io::ErrorKind::StorageFull,
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem,
            io::ErrorKind::Other,
        ] {
            assert!(remedy(kind).contains("doorbuster report"), "{kind:?}");
        }
    }
}
