//! Owns ink on a grid: text, lines, areas, and the SVG around them. Must not know what is drawn.
//!
//! The SVG backend takes whole numbers only, so everything is drawn ten times as large and scaled
//! by the view box.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub(super) const WHITE_GROUND: RGBColor = RGBColor(0xff, 0xff, 0xff);
pub(super) const INK: RGBColor = RGBColor(0x1f, 0x23, 0x2b);
pub(super) const MUTED: RGBColor = RGBColor(0x6b, 0x72, 0x80);
pub(super) const GRID: RGBColor = RGBColor(0xe7, 0xe9, 0xee);
/// The Okabe–Ito colours that are legible as a thin line on white.
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
pub(super) const VERMILLION: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
pub(super) const GREEN: RGBColor = RGBColor(0x00, 0x9e, 0x73);
pub(super) const PURPLE: RGBColor = RGBColor(0xcc, 0x79, 0xa7);

/// Grid units a pixel.
pub(super) const GRID_PER_PX: i32 = 10;
/// The backend divides font sizes by this.
const FONT_CORRECTION: f64 = 1.24;
/// The backend knows no dashes: this width, used for nothing else, is given them afterwards.
const DASHED_WIDTH: u32 = 13;

/// A point of the grid.
pub(super) type Point = (i32, i32);

/// How a line looks.
#[derive(Clone, Copy)]
pub(super) enum Stroke {
    /// A grid line or an axis.
    Hair,
    /// A series.
    Line,
    /// A threshold.
    Dashed,
}

impl Stroke {
    fn width(self) -> u32 {
        match self {
            Stroke::Hair => 10,
            Stroke::Line => 18,
            Stroke::Dashed => DASHED_WIDTH,
        }
    }
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Face {
    pub px: i32,
    pub bold: bool,
    pub colour: RGBColor,
}

impl Face {
    pub(super) const fn small(colour: RGBColor) -> Face {
        Face { px: 12, bold: false, colour }
    }

    /// The width a text will have, more or less: the reader's font is not known.
    pub(super) fn width(self, text: &str) -> i32 {
        let per_letter = if self.bold { 58 } else { 53 };
        text.chars().count() as i32 * self.px * per_letter * GRID_PER_PX / 100
    }

    /// The text cut to what fits, with an ellipsis; empty when hardly a letter does.
    pub(super) fn fit(self, text: &str, width: i32) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let letters = (width / self.width("m").max(1) - 1).max(0) as usize;
        match letters {
            0..3 => String::new(),
            _ => text.chars().take(letters).chain(['…']).collect(),
        }
    }

    /// The text in lines that fit, broken at spaces; at most `most` lines.
    pub(super) fn wrap(self, text: &str, width: i32, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = vec![String::new()];
        for word in text.split_whitespace() {
            let last = lines.last_mut().expect("there is always a line");
            let longer = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
            if self.width(&longer) <= width || last.is_empty() || lines.len() == most {
                *lines.last_mut().expect("there is always a line") = longer;
            } else {
                lines.push(word.to_owned());
            }
        }
        lines.into_iter().map(|line| self.fit(&line, width)).collect()
    }
}

/// Where a text stands on its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Left,
    Centre,
    Right,
    /// Left, with its foot on the point.
    LeftFoot,
}

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), String>;

/// A drawing in progress.
pub(super) struct Canvas<'a> {
    area: Drawing<'a>,
}

impl Canvas<'_> {
    pub(super) fn text(&self, at: Point, text: &str, face: Face, anchor: Anchor) -> Drawn {
        let style = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
        let size = f64::from(face.px * GRID_PER_PX) * FONT_CORRECTION;
        let (horizontal, vertical) = match anchor {
            Anchor::Left => (HPos::Left, VPos::Center),
            Anchor::Centre => (HPos::Center, VPos::Center),
            Anchor::Right => (HPos::Right, VPos::Center),
            Anchor::LeftFoot => (HPos::Left, VPos::Bottom),
        };
        let font = FontDesc::new(FontFamily::SansSerif, size, style);
        let style = TextStyle::from(font).color(&face.colour).pos(Pos::new(horizontal, vertical));
        self.area.draw(&Text::new(text.to_owned(), at, style)).map_err(|e| e.to_string())
    }

    pub(super) fn path(&self, points: Vec<Point>, colour: RGBColor, stroke: Stroke) -> Drawn {
        let style = colour.stroke_width(stroke.width());
        self.area.draw(&PathElement::new(points, style)).map_err(|e| e.to_string())
    }

    /// A rectangle or polygon at a share of full ink, in percent.
    pub(super) fn area(&self, points: Vec<Point>, colour: RGBColor, percent: u8) -> Drawn {
        let style = colour.mix(f64::from(percent) / 100.0).filled();
        self.area.draw(&Polygon::new(points, style)).map_err(|e| e.to_string())
    }
}

/// The corners of a rectangle.
pub(super) fn rectangle((left, top): Point, (right, bottom): Point) -> Vec<Point> {
    vec![(left, top), (right, top), (right, bottom), (left, bottom)]
}

/// Draws on a canvas of that size and gives the SVG, with its accessible name.
pub(super) fn svg(
    size: (i32, i32),
    id: &str,
    (title, description): (&str, &str),
    draw: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Result<String, String> {
    let mut text = String::new();
    {
        let backend = SVGBackend::with_string(&mut text, (size.0 as u32, size.1 as u32));
        let canvas = Canvas { area: backend.into_drawing_area() };
        canvas.area.fill(&WHITE_GROUND).map_err(|e| e.to_string())?;
        draw(&canvas)?;
        canvas.area.present().map_err(|e| e.to_string())?;
    }
    let (_, body) = text.split_once(">\n").ok_or("the drawing has no svg element")?;
    let dashed = format!("stroke-width=\"{DASHED_WIDTH}\"");
    let body = body.replace(&dashed, &format!("{dashed} stroke-dasharray=\"60 45\""));
    let (width, height) = (size.0 / GRID_PER_PX, size.1 / GRID_PER_PX);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-about\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-about\">{}</desc>\n{body}",
        size.0,
        size.1,
        escaped(title),
        escaped(description),
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_or_wrapped_to_its_room() {
        let face = Face::small(INK);
        assert_eq!(face.fit("peak", 1_000), "peak");
        assert_eq!(face.fit("a long name", 400), "a lon…");
        assert_eq!(face.fit("a long name", 100), "");
        let lines = face.wrap("one two three four five", 700, 2);
        assert_eq!(lines, ["one two", "three four…"]);
    }

    #[test]
    fn hostile_text_stays_text() {
        let drawn = svg((1_000, 500), "x", ("<script>", "a & b"), |canvas| {
            canvas.text((10, 10), "</svg><script>", Face::small(INK), Anchor::Left)
        })
        .unwrap();
        assert!(!drawn.contains("<script>"), "{drawn}");
        assert!(drawn.contains("&lt;/svg&gt;"), "{drawn}");
    }
}
