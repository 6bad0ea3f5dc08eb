//! Owns what a platform's own API asks of the channel it stands for: the platform's database, and
//! what is done by hand in its back office.
//! Must not know any platform (`faces` does), nor a wire: the neutral API has none of these words.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::protocol::{ItemOutcome, OrderState, UpdateItem};
use crate::history::fact::{Lines, PushKind, Refusal, Release};
use crate::ids::{Buyer, Intent, SkuId};
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
    /// An order is cancelled in the back office.
    Cancel {
        /// The order's number.
        number: u64,
        /// Why.
        why: Release,
        /// Its units are put back on offer.
        restocks: bool,
    },
}

impl Inside {
    /// Whether it is a call of its own, not a look for the sake of another.
    pub fn counts(&self) -> bool {
        match self {
            Inside::Offers { counts, .. } => *counts,
            Inside::Orders(wanted) => wanted.counts,
            Inside::Update { .. } | Inside::Enter { .. } | Inside::Cancel { .. } => true,
        }
    }
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
}

/// States of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of states")]
pub struct OrderStates {
    /// Awaiting payment.
    pub pending: bool,
    /// Ours to fulfil.
    pub ours: bool,
    /// Released because payment failed.
    pub unpaid: bool,
    /// Released for another reason.
    pub cancelled: bool,
}

impl OrderStates {
    /// All of them.
    pub const ANY: OrderStates =
        OrderStates { pending: true, ours: true, unpaid: true, cancelled: true };
    /// None of them.
    pub const NONE: OrderStates =
        OrderStates { pending: false, ours: false, unpaid: false, cancelled: false };

    /// Whether a state is one of them.
    pub fn has(self, state: OrderState) -> bool {
        match state {
            OrderState::Pending => self.pending,
            OrderState::Ours => self.ours,
            OrderState::Released(Release::Payment) => self.unpaid,
            OrderState::Released(Release::Customer | Release::Stock) => self.cancelled,
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
            | InsideReply::Cancelled => false,
        }
    }
}
