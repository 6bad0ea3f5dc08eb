//! Owns fitting demand over time: counts of orders, bin by bin, as a few straight pieces.
//! Must not know orders, clocks or phases.
//!
//! Counts are Poisson. A piece is level or a ramp, by maximum likelihood; how many pieces and where
//! they meet is what minimises deviance + (parameters) · ln(orders), Schwarz's criterion, found
//! exactly by dynamic programming over all pieces. A join is a parameter like any other.

/// The most pieces: more would be a drawing of the noise, and nobody would edit them.
const PIECES_MAX: usize = 10;

/// The most bins: the number of possible pieces grows with the square.
pub(super) const BINS_MAX: usize = 128;

/// A ramp over fewer bins is two points joined.
const RAMP_BINS_MIN: usize = 3;

/// Rounds of reweighting; the likelihood of a straight line settles in a few.
const ROUNDS: usize = 6;

/// A rate below this expects nothing.
const RATE_MIN: f64 = 1e-9;

/// A straight piece: from a bin until before another, in orders a bin at its two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Straight {
    pub(super) from: usize,
    pub(super) until: usize,
    pub(super) rate_from: f64,
    pub(super) rate_to: f64,
}

impl Straight {
    /// How many orders it expects.
    pub(super) fn expected(&self) -> f64 {
        f64::midpoint(self.rate_from, self.rate_to) * (self.until - self.from) as f64
    }
}

/// A fitted curve with the number of its parameters, joins included.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fitted {
    pub(super) pieces: Vec<Straight>,
    pub(super) parameters: usize,
}

/// A piece that was weighed: its penalised deviance, and what it is.
#[derive(Clone, Copy)]
struct Weighed {
    cost: f64,
    parameters: usize,
    piece: Straight,
}

/// Fits at most [`PIECES_MAX`] straight pieces to the counts.
///
/// # Panics
/// When there is no bin, or more than [`BINS_MAX`].
pub(super) fn fit(counts: &[u64]) -> Fitted {
    let bins = counts.len();
    assert!((1..=BINS_MAX).contains(&bins), "a stretch has from 1 to {BINS_MAX} bins");
    let penalty = (counts.iter().sum::<u64>().max(2) as f64).ln();
    // best[k][until]: the cheapest k + 1 pieces that cover the bins before `until`.
    let mut best: Vec<Vec<Option<(f64, usize)>>> = vec![vec![None; bins + 1]; PIECES_MAX];
    let from_there = |from: usize| -> Vec<Weighed> {
        (from + 1..=bins).map(|until| weigh(counts, from, until, penalty)).collect()
    };
    let weighed: Vec<Vec<Weighed>> = (0..bins).map(from_there).collect();
    let cost = |from: usize, until: usize| weighed[from][until - from - 1];
    for until in 1..=bins {
        best[0][until] = Some((cost(0, until).cost, 0));
        for k in 1..PIECES_MAX.min(until) {
            let cheapest = (k..until)
                .filter_map(|from| Some((best[k - 1][from]?.0 + cost(from, until).cost, from)))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            best[k][until] = cheapest;
        }
    }
    let covers = |k: &usize| best[*k][bins].map_or(f64::INFINITY, |(cost, _)| cost);
    let most = (0..PIECES_MAX).min_by(|a, b| covers(a).total_cmp(&covers(b))).unwrap_or(0);
    let mut pieces = vec![];
    let (mut until, mut parameters) = (bins, 0);
    for k in (0..=most).rev() {
        let (_, from) = best[k][until].expect("what was cheapest has a way back");
        let chosen = cost(from, until);
        parameters += chosen.parameters;
        pieces.push(chosen.piece);
        until = from;
    }
    pieces.reverse();
    Fitted { pieces, parameters: parameters.saturating_sub(1) }
}

/// Level or a ramp, whichever costs less. A piece brings its rates and one join.
fn weigh(counts: &[u64], from: usize, until: usize, penalty: f64) -> Weighed {
    let counts = &counts[from..until];
    let mean = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    let weighed = |rate_from: f64, rate_to: f64, parameters: usize| Weighed {
        cost: deviance(counts, rate_from, rate_to) + parameters as f64 * penalty,
        parameters,
        piece: Straight { from, until, rate_from, rate_to },
    };
    let level = weighed(mean, mean, 2);
    if counts.len() < RAMP_BINS_MIN || mean <= 0.0 {
        return level;
    }
    let (rate_from, rate_to) = ramp(counts, mean);
    let ramp = weighed(rate_from, rate_to, 3);
    if ramp.cost < level.cost { ramp } else { level }
}

/// The middle of a bin, where the piece goes from 0 to 1.
fn middle(bin: usize, bins: usize) -> f64 {
    (bin as f64 + 0.5) / bins as f64
}

/// Twice the log-likelihood that the saturated model has over this line.
fn deviance(counts: &[u64], rate_from: f64, rate_to: f64) -> f64 {
    let term = |(bin, count): (usize, &u64)| {
        let x = middle(bin, counts.len());
        let (rate, count) = ((rate_from + (rate_to - rate_from) * x).max(RATE_MIN), *count as f64);
        let logs = if count > 0.0 { count * (count / rate).ln() } else { 0.0 };
        2.0 * (logs - count + rate)
    };
    counts.iter().enumerate().map(term).sum()
}

/// The likeliest ramp: least squares, reweighted by the rate that the last round gave.
fn ramp(counts: &[u64], mean: f64) -> (f64, f64) {
    let (mut start, mut rise) = (mean, 0.0);
    for _ in 0..ROUNDS {
        // Sums of weights, and of weights times the place x and the count y.
        let (mut sum, mut sum_x, mut sum_xx, mut sum_y, mut sum_xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (bin, count) in counts.iter().enumerate() {
            let (place, count) = (middle(bin, counts.len()), *count as f64);
            let weight = 1.0 / (start + rise * place).max(mean * 1e-3);
            sum += weight;
            sum_x += weight * place;
            sum_xx += weight * place * place;
            sum_y += weight * count;
            sum_xy += weight * place * count;
        }
        rise = (sum * sum_xy - sum_x * sum_y) / (sum * sum_xx - sum_x * sum_x);
        start = (sum_y - rise * sum_x) / sum;
        // A rate below nothing is none; the other end then carries the sum.
        if start < 0.0 {
            (start, rise) = (0.0, 2.0 * mean);
        } else if start + rise < 0.0 {
            (start, rise) = (2.0 * mean, -2.0 * mean);
        }
    }
    (start, (start + rise).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Counts as a Poisson process of these rates would rarely surprise with: its means.
    fn of(rates: impl IntoIterator<Item = f64>) -> Vec<u64> {
        rates.into_iter().map(|rate: f64| rate.round() as u64).collect()
    }

    #[test]
    fn level_demand_is_one_level_piece() {
        let fitted = fit(&[50; 40]);
        assert_eq!(fitted.pieces.len(), 1);
        let piece = fitted.pieces[0];
        assert_eq!((piece.from, piece.until), (0, 40));
        assert_eq!((piece.rate_from, piece.rate_to), (50.0, 50.0));
        assert_eq!(fitted.parameters, 1);
    }

    #[test]
    fn a_step_a_ramp_and_a_plateau_are_found_where_they_are() {
        let ramp = (0..20).map(|i| 40.0 + 360.0 * (f64::from(i) + 0.5) / 20.0);
        let counts = of([40.0; 30].into_iter().chain(ramp).chain([400.0; 25]).chain([100.0; 25]));
        let fitted = fit(&counts);
        let joins: Vec<usize> = fitted.pieces.iter().map(|piece| piece.until).collect();
        assert_eq!(joins.len(), 4, "{fitted:?}");
        for (join, true_join) in joins.iter().zip([30, 50, 75, 100]) {
            assert!(join.abs_diff(true_join) <= 1, "{joins:?}");
        }
        let rates: Vec<(f64, f64)> =
            fitted.pieces.iter().map(|piece| (piece.rate_from, piece.rate_to)).collect();
        for ((from, to), (true_from, true_to)) in
            rates.into_iter().zip([(40.0, 40.0), (40.0, 400.0), (400.0, 400.0), (100.0, 100.0)])
        {
            assert!((from - true_from).abs() < 0.1 * true_from + 5.0, "{from} {true_from}");
            assert!((to - true_to).abs() < 0.1 * true_to + 5.0, "{to} {true_to}");
        }
    }

    #[test]
    fn a_ramp_down_to_nothing_does_not_go_below_it() {
        let counts = of((0..30).map(|i| (60.0 - 3.0 * f64::from(i)).max(0.0)));
        for piece in fit(&counts).pieces {
            assert!(piece.rate_from >= 0.0 && piece.rate_to >= 0.0, "{piece:?}");
        }
    }

    proptest! {
        /// Whatever was counted: the pieces touch, cover all, and expect what was there.
        #[test]
        fn pieces_cover_the_stretch_and_keep_the_sum(
            counts in proptest::collection::vec(0_u64..200, 1..60)
        ) {
            let fitted = fit(&counts);
            prop_assert!(fitted.pieces.len() <= PIECES_MAX);
            let mut at = 0;
            for piece in &fitted.pieces {
                prop_assert_eq!(piece.from, at);
                prop_assert!(piece.until > piece.from);
                prop_assert!(piece.rate_from >= 0.0 && piece.rate_to >= 0.0);
                at = piece.until;
            }
            prop_assert_eq!(at, counts.len());
            let sum = counts.iter().sum::<u64>() as f64;
            let expected: f64 = fitted.pieces.iter().map(Straight::expected).sum();
            prop_assert!((sum - expected).abs() <= 0.05 * sum + 1.0, "{} {}", sum, expected);
        }
    }
}
