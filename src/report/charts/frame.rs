//! Owns what the five charts share: title, time axis, phases, promotions, grid, thresholds, the
//! lines and their names. Must not know what a line stands for.

use plotters::style::RGBColor;

use super::Layout;
use super::buckets::Buckets;
use super::canvas::{self, Anchor, BLUE, Canvas, Face, GRID, INK, MUTED, Point, Stroke, rectangle};
use super::ticks::{self, Measured};
use crate::report::ReportError;
use crate::report::summary::Summary;
use crate::report::summary::series::Window;

/// What one chart shows.
pub(super) struct Panel {
    pub key: &'static str,
    /// The finding.
    pub title: String,
    /// Bucket and unit.
    pub subtitle: String,
    pub measured: Measured,
    /// Where the vertical axis begins; not at zero only for shares near the whole.
    pub from: u64,
    /// What the axis must reach even when no line does.
    pub until: u64,
    pub lines: Vec<Line>,
    pub thresholds: Vec<Threshold>,
}

/// One line: a value a bucket, none where nothing was measured.
pub(super) struct Line {
    pub name: &'static str,
    pub colour: RGBColor,
    /// The area below is shaded too.
    pub shaded: bool,
    pub values: Vec<Option<u64>>,
}

impl Line {
    pub(super) fn of(
        name: &'static str,
        colour: RGBColor,
        buckets: &Buckets,
        value: impl Fn(&Window) -> Option<u64>,
    ) -> Line {
        Line { name, colour, shaded: false, values: buckets.run.iter().map(value).collect() }
    }

    pub(super) fn shaded(self) -> Line {
        Line { shaded: true, ..self }
    }
}

/// A dashed, named line across the chart.
pub(super) struct Threshold {
    pub name: String,
    pub value: u64,
}

impl Panel {
    pub(super) fn highest(&self) -> u64 {
        let values = self.lines.iter().flat_map(|line| line.values.iter().flatten());
        values.copied().max().unwrap_or(0)
    }

    /// The same as a table: head and rows.
    pub(super) fn table(&self, buckets: &Buckets) -> (Vec<String>, Vec<Vec<String>>) {
        let names = self.lines.iter().map(|line| line.name.to_owned());
        let head = std::iter::once("from".to_owned()).chain(names).collect();
        let cell = |value: Option<u64>| value.map_or("—".to_owned(), |v| self.measured.cell(v));
        let row = |place: usize| {
            let at = crate::report::words::number::clock(buckets.start_us(place));
            std::iter::once(at).chain(self.lines.iter().map(|l| cell(l.values[place]))).collect()
        };
        (head, (0..buckets.run.len()).map(row).collect())
    }
}

/// The measures of a chart, in grid units.
struct Geometry {
    width: i32,
    height: i32,
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    end_us: u64,
    floor: u64,
    ceiling: u64,
}

impl Geometry {
    fn x(&self, at_us: u64) -> i32 {
        let along = u128::from(at_us.min(self.end_us)) * (self.right - self.left) as u128;
        self.left + (along / u128::from(self.end_us.max(1))) as i32
    }

    fn y(&self, value: u64) -> i32 {
        let above = value.clamp(self.floor, self.ceiling) - self.floor;
        let range = (self.ceiling - self.floor).max(1);
        let up = u128::from(above) * (self.bottom - self.top) as u128 / u128::from(range);
        self.bottom - up as i32
    }
}

const TITLE: Face = Face { px: 16, bold: true, colour: INK };
const SMALL: Face = Face::small(MUTED);
const LABEL: Face = Face::small(INK);
const TITLE_LINE: i32 = 210;
const NAME_LINE: i32 = 150;
/// Rows for names of phases and promotions; what finds no room in them is shaded, not named.
const NAME_ROWS: usize = 4;
const PLOT_HEIGHT: i32 = 1_900;

/// A name above the plot: where it starts and which row it is in.
struct Named {
    x: i32,
    row: usize,
    text: String,
    colour: RGBColor,
}

/// Draws a panel.
pub(super) fn draw(
    summary: &Summary,
    panel: &Panel,
    buckets: &Buckets,
    layout: Layout,
) -> Result<String, ReportError> {
    let wide = layout == Layout::Wide;
    let (width, left, margin, ticks_max) =
        if wide { (9_600, 640, 1_350, 8) } else { (4_000, 520, 1_200, 5) };
    let titles = TITLE.wrap(&panel.title, width, if wide { 2 } else { 4 });
    let subtitles = SMALL.wrap(&panel.subtitle, width, if wide { 1 } else { 3 });
    let end_us = summary
        .campaign
        .traffic_ends_us
        .max(summary.record.observed_until_us)
        .max(buckets.start_us(buckets.run.len()));
    let levels = ticks::values(panel.measured, panel.from, panel.highest().max(panel.until));
    let mut geometry = Geometry {
        width,
        height: 0,
        left,
        right: width - margin,
        top: 0,
        bottom: 0,
        end_us,
        floor: panel.from,
        ceiling: levels.last().copied().unwrap_or(1).max(panel.from + 1),
    };
    let names = names(summary, &geometry);
    let rows = names.iter().map(|name| name.row as i32 + 1).max().unwrap_or(0);
    let head = titles.len() as i32 * TITLE_LINE + subtitles.len() as i32 * 170 + 90;
    geometry.top = head + rows * NAME_LINE + 80;
    geometry.bottom = geometry.top + PLOT_HEIGHT;
    geometry.height = geometry.bottom + 260;
    let id = format!("{}-{}", panel.key, layout.name());
    let drawn = canvas::svg(
        (geometry.width, geometry.height),
        &id,
        (&panel.title, &panel.subtitle),
        |canvas| {
            heading(canvas, &titles, &subtitles)?;
            phases(canvas, summary, &geometry, &names, head)?;
            axes(canvas, panel, &geometry, &levels, ticks_max)?;
            thresholds(canvas, panel, &geometry)?;
            lines(canvas, panel, buckets, &geometry)?;
            record_end(canvas, summary, &geometry)
        },
    );
    drawn.map_err(|cause| ReportError::Draw { chart: panel.key, cause })
}

fn heading(canvas: &Canvas<'_>, titles: &[String], subtitles: &[String]) -> Result<(), String> {
    let mut y = 110;
    for title in titles {
        canvas.text((0, y), title, TITLE, Anchor::Left)?;
        y += TITLE_LINE;
    }
    for subtitle in subtitles {
        canvas.text((0, y), subtitle, SMALL, Anchor::Left)?;
        y += 170;
    }
    Ok(())
}

/// Gives each phase and promotion a row where its name overlaps no other.
fn names(summary: &Summary, geometry: &Geometry) -> Vec<Named> {
    let campaign = &summary.campaign;
    let phases = campaign.phases.iter().map(|p| (p.from_us, p.name.clone(), MUTED));
    let promotions = campaign.promotions.iter().map(|p| (p.from_us, format!("▸ {}", p.name), BLUE));
    let drain = (geometry.end_us > campaign.traffic_ends_us)
        .then(|| (campaign.traffic_ends_us, "drain".to_owned(), MUTED));
    let mut free_from = [0_i32; NAME_ROWS];
    let mut named = Vec::new();
    let mut wanted: Vec<_> = phases.chain(promotions).chain(drain).collect();
    wanted.sort_by_key(|(from_us, _, _)| *from_us);
    for (from_us, name, colour) in wanted {
        let x = geometry.x(from_us) + 20;
        let text = SMALL.fit(&name, (geometry.width - x).min(1_800));
        let row = free_from.iter().position(|free| *free <= x);
        let Some(row) = row.filter(|_| !text.is_empty()) else { continue };
        free_from[row] = x + SMALL.width(&text) + 80;
        named.push(Named { x, row, text, colour });
    }
    named
}

/// Every second phase is shaded, every name has a tick down to the plot.
fn phases(
    canvas: &Canvas<'_>,
    summary: &Summary,
    geometry: &Geometry,
    names: &[Named],
    head: i32,
) -> Result<(), String> {
    for (place, phase) in summary.campaign.phases.iter().enumerate() {
        let (from, until) = (geometry.x(phase.from_us), geometry.x(phase.until_us));
        if place % 2 == 1 && until > from {
            let shade = rectangle((from, geometry.top), (until, geometry.bottom));
            canvas.area(shade, MUTED, 9)?;
        }
    }
    for name in names {
        let y = head + name.row as i32 * NAME_LINE + 70;
        let tick = vec![(name.x - 20, y - 50), (name.x - 20, geometry.top)];
        canvas.path(tick, GRID, Stroke::Hair)?;
        let face = Face { colour: name.colour, ..SMALL };
        canvas.text((name.x, y), &name.text, face, Anchor::Left)?;
    }
    // Above the plot, where no line can be taken for it.
    let (foot, bar) = (geometry.top, geometry.top - 45);
    for promotion in &summary.campaign.promotions {
        let [from, until] = [promotion.from_us, promotion.until_us].map(|us| geometry.x(us));
        let bracket = vec![(from, foot), (from, bar), (until, bar), (until, foot)];
        canvas.path(bracket, BLUE, Stroke::Line)?;
    }
    Ok(())
}

fn axes(
    canvas: &Canvas<'_>,
    panel: &Panel,
    geometry: &Geometry,
    levels: &[u64],
    ticks_max: u64,
) -> Result<(), String> {
    for level in levels {
        let y = geometry.y(*level);
        canvas.path(vec![(geometry.left, y), (geometry.right, y)], GRID, Stroke::Hair)?;
        let said = panel.measured.tick(*level);
        canvas.text((geometry.left - 60, y), &said, SMALL, Anchor::Right)?;
    }
    let foot = vec![(geometry.left, geometry.bottom), (geometry.right, geometry.bottom)];
    canvas.path(foot, MUTED, Stroke::Hair)?;
    for (at_us, said) in ticks::time(geometry.end_us, ticks_max) {
        let x = geometry.x(at_us);
        canvas.path(vec![(x, geometry.bottom), (x, geometry.bottom + 40)], MUTED, Stroke::Hair)?;
        canvas.text((x, geometry.bottom + 140), &said, SMALL, Anchor::Centre)?;
    }
    Ok(())
}

fn thresholds(canvas: &Canvas<'_>, panel: &Panel, geometry: &Geometry) -> Result<(), String> {
    let mut said_before: Option<(i32, i32)> = None;
    for threshold in &panel.thresholds {
        if !(geometry.floor..=geometry.ceiling).contains(&threshold.value) {
            continue;
        }
        let y = geometry.y(threshold.value);
        let across = vec![(geometry.left, y), (geometry.right, y)];
        canvas.path(across, INK, Stroke::Dashed)?;
        // Two thresholds close together would write their names over each other.
        let x = match said_before {
            Some((height, end)) if (height - y).abs() < NAME_LINE => end + 160,
            _ => geometry.left + 40,
        };
        canvas.text((x, y - 20), &threshold.name, LABEL, Anchor::LeftFoot)?;
        said_before = Some((y, x + LABEL.width(&threshold.name)));
    }
    Ok(())
}

fn lines(
    canvas: &Canvas<'_>,
    panel: &Panel,
    buckets: &Buckets,
    geometry: &Geometry,
) -> Result<(), String> {
    let mut ends: Vec<(i32, &Line)> = Vec::new();
    for line in &panel.lines {
        let runs = unbroken(line, buckets, geometry);
        let Some(end) = runs.last().and_then(|run| run.last()).copied() else { continue };
        for run in runs {
            if let (true, Some(first), Some(last)) = (line.shaded, run.first(), run.last()) {
                let foot = [(last.0, geometry.bottom), (first.0, geometry.bottom)];
                canvas.area(run.iter().copied().chain(foot).collect(), line.colour, 16)?;
            }
            canvas.path(run, line.colour, Stroke::Line)?;
        }
        ends.push((end.1, line));
    }
    if ends.is_empty() {
        let middle = (
            i32::midpoint(geometry.left, geometry.right),
            i32::midpoint(geometry.top, geometry.bottom),
        );
        return canvas.text(middle, "nothing was measured", SMALL, Anchor::Centre);
    }
    for (y, line) in apart(ends, geometry) {
        let x = geometry.right + 50;
        canvas.path(vec![(x, y), (x + 140, y)], line.colour, Stroke::Line)?;
        canvas.text((x + 190, y), line.name, LABEL, Anchor::Left)?;
    }
    Ok(())
}

/// The line's points, broken where nothing was measured. A point alone becomes a short dash.
fn unbroken(line: &Line, buckets: &Buckets, geometry: &Geometry) -> Vec<Vec<Point>> {
    let mut runs: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for (place, value) in line.values.iter().enumerate() {
        match value {
            Some(value) => {
                let point = (geometry.x(buckets.middle_us(place)), geometry.y(*value));
                match (open, runs.last_mut()) {
                    (true, Some(run)) => run.push(point),
                    _ => runs.push(vec![point]),
                }
                open = true;
            }
            None => open = false,
        }
    }
    for run in &mut runs {
        if let [(x, y)] = run[..] {
            *run = vec![(x - 20, y), (x + 20, y)];
        }
    }
    runs
}

/// Moves the names at the lines' ends apart, in the order of the lines' heights.
fn apart<'a>(mut ends: Vec<(i32, &'a Line)>, geometry: &Geometry) -> Vec<(i32, &'a Line)> {
    const GAP: i32 = 160;
    ends.sort_by_key(|(y, _)| *y);
    let room = ends.len() as i32 - 1;
    let mut lowest = i32::MIN;
    for (place, (y, _)) in ends.iter_mut().enumerate() {
        // Leave room below for those that follow, then keep away from the one above.
        *y = (*y).min(geometry.bottom - (room - place as i32) * GAP).max(lowest);
        lowest = *y + GAP;
    }
    ends
}

/// Where a truncated or interrupted record stops, the rest of the axis is unknown, not quiet.
fn record_end(canvas: &Canvas<'_>, summary: &Summary, geometry: &Geometry) -> Result<(), String> {
    let until = summary.record.observed_until_us;
    if until >= summary.campaign.traffic_ends_us {
        return Ok(());
    }
    let x = geometry.x(until);
    canvas.path(vec![(x, geometry.top), (x, geometry.bottom)], INK, Stroke::Dashed)?;
    canvas.text((x + 40, geometry.top + 110), "the record ends", LABEL, Anchor::Left)
}
