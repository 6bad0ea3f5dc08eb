//! Owns what is kept by number: a map that is quick where numbers come densely, as orders' do.
//! Must not trust the numbers: a sparse or absurd one costs a chunk, never a giant table.
//!
//! A hash map scatters neighbours; here sixteen orders that came one after another lie together,
//! and what is under way stays in the processor's cache however long the campaign.

use std::marker::PhantomData;

use rustc_hash::FxHashMap;

use crate::ids::{ChannelId, Intent, OrderId};

const CHUNK: u64 = 16;

/// A running number, and whose it is.
pub(crate) trait Number: Copy {
    fn split(self) -> (u16, u64);
    fn joined(whose: u16, number: u64) -> Self;
}

impl Number for OrderId {
    fn split(self) -> (u16, u64) {
        (self.channel.0, self.number)
    }

    fn joined(whose: u16, number: u64) -> OrderId {
        OrderId { channel: ChannelId(whose), number }
    }
}

impl Number for Intent {
    fn split(self) -> (u16, u64) {
        (0, self.0)
    }

    fn joined(_: u16, number: u64) -> Intent {
        Intent(number)
    }
}

/// Values by number.
#[derive(Clone, Debug)]
pub(crate) struct Numbered<K, T> {
    chunks: FxHashMap<(u16, u64), Chunk<T>>,
    keys: PhantomData<K>,
}

#[derive(Clone, Debug)]
struct Chunk<T> {
    values: Box<[Option<T>; CHUNK as usize]>,
    len: u8,
}

impl<K, T> Default for Numbered<K, T> {
    fn default() -> Self {
        Numbered { chunks: FxHashMap::default(), keys: PhantomData }
    }
}

impl<K: Number, T> Numbered<K, T> {
    pub(crate) fn get(&self, key: K) -> Option<&T> {
        let (chunk, place) = place(key);
        self.chunks.get(&chunk)?.values[place].as_ref()
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut T> {
        let (chunk, place) = place(key);
        self.chunks.get_mut(&chunk)?.values[place].as_mut()
    }

    /// The value of a number, made when there is none.
    pub(crate) fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> T) -> &mut T {
        let (chunk, place) = place(key);
        let chunk = self.chunks.entry(chunk).or_insert_with(Chunk::new);
        let value = &mut chunk.values[place];
        if value.is_none() {
            chunk.len += 1;
        }
        value.get_or_insert_with(make)
    }

    /// Keeps `value`; gives what was kept before.
    pub(crate) fn insert(&mut self, key: K, value: T) -> Option<T> {
        let (chunk, place) = place(key);
        let chunk = self.chunks.entry(chunk).or_insert_with(Chunk::new);
        let before = chunk.values[place].replace(value);
        if before.is_none() {
            chunk.len += 1;
        }
        before
    }

    /// Forgets the value of a number, and the chunk when it was its last.
    pub(crate) fn remove(&mut self, key: K) -> Option<T> {
        let (whose, place) = place(key);
        let chunk = self.chunks.get_mut(&whose)?;
        let value = chunk.values[place].take()?;
        chunk.len -= 1;
        if chunk.len == 0 {
            self.chunks.remove(&whose);
        }
        Some(value)
    }

    /// Forgets what is not to be kept.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(K, &T) -> bool) {
        self.chunks.retain(|&(whose, chunk), values| {
            for (value, number) in values.values.iter_mut().zip(chunk * CHUNK..) {
                let forgets = |value: &T| !keep(K::joined(whose, number), value);
                if value.as_ref().is_some_and(forgets) {
                    *value = None;
                    values.len -= 1;
                }
            }
            values.len > 0
        });
    }

    /// Everything, to be changed, in no order that means anything.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (K, &mut T)> {
        self.chunks.iter_mut().flat_map(|(&(whose, chunk), values)| {
            let numbered = values.values.iter_mut().zip(chunk * CHUNK..);
            numbered.filter_map(move |(value, number)| {
                value.as_mut().map(|value| (K::joined(whose, number), value))
            })
        })
    }

    /// Everything, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &T)> {
        self.chunks.iter().flat_map(|(&(whose, chunk), values)| {
            let numbered = values.values.iter().zip(chunk * CHUNK..);
            numbered.filter_map(move |(value, number)| {
                value.as_ref().map(|value| (K::joined(whose, number), value))
            })
        })
    }
}

impl<T> Chunk<T> {
    fn new() -> Chunk<T> {
        Chunk { values: Box::new([const { None }; CHUNK as usize]), len: 0 }
    }
}

fn place(key: impl Number) -> ((u16, u64), usize) {
    let (whose, number) = key.split();
    ((whose, number / CHUNK), (number % CHUNK) as usize)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// It is a map, whatever comes and goes, and keeps no chunk that holds nothing.
        #[test]
        fn it_is_a_map(
            steps in prop::collection::vec((0..3_u16, 0..40_u64, 0..5_u8, any::<u32>()), 1..300)
        ) {
            let (mut kept, mut truth) = (Numbered::default(), HashMap::new());
            for (channel, number, step, value) in steps {
                // Far numbers too: they must not be a table's length.
                let number = if number >= 36 { u64::MAX - number } else { number };
                let order = OrderId { channel: ChannelId(channel), number };
                match step {
                    0 => prop_assert_eq!(kept.insert(order, value), truth.insert(order, value)),
                    1 => prop_assert_eq!(kept.remove(order), truth.remove(&order)),
                    2 => {
                        let seen = *kept.or_insert_with(order, || value);
                        prop_assert_eq!(seen, *truth.entry(order).or_insert(value));
                    }
                    3 => {
                        let is_kept = |order: OrderId, seen: u32| {
                            !(order.number ^ u64::from(seen)).is_multiple_of(3)
                        };
                        kept.retain(|order, seen| is_kept(order, *seen));
                        truth.retain(|order, seen| is_kept(*order, *seen));
                    }
                    _ => prop_assert_eq!(kept.get_mut(order), truth.get_mut(&order)),
                }
                prop_assert_eq!(kept.get(order), truth.get(&order));
            }
            let all: HashMap<OrderId, u32> = kept.iter().map(|(k, value)| (k, *value)).collect();
            prop_assert_eq!(all, truth);
            prop_assert!(kept.chunks.values().all(|chunk| chunk.len > 0));
        }
    }
}
