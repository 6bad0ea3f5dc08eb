//! Owns documents as HTML: one file that fetches nothing and reads without JavaScript, or a part of
//! one. Must not know what is said. Everything is escaped in the templates, and there alone.

use askama::Template;

use super::controls::{SCRIPT, hash};
use super::table::Row;
use super::{Block, Controls, Document, Heading, ListLine, Verdict, Voice};
use crate::report::ReportError;
use crate::report::words::number::glued;

/// A whole page.
#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    title: &'a str,
    made_by: &'a str,
    /// What stands before the first heading.
    head: Blocks<'a>,
    controls: Option<&'a Controls>,
    sections: Vec<Section<'a>>,
    script: &'static str,
    script_hash: String,
}

/// A heading and what stands below it.
struct Section<'a> {
    heading: &'a Heading,
    below: Blocks<'a>,
}

/// Blocks one after the other; folded ones hold others.
#[derive(Template)]
#[template(path = "blocks.html")]
struct Blocks<'a> {
    blocks: &'a [Block],
}

/// Sections one after the other.
#[derive(Template)]
#[template(path = "sections.html")]
struct Sections<'a> {
    sections: Vec<Section<'a>>,
}

/// Who made the page.
const MADE_BY: &str = concat!("doorbuster ", env!("CARGO_PKG_VERSION"));
/// A headline that is longer than this is a sentence, and is not set as large as a word.
const HEADLINE_MAX: usize = 44;

/// The page as text.
pub(in crate::report) fn page(document: &Document) -> Result<String, ReportError> {
    let (head, sections) = sections(&document.blocks);
    let controls = head.iter().find_map(|block| match block {
        Block::Controls(controls) => Some(controls),
        _ => None,
    });
    let page = Page {
        title: &document.title,
        made_by: MADE_BY,
        head: Blocks { blocks: head },
        controls,
        sections,
        script: SCRIPT,
        script_hash: hash(SCRIPT),
    };
    Ok(glued(&page.render()?))
}

/// What stands before the first heading, and each heading with what stands below it.
fn sections(blocks: &[Block]) -> (&[Block], Vec<Section<'_>>) {
    let begins = |block: &Block| matches!(block, Block::Heading(heading) if !heading.is_part);
    let first = blocks.iter().position(begins).unwrap_or(blocks.len());
    let (head, mut rest) = blocks.split_at(first);
    let mut sections = Vec::new();
    while let Some((Block::Heading(heading), below)) = rest.split_first() {
        let until = below.iter().position(begins).unwrap_or(below.len());
        let (below, next) = below.split_at(until);
        sections.push(Section { heading, below: Blocks { blocks: below } });
        rest = next;
    }
    (head, sections)
}

impl Block {
    /// What is folded away in it.
    fn folded(&self) -> Blocks<'_> {
        match self {
            Block::Details(_, within) => Blocks { blocks: within },
            _ => Blocks { blocks: &[] },
        }
    }

    /// The sections that stand beside each other in it.
    fn beside(&self) -> Sections<'_> {
        match self {
            Block::First(within) => Sections { sections: sections(within).1 },
            _ => Sections { sections: Vec::new() },
        }
    }
}

impl Verdict {
    /// The answer, and what is said behind it.
    fn parts(&self) -> (&str, &str) {
        self.headline.split_once(" · ").unwrap_or((&self.headline, ""))
    }

    fn is_sentence(&self) -> bool {
        self.parts().0.chars().count() > HEADLINE_MAX
    }
}

impl ListLine {
    /// Whether a word stands before it, or a sign.
    fn has_word(&self) -> bool {
        self.mark.1.ends_with(char::is_alphanumeric)
    }
}

impl Row {
    /// What the style sheet is told of it.
    fn class(&self) -> String {
        let all = [(self.marked, "marked"), (self.part, "part"), (self.aside, "aside")];
        let told: Vec<&str> = all.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
        told.join(" ")
    }
}

impl Voice {
    fn class(self) -> &'static str {
        match self {
            Voice::Loud => "loud",
            Voice::Plain => "plain",
            Voice::Quiet | Voice::Fine => "note",
        }
    }
}
