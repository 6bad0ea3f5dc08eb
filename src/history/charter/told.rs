//! Owns what a source tells of its stock. Must not know whom.

use serde::{Deserialize, Serialize};

/// What a source tells of its stock, and channels are to show by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceTells {
    /// On hand − reserved.
    #[default]
    Available,
    /// What is in the building, promised or not, until it is shipped.
    OnHand,
}

impl SourceTells {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub(super) fn is_available(&self) -> bool {
        *self == SourceTells::Available
    }
}
