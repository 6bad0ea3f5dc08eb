//! Owns the orders that stand in the shop that the OMS is: each once for each of its records.
//! Must not know how units are reserved.
//!
//! Whatever way an order came, it stands here; nobody looks for one that is there already.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::commerce::inside::{OrderHead, OrderRead, OrdersWanted};
use crate::commerce::protocol::{OmsRequest, OrderState, SourceNotice, intent_of};
use crate::commerce::register::Register;
use crate::commerce::terms::SkuTerms;
use crate::history::fact::{Lines, Release};
use crate::ids::{Buyer, OmsOrder, OrderId, Version};
use crate::units::At;

/// The orders that stand in the shop, by numbers of its own.
#[derive(Debug, Default)]
pub(super) struct Hub {
    pub(super) orders: Register<Entered>,
    by_record: FxHashMap<OmsOrder, u64>,
    by_order: FxHashMap<OrderId, SmallVec<[u64; 2]>>,
    /// How often each was handed over, carried out or not.
    tries: FxHashMap<OrderId, u32>,
    /// Handed over, with an answer that nobody heard.
    unheard: FxHashSet<OrderId>,
    /// The one that a record is being made for.
    pub(super) at_hand: Option<u64>,
    /// On sale from the start, by SKU.
    pub(super) listed: Vec<bool>,
    /// When each level last changed, and when each price or listing did.
    pub(super) moved: Vec<At>,
    pub(super) tagged: Vec<At>,
    /// Reads so far: nothing else tells one from the next.
    pub(super) turns: u64,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Entered {
    pub(super) order: OrderId,
    pub(super) lines: Lines,
    /// Its record, once it is paid.
    pub(super) record: Option<OmsOrder>,
    /// No units were taken for it when it was entered.
    pub(super) is_noted: bool,
    released: Option<Release>,
    pub(super) is_shipped: bool,
    placed: At,
    changed: At,
}

impl Entered {
    pub(super) fn state(&self) -> OrderState {
        match (self.released, self.record) {
            (Some(why), _) => OrderState::Released(why),
            (None, Some(_)) => OrderState::Ours,
            (None, None) => OrderState::Pending,
        }
    }

    fn awaits_payment(&self) -> bool {
        self.state() == OrderState::Pending
    }
}

impl Hub {
    pub(super) fn new(catalog: &[SkuTerms]) -> Hub {
        let (listed, never) =
            (catalog.iter().map(|sku| sku.listed), vec![At::START; catalog.len()]);
        Hub { listed: listed.collect(), moved: never.clone(), tagged: never, ..Hub::default() }
    }

    /// The source says that this has changed. A price that is still to come has not.
    pub(super) fn changed(&mut self, now: At, notice: &SourceNotice) {
        let (when, sku) = match notice {
            SourceNotice::Stock { sku, .. } => (&mut self.moved, sku),
            SourceNotice::Price { sku, due, .. } if *due <= now => (&mut self.tagged, sku),
            SourceNotice::Listing { sku, .. } => (&mut self.tagged, sku),
            SourceNotice::Price { .. }
            | SourceNotice::Short { .. }
            | SourceNotice::Shipped { .. } => return,
        };
        if let Some(when) = when.get_mut(sku.index()) {
            *when = now;
        }
    }

    /// One that takes no units is written down.
    pub(super) fn note(&mut self, now: At, order: OrderId, lines: &Lines) -> u64 {
        let number = self.push(now, order, lines);
        if let Some(entered) = self.orders.get_mut(number) {
            entered.is_noted = true;
        }
        number
    }

    pub(super) fn push(&mut self, now: At, order: OrderId, lines: &Lines) -> u64 {
        let number = self.orders.next();
        self.by_order.entry(order).or_default().push(number);
        let lines = lines.clone();
        let entered = Entered {
            order,
            lines,
            record: None,
            is_noted: false,
            released: None,
            is_shipped: false,
            placed: now,
            changed: now,
        };
        self.orders.push(entered);
        number
    }

    /// An order has a record: the one that is at hand, or was reserved for, or a new one.
    pub(super) fn held(&mut self, now: At, order: OrderId, oms: OmsOrder, lines: &Lines) {
        let number = self.at_hand.or_else(|| self.awaiting(order).next());
        let number = number.unwrap_or_else(|| self.push(now, order, lines));
        self.by_record.insert(oms, number);
        if let Some(entered) = self.orders.get_mut(number) {
            (entered.record, entered.changed) = (Some(oms), now);
        }
    }

    /// An order's units were reserved.
    pub(super) fn reserved(&mut self, now: At, order: OrderId, lines: &Lines) {
        if self.at_hand.is_none() {
            self.push(now, order, lines);
        }
    }

    /// An order is let go before it had a record.
    pub(super) fn let_go(&mut self, now: At, order: OrderId, why: Release) {
        let awaiting: SmallVec<[u64; 2]> = self.awaiting(order).collect();
        for number in awaiting {
            self.release(now, number, why);
        }
    }

    /// A record is cancelled.
    pub(super) fn cancelled(&mut self, now: At, oms: OmsOrder, why: Release) {
        if let Some(number) = self.by_record.get(&oms).copied() {
            self.release(now, number, why);
        }
    }

    /// A record is shipped.
    pub(super) fn shipped(&mut self, now: At, oms: OmsOrder) {
        let number = self.by_record.get(&oms).copied();
        if let Some(entered) = number.and_then(|number| self.orders.get_mut(number)) {
            (entered.is_shipped, entered.changed) = (true, now);
        }
    }

    /// Forgets orders that the OMS has forgotten.
    pub(super) fn forget(&mut self, is_kept: impl Fn(OrderId) -> bool) {
        self.orders.retain(|_, entered| is_kept(entered.order));
        self.by_order.retain(|order, _| is_kept(*order));
        self.tries.retain(|order, _| is_kept(*order));
        self.unheard.retain(|order| is_kept(*order));
        let orders = &self.orders;
        self.by_record.retain(|_, number| orders.get(*number).is_some());
    }

    pub(super) fn release(&mut self, now: At, number: u64, why: Release) {
        if let Some(entered) = self.orders.get_mut(number) {
            (entered.released, entered.changed) = (Some(why), now);
        }
    }

    /// Nobody heard the answer to a handoff.
    pub(super) fn went_unheard(&mut self, order: OrderId) {
        self.unheard.insert(order);
    }

    /// Somebody looks for one order and finds it: of one whose handoff nobody heard the answer to,
    /// that is the answer. Leaves which try it was.
    pub(super) fn is_found(
        &mut self,
        wanted: &OrdersWanted,
        page: &[OrderRead],
    ) -> Option<(OrderId, u32)> {
        let is_one = wanted.numbers.1 == wanted.numbers.0.saturating_add(1)
            || (wanted.channel.is_some() && wanted.number_there.is_some());
        let order = page.first()?.source.filter(|_| wanted.counts && is_one)?;
        if !self.unheard.remove(&order) {
            return None;
        }
        let attempt = self.tries.entry(order).or_default();
        *attempt = attempt.saturating_add(1);
        Some((order, *attempt))
    }

    /// Those of an order that await payment.
    fn awaiting(&self, order: OrderId) -> impl Iterator<Item = u64> {
        let all = self.by_order.get(&order).into_iter().flatten().copied();
        all.filter(|number| self.orders.get(*number).is_some_and(Entered::awaits_payment))
    }

    /// It is handed over, once more.
    pub(super) fn handoff(&mut self, order: OrderId, lines: Lines) -> OmsRequest {
        let attempt = self.tries.entry(order).or_default();
        *attempt = attempt.saturating_add(1);
        let (intent, attempt) = (intent_of(order), *attempt);
        let version = Version(0);
        OmsRequest::Handoff { order, intent, version, lines, key: None, attempt }
    }

    pub(super) fn read_orders(&self, wanted: &OrdersWanted) -> (Vec<OrderRead>, u64) {
        let head = |(number, entered): (u64, &Entered)| OrderHead {
            number,
            state: entered.state(),
            placed: entered.placed,
            changed: entered.changed,
            source: Some(entered.order),
            is_noted: entered.is_noted,
            is_shipped: entered.is_shipped,
        };
        let (page, total) = match (wanted.channel, wanted.number_there) {
            (Some(channel), Some(number)) => {
                let of = self.by_order.get(&OrderId { channel, number }).into_iter().flatten();
                wanted.pick(of.filter_map(|n| Some(head((*n, self.orders.get(*n)?)))))
            }
            _ => wanted.pick(self.orders.iter().map(head)),
        };
        let read = |number: u64| {
            let entered = self.orders.get(number)?;
            Some(OrderRead {
                number,
                buyer: Buyer(intent_of(entered.order).0),
                state: entered.state(),
                lines: entered.lines.clone(),
                placed: entered.placed,
                changed: entered.changed,
                source: Some(entered.order),
                is_noted: entered.is_noted,
                is_shipped: entered.is_shipped,
            })
        };
        (page.into_iter().filter_map(read).collect(), total)
    }
}
