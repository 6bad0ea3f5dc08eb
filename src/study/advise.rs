//! Owns finding what to change: levers one by one and together, on the same draws.
//! Must not know how it is shown, how a lever is written, nor any clock.

mod combine;
mod merit;
mod trial;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::afternoon::Afternoon;
use super::bench::{Bench, Setting};
use super::levers::{self, Burden, Lever};
use super::outcome::Outcome;
use crate::ids::ChannelId;
use crate::scenario::ScenarioErrors;
use crate::scenario::patch::Patch;
pub use merit::Merit;
pub use trial::{Effect, Trial};

/// Afternoons of a first look: enough to drop what does nothing.
const PROBE: usize = 8;
/// Settings that are tried together, about: two bundles, and each lever left out of one.
const TOGETHER: usize = 8;

/// What was tried and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The scenario as it is.
    pub baseline: Outcome,
    /// Levers by themselves, most helpful first.
    pub alone: Vec<Trial>,
    /// The best that was found of several together; none when none was tried.
    pub together: Option<Trial>,
    /// The smallest set found: none of it can be left out, unless it was stopped before. None
    /// where nothing that was tried makes a GO, and where the scenario is a GO already.
    pub smallest: Option<Trial>,
    /// Levers that could not be tried, by place, and why.
    pub failed: Vec<(usize, String)>,
    /// What the scenario guards against never comes up, or is not seen: nothing was tried, since
    /// no change would be proved to help.
    pub proves_nothing: bool,
    /// Somebody stopped it, or its time was over.
    pub stopped: bool,
}

/// What is told on the way.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// This is tried now.
    Trying(&'a str),
    /// So many afternoons were played, and about so many lie ahead.
    Ahead(usize, usize),
}

pub(super) struct Search<'a, 'b> {
    bench: &'a Bench<'b>,
    base: &'a Patch,
    levers: &'a [Lever],
    runs: usize,
    baseline: Vec<Afternoon>,
}

/// Why afternoons of a setting are not there.
enum Missing {
    /// Asked to stop.
    Stopped,
    /// The setting is no scenario, or cannot be played.
    Failed(String),
}

/// Tries the levers. `tell` hears what is tried next.
///
/// # Errors
/// When the scenario as it is cannot be read. A lever that cannot be applied is told and passed
/// over.
pub fn advise(
    bench: &Bench<'_>,
    base: &Patch,
    levers: &[Lever],
    runs: usize,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Option<Advice>, ScenarioErrors> {
    tell(Told::Trying("the scenario as it is"));
    let played = bench.play(&Setting { patch: base.clone(), ..Setting::default() }, 0, runs)?;
    let Some(baseline) = Outcome::of(&played.afternoons) else { return Ok(None) };
    let mut advice = Advice {
        proves_nothing: !baseline.ruling.never_proved().is_empty(),
        baseline,
        alone: vec![],
        together: None,
        smallest: None,
        failed: vec![],
        stopped: played.stopped,
    };
    if advice.stopped || advice.proves_nothing {
        return Ok(Some(advice));
    }
    let search = Search { bench, base, levers, runs, baseline: played.afternoons };
    tell(Told::Ahead(runs, search.ahead()));
    for (place, lever) in levers.iter().enumerate() {
        let name = format!("{}: {} ({} of {})", lever.to, lever.what, place + 1, levers.len());
        tell(Told::Trying(&name));
        match search.alone(place) {
            Ok(trial) => advice.alone.extend(trial),
            Err(Missing::Failed(why)) => advice.failed.push((place, why)),
            Err(Missing::Stopped) => {
                advice.stopped = true;
                break;
            }
        }
    }
    search.rank(&mut advice.alone);
    if !advice.baseline.ruling.is_go() && !advice.stopped {
        search.combine(&mut advice, &mut tell);
    }
    if !advice.baseline.ruling.is_go() {
        let set = advice.smallest.take();
        let is_smallest = |set: &Trial| set.levers.len() == 1 || !advice.stopped;
        advice.smallest = match set {
            Some(set) if is_smallest(&set) => Some(set),
            set => search.enough_alone(&advice.alone).or(set),
        };
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

    /// Afternoons that lie ahead, about: half of the levers are dropped after a first look.
    fn ahead(&self) -> usize {
        let rest = self.runs - self.probe();
        self.levers.len() * (self.probe() + rest / 2) + TOGETHER * self.runs
    }

    /// Afternoons of some levers together. A panic is the setting's failure, not the search's: it
    /// is told like a setting that cannot be read.
    fn play(&self, levers: &[usize], from: usize, runs: usize) -> Result<Vec<Afternoon>, Missing> {
        let setting = self.setting(levers);
        let played = catch_unwind(AssertUnwindSafe(|| self.bench.play(&setting, from, runs)));
        match played {
            Err(_) => Err(Missing::Failed("it cannot be played: a fault of doorbuster".to_owned())),
            Ok(Err(wrong)) => Err(Missing::Failed(wrong.to_string())),
            Ok(Ok(played)) if played.stopped => Err(Missing::Stopped),
            Ok(Ok(played)) => Ok(played.afternoons),
        }
    }

    /// One lever: a first look, and all afternoons unless it does nothing.
    fn alone(&self, place: usize) -> Result<Option<Trial>, Missing> {
        let mut afternoons = self.play(&[place], 0, self.probe())?;
        let dropped = self.merit(&afternoons) <= self.merit_before();
        if !dropped && self.runs > self.probe() {
            let rest = self.play(&[place], self.probe(), self.runs - self.probe())?;
            afternoons.extend(rest);
        }
        Ok(self.trial(vec![place], &afternoons, dropped))
    }

    /// A lever that makes a GO by itself, the most helpful one that costs no sales first: it is a
    /// set, whether or not there was time to try several together.
    fn enough_alone(&self, alone: &[Trial]) -> Option<Trial> {
        let is_go = |trial: &&Trial| {
            !trial.dropped && trial.closes.is_none() && trial.outcome.ruling.is_go()
        };
        let sells_less = |trial: &&Trial| self.levers[trial.levers[0]].burden == Burden::Sales;
        alone.iter().filter(is_go).min_by_key(sells_less).cloned()
    }

    /// The channel that these afternoons close, or nearly: it had sales, and keeps none of them or
    /// far fewer. Whoever closes a channel has not mended it.
    fn closes(&self, afternoons: &[Afternoon]) -> Option<ChannelId> {
        let sum = |of: &[Afternoon], place: usize| {
            let sales = || of.iter().map(|a| &a.channel_sales[place]);
            let accepted: u64 = sales().map(|sales| sales.accepted).sum();
            (accepted, sales().map(|sales| sales.kept_units).sum::<i64>())
        };
        let closed = |place: &usize| {
            let (before, kept_before) = sum(&self.baseline[..afternoons.len()], *place);
            let (after, kept_after) = sum(afternoons, *place);
            before > 0 && (after == 0 || kept_after * FAR_FEWER.1 < kept_before * FAR_FEWER.0)
        };
        let channels = self.baseline.first().map_or(0, |a| a.channel_sales.len());
        (0..channels).find(closed).map(|place| ChannelId(place as u16))
    }
}

/// Less than three of four units kept are far fewer.
const FAR_FEWER: (i64, i64) = (3, 4);
