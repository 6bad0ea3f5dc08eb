//! Tests of the annotations: they are read back as the runner reads them.

use super::*;
use crate::report::front::Beside;
use crate::report::sample;

fn printed(summary: &Summary) -> String {
    lines(summary, &Front::of(summary, &Beside::default(), "."), None)
}

/// Kind, title and message of a line, decoded.
fn read(line: &str) -> (&str, String, String) {
    let decoded = |text: &str| {
        text.replace("%2C", ",")
            .replace("%3A", ":")
            .replace("%0A", "\n")
            .replace("%0D", "\r")
            .replace("%25", "%")
    };
    let (command, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (kind, title) = command.split_once(" title=").unwrap();
    assert!(!title.contains([',', ':']), "{line}");
    (kind, decoded(title), decoded(message))
}

#[test]
fn every_verdict_is_annotated() {
    for (name, judgement) in sample::all() {
        insta::assert_snapshot!(name, printed(&Summary::of(&judgement)));
    }
}

#[test]
fn what_would_end_a_command_comes_back_as_it_was() {
    let mut judgement = sample::no_go();
    judgement.charter.channels[1].name = "a::b,c=100%0A::error::x".to_owned();
    let summary = Summary::of(&judgement);
    let text = printed(&summary);
    let read: Vec<_> = text.lines().map(read).collect();
    assert!(read.iter().all(|(kind, ..)| ["error", "warning", "notice"].contains(kind)));
    let title = format!("{}: oversold orders failed", summary.channels[1].name);
    assert!(read.iter().any(|(_, said, _)| *said == title), "{text}");
}

#[test]
fn no_more_than_ten_of_a_kind_are_printed_and_the_verdict_is_among_them() {
    let mut summary = Summary::of(&sample::inconclusive());
    summary.reasons = (0..summary.gates.len()).map(Reason::Gate).collect();
    for gate in &mut summary.gates {
        gate.band = Band::Failed;
    }
    let text = printed(&summary);
    assert_eq!(text.lines().count(), 10);
    assert!(text.starts_with("::error title=INCONCLUSIVE"), "{text}");
}
