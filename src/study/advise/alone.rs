//! Owns trying levers one by one: a first look at each, and later the other replications of those
//! that did something. Must not know which of them make a GO together.

use std::cmp::Reverse;
use std::collections::VecDeque;

use super::super::outcome::StudyOutcome;
use super::super::replication::Replication;
use super::{Advice, Missing, Search, Told, Trial};
use crate::history::charter::Kpi;

/// A lever and the replications of its first look.
pub(super) type Look = (usize, Vec<Replication>);

impl Search<'_, '_> {
    /// Levers, those first that have a way to most of the gates that are not kept.
    pub(super) fn by_promise(&self, baseline: &StudyOutcome) -> Vec<usize> {
        let out = baseline.gates.iter().filter(|gate| gate.out > 0 && gate.accepted == 0);
        let missed: Vec<Kpi> = out.map(|gate| gate.kpi).collect();
        let mut places: Vec<usize> = (0..self.levers.len()).collect();
        places.sort_by_key(|place| {
            Reverse(missed.iter().filter(|kpi| self.levers[*place].touches(**kpi)).count())
        });
        places
    }

    /// A first look at each that was not seen yet, until it is late.
    pub(super) fn look(
        &self,
        unseen: &mut VecDeque<usize>,
        looks: &mut Vec<Look>,
        advice: &mut Advice,
        is_late: &dyn Fn() -> bool,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Missing> {
        while let Some(place) = unseen.front().copied().filter(|_| !is_late()) {
            let (lever, all) = (&self.levers[place], self.levers.len());
            let nth = all - unseen.len() + 1;
            tell(Told::Trying(&format!("{}: {} ({nth} of {all})", lever.to, lever.what)));
            match self.play(&[place], 0, self.probe()) {
                Ok(replications) => {
                    let dropped = self.merit(&replications) <= self.merit_before();
                    advice.alone.extend(self.trial(vec![place], &replications, dropped));
                    looks.extend((!dropped).then_some((place, replications)));
                }
                Err(Missing::Failed(why)) => advice.failed.push((place, why)),
                Err(stopped) => return Err(stopped),
            }
            unseen.pop_front();
        }
        Ok(())
    }

    /// The other replications of those that did something at a first look.
    pub(super) fn complete(
        &self,
        looks: Vec<Look>,
        advice: &mut Advice,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Missing> {
        for (place, mut replications) in looks {
            let lever = &self.levers[place];
            tell(Told::Trying(&format!("{}: {}, the other afternoons", lever.to, lever.what)));
            match self.play(&[place], replications.len(), self.runs - replications.len()) {
                Ok(rest) => replications.extend(rest),
                Err(Missing::Failed(why)) => {
                    advice.alone.retain(|trial| trial.levers != [place]);
                    advice.failed.push((place, why));
                    continue;
                }
                Err(stopped) => return Err(stopped),
            }
            let seen = advice.alone.iter_mut().find(|trial| trial.levers == [place]);
            if let (Some(seen), Some(whole)) = (seen, self.trial(vec![place], &replications, false))
            {
                *seen = whole;
            }
        }
        Ok(())
    }

    /// Most helpful first: by the first look, which all of them had; what closes a channel last.
    pub(super) fn rank(&self, trials: &mut [Trial]) {
        trials.sort_by_key(|trial| {
            let burden = self.levers[trial.levers[0]].burden;
            (trial.closes.is_some(), trial.dropped, Reverse(trial.merit), burden)
        });
    }
}
