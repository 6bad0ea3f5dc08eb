//! Owns what the terms say of what is done to a run from outside: faults injected on purpose, who
//! may act on it, and what is to be done when. Must not know what a fault or an act does.

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

/// A role that somebody acts in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorRole {
    /// Its name in the scenario.
    pub name: String,
    /// What it may do, by the words of [`crate::history::fact::OPERATOR_WORDS`].
    pub may: Vec<String>,
}

/// A step that the scenario takes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepPlanned {
    /// Its name in the scenario.
    pub name: String,
    /// What is done, and when; in words.
    pub does: String,
    /// When it is due, where that is a moment of the campaign's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
}

impl ActorRole {
    /// Whether it may do what this word says.
    pub fn may(&self, word: &str) -> bool {
        self.may.iter().any(|may| may == word)
    }
}
