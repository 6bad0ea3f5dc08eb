//! Owns what one run hands on to a judgement of many: sums of clustered events, which add up.
//! Must not know limits, nor how runs are gathered (`study`).

/// Clustered events as sums that add up over channels, windows, SKUs and runs: all that the
/// effective sample of Korn and Graubard needs (docs/measures.md, bounds).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// Orders or changes counted.
    pub n: u64,
    /// Bad ones.
    pub bad: u64,
    /// Clusters with anything counted.
    pub used: u64,
    /// Clusters with a bad one.
    pub with_events: u64,
    /// Clusters in which something bad could have happened.
    pub exposed: u64,
    /// Σ bad² over the clusters.
    pub bad_sq: u128,
    /// Σ bad × n.
    pub bad_n: u128,
    /// Σ n².
    pub n_sq: u128,
}

impl Clusters {
    /// One more cluster; nothing counted is none.
    pub fn count(&mut self, n: u64, bad: u64) {
        self.n += n;
        self.bad += bad;
        self.used += u64::from(n > 0);
        self.with_events += u64::from(bad > 0);
        self.bad_sq += u128::from(bad) * u128::from(bad);
        self.bad_n += u128::from(bad) * u128::from(n);
        self.n_sq += u128::from(n) * u128::from(n);
    }

    /// The clusters of another scope or run.
    pub fn add(&mut self, other: &Clusters) {
        self.n += other.n;
        self.bad += other.bad;
        self.used += other.used;
        self.with_events += other.with_events;
        self.exposed += other.exposed;
        self.bad_sq += other.bad_sq;
        self.bad_n += other.bad_n;
        self.n_sq += other.n_sq;
    }

    /// Every used cluster could have gone bad.
    pub(in crate::judge) fn all_exposed(mut self) -> Clusters {
        self.exposed = self.used;
        self
    }
}

/// What many runs pool of a gate on one scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// Events that may be bad, against the healthy and the watch edge (one count for a share).
    pub possible: [Clusters; 2],
    /// Events that are bad, against the watch edge.
    pub definite: Clusters,
    /// The gate was put to the test.
    pub exercised: bool,
    /// Its kind of fact is in the record.
    pub observed: bool,
    /// Whether this run lies within the watch edge, everything possible counted as bad; none where
    /// a single bad event would break the limit, so that only many runs can say.
    pub in_band: Option<bool>,
}
