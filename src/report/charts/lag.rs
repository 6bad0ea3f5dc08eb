//! Owns the chart of sync lag: how long channels go on offering what is no longer so. Must not
//! draw.

use super::buckets::Buckets;
use super::colour::{BLUE, VERMILLION};
use super::picture::{Panel, Picture, PlottedLine, Shade, Threshold};
use super::ticks::{Measured, level};
use super::{by_channel, over_buckets};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Kpi, Limits, Value};
use crate::report::summary::measured::Percentiles;
use crate::report::summary::series::Window;
use crate::report::words::number::{clock, span};

/// A threshold this many times above everything measured would flatten the lines: it is named in
/// the subtitle instead.
const OFF_THE_SCALE: i64 = 4;

pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    if !summary.series.run.iter().any(seen) {
        return None;
    }
    let limits = limits(summary);
    let mut run = Panel::new("All channels", Measured::Lag).with([
        PlottedLine::new("p95", BLUE, buckets.run(|w| w.sync_lag.p95_us.map(level))),
        PlottedLine::new("oldest unshown", VERMILLION, buckets.run(oldest)),
    ]);
    run.bands.push(spread(buckets, |w| &w.sync_lag));
    let channels = Panel::new("p95 by channel", Measured::Lag);
    let channels = by_channel(summary, buckets, channels, |w| w.sync_lag.p95_us.map(level));
    let mut panels: Vec<Panel> = std::iter::once(run).chain(channels).collect();
    let mut off_scale = String::new();
    for (place, panel) in panels.iter_mut().enumerate() {
        let named = bounded(panel, limits);
        off_scale = if place == 0 { named } else { off_scale };
    }
    let about =
        "From stock change to channel, by when it was made, and the oldest change not shown";
    let title = finding(summary, limits);
    let picture = over_buckets((summary, buckets), "sync-lag", title, (about, "the worst"), panels);
    Some(Picture { subtitle: picture.subtitle.clone() + &off_scale, ..picture })
}

fn seen(window: &Window) -> bool {
    window.sync_lag.count > 0 || window.oldest_unshown_us > 0
}

fn oldest(window: &Window) -> Option<i64> {
    seen(window).then_some(level(window.oldest_unshown_us))
}

/// From the median to the p99.
pub(super) fn spread(buckets: &Buckets, of: impl Fn(&Window) -> &Percentiles) -> Shade {
    Shade {
        name: "p50–p99".to_owned(),
        channel: None,
        colour: BLUE,
        percent: 16,
        low: ("p50".to_owned(), buckets.run(|w| of(w).p50_us.map(level))),
        high: ("p99".to_owned(), buckets.run(|w| of(w).p99_us.map(level))),
    }
}

/// Draws the limits across a panel as far as they are on its scale, and names the others.
fn bounded(panel: &mut Panel, limits: Option<(u64, u64)>) -> String {
    let highest = panel.highest().unwrap_or(0);
    let edges = limits.map(|(healthy, watch)| [("healthy", healthy), ("watch", watch)]);
    let mut off_scale = String::new();
    for (name, edge) in edges.into_iter().flatten() {
        let name = format!("{name} ≤ {}", span(edge));
        let value = level(edge);
        if value <= highest.saturating_mul(OFF_THE_SCALE) {
            panel.until = panel.until.max(value);
            panel.thresholds.push(Threshold { name, value });
        } else {
            off_scale = format!("{off_scale} · {name} is off the scale");
        }
    }
    off_scale
}

fn run_gate(summary: &Summary) -> Option<&Gate> {
    summary.gates.iter().find(|g| g.kpi == Kpi::SyncLag && g.channel.is_none())
}

fn limits(summary: &Summary) -> Option<(u64, u64)> {
    match run_gate(summary)?.limits {
        Limits::LagP95Us { healthy, watch } => Some((healthy, watch)),
        Limits::AtMostPpm { .. } | Limits::AtLeastPpm { .. } => None,
    }
}

/// The gate holds the p95 of all changes to its limits, the drawing shows that of each window: the
/// title says both, each by its name. What one change did is told beside it (docs/measures.md,
/// faults and recovery: an alert hears the worse of the two).
fn finding(summary: &Summary, limits: Option<(u64, u64)>) -> String {
    let windows = &summary.series.run;
    let lag = |at: usize| windows[at].sync_lag.p95_us.unwrap_or(0);
    let Some(worst) = (0..windows.len()).max_by_key(|&at| (lag(at), usize::MAX - at)) else {
        return "No stock change was seen".to_owned();
    };
    let when = |at: usize| clock(summary.series.width_us * at as u64);
    let first_over = |edge: u64| (0..windows.len()).find(|&at| lag(at) > edge);
    let over = limits.map_or(String::new(), |(healthy, watch)| {
        match (first_over(healthy), first_over(watch)) {
            (_, Some(over)) => format!("; over {} first at {}", span(watch), when(over)),
            (Some(over), None) => format!("; over {} first at {}", span(healthy), when(over)),
            (None, None) => format!(", within {}", span(healthy)),
        }
    });
    let of_run = run_gate(summary).map_or(String::new(), |gate| match gate.value {
        Value::LagUs(us) => format!(" was {} over the run, and", span(us)),
        Value::LaterThanObserved => " was never shown by the end of the run, and".to_owned(),
        Value::SharePpm(_) | Value::Absent => String::new(),
    });
    let width = span(summary.series.width_us);
    let said = format!(
        "Sync lag p95{of_run} {} in the worst {width}, at {}{over}",
        span(lag(worst)),
        when(worst),
    );
    let oldest = windows.iter().map(|w| w.oldest_unshown_us).max().unwrap_or(0);
    if oldest > lag(worst) {
        format!("{said}; one change was still not shown after {}", span(oldest))
    } else {
        said
    }
}
