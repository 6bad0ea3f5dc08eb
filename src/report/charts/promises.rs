//! Owns the chart of handoff success. Must not draw.

use super::buckets::Buckets;
use super::canvas::BLUE;
use super::frame::{Line, Panel, Threshold};
use super::ticks::Measured;
use super::{bucket_words, subtitle};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::summary::series::Window;
use crate::report::words::number::{clock, count, share, span};
use crate::units::Ppm;

/// Everything handed off, in parts per million.
const WHOLE: u64 = 1_000_000;
/// The axis begins at one of these, the highest that shows everything; near the whole is where
/// the limits are.
const FLOORS: [u64; 7] = [980_000, 970_000, 950_000, 900_000, 800_000, 500_000, 0];

pub(super) fn panel(summary: &Summary, buckets: &Buckets) -> Panel {
    let limits = limits(summary);
    let thresholds: Vec<Threshold> = limits
        .into_iter()
        .flat_map(|(healthy, watch)| [("healthy", healthy), ("watch", watch)])
        .map(|(name, edge)| Threshold {
            name: format!("{name} from {}", share(edge)),
            value: edge.into(),
        })
        .collect();
    let line = Line::of("handed off", BLUE, buckets, |window| success(window).map(u64::from));
    let shown = line.values.iter().flatten().copied().chain(thresholds.iter().map(|t| t.value));
    let lowest = shown.min().unwrap_or(WHOLE);
    let about = format!(
        "Orders due that the OMS held once, unaltered and within {}, by when they were due",
        span(summary.terms.handoff_within_us),
    );
    Panel {
        key: "handoff",
        title: finding(summary, limits),
        subtitle: subtitle(summary, &about, &bucket_words(summary, buckets, "all")),
        measured: Measured::Share,
        from: FLOORS.into_iter().find(|floor| *floor < lowest).unwrap_or(0),
        until: WHOLE,
        lines: vec![line],
        thresholds,
    }
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

fn finding(summary: &Summary, limits: Option<(u32, u32)>) -> String {
    let windows = &summary.series.run;
    let due: u64 = windows.iter().map(|w| w.due).sum();
    let held: u64 = windows.iter().map(|w| w.handed_off).sum();
    let worst = (0..windows.len())
        .filter(|&at| windows[at].due > 0)
        .min_by_key(|&at| (success(&windows[at]), at));
    let Some(worst) = worst else {
        return "No order was due at the OMS".to_owned();
    };
    if held >= due {
        return format!("Every one of {} orders due was handed off in time", count(due));
    }
    let lowest = share(success(&windows[worst]).unwrap_or(0));
    let at = clock(summary.series.width_us * worst as u64);
    let width = span(summary.series.width_us);
    let missed =
        format!("{} of {} orders due were not handed off in time", count(due - held), count(due));
    let all = Ppm::of(held, due).0;
    match limits {
        Some((healthy, _)) if all >= healthy => {
            format!(
                "{missed}: success {}, healthy, at worst {lowest} in the {width} from {at}",
                share(all)
            )
        }
        _ => {
            format!("{missed}: success {}, at worst {lowest} in the {width} from {at}", share(all))
        }
    }
}
