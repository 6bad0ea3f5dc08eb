//! Owns playing a campaign in wall time. Must not judge.

mod attend;
mod callers;
mod carrier;
pub mod clock;
mod descriptors;
mod diary;
mod harness;
mod hosted;
mod jobs;
mod lines;
mod office;
mod outside;
pub mod pacer;
mod play;
mod proxied;
mod timer;

pub use clock::{Clock, Moment};
pub use descriptors::CONSOLE_CONNECTIONS_MAX;
pub use outside::party;
pub use pacer::Pacer;
pub use play::{DRAIN_INTERRUPTED, HostedAt, Hosting, LiveError, play, play_marked, prepare};
pub use proxied::{FaultProxy, ProxiedFault, ProxyWish};
