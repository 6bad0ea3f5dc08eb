//! Owns lines on a terminal: width, colour, wrapping at words. Must not know what is said.
//!
//! Width is what a terminal takes: a letter may be two columns wide, or none. What is no letter
//! (a bell, an escape) never passes.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::report::document::Tone;
use crate::report::words::number;

/// Whether escape codes may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// None: files, pipes, `NO_COLOR`.
    Plain,
    /// ANSI colours.
    Colour,
}

impl Ink {
    pub(in crate::report) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match (self, tone) {
            (Ink::Plain, _) | (_, Tone::Plain) => return text.to_owned(),
            (Ink::Colour, Tone::Good) => "32",
            (Ink::Colour, Tone::Careful) => "33",
            (Ink::Colour, Tone::Bad) => "1;31",
            (Ink::Colour, Tone::Quiet) => "2",
            (Ink::Colour, Tone::Strong) => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// What is printed on: colour and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Whether escape codes may be used.
    pub ink: Ink,
    columns: usize,
}

impl Paper {
    /// Narrower than this nothing stands in columns; a terminal that is narrower wraps by itself.
    const COLUMNS_MIN: usize = 60;
    /// Wider than this a line is lost on the way back to the next.
    const COLUMNS_MAX: usize = 120;
    /// Files, pipes, and terminals that do not say.
    const COLUMNS_UNKNOWN: usize = 80;

    /// Paper as wide as the terminal says it is.
    pub fn new(ink: Ink, columns: Option<usize>) -> Paper {
        let columns = columns.filter(|columns| *columns > 0).unwrap_or(Paper::COLUMNS_UNKNOWN);
        Paper { ink, columns: columns.clamp(Paper::COLUMNS_MIN, Paper::COLUMNS_MAX) }
    }

    pub(in crate::report) fn columns(self) -> usize {
        self.columns
    }
}

/// Lines as they fill up.
pub(in crate::report) struct Lines {
    pub(in crate::report) text: String,
    pub(in crate::report) paper: Paper,
}

impl Lines {
    pub(in crate::report) fn on(paper: Paper) -> Lines {
        Lines { text: String::new(), paper }
    }

    pub(in crate::report) fn paint(&self, tone: Tone, text: &str) -> String {
        self.paper.ink.paint(tone, text)
    }

    /// A line as it is. One that begins with `::` would be a command to the machine that runs a
    /// pipeline, and what begins a line may be a name: its colons become others that look alike.
    pub(in crate::report) fn push(&mut self, line: &str) {
        let line = line.trim_end().replace('\u{a0}', " ");
        let text = line.trim_start();
        match text.strip_prefix("::") {
            Some(rest) => {
                self.text.push_str(&line[..line.len() - text.len()]);
                self.text.push_str("\u{2236}\u{2236}");
                self.text.push_str(rest);
            }
            None => self.text.push_str(&line),
        }
        self.text.push('\n');
    }

    pub(in crate::report) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(in crate::report) fn title(&mut self, title: &str) {
        self.push(&self.paint(Tone::Strong, title));
    }

    /// Text after `head`, wrapped at words, the lines that follow as deep as `indent`.
    pub(in crate::report) fn hung(&mut self, head: &str, indent: usize, tone: Tone, text: &str) {
        let width = self.paper.columns - indent;
        let mut head = pad(head, indent);
        for line in wrapped(text, width) {
            self.push(&format!("{head}{}", self.paint(tone, &line)));
            head = " ".repeat(indent);
        }
    }

    /// Text after `head`, wrapped at words, the lines that follow as deep as the head.
    pub(in crate::report) fn wrapped(&mut self, head: &str, text: &str) {
        self.hung(head, head.width(), Tone::Plain, text);
    }
}

/// A row of its own: a name, and beside it what is said, wrapped.
pub fn row(name: &str, indent: usize, says: &str, paper: Paper) -> String {
    let mut out = Lines::on(paper);
    out.hung(name, indent, Tone::Plain, says);
    out.text
}

/// The text in lines of at most `width` columns; at least one. A word that is longer is broken.
pub(in crate::report) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    let text = number::glued(text);
    let words = text.split([' ', '\n']).filter(|word| !word.is_empty());
    for word in words.flat_map(|word| broken(word, width)) {
        let long = word.width();
        if used > 0 && used + 1 + long > width {
            lines.push(String::new());
            used = 0;
        }
        let line = lines.last_mut().expect("there is always a line to write on");
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(&word);
        used += long;
    }
    lines
}

/// A word in pieces of at most `width` columns; nothing of it is lost.
fn broken(word: &str, width: usize) -> Vec<String> {
    let (mut pieces, mut used) = (vec![String::new()], 0);
    for letter in printable(word).chars() {
        let takes = letter.width().unwrap_or(0);
        if used > 0 && used + takes > width {
            pieces.push(String::new());
            used = 0;
        }
        used += takes;
        pieces.last_mut().expect("there is always a piece to write on").push(letter);
    }
    pieces
}

/// At most `width` columns of letters, the last an ellipsis where some were cut.
pub(in crate::report) fn fit(text: &str, width: usize) -> String {
    let text = printable(text);
    if text.width() <= width {
        return text;
    }
    let mut room = width.saturating_sub(1);
    let fits = text.chars().take_while(|letter| {
        let takes = letter.width().unwrap_or(0);
        let has_room = takes <= room;
        room = room.saturating_sub(takes);
        has_room
    });
    fits.chain(['…']).collect()
}

/// Without what moves a cursor, rings a bell or changes a colour.
pub(in crate::report) fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

pub(in crate::report) fn pad(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let gap = width.saturating_sub(text.width());
    text + &" ".repeat(gap)
}

pub(in crate::report) fn pad_left(text: &str, width: usize) -> String {
    let text = fit(text, width);
    " ".repeat(width.saturating_sub(text.width())) + &text
}
