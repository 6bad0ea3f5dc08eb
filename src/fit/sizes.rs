//! Owns counts that people edit: how many lines an order has, how many units a line.
//! Must not know which of the two it is.
//!
//! A real log has dozens of sizes. Neighbours are merged, cheapest first, until few are left; a
//! merged size is the mean of what it stands for, so that the mean of all hardly moves.

use crate::units::Ppm;

/// The largest size of the language.
pub(super) const SIZE_MAX: usize = 255;

/// The most different sizes that are written.
const SIZES_MAX: usize = 12;

/// Shares are written in steps of a thousandth.
const STEPS: u64 = 1_000;

/// How often each size was seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// By size; what is larger than the language knows counts as its largest.
    counts: [u64; SIZE_MAX + 1],
    sum: u128,
    pub(super) larger: u64,
}

impl Default for Seen {
    fn default() -> Seen {
        Seen { counts: [0; SIZE_MAX + 1], sum: 0, larger: 0 }
    }
}

impl Seen {
    /// One more of this size; there is nothing of no size.
    pub(super) fn add(&mut self, size: u64) {
        let known = usize::try_from(size).unwrap_or(SIZE_MAX).clamp(1, SIZE_MAX);
        self.counts[known] += 1;
        self.sum += u128::from(size);
        self.larger += u64::from(size > SIZE_MAX as u64);
    }

    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The mean, of the sizes as they were.
    pub(super) fn mean(&self) -> f64 {
        self.sum as f64 / self.total().max(1) as f64
    }
}

/// The mean of sizes with shares.
pub(super) fn mean(shares: &[(u8, Ppm)]) -> f64 {
    shares.iter().map(|(size, share)| f64::from(*size) * share.as_f64()).sum()
}

/// The total variation distance: the share that is played in another size than it had.
pub(super) fn moved(seen: &Seen, shares: &[(u8, Ppm)]) -> f64 {
    let total = seen.total().max(1) as f64;
    let apart = |(size, count): (usize, &u64)| {
        let written: f64 = shares
            .iter()
            .filter(|(known, _)| usize::from(*known) == size)
            .map(|(_, share)| share.as_f64())
            .sum();
        (*count as f64 / total - written).abs()
    };
    seen.counts.iter().enumerate().map(apart).sum::<f64>() / 2.0
}

/// A run of neighbouring sizes.
struct Run {
    count: f64,
    sum: f64,
}

impl Run {
    fn mean(&self) -> f64 {
        self.sum / self.count
    }

    /// What merging two runs loses: Ward's criterion, on relative differences. One line against
    /// two is more of a difference than twenty against twenty-one.
    fn loss(&self, next: &Run) -> f64 {
        let apart = (next.mean() - self.mean()).powi(2) / (next.mean() * self.mean());
        self.count * next.count / (self.count + next.count) * apart
    }
}

/// At most [`SIZES_MAX`] sizes with shares that sum to one; one line each of nothing seen.
pub(super) fn fit(seen: &Seen) -> Vec<(u8, Ppm)> {
    let some = seen.counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let run = |(size, count): (usize, &u64)| Run {
        count: *count as f64,
        sum: size as f64 * *count as f64,
    };
    let mut runs: Vec<Run> = some.map(run).collect();
    while runs.len() > SIZES_MAX {
        let losses = runs.windows(2).map(|pair| pair[0].loss(&pair[1])).enumerate();
        let Some((first, _)) = losses.min_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        let second = runs.remove(first + 1);
        runs[first].count += second.count;
        runs[first].sum += second.sum;
    }
    let counts: Vec<u64> = runs.iter().map(|run| run.count as u64).collect();
    let sizes = runs.iter().map(|run| run.mean().round() as u8);
    let mut shares: Vec<(u8, Ppm)> = vec![];
    for (size, share) in sizes.zip(allot(&counts, STEPS)).filter(|(_, share)| share.0 > 0) {
        match shares.last_mut() {
            Some((last, sum)) if *last == size => sum.0 += share.0,
            _ => shares.push((size, share)),
        }
    }
    if shares.is_empty() { vec![(1, Ppm::ONE)] } else { shares }
}

/// Shares of a whole in so many steps, which sum to one exactly: largest remainders go up.
pub(super) fn allot(counts: &[u64], steps: u64) -> Vec<Ppm> {
    let total: u128 = counts.iter().map(|count| u128::from(*count)).sum();
    if total == 0 {
        return vec![Ppm::ZERO; counts.len()];
    }
    let steps = u128::from(steps);
    let exact = |count: &u64| u128::from(*count) * steps;
    let mut shares: Vec<u128> = counts.iter().map(|count| exact(count) / total).collect();
    let mut by_rest: Vec<usize> = (0..counts.len()).collect();
    by_rest.sort_by_key(|index| std::cmp::Reverse(exact(&counts[*index]) % total));
    let left = steps - shares.iter().sum::<u128>();
    for index in by_rest.into_iter().take(left as usize) {
        shares[index] += 1;
    }
    let step = u128::from(Ppm::ONE.0) / steps;
    shares.into_iter().map(|share| Ppm((share * step) as u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(sizes: impl IntoIterator<Item = u64>) -> Seen {
        let mut seen = Seen::default();
        sizes.into_iter().for_each(|size| seen.add(size));
        seen
    }

    #[test]
    fn few_sizes_stand_as_they_were() {
        let seen = seen((0..100).map(|i| if i < 90 { 1 } else { 3 }));
        let shares = fit(&seen);
        assert_eq!(shares, [(1, Ppm(900_000)), (3, Ppm(100_000))]);
        assert!(moved(&seen, &shares) < 1e-12);
        assert!((mean(&shares) - seen.mean()).abs() < 1e-9);
    }

    #[test]
    fn many_sizes_become_few_and_the_mean_stays() {
        let seen = seen((1..=200).flat_map(|size| vec![size; (400 / size) as usize]));
        let shares = fit(&seen);
        assert!(shares.len() <= SIZES_MAX);
        assert_eq!(shares[0].0, 1, "the commonest size stands for itself");
        assert!((mean(&shares) / seen.mean() - 1.0).abs() < 0.03, "{shares:?}");
        let moved = moved(&seen, &shares);
        assert!((0.05..0.9).contains(&moved), "{moved}");
    }

    #[test]
    fn what_is_too_large_is_the_largest_and_is_counted() {
        let seen = seen([1, 600, u64::MAX]);
        assert_eq!(seen.larger, 2);
        assert_eq!(fit(&seen).last().map(|(size, _)| *size), Some(255));
        assert_eq!(fit(&Seen::default()), [(1, Ppm::ONE)]);
    }

    #[test]
    fn shares_sum_to_one_whatever_the_steps() {
        assert_eq!(allot(&[1, 1, 1], 1_000), [Ppm(334_000), Ppm(333_000), Ppm(333_000)]);
        assert_eq!(allot(&[1, 1, 1], 1_000_000)[0], Ppm(333_334));
        assert_eq!(allot(&[0, 0], 1_000), [Ppm::ZERO, Ppm::ZERO]);
    }

    proptest! {
        #[test]
        fn every_log_becomes_shares_that_the_language_takes(
            sizes in proptest::collection::vec(1_u64..2_000, 1..300)
        ) {
            let shares = fit(&seen(sizes));
            prop_assert_eq!(shares.iter().map(|(_, share)| share.0).sum::<u32>(), 1_000_000);
            prop_assert!(shares.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
