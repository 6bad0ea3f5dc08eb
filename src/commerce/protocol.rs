//! Owns the words that systems exchange: requests, replies and notices, without any wire format.
//! Must not know HTTP (`wire` gives these words a form) nor who answers them.

mod asked;
mod source;
mod told;

pub use asked::{Asked, CameBack, Levels, Receipt, Reply};
pub use source::SourceNotice;
pub use told::{OrderNotice, OrderState};

use crate::history::fact::{Address, Lines, PushKind, Refusal, Release, SupplyChange};
use crate::ids::{
    Buyer, ChannelId, ConnectorId, Intent, LocationId, OmsOrder, OpId, OrderId, SkuId, Version,
};
use crate::units::{At, Money, Qty};

/// Most units in one line or one movement of stock. Far above any real one, and far below where
/// sums over a campaign would saturate and the ledger's law would silently break.
pub const UNITS_MAX: Qty = Qty(1_000_000_000);

/// The intent of an order that is handed over without one: no shopper of a run has it.
pub fn intent_of(order: OrderId) -> Intent {
    Intent((3 << 60) + (u64::from(order.channel.0) << 44) + (order.number & ((1 << 44) - 1)))
}

/// A system with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A marketplace or storefront.
    Channel(ChannelId),
    /// The OMS, which is also the source of record for stock, prices and listings.
    Oms,
    /// A connector between the two.
    Connector(ConnectorId),
}

/// A system, as facts have it.
impl From<Role> for Address {
    fn from(role: Role) -> Address {
        match role {
            Role::Channel(id) => Address::Channel(id),
            Role::Oms => Address::Oms,
            Role::Connector(id) => Address::Connector(id),
        }
    }
}

/// A question to a channel.
#[derive(Clone, Debug, PartialEq)]
pub enum ChannelRequest {
    /// A shopper buys. The intent is also the idempotency key.
    PlaceOrder {
        /// What is wanted.
        intent: Intent,
        /// Who buys.
        buyer: Buyer,
        /// SKUs and quantities, all or nothing.
        lines: Vec<(SkuId, Qty)>,
    },
    /// A shopper fills a cart, and may place the order of the same intent later.
    FillCart {
        /// What is wanted.
        intent: Intent,
        /// Who buys.
        buyer: Buyer,
        /// SKUs and quantities, all or nothing.
        lines: Vec<(SkuId, Qty)>,
    },
    /// The seller or the customer cancels an order.
    CancelOrder {
        /// The order.
        order: OrderId,
        /// Why.
        why: Release,
    },
    /// The seller tells of a step that an order has taken. Idempotent by order.
    Confirm {
        /// The order.
        order: OrderId,
        /// Which step.
        step: Confirmation,
    },
    /// A shopper changes an order: gives lines up, or units of them.
    EditOrder {
        /// The order.
        order: OrderId,
        /// What is wanted of it from now on: of its SKUs, and no more than it has of any.
        lines: Vec<(SkuId, Qty)>,
    },
    /// A connector updates offers, prices or listings; one outcome an item.
    Update {
        /// The idempotency key: a repetition of a call whose outcome is unknown carries the same.
        key: Option<u64>,
        /// What is updated.
        kind: PushKind,
        /// The items, at most the channel's batch size.
        items: smallvec::SmallVec<[UpdateItem; 1]>,
    },
    /// A connector reads orders changed after a cursor, oldest first.
    ListOrders {
        /// The cursor of the last page; 0 for all.
        after: u64,
        /// At most so many.
        limit: u32,
    },
}

impl ChannelRequest {
    /// The intent of a shopper who wants to buy; none: it asks something else.
    pub fn wanted(&self) -> Option<Intent> {
        match self {
            ChannelRequest::PlaceOrder { intent, .. } | ChannelRequest::FillCart { intent, .. } => {
                Some(*intent)
            }
            ChannelRequest::CancelOrder { .. }
            | ChannelRequest::Confirm { .. }
            | ChannelRequest::EditOrder { .. }
            | ChannelRequest::Update { .. }
            | ChannelRequest::ListOrders { .. } => None,
        }
    }
}

/// A step of an order that its channel hears of from the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confirmation {
    /// It has left the building.
    Dispatch,
    /// The seller accepts it.
    Acceptance,
}

/// One SKU's part of an update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpdateItem {
    /// The SKU.
    pub sku: SkuId,
    /// The source's version it was computed from.
    pub version: Version,
    /// What to change.
    pub change: Change,
}

/// What an update item changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Offer exactly so many.
    Absolute(Qty),
    /// Offer so many more or fewer.
    Delta(Qty),
    /// Offer `to` if `expect` is what is stored now, else reject.
    CompareAndSet {
        /// What the connector believes is stored.
        expect: Qty,
        /// What it should become.
        to: Qty,
    },
    /// Charge this.
    Price(Money),
    /// Sell it, at this price and quantity.
    Publish {
        /// The price.
        price: Money,
        /// The quantity.
        qty: Qty,
    },
}

/// A channel's answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ChannelReply {
    /// The order stands, also when it was placed before under the same intent.
    Placed {
        /// The order.
        order: OrderId,
    },
    /// The cart holds its units, also when it did before.
    Carted,
    /// The order, or the cart, was turned away.
    TurnedAway {
        /// Why.
        why: Refusal,
    },
    /// The cancellation is done, or was before.
    Cancelled,
    /// The channel knows of the step, or did before.
    Confirmed,
    /// The order is what the shopper wants of it now.
    Edited,
    /// One outcome an item, in the order of the request.
    Updated {
        /// The outcomes.
        items: smallvec::SmallVec<[ItemOutcome; 1]>,
    },
    /// A page of orders.
    Orders {
        /// The orders as they stand now.
        page: Vec<OrderNotice>,
        /// The cursor for the next page.
        cursor: u64,
        /// There is more.
        more: bool,
    },
    /// Not carried out: over a limit. Wait so many microseconds of campaign time, when told.
    Throttled {
        /// How long, when the channel says.
        retry_after: Option<crate::units::Span>,
    },
    /// Not carried out: "unavailable".
    Unavailable,
    /// The request makes no sense to the channel.
    Invalid {
        /// Why.
        why: String,
    },
}

/// What became of one item of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Taken; it will show.
    Taken,
    /// Not listed there, or makes no sense.
    Rejected,
    /// Compare-and-set met something else: `have` is stored.
    Conflict {
        /// What is stored.
        have: Qty,
    },
}

/// A question to the OMS.
#[derive(Clone, Debug, PartialEq)]
pub enum OmsRequest {
    /// A connector hands an order over.
    Handoff {
        /// The order.
        order: OrderId,
        /// The shopper's intent.
        intent: Intent,
        /// The version that is handed over.
        version: Version,
        /// What was bought.
        lines: Lines,
        /// The idempotency key; none when the connector has no such habit.
        key: Option<u64>,
        /// Which attempt, from 1.
        attempt: u32,
    },
    /// A connector reserves an order's units ahead of the handoff. Idempotent by order.
    Reserve {
        /// The order.
        order: OrderId,
        /// The shopper's intent.
        intent: Intent,
        /// What was bought.
        lines: Lines,
    },
    /// A connector tells of a later version of an order. Idempotent by order and version: an older
    /// one than the OMS knows changes nothing.
    Amend {
        /// The order.
        order: OrderId,
        /// The version.
        version: Version,
        /// What is bought in it: no unit more than before.
        lines: Lines,
    },
    /// A connector says that the channel released an order. Idempotent by order.
    Release {
        /// The order.
        order: OrderId,
        /// Why.
        why: Release,
    },
    /// The merchant moves stock. Idempotent by `op`.
    Adjust {
        /// The call.
        op: OpId,
        /// The SKU.
        sku: SkuId,
        /// The change.
        units: Qty,
        /// Why.
        why: SupplyChange,
        /// Where; none: all stock lies in one place.
        at: Option<LocationId>,
    },
    /// The merchant sets a price.
    SetPrice {
        /// The SKU.
        sku: SkuId,
        /// The price.
        price: Money,
        /// When it is due.
        due: At,
        /// The channel that it is of; none: of every channel.
        channel: Option<ChannelId>,
    },
    /// The merchant publishes a listing.
    Publish {
        /// The SKU.
        sku: SkuId,
    },
    /// A connector reads how everything stands, SKU by SKU.
    ListLevels {
        /// The cursor of the last page; 0 for all.
        after: u64,
        /// At most so many SKUs.
        limit: u32,
    },
    /// A connector reads changes after a cursor, oldest first.
    ListChanges {
        /// The cursor of the last page; 0 for all.
        after: u64,
        /// At most so many.
        limit: u32,
    },
}

/// The OMS's answer.
#[derive(Clone, Debug, PartialEq)]
pub enum OmsReply {
    /// The order is held; `known` when it was before.
    Held {
        /// The record.
        oms: OmsOrder,
        /// By an earlier delivery.
        known: bool,
    },
    /// Done, or done before.
    Done,
    /// A page of changes, or of how things stand, each told as the change that made it so.
    Changes {
        /// The changes.
        page: Vec<SourceNotice>,
        /// The cursor for the next page.
        cursor: u64,
        /// There is more.
        more: bool,
    },
    /// Not carried out: over a limit.
    Throttled {
        /// How long to wait, when it says.
        retry_after: Option<crate::units::Span>,
    },
    /// Not carried out: "unavailable".
    Unavailable,
    /// The request makes no sense to the OMS.
    Invalid {
        /// Why.
        why: String,
    },
}

/// What a webhook carries to a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// From a channel.
    Order(OrderNotice),
    /// From the source.
    Source(SourceNotice),
}
