//! Owns judgement: what a history means, from the history alone.
//! Must not know `commerce` or `drive`: it must not inherit their bugs.
//!
//! Start at [`Fold`]: it eats facts, live or from disk, and judges at any time. The definitions of
//! every number are in docs/measures.md.

mod bits;
mod books;
pub(crate) mod bounds;
mod breaches;
mod closing;
mod fold;
mod gates;
mod handoff;
mod hist;
mod invariants;
pub mod judgement;
mod lag;
mod ledger;
mod load;
mod orders;
mod prices;
mod release;
mod run;
mod sources;
mod story;
mod supply;
mod totals;
mod verdict;
mod windows;

pub use fold::{Fold, Glance, NotAHistory};
pub use judgement::Judgement;

#[cfg(test)]
mod cause_tests;
#[cfg(test)]
mod gate_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod invariant_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod totals_tests;
#[cfg(test)]
mod verdict_tests;
