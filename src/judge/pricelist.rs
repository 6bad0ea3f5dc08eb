//! Owns a list of a SKU's prices: in the order in which they are due, without those long past.
//! Must not know who charges them.

use std::collections::VecDeque;

use crate::history::charter::{PRICES_AHEAD_MAX, PRICES_IN_GRACE_MAX};
use crate::ids::Version;
use crate::units::{At, Money, Span};

/// Why a SKU's price list is beyond reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMany {
    /// More than [`PRICES_AHEAD_MAX`] are set ahead.
    Ahead,
    /// More than [`PRICES_IN_GRACE_MAX`] came into force within the grace.
    InGrace,
}

/// A price and when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) start: At,
    pub(super) version: Version,
    pub(super) price: Money,
}

/// Puts a price where it belongs; what ended before the grace is forgotten.
pub(super) fn add(
    schedule: &mut VecDeque<Point>,
    point: Point,
    grace: Span,
    now: At,
) -> Result<(), TooMany> {
    let grace_from = At(now.0.saturating_sub(grace.0));
    let ended = schedule.iter().skip(1).take_while(|next| next.start < grace_from).count();
    schedule.drain(..ended);
    let in_force = schedule.partition_point(|p| p.start <= now);
    if point.start > now && schedule.len() - in_force >= PRICES_AHEAD_MAX {
        return Err(TooMany::Ahead);
    }
    if in_force >= PRICES_IN_GRACE_MAX {
        return Err(TooMany::InGrace);
    }
    let order = |p: &Point| (p.start, p.version) <= (point.start, point.version);
    let place = schedule.partition_point(order);
    schedule.insert(place, point);
    Ok(())
}

/// Each price with the moment it stops being intended, but for those that had stopped when the
/// first `begun` of them had begun: a long list is not walked for its end.
pub(super) fn segments(
    schedule: &VecDeque<Point>,
    begun: usize,
) -> impl Iterator<Item = (&Point, At)> + Clone {
    let first = begun.saturating_sub(1);
    let ends = schedule.range((first + 1).min(schedule.len())..).map(|next| next.start);
    let ends = ends.chain([At::NEVER]);
    schedule.range(first.min(schedule.len())..).zip(ends).filter(|(p, end)| p.start < *end)
}
