//! Owns the chart of a drill: what was broken, and how the measures that recovery is told by went,
//! with its marks. Must not find them: they are stated.

use super::axis::{Axis, Lane, LaneEntry};
use super::colour::{BLUE, Colour, GREEN, INK, MUTED, ORANGE, PURPLE, VERMILLION};
use super::handoff;
use super::picture::{Along, Look, Mark, Panel, Picture, PlottedLine, Threshold};
use super::ticks::{Measured, level};
use crate::report::summary::gate::{Gate, Kpi, Limits};
use crate::report::summary::series::Window;
use crate::report::summary::{Disturbance, Recovered, Summary};
use crate::report::words::number::{clock, counted, letters, share, span};
use crate::units::Ppm;

/// Disturbances whose marks are named; the others are shaded.
const MARKED: usize = 3;
/// What is shown before the first and after the last, at the least, …
const MARGIN_US: u64 = 10 * 60_000_000;
/// … and as a part of what lies between.
const MARGIN_PART: u64 = 4;

/// The picture and the part of the campaign it shows; none where nothing that was broken met
/// anything. No more than `most` places are drawn.
pub(super) fn picture(summary: &Summary, most: usize) -> Option<(Axis, Picture)> {
    let (first, last) = (summary.disturbances.first()?, summary.disturbances.last()?);
    let whole = Axis::of(summary);
    let until = summary.disturbances.iter().map(over).max().unwrap_or(last.until_us);
    let margin = MARGIN_US.max(until.saturating_sub(first.from_us) / MARGIN_PART);
    let lanes = [alerts(summary, whole.until), acts(summary)];
    // What was seen and done long before or after is on the same axis.
    let seen = || lanes.iter().flat_map(|lane| &lane.entries).map(|entry| entry.at);
    let from = first.from_us.saturating_sub(margin).min(seen().min().unwrap_or(u64::MAX));
    let until = until.saturating_add(margin).max(seen().max().unwrap_or(0)).min(whole.until);
    let until = rested(summary, (from, until), whole.until);
    let axis = Axis { lanes: lanes.into(), ..whole.between(from, until) };
    let width = summary.series.width_us.max(1);
    let windows: Vec<(u64, &Window)> = (0..)
        .map(|place: u64| place * width)
        .zip(&summary.series.run)
        .filter(|(at, _)| *at >= axis.from && *at < axis.until)
        .collect();
    let each = windows.len().div_ceil(most.max(1)).max(1);
    let buckets: Vec<&[(u64, &Window)]> = windows.chunks(each).collect();
    if buckets.is_empty() {
        return None;
    }
    let middle = |bucket: &&[(u64, &Window)]| bucket[0].0 + width * bucket.len() as u64 / 2;
    let panels = [lag(summary, &buckets), handed(summary, &buckets), waiting(summary, &buckets)];
    let mut panels: Vec<Panel> = panels.into_iter().flatten().collect();
    if let Some(panel) = panels.first_mut() {
        panel.marks = marks(summary, panel.from);
    }
    let subtitle = format!(
        "What was broken is shaded; the measures that recovery is told by, with their limits \
         dashed{} · {} buckets · {} since the start",
        told_below(&axis),
        span(width * each as u64),
        axis.clock(),
    );
    let along = Along::Points(buckets.iter().map(middle).collect());
    let key = "recovery".to_owned();
    Some((axis, Picture { key, title: finding(summary), subtitle, along, panels }))
}

/// Where the picture ends: not before jobs and lag are as they are in band, as far as the record
/// goes; nor just before the end of the record.
fn rested(summary: &Summary, (from, until): (u64, u64), end: u64) -> u64 {
    let usual = summary.disturbances.iter().filter_map(|one| one.backlog_usual).max();
    let edge = gate(summary, Kpi::SyncLag).and_then(|gate| match gate.limits {
        Limits::LagP95Us { watch, .. } => Some(watch),
        Limits::AtMostPpm { .. } | Limits::AtLeastPpm { .. } => None,
    });
    let is_calm = |window: &Window| {
        usual.is_none_or(|usual| window.queue_depth <= usual)
            && edge.is_none_or(|edge| window.oldest_unshown_us <= edge)
    };
    let width = summary.series.width_us.max(1);
    // The window before shows what the last that is drawn shows.
    let first = (until / width).saturating_sub(1);
    let mut later = (first..).zip(summary.series.run.iter().skip(first as usize));
    let calm = later.find(|(_, window)| is_calm(window)).map_or(end, |(place, _)| place * width);
    let until = if calm <= until { until } else { calm.saturating_add(MARGIN_US) };
    let near = until.saturating_sub(from) / MARGIN_PART;
    if until.saturating_add(near) >= end { end } else { until }
}

/// Every time that an alert fired, for as long as it did.
fn alerts(summary: &Summary, end: u64) -> Lane {
    let each = summary.alerts.iter().enumerate().flat_map(|(place, alert)| {
        let colour = if alert.severity == "critical" { VERMILLION } else { ORANGE };
        alert.spells.iter().map(move |spell| LaneEntry {
            sign: letters(place),
            at: spell.from_us,
            until: spell.until_us.unwrap_or(end),
            colour,
        })
    });
    lane("alerts", each.collect())
}

/// Everything that was done; what was refused, in grey.
fn acts(summary: &Summary) -> Lane {
    let each = summary.actions.iter().enumerate().map(|(place, action)| LaneEntry {
        sign: (place + 1).to_string(),
        at: action.at_us,
        until: action.at_us,
        colour: if action.allowed { BLUE } else { MUTED },
    });
    lane("acts", each.collect())
}

fn lane(name: &str, mut entries: Vec<LaneEntry>) -> Lane {
    entries.sort_by_key(|entry| entry.at);
    Lane { name: name.to_owned(), entries }
}

/// What the lanes below the plots are.
fn told_below(axis: &Axis) -> &'static str {
    match &axis.lanes[..] {
        [alerts, acts] if alerts.entries.is_empty() && acts.entries.is_empty() => "",
        _ => "; below, what fired and what was done, by the signs of their tables",
    }
}

/// When nothing of a disturbance is to be seen any more.
fn over(one: &Disturbance) -> u64 {
    let marks = [one.recovered_us, one.back_us, one.drained_us, Some(one.until_us)];
    marks.into_iter().flatten().max().unwrap_or(one.until_us)
}

fn line(
    (name, colour): (&str, Colour),
    buckets: &[&[(u64, &Window)]],
    value: impl Fn(&[(u64, &Window)]) -> Option<i64>,
) -> PlottedLine {
    PlottedLine::new(name, colour, buckets.iter().map(|bucket| value(bucket)).collect())
}

fn gate(summary: &Summary, kpi: Kpi) -> Option<&Gate> {
    summary.gates.iter().find(|gate| gate.kpi == kpi && gate.channel.is_none())
}

fn lag(summary: &Summary, buckets: &[&[(u64, &Window)]]) -> Option<Panel> {
    let gate = gate(summary, Kpi::SyncLag)?;
    let most = |of: fn(&Window) -> Option<u64>| {
        move |bucket: &[(u64, &Window)]| bucket.iter().filter_map(|(_, w)| of(w)).max().map(level)
    };
    let p95 = line(("p95", BLUE), buckets, most(|w| w.sync_lag.p95_us));
    let oldest = line(("oldest not shown", ORANGE), buckets, most(|w| Some(w.oldest_unshown_us)));
    let mut panel = Panel::new("Sync lag", Measured::Lag).with([oldest, p95]);
    if let Limits::LagP95Us { healthy, watch } = gate.limits {
        for (name, edge) in [("healthy", healthy), ("watch", watch)] {
            let name = format!("{name} ≤ {}", span(edge));
            panel.thresholds.push(Threshold { name, value: level(edge) });
            panel.until = panel.until.max(level(edge));
        }
    }
    Some(panel)
}

fn handed(summary: &Summary, buckets: &[&[(u64, &Window)]]) -> Option<Panel> {
    let gate = gate(summary, Kpi::HandoffSuccess)?;
    let success = |bucket: &[(u64, &Window)]| {
        let sum = |of: fn(&Window) -> u64| bucket.iter().map(|(_, w)| of(w)).sum::<u64>();
        let (due, good) = (sum(|w| w.due), sum(|w| w.handed_off));
        (due > 0).then(|| Ppm::of(good.min(due), due).0.into())
    };
    let good = line(("handed off in time", GREEN), buckets, success);
    let mut panel = Panel::new("Handoff success", Measured::Share).with([good]);
    if let Limits::AtLeastPpm { healthy, watch } = gate.limits {
        for (name, edge) in [("healthy", healthy), ("watch", watch)] {
            let name = format!("{name} ≥ {}", share(edge));
            panel.thresholds.push(Threshold { name, value: edge.into() });
        }
    }
    handoff::near_the_whole(&mut panel);
    Some(panel)
}

fn waiting(summary: &Summary, buckets: &[&[(u64, &Window)]]) -> Option<Panel> {
    let deepest =
        |bucket: &[(u64, &Window)]| bucket.iter().map(|(_, w)| i64::from(w.queue_depth)).max();
    let jobs = line(("jobs waiting", PURPLE), buckets, deepest).looking(Look::Shaded);
    let mut panel = Panel::new("Jobs waiting in connectors", Measured::Count).with([jobs]);
    let usual = summary.disturbances.first().and_then(|one| one.backlog_usual);
    if let Some(usual) = usual.filter(|usual| *usual > 0) {
        let name = format!("usual ≤ {usual}");
        panel.thresholds.push(Threshold { name, value: usual.into() });
    }
    panel.highest().is_some_and(|highest| highest > 0).then_some(panel)
}

/// The marks of the first disturbances, at the foot of a panel.
fn marks(summary: &Summary, foot: i64) -> Vec<Mark> {
    let told = summary.disturbances.iter().take(MARKED);
    let over = |one: &Disturbance| (!one.is_open(&summary.faults)).then_some(one.until_us);
    let each = told.flat_map(move |one| {
        [
            (Some(one.from_us), "broken", VERMILLION),
            (one.impact_us, "hurt", VERMILLION),
            (one.detected_us, "seen", BLUE),
            (one.acted_us, "acted", BLUE),
            (over(one), "over", INK),
            (one.in_band_us(), "in band", GREEN),
            (drained(one), "drained", PURPLE),
        ]
    });
    let mark = |(at, name, colour): (Option<u64>, &str, Colour)| {
        Some(Mark { at: at?, value: foot, name: name.to_owned(), channel: None, colour })
    };
    let mut marks: Vec<Mark> = each.filter_map(mark).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// Where more waited than is usual, and went on waiting when it was over.
fn drained(one: &Disturbance) -> Option<u64> {
    let more = one.backlog_usual.is_some_and(|usual| one.backlog > usual);
    one.drained_us.filter(|at| more && *at > one.until_us)
}

fn finding(summary: &Summary) -> String {
    let all = &summary.disturbances;
    let Some(one) = all.first().filter(|_| all.len() == 1) else {
        let back =
            |one: &&Disturbance| matches!(one.recovered, Recovered::InBand | Recovered::NeverOut);
        let many = counted(all.len() as u64, "time", "times");
        return format!(
            "Broken {many}: in band again, or never out of it, after {}",
            counted(all.iter().filter(back).count() as u64, "of them", "of them")
        );
    };
    let what = format!("{} at {}", one.faults.join(", "), clock(one.from_us));
    let since = |at: u64| span(at.saturating_sub(one.from_us));
    match (one.recovered, one.in_band_us(), one.recovered_us) {
        (Recovered::NeverOut, ..) => {
            format!("{what}: nothing was out of band then, nor just after")
        }
        (_, Some(at), _) => format!("{what}: in band again {} after it began", since(at)),
        (Recovered::NotBy, _, Some(at)) => format!("{what}: not in band again by {}", clock(at)),
        _ if one.cut => format!("{what}: the record was cut off before it was over"),
        _ => format!("{what}: too little was seen to say when all was in band again"),
    }
}
