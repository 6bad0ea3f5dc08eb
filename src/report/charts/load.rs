//! Owns the chart of the load's honesty: what was due, sent and answered, how late sends were, how
//! many calls were in flight. Must not draw.

use super::buckets::Buckets;
use super::colour::{BLUE, GREEN, ORANGE, PURPLE, VERMILLION};
use super::picture::{Look, Panel, Picture, PlottedLine, Threshold};
use super::ticks::{Measured, level};
use super::{counted, over_buckets};
use crate::report::summary::Summary;
use crate::report::words::number::{count, span};

/// A limit this many times above every lateness would flatten the line: the title names it.
const OFF_THE_SCALE: i64 = 4;

/// None for a simulated run, whose calls leave when they are due and take no time.
pub(super) fn picture(summary: &Summary, buckets: &Buckets) -> Option<Picture> {
    let windows = &summary.series.run;
    let late = windows.iter().any(|w| w.lateness_wall_p99_us.is_some_and(|us| us > 0));
    let crowded = windows.iter().any(|w| w.in_flight > 1);
    if !late && !crowded && summary.load.unsent == 0 && summary.load.unknown == 0 {
        return None;
    }
    let line =
        |name, colour, value: &dyn Fn(&_) -> _| PlottedLine::new(name, colour, buckets.run(value));
    // An order may take several calls: to look, to fill a cart, to pay.
    let calls = Panel::new("Orders and calls", Measured::Count).with([
        line("orders offered", BLUE, &|w| counted(w.offered)).looking(Look::Shaded),
        line("calls sent", VERMILLION, &|w| counted(w.sent)),
        line("calls answered", GREEN, &|w| counted(w.answered)),
    ]);
    let lateness = Panel::new("Lateness of sends, p99, wall time", Measured::Lag).with([line(
        "lateness",
        PURPLE,
        &|w| w.lateness_wall_p99_us.map(level),
    )]);
    let flight = Panel::new("Calls in flight, at most", Measured::Count).with([line(
        "in flight",
        ORANGE,
        &|w| counted(w.in_flight),
    )]);
    let shown = [(calls, true), (limited(summary, lateness), late), (flight, crowded)];
    let about = "What the generator owed and what it did";
    let panels = shown.into_iter().filter_map(|(panel, shows)| shows.then_some(panel)).collect();
    Some(over_buckets(
        (summary, buckets),
        "load",
        finding(summary),
        (about, "the sum or the worst"),
        panels,
    ))
}

fn limited(summary: &Summary, mut panel: Panel) -> Panel {
    let value = level(summary.terms.lateness_p99_wall_us_max);
    if value <= panel.highest().unwrap_or(0).saturating_mul(OFF_THE_SCALE) {
        let name = format!("limit {}", span(value.unsigned_abs()));
        panel.until = value;
        panel.thresholds.push(Threshold { name, value });
    }
    panel
}

fn finding(summary: &Summary) -> String {
    let (load, terms) = (&summary.load, &summary.terms);
    // In full: one of many calls is no share that three digits show.
    let sent = count(load.sent);
    let late = load.lateness_wall.p99_us.map_or(String::new(), |p99| {
        format!(
            "; over the run 1 in 100 left more than {} of wall time late, against {}",
            span(p99),
            span(terms.lateness_p99_wall_us_max),
        )
    });
    if load.saturated {
        return format!(
            "The generator fell behind: {sent} of {} calls sent{late}",
            count(load.offered)
        );
    }
    if load.unsent > 0 {
        return format!(
            "The generator kept up: {sent} of {} calls sent{late}",
            count(load.offered)
        );
    }
    format!("The generator kept up: every one of {} calls was sent{late}", count(load.offered))
}
