//! Owns how a chart stands on the page: a drawing for a page, one for a telephone, a table, and
//! what a pointer over it is told. Must not draw.

use serde::Serialize;

use super::table::Table;
use crate::report::ReportError;
use crate::report::charts::data::{Data, LineData, PanelData};
use crate::report::charts::{self, Axis, Chart, Layout};
use crate::report::summary::Summary;

/// A chart on the page.
pub(super) struct Figure {
    pub key: String,
    pub wide: String,
    pub narrow: String,
    pub table: Table,
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

/// The right end of the time axis that charts share.
pub(super) fn until_us(summary: &Summary) -> u64 {
    Axis::of(summary).until
}

/// Every chart, in the order of the report.
pub(super) fn all(summary: &Summary) -> Result<Vec<Figure>, ReportError> {
    let wide = charts::draw_all(summary, Layout::Wide)?;
    let narrow = charts::draw_all(summary, Layout::Narrow)?;
    Ok(wide.into_iter().zip(narrow).map(figure).collect())
}

fn figure((wide, narrow): (Chart, Chart)) -> Figure {
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
        table: Table::plain(&wide.title, &wide.columns, &wide.rows),
        key: wide.key,
        wide: wide.svg,
        narrow: narrow.svg,
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
        let line = |line: &LineData| -> Line<'_> {
            Line { name: &line.name, channel: line.channel.as_deref(), values: &line.values }
        };
        Panel { name: &panel.name, lines: panel.lines.iter().map(line).collect() }
    }
}
