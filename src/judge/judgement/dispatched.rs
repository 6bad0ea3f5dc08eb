//! Owns what is found of orders whose channels are to be told of them: that we accept them, that
//! they have left the building.
//! Must not know how it is found.

use super::{Count, Percentiles};
use crate::ids::ChannelId;
use crate::units::{Ppm, Span};

/// What became of a channel's orders that were to have left in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatched {
    /// The channel.
    pub channel: ChannelId,
    /// Told so long after an order is ours it is told in time.
    pub within: Span,
    /// The share of late ones from which on the channel holds it against us, where it says so.
    pub late_max: Option<Ppm>,
    /// Orders that were ours, without those that their channel released before they were due.
    pub orders: u64,
    /// It was told of these in time that they have left.
    pub in_time: u64,
    /// It was not; possible are those too that were not due when observation ended.
    pub late: Count,
    /// It was told of these before they had left; they count by when they did.
    pub ahead: u64,
    /// From ours to told, of those it was told of.
    pub took: Percentiles,
}

/// What became of a channel's orders that wait for us to accept them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedOnes {
    /// The channel.
    pub channel: ChannelId,
    /// It waits so long.
    pub within: Span,
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
