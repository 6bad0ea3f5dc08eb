//! Owns what a machine numbers itself, one after another, and keeps as long as it may be asked for.
//! Must not know when that is over.
//!
//! Sixteen that came one after another lie together and go together; what is left of a long
//! campaign is what is under way, and eight bytes for each sixteen since the oldest of it.

use std::collections::VecDeque;

const CHUNK: u64 = 16;

/// Values by the number that they got here.
#[derive(Debug)]
pub(super) struct Register<T> {
    /// The number of the next.
    next: u64,
    /// The number of the first chunk.
    first: u64,
    chunks: VecDeque<Option<Box<Chunk<T>>>>,
    kept: usize,
}

#[derive(Debug)]
struct Chunk<T> {
    values: [Option<T>; CHUNK as usize],
    len: u8,
}

impl<T> Default for Register<T> {
    fn default() -> Register<T> {
        Register { next: 0, first: 0, chunks: VecDeque::new(), kept: 0 }
    }
}

impl<T> Register<T> {
    /// The number that the next will get: how many there ever were.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// How many are kept.
    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    /// Keeps one more, under the next number.
    pub(super) fn push(&mut self, value: T) {
        let place = self.next / CHUNK;
        if self.chunks.is_empty() {
            self.first = place;
        }
        if self.first + self.chunks.len() as u64 <= place {
            self.chunks.push_back(None);
        }
        let chunk = self.chunks.back_mut().expect("one was just put there");
        let chunk = chunk.get_or_insert_with(Box::default);
        chunk.values[(self.next % CHUNK) as usize] = Some(value);
        chunk.len += 1;
        self.kept += 1;
        self.next += 1;
    }

    pub(super) fn get(&self, number: u64) -> Option<&T> {
        let place = (number / CHUNK).checked_sub(self.first)?;
        let chunk = self.chunks.get(usize::try_from(place).ok()?)?.as_ref()?;
        chunk.values[(number % CHUNK) as usize].as_ref()
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let place = (number / CHUNK).checked_sub(self.first)?;
        let chunk = self.chunks.get_mut(usize::try_from(place).ok()?)?.as_mut()?;
        chunk.values[(number % CHUNK) as usize].as_mut()
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let place = (number / CHUNK).checked_sub(self.first)?;
        let slot = self.chunks.get_mut(usize::try_from(place).ok()?)?;
        let chunk = slot.as_mut()?;
        let value = chunk.values[(number % CHUNK) as usize].take()?;
        chunk.len -= 1;
        if chunk.len == 0 {
            *slot = None;
        }
        self.kept -= 1;
        self.drop_front();
        Some(value)
    }

    /// Everything that is kept, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        let chunks = (self.first..).zip(&self.chunks);
        chunks.filter_map(|(place, chunk)| Some((place, chunk.as_ref()?))).flat_map(
            |(place, chunk)| {
                let numbered = (place * CHUNK..).zip(&chunk.values);
                numbered.filter_map(|(number, value)| Some((number, value.as_ref()?)))
            },
        )
    }

    /// Forgets what is not to be kept.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(u64, &T) -> bool) {
        for (place, slot) in (self.first..).zip(&mut self.chunks) {
            let Some(chunk) = slot else { continue };
            for (number, value) in (place * CHUNK..).zip(&mut chunk.values) {
                if value.as_ref().is_some_and(|value| !keep(number, value)) {
                    *value = None;
                    chunk.len -= 1;
                    self.kept -= 1;
                }
            }
            if chunk.len == 0 {
                *slot = None;
            }
        }
        self.drop_front();
    }

    fn drop_front(&mut self) {
        while self.chunks.front().is_some_and(Option::is_none) {
            self.chunks.pop_front();
            self.first += 1;
        }
    }
}

impl<T> Default for Chunk<T> {
    fn default() -> Chunk<T> {
        Chunk { values: [const { None }; CHUNK as usize], len: 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// It is a map of what was pushed and not forgotten, and holds no chunk that holds nothing.
        #[test]
        fn it_keeps_what_is_to_be_kept(
            steps in prop::collection::vec((0..30_u8, any::<u64>()), 1..80)
        ) {
            let (mut kept, mut truth) = (Register::default(), BTreeMap::new());
            for (pushed, salt) in steps {
                for _ in 0..pushed {
                    truth.insert(kept.next(), salt);
                    kept.push(salt);
                }
                // A few are kept, as what is under way for long is.
                let is_kept = |number: u64| (number ^ salt).is_multiple_of(7);
                kept.retain(|number, _| is_kept(number));
                truth.retain(|number, _| is_kept(*number));
                for number in 0..kept.next() + 2 {
                    prop_assert_eq!(kept.get(number), truth.get(&number));
                    prop_assert_eq!(kept.get_mut(number), truth.get_mut(&number));
                }
                let gone = salt % (kept.next() + 1);
                prop_assert_eq!(kept.remove(gone), truth.remove(&gone));
                let all: BTreeMap<u64, u64> = kept.iter().map(|(n, value)| (n, *value)).collect();
                prop_assert_eq!(kept.kept(), truth.len());
                prop_assert_eq!(&all, &truth);
                prop_assert!(kept.chunks.iter().flatten().all(|chunk| chunk.len > 0));
                prop_assert!(kept.chunks.front().is_none_or(Option::is_some));
            }
        }
    }
}
