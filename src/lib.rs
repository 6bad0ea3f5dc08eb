//! Plays a promotion before the day: burst orders against channels, connector and OMS, judged
//! from the record alone.
//!
//! Read left to right it is the story of a run:
//! `scenario → traffic → commerce → drive → history → judge → report`.

pub mod cli;
pub mod commerce;
pub mod drive;
pub mod history;
pub mod ids;
pub mod judge;
pub mod law;
pub mod report;
pub mod rng;
pub mod scenario;
pub mod traffic;
pub mod units;
pub mod wire;
