//! Owns the chance that a gate is proved: the judge's own rule, summed over what may happen.
//! Must not know which gate it is, nor what the events are. No chance here is simulated.
//!
//! Events are Poisson–gamma (negative binomial) with variance ÷ mean = the design effect δ; with
//! δ = 1 they are binomial. Where they cluster by SKU, b events of a negative binomial of shape
//! κ = mean/(δ − 1) are compound Poisson with logarithmic clusters, so that they fall on SKUs as
//! customers sit down at tables in Ewens's formula with parameter κ (Pitman, "Combinatorial
//! Stochastic Processes", 2006, §3.2): the b-th event opens a new SKU with chance
//! κ/(κ + b − 1), else it joins one in proportion to its events. The SKUs hit and the mean
//! of Σx² given that number follow by recursion, exactly; the judge's estimate of the design effect
//! is taken as Σx²/b.

use std::cell::RefCell;

use super::selling::{Exposed, normal};
use crate::judge::bar::{self, EXPOSED_MIN, LAG_MINUTES_MIN, LAG_SAMPLES_MIN, LATE_MAX};
use crate::units::Ppm;

/// Up to this mean every number of events and of SKUs hit is summed; beyond it the largest number
/// that still proves the gate is looked for with the mean number of SKUs.
const SUMMED_MEAN_MAX: f64 = 60.0;
/// Parts of the sum that are not worth their time: all together under a hundredth of a percent.
const NEGLIGIBLE: f64 = 1e-7;

/// What is expected to happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Events {
    /// Samples.
    pub(super) n: f64,
    /// The true share of bad ones.
    pub(super) rate: f64,
    /// Variance ÷ mean of the bad ones.
    pub(super) design_effect: f64,
}

impl Events {
    fn mean(self) -> f64 {
        self.n * self.rate
    }

    fn is_clustered(self) -> bool {
        self.design_effect > 1.000_1
    }

    /// The shape of the negative binomial.
    fn shape(self) -> f64 {
        self.mean() / (self.design_effect - 1.0)
    }

    /// P(B ≤ b), by the incomplete beta function.
    pub(super) fn at_most(self, bad: f64) -> f64 {
        if bad < 0.0 {
            return 0.0;
        }
        if self.mean() <= 0.0 || bad >= self.n {
            return 1.0;
        }
        if self.is_clustered() {
            bar::beta_reg(self.shape(), bad.floor() + 1.0, 1.0 / self.design_effect)
        } else {
            bar::beta_reg(self.n - bad.floor(), bad.floor() + 1.0, 1.0 - self.rate)
        }
    }
}

/// Sums over events, with what the judge takes off for few SKUs, kept because it is dear.
#[derive(Default)]
pub(super) struct Chances {
    penalties: RefCell<Vec<f64>>,
}

impl Chances {
    /// (z/t)² for events on so many SKUs.
    fn penalty(&self, skus: u64) -> f64 {
        let mut known = self.penalties.borrow_mut();
        while (known.len() as u64) <= skus.min(600) {
            let next = known.len() as u64;
            known.push(bar::penalty(next));
        }
        known[skus.min(600) as usize]
    }

    /// That a share whose samples are taken as independent is proved to be within `limit`.
    pub(super) fn share(events: Events, limit: Ppm) -> f64 {
        let n = events.n.floor();
        match most(n as u64, |bad| bar::proves(bad as f64, n, limit)) {
            Some(bad) => events.at_most(bad as f64),
            None => 0.0,
        }
    }

    /// That of all changes at most one in twenty is late, and that there are enough of them in
    /// enough minutes; `minutes` and the changes with their variances.
    pub(super) fn census(events: Events, [changes, minutes]: [(f64, f64); 2]) -> f64 {
        let allowed = (events.n * LATE_MAX.as_f64() + 1e-9).floor();
        let enough = reaches(changes, LAG_SAMPLES_MIN).min(reaches(minutes, LAG_MINUTES_MIN));
        enough * events.at_most(allowed)
    }

    /// That a share whose events cluster by SKU is proved: over events, SKUs hit, and SKUs exposed.
    pub(super) fn clustered(&self, events: Events, limit: Ppm, exposed: Exposed) -> f64 {
        let n = events.n.floor();
        let reached = |skus: u64| reaches((exposed.mean, exposed.variance), skus);
        if n < 1.0 || reached(EXPOSED_MIN) < NEGLIGIBLE {
            return 0.0;
        }
        if events.mean() > SUMMED_MEAN_MAX {
            return reached(EXPOSED_MIN) * self.many(events, limit, exposed.mean);
        }
        // Without an event each exposed SKU is a sample.
        let clean = most_needed(|skus| bar::proves(0.0, (skus as f64).min(n), limit));
        let mut chance =
            clean.map_or(0.0, |skus| events.at_most(0.0) * reached(skus.max(EXPOSED_MIN)));
        let shape = if events.is_clustered() { events.shape() } else { 1e9 };
        let mut seated = Seated::first();
        let mut before = events.at_most(0.0);
        loop {
            let bad = seated.events;
            let until = events.at_most(bad);
            let (weight, rest) = (until - before, 1.0 - until);
            before = until;
            // Were each on a SKU of its own and every SKU exposed: not even that proves it.
            if !self.passes([n, bad], bad, bad as u64, f64::INFINITY, limit) && bad > 1.0 {
                break;
            }
            for (skus, share, squares) in seated.each() {
                if weight * share < NEGLIGIBLE {
                    continue;
                }
                let passes = |exposed: f64| self.passes([n, bad], squares, skus, exposed, limit);
                chance += weight * share * least_exposed(exposed, passes).map_or(0.0, reached);
            }
            if rest < NEGLIGIBLE || bad >= n {
                break;
            }
            seated = seated.next(shape);
        }
        chance.min(1.0)
    }

    /// Whether the judge would prove it: `squares` is Σx² over the SKUs hit.
    fn passes(
        &self,
        [n, bad]: [f64; 2],
        squares: f64,
        skus: u64,
        exposed: f64,
        limit: Ppm,
    ) -> bool {
        let design_effect = (squares / bad) / (1.0 - bad / n).max(1e-9);
        let worth = bar::worth(n, design_effect, self.penalty(skus), exposed);
        bar::proves(bad * worth / n, worth, limit)
    }

    /// Many events: the largest number that proves it, with the mean number of SKUs hit.
    fn many(&self, events: Events, limit: Ppm, exposed: f64) -> f64 {
        let n = events.n.floor();
        let shape = if events.is_clustered() { events.shape() } else { 1e9 };
        let proved = |bad: u64| {
            let bad = bad as f64;
            if bad < 1.0 {
                return true;
            }
            let skus = (shape * (bad / shape).ln_1p()).clamp(1.0, bad);
            let squares = bad + bad * (bad - 1.0) / (shape + 1.0);
            self.passes([n, bad], squares, skus as u64, exposed, limit)
        };
        most(n as u64, proved).map_or(0.0, |bad| events.at_most(bad as f64))
    }
}

/// The chance that a count of this mean and variance reaches so many; without variance it is known.
pub(super) fn reaches((mean, variance): (f64, f64), wanted: u64) -> f64 {
    let short = wanted as f64 - 0.5 - mean;
    if variance < 1e-9 {
        return f64::from(u8::from(mean + 1e-6 >= wanted as f64));
    }
    1.0 - normal(short / variance.sqrt())
}

/// The largest number for which it holds, when it holds for all below; none when not for zero.
fn most(n: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(0) {
        return None;
    }
    let (mut low, mut high) = (0, n + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle } else { high = middle }
    }
    Some(low)
}

/// The smallest number for which it holds, when it holds for all above; none below ten million.
fn most_needed(holds: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (0, 10_000_000);
    if !holds(high) {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// The fewest exposed SKUs with which it passes, as far as that matters; none: with no number.
fn least_exposed(exposed: Exposed, passes: impl Fn(f64) -> bool) -> Option<u64> {
    let spread = 4.0 * exposed.variance.sqrt() + 1.0;
    let low = ((exposed.mean - spread) as u64).max(EXPOSED_MIN);
    let high = ((exposed.mean + spread) as u64).max(EXPOSED_MIN);
    if passes(low as f64) {
        return Some(EXPOSED_MIN);
    }
    if !passes(high as f64) {
        return None;
    }
    let (mut low, mut high) = (low, high);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if passes(middle as f64) { high = middle } else { low = middle }
    }
    Some(high)
}

/// So many events seated at SKUs.
struct Seated {
    events: f64,
    /// For 1, 2, … SKUs hit: the chance of it, and that chance times the mean of Σx².
    by_skus: Vec<(f64, f64)>,
}

impl Seated {
    fn first() -> Seated {
        Seated { events: 1.0, by_skus: vec![(1.0, 1.0)] }
    }

    /// One event more. Joined to a SKU of x events it adds 2x + 1 to Σx², and it joins that SKU
    /// with chance x/(κ + b): on average (2Σx² + b)/(κ + b), those that open a SKU left out.
    fn next(&self, shape: f64) -> Seated {
        let b = self.events;
        let (opens, joins) = (shape / (shape + b), 1.0 / (shape + b));
        let mut by_skus = vec![(0.0, 0.0); self.by_skus.len() + 1];
        for (place, &(share, squares)) in self.by_skus.iter().enumerate() {
            by_skus[place].0 += share * b * joins;
            by_skus[place].1 += squares * b * joins + (2.0 * squares + b * share) * joins;
            by_skus[place + 1].0 += share * opens;
            by_skus[place + 1].1 += (squares + share) * opens;
        }
        Seated { events: b + 1.0, by_skus }
    }

    /// SKUs hit, the chance of that, and the mean of Σx² then.
    fn each(&self) -> impl Iterator<Item = (u64, f64, f64)> + '_ {
        let known = self.by_skus.iter().enumerate().filter(|(_, (share, _))| *share > 0.0);
        known.map(|(place, (share, squares))| (place as u64 + 1, *share, squares / share))
    }
}

#[cfg(test)]
#[path = "chance_tests.rs"]
mod tests;
