//! Owns what people read of an artefact, in the order in which they read it: blocks that a page, a
//! terminal and a comment lay out each in its own way. Must not know how any of them looks, nor
//! what an artefact means. Start at [`Document`].
//!
//! Text is text: what it holds is escaped where it is rendered, and nowhere else. Between backticks
//! stands what is typed.

pub(in crate::report) mod bars;
pub(in crate::report) mod controls;
pub(in crate::report) mod figure;
pub(in crate::report) mod html;
pub(in crate::report) mod markdown;
pub(in crate::report) mod table;
pub(in crate::report) mod terminal;
mod tone;

pub(in crate::report) use controls::Controls;
pub(in crate::report) use figure::Figure;
pub(in crate::report) use table::Table;
pub(in crate::report) use tone::Tone;

/// An artefact as it is read.
pub(in crate::report) struct Document {
    /// What a window is called.
    pub title: String,
    /// What is read, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
pub(in crate::report) enum Block {
    /// The answer, before everything else.
    Verdict(Verdict),
    /// What is read with the answer: sections that a page sets beside each other.
    First(Vec<Block>),
    /// Ways about a page, and what its charts show.
    Controls(Controls),
    /// Begins a section.
    Heading(Heading),
    /// A sentence, or a few.
    Sentence(Sentence),
    /// Lines that stand beside each other.
    List(List),
    /// Figures by their names.
    Facts(Vec<Fact>),
    /// Rows and columns.
    Table(Table),
    /// Bars over one axis.
    Bars(bars::Bars),
    /// A drawing; only a page has room for it.
    Figure(Box<Figure>),
    /// What is folded away on a page, and left out elsewhere.
    Details(String, Vec<Block>),
    /// What is typed, or pasted.
    Code(Code),
}

/// The answer, what it rests on, and the figures beside it.
pub(in crate::report) struct Verdict {
    /// Its colour.
    pub tone: Tone,
    /// What it is about: campaign, start, evidence.
    pub about: String,
    /// The answer in a word, and behind a dot what it rests on; or in one short sentence.
    pub headline: String,
    /// What it rests on, a sentence each.
    pub why: Vec<String>,
    /// The figures beside it.
    pub facts: Vec<Fact>,
}

/// What stands over a section.
pub(in crate::report) struct Heading {
    /// By what the page can be jumped to.
    pub id: String,
    /// What it says.
    pub text: String,
    /// It begins a part of a section.
    pub is_part: bool,
    /// Only the page has room for its section.
    pub aside: bool,
}

/// A sentence, or a few.
pub(in crate::report) struct Sentence {
    /// What is said.
    pub text: String,
    /// How loudly.
    pub voice: Voice,
}

/// How loudly a sentence is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Voice {
    /// The finding of a section.
    Loud,
    /// As most are.
    Plain,
    /// What stands behind it.
    Quiet,
    /// How it was found: for whoever looks for it on the page.
    Fine,
}

/// Lines that stand beside each other.
pub(in crate::report) struct List {
    /// What stands over them; may be empty.
    pub title: String,
    /// The lines.
    pub lines: Vec<ListLine>,
    /// What holds for all of them; may be empty.
    pub note: String,
}

/// A line of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListLine {
    /// A word before it, and its colour; the word may be empty.
    pub mark: (Tone, String),
    /// What is said.
    pub main: String,
    /// What stands behind it; may be empty.
    pub small: String,
}

/// A figure and its name.
pub(in crate::report) struct Fact {
    /// Its name.
    pub name: String,
    /// The figure.
    pub value: String,
    /// How sure it is, or nothing.
    pub small: String,
}

/// What is typed, or pasted.
pub(in crate::report) struct Code {
    /// What is done with it; may be empty.
    pub lead: String,
    /// Its lines; what comes of one stands behind [`DOES`].
    pub lines: Vec<String>,
    /// Only the page says it.
    pub aside: bool,
}

/// Before what a typed line does; a shell takes it for a comment.
pub(in crate::report) const DOES: &str = "   # ";

impl Block {
    /// A section's heading.
    pub(in crate::report) fn heading(id: impl Into<String>, text: impl Into<String>) -> Block {
        let (id, text) = (id.into(), text.into());
        Block::Heading(Heading { id, text, is_part: false, aside: false })
    }

    /// The heading of a section that only the page has room for.
    pub(in crate::report) fn aside(id: &str, text: &str) -> Block {
        let (id, text) = (id.to_owned(), text.to_owned());
        Block::Heading(Heading { id, text, is_part: false, aside: true })
    }

    /// A heading within a section.
    pub(in crate::report) fn part(id: impl Into<String>, text: &str) -> Block {
        let (id, text) = (id.into(), text.to_owned());
        Block::Heading(Heading { id, text, is_part: true, aside: false })
    }

    /// A sentence.
    pub(in crate::report) fn said(voice: Voice, text: impl Into<String>) -> Block {
        Block::Sentence(Sentence { text: text.into(), voice })
    }
}

impl ListLine {
    /// A line with nothing before and behind it.
    pub(in crate::report) fn plain(main: impl Into<String>) -> ListLine {
        ListLine::new(main, "")
    }

    /// A line, and what stands behind it.
    pub(in crate::report) fn new(main: impl Into<String>, small: impl Into<String>) -> ListLine {
        ListLine { main: main.into(), small: small.into(), ..ListLine::default() }
    }
}

impl Fact {
    /// A figure that is known.
    pub(in crate::report) fn plain(name: impl Into<String>, value: impl Into<String>) -> Fact {
        Fact { name: name.into(), value: value.into(), small: String::new() }
    }
}

/// What of `blocks` is shown where a page's room is not: a heading with nothing below it goes too,
/// and one above nothing but parts, which have their own.
fn short(blocks: &[Block]) -> Vec<&Block> {
    let mut kept: Vec<&Block> = Vec::new();
    let flat = blocks.iter().flat_map(|block| match block {
        Block::First(within) => within.as_slice(),
        block => std::slice::from_ref(block),
    });
    let mut aside = false;
    let flat = flat.filter(|block| {
        if let Block::Heading(heading) = block {
            aside = heading.aside || aside && heading.is_part;
        }
        !aside
    });
    let flat: Vec<&Block> = flat.collect();
    // From the end, so that each heading knows what is below it.
    let (mut below_part, mut below) = (false, false);
    for block in flat.into_iter().rev() {
        let stays = match block {
            Block::Heading(heading) if heading.is_part => std::mem::take(&mut below_part),
            Block::Heading(_) => {
                below_part = false;
                std::mem::take(&mut below) && !kept.last().is_some_and(|next| is_part(next))
            }
            block => {
                let stays = is_short(block);
                (below_part, below) = (below_part || stays, below || stays);
                stays
            }
        };
        kept.extend(stays.then_some(block));
    }
    kept.reverse();
    kept
}

fn is_part(block: &Block) -> bool {
    matches!(block, Block::Heading(heading) if heading.is_part)
}

/// What a terminal and a comment do not leave to the page.
fn is_short(block: &Block) -> bool {
    match block {
        Block::Figure(_) | Block::Details(..) | Block::Controls(_) | Block::First(_) => false,
        Block::Sentence(sentence) => sentence.voice != Voice::Fine,
        Block::Table(table) => !table.aside && table.rows.iter().any(|row| !row.aside),
        Block::Code(code) => !code.aside,
        Block::Facts(facts) => !facts.is_empty(),
        Block::List(list) => !list.lines.is_empty() || !list.note.is_empty(),
        Block::Verdict(_) | Block::Heading(_) | Block::Bars(_) => true,
    }
}

#[cfg(test)]
pub(in crate::report) mod tests;
