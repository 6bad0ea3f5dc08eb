//! Owns what a charter says of the file that its traffic rests on: rows, and those left out.
//! Must not know how files are read.

use serde::{Deserialize, Serialize};

use crate::units::Ppm;

/// The rows of a file that a run rests on, and those of them that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The file, as it was named.
    pub file: String,
    /// Which stretch of it, in words; empty for all of it.
    pub stretch: String,
    /// Rows of the stretch that are lines of orders, read or not.
    pub rows: u64,
    /// Those that could not be read, by what it was about them.
    pub unread: Vec<Unread>,
}

/// Rows that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// What it was about them: `price`.
    pub about: String,
    /// How many.
    pub rows: u64,
}

/// Up to this share of rows that could not be read there is nothing to say about a verdict.
pub const UNREAD_NEGLIGIBLE: Ppm = Ppm(1_000);

/// Beyond this share of rows that could not be read, what was played is not what the file holds.
pub const UNREAD_MOST: Ppm = Ppm(20_000);

impl Input {
    /// Rows that could not be read.
    pub fn missing(&self) -> u64 {
        self.unread.iter().map(|unread| unread.rows).fold(0, u64::saturating_add)
    }

    /// Whether more than that share of its rows is missing.
    pub fn misses_more_than(&self, share: Ppm) -> bool {
        u128::from(self.missing()) * 1_000_000 > u128::from(self.rows) * u128::from(share.0)
    }
}
