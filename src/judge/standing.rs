//! Owns where one gate stands as far as it stands alone, and the scope it is held on. Must not know
//! how a kind of gate is counted (`gates`, `shares`).

use super::closing::Closing;
use super::judgement::{Band, Count, GateResult, Measure, Pool};
use crate::history::charter::Gate;
use crate::ids::ChannelId;
use crate::units::Span;

/// Fewest bad events that fail a gate: fewer are an accident, not a habit.
pub(super) const EVENTS_MIN: u64 = 5;

/// A gate as far as it stands alone: a share still waits for Holm's rule over the whole family.
pub(super) struct Standing {
    pub(super) result: GateResult,
    /// The p-value of "the share does not exceed the limit"; none: this gate does not fail so.
    pub(super) p_value: Option<f64>,
}

/// A gate of which nothing is known but its band.
pub(super) fn blank(gate: &Gate, channel: Option<ChannelId>, band: Band) -> GateResult {
    GateResult {
        kpi: gate.kpi,
        channel,
        limits: gate.limits,
        band,
        value: Measure::Lag(Some(Span::ZERO)),
        low: Measure::Absent,
        high: Measure::Absent,
        samples: 0,
        independent: 0,
        samples_needed: 0,
        bad: Count::default(),
        first_bad: None,
        owner: String::new(),
        accepted: None,
        impact: None,
        pool: Pool::default(),
    }
}

/// The channels of a scope, by place.
pub(super) fn scoped(closing: &Closing, channel: Option<ChannelId>) -> impl Iterator<Item = usize> {
    let channels = 0..closing.run.charter.channels.len();
    channels.filter(move |&i| channel.is_none_or(|channel| channel.index() == i))
}
