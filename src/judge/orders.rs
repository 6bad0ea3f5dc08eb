//! Owns what is kept of orders: 32 bytes of each, more only while it is under way.
//! Must not know what is judged of them (`handoff`, `cancel`).

use rustc_hash::FxHashMap;

use crate::history::fact::Line;
use crate::ids::{OrderId, SkuId};
use crate::numbered::Numbered;
use crate::units::{At, Money, Qty};

/// No line has more units than this.
pub(super) const QTY_MAX: i64 = 1_000_000_000;
const CHUNK: usize = 4_096;

/// What is remembered of every order: 32 bytes, kept in chunks so that no doubling wastes memory.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Record {
    pub(super) accepted: At,
    pub(super) money: Money,
    /// The first line's SKU …
    pub(super) sku: u32,
    /// … and the units of it on all lines.
    pub(super) qty: u32,
    /// Units of it that the OMS has reserved for the order.
    pub(super) reserved: u32,
    pub(super) flags: Flags,
}

const _: () = assert!(size_of::<Record>() == 32, "settled orders cost 32 bytes each");

/// What has become of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(u32);

impl Flags {
    pub(super) const ACCEPTED: Flags = Flags(1);
    pub(super) const OURS: Flags = Flags(1 << 1);
    /// The OMS holds it.
    pub(super) const HELD: Flags = Flags(1 << 2);
    /// … by the deadline.
    pub(super) const IN_TIME: Flags = Flags(1 << 3);
    /// … within the stricter promise.
    pub(super) const IN_SLA: Flags = Flags(1 << 4);
    pub(super) const ALTERED: Flags = Flags(1 << 5);
    pub(super) const DUPLICATE: Flags = Flags(1 << 6);
    pub(super) const SHIPPED: Flags = Flags(1 << 7);
    pub(super) const RELEASED: Flags = Flags(1 << 8);
    /// Cancelled for want of stock, by whoever said so first.
    pub(super) const CANCELLED: Flags = Flags(1 << 9);
    /// … within the cohort's term.
    pub(super) const CANCELLED_IN_TERM: Flags = Flags(1 << 10);
    pub(super) const OVERSOLD: Flags = Flags(1 << 11);
    /// Its cluster is another SKU than the first line's.
    pub(super) const CLUSTERED_ELSEWHERE: Flags = Flags(1 << 12);
    /// It has more SKUs than the first line's.
    pub(super) const MORE_LINES: Flags = Flags(1 << 13);
    /// Released before it was due at the OMS.
    pub(super) const EXEMPT: Flags = Flags(1 << 14);
    /// Counted in the channel's book.
    pub(super) const IN_BOOK: Flags = Flags(1 << 15);
    /// The OMS refused to take it.
    pub(super) const REJECTED: Flags = Flags(1 << 16);
    /// The connector gave handing it over up.
    pub(super) const GIVEN_UP: Flags = Flags(1 << 17);
    /// Its end on one side was never told to the other.
    pub(super) const END_NOT_TOLD: Flags = Flags(1 << 18);
    /// Oversold or mispriced when it was accepted.
    pub(super) const HARMED: Flags = Flags(1 << 19);
    /// The OMS has reserved something for it.
    pub(super) const RESERVED: Flags = Flags(1 << 20);
    /// The OMS holds another version of it than the last.
    pub(super) const BEHIND: Flags = Flags(1 << 21);

    pub(super) fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn set(&mut self, other: Flags) {
        self.0 |= other.0;
    }

    pub(super) fn unset(&mut self, other: Flags) {
        self.0 &= !other.0;
    }

    /// Held exactly once, equal, by the deadline, and due at all.
    pub(super) fn is_good(self) -> bool {
        self.has(Flags::HELD)
            && self.has(Flags::IN_TIME)
            && !self.has(Flags::ALTERED)
            && !self.has(Flags::BEHIND)
            && !self.has(Flags::DUPLICATE)
            && !self.has(Flags::EXEMPT)
    }

    /// OMS records of the order that are not cancelled, up to 255.
    pub(super) fn live(self) -> u32 {
        self.0 >> 24
    }

    pub(super) fn set_live(&mut self, live: u32) {
        self.0 = (self.0 & 0x00ff_ffff) | (live.min(255) << 24);
    }
}

/// What makes two lines equal: `offered`, `left` and the offer's name do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    pub(super) sku: SkuId,
    pub(super) qty: Qty,
    pub(super) price: Money,
}

impl From<&Line> for Item {
    fn from(line: &Line) -> Item {
        Item { sku: line.sku, qty: line.qty, price: line.price }
    }
}

/// An accepted order that the OMS does not hold yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// The acceptance.
    pub(super) seq: u64,
    /// When it became ours to fulfil; [`At::NEVER`] until then.
    pub(super) ours: At,
    /// When nobody waited for it any more: its channel released it after its deadline.
    /// [`At::NEVER`] until then.
    pub(super) left: At,
    pub(super) bought: Bought,
}

/// The lines as they were accepted.
#[derive(Clone, Debug)]
pub(super) enum Bought {
    One(Item),
    Many(Box<[Item]>),
}

impl Bought {
    pub(super) fn new(lines: &[Line]) -> Bought {
        match lines {
            [line] => Bought::One(line.into()),
            lines => {
                let mut items: Vec<Item> = lines.iter().map(Item::from).collect();
                items.sort_unstable();
                Bought::Many(items.into())
            }
        }
    }

    pub(super) fn items(&self) -> &[Item] {
        match self {
            Bought::One(item) => std::slice::from_ref(item),
            Bought::Many(items) => items,
        }
    }

    /// Units by SKU.
    pub(super) fn by_sku(&self) -> FxHashMap<SkuId, Qty> {
        let mut units = FxHashMap::default();
        for item in self.items() {
            *units.entry(item.sku).or_default() += item.qty;
        }
        units
    }

    /// Whether the OMS's record says the same.
    pub(super) fn equals(&self, lines: &[Line]) -> bool {
        self.items() == Bought::new(lines).items()
    }
}

/// Units by SKU.
pub(super) type Units = Vec<(SkuId, Qty)>;

/// Another SKU of an order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    pub(super) sku: SkuId,
    pub(super) qty: Qty,
    pub(super) reserved: Qty,
}

/// What of an order was not there, or wrongly priced, when it was accepted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Harmed {
    /// Units that were not there.
    pub(super) units: Qty,
    /// Their money, and what prices were off.
    pub(super) money: Money,
}

/// Every order accepted, by channel and number.
#[derive(Clone, Debug)]
pub(super) struct Orders {
    channels: Vec<Vec<Vec<Record>>>,
    /// Not held yet.
    pub(super) pending: Numbered<OrderId, Pending>,
    /// The other SKUs of orders that have them, until shipped.
    rest: Numbered<OrderId, Box<[Rest]>>,
    /// Clusters that are not the first line's SKU.
    clusters: FxHashMap<OrderId, SkuId>,
    /// What of an order was oversold or mispriced, until shipped or cancelled.
    harm: FxHashMap<OrderId, Harmed>,
}

impl Orders {
    pub(super) fn new(channels: usize) -> Orders {
        Orders {
            channels: vec![Vec::new(); channels],
            pending: Numbered::default(),
            rest: Numbered::default(),
            clusters: FxHashMap::default(),
            harm: FxHashMap::default(),
        }
    }

    /// Remembers an order; false when its number was accepted before.
    pub(super) fn accept(&mut self, order: OrderId, record: Record, pending: Pending) -> bool {
        let chunks = &mut self.channels[order.channel.index()];
        let (chunk, place) = (order.number as usize / CHUNK, order.number as usize % CHUNK);
        while chunks.len() <= chunk {
            chunks.push(Vec::new());
        }
        let chunk = &mut chunks[chunk];
        if chunk.is_empty() {
            chunk.reserve_exact(CHUNK);
        }
        if chunk.len() <= place {
            chunk.resize(place + 1, Record::default());
        }
        if chunk[place].flags.has(Flags::ACCEPTED) {
            return false;
        }
        chunk[place] = record;
        self.remember_rest(order, &pending.bought, record.sku);
        self.pending.insert(order, pending);
        true
    }

    pub(super) fn get_mut(&mut self, order: OrderId) -> Option<&mut Record> {
        let chunks = self.channels.get_mut(order.channel.index())?;
        let chunk = chunks.get_mut(order.number as usize / CHUNK)?;
        chunk
            .get_mut(order.number as usize % CHUNK)
            .filter(|record| record.flags.has(Flags::ACCEPTED))
    }

    pub(super) fn get(&self, order: OrderId) -> Option<&Record> {
        let chunks = self.channels.get(order.channel.index())?;
        let chunk = chunks.get(order.number as usize / CHUNK)?;
        chunk.get(order.number as usize % CHUNK).filter(|record| record.flags.has(Flags::ACCEPTED))
    }

    /// Whether an order that the OMS holds in another version would be well held but for that.
    pub(super) fn is_due(&self, order: OrderId) -> bool {
        self.get(order).is_some_and(|record| {
            let mut flags = record.flags;
            flags.unset(Flags::BEHIND);
            flags.is_good() && flags.has(Flags::OURS)
        })
    }

    /// A SKU of the order other than the first line's.
    pub(super) fn rest_mut(&mut self, order: OrderId, sku: SkuId) -> Option<&mut Rest> {
        self.rest.get_mut(order)?.iter_mut().find(|rest| rest.sku == sku)
    }

    /// Whether all its SKUs are remembered: it has not left, and is not over.
    pub(super) fn is_whole(&self, order: OrderId) -> bool {
        let over = |flags: Flags| flags.has(Flags::SHIPPED) || flags.has(Flags::RELEASED);
        self.get(order).is_some_and(|record| !over(record.flags))
    }

    /// Units that it has by SKU, as long as they are remembered.
    pub(super) fn by_sku(&self, order: OrderId) -> FxHashMap<SkuId, Qty> {
        let first = self.get(order);
        let first = first.map(|record| (SkuId(record.sku), Qty(i64::from(record.qty))));
        first.into_iter().chain(self.rest_of(order).map(|rest| (rest.sku, rest.qty))).collect()
    }

    /// The order's other SKUs, as long as they are remembered.
    pub(super) fn rest_of(&self, order: OrderId) -> impl Iterator<Item = Rest> {
        self.rest.get(order).into_iter().flat_map(|rest| rest.iter().copied())
    }

    /// Lowers an order to a later version of it; says which units it has no more, by SKU.
    pub(super) fn lower(&mut self, order: OrderId, to: &Bought, money: Money) -> Units {
        let (to, mut given_up) = (to.by_sku(), Units::new());
        let left = |sku: SkuId| to.get(&sku).copied().unwrap_or_default();
        let Some(record) = self.get_mut(order) else { return given_up };
        let first = SkuId(record.sku);
        let (had, has_first) = (i64::from(record.qty), left(first));
        record.qty = u32::try_from(has_first.0).unwrap_or(u32::MAX);
        record.money = money;
        given_up.push((first, Qty(had) - has_first));
        for rest in self.rest.get_mut(order).into_iter().flatten() {
            let left = left(rest.sku);
            given_up.push((rest.sku, rest.qty - left));
            rest.qty = left;
        }
        given_up.retain(|(_, units)| *units != Qty::ZERO);
        given_up
    }

    /// The order has left: forgets its other SKUs.
    pub(super) fn forget_rest(&mut self, order: OrderId) {
        self.rest.remove(order);
    }

    /// Units of the order, its other SKUs as long as they are remembered.
    pub(super) fn units(&self, order: OrderId) -> Qty {
        let first = self.get(order).map_or(0, |record| record.qty);
        let rest = self.rest.get(order).into_iter().flat_map(|rest| rest.iter());
        Qty(i64::from(first)) + rest.map(|rest| rest.qty).sum()
    }

    /// Units that the OMS has reserved for the order, by SKU; of its other SKUs as long as they are
    /// remembered.
    pub(super) fn reserved_of(&self, order: OrderId) -> impl Iterator<Item = (SkuId, Qty)> {
        let first = self.get(order).map(|record| (record.sku, Qty(i64::from(record.reserved))));
        let first = first.map(|(sku, units)| (SkuId(sku), units));
        let rest = self.rest_of(order).map(|rest| (rest.sku, rest.reserved));
        first.into_iter().chain(rest).filter(|(_, units)| *units > Qty::ZERO)
    }

    /// So much of the order was not there or wrongly priced.
    pub(super) fn set_harm(&mut self, order: OrderId, harmed: Harmed) {
        if let Some(record) = self.get_mut(order) {
            record.flags.set(Flags::HARMED);
            self.harm.insert(order, harmed);
        }
    }

    /// What of the order was harmed when it was accepted.
    pub(super) fn harm(&self, order: OrderId, flags: Flags) -> Harmed {
        if !flags.has(Flags::HARMED) {
            return Harmed::default();
        }
        self.harm.get(&order).copied().unwrap_or_default()
    }

    /// Nothing worse can come of it.
    pub(super) fn forget_harm(&mut self, order: OrderId) {
        self.harm.remove(&order);
    }

    pub(super) fn set_cluster(&mut self, order: OrderId, sku: SkuId) {
        let Some(record) = self.get_mut(order) else { return };
        if record.sku == sku.0 && !record.flags.has(Flags::CLUSTERED_ELSEWHERE) {
            return;
        }
        record.flags.set(Flags::CLUSTERED_ELSEWHERE);
        self.clusters.insert(order, sku);
    }

    pub(super) fn cluster(&self, order: OrderId, record: &Record) -> SkuId {
        if record.flags.has(Flags::CLUSTERED_ELSEWHERE) {
            self.clusters.get(&order).copied().unwrap_or(SkuId(record.sku))
        } else {
            SkuId(record.sku)
        }
    }

    /// Every order of a channel.
    pub(super) fn of_channel(&self, channel: usize) -> impl Iterator<Item = (u64, &Record)> {
        let chunks = self.channels[channel].iter().enumerate();
        chunks.flat_map(|(i, chunk)| {
            let numbered = chunk.iter().enumerate();
            numbered
                .map(move |(j, record)| ((i * CHUNK + j) as u64, record))
                .filter(|(_, record)| record.flags.has(Flags::ACCEPTED))
        })
    }

    fn remember_rest(&mut self, order: OrderId, bought: &Bought, first: u32) {
        let Bought::Many(items) = bought else { return };
        let mut rest: Vec<Rest> = Vec::new();
        for item in items.iter().filter(|item| item.sku.0 != first) {
            match rest.last_mut().filter(|last| last.sku == item.sku) {
                Some(last) => last.qty += item.qty,
                None => rest.push(Rest { sku: item.sku, qty: item.qty, reserved: Qty::ZERO }),
            }
        }
        if !rest.is_empty() {
            self.rest.insert(order, rest.into());
            self.get_mut(order).expect("an order just accepted").flags.set(Flags::MORE_LINES);
        }
    }
}

#[cfg(test)]
#[path = "orders_tests.rs"]
mod tests;
