//! Owns what was tried to make a GO as `trials.json` states it: each change with what it does and
//! costs, and the smallest set that is enough. Must not know how it looks.
//!
//! Integers and strings only, as in `summary.json`. Additions keep the version; anything else
//! raises it.

pub mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::many::{Chance, Interval};
use super::summary::gate::Kpi;
use crate::history::Charter;
use crate::study::advise;
use crate::study::levers::{self, Burden, Lever};
use crate::study::outcome::GO_AT_LEAST;

/// The version of this contract.
pub const TRIALS_VERSION: u32 = 1;

/// What was tried on a scenario, and what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster trials")]
pub struct Trials {
    /// The version of this contract.
    #[schemars(extend("const" = TRIALS_VERSION))]
    pub version: u32,
    /// The campaign's name.
    pub campaign: String,
    /// Afternoons for each setting that was not dropped early.
    pub runs: u64,
    /// The seed of the first; the others follow, the same for every setting.
    pub first_seed: u64,
    /// The least chance of a GO that is called one, in parts per million.
    pub go_at_least_ppm: u32,
    /// Afternoons of the scenario as it is that are GO.
    pub before: Chance,
    /// Changes by themselves, most helpful first.
    pub alone: Vec<Trial>,
    /// The best that was found of several together; null when none was tried.
    pub together: Option<Trial>,
    /// The smallest set that makes a GO: none of it can be left out. Null where none was found, or
    /// where the scenario is a GO as it is.
    pub smallest: Option<Trial>,
    /// The smallest set as a patch in YAML, a line each; empty where there is none.
    pub patch: Vec<String>,
    /// Somebody stopped it: not everything was tried.
    pub stopped: bool,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// What was changed: one thing, or several together.
    pub changes: Vec<Change>,
    /// Afternoons that are GO with it.
    pub go: Chance,
    /// It was given up after a first look: it did not help.
    pub dropped: bool,
    /// What it does to each KPI of the run, paired by seed.
    pub effects: Vec<Effect>,
    /// Units not sold although they were there, more than before, an afternoon.
    pub undersold_units: Interval,
    /// Calls to channels, more than before, an afternoon.
    pub calls: Interval,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Where: a connector, a channel, or several.
    pub to: String,
    /// What is done there.
    pub what: String,
    /// The team that would do it.
    pub owner: String,
    /// What it costs most of all.
    pub burden: Cost,
    /// The keys of the scenario with their new values.
    pub settings: Vec<String>,
}

/// What a change costs whoever makes it, lightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// A setting.
    Setting,
    /// A change of how systems talk to each other.
    Integration,
    /// Machines.
    Capacity,
    /// Sales that are not made.
    Sales,
}

/// What a change does to a KPI: microseconds for a lag, parts per million for a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// The KPI.
    pub kpi: Kpi,
    /// Its mean before.
    pub before: u64,
    /// New less old, with its 95 % interval.
    pub difference: Interval,
}

impl Trials {
    /// States what was found.
    pub fn of(found: &advise::Advice, levers: &[Lever], charter: &Charter) -> Trials {
        let patch = |trial: &advise::Trial| {
            let whole = levers::together(levers, &trial.levers);
            whole.to_yaml().lines().map(str::to_owned).collect()
        };
        Trials {
            version: TRIALS_VERSION,
            campaign: charter.campaign.clone(),
            runs: found.baseline.runs as u64,
            first_seed: found.baseline.first_seed,
            go_at_least_ppm: GO_AT_LEAST.0,
            before: found.baseline.go.into(),
            alone: found.alone.iter().map(|trial| Trial::of(trial, levers)).collect(),
            together: found.together.as_ref().map(|trial| Trial::of(trial, levers)),
            smallest: found.smallest.as_ref().map(|trial| Trial::of(trial, levers)),
            patch: found.smallest.as_ref().map(patch).unwrap_or_default(),
            stopped: found.stopped,
        }
    }

    /// The bytes of `trials.json`: the same trials give the same bytes.
    ///
    /// # Panics
    /// Never: JSON takes strings and integers under string keys.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .expect("trials are strings and integers under string keys: JSON takes them");
        bytes.push(b'\n');
        bytes
    }

    /// Whether the scenario is a GO as it is.
    pub fn is_go_already(&self) -> bool {
        self.before.low_ppm >= self.go_at_least_ppm
    }
}

/// The JSON Schema of `trials.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Trials).to_value()
}

impl Trial {
    fn of(trial: &advise::Trial, levers: &[Lever]) -> Trial {
        let effect = |effect: &advise::Effect| Effect {
            kpi: effect.kpi.into(),
            before: effect.before.max(0.0).round() as u64,
            difference: Interval::of(effect.difference, 1.0),
        };
        Trial {
            changes: trial.levers.iter().map(|place| Change::of(&levers[*place])).collect(),
            go: trial.outcome.go.into(),
            dropped: trial.dropped,
            effects: trial.effects.iter().map(effect).collect(),
            undersold_units: Interval::of(trial.undersold, 1.0),
            calls: Interval::of(trial.calls, 1.0),
        }
    }
}

impl Change {
    fn of(lever: &Lever) -> Change {
        Change {
            to: lever.to.clone(),
            what: lever.what.clone(),
            owner: lever.owner.clone(),
            burden: match lever.burden {
                Burden::Setting => Cost::Setting,
                Burden::Integration => Cost::Integration,
                Burden::Capacity => Cost::Capacity,
                Burden::Sales => Cost::Sales,
            },
            settings: lever.patch.lines(),
        }
    }
}

impl Effect {
    /// Its mean after.
    pub fn after(&self) -> u64 {
        self.before.saturating_add_signed(self.difference.mean)
    }

    /// Whether chance does not explain it.
    pub fn is_beyond_chance(&self) -> bool {
        self.difference.is_beyond_chance()
    }
}

#[cfg(test)]
pub(super) mod tests;
