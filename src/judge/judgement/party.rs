//! Owns the shape of what is known of a connector from outside. Must not know how it is found.

use crate::history::fact::{Address, Met};
use crate::ids::ChannelId;
use crate::units::At;

/// What is known of a connector that is somebody else's program, beside what it came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartySeen {
    /// It was not ready in time: nothing was sold.
    pub never_came: bool,
    /// When its process ended by itself, …
    pub gone: Option<At>,
    /// … and with which code, where it said one.
    pub gone_code: Option<i32>,
    /// What it met and where, and what it did that makes no sense, how often.
    pub met: Vec<(Met, Address, u64)>,
    /// What looks as if somebody had acted by means of their own.
    pub looks: Vec<LooksAs>,
}

/// Something that looks as if somebody had acted on a channel by means of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LooksAs {
    /// The channel.
    pub channel: ChannelId,
    /// As if what had been done.
    pub like: LooksLike,
    /// Since when.
    pub from: At,
    /// Until when; none: until the end of the record.
    pub until: Option<At>,
}

/// What seems to have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksLike {
    /// Its stock was set to nothing.
    StockZeroed,
    /// Its updates were stopped.
    CallsStopped,
}
