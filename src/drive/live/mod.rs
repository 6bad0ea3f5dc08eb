//! Owns playing a campaign in wall time. Must not judge.

pub mod clock;
pub mod pacer;

pub use clock::{Clock, Moment};
pub use pacer::Pacer;
