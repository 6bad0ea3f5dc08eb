//! Owns reading a run's history for a command: how far it is, and what is said of a torn one.
//! Must not know what the facts are read for.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::step::Step;
use crate::history::reader::{Ended, Reader, ReaderError};
use crate::history::{Charter, Fact};

/// How many facts are read between two looks at how far it is.
const FACTS_A_LOOK: u32 = 16_384;

/// A history being read.
pub(super) struct Reading {
    facts: Reader<Counted>,
    bytes_read: Arc<AtomicU64>,
    bytes: u64,
    unlooked: u32,
    step: Step,
}

/// A file that says how much of it was read.
struct Counted {
    file: File,
    bytes_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.bytes_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Reading {
    /// Opens a history and reads its charter.
    pub(super) fn open(path: &Path) -> Result<Reading, ReaderError> {
        let unopened = |source| ReaderError::Open { path: path.display().to_string(), source };
        let file = crate::file::open(path).map_err(unopened)?;
        let bytes = file.metadata().map_err(unopened)?.len();
        let bytes_read = Arc::new(AtomicU64::new(0));
        let facts = Reader::over(Counted { file, bytes_read: Arc::clone(&bytes_read) })?;
        let step = Step::begin("reading the history");
        Ok(Reading { facts, bytes_read, bytes, unlooked: 0, step })
    }

    /// The terms of the run.
    pub(super) fn charter(&self) -> &Charter {
        self.facts.charter()
    }

    /// All is read, or as much as can be believed. Says of a torn history where it is torn, and
    /// that only what stands before that was `done`: judged, exported.
    pub(super) fn finish(self, done: &str) -> Option<String> {
        self.step.done();
        let Some(Ended::Torn { reason }) = self.facts.ended() else { return None };
        sayln!("note: the history is torn: {reason}; {done} is what was kept before that");
        Some(reason.to_string())
    }
}

impl Iterator for Reading {
    type Item = Fact;

    fn next(&mut self) -> Option<Fact> {
        self.unlooked += 1;
        if self.unlooked == FACTS_A_LOOK {
            self.unlooked = 0;
            self.step.at(self.bytes_read.load(Ordering::Relaxed), self.bytes);
        }
        self.facts.next()
    }
}
