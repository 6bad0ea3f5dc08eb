//! Tests of two studies beside each other: what is paired, what is found, what heads it.

use super::*;
use crate::report::compare::{Comparison, Finding, Given, since};
use crate::report::many::tests::sample;
use crate::report::sample as judged;
use crate::report::summary::Summary;
use crate::report::summary::verdict::Verdict;

/// A study whose report shows an afternoon that came to something else.
fn study(label: &str, all: Replications) -> Party {
    let summary = Summary::of(&judged::go());
    let given = Given { label: label.to_owned(), summary, study: Some(all) };
    Party { runs: vec![given], changes: Some(Vec::new()) }
}

/// The same afternoons with a change by which each gate's values are `by` lower, and sales higher.
fn changed(by: i64) -> Replications {
    let mut all = sample();
    let lower = |value: &i64| Some(value - by);
    for values in &mut all.each.values {
        *values = values.iter().map(|value| value.as_ref().and_then(lower)).collect();
    }
    // What the change does is not the same in every afternoon.
    for (place, money) in all.each.kept_money.iter_mut().enumerate() {
        *money += 500 + (place as i64 % 3);
    }
    for (place, values) in all.each.values.iter_mut().enumerate() {
        let first = values.iter_mut().step_by(2 + place).flatten();
        first.for_each(|value| *value += 1);
    }
    (all.verdict, all.in_band.yes) = (Verdict::Go, 30);
    all
}

fn findings(comparison: &Comparison) -> Vec<Finding> {
    comparison.against[0].differences.iter().map(|difference| difference.finding).collect()
}

/// Both medians are the same GO: held against each other, as it used to be, nothing differs.
#[test]
fn two_studies_are_held_against_each_other_pair_by_pair() {
    let parties = [study("before", sample()), study("after", changed(40))];
    let comparison = Comparison::of(&parties);
    let against = &comparison.against[0];
    assert_eq!(against.basis, Basis::PairedReplications { pairs: 30, same_shoppers: true });
    assert_eq!(findings(&comparison), [Finding::Better; 2]);
    let kept = against.kept.unwrap();
    assert!(kept.paired && (500..=502).contains(&kept.money), "{kept:?}");
    assert!(kept.money_low.unwrap() >= 500 && kept.money_high.unwrap() <= 502, "{kept:?}");
    let verdicts: Vec<Verdict> = comparison.groups.iter().map(|g| g.runs[0].verdict).collect();
    assert_eq!(verdicts, [Verdict::NoGo, Verdict::Go], "not those of the medians");
    let said = format!("{}\n{}", comparison.headline, comparison.sentences.join("\n"));
    let verdicts = "B is GO (model: not your systems) over 30 afternoons, A is NO-GO over 30";
    assert!(comparison.headline.starts_with(verdicts), "{}", comparison.headline);
    for part in [
        "Afternoons within every limit: 23 of 30 in A (60.6 % to 88.5 %), 30 of 30 in B",
        "more of its sales than A in an afternoon (95 %",
        "pair by pair on the same shoppers",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!comparison.worse());
    let reversed: Vec<Party> = parties.into_iter().rev().collect();
    assert!(Comparison::of(&reversed).worse());
}

/// Afternoons differ among each other far more than the change makes of them: not paired, they do
/// not show it.
#[test]
fn on_other_seeds_nothing_is_paired() {
    let mut other = changed(1);
    other.each.seeds = (107..137).collect();
    let comparison = Comparison::of(&[study("a", sample()), study("b", other)]);
    assert_eq!(comparison.against[0].basis, Basis::Replications { baseline: 30, other: 30 });
    assert_eq!(findings(&comparison), [Finding::NotShown; 2]);
    assert!(comparison.sentences.join("\n").contains("on shoppers of its own"));
    let paired = Comparison::of(&[study("a", sample()), study("b", changed(1))]);
    assert_eq!(findings(&paired), [Finding::Better; 2], "{:?}", paired.against[0].differences);
}

#[test]
fn other_demand_on_the_same_seeds_is_not_called_the_same_shoppers() {
    let mut more = changed(40);
    more.each.wanted = vec![6_000; 30];
    let comparison = Comparison::of(&[study("a", sample()), study("b", more)]);
    let basis = Basis::PairedReplications { pairs: 30, same_shoppers: false };
    assert_eq!(comparison.against[0].basis, basis);
    assert!(!comparison.sentences.join("\n").contains("the same shoppers"));
}

#[test]
fn what_nobody_saw_the_end_of_has_no_mean() {
    let mut never = changed(40);
    never.each.values[0][3] = Some(BEYOND);
    let comparison = Comparison::of(&[study("a", sample()), study("b", never)]);
    assert_eq!(findings(&comparison), [Finding::NotComparable, Finding::Better]);
    let mut unmeasured = changed(40);
    unmeasured.each.values[0][3] = None;
    let comparison = Comparison::of(&[study("a", sample()), study("b", unmeasured)]);
    assert_eq!(comparison.against[0].differences[0].other.replications, 29);
    assert_eq!(findings(&comparison), [Finding::Better; 2]);
}

/// A study that is a NO-GO where the baseline was a GO is worse, though no single measure is.
#[test]
fn a_go_that_became_a_no_go_is_worse() {
    let mut was = sample();
    was.verdict = Verdict::GoWithConditions;
    assert!(Comparison::of(&[study("a", was.clone()), study("b", sample())]).worse());
    assert!(!Comparison::of(&[study("a", sample()), study("b", was)]).worse());
}

#[test]
fn a_study_against_a_run_says_what_is_held_against_what() {
    let one = Given { label: "one".into(), summary: Summary::of(&judged::no_go()), study: None };
    let one = Party { runs: vec![one], changes: None };
    let comparison = Comparison::of(&[study("many", sample()), one]);
    let said = comparison.sentences.join("\n");
    assert!(said.contains("NO-GO over 30 afternoons in A, NO-GO in B"), "{said}");
    assert!(said.contains("A is many afternoons and the other is not"), "{said}");
    assert!(comparison.headline.starts_with("One afternoon against one: "));
}

#[test]
fn replications_without_figures_are_not_compared_in_silence() {
    let mut blank = sample();
    blank.each = crate::report::many::each::Each::default();
    let comparison = Comparison::of(&[study("a", blank), study("b", sample())]);
    assert_eq!(findings(&comparison), [Finding::NotComparable; 2]);
    assert_eq!(comparison.against[0].kept, None);
    assert!(comparison.cautions[0].contains("says nothing of single afternoons"));
}

/// The first screen's "since the last run" is the studies' too, or says why it is not.
#[test]
fn since_the_last_study_is_told_of_the_studies() {
    let given = |party: Party| party.runs[0].clone();
    let (before, after) = (given(study("a", sample())), given(study("b", changed(40))));
    let told = since(&before, &after);
    assert!(
        told[0].starts_with("Verdict: GO (model: not your systems) over 30 afternoons; it was")
    );
    assert!(told[1].contains("more in an afternoon"), "{told:?}");
    let one = Given { study: None, ..after };
    let told = since(&before, &one);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("it was NO-GO over 30 afternoons"), "{told:?}");
}
