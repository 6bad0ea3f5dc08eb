//! Owns finding which levers make a GO together, and which of those can be left out.
//! Must not know what a lever does alone: that was tried before.

use std::cmp::Reverse;

use super::super::afternoon::Afternoon;
use super::super::levers::Burden;
use super::super::outcome::{Chance, GO_AT_LEAST};
use super::{Advice, Merit, Search, Trial, merit};
use crate::judge::judgement::Verdict;
use crate::scenario::ScenarioErrors;

/// Asked to stop on the way, or everything that was asked for.
type Tried<T> = Result<Option<T>, ScenarioErrors>;

impl Search<'_, '_> {
    /// Looks for a set that makes a GO, then leaves out what can be left out, heaviest first.
    pub(super) fn combine(
        &self,
        advice: &mut Advice,
        tell: &mut impl FnMut(&str),
    ) -> Result<(), ScenarioErrors> {
        advice.stopped = self.try_together(advice, tell)?.is_none();
        Ok(())
    }

    fn try_together(&self, advice: &mut Advice, tell: &mut impl FnMut(&str)) -> Tried<()> {
        tell("several together");
        let Some(mut kept) = self.best_bundle(&advice.alone)? else { return Ok(None) };
        if kept.is_empty() {
            return Ok(Some(()));
        }
        let Some(mut all) = self.full(&kept)? else { return Ok(None) };
        // What sells less is a last resort, a lever at a time: too much of it and nothing is put
        // to the test any more.
        for place in self.of_burden(&advice.alone, |burden| burden == Burden::Sales) {
            if target(&all).is_some() {
                break;
            }
            tell(&format!("and {}: {}", self.levers[place].to, self.levers[place].what));
            let wider: Vec<usize> = self.without_overlap(&kept, place);
            let Some(better) = self.merit_of(&wider)? else { return Ok(None) };
            if better > merit(&all[..self.probe()]) {
                let Some(played) = self.full(&wider)? else { return Ok(None) };
                (kept, all) = (wider, played);
            }
        }
        advice.together = self.trial(kept.clone(), &all, false);
        let Some(target) = target(&all) else { return Ok(Some(())) };
        for place in self.heaviest_first(&advice.alone, &kept) {
            let without: Vec<usize> = kept.iter().copied().filter(|k| *k != place).collect();
            let lever = &self.levers[place];
            tell(&format!("without {}: {}", lever.to, lever.what));
            match self.holds(&without, target)? {
                Some(true) => kept = without,
                Some(false) => {}
                None => return Ok(None),
            }
        }
        let Some(last) = self.full(&kept)? else { return Ok(None) };
        advice.smallest = self.trial(kept, &last, false);
        Ok(Some(()))
    }

    /// The better of two bundles without levers that sell less: those that helped alone, and those
    /// together with the ones that did nothing alone but may beside others.
    fn best_bundle(&self, alone: &[Trial]) -> Tried<Vec<usize>> {
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
            let Some(merit) = self.merit_of(&bundle)? else { return Ok(None) };
            if best.as_ref().is_none_or(|(known, _)| merit > *known) {
                best = Some((merit, bundle));
            }
        }
        Ok(best.map(|(_, bundle)| bundle))
    }

    /// Levers of a burden, most helpful first.
    fn of_burden(&self, alone: &[Trial], is: impl Fn(Burden) -> bool) -> Vec<usize> {
        let places = alone.iter().map(|trial| trial.levers[0]);
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

    fn full(&self, levers: &[usize]) -> Tried<Vec<Afternoon>> {
        let played = self.bench.play(&self.setting(levers), 0, self.runs)?;
        Ok((!played.stopped).then_some(played.afternoons))
    }

    fn merit_of(&self, levers: &[usize]) -> Tried<Merit> {
        let played = self.bench.play(&self.setting(levers), 0, self.probe())?;
        Ok((!played.stopped).then(|| merit(&played.afternoons)))
    }

    /// Whether a set still reaches the target; a first look spares most of the rest.
    fn holds(&self, levers: &[usize], target: Verdict) -> Tried<bool> {
        let setting = self.setting(levers);
        let mut missed = 0;
        for (from, runs) in [(0, self.probe()), (self.probe(), self.runs - self.probe())] {
            let played = self.bench.play(&setting, from, runs)?;
            if played.stopped {
                return Ok(None);
            }
            missed += played.afternoons.iter().filter(|a| a.verdict > target).count();
            if !proves(missed, self.runs) {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }
}

/// Whether so many misses still prove the chance that a GO needs.
fn proves(missed: usize, of: usize) -> bool {
    missed <= of && Chance::of(of - missed, of).low >= GO_AT_LEAST
}

/// The best verdict that is proved to have the chance a GO needs; none when not even conditions.
fn target(afternoons: &[Afternoon]) -> Option<Verdict> {
    let reached = |verdict: &Verdict| {
        proves(afternoons.iter().filter(|a| a.verdict > *verdict).count(), afternoons.len())
    };
    [Verdict::Go, Verdict::GoWithConditions].into_iter().find(reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_makes_a_go_only_where_its_chance_is_proved() {
        assert!(proves(0, 30) && !proves(1, 30), "29 of 30 leave 15 % open");
        assert!(proves(1, 60) && !proves(3, 60));
        assert!(!proves(0, 20), "too few");
    }
}
