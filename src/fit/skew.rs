//! Owns how uneven sales are: the exponent of Zipf's law, and how many products there are.
//! Must not know orders: it sees how many lines each product had.
//!
//! The obvious way, to sort products by sales and look at the top, finds bestsellers in noise: of a
//! thousand equal products the luckiest ten sell well. So the exponent is the one at which two
//! lines of different orders agree on the product as often as they did, Σ cᵢ(cᵢ − 1) of so many
//! pairs: Simpson's index, which has no bias however few lines there are (Simpson, Nature 163,
//! 1949). A basket holds a product once; pairs within one order are no pairs. How many products
//! there are is what a stock list says, else the number of which just so many would have been seen.

use crate::records::SKUS_MAX;

/// The steepest exponent that the language takes.
const EXPONENT_MAX: f64 = 5.0;

/// Halvings of an interval: three digits of an exponent, of a number of products.
const HALVINGS: usize = 26;

/// Ranks up to this stand alone; behind it runs of ranks are taken at their middle.
const RANKS_ALONE: u64 = 256;

/// A power law of popularity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Skew {
    pub(super) skus: u64,
    pub(super) exponent: f64,
}

/// Fits it to how many lines each product had. `within` counts the ordered pairs of lines of one
/// order; `listed` is how many products there are, where that is known.
pub(super) fn fit(lines: &[u64], within: f64, listed: Option<u64>) -> Skew {
    let all: f64 = lines.iter().map(|lines| *lines as f64).sum();
    if all < 1.0 {
        return Skew { skus: listed.unwrap_or(1).clamp(1, SKUS_MAX), exponent: 0.0 };
    }
    let seen = lines.iter().filter(|lines| **lines > 0).count().max(1) as u64;
    let agreeing: f64 = lines.iter().map(|lines| *lines as f64 * (*lines as f64 - 1.0)).sum();
    let pairs = (all * (all - 1.0) - within).max(1.0);
    at_index(agreeing / pairs, |exponent| match listed {
        Some(listed) => listed.clamp(1, SKUS_MAX),
        None => skus(seen, all, exponent),
    })
}

/// The same from weights that somebody stated: there is no chance in them.
pub(super) fn of_weights(weights: &[f64]) -> Skew {
    let all: f64 = weights.iter().sum();
    let index = weights.iter().map(|weight| (weight / all).powi(2)).sum();
    at_index(index, |_| (weights.len() as u64).clamp(1, SKUS_MAX))
}

/// The exponent at which Simpson's index is this.
fn at_index(index: f64, skus_at: impl Fn(f64) -> u64) -> Skew {
    let (mut low, mut high) = (0.0, EXPONENT_MAX);
    for _ in 0..HALVINGS {
        let exponent = f64::midpoint(low, high);
        let reached = Ranks::of(skus_at(exponent)).simpson(exponent) >= index;
        if reached { high = exponent } else { low = exponent }
    }
    // Two digits are what such a number is good for.
    let exponent = (low * 100.0).round() / 100.0;
    Skew { skus: skus_at(exponent), exponent }
}

/// How many products there must be for so many to have been seen in so many lines.
fn skus(seen: u64, lines: f64, exponent: f64) -> u64 {
    let (mut low, mut high) = (seen as f64, SKUS_MAX as f64);
    for _ in 0..HALVINGS {
        let middle = (low * high).sqrt();
        if Ranks::of(middle as u64).seen(exponent, lines) < seen as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (high.round() as u64).clamp(seen, SKUS_MAX)
}

/// The ranks 1 to n, the rare ones in runs.
struct Ranks {
    /// The logarithm of a run's middle rank, and how many ranks it has.
    runs: Vec<(f64, f64)>,
}

impl Ranks {
    fn of(skus: u64) -> Ranks {
        let mut runs = vec![];
        let mut rank = 1;
        while rank <= skus {
            let wide = if rank <= RANKS_ALONE { 1 } else { rank / 50 };
            let until = (rank + wide).min(skus + 1);
            runs.push((f64::midpoint(rank as f64, (until - 1) as f64).ln(), (until - rank) as f64));
            rank = until;
        }
        Ranks { runs }
    }

    /// The probability of a line being of one product of each run, with the size of the run.
    fn shares(&self, exponent: f64) -> impl Iterator<Item = (f64, f64)> {
        let weight = move |log_rank: f64| (-exponent * log_rank).exp();
        let whole: f64 = self.runs.iter().map(|(log_rank, size)| size * weight(*log_rank)).sum();
        self.runs.iter().map(move |(log_rank, size)| (weight(*log_rank) / whole, *size))
    }

    /// How likely two lines are to be of one product.
    fn simpson(&self, exponent: f64) -> f64 {
        self.shares(exponent).map(|(share, size)| size * share * share).sum()
    }

    /// How many products are expected to be seen in so many lines.
    fn seen(&self, exponent: f64, lines: f64) -> f64 {
        let once = |share: f64| -(lines * (-share.min(1.0 - 1e-12)).ln_1p()).exp_m1();
        self.shares(exponent).map(|(share, size)| size * once(share)).sum()
    }
}

/// The share of lines that the best-selling so many products make.
pub(super) fn top_share(lines: &[u64], top: u64) -> f64 {
    let mut sorted = lines.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let all: u64 = sorted.iter().sum();
    let best: u64 = sorted.iter().take(top as usize).sum();
    best as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::stream;
    use crate::traffic::alias::Alias;
    use rand::Rng as _;

    /// Lines by product, drawn by Zipf's law.
    fn drawn(skus: u32, exponent: f64, lines: usize) -> Vec<u64> {
        let weights: Vec<f64> = (1..=skus).map(|rank| f64::from(rank).powf(-exponent)).collect();
        let table = Alias::new(&weights).expect("weights");
        let mut words = stream(5, "skew");
        let mut counts = vec![0; skus as usize];
        for _ in 0..lines {
            counts[table.draw(words.next_u64())] += 1;
        }
        counts
    }

    #[test]
    fn an_exponent_is_found_again_also_where_few_lines_are_drawn() {
        for (skus, exponent, lines, within) in [
            (2_000, 0.8, 200_000, 0.03),
            (2_000, 0.8, 4_000, 0.12),
            (500, 0.0, 2_000, 0.25),
            (10_000, 1.1, 20_000, 0.05),
        ] {
            let counts = drawn(skus, exponent, lines);
            let listed = fit(&counts, 0.0, Some(u64::from(skus)));
            assert!((listed.exponent - exponent).abs() <= within, "{exponent}: {listed:?}");
        }
    }

    #[test]
    fn products_that_nobody_ordered_are_counted_too() {
        for (skus, exponent, lines) in [(2_000, 0.8, 6_000), (1_000, 0.4, 2_000)] {
            let counts = drawn(skus, exponent, lines);
            let seen = counts.iter().filter(|count| **count > 0).count();
            assert!(seen < skus as usize);
            let fitted = fit(&counts, 0.0, None);
            let off = fitted.skus as f64 / f64::from(skus);
            assert!((0.85..1.18).contains(&off), "{fitted:?} of {skus}, {seen} seen");
            assert!((fitted.exponent - exponent).abs() < 0.12, "{fitted:?}");
        }
    }

    /// Sorting by sales finds bestsellers among equals; this must not.
    #[test]
    fn luck_is_no_skew() {
        let counts = drawn(1_000, 0.0, 3_000);
        assert!(top_share(&counts, 10) > 0.02, "the luckiest hundredth sold over twice its share");
        assert!(fit(&counts, 0.0, Some(1_000)).exponent < 0.2);
    }

    #[test]
    fn nothing_and_one_and_the_same_have_an_answer() {
        assert_eq!(fit(&[], 0.0, None), Skew { skus: 1, exponent: 0.0 });
        let one = fit(&[40], 0.0, None);
        assert_eq!(one.skus, 1);
        assert!(fit(&[1; 50], 0.0, Some(u64::MAX)).skus <= SKUS_MAX);
    }

    #[test]
    fn weights_that_are_stated_are_met() {
        let weights: Vec<f64> = (1..=800).map(|rank| f64::from(rank).powf(-0.9)).collect();
        assert_eq!(of_weights(&weights), Skew { skus: 800, exponent: 0.9 });
    }

    #[test]
    fn runs_of_ranks_stand_for_their_ranks() {
        for exponent in [0.3, 1.0, 2.0] {
            let exact: f64 = (1..=20_000).map(|rank| f64::from(rank).powf(-exponent)).sum();
            let squares: f64 =
                (1..=20_000).map(|rank| (f64::from(rank).powf(-exponent) / exact).powi(2)).sum();
            let runs = Ranks::of(20_000).simpson(exponent);
            assert!((runs / squares - 1.0).abs() < 1e-3, "{runs} {squares}");
        }
    }
}
