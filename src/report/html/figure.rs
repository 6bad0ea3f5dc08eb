//! Owns which section of the page each chart of a run stands in. Must not draw.

use crate::report::ReportError;
use crate::report::charts::{self, Axis, Layout};
use crate::report::document::figure::Drawn;
use crate::report::summary::Summary;

/// The right end of the time axis that charts share.
pub(super) fn until_us(summary: &Summary) -> u64 {
    Axis::of(summary).until
}

/// Every chart in its section, in the order of the report.
#[derive(Default)]
pub(super) struct Figures {
    pub over_time: Vec<Drawn>,
    pub causes: Vec<Drawn>,
    pub story: Vec<Drawn>,
    pub mismatch: Vec<Drawn>,
    pub latency: Vec<Drawn>,
    pub load: Vec<Drawn>,
    pub throttling: Vec<Drawn>,
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
            section.push(Drawn::of(wide, &narrow));
        }
        Ok(figures)
    }
}
