//! Owns the statistics of a verdict: exact binomial bounds, their clustered form, and Holm's rule.
//! Must not know what is counted.
//!
//! Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
//! binomial", Biometrika 26 (1934); Korn and Graubard, "Confidence intervals for proportions with
//! small expected number of positive counts estimated from survey data", Survey Methodology 24
//! (1998); Holm, "A simple sequentially rejective multiple test procedure" (1979).
//!
//! Bounds are found by bisection over whole parts per million, so they are rounded outwards by
//! construction: an upper bound is the smallest ppm that the sample refutes.

use statrs::function::gamma::ln_gamma;

use super::judgement::Clusters;
use crate::units::Ppm;

/// The risk of a wrong statement on one gate: bounds are one-sided at 95 %.
pub(super) const ALPHA: f64 = 0.05;

/// The 95th percentile of the standard normal distribution.
const Z_95: f64 = 1.644_853_626_951_472_7;

const PPM: u32 = 1_000_000;

/// `bad` of `n`, both possibly fractional (an effective sample): the largest share still tenable.
pub(crate) fn upper(bad: f64, n: f64) -> Ppm {
    upper_at(bad, n, ALPHA)
}

/// The same with that risk of being wrong.
pub(crate) fn upper_at(bad: f64, n: f64, risk: f64) -> Ppm {
    if n <= 0.0 || bad >= n {
        return Ppm::ONE;
    }
    // P(X ≤ bad | n, p) = I_{1−p}(n − bad, bad + 1) falls in p.
    let refuted = |ppm: u32| at_most(bad, n, Ppm(ppm)) <= risk;
    Ppm(first_where(refuted))
}

/// `bad` of `n`: the smallest share still tenable.
pub(crate) fn lower(bad: f64, n: f64) -> Ppm {
    lower_at(bad, n, ALPHA)
}

/// The same with that risk of being wrong.
pub(crate) fn lower_at(bad: f64, n: f64, risk: f64) -> Ppm {
    if n <= 0.0 || bad <= 0.0 {
        return Ppm::ZERO;
    }
    // P(X ≥ bad | n, p) grows in p: the last ppm refuted is one before the first tenable.
    let tenable = |ppm: u32| at_least(bad, n, Ppm(ppm)) > risk;
    Ppm(first_where(tenable).saturating_sub(1))
}

/// The chance of `bad` or fewer among `n` when the true share is `p`.
pub(super) fn at_most(bad: f64, n: f64, p: Ppm) -> f64 {
    if bad >= n {
        return 1.0;
    }
    beta_reg(n - bad, bad + 1.0, 1.0 - p.as_f64())
}

/// The chance of `bad` or more among `n` when the true share is `p`: the p-value of "the share
/// does not exceed `p`".
pub(crate) fn at_least(bad: f64, n: f64, p: Ppm) -> f64 {
    if bad <= 0.0 || n <= 0.0 {
        return 1.0;
    }
    let bad = bad.min(n);
    beta_reg(bad, n - bad + 1.0, p.as_f64())
}

/// The fewest samples with which `bad` events still prove a share of at most `limit`.
pub(crate) fn samples_needed(bad: u64, limit: Ppm) -> u64 {
    if limit == Ppm::ZERO {
        return u64::MAX;
    }
    let proves = |n: u64| at_most(bad as f64, n as f64, limit) <= ALPHA;
    let mut high = (bad + 1).max(16);
    while !proves(high) {
        high = high.saturating_mul(2);
    }
    let mut low = bad;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if proves(middle) { high = middle } else { low = middle }
    }
    high
}

/// One cluster: how many were counted in it, and how many of them are bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cluster {
    /// Counted.
    pub(crate) n: u64,
    /// Bad.
    pub(crate) bad: u64,
}

/// What these clusters are worth in independent samples; so many of them could have gone bad.
pub(crate) fn effective_sample(clusters: &[Cluster], exposed: u64) -> f64 {
    Clusters::of(clusters, exposed).worth()
}

impl Clusters {
    /// The sums over clusters of which so many could have gone bad.
    pub(crate) fn of(clusters: &[Cluster], exposed: u64) -> Clusters {
        let mut sums = Clusters { exposed, ..Clusters::default() };
        for cluster in clusters {
            sums.count(cluster.n, cluster.bad);
        }
        sums
    }

    /// What clustered events are worth in independent samples, after Korn and Graubard:
    /// n/deff · (z/t)², at most n, where deff is the design effect of the share by linearisation
    /// over the clusters.
    ///
    /// Their t has a degree of freedom for each cluster; here it has one for each cluster *with
    /// events* but the first, because those alone tell how events cluster. Else one event in one
    /// SKU would give a design effect of 1 and prove more than none, when nothing is known of its
    /// kind. The sample is at least what is proved without any events, the `exposed` clusters (the
    /// only ones in which events could happen), as far as the design effect allows.
    pub fn worth(&self) -> f64 {
        if self.n == 0 || self.bad == 0 || self.exposed < 2 {
            return self.exposed.min(self.n) as f64;
        }
        let (n, share) = (self.n as f64, self.bad as f64 / self.n as f64);
        let used = self.used as f64;
        if used < 2.0 || share >= 1.0 {
            return used.min(self.exposed as f64);
        }
        // Σ (bad − share · n)², opened up so that clusters need not be kept.
        let (bad_sq, bad_n, n_sq) = (self.bad_sq as f64, self.bad_n as f64, self.n_sq as f64);
        let spread = (bad_sq - 2.0 * share * bad_n + share * share * n_sq).max(0.0);
        let variance = used / (used - 1.0) * spread / (n * n);
        let binomial = share * (1.0 - share) / n;
        worth(n, variance / binomial, penalty(self.with_events), self.exposed as f64)
    }
}

/// What `n` are worth at this design effect, with this [`penalty`] and so many exposed clusters.
pub(crate) fn worth(n: f64, design_effect: f64, penalty: f64, exposed: f64) -> f64 {
    let worth = (n / design_effect.max(f64::MIN_POSITIVE)).min(n);
    (worth * penalty).max(worth.min(exposed))
}

/// (z/t)²: what few clusters with events take off.
pub(crate) fn penalty(with_events: u64) -> f64 {
    match with_events {
        0 | 1 => 0.0,
        _ => (Z_95 / student_t_95(with_events - 1)).powi(2),
    }
}

/// Which of these p-values Holm's rule rejects at 5 % over the whole family.
pub(crate) fn holm(p_values: &[f64]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]).then(a.cmp(&b)));
    let mut rejected = vec![false; p_values.len()];
    for (rank, &i) in order.iter().enumerate() {
        if p_values[i] > ALPHA / (p_values.len() - rank) as f64 {
            break;
        }
        rejected[i] = true;
    }
    rejected
}

/// The 95th percentile of Student's t, by bisection of P(T > t) = ½ I_{d/(d+t²)}(d/2, ½).
fn student_t_95(freedom: u64) -> f64 {
    let d = freedom as f64;
    let tail = |t: f64| 0.5 * beta_reg(d / 2.0, 0.5, d / (d + t * t));
    let (mut low, mut high) = (0.0, 10.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if tail(middle) > ALPHA { low = middle } else { high = middle }
    }
    high
}

/// The smallest ppm where `holds` holds; it must not stop holding above. The whole if nowhere.
fn first_where(holds: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, PPM);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    high
}

/// The regularised incomplete beta function `I_x(a, b)`, by Lentz's continued fraction.
///
/// Not statrs's own: it stops after 140 terms without a word, and the fraction needs O(√max(a, b))
/// of them: a million orders would be judged by a number that has not converged.
pub(crate) fn beta_reg(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - front(b, a, 1.0 - x) * fraction(b, a, 1.0 - x);
    }
    front(a, b, x) * fraction(a, b, x)
}

/// xᵃ (1−x)ᵇ ÷ (a B(a, b)).
fn front(a: f64, b: f64, x: f64) -> f64 {
    let ln_inverse_beta = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    (ln_inverse_beta + a * x.ln() + b * (-x).ln_1p()).exp() / a
}

#[expect(clippy::many_single_char_names, reason = "the names of the fraction in every textbook")]
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let off_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let terms_max = 200 + 20 * a.max(b).sqrt() as u64;
    let mut c = 1.0;
    let mut d = 1.0 / off_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..=terms_max {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / off_zero(1.0 + even * d);
        c = off_zero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / off_zero(1.0 + odd * d);
        c = off_zero(1.0 + odd / c);
        let step = d * c;
        value *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
#[path = "bounds_tests.rs"]
mod tests;
