//! Owns how a chart stands on the page: a drawing for a page, one for a telephone, a table, and
//! what a pointer over it is told. Must not draw.

use serde::Serialize;

use super::table::Table;
use crate::report::ReportError;
use crate::report::charts::{self, Axis, Chart, Layout};
use crate::report::charts::{Data, LineData, PanelData};
use crate::report::summary::Summary;

/// A chart on the page.
pub(super) struct Figure {
    pub wide: String,
    pub narrow: String,
    /// Its finding.
    pub caption: String,
    /// The same as numbers; more columns than a page is wide take another table.
    pub tables: Vec<Table>,
    /// What a pointer over it is told, as JSON.
    pub hover: Option<String>,
}

/// Both drawings' edges, and what stands at each place; `templates/report.js` reads it.
#[derive(Serialize)]
struct Hover<'a> {
    /// Left, right, top and bottom of the plots.
    wide: [i32; 4],
    narrow: [i32; 4],
    from: u64,
    until: u64,
    /// Where places stand on the wide drawing.
    xs: &'a [i32],
    places: &'a [String],
    panels: Vec<Panel<'a>>,
}

#[derive(Serialize)]
struct Panel<'a> {
    name: &'a str,
    lines: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    channel: Option<&'a str>,
    values: &'a [String],
}

/// Lines of one plot that a pointer is told of; a tooltip with more of them would hide the plot.
const LINES_TOLD: usize = 9;

/// The right end of the time axis that charts share.
pub(super) fn until_us(summary: &Summary) -> u64 {
    Axis::of(summary).until
}

/// Every chart in its section, in the order of the report.
#[derive(Default)]
pub(super) struct Figures {
    pub over_time: Vec<Figure>,
    pub causes: Vec<Figure>,
    pub story: Vec<Figure>,
    pub mismatch: Vec<Figure>,
    pub latency: Vec<Figure>,
    pub load: Vec<Figure>,
    pub throttling: Vec<Figure>,
}

impl Figures {
    pub(super) fn of(summary: &Summary) -> Result<Figures, ReportError> {
        let wide = charts::draw_all(summary, Layout::Wide)?;
        let narrow = charts::draw_all(summary, Layout::Narrow)?;
        let mut figures = Figures::default();
        for (wide, narrow) in wide.into_iter().zip(narrow) {
            let section = match wide.key.as_str() {
                "causes" => &mut figures.causes,
                "story" => &mut figures.story,
                "mismatch" => &mut figures.mismatch,
                "latency" => &mut figures.latency,
                "load" => &mut figures.load,
                "throttled" => &mut figures.throttling,
                _ => &mut figures.over_time,
            };
            section.push(figure(wide, &narrow));
        }
        Ok(figures)
    }
}

pub(super) fn figure(wide: Chart, narrow: &Chart) -> Figure {
    let hover = wide.data.as_ref().zip(narrow.data.as_ref()).map(|(wide, narrow)| {
        let hover = Hover {
            wide: edges(wide),
            narrow: edges(narrow),
            from: wide.from,
            until: wide.until,
            xs: &wide.xs,
            places: &wide.places,
            panels: wide.panels.iter().map(Panel::of).collect(),
        };
        let json = serde_json::to_string(&hover)
            .expect("hover data is numbers and strings under string keys: JSON takes it");
        // Inside a script element `</` or `<!--` in a name would end or hide the rest of the page.
        json.replace('<', "\\u003c")
    });
    Figure {
        tables: Table::parts(&wide.title, &wide.columns, &wide.rows),
        caption: wide.title,
        wide: wide.svg,
        narrow: narrow.svg.clone(),
        hover,
    }
}

fn edges(data: &Data) -> [i32; 4] {
    let top = data.panels.first().map_or(0, |panel| panel.top);
    let bottom = data.panels.last().map_or(0, |panel| panel.bottom);
    [data.left, data.right, top, bottom]
}

impl Panel<'_> {
    fn of(panel: &PanelData) -> Panel<'_> {
        Panel {
            name: &panel.name,
            lines: panel.lines.iter().take(LINES_TOLD).map(Line::of).collect(),
        }
    }
}

impl Line<'_> {
    fn of(line: &LineData) -> Line<'_> {
        Line { name: &line.name, channel: line.channel.as_deref(), values: &line.values }
    }
}
