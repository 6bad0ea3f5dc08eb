//! Owns a chart that has no axis of places: a heading and a body of any height below it. Must not
//! know what is in the body.

use super::canvas::{Canvas, Drawn};
use super::frame::Sheet;
use super::{Chart, Layout};
use crate::report::ReportError;

/// A chart before its body is drawn.
pub(super) struct Board {
    pub key: &'static str,
    pub title: String,
    pub subtitle: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Board {
    /// Draws it with a body of that height; `body` is told where it begins.
    pub(super) fn draw(
        self,
        layout: Layout,
        height: i32,
        body: impl FnOnce(&mut Canvas, &Sheet, i32) -> Drawn,
    ) -> Result<Chart, ReportError> {
        let drawn = self.drawn(layout, height, body);
        let svg = drawn.map_err(|cause| ReportError::Draw { chart: self.key.to_owned(), cause })?;
        let (columns, rows) = (self.columns, self.rows);
        Ok(Chart { key: self.key.to_owned(), title: self.title, svg, columns, rows, data: None })
    }

    fn drawn(
        &self,
        layout: Layout,
        height: i32,
        body: impl FnOnce(&mut Canvas, &Sheet, i32) -> Drawn,
    ) -> Result<String, String> {
        let sheet = Sheet::of(layout);
        let heading = sheet.heading(&self.title, &self.subtitle);
        let mut canvas = Canvas::new((sheet.width, heading.foot() + height))?;
        heading.draw(&mut canvas)?;
        body(&mut canvas, &sheet, heading.foot())?;
        Ok(canvas.svg(&format!("{}-{}", self.key, layout.name()), &self.title, &self.subtitle))
    }
}
