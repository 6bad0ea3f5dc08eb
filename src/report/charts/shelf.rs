//! Owns the chart of shelf lag: how long after a sale the other channels stop offering what it
//! took, against how much of that is sync lag. Must not draw.

use super::buckets::Buckets;
use super::colour::{BLUE, VERMILLION};
use super::picture::{Band, Line, Panel, Picture};
use super::ticks::{Measured, level};
use super::{bucket_words, by_channel, subtitle};
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
        Line::new("source → shelf", BLUE, source),
        Line::new("sale → shelf", VERMILLION, shelf),
    ]);
    run.bands.push(Band {
        name: "sale p50–p99".to_owned(),
        channel: None,
        colour: VERMILLION,
        percent: 16,
        low: ("sale → shelf p50".to_owned(), buckets.run(|w| w.shelf_lag.p50_us.map(level))),
        high: ("sale → shelf p99".to_owned(), buckets.run(|w| w.shelf_lag.p99_us.map(level))),
    });
    let channels = Panel::new("Sale → shelf p95, by channel that has to show it", Measured::Lag);
    let channels = by_channel(summary, buckets, channels, |w| w.shelf_lag.p95_us.map(level));
    Some(Picture {
        key: "shelf-lag".to_owned(),
        title: finding(summary),
        subtitle: subtitle(
            summary,
            "From an order's acceptance to every other channel's offer, and from the source's \
             record of it on; what lies between is the wait before the source knows",
            &bucket_words(summary, buckets, "the worst"),
        ),
        along: buckets.along(),
        panels: std::iter::once(run).chain(channels).collect(),
    })
}

fn finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let shelf = |at: usize| windows[at].shelf_lag.p95_us.unwrap_or(0);
    let worst = (0..windows.len()).max_by_key(|&at| (shelf(at), usize::MAX - at));
    let Some(worst) = worst else {
        return "No sale had to be shown elsewhere".to_owned();
    };
    let at = clock(summary.series.width_us * worst as u64);
    let said = format!("A sale took up to {} to reach the other shelves", span(shelf(worst)));
    // Percentiles do not add up: only a whole that is clearly longer is said to be so.
    match windows[worst].sync_lag.p95_us {
        Some(sync) if sync < shelf(worst) => format!(
            "{said} (p95 at {at}); {} when counted from the source's record of it",
            span(sync),
        ),
        _ => format!("{said} (p95 at {at})"),
    }
}
