//! Owns what a platform's own API asks of the channel, or the OMS, that it stands for: the
//! platform's database, and what is done by hand in its back office.
//! Must not know any platform (`faces` does), nor a wire: the neutral API has none of these words.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::protocol::{Confirmation, ItemOutcome, OrderState, UpdateItem};
use crate::history::fact::{Lines, PushKind, Refusal, Release};
use crate::ids::{Buyer, ChannelId, Intent, OrderId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

/// A question that a channel's own front asks it.
#[derive(Clone, Debug, PartialEq)]
pub enum Inside {
    /// How offers stand, in the order of the catalogue.
    Offers {
        /// From this one on.
        from: SkuId,
        /// At most so many.
        limit: u32,
        /// It is a call of its own: limits count it and faults meet it.
        counts: bool,
    },
    /// Orders that are such and such.
    Orders(OrdersWanted),
    /// Offers are changed, by somebody who knows no versions: nothing tells a call about a SKU from
    /// the next.
    Update {
        /// What is changed.
        kind: PushKind,
        /// The items, at most the channel's batch size.
        items: SmallVec<[UpdateItem; 1]>,
        /// All of them, or none where one cannot be.
        whole: bool,
    },
    /// An order is entered by hand: it is never turned away for want of stock.
    Enter {
        /// Tells it apart from every other order.
        intent: Intent,
        /// Who buys.
        buyer: Buyer,
        /// SKUs and quantities.
        lines: Vec<(SkuId, Qty)>,
    },
    /// An order of a channel's is entered at the OMS, and takes its units there.
    HandOver(HandedOver),
    /// An order that was entered unpaid is paid.
    Pay {
        /// The order's number.
        number: u64,
    },
    /// An order is cancelled in the back office.
    Cancel {
        /// The order's number.
        number: u64,
        /// Why.
        why: Release,
        /// Its units are put back on offer.
        restocks: bool,
    },
    /// The seller tells of a step that the order of this number has taken.
    Confirm {
        /// The order.
        number: u64,
        /// Which step.
        step: Confirmation,
    },
}

impl Inside {
    /// Whether it is a call of its own, not a look for the sake of another.
    pub fn counts(&self) -> bool {
        match self {
            Inside::Offers { counts, .. } => *counts,
            Inside::Orders(wanted) => wanted.counts,
            Inside::Update { .. }
            | Inside::Enter { .. }
            | Inside::HandOver(_)
            | Inside::Pay { .. }
            | Inside::Cancel { .. }
            | Inside::Confirm { .. } => true,
        }
    }
}

/// A channel's order, as it is entered at the OMS.
#[derive(Clone, Debug, PartialEq)]
pub struct HandedOver {
    /// Which.
    pub order: OrderId,
    /// What was bought.
    pub lines: Lines,
    /// What becomes of it.
    pub stands: HandedAs,
    /// It is turned away where the OMS is short of it.
    pub only_if_there: bool,
}

/// As what an order is entered at the OMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedAs {
    /// It is written down, and takes no units.
    Noted,
    /// Its units are reserved.
    Reserved,
    /// It is ours to fulfil.
    Ours,
}

/// Which orders are wanted, and which page of them.
#[derive(Clone, Debug, PartialEq)]
pub struct OrdersWanted {
    /// Placed from the first moment on, and before the second.
    pub placed: (At, At),
    /// Changed from the first moment on, and before the second.
    pub changed: (At, At),
    /// Numbers from the first on, and below the second.
    pub numbers: (u64, u64),
    /// Only these numbers, where some are named.
    pub only: Option<BTreeSet<u64>>,
    /// In one of these states.
    pub states: OrderStates,
    /// Where orders were entered for channels: of this one.
    pub channel: Option<ChannelId>,
    /// The same: that the channel knows by this number.
    pub number_there: Option<u64>,
    /// How they are sorted.
    pub by: OrdersSorted,
    /// The last comes first.
    pub last_first: bool,
    /// So many are passed over.
    pub skip: u64,
    /// At most so many.
    pub limit: u32,
    /// It is a call of its own: limits count it and faults meet it.
    pub counts: bool,
}

impl Default for OrdersWanted {
    fn default() -> OrdersWanted {
        OrdersWanted {
            placed: (At::START, At::NEVER),
            changed: (At::START, At::NEVER),
            numbers: (0, u64::MAX),
            only: None,
            states: OrderStates::ANY,
            channel: None,
            number_there: None,
            by: OrdersSorted::Placed,
            last_first: false,
            skip: 0,
            limit: 1,
            counts: true,
        }
    }
}

impl OrdersWanted {
    /// One order.
    pub fn one(number: u64) -> OrdersWanted {
        let end = number.saturating_add(1);
        OrdersWanted { numbers: (number, end), ..OrdersWanted::default() }
    }

    /// Of all orders the numbers of those on the page that is wanted, and how many there are.
    pub(super) fn pick(&self, all: impl Iterator<Item = OrderHead>) -> (Vec<u64>, u64) {
        let within = |moment: At, (from, until): (At, At)| from <= moment && moment < until;
        let is_of = |source: Option<OrderId>| {
            let (channel, number) = (source.map(|of| of.channel), source.map(|of| of.number));
            self.channel.is_none_or(|wanted| channel == Some(wanted))
                && self.number_there.is_none_or(|wanted| number == Some(wanted))
        };
        let mut found: Vec<(At, u64)> = all
            .filter(|order| {
                (self.numbers.0..self.numbers.1).contains(&order.number)
                    && within(order.placed, self.placed)
                    && within(order.changed, self.changed)
                    && self.states.has(order)
                    && is_of(order.source)
                    && self.only.as_ref().is_none_or(|only| only.contains(&order.number))
            })
            .map(|order| match self.by {
                OrdersSorted::Placed => (order.placed, order.number),
                OrdersSorted::Changed => (order.changed, order.number),
            })
            .collect();
        if self.by == OrdersSorted::Changed {
            found.sort_unstable();
        }
        if self.last_first {
            found.reverse();
        }
        let skip = usize::try_from(self.skip).unwrap_or(usize::MAX);
        let page = found.iter().skip(skip).take(self.limit as usize);
        (page.map(|(_, number)| *number).collect(), found.len() as u64)
    }
}

/// What orders are picked by.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderHead {
    pub(super) number: u64,
    pub(super) state: OrderState,
    pub(super) placed: At,
    pub(super) changed: At,
    /// The channel's order that it was entered for.
    pub(super) source: Option<OrderId>,
    pub(super) is_noted: bool,
    pub(super) is_shipped: bool,
}

/// States of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of states")]
pub struct OrderStates {
    /// Waiting for the seller to accept it.
    pub waiting: bool,
    /// Entered at the OMS, with no units taken.
    pub noted: bool,
    /// Awaiting payment.
    pub pending: bool,
    /// Ours to fulfil.
    pub ours: bool,
    /// The same, and it has left the building.
    pub shipped: bool,
    /// Released because payment failed.
    pub unpaid: bool,
    /// Released for another reason.
    pub cancelled: bool,
}

impl OrderStates {
    /// All of them.
    pub const ANY: OrderStates = OrderStates::all(true);
    /// None of them.
    pub const NONE: OrderStates = OrderStates::all(false);

    const fn all(is: bool) -> OrderStates {
        let [waiting, noted, pending, ours, shipped, unpaid, cancelled] = [is; 7];
        OrderStates { waiting, noted, pending, ours, shipped, unpaid, cancelled }
    }

    /// Whether an order's is one of them.
    fn has(self, order: &OrderHead) -> bool {
        match order.state {
            OrderState::Waiting => self.waiting,
            OrderState::Pending if order.is_noted => self.noted,
            OrderState::Pending => self.pending,
            OrderState::Ours if order.is_shipped => self.shipped,
            OrderState::Ours => self.ours,
            OrderState::Released(Release::Payment) => self.unpaid,
            OrderState::Released(_) => self.cancelled,
        }
    }
}

/// How orders are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrdersSorted {
    /// By when they were placed, which is by number.
    Placed,
    /// By when they last changed.
    Changed,
}

/// An offer as its channel has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferRead {
    /// The SKU.
    pub sku: SkuId,
    /// It is sold.
    pub listed: bool,
    /// What its API has taken.
    pub stored: Qty,
    /// What shoppers see; never below none.
    pub shown: Qty,
    /// What shoppers pay.
    pub price: Money,
    /// The price that its API has taken.
    pub asks: Money,
    /// At the source: what else is known there.
    pub source: Option<AtSource>,
}

/// What the source knows of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtSource {
    /// The version of the level.
    pub stock: Version,
    /// Of the price.
    pub price: Version,
    /// Of the listing.
    pub listing: Version,
    /// What is in the building.
    pub on_hand: Qty,
    /// What of it is promised.
    pub reserved: Qty,
    /// When the level last changed.
    pub moved: At,
    /// When the price or the listing last changed: a price when it began.
    pub tagged: At,
}

/// An order as its channel has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRead {
    /// Its number.
    pub number: u64,
    /// Who bought.
    pub buyer: Buyer,
    /// Where it stands.
    pub state: OrderState,
    /// What was bought.
    pub lines: Lines,
    /// When.
    pub placed: At,
    /// When it last changed.
    pub changed: At,
    /// At the OMS: the channel's order that it was entered for.
    pub source: Option<OrderId>,
    /// There: no units were taken for it.
    pub is_noted: bool,
    /// It has left the building.
    pub is_shipped: bool,
}

/// The answer to it.
#[derive(Clone, Debug, PartialEq)]
pub enum InsideReply {
    /// A page of offers, and how many there are in all.
    Offers {
        /// The page.
        page: Vec<OfferRead>,
        /// Of so many.
        total: u64,
    },
    /// A page of orders, and how many are wanted in all.
    Orders {
        /// The page.
        page: Vec<OrderRead>,
        /// Of so many.
        total: u64,
    },
    /// One outcome an item. Of a whole that one item was kept from, nothing was taken.
    Updated {
        /// The outcomes.
        items: SmallVec<[ItemOutcome; 1]>,
    },
    /// The order stands.
    Entered {
        /// Its number.
        number: u64,
    },
    /// The order makes no sense.
    TurnedAway {
        /// Why.
        why: Refusal,
    },
    /// It is cancelled, or was before.
    Cancelled,
    /// The channel knows of the step, or did before.
    Confirmed,
    /// There is no such order.
    NoOrder,
    /// Not carried out: over a limit.
    Throttled {
        /// How long to wait, when the channel says.
        retry_after: Option<Span>,
    },
    /// Not carried out: "unavailable".
    Unavailable,
    /// Refused for good.
    Refused {
        /// Why.
        why: String,
    },
}

impl InsideReply {
    /// Whether something that was asked for is not done.
    pub fn is_refusal(&self) -> bool {
        match self {
            InsideReply::Updated { items } => {
                items.iter().any(|outcome| *outcome != ItemOutcome::Taken)
            }
            InsideReply::TurnedAway { .. }
            | InsideReply::NoOrder
            | InsideReply::Throttled { .. }
            | InsideReply::Unavailable
            | InsideReply::Refused { .. } => true,
            InsideReply::Offers { .. }
            | InsideReply::Orders { .. }
            | InsideReply::Entered { .. }
            | InsideReply::Cancelled
            | InsideReply::Confirmed => false,
        }
    }
}
