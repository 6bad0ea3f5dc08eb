//! Owns the record of a run: facts, the charter they are judged by, and how both are kept on disk.
//! Must not know how facts come about (`commerce`, `drive`) nor what they mean (`judge`).
//!
//! A history is one append-only log: the [`Charter`] first, then [`Fact`]s in the order of their
//! sequence numbers. It is the only bridge to judgement. Start at [`fact::What`].

pub mod charter;
pub mod fact;
pub mod reader;
pub mod writer;

pub use charter::Charter;
pub use fact::{Fact, Line, Outcome, What};
