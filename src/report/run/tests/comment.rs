//! Tests of report.md.

use crate::report::document::markdown::safe;
use crate::report::front::{Beside, Front};
use crate::report::run::{COMMENT_MAX, comment};
use crate::report::sample;
use crate::report::summary::Summary;

fn written(summary: &Summary) -> String {
    let beside = Beside::default();
    comment(summary, &Front::of(summary, &beside, "."), &beside)
}

#[test]
fn every_verdict_is_a_comment_of_a_few_kilobytes() {
    for (name, judgement) in sample::all().into_iter().chain([("empty", sample::empty())]) {
        let said = written(&Summary::of(&judgement));
        assert!(said.len() < 8_000, "{name}: {} bytes", said.len());
        insta::assert_snapshot!(name, said);
    }
}

#[test]
fn a_name_is_nothing_but_itself() {
    for (name, harmless) in [
        ("a|b", "a\\|b"),
        ("`rm`", "\\`rm\\`"),
        ("<img src=x>&amp;", "&lt;img src=x&gt;&amp;amp;"),
        ("@octocat #1", "@&#8203;octocat #&#8203;1"),
        ("[x](https://shop.example)", "\\[x\\](https:&#8203;//shop.example)"),
        ("www.shop.example", "www&#8203;.shop.example"),
        ("*a* _b_ ~c~ $d$ \\", "\\*a\\* \\_b\\_ \\~c\\~ \\$d\\$ \\\\"),
        ("two\nlines", "two lines"),
    ] {
        assert_eq!(safe(name), harmless);
    }
}

/// Every row of a table has as many cells as its head, whatever a name holds.
#[test]
fn hostile_names_break_no_table_and_open_no_tag() {
    let mut judgement = sample::hostile();
    judgement.charter.channels[1].name = "|a|`|\n| b @c".to_owned();
    judgement.gates[0].owner = "|`<b>@team|".to_owned();
    let said = written(&Summary::of(&judgement));
    let bars = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
    let mut columns = None;
    for line in said.lines() {
        if line.starts_with('|') {
            assert_eq!(bars(line), *columns.get_or_insert(bars(line)), "{line}");
        } else {
            columns = None;
        }
    }
    let tags = said.replace("<sub>", "").replace("</sub>", "").replace("<br>", "");
    assert!(!tags.contains('<'), "{said}");
    assert!(said.matches('@').count() == said.matches("@&#8203;").count(), "{said}");
}

#[test]
fn no_campaign_is_longer_than_a_comment() {
    let mut judgement = sample::no_go();
    for channel in &mut judgement.charter.channels {
        channel.name = "@|".repeat(20_000);
    }
    judgement.charter.not_tested = vec!["<".repeat(20_000); 500];
    let mut summary = Summary::of(&judgement);
    summary.channels = vec![summary.channels[1].clone(); 500];
    let mut trials = crate::report::trials::tests::sample();
    let set = trials.recommended.as_mut().unwrap();
    set.changes[0].what = "y".repeat(9_000);
    set.changes = vec![set.changes[0].clone(); 200];
    let since = Some(vec!["&".repeat(9_000); 200]);
    let beside = Beside { since, trials: Some(trials), ..Beside::default() };
    let said = comment(&summary, &Front::of(&summary, &beside, "."), &beside);
    assert!(said.chars().count() <= COMMENT_MAX, "{}", said.chars().count());
    assert!(said.contains("… and more: see report.html."));
    assert!(said.contains("doorbuster report ."), "how to repeat it is never cut off");
}
