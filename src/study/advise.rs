//! Owns finding what to change: levers one by one and together, on the same draws.
//! Must not know how it is shown, nor how a lever is written.

mod combine;

use std::cmp::Reverse;

use super::afternoon::Afternoon;
use super::bench::{Bench, Setting};
use super::interval::Mean;
use super::levers::{self, Lever};
use super::outcome::{GO_AT_LEAST, Outcome};
use crate::history::charter::Kpi;
use crate::judge::judgement::Measure;
use crate::scenario::ScenarioErrors;
use crate::scenario::patch::Patch;

/// Afternoons of a first look: enough to drop what does nothing.
const PROBE: usize = 8;

/// What was tried and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The scenario as it is.
    pub baseline: Outcome,
    /// Levers by themselves, most helpful first.
    pub alone: Vec<Trial>,
    /// The best that was found of several together; none when none was tried.
    pub together: Option<Trial>,
    /// The smallest set found: none of it can be left out. None where nothing that was tried
    /// makes a GO, and where the scenario is a GO already.
    pub smallest: Option<Trial>,
    /// Somebody stopped it.
    pub stopped: bool,
}

/// A setting, tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Its levers, by place.
    pub levers: Vec<usize>,
    /// What it came to.
    pub outcome: Outcome,
    /// What it does to each KPI of the run, paired by seed.
    pub effects: Vec<Effect>,
    /// Units not sold although they were there, more than before, an afternoon.
    pub undersold: Mean,
    /// Calls to channels more than before, an afternoon.
    pub calls: Mean,
    /// It was dropped after the first look.
    pub dropped: bool,
    /// How good the afternoons of the first look were.
    merit: Merit,
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

/// How good a set of afternoons is, best largest: how many are GO, then how near the others are.
type Merit = (usize, Reverse<u64>);

fn merit(afternoons: &[Afternoon]) -> Merit {
    let go = afternoons.iter().filter(|a| a.is_go()).count();
    (go, Reverse(afternoons.iter().map(|a| a.distress).sum()))
}

struct Search<'a, 'b> {
    bench: &'a Bench<'b>,
    base: &'a Patch,
    levers: &'a [Lever],
    runs: usize,
    baseline: Vec<Afternoon>,
}

/// Tries the levers. `tell` hears what is tried next.
///
/// # Errors
/// When the scenario, or a lever on it, cannot be read.
pub fn advise(
    bench: &Bench<'_>,
    base: &Patch,
    levers: &[Lever],
    runs: usize,
    mut tell: impl FnMut(&str),
) -> Result<Option<Advice>, ScenarioErrors> {
    tell("the scenario as it is");
    let played = bench.play(&Setting { patch: base.clone(), demand_milli: 0 }, 0, runs)?;
    let Some(baseline) = Outcome::of(&played.afternoons) else { return Ok(None) };
    let mut advice =
        Advice { baseline, alone: vec![], together: None, smallest: None, stopped: played.stopped };
    let search = Search { bench, base, levers, runs, baseline: played.afternoons };
    if advice.stopped {
        return Ok(Some(advice));
    }
    for (place, lever) in levers.iter().enumerate() {
        tell(&format!("{}: {} ({} of {})", lever.to, lever.what, place + 1, levers.len()));
        advice.alone.extend(search.alone(place)?);
        if bench.is_stopped() {
            advice.stopped = true;
            break;
        }
    }
    search.rank(&mut advice.alone);
    let is_go_already = advice.baseline.go.low >= GO_AT_LEAST;
    if !is_go_already && !advice.stopped {
        search.combine(&mut advice, &mut tell)?;
    }
    Ok(Some(advice))
}

impl Search<'_, '_> {
    fn setting(&self, levers: &[usize]) -> Setting {
        let patch = self.base.clone().then(levers::together(self.levers, levers));
        Setting { patch, ..Setting::default() }
    }

    fn probe(&self) -> usize {
        PROBE.min(self.runs)
    }

    /// One lever: a first look, and all afternoons unless it does nothing. None: stopped.
    fn alone(&self, place: usize) -> Result<Option<Trial>, ScenarioErrors> {
        let setting = self.setting(&[place]);
        let mut played = self.bench.play(&setting, 0, self.probe())?;
        if played.stopped {
            return Ok(None);
        }
        let dropped = merit(&played.afternoons) <= self.merit_before();
        if !dropped && self.runs > self.probe() {
            let rest = self.bench.play(&setting, self.probe(), self.runs - self.probe())?;
            played.afternoons.extend(rest.afternoons);
        }
        Ok(self.trial(vec![place], &played.afternoons, dropped))
    }

    fn merit_before(&self) -> Merit {
        merit(&self.baseline[..self.probe()])
    }

    fn trial(&self, levers: Vec<usize>, afternoons: &[Afternoon], dropped: bool) -> Option<Trial> {
        let pairs: Vec<(&Afternoon, &Afternoon)> = self.baseline.iter().zip(afternoons).collect();
        let mean = |value: fn(&Afternoon) -> f64| {
            let gained: Vec<f64> = pairs.iter().map(|(old, new)| value(new) - value(old)).collect();
            Mean::of(&gained, 0.95)
        };
        Some(Trial {
            levers,
            outcome: Outcome::of(afternoons)?,
            effects: Kpi::ALL.into_iter().filter_map(|kpi| effect(kpi, &pairs)).collect(),
            undersold: mean(|a| a.undersold_units as f64),
            calls: mean(|a| a.updates as f64),
            dropped,
            merit: merit(&afternoons[..PROBE.min(afternoons.len())]),
        })
    }

    /// Most helpful first: by the first look, which all of them had.
    fn rank(&self, trials: &mut [Trial]) {
        trials.sort_by_key(|trial| {
            let burden = self.levers[trial.levers[0]].burden;
            (trial.dropped, Reverse(trial.merit), burden)
        });
    }
}

/// None where an afternoon has no number.
fn effect(kpi: Kpi, pairs: &[(&Afternoon, &Afternoon)]) -> Option<Effect> {
    let value = |a: &Afternoon| {
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
