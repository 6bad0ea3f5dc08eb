//! Owns clustered events over many afternoons: what they are worth, and what they prove.
//! Must not know gates.

use crate::judge::bar;
use crate::judge::judgement::Clusters;
use crate::units::Ppm;

/// Fewest bad events that fail a gate: fewer are an accident, not a habit.
const EVENTS_MIN: u64 = 5;

/// Clustered events of all afternoons, and the same with each afternoon as one cluster: whatever
/// the events of an afternoon have in common shows in how afternoons differ.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) within: Clusters,
    between: Clusters,
}

impl Sums {
    pub(super) fn over<'a>(clusters: impl Iterator<Item = &'a Clusters>) -> Sums {
        let mut sums = Sums::default();
        for each in clusters {
            sums.within.add(each);
            sums.between.count(each.n, each.bad);
        }
        sums
    }

    /// What they are worth in independent samples: the less of what either clustering says.
    pub(super) fn worth(&self) -> f64 {
        let worth = self.within.worth();
        let apart = &self.between;
        if apart.bad == 0 || apart.used < 2 || apart.bad >= apart.n {
            return worth;
        }
        let (n, used) = (apart.n as f64, apart.used as f64);
        let share = apart.bad as f64 / n;
        let (bad_sq, bad_n, n_sq) = (apart.bad_sq as f64, apart.bad_n as f64, apart.n_sq as f64);
        let spread = (bad_sq - 2.0 * share * bad_n + share * share * n_sq).max(0.0);
        let variance = used / (used - 1.0) * spread / (n * n);
        let design_effect = variance / (share * (1.0 - share) / n);
        worth.min(n / design_effect.max(1.0))
    }

    /// The upper bound of the rate, at that risk; `times` as many afternoons that go on alike.
    pub(super) fn upper(&self, risk: f64, times: f64) -> Ppm {
        if self.within.n == 0 {
            return Ppm::ONE;
        }
        let worth = self.worth() * times;
        bar::upper_at(self.within.bad as f64 * worth / self.within.n as f64, worth, risk)
    }

    /// The chance of so many bad ones if the rate were the limit.
    pub(super) fn chance_at(&self, limit: Ppm) -> f64 {
        if self.within.n == 0 || self.within.bad < EVENTS_MIN {
            return 1.0;
        }
        let worth = self.worth();
        bar::at_least(self.within.bad as f64 * worth / self.within.n as f64, worth, limit)
    }

    /// The lower bound of the rate, at that risk.
    pub(super) fn lower(&self, risk: f64) -> Ppm {
        let (worth, n) = (self.worth(), self.within.n.max(1) as f64);
        bar::lower_at(self.within.bad as f64 * worth / n, worth, risk)
    }
}
