//! Owns what is found of the load's honesty: calls due and sent, lateness, what took too long for
//! the clock, what befell the harness itself. Must not know how it is found.

use super::Percentiles;
use crate::units::Span;

/// How honest the load was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadHonesty {
    /// Calls that were due.
    pub offered: u64,
    /// Sent.
    pub sent: u64,
    /// Answered done or refused.
    pub answered: u64,
    /// Of the sent, those whose outcome stayed unknown (failed, timed out, still open).
    pub unknown: u64,
    /// Due and not sent.
    pub unsent: u64,
    /// Resolved afterwards.
    pub resolved: u64,
    /// Sent and never answered in time, resolved or not.
    pub silent: u64,
    /// … and these are too many.
    pub unanswered: bool,
    /// Lateness of sends, wall time.
    pub lateness_wall: Percentiles,
    /// Most calls in flight at once.
    pub in_flight_max: u64,
    /// The longest stall of the driver's loop, wall time.
    pub stall_wall_max: Span,
    /// Exchange time of load calls, wall time.
    pub exchange_wall: Percentiles,
    /// The generator fell behind.
    pub saturated: bool,
    /// The clock ran too fast for what was played.
    pub too_coarse: bool,
    /// … and what was furthest beyond what it may be.
    pub coarse: Option<Coarse>,
    /// What befell the harness itself.
    pub harness: HarnessSeen,
}

/// What took too long for a run's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coarse {
    /// What it was.
    pub what: TookTooLong,
    /// How long: wall time, of a step back campaign time.
    pub took: Span,
    /// The fastest speed at which it would not have been too long, in thousandths.
    pub speed_milli_max: Option<u64>,
}

/// What can take too long for a run's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TookTooLong {
    /// Nobody knows: the record has times of the wall and no speed.
    #[default]
    Unpaced,
    /// Half of all exchanges.
    Exchanges,
    /// One exchange in a hundred.
    SlowExchanges,
    /// Sends after they were due, in the mean.
    Sends,
    /// One send in a hundred.
    LateSends,
    /// A stall of the driver.
    Stall,
    /// A step back between two facts.
    StepBack,
}

/// What befell the harness itself: never the doing of the systems played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HarnessSeen {
    /// Calls of connectors and webhooks that found no connection. Load calls are *unsent*.
    pub never_left: u64,
    /// Connections that a listener turned away.
    pub turned_away: u64,
    /// Connections that could not be accepted.
    pub not_accepted: u64,
    /// Panics of a machine.
    pub panicked: u64,
    /// Calls by strangers, refused.
    pub strangers: u64,
    /// Strangers' connections closed to make room.
    pub evicted: u64,
    /// Facts after the end of the record, not judged.
    pub after_end: u64,
    /// Failures may be its doing: they are not held against anybody.
    pub touched: bool,
}
