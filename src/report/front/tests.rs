//! Tests of the first screen.

use super::*;
use crate::report::many::Interval;
use crate::report::many::ruling::Undersold;
use crate::report::sample;
use crate::report::summary::gate::{Count, InvariantKind};
use crate::report::summary::verdict::StockRule;
use crate::report::summary::{Action, How};

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

/// What several conditions rest on is said below them, and not behind each of them.
#[test]
fn what_is_seen_behind_several_conditions_is_said_once() {
    let line = |small: &str| ListLine::new("x", small);
    let lines = ["a decides. Seen: 3 waited.", "b decides. Seen: 3 waited.", "c. Seen: 4 did."];
    let (lines, note) = seen_once(lines.map(line).to_vec());
    let smalls: Vec<&str> = lines.iter().map(|line| line.small.as_str()).collect();
    assert_eq!(smalls, ["a decides.", "b decides.", "c. Seen: 4 did."]);
    assert_eq!(note.as_deref(), Some("Seen: 3 waited."));
    assert_eq!(seen_once(vec![line("a. Seen: 1.")]), (vec![line("a. Seen: 1.")], None));
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

/// What a list of the front says.
fn said(front: &Front, title: &str) -> String {
    let list = front.lists.iter().find(|list| list.title == title).unwrap();
    list.lines.iter().map(|line| line.main.clone()).collect::<Vec<String>>().join("\n")
}

/// Something that was done at amazon.
fn act(act: &str, units: Option<i64>, allowed: bool) -> Action {
    Action {
        at_us: 31 * 60_000_000,
        by: "ana".into(),
        role: None,
        how: How::Operator,
        act: act.into(),
        at: Some("amazon".into()),
        units,
        share_ppm: None,
        said: None,
        allowed,
    }
}

/// A GO that was bought by refusing orders for stock that is there says so beside the sales kept,
/// with the money and the setting; in a run and over many afternoons alike.
#[test]
fn stock_held_back_under_orders_stands_beside_the_sales_kept() {
    let mut summary = sample::summary_go();
    let rule = summary.invariants.iter_mut().find(|r| r.invariant == InvariantKind::Undersell);
    rule.unwrap().breaches = Count { definite: 1_200, possible: 1_200 };
    let totals = &mut summary.totals;
    (totals.offered, totals.undersold_policy, totals.undersold_stale) = (24_000, 1_188, 12);
    totals.undersold_money = 7_050_000;
    for channel in &mut summary.channels {
        channel.stock_rule = Some(StockRule {
            allocation_ppm: 1_000_000,
            holds_back: 0,
            shows_at_most: None,
            in_or_out: false,
        });
    }
    summary.channels[0].stock_rule = Some(StockRule {
        allocation_ppm: 500_000,
        holds_back: 3,
        shows_at_most: Some(9),
        in_or_out: false,
    });
    let kept = said(&Front::of(&summary, &Beside::default(), "."), "sales kept");
    let name = &summary.channels[0].name;
    let settings = format!("{name} `holds back: 3`, `allocation: 50 %`, `shows at most: 9`");
    let head =
        "1,200 orders were refused although the stock was there, 5 % of all wanted, USD 70.5 k";
    for part in [head, "held back on purpose (99 % of the units)", &settings] {
        assert!(kept.contains(part), "{part}: {kept}");
    }
    // What was done while it went on held back, too, and is no setting.
    summary.actions = vec![
        act("zero-stock", None, true),
        act("cap", Some(4), true),
        act("cap", None, true),
        act("cap", Some(7), false),
    ];
    let told = said(&Front::of(&summary, &Beside::default(), "."), "sales kept");
    let acts = "by what was done (zero stock amazon at 0:31:00, cap at 4 at amazon at 0:31:00), \
                and by the settings";
    assert!(told.contains(acts) && told.contains(&settings), "{told}");
    summary.actions = Vec::new();
    // Of many afternoons it is the mean.
    let mut all = crate::report::many::tests::sample();
    let milli = |n: i64| Interval { mean: n * 1_000, low: None, high: None };
    all.sales.wanted_milli = milli(24_000);
    all.undersold = Some(Undersold {
        orders_milli: milli(1_200),
        money: Interval { mean: 7_050_000, low: None, high: None },
        by_rule_units_milli: milli(1_200),
        stale_units_milli: milli(0),
        cart_units_milli: None,
    });
    let beside = Beside { replications: Some(all), ..Beside::default() };
    let over = said(&Front::of(&summary, &beside, "."), "all afternoons");
    assert!(
        over.contains(&format!("In an afternoon {head}")) && over.contains(&settings),
        "{over}"
    );
    // Few are left to the rules below.
    let rule = summary.invariants.iter_mut().find(|r| r.invariant == InvariantKind::Undersell);
    rule.unwrap().breaches = Count { definite: 200, possible: 200 };
    let kept = said(&Front::of(&summary, &Beside::default(), "."), "sales kept");
    assert!(!kept.contains("refused although"), "{kept}");
}

/// What nobody has tried is not said to make a GO, and what is broken is no wish.
#[test]
fn go_if_is_said_of_what_makes_a_go_only() {
    for (name, judgement) in sample::all() {
        let front = Front::of(&Summary::of(&judgement), &Beside::default(), ".");
        assert!(front.lists.iter().all(|list| list.title != trials::words::GO_IF), "{name}");
    }
}
