//! Owns the rows of a file that a run rests on, as `summary.json` states them.
//! Must not know how rows are read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Stated, stated};
use crate::history::charter::{self, Charter};
use crate::units::Ppm;

/// The rows of a file that the traffic rests on, and those that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// The file, as it was named.
    pub file: String,
    /// Which stretch of it, in words; empty for all of it.
    pub stretch: String,
    /// Rows of the stretch that are lines of orders, read or not.
    pub rows: u64,
    /// Those that could not be read.
    pub not_read: u64,
    /// Their share, in parts per million.
    pub not_read_ppm: u32,
    /// Those by what it was about them.
    pub by_reason: Vec<RowsNotRead>,
    /// The team that answers for it.
    pub owner: String,
}

stated! {
    /// Rows that could not be read for one reason.
    RowsNotRead from charter::Unread {
        /// What it was about them: `price`.
        about: String,
        /// How many.
        rows: u64,
    }
}

impl Input {
    /// What the charter says of it.
    pub(in crate::report) fn of(charter: &Charter) -> Option<Input> {
        let input = charter.input.as_ref()?;
        let owner = charter.owners.iter().find(|owner| owner.class == "*");
        Some(Input {
            file: input.file.state(charter),
            stretch: input.stretch.state(charter),
            rows: input.rows,
            not_read: input.missing(),
            not_read_ppm: Ppm::of(input.missing(), input.rows).0,
            by_reason: input.unread.state(charter),
            owner: owner.map_or_else(|| "no owner named".to_owned(), |o| o.team.state(charter)),
        })
    }
}
