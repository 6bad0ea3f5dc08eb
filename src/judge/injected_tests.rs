//! Faults in a history: told as they were, excusing nothing, never believed of what is not there.

use super::fold::Fold;
use super::judgement::{Spell, Verdict};
use super::testing::*;
use crate::history::charter::{Charter, FaultPlanned};
use crate::history::fact::{Fact, What};
use crate::ids::FaultId;
use crate::units::At;

fn planned(name: &str) -> FaultPlanned {
    FaultPlanned { name: name.into(), does: "hangs at north".into(), spells: vec![], at: vec![] }
}

fn switched(fault: u16, in_force: bool) -> What {
    What::Fault { fault: FaultId(fault), in_force }
}

fn met(fault: u16, hits: u64) -> What {
    What::FaultHits { fault: FaultId(fault), hits }
}

#[test]
fn what_was_in_force_and_what_it_met_is_told() {
    let mut play = healthy();
    play.charter.faults = vec![planned("a"), planned("b")];
    for (s, what) in [
        (600, switched(0, true)),
        (605, met(0, 3)),
        (660, switched(0, false)),
        (900, switched(0, true)),
        (905, met(0, 4)),
    ] {
        play.add(s, what);
    }
    let judgement = play.judge();
    let at = |s: u64| At(s * 1_000_000);
    let spells =
        [Spell { from: at(600), until: Some(at(660)) }, Spell { from: at(900), until: None }];
    let [a, b] = &judgement.injected[..] else { panic!("{:?}", judgement.injected) };
    assert_eq!((a.hits, &a.spells[..]), (7, &spells[..]));
    assert_eq!((b.hits, b.spells.len()), (0, 0));
    assert_eq!(judgement.verdict, Verdict::Go, "whatever was broken did no harm");
}

#[test]
fn a_fault_excuses_nothing() {
    let mut play = healthy();
    play.charter.faults = vec![planned("a")];
    play.add(600, switched(0, true));
    play.hold_again(2_000, order(0, 3), &[line(0, 1, 0)]);
    assert_eq!(play.judge().verdict, Verdict::NoGo);
}

#[test]
fn faults_without_measure_are_refused() {
    let refused = |faults: Vec<FaultPlanned>| {
        let terms = Charter { faults, ..charter(4) };
        let what = What::Charter(Box::new(terms));
        Fold::new().eat(&Fact { seq: 0, at: At(0), wall: 0, what }).is_err()
    };
    assert!(refused(vec![planned("a"); 1_001]) && !refused(vec![planned("a"); 1_000]));
    assert!(refused(vec![planned(&"x".repeat(257))]) && !refused(vec![planned(&"x".repeat(256))]));
    let told = |letters: usize| FaultPlanned { does: "x".repeat(letters), ..planned("a") };
    assert!(refused(vec![told(100_001)]) && !refused(vec![told(100_000)]));
}

#[test]
fn faults_that_are_none_are_refused() {
    let said = |facts: Vec<What>| {
        let terms = Charter { faults: vec![planned("a")], ..charter(4) };
        let facts = std::iter::once(What::Charter(Box::new(terms))).chain(facts);
        let mut fold = Fold::new();
        let refused = facts.enumerate().find_map(|(seq, what)| {
            fold.eat(&Fact { seq: seq as u64, at: At(0), wall: 0, what }).err()
        });
        refused.map(|why| why.to_string()).unwrap_or_default()
    };
    let on = || switched(0, true);
    for (facts, word) in [
        (vec![switched(1, true)], "fault 1"),
        (vec![met(1, 2)], "fault 1"),
        (vec![met(0, 2)], "never began"),
        (vec![switched(0, false)], "an end of fault 0"),
        (vec![on(), on()], "a second beginning of fault 0"),
        (vec![on(), switched(0, false), switched(0, false)], "an end of fault 0"),
    ] {
        let said = said(facts.clone());
        assert!(said.contains(word), "{facts:?}: {said}");
    }
    assert_eq!(said(vec![on(), met(0, u64::MAX), met(0, 5), switched(0, false)]), "");
}
