//! Owns what is said of the steps that an order takes on its channel because of us.
//! Must not know when a step was due.

use serde::{Deserialize, Serialize};

use crate::ids::OrderId;

/// A step of an order that its channel was told of, for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// The order.
    pub order: OrderId,
}
