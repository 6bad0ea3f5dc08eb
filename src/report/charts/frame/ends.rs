//! Owns the names at the right end of lines, bands and thresholds, none over another. Must not
//! know what they stand for.

use super::{LABEL, Plot};
use crate::report::charts::canvas::{Anchor, Canvas, Drawn, Stroke, rectangle};
use crate::report::charts::colour::{Colour, INK, MUTED};
use crate::report::charts::picture::{Along, Look, Panel};

/// From one name to the next below it.
pub(super) const GAP: i32 = 160;

/// A name at the right of a plot.
pub(super) struct End {
    /// The height of the name's middle.
    pub y: i32,
    name: String,
    channel: Option<String>,
    swatch: Swatch,
}

/// What stands before a name.
enum Swatch {
    Line(Colour, Stroke),
    Band(Colour, u8),
}

/// How many names a panel has at most.
pub(super) fn count(panel: &Panel) -> i32 {
    let named = panel.lines.iter().filter(|line| line.look != Look::Behind).count();
    let behind = usize::from(named < panel.lines.len());
    let bands = panel.bands.iter().filter(|band| !band.name.is_empty()).count();
    (named + behind + bands + panel.thresholds.len()) as i32
}

/// The names of a plot, each as near its line's end as the others let it.
pub(super) fn of(plot: &Plot<'_>, along: &Along) -> Vec<End> {
    let panel = plot.panel;
    let mut ends = Vec::new();
    let last = |values: &[Option<i64>]| values.iter().take(along.len()).rev().find_map(|v| *v);
    for band in panel.bands.iter().filter(|band| !band.name.is_empty()) {
        if let (Some(low), Some(high)) = (last(&band.low.1), last(&band.high.1)) {
            let y = i32::midpoint(plot.y(low), plot.y(high));
            let swatch = Swatch::Band(band.colour, band.percent);
            ends.push(End { y, name: band.name.clone(), channel: band.channel.clone(), swatch });
        }
    }
    for line in panel.lines.iter().filter(|line| line.look != Look::Behind) {
        if let Some(value) = last(&line.values) {
            let swatch = Swatch::Line(line.colour, Stroke::Line);
            let (name, channel) = (line.name.clone(), line.channel.clone());
            ends.push(End { y: plot.y(value), name, channel, swatch });
        }
    }
    ends.extend(behind(plot, along));
    for threshold in panel.thresholds.iter().filter(|threshold| plot.shows(threshold.value)) {
        let swatch = Swatch::Line(INK, Stroke::Dashed);
        let (y, name) = (plot.y(threshold.value), threshold.name.clone());
        ends.push(End { y, name, channel: None, swatch });
    }
    apart(&mut ends, plot.top, plot.bottom);
    ends
}

/// One name for all lines that stand behind.
fn behind(plot: &Plot<'_>, along: &Along) -> Option<End> {
    let lines = plot.panel.lines.iter().filter(|line| line.look == Look::Behind);
    let last = |values: &[Option<i64>]| values.iter().take(along.len()).rev().find_map(|v| *v);
    let heights: Vec<i32> = lines.filter_map(|l| last(&l.values)).map(|v| plot.y(v)).collect();
    let middle = heights.get(heights.len() / 2)?;
    Some(End {
        y: *middle,
        name: format!("{} more", heights.len()),
        channel: None,
        swatch: Swatch::Line(MUTED, Stroke::Thin),
    })
}

/// Moves names apart, in the order of their heights.
fn apart(ends: &mut [End], top: i32, bottom: i32) {
    ends.sort_by_key(|end| end.y);
    let mut lowest = top;
    let room = ends.len() as i32 - 1;
    for (place, end) in ends.iter_mut().enumerate() {
        // Leave room below for those that follow, then keep away from the one above.
        end.y = end.y.min(bottom - (room - place as i32) * GAP).max(lowest);
        lowest = end.y + GAP;
    }
}

pub(super) fn draw(canvas: &mut Canvas, plot: &Plot<'_>, ends: &[End], width: i32) -> Drawn {
    let x = plot.right + 60;
    for end in ends {
        let one = |canvas: &mut Canvas| {
            match end.swatch {
                Swatch::Line(colour, stroke) => {
                    canvas.path(&[(x, end.y), (x + 150, end.y)], colour, stroke)?;
                }
                Swatch::Band(colour, percent) => {
                    let swatch = rectangle((x, end.y - 40), (x + 150, end.y + 40));
                    canvas.area(&swatch, colour, percent.max(16))?;
                }
            }
            let text = LABEL.fit(&end.name, width - x - 200);
            canvas.text((x + 200, end.y), &text, LABEL, Anchor::Left)
        };
        match &end.channel {
            Some(channel) => canvas.group(&[("data-channel", channel)], one)?,
            None => one(canvas)?,
        }
    }
    Ok(())
}
