//! Owns finding what to change: levers one by one and together, on the same draws.
//! Must not know how it is shown, nor how a lever is written.

use super::afternoon::Afternoon;
use super::bench::{Bench, Setting};
use super::interval::Mean;
use super::levers::Lever;
use super::outcome::{GO_AT_LEAST, Outcome};
use crate::history::charter::Kpi;
use crate::judge::judgement::{Measure, Verdict};
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
    /// All that help, together; none when none does.
    pub together: Option<Trial>,
    /// The smallest set found: none of it can be left out. None where even all together do not
    /// make a GO, and where the scenario is a GO already.
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
    /// How many of the first look were GO, and how near the others were.
    merit: (usize, std::cmp::Reverse<u64>),
}

/// What a setting does to a KPI of the run: new less old, in microseconds or parts per million.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The KPI.
    pub kpi: Kpi,
    /// The difference; none where an afternoon has no number.
    pub difference: Option<Mean>,
}

/// How good a set of afternoons is, best largest: how many are GO, then how near the others are.
fn merit(afternoons: &[Afternoon]) -> (usize, std::cmp::Reverse<u64>) {
    let go = afternoons.iter().filter(|a| a.is_go()).count();
    (go, std::cmp::Reverse(afternoons.iter().map(|a| a.distress).sum()))
}

struct Search<'a, 'b> {
    bench: &'a Bench<'b>,
    base: &'a Patch,
    levers: &'a [Lever],
    runs: usize,
    baseline: Vec<Afternoon>,
}

/// Tries the levers. `tell` hears how it stands after each.
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
        tell(&lever.what);
        match search.alone(place)? {
            Some(trial) => advice.alone.push(trial),
            None => advice.stopped = true,
        }
        if bench.is_stopped() {
            advice.stopped = true;
            return Ok(Some(advice));
        }
    }
    search.rank(&mut advice.alone);
    let is_go_already = advice.baseline.go.low >= GO_AT_LEAST;
    if is_go_already {
        return Ok(Some(advice));
    }
    search.combine(&mut advice, &mut tell)?;
    Ok(Some(advice))
}

impl Search<'_, '_> {
    fn setting(&self, levers: &[usize]) -> Setting {
        let patch = levers
            .iter()
            .fold(self.base.clone(), |patch, place| patch.then(self.levers[*place].patch.clone()));
        Setting { patch, ..Setting::default() }
    }

    /// One lever: a first look, and all afternoons unless it does nothing. None: stopped.
    fn alone(&self, place: usize) -> Result<Option<Trial>, ScenarioErrors> {
        let setting = self.setting(&[place]);
        let probe = PROBE.min(self.runs);
        let mut played = self.bench.play(&setting, 0, probe)?;
        if played.stopped {
            return Ok(None);
        }
        let dropped = merit(&played.afternoons) <= merit(&self.baseline[..probe]);
        if !dropped && self.runs > probe {
            let rest = self.bench.play(&setting, probe, self.runs - probe)?;
            played.afternoons.extend(rest.afternoons);
        }
        Ok(self.trial(vec![place], &played.afternoons, dropped))
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
            effects: Kpi::ALL.into_iter().map(|kpi| effect(kpi, &pairs)).collect(),
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
            (trial.dropped, std::cmp::Reverse(trial.merit), burden)
        });
    }

    /// All levers that help, together; then what can be left out is left out, heaviest first.
    fn combine(
        &self,
        advice: &mut Advice,
        tell: &mut impl FnMut(&str),
    ) -> Result<(), ScenarioErrors> {
        // A later change of the same key would only undo an earlier one: the best of each is kept.
        let mut kept: Vec<usize> = Vec::new();
        for trial in &advice.alone {
            let place = trial.levers[0];
            let same =
                |other: &usize| self.levers[*other].patch.same_keys(&self.levers[place].patch);
            if !kept.iter().any(same) {
                kept.push(place);
            }
        }
        tell("everything together");
        let Some(all) = self.full(&kept)? else {
            advice.stopped = true;
            return Ok(());
        };
        let reached = target(&all);
        advice.together = self.trial(kept.clone(), &all, false);
        let Some(target) = reached else { return Ok(()) };
        let mut order = kept.clone();
        order.sort_by_key(|place| {
            std::cmp::Reverse((self.levers[*place].burden, worth(advice, *place)))
        });
        for place in order {
            let without: Vec<usize> = kept.iter().copied().filter(|k| *k != place).collect();
            tell(&format!("without: {}", self.levers[place].what));
            if self.holds(&without, target)? {
                kept = without;
            }
            if self.bench.is_stopped() {
                advice.stopped = true;
                return Ok(());
            }
        }
        let Some(last) = self.full(&kept)? else {
            advice.stopped = true;
            return Ok(());
        };
        advice.smallest = self.trial(kept, &last, false);
        Ok(())
    }

    fn full(&self, levers: &[usize]) -> Result<Option<Vec<Afternoon>>, ScenarioErrors> {
        let played = self.bench.play(&self.setting(levers), 0, self.runs)?;
        Ok((!played.stopped).then_some(played.afternoons))
    }

    /// Whether a set still reaches the target on every seed; a first look spares most of the rest.
    fn holds(&self, levers: &[usize], target: Verdict) -> Result<bool, ScenarioErrors> {
        let setting = self.setting(levers);
        let probe = PROBE.min(self.runs);
        for (from, runs) in [(0, probe), (probe, self.runs - probe)] {
            let played = self.bench.play(&setting, from, runs)?;
            if played.stopped || played.afternoons.iter().any(|a| a.verdict > target) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// How much a lever alone does: the least helpful are left out first.
fn worth(advice: &Advice, place: usize) -> usize {
    advice.alone.iter().position(|trial| trial.levers == [place]).unwrap_or(usize::MAX)
}

/// The best verdict that every afternoon reaches; none when not all are a GO of some kind.
fn target(afternoons: &[Afternoon]) -> Option<Verdict> {
    let worst = afternoons.iter().map(|a| a.verdict).max()?;
    (worst <= Verdict::GoWithConditions).then_some(worst)
}

fn effect(kpi: Kpi, pairs: &[(&Afternoon, &Afternoon)]) -> Effect {
    let value = |a: &Afternoon| {
        let gate = a.gates.iter().find(|gate| gate.kpi == kpi && gate.channel.is_none())?;
        match gate.value {
            Measure::Lag(lag) => lag.map(|span| span.0 as f64),
            Measure::Share(share) => Some(f64::from(share.0)),
            Measure::Absent => None,
        }
    };
    let differences: Option<Vec<f64>> =
        pairs.iter().map(|(old, new)| Some(value(new)? - value(old)?)).collect();
    Effect { kpi, difference: differences.map(|all| Mean::of(&all, 0.95)) }
}
