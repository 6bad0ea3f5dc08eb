//! Owns the systems being played: marketplaces, connectors, the OMS with its source of record.
//! Must not know what makes time pass: time and randomness are arguments, and nothing here reads a
//! clock, a file or a socket.
//!
//! Each system is a sans-IO machine: `handle(now, …)` takes an input, and what it causes is left
//! in an [`outbox::Outbox`] which the driver drains completely after every call. Machines are the
//! only makers of facts. Start at [`protocol`]: what the machines say to each other.

pub mod command;
pub mod connector;
pub mod defect;
pub mod desk;
pub mod edits;
pub mod fault;
mod feed;
mod imperfect;
pub mod inside;
pub mod limiter;
pub mod marketplace;
pub mod oms;
pub mod outbox;
pub mod protocol;
mod register;
pub mod spoken;
pub mod terms;
pub mod timers;
