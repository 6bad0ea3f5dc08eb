//! Owns the stretches of an axis: phases shaded and named, promotions bracketed, faults shaded and
//! bracketed, moments dashed.
//! Must not know the lines.

use super::ends::End;
use super::{LABEL, Plot, SMALL};
use crate::report::charts::axis::{Axis, Stretch};
use crate::report::charts::canvas::{Anchor, Canvas, Drawn, Stroke, rectangle};
use crate::report::charts::colour::{BLUE, Colour, GRID, INK, MUTED, VERMILLION};
use crate::report::charts::face::Face;
use crate::report::charts::picture::Along;

const NAME_LINE: i32 = 155;
/// Rows for names; what finds no room in them is shaded, not named.
const NAME_ROWS: usize = 4;
/// Between the names and what follows.
pub(super) const ROOM_BELOW: i32 = 80;
/// No name is longer.
const NAME_WIDTH_MAX: i32 = 1_800;

/// Names above the plots, each in a row where it overlaps no other.
pub(super) struct Names {
    phases: Vec<Option<Named>>,
    promotions: Vec<Option<Named>>,
    faults: Vec<Option<Named>>,
    rows: i32,
}

struct Named {
    x: i32,
    row: i32,
    text: String,
}

impl Names {
    pub(super) fn height(&self) -> i32 {
        self.rows * NAME_LINE
    }
}

/// Finds a row for every name, from left to right.
pub(super) fn names(axis: &Axis, width: i32, x: impl Fn(u64) -> i32) -> Names {
    let phases = axis.phases.iter().map(|s| (s.from_us, s.name.clone()));
    let promotions = axis.promotions.iter().map(|s| (s.from_us, s.name.clone()));
    let faults = axis.faults.iter().map(|s| (s.from_us, s.name.clone()));
    let wanted: Vec<(u64, String)> = phases.chain(promotions).chain(faults).collect();
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&place| (wanted[place].0, place));
    let mut free_from = [i32::MIN; NAME_ROWS];
    let mut named: Vec<Option<Named>> = wanted.iter().map(|_| None).collect();
    for place in order {
        let (from, name) = &wanted[place];
        let x = x(*from) + 20;
        let text = SMALL.fit(name, (width - x).min(NAME_WIDTH_MAX));
        let row = free_from.iter().position(|free| *free <= x);
        if let Some(row) = row.filter(|_| !text.is_empty()) {
            free_from[row] = x + SMALL.width(&text) + 80;
            named[place] = Some(Named { x, row: row as i32, text });
        }
    }
    let rows = named.iter().flatten().map(|name| name.row + 1).max().unwrap_or(0);
    let mut promotions = named.split_off(axis.phases.len());
    let faults = promotions.split_off(axis.promotions.len());
    Names { phases: named, promotions, faults, rows }
}

/// Every second phase is shaded; every name has a tick down to the plots.
pub(super) fn draw(
    canvas: &mut Canvas,
    axis: &Axis,
    names: &Names,
    head: i32,
    plots: &[(Plot<'_>, Vec<End>)],
) -> Drawn {
    let Some((first, _)) = plots.first() else { return Ok(()) };
    let foot = head + names.height() + ROOM_BELOW;
    for (place, (phase, name)) in axis.phases.iter().zip(&names.phases).enumerate() {
        let [from, until] = ends(phase);
        let about =
            [("data-phase", phase.name.as_str()), ("data-from", &from), ("data-until", &until)];
        canvas.group(&about, |canvas| {
            for (plot, _) in plots.iter().filter(|_| place % 2 == 1) {
                let [from, until] = [phase.from_us, phase.until_us].map(|us| plot.x(us));
                if until > from {
                    let shade = rectangle((from, plot.top), (until, plot.bottom));
                    canvas.area(&shade, MUTED, 9)?;
                }
            }
            written(canvas, name.as_ref(), head, foot, MUTED)
        })?;
    }
    for (promotion, name) in axis.promotions.iter().zip(&names.promotions) {
        let [from, until] = ends(promotion);
        let about = [
            ("data-promotion", promotion.name.as_str()),
            ("data-from", &from),
            ("data-until", &until),
        ];
        canvas.group(&about, |canvas| {
            let bar = bracket(canvas, first, promotion, foot, BLUE)?;
            written(canvas, name.as_ref(), head, bar, BLUE)
        })?;
    }
    for (from_us, until_us) in together(&axis.faults) {
        let [from, until] = [from_us, until_us].map(|us| us.to_string());
        canvas.group(
            &[("data-fault", ""), ("data-from", &from), ("data-until", &until)],
            |canvas| {
                for (plot, _) in plots {
                    // A crash of seconds is seen all the same.
                    let (from, until) = (plot.x(from_us), plot.x(until_us));
                    let shade = rectangle((from, plot.top), (until.max(from + 10), plot.bottom));
                    canvas.area(&shade, VERMILLION, 12)?;
                }
                Ok(())
            },
        )?;
    }
    for (fault, name) in axis.faults.iter().zip(&names.faults) {
        let [from, until] = ends(fault);
        let about =
            [("data-fault", fault.name.as_str()), ("data-from", &from), ("data-until", &until)];
        canvas.group(&about, |canvas| {
            let bar = bracket(canvas, first, fault, foot, VERMILLION)?;
            written(canvas, name.as_ref(), head, bar, VERMILLION)
        })?;
    }
    Ok(())
}

/// Stretches that overlap or touch, as one.
pub(super) fn together(stretches: &[Stretch]) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> = stretches.iter().map(|s| (s.from_us, s.until_us)).collect();
    all.sort_unstable();
    all.dedup_by(|next, before| {
        let touches = next.0 <= before.1;
        if touches {
            before.1 = before.1.max(next.1);
        }
        touches
    });
    all
}

/// A bracket above the plot, where no line can be taken for it; says how high its bar lies.
fn bracket(
    canvas: &mut Canvas,
    plot: &Plot<'_>,
    stretch: &Stretch,
    foot: i32,
    colour: Colour,
) -> Result<i32, String> {
    let bar = foot - 45;
    let [from, until] = [stretch.from_us, stretch.until_us].map(|us| plot.x(us));
    canvas.path(&[(from, foot), (from, bar), (until, bar), (until, foot)], colour, Stroke::Line)?;
    Ok(bar)
}

fn ends(stretch: &Stretch) -> [String; 2] {
    [stretch.from_us, stretch.until_us].map(|us| us.to_string())
}

fn written(
    canvas: &mut Canvas,
    name: Option<&Named>,
    head: i32,
    foot: i32,
    colour: Colour,
) -> Drawn {
    let Some(name) = name else { return Ok(()) };
    let y = head + name.row * NAME_LINE + 70;
    canvas.path(&[(name.x - 20, y - 50), (name.x - 20, foot)], GRID, Stroke::Hair)?;
    canvas.text((name.x, y), &name.text, Face { colour, ..SMALL }, Anchor::Left)
}

/// Dashed and named moments: where a record ends, where a limit is first met.
pub(super) fn moments(canvas: &mut Canvas, plot: &Plot<'_>, along: &Along) -> Drawn {
    for (at, name) in &plot.axis.moments {
        let x = plot.x(*at);
        canvas.path(&[(x, plot.top), (x, plot.bottom)], INK, Stroke::Dashed)?;
        let (room_left, room_right) = (x - plot.left - 80, plot.right - x - 80);
        let (text_x, room, anchor) = if LABEL.width(name) <= room_right || room_right > room_left {
            (x + 40, room_right, Anchor::Left)
        } else {
            (x - 40, room_left, Anchor::Right)
        };
        let text = LABEL.fit(name, room);
        let width = LABEL.width(&text);
        let from = if anchor == Anchor::Left { text_x } else { text_x - width };
        let y = clear_of_lines(plot, along, (from, from + width));
        canvas.text_over((text_x, y), &text, LABEL, anchor)?;
    }
    Ok(())
}

/// A name keeps so far from the lines.
const CLEAR: i32 = 120;

/// The height between two places at which a name lies on no line: at the top where it can.
fn clear_of_lines(plot: &Plot<'_>, along: &Along, (from, until): (i32, i32)) -> i32 {
    let mut heights: Vec<i32> =
        plot.panel.thresholds.iter().map(|threshold| plot.y(threshold.value)).collect();
    for line in &plot.panel.lines {
        let known = line.values.iter().take(along.len()).enumerate();
        let point = |(place, value): (usize, &Option<i64>)| {
            Some((plot.x(along.at(place)), plot.y((*value)?)))
        };
        let points: Vec<(i32, i32)> = known.filter_map(point).collect();
        for pair in points.windows(2) {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
            if x1 >= from && x0 <= until {
                let at = |x: i32| y0 + (y1 - y0) * (x.clamp(x0, x1) - x0) / (x1 - x0).max(1);
                heights.extend([from, i32::midpoint(from, until), until].map(at));
            }
        }
    }
    let free = |y: &i32| heights.iter().map(|line| (line - y).abs()).min().unwrap_or(CLEAR);
    let places = [plot.top + 90, plot.bottom - 90, i32::midpoint(plot.top, plot.bottom)];
    let clear = places.into_iter().find(|place| free(place) >= CLEAR);
    clear.unwrap_or_else(|| places.into_iter().max_by_key(free).unwrap_or(plot.top + 90))
}
