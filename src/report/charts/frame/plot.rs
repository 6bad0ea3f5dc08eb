//! Owns what is drawn inside one panel: grid, bands, lines, thresholds, marks. Must not lay out.

use super::{Plot, SMALL};
use crate::report::charts::canvas::{Anchor, Canvas, Drawn, Point, Stroke};
use crate::report::charts::colour::{GRID, INK, MUTED, WHITE};
use crate::report::charts::face::Face;
use crate::report::charts::picture::{Along, Look, Mark, Panel, PlottedLine, Shade};

/// From the top of a plot up to the names of its marks, and the room both need.
const MARK_NAME: i32 = 230;
const MARKS_ROOM: i32 = 320;
/// From one mark's name to the next.
const MARK_GAP: i32 = 60;

/// Room that a panel's marks need above its plot.
pub(super) fn marks_room(panel: &Panel) -> i32 {
    if panel.marks.is_empty() { 0 } else { MARKS_ROOM }
}

impl Plot<'_> {
    pub(super) fn grid(&self, canvas: &mut Canvas) -> Drawn {
        for level in &self.levels {
            let y = self.y(*level);
            canvas.path(&[(self.left, y), (self.right, y)], GRID, Stroke::Hair)?;
            let said = SMALL.fit(&self.panel.measured.tick(*level), self.left - 60);
            canvas.text((self.left - 60, y), &said, SMALL, Anchor::Right)?;
        }
        let foot = [(self.left, self.bottom), (self.right, self.bottom)];
        canvas.path(&foot, MUTED, Stroke::Hair)
    }

    pub(super) fn series(&self, canvas: &mut Canvas, along: &Along) -> Drawn {
        let panel = self.panel;
        for band in &panel.bands {
            grouped(canvas, band.channel.as_deref(), &band.name, |canvas| {
                self.band(canvas, band, along)
            })?;
        }
        for threshold in panel.thresholds.iter().filter(|t| self.shows(t.value)) {
            let y = self.y(threshold.value);
            canvas.path(&[(self.left, y), (self.right, y)], INK, Stroke::Dashed)?;
        }
        let behind = panel.lines.iter().filter(|line| line.look == Look::Behind);
        let before = panel.lines.iter().filter(|line| line.look != Look::Behind);
        for line in behind.chain(before) {
            grouped(canvas, line.channel.as_deref(), &line.name, |canvas| {
                self.line(canvas, line, along)
            })?;
        }
        self.marks(canvas)?;
        if panel.highest().is_some() {
            return Ok(());
        }
        let middle = |a, b| i32::midpoint(a, b);
        let centre = (middle(self.left, self.right), middle(self.top, self.bottom));
        canvas.text(centre, "nothing was measured", SMALL, Anchor::Centre)
    }

    fn line(&self, canvas: &mut Canvas, line: &PlottedLine, along: &Along) -> Drawn {
        let stroke = if line.look == Look::Behind { Stroke::Thin } else { Stroke::Line };
        for run in unbroken(along, |place| line.values.get(place).copied().flatten()) {
            let mut points: Vec<Point> = run
                .iter()
                .map(|&(place, value)| (self.x(along.at(place)), self.y(value)))
                .collect();
            if matches!(along, Along::Moments(_)) {
                points = self.steps(&points, run.last().map(|(place, _)| *place), along);
            }
            if let (Look::Shaded, Some(first), Some(last)) =
                (line.look, points.first(), points.last())
            {
                let foot = [(last.0, self.bottom), (first.0, self.bottom)];
                let area: Vec<Point> = points.iter().copied().chain(foot).collect();
                canvas.area(&area, line.colour, 16)?;
            }
            canvas.path(&visible(points), line.colour, stroke)?;
        }
        Ok(())
    }

    /// A value holds until the next one, the last to the end of what is known.
    fn steps(&self, points: &[Point], last: Option<usize>, along: &Along) -> Vec<Point> {
        let mut stairs: Vec<Point> = Vec::with_capacity(points.len() * 2);
        for &(x, y) in points {
            if let Some(&(_, before)) = stairs.last() {
                stairs.push((x, before));
            }
            stairs.push((x, y));
        }
        let next = last.filter(|place| place + 1 < along.len()).map(|place| along.at(place + 1));
        let until = self.x(next.unwrap_or(self.axis.until));
        if let Some(&(_, y)) = stairs.last() {
            stairs.push((until, y));
        }
        stairs
    }

    fn band(&self, canvas: &mut Canvas, band: &Shade, along: &Along) -> Drawn {
        let both = |place: usize| {
            let low = band.low.1.get(place).copied().flatten()?;
            let high = band.high.1.get(place).copied().flatten()?;
            Some((low, high))
        };
        for run in unbroken(along, both) {
            let x = |place: &usize| self.x(along.at(*place));
            let lower = run.iter().map(|(place, (low, _))| (x(place), self.y(*low)));
            let upper = run.iter().rev().map(|(place, (_, high))| (x(place), self.y(*high)));
            let (lower, upper) = (visible(lower.collect()), visible(upper.collect()));
            let area: Vec<Point> = lower.into_iter().chain(upper).collect();
            canvas.area(&area, band.colour, band.percent)?;
        }
        Ok(())
    }

    /// Dots on the plot, each with its name above it and a hair down to it.
    fn marks(&self, canvas: &mut Canvas) -> Drawn {
        let names = self.mark_names();
        for (mark, name) in self.panel.marks.iter().zip(names) {
            let at = (self.x(mark.at), self.y(mark.value));
            let face = Face { bold: true, ..Face::small(mark.colour) };
            grouped(canvas, mark.channel.as_deref(), &mark.name, |canvas| {
                if let Some(x) = name {
                    let y = self.top - MARK_NAME;
                    canvas.path(&[(x, y + 75), (at.0, self.top - 30), at], MUTED, Stroke::Thin)?;
                    canvas.text((x, y), &mark.name, face, Anchor::Centre)?;
                }
                canvas.dot(at, 52, WHITE)?;
                canvas.dot(at, 38, mark.colour)
            })?;
        }
        Ok(())
    }

    /// Where the name of each mark stands: as near above it as the others let it. When there is no
    /// room for all, every second, third, … one is named.
    fn mark_names(&self) -> Vec<Option<i32>> {
        let marks = &self.panel.marks;
        let face = Face { bold: true, ..Face::small(MUTED) };
        let widths: Vec<i32> = marks.iter().map(|mark| face.width(&mark.name)).collect();
        let takes =
            |every: usize| widths.iter().step_by(every).map(|width| width + MARK_GAP).sum::<i32>();
        let room = self.right - self.left + MARK_GAP;
        let every = (1..marks.len()).find(|every| takes(*every) <= room).unwrap_or(marks.len());
        let (mut free, mut after) = (self.left, if marks.is_empty() { 0 } else { takes(every) });
        let place = |(place, mark): (usize, &Mark)| {
            (place % every == 0).then(|| {
                let width = widths[place];
                after -= width + MARK_GAP;
                let last = self.right - after - (width + 1) / 2;
                let x = self.x(mark.at).min(last).max(free + width / 2);
                free = x + (width + 1) / 2 + MARK_GAP;
                x
            })
        };
        marks.iter().enumerate().map(place).collect()
    }
}

/// A group for a line, so that a page can find it.
fn grouped(
    canvas: &mut Canvas,
    channel: Option<&str>,
    name: &str,
    draw: impl FnOnce(&mut Canvas) -> Drawn,
) -> Drawn {
    match channel {
        Some(channel) => canvas.group(&[("data-line", name), ("data-channel", channel)], draw),
        None => canvas.group(&[("data-line", name)], draw),
    }
}

/// The places with a value, broken where nothing was measured.
fn unbroken<T>(along: &Along, value: impl Fn(usize) -> Option<T>) -> Vec<Vec<(usize, T)>> {
    let mut runs: Vec<Vec<(usize, T)>> = Vec::new();
    let mut open = false;
    for place in 0..along.len() {
        match (value(place), open, runs.last_mut()) {
            (Some(value), true, Some(run)) => run.push((place, value)),
            (Some(value), ..) => {
                runs.push(vec![(place, value)]);
                open = true;
            }
            (None, ..) => open = false,
        }
    }
    runs
}

/// A point alone becomes a short dash.
fn visible(points: Vec<Point>) -> Vec<Point> {
    match points[..] {
        [(x, y)] => vec![(x - 20, y), (x + 20, y)],
        _ => points,
    }
}
