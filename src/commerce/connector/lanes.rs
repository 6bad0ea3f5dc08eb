//! Owns the queues of a connector: what waits, in which order it is taken.
//! Must not know what a task does.
//!
//! A partition has one lane for orders and, for each channel, one for stock, prices and listings.
//! Within a rank the earliest entry of all lanes goes first, so lanes are bookkeeping for batches
//! and never change the order: each rank has a line of its own, in which an entry that left with
//! an earlier one's batch is passed over.

use std::collections::VecDeque;

use smallvec::SmallVec;

use crate::commerce::terms::Priority;
use crate::history::fact::PushKind;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// Queues with workers of their own.
#[derive(Debug)]
pub(super) struct Partition {
    pub(super) workers: u16,
    pub(super) busy: u16,
    orders: VecDeque<Waiting<usize>>,
    pushes: Vec<VecDeque<Waiting<PushEntry>>>,
    priority: Priority,
    /// By rank: arrivals in order, and their lanes.
    ranks: [VecDeque<(u64, Lane)>; RANKS],
    /// Entries in these lines, those passed over included.
    in_line: u32,
    /// Entries in all lanes and tasks in backoff.
    waiting: u32,
    arrivals: u64,
    /// What waits for channels that are held, in order.
    held: Vec<(ChannelId, VecDeque<Held>)>,
}

/// An entry of a lane that is held.
#[derive(Debug)]
struct Held {
    kind: PushKind,
    arrival: u64,
    since: At,
    entry: PushEntry,
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
    Again(usize),
}

/// One SKU's change: what was known when it was queued, then what was known when a worker took it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PushWish {
    pub(super) sku: SkuId,
    pub(super) version: Version,
    pub(super) wish: Wish,
}

/// The changes of one call: nearly always one.
pub(super) type Wishes = SmallVec<[PushWish; 1]>;

/// What to change.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wish {
    /// Show so many ([`super::shelf::OfferView::aim`]).
    Show(Qty),
    /// Charge so much.
    Charge(Money),
    /// Show what the source makes of it, whatever is believed to be shown.
    Reset,
    /// Publish it with so many, at the price that holds when it is published.
    Publish(Qty),
}

/// What a worker takes.
#[derive(Debug)]
pub(super) enum Taken {
    /// An order task.
    Order(usize),
    /// A push task that failed before.
    Again(usize),
    /// Changes for one channel, one call's worth.
    Fresh(ChannelId, PushKind, Wishes),
}

/// Where an entry waits.
#[derive(Clone, Copy, Debug)]
enum Lane {
    Orders,
    Pushes(u32),
}

const RANKS: usize = 3;
const KINDS: [PushKind; 3] = [PushKind::Stock, PushKind::Price, PushKind::Listing];

impl Partition {
    pub(super) fn new(workers: u16, channels: usize, priority: Priority) -> Partition {
        Partition {
            workers,
            busy: 0,
            orders: VecDeque::new(),
            pushes: (0..channels * KINDS.len()).map(|_| VecDeque::new()).collect(),
            priority,
            ranks: Default::default(),
            in_line: 0,
            waiting: 0,
            arrivals: 0,
            held: Vec::new(),
        }
    }

    pub(super) fn depth(&self) -> u32 {
        self.waiting
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Whether a worker is free and may find something to do.
    pub(super) fn can_start(&self) -> bool {
        self.in_line > 0 && self.busy < self.workers
    }

    /// Counts a task that waits out its backoff, before it is back in a lane.
    pub(super) fn backs_off(&mut self) {
        self.waiting += 1;
    }

    /// Stops counting a task that waited out its backoff.
    pub(super) fn comes_back(&mut self) {
        self.waiting -= 1;
    }

    pub(super) fn push_order(&mut self, now: At, task: usize) {
        let arrival = self.arrives(None, Lane::Orders);
        self.orders.push_back(Waiting { arrival, since: now, entry: task });
    }

    pub(super) fn push_change(
        &mut self,
        now: At,
        channel: ChannelId,
        kind: PushKind,
        entry: PushEntry,
    ) {
        if let Some((_, held)) = self.held.iter_mut().find(|(held, _)| *held == channel) {
            self.waiting += 1;
            held.push_back(Held { kind, arrival: 0, since: now, entry });
            return;
        }
        let lane = lane(channel, kind);
        let arrival = self.arrives(Some(kind), Lane::Pushes(lane as u32));
        self.pushes[lane].push_back(Waiting { arrival, since: now, entry });
    }

    /// Lets nothing of a channel's be taken. Its entries leave their lanes and keep their order.
    pub(super) fn hold(&mut self, channel: ChannelId) {
        let mut held: Vec<Held> = Vec::new();
        for kind in KINDS {
            let waiting = self.pushes[lane(channel, kind)].drain(..);
            held.extend(waiting.map(|Waiting { arrival, since, entry }| Held {
                kind,
                arrival,
                since,
                entry,
            }));
        }
        held.sort_by_key(|held| held.arrival);
        self.held.push((channel, held.into()));
    }

    /// Lets a channel's entries be taken again.
    pub(super) fn release(&mut self, channel: ChannelId) {
        let Some(place) = self.held.iter().position(|(held, _)| *held == channel) else { return };
        for Held { kind, since, entry, .. } in self.held.remove(place).1 {
            self.waiting -= 1;
            self.push_change(since, channel, kind, entry);
        }
    }

    /// Puts an arrival in its rank's line.
    fn arrives(&mut self, kind: Option<PushKind>, lane: Lane) -> u64 {
        self.waiting += 1;
        self.arrivals += 1;
        self.in_line += 1;
        self.ranks[rank(self.priority, kind)].push_back((self.arrivals, lane));
        self.arrivals
    }

    /// The lane whose first entry goes first.
    fn next_lane(&mut self) -> Option<Lane> {
        for line in &mut self.ranks {
            while let Some(&(arrival, lane)) = line.front() {
                let first = match lane {
                    Lane::Orders => self.orders.front().map(|w| w.arrival),
                    Lane::Pushes(lane) => self.pushes[lane as usize].front().map(|w| w.arrival),
                };
                line.pop_front();
                self.in_line -= 1;
                if first == Some(arrival) {
                    return Some(lane);
                }
            }
        }
        None
    }

    /// Takes what goes first; changes of one channel and kind together, as many as `batches` says
    /// for the channel. Says since when the first of them waited.
    pub(super) fn take(&mut self, batches: &[u32]) -> Option<(At, Taken)> {
        let lane = match self.next_lane()? {
            Lane::Orders => {
                self.waiting -= 1;
                return self.orders.pop_front().map(|w| (w.since, Taken::Order(w.entry)));
            }
            Lane::Pushes(lane) => lane as usize,
        };
        let (channel, kind) = (ChannelId((lane / KINDS.len()) as u16), KINDS[lane % KINDS.len()]);
        let batch = batches.get(channel.index()).copied().unwrap_or(1).max(1);
        let queue = &mut self.pushes[lane];
        let since = queue.front()?.since;
        let mut wishes = Wishes::new();
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
fn rank(priority: Priority, kind: Option<PushKind>) -> usize {
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
    fn mixed(priority: Priority) -> Partition {
        let mut lanes = Partition::new(1, 2, priority);
        lanes.push_change(At(1), ChannelId(0), PushKind::Price, wish(0));
        lanes.push_change(At(2), ChannelId(0), PushKind::Price, wish(1));
        lanes.push_order(At(3), 7);
        for sku in 2..5 {
            lanes.push_change(At(4), ChannelId(1), PushKind::Stock, wish(sku));
        }
        lanes
    }

    fn drained(priority: Priority, batch: u32) -> Vec<String> {
        let mut lanes = mixed(priority);
        let said = std::iter::from_fn(|| lanes.take(&[batch; 2]))
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
        let mut lanes = mixed(Priority::OrdersFirst);
        let since: Vec<At> = std::iter::from_fn(|| lanes.take(&[9; 2])).map(|t| t.0).collect();
        assert_eq!(since, [At(3), At(4), At(1)]);
    }

    /// The rule told another way: of all that wait, the least (rank, arrival) goes first, and what
    /// follows it in its lane goes with it.
    #[test]
    fn whatever_leaves_in_batches_the_earliest_of_the_first_rank_goes_next() {
        let mut lanes = Partition::new(1, 2, Priority::InventoryFirst);
        let mut left: Vec<(usize, u32)> = Vec::new();
        for n in 0..200_u32 {
            let kind = if n % 5 == 0 { PushKind::Price } else { PushKind::Stock };
            lanes.push_change(At(u64::from(n)), ChannelId((n % 2) as u16), kind, wish(n));
            left.push((rank(Priority::InventoryFirst, Some(kind)), n));
            if n % 7 == 0 {
                lanes.push_order(At(0), n as usize);
                left.push((rank(Priority::InventoryFirst, None), n));
            }
            if n % 3 > 0 {
                continue;
            }
            let (_, taken) = lanes.take(&[3; 2]).expect("something waits");
            let first = *left.iter().min().expect("something waited");
            let numbers: Vec<u32> = match taken {
                Taken::Order(task) => vec![task as u32],
                Taken::Fresh(_, _, wishes) => wishes.iter().map(|wish| wish.sku.0).collect(),
                Taken::Again(_) => unreachable!("nothing was tried again"),
            };
            assert_eq!(numbers[0], first.1, "after {n}");
            left.retain(|(rank, number)| *rank != first.0 || !numbers.contains(number));
        }
    }

    #[test]
    fn orders_overtake() {
        assert_eq!(drained(Priority::OrdersFirst, 9), ["order", "Stock×3", "Price×2"]);
    }
}
