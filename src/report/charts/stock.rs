//! Owns the charts of stock: sync lag, the queue behind it, and what it let be oversold.
//! Must not draw.

use super::buckets::Buckets;
use super::canvas::{BLUE, GREEN, PURPLE, VERMILLION};
use super::frame::{Line, Panel, Threshold};
use super::ticks::Measured;
use super::{bucket_words, subtitle};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::words;
use crate::report::words::number::{clock, count, counted, span};

/// A threshold this many times above everything measured would flatten the lines: it is named in
/// the subtitle instead.
const OFF_THE_SCALE: u64 = 4;

pub(super) fn lag_panel(summary: &Summary, buckets: &Buckets) -> Panel {
    let lag_limits = lag_limits(summary);
    let mut panel = Panel {
        key: "sync-lag",
        title: lag_finding(summary, lag_limits),
        subtitle: String::new(),
        measured: Measured::Lag,
        from: 0,
        until: 0,
        lines: vec![
            Line::of("p50", GREEN, buckets, |w| w.sync_lag.p50_us),
            Line::of("p95", BLUE, buckets, |w| w.sync_lag.p95_us),
            Line::of("p99", PURPLE, buckets, |w| w.sync_lag.p99_us),
            Line::of("oldest unshown", VERMILLION, buckets, |w| {
                (w.sync_lag.count > 0 || w.oldest_unshown_us > 0).then_some(w.oldest_unshown_us)
            }),
        ],
        thresholds: Vec::new(),
    };
    let highest = panel.highest();
    let edges = lag_limits.map(|(healthy, watch)| [("healthy", healthy), ("watch", watch)]);
    let mut off_scale = String::new();
    for (name, value) in edges.into_iter().flatten() {
        let name = format!("{name} up to {}", span(value));
        if value <= highest.saturating_mul(OFF_THE_SCALE) {
            panel.until = panel.until.max(value);
            panel.thresholds.push(Threshold { name, value });
        } else {
            off_scale = format!("{off_scale} · {name} is off the scale");
        }
    }
    let about =
        "From stock change to channel, by when it was made, and the oldest change not shown";
    let buckets = bucket_words(summary, buckets, "the worst");
    panel.subtitle = subtitle(summary, about, &buckets) + &off_scale;
    panel
}

fn lag_limits(summary: &Summary) -> Option<(u64, u64)> {
    let gate = summary.gates.iter().find(|g| g.kpi == Kpi::SyncLag && g.channel.is_none())?;
    match gate.limits {
        Limits::LagP95Us { healthy, watch } => Some((healthy, watch)),
        Limits::AtMostPpm { .. } | Limits::AtLeastPpm { .. } => None,
    }
}

/// The lag of a window as an alert would see it: the p95 of its changes, or the age of the oldest
/// not yet shown, whichever is worse (docs/measures.md, faults and recovery).
fn lag_finding(summary: &Summary, limits: Option<(u64, u64)>) -> String {
    let windows = &summary.series.run;
    let lag =
        |at: usize| windows[at].sync_lag.p95_us.unwrap_or(0).max(windows[at].oldest_unshown_us);
    let seen = windows.iter().any(|w| w.sync_lag.count > 0 || w.oldest_unshown_us > 0);
    let Some(worst) = (0..windows.len()).max_by_key(|&at| (lag(at), usize::MAX - at)) else {
        return "No stock change was seen".to_owned();
    };
    if !seen {
        return "No stock change was seen".to_owned();
    }
    let when = |at: usize| clock(summary.series.width_us * at as u64);
    let Some((healthy, watch)) = limits else {
        return format!("Sync lag peaked at {} at {}", span(lag(worst)), when(worst));
    };
    let first_over = |edge: u64| (0..windows.len()).find(|&at| lag(at) > edge);
    match (first_over(healthy), first_over(watch)) {
        (_, Some(over)) => format!(
            "Sync lag left the watch band ({}) at {} and peaked at {} at {}",
            span(watch),
            when(over),
            span(lag(worst)),
            when(worst),
        ),
        (Some(over), None) => format!(
            "Sync lag left the healthy band ({}) at {} and peaked at {}, within the watch band",
            span(healthy),
            when(over),
            span(lag(worst)),
        ),
        (None, None) => format!(
            "Sync lag stayed healthy: never above {}, against {}",
            span(lag(worst)),
            span(healthy),
        ),
    }
}

pub(super) fn queue_panel(summary: &Summary, buckets: &Buckets) -> Panel {
    Panel {
        key: "queue",
        title: queue_finding(summary),
        subtitle: subtitle(
            summary,
            "Jobs waiting in the connectors, all partitions together",
            &bucket_words(summary, buckets, "the deepest"),
        ),
        measured: Measured::Count,
        from: 0,
        until: 0,
        lines: vec![
            Line::of("jobs waiting", BLUE, buckets, |w| Some(w.queue_depth.into())).shaded(),
        ],
        thresholds: Vec::new(),
    }
}

/// A queue that falls to this share of its peak has drained.
const DRAINED_SHARE: u32 = 20;

fn queue_finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let deepest = (0..windows.len()).max_by_key(|&at| (windows[at].queue_depth, usize::MAX - at));
    let Some(deepest) = deepest.filter(|&at| windows[at].queue_depth > 0) else {
        return "No job was seen waiting".to_owned();
    };
    let when = |at: usize| clock(summary.series.width_us * at as u64);
    let depth = windows[deepest].queue_depth;
    let drained = (deepest..windows.len()).find(|&at| {
        windows[at].queue_depth <= depth / DRAINED_SHARE || windows[at].queue_depth == 0
    });
    let jobs = counted(depth.into(), "job", "jobs");
    match drained {
        _ if depth < DRAINED_SHARE => format!("The queue never held more than {jobs}"),
        Some(at) => {
            format!("The queue reached {jobs} at {} and had drained by {}", when(deepest), when(at))
        }
        None => format!(
            "The queue reached {jobs} at {} and had not drained when the record ends",
            when(deepest),
        ),
    }
}

pub(super) fn oversold_panel(summary: &Summary, buckets: &Buckets) -> Panel {
    let units = |units: i64| units.max(0).unsigned_abs();
    Panel {
        key: "oversold",
        title: oversold_finding(summary),
        subtitle: subtitle(
            summary,
            "Units oversold, and orders later cancelled for want of stock, by time of acceptance",
            &bucket_words(summary, buckets, "the sum"),
        ),
        measured: Measured::Count,
        from: 0,
        until: 0,
        lines: vec![
            Line::of("units oversold", VERMILLION, buckets, |w| Some(units(w.oversold))).shaded(),
            Line::of("orders cancelled", BLUE, buckets, |w| Some(w.cancelled)),
        ],
        thresholds: Vec::new(),
    }
}

fn oversold_finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let units: u64 = windows.iter().map(|w| w.oversold.max(0).unsigned_abs()).sum();
    let cancelled: u64 = windows.iter().map(|w| w.cancelled).sum();
    let first = windows.iter().position(|w| w.oversold > 0);
    let orders = match cancelled {
        0 => "no order was cancelled for want of stock".to_owned(),
        1 => "1 order was cancelled for want of stock".to_owned(),
        n => format!("{} orders were cancelled for want of stock", count(n)),
    };
    match first {
        Some(at) => format!(
            "{} oversold, from {} on; {orders}",
            counted(units, "unit was", "units were"),
            clock(summary.series.width_us * at as u64),
        ),
        None if summary.totals.accepted == 0 => words::not_oversold(summary).to_owned(),
        None => format!("{}; {orders}", words::not_oversold(summary)),
    }
}
