//! Owns the chart of shelf lag: how long after a sale the other channels stop offering what it
//! took, against how much of that is sync lag. Must not draw.

use super::buckets::Buckets;
use super::colour::{BLUE, VERMILLION};
use super::picture::{Panel, Picture, PlottedLine, Shade};
use super::ticks::{Measured, level};
use super::{by_channel, over_buckets};
use crate::report::summary::Summary;
use crate::report::words::number::{clock, span};

/// None when no sale had to be shown elsewhere: one channel, or nothing sold.
pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    if !summary.series.run.iter().any(|w| w.shelf_lag.count > 0) {
        return None;
    }
    let shelf = buckets.run(|w| w.shelf_lag.p95_us.map(level));
    let source = buckets.run(|w| w.sync_lag.p95_us.map(level));
    let mut run = Panel::new("All channels, p95", Measured::Lag).with([
        PlottedLine::new("source → shelf", BLUE, source),
        PlottedLine::new("sale → shelf", VERMILLION, shelf),
    ]);
    run.bands.push(Shade {
        name: "sale p50–p99".to_owned(),
        channel: None,
        colour: VERMILLION,
        percent: 16,
        low: ("sale → shelf p50".to_owned(), buckets.run(|w| w.shelf_lag.p50_us.map(level))),
        high: ("sale → shelf p99".to_owned(), buckets.run(|w| w.shelf_lag.p99_us.map(level))),
    });
    let channels = Panel::new("Sale → shelf p95, by channel that has to show it", Measured::Lag);
    let channels = by_channel(summary, buckets, channels, |w| w.shelf_lag.p95_us.map(level));
    let about =
        "p95 from a sale, and from the source's record of it, to the other channels' offers";
    let panels = std::iter::once(run).chain(channels).collect();
    Some(over_buckets(
        (summary, buckets),
        "shelf-lag",
        finding(summary),
        (about, "the worst"),
        panels,
    ))
}

fn finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let shelf = |at: usize| windows[at].shelf_lag.p95_us.unwrap_or(0);
    let worst = (0..windows.len()).max_by_key(|&at| (shelf(at), usize::MAX - at));
    let Some(worst) = worst else {
        return "No sale had to be shown elsewhere".to_owned();
    };
    let at = clock(summary.series.width_us * worst as u64);
    let said = format!(
        "In its worst {}, at {at}, a sale took {} to reach the other shelves (p95, all channels \
         together)",
        span(summary.series.width_us),
        span(shelf(worst)),
    );
    match slowest(summary) {
        Some((name, lag)) if lag > shelf(worst) => {
            format!("{said}; {name} alone took {} at worst", span(lag))
        }
        _ => said,
    }
}

/// The channel with the worst window.
fn slowest(summary: &Summary) -> Option<(&str, u64)> {
    let lags = summary.channels.iter().zip(&summary.series.channels).map(|(channel, windows)| {
        let lags = windows.iter().filter_map(|w| w.shelf_lag.p95_us);
        (channel.name.as_str(), lags.max().unwrap_or(0))
    });
    lags.max_by_key(|(_, lag)| *lag)
}
