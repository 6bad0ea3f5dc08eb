//! Owns one record of a history: a fact with its place and its times. Must not know the facts.

use serde::{Deserialize, Serialize};

use super::What;
use crate::units::At;

/// One record of a history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its place in the one order of the run; consecutive from 0.
    pub seq: u64,
    /// Campaign time.
    pub at: At,
    /// Wall microseconds since the run began; 0 throughout in a simulated run.
    pub wall: u64,
    /// What happened.
    pub what: What,
}

// A run has tens of millions of them: what is rare is boxed.
const _: () = assert!(size_of::<What>() <= 64 && size_of::<Fact>() <= 88, "facts have grown");
