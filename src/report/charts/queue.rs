//! Owns the chart of the connectors' queues: jobs waiting, workers busy. Must not draw.

use super::buckets::Buckets;
use super::colour::{BLUE, VERMILLION};
use super::picture::{Look, Panel, Picture, PlottedLine};
use super::ticks::Measured;
use super::{counted, over_buckets};
use crate::report::summary::Summary;
use crate::report::words::number::{clock, counted as things, share, span};

pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    let windows = &summary.series.run;
    if !windows.iter().any(|w| w.queue_depth > 0 || w.busy_ppm > 0) {
        return None;
    }
    let depth =
        PlottedLine::new("jobs waiting", BLUE, buckets.run(|w| counted(w.queue_depth.into())));
    let busy =
        PlottedLine::new("workers busy", VERMILLION, buckets.run(|w| counted(w.busy_ppm.into())));
    let waiting = Panel::new("Jobs waiting", Measured::Count);
    let working =
        Panel { until: 1_000_000, ..Panel::new("Workers busy, at most", Measured::Share) };
    let about = "Jobs waiting in the connectors, all partitions together, and how busy workers are";
    let panels = vec![waiting.with([depth.looking(Look::Shaded)]), working.with([busy])];
    Some(over_buckets((summary, buckets), "queue", finding(summary), (about, "the most"), panels))
}

/// A queue that falls to this share of its peak has drained.
const DRAINED_SHARE: u32 = 20;

fn finding(summary: &Summary) -> String {
    let windows = &summary.series.run;
    let deepest = (0..windows.len()).max_by_key(|&at| (windows[at].queue_depth, usize::MAX - at));
    let busiest = windows.iter().map(|w| w.busy_ppm).max().unwrap_or(0);
    let width = span(summary.series.width_us);
    let busy = format!("workers were busy {} of their busiest {width}", share(busiest));
    let Some(deepest) = deepest.filter(|&at| windows[at].queue_depth > 0) else {
        return format!("No job was seen waiting; {busy}");
    };
    let when = |at: usize| clock(summary.series.width_us * at as u64);
    let depth = windows[deepest].queue_depth;
    // For good: a queue that was empty for a moment and filled again had not drained.
    let last_deep = (deepest..windows.len())
        .rfind(|&at| windows[at].queue_depth > depth / DRAINED_SHARE)
        .unwrap_or(deepest);
    let drained = (last_deep + 1 < windows.len()).then_some(last_deep + 1);
    let jobs = things(depth.into(), "job", "jobs");
    match drained {
        _ if depth < DRAINED_SHARE => format!("The queue never held more than {jobs}; {busy}"),
        Some(at) => {
            format!(
                "The queue reached {jobs} at {} and had drained for good by {}",
                when(deepest),
                when(at)
            )
        }
        None => format!(
            "The queue reached {jobs} at {} and had not drained when the record ends",
            when(deepest),
        ),
    }
}
