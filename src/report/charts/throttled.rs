//! Owns the chart of updates lost after throttling, by channel. Must not draw.

use super::buckets::Buckets;
use super::colour::VERMILLION;
use super::picture::{Look, Panel, Picture, PlottedLine};
use super::ticks::Measured;
use super::{by_channel, counted, over_buckets};
use crate::report::summary::Summary;
use crate::report::words::number::{clock, counted as things, span};

/// None when no update was lost.
pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    let windows = &summary.series.run;
    let first = windows.iter().position(|w| w.lost_after_throttling > 0)?;
    let lost: u64 = windows.iter().map(|w| w.lost_after_throttling).sum();
    let value = |w: &_| counted(lost_in(w));
    let panel = Panel::new("Updates lost", Measured::Count);
    let panel = by_channel(summary, buckets, panel.clone(), value).unwrap_or_else(|| {
        panel.with([PlottedLine::new("lost", VERMILLION, buckets.run(value)).looking(Look::Shaded)])
    });
    let title = format!(
        "{} given up after being throttled, the first in the {} from {}",
        things(lost, "update was", "updates were"),
        span(summary.series.width_us),
        clock(summary.series.width_us * first as u64),
    );
    let about =
        "Updates whose last attempt the channel throttled, by channel and when they were given up";
    Some(over_buckets((summary, buckets), "throttled", title, (about, "the sum"), vec![panel]))
}

fn lost_in(window: &crate::report::summary::series::Window) -> u64 {
    window.lost_after_throttling
}
