//! Owns what recovery from faults injected on purpose is to come to. Must not know how it is found.

use serde::{Deserialize, Serialize};

use crate::units::Span;

/// The failure class whose owner answers for recovery.
pub const RECOVERY: &str = "recovery";

/// What is asked of every disturbance, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Objective {
    /// All is in band again so soon.
    RecoversWithin {
        /// So soon.
        within: Span,
        /// From when on.
        counted_from: CountedFrom,
    },
    /// The OMS never gets so many orders of it, at most.
    LosesAtMost {
        /// Orders.
        orders: u64,
    },
    /// No order of it waits longer until the OMS holds it.
    OldestWaits {
        /// No longer than this.
        at_most: Span,
    },
}

/// From when on a recovery is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedFrom {
    /// The beginning of what was broken.
    #[default]
    Beginning,
    /// Its end.
    End,
}
