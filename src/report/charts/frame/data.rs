//! Owns what a page needs to answer a pointer over a chart: where along it each bucket stands, and
//! what each line says there. Must not draw.

use serde::Serialize;

use super::super::axis::Axis;
use super::super::colour::Colour;
use super::super::picture::{Picture, Values};
use super::Plot;

/// Where things are on a drawing, in the units of its view box, and what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Data {
    /// Width and height of the view box.
    pub size: (i32, i32),
    /// Left end of the axis.
    pub left: i32,
    /// Right end of the axis.
    pub right: i32,
    /// What stands at the left end: microseconds of campaign time, or thousandths of a multiple.
    pub from: u64,
    /// What stands at the right end.
    pub until: u64,
    /// Where each place's point stands, in view box units.
    pub xs: Vec<i32>,
    /// Each place in words: when its bucket begins.
    pub places: Vec<String>,
    /// The plots from top to bottom.
    pub panels: Vec<PanelData>,
}

/// One plot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PanelData {
    /// Its name; empty when it is alone.
    pub name: String,
    /// Its upper edge.
    pub top: i32,
    /// Its lower edge.
    pub bottom: i32,
    /// Its lines and the edges of its bands.
    pub lines: Vec<LineData>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineData {
    /// Its name.
    pub name: String,
    /// The channel it is about.
    pub channel: Option<String>,
    /// Its colour on white.
    pub colour: String,
    /// What it says at each place; `—` where nothing was measured.
    pub values: Vec<String>,
    /// How high it is there.
    pub ys: Vec<Option<i32>>,
}

pub(super) fn of(axis: &Axis, picture: &Picture, plots: &[Plot<'_>], size: (i32, i32)) -> Data {
    let places = 0..picture.along.len();
    let (left, right) = plots.first().map_or((0, 0), |plot| (plot.left, plot.right));
    let x = |place| plots.first().map_or(0, |plot| plot.x(picture.along.at(place)));
    Data {
        size,
        left,
        right,
        from: axis.from,
        until: axis.until,
        xs: places.clone().map(x).collect(),
        places: places.map(|place| axis.said(picture.along.start(place))).collect(),
        panels: plots.iter().map(panel).collect(),
    }
}

fn panel(plot: &Plot<'_>) -> PanelData {
    let panel = plot.panel;
    let bands = panel.bands.iter().flat_map(|band| {
        [&band.low, &band.high].map(|(name, values)| (name, &band.channel, band.colour, values))
    });
    let lines = panel.lines.iter().map(|l| (&l.name, &l.channel, l.colour, &l.values));
    let told = |(name, channel, colour, values): (&String, &Option<String>, Colour, &Values)| {
        let said = |value: &Option<i64>| value.map_or("—".to_owned(), |v| panel.measured.cell(v));
        LineData {
            name: name.clone(),
            channel: channel.clone(),
            colour: colour.hex(),
            values: values.iter().map(said).collect(),
            ys: values.iter().map(|value| value.map(|v| plot.y(v))).collect(),
        }
    };
    PanelData {
        name: panel.name.clone(),
        top: plot.top,
        bottom: plot.bottom,
        lines: bands.chain(lines).map(told).collect(),
    }
}
