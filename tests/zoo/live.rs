//! Defects over HTTP: the machines are the same, their calls and webhooks are real.

use std::sync::Arc;

use doorbuster::commerce::defect::{Defect, Marked};
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::live;
use doorbuster::history::Fact;
use doorbuster::history::writer::Journal;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::scenario::Overrides;
use parking_lot::Mutex;

use super::held::{Row, SCENARIO, Sign, Times, count, plan};
use super::table::rows;

/// The campaign in a quarter of its time, 200 times as fast: three seconds, and what is under way.
fn played(row: &Row) -> (Marked, Judgement) {
    let overrides = Overrides {
        seed: Some(1),
        speed_milli: Some(200_000),
        shorten_milli: Some(4_000),
        ..Overrides::default()
    };
    let mut plan = plan(SCENARIO, row.set, &overrides);
    plan.world.defects.push(row.defect);
    let fold = Arc::new(Mutex::new(Fold::new()));
    let eats = Arc::clone(&fold);
    let observer = move |fact: &Fact| eats.lock().eat(fact).expect("a driver writes a history");
    let journal = Journal::over(std::io::sink(), Some(Box::new(observer))).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let marks = runtime.block_on(live::play_marked(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let judgement = fold.lock().judge();
    (marks, judgement.expect("a history has a charter"))
}

/// What is counted exactly, of the defects of all three kinds of machines; those that need half an
/// hour to show, or that show by what nobody corrected until the end, are left to virtual time.
const OVER_HTTP: [Defect; 16] = [
    Defect::ForgetsKeys,
    Defect::HandlesTwice,
    Defect::TakesAndLoses,
    Defect::LosesLines,
    Defect::KeepsEndsToItself,
    Defect::ReservesTwice,
    Defect::KeepsUnits,
    Defect::GivesBackTwice,
    Defect::LosesUpdates,
    Defect::InventsOrders,
    Defect::CancelsAlive,
    Defect::AcceptsTwice,
    Defect::DeniesOrders,
    Defect::TurnsAwayInStock,
    Defect::KeepsDispatches,
    Defect::KeepsAcceptances,
];

#[test]
fn defects_are_found_over_http_as_in_virtual_time() {
    for row in rows().iter().filter(|row| OVER_HTTP.contains(&row.defect)) {
        let (marks, judged) = played(row);
        let marks = marks.marks.of(row.defect);
        assert!(marks > 0, "{:?} was not reached", row.defect);
        let exact = row.finds.iter().filter(|(_, times)| *times == Times::Each);
        for (sign, _) in exact {
            assert_eq!(count(*sign, &judged), marks, "{:?}: {sign:?}", row.defect);
        }
        let known = |sign: Sign| {
            let finds = row.finds.iter().map(|(sign, _)| *sign);
            finds.chain(row.follows.iter().copied()).any(|known| known == sign)
        };
        for rule in judged.invariants.iter().filter(|rule| rule.must_be_zero) {
            let expected = known(Sign::Rule(rule.invariant));
            let invented = rule.breaches.definite > 0 && !expected;
            assert!(!invented, "{:?}: {:?}", row.defect, rule.invariant);
        }
    }
}
