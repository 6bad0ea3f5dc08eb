//! Owns the queues of a connector: what waits, in which order it is taken.
//! Must not know what a task does.
//!
//! A partition has one lane for orders and, for each channel, one for stock, prices and listings.
//! Within a rank the earliest entry of all lanes goes first, so lanes are bookkeeping for batches
//! and never change the order.

use std::collections::VecDeque;

use crate::commerce::terms::Priority;
use crate::history::fact::PushKind;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// Queues with workers of their own.
#[derive(Debug)]
pub(super) struct Partition {
    pub(super) workers: u16,
    pub(super) busy: u16,
    orders: VecDeque<Waiting<u64>>,
    pushes: Vec<VecDeque<Waiting<PushEntry>>>,
    /// Entries in all lanes and tasks in backoff.
    waiting: u32,
    arrivals: u64,
}

#[derive(Debug)]
struct Waiting<T> {
    arrival: u64,
    since: At,
    entry: T,
}

/// What waits in a push lane.
#[derive(Debug)]
pub(super) enum PushEntry {
    /// One SKU's change.
    Fresh(PushWish),
    /// A task that failed before.
    Again(u64),
}

/// One SKU's change as it was when it was queued.
#[derive(Clone, Copy, Debug)]
pub(super) struct PushWish {
    pub(super) sku: SkuId,
    pub(super) version: Version,
    pub(super) wish: Wish,
}

/// What to change.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wish {
    /// Show so many.
    Show(Qty),
    /// Charge so much.
    Charge(Money),
    /// Publish it.
    Publish,
}

/// What a worker takes.
#[derive(Debug)]
pub(super) enum Taken {
    /// An order task.
    Order(u64),
    /// A push task that failed before.
    Again(u64),
    /// Changes for one channel, one call's worth.
    Fresh(ChannelId, PushKind, Vec<PushWish>),
}

const KINDS: [PushKind; 3] = [PushKind::Stock, PushKind::Price, PushKind::Listing];

impl Partition {
    pub(super) fn new(workers: u16, channels: usize) -> Partition {
        Partition {
            workers,
            busy: 0,
            orders: VecDeque::new(),
            pushes: (0..channels * KINDS.len()).map(|_| VecDeque::new()).collect(),
            waiting: 0,
            arrivals: 0,
        }
    }

    pub(super) fn depth(&self) -> u32 {
        self.waiting
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    pub(super) fn has_free_worker(&self) -> bool {
        self.busy < self.workers
    }

    /// Counts a task that waits out its backoff, before it is back in a lane.
    pub(super) fn backs_off(&mut self) {
        self.waiting += 1;
    }

    /// Stops counting a task that waited out its backoff.
    pub(super) fn comes_back(&mut self) {
        self.waiting -= 1;
    }

    pub(super) fn push_order(&mut self, now: At, task: u64) {
        self.waiting += 1;
        self.arrivals += 1;
        self.orders.push_back(Waiting { arrival: self.arrivals, since: now, entry: task });
    }

    pub(super) fn push_change(
        &mut self,
        now: At,
        channel: ChannelId,
        kind: PushKind,
        entry: PushEntry,
    ) {
        self.waiting += 1;
        self.arrivals += 1;
        let waiting = Waiting { arrival: self.arrivals, since: now, entry };
        self.pushes[lane(channel, kind)].push_back(waiting);
    }

    /// Takes what goes first; changes of one channel and kind together, as many as `batches` says
    /// for the channel. Says since when the first of them waited.
    pub(super) fn take(&mut self, priority: Priority, batches: &[u32]) -> Option<(At, Taken)> {
        let order_head = self.orders.front().map(|w| (rank(priority, None), w.arrival, None));
        let push_heads = self.pushes.iter().enumerate().filter_map(|(lane, queue)| {
            let kind = KINDS[lane % KINDS.len()];
            queue.front().map(|w| (rank(priority, Some(kind)), w.arrival, Some(lane)))
        });
        let (_, _, lane) = order_head.into_iter().chain(push_heads).min()?;
        let Some(lane) = lane else {
            self.waiting -= 1;
            return self.orders.pop_front().map(|w| (w.since, Taken::Order(w.entry)));
        };
        let (channel, kind) = (ChannelId((lane / KINDS.len()) as u16), KINDS[lane % KINDS.len()]);
        let batch = batches.get(channel.index()).copied().unwrap_or(1).max(1);
        let queue = &mut self.pushes[lane];
        let since = queue.front()?.since;
        let mut wishes = Vec::new();
        while let Some(waiting) = queue.front() {
            match waiting.entry {
                PushEntry::Again(task) if wishes.is_empty() => {
                    queue.pop_front();
                    self.waiting -= 1;
                    return Some((since, Taken::Again(task)));
                }
                PushEntry::Fresh(wish) if wishes.len() < batch as usize => {
                    wishes.push(wish);
                    queue.pop_front();
                    self.waiting -= 1;
                }
                PushEntry::Again(_) | PushEntry::Fresh(_) => break,
            }
        }
        Some((since, Taken::Fresh(channel, kind, wishes)))
    }
}

fn lane(channel: ChannelId, kind: PushKind) -> usize {
    let kind = match kind {
        PushKind::Stock => 0,
        PushKind::Price => 1,
        PushKind::Listing => 2,
    };
    channel.index() * KINDS.len() + kind
}

/// Lower goes first; `None` is an order.
fn rank(priority: Priority, kind: Option<PushKind>) -> u8 {
    match (priority, kind) {
        (Priority::None, _)
        | (Priority::InventoryFirst, Some(PushKind::Stock))
        | (Priority::OrdersFirst, None) => 0,
        (Priority::InventoryFirst, None) | (Priority::OrdersFirst, Some(PushKind::Stock)) => 1,
        (_, Some(PushKind::Price | PushKind::Listing)) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(sku: u32) -> PushEntry {
        let wish = Wish::Show(Qty(1));
        PushEntry::Fresh(PushWish { sku: SkuId(sku), version: Version(1), wish })
    }

    /// Two price changes, an order, then three stock changes.
    fn mixed() -> Partition {
        let mut lanes = Partition::new(1, 2);
        lanes.push_change(At(1), ChannelId(0), PushKind::Price, wish(0));
        lanes.push_change(At(2), ChannelId(0), PushKind::Price, wish(1));
        lanes.push_order(At(3), 7);
        for sku in 2..5 {
            lanes.push_change(At(4), ChannelId(1), PushKind::Stock, wish(sku));
        }
        lanes
    }

    fn drained(priority: Priority, batch: u32) -> Vec<String> {
        let mut lanes = mixed();
        let said = std::iter::from_fn(|| lanes.take(priority, &[batch; 2]))
            .map(|(_, taken)| match taken {
                Taken::Order(_) => "order".to_owned(),
                Taken::Again(_) => "again".to_owned(),
                Taken::Fresh(_, kind, wishes) => format!("{kind:?}×{}", wishes.len()),
            })
            .collect();
        assert!(lanes.is_empty());
        said
    }

    #[test]
    fn first_come_first_served_without_priority() {
        assert_eq!(
            drained(Priority::None, 1),
            ["Price×1", "Price×1", "order", "Stock×1", "Stock×1", "Stock×1"]
        );
    }

    #[test]
    fn inventory_overtakes_and_batches() {
        assert_eq!(
            drained(Priority::InventoryFirst, 2),
            ["Stock×2", "Stock×1", "order", "Price×2"]
        );
    }

    #[test]
    fn what_is_taken_says_since_when_its_first_waited() {
        let mut lanes = mixed();
        let since: Vec<At> = std::iter::from_fn(|| lanes.take(Priority::OrdersFirst, &[9; 2]))
            .map(|t| t.0)
            .collect();
        assert_eq!(since, [At(3), At(4), At(1)]);
    }

    #[test]
    fn orders_overtake() {
        assert_eq!(drained(Priority::OrdersFirst, 9), ["order", "Stock×3", "Price×2"]);
    }
}
