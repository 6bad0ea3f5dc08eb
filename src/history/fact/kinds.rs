//! Owns the words that facts are made of: kinds of calls, outcomes, causes and reasons.
//! Must not know the facts themselves.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{ChannelId, ConnectorId, OmsOrder, OrderId, SkuId, Version};
use crate::units::{Money, Qty};

/// The lines of an order: made once, and shared by all who keep them.
pub type Lines = Arc<[Line]>;

/// A line of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The offer, where it is not simply the SKU (bundles, multipacks, second listings).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<u32>,
    /// The SKU.
    pub sku: SkuId,
    /// Units.
    pub qty: Qty,
    /// Price of one unit.
    pub price: Money,
    /// What the channel offered just before.
    pub offered: Qty,
    /// What it offered just after.
    pub left: Qty,
}

/// A version that a shopper made of an accepted order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edited {
    /// The order.
    pub order: OrderId,
    /// Which version of it this is; 1 is the first after the one that was accepted.
    pub version: Version,
    /// What is bought now (`offered` and `left` are what they were at the acceptance).
    pub lines: Lines,
}

/// A version that a record of the OMS says from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amended {
    /// The order as its channel knows it.
    pub order: OrderId,
    /// The record.
    pub oms: OmsOrder,
    /// The version that it was told.
    pub version: Version,
    /// What the record says is bought now (`offered` and `left` are zero).
    pub lines: Lines,
}

/// What a load call asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// A shopper's order.
    PlaceOrder,
    /// A shopper's cart.
    FillCart,
    /// A shopper's cancellation.
    CancelOrder,
    /// A shopper's edit of an order.
    EditOrder,
    /// A merchant's stock movement.
    AdjustStock,
    /// A merchant's price.
    SetPrice,
    /// A merchant's listing.
    PublishListing,
    /// A request that means nothing, for measuring the generator itself.
    Plain,
}

/// What a call came to (docs/measures.md, outcomes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It happened.
    Done,
    /// It definitely did not happen.
    Refused,
    /// It may have happened.
    Unknown,
}

/// Why a channel turned an order away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Not enough offered.
    Stock,
    /// Not listed there.
    NotListed,
    /// Throttled.
    Throttled,
    /// The channel said it was unavailable.
    Unavailable,
    /// The request made no sense.
    Invalid,
}

/// Why supply changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplyChange {
    /// There at the start.
    Opening,
    /// Goods came in.
    Receipt,
    /// Goods were lost, or a count found fewer or more than believed.
    Correction,
    /// A customer sent goods back.
    Return,
}

/// Why an order was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// The payment failed.
    Payment,
    /// The customer cancelled.
    Customer,
    /// There was no stock for it.
    Stock,
    /// We did not accept it in time.
    NotAccepted,
}

/// What asked for a change of the source's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockCause {
    /// The opening balance.
    Opening,
    /// The merchant.
    Merchant,
    /// A reservation for this order.
    Reserve(OrderId),
    /// This order's reservation was given back.
    Release(OrderId),
    /// This order left the building; available does not change.
    Ship(OrderId),
}

/// What the OMS made of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// A new order record.
    Created,
    /// It knew the idempotency key, or the record id, and answered with the record it had.
    Known,
}

/// How a connector learned of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intake {
    /// The channel's webhook.
    Webhook,
    /// Reading the channel's orders.
    Poll,
}

/// What an update changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushKind {
    /// Offered quantities.
    Stock,
    /// Prices.
    Price,
    /// Listings.
    Listing,
}

/// One SKU's part of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushItem {
    /// The SKU.
    pub sku: SkuId,
    /// The version it carries.
    pub version: Version,
    /// What became of the item; a call that failed as a whole fails every item alike.
    pub outcome: CallOutcome,
}

/// What a connector's call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Carried out.
    Done,
    /// Rejected for what it says: no retry will help.
    Rejected,
    /// Over a limit: not carried out.
    Throttled,
    /// "Unavailable": not carried out.
    Unavailable,
    /// May have been carried out.
    Unknown,
}

/// What a connector gave up on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// An update of a channel.
    Push {
        /// The channel.
        channel: ChannelId,
        /// What was updated.
        kind: PushKind,
        /// The SKUs and versions.
        items: Vec<(SkuId, Version)>,
    },
    /// Handing an order to the OMS.
    Handoff(OrderId),
    /// Reserving an order's units in the OMS ahead of the handoff.
    Reserve(OrderId),
    /// Telling the OMS of a later version of an order.
    Amend(OrderId),
    /// Telling the OMS that an order was released.
    Release(OrderId),
    /// Telling the channel that an order is cancelled.
    Cancel(OrderId),
    /// Telling the channel that we accept an order.
    Accept(OrderId),
    /// Telling the channel that an order has left the building.
    Dispatch(OrderId),
}

/// Why a history ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The campaign was played to its end.
    Finished,
    /// Somebody stopped it; what was under way was drained.
    Interrupted,
}

/// Something of the harness that failed, or that it bore.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HarnessFault {
    /// A connector's call or a webhook found no connection, or no place at the listener.
    NeverLeft,
    /// The listener turned a connection away: all its places were taken.
    TurnedAway,
    /// A connection could not be accepted: no descriptor was left.
    NotAccepted,
    /// A machine panicked while it answered.
    Panicked,
    /// Somebody who is not of the run called: without its credentials, or with others.
    Stranger,
    /// A stranger's connection was closed to make room.
    Evicted,
}

/// Whose address a call was made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// A channel's.
    Channel(ChannelId),
    /// The OMS's.
    Oms,
    /// That at which a connector takes webhooks.
    Connector(ConnectorId),
}
