//! Owns reading a history back, torn or whole. Must not know what facts mean.
//!
//! The reader hands out every fact that can be believed and then says how the file ends. It never
//! panics on bytes, whatever they are, and needs memory for one frame.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;

use super::charter::{Charter, HISTORY_MINOR, HISTORY_VERSION};
use super::fact::{Fact, What};
use super::frames::LINE_BYTES_MAX;
pub use super::unframe::Tear;
use super::unframe::{Found, Unframer};
use crate::units::At;

/// A kind of fact has no longer name.
const KIND_BYTES_MAX: usize = 64;

/// Why a file is not a history that can be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The system would not open it.
    #[error("cannot open the history {path}: {source}")]
    Open {
        /// The file.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// No bytes.
    #[error("the history is empty: the run was stopped before it wrote anything")]
    Empty,
    /// Not compressed by zstd.
    #[error("this is not a history: it does not begin with a zstd frame")]
    NotZstd,
    /// It ends or breaks before its charter, so that nothing can be judged by anything.
    #[error("the history breaks before its charter is complete: {0}")]
    NoCharter(Tear),
    /// Its first frame is none that a writer of histories makes.
    #[error("this is not a history as it was written: {0}")]
    Repacked(Tear),
    /// The first record is something else.
    #[error("the history does not begin with a charter: {0}")]
    NotACharter(String),
    /// Written by a later doorbuster.
    #[error(
        "the history has version {version}.{minor}, this doorbuster reads up to \
         {HISTORY_VERSION}.{HISTORY_MINOR}: use the doorbuster that wrote it, or a later one"
    )]
    Later {
        /// Its version.
        version: u32,
        /// Its minor version.
        minor: u32,
    },
    /// zstd could not be set up.
    #[error("cannot set up the decoder: {0}")]
    Decoder(io::Error),
}

/// How a history ends.
#[derive(Debug)]
pub enum Ended {
    /// Its last fact is [`What::Ended`]: the writer closed it.
    Closed,
    /// All frames are whole, but nothing says that the run ended: the writer was killed.
    Open,
    /// The rest cannot be believed.
    Torn {
        /// Why.
        reason: Tear,
    },
}

/// Streams the facts of a history, the charter's first.
pub struct Reader<R> {
    frames: Unframer<R>,
    found: Found,
    /// Where in the frame's lines the next one begins.
    next_line: usize,
    next_seq: u64,
    charter: Charter,
    /// The charter's own fact, until it is handed out.
    first: Option<Fact>,
    says_ended: bool,
    ended: Option<Ended>,
}

impl Reader<File> {
    /// Opens a history and reads its charter.
    pub fn open(path: &Path) -> Result<Reader<File>, ReaderError> {
        let file = crate::file::open(path)
            .map_err(|source| ReaderError::Open { path: path.display().to_string(), source })?;
        Reader::over(file)
    }
}

impl<R: Read> Reader<R> {
    /// Reads a history's charter from any source. No buffering is needed around it.
    pub fn over(source: R) -> Result<Reader<R>, ReaderError> {
        let mut frames = Unframer::new(source).map_err(ReaderError::Decoder)?;
        let found = match frames.next_frame() {
            Ok(Found::End) => return Err(ReaderError::Empty),
            Ok(found) => found,
            Err(Tear::NotAFrame(_)) => return Err(ReaderError::NotZstd),
            Err(tear @ (Tear::FrameTooLarge(_) | Tear::NoChecksum(_))) => {
                return Err(ReaderError::Repacked(tear));
            }
            Err(tear) => return Err(ReaderError::NoCharter(tear)),
        };
        let Some(line) = whole_line(frames.lines()) else {
            return Err(match found {
                Found::Cut => ReaderError::NoCharter(Tear::Cut(0)),
                _ => ReaderError::NotACharter("there is no whole line in its first frame".into()),
            });
        };
        let (fact, charter) = read_charter(line)?;
        Ok(Reader {
            next_line: line.len() + 1,
            frames,
            found,
            next_seq: 1,
            charter,
            first: Some(fact),
            says_ended: false,
            ended: None,
        })
    }

    /// The terms of the run.
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    /// How the history ends; none until the last fact has been handed out and asked beyond.
    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    /// The next fact, or how it ends.
    fn advance(&mut self) -> Result<Fact, Ended> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        loop {
            let rest = &self.frames.lines()[self.next_line..];
            if let Some(line) = whole_line(rest) {
                self.next_line += line.len() + 1;
                return self.read_fact(self.next_line - line.len() - 1);
            }
            if self.found == Found::Cut {
                return Err(torn(Tear::Cut(self.frames.frame_at())));
            }
            if !rest.is_empty() {
                let why = "its line has no end".to_owned();
                return Err(torn(Tear::NotAFact { seq: self.next_seq, why }));
            }
            self.next_line = 0;
            self.found = self.frames.next_frame().map_err(torn)?;
            if self.found == Found::End {
                return Err(if self.says_ended { Ended::Closed } else { Ended::Open });
            }
        }
    }

    fn read_fact(&mut self, from: usize) -> Result<Fact, Ended> {
        let expected = self.next_seq;
        let line = &self.frames.lines()[from..self.next_line - 1];
        let not_a_fact = |why| torn(Tear::NotAFact { seq: expected, why });
        if line.len() > LINE_BYTES_MAX {
            return Err(not_a_fact(format!("its line is over {LINE_BYTES_MAX} bytes")));
        }
        let fact: Fact = match serde_json::from_slice(line) {
            Ok(fact) => fact,
            Err(error) => {
                let unknown = unknown(line).filter(|_| is_later(&self.charter));
                unknown.ok_or_else(|| not_a_fact(error.to_string()))?
            }
        };
        if fact.seq != expected {
            return Err(torn(Tear::OutOfSequence { expected, found: fact.seq }));
        }
        if let What::Charter(_) = fact.what {
            return Err(torn(Tear::SecondCharter(expected)));
        }
        self.says_ended = matches!(fact.what, What::Ended { .. });
        self.next_seq += 1;
        Ok(fact)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Fact;

    fn next(&mut self) -> Option<Fact> {
        if self.ended.is_some() {
            return None;
        }
        match self.advance() {
            Ok(fact) => Some(fact),
            Err(ended) => {
                self.ended = Some(ended);
                None
            }
        }
    }
}

fn torn(reason: Tear) -> Ended {
    Ended::Torn { reason }
}

/// The first line without its end, if it has one.
fn whole_line(lines: &[u8]) -> Option<&[u8]> {
    lines.iter().position(|byte| *byte == b'\n').map(|end| &lines[..end])
}

/// Whether the writer knew kinds of facts that this reader does not.
fn is_later(charter: &Charter) -> bool {
    (charter.version, charter.minor) > (HISTORY_VERSION, HISTORY_MINOR)
}

/// A line that says what, when and in which order, of a kind that only its writer knows.
fn unknown(line: &[u8]) -> Option<Fact> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Bare {
        seq: u64,
        at: At,
        wall: u64,
        what: serde_json::Map<String, serde_json::Value>,
    }
    let Bare { seq, at, wall, what } = serde_json::from_slice(line).ok()?;
    let mut kinds = what.keys();
    let kind = kinds.next().filter(|kind| kind.len() <= KIND_BYTES_MAX)?;
    let what = What::Unknown(kind.as_str().into());
    kinds.next().is_none().then_some(Fact { seq, at, wall, what })
}

/// The charter's version is looked at before its fields: a later version may have other fields.
fn read_charter(line: &[u8]) -> Result<(Fact, Charter), ReaderError> {
    #[derive(Deserialize)]
    struct FirstFact {
        what: FirstWhat,
    }
    #[derive(Deserialize)]
    struct FirstWhat {
        charter: FirstCharter,
    }
    #[derive(Deserialize)]
    struct FirstCharter {
        version: u32,
        #[serde(default)]
        minor: u32,
    }
    if line.len() > LINE_BYTES_MAX {
        return Err(ReaderError::NotACharter(format!("its line is over {LINE_BYTES_MAX} bytes")));
    }
    let not_a_charter = |e: serde_json::Error| ReaderError::NotACharter(e.to_string());
    let first: FirstFact = serde_json::from_slice(line).map_err(not_a_charter)?;
    let FirstCharter { version, minor } = first.what.charter;
    let later = ReaderError::Later { version, minor };
    if version > HISTORY_VERSION {
        return Err(later);
    }
    let fact: Fact = match serde_json::from_slice(line) {
        // Terms that a later minor version added: nothing can be judged by a part of its terms.
        Err(_) if (version, minor) > (HISTORY_VERSION, HISTORY_MINOR) => return Err(later),
        read => read.map_err(not_a_charter)?,
    };
    if let What::Charter(charter) = &fact.what
        && fact.seq == 0
    {
        let charter = Charter::clone(charter);
        return Ok((fact, charter));
    }
    Err(ReaderError::NotACharter(format!("its first fact is number {}", fact.seq)))
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
