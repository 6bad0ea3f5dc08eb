//! Owns whether we accepted in time the orders that wait for it on their channel.
//! Must not know what becomes of an order once it is accepted.

use super::breaches::Breaches;
use super::hist::Hist;
use super::judgement::{AcceptedOnes, Count, Witness};
use crate::history::charter::Charter;
use crate::history::fact::Release;
use crate::ids::{ChannelId, OrderId};
use crate::numbered::Numbered;
use crate::units::{At, Money, Qty};

/// An order that waits for us.
#[derive(Clone, Copy, Debug)]
struct Waits {
    /// Since when.
    since: Witness,
    due: At,
    units: Qty,
    money: Money,
}

/// One channel's.
#[derive(Clone, Debug, Default)]
struct Answered {
    in_time: u64,
    /// Cancelled by the channel.
    cancelled: u64,
    took: Hist,
}

/// Every channel's; nothing of one whose orders do not wait.
#[derive(Clone, Debug)]
pub(super) struct Acceptances {
    answered: Vec<Answered>,
    waiting: Numbered<OrderId, Waits>,
    late: Breaches,
}

/// Where they stand when observation ends.
#[derive(Clone, Debug)]
pub(super) struct AcceptancesClosed {
    pub(super) late: Breaches,
    pub(super) of: Vec<AcceptedOnes>,
}

impl AcceptancesClosed {
    /// One channel's, if its orders wait.
    pub(super) fn on(&self, channel: usize) -> Option<&AcceptedOnes> {
        self.of.iter().find(|of| of.channel.index() == channel)
    }
}

impl Acceptances {
    pub(super) fn new(charter: &Charter) -> Acceptances {
        let channels = charter.channels.len();
        Acceptances {
            answered: vec![Answered::default(); channels],
            waiting: Numbered::default(),
            late: Breaches::new(channels),
        }
    }

    /// An order waits for us, until `due` at the most.
    pub(super) fn waits(
        &mut self,
        order: OrderId,
        due: At,
        (units, money): (Qty, Money),
        since: Witness,
    ) {
        self.waiting.insert(order, Waits { since, due, units, money });
    }

    /// We accepted it.
    pub(super) fn accepted(&mut self, order: OrderId, at: At) {
        let Some(waits) = self.waiting.remove(order) else { return };
        let answered = &mut self.answered[order.channel.index()];
        answered.took.record(at.since(waits.since.at));
        if at <= waits.due {
            answered.in_time += 1;
        } else {
            self.late.note_order(waits.since, order, waits.units, waits.money);
        }
    }

    /// The channel released it: for want of an acceptance, or because its shopper did not wait.
    pub(super) fn released(&mut self, order: OrderId, why: Release, at: At) {
        let Some(waits) = self.waiting.remove(order) else { return };
        let for_want = why == Release::NotAccepted;
        self.answered[order.channel.index()].cancelled += u64::from(for_want);
        if for_want || at > waits.due {
            self.late.note_order(waits.since, order, waits.units, waits.money);
        }
    }

    /// Where they stand at `end`. What still has time is neither in time nor late.
    pub(super) fn closed(&self, charter: &Charter, end: At) -> AcceptancesClosed {
        let mut late = self.late.clone();
        let mut open = vec![0; charter.channels.len()];
        for (order, waits) in self.waiting.iter() {
            if end > waits.due {
                late.note_order(waits.since, order, waits.units, waits.money);
            } else {
                open[order.channel.index()] += 1;
            }
        }
        let each = (0..).map(ChannelId).zip(&charter.channels).zip(self.answered.iter().zip(open));
        let of = each.filter_map(|((channel, terms), (answered, open))| {
            let bad = late.by_channel[channel.index()];
            Some(AcceptedOnes {
                channel,
                within: terms.flow.accept_within?,
                orders: answered.in_time + bad + open,
                in_time: answered.in_time,
                late: Count { definite: bad, possible: bad + open },
                cancelled: answered.cancelled,
                took: answered.took.percentiles(),
            })
        });
        let of: Vec<AcceptedOnes> = of.collect();
        late.checked = of.iter().map(|of| of.orders).sum();
        AcceptancesClosed { late, of }
    }
}
