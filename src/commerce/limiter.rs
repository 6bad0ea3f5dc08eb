//! Owns limits on calls: token bucket, leaky bucket, fixed window, daily quota, calls in flight.
//! Must not know who is limited; time is an argument and all arithmetic is in integers.

use crate::units::{At, Span};

/// A limit, already valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimiterTerms {
    /// How it limits.
    pub kind: LimiterKind,
    /// Which calls it counts; empty counts all.
    pub on: Vec<LimitedOp>,
    /// Whether a throttled caller is told how long to wait.
    pub tells_retry_after: bool,
}

/// What a limiter can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitedOp {
    /// Stock updates.
    Stock,
    /// Price updates.
    Price,
    /// Listing updates.
    Listing,
    /// Reading orders or changes.
    Read,
    /// Cancellations.
    Cancel,
    /// Handoffs, reservations and releases.
    Order,
}

/// How a limit limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimiterKind {
    /// A token bucket: `burst` calls at once, refilled by one every `every`.
    TokenBucket {
        /// Tokens it holds.
        burst: u32,
        /// Time to gain one.
        every: Span,
    },
    /// A leaky bucket as a meter: each call adds one, one leaks every `every`, full refuses.
    LeakyBucket {
        /// What it holds.
        size: u32,
        /// Time to leak one.
        every: Span,
    },
    /// At most `calls` in each window of this width, windows touching from the start.
    FixedWindow {
        /// Calls a window.
        calls: u32,
        /// The width.
        window: Span,
    },
    /// At most `calls` a civil day, `first_reset` after the campaign's start for the first time.
    DailyQuota {
        /// Calls a day.
        calls: u32,
        /// When the first day of the campaign ends.
        first_reset: At,
    },
    /// At most `calls` answered at the same time; each holds its place for `holds`.
    InFlight {
        /// Calls at once.
        calls: u32,
        /// How long a call holds its place.
        holds: Span,
    },
}
