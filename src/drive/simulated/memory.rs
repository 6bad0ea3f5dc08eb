//! An estate that forgets all that nobody can ask for plays as one that forgets nothing.

use proptest::prelude::*;

use super::Simulation;
use super::faults::{reading, survivable};
use super::tests::settings;
use crate::commerce::terms::{Rhythm, Shortage};
use crate::drive::hand::Nobody;
use crate::history::stamp::Tape;
use crate::history::{Fact, What};
use crate::law::Law;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::units::{At, Qty, Span};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forgets {
    Never,
    /// After whatever happens.
    AtOnce,
}

/// The history of a plan, and how much is kept when it has ended.
fn played(plan: &Plan, forgets: Forgets) -> (Vec<Fact>, usize) {
    let mut facts = Vec::new();
    let mut tape = Tape::new(|fact| facts.push(fact));
    let mut run = Simulation::new(plan, &mut tape);
    run.estate.may_keep(usize::MAX);
    run.open();
    while run.step(&mut Nobody) {
        if forgets == Forgets::AtOnce {
            run.estate.forget(run.agenda.now);
        }
    }
    let keeps = run.estate.remembers();
    run.end();
    (facts, keeps)
}

/// A lively plan of a few minutes, in which orders are short, cancelled early and late, given up.
fn short(setting: usize, [stock, minds, patience, attempts]: [u64; 4], ships: bool) -> Plan {
    let all = settings();
    let mut plan = all[setting % all.len()].1.clone();
    let ends = At::START + Span::from_mins(4);
    plan.charter.traffic_ends = ends;
    plan.merchant.until = ends;
    let Traffic::Modelled(demand) = &mut plan.traffic else { unreachable!("a sketch is modelled") };
    for piece in &mut demand.curve {
        piece.until = ends;
    }
    demand.cancellations.after = Law::Exponential { mean: Span::from_secs(minds) };
    for sku in &mut plan.world.catalog {
        sku.stock = Qty(stock as i64);
    }
    let oms = &mut plan.world.oms;
    if patience > 0 {
        let after = Law::Exponential { mean: Span::from_secs(patience) };
        oms.shortage = Shortage::Cancel { after };
    } else {
        oms.shortage = Shortage::BackOrder;
    }
    oms.ships_after = ships.then(|| Law::Exponential { mean: Span::from_secs(30) });
    plan.world.connectors[0].retry.attempts = attempts as u32;
    plan
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_nobody_can_ask_for_is_missed_by_nobody(
        setting in 0..36_usize,
        stock in 1..20_u64,
        minds in 1..300_u64,
        patience in 0..120_u64,
        attempts in 1..6_u64,
        ships: bool,
        fault in 0..24_usize,
    ) {
        let mut plan = short(setting, [stock, minds, patience, attempts], ships);
        // Half of them with something broken from the first minute to the third.
        plan.world.faults = survivable().into_iter().chain(reading()).skip(fault).take(1).collect();
        for fault in &mut plan.world.faults {
            let minute = |minute| At::START + Span::from_mins(minute);
            fault.spells = vec![(minute(1), minute(3))];
        }
        let (forgetting, keeps) = played(&plan, Forgets::AtOnce);
        let (remembering, kept) = played(&plan, Forgets::Never);
        prop_assert_eq!(forgetting.len(), remembering.len());
        let differs = forgetting.iter().zip(&remembering).find(|(one, other)| one != other);
        prop_assert_eq!(differs, None);
        prop_assert!(kept > 100, "{}", kept);
        let is_quiet = forgetting.iter().any(|fact| fact.what == What::Quiet {});
        prop_assert!(!is_quiet || ships || keeps == 0, "{} are kept at rest", keeps);
    }
}

/// What is told again was forgotten by nobody whom it is told to.
#[test]
fn a_page_that_may_be_told_again_is_spoken_of() {
    let polls = Rhythm::Poll(Span::from_secs(10));
    for mut fault in reading() {
        let mut plan = short(0, [20, 300, 0, 5], true);
        let minute = |minute| At::START + Span::from_mins(minute);
        fault.spells = vec![(minute(1), minute(3))];
        plan.world.faults = vec![fault];
        let hub = &mut plan.world.connectors[0];
        (hub.orders_in, hub.stock_out) = (polls, polls);
        let (forgetting, _) = played(&plan, Forgets::AtOnce);
        let (remembering, _) = played(&plan, Forgets::Never);
        assert!(forgetting == remembering, "{:?}", plan.world.faults);
        let met = |fact: &Fact| matches!(fact.what, What::FaultHits { .. });
        assert!(forgetting.iter().any(met), "{:?}", plan.world.faults);
    }
}
