//! Owns what summary.json says of the load: how honest it was, and what befell the harness itself.
//! Must not know gates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::measured::Percentiles;
use crate::judge::judgement as judged;

/// How honest the load was: `offered` = `answered` + `resolved` + `unknown` + `unsent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Load {
    /// Calls that were due.
    pub offered: u64,
    /// Sent.
    pub sent: u64,
    /// Answered done or refused.
    pub answered: u64,
    /// Sent, and the outcome stayed unknown: failed, timed out or still open.
    pub unknown: u64,
    /// Due and not sent.
    pub unsent: u64,
    /// Resolved afterwards by looking.
    pub resolved: u64,
    /// Sent and not answered in time, whatever was found out later.
    #[serde(default)]
    pub silent: u64,
    /// … and these are too many.
    #[serde(default)]
    pub unanswered: bool,
    /// Lateness of sends, wall time.
    pub lateness_wall: Percentiles,
    /// Most calls in flight at once.
    pub in_flight_max: u64,
    /// The longest stall of the driver's loop, wall microseconds.
    pub stall_wall_us_max: u64,
    /// Exchange time of load calls, wall time.
    pub exchange_wall: Percentiles,
    /// The generator fell behind its schedule.
    pub saturated: bool,
    /// The clock ran too fast for what was played.
    pub too_coarse: bool,
    /// What befell the harness itself.
    #[serde(default)]
    pub harness: Harness,
}

/// What befell the harness itself: never the doing of the systems played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Harness {
    /// Calls of connectors and webhooks that found no connection; load calls are *unsent*.
    pub never_left: u64,
    /// Connections that a listener turned away.
    pub turned_away: u64,
    /// Connections that could not be accepted for want of descriptors.
    pub not_accepted: u64,
    /// Panics of a machine.
    pub panicked: u64,
    /// Calls by strangers, refused.
    pub strangers: u64,
    /// Strangers' connections closed to make room.
    pub evicted: u64,
    /// Facts after the end of the record, not judged.
    pub after_end: u64,
    /// Failures may be its doing: they are held against nobody.
    pub touched: bool,
}

impl From<judged::HarnessSeen> for Harness {
    fn from(seen: judged::HarnessSeen) -> Harness {
        Harness {
            never_left: seen.never_left,
            turned_away: seen.turned_away,
            not_accepted: seen.not_accepted,
            panicked: seen.panicked,
            strangers: seen.strangers,
            evicted: seen.evicted,
            after_end: seen.after_end,
            touched: seen.touched,
        }
    }
}

impl From<&judged::LoadHonesty> for Load {
    fn from(seen: &judged::LoadHonesty) -> Load {
        Load {
            offered: seen.offered,
            sent: seen.sent,
            answered: seen.answered,
            unknown: seen.unknown,
            unsent: seen.unsent,
            resolved: seen.resolved,
            silent: seen.silent,
            unanswered: seen.unanswered,
            lateness_wall: seen.lateness_wall.into(),
            in_flight_max: seen.in_flight_max,
            stall_wall_us_max: seen.stall_wall_max.0,
            exchange_wall: seen.exchange_wall.into(),
            saturated: seen.saturated,
            too_coarse: seen.too_coarse,
            harness: seen.harness.into(),
        }
    }
}
