//! Owns clustered events over many replications: what they are worth, and what they prove.
//! Must not know gates, but for how the events of each cluster.

use crate::history::charter::Kpi;
use crate::judge::bar;
use crate::judge::judgement::Clusters;
use crate::units::Ppm;

/// Fewest bad events that fail a gate: fewer are an accident, not a habit.
const EVENTS_MIN: u64 = 5;

/// Clustered events, and the same with each replication as one cluster: whatever the events of an
/// replication have in common shows in how replications differ.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    within: Clusters,
    between: Clusters,
}

impl Part {
    fn add(&mut self, clusters: &Clusters) {
        self.within.add(clusters);
        self.between.count(clusters.n, clusters.bad);
    }

    /// What they are worth in independent samples: the less of what either clustering says. How
    /// replications differ is told by their events: without any nothing is taken off for it.
    fn worth(&self) -> f64 {
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

    /// The upper bound of the rate, at that risk; `times` as many replications that go on alike.
    fn upper(&self, risk: f64, times: f64) -> Ppm {
        let worth = self.worth() * times;
        bar::upper_at(self.within.bad as f64 * worth / self.within.n.max(1) as f64, worth, risk)
    }
}

/// A replication with bad events, by the rules of a single run.
#[derive(Clone, Copy, Debug)]
struct Alone {
    n: u64,
    bad: u64,
    /// Independent samples that a run counts them as; none: its rule is a census.
    worth: Option<f64>,
    proved: bool,
}

impl Alone {
    fn upper(&self, risk: f64) -> Ppm {
        match self.worth {
            _ if !self.proved => Ppm::ONE,
            None => Ppm::of(self.bad, self.n),
            Some(worth) => bar::upper_at(self.bad as f64 * worth / self.n as f64, worth, risk),
        }
    }
}

/// Clustered events of all replications, of those with a bad one, and of each of these by itself.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    by_sku: bool,
    all: Part,
    with_events: Part,
    alone: Vec<Alone>,
}

impl Sums {
    /// Over these clusters, a replication each, with whether it proves the gate by itself.
    pub(super) fn over<'a>(
        kpi: Kpi,
        replications: impl Iterator<Item = (&'a Clusters, bool)>,
    ) -> Sums {
        let by_sku = clusters_by_sku(kpi);
        let (all, with_events) = (Part::default(), Part::default());
        let mut sums = Sums { by_sku, all, with_events, alone: Vec::new() };
        for (clusters, proved) in replications {
            sums.all.add(clusters);
            if clusters.bad == 0 {
                continue;
            }
            sums.with_events.add(clusters);
            let worth = match kpi {
                Kpi::SyncLag | Kpi::PriceLag | Kpi::ListingLatency => None,
                _ if by_sku => Some(clusters.worth()),
                _ => Some(clusters.n as f64),
            };
            sums.alone.push(Alone { n: clusters.n, bad: clusters.bad, worth, proved });
        }
        sums
    }

    /// All of them.
    pub(super) fn within(&self) -> &Clusters {
        &self.all.within
    }

    /// What they are worth in independent samples. Where nothing bad is seen nothing is known of
    /// how it would cluster, and it is as in a single run: orders cluster by the SKUs that ran out,
    /// and everything else counts as it is.
    pub(super) fn worth(&self) -> f64 {
        match self.within().bad {
            0 if !self.by_sku => self.within().n as f64,
            _ => self.all.worth(),
        }
    }

    /// The upper bound of the rate, at that risk; `times` as many replications that go on alike.
    ///
    /// The least of three that each hold: of all together; of the replications with a bad event,
    /// since another without any can only speak for the rate; and the worst that these prove
    /// singly, since runs that each prove a gate do so together.
    pub(super) fn upper(&self, risk: f64, times: f64) -> Ppm {
        if self.within().n == 0 {
            return Ppm::ONE;
        }
        if self.within().bad == 0 {
            return bar::upper_at(0.0, self.worth() * times, risk);
        }
        let singly = self.alone.iter().map(|alone| alone.upper(risk)).max();
        let together = self.all.upper(risk, times).min(self.with_events.upper(risk, times));
        together.min(singly.unwrap_or(Ppm::ONE))
    }

    /// The chance of so many bad ones if the rate were the limit.
    pub(super) fn chance_at(&self, limit: Ppm) -> f64 {
        let (n, bad, worth) = (self.within().n, self.within().bad, self.worth());
        match bad {
            0..EVENTS_MIN => 1.0,
            _ => bar::at_least(bad as f64 * worth / n as f64, worth, limit),
        }
    }

    /// The lower bound of the rate, at that risk.
    pub(super) fn lower(&self, risk: f64) -> Ppm {
        let (worth, n) = (self.worth(), self.within().n.max(1) as f64);
        bar::lower_at(self.within().bad as f64 * worth / n, worth, risk)
    }
}

/// Gates whose bad events cluster by SKU: they need SKUs that ran out.
pub(super) fn clusters_by_sku(kpi: Kpi) -> bool {
    matches!(kpi, Kpi::StockCancellations | Kpi::OversoldOrders)
}
