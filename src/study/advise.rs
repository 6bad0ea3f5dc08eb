//! Owns finding what to change: levers one by one and together, on the same draws.
//! Must not know how it is shown, how a lever is written, nor any clock.

mod alone;
mod combine;
mod merit;
mod sets;
mod trial;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::bench::{Bench, Variant};
use super::levers::{self, Lever};
use super::looks;
use super::outcome::StudyOutcome;
use super::replicate::Replicated;
use super::replication::Replication;
use crate::ids::ChannelId;
use crate::language::Problems;
use crate::scenario::patch::Patch;
pub use merit::Merit;
pub use trial::{Effect, Trial};

/// Replications of a first look: enough to drop what does nothing.
const PROBE: usize = 8;
/// Settings that are tried together, about: two bundles, what is added to them and left out again,
/// for the sake of sales and once more for fewer changes.
const TOGETHER: usize = 12;

/// What was tried and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The scenario as it is.
    pub baseline: StudyOutcome,
    /// Levers by themselves, most helpful first.
    pub alone: Vec<Trial>,
    /// The best that was found of several together; none when none was tried.
    pub together: Option<Trial>,
    /// Of the sets that make a GO, the one that keeps most sales. None where nothing that was
    /// tried makes a GO, and where the scenario is a GO already.
    pub recommended: Option<Trial>,
    /// Of the sets that make a GO, the one of fewest changes.
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
    /// About so many replications lie ahead.
    Ahead(usize),
}

pub(super) struct Search<'a, 'b> {
    bench: &'a Bench<'b>,
    base: &'a Patch,
    levers: &'a [Lever],
    runs: usize,
    baseline: Vec<Replication>,
}

/// Why replications of a setting are not there.
enum Missing {
    /// Asked to stop.
    Stopped,
    /// The setting is no scenario, or cannot be played.
    Failed(String),
}

/// Tries the levers: a first look at each, sets of them, and then the other replications of each.
/// `is_late` tells that sets are to be looked for now, with what is known of the levers. `tell`
/// hears what is tried next.
///
/// # Errors
/// When the scenario as it is cannot be read. A lever that cannot be applied is told and passed
/// over.
pub fn advise(
    bench: &Bench<'_>,
    base: &Patch,
    levers: &[Lever],
    runs: usize,
    is_late: &dyn Fn() -> bool,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Option<Advice>, Problems> {
    tell(Told::Trying("the scenario as it is"));
    let setting = Variant { patch: base.clone(), ..Variant::default() };
    let played = bench.play(&setting, 0, runs)?;
    let Some(baseline) = StudyOutcome::of(&played.replications) else { return Ok(None) };
    let (played, baseline) = if baseline.ruling.is_go() && !played.stopped {
        confirmed(bench, &setting, played, baseline)?
    } else {
        (played, baseline)
    };
    let runs = played.replications.len().max(runs);
    let mut advice = Advice {
        proves_nothing: !baseline.ruling.never_proved().is_empty(),
        baseline,
        alone: vec![],
        together: None,
        recommended: None,
        smallest: None,
        failed: vec![],
        stopped: played.stopped,
    };
    if advice.stopped || advice.proves_nothing {
        return Ok(Some(advice));
    }
    let search = Search { bench, base, levers, runs, baseline: played.replications };
    tell(Told::Ahead(search.ahead(levers.len(), levers.len() / 2)));
    let mut sets = Vec::new();
    if search.try_all(&mut advice, &mut sets, is_late, &mut tell).is_err() {
        advice.stopped = true;
    }
    search.rank(&mut advice.alone);
    if !advice.baseline.ruling.is_go() {
        search.settle(sets, &mut advice);
    }
    Ok(Some(advice))
}

/// A GO as it is, put to the looks that `simulate` takes: thirty replications are a GO by luck now
/// and then where more are none. Where they say otherwise, levers are tried on so many replications
/// that luck does not carry it.
fn confirmed(
    bench: &Bench<'_>,
    setting: &Variant,
    mut played: Replicated,
    baseline: StudyOutcome,
) -> Result<(Replicated, StudyOutcome), Problems> {
    let settled = looks::play(bench, setting, &looks::is_taken_unasked)?;
    played.stopped |= settled.ended == looks::LooksEnd::Stopped;
    let Some(outcome) = settled.outcome.filter(|outcome| outcome.runs > played.replications.len())
    else {
        return Ok((played, baseline));
    };
    if outcome.ruling.is_go() {
        return Ok((played, baseline));
    }
    let is_go = |replications: &[Replication]| {
        StudyOutcome::of(replications).is_some_and(|o| o.ruling.is_go())
    };
    while !played.stopped && is_go(&played.replications) && played.replications.len() < outcome.runs
    {
        let (from, more) = (played.replications.len(), played.replications.len());
        let next = bench.play(setting, from, more.min(outcome.runs - from))?;
        played.stopped |= next.stopped;
        played.replications.extend(next.replications);
    }
    Ok((played, outcome))
}

impl Search<'_, '_> {
    /// Fails when it is asked to stop.
    fn try_all(
        &self,
        advice: &mut Advice,
        sets: &mut Vec<Trial>,
        is_late: &dyn Fn() -> bool,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Missing> {
        let mut unseen = VecDeque::from(self.by_promise(&advice.baseline));
        let mut looks = Vec::new();
        let is_go = advice.baseline.ruling.is_go();
        self.look(&mut unseen, &mut looks, advice, &|| is_late() && !is_go, tell)?;
        self.rank(&mut advice.alone);
        let helping = advice.alone.iter().filter(|trial| !trial.dropped).count();
        tell(Told::Ahead(self.ahead(unseen.len(), helping)));
        if !is_go {
            // Some were not looked at in time: a set with one of them may be better.
            let is_part = !unseen.is_empty();
            advice.stopped |= is_part;
            match self.combine(advice, sets, tell) {
                Err(Missing::Stopped) => return Err(Missing::Stopped),
                // Each of them could be played alone: what cannot be together is no set.
                Ok(()) | Err(Missing::Failed(_)) => {}
            }
        }
        self.look(&mut unseen, &mut looks, advice, &|| false, tell)?;
        self.complete(looks, advice, tell)
    }

    fn setting(&self, levers: &[usize]) -> Variant {
        let patch = self.base.clone().then(levers::together(self.levers, levers));
        Variant { patch, ..Variant::default() }
    }

    fn probe(&self) -> usize {
        PROBE.min(self.runs)
    }

    /// Replications that lie ahead, about, where so many levers were not looked at yet, and so many
    /// are played to the end.
    fn ahead(&self, unseen: usize, played: usize) -> usize {
        unseen * self.probe() + played * (self.runs - self.probe()) + TOGETHER * self.runs
    }

    /// Replications of some levers together. A panic is the setting's failure, not the search's: it
    /// is told like a setting that cannot be read.
    fn play(
        &self,
        levers: &[usize],
        from: usize,
        runs: usize,
    ) -> Result<Vec<Replication>, Missing> {
        let setting = self.setting(levers);
        let played = catch_unwind(AssertUnwindSafe(|| self.bench.play(&setting, from, runs)));
        match played {
            Err(_) => Err(Missing::Failed("it cannot be played: a fault of doorbuster".to_owned())),
            Ok(Err(wrong)) => Err(Missing::Failed(wrong.to_string())),
            Ok(Ok(played)) if played.stopped => Err(Missing::Stopped),
            Ok(Ok(played)) => Ok(played.replications),
        }
    }

    /// The channel that these replications close, or nearly: it had sales, and keeps none of them
    /// or far fewer. Whoever closes a channel has not mended it.
    fn closes(&self, replications: &[Replication]) -> Option<ChannelId> {
        let sum = |of: &[Replication], place: usize| {
            let sales = || of.iter().map(|a| &a.channel_sales[place]);
            let accepted: u64 = sales().map(|sales| sales.accepted).sum();
            (accepted, sales().map(|sales| sales.kept_units).sum::<i64>())
        };
        let closed = |place: &usize| {
            let (before, kept_before) = sum(&self.baseline[..replications.len()], *place);
            let (after, kept_after) = sum(replications, *place);
            before > 0 && (after == 0 || kept_after * FAR_FEWER.1 < kept_before * FAR_FEWER.0)
        };
        let channels = self.baseline.first().map_or(0, |a| a.channel_sales.len());
        (0..channels).find(closed).map(|place| ChannelId(place as u16))
    }
}

/// Less than three of four units kept are far fewer.
const FAR_FEWER: (i64, i64) = (3, 4);
