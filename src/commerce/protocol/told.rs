//! Owns what a channel says of an order, in a webhook or on a page.
//! Must not know who reads it.

use serde::{Deserialize, Serialize};

use crate::history::fact::{Lines, Release};
use crate::ids::{Intent, OrderId, Version};

/// What a channel says of an order, in a webhook or on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderNotice {
    /// The order.
    pub order: OrderId,
    /// The shopper's intent: keys the draws of whatever is done with the order.
    pub intent: Intent,
    /// Where it stands.
    pub state: OrderState,
    /// Its version: how often its shopper has edited it.
    #[serde(default, skip_serializing_if = "Version::is_first")]
    pub version: Version,
    /// What was bought, in this version.
    pub lines: Lines,
}

/// Where an order stands at its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Placed, and waiting for the seller to accept it: not ours to fulfil.
    Waiting,
    /// Accepted and awaiting payment: not ours to fulfil.
    Pending,
    /// Ours to fulfil.
    Ours,
    /// Released.
    Released(Release),
}
