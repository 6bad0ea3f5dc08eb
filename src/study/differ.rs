//! Owns whether two shares differ by more than chance: effective samples, the interval of their
//! difference, its p-value. Must not know what is counted.
//!
//! The test is exact and conditional: given how many events there were in both runs, do they fall
//! to each in proportion to its samples? (Przyborowski and Wilenski, "Homogeneity of results in
//! testing samples from Poisson series", Biometrika 31, 1940). For rare events it is Fisher's exact
//! test; for common ones it claims less. Unlike a test on the normal distribution it holds for a
//! single event among samples of very different sizes.
//!
//! The interval beside it combines the limits of both shares: Newcombe, "Interval estimation for
//! the difference between independent proportions", Statistics in Medicine 17 (1998), his method
//! 10; Zou and Donner, "Construction of confidence limits about effect measures", Statistics in
//! Medicine 27 (2008), show that any limits may be put in. Here they are the exact ones on
//! effective samples, as a run's own bounds are.

use crate::judge::bounds::{beta_reg, upper};
use crate::judge::judgement::Count;
use crate::units::Ppm;

/// Two-sided risk of an interval.
pub const ALPHA: f64 = 0.05;

/// What a run saw of a share: how many were counted, how many of them are bad, and what they are
/// worth in independent samples, for the definite and for the possible count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// How many were counted.
    pub n: u64,
    /// How many of them are bad.
    pub bad: Count,
    /// What they are worth, for the definite and for the possible count.
    pub worth: [f64; 2],
}

/// An interval of shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Sample {
    /// The sample behind a share's one-sided 95 % bounds: what it is worth follows from how far
    /// they lie from what was seen.
    pub fn behind(n: u64, bad: Count, low: Ppm, high: Ppm) -> Sample {
        let possible = worth_of_upper(n, bad.possible, high);
        let definite = match bad.definite {
            0 => possible,
            _ if bad.definite == bad.possible => possible,
            _ => worth_of_lower(n, bad.definite, low),
        };
        Sample { n, bad, worth: [definite, possible] }
    }

    /// The same, each sample worth at most the `effect`th part of one.
    #[must_use]
    pub fn diluted(self, effect: f64) -> Sample {
        let cap = self.n as f64 / effect.max(1.0);
        Sample { worth: self.worth.map(|worth| worth.min(cap)), ..self }
    }

    fn shares(&self) -> (f64, f64) {
        let n = self.n.max(1) as f64;
        (self.bad.definite as f64 / n, self.bad.possible as f64 / n)
    }

    /// Definite and possible share, with the lower limit of the one and the upper of the other.
    fn stand(&self, alpha: f64) -> Stand {
        let (definite, possible) = self.shares();
        let [worth_definite, worth_possible] = self.worth;
        Stand {
            definite,
            possible,
            low: exact_low(definite * worth_definite, worth_definite, alpha / 2.0),
            high: exact_high(possible * worth_possible, worth_possible, alpha / 2.0),
        }
    }
}

struct Stand {
    definite: f64,
    possible: f64,
    low: f64,
    high: f64,
}

/// The interval of `other` − `baseline`, over all that unknown outcomes may be.
pub fn difference(baseline: &Sample, other: &Sample, alpha: f64) -> Interval {
    let (a, b) = (baseline.stand(alpha), other.stand(alpha));
    Interval {
        low: lower_of_difference((b.definite, b.low), (a.possible, a.high)),
        high: -lower_of_difference((a.definite, a.low), (b.possible, b.high)),
    }
}

/// The lower limit of x − y from x with its lower and y with its upper limit:
/// x − y − √((x − l)² + (u − y)²).
fn lower_of_difference((x, low): (f64, f64), (y, high): (f64, f64)) -> f64 {
    x - y - (x - low).hypot(high - y)
}

/// The p-value of "the shares do not differ", two-sided: twice the smaller of both directions.
pub fn p_value(baseline: &Sample, other: &Sample) -> f64 {
    let least = p_greater(baseline, other).min(p_greater(other, baseline));
    (2.0 * least).min(1.0)
}

/// The p-value of "the share of `a` is not the greater": of all bad events, each falls to `a` with
/// its part of the samples, so that P(x or more) = `I_π(x, y + 1)`; what is unknown speaks for `b`.
fn p_greater(a: &Sample, b: &Sample) -> f64 {
    let (x, y) = (a.shares().0 * a.worth[0], b.shares().1 * b.worth[1]);
    if x <= 0.0 || b.worth[1] <= 0.0 {
        return 1.0;
    }
    beta_reg(x, y + 1.0, a.worth[0] / (a.worth[0] + b.worth[1]))
}

/// The smallest share of which `bad` or more among `n` have a chance of at least `tail`.
fn exact_low(bad: f64, n: f64, tail: f64) -> f64 {
    if bad <= 0.0 || n <= 0.0 {
        return 0.0;
    }
    let bad = bad.min(n);
    root(|p| beta_reg(bad, n - bad + 1.0, p) >= tail)
}

/// The largest share of which `bad` or fewer among `n` have a chance of at least `tail`.
fn exact_high(bad: f64, n: f64, tail: f64) -> f64 {
    if n <= 0.0 || bad >= n {
        return 1.0;
    }
    root(|p| beta_reg(n - bad, bad + 1.0, 1.0 - p) <= tail)
}

/// Where `holds` begins to hold between 0 and 1.
fn root(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..44 {
        let middle = f64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    f64::midpoint(low, high)
}

/// The effective sample whose upper bound is `high`; at most `n`.
fn worth_of_upper(n: u64, bad: u64, high: Ppm) -> f64 {
    let share = bad as f64 / n.max(1) as f64;
    if n == 0 || high >= Ppm::ONE {
        return 0.0;
    }
    let bound = |worth: f64| upper(share * worth, worth);
    // A bound is rounded outwards to whole ppm: of the samples that give it, nearly the smallest.
    if bound(n as f64) >= high { n as f64 } else { largest(n, |worth| bound(worth) > high) }
}

/// The effective sample whose lower bound is `low`; at most `n`.
fn worth_of_lower(n: u64, bad: u64, low: Ppm) -> f64 {
    let share = bad as f64 / n.max(1) as f64;
    if n == 0 || low == Ppm::ZERO {
        return 0.0;
    }
    // One-sided 95 %, as the bounds of a run are; rounded outwards, too.
    largest(n, |worth| exact_low(share * worth, worth, 0.05) < low.as_f64())
}

/// The largest sample up to `n` at which `wide_enough` still holds; it stops holding once.
fn largest(n: u64, wide_enough: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, n as f64);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if wide_enough(middle) { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests;
