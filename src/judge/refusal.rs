//! Owns why facts cannot be judged: what names something that is not there, or is beyond reason.
//! Must not know how that is found (`admission`).

use super::pricelist::TooMany;
use crate::history::charter::{PRICES_AHEAD_MAX, PRICES_IN_GRACE_MAX};
use crate::ids::SkuId;

/// Why facts cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAHistory {
    /// It does not begin with its terms.
    #[error("a history begins with its charter; this one begins with another fact (seq {0})")]
    NoCharter(u64),
    /// A second charter.
    #[error("fact {0} is a second charter; two histories must be judged apart")]
    SecondCharter(u64),
    /// Written by a later version.
    #[error("the history has version {found}, and this doorbuster reads up to {known}: update it")]
    TooNew {
        /// Its version.
        found: u32,
        /// The latest that can be read.
        known: u32,
    },
    /// The charter contradicts itself or asks for too much.
    #[error("the charter cannot be judged by: {0}")]
    Charter(String),
    /// A fact is missing or told twice.
    #[error("fact {expected} was expected, {found} was found: the history has a gap")]
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A fact speaks of something that the charter does not have.
    #[error("fact {seq} speaks of {what}, and the charter has {has}")]
    Unknown {
        /// The fact.
        seq: u64,
        /// What it speaks of.
        what: String,
        /// What there is of its kind.
        has: String,
    },
    /// A fact speaks of something that no fact before it brought about.
    #[error("fact {seq} speaks of {what}")]
    NeverWas {
        /// The fact.
        seq: u64,
        /// What it speaks of, and what never happened to it.
        what: String,
    },
    /// A fact's value is beyond reason.
    #[error("fact {seq} has {what}: no campaign has that")]
    Absurd {
        /// The fact.
        seq: u64,
        /// The value.
        what: String,
    },
    /// A channel accepted one order number twice.
    #[error("fact {seq} accepts order {number} of channel {channel} a second time")]
    AcceptedTwice {
        /// The fact.
        seq: u64,
        /// The channel.
        channel: u16,
        /// The order's number.
        number: u64,
    },
}

/// A SKU's price list has grown beyond reason.
pub(super) fn too_many_prices(seq: u64, sku: SkuId, why: TooMany) -> NotAHistory {
    let what = match why {
        TooMany::Ahead => {
            format!("more than {PRICES_AHEAD_MAX} prices set ahead for SKU {}", sku.0)
        }
        TooMany::InGrace => format!(
            "more than {PRICES_IN_GRACE_MAX} prices of SKU {} within the price grace",
            sku.0
        ),
    };
    NotAHistory::Absurd { seq, what }
}
