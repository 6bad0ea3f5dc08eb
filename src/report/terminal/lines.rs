//! Owns lines on a terminal: width, colour, wrapping at words. Must not know what is said.

use crate::report::words::number;

/// Whether escape codes may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// None: files, pipes, `NO_COLOR`.
    Plain,
    /// ANSI colours.
    Colour,
}

/// What colour says; each is said in words too.
#[derive(Clone, Copy)]
pub(in crate::report) enum Tone {
    Good,
    Careful,
    Bad,
    Quiet,
    Strong,
}

impl Ink {
    pub(in crate::report) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match (self, tone) {
            (Ink::Plain, _) => return text.to_owned(),
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
    pub(in crate::report) fn hung(
        &mut self,
        head: &str,
        indent: usize,
        tone: Option<Tone>,
        text: &str,
    ) {
        let width = self.paper.columns - indent;
        let mut head = pad(head, indent);
        for line in wrapped(text, width) {
            let line = tone.map_or(line.clone(), |tone| self.paint(tone, &line));
            self.push(&format!("{head}{line}"));
            head = " ".repeat(indent);
        }
    }

    /// Text after `head`, wrapped at words, the lines that follow as deep as the head.
    pub(in crate::report) fn wrapped(&mut self, head: &str, text: &str) {
        self.hung(head, head.chars().count(), None, text);
    }
}

/// The text in lines of at most `width` characters; at least one.
pub(in crate::report) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in number::glued(text).split([' ', '\n']).filter(|word| !word.is_empty()) {
        let word = fit(word, width);
        let long = word.chars().count();
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

/// At most `width` characters, the last an ellipsis where some were cut.
pub(in crate::report) fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        text.to_owned()
    } else {
        text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
    }
}

pub(in crate::report) fn pad(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let gap = width - text.chars().count();
    text + &" ".repeat(gap)
}

pub(in crate::report) fn pad_left(text: &str, width: usize) -> String {
    let text = fit(text, width);
    " ".repeat(width - text.chars().count()) + &text
}
