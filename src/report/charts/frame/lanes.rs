//! Owns the lanes below the plots: things that happened, each with its sign, in rows.
//! Must not know what happened.

use super::{LABEL, spans};
use crate::report::charts::axis::{Axis, Lane, LaneEntry};
use crate::report::charts::canvas::{Anchor, Canvas, Drawn, Stroke, rectangle};
use crate::report::charts::colour::{GRID, MUTED, VERMILLION, WHITE};
use crate::report::charts::face::Face;

/// From one row to the next.
const ROW: i32 = 150;
/// Above the first row of a lane.
const HEAD: i32 = 110;
/// Rows of a lane; what finds no room in them is drawn in the last, without its sign.
const ROWS_MAX: usize = 12;
/// From a sign to what it is of, and from there to the next sign.
const APART: i32 = 70;

/// A lane with a row for each of its entries.
pub(super) struct LaidLane<'a> {
    lane: &'a Lane,
    /// By entry; none: there was no room for its sign.
    rows: Vec<Option<usize>>,
    count: usize,
}

impl LaidLane<'_> {
    fn height(&self) -> i32 {
        HEAD + self.count as i32 * ROW
    }
}

/// Finds a row for every entry, in order of time.
pub(super) fn laid<'a>(axis: &'a Axis, x: impl Fn(u64) -> i32) -> Vec<LaidLane<'a>> {
    let of = |lane: &'a Lane| {
        let mut free_from: Vec<i32> = Vec::new();
        let place = |entry: &LaneEntry| {
            let from = x(entry.at) - APART - face(entry).width(&entry.sign);
            let free = free_from.iter().position(|free| *free <= from);
            let row = free.or_else(|| (free_from.len() < ROWS_MAX).then_some(free_from.len()))?;
            if row == free_from.len() {
                free_from.push(i32::MIN);
            }
            free_from[row] = x(entry.until) + APART;
            Some(row)
        };
        let rows: Vec<Option<usize>> = lane.entries.iter().map(place).collect();
        let count = rows.iter().flatten().max().map_or(0, |row| row + 1);
        LaidLane { lane, rows, count }
    };
    axis.lanes.iter().filter(|lane| !lane.entries.is_empty()).map(of).collect()
}

fn face(entry: &LaneEntry) -> Face {
    Face { bold: true, ..Face::small(entry.colour) }
}

/// How high all of them are.
pub(super) fn height(lanes: &[LaidLane<'_>]) -> i32 {
    lanes.iter().map(LaidLane::height).sum()
}

/// Draws them below each other from `top` on, between the ends of the plots.
pub(super) fn draw(
    canvas: &mut Canvas,
    axis: &Axis,
    lanes: &[LaidLane<'_>],
    (left, right, mut top): (i32, i32, i32),
    (width, x): (i32, impl Fn(u64) -> i32),
) -> Drawn {
    let bottom = top + height(lanes);
    for (from, until) in spans::together(&axis.faults).into_iter().filter(|_| !lanes.is_empty()) {
        let (from, until) = (x(from), x(until));
        let shade = rectangle((from, top), (until.max(from + 10), bottom));
        canvas.area(&shade, VERMILLION, 12)?;
    }
    for laid in lanes {
        canvas.path(&[(left, top), (right, top)], GRID, Stroke::Hair)?;
        let name = LABEL.fit(&laid.lane.name, width - right - 90);
        canvas.text((right + 90, top + HEAD), &name, LABEL, Anchor::Left)?;
        for (entry, row) in laid.lane.entries.iter().zip(&laid.rows) {
            let y = top + HEAD + row.unwrap_or(laid.count.saturating_sub(1)) as i32 * ROW;
            let (from, until) = (x(entry.at), x(entry.until));
            let about = [("data-line", laid.lane.name.as_str()), ("data-sign", &entry.sign)];
            canvas.group(&about, |canvas| {
                if until > from {
                    canvas.path(&[(from, y), (until, y)], entry.colour, Stroke::Line)?;
                }
                canvas.dot((from, y), 52, WHITE)?;
                canvas.dot((from, y), 38, entry.colour)?;
                match row {
                    Some(_) => {
                        canvas.text((from - APART, y), &entry.sign, face(entry), Anchor::Right)
                    }
                    None => Ok(()),
                }
            })?;
        }
        top += laid.height();
    }
    match lanes {
        [] => Ok(()),
        _ => canvas.path(&[(left, bottom), (right, bottom)], MUTED, Stroke::Hair),
    }
}
