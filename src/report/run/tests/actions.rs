//! What a run says of what somebody did to it.

use crate::report::front::{Beside, Front};
use crate::report::run::comment;
use crate::report::sample;
use crate::report::summary::{Action, How, Summary};

fn action(minute: u64, how: How, act: &str) -> Action {
    Action {
        at_us: minute * 60_000_000,
        by: "ana".into(),
        role: None,
        how,
        act: act.into(),
        at: Some("amazon".into()),
        units: None,
        share_ppm: None,
        said: None,
        allowed: true,
    }
}

#[test]
fn what_was_done_is_told_in_words_and_what_was_refused_too() {
    let mut summary = sample::summary_go();
    let said = |act: &str| Action {
        at: None,
        said: Some("in their *words*".into()),
        ..action(40, How::Operator, act)
    };
    summary.actions = vec![
        action(30, How::Script, "zero-stock"),
        Action { role: Some("on call".into()), ..action(31, How::Operator, "pause") },
        Action { units: Some(5), ..action(32, How::Operator, "hold-back") },
        Action { units: Some(20), ..action(33, How::Operator, "cap") },
        action(34, How::Operator, "cap"),
        Action { share_ppm: Some(300_000), ..action(35, How::Operator, "allocate") },
        Action { at: Some("doors".into()), ..action(36, How::Operator, "end-promotion") },
        said("detected"),
        Action { how: How::Elsewhere, ..said("did") },
        Action { allowed: false, ..action(41, How::Operator, "resync") },
    ];
    let beside = Beside::default();
    let told = |summary: &Summary| comment(summary, &Front::of(summary, &beside, "."), &beside);
    let text = told(&summary);
    let from = text.find("What was done").unwrap();
    let section: Vec<&str> = text[from..].lines().take(16).collect();
    insta::assert_snapshot!(section.join("\n"));
    summary.actions = (0..70).map(|minute| action(minute, How::Operator, "pause")).collect();
    summary.more_actions = 7;
    let text = told(&summary);
    assert!(text.contains("And 17 more in history.jsonl.zst"), "what is not told is counted");
}

/// However often a role tries what it may not.
#[test]
fn what_was_refused_hides_nothing_that_was_done() {
    let mut summary = sample::summary_go();
    let refused = Action { allowed: false, ..action(30, How::Operator, "cap") };
    summary.actions = vec![refused; 100];
    let said = Some("`rm` it".to_owned());
    summary.actions.push(Action { at: None, said, ..action(31, How::Operator, "detected") });
    let beside = Beside::default();
    let text = comment(&summary, &Front::of(&summary, &beside, "."), &beside);
    // Their words are no settings of ours.
    assert!(text.contains("detected: 'rm' it") && !text.contains("`rm`"), "{text}");
    assert!(text.contains("And 80 more in history.jsonl.zst"), "{text}");
}
