//! Defects that are switched on one at a time, and found: by the rule, the cause and the count that
//! `table` says, and by nothing else.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

mod table;

use doorbuster::commerce::defect::{DEFECTS, DefectMarks};
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::Fact;
use doorbuster::history::stamp::Tape;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::scenario::Plan;
use rayon::prelude::*;
use table::{Row, rows};

/// `examples/validate` plays a hundred.
const SEEDS: u64 = 2;

fn simulated(plan: &Plan) -> (DefectMarks, Judgement) {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact: Fact| fold.eat(&fact).expect("a driver writes a history"));
    let marks = simulated::play_marked(plan, &mut tape, &mut Nobody);
    (marks, fold.judge().expect("a history has a charter"))
}

/// What is wrong with a row on a seed, in words.
fn wrong(row: &Row, seed: u64) -> Option<String> {
    let (unmarked, sound) = simulated(&row.plan(seed, true));
    let (marks, judged) = simulated(&row.plan(seed, false));
    assert_eq!(unmarked, DefectMarks::default(), "nothing is marked without a defect");
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
