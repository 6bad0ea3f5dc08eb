//! Owns what a test in another crate needs: a scenario read, played in virtual time, judged;
//! a history judged. Must not know sockets, pages or commands.

use std::path::Path;

use crate::history::reader::{Reader, ReaderError};
use crate::judge::{Fold, Judgement, NotAHistory};
use crate::language::Problems;
use crate::scenario::{self, Overrides, Plan};
use crate::study::ways;

/// A scenario that is known to be valid, with what its file names.
#[derive(Clone, Debug)]
pub struct Scenario {
    plan: Plan,
}

impl Scenario {
    /// Reads a file; what is said in `overrides` counts before what stands there.
    ///
    /// # Errors
    /// With everything that is wrong in the file, each with its place and what to write instead.
    pub fn read(file: impl AsRef<Path>, overrides: &Overrides) -> Result<Scenario, Problems> {
        scenario::read(file.as_ref(), overrides).map(Scenario::from)
    }

    /// Reads a text; files that it names are looked for in `folder`.
    ///
    /// # Errors
    /// As [`Scenario::read`].
    pub fn of_text(
        yaml: &str,
        folder: impl AsRef<Path>,
        overrides: &Overrides,
    ) -> Result<Scenario, Problems> {
        scenario::read_str(yaml, folder.as_ref(), overrides).map(Scenario::from)
    }
}

impl From<Plan> for Scenario {
    fn from(plan: Plan) -> Scenario {
        Scenario { plan }
    }
}

/// Plays one afternoon of a scenario in virtual time and judges it; nothing is written. The same
/// seed gives the same judgement. What a scenario leaves open of a bought connector is played every
/// way, and the worst counts.
#[must_use]
pub fn simulate(scenario: &Scenario) -> Judgement {
    let played = ways::play_worst(&scenario.plan, || true);
    played.expect("nobody stops it").judgement
}

/// Why a file cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum Unjudgeable {
    /// It cannot be read as a history.
    #[error(transparent)]
    Unread(#[from] ReaderError),
    /// Its facts cannot have been recorded of one run.
    #[error(transparent)]
    NotAHistory(#[from] NotAHistory),
}

/// Judges the history of a run; one that was cut off by what was kept of it, and never GO.
///
/// # Errors
/// When it is no history that this version reads.
pub fn judge_file(history: impl AsRef<Path>) -> Result<Judgement, Unjudgeable> {
    let mut fold = Fold::new();
    for fact in Reader::open(history.as_ref())? {
        fold.eat(&fact)?;
    }
    Ok(fold.judge().expect("a reader opens with a charter"))
}
