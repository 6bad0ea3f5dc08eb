//! The report in reports/example is one that this version would write: the same keys, the same
//! headings, the same charts. `.ci/example --check` compares it byte for byte.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use doorbuster::report::front::{Beside, Front};
use doorbuster::report::{Summary, charts, run};

const MEND: &str = "run .ci/example and commit what it makes";

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/example")
}

fn text(name: &str) -> String {
    fs::read_to_string(example().join(name)).unwrap_or_else(|e| panic!("{name}: {e}; {MEND}"))
}

fn summary() -> Summary {
    serde_json::from_str(&text("summary.json")).unwrap_or_else(|e| panic!("{e}; {MEND}"))
}

/// Headings of a page, in order, without the numbers in them.
fn headings(page: &str) -> Vec<String> {
    let parts =
        page.split("<h").skip(1).filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let said = parts.map(|part| part.split_once('>').unwrap().1.split("</h").next().unwrap());
    said.map(str::to_owned).collect()
}

#[test]
fn its_summary_is_of_the_contract_and_has_every_key() {
    let bytes = String::from_utf8(summary().to_json()).unwrap();
    assert!(bytes == text("summary.json"), "summary.json would be written otherwise; {MEND}");
}

#[test]
fn its_page_has_the_headings_that_a_page_has_now() {
    let summary = summary();
    let front = Front::of(&summary, &Beside::default(), ".");
    let now = run::page(&summary, &front, &Beside::default()).unwrap();
    assert_eq!(headings(&text("report.html")), headings(&now), "{MEND}");
}

#[test]
fn it_has_every_chart_and_no_other() {
    let drawn = charts::draw_all(&summary(), charts::Layout::Wide).unwrap();
    let drawn: BTreeSet<String> = drawn.into_iter().map(|c| format!("{}.svg", c.key)).collect();
    let kept = fs::read_dir(example().join("charts")).unwrap();
    let kept: BTreeSet<String> =
        kept.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(kept, drawn, "{MEND}");
}

#[test]
fn everything_says_the_same_verdict() {
    let summary = summary();
    assert!(text("report.md").contains(&summary.headline), "{MEND}");
    let page = text("report.html").replace('\u{a0}', " ");
    assert!(page.contains(&summary.why), "{MEND}");
    assert!(text("junit.xml").starts_with("<?xml"), "{MEND}");
    assert!(!example().join("history.jsonl.zst").exists(), "a history is too large to keep");
}
