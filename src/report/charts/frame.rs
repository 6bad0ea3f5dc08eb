//! Owns how a picture is laid out: title, names of phases, panels one below the other over one
//! axis, the names at the right. Must not know what a line stands for.

pub(super) mod data;
mod ends;
mod lanes;
mod plot;
mod spans;

use super::axis::Axis;
use super::canvas::{Anchor, Canvas, Drawn};
use super::colour::{INK, MUTED};
use super::face::Face;
use super::picture::{Panel, Picture};
use super::ticks;
use super::{Chart, Layout};
use crate::report::ReportError;
use crate::report::words::number::glued;
use ends::End;

const TITLE: Face = Face { px: 16, bold: true, colour: INK };
const PANEL_NAME: Face = Face { px: 12, bold: true, colour: INK };
pub(super) const SMALL: Face = Face::small(MUTED);
pub(super) const LABEL: Face = Face::small(INK);
const TITLE_LINE: i32 = 220;
const SUBTITLE_LINE: i32 = 175;
/// Room for the name of a panel above its plot.
const PANEL_NAME_LINE: i32 = 280;
/// Room for the ticks below the lowest plot.
const FOOT: i32 = 270;
/// From one plot to the next.
const BETWEEN: i32 = 150;

/// The sheet of a layout, in grid units.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    /// Width of the sheet.
    pub width: i32,
    /// Room for the ticks of vertical axes.
    pub left: i32,
    /// Room for names at the right.
    pub margin: i32,
    /// Length of the piece of line before each of them.
    pub swatch: i32,
    pub ticks_max: u64,
    titles_max: usize,
    subtitles_max: usize,
}

impl Sheet {
    pub(super) fn of(layout: Layout) -> Sheet {
        match layout {
            Layout::Wide => Sheet {
                width: 9_600,
                left: 660,
                margin: 1_560,
                swatch: 150,
                ticks_max: 8,
                titles_max: 2,
                subtitles_max: 2,
            },
            Layout::Narrow => Sheet {
                width: 4_000,
                left: 640,
                margin: 1_300,
                swatch: 100,
                ticks_max: 5,
                titles_max: 5,
                subtitles_max: 4,
            },
        }
    }

    /// A heading for this sheet.
    pub(super) fn heading(&self, title: &str, subtitle: &str) -> Heading {
        Heading {
            titles: TITLE.wrap(&glued(title), self.width, self.titles_max),
            subtitles: SMALL.wrap(&glued(subtitle), self.width, self.subtitles_max),
        }
    }
}

/// Title and subtitle, broken into lines.
pub(super) struct Heading {
    titles: Vec<String>,
    subtitles: Vec<String>,
}

impl Heading {
    /// Where what follows begins.
    pub(super) fn foot(&self) -> i32 {
        let (titles, subtitles) = (self.titles.len() as i32, self.subtitles.len() as i32);
        titles * TITLE_LINE + subtitles * SUBTITLE_LINE + 90
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) -> Drawn {
        let mut y = 115;
        for title in &self.titles {
            canvas.text((0, y), title, TITLE, Anchor::Left)?;
            y += TITLE_LINE;
        }
        for subtitle in &self.subtitles {
            canvas.text((0, y), subtitle, SMALL, Anchor::Left)?;
            y += SUBTITLE_LINE;
        }
        Ok(())
    }
}

/// Where one panel's plot lies and what it measures, in grid units.
pub(super) struct Plot<'a> {
    pub panel: &'a Panel,
    pub axis: &'a Axis,
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
    levels: Vec<i64>,
}

impl Plot<'_> {
    pub(super) fn x(&self, at: u64) -> i32 {
        along(self.axis, self.left, self.right, at)
    }

    pub(super) fn y(&self, value: i64) -> i32 {
        let (floor, ceiling) = (self.floor(), self.ceiling());
        let above = i128::from(value.clamp(floor, ceiling)) - i128::from(floor);
        let range = (i128::from(ceiling) - i128::from(floor)).max(1);
        self.bottom - (above * i128::from(self.bottom - self.top) / range) as i32
    }

    fn floor(&self) -> i64 {
        self.levels.first().copied().unwrap_or(0)
    }

    fn ceiling(&self) -> i64 {
        self.levels.last().copied().unwrap_or(1)
    }

    fn shows(&self, value: i64) -> bool {
        (self.floor()..=self.ceiling()).contains(&value)
    }
}

/// How far along an axis a place is, between `left` and `right`.
fn along(axis: &Axis, left: i32, right: i32, at: u64) -> i32 {
    let (from, range) = (axis.from, (axis.until - axis.from).max(1));
    let along = u128::from(at.clamp(from, axis.until) - from) * (right - left) as u128;
    left + (along / u128::from(range)) as i32
}

/// Draws a picture over an axis.
pub fn draw(axis: &Axis, picture: &Picture, layout: Layout) -> Result<Chart, ReportError> {
    let drawn = drawn(axis, picture, layout);
    drawn.map_err(|cause| ReportError::Draw { chart: picture.key.clone(), cause })
}

fn drawn(axis: &Axis, picture: &Picture, layout: Layout) -> Result<Chart, String> {
    let sheet = Sheet::of(layout);
    let (left, right) = (sheet.left, sheet.width - sheet.margin);
    let heading = sheet.heading(&picture.title, &picture.subtitle);
    let names = spans::names(axis, sheet.width, |at| along(axis, left, right, at));
    let top = heading.foot() + names.height() + spans::ROOM_BELOW;
    let plots = plots(axis, picture, (left, right), top);
    let lanes = lanes::laid(axis, |at| along(axis, left, right, at));
    let foot = plots.last().map_or(top, |(plot, _)| plot.bottom);
    let lanes_top = if lanes.is_empty() { foot } else { foot + BETWEEN };
    let bottom = lanes_top + lanes::height(&lanes);
    let size = (sheet.width, bottom + FOOT);
    let mut canvas = Canvas::new(size)?;
    heading.draw(&mut canvas)?;
    spans::draw(&mut canvas, axis, &names, heading.foot(), &plots)?;
    for (plot, ends) in &plots {
        if picture.panels.len() > 1 {
            let room = sheet.width;
            let name = PANEL_NAME.fit(&plot.panel.name, room);
            canvas.text((0, plot.top - 160), &name, PANEL_NAME, Anchor::Left)?;
        }
        plot.grid(&mut canvas)?;
        plot.series(&mut canvas, &picture.along)?;
        spans::moments(&mut canvas, plot, &picture.along)?;
        ends::draw(&mut canvas, plot, ends, &sheet)?;
    }
    let x = |at| along(axis, left, right, at);
    lanes::draw(&mut canvas, axis, &lanes, (left, right, lanes_top), (sheet.width, x))?;
    clock(&mut canvas, axis, (left, right, bottom), sheet.ticks_max)?;
    let (columns, rows) = picture.table(axis);
    let plots: Vec<Plot<'_>> = plots.into_iter().map(|(plot, _)| plot).collect();
    Ok(Chart {
        key: picture.key.clone(),
        title: picture.title.clone(),
        svg: canvas.svg(
            &format!("{}-{}", picture.key, layout.name()),
            &picture.title,
            &picture.subtitle,
        ),
        columns,
        rows,
        data: Some(data::of(axis, picture, &plots, size)),
    })
}

/// Height of a plot by its place: one alone is the tallest, the first of several tells the most.
fn height(place: usize, of: usize) -> i32 {
    match (place, of) {
        (_, 1) => 2_000,
        (0, _) => 1_500,
        _ => 1_200,
    }
}

fn plots<'a>(
    axis: &'a Axis,
    picture: &'a Picture,
    (left, right): (i32, i32),
    mut top: i32,
) -> Vec<(Plot<'a>, Vec<End>)> {
    let several = picture.panels.len() > 1;
    let mut plots = Vec::new();
    for (place, panel) in picture.panels.iter().enumerate() {
        top += if several { PANEL_NAME_LINE } else { 0 } + plot::marks_room(panel);
        let names = ends::count(panel);
        let height = height(place, picture.panels.len()).max(names * ends::GAP);
        let (from, until) = (
            panel.from.min(panel.lowest().unwrap_or(panel.from)),
            panel.until.max(panel.highest().unwrap_or(panel.until)),
        );
        let most = if height < 1_400 { 4 } else { 6 };
        let levels = ticks::values(panel.measured, from, until, most);
        let plot = Plot { panel, axis, left, right, top, bottom: top + height, levels };
        let ends = ends::of(&plot, &picture.along);
        top = plot.bottom + BETWEEN;
        plots.push((plot, ends));
    }
    plots
}

/// The ticks of the axis along the bottom: as many as have room for what they say.
fn clock(
    canvas: &mut Canvas,
    axis: &Axis,
    (left, right, bottom): (i32, i32, i32),
    ticks_max: u64,
) -> Drawn {
    let x = |at| along(axis, left, right, at);
    let room = |ticks: &[(u64, String)]| {
        let apart = |a: &(u64, String), b: &(u64, String)| {
            x(b.0) - x(a.0) >= i32::midpoint(SMALL.width(&a.1), SMALL.width(&b.1)) + 60
        };
        ticks.windows(2).all(|two| apart(&two[0], &two[1]))
    };
    let fitting = (2..=ticks_max).rev().map(|most| axis.ticks(most)).find(|ticks| room(ticks));
    for (at, said) in fitting.unwrap_or_default() {
        let x = x(at);
        canvas.path(&[(x, bottom), (x, bottom + 40)], MUTED, super::canvas::Stroke::Hair)?;
        canvas.text((x, bottom + 145), &said, SMALL, Anchor::Centre)?;
    }
    Ok(())
}
