//! Owns the charts of a report: which there are, and that each is a finding (its title), a drawing
//! and a table that says the same. Must not judge nor count anything anew: reads [`Summary`] only.
//!
//! A family's file makes a [`Picture`]; [`draw`] draws any picture over any [`Axis`], also one that
//! lays several runs over each other. The SVG is whole by itself, in plain colours on white; inside
//! the page, CSS finds those colours by attribute and replaces them, so dark mode needs no second
//! drawing (see `templates/report.css`).

pub mod axis;
mod board;
pub mod buckets;
mod canvas;
mod causes;
pub mod colour;
mod face;
mod frame;
mod handoff;
mod lag;
mod latency;
mod load;
mod mismatch;
mod orders;
pub(super) mod overlay;
mod oversold;
mod parity;
pub mod picture;
mod png;
mod queue;
mod recovery;
mod shelf;
mod story;
mod throttled;
mod ticks;

use super::ReportError;
use super::summary::Summary;
use super::summary::series::Window;
use super::words::number::span;
pub use axis::Axis;
use buckets::Buckets;
pub use frame::data::{Data, LineData, PanelData};
pub use frame::draw;
use picture::{Panel, Picture, PlottedLine};
pub use ticks::{Measured, level};

/// For which width a chart is laid out. Text in an SVG shrinks with it, so a telephone needs a
/// drawing of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A page or a slide: 960 wide.
    Wide,
    /// A telephone: 400 wide.
    Narrow,
}

impl Layout {
    fn name(self) -> &'static str {
        match self {
            Layout::Wide => "wide",
            Layout::Narrow => "narrow",
        }
    }

    /// Buckets of a drawing: more than this and points touch. Where many channels have a line each,
    /// fewer: nobody follows the detail of thirty lines, and every page carries all of them.
    fn buckets_max(self, lines: usize) -> usize {
        let most = match self {
            Layout::Wide => 240,
            Layout::Narrow => 120,
        };
        most.min((10 * most / lines.max(1)).max(BUCKETS_TOLD))
    }
}

/// A chart, drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its file name without ending.
    pub key: String,
    /// What it shows, as a sentence that states the finding.
    pub title: String,
    /// The drawing.
    pub svg: String,
    /// The same as a table: the head, the time first.
    pub columns: Vec<String>,
    /// … and a row a bucket.
    pub rows: Vec<Vec<String>>,
    /// What a page needs to answer a pointer; none for charts without an axis of places.
    pub data: Option<Data>,
}

/// Buckets of a table: more than this and nobody reads it.
const BUCKETS_TOLD: usize = 40;

/// Makes one picture of a run; none when there is nothing to show.
type Family = fn(&Summary, &Buckets) -> Option<Picture>;

/// The charts over campaign time, in the order of a report.
const OVER_TIME: [Family; 9] = [
    orders::picture,
    lag::picture,
    shelf::picture,
    queue::picture,
    oversold::picture,
    handoff::picture,
    parity::picture,
    throttled::picture,
    load::picture,
];

/// Draws every chart that has something to show: first those over campaign time.
pub fn draw_all(summary: &Summary, layout: Layout) -> Result<Vec<Chart>, ReportError> {
    let axis = Axis::of(summary);
    let drawn = Buckets::of(&summary.series, layout.buckets_max(summary.channels.len()));
    let told = Buckets::of(&summary.series, BUCKETS_TOLD);
    let mut charts = Vec::new();
    for family in OVER_TIME {
        let Some(picture) = family(summary, &drawn) else { continue };
        let mut chart = draw(&axis, &picture, layout)?;
        if let Some(table) = family(summary, &told) {
            (chart.columns, chart.rows) = table.table(&axis);
        }
        charts.push(chart);
    }
    let most = layout.buckets_max(1);
    if let Some((axis, picture)) = recovery::picture(summary, most) {
        let mut chart = draw(&axis, &picture, layout)?;
        if let Some((axis, told)) = recovery::picture(summary, BUCKETS_TOLD) {
            (chart.columns, chart.rows) = told.table(&axis);
        }
        charts.push(chart);
    }
    if let Some((axis, picture)) = story::picture(summary) {
        charts.push(draw(&axis, &picture, layout)?);
    }
    let boards = [causes::chart, mismatch::chart, latency::chart];
    for board in boards.into_iter().filter_map(|chart| chart(summary, layout)) {
        charts.push(board?);
    }
    Ok(charts)
}

/// Every picture over campaign time before it is drawn, for those who lay runs over each other.
pub fn over_time(summary: &Summary, buckets: &Buckets) -> Vec<Picture> {
    OVER_TIME.iter().filter_map(|family| family(summary, buckets)).collect()
}

/// A family's picture: its finding, what it is about, and what was made of windows that share a
/// bucket.
fn over_buckets(
    (summary, buckets): (&Summary, &Buckets),
    key: &str,
    title: String,
    (about, merged): (&str, &str),
    panels: Vec<Panel>,
) -> Picture {
    let subtitle = subtitle(summary, about, &bucket_words(summary, buckets, merged));
    Picture { key: key.to_owned(), title, subtitle, along: buckets.along(), panels }
}

/// What is shown, in which buckets, on which clock.
fn subtitle(summary: &Summary, about: &str, buckets: &str) -> String {
    format!("{about} · {buckets} · {} since the start", Axis::of(summary).clock())
}

/// `1 min buckets`, and what was made of the windows where several share a bucket.
fn bucket_words(summary: &Summary, buckets: &Buckets, merged: &str) -> String {
    if buckets.run.is_empty() {
        return "no buckets".to_owned();
    }
    let width = span(buckets.width_us);
    if buckets.width_us > summary.series.width_us {
        format!("{width} buckets, {merged} of {} windows", span(summary.series.width_us))
    } else {
        format!("{width} buckets")
    }
}

/// A panel with a line a channel; none when there is but one, which the run's own lines tell.
fn by_channel(
    summary: &Summary,
    buckets: &Buckets,
    panel: Panel,
    value: impl Fn(&Window) -> Option<i64>,
) -> Option<Panel> {
    if summary.channels.len() < 2 {
        return None;
    }
    let channels = summary.channels.iter().enumerate();
    let lines = channels
        .map(|(i, channel)| PlottedLine::of_channel(&channel.name, i, buckets.channel(i, &value)));
    let panel = panel.with(lines);
    panel.lines.iter().any(|line| line.values.iter().any(Option::is_some)).then_some(panel)
}

/// A count as a value of a line.
#[expect(clippy::unnecessary_wraps, reason = "a line's other values may be absent")]
fn counted(n: u64) -> Option<i64> {
    Some(level(n))
}

#[cfg(test)]
mod tests;
