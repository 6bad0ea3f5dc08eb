//! Owns ink on a grid: text, lines, areas, groups, and the SVG around them. Must not know what is
//! drawn.
//!
//! The SVG backend takes whole numbers only, so everything is drawn ten times as large and scaled
//! by the view box. It knows no groups, dashes or outlined letters: each stroke is made by a
//! backend of its own, and those are added to what it wrote.

use std::fmt::Write;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::colour::{Colour, WHITE};
use super::face::{FAMILIES, Face, GRID_PER_PX};

/// The backend divides font sizes by this.
const FONT_CORRECTION: f64 = 1.24;
/// Letters that stand on lines keep this much ground around them.
const HALO: &str = "<text stroke=\"#FFFFFF\" stroke-width=\"40\" paint-order=\"stroke\" ";

/// A point of the grid.
pub(super) type Point = (i32, i32);

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// A grid line or an axis.
    Hair,
    /// A series.
    Line,
    /// A series that stands back.
    Thin,
    /// A threshold.
    Dashed,
}

impl Stroke {
    fn width(self) -> u32 {
        match self {
            Stroke::Hair => 10,
            Stroke::Line => 18,
            Stroke::Thin => 9,
            Stroke::Dashed => 12,
        }
    }
}

/// Where a text stands on its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Centre,
    Right,
}

pub(super) type Drawn = Result<(), String>;

/// A drawing in progress.
pub(super) struct Canvas {
    size: (i32, i32),
    body: String,
}

impl Canvas {
    /// An empty sheet, in grid units.
    pub(super) fn new(size: (i32, i32)) -> Result<Canvas, String> {
        let mut canvas = Canvas { size, body: String::new() };
        canvas.area(&rectangle((0, 0), size), WHITE, 100)?;
        Ok(canvas)
    }

    pub(super) fn text(&mut self, at: Point, text: &str, face: Face, anchor: Anchor) -> Drawn {
        let inked = written(self.size, at, text, face, anchor)?;
        self.body.push_str(&inked);
        Ok(())
    }

    /// A text over lines: the ground shows around its letters.
    pub(super) fn text_over(&mut self, at: Point, text: &str, face: Face, on: Anchor) -> Drawn {
        let inked = written(self.size, at, text, face, on)?;
        self.body.push_str(&inked.replacen("<text ", HALO, 1));
        Ok(())
    }

    pub(super) fn path(&mut self, points: &[Point], colour: Colour, stroke: Stroke) -> Drawn {
        let style = rgb(colour).stroke_width(stroke.width());
        let points = points.iter().copied();
        let inked = ink(self.size, |backend| backend.draw_path(points, &style))?;
        let dashed = "<polyline stroke-dasharray=\"60 45\" ";
        match stroke {
            Stroke::Dashed => self.body.push_str(&inked.replacen("<polyline ", dashed, 1)),
            Stroke::Hair | Stroke::Line | Stroke::Thin => self.body.push_str(&inked),
        }
        Ok(())
    }

    /// A polygon at a share of full ink, in percent.
    pub(super) fn area(&mut self, points: &[Point], colour: Colour, percent: u8) -> Drawn {
        let style = rgb(colour).mix(f64::from(percent) / 100.0);
        let points = points.iter().copied();
        let inked = ink(self.size, |backend| backend.fill_polygon(points, &style))?;
        self.body.push_str(&inked);
        Ok(())
    }

    pub(super) fn dot(&mut self, at: Point, radius: i32, colour: Colour) -> Drawn {
        let style = rgb(colour);
        let radius = radius.unsigned_abs();
        let inked = ink(self.size, |backend| backend.draw_circle(at, radius, &style, true))?;
        self.body.push_str(&inked);
        Ok(())
    }

    /// What `draw` draws, as one group that carries these attributes.
    pub(super) fn group(
        &mut self,
        attributes: &[(&str, &str)],
        draw: impl FnOnce(&mut Canvas) -> Drawn,
    ) -> Drawn {
        self.body.push_str("<g");
        for (name, value) in attributes {
            write!(self.body, " {name}=\"{}\"", escaped(value)).map_err(|e| e.to_string())?;
        }
        self.body.push_str(">\n");
        draw(self)?;
        self.body.push_str("</g>\n");
        Ok(())
    }

    /// The SVG, with its accessible name.
    pub(super) fn svg(self, id: &str, title: &str, description: &str) -> String {
        let (width, height) = (self.size.0 / GRID_PER_PX, self.size.1 / GRID_PER_PX);
        let id = escaped(id);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {} {}\" role=\"img\" stroke-linejoin=\"round\" \
             aria-labelledby=\"{id}-title {id}-about\">\n\
             <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-about\">{}</desc>\n{}</svg>\n",
            self.size.0,
            self.size.1,
            escaped(title),
            escaped(description),
            self.body,
        )
    }
}

/// The corners of a rectangle.
pub(super) fn rectangle((left, top): Point, (right, bottom): Point) -> [Point; 4] {
    [(left, top), (right, top), (right, bottom), (left, bottom)]
}

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn written(
    size: (i32, i32),
    at: Point,
    text: &str,
    face: Face,
    anchor: Anchor,
) -> Result<String, String> {
    let weight = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
    let px = f64::from(face.px * GRID_PER_PX) * FONT_CORRECTION;
    let horizontal = match anchor {
        Anchor::Left => HPos::Left,
        Anchor::Centre => HPos::Center,
        Anchor::Right => HPos::Right,
    };
    let font = FontDesc::new(FontFamily::Name(FAMILIES), px, weight);
    let colour = rgb(face.colour);
    let style = TextStyle::from(font).color(&colour).pos(Pos::new(horizontal, VPos::Center));
    ink(size, |backend| backend.draw_text(text, &style, at))
}

/// What a backend writes for one stroke, without the document around it.
fn ink<E: std::fmt::Display>(
    size: (i32, i32),
    draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), E>,
) -> Result<String, String> {
    let mut text = String::new();
    let mut backend = SVGBackend::with_string(&mut text, (size.0 as u32, size.1 as u32));
    draw(&mut backend).map_err(|e| e.to_string())?;
    backend.present().map_err(|e| e.to_string())?;
    drop(backend);
    let (_, body) = text.split_once(">\n").ok_or("the drawing has no svg element")?;
    let body = body.trim_end().strip_suffix("</svg>").ok_or("the svg element does not end")?;
    Ok(body.replace(" opacity=\"1\"", ""))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::colour::{BLUE, INK};
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let mut canvas = Canvas::new((1_000, 500)).unwrap();
        canvas.text((10, 10), "</svg><script>", Face::small(INK), Anchor::Left).unwrap();
        canvas.group(&[("data-channel", "\"><script>")], |_| Ok(())).unwrap();
        let drawn = canvas.svg("x", "<script>", "a & b");
        assert!(!drawn.contains("<script>"), "{drawn}");
        assert!(drawn.contains("&lt;/svg&gt;"), "{drawn}");
        assert!(drawn.contains("data-channel=\"&quot;&gt;&lt;script&gt;\""), "{drawn}");
    }

    #[test]
    fn only_thresholds_are_dashed_and_only_some_letters_outlined() {
        let mut canvas = Canvas::new((1_000, 500)).unwrap();
        canvas.path(&[(0, 0), (9, 9)], BLUE, Stroke::Line).unwrap();
        canvas.text((10, 10), "plain", Face::small(INK), Anchor::Left).unwrap();
        let plain = canvas.body.clone();
        assert!(!plain.contains("dash") && !plain.contains("paint-order"), "{plain}");
        canvas.path(&[(0, 0), (9, 9)], INK, Stroke::Dashed).unwrap();
        canvas.text_over((10, 10), "over", Face::small(INK), Anchor::Left).unwrap();
        let added = &canvas.body[plain.len()..];
        assert!(added.contains("dash") && added.contains("paint-order"), "{added}");
    }
}
