//! Owns the table of windows: the campaign over time, a row a window of the run or of a channel.
//! Must not know how windows come about; it reads them from the summary.

use super::cell::{Cell, Column, int, text};
use super::output::WriteError;
use super::sheet::Sheet;
use crate::report::Summary;
use crate::report::summary::series::Window;

/// A window of one scope.
pub(super) struct Row<'s> {
    channel: Option<&'s str>,
    place: u64,
    width_us: u64,
    window: Window,
}

impl Row<'_> {
    /// What is measured on the run as a whole only.
    fn run_only<'c>(&self, value: impl Into<Cell<'c>>) -> Cell<'c> {
        if self.channel.is_none() { value.into() } else { Cell::Empty }
    }
}

/// Writes the windows of the run, then those of each channel.
pub(super) fn write<'s>(
    sheet: &mut Sheet<Row<'s>>,
    summary: &'s Summary,
) -> Result<(), WriteError> {
    let width_us = summary.series.width_us;
    let channels = summary.channels.iter().map(|channel| Some(&*channel.name));
    let scopes = std::iter::once((None, &summary.series.run));
    for (channel, windows) in scopes.chain(channels.zip(&summary.series.channels)) {
        for (place, window) in (0..).zip(windows) {
            sheet.row(&Row { channel, place, width_us, window: *window })?;
        }
    }
    Ok(())
}

/// Every column, in order.
pub(super) fn columns<'s>() -> Vec<Column<Row<'s>>> {
    let mut columns = counts();
    columns.extend(states());
    columns
}

fn counts<'s>() -> Vec<Column<Row<'s>>> {
    vec![
        text("channel", "The channel; empty is the whole run", |r| r.channel.into()),
        int("from_us", "The window's start, campaign time", |r| (r.place * r.width_us).into()),
        int("until_us", "Its end, not included", |r| ((r.place + 1) * r.width_us).into()),
        int("offered", "Orders wanted", |r| r.window.offered.into()),
        int("sent", "Calls sent", |r| r.window.sent.into()),
        int("answered", "Calls answered", |r| r.window.answered.into()),
        int("accepted", "Orders accepted", |r| r.window.accepted.into()),
        int("refused", "Orders turned away", |r| r.window.refused.into()),
        int("oversold_units", "Units oversold by orders accepted in the window", |r| {
            Cell::Int(r.window.oversold)
        }),
        int("cancelled", "Orders accepted in the window that were cancelled for stock", |r| {
            r.window.cancelled.into()
        }),
        int("due", "Orders that became ours to fulfil in the window", |r| r.window.due.into()),
        int("handed_off", "Of them in the OMS by the deadline", |r| r.window.handed_off.into()),
    ]
}

fn states<'s>() -> Vec<Column<Row<'s>>> {
    vec![
        int("sync_lag_changes", "Stock changes made in the window whose lag is known", |r| {
            r.window.sync_lag.count.into()
        }),
        int("sync_lag_p50_us", "Their sync lag, median; one never shown counts as its age", |r| {
            r.window.sync_lag.p50_us.into()
        }),
        int("sync_lag_p95_us", "… 95th percentile", |r| r.window.sync_lag.p95_us.into()),
        int("sync_lag_p99_us", "… 99th percentile", |r| r.window.sync_lag.p99_us.into()),
        int("sync_lag_max_us", "… the longest", |r| r.window.sync_lag.max_us.into()),
        int("oldest_unshown_us", "Age of the oldest change not yet shown at its end", |r| {
            r.window.oldest_unshown_us.into()
        }),
        int("queue_depth", "Deepest queue of jobs seen; the run only", |r| {
            r.run_only(r.window.queue_depth)
        }),
        int("busy_ppm", "Busiest share of workers seen, parts per million; the run only", |r| {
            r.run_only(r.window.busy_ppm)
        }),
        int("in_flight", "Most calls in flight; the run only", |r| r.run_only(r.window.in_flight)),
        int("lateness_wall_p99_us", "p99 of sends' lateness, wall time; the run only", |r| {
            r.run_only(r.window.lateness_wall_p99_us)
        }),
    ]
}
