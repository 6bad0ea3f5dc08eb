//! Defects that are switched on one at a time, and found: by the rule, the cause and the count that
//! `table` says, and by nothing else. Campaigns without one that are broken from outside break no
//! rule. What the judge says does not depend on how it is told.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

mod acted;
mod currencies;
mod faults;
mod held;
mod live;
mod metamorphic;
mod table;

use doorbuster::commerce::defect::{DEFECTS, DefectMarks, Marked};
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::Fact;
use doorbuster::history::stamp::Tape;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::scenario::Plan;
use held::Row;
use rayon::prelude::*;
use table::rows;

/// `examples/validate` plays a hundred.
const SEEDS: u64 = 2;

fn simulated(plan: &Plan) -> (Marked, Judgement) {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact: Fact| fold.eat(&fact).expect("a driver writes a history"));
    let marks = simulated::play_marked(plan, &mut tape, &mut Nobody);
    (marks, fold.judge().expect("a history has a charter"))
}

/// What is wrong with a row on a seed, in words.
fn wrong(row: &Row, seed: u64) -> Option<String> {
    let (unmarked, sound) = simulated(&row.plan(seed, true));
    let (marks, judged) = simulated(&row.plan(seed, false));
    assert_eq!(unmarked.marks, DefectMarks::default(), "nothing is marked without a defect");
    let came = row.held(&marks, &judged, &sound);
    let fine = came.marks > 0 && came.missed.is_empty() && came.invented.is_empty();
    (!fine).then(|| {
        let (missed, invented) = (came.missed, came.invented);
        let Row { defect, bug, .. } = row;
        format!("{defect:?} ({bug}) on {seed}, {} marks: {missed:?}, {invented:?}", came.marks)
    })
}

#[test]
fn every_defect_is_found_as_often_as_it_struck_and_nothing_is_invented() {
    let cases: Vec<(Row, u64)> =
        (1..=SEEDS).flat_map(|seed| rows().into_iter().map(move |row| (row, seed))).collect();
    let wrong: Vec<String> = cases.par_iter().filter_map(|(row, seed)| wrong(row, *seed)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_defect_has_a_row() {
    let missing: Vec<_> =
        DEFECTS.into_iter().filter(|d| rows().iter().all(|row| row.defect != *d)).collect();
    assert!(missing.is_empty() && rows().len() == DEFECTS.len(), "{missing:?}");
}

/// A defect that is not switched on, or that nothing reaches, is never said to be found.
#[test]
fn what_was_never_reached_is_not_found() {
    for row in rows().iter().filter(|row| !row.set.is_empty()).take(2) {
        let unset = Row { set: &[], ..*row };
        let (marks, judged) = simulated(&unset.plan(1, false));
        let (_, sound) = simulated(&unset.plan(1, true));
        let came = unset.held(&marks, &judged, &sound);
        assert_eq!((came.marks, came.invented.len()), (0, 0), "{:?}", row.defect);
    }
}

/// A judgement that misses a sign, or shows another, does not hold.
#[test]
fn a_row_that_is_not_held_is_seen() {
    let row = rows().into_iter().find(|row| row.defect == DEFECTS[2]).unwrap();
    let (_, sound) = simulated(&row.plan(1, true));
    let (marks, judged) = simulated(&row.plan(1, false));
    assert!(!row.held(&marks, &sound, &sound).missed.is_empty(), "it was reached, and not found");
    let other = rows().into_iter().find(|row| row.defect == DEFECTS[9]).unwrap();
    let nothing = Marked::default();
    assert!(!other.held(&nothing, &judged, &sound).invented.is_empty(), "found, and not reached");
}
