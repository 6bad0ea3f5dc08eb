//! Owns how a chart stands on the page: a drawing for a page, one for a telephone, and a table.
//! Must not draw.

use super::table::Table;
use crate::report::ReportError;
use crate::report::charts::{self, Chart, Layout};
use crate::report::summary::Summary;

/// A chart on the page.
pub(super) struct Figure {
    pub wide: String,
    pub narrow: String,
    pub table: Table,
    /// What a pointer over it is told, as JSON.
    pub series: Option<String>,
}

/// The right end of the time axis that charts share.
pub(super) fn until_us(summary: &Summary) -> u64 {
    summary.campaign.traffic_ends_us.max(summary.record.observed_until_us)
}

pub(super) fn all(summary: &Summary) -> Result<Vec<Figure>, ReportError> {
    let wide = charts::draw_all(summary, Layout::Wide)?;
    let narrow = charts::draw_all(summary, Layout::Narrow)?;
    let figure = |(wide, narrow): (Chart, Chart)| Figure {
        table: Table::plain(&wide.title, &wide.columns, &wide.rows),
        wide: wide.svg,
        narrow: narrow.svg,
        series: None,
    };
    Ok(wide.into_iter().zip(narrow).map(figure).collect())
}
