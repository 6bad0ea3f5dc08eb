//! Owns many short lists in one pool: what is under way lies together, and nothing is allocated
//! for it once the pool has grown. Must not know what is listed.

const NONE: u32 = u32::MAX;

/// A list, whose links are in the pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    first: u32,
    last: u32,
    len: u32,
}

impl Default for Chain {
    fn default() -> Chain {
        Chain { first: NONE, last: NONE, len: 0 }
    }
}

impl Chain {
    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// As the lists of lags have it, one line of the processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Link<T> {
    item: T,
    before: u32,
    after: u32,
}

/// The links of many lists.
#[derive(Clone, Debug)]
pub(super) struct Chains<T> {
    links: Vec<Link<T>>,
    /// The first link that nobody uses; the next one is its `after`.
    free: u32,
    /// Links in use.
    used: u32,
}

impl<T> Default for Chains<T> {
    fn default() -> Self {
        Chains { links: Vec::new(), free: NONE, used: 0 }
    }
}

impl<T: Copy> Chains<T> {
    pub(super) fn push_back(&mut self, chain: &mut Chain, item: T) {
        let link = self.link(Link { item, before: chain.last, after: NONE });
        match chain.last {
            NONE => chain.first = link,
            last => self.links[last as usize].after = link,
        }
        chain.last = link;
        chain.len += 1;
    }

    pub(super) fn push_front(&mut self, chain: &mut Chain, item: T) {
        let link = self.link(Link { item, before: NONE, after: chain.first });
        match chain.first {
            NONE => chain.last = link,
            first => self.links[first as usize].before = link,
        }
        chain.first = link;
        chain.len += 1;
    }

    /// Whether all lists are empty.
    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    pub(super) fn front(&self, chain: &Chain) -> Option<&T> {
        self.links.get(chain.first as usize).map(|link| &link.item)
    }

    pub(super) fn back(&self, chain: &Chain) -> Option<&T> {
        self.links.get(chain.last as usize).map(|link| &link.item)
    }

    pub(super) fn pop_front(&mut self, chain: &mut Chain) -> Option<T> {
        self.unlink(chain, chain.first)
    }

    pub(super) fn pop_back(&mut self, chain: &mut Chain) -> Option<T> {
        self.unlink(chain, chain.last)
    }

    /// Takes those out that `keep` does not want.
    pub(super) fn retain(&mut self, chain: &mut Chain, mut keep: impl FnMut(&T) -> bool) {
        let mut at = chain.first;
        while let Some(Link { item, after, .. }) = self.links.get(at as usize).copied() {
            if !keep(&item) {
                self.unlink(chain, at);
            }
            at = after;
        }
    }

    pub(super) fn iter(&self, chain: &Chain) -> impl Iterator<Item = &T> {
        let mut at = chain.first;
        std::iter::from_fn(move || {
            let link = self.links.get(at as usize)?;
            at = link.after;
            Some(&link.item)
        })
    }

    fn link(&mut self, link: Link<T>) -> u32 {
        self.used += 1;
        let at = self.free;
        if let Some(unused) = self.links.get_mut(at as usize) {
            self.free = unused.after;
            *unused = link;
            return at;
        }
        self.links.push(link);
        let at = (self.links.len() - 1) as u32;
        assert!(at < NONE, "four thousand million links are too many");
        at
    }

    fn unlink(&mut self, chain: &mut Chain, at: u32) -> Option<T> {
        let Link { item, before, after } = *self.links.get(at as usize)?;
        match before {
            NONE => chain.first = after,
            before => self.links[before as usize].after = after,
        }
        match after {
            NONE => chain.last = before,
            after => self.links[after as usize].before = before,
        }
        chain.len -= 1;
        self.used -= 1;
        self.links[at as usize].after = self.free;
        self.free = at;
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Two lists in one pool are two deques, and links are used again.
        #[test]
        fn lists_are_deques(
            steps in prop::collection::vec((0..2_usize, 0..6_u8, 0..9_u32), 1..200)
        ) {
            let mut pool = Chains::default();
            let mut chains = [Chain::default(); 2];
            let mut deques = [VecDeque::new(), VecDeque::new()];
            let mut most = 0;
            for (which, step, item) in steps {
                let (chain, deque) = (&mut chains[which], &mut deques[which]);
                match step {
                    0 | 1 => (pool.push_back(chain, item), deque.push_back(item)).1,
                    2 => (pool.push_front(chain, item), deque.push_front(item)).1,
                    3 => prop_assert_eq!(pool.pop_front(chain), deque.pop_front()),
                    4 => prop_assert_eq!(pool.pop_back(chain), deque.pop_back()),
                    _ => {
                        pool.retain(chain, |kept| *kept != item);
                        deque.retain(|kept| *kept != item);
                    }
                }
                prop_assert!(pool.iter(chain).eq(deque.iter()));
                prop_assert_eq!((chain.len(), chain.is_empty()), (deque.len(), deque.is_empty()));
                let ends = (pool.front(chain), pool.back(chain));
                prop_assert_eq!(ends, (deque.front(), deque.back()));
                most = most.max(deques[0].len() + deques[1].len());
                prop_assert_eq!(pool.links.len(), most);
                prop_assert_eq!(pool.is_empty(), deques.iter().all(VecDeque::is_empty));
            }
        }
    }
}
