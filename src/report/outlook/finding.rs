//! Owns what a finding of a plan consists of. Must not know what is found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How bad it is.
    pub weight: Weight,
    /// What it is, in a sentence.
    pub text: String,
    /// What to do about it; empty when there is nothing to do. Keys of the scenario, flags and
    /// commands stand between backticks.
    pub todo: String,
}

/// How bad a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// A GO is out of reach.
    Stops,
    /// A GO is doubtful.
    Doubtful,
    /// Good to know.
    Note,
}

impl Finding {
    pub(super) fn note(text: String) -> Finding {
        Finding { weight: Weight::Note, text, todo: String::new() }
    }
}
