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
    /// The test report could not be put into XML.
    #[error(
        "cannot write junit.xml: {0}. This is a defect of doorbuster: report it with the run's \
             summary.json, which is whole"
    )]
    Tests(#[from] quick_junit::SerializeError),
}

/// The bytes of a contract: the same gives the same bytes.
///
/// # Panics
/// Never: contracts are strings and integers under string keys, and JSON takes those.
pub(super) fn json(contract: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(contract)
        .expect("a contract is strings and integers under string keys: JSON takes it");
    bytes.push(b'\n');
    bytes
}

/// Writes `folder/name` through a neighbour and a rename: a reader sees the old file or the new
/// one, never half of it, also when the machine dies in between.
pub(super) fn file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
    let path = folder.join(name);
    let written = no_link_below(folder, name).and_then(|()| {
        let mut partial = Partial::create(&path)?;
        partial.write_all(bytes)?;
        partial.commit()
    });
    written.map_err(|cause| ReportError::Write { path, remedy: remedy(cause.kind()), cause })
}

/// A folder within a run folder that is a link would have files written, or removed, elsewhere.
fn no_link_below(folder: &Path, name: &str) -> io::Result<()> {
    let inner = Path::new(name).ancestors().skip(1).filter(|inner| !inner.as_os_str().is_empty());
    for inner in inner.map(|inner| folder.join(inner)) {
        if inner.is_symlink() {
            let why = format!("{} is a link, and none is followed", inner.display());
            return Err(io::Error::new(io::ErrorKind::NotADirectory, why));
        }
    }
    Ok(())
}

/// Removes those files in `folder/name` that are left over from an earlier result.
pub(super) fn removed(
    folder: &Path,
    name: &str,
    left_over: impl Fn(&Path) -> bool,
) -> Result<(), ReportError> {
    let inner = folder.join(name);
    if inner.is_symlink() {
        return Ok(());
    }
    let Ok(files) = fs::read_dir(inner) else { return Ok(()) };
    for path in files.filter_map(|file| Some(file.ok()?.path())).filter(|path| left_over(path)) {
        fs::remove_file(&path).map_err(|cause| {
            let remedy = remedy(cause.kind());
            ReportError::Write { path, remedy, cause }
        })?;
    }
    Ok(())
}

/// A file under way, beside the place it is meant for; dropped before it is whole, it is gone.
#[derive(Debug)]
pub(crate) struct Partial {
    path: PathBuf,
    partial: PathBuf,
    file: File,
}

impl Partial {
    /// Begins a file that is to stand at `path`, and makes the folders above it.
    pub(crate) fn create(path: &Path) -> io::Result<Partial> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let partial = path.with_file_name(format!(".{name}.partial"));
        // What an earlier one left, or a link that somebody laid there, is not written through.
        if partial.symlink_metadata().is_ok() {
            fs::remove_file(&partial)?;
        }
        let file = File::options().write(true).create_new(true).open(&partial)?;
        Ok(Partial { path: path.to_owned(), partial, file })
    }

    /// It is whole: puts it in its place.
    pub(crate) fn commit(&mut self) -> io::Result<()> {
        // A full disk may be noticed only here; unsynced, the rename could outlive the bytes.
        self.file.sync_all()?;
        fs::rename(&self.partial, &self.path)
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // A leftover would be taken for a result by nobody, but it would hold the disk full. Once
        // committed there is none.
        let _ = fs::remove_file(&self.partial);
    }
}

fn remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Free some space and run `doorbuster report` on the run folder: the history is there"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Make the folder writable, or have `doorbuster report` write elsewhere with --out"
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

    #[cfg(unix)]
    #[test]
    fn no_link_within_a_folder_leads_a_file_elsewhere() {
        use std::os::unix::fs::symlink;
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let victim = elsewhere.path().join("a.svg");
        fs::write(&victim, b"mine").unwrap();
        for link in ["report.html", ".report.html.partial"] {
            symlink(&victim, folder.path().join(link)).unwrap();
        }
        file(folder.path(), "report.html", b"new").unwrap();
        assert_eq!(fs::read(folder.path().join("report.html")).unwrap(), b"new");
        symlink(elsewhere.path(), folder.path().join("charts")).unwrap();
        let said = file(folder.path(), "charts/a.svg", b"new").unwrap_err().to_string();
        assert!(said.contains("is a link"), "{said}");
        removed(folder.path(), "charts", |_| true).unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"mine");
    }

    #[test]
    fn a_file_in_the_way_is_named_with_its_cause_and_remedy() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("charts"), b"in the way").unwrap();
        removed(folder.path(), "charts", |_| true).unwrap();
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
