//! Owns keeping facts while a run is under way: one journal for all machines, one thread that
//! puts it on disk. Must not know what facts mean.
//!
//! Machines push into a buffer under one short lock, in which the sequence number is drawn, so
//! that the buffer's order is the order of the run. The writer's thread takes the buffer every
//! [`TAKE_EVERY`], feeds the observer, and ends a frame every [`LOOKS_A_FRAME`] times: what is
//! older than a quarter of a second is on disk, and a killed run can be judged up to there.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::fact::{Fact, What};
use super::frames::{FrameError, FrameWriter};
use super::place::Place;
use super::stamp::{Record, Stamp};
use crate::units::At;

/// How long a fact waits before the writer looks at it. Often, so that the writer works in short
/// strokes: where it shares a core with the load, one stroke every 100 ms was 2 ms long and made
/// one send in fifty that late.
pub const TAKE_EVERY: Duration = Duration::from_millis(5);

/// So many looks end the frame: after 200 ms and the time that writing takes, which keeps the
/// promise of 250 ms.
pub const LOOKS_A_FRAME: u32 = 40;

/// The most facts that wait for the writer; beyond it [`Journal::note`] blocks. About 100 bytes
/// each: 13 MB. It is a fifth of a second of the fastest run measured.
pub const WAITING_FACTS_MAX: usize = 1 << 17;

/// The writer is woken early at this many, so that a steady flood never meets the limit above.
const WAKE_AT_FACTS: usize = WAITING_FACTS_MAX / 4;

/// Sees every fact in order, on the writer's thread: the running judgement, live progress.
pub type Observer = Box<dyn FnMut(&Fact) + Send>;

/// Why a history could not be kept. Whatever it says, the run has no evidence from there on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriterError {
    /// The file could not be made.
    #[error("cannot create the history {path}: {source}; choose a folder that can be written")]
    Create {
        /// The file.
        path: String,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// The thread could not be started.
    #[error("cannot start the history's writer: {0}")]
    Thread(Arc<io::Error>),
    /// The file refused bytes.
    #[error("cannot write the history after {facts} facts: {source}; is the disk full?")]
    Write {
        /// Facts that the writer had taken.
        facts: u64,
        /// What the system says.
        source: Arc<FrameError>,
    },
    /// The file that was written is not the one in its place, or not all of it is there.
    #[error(
        "the history of this run is not whole in {path}: {what} meanwhile. Nothing can be \
         shown of the run; play it again, and leave its folder alone until it ends"
    )]
    Lost {
        /// Its place.
        path: String,
        /// What befell it.
        what: String,
    },
    /// A fact came after [`Journal::close`].
    #[error("{0} facts came after the history was closed: a machine was still running")]
    Late(u64),
    /// The observer panicked, and the writer with it.
    #[error("the history's observer failed after {0} facts; the history ends there")]
    Observer(u64),
}

/// What was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalClosed {
    /// Facts written.
    pub facts: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// How often a machine had to wait for the writer.
    pub waits: u64,
}

/// The record of a live run. Cheap to clone; every machine has one and they share the sequence.
#[derive(Clone)]
pub struct Journal {
    scribe: Arc<Scribe>,
}

/// Held by the journals: when the last of them goes, the writer finishes and is waited for.
struct Scribe {
    desk: Arc<Desk>,
    thread: Mutex<Option<JoinHandle<Result<JournalClosed, WriterError>>>>,
    /// Where the file stands; none of a sink without a name.
    place: Option<Place>,
}

/// What machines and writer share.
#[derive(Default)]
struct Desk {
    tray: Mutex<Tray>,
    /// There is something to write, or nothing more will come.
    work: Condvar,
    /// There is room in the tray again.
    room: Condvar,
}

#[derive(Default)]
struct Tray {
    stamp: Stamp,
    waiting: Vec<Fact>,
    waits: u64,
    closed: bool,
    late: u64,
    failed: Option<WriterError>,
}

impl Journal {
    /// A journal on a new file. A history is evidence: one that is there is not overwritten.
    pub fn create(path: &Path, observer: Option<Observer>) -> Result<Journal, WriterError> {
        // What is written goes to the end: of a file that is cut meanwhile the length tells.
        let opened = OpenOptions::new().append(true).create_new(true).open(path);
        let placed = opened.and_then(|file| Ok((Place::of(path, &file)?, file)));
        let (place, file) = placed.map_err(|e| WriterError::Create {
            path: path.display().to_string(),
            source: Arc::new(e),
        })?;
        Journal::started(file, observer, Some(place))
    }

    /// A journal on any sink; [`io::sink`] where only the observer matters.
    pub fn over(
        sink: impl Write + Send + 'static,
        observer: Option<Observer>,
    ) -> Result<Journal, WriterError> {
        Journal::started(sink, observer, None)
    }

    fn started(
        sink: impl Write + Send + 'static,
        observer: Option<Observer>,
        place: Option<Place>,
    ) -> Result<Journal, WriterError> {
        let frames =
            FrameWriter::new(sink).map_err(|source| WriterError::Thread(Arc::new(source)))?;
        let desk = Arc::new(Desk::default());
        let writer = Writer { desk: Arc::clone(&desk), frames, observer };
        let thread = std::thread::Builder::new()
            .name("history".to_owned())
            .spawn(move || writer.run())
            .map_err(|source| WriterError::Thread(Arc::new(source)))?;
        let thread = Mutex::new(Some(thread));
        Ok(Journal { scribe: Arc::new(Scribe { desk, thread, place }) })
    }

    /// Makes facts of everything in `said`, in its order, and leaves it empty. Blocks while
    /// [`WAITING_FACTS_MAX`] facts wait for the writer. After a failure facts are dropped: the
    /// driver asks [`Journal::failed`] and ends the run.
    pub fn note(&self, at: At, wall: u64, said: &mut Vec<What>) {
        if said.is_empty() {
            return;
        }
        let desk = &self.scribe.desk;
        let mut tray = desk.tray.lock();
        if tray.waiting.len() >= WAITING_FACTS_MAX && tray.failed.is_none() {
            tray.waits += 1;
            desk.work.notify_one();
            desk.room.wait_while(&mut tray, |tray| {
                tray.waiting.len() >= WAITING_FACTS_MAX && tray.failed.is_none()
            });
        }
        if tray.closed {
            tray.late += said.len() as u64;
            said.clear();
        } else if tray.failed.is_some() {
            said.clear();
        } else {
            let Tray { stamp, waiting, .. } = &mut *tray;
            let before = waiting.len();
            waiting.extend(said.drain(..).map(|what| stamp.fact(at, wall, what)));
            let wake = before < WAKE_AT_FACTS && waiting.len() >= WAKE_AT_FACTS;
            drop(tray);
            if wake {
                desk.work.notify_one();
            }
        }
    }

    /// How many facts have been noted so far, whether or not the writer has taken them.
    pub fn noted(&self) -> u64 {
        self.scribe.desk.tray.lock().stamp.given()
    }

    /// The failure that ended the record, if one did. Drivers ask it now and then.
    pub fn failed(&self) -> Option<WriterError> {
        let tray = self.scribe.desk.tray.lock();
        match tray.late {
            0 => tray.failed.clone(),
            late => Some(WriterError::Late(late)),
        }
    }

    /// Writes what is left, ends the file and says what was kept, or why not; also where the file
    /// is not whole in its place any more.
    ///
    /// # Panics
    /// When the same journal is closed twice.
    pub fn close(self) -> Result<JournalClosed, WriterError> {
        let thread = self.scribe.thread.lock().take().expect("a journal is closed once");
        self.scribe.desk.close();
        let closed = join(thread, &self.scribe.desk)?;
        match self.scribe.place.as_ref().and_then(|at| Some((at.path(), at.wrong(closed.bytes)?))) {
            Some((path, what)) => Err(WriterError::Lost { path, what }),
            None => Ok(closed),
        }
    }
}

impl Record for Journal {
    fn note(&mut self, at: At, wall: u64, said: &mut Vec<What>) {
        Journal::note(self, at, wall, said);
    }
}

impl Drop for Scribe {
    fn drop(&mut self) {
        self.desk.close();
        if let Some(thread) = self.thread.get_mut().take() {
            // Nobody is left to be told; what could be written was.
            let _ = join(thread, &self.desk);
        }
    }
}

fn join(
    thread: JoinHandle<Result<JournalClosed, WriterError>>,
    desk: &Desk,
) -> Result<JournalClosed, WriterError> {
    thread.join().unwrap_or_else(|_panic| {
        let failed = desk.tray.lock().failed.clone();
        Err(failed.unwrap_or(WriterError::Observer(0)))
    })
}

impl Desk {
    fn close(&self) {
        self.tray.lock().closed = true;
        self.work.notify_one();
    }

    fn fail(&self, why: WriterError) {
        let mut tray = self.tray.lock();
        tray.failed.get_or_insert(why);
        tray.waiting = Vec::new();
        drop(tray);
        self.room.notify_all();
    }
}

/// The writer's thread.
struct Writer<W> {
    desk: Arc<Desk>,
    frames: FrameWriter<W>,
    observer: Option<Observer>,
}

/// How a look at the tray ended.
enum Look {
    /// The time was up.
    Due,
    /// There was too much to wait.
    Early,
    /// Nothing more will come.
    Last,
}

impl<W: Write> Writer<W> {
    fn run(mut self) -> Result<JournalClosed, WriterError> {
        let mut taken = Vec::new();
        let mut looks = 0;
        loop {
            let look = self.take(&mut taken);
            let kept = self.keep(&mut taken).and_then(|()| match look {
                Look::Early => Ok(()),
                Look::Last => self.frames.end_frame(),
                Look::Due => {
                    looks = (looks + 1) % LOOKS_A_FRAME;
                    if looks == 0 { self.frames.end_frame() } else { Ok(()) }
                }
            });
            if let Err(source) = kept {
                let why = WriterError::Write { facts: self.frames.facts(), source: source.into() };
                self.desk.fail(why.clone());
                return Err(why);
            }
            if let Look::Last = look {
                return Ok(self.closed());
            }
        }
    }

    /// Waits until a look is due and swaps the tray's facts for the empty `taken`, so that two
    /// buffers serve the whole run.
    fn take(&mut self, taken: &mut Vec<Fact>) -> Look {
        let mut tray = self.desk.tray.lock();
        let waited = self.desk.work.wait_while_for(
            &mut tray,
            |tray| !tray.closed && tray.waiting.len() < WAKE_AT_FACTS,
            TAKE_EVERY,
        );
        std::mem::swap(&mut tray.waiting, taken);
        let look = match (tray.closed, waited.timed_out()) {
            (true, _) => Look::Last,
            (false, true) => Look::Due,
            (false, false) => Look::Early,
        };
        drop(tray);
        self.desk.room.notify_all();
        look
    }

    fn keep(&mut self, taken: &mut Vec<Fact>) -> Result<(), FrameError> {
        let _alarm = Alarm { desk: &self.desk, facts: self.frames.facts() };
        for fact in taken.drain(..) {
            self.frames.push(&fact)?;
            if let Some(observer) = &mut self.observer {
                observer(&fact);
            }
        }
        Ok(())
    }

    fn closed(&self) -> JournalClosed {
        let waits = self.desk.tray.lock().waits;
        JournalClosed { facts: self.frames.facts(), bytes: self.frames.bytes(), waits }
    }
}

/// Tells the desk when an observer unwinds: machines that wait for room must not wait for ever.
struct Alarm<'a> {
    desk: &'a Desk,
    facts: u64,
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.desk.fail(WriterError::Observer(self.facts));
        }
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
