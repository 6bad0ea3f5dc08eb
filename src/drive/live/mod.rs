//! Owns playing a campaign in wall time. Must not judge.

mod attend;
mod callers;
mod carrier;
pub mod clock;
mod descriptors;
mod diary;
mod error;
mod faced;
mod fronts;
mod gates;
mod harness;
mod hosted;
mod jobs;
mod lines;
mod mocks;
mod office;
mod outside;
pub mod pacer;
mod play;
mod proxied;
mod tail;
mod timer;
mod wishes;

pub use clock::{Clock, Moment};
pub use descriptors::{CONSOLE_CONNECTIONS_MAX, CONTROL_CONNECTIONS_MAX};
pub use error::LiveError;
pub use faced::{AlsoCalled, FacePlace};
pub use mocks::{Journals, Mocks, MocksTerms};
pub use outside::{HostedAt, party};
pub use pacer::Pacer;
pub use play::{DRAIN_INTERRUPTED, Hosting, play, play_marked, prepare};
pub use proxied::{FaultProxy, ProxiedFault, ProxyWish};
pub use tail::{JournalReader, JournalWish, NotThere, Picks};
pub use wishes::{ClockTold, ClockWish, MocksHandle, OrderWish, Stopping};
