//! Owns how far a campaign can grow before it is no longer a GO.
//! Must not know how it is shown.

use super::bench::{Bench, Variant};
use super::chance::Chance;
use super::interval::Mean;
use super::outcome::StudyOutcome;
use crate::language::Problems;
use crate::units::Ppm;

/// A campaign this many times as large, tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Demand against the scenario's, in thousandths.
    pub demand_milli: u64,
    /// What it came to.
    pub outcome: StudyOutcome,
    /// By seed: whether the replication lies in band, and the sales it kept.
    pub seen: Vec<(bool, i64)>,
}

impl Rung {
    /// Whether every pooled gate is proved and that share of replications in band.
    pub fn holds(&self, chance: Ppm) -> bool {
        self.outcome.ruling.gates_hold() && self.outcome.ruling.in_band.low >= chance
    }

    /// Whether these replications tell it apart from another multiple: by the share in band or by
    /// the sales kept, paired by seed.
    pub fn is_apart_from(&self, other: &Rung) -> bool {
        let pairs = || self.seen.iter().zip(&other.seen);
        let differ = |values: Vec<f64>| {
            let mean = Mean::of(&values, 0.95);
            mean.low() > 0.0 || mean.high() < 0.0
        };
        let band = pairs().map(|(a, b)| f64::from(u8::from(a.0)) - f64::from(u8::from(b.0)));
        let kept = pairs().map(|(a, b)| (a.1 - b.1) as f64);
        differ(band.collect()) || differ(kept.collect())
    }
}

/// How far a campaign can grow.
#[derive(Clone, Debug, PartialEq)]
pub struct Headroom {
    /// The chance of a GO that is asked for.
    pub chance: Ppm,
    /// What was tried, smallest first.
    pub rungs: Vec<Rung>,
    /// The largest multiple that holds, in thousandths; none of those tried does.
    pub holds_milli: Option<u64>,
    /// The smallest larger multiple that does not; none: as large as was tried, it holds.
    pub breaks_milli: Option<u64>,
    /// Somebody stopped it before it was narrow.
    pub stopped: bool,
    /// At the campaign's own demand something never comes up, or is not seen: no multiple was
    /// looked for, since none would prove anything.
    pub proves_nothing: bool,
}

/// Smallest and largest multiples that are tried.
const LEAST_MILLI: u64 = 62;
const MOST_MILLI: u64 = 16_000;
/// The search ends when what breaks is at most this much above what holds, in thousandths.
const NARROW_MILLI: u64 = 1_060;

/// Looks for the largest multiple that holds, by doubling and then by bisection, every multiple on
/// the same seeds. `tell` hears of every rung as it is found.
///
/// # Errors
/// When the scenario cannot be read.
pub fn headroom(
    bench: &Bench<'_>,
    setting: &Variant,
    (runs, chance): (usize, Ppm),
    mut tell: impl FnMut(&Headroom),
) -> Result<Headroom, Problems> {
    let mut found = Headroom {
        chance,
        rungs: vec![],
        holds_milli: None,
        breaks_milli: None,
        stopped: false,
        proves_nothing: false,
    };
    let mut next = Some(1_000);
    while let Some(demand_milli) = next {
        let setting = Variant { demand_milli, ..setting.clone() };
        let played = bench.play(&setting, 0, runs)?;
        let Some(outcome) = StudyOutcome::of(&played.replications).filter(|_| !played.stopped)
        else {
            found.stopped = true;
            break;
        };
        found.proves_nothing |= demand_milli == 1_000 && !outcome.ruling.never_proved().is_empty();
        let seen = played.replications.iter().map(|a| (a.in_band, a.sales.kept_money)).collect();
        found.rungs.push(Rung { demand_milli, outcome, seen });
        found.rungs.sort_by_key(|rung| rung.demand_milli);
        found.look();
        tell(&found);
        next = if found.proves_nothing { None } else { found.next() };
    }
    Ok(found)
}

impl Headroom {
    fn look(&mut self) {
        self.holds_milli = self
            .rungs
            .iter()
            .rev()
            .find(|rung| rung.holds(self.chance))
            .map(|rung| rung.demand_milli);
        let above = |rung: &&Rung| self.holds_milli.is_none_or(|holds| rung.demand_milli > holds);
        self.breaks_milli = self.rungs.iter().find(above).map(|rung| rung.demand_milli);
    }

    /// The multiple to try next; none when it is narrow enough or out of reach.
    fn next(&self) -> Option<u64> {
        match (self.holds_milli, self.breaks_milli) {
            (Some(holds), None) => (holds < MOST_MILLI).then_some(holds * 2),
            (None, Some(breaks)) => (breaks / 2 >= LEAST_MILLI).then_some(breaks / 2),
            (Some(holds), Some(breaks)) if breaks * 1_000 > holds * NARROW_MILLI => {
                Some(((holds as f64 * breaks as f64).sqrt()) as u64)
            }
            _ => None,
        }
    }
}

/// Replications without which no chance as high as this can be proved, all of them GO.
pub fn runs_needed(chance: Ppm) -> usize {
    let proves = |runs: &usize| Chance::of(*runs, *runs).low >= chance;
    (1..=RUNS_MAX).find(proves).unwrap_or(usize::MAX)
}

/// More replications than this nobody waits for.
const RUNS_MAX: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_needs_as_many_replications_as_can_prove_it() {
        for (percent, runs) in [(50, 5), (80, 14), (90, 29), (95, 59), (99, 299)] {
            assert_eq!(runs_needed(Ppm(percent * 10_000)), runs, "{percent} %");
        }
        assert_eq!(runs_needed(Ppm::ONE), usize::MAX, "certainty cannot be sampled");
    }
}
