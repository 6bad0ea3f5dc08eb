//! Owns the shape of what is known of a connector from outside. Must not know how it is found.

use crate::history::fact::{Address, Met};
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
}
