//! Owns what the terms say of faults that are injected on purpose. Must not know what a fault does.

use serde::{Deserialize, Serialize};

use crate::ids::ChannelId;
use crate::units::At;

/// A fault injected on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlanned {
    /// Its name in the scenario.
    pub name: String,
    /// What it does, where, and to what; in words.
    pub does: String,
    /// When it is to be in force: each from its start, to its end.
    pub spells: Vec<(At, At)>,
    /// The channels that it is aimed at; none where it is aimed at what serves them all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<ChannelId>,
}
