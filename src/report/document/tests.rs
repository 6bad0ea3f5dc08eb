//! Tests of the three renderers: the same blocks, each in its own layout, and nothing alive in any.

use unicode_width::UnicodeWidthStr;

use super::table::{Cell, Row, Table, kept};
use super::{
    Block, Code, Document, Fact, Line, List, Tone, Verdict, Voice, html, markdown, terminal,
};
use crate::report::terminal::{Ink, Paper};

fn rungs() -> Table {
    let columns = ["demand", "in limits", "accepted", "~turned away", "what stands in the way::"];
    let mut table = Table::new("The campaign at multiples of its demand", &columns);
    for (name, go, says) in [("1x", "30 of 30", "nothing"), ("2x", "7 of 30", "oversold orders")] {
        let aside = says == "nothing";
        table.push(vec![
            Cell::text(name),
            Cell::number(go).with("90.5 % … 100 %").toned(Tone::Good),
            Cell::number("1,020"),
            Cell::number("478"),
            Cell::text(says).aside(aside),
        ]);
    }
    table
}

fn document() -> Document {
    let blocks = vec![
        Block::Verdict(Verdict {
            tone: Tone::Good,
            about: "Doors · model: not your systems".to_owned(),
            headline: "It can grow to 2x.".to_owned(),
            why: vec!["More of them would settle it (`--runs 120`).".to_owned()],
            facts: vec![Fact::plain("first seed", "7")],
        }),
        Block::heading("far", "How far it can grow"),
        Block::Table(rungs()),
        Block::said(Voice::Fine, "How it was found."),
        Block::heading("folded", "Only folded below"),
        Block::Details("In full".to_owned(), vec![Block::said(Voice::Plain, "All of it.")]),
        Block::heading("do", "What to do"),
        Block::List(List {
            title: "First".to_owned(),
            lines: vec![Line {
                mark: (Tone::Bad, "!".to_owned()),
                main: "hold back 2 units".to_owned(),
                small: "Seen: 3.".to_owned(),
            }],
            note: "Tried together.".to_owned(),
        }),
        Block::Code(Code {
            lead: "Typed:".to_owned(),
            lines: vec!["doorbuster advise x".to_owned()],
            aside: false,
        }),
    ];
    Document { title: "Headroom".to_owned(), blocks }
}

fn typed(document: &Document, columns: usize) -> String {
    terminal::text(document, Paper::new(Ink::Plain, Some(columns)))
}

#[test]
fn a_terminal_and_a_comment_read_like_this() {
    insta::assert_snapshot!("terminal-80", typed(&document(), 80));
    insta::assert_snapshot!("markdown", markdown::blocks(&document().blocks));
}

/// What is folded, drawn or in fine print is the page's, and so is a heading over nothing else.
#[test]
fn a_heading_with_nothing_below_it_is_left_to_the_page() {
    let page = html::page(&document()).unwrap();
    let short = [typed(&document(), 80), markdown::blocks(&document().blocks)];
    for said in ["Only folded below", "All of it.", "How it was found."] {
        assert!(page.contains(said), "{said}");
        assert!(short.iter().all(|text| !text.contains(said)), "{said}");
    }
}

/// What stands in small goes first, then columns that may leave, then the columns themselves.
#[test]
fn a_table_takes_the_room_there_is() {
    let said = |columns: usize| {
        let document = Document { title: String::new(), blocks: vec![Block::Table(rungs())] };
        let said = typed(&document, columns);
        assert!(said.lines().all(|line| line.width() <= columns.max(60)), "{said}");
        said
    };
    assert!(said(80).contains("30 of 30 (90.5 % … 100 %)     1,020"), "{}", said(80));
    let mut wide = rungs();
    wide.rows[0].cells[0].main = "a multiple with a very long name indeed".to_owned();
    for head in &mut wide.head[1..4] {
        head.name = "a column of twenty chars".to_owned();
    }
    let blocks = vec![Block::Table(wide)];
    let narrow = typed(&Document { title: String::new(), blocks }, 60);
    let row = "- a multiple with a very long name indeed\n  a column of twenty chars 30 of 30";
    assert!(narrow.contains(row), "{narrow}");
    assert!(narrow.contains("what stands in the way oversold orders"), "{narrow}");
    assert!(!narrow.contains("way nothing"), "what says nothing is left out: {narrow}");
}

/// A letter may be two columns wide: what stands behind it stays in its column.
#[test]
fn columns_are_those_of_a_terminal() {
    let mut table = Table::new("", &["channel", "orders"]);
    for name in ["楽天市場", "storefront"] {
        table.push(vec![Cell::text(name), Cell::number("7")]);
    }
    let blocks = vec![Block::Table(table)];
    let said = typed(&Document { title: String::new(), blocks }, 80);
    let widths: Vec<usize> = said.lines().map(UnicodeWidthStr::width).collect();
    assert_eq!(widths, [18, 18, 18], "{said}");
}

#[test]
fn nothing_is_alive_in_any_of_them() {
    let hostile = "<script>alert(1)</script>\u{1b}[2J|`x\u{7}";
    let mut table = Table::new(hostile, &[hostile, hostile]);
    table.push(Row::from(vec![Cell::text(hostile), Cell::number(hostile).with(hostile)]));
    let blocks = vec![
        Block::Verdict(Verdict {
            tone: Tone::Bad,
            about: hostile.to_owned(),
            headline: hostile.to_owned(),
            why: vec![hostile.to_owned()],
            facts: vec![Fact::plain(hostile, hostile)],
        }),
        Block::heading("x", hostile),
        Block::Table(table),
        Block::said(Voice::Plain, hostile),
        Block::List(List {
            title: hostile.to_owned(),
            lines: vec![Line::plain(hostile)],
            note: hostile.to_owned(),
        }),
        Block::Code(Code {
            lead: hostile.to_owned(),
            lines: vec![hostile.to_owned()],
            aside: false,
        }),
    ];
    let document = Document { title: hostile.to_owned(), blocks };
    let page = html::page(&document).unwrap();
    assert!(!page.contains("<script"), "{page}");
    let said = typed(&document, 80);
    assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said:?}");
    let comment = markdown::blocks(&document.blocks);
    let (text, _) = comment.split_once("```").unwrap();
    assert!(!text.contains("<script") && !text.contains("|`x"), "{text}");
}

#[test]
fn what_is_typed_is_code_on_a_page() {
    let page = html::page(&document()).unwrap();
    assert!(page.contains("settle it (<code>--runs 120</code>)."), "{page}");
    assert!(page.contains("<section aria-labelledby=\"far\">") && !page.contains("<script"));
}

/// A table of many channels loses channels, never a measure.
#[test]
fn a_table_without_room_keeps_every_whole() {
    let row = |name: String, part| Row { part, ..Row::from(vec![Cell::text(name)]) };
    let mut table = Table::new("", &["measure"]);
    for whole in 0..8 {
        table.push(row(format!("whole {whole}"), false));
        (0..12).for_each(|part| table.push(row(format!("part {part}"), true)));
    }
    let rows: Vec<&Row> = table.rows.iter().collect();
    let kept = kept(&rows, 40);
    assert_eq!(kept.iter().filter(|row| !row.part).count(), 8);
    assert_eq!(kept.len(), 40);
    let early = |row: &&Row| !row.part || row.cells[0].main.as_str() < "part 4";
    assert!(kept.iter().all(early));
}
