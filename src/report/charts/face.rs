//! Owns how wide a text is: the advance widths of the face that PNG files are written in. Must not
//! draw.
//!
//! A browser may show the SVG in a face of its own; every width is taken a little larger than that
//! of Noto Sans, which covers the usual system faces (Segoe, Roboto, Helvetica, `DejaVu`).

use std::sync::LazyLock;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use super::colour::Colour;

/// Grid units a pixel.
pub(super) const GRID_PER_PX: i32 = 10;
/// Names of faces for an SVG, the embedded one first.
pub(super) const FAMILIES: &str = "Noto Sans, system-ui, sans-serif";
/// Percent of a width that the widest usual face needs, `DejaVu`.
const ROOM_PERCENT: f32 = 113.0;
/// … in bold.
const ROOM_BOLD_PERCENT: f32 = 120.0;

/// Letters and their widths.
struct Widths {
    letters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    em: f32,
}

static REGULAR: LazyLock<Widths> = LazyLock::new(|| Widths::of(notosans::REGULAR_TTF));
static BOLD: LazyLock<Widths> = LazyLock::new(|| Widths::of(notosans::BOLD_TTF));

impl Widths {
    fn of(bytes: &'static [u8]) -> Widths {
        let font = FontRef::new(bytes).expect("the embedded face is a font");
        let (size, location) = (Size::unscaled(), LocationRef::default());
        let em = f32::from(font.metrics(size, location).units_per_em);
        Widths { letters: font.charmap(), metrics: font.glyph_metrics(size, location), em }
    }

    /// In ems. A letter the face does not have is shown as a square.
    fn letter(&self, letter: char) -> f32 {
        let glyph = self.letters.map(letter);
        let advance = glyph.and_then(|glyph| self.metrics.advance_width(glyph));
        advance.map_or(1.0, |advance| advance / self.em)
    }
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Face {
    pub px: i32,
    pub bold: bool,
    pub colour: Colour,
}

impl Face {
    pub(super) const fn small(colour: Colour) -> Face {
        Face { px: 12, bold: false, colour }
    }

    /// The width a text has at most, in grid units.
    pub(super) fn width(self, text: &str) -> i32 {
        let (widths, percent) =
            if self.bold { (&BOLD, ROOM_BOLD_PERCENT) } else { (&REGULAR, ROOM_PERCENT) };
        let ems: f32 = text.chars().map(|letter| widths.letter(letter)).sum();
        (ems * (self.px * GRID_PER_PX) as f32 * percent / 100.0).ceil() as i32
    }

    /// The text cut to what fits, with an ellipsis; empty when hardly a letter does.
    pub(super) fn fit(self, text: &str, width: i32) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mut cut: String = text.to_owned();
        while cut.pop().is_some() {
            let shorter = format!("{}…", cut.trim_end());
            if cut.chars().count() >= 3 && self.width(&shorter) <= width {
                return shorter;
            }
        }
        String::new()
    }

    /// The text in lines that fit, broken at spaces; at most `most` lines.
    pub(super) fn wrap(self, text: &str, width: i32, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = vec![String::new()];
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let full = lines.len() == most;
            let last = lines.last_mut().expect("there is always a line");
            let longer = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
            if self.width(&longer) <= width || last.is_empty() || full {
                *last = longer;
            } else {
                lines.push(word.to_owned());
            }
        }
        lines.into_iter().map(|line| self.fit(&line, width)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::colour::INK;
    use super::*;

    #[test]
    fn text_is_cut_or_wrapped_to_its_room() {
        let face = Face::small(INK);
        assert_eq!(face.fit("peak", 1_000), "peak");
        assert_eq!(face.fit("a long name", 520), "a long…");
        assert_eq!(face.fit("a long name", 100), "");
        let lines = face.wrap("one two three four five", 730, 2);
        assert_eq!(lines, ["one two", "three fou…"]);
    }

    #[test]
    fn letters_have_their_own_widths() {
        let face = Face::small(INK);
        assert!(face.width("iiii") * 2 < face.width("mmmm"));
        assert!(Face { bold: true, ..face }.width("peak") > face.width("peak"));
        assert!(face.width("漢") >= 120, "a letter the face lacks takes a whole em");
    }
}
