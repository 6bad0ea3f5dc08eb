//! Owns what a test in another crate needs: a scenario read, played in virtual time, judged;
//! a history judged. Must not know sockets, pages or commands.

use std::path::Path;

use crate::history::reader::{Ended, Reader, ReaderError};
use crate::judge::{Fold, Judgement, NotAHistory};
use crate::language::Problems;
use crate::scenario::{self, Overrides, Plan};
use crate::study::{replication, ways};

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

/// Plays one replication of a scenario in virtual time and judges it; nothing is written. The same
/// seed gives the same judgement. What a scenario leaves open of a bought connector is played every
/// way, and the worst counts.
#[must_use]
pub fn simulate(scenario: &Scenario) -> Judgement {
    let plan = &scenario.plan;
    let played = if plan.unknowns.is_empty() {
        replication::play_beside(plan, || true)
    } else {
        ways::play_worst(plan, || true)
    };
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
    let mut reader = Reader::open(history.as_ref())?;
    for fact in reader.by_ref() {
        fold.eat(&fact)?;
    }
    if matches!(reader.ended(), Some(Ended::Torn { .. })) {
        fold.torn();
    }
    Ok(fold.judge().expect("a reader opens with a charter"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::judgement::Verdict;

    fn museum(run: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/museum/v1").join(run)
    }

    #[test]
    fn histories_are_judged_whole_or_torn_and_other_files_are_refused() {
        let verdict =
            |run: &str| judge_file(museum(run).join("history.jsonl.zst")).unwrap().verdict;
        assert_eq!(verdict("go"), Verdict::GoWithConditions);
        assert_eq!(verdict("no-go"), Verdict::NoGo);
        let torn = tempfile::NamedTempFile::new().unwrap();
        let whole = std::fs::read(museum("go").join("history.jsonl.zst")).unwrap();
        std::fs::write(torn.path(), &whole[..whole.len() * 3 / 4]).unwrap();
        assert_eq!(judge_file(torn.path()).unwrap().verdict, Verdict::Inconclusive);
        for other in [museum("go").join("summary.json"), museum("nowhere")] {
            assert!(matches!(judge_file(other), Err(Unjudgeable::Unread(_))));
        }
    }
}
