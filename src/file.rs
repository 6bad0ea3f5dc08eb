//! Owns opening a file that somebody named, and why it cannot be read.
//! Must not know what stands in it.

use std::fs::{File, metadata};
use std::io;
use std::path::Path;

/// Opens a file. What is none is refused before it is opened: a pipe that nobody writes to would be
/// waited for.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let kind = metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::other("this is not a file"));
    }
    File::open(path)
}

/// Why a file cannot be read, without the system's numbers.
pub(crate) fn why_not(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "the right to read it is missing".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder, not a file".to_owned(),
        // The system's own errors are never of this kind.
        io::ErrorKind::Other => error.to_string(),
        _ => format!("it cannot be read: {error}"),
    }
}
