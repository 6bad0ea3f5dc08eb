//! Owns playing a campaign in wall time. Must not judge.

mod attend;
mod carrier;
pub mod clock;
mod descriptors;
mod diary;
mod gates;
mod harness;
mod hosted;
mod jobs;
mod lines;
pub mod pacer;
mod play;
mod proxied;
mod timer;

pub use clock::{Clock, Moment};
pub use descriptors::CONSOLE_CONNECTIONS_MAX;
pub use pacer::Pacer;
pub use play::{DRAIN_INTERRUPTED, Hosting, LiveError, play, play_marked, prepare};
pub use proxied::{FaultProxy, ProxiedFault, ProxyWish};
