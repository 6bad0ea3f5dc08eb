//! Tests of the three renderers: the same blocks, each in its own layout, and nothing alive in any.

use proptest::collection::vec;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::table::{Cell, Row, Table, kept};
use super::{
    Block, Code, Document, Fact, List, ListLine, Tone, Verdict, Voice, html, markdown, terminal,
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
            lines: vec![ListLine {
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

fn alone(table: Table, columns: usize) -> String {
    typed(&Document { title: String::new(), blocks: vec![Block::Table(table)] }, columns)
}

#[test]
fn a_table_takes_the_room_there_is() {
    let said = |columns: usize| {
        let said = alone(rungs(), columns);
        assert!(said.lines().all(|line| line.width() <= columns.max(60)), "{said}");
        said
    };
    assert!(said(80).contains("30 of 30 (90.5 % … 100 %)     1,020"), "{}", said(80));
    let mut wide = rungs();
    wide.rows[0].cells[0].main = "a multiple with a very long name indeed".to_owned();
    for head in &mut wide.head[1..4] {
        head.name = "a column of twenty chars".to_owned();
    }
    let narrow = alone(wide, 60);
    let row = "a multiple with a very               30 of 30                     1,020\n  long";
    assert!(narrow.contains(row) || narrow.contains("No room here for"), "{narrow}");
    assert!(narrow.contains("oversold orders"), "{narrow}");
}

/// Columns that may leave go where there is no room, and it is said; others never do.
#[test]
fn what_is_left_out_of_a_table_is_said() {
    let cell = |place: usize| Cell::number(format!("{place}{}", "0".repeat(18)));
    let mut table = Table::new("", &["name", "first", "second", "~third", "fourth"]);
    let cells: Vec<Cell> = std::iter::once(Cell::text("a")).chain((1..5).map(cell)).collect();
    table.push(cells);
    let said = alone(table, 80);
    assert!(said.contains("No room here for: third."), "{said}");
    assert!(!said.contains("3000") && said.contains("4000"), "{said}");
}

/// Where a row's cells mostly say nothing it is a paragraph, and what says nothing is left out.
#[test]
fn a_row_that_says_little_is_a_paragraph() {
    let mut table = Table::new("", &["change", "a measure of a name", "another one of a name"]);
    let wide = "9".repeat(30);
    table.push(vec![
        Cell::text("more workers"),
        Cell::number(&wide),
        Cell::number("0".repeat(30)).aside(true),
    ]);
    let said = alone(table, 60);
    assert_eq!(said, format!("- more workers\n  a measure of a name {wide}\n"));
}

proptest! {
    /// Whatever stands in a table is on the terminal too, however narrow: what has no room beside
    /// the rest wraps, stands below, or in a second table.
    #[test]
    fn every_cell_of_a_table_is_shown(
        cells in vec(vec("[a-z0-9]{1,9}( [a-z0-9]{1,9}){0,3}", 9), 1..6),
        across in 2_usize..9,
        columns in 60_usize..121,
    ) {
        let names: Vec<String> = (0..across).map(|at| format!("column {at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut table = Table::new("", &names);
        for row in &cells {
            let cell = |text: &String| Cell::number(text).with(format!("± {text}"));
            let row: Vec<Cell> = row.iter().take(across).map(cell).collect();
            table.push(row);
        }
        let said = alone(table, columns);
        prop_assert!(said.lines().all(|line| line.width() <= columns), "{}", said);
        for word in cells.iter().flat_map(|row| row.iter().take(across)) {
            let found = word.split(' ').all(|word| said.matches(word).count() >= 2);
            prop_assert!(found, "{word} is not in\n{said}");
        }
    }

    /// Two rows never read the same because the ends of their names are alike, or cut.
    #[test]
    fn names_that_differ_stay_different(
        before in "[a-z.]{0,60}",
        ends in ("[a-z]{1,9}", "[a-z]{1,9}"),
        after in "[a-z.]{0,60}",
        columns in 60_usize..121,
    ) {
        prop_assume!(ends.0 != ends.1);
        let said = |end: &str| {
            let columns_of = ["measure", "A", "B", "B − A", "finding:"];
            let mut table = Table::new("", &columns_of);
            let name = Cell::text(format!("{before}{end}{after}"));
            let number = || Cell::number("99.96 %").with("99.9 % … 100 %");
            let finding = Cell::text("better, beyond chance");
            table.push(vec![name, number(), number(), number(), finding]);
            alone(table, columns)
        };
        prop_assert_ne!(said(&ends.0), said(&ends.1));
    }
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
            lines: vec![ListLine::plain(hostile)],
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
    let parts = kept.iter().filter(|row| row.part).map(|row| row.cells[0].main.as_str());
    let each = ["part 0", "part 1", "part 2", "part 3"];
    assert_eq!(parts.collect::<Vec<&str>>(), each.repeat(8));
}

/// Settings stand as code in a comment, whatever is in them, and nothing else does.
#[test]
fn what_is_typed_is_code_in_a_comment() {
    let said = |text: &str| markdown::blocks(&[Block::said(Voice::Plain, text)]);
    for typed in ["doorbuster advise a/b_c.yaml", "{ every: 2m, poll: ~ }", "[a](b) *c*"] {
        assert_eq!(said(&format!("Type `{typed}`.")), format!("Type `{typed}`.\n"));
    }
    // One backtick is a name's; runs of them would pair elsewhere.
    assert_eq!(said("a `b *c*"), "a \\`b \\*c\\*\n");
    for hostile in ["`` *b* ``", "`a``*b*`", "`<img>` *b*", "` ` *b*"] {
        assert!(!said(hostile).contains("*b*") || said(hostile).contains("\\*b"), "{hostile}");
        assert!(!said(hostile).contains("<img"), "{hostile}");
    }
    let mut table = Table::new("", &["key"]);
    table.push(vec![Cell::text("`a|b` c|d")]);
    let said = markdown::blocks(&[Block::Table(table)]);
    assert!(said.ends_with("| `a\\|b` c\\|d |\n"), "{said}");
}

/// A caption is said everywhere, a verdict stands out, and a mark never runs into its sentence.
#[test]
fn a_caption_and_a_mark_are_said_without_colour() {
    let mut table = Table::new("The p95 of each", &["gate", "stands:"]);
    table.push(vec![Cell::text("lag"), Cell::text("failed").toned(Tone::Bad)]);
    let mark = (Tone::Plain, "Good to know".to_owned());
    let line = ListLine { mark, ..ListLine::plain("Hub's workers are few.") };
    let list = List { title: String::new(), lines: vec![line], note: String::new() };
    let blocks = vec![Block::heading("g", "Gates"), Block::Table(table), Block::List(list)];
    let comment = markdown::blocks(&blocks);
    let said = typed(&Document { title: String::new(), blocks }, 80);
    assert!(said.contains("Gates\nThe p95 of each\ngate"), "{said}");
    assert!(said.contains("Good to know: Hub's"), "{said}");
    assert!(comment.contains("**The p95 of each**\n\n| gate"), "{comment}");
    assert!(comment.contains("| lag | **failed** |"), "{comment}");
    assert!(comment.contains("- **Good to know:** Hub's"), "{comment}");
}
