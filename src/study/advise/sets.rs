//! Owns choosing among sets that make a GO: the one of fewest changes, and the one that keeps most
//! sales. Must not know how they were found.

use super::super::interval::Mean;
use super::super::levers::Burden;
use super::super::replication::Replication;
use super::{Advice, Search, Trial};

/// Sales that a change may cost and still be tried before those that cost some: 1 of so many.
const CHEAP: f64 = 100.0;
/// Sales for which nobody does a thing more: 1 of so many.
const ALL_THE_SAME: f64 = 1_000.0;

impl Search<'_, '_> {
    /// Takes of these sets, and of the levers that are enough alone, the smallest and the one that
    /// keeps most sales. Of equals the one that was found first.
    pub(super) fn settle(&self, mut sets: Vec<Trial>, advice: &mut Advice) {
        let is_go = |trial: &&Trial| {
            !trial.dropped && trial.closes.is_none() && trial.outcome.ruling.is_go()
        };
        let mut alone: Vec<Trial> = advice.alone.iter().filter(is_go).cloned().collect();
        alone.sort_by_key(|trial| self.levers[trial.levers[0]].burden == Burden::Sales);
        sets.extend(alone);
        let known: Vec<(usize, f64)> =
            sets.iter().map(|set| (set.levers.len(), set.sales.kept_money.mean)).collect();
        let Some((smallest, most)) = choose(&known, self.kept_before() / ALL_THE_SAME) else {
            return;
        };
        advice.smallest = Some(sets[smallest].clone());
        advice.recommended = Some(sets[most].clone());
    }

    /// Money kept in a replication of the scenario as it is.
    fn kept_before(&self) -> f64 {
        let kept: Vec<f64> = self.baseline.iter().map(|a| a.sales.kept_money as f64).collect();
        Mean::of(&kept, 0.95).mean
    }

    /// What a lever costs in sales, beyond chance; 0 where that is nothing.
    pub(super) fn price(trial: &Trial) -> f64 {
        let kept = trial.sales.kept_money;
        if kept.high() < 0.0 { -kept.mean } else { 0.0 }
    }

    /// It costs sales that somebody would miss.
    pub(super) fn is_dear(&self, trial: &Trial) -> bool {
        Self::price(trial) > self.kept_before() / CHEAP
    }

    /// Whether these keep less than those on the same seeds: beyond chance, and not by a trifle.
    pub(super) fn sells_less(&self, these: &[Replication], those: &[Replication]) -> bool {
        let gained: Vec<f64> = (these.iter().zip(those))
            .map(|(new, old)| (new.sales.kept_money - old.sales.kept_money) as f64)
            .collect();
        let gained = Mean::of(&gained, 0.95);
        gained.high() < 0.0 && -gained.mean > self.kept_before() / ALL_THE_SAME
    }
}

/// The places of the smallest of these sets and of the one that keeps most; a set that was found
/// later is better only by more than a trifle. A set is its changes, and the money it keeps more
/// than before.
fn choose(sets: &[(usize, f64)], trifle: f64) -> Option<(usize, usize)> {
    let best = |best: usize, place: usize| {
        if sets[place].1 > sets[best].1 + trifle { place } else { best }
    };
    let fewest = sets.iter().map(|set| set.0).min()?;
    let smallest = (0..sets.len()).filter(|place| sets[*place].0 == fewest).reduce(best)?;
    Some((smallest, (0..sets.len()).fold(smallest, best)))
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn the_set_that_keeps_most_is_recommended_unless_it_is_by_a_trifle() {
        assert_eq!(choose(&[(4, 0.0), (2, -101.0)], 1.0), Some((1, 0)));
        assert_eq!(choose(&[(4, 0.0), (2, -0.5)], 1.0), Some((1, 1)), "not worth two changes");
        assert_eq!(choose(&[(2, -9.0), (2, 0.0)], 1.0), Some((1, 1)), "as small, and sells more");
        assert_eq!(choose(&[(2, 0.0), (1, -4.5), (1, -2.2)], 1.0), Some((2, 0)), "the dear one");
        assert_eq!(choose(&[], 1.0), None);
    }
}
