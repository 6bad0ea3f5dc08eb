//! Owns how 64 random bits become a number: below a bound, between 0 and 1, exponential.
//! Must not know where the bits come from or what the number is for.
//!
//! Written out here rather than taken from `rand`, whose ways to sample may change between
//! versions: which order a seed stands for must not.

/// A whole number below `bound`, by the high half of a product; off by at most `bound`/2⁶⁴.
pub(super) fn below(word: u64, bound: u64) -> u64 {
    ((u128::from(word) * u128::from(bound)) >> 64) as u64
}

/// The same, with the low half: what is left of the randomness, uniform in steps of 2⁻⁶⁴.
pub(super) fn below_and_rest(word: u64, bound: u64) -> (u64, u64) {
    let product = u128::from(word) * u128::from(bound);
    ((product >> 64) as u64, product as u64)
}

/// A number in (0, 1), never an end: 52 bits, moved half a step off zero.
pub(super) fn open_unit(word: u64) -> f64 {
    ((word >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

/// An exponential of mean 1, always above zero.
pub(super) fn unit_exponential(word: u64) -> f64 {
    -open_unit(word).ln()
}

/// Four words of a keyed draw as two.
pub(super) fn pairs([a, b, c, d]: [u32; 4]) -> [u64; 2] {
    [(u64::from(a) << 32) | u64::from(b), (u64::from(c) << 32) | u64::from(d)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_stay_inside() {
        assert_eq!((below(0, 7), below(u64::MAX, 7)), (0, 6));
        assert_eq!((below(0, 1), below(u64::MAX, 1)), (0, 0));
        assert_eq!(below(u64::MAX, u64::MAX), u64::MAX - 1);
        for word in [0, u64::MAX] {
            assert!(open_unit(word) > 0.0 && open_unit(word) < 1.0);
            assert!(unit_exponential(word) > 0.0 && unit_exponential(word).is_finite());
        }
    }

    #[test]
    fn pairs_lose_nothing() {
        assert_eq!(pairs([1, 2, 3, 4]), [(1 << 32) | 2, (3 << 32) | 4]);
    }
}
