//! Owns the five charts of a run, all on one campaign time axis.
//! Must not judge nor count anything anew: reads [`Summary`] only.
//!
//! Each chart is a finding (its title), a panel and a table that says the same. The SVG is whole
//! by itself, in plain colours on white; inside the page, CSS finds those colours by attribute and
//! replaces them, so dark mode needs no second drawing (see `templates/report.css`).

mod buckets;
mod canvas;
mod frame;
mod orders;
mod promises;
mod stock;
mod ticks;

use super::ReportError;
use super::summary::Summary;
use super::words::number::span;
use buckets::Buckets;
use frame::Panel;

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
}

/// A chart, drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its file name without ending.
    pub key: &'static str,
    /// What it shows, as a sentence that states the finding.
    pub title: String,
    /// The drawing.
    pub svg: String,
    /// The same as a table: the head, the time first.
    pub columns: Vec<String>,
    /// … and a row a bucket.
    pub rows: Vec<Vec<String>>,
}

/// Buckets of a drawing: more than this and points touch.
const BUCKETS_DRAWN: usize = 240;
/// Buckets of a table: more than this and nobody reads it.
const BUCKETS_TOLD: usize = 40;

/// Draws the five charts.
pub fn draw_all(summary: &Summary, layout: Layout) -> Result<Vec<Chart>, ReportError> {
    let panels: [fn(&Summary, &Buckets) -> Panel; 5] = [
        orders::panel,
        stock::lag_panel,
        stock::queue_panel,
        stock::oversold_panel,
        promises::panel,
    ];
    let drawn = Buckets::of(&summary.series, BUCKETS_DRAWN);
    let told = Buckets::of(&summary.series, BUCKETS_TOLD);
    let chart = |panel: fn(&Summary, &Buckets) -> Panel| {
        let table = panel(summary, &told);
        let panel = panel(summary, &drawn);
        let svg = frame::draw(summary, &panel, &drawn, layout)?;
        let (columns, rows) = table.table(&told);
        Ok(Chart { key: panel.key, title: panel.title, svg, columns, rows })
    };
    panels.into_iter().map(chart).collect()
}

/// What is shown, in which buckets, on which clock.
fn subtitle(summary: &Summary, about: &str, buckets: &str) -> String {
    let end_us = summary.campaign.traffic_ends_us.max(summary.record.observed_until_us);
    format!("{about} · {buckets} · {} since the start", ticks::time_unit(end_us))
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

#[cfg(test)]
mod tests;
