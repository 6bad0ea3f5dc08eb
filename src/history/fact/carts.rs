//! Owns what is said of a cart that holds units. Must not know what becomes of its order.

use serde::{Deserialize, Serialize};

use super::Lines;
use crate::ids::{ChannelId, Intent};

/// A cart that holds units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cart {
    /// The channel.
    pub channel: ChannelId,
    /// What the shopper wants; the order, if one comes of it, has the same.
    pub intent: Intent,
    /// What it holds.
    pub lines: Lines,
}

/// The end of a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartEnd {
    /// The channel.
    pub channel: ChannelId,
    /// Whose cart.
    pub intent: Intent,
    /// Why.
    pub why: CartEnding,
}

/// Why a channel holds a cart's units no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartEnding {
    /// The shopper checks out.
    CheckedOut,
    /// The hold is over.
    Lapsed,
}
