//! Owns the chart of orders offered, accepted and refused. Must not draw.

use super::buckets::Buckets;
use super::canvas::{BLUE, GREEN, VERMILLION};
use super::frame::{Line, Panel};
use super::ticks::Measured;
use super::{bucket_words, subtitle};
use crate::report::summary::Summary;
use crate::report::words::number::{clock, count, share, span};
use crate::units::Ppm;

pub(super) fn panel(summary: &Summary, buckets: &Buckets) -> Panel {
    Panel {
        key: "orders",
        title: finding(summary),
        subtitle: subtitle(
            summary,
            "Orders offered by shoppers, accepted and refused by the channels",
            &bucket_words(summary, buckets, "the sum"),
        ),
        measured: Measured::Count,
        from: 0,
        until: 0,
        lines: vec![
            Line::of("offered", BLUE, buckets, |w| Some(w.offered)),
            Line::of("accepted", GREEN, buckets, |w| Some(w.accepted)),
            Line::of("refused", VERMILLION, buckets, |w| Some(w.refused)),
        ],
        thresholds: Vec::new(),
    }
}

fn finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let busiest = (0..windows.len()).max_by_key(|&at| (windows[at].offered, usize::MAX - at));
    let Some(busiest) = busiest.filter(|&at| windows[at].offered > 0) else {
        return "No order was offered".to_owned();
    };
    let at_us = summary.series.width_us * busiest as u64;
    let refused: u64 = windows.iter().map(|w| w.refused).sum();
    let offered: u64 = windows.iter().map(|w| w.offered).sum();
    let turned = match refused {
        0 => "none was turned away".to_owned(),
        n => format!("{} ({}) turned away", count(n), share(Ppm::of(n, offered).0)),
    };
    format!(
        "Orders peaked at {} in {} at {}; {turned}",
        count(windows[busiest].offered),
        span(summary.series.width_us),
        clock(at_us),
    )
}
