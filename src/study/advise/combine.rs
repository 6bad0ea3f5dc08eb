//! Owns finding sets of levers that make a GO, and which levers of a set can be left out.
//! Must not know what a lever does alone: that was tried before.

use std::cmp::Reverse;

use super::super::levers::Burden;
use super::super::outcome::StudyOutcome;
use super::super::replication::Replication;
use super::{Advice, Merit, Missing, Search, Told, Trial};
use crate::judge::judgement::Verdict;

/// A set and its replications.
type Set = (Vec<usize>, Vec<Replication>);

/// What is looked for first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// Sales.
    KeepMost,
    /// Few changes.
    ChangeLeast,
}

impl Search<'_, '_> {
    /// Looks for sets that make a GO: what costs no sales together, then what does, a lever at a
    /// time, until it is one; then leaves out what can be left out. Once for the sake of sales,
    /// cheapest first; once for few changes, most helpful first. A set is known from when it is
    /// reached, should it be stopped before it is as small as it can be.
    pub(super) fn combine(
        &self,
        advice: &mut Advice,
        sets: &mut Vec<Trial>,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Missing> {
        tell(Told::Trying("several together"));
        let bundle = self.best_bundle(&advice.alone)?;
        for aim in [Aim::KeepMost, Aim::ChangeLeast] {
            if sets.iter().any(|set| set.levers.len() == 1) {
                break;
            }
            let dear = self.dear_ones(&advice.alone, aim);
            let (kept, all) = self.reach(bundle.clone(), &dear, tell)?;
            let Some(set) = self.trial(kept.clone(), &all, false).filter(|_| !kept.is_empty())
            else {
                break;
            };
            if advice.together.as_ref().is_none_or(|known| set.merit > known.merit) {
                advice.together = Some(set.clone());
            }
            if let Some(target) = self.reached(&all) {
                sets.push(set);
                let order = self.left_out_first(&advice.alone, &kept, aim);
                self.thin((kept, all), target, (aim, &order), sets, tell)?;
            }
        }
        Ok(())
    }

    /// Adds to a bundle what costs sales, in this order, until it is a GO. What sells less is a
    /// last resort, a lever at a time: too much of it and nothing is put to the test any more.
    fn reach(
        &self,
        bundle: Vec<usize>,
        dear: &[usize],
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<Set, Missing> {
        let mut kept = bundle;
        let mut all = if kept.is_empty() {
            self.baseline.clone()
        } else {
            let first = self.play(&kept, 0, self.probe())?;
            self.unless_hopeless(&kept, first)?
        };
        for place in dear.iter().copied() {
            if self.reached(&all).is_some() {
                break;
            }
            let lever = &self.levers[place];
            tell(Told::Trying(&format!("and {}: {}", lever.to, lever.what)));
            let wider: Vec<usize> = self.without_overlap(&kept, place);
            let Some(first) = self.if_possible(&wider)? else { continue };
            let better = self.merit(&first) > self.merit(&all[..self.probe()]);
            if better && self.closes(&first).is_none() {
                all = self.unless_hopeless(&wider, first)?;
                kept = wider;
            }
        }
        let rest = self.runs - all.len();
        if rest > 0 {
            all.extend(self.play(&kept, all.len(), rest)?);
        }
        Ok((kept, all))
    }

    /// Leaves out what can be left out, in this order; for the sake of sales only what costs none
    /// to leave out. What is known of the set stands last among the sets.
    fn thin(
        &self,
        (mut kept, mut all): Set,
        target: Verdict,
        (aim, order): (Aim, &[usize]),
        sets: &mut [Trial],
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Missing> {
        for place in order.iter().copied() {
            let without: Vec<usize> = kept.iter().copied().filter(|k| *k != place).collect();
            if without.is_empty() {
                break;
            }
            let lever = &self.levers[place];
            tell(Told::Trying(&format!("without {}: {}", lever.to, lever.what)));
            let Some(holding) = self.holding(&without, target)? else { continue };
            if aim == Aim::KeepMost && self.sells_less(&holding, &all) {
                continue;
            }
            if let (Some(known), Some(set)) =
                (sets.last_mut(), self.trial(without.clone(), &holding, false))
            {
                *known = set;
            }
            kept = without;
            // Trifles do not add up: they are counted from the most that was kept.
            if self.sells_less(&all, &holding) || aim == Aim::ChangeLeast {
                all = holding;
            }
        }
        Ok(())
    }

    /// All replications of a set, or those of its first look where they show already that it is
    /// none: more out of band than a GO forgives cannot be made good.
    fn unless_hopeless(
        &self,
        set: &[usize],
        mut first: Vec<Replication>,
    ) -> Result<Vec<Replication>, Missing> {
        let missed = first.iter().filter(|a| !a.in_band).count();
        if super::super::chance::proves(missed, self.runs) {
            first.extend(self.play(set, first.len(), self.runs - first.len())?);
        }
        Ok(first)
    }

    /// A first look at a set; none where they cannot go together, though each can alone.
    fn if_possible(&self, set: &[usize]) -> Result<Option<Vec<Replication>>, Missing> {
        match self.play(set, 0, self.probe()) {
            Ok(first) => Ok(Some(first)),
            Err(Missing::Failed(_)) => Ok(None),
            Err(stopped) => Err(stopped),
        }
    }

    /// The better of two bundles without levers that sell less: those that helped alone, and those
    /// together with the ones that did nothing alone but may beside others.
    fn best_bundle(&self, alone: &[Trial]) -> Result<Vec<usize>, Missing> {
        let free = |trial: &Trial| !self.sells_less_alone(trial);
        let helps = |trial: &Trial| free(trial) && !trial.dropped;
        let all = self.apart(Self::open(alone, free));
        let helping = self.apart(Self::open(alone, helps));
        let mut best: Option<(Merit, Vec<usize>)> = None;
        for bundle in [helping, all] {
            let is_known = best.as_ref().is_some_and(|(_, tried)| *tried == bundle);
            if is_known || bundle.is_empty() {
                continue;
            }
            let Some(first) = self.if_possible(&bundle)? else { continue };
            let merit = self.merit(&first);
            let is_best = best.as_ref().is_none_or(|(known, _)| merit > *known);
            if is_best && self.closes(&first).is_none() {
                best = Some((merit, bundle));
            }
        }
        Ok(best.map(|(_, bundle)| bundle).unwrap_or_default())
    }

    /// A lever that is meant to sell less, or does.
    fn sells_less_alone(&self, trial: &Trial) -> bool {
        self.levers[trial.levers[0]].burden == Burden::Sales || self.is_dear(trial)
    }

    /// Levers that sell less, cheapest for what they do first, or most helpful first.
    fn dear_ones(&self, alone: &[Trial], aim: Aim) -> Vec<usize> {
        let mut places = Self::open(alone, |trial| self.sells_less_alone(trial));
        if aim == Aim::KeepMost {
            let of = |place: usize| alone.iter().find(|trial| trial.levers == [place]);
            places.retain(|place| of(*place).is_some_and(|trial| !trial.dropped));
            // Thousandths of the distress that it takes away; what costs nothing comes first.
            let gain = |trial: &Trial| (1_000 - trial.merit.1.0).max(1) as f64;
            let dearness = |place: &usize| {
                of(*place).map_or((0, 0), |trial| {
                    let each = Self::price(trial) / gain(trial);
                    (each.ceil() as i64, -gain(trial) as i64)
                })
            };
            places.sort_by_key(dearness);
        }
        places
    }

    /// Levers of such trials, in their order; none that closes a channel.
    fn open(alone: &[Trial], is: impl Fn(&Trial) -> bool) -> Vec<usize> {
        let open = alone.iter().filter(|trial| trial.closes.is_none() && is(trial));
        open.map(|trial| trial.levers[0]).collect()
    }

    /// The first of those that write the same key: a later one would only undo it.
    fn apart(&self, places: Vec<usize>) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        for place in places {
            if !kept.iter().any(|other| self.overlap(*other, place)) {
                kept.push(place);
            }
        }
        kept
    }

    /// These and one more, in the place of those that write its keys.
    fn without_overlap(&self, kept: &[usize], more: usize) -> Vec<usize> {
        let apart = kept.iter().copied().filter(|other| !self.overlap(*other, more));
        apart.chain([more]).collect()
    }

    fn overlap(&self, a: usize, b: usize) -> bool {
        self.levers[a].patch.overlaps(&self.levers[b].patch)
    }

    /// What is left out first: for the sake of sales the dearest; then the heaviest, and of those
    /// the least helpful.
    fn left_out_first(&self, alone: &[Trial], kept: &[usize], aim: Aim) -> Vec<usize> {
        let rank = |place: usize| alone.iter().position(|trial| trial.levers == [place]);
        let price = |place: usize| match aim {
            Aim::ChangeLeast => 0,
            Aim::KeepMost => rank(place).map_or(0, |at| Self::price(&alone[at]).ceil() as i64),
        };
        let mut order = kept.to_vec();
        order.sort_by_key(|place| {
            Reverse((price(*place), self.levers[*place].burden, rank(*place)))
        });
        order
    }

    /// The GO that these replications prove, with conditions or without; none where they prove
    /// none, or close a channel.
    fn reached(&self, replications: &[Replication]) -> Option<Verdict> {
        let verdict = StudyOutcome::of(replications)?.verdict();
        let is_go = verdict <= Verdict::GoWithConditions && self.closes(replications).is_none();
        is_go.then_some(verdict)
    }

    /// The replications of a set that still reaches the target.
    fn holding(&self, set: &[usize], target: Verdict) -> Result<Option<Vec<Replication>>, Missing> {
        let Some(first) = self.if_possible(set)? else { return Ok(None) };
        let replications = self.unless_hopeless(set, first)?;
        let holds = self.reached(&replications).is_some_and(|verdict| verdict <= target);
        Ok((replications.len() == self.runs && holds).then_some(replications))
    }
}
