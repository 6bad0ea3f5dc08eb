//! Owns the chart of handoff success against its limits. Must not draw.

use super::buckets::Buckets;
use super::colour::BLUE;
use super::picture::{Panel, Picture, PlottedLine, Threshold};
use super::ticks::Measured;
use super::{by_channel, counted, over_buckets};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::summary::series::Window;
use crate::report::words::number::{clock, count, share, span};
use crate::units::Ppm;

/// Everything, in parts per million.
const WHOLE: i64 = 1_000_000;
/// The axis begins at one of these, the highest that shows everything; near the whole is where
/// the limits are.
const FLOORS: [i64; 8] = [990_000, 980_000, 960_000, 940_000, 900_000, 800_000, 600_000, 0];

pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    if !summary.series.run.iter().any(|w| w.due > 0) {
        return None;
    }
    let limits = limits(summary);
    let value = |w: &Window| success(w).and_then(|ppm| counted(ppm.into()));
    let run = Panel::new("All channels", Measured::Share);
    let run = run.with([PlottedLine::new("handed off", BLUE, buckets.run(value))]);
    let channels = Panel::new("By channel", Measured::Share);
    let channels = by_channel(summary, buckets, channels, value);
    let mut panels: Vec<Panel> = std::iter::once(run).chain(channels).collect();
    let edges = limits.map(|(healthy, watch)| [("healthy", healthy), ("watch", watch)]);
    for panel in &mut panels {
        panel.thresholds = edges.into_iter().flatten().map(at_least).collect();
        near_the_whole(panel);
    }
    let about = format!(
        "Orders due that the OMS held once, unaltered and within {}, by when they were due",
        span(summary.terms.handoff_within_us),
    );
    Some(over_buckets(
        (summary, buckets),
        "handoff",
        finding(summary, buckets, limits),
        (&about, "all"),
        panels,
    ))
}

fn at_least((name, edge): (&str, u32)) -> Threshold {
    Threshold { name: format!("{name} ≥ {}", share(edge)), value: edge.into() }
}

/// Lets a panel of shares begin as near the whole as what it shows allows.
pub(super) fn near_the_whole(panel: &mut Panel) {
    let edges = panel.thresholds.iter().map(|threshold| threshold.value);
    let lowest = edges.chain(panel.lowest()).min().unwrap_or(WHOLE);
    panel.from = FLOORS.into_iter().find(|floor| *floor < lowest).unwrap_or(0);
    panel.until = WHOLE;
}

fn success(window: &Window) -> Option<u32> {
    (window.due > 0).then(|| Ppm::of(window.handed_off, window.due).0)
}

fn limits(summary: &Summary) -> Option<(u32, u32)> {
    let mut gates = summary.gates.iter();
    let gate = gates.find(|g| g.kpi == Kpi::HandoffSuccess && g.channel.is_none())?;
    match gate.limits {
        Limits::AtLeastPpm { healthy, watch } => Some((healthy, watch)),
        Limits::AtMostPpm { .. } | Limits::LagP95Us { .. } => None,
    }
}

/// The worst is that of the buckets that are drawn: a shorter window's would not be seen.
fn finding(summary: &Summary, buckets: &Buckets, limits: Option<(u32, u32)>) -> String {
    let windows = &buckets.run;
    let (due, held) = (summary.totals.due, summary.totals.handed_off);
    let worst = (0..windows.len())
        .filter(|&at| windows[at].due > 0)
        .min_by_key(|&at| (success(&windows[at]), at));
    let Some(worst) = worst else {
        return "No order was due at the OMS".to_owned();
    };
    if held >= due {
        return format!("Every one of {} orders due was handed off once and in time", count(due));
    }
    let lowest = share(success(&windows[worst]).unwrap_or(0));
    let at = clock(buckets.width_us * worst as u64);
    let (all, width) = (Ppm::of(held, due).0, span(buckets.width_us));
    let healthy = limits.is_some_and(|(healthy, _)| all >= healthy);
    let worst = match success(&windows[worst]) {
        Some(ppm) if ppm < all => format!(", at worst {lowest} in the {width} from {at}"),
        _ => String::new(),
    };
    format!(
        "{} of {} orders due {} not handed off once and in time: success {}{}{worst}",
        count(due - held),
        count(due),
        if due - held == 1 { "was" } else { "were" },
        share(all),
        if healthy { ", healthy" } else { "" },
    )
}
