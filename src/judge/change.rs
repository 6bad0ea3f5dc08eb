//! Owns a change at the source on its way to a channel, and the lag that it took. Must not know how
//! lags are found (`lag`) or counted (`tally`).

use crate::ids::{ChannelId, Version};
use crate::units::{At, Span};

/// A change that a channel has yet to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) version: Version,
    /// When the lag starts.
    pub(super) start: At,
    /// When the order that caused it was accepted, on another channel; never: no order did.
    pub(super) sold: At,
    /// The source's fact.
    pub(super) seq: u64,
    /// The promotion whose edge it is, counted from 1; 0 is an everyday change.
    pub(super) promotion: u16,
}

/// A change whose lag is known, or bounded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lag {
    pub(super) channel: ChannelId,
    pub(super) change: Change,
    /// The lag is longer than this, or equal; none: longer than anything (never, at quiet).
    pub(super) low: Option<Span>,
    /// It is at most this; none: not seen.
    pub(super) high: Option<Span>,
}
