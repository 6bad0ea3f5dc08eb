//! Owns whether channels were told in time that their orders have left the building.
//! Must not know which share of them may be late (`ungated`).
//!
//! Who is told before anything has left was told when it did.

use super::breaches::Breaches;
use super::hist::Hist;
use super::judgement::{Count, Dispatched, Witness};
use crate::history::charter::{Charter, Observed};
use crate::ids::{ChannelId, OrderId};
use crate::numbered::Numbered;
use crate::units::{At, Money, Qty};

/// An order that is ours, and of which its channel does not know yet that it has left.
#[derive(Clone, Copy, Debug)]
struct Awaited {
    /// Since when it is ours.
    ours: Witness,
    due: At,
    units: Qty,
    money: Money,
    /// [`At::NEVER`] until then.
    left: At,
    told: At,
}

/// One channel's.
#[derive(Clone, Debug, Default)]
struct Sent {
    in_time: u64,
    /// Told before it had left.
    ahead: u64,
    took: Hist,
}

/// Every channel's; nothing of one that does not ask for it.
#[derive(Clone, Debug)]
pub(super) struct Dispatches {
    /// Somebody could have told what has left.
    sees_shipping: bool,
    sent: Vec<Sent>,
    awaited: Numbered<OrderId, Awaited>,
    late: Breaches,
}

/// Where they stand when observation ends.
#[derive(Clone, Debug)]
pub(super) struct DispatchesClosed {
    pub(super) late: Breaches,
    pub(super) of: Vec<Dispatched>,
}

impl DispatchesClosed {
    /// One channel's, if it asks for it.
    pub(super) fn on(&self, channel: usize) -> Option<&Dispatched> {
        self.of.iter().find(|of| of.channel.index() == channel)
    }
}

impl Dispatches {
    pub(super) fn new(charter: &Charter) -> Dispatches {
        let channels = charter.channels.len();
        Dispatches {
            sees_shipping: charter.observes_all(&[Observed::OmsOrders]),
            sent: vec![Sent::default(); channels],
            awaited: Numbered::default(),
            late: Breaches::new(channels),
        }
    }

    /// An order became ours, and is to have left by `due`; it may have before.
    pub(super) fn ours(
        &mut self,
        order: OrderId,
        due: At,
        (units, money): (Qty, Money),
        has_left: bool,
        ours: Witness,
    ) {
        let left = if has_left || !self.sees_shipping { ours.at } else { At::NEVER };
        let awaited = Awaited { ours, due, units, money, left, told: At::NEVER };
        self.awaited.insert(order, awaited);
    }

    /// The channel was told.
    pub(super) fn told(&mut self, order: OrderId, at: At) {
        let Some(awaited) = self.awaited.get_mut(order) else { return };
        if awaited.told == At::NEVER {
            awaited.told = at;
            self.sent[order.channel.index()].ahead += u64::from(awaited.left == At::NEVER);
        }
        self.settle(order);
    }

    /// The order has left the building.
    pub(super) fn left(&mut self, order: OrderId, at: At) {
        let Some(awaited) = self.awaited.get_mut(order) else { return };
        awaited.left = awaited.left.min(at);
        self.settle(order);
    }

    /// The channel released it: it need not leave any more, unless it should have before.
    pub(super) fn released(&mut self, order: OrderId, at: At) {
        let Some(awaited) = self.awaited.remove(order) else { return };
        if at > awaited.due {
            self.late.note_order(awaited.ours, order, awaited.units, awaited.money);
        }
    }

    fn settle(&mut self, order: OrderId) {
        let known = |awaited: &&Awaited| awaited.left < At::NEVER && awaited.told < At::NEVER;
        let Some(awaited) = self.awaited.get(order).filter(known).copied() else { return };
        self.awaited.remove(order);
        let at = awaited.left.max(awaited.told);
        let sent = &mut self.sent[order.channel.index()];
        sent.took.record(at.since(awaited.ours.at));
        if at <= awaited.due {
            sent.in_time += 1;
        } else {
            self.late.note_order(awaited.ours, order, awaited.units, awaited.money);
        }
    }

    /// Orders that have left, and whose channel was not told.
    pub(super) fn untold(&self) -> u64 {
        self.awaited.iter().filter(|(_, of)| of.left < At::NEVER && of.told == At::NEVER).count()
            as u64
    }

    /// Where they stand at `end`. What is due later is neither in time nor late.
    pub(super) fn closed(&self, charter: &Charter, end: At) -> DispatchesClosed {
        let mut late = self.late.clone();
        let mut open = vec![0; charter.channels.len()];
        for (order, awaited) in self.awaited.iter() {
            if end > awaited.due {
                late.note_order(awaited.ours, order, awaited.units, awaited.money);
            } else {
                open[order.channel.index()] += 1;
            }
        }
        let asks = (0..).map(ChannelId).zip(&charter.channels);
        let of =
            asks.zip(self.sent.iter().zip(open)).filter_map(|((channel, terms), (sent, open))| {
                let bad = late.by_channel[channel.index()];
                Some(Dispatched {
                    channel,
                    within: terms.flow.dispatch_within?,
                    late_max: terms.flow.late_dispatches_max,
                    orders: sent.in_time + bad + open,
                    in_time: sent.in_time,
                    late: Count { definite: bad, possible: bad + open },
                    ahead: sent.ahead,
                    took: sent.took.percentiles(),
                })
            });
        let of: Vec<Dispatched> = of.collect();
        late.checked = of.iter().map(|of| of.orders).sum();
        DispatchesClosed { late, of }
    }
}
