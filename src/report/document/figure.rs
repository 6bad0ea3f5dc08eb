//! Owns how a chart stands on a page: a drawing for a page, one for a telephone, a table, and what
//! a pointer over it is told. Must not know what it shows.

use serde::Serialize;

use super::{Block, Document, Table};
use crate::report::ReportError;
use crate::report::charts::picture::Picture;
use crate::report::charts::{self, Axis, Chart, Data, Layout, LineData, PanelData};

/// A chart.
pub(in crate::report) enum Figure {
    /// Lines over an axis; they are drawn when a page is.
    Plotted(Plotted),
    /// Drawn already: for a page, and for a telephone.
    Drawn(Chart, Chart),
}

/// Lines over an axis.
pub(in crate::report) struct Plotted {
    pub axis: Axis,
    /// For a page.
    pub wide: Picture,
    /// For a telephone, where fewer points are seen.
    pub narrow: Picture,
    /// The same as a table: its head and its rows.
    pub told: (Vec<String>, Vec<Vec<String>>),
    /// A pointer over it is answered: the page has a script.
    pub answers: bool,
}

/// A chart as it stands on a page.
pub(in crate::report) struct Drawn {
    /// The drawing for a page, as SVG.
    pub wide: String,
    /// The drawing for a telephone, as SVG.
    pub narrow: String,
    /// Its finding.
    pub caption: String,
    /// The same as numbers; more columns than a page is wide take another table.
    pub tables: Vec<Table>,
    /// What a pointer over it is told, as JSON; none where the page has no script.
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

impl Figure {
    /// The same picture on a page, on a telephone and as a table.
    pub(in crate::report) fn of(axis: &Axis, picture: Picture) -> Block {
        let told = picture.table(axis);
        let (axis, wide, narrow) = (axis.clone(), picture.clone(), picture);
        Block::plotted(Plotted { axis, wide, narrow, told, answers: false })
    }

    /// Its file name without ending.
    pub(in crate::report) fn key(&self) -> &str {
        match self {
            Figure::Drawn(wide, _) => &wide.key,
            Figure::Plotted(of) => &of.wide.key,
        }
    }

    /// Drawn for a page.
    fn chart(&self) -> Result<Chart, ReportError> {
        match self {
            Figure::Drawn(wide, _) => Ok(wide.clone()),
            Figure::Plotted(of) => {
                let mut chart = charts::draw(&of.axis, &of.wide, Layout::Wide)?;
                (chart.columns, chart.rows) = of.told.clone();
                Ok(chart)
            }
        }
    }

    /// As it stands on a page.
    pub(in crate::report) fn drawn(&self) -> Result<Drawn, askama::Error> {
        let drawn = || {
            let (narrow, answers) = match self {
                Figure::Drawn(_, narrow) => (narrow.clone(), true),
                Figure::Plotted(of) => {
                    (charts::draw(&of.axis, &of.narrow, Layout::Narrow)?, of.answers)
                }
            };
            let wide = self.chart()?;
            Ok(Drawn {
                hover: answers.then(|| hover(&wide, &narrow)).flatten(),
                tables: Table::parts(&wide.title, &wide.columns, &wide.rows),
                caption: wide.title,
                wide: wide.svg,
                narrow: narrow.svg,
            })
        };
        drawn().map_err(|why: ReportError| askama::Error::custom(why))
    }
}

impl Block {
    /// A figure that is drawn when a page is.
    pub(in crate::report) fn plotted(of: Plotted) -> Block {
        Block::Figure(Box::new(Figure::Plotted(of)))
    }
}

impl Document {
    /// Its charts, as files have them.
    pub(in crate::report) fn charts(&self) -> Result<Vec<Chart>, ReportError> {
        let figures = self.blocks.iter().filter_map(|block| match block {
            Block::Figure(figure) => Some(figure.chart()),
            _ => None,
        });
        figures.collect()
    }
}

fn hover(wide: &Chart, narrow: &Chart) -> Option<String> {
    let (wide, narrow) = wide.data.as_ref().zip(narrow.data.as_ref())?;
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
    Some(json.replace('<', "\\u003c"))
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
