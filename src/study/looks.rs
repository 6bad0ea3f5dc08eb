//! Owns looking at growing numbers of replications until the verdict is settled, at doublings only,
//! with an error that stays honest. Must not know how a replication is played, nor any clock.
//!
//! Whoever looks often and stops when it suits them is wrong more often than 5 %. So the 5 % is
//! spent over the looks, half of what is left at each: 2.5 %, 1.25 %, … never more than 5 % in all,
//! however many looks there are (the union bound; Lan and `DeMets`, "Discrete sequential boundaries
//! for clinical trials", Biometrika 70 (1983), for spending by looks).
//!
//! Before them stands a first look that can only end in NO-GO, at a twentieth of a percent: who
//! finds none of ten replications in band need not play twenty more.

use super::bench::{Bench, Variant};
use super::chance::{CONFIDENCE, RUNS_MIN};
use super::outcome::StudyOutcome;
use super::replication::Replication;
use crate::judge::judgement::Verdict;
use crate::language::Problems;
use crate::units::Ppm;

/// Looks at most: at 30, 60, 120, 240, 480 and 960 replications.
const LOOKS: u32 = 6;
/// Replications of the first look, which can only end in NO-GO.
const FIRST: usize = 10;
/// Facts up to which looks go on that nobody asked for: half a minute on two cores. Counted in
/// facts, not in seconds, so that the verdict is the same on a slow machine.
const FACTS_UNASKED: u64 = 80_000_000;
/// How sure a bound must be there.
const FIRST_CONFIDENCE: Ppm = Ppm(999_500);

/// Replications at a look, counted from 0.
pub fn runs_at(look: u32) -> usize {
    RUNS_MIN << look
}

/// Most replications that are played.
pub fn runs_most() -> usize {
    runs_at(LOOKS - 1)
}

/// How sure a bound must be at a look, counted from 0.
pub fn confidence_at(look: u32) -> Ppm {
    Ppm(1_000_000 - ((1_000_000 - CONFIDENCE.0) >> (look + 1)))
}

/// Why no more replications were played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksEnd {
    /// The verdict is settled, or as many were played as were asked for.
    Played,
    /// No more are played unasked: what was played until then was judged.
    OutOfTime,
    /// Somebody stopped it.
    Stopped,
    /// Nothing was played: runs that were there are judged together.
    Pooled,
}

/// What was found, and how many replications the last look asked for.
pub struct Settled {
    /// What the replications come to; none of no replications.
    pub outcome: Option<StudyOutcome>,
    /// Asked for at the last look.
    pub asked: usize,
    /// Why it ended.
    pub ended: LooksEnd,
}

/// Whether a look at so many replications is taken unasked, after these: a GO is never ruled out by
/// how long it takes to play the fewest that can prove one.
pub fn is_taken_unasked(played: &[Replication], asked: usize) -> bool {
    let facts: u64 = played.iter().map(|replication| replication.facts).sum();
    let each = facts / (played.len() as u64).max(1);
    asked <= RUNS_MIN || each.saturating_mul(asked as u64) <= FACTS_UNASKED
}

/// Plays a setting until its verdict is settled, or there are no more looks. `goes_on` is asked
/// between looks whether so many replications are to be played, these having been; what a look came
/// to before stands then.
///
/// # Errors
/// When the setting is no scenario.
pub fn play(
    bench: &Bench<'_>,
    setting: &Variant,
    goes_on: &dyn Fn(&[Replication], usize) -> bool,
) -> Result<Settled, Problems> {
    let mut replications: Vec<Replication> = Vec::new();
    let mut last = None;
    let looks = (0..LOOKS).map(|look| (runs_at(look), confidence_at(look)));
    for (asked, confidence) in [(FIRST, FIRST_CONFIDENCE)].into_iter().chain(looks) {
        if last.is_some() && !goes_on(&replications, asked) {
            return Ok(Settled {
                outcome: last,
                asked: replications.len(),
                ended: LooksEnd::OutOfTime,
            });
        }
        let played = bench.play(setting, replications.len(), asked - replications.len())?;
        replications.extend(played.replications);
        let outcome = StudyOutcome::at(&replications, confidence);
        let verdict = outcome.as_ref().map_or(Verdict::Inconclusive, StudyOutcome::verdict);
        let is_last = asked == runs_most();
        // No number of replications brings back rows that could not be read.
        let for_want_of_rows =
            outcome.as_ref().is_some_and(|o| o.ruling.input == Verdict::Inconclusive);
        let settled = verdict != Verdict::Inconclusive || for_want_of_rows;
        if played.stopped || settled || is_last {
            let ended = if played.stopped { LooksEnd::Stopped } else { LooksEnd::Played };
            return Ok(Settled { outcome, asked, ended });
        }
        last = outcome;
    }
    unreachable!("the last look is the last")
}

#[cfg(test)]
mod tests;
