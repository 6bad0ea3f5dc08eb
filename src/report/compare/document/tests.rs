//! Tests of what is read of a comparison: its text form is the snapshot, its page whole and safe.

use super::super::tests::{no_go_and_go, replication};
use super::super::{Comparison, Given, Party, text};
use super::document;
use crate::report::document::html;
use crate::report::terminal::{Ink, Paper};
use crate::report::{Summary, sample};

fn page(parties: &[Party]) -> String {
    html::page(&document(parties, &Comparison::of(parties))).unwrap()
}

fn plain(parties: &[Party], columns: usize) -> String {
    text(parties, &Comparison::of(parties), Paper::new(Ink::Plain, Some(columns)))
}

fn hostile() -> Party {
    let label = "<script>alert(1)</script>\x1b[2J".to_owned();
    let given = Given { label, summary: Summary::of(&sample::hostile()), study: None };
    Party { runs: vec![given], changes: None }
}

#[test]
fn it_is_said_in_the_columns_there_are() {
    for columns in [60, 80, 120] {
        let said = plain(&no_go_and_go(), columns);
        assert!(said.lines().all(|line| line.chars().count() <= columns), "{said}");
        insta::assert_snapshot!(format!("no-go-and-go-{columns}"), said);
    }
}

#[test]
fn two_seeds_and_five_replications() {
    insta::assert_snapshot!(
        "two-seeds",
        plain(&[replication("one", 1), replication("two", 2)], 80)
    );
    let runs = (0..5).flat_map(|seed| replication(&format!("seed-{seed}"), seed).runs).collect();
    insta::assert_snapshot!("five-afternoons", plain(&[Party { runs, changes: None }], 80));
}

#[test]
fn hostile_names_move_no_cursor_and_stay_text() {
    let parties = [replication("one", 1), hostile()];
    let said = plain(&parties, 80);
    assert!(said.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    for live in ["<script", "<img", "</svg><", "</style><"] {
        assert!(!page(&parties).contains(live), "{live} is alive");
    }
}

#[test]
fn colour_changes_no_word() {
    let (parties, comparison) = (no_go_and_go(), Comparison::of(&no_go_and_go()));
    let [plain, mut colour] = [Ink::Plain, Ink::Colour]
        .map(|ink| text(&parties, &comparison, Paper::new(ink, Some(120))));
    assert!(colour.contains("\x1b[32mbetter, beyond chance"), "{colour}");
    for code in ["0", "1", "2", "32", "33", "1;31"] {
        colour = colour.replace(&format!("\x1b[{code}m"), "");
    }
    // A painted cell keeps the blanks behind it; a line's last ones are not seen.
    let seen = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(seen(&colour), seen(&plain));
}

/// The headline is one short sentence; what it rests on stands beneath.
#[test]
fn the_first_screen_says_what_differs() {
    let page = page(&no_go_and_go());
    let (_, headline) = page.split_once("<h1").unwrap();
    let headline = headline.split("</h1>").next().unwrap();
    let headline = headline.replace(" class=\"sentence\"", "");
    let said = "<span class=\"word\">B is GO (model: not your systems), A is NO-GO.</span>";
    assert_eq!(headline, format!(">{said}"));
    let first = page.split("<table").next().unwrap();
    assert!(first.contains("Better in B, beyond chance: oversold orders"));
    assert!(page.contains("connectors.hub.reference.workers"));
    assert!(page.contains("Order created twice"));
    assert_eq!(page.matches("<figure>").count(), 5);
}

#[test]
fn it_fetches_nothing_and_every_id_is_used_once() {
    let page = page(&no_go_and_go()).replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for fetch in ["http:", "https:", "src=\"", "url(", "@import", "<link", "<iframe"] {
        assert!(!page.contains(fetch), "{fetch}");
    }
    let mut ids: Vec<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn replications_have_a_table_of_their_own() {
    let runs = (0..4).flat_map(|seed| replication("x", seed).runs).collect();
    let page = page(&[Party { runs, changes: Some(Vec::new()) }]);
    assert!(page.contains("mean at 95"), "{page}");
    assert!(!page.contains("against A"));
}
