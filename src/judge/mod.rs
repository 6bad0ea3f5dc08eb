//! Owns judgement: what a history means, from the history alone.
//! Must not know `commerce` or `drive`: it must not inherit their bugs.

pub mod judgement;

pub use judgement::Judgement;
