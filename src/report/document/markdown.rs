//! Owns documents as GitHub-flavoured Markdown, short enough for a comment. Must not know what is
//! said.
//!
//! A name may be anybody's, so no name may end a table's cell, open a tag, call a person, or link
//! to a page.

use super::table::{Cell, Goes, Row, Table, kept};
use super::{Block, Code, List, Sentence, Tone, Verdict, Voice, short};
use crate::report::words::gate::capitalised;

/// Channels and measures of a table; the rest are counted.
const ROWS: usize = 40;
/// Lines of a list; the rest are counted.
const LINES: usize = 20;
/// Longer runs of text than this are names that mean harm, or nothing that helps in a comment.
const TEXT_MAX: usize = 2_000;

/// Blocks one below the other.
pub(in crate::report) fn blocks(blocks: &[Block]) -> String {
    let said: Vec<String> = short(blocks).into_iter().map(one).collect();
    said.join("\n")
}

fn one(block: &Block) -> String {
    match block {
        Block::Verdict(of) => verdict(of),
        Block::Heading(heading) => heading_of(&heading.text),
        Block::Sentence(of) => sentence(of),
        Block::List(of) => list(of),
        Block::Facts(of) => {
            let said = |fact: &super::Fact| {
                format!("{} {}", safe(&fact.name), safe_with_code(&fact.value))
            };
            let said: Vec<String> = of.iter().map(said).collect();
            format!("<sub>{}</sub>\n", said.join(" · "))
        }
        Block::Bars(of) => {
            let said =
                |bar: &super::bars::Bar| format!("- {} {}\n", safe(&bar.name), safe(&bar.said));
            let bars: String = of.bars.iter().take(LINES).map(said).collect();
            format!("{}{bars}{}", caption(&of.caption), rest(of.bars.len(), LINES, "lines"))
        }
        Block::Table(of) => table(of),
        Block::Code(of) => code(of),
        Block::First(_) | Block::Controls(_) | Block::Figure(_) | Block::Details(..) => {
            String::new()
        }
    }
}

fn heading_of(text: &str) -> String {
    format!("### {}\n", safe(&capitalised(text)))
}

fn verdict(of: &Verdict) -> String {
    let alert = match of.tone {
        Tone::Good => "TIP",
        Tone::Bad => "CAUTION",
        Tone::Careful | Tone::Plain | Tone::Quiet | Tone::Strong => "WARNING",
    };
    let why: Vec<String> =
        of.why.iter().map(|why| format!("> {}\n", safe_with_code(why))).collect();
    let why = if why.is_empty() { String::new() } else { why.join(">\n") };
    let headline = safe(&of.headline);
    // The campaign's name stands out.
    let about = match of.about.split_once(" · ") {
        Some((campaign, rest)) => format!("**{}** · {}", safe(campaign), safe(rest)),
        None => format!("**{}**", safe(&of.about)),
    };
    format!("## {headline}\n\n{about}\n\n> [!{alert}]\n{why}")
}

fn sentence(of: &Sentence) -> String {
    let text = safe_with_code(&of.text);
    match of.voice {
        Voice::Loud => format!("**{text}**\n"),
        Voice::Plain => format!("{text}\n"),
        Voice::Quiet | Voice::Fine => format!("<sub>{text}</sub>\n"),
    }
}

fn list(of: &List) -> String {
    let mut out = String::new();
    if !of.title.is_empty() {
        out.push_str(&format!("{}\n", heading_of(&of.title)));
    }
    for line in of.lines.iter().take(LINES) {
        // A sign without a word is a colour, and a comment has none.
        let mark = match line.mark.1.as_str() {
            mark if mark.chars().any(char::is_alphanumeric) => format!("**{}:** ", safe(mark)),
            _ => String::new(),
        };
        let small = small(std::slice::from_ref(&line.small));
        out.push_str(&format!("- {mark}{}{small}\n", safe_with_code(&line.main)));
    }
    out.push_str(&rest(of.lines.len(), LINES, "lines"));
    if !of.note.is_empty() {
        out.push_str(&format!("\n{}\n", safe_with_code(&of.note)));
    }
    out
}

fn small(lines: &[String]) -> String {
    let lines = lines.iter().filter(|line| !line.is_empty());
    let said = lines.map(|line| format!("<br><sub>{}</sub>", safe_with_code(line)));
    said.collect::<Vec<String>>().concat()
}

/// In a cell a bar would end it, between backticks too.
fn in_cell(text: &str) -> String {
    let mut before = ' ';
    let bars = text.chars().flat_map(|c| {
        let bare = c == '|' && std::mem::replace(&mut before, c) != '\\';
        before = c;
        bare.then_some('\\').into_iter().chain([c])
    });
    bars.collect()
}

fn caption(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("**{}**\n\n", safe(text)) }
}

fn table(of: &Table) -> String {
    let mut out = caption(&of.caption);
    let heads = &of.head;
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let places: Vec<usize> = (0..heads.len()).filter(|at| heads[*at].goes != Goes::Page).collect();
    out.push_str(&row(places.iter().map(|at| safe(&heads[*at].name)).collect()));
    let align = |at: &usize| if *at == 0 || heads[*at].text { "---" } else { "---:" };
    out.push_str(&format!("|{}|\n", places.iter().map(align).collect::<Vec<&str>>().join("|")));
    let all: Vec<_> = of.rows.iter().filter(|row| !row.aside).collect();
    let rows = kept(&all, ROWS);
    for Row { cells, .. } in &rows {
        let cells = places.iter().filter_map(|at| cells.get(*at));
        let said = cells.map(|cell| in_cell(&format!("{}{}", toned(cell), small(&cell.small))));
        out.push_str(&row(said.collect()));
    }
    out + &rest(all.len(), rows.len(), "rows")
}

fn toned(cell: &Cell) -> String {
    let text = safe_with_code(&cell.main);
    match cell.tone {
        Tone::Strong | Tone::Bad | Tone::Careful if !text.is_empty() => format!("**{text}**"),
        _ => text,
    }
}

fn code(of: &Code) -> String {
    let lead = if of.lead.is_empty() {
        String::new()
    } else {
        format!("{}\n\n", safe_with_code(&of.lead))
    };
    // A line cannot end the block that it stands in.
    let lines = of.lines.join("\n").replace("```", "`\u{200b}``");
    format!("{lead}```sh\n{lines}\n```\n")
}

fn rest(all: usize, said: usize, what: &str) -> String {
    if all > said {
        format!("\n… and {} more {what}: see report.html.\n", all - said)
    } else {
        String::new()
    }
}

/// Text that means nothing to GitHub but itself.
pub(in crate::report) fn safe(text: &str) -> String {
    escaped(cut(text, TEXT_MAX).chars(), text.len())
}

/// The same for sentences of our own, in which settings stand between backticks: an even number of
/// them are code, and what is between is shown as it is. Within a code span nothing is alive; runs
/// of backticks would end it elsewhere, a tag, a person or a line's end has no business there.
fn safe_with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_code = |part: &&str| {
        !part.trim().is_empty() && part.chars().all(|c| !"<@#".contains(c) && !c.is_control())
    };
    let code = parts.iter().skip(1).step_by(2);
    let touches = parts.iter().step_by(2).skip(1).rev().skip(1).any(|between| between.is_empty());
    if parts.len().is_multiple_of(2)
        || touches
        || text.len() > TEXT_MAX
        || !code.into_iter().all(is_code)
    {
        return safe(text);
    }
    let said = parts.iter().enumerate().map(|(place, part)| match place % 2 {
        0 => safe(part),
        _ => format!("`{part}`"),
    });
    said.collect()
}

fn escaped(text: impl Iterator<Item = char>, length: usize) -> String {
    let mut out = String::with_capacity(length);
    for c in text {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            // Called persons, issues and addresses are found in the text itself: the reference
            // after the sign is no letter of any of them and cannot be seen.
            '@' | '#' => out.extend([c].into_iter().chain("&#8203;".chars())),
            '\u{a0}' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.replace("://", ":&#8203;//").replace("www.", "www&#8203;.")
}

/// The first letters of a text.
pub(in crate::report) fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}
