//! Owns finding which levers make a GO together, and which of those can be left out.
//! Must not know what a lever does alone: that was tried before.

use std::cmp::Reverse;

use super::super::afternoon::Afternoon;
use super::super::levers::Burden;
use super::super::outcome::Outcome;
use super::{Advice, Merit, Missing, Search, Told, Trial};
use crate::judge::judgement::Verdict;

impl Search<'_, '_> {
    /// Looks for a set that makes a GO, then leaves out what can be left out, heaviest first.
    pub(super) fn combine(&self, advice: &mut Advice, tell: &mut impl FnMut(Told<'_>)) {
        match self.try_together(advice, tell) {
            Err(Missing::Stopped) => advice.stopped = true,
            // Each of them could be played alone: what cannot be together is no set.
            Ok(()) | Err(Missing::Failed(_)) => {}
        }
    }

    fn try_together(
        &self,
        advice: &mut Advice,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Missing> {
        tell(Told::Trying("several together"));
        let mut kept = self.best_bundle(&advice.alone)?;
        if kept.is_empty() {
            return Ok(());
        }
        let mut all = self.play(&kept, 0, self.runs)?;
        // What sells less is a last resort, a lever at a time: too much of it and nothing is put
        // to the test any more.
        for place in self.of_burden(&advice.alone, |burden| burden == Burden::Sales) {
            if self.reached(&all).is_some() {
                break;
            }
            let lever = &self.levers[place];
            tell(Told::Trying(&format!("and {}: {}", lever.to, lever.what)));
            let wider: Vec<usize> = self.without_overlap(&kept, place);
            let first = self.play(&wider, 0, self.probe())?;
            let better = self.merit(&first) > self.merit(&all[..self.probe()]);
            if better && self.closes(&first).is_none() {
                (kept, all) = (wider.clone(), self.play(&wider, 0, self.runs)?);
            }
        }
        advice.together = self.trial(kept.clone(), &all, false);
        let Some(target) = self.reached(&all) else { return Ok(()) };
        // Known from here on, should it be stopped before it is as small as it can be.
        advice.smallest.clone_from(&advice.together);
        for place in self.heaviest_first(&advice.alone, &kept) {
            let without: Vec<usize> = kept.iter().copied().filter(|k| *k != place).collect();
            let lever = &self.levers[place];
            tell(Told::Trying(&format!("without {}: {}", lever.to, lever.what)));
            if let Some(holding) = self.holding(&without, target)? {
                advice.smallest = self.trial(without.clone(), &holding, false);
                kept = without;
            }
        }
        Ok(())
    }

    /// The better of two bundles without levers that sell less: those that helped alone, and those
    /// together with the ones that did nothing alone but may beside others.
    fn best_bundle(&self, alone: &[Trial]) -> Result<Vec<usize>, Missing> {
        let costs_no_sale = |burden: Burden| burden != Burden::Sales;
        let helps =
            |place: &usize| alone.iter().any(|trial| trial.levers == [*place] && !trial.dropped);
        let all = self.apart(self.of_burden(alone, costs_no_sale));
        let helping =
            self.apart(self.of_burden(alone, costs_no_sale).into_iter().filter(helps).collect());
        let mut best: Option<(Merit, Vec<usize>)> = None;
        for bundle in [helping, all] {
            if best.as_ref().is_some_and(|(_, tried)| *tried == bundle) {
                continue;
            }
            let first = match self.play(&bundle, 0, self.probe()) {
                Ok(first) => first,
                // The other bundle may go together.
                Err(Missing::Failed(_)) => continue,
                Err(stopped) => return Err(stopped),
            };
            let merit = self.merit(&first);
            let is_best = best.as_ref().is_none_or(|(known, _)| merit > *known);
            if is_best && self.closes(&first).is_none() {
                best = Some((merit, bundle));
            }
        }
        Ok(best.map(|(_, bundle)| bundle).unwrap_or_default())
    }

    /// Levers of a burden, most helpful first; none that closes a channel.
    fn of_burden(&self, alone: &[Trial], is: impl Fn(Burden) -> bool) -> Vec<usize> {
        let open = alone.iter().filter(|trial| trial.closes.is_none());
        let places = open.map(|trial| trial.levers[0]);
        places.filter(|place| is(self.levers[*place].burden)).collect()
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

    /// What is left out first: the heaviest, and of those the least helpful.
    fn heaviest_first(&self, alone: &[Trial], kept: &[usize]) -> Vec<usize> {
        let rank = |place: usize| alone.iter().position(|trial| trial.levers == [place]);
        let mut order = kept.to_vec();
        order.sort_by_key(|place| Reverse((self.levers[*place].burden, rank(*place))));
        order
    }

    /// The GO that these afternoons prove, with conditions or without; none where they prove none,
    /// or close a channel.
    fn reached(&self, afternoons: &[Afternoon]) -> Option<Verdict> {
        let verdict = Outcome::of(afternoons)?.verdict();
        let is_go = verdict <= Verdict::GoWithConditions && self.closes(afternoons).is_none();
        is_go.then_some(verdict)
    }

    /// The afternoons of a set that still reaches the target; a first look spares most of the
    /// rest: more out of band than a GO forgives cannot be made good.
    fn holding(&self, set: &[usize], target: Verdict) -> Result<Option<Vec<Afternoon>>, Missing> {
        let mut afternoons = match self.play(set, 0, self.probe()) {
            Ok(first) => first,
            Err(Missing::Failed(_)) => return Ok(None),
            Err(stopped) => return Err(stopped),
        };
        let missed = afternoons.iter().filter(|a| !a.in_band).count();
        if !super::super::outcome::proves(missed, self.runs) {
            return Ok(None);
        }
        afternoons.extend(self.play(set, self.probe(), self.runs - self.probe())?);
        let holds = self.reached(&afternoons).is_some_and(|verdict| verdict <= target);
        Ok(holds.then_some(afternoons))
    }
}
