//! Owns what samples say of connectors' queues, and how long jobs waited in them.
//! Must not know what the jobs were about.

use super::hist::Hist;
use crate::units::{At, Span};

/// One partition's samples.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Partition {
    pub(super) depth: u32,
    pub(super) depth_max: u32,
    pub(super) deepest_at: At,
    pub(super) emptied_after: Option<Span>,
    pub(super) samples: u64,
    pub(super) depth_sum: u64,
    pub(super) busy: u64,
    pub(super) workers: u64,
}

impl Partition {
    /// The queue stands so deep.
    pub(super) fn sampled(&mut self, depth: u32, at: At) {
        self.depth = depth;
        self.samples += 1;
        self.depth_sum += u64::from(depth);
        if depth > self.depth_max {
            (self.depth_max, self.deepest_at, self.emptied_after) = (depth, at, None);
        } else if depth == 0 && self.emptied_after.is_none() {
            self.emptied_after = Some(at.since(self.deepest_at));
        }
    }
}

/// How long jobs of one kind waited.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    pub(super) hist: Hist,
    pub(super) sum_us: u128,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_empties_since_it_first_was_so_deep() {
        let mut queue = Partition::default();
        for (s, depth) in [(1, 3), (2, 9), (3, 9), (5, 0), (9, 0)] {
            queue.sampled(depth, At(s * 1_000_000));
        }
        assert_eq!((queue.depth_max, queue.deepest_at), (9, At(2_000_000)));
        assert_eq!(queue.emptied_after, Some(Span::from_secs(3)));
        // Deeper than ever, it has not emptied since.
        queue.sampled(10, At(10_000_000));
        assert_eq!(queue.emptied_after, None);
    }
}
