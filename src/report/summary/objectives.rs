//! Owns what summary.json says of objectives for recovery. Must not judge by them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::band::{Band, Unproved};
use super::mirror::{Stated, mirror};
use crate::history::Charter;
use crate::history::charter;
use crate::judge::judgement as judged;

/// What recovery was to come to in each disturbance, and whether it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Objective {
    /// What was asked.
    pub asks: Asks,
    /// Microseconds at the most, or orders.
    pub at_most: u64,
    /// From when on a recovery is counted; null where none is.
    pub counted_from: Option<CountedFrom>,
    /// Where it stands: healthy is kept, failed is missed.
    pub band: Band,
    /// Why it is not proved.
    pub because: Option<Unproved>,
    /// Disturbances in which it was kept, …
    pub kept: u64,
    /// … was missed, …
    pub missed: u64,
    /// … of which it is not known.
    pub open: u64,
    /// The worst that any came to, in the unit of `at_most`; null where none is known, or never
    /// came to an end.
    pub worst: Option<u64>,
    /// The beginning of the first disturbance that it was missed in; else of the first of which it
    /// is not known.
    pub first_us: Option<u64>,
    /// The team that answers.
    pub owner: String,
}

/// What an objective asks of a recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// All is in band again so soon.
    RecoversWithin,
    /// The OMS never gets so many orders of it, at most.
    LosesAtMost,
    /// No order of it waits longer until the OMS holds it.
    OldestWaits,
}

mirror! {
    /// From when on a recovery is counted.
    CountedFrom from charter::CountedFrom {
        /// The beginning of what was broken.
        Beginning,
        /// Its end.
        End,
    }
}

/// What is asked, how much of it at the most, and from when on.
pub(in crate::report) fn asked(of: charter::Objective) -> (Asks, u64, Option<CountedFrom>) {
    match of {
        charter::Objective::RecoversWithin { within, counted_from } => {
            (Asks::RecoversWithin, within.0, Some(counted_from.into()))
        }
        charter::Objective::LosesAtMost { orders } => (Asks::LosesAtMost, orders, None),
        charter::Objective::OldestWaits { at_most } => (Asks::OldestWaits, at_most.0, None),
    }
}

impl Stated<Objective> for judged::ObjectiveResult {
    fn state(&self, charter: &Charter) -> Objective {
        let (asks, at_most, counted_from) = asked(self.objective);
        Objective {
            asks,
            at_most,
            counted_from,
            band: self.band.state(charter),
            because: self.band.state(charter),
            kept: self.kept,
            missed: self.missed,
            open: self.open,
            worst: self.worst,
            first_us: self.first.state(charter),
            owner: self.owner.state(charter),
        }
    }
}
