//! Owns the colours of every chart. Must not know what they stand for, but for channels: the same
//! channel has the same colour wherever it is drawn.
//!
//! `templates/report.css` finds each of them by attribute and replaces it in the dark.

/// A colour of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// As SVG writes it: `#0072B2`.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

/// The ground.
pub const WHITE: Colour = Colour(0xff, 0xff, 0xff);
/// Text and thresholds.
pub const INK: Colour = Colour(0x1f, 0x23, 0x2b);
/// Text of the second rank, axes, and lines that stand back.
pub const MUTED: Colour = Colour(0x6b, 0x72, 0x80);
/// Grid lines.
pub const GRID: Colour = Colour(0xe7, 0xe9, 0xee);

// Okabe and Ito, "Color Universal Design" (2008): told apart by every kind of eye. Their yellow is
// not legible as a line on white and left out.
/// Okabe–Ito blue.
pub const BLUE: Colour = Colour(0x00, 0x72, 0xb2);
/// Okabe–Ito vermillion.
pub const VERMILLION: Colour = Colour(0xd5, 0x5e, 0x00);
/// Okabe–Ito bluish green.
pub const GREEN: Colour = Colour(0x00, 0x9e, 0x73);
/// Okabe–Ito reddish purple.
pub const PURPLE: Colour = Colour(0xcc, 0x79, 0xa7);
/// Okabe–Ito orange.
pub const ORANGE: Colour = Colour(0xe6, 0x9f, 0x00);
/// Okabe–Ito sky blue.
pub const SKY: Colour = Colour(0x56, 0xb4, 0xe9);

/// Colours of things that are told apart only by name, such as channels and runs.
pub const APART: [Colour; 6] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY];

/// The colour of the channel at that place of the summary's; past the colours there are, grey.
pub fn of_channel(place: usize) -> Colour {
    APART.get(place).copied().unwrap_or(MUTED)
}
