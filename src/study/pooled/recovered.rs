//! Owns what many replications say of an objective for recovery: a share of them that keep it, with
//! its bounds. Must not know how one is held against a run.

use super::Replication;
use crate::history::charter::Objective;
use crate::judge::judgement::{Band, Unproved, Verdict};
use crate::study::chance::Chance;
use crate::units::Ppm;

/// An objective for recovery over all replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectiveOver {
    /// What was asked.
    pub objective: Objective,
    /// Replications that kept it, of those in which something was broken and somebody could have
    /// told: one of which it is not known did not keep it.
    pub kept: Chance,
    /// Replications that missed it.
    pub missed: usize,
    /// The worst of them in each that came to an end, in the middle and the largest: microseconds,
    /// or orders.
    pub worst: Option<[u64; 2]>,
}

impl ObjectiveOver {
    /// What it says of the whole: proved to be kept in enough of them, proved not to be, or open.
    pub fn vote(&self, at_least: Ppm) -> Verdict {
        match self.kept {
            kept if kept.of == 0 => Verdict::Inconclusive,
            kept if kept.high < at_least => Verdict::NoGo,
            kept if kept.low >= at_least => Verdict::Go,
            _ => Verdict::Inconclusive,
        }
    }
}

/// Each objective, with bounds that sure.
pub(super) fn objectives(replications: &[&Replication], confidence: Ppm) -> Vec<ObjectiveOver> {
    let Some(first) = replications.first() else { return Vec::new() };
    // What nobody broke, or could have told, is no replication of it: neither kept nor missed.
    let untried = [Unproved::NotExercised, Unproved::NotObserved].map(Band::NotProved);
    let each = first.objectives.iter().enumerate().map(|(place, one)| {
        let seen = || replications.iter().filter_map(|a| a.objectives.get(place));
        let tried = seen().filter(|seen| !untried.contains(&seen.band)).count();
        let stands = |band| seen().filter(|seen| seen.band == band).count();
        let mut worst: Vec<u64> = seen().filter_map(|seen| seen.worst).collect();
        worst.sort_unstable();
        let last = worst.last().copied();
        ObjectiveOver {
            objective: one.objective,
            kept: Chance::at(stands(Band::Healthy), tried, confidence),
            missed: stands(Band::Failed),
            worst: last.map(|last| [worst[worst.len() / 2], last]),
        }
    });
    each.collect()
}
