//! Owns the picture of a plan: orders, what is still accepted, and stock updates against limits,
//! over one clock. Must not draw.

use super::sheet::{ChannelSeries, Sheet};
use super::words::{clock_at, milli, orders_per_min, phase};
use crate::report::charts::axis::Scale;
use crate::report::charts::picture::{Along, Panel, Picture, PlottedLine, Threshold};
use crate::report::charts::{Axis, Measured, level};
use crate::report::document::Block;
use crate::report::document::figure::Plotted;
use crate::report::words::number::{share, span};

/// Buckets of the drawing.
const DRAWN: usize = 240;
/// Buckets of the table.
const TOLD: usize = 40;
/// A limit that is so many times as high as what comes is told, not drawn: it would flatten the
/// rest.
const LIMIT_DRAWN: u64 = 4;

/// The campaign over time.
pub(super) fn over_time(sheet: &Sheet) -> Block {
    let axis = Axis {
        scale: Scale::Campaign,
        from: 0,
        until: sheet.campaign.traffic_ends_us.max(1),
        phases: sheet.campaign.phases.clone(),
        promotions: sheet.campaign.promotions.clone(),
        faults: Vec::new(),
        moments: Vec::new(),
        lanes: Vec::new(),
    };
    let told = picture(sheet, &axis, TOLD).table(&axis);
    let wide = picture(sheet, &axis, DRAWN);
    Block::plotted(Plotted { axis, narrow: wide.clone(), wide, told, answers: false })
}

fn picture(sheet: &Sheet, axis: &Axis, most: usize) -> Picture {
    let windows = sheet.series.channels.first().map_or(0, |c| c.offered_per_min_milli.len());
    let together = windows.div_ceil(most).max(1);
    let width_us = sheet.series.width_us * together as u64;
    let along = Along::Buckets { width_us, count: windows.div_ceil(together) };
    let lines = |of: &dyn Fn(&ChannelSeries) -> Vec<Option<i64>>| -> Vec<PlottedLine> {
        let channels = sheet.channels.iter().zip(&sheet.series.channels).enumerate();
        channels
            .map(|(place, (name, series))| PlottedLine::of_channel(name, place, of(series)))
            .collect()
    };
    let rates = |values: &[u64]| -> Vec<Option<i64>> {
        let mean = |part: &[u64]| part.iter().sum::<u64>() / part.len() as u64;
        values.chunks(together).map(|part| Some(level((mean(part) + 500) / 1_000))).collect()
    };
    let shares = |series: &ChannelSeries| -> Vec<Option<i64>> {
        let mean =
            |part: &[u32]| part.iter().map(|p| u64::from(*p)).sum::<u64>() / part.len() as u64;
        series.accepted_ppm.chunks(together).map(|part| Some(level(mean(part)))).collect()
    };
    let mut accepted = Panel::new("Share of them accepted", Measured::Share).with(lines(&shares));
    accepted.until = 1_000_000;
    let mut updates = Panel::new("Stock updates a minute", Measured::Count)
        .with(lines(&|series| rates(&series.updates_per_min_milli)));
    let (drawn, told) = limits(sheet, &updates);
    updates.until = drawn.iter().map(|threshold| threshold.value).max().unwrap_or(0);
    updates.thresholds = drawn;
    Picture {
        key: "plan".to_owned(),
        title: finding(sheet),
        subtitle: format!(
            "What is expected of every channel{told} · {} buckets · {} since the start",
            span(width_us),
            axis.clock()
        ),
        along,
        panels: std::iter::once(
            Panel::new("Orders a minute", Measured::Count)
                .with(lines(&|series| rates(&series.offered_per_min_milli))),
        )
        // Where none was played nobody knows what is accepted.
        .chain(sheet.played.is_some().then_some(accepted))
        .chain([updates])
        .collect(),
    }
}

/// Limits that are near enough to be drawn, and words for those that are not.
fn limits(sheet: &Sheet, updates: &Panel) -> (Vec<Threshold>, String) {
    let highest = updates.highest().unwrap_or(0).max(1).unsigned_abs();
    let (mut drawn, mut told) = (Vec::new(), Vec::new());
    for (name, series) in sheet.channels.iter().zip(&sheet.series.channels) {
        let Some(limit) = series.limit_per_min_milli else { continue };
        if limit / 1_000 <= highest.saturating_mul(LIMIT_DRAWN) {
            let value = level(limit / 1_000);
            drawn.push(Threshold { name: format!("{name} at most"), value });
        } else {
            told.push(format!(" · {name} takes up to {} updates/min", milli(limit)));
        }
    }
    (drawn, told.concat())
}

fn finding(sheet: &Sheet) -> String {
    let orders = &sheet.orders;
    let all = &orders.scopes[0].all;
    let refused = all.offered.saturating_sub(all.accepted) * 1_000_000 / all.offered.max(1);
    let refused = match (&sheet.played, refused) {
        (None, _) => "every order is taken to be accepted".to_owned(),
        (_, 0) => "none is turned away".to_owned(),
        (_, ppm) => format!("{} of all are turned away", share(ppm as u32)),
    };
    format!(
        "Demand peaks at {} in {} at {}; {refused}",
        orders_per_min(orders.peak_per_min_milli),
        phase(sheet, orders.busy_phase),
        clock_at(orders.peak_at_us),
    )
}
