//! Owns what was tried on the seed of an afternoon that failed, as `remedies.json` states it: each
//! failure with the action that left least of it. Must not know how that is found out.
//!
//! Integers and strings only, as in `summary.json`. Additions keep the version; anything else
//! raises it.

mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use self::words::{lines, untried};
use super::many::ruling::Currency;
use super::publish::json;
use super::summary::gate::{InvariantKind, Kpi};
use super::summary::printable_text;
use crate::history::Charter;
use crate::study::remedies;

/// The version of this contract.
pub const REMEDIES_VERSION: u32 = 1;

/// What was tried of an afternoon that failed, on its seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "doorbuster remedies")]
pub struct Remedies {
    /// The version of this contract.
    #[schemars(extend("const" = REMEDIES_VERSION))]
    pub version: u32,
    /// The campaign's name.
    pub campaign: String,
    /// The seed that everything was played on.
    pub seed: u64,
    /// Actions that were played, each once.
    pub played: u64,
    /// What money is counted in.
    pub currency: Currency,
    /// Each failure with what became of it.
    pub of: Vec<Remedy>,
}

/// A failure, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// The gate that failed; null where a rule did.
    pub kpi: Option<Kpi>,
    /// The rule that was broken; null where a gate failed.
    pub rule: Option<InvariantKind>,
    /// How often, as it was; definite only.
    pub before: u64,
    /// The action that left least of it; null: no action that was played left less.
    pub best: Option<Remedied>,
}

/// An action, and what it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedied {
    /// What was done.
    pub what: String,
    /// Where: a connector, a channel, or several.
    pub to: String,
    /// The team that would do it.
    pub owner: String,
    /// The change, a key with its value each.
    pub settings: Vec<String>,
    /// How often it failed then.
    pub after: u64,
    /// The afternoon lay within every limit then.
    pub in_band: bool,
    /// Sales kept then, less those kept before, in minor units.
    pub kept_money: i64,
}

impl Remedies {
    /// As it was found out.
    pub fn of(seen: &remedies::Remedies, charter: &Charter) -> Remedies {
        Remedies {
            version: REMEDIES_VERSION,
            campaign: printable_text(&charter.campaign),
            seed: seen.seed,
            played: seen.played as u64,
            currency: Currency::of(charter),
            of: seen.of.iter().map(Remedy::of).collect(),
        }
    }

    /// The bytes of `remedies.json`: the same remedies give the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }
}

impl Remedy {
    fn of(seen: &remedies::Remedy) -> Remedy {
        let (kpi, rule) = match seen.failure {
            remedies::Failure::Gate(kpi) => (Some(kpi.into()), None),
            remedies::Failure::Rule(rule) => (None, Some(rule.into())),
        };
        let best = seen.best.as_ref().map(|best| Remedied {
            what: printable_text(&best.action.what),
            to: printable_text(&best.action.to),
            owner: printable_text(&best.action.owner),
            settings: best.action.patch.lines().iter().map(|l| printable_text(l)).collect(),
            after: best.after,
            in_band: best.in_band,
            kept_money: best.kept_money,
        });
        Remedy { kpi, rule, before: seen.before, best }
    }
}

/// The JSON Schema of `remedies.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Remedies).to_value()
}

#[cfg(test)]
mod tests;
