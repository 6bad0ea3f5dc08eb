//! Owns what an advice consists of. Must not know what is advised.

use crate::report::summary::verdict::Evidence;

/// What is said of a gate in the watch band.
const WITHIN: &str = "a condition, within its limit: nothing has to be mended, somebody watches it";

/// What to do next about one gate, invariant or run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextStep {
    /// What the record shows, with numbers; empty when the record cannot say.
    pub evidence: String,
    /// The first thing to do.
    pub action: String,
    /// What that is in a scenario's connector or channel; empty where it is no setting.
    pub setting: String,
    /// How to see that it worked.
    pub validate: &'static str,
    /// It makes the answer known; it mends nothing.
    pub proves: bool,
}

impl NextStep {
    /// `reserve earlier (ops-integration)`; an empty owner is whoever plays the run.
    pub fn with_owner(&self, owner: &str) -> String {
        match owner {
            "" => self.action.clone(),
            owner => format!("{} ({owner})", self.action),
        }
    }

    /// Of a gate within its limit nothing has to be mended: the same, said of a condition.
    pub(super) fn into_condition(self) -> NextStep {
        let action = format!("{WITHIN}; what would make it healthy: {}", self.action);
        NextStep { action, ..self }
    }

    /// What stands behind it: what was seen, which setting it is where a model was played, what
    /// to check afterwards.
    pub fn backing(&self, of: Evidence) -> String {
        let mut text = String::new();
        if !self.evidence.is_empty() {
            text = format!("Seen: {}. ", self.evidence);
        }
        if of == Evidence::Model && !self.setting.is_empty() {
            text = format!("{text}Setting: {}. ", self.setting);
        }
        format!("{text}Check: {}.", self.validate)
    }
}
