//! Owns documents on a terminal, as wide as it is: short blocks one below the other, tables in the
//! columns there are. Must not know what is said, nor print.

mod columns;

use unicode_width::UnicodeWidthStr;

use super::bars::Bars;
use super::{Block, DOES, Document, Fact, List, Sentence, Tone, Verdict, Voice, short};
use crate::report::terminal::{Lines, Paper, printable};

/// Lines of a list on a terminal; the page has all of them.
const LINES: usize = 20;

/// Bars on a terminal: which of many comes first is chance.
const BARS: usize = 6;

/// The document as text.
pub(in crate::report) fn text(document: &Document, paper: Paper) -> String {
    let mut out = Lines::on(paper);
    blocks(&mut out, &document.blocks);
    out.text
}

/// Blocks one below the other, with a blank line where another kind of thing begins.
pub(in crate::report) fn blocks(out: &mut Lines, blocks: &[Block]) {
    let mut before: Option<&Block> = None;
    for block in short(blocks) {
        if before.is_some_and(|before| is_apart(before, block)) {
            out.blank();
        }
        let has_title = matches!(before, Some(Block::Heading(_)));
        one(out, block, has_title);
        before = Some(block);
    }
}

/// Whether a blank line stands between two blocks.
fn is_apart(before: &Block, block: &Block) -> bool {
    let belongs = matches!(
        (before, block),
        (Block::Heading(_), _) | (Block::Table(_) | Block::Sentence(_), Block::Sentence(_))
    );
    !belongs
}

fn one(out: &mut Lines, block: &Block, has_title: bool) {
    match block {
        Block::Verdict(of) => verdict(out, of),
        Block::Heading(heading) => out.title(&printable(&heading.text)),
        Block::Sentence(of) => sentence(out, of),
        Block::List(of) => list(out, of),
        Block::Facts(of) => facts(out, of),
        Block::Bars(of) => bars(out, of, has_title),
        Block::Table(table) => columns::table(out, table, has_title),
        Block::Code(code) => {
            if !code.lead.is_empty() {
                out.wrapped("", &code.lead);
            }
            code.lines.iter().for_each(|line| typed(out, &printable(line)));
        }
        Block::First(_) | Block::Controls(_) | Block::Figure(_) | Block::Details(..) => {}
    }
}

/// A line that is broken in two can no longer be typed; what it does is said where there is room.
fn typed(out: &mut Lines, line: &str) {
    match line.split_once(DOES) {
        Some((typed, does)) if line.width() <= out.paper.columns() => {
            out.push(&format!("{typed}{}", out.paint(Tone::Quiet, &format!("{DOES}{does}"))));
        }
        Some((typed, _)) => out.push(typed),
        None => out.push(line),
    }
}

fn verdict(out: &mut Lines, of: &Verdict) {
    out.hung("", 0, of.tone, &of.headline);
    out.hung("", 0, Tone::Quiet, &of.about);
    if !of.why.is_empty() {
        out.blank();
    }
    for why in &of.why {
        out.wrapped("", why);
    }
    facts(out, &of.facts);
}

fn sentence(out: &mut Lines, of: &Sentence) {
    let tone = match of.voice {
        Voice::Loud => Tone::Strong,
        Voice::Plain => Tone::Plain,
        Voice::Quiet | Voice::Fine => Tone::Quiet,
    };
    out.hung("", 0, tone, &of.text);
}

fn list(out: &mut Lines, of: &List) {
    if !of.title.is_empty() {
        out.title(&printable(&of.title));
    }
    for line in of.lines.iter().take(LINES) {
        let (tone, mark) = &line.mark;
        let head = match mark.as_str() {
            "" => "- ".to_owned(),
            // Without colour a word would run into what is said.
            mark if mark.ends_with(char::is_alphanumeric) => format!("{}: ", printable(mark)),
            mark => format!("{} ", printable(mark)),
        };
        let indent = head.width();
        let room = out.paper.columns() - indent;
        let mut head = out.paint(*tone, &head);
        for text in crate::report::terminal::wrapped(&line.main, room) {
            out.push(&format!("{head}{text}"));
            head = " ".repeat(indent);
        }
        if !line.small.is_empty() {
            out.hung("", indent, Tone::Quiet, &line.small);
        }
    }
    if of.lines.len() > LINES {
        out.push(&format!("… and {} more", of.lines.len() - LINES));
    }
    if !of.note.is_empty() {
        out.hung("", 0, Tone::Quiet, &of.note);
    }
}

/// Each bar in words.
fn bars(out: &mut Lines, of: &Bars, has_title: bool) {
    out.hung("", 0, if has_title { Tone::Quiet } else { Tone::Strong }, &of.caption);
    for bar in of.bars.iter().take(BARS) {
        let [_, number, _] = of.head;
        out.wrapped("- ", &format!("{} ({number} {}) {}", bar.name, bar.number, bar.said));
    }
    if of.bars.len() > BARS {
        out.push(&format!("… and {} more", of.bars.len() - BARS));
    }
}

/// Figures in one line, each by its name.
fn facts(out: &mut Lines, facts: &[Fact]) {
    let said = |fact: &Fact| {
        let small = if fact.small.is_empty() { "" } else { " " };
        format!("{} {}{small}{}", fact.name, fact.value, fact.small)
    };
    let said: Vec<String> = facts.iter().map(said).collect();
    if !said.is_empty() {
        out.hung("", 0, Tone::Quiet, &said.join(" · "));
    }
}
