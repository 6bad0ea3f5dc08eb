//! Owns a run, or a study, as `compare.json` names it. Must not compare it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Given;
use super::studies::Study;
use crate::report::summary::verdict::{Evidence, Verdict};

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The name of its folder.
    pub label: String,
    /// The campaign.
    pub campaign: String,
    /// The version of doorbuster that made its history.
    pub doorbuster: String,
    /// What it is evidence about.
    pub evidence: Evidence,
    /// The seed of every draw.
    pub seed: u64,
    /// Campaign seconds a wall second, in thousandths; 0 is a simulated run.
    pub speed_milli: u64,
    /// Its verdict; of a study that on all its afternoons.
    pub verdict: Verdict,
    /// What its afternoons come to together, where it is a study; every figure below is of the one
    /// that its report shows then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<Study>,
    /// Orders that shoppers wanted to place.
    pub offered: u64,
    /// Accepted orders.
    pub accepted: u64,
    /// ISO 4217 code of the amounts.
    pub currency: String,
    /// Decimal places of the currency.
    pub currency_digits: u8,
    /// Money of accepted orders, in minor units.
    pub money: i64,
    /// Money of oversold units, in minor units.
    pub oversold_money: i64,
    /// Money of orders cancelled for want of stock, in minor units.
    pub cancelled_money: i64,
    /// Sales kept, in minor units.
    #[serde(default)]
    pub kept_money: i64,
    /// Sales kept, in units.
    #[serde(default)]
    pub kept_units: i64,
}

impl Run {
    pub(super) fn of(given: &Given) -> Run {
        let Given { label, summary, study } = given;
        Run {
            label: label.clone(),
            campaign: summary.campaign.name.clone(),
            doorbuster: summary.doorbuster.clone(),
            evidence: summary.evidence,
            seed: summary.campaign.seed,
            speed_milli: summary.campaign.speed_milli,
            verdict: study.as_ref().map_or(summary.verdict, |all| all.verdict),
            study: study.as_ref().map(Study::of),
            offered: summary.totals.offered,
            accepted: summary.totals.accepted,
            currency: summary.campaign.currency.clone(),
            currency_digits: summary.campaign.currency_digits,
            money: summary.totals.money,
            oversold_money: summary.totals.oversold_money,
            cancelled_money: summary.totals.cancelled_money,
            kept_money: summary.totals.kept.money,
            kept_units: summary.totals.kept.units,
        }
    }
}
