//! Owns whose record each record of the OMS is, in four bytes a record. Must not trust the numbers:
//! a sparse or absurd one costs a chunk, never a giant table.

use std::hash::{Hash as _, Hasher as _};

use rustc_hash::{FxHashMap, FxHasher};

use crate::ids::{OmsOrder, OrderId};

const CHUNK: u64 = 16;

/// Of each record a mark of its order; zero: nobody's.
#[derive(Clone, Debug, Default)]
pub(super) struct Holders(FxHashMap<u64, [u32; CHUNK as usize]>);

/// Two orders share one of four thousand million marks by chance.
fn mark(order: OrderId) -> u32 {
    let mut hasher = FxHasher::default();
    (order.channel.0, order.number).hash(&mut hasher);
    let hash = hasher.finish();
    ((hash >> 32) as u32 ^ hash as u32).max(1)
}

impl Holders {
    /// The OMS created a record of an order; false where it is one already.
    pub(super) fn hold(&mut self, oms: OmsOrder, order: OrderId) -> bool {
        let chunk = self.0.entry(oms.0 / CHUNK).or_default();
        let held = &mut chunk[(oms.0 % CHUNK) as usize];
        let new = *held == 0;
        if new {
            *held = mark(order);
        }
        new
    }

    /// Whether it is a record of that order.
    pub(super) fn are(&self, oms: OmsOrder, order: OrderId) -> bool {
        let chunk = self.0.get(&(oms.0 / CHUNK));
        chunk.is_some_and(|chunk| chunk[(oms.0 % CHUNK) as usize] == mark(order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ChannelId;

    #[test]
    fn a_record_is_one_orders_and_created_once() {
        let order = |channel, number| OrderId { channel: ChannelId(channel), number };
        let mut holders = Holders::default();
        for (oms, order) in [(0, order(0, 7)), (17, order(1, 7)), (u64::MAX, order(0, 8))] {
            assert!(!holders.are(OmsOrder(oms), order));
            assert!(holders.hold(OmsOrder(oms), order));
            assert!(holders.are(OmsOrder(oms), order));
            assert!(!holders.hold(OmsOrder(oms), order), "told twice");
        }
        assert!(!holders.hold(OmsOrder(0), order(1, 7)), "another order's");
        assert!(!holders.are(OmsOrder(0), order(1, 7)) && !holders.are(OmsOrder(1), order(0, 7)));
    }
}
