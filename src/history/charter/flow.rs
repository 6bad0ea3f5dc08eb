//! Owns what judgement needs to know of the way that orders take on a channel: by when we accept
//! them, by when they are to have left. Must not know how a channel is played.

use serde::{Deserialize, Serialize};

use crate::units::{Ppm, Span};

/// The way that orders take on a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderFlow {
    /// We are to accept an order within this time, or the channel cancels it; until then it is not
    /// ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_within: Option<Span>,
    /// The channel is to be told so long after an order is ours that it has left the building.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_within: Option<Span>,
    /// The share of orders told later than that from which on the channel holds it against us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_dispatches_max: Option<Ppm>,
}

impl OrderFlow {
    /// Whether an order is ours when it is accepted or paid, and nobody asks what becomes of it.
    pub fn is_plain(&self) -> bool {
        *self == OrderFlow::default()
    }
}
