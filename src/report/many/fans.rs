//! Owns the pictures of many afternoons over the campaign's time: medians with their bands.
//! Must not draw, nor count anything anew.

use super::{Fan, Measure, Replications};
use crate::report::charts::Measured;
use crate::report::charts::axis::Axis;
use crate::report::charts::colour::{BLUE, Colour, VERMILLION};
use crate::report::charts::picture::{Along, Panel, Picture, PlottedLine, Shade, Values};
use crate::report::document::Block;
use crate::report::document::figure::Plotted;
use crate::report::words::number::{clock, count, span};

/// Points of a drawing: more than this touch.
const POINTS_DRAWN: usize = 240;
/// Rows of a table: more than this and nobody reads it.
const POINTS_TOLD: usize = 40;

/// Every fan over this axis.
pub(in crate::report) fn figures(all: &Replications, axis: &Axis) -> impl Iterator<Item = Block> {
    let told = all.fans.iter().filter(|fan| fan.points.iter().any(|point| point[4] > 0));
    told.map(|fan| {
        let told = picture(all, fan, axis, POINTS_TOLD).table(axis);
        let (axis, wide) = (axis.clone(), picture(all, fan, axis, POINTS_DRAWN));
        Block::plotted(Plotted { axis, narrow: wide.clone(), wide, told, answers: true })
    })
}

fn picture(all: &Replications, fan: &Fan, axis: &Axis, most: usize) -> Picture {
    // An afternoon that drained longer than this one goes on beyond its axis.
    let seen = (axis.until.div_ceil(fan.width_us.max(1)) as usize).min(fan.points.len());
    let step = seen.div_ceil(most).max(1);
    // Of windows that share a point the one with the highest median stands for all.
    let points: Vec<[u64; 5]> = fan.points[..seen]
        .chunks(step)
        .map(|chunk| chunk.iter().copied().max_by_key(|point| point[2]).unwrap_or_default())
        .collect();
    let row =
        |place: usize| -> Values { points.iter().map(|point| Some(point[place] as i64)).collect() };
    let (key, name, measured, colour) = told(fan.measure);
    let band = |low: usize, high: usize, percent: u8, name: &str, of: [&str; 2]| Shade {
        name: name.to_owned(),
        channel: None,
        colour,
        percent,
        low: (of[0].to_owned(), row(low)),
        high: (of[1].to_owned(), row(high)),
    };
    let panel = Panel {
        bands: vec![
            band(0, 4, 16, "nine of ten", ["5th percentile", "95th percentile"]),
            band(1, 3, 26, "half", ["25th percentile", "75th percentile"]),
        ],
        ..Panel::new(name, measured).with([PlottedLine::new("median", colour, row(2))])
    };
    Picture {
        key: format!("fan-{key}"),
        title: finding(fan),
        subtitle: format!(
            "{name}: median, middle half and middle 90 % of {} afternoons · {} buckets · {} since \
             the start",
            count(all.runs),
            span(fan.width_us * step as u64),
            axis.clock(),
        ),
        along: Along::Buckets { width_us: fan.width_us * step as u64, count: points.len() },
        panels: vec![panel],
    }
}

fn told(measure: Measure) -> (&'static str, &'static str, Measured, Colour) {
    match measure {
        Measure::Accepted => ("accepted", "Orders accepted", Measured::Count, BLUE),
        Measure::SyncLag => {
            ("sync-lag", "Sync lag p95, by when the change was made", Measured::Lag, VERMILLION)
        }
        Measure::QueueDepth => ("queue", "Jobs waiting", Measured::Count, BLUE),
        Measure::OversoldUnits => {
            ("oversold", "Units oversold so far", Measured::Count, VERMILLION)
        }
        Measure::CancelledOrders => {
            ("cancelled", "Orders cancelled for want of stock so far", Measured::Count, VERMILLION)
        }
    }
}

/// The finding: the highest median, with what nine of ten afternoons stay under.
fn finding(fan: &Fan) -> String {
    let highest = |place: usize| {
        let points = fan.points.iter().enumerate();
        let (at, point) = points.max_by_key(|(at, point)| (point[place], usize::MAX - at))?;
        Some((fan.width_us * at as u64, point[place]))
    };
    let Some(((at, median), (_, high))) = highest(2).zip(highest(4)) else {
        return "Nothing was measured".to_owned();
    };
    match fan.measure {
        Measure::Accepted => format!(
            "A typical afternoon accepts {} orders in {} at its height, at {}",
            count(median),
            span(fan.width_us),
            clock(at),
        ),
        Measure::SyncLag => format!(
            "On a typical afternoon sync lag p95 reaches {}; one in twenty exceeds {}",
            span(median),
            span(high),
        ),
        Measure::QueueDepth => format!(
            "On a typical afternoon {} jobs wait at the worst moment; one in twenty exceeds {}",
            count(median),
            count(high),
        ),
        Measure::OversoldUnits => format!(
            "A typical afternoon oversells {} units; one in twenty more than {}",
            count(median),
            count(high),
        ),
        Measure::CancelledOrders => format!(
            "A typical afternoon cancels {} orders for want of stock; one in twenty more than {}",
            count(median),
            count(high),
        ),
    }
}
