//! Owns what is said of a connector that is somebody else's program: what it was told, what it
//! wrote, what it met. Must not know whether any of it is good or bad.

use serde::{Deserialize, Serialize};

use super::Address;
use crate::ids::{ChannelId, ConnectorId, SkuId, Version};
use crate::units::{Money, Qty};

/// Something of a connector that is somebody else's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The connector.
    pub connector: ConnectorId,
    /// What it did, or what became of it.
    pub act: PartyAct,
}

/// What such a connector did, or what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PartyAct {
    /// It was told what the source says of a SKU: by an answer, or by a webhook that it took.
    Read {
        /// The SKU.
        sku: SkuId,
        /// What it was told.
        told: SourceSaid,
    },
    /// A channel took what it wrote of a SKU; it shows later.
    Wrote {
        /// The channel.
        channel: ChannelId,
        /// The SKU.
        sku: SkuId,
        /// What it wrote.
        wrote: OfferWrite,
    },
    /// What it met at an address, or did there, so often since the last such record.
    Met {
        /// At whose address; its own is where it takes webhooks.
        at: Address,
        /// What.
        met: Met,
        /// How often.
        times: u64,
    },
    /// It came, or went.
    Is(PartyState),
}

/// What the source told a connector of a SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SourceSaid {
    /// A stock level.
    Stock {
        /// Its version.
        version: Version,
        /// On hand less reserved.
        available: Qty,
    },
    /// A price.
    Price {
        /// Its version.
        version: Version,
        /// The price.
        price: Money,
        /// The channel that it is of; none: of every channel.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<ChannelId>,
    },
    /// A listing.
    Listing {
        /// Its version.
        version: Version,
    },
}

/// What a connector wrote of a SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferWrite {
    /// Offer exactly so many.
    Offer(Qty),
    /// Offer so many more, or fewer.
    Change(Qty),
    /// Charge this.
    Price(Money),
    /// Sell it.
    Listing,
}

/// What a connector met, or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// Over a limit of the scenario's; not carried out.
    Throttled,
    /// "Unavailable"; not carried out.
    Unavailable,
    /// The reply to a call was lost on its way.
    LostReply,
    /// More calls than any connector makes; not carried out.
    Flooded,
    /// No token of this run.
    Unauthorized,
    /// A call that is a shopper's or the merchant's, not a connector's.
    NotYours,
    /// A call that cannot be read: not the JSON of the route, a number that is none.
    Malformed,
    /// No such path, or no such method on it.
    Astray,
    /// A SKU that is not in the catalogue.
    UnknownSku,
    /// A quantity below zero, or beyond a billion.
    BadQuantity,
    /// An item of an update that makes no sense otherwise: a price below zero, a SKU that is not
    /// listed there, a change of another kind.
    Rejected,
    /// An order of a channel that is not there, or that the channel does not have.
    UnknownOrder,
    /// An order that is held, handed over again with other lines.
    OtherLines,
    /// A call that makes no sense otherwise.
    Invalid,
    /// It answered a webhook with an error.
    WebhookRefused,
    /// It could not be reached with a webhook.
    WebhookUnreached,
    /// Nobody knows whether it took a webhook: it did not answer in time, or not whole.
    WebhookUnanswered,
}

impl Met {
    /// Whether it is the connector's own doing, rather than what any connector meets.
    pub fn is_its_own(self) -> bool {
        !matches!(self, Met::Throttled | Met::Unavailable | Met::LostReply)
    }
}

/// What became of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyState {
    /// It was ready before the first shopper came.
    Ready,
    /// It was not ready in time: nothing was sold.
    NeverCame,
    /// Its process ended by itself, with this code where it said one.
    Gone(Option<i32>),
}
