//! Owns how good a setting is: by its gates and by the sales it keeps. Must not know levers.

use std::cmp::Reverse;

use super::super::afternoon::Afternoon;
use super::Search;

/// How good a set of afternoons is, best largest: how many are in band, then how far the others are
/// from it and what they sell less, both against the same afternoons as they were: in thousandths
/// of the old distress, and of the old sales kept.
pub type Merit = (usize, Reverse<i64>);

impl Search<'_, '_> {
    /// Of afternoons from the first seed on.
    pub(super) fn merit(&self, afternoons: &[Afternoon]) -> Merit {
        let before = &self.baseline[..afternoons.len().min(self.baseline.len())];
        let distress = |of: &[Afternoon]| of.iter().map(|a| a.distress as i64).sum::<i64>();
        let kept = |of: &[Afternoon]| of.iter().map(|a| a.sales.kept_money).sum::<i64>();
        let milli =
            |part: i64, whole: i64| (i128::from(part) * 1_000 / i128::from(whole.max(1))) as i64;
        let gates = milli(distress(afternoons), distress(before));
        let lost = milli(kept(before) - kept(afternoons), kept(before));
        (afternoons.iter().filter(|a| a.in_band).count(), Reverse(gates.saturating_add(lost)))
    }

    /// The merit of the scenario as it is, at a first look.
    pub(super) fn merit_before(&self) -> Merit {
        self.merit(&self.baseline[..self.probe()])
    }
}
