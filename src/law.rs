//! Owns laws of durations: what "typical 90s, one in 20 above 10m" means as a distribution.
//! Must not know which duration it is; the uniform draws come as arguments.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::units::Span;

/// A distribution of durations, sampled by inversion so that one keyed draw gives one duration.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// Always the same.
    Constant(Span),
    /// Exponential with this mean.
    Exponential {
        /// The mean.
        mean: Span,
    },
    /// Erlang: the sum of `shape` exponentials, with this mean in all.
    Erlang {
        /// How many stages, at least 1.
        shape: u32,
        /// The mean of the sum.
        mean: Span,
    },
    /// Lognormal: exp(mu + sigma·Z) seconds.
    Lognormal {
        /// Mean of the logarithm of seconds; the median is exp(mu).
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Two-phase hyperexponential: exponential with mean `fast` with chance `p_fast`, else `slow`.
    Hyperexponential {
        /// Chance of the fast phase.
        p_fast: f64,
        /// Mean of the fast phase.
        fast: Span,
        /// Mean of the slow phase.
        slow: Span,
    },
    /// Any value between the two, equally likely.
    Uniform {
        /// The least.
        from: Span,
        /// The most.
        to: Span,
    },
    /// One of the values seen, equally likely; never empty.
    Empirical(Vec<Span>),
}

impl Law {
    /// The lognormal with this median and this value at quantile `q` (0.5 < q < 1).
    pub fn lognormal(median: Span, at_q: Span, q: f64) -> Law {
        let mu = median.as_secs_f64().ln();
        let sigma = (at_q.as_secs_f64().ln() - mu) / standard_normal(q);
        Law::Lognormal { mu, sigma }
    }

    /// The duration at two uniform draws in (0, 1).
    pub fn sample(&self, [u, v]: [f64; 2]) -> Span {
        let exponential = |mean: Span, u: f64| -mean.as_secs_f64() * u.ln();
        match self {
            Law::Constant(span) => *span,
            Law::Exponential { mean } => Span::from_secs_f64(exponential(*mean, u)),
            Law::Erlang { shape, mean } => {
                Span::from_secs_f64(erlang_quantile(*shape, mean.as_secs_f64(), u))
            }
            Law::Lognormal { mu, sigma } => {
                Span::from_secs_f64((mu + sigma * standard_normal(u)).exp())
            }
            Law::Hyperexponential { p_fast, fast, slow } => {
                Span::from_secs_f64(exponential(if v < *p_fast { *fast } else { *slow }, u))
            }
            Law::Uniform { from, to } => {
                Span(from.0 + ((to.0.saturating_sub(from.0)) as f64 * u) as u64)
            }
            Law::Empirical(seen) => {
                seen[((seen.len() as f64 * u) as usize).min(seen.len().saturating_sub(1))]
            }
        }
    }

    /// So many durations of equal weight, in ascending order: what is reckoned with where no draw
    /// is to be made.
    pub fn spread(&self, points: u32) -> Vec<Span> {
        let at = |i: u32| {
            // A second draw, spread evenly whatever the first: multiples of the golden ratio.
            let [u, v] =
                [(f64::from(i) + 0.5) / f64::from(points), (f64::from(i) * 0.618_034) % 1.0];
            self.sample([u, v])
        };
        let mut spread: Vec<Span> = (0..points).map(at).collect();
        spread.sort_unstable();
        spread
    }

    /// What 19 of 20 do not exceed.
    pub fn p95(&self) -> Span {
        self.spread(1_000)[949]
    }

    /// The mean.
    pub fn mean(&self) -> Span {
        match self {
            Law::Constant(span) => *span,
            Law::Exponential { mean } | Law::Erlang { mean, .. } => *mean,
            Law::Lognormal { mu, sigma } => Span::from_secs_f64((mu + sigma * sigma / 2.0).exp()),
            Law::Hyperexponential { p_fast, fast, slow } => Span::from_secs_f64(
                p_fast * fast.as_secs_f64() + (1.0 - p_fast) * slow.as_secs_f64(),
            ),
            Law::Uniform { from, to } => Span(u64::midpoint(from.0, to.0)),
            Law::Empirical(seen) => {
                Span(seen.iter().map(|s| s.0).sum::<u64>() / (seen.len() as u64).max(1))
            }
        }
    }
}

/// The standard normal quantile.
fn standard_normal(q: f64) -> f64 {
    Normal::standard().inverse_cdf(q)
}

/// Erlang quantile by bisection on its closed-form tail: P(X > x) = e^(−y) Σ_{i<k} yⁱ/i!,
/// y = kx/mean. Sixty halvings put it far below a microsecond.
fn erlang_quantile(shape: u32, mean: f64, u: f64) -> f64 {
    let shape = shape.max(1);
    let tail = |y: f64| {
        let mut term = (-y).exp();
        let mut sum = term;
        for i in 1..shape {
            term *= y / f64::from(i);
            sum += term;
        }
        sum
    };
    let (mut low, mut high) = (0.0, f64::from(shape) + 40.0 * f64::from(shape).sqrt() + 40.0);
    for _ in 0..60 {
        let mid = f64::midpoint(low, high);
        // u plays the tail's chance, as in the exponential above: small u is a long duration.
        if tail(mid) > u { low = mid } else { high = mid }
    }
    low * mean / f64::from(shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Draw, Draws};

    fn mean_of(law: &Law) -> f64 {
        let draws = Draws::new(11);
        let n = 40_000;
        let sum: f64 =
            (0..n).map(|i| law.sample(draws.two_units(Draw::Service, i, 0)).as_secs_f64()).sum();
        sum / n as f64
    }

    #[test]
    fn samples_have_the_mean_that_is_stated() {
        let s = Span::from_secs;
        for law in [
            Law::Constant(s(3)),
            Law::Exponential { mean: s(3) },
            Law::Erlang { shape: 4, mean: s(3) },
            Law::lognormal(s(2), s(6), 0.95),
            Law::Hyperexponential { p_fast: 0.8, fast: s(1), slow: s(9) },
            Law::Uniform { from: s(1), to: s(5) },
            Law::Empirical(vec![s(1), s(2), s(6)]),
        ] {
            let (seen, stated) = (mean_of(&law), law.mean().as_secs_f64());
            assert!((seen / stated - 1.0).abs() < 0.03, "{law:?}: {seen} against {stated}");
        }
    }

    #[test]
    fn lognormal_meets_both_percentiles() {
        let law = Law::lognormal(Span::from_secs(90), Span::from_secs(600), 0.95);
        assert_eq!(law.sample([0.5, 0.5]), Span::from_secs(90));
        assert_eq!(law.sample([0.95, 0.5]), Span::from_secs(600));
    }
}
