//! Owns at which locations stock is played, how much of it lies at each, and from which of them an
//! order's units are taken. Must not know which of them serve a channel.

use super::WorldTerms;
use crate::units::{Ppm, Qty};

/// From which of the locations that serve an order's channel its units are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TakesFrom {
    /// From the first of the channel's that has all of a line.
    #[default]
    FirstListed,
    /// From the one that has most of the SKU; of equals the first of the channel's.
    MostStock,
}

impl WorldTerms {
    /// What lies at each location when the campaign opens, by SKU; empty where all stock lies in
    /// one place.
    pub fn levels(&self) -> Vec<Qty> {
        let each = self.catalog.iter().flat_map(|sku| split(sku.stock, &self.locations));
        each.collect()
    }
}

/// So many units in these shares, which are the whole together: what is rounded off at one
/// location lies at the next.
pub fn split(units: Qty, shares: &[Ppm]) -> impl Iterator<Item = Qty> + '_ {
    let up_to = move |sum: u64| (i128::from(units.0) * i128::from(sum) / 1_000_000) as i64;
    let (mut sum, mut before) = (0, 0);
    shares.iter().map(move |share| {
        sum += u64::from(share.0);
        let (from, until) = (before, up_to(sum));
        before = until;
        Qty(until - from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is split is all there, none is below zero, and each is within a unit of its share.
        #[test]
        fn what_is_split_is_the_whole(
            units in 0..1_000_000_000_i64,
            cuts in prop::collection::vec(1..1_000_000_u32, 1..7),
        ) {
            let mut cuts = cuts;
            cuts.extend([0, 1_000_000]);
            cuts.sort_unstable();
            let shares: Vec<Ppm> = cuts.windows(2).map(|pair| Ppm(pair[1] - pair[0])).collect();
            let parts: Vec<Qty> = split(Qty(units), &shares).collect();
            prop_assert_eq!(parts.iter().copied().sum::<Qty>(), Qty(units));
            for (part, share) in parts.iter().zip(&shares) {
                let exact = units as f64 * share.as_f64();
                prop_assert!(part.0 >= 0 && (part.0 as f64 - exact).abs() <= 1.0 + 1e-6);
            }
        }
    }
}
