//! Tests of the terminal text: what it says, within 80 columns.

use super::*;
use crate::report::sample;

#[test]
fn the_terminal_says_it_in_eighty_columns() {
    for (name, judgement) in sample::all().into_iter().chain([("empty", sample::empty())]) {
        let said = text(&Summary::of(&judgement), "reports/black-friday/", Ink::Plain);
        for line in said.lines() {
            assert!(line.chars().count() <= WIDTH, "{name}: {line}");
        }
        insta::assert_snapshot!(name, said);
    }
}

#[test]
fn hostile_names_move_no_cursor_and_stay_in_their_columns() {
    let said = text(&Summary::of(&sample::hostile()), "reports/x", Ink::Plain);
    assert!(said.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(said.lines().all(|line| line.chars().count() <= WIDTH), "{said}");
}

#[test]
fn colour_comes_only_when_asked_and_changes_no_word() {
    let summary = Summary::of(&sample::no_go());
    let (plain, colour) = (text(&summary, "x", Ink::Plain), text(&summary, "x", Ink::Colour));
    assert!(!plain.contains('\x1b') && colour.contains("\x1b[1;31mNO-GO"));
    let mut stripped = colour;
    for code in ["0", "2", "32", "33", "1;31"] {
        stripped = stripped.replace(&format!("\x1b[{code}m"), "");
    }
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeezed(&stripped), squeezed(&plain));
}
