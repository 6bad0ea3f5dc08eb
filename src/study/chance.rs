//! Owns a share of replications with its bounds, and how many replications a GO takes. Must not
//! know what the replications hold.

use crate::judge::bar;
use crate::units::Ppm;

/// A GO is said of a scenario when the share of replications in band is proved to be at least this.
pub const GO_AT_LEAST: Ppm = Ppm(900_000);
/// How sure a bound of a chance is, one-sided, at a single look.
pub const CONFIDENCE: Ppm = Ppm(950_000);
/// Fewer replications than this prove no GO.
pub const RUNS_MIN: usize = 30;
/// Nobody waits for more replications than this.
pub const RUNS_MOST: usize = 960;

/// A share of replications, with one-sided bounds after Clopper and Pearson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    /// How many were.
    pub yes: usize,
    /// Of how many.
    pub of: usize,
    /// Lower bound.
    pub low: Ppm,
    /// Upper bound.
    pub high: Ppm,
}

impl Chance {
    /// `yes` of `of`, with bounds at 95 %.
    pub fn of(yes: usize, of: usize) -> Chance {
        Chance::at(yes, of, CONFIDENCE)
    }

    /// The same with bounds that sure.
    pub fn at(yes: usize, of: usize, confidence: Ppm) -> Chance {
        let (y, n, risk) = (yes as f64, of as f64, 1.0 - confidence.as_f64());
        Chance { yes, of, low: bar::lower_at(y, n, risk), high: bar::upper_at(y, n, risk) }
    }

    /// The share itself.
    pub fn share(&self) -> Ppm {
        Ppm::of(self.yes as u64, self.of as u64)
    }
}

/// Whether so many replications out of band still prove the share that a GO needs.
pub fn proves(missed: usize, of: usize) -> bool {
    missed <= of && Chance::of(of - missed, of).low >= GO_AT_LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_in_band_is_proved_by_enough_replications_only() {
        assert!(proves(0, 30) && !proves(1, 30), "29 of 30 leave 15 % open");
        assert!(proves(1, 60) && !proves(3, 60));
        assert!(!proves(0, 20), "too few");
    }
}
