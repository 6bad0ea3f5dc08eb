//! Owns whose word a history holds. Must not know what rests on it.

use serde::{Deserialize, Serialize};

use super::Charter;

/// Whose word a history can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// Calls by shoppers and merchant, from the client that makes them.
    Load,
    /// Physical supply.
    Supply,
    /// What channels offer.
    Offers,
    /// Prices, of the source and at the channels.
    Prices,
    /// Listings, of the source and at the channels.
    Listings,
    /// The source's stock ledger.
    SourceStock,
    /// Orders as the OMS holds them.
    OmsOrders,
    /// Orders cancelled for want of stock.
    Cancellations,
    /// The connector's own journal.
    Connector,
}

impl Observed {
    /// Every kind.
    pub const ALL: [Observed; 9] = [
        Observed::Load,
        Observed::Supply,
        Observed::Offers,
        Observed::Prices,
        Observed::Listings,
        Observed::SourceStock,
        Observed::OmsOrders,
        Observed::Cancellations,
        Observed::Connector,
    ];

    /// Everybody's word.
    pub fn everything() -> Vec<Observed> {
        Observed::ALL.to_vec()
    }

    pub(super) fn is_everything(observes: &[Observed]) -> bool {
        Observed::ALL.iter().all(|kind| observes.contains(kind))
    }
}

impl Charter {
    /// Whether the history holds all of these.
    pub fn observes_all(&self, kinds: &[Observed]) -> bool {
        kinds.iter().all(|kind| self.observes.contains(kind))
    }
}
