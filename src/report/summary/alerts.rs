//! Owns what summary.json says of alerts that were raised while the run went on. Must not judge by
//! them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::faults::Spell;
use super::mirror::Stated;
use crate::history::charter::Charter;
use crate::judge::judgement as judged;

/// An alert of the charter's, on one channel or on all of them together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// What is watched, above what, for how long; in words.
    pub condition: String,
    /// How bad it is: `warning`, `critical`.
    pub severity: String,
    /// Who is told; null: nobody owns it.
    pub owner: Option<String>,
    /// The channel; null is all of them together.
    pub channel: Option<String>,
    /// When it first fired; null is never.
    pub first_fired_us: Option<u64>,
    /// When it first cleared again; null is never.
    pub first_cleared_us: Option<u64>,
    /// When it fired, each time.
    pub spells: Vec<Spell>,
}

/// Each alert of the charter's, as it was raised.
pub(super) fn of(charter: &Charter, alerts: &[judged::AlertSeen]) -> Vec<Alert> {
    let told = alerts.iter().filter_map(|seen| {
        let rule = charter.alerts.get(seen.alert.index())?;
        let channel = seen.channel.map(|id| charter.channels[id.index()].name.clone());
        let first = seen.spells.first();
        Some(Alert {
            name: rule.name.clone(),
            condition: rule.condition(),
            severity: rule.severity.word().to_owned(),
            owner: rule.owner.clone(),
            channel,
            first_fired_us: first.map(|spell| spell.from.0),
            first_cleared_us: first.and_then(|spell| spell.until).map(|at| at.0),
            spells: seen.spells.state(charter),
        })
    });
    told.collect()
}
