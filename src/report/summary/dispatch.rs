//! Owns what summary.json says of orders whose channel is to be told that we accept them, or that
//! they have left.
//! Must not count anything.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gate::Count;
use super::measured::Percentiles;
use super::mirror::Stated;
use crate::history::charter::Charter;
use crate::ids::ChannelId;
use crate::judge::judgement as judged;
use crate::units::Ppm;

/// Dispatch within promise, on a channel that asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dispatch {
    /// The channel is to be told so many microseconds after an order is ours that it has left.
    pub within_us: u64,
    /// The share of late ones, in parts per million, from which on it holds them against us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_max_ppm: Option<u32>,
    /// Orders that were ours, without those that it released before they were due.
    pub orders: u64,
    /// It was told of these in time.
    pub in_time: u64,
    /// It was not; possible are those too that were not due when observation ended.
    pub late: Count,
    /// The share told in time, were all late that may be; absent where there was no order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_ppm: Option<u32>,
    /// The same, were none late but those that definitely are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_ppm: Option<u32>,
    /// It was told of these before they had left; they count by when they did.
    pub told_ahead: u64,
    /// From ours to told.
    pub took: Percentiles,
}

impl Dispatch {
    /// Of the channel at a place; none where it asks for nothing.
    pub(super) fn of(
        charter: &Charter,
        all: &[judged::Dispatched],
        place: usize,
    ) -> Option<Dispatch> {
        let of = all.iter().find(|of| of.channel == ChannelId(place as u16))?;
        let share = |good: u64| (of.orders > 0).then(|| Ppm::of(good, of.orders).0);
        Some(Dispatch {
            within_us: of.within.0,
            late_max_ppm: of.late_max.map(|most| most.0),
            orders: of.orders,
            in_time: of.in_time,
            late: of.late.state(charter),
            low_ppm: share(of.orders - of.late.possible),
            high_ppm: share(of.orders - of.late.definite),
            told_ahead: of.ahead,
            took: of.took.state(charter),
        })
    }

    /// Orders that were not due when observation ended.
    pub fn open(&self) -> u64 {
        self.late.possible.saturating_sub(self.late.definite)
    }
}

/// Acceptance in time, on a channel whose orders wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acceptance {
    /// The channel waits so many microseconds, and cancels the order then.
    pub within_us: u64,
    /// Orders that waited, without those that their shoppers cancelled meanwhile.
    pub orders: u64,
    /// We accepted these in time.
    pub in_time: u64,
    /// We did not; possible are those too that still had time when observation ended.
    pub late: Count,
    /// The channel cancelled these of them for it.
    pub cancelled: u64,
    /// From placed to accepted, of those we accepted.
    pub took: Percentiles,
}

impl Acceptance {
    /// Of the channel at a place; none where orders do not wait.
    pub(super) fn of(
        charter: &Charter,
        all: &[judged::AcceptedOnes],
        place: usize,
    ) -> Option<Acceptance> {
        let of = all.iter().find(|of| of.channel == ChannelId(place as u16))?;
        Some(Acceptance {
            within_us: of.within.0,
            orders: of.orders,
            in_time: of.in_time,
            late: of.late.state(charter),
            cancelled: of.cancelled,
            took: of.took.state(charter),
        })
    }
}
