//! Owns how good a setting is: by its gates and by the sales it keeps. Must not know levers.

use std::cmp::Reverse;

use super::super::replication::Replication;
use super::Search;

/// How good a set of replications is, best largest: how many are in band, then how far the others
/// are from it and what they sell less, both against the same replications as they were: in
/// thousandths of the old distress, and of the old sales kept.
pub type Merit = (usize, Reverse<i64>);

impl Search<'_, '_> {
    /// Of replications from the first seed on.
    pub(super) fn merit(&self, replications: &[Replication]) -> Merit {
        let before = &self.baseline[..replications.len().min(self.baseline.len())];
        let distress = |of: &[Replication]| of.iter().map(|a| a.distress as i64).sum::<i64>();
        let kept = |of: &[Replication]| of.iter().map(|a| a.sales.kept_money).sum::<i64>();
        let milli =
            |part: i64, whole: i64| (i128::from(part) * 1_000 / i128::from(whole.max(1))) as i64;
        let gates = milli(distress(replications), distress(before));
        let lost = milli(kept(before) - kept(replications), kept(before));
        (replications.iter().filter(|a| a.in_band).count(), Reverse(gates.saturating_add(lost)))
    }

    /// The merit of the scenario as it is, at a first look.
    pub(super) fn merit_before(&self) -> Merit {
        self.merit(&self.baseline[..self.probe()])
    }
}
