//! Owns what a setting did against the scenario as it is, paired by seed.
//! Must not know how settings are chosen.

use super::super::interval::Mean;
use super::super::outcome::{SalesOver, StudyOutcome};
use super::super::replication::{Replication, Sales};
use super::{Merit, Search};
use crate::history::charter::Kpi;
use crate::ids::ChannelId;
use crate::judge::judgement::Measure;

/// A setting, tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Its levers, by place.
    pub levers: Vec<usize>,
    /// What it came to.
    pub outcome: StudyOutcome,
    /// What it does to each KPI of the run, paired by seed.
    pub effects: Vec<Effect>,
    /// What it does to sales, a replication, paired by seed.
    pub sales: SalesOver,
    /// Units not sold although they were there, more than before, a replication.
    pub undersold: Mean,
    /// Calls to channels more than before, a replication.
    pub calls: Mean,
    /// It was dropped after the first look.
    pub dropped: bool,
    /// It closes this channel, or nearly: no remedy, whatever the gates say.
    pub closes: Option<ChannelId>,
    /// How good the replications of the first look were.
    pub(super) merit: Merit,
}

/// What a setting does to a KPI of the run, in microseconds or parts per million.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The KPI.
    pub kpi: Kpi,
    /// Its mean before, on the same seeds.
    pub before: f64,
    /// New less old.
    pub difference: Mean,
}

impl Search<'_, '_> {
    /// None of no replications.
    pub(super) fn trial(
        &self,
        levers: Vec<usize>,
        replications: &[Replication],
        dropped: bool,
    ) -> Option<Trial> {
        let pairs: Vec<(&Replication, &Replication)> =
            self.baseline.iter().zip(replications).collect();
        let mean = |value: fn(&Replication) -> f64| {
            let gained: Vec<f64> = pairs.iter().map(|(old, new)| value(new) - value(old)).collect();
            Mean::of(&gained, 0.95)
        };
        let sales = |of: &[Replication]| of.iter().map(|a| a.sales).collect::<Vec<Sales>>();
        Some(Trial {
            levers,
            outcome: StudyOutcome::of(replications)?,
            effects: Kpi::ALL.into_iter().filter_map(|kpi| effect(kpi, &pairs)).collect(),
            sales: SalesOver::paired(&sales(&self.baseline), &sales(replications)),
            undersold: mean(|a| a.undersold.units() as f64),
            calls: mean(|a| a.updates as f64),
            dropped,
            closes: self.closes(replications),
            merit: self.merit(&replications[..self.probe().min(replications.len())]),
        })
    }
}

/// None where a replication has no number.
fn effect(kpi: Kpi, pairs: &[(&Replication, &Replication)]) -> Option<Effect> {
    let value = |a: &Replication| {
        let gate = a.gates.iter().find(|gate| gate.kpi == kpi && gate.channel.is_none())?;
        match gate.value {
            Measure::Lag(lag) => lag.map(|span| span.0 as f64),
            Measure::Share(share) => Some(f64::from(share.0)),
            Measure::Absent => None,
        }
    };
    let before: Option<Vec<f64>> = pairs.iter().map(|(old, _)| value(old)).collect();
    let after: Option<Vec<f64>> = pairs.iter().map(|(_, new)| value(new)).collect();
    let (before, after) = (before?, after?);
    let differences: Vec<f64> = after.iter().zip(&before).map(|(new, old)| new - old).collect();
    let difference = Mean::of(&differences, 0.95);
    Some(Effect { kpi, before: Mean::of(&before, 0.95).mean, difference })
}
