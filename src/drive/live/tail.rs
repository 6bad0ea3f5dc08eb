//! Owns the facts of mocks as they come, for whoever reads along: the last of them, in their order,
//! as JSON lines. Must not know who reads, nor what facts mean.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::history::Fact;
use crate::history::writer::{Journal, Observer};

/// The most facts that are kept: what a hundred thousand SKUs open with on six channels, and what
/// comes of it.
const KEPT_FACTS_MAX: usize = 2_000_000;
/// So many facts are looked at between two pauses.
const LOOKED_AT: usize = 1_000;
/// Longest wait for what has been noted to arrive: a writer that takes longer has failed.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);

/// What a journal has taken down.
#[derive(Debug, Default)]
pub(super) struct Tail {
    kept: Mutex<Kept>,
    seen: watch::Sender<Seen>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The number of the first that is kept.
    first: u64,
    facts: VecDeque<Fact>,
}

/// How far the journal has come.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    facts: u64,
    /// No more will come.
    is_all: bool,
}

/// Which facts are read.
pub type Picks = Box<dyn Fn(&Fact) -> bool + Send + Sync>;

/// What is to be read of a journal.
pub struct JournalWish {
    /// The number of the first fact.
    pub from: u64,
    /// Which ones.
    pub picks: Picks,
    /// At most so many.
    pub limit: u64,
    /// For so long it is waited for more, in wall time.
    pub follow: Duration,
}

/// Why a journal cannot be read from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotThere {
    /// They were let go.
    #[error("facts before number {0} are kept no more")]
    Gone(u64),
    /// There are none yet: a reader of an earlier beginning.
    #[error("the journal has {0} facts so far: has it begun anew?")]
    Ahead(u64),
}

/// A reader of a journal.
pub struct JournalReader {
    tail: Arc<Tail>,
    seen: watch::Receiver<Seen>,
    wish: JournalWish,
    /// So many are there to be read in any case.
    noted: u64,
    until: Instant,
}

impl Tail {
    /// Takes facts down.
    pub(super) fn observer(self: &Arc<Self>) -> Observer {
        let tail = Arc::clone(self);
        Box::new(move |fact| tail.take(fact.clone(), KEPT_FACTS_MAX))
    }

    fn take(&self, fact: Fact, most: usize) {
        let seen = fact.seq + 1;
        let mut kept = self.kept.lock();
        if kept.facts.len() >= most {
            kept.facts.pop_front();
            kept.first += 1;
        }
        kept.facts.push_back(fact);
        drop(kept);
        self.seen.send_modify(|before| before.facts = seen);
    }

    /// No more will come.
    pub(super) fn end(&self) {
        self.seen.send_modify(|seen| seen.is_all = true);
    }

    /// A reader of all that was noted so far, and of what comes after.
    pub(super) fn reader(
        self: &Arc<Self>,
        journal: &Journal,
        wish: JournalWish,
    ) -> Result<JournalReader, NotThere> {
        let (first, noted) = (self.kept.lock().first, journal.noted());
        if wish.from < first {
            return Err(NotThere::Gone(first));
        }
        if wish.from > noted {
            return Err(NotThere::Ahead(noted));
        }
        let until = Instant::now() + wish.follow;
        Ok(JournalReader {
            seen: self.seen.subscribe(),
            tail: Arc::clone(self),
            wish,
            noted,
            until,
        })
    }
}

impl JournalReader {
    /// The next lines; none: those were all.
    ///
    /// # Errors
    /// When facts were let go before they were read.
    pub async fn lines(&mut self) -> Result<Option<Bytes>, NotThere> {
        while self.wish.limit > 0 {
            let seen = *self.seen.borrow_and_update();
            let looked = self.look()?;
            if !looked.is_empty() {
                return Ok(Some(looked.into()));
            }
            if self.wish.from < seen.facts {
                // A long stretch without anything that is asked for.
                tokio::task::yield_now().await;
                continue;
            }
            if seen.is_all || !self.waits().await {
                break;
            }
        }
        Ok(None)
    }

    /// Waits for more; whether more may be there.
    async fn waits(&mut self) -> bool {
        let arrives = Instant::now() + ARRIVES_WITHIN;
        let until = if self.wish.from < self.noted { self.until.max(arrives) } else { self.until };
        matches!(timeout_at(until, self.seen.changed()).await, Ok(Ok(())))
    }

    /// Looks at the next facts, and leaves the lines of those that are asked for.
    fn look(&mut self) -> Result<Vec<u8>, NotThere> {
        let kept = self.tail.kept.lock();
        let Some(skip) = self.wish.from.checked_sub(kept.first) else {
            return Err(NotThere::Gone(kept.first));
        };
        let next: Vec<Fact> =
            kept.facts.iter().skip(skip as usize).take(LOOKED_AT).cloned().collect();
        drop(kept);
        let mut lines = Vec::new();
        for fact in next {
            if self.wish.limit == 0 {
                break;
            }
            self.wish.from = fact.seq + 1;
            if (self.wish.picks)(&fact) {
                self.wish.limit -= 1;
                let written = serde_json::to_writer(&mut lines, &fact);
                written.expect("a fact is JSON, and a Vec never fails");
                lines.push(b'\n');
            }
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::What;
    use crate::units::At;

    fn noted(tail: &Arc<Tail>, facts: u64) -> Journal {
        let journal = Journal::over(std::io::sink(), Some(tail.observer())).unwrap();
        let mut said = (0..facts).map(|wall_us| What::Stalled { wall_us }).collect();
        journal.note(At::START, 0, &mut said);
        journal
    }

    fn wish(from: u64, limit: u64, follow: Duration) -> JournalWish {
        JournalWish { from, picks: Box::new(|fact| fact.seq % 2 == 0), limit, follow }
    }

    async fn read(mut reader: JournalReader) -> String {
        let mut read = Vec::new();
        while let Some(lines) = reader.lines().await.unwrap() {
            read.extend(lines);
        }
        String::from_utf8(read).unwrap()
    }

    #[tokio::test]
    async fn what_was_noted_is_read_whole_however_slow_the_writer() {
        let tail = Arc::default();
        let journal = noted(&tail, 5_000);
        let reader = tail.reader(&journal, wish(0, u64::MAX, Duration::ZERO)).unwrap();
        let lines = read(reader).await;
        assert_eq!(lines.lines().count(), 2_500);
        let last = r#"{"seq":4998,"at":0,"wall":0,"what":{"stalled":{"wall_us":4998}}}"#;
        assert_eq!(lines.lines().last(), Some(last));
        let few = tail.reader(&journal, wish(7, 2, Duration::ZERO)).unwrap();
        let few = read(few).await;
        assert!(few.starts_with("{\"seq\":8,") && few.lines().count() == 2, "{few}");
    }

    #[tokio::test]
    async fn a_reader_that_follows_hears_what_comes_and_ends_with_the_journal() {
        let tail: Arc<Tail> = Arc::default();
        let journal = noted(&tail, 1);
        let day = Duration::from_hours(24);
        let mut reader = tail.reader(&journal, wish(1, u64::MAX, day)).unwrap();
        let mut more = vec![What::Quiet {}, What::TrafficEnded {}];
        journal.note(At(9), 1, &mut more);
        let heard = reader.lines().await.unwrap().unwrap();
        assert_eq!(heard, "{\"seq\":2,\"at\":9,\"wall\":1,\"what\":{\"traffic_ended\":{}}}\n");
        journal.close().unwrap();
        tail.end();
        assert_eq!(reader.lines().await, Ok(None));
    }

    #[tokio::test]
    async fn what_was_let_go_and_what_is_not_there_is_said() {
        let tail: Arc<Tail> = Arc::default();
        let journal = noted(&tail, 3);
        let now = Duration::ZERO;
        assert_eq!(tail.reader(&journal, wish(4, 1, now)).err(), Some(NotThere::Ahead(3)));
        let mut slow = tail.reader(&journal, wish(0, 9, now)).unwrap();
        journal.close().unwrap();
        for seq in 3..6 {
            let what = What::Quiet {};
            tail.take(Fact { seq, at: At::START, wall: 0, what }, 2);
        }
        assert_eq!(slow.lines().await, Err(NotThere::Gone(3)));
    }
}
