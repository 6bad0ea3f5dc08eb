//! Owns the table of gates: each gate on the run and on each channel, as the summary has them.
//! Must not judge.

use super::cell::{Cell, Column, flag, int, money, text};
use super::output::WriteError;
use super::sheet::Sheet;
use crate::history::codes::code;
use crate::report::Summary;
use crate::report::summary::gate::{Gate, Limits, Value};

/// A gate of one scope.
pub(super) struct Row<'s>(&'s Gate);

/// Writes every gate.
pub(super) fn write<'s>(
    sheet: &mut Sheet<Row<'s>>,
    summary: &'s Summary,
) -> Result<(), WriteError> {
    summary.gates.iter().try_for_each(|gate| sheet.row(&Row(gate)))
}

/// A number in the gate's unit; none where nothing was measured or nothing was seen to happen.
fn number(value: Value) -> Cell<'static> {
    match value {
        Value::LagUs(us) => us.into(),
        Value::SharePpm(ppm) => ppm.into(),
        Value::LaterThanObserved | Value::Absent => Cell::Empty,
    }
}

fn edges(limits: Limits) -> (&'static str, &'static str, u64, u64) {
    match limits {
        Limits::LagP95Us { healthy, watch } => ("us", "at most", healthy, watch),
        Limits::AtMostPpm { healthy, watch } => ("ppm", "at most", healthy.into(), watch.into()),
        Limits::AtLeastPpm { healthy, watch } => ("ppm", "at least", healthy.into(), watch.into()),
    }
}

/// Every column, in order.
pub(super) fn columns<'s>() -> Vec<Column<Row<'s>>> {
    let mut columns = stands();
    columns.extend(rests());
    columns
}

fn stands<'s>() -> Vec<Column<Row<'s>>> {
    vec![
        text("kpi", "What is gated, by its key in scenarios", |r| code(&r.0.kpi).into()),
        text("channel", "The channel; empty is the whole run", |r| r.0.channel.as_deref().into()),
        text("band", "`healthy`, `watch`, `failed` or `not_proved`", |r| code(&r.0.band).into()),
        text("because", "Why it is not proved: `too_few_samples`, `not_exercised`, …", |r| {
            r.0.because.as_ref().map(code).into()
        }),
        text("unit", "Unit of the numbers: `us` (a 95th percentile) or `ppm` (a share)", |r| {
            edges(r.0.limits).0.into()
        }),
        int("value", "The value seen; empty: nothing measured, or later than observed", |r| {
            number(r.0.value)
        }),
        int("low", "Its lower bound", |r| number(r.0.low)),
        int("high", "Its upper bound; empty also when later than observed", |r| number(r.0.high)),
        flag("beyond_observation", "The upper bound is later than the end of observation", |r| {
            (r.0.high == Value::LaterThanObserved).into()
        }),
        text("direction", "The value should be `at most` or `at least` its limits", |r| {
            edges(r.0.limits).1.into()
        }),
        int("healthy_limit", "Healthy up to (down to) here", |r| edges(r.0.limits).2.into()),
        int("watch_limit", "Watch up to (down to) here, failed beyond", |r| {
            edges(r.0.limits).3.into()
        }),
    ]
}

fn rests<'s>() -> Vec<Column<Row<'s>>> {
    vec![
        int("samples", "Orders or changes it rests on", |r| r.0.samples.into()),
        int("samples_needed", "Samples that healthy needs at the events seen; 0: enough", |r| {
            r.0.samples_needed.into()
        }),
        int("bad_definite", "Bad events, at least", |r| r.0.bad.definite.into()),
        int("bad_possible", "Bad events, at most", |r| r.0.bad.possible.into()),
        int("first_bad_seq", "The first fact that counts against it: `seq` of facts", |r| {
            r.0.first_bad.map(|witness| witness.seq).into()
        }),
        int("first_bad_us", "When that was, campaign time", |r| {
            r.0.first_bad.map(|witness| witness.at_us).into()
        }),
        money("money", "Money that the bad events stand for", |r| Cell::Money(r.0.money)),
        text("owner", "The team that answers", |r| (&*r.0.owner).into()),
        flag("risk_accepted", "An accepted risk covers it", |r| r.0.accepted_risk.is_some().into()),
    ]
}
