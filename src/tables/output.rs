//! Owns where a table goes: a file that is whole or not there, or standard output.
//! Must not know what is in a table.

use std::io::{self, BufWriter, ErrorKind, Stdout, Write};
use std::path::{Path, PathBuf};

use crate::report::publish::Partial;

/// Where tables go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file each in this folder.
    Folder(PathBuf),
    /// Standard output.
    Stdout,
}

/// A table could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {cause}{}", place_name(path.as_deref()), remedy(cause.kind()))]
pub struct WriteError {
    /// The file; none is standard output.
    path: Option<PathBuf>,
    /// What the system said.
    #[source]
    cause: io::Error,
}

impl WriteError {
    pub(super) fn new(path: Option<&Path>, cause: io::Error) -> WriteError {
        WriteError { path: path.map(Path::to_path_buf), cause }
    }

    /// Whoever read standard output has gone: `… | head`.
    pub fn is_gone(&self) -> bool {
        self.path.is_none() && self.cause.kind() == ErrorKind::BrokenPipe
    }
}

fn place_name(path: Option<&Path>) -> String {
    path.map_or_else(|| "to standard output".to_owned(), |path| path.display().to_string())
}

fn remedy(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            ". Free some space, or choose another place with --out, and export again"
        }
        ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::NotADirectory
        | ErrorKind::AlreadyExists
        | ErrorKind::NotFound => ". --out chooses another place",
        _ => "",
    }
}

impl Place {
    pub(super) fn open(&self, name: &str, ending: &str) -> Result<Output, WriteError> {
        match self {
            Place::Stdout => Ok(Output::Stdout(BufWriter::new(io::stdout()))),
            Place::Folder(folder) => {
                let path = folder.join(format!("{name}.{ending}"));
                match Partial::create(&path) {
                    Ok(file) => Ok(Output::File { file, path }),
                    Err(cause) => Err(WriteError::new(Some(&path), cause)),
                }
            }
        }
    }
}

/// An open place.
#[derive(Debug)]
pub(super) enum Output {
    File { file: Partial, path: PathBuf },
    Stdout(BufWriter<Stdout>),
}

impl Output {
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Output::File { path, .. } => Some(path),
            Output::Stdout(_) => None,
        }
    }

    /// All is written.
    pub(super) fn commit(&mut self) -> io::Result<()> {
        match self {
            Output::File { file, .. } => file.commit(),
            Output::Stdout(out) => out.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::File { file, .. } => file.write(bytes),
            Output::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::File { file, .. } => file.flush(),
            Output::Stdout(out) => out.flush(),
        }
    }
}
