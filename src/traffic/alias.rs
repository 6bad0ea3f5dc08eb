//! Owns weighted choice in constant time: Vose's alias table.
//! Must not know what is chosen.
//!
//! M. D. Vose, "A linear algorithm for generating random numbers with a given distribution",
//! IEEE Transactions on Software Engineering 17 (1991). The usual code builds it in floats and
//! gives what rounding left over a full column of its own, so that an entry of weight zero can be
//! drawn. Here weights become integers first: the columns come out even, and zero stays zero.

use super::word::below_and_rest;

/// A choice among weighted entries; one word of randomness a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    columns: Vec<Column>,
}

/// A column of the table: its own entry up to `own`/2⁶⁴ of its height, `other` above that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    own: u64,
    other: u32,
}

impl Alias {
    /// The table for these weights; `None` when none is above zero, one is negative or not a
    /// number, or there are more than 2³² − 1.
    pub fn new(weights: &[f64]) -> Option<Alias> {
        let heaviest = weights.iter().copied().fold(0.0, f64::max);
        let usable = weights.iter().all(|w| w.is_finite() && *w >= 0.0);
        if !usable || heaviest <= 0.0 || u32::try_from(weights.len()).is_err() {
            return None;
        }
        // Against the heaviest first: the sum of great weights could overflow.
        let sum: f64 = weights.iter().map(|w| w / heaviest).sum();
        let whole = weights.iter().map(|&w| integer_weight(w, w / heaviest / sum)).collect();
        Some(Alias { columns: columns(whole) })
    }

    /// The entry that this word stands for.
    pub fn draw(&self, word: u64) -> usize {
        let (column, height) = below_and_rest(word, self.columns.len() as u64);
        let Column { own, other } = self.columns[column as usize];
        if height < own { column as usize } else { other as usize }
    }
}

/// The share of a weight in 2⁻⁶³; a weight above zero never vanishes.
fn integer_weight(weight: f64, share: f64) -> u64 {
    let whole = (share * (1_u64 << 63) as f64).round() as u64;
    if weight > 0.0 { whole.max(1) } else { 0 }
}

/// Vose's pairing, in integers: with n entries of total W each column holds W, and an entry of
/// weight w fills w·n in all.
fn columns(weights: Vec<u64>) -> Vec<Column> {
    let count = weights.len() as u128;
    let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    let mut left: Vec<u128> = weights.into_iter().map(|w| u128::from(w) * count).collect();
    let mut columns: Vec<Column> =
        (0..left.len()).map(|i| Column { own: u64::MAX, other: i as u32 }).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..left.len()).partition(|i| left[*i] < total);
    while let Some(poor) = small.pop() {
        let rich = *large.last().expect("what columns lack, others have: both sum to n·W");
        columns[poor] = Column { own: fraction(left[poor], total), other: rich as u32 };
        left[rich] -= total - left[poor];
        if left[rich] < total {
            large.pop();
            small.push(rich);
        }
    }
    columns
}

/// `part`/`total` in 2⁻⁶⁴; `part` is below `total`, which is 2⁶³ but for rounding, so it fits.
fn fraction(part: u128, total: u128) -> u64 {
    ((part << 64) / total) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::Rng;

    use super::*;
    use crate::rng::stream;

    /// The chance of each entry, read back from the table.
    fn chances(alias: &Alias) -> Vec<f64> {
        let n = alias.columns.len();
        let mut chances = vec![0.0; n];
        for (i, column) in alias.columns.iter().enumerate() {
            let own = column.own as f64 / 2_f64.powi(64);
            chances[i] += own / n as f64;
            chances[column.other as usize] += (1.0 - own) / n as f64;
        }
        chances
    }

    proptest! {
        #[test]
        fn the_table_holds_exactly_the_weights(
            weights in prop::collection::vec(prop_oneof![Just(0.0), 1e-9..1e9_f64], 1..200)
        ) {
            let sum: f64 = weights.iter().sum();
            prop_assume!(sum > 0.0);
            let alias = Alias::new(&weights).unwrap();
            let chances = chances(&alias);
            for (weight, chance) in weights.iter().zip(&chances) {
                prop_assert!((chance - weight / sum).abs() < 1e-13);
                prop_assert!(*weight > 0.0 || *chance == 0.0);
            }
            // So the mean of any score is kept too; here of the entry's own number.
            let mean = |p: &dyn Fn(usize) -> f64| -> f64 {
                (0..weights.len()).map(|i| i as f64 * p(i)).sum()
            };
            let stated = mean(&|i| weights[i] / sum);
            prop_assert!((mean(&|i| chances[i]) - stated).abs() < 1e-10);
        }

        #[test]
        fn what_weighs_nothing_is_never_drawn(word: u64, at in 0..5_usize) {
            let mut weights = [3.0, 0.1, 7.7, 1e-30, 1e30];
            weights[at] = 0.0;
            prop_assert_ne!(Alias::new(&weights).unwrap().draw(word), at);
        }
    }

    #[test]
    fn draws_follow_the_weights_by_chi_square() {
        let weights = [1.0, 2.0, 3.0, 4.0, 40.0, 0.5, 9.5];
        let sum: f64 = weights.iter().sum();
        let alias = Alias::new(&weights).unwrap();
        let draws = 200_000;
        let mut seen = [0_u64; 7];
        let mut rng = stream(3, "alias");
        for _ in 0..draws {
            seen[alias.draw(rng.next_u64())] += 1;
        }
        let chi_square = |expected: &dyn Fn(usize) -> f64| -> f64 {
            (0..7).map(|i| (seen[i] as f64 - expected(i)).powi(2) / expected(i)).sum()
        };
        // The 99.9 % point of chi-square with six degrees of freedom.
        assert!(chi_square(&|i| f64::from(draws) * weights[i] / sum) < 22.46);
        // And it does fire: against weights that are not the table's.
        assert!(chi_square(&|_| f64::from(draws) / 7.0) > 22.46);
    }

    #[test]
    fn weights_that_mean_nothing_make_no_table() {
        for weights in [&[][..], &[0.0, 0.0], &[1.0, -1.0], &[1.0, f64::NAN], &[f64::INFINITY]] {
            assert_eq!(Alias::new(weights), None, "{weights:?}");
        }
        let one = Alias::new(&[f64::MAX]).unwrap();
        assert_eq!((one.draw(0), one.draw(u64::MAX)), (0, 0));
        assert!(Alias::new(&[f64::MAX, f64::MAX, f64::MIN_POSITIVE]).is_some());
    }
}
