//! Tests of the terminal's text.

use crate::report::front::{Beside, Front};
use crate::report::run::screen;
use crate::report::sample;
use crate::report::summary::Summary;
use crate::report::terminal::{Ink, Paper};

fn printed(summary: &Summary, ink: Ink, columns: Option<usize>) -> String {
    let beside = Beside::default();
    let front = Front::of(summary, &beside, "reports/black-friday");
    screen(summary, &front, &beside, Some("reports/black-friday/"), Paper::new(ink, columns))
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

#[test]
fn the_terminal_says_it_in_80_columns_and_in_120() {
    for (name, judgement) in sample::all().into_iter().chain([("empty", sample::empty())]) {
        let summary = Summary::of(&judgement);
        for columns in [80, 120] {
            let said = printed(&summary, Ink::Plain, Some(columns));
            assert!(widest(&said) <= columns, "{name}: {said}");
            insta::assert_snapshot!(format!("{name}-{columns}"), said);
        }
    }
}

#[test]
fn any_width_is_kept_and_an_unknown_one_is_80() {
    let no_go = Summary::of(&sample::no_go());
    for columns in 60..=120 {
        let said = printed(&no_go, Ink::Plain, Some(columns));
        assert!(widest(&said) <= columns, "{columns}: {said}");
    }
    let unknown = printed(&no_go, Ink::Plain, None);
    assert_eq!(unknown, printed(&no_go, Ink::Plain, Some(80)));
    assert_eq!(unknown, printed(&no_go, Ink::Plain, Some(0)));
    assert_eq!(printed(&no_go, Ink::Plain, Some(9)), printed(&no_go, Ink::Plain, Some(60)));
    assert_eq!(printed(&no_go, Ink::Plain, Some(400)), printed(&no_go, Ink::Plain, Some(120)));
}

#[test]
fn hostile_names_move_no_cursor_give_no_command_and_stay_in_their_columns() {
    let mut judgement = sample::hostile();
    judgement.charter.channels[1].name = "::error::x".to_owned();
    let said = printed(&Summary::of(&judgement), Ink::Plain, None);
    assert!(said.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(widest(&said) <= 80, "{said}");
    assert!(said.contains("\n\u{2236}\u{2236}error::x"), "{said}");
    assert!(said.lines().all(|line| !line.trim_start().starts_with("::")), "{said}");
}

#[test]
fn colour_comes_only_when_asked_and_changes_no_word() {
    let summary = Summary::of(&sample::no_go());
    let (plain, colour) =
        (printed(&summary, Ink::Plain, None), printed(&summary, Ink::Colour, None));
    assert!(!plain.contains('\x1b') && colour.contains("\x1b[1;31mNO-GO"));
    let mut stripped = colour;
    for code in ["0", "1", "2", "32", "33", "1;31"] {
        stripped = stripped.replace(&format!("\x1b[{code}m"), "");
    }
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeezed(&stripped), squeezed(&plain));
}

/// Set `DOORBUSTER_TERMINAL_SAMPLES` to a folder to look at the samples in colour.
#[test]
fn samples_can_be_looked_at_in_colour() {
    let temporary = tempfile::tempdir().unwrap();
    let asked = std::env::var_os("DOORBUSTER_TERMINAL_SAMPLES");
    let folder = asked.map_or_else(|| temporary.path().to_owned(), std::path::PathBuf::from);
    for (name, judgement) in sample::all() {
        for columns in [80, 120] {
            let said = printed(&Summary::of(&judgement), Ink::Colour, Some(columns));
            std::fs::write(folder.join(format!("{name}-{columns}.ansi")), said).unwrap();
        }
    }
}
