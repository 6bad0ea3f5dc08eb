//! Tests of the first screen.

use super::*;
use crate::report::sample;

/// A first screen as it is read, a line each.
fn read(front: &Front) -> String {
    let mut text = format!("{}\n{}\n{}\n", front.headline, front.campaign, front.why);
    text += &format!("[{}]\n", front.by_channel);
    for channel in &front.channels {
        let ChannelLine { name, word, share, reason, .. } = channel;
        text += &format!("- {name} | {word} | {share} | {reason}\n");
    }
    for list in front.lists.iter().chain(&front.next) {
        text += &format!("[{}] {}\n", list.title, list.note.as_deref().unwrap_or_default());
        for line in &list.lines {
            text += &format!("- {} | {}\n", line.main, line.small);
        }
    }
    text
}

#[test]
fn every_verdict_has_its_first_screen() {
    for (name, judgement) in sample::all().into_iter().chain([("empty", sample::empty())]) {
        let summary = Summary::of(&judgement);
        let front = Front::of(&summary, &Beside::default(), ".");
        assert_eq!(front.headline, format!("{} · {}", front.word, front.about), "{name}");
        insta::assert_snapshot!(name, read(&front));
    }
}

#[test]
fn what_was_tried_stands_for_what_might_be_and_what_moved_is_told() {
    let summary = Summary::of(&sample::no_go());
    let beside = Beside {
        since: Some(vec!["oversold orders 2.9 % → 2.01 %".to_owned()]),
        trials: Some(crate::report::trials::tests::sample()),
        ..Beside::default()
    };
    let front = Front::of(&summary, &beside, ".");
    let list = |title: &str| front.lists.iter().find(|list| list.title == title).expect(title);
    let (said, note) = (&list("go if").lines[0], list("go if").note.as_deref());
    assert_eq!(said.main, "Hub: send changes instead of absolute stock (ops-integration)");
    assert!(said.small.contains("oversold orders 3 % → 0.1 %"), "{}", said.small);
    assert!(said.small.ends_with("Setting: `connectors.hub.reference.updates: delta`."));
    assert!(note.is_some_and(|note| note.starts_with("Tried together")), "{note:?}");
    assert_eq!(list("since the last run of this campaign").lines.len(), 1);
    let nothing = Beside { since: Some(Vec::new()), ..Beside::default() };
    assert_eq!(Front::of(&summary, &nothing, "."), Front::of(&summary, &Beside::default(), "."));
}

#[test]
fn nobody_watching_is_said_in_words() {
    let mut summary = Summary::of(&sample::go_with_conditions());
    for gate in &mut summary.gates {
        gate.owner = "no owner named".to_owned();
    }
    let said = read(&Front::of(&summary, &Beside::default(), "."));
    assert!(said.contains("name one under `owners:`"), "{said}");
    assert!(!said.contains("no owner named watches"), "{said}");
}
