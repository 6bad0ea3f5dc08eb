//! Owns sets of numbers that are mostly dense: intents, minutes. One bit each where dense.
//! Must not trust the numbers: a sparse or absurd one costs a chunk, never a giant table.

use rustc_hash::FxHashMap;

const WORDS: usize = 8;
const CHUNK_BITS: u64 = 64 * WORDS as u64;

/// A set of numbers in chunks of 512.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    chunks: FxHashMap<u64, [u64; WORDS]>,
    count: u64,
}

impl Bits {
    /// Adds `n`; true when it was not there.
    pub(super) fn insert(&mut self, n: u64) -> bool {
        let chunk = self.chunks.entry(n / CHUNK_BITS).or_default();
        let within = n % CHUNK_BITS;
        let word = &mut chunk[(within / 64) as usize];
        let bit = 1 << (within % 64);
        let new = *word & bit == 0;
        *word |= bit;
        self.count += u64::from(new);
        new
    }

    pub(super) fn merge(&mut self, other: &Bits) {
        for (&at, words) in &other.chunks {
            let chunk = self.chunks.entry(at).or_default();
            for (mine, theirs) in chunk.iter_mut().zip(words) {
                self.count += u64::from((theirs & !*mine).count_ones());
                *mine |= theirs;
            }
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_new_once() {
        let mut bits = Bits::default();
        for n in [0, 511, 512, u64::MAX] {
            assert!(bits.insert(n));
            assert!(!bits.insert(n));
        }
        let mut other = Bits::default();
        other.insert(511);
        other.insert(513);
        other.merge(&bits);
        assert_eq!((bits.count(), other.count()), (4, 5));
    }
}
