//! Owns what was tried to make a GO as `trials.json` states it: each change with what it does and
//! costs, and the sets that are enough. Must not know how it looks.
//!
//! Integers and strings only, as in `summary.json`. Additions keep the version; anything else
//! raises it.

mod document;
pub mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::terminal;
use super::many::ruling::{Currency, Sales};
use super::many::words::{More, gate_name, stands};
use super::many::{self, Chance, Interval, Replications};
use super::publish::json;
use super::summary::gate::Kpi;
use super::summary::mirror::{Stated as _, mirror};
use super::summary::verdict::Verdict;
use super::terminal::Paper;
use crate::history::Charter;
use crate::study::advise;
use crate::study::chance::GO_AT_LEAST;
use crate::study::levers::{self, Burden, Lever};
use crate::study::looks;
use crate::study::outcome::StudyOutcome;

pub(super) use document::section;

/// The version of this contract.
pub const TRIALS_VERSION: u32 = 3;

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
    /// The least share of afternoons in band that a GO needs, in parts per million.
    pub in_band_at_least_ppm: u32,
    /// Afternoons of the scenario as it is that lie within every limit.
    pub before: Chance,
    /// What is sold in an afternoon of the scenario as it is.
    pub sales_before: Sales,
    /// What money is counted in.
    pub currency: Currency,
    /// The scenario is a GO as it is.
    pub go_already: bool,
    /// Changes by themselves, most helpful first.
    pub alone: Vec<Trial>,
    /// The best that was found of several together; null when none was tried.
    pub together: Option<Trial>,
    /// Of the sets that make a GO, with conditions or without, the one that keeps most sales. Null
    /// where none was found, or where the scenario is a GO as it is.
    pub recommended: Option<Trial>,
    /// The one of fewest changes; often the same.
    pub smallest: Option<Trial>,
    /// The recommended set as a patch in YAML, a line each; empty where there is none.
    pub patch: Vec<String>,
    /// Changes that could not be tried, and why.
    pub failed: Vec<Failed>,
    /// Why nothing was tried, a line each: what the scenario guards against never comes up, or is
    /// not seen, so that no change would be proved to help. Empty where everything was.
    pub proves_nothing: Vec<String>,
    /// Somebody stopped it, or its time was over: not everything was tried.
    pub stopped: bool,
}

/// A change that could not be tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failed {
    /// The change.
    pub change: Change,
    /// Why.
    pub why: String,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// What was changed: one thing, or several together.
    pub changes: Vec<Change>,
    /// Afternoons that lie within every limit with it.
    pub in_band: Chance,
    /// The verdict that it makes.
    pub verdict: Verdict,
    /// That is a GO, with conditions or without, and no channel is closed for it.
    pub is_go: bool,
    /// The channel that it closes, or nearly: no remedy, whatever the gates say; null where none.
    pub closes: Option<String>,
    /// It was given up after a first look: it did not help.
    pub dropped: bool,
    /// What it does to each KPI of the run, paired by seed.
    pub effects: Vec<Effect>,
    /// What it does to sales, paired by seed.
    pub sales: Sales,
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

mirror! {
    /// What a change costs whoever makes it, lightest first.
    Cost from Burden {
        /// A setting.
        Setting,
        /// A change of how systems talk to each other.
        Integration,
        /// Machines.
        Capacity,
        /// Sales that are not made.
        Sales,
    }
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
        let trial = |trial: &advise::Trial| Trial::of(trial, levers, charter);
        let failed = |(place, why): &(usize, String)| Failed {
            change: Change::of(&levers[*place]),
            why: why.clone(),
        };
        Trials {
            version: TRIALS_VERSION,
            campaign: charter.campaign.clone(),
            runs: found.baseline.runs as u64,
            first_seed: found.baseline.first_seed,
            in_band_at_least_ppm: GO_AT_LEAST.0,
            before: found.baseline.ruling.in_band.state(charter),
            sales_before: (&found.baseline.sales).into(),
            currency: Currency::of(charter),
            go_already: found.baseline.ruling.is_go(),
            alone: found.alone.iter().map(trial).collect(),
            together: found.together.as_ref().map(trial),
            recommended: found.recommended.as_ref().map(trial),
            smallest: found.smallest.as_ref().map(trial),
            patch: found.recommended.as_ref().map(patch).unwrap_or_default(),
            failed: found.failed.iter().map(failed).collect(),
            proves_nothing: never_proved(&found.baseline, charter),
            stopped: found.stopped,
        }
    }

    /// What a terminal shows of it.
    pub fn text(&self, paper: Paper) -> String {
        terminal::text(&document::document(self), paper)
    }

    /// The bytes of `trials.json`: the same trials give the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }
}

/// What of a scenario no number of such afternoons proves, a line each.
pub(super) fn never_proved(outcome: &StudyOutcome, charter: &Charter) -> Vec<String> {
    let all = Replications::of(outcome, charter, (outcome.runs, looks::LooksEnd::Played));
    let never = outcome.ruling.never_proved().into_iter();
    let said =
        |gate: &many::GateOver| format!("{}: {}", gate_name(gate), stands(gate, More::Played));
    never.map(|place| said(&all.gates[place])).collect()
}

/// The JSON Schema of `trials.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Trials).to_value()
}

impl Trial {
    fn of(trial: &advise::Trial, levers: &[Lever], charter: &Charter) -> Trial {
        let effect = |effect: &advise::Effect| Effect {
            kpi: effect.kpi.into(),
            before: effect.before.max(0.0).round() as u64,
            difference: Interval::of(effect.difference, 1.0),
        };
        Trial {
            changes: trial.levers.iter().map(|place| Change::of(&levers[*place])).collect(),
            in_band: trial.outcome.ruling.in_band.state(charter),
            verdict: trial.outcome.verdict().into(),
            is_go: trial.outcome.ruling.is_go() && trial.closes.is_none(),
            closes: trial.closes.state(charter),
            dropped: trial.dropped,
            effects: trial.effects.iter().map(effect).collect(),
            sales: (&trial.sales).into(),
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
            burden: lever.burden.into(),
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
