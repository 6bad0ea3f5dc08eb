//! Owns distributions of durations as weighted points, so that they can be added.
//! Must not know what takes the time.
//!
//! Points stand closer together towards the upper end, because it is the 95th percentile that is
//! asked for: 48 for the lower nine tenths, 24 for the next nine hundredths, 16 above.

use crate::law::Law;
use crate::units::Span;

/// A distribution of seconds: points in ascending order, weights that sum to one.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    points: Vec<(f64, f64)>,
}

/// The grid of cumulative shares between which a point stands.
fn grid() -> Vec<f64> {
    let part = |from: f64, until: f64, steps: u32| {
        (0..steps).map(move |i| from + (until - from) * f64::from(i) / f64::from(steps))
    };
    part(0.0, 0.9, 48).chain(part(0.9, 0.99, 24)).chain(part(0.99, 1.0, 16)).chain([1.0]).collect()
}

impl Spread {
    /// No time at all.
    pub(super) fn zero() -> Spread {
        Spread { points: vec![(0.0, 1.0)] }
    }

    pub(super) fn of(law: &Law) -> Spread {
        let at = |u: f64, v: f64| law.sample([u, v]).as_secs_f64();
        let grid = grid();
        let cells = || grid.windows(2).map(|pair| (f64::midpoint(pair[0], pair[1]), pair));
        let mut points: Vec<(f64, f64)> = match law {
            Law::Constant(span) => vec![(span.as_secs_f64(), 1.0)],
            // Of these a small draw is a long duration.
            Law::Exponential { .. } | Law::Erlang { .. } => {
                cells().map(|(u, pair)| (at(1.0 - u, 0.5), pair[1] - pair[0])).collect()
            }
            Law::Hyperexponential { p_fast, .. } => {
                let phases = [(*p_fast, 0.0), (1.0 - p_fast, 1.0)];
                let of_phase = |(share, v): (f64, f64)| {
                    cells().map(move |(u, pair)| (at(1.0 - u, v), share * (pair[1] - pair[0])))
                };
                phases.into_iter().flat_map(of_phase).collect()
            }
            Law::Empirical(seen) => {
                let each = 1.0 / seen.len().max(1) as f64;
                seen.iter().map(|span| (span.as_secs_f64(), each)).collect()
            }
            Law::Lognormal { .. } | Law::Uniform { .. } => {
                cells().map(|(u, pair)| (at(u, 0.5), pair[1] - pair[0])).collect()
            }
        };
        points.retain(|(_, weight)| *weight > 0.0);
        Spread::gathered(points)
    }

    /// Anywhere in an interval: how long a change waits for the next look.
    pub(super) fn until_next(every: Span) -> Spread {
        Spread::of(&Law::Uniform { from: Span::ZERO, to: every })
    }

    /// The sum with an independent one.
    pub(super) fn plus(&self, other: &Spread) -> Spread {
        let sums = self
            .points
            .iter()
            .flat_map(|(a, wa)| other.points.iter().map(move |(b, wb)| (a + b, wa * wb)));
        Spread::gathered(sums.collect())
    }

    /// This one with that chance, else the other.
    pub(super) fn mixed_with(&self, other: &Spread, chance: f64) -> Spread {
        let part = |spread: &Spread, share: f64| {
            let weighed = spread.points.iter().map(move |(value, weight)| (*value, weight * share));
            weighed.filter(|(_, weight)| *weight > 0.0).collect::<Vec<_>>()
        };
        let mut points = part(self, chance);
        points.extend(part(other, 1.0 - chance));
        Spread::gathered(points)
    }

    /// The share that is longer.
    pub(super) fn beyond(&self, seconds: f64) -> f64 {
        let from = self.points.partition_point(|(value, _)| *value <= seconds);
        self.points[from..].iter().map(|(_, weight)| weight).sum()
    }

    /// The value that this share stays within.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let mut sum = 0.0;
        for (value, weight) in &self.points {
            sum += weight;
            if sum >= share - 1e-9 {
                return *value;
            }
        }
        self.points.last().map_or(0.0, |(value, _)| *value)
    }

    /// Many points brought together, a point a cell of the grid: the mean of what fell into it.
    fn gathered(mut points: Vec<(f64, f64)>) -> Spread {
        points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let grid = grid();
        if points.len() < grid.len() {
            return Spread { points };
        }
        let mut gathered: Vec<(f64, f64)> = Vec::with_capacity(grid.len());
        let (mut cell, mut sum, mut weight, mut before) = (1, 0.0, 0.0, 0.0);
        for (value, part) in points {
            if before + part / 2.0 > grid[cell] && weight > 0.0 {
                gathered.push((sum / weight, weight));
                (sum, weight) = (0.0, 0.0);
                while cell + 1 < grid.len() && before + part / 2.0 > grid[cell] {
                    cell += 1;
                }
            }
            sum += value * part;
            weight += part;
            before += part;
        }
        if weight > 0.0 {
            gathered.push((sum / weight, weight));
        }
        Spread { points: gathered }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(seen: f64, exact: f64, share: f64) {
        assert!((seen / exact - 1.0).abs() < share, "{seen} against {exact}");
    }

    #[test]
    fn a_law_keeps_its_mean_and_its_percentiles() {
        let s = Span::from_secs;
        let lognormal = Law::lognormal(s(5), s(30), 0.95);
        for law in [
            Law::Constant(s(3)),
            Law::Exponential { mean: s(3) },
            Law::Erlang { shape: 3, mean: s(3) },
            lognormal.clone(),
            Law::Hyperexponential { p_fast: 0.9, fast: s(1), slow: s(20) },
            Law::Uniform { from: s(1), to: s(5) },
            Law::Empirical((1..=500).map(s).collect()),
        ] {
            let spread = Spread::of(&law);
            let mean: f64 = spread.points.iter().map(|(value, weight)| value * weight).sum();
            near(mean, law.mean().as_secs_f64(), 0.02);
            let whole: f64 = spread.points.iter().map(|(_, weight)| weight).sum();
            near(whole, 1.0, 1e-9);
        }
        near(Spread::of(&lognormal).quantile(0.95), 30.0, 0.02);
        near(Spread::of(&Law::Exponential { mean: s(1) }).quantile(0.95), 20f64.ln(), 0.02);
    }

    #[test]
    fn sums_are_those_of_calculus() {
        let s = Span::from_secs;
        // Three exponentials are an Erlang of shape three.
        let one = Spread::of(&Law::Exponential { mean: s(2) });
        let three = one.plus(&one).plus(&one);
        let erlang = Spread::of(&Law::Erlang { shape: 3, mean: s(6) });
        near(three.quantile(0.95), erlang.quantile(0.95), 0.02);
        near(three.quantile(0.5), erlang.quantile(0.5), 0.02);
        // Two uniforms: P(X + Y > x) = (2 − x)²/2 for x in 1..2.
        let two = Spread::until_next(s(1)).plus(&Spread::until_next(s(1)));
        near(two.quantile(0.95), 2.0 - 0.1_f64.sqrt(), 0.01);
        near(two.beyond(1.7), 0.045, 0.1);
        let mixed = one.mixed_with(&Spread::zero(), 0.4);
        near(mixed.beyond(1.0), 0.4 * one.beyond(1.0), 0.05);
        near(Spread::zero().plus(&one).quantile(0.9), one.quantile(0.9), 0.001);
    }
}
