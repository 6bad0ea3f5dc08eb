//! Plays a promotion before the day: burst orders against channels, connector and OMS, judged
//! from the record alone.
//!
//! Read left to right it is the story of a run:
//! `scenario → traffic → commerce → drive → history → judge → report`.
//!
//! ```
//! use doorbuster::{Overrides, Scenario, Verdict, simulate};
//!
//! let scenario = Scenario::read("scenarios/black-friday.yaml", &Overrides::default())?;
//! assert_eq!(simulate(&scenario).verdict, Verdict::NoGo);
//! # Ok::<(), doorbuster::Problems>(())
//! ```
//!
//! What stands in this page's root is for others. The rooms are open for reading, for this
//! project's own tests, examples and benches; they may change with any version.
//!
//! Features, all on by default: `report` (pages, charts, tables), `live` (the protocol over HTTP,
//! runs in wall time), `cli` (the command, with both). Without any: scenarios, simulation, judge.

#![warn(clippy::print_stdout, clippy::print_stderr)] // They panic on a closed pipe: cli::say
#![cfg_attr(not(feature = "cli"), allow(dead_code))] // What the command alone uses

#[cfg(feature = "cli")]
pub mod cli;
pub mod commerce;
pub mod drive;
#[cfg(feature = "live")]
pub mod faces;
mod file;
pub mod fit;
pub mod history;
pub mod ids;
pub mod judge;
pub mod language;
pub mod law;
mod library;
mod numbered;
#[cfg(feature = "cli")]
pub mod operate;
pub mod outlook;
#[cfg(feature = "live")]
pub mod profile;
pub mod records;
#[cfg(feature = "report")]
pub mod report;
pub mod rng;
pub mod scenario;
pub mod study;
#[cfg(feature = "report")]
pub mod tables;
pub mod traffic;
pub mod units;
pub mod watch;
#[cfg(feature = "live")]
pub mod wire;
mod wrong;

pub use judge::judgement::{Judgement, Verdict};
pub use language::Problems;
pub use library::{Scenario, Unjudgeable, judge_file, simulate};
pub use scenario::Overrides;
