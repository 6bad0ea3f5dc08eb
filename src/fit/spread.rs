//! Owns fitting a lognormal by its median and its 95th percentile, and how far it is off.
//! Must not know whether it is of stock or of prices.

use statrs::distribution::{ContinuousCDF as _, Normal};

/// A lognormal of whole numbers by two of its percentiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    pub(super) typical: u64,
    pub(super) one_in_20_above: u64,
}

/// What was fitted to how many numbers, and how far the two are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fitted {
    pub(super) spread: Spread,
    /// The largest difference of the two distribution functions (Kolmogorov).
    pub(super) apart: f64,
    /// The share of the numbers that are zero: a lognormal has none.
    pub(super) zero: f64,
}

/// Fits it to the numbers above zero; none when there are none.
pub(super) fn fit(mut numbers: Vec<u64>) -> Option<Fitted> {
    let all = numbers.len();
    numbers.retain(|number| *number > 0);
    numbers.sort_unstable();
    let at = |q: f64| numbers.get(((numbers.len() as f64 - 1.0) * q).round().max(0.0) as usize);
    let spread = Spread { typical: *at(0.5)?, one_in_20_above: *at(0.95)? };
    let zero = (all - numbers.len()) as f64 / all as f64;
    Some(Fitted { spread, apart: apart(&numbers, spread), zero })
}

/// The largest difference between the sorted numbers and the lognormal, rounded as it is drawn.
fn apart(sorted: &[u64], spread: Spread) -> f64 {
    let median = spread.typical as f64;
    let upper = Normal::standard().inverse_cdf(0.95);
    let sigma = (spread.one_in_20_above as f64 / median).ln() / upper;
    let below = |number: u64| {
        let edge = (number as f64 + 0.5) / median;
        if sigma <= 0.0 {
            return f64::from(u8::from(edge >= 1.0));
        }
        Normal::standard().cdf(edge.ln() / sigma)
    };
    let mut worst: f64 = 0.0;
    for (index, number) in sorted.iter().enumerate() {
        let next = sorted.get(index + 1);
        // At the last of equal numbers all of them are below, and none is until the next begins.
        if next != Some(number) {
            let share = (index + 1) as f64 / sorted.len() as f64;
            worst = worst.max((share - below(*number)).abs());
            if let Some(next) = next {
                worst = worst.max((share - below(next - 1)).abs());
            }
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::stream;
    use rand::Rng as _;

    fn drawn(median: f64, sigma: f64, count: usize) -> Vec<u64> {
        let mut words = stream(3, "spread");
        let mut one = || {
            let u = ((words.next_u64() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64;
            (median * (sigma * Normal::standard().inverse_cdf(u)).exp()).round() as u64
        };
        (0..count).map(|_| one()).collect()
    }

    #[test]
    fn a_lognormal_is_found_again_and_fits() {
        let fitted = fit(drawn(150.0, 1.2, 4_000)).expect("numbers");
        let above = 150.0 * (1.2 * Normal::standard().inverse_cdf(0.95_f64)).exp();
        let Spread { typical, one_in_20_above } = fitted.spread;
        assert!((typical as f64 / 150.0 - 1.0).abs() < 0.1, "{typical}");
        assert!((one_in_20_above as f64 / above - 1.0).abs() < 0.15, "{one_in_20_above} {above}");
        // Kolmogorov's 99 % point is 1.63/√n; fitted percentiles lie closer.
        assert!(fitted.apart < 1.63 / 4_000_f64.sqrt(), "{}", fitted.apart);
        assert!(fitted.zero < 0.001);
    }

    #[test]
    fn what_is_no_lognormal_is_seen_to_be_none() {
        let two_heaps: Vec<u64> = (0..1_000).map(|i| if i % 10 < 6 { 10 } else { 1_000 }).collect();
        assert!(fit(two_heaps).expect("numbers").apart > 0.3);
    }

    #[test]
    fn zeros_are_left_out_and_said() {
        let fitted = fit(vec![0, 0, 0, 5]).expect("one number");
        assert_eq!(fitted.spread, Spread { typical: 5, one_in_20_above: 5 });
        assert!((fitted.zero - 0.75).abs() < 1e-12 && fitted.apart < 1e-12);
        assert_eq!(fit(vec![0, 0]), None);
        assert_eq!(fit(vec![]), None);
    }
}
