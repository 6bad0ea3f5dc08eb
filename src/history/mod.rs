//! Owns the record of a run: facts, the charter they are judged by, and how both are kept on disk.
//! Must not know how facts come about (`commerce`, `drive`) nor what they mean (`judge`).
//!
//! A history is one append-only log: the [`Charter`] first, then [`Fact`]s in the order of their
//! sequence numbers. It is the only bridge to judgement. Start at [`fact::What`]; what machines say
//! enters through [`Record`], is kept by a [`Journal`] and comes back through a [`Reader`].

pub mod charter;
pub(crate) mod codes;
pub mod fact;
pub mod frames;
mod input;
mod place;
pub mod reader;
#[cfg(test)]
pub(crate) mod samples;
pub mod stamp;
mod unframe;
pub mod writer;

pub use charter::Charter;
pub use fact::{Fact, Line, Outcome, What};
pub use reader::{Ended, Reader, ReaderError};
pub use stamp::{Record, Tape};
pub use writer::{Journal, WriterError};
