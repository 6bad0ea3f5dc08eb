//! Owns what summary.json says of the load: how honest it was, and what befell the harness itself.
//! Must not know gates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::measured::Percentiles;
use super::mirror::{Stated, mirror, stated};
use crate::judge::judgement as judged;

stated! {
    /// How honest the load was: `offered` = `answered` + `resolved` + `unknown` + `unsent`.
    #[derive(Copy)]
    Load from judged::LoadHonesty {
        /// Calls that were due.
        offered: u64,
        /// Sent.
        sent: u64,
        /// Answered done or refused.
        answered: u64,
        /// Sent, and the outcome stayed unknown: failed, timed out or still open.
        unknown: u64,
        /// Due and not sent.
        unsent: u64,
        /// Resolved afterwards by looking.
        resolved: u64,
        /// Sent and not answered in time, whatever was found out later.
        #[serde(default)]
        silent: u64,
        /// … and these are too many.
        #[serde(default)]
        unanswered: bool,
        /// Lateness of sends, wall time.
        lateness_wall: Percentiles,
        /// Most calls in flight at once.
        in_flight_max: u64,
        /// The longest stall of the driver's loop, wall microseconds.
        stall_wall_us_max(stall_wall_max): u64,
        /// Exchange time of load calls, wall time.
        exchange_wall: Percentiles,
        /// The generator fell behind its schedule.
        saturated: bool,
        /// The clock ran too fast for what was played.
        too_coarse: bool,
        /// … and what was furthest beyond what it may be; absent where nothing was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coarse: Option<Coarse>,
        /// What befell the harness itself.
        #[serde(default)]
        harness: Harness,
    }
}

stated! {
    /// What took too long for a run's clock.
    #[derive(Copy)]
    Coarse from judged::Coarse {
        /// What it was.
        what: TookTooLong,
        /// How long: wall microseconds, of a step back campaign microseconds.
        took_us(took): u64,
        /// The fastest speed at which it would not have been too long, in thousandths.
        speed_milli_max: Option<u64>,
    }
}

mirror! {
    /// What can take too long for a run's clock.
    TookTooLong from judged::TookTooLong {
        /// Nobody knows: the record has times of the wall and no speed.
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
}

stated! {
    /// What befell the harness itself: never the doing of the systems played.
    #[derive(Copy, Default)]
    Harness from judged::HarnessSeen {
        /// Calls of connectors and webhooks that found no connection; load calls are *unsent*.
        never_left: u64,
        /// Connections that a listener turned away.
        turned_away: u64,
        /// Connections that could not be accepted for want of descriptors.
        not_accepted: u64,
        /// Panics of a machine.
        panicked: u64,
        /// Calls by strangers, refused.
        strangers: u64,
        /// Strangers' connections closed to make room.
        evicted: u64,
        /// Facts after the end of the record, not judged.
        after_end: u64,
        /// Failures may be its doing: they are held against nobody.
        touched: bool,
    }
}
