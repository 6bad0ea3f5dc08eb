//! Owns where something stands in `summary.json`: its band, and why it is not proved. Must not know
//! what stands there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mirror::{Stated, mirror};
use crate::history::Charter;
use crate::judge::judgement as judged;

/// Where a gate stands; `not_proved` carries its reason beside it, in `because`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// The bound on the bad side lies within the healthy edge.
    Healthy,
    /// It lies within the watch edge.
    Watch,
    /// The bound on the good side lies beyond the watch edge.
    Failed,
    /// Neither can be said.
    NotProved,
}

impl Stated<Band> for judged::Band {
    fn state(&self, _: &Charter) -> Band {
        match self {
            judged::Band::Healthy => Band::Healthy,
            judged::Band::Watch => Band::Watch,
            judged::Band::Failed => Band::Failed,
            judged::Band::NotProved(_) => Band::NotProved,
        }
    }
}

impl Stated<Option<Unproved>> for judged::Band {
    fn state(&self, _: &Charter) -> Option<Unproved> {
        match self {
            judged::Band::NotProved(why) => Some((*why).into()),
            judged::Band::Healthy | judged::Band::Watch | judged::Band::Failed => None,
        }
    }
}

mirror! {
    /// Why something is not proved, most telling first.
    Unproved from judged::Unproved {
        /// The history stops before its end.
        Truncated,
        /// The history holds kinds of facts that this version does not know.
        UnknownKinds,
        /// A part of the harness panicked, or its own calls found no connection: what failed may be
        /// its doing.
        HarnessFailed,
        /// The load fell behind its schedule.
        GeneratorSaturated,
        /// The clock ran too fast for what gates and connectors rest on.
        TimeScaleTooCoarse,
        /// Too many calls came back without an answer, whatever was found out of them later.
        Unanswered,
        /// Shoppers were told otherwise than their channel says.
        Contradicted,
        /// The kind of fact that it needs is missing.
        NotObserved,
        /// What it guards against was never put to the test.
        NotExercised,
        /// Too few samples, or too few independent ones.
        TooFewSamples,
        /// Outcomes that could go either way straddle the limit.
        Unresolved,
        /// The value lies above half its limit: no number of samples would prove it as it is.
        AtTheLimit,
    }
}
