//! Plays a promotion before the day: burst orders against channels, connector and OMS, judged
//! from the record alone.
//!
//! Read left to right it is the story of a run:
//! `scenario → traffic → commerce → drive → history → judge → report`.
//!
//! ```
//! use doorbuster::drive::{hand::Nobody, simulated};
//! use doorbuster::history::{Fact, stamp::Tape};
//! use doorbuster::judge::{Fold, judgement::Verdict};
//! use doorbuster::scenario::{self, Overrides};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A scenario becomes a plan, a plan is played, and what happened is judged from the record.
//! let plan = scenario::read("scenarios/black-friday.yaml".as_ref(), &Overrides::default())?;
//! let mut fold = Fold::new();
//! let mut tape = Tape::new(|fact: Fact| fold.eat(&fact).expect("a driver writes a history"));
//! simulated::play(&plan, &mut tape, &mut Nobody);
//! let judgement = fold.judge().expect("a history has a charter");
//! assert_eq!(judgement.verdict, Verdict::NoGo);
//! # Ok(())
//! # }
//! ```

#![warn(clippy::print_stdout, clippy::print_stderr)] // They panic on a closed pipe: cli::say

pub mod cli;
pub mod commerce;
pub mod drive;
mod file;
pub mod history;
pub mod ids;
pub mod judge;
pub mod law;
mod numbered;
pub mod outlook;
pub mod records;
pub mod report;
pub mod rng;
pub mod scenario;
pub mod study;
pub mod traffic;
pub mod units;
pub mod watch;
pub mod wire;
mod wrong;
