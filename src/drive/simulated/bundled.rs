//! Parts sold alone and in bundles, played: whatever is sold as what, parts are counted once, and
//! all that is shown at quiet is what can be made of the source's stock.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::play;
use crate::commerce::terms::{CartTerms, Payment, Reserve, Taking, UpdateStyle};
use crate::drive::hand::Nobody;
use crate::drive::testing::{Sketch, bundles, facts, seeded};
use crate::history::What;
use crate::history::charter::SourceTells;
use crate::history::fact::{CallOutcome, Fact, Lines};
use crate::history::stamp::Tape;
use crate::ids::{OrderId, SkuId};
use crate::judge::Fold;
use crate::judge::judgement::{Invariant, Judgement};
use crate::law::Law;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::units::{Ppm, Qty, Span};

const SKUS: u32 = 6;

/// A kit on both channels, a multipack on one, a second listing on the other; parts overlap.
fn plan(of_orders: u32, seed: u64) -> Plan {
    let lasts = Span::from_mins(20);
    let sketch = Sketch {
        shares: &[600_000, 400_000],
        skus: SKUS,
        stock_each: 40,
        orders_per_hour: 900,
        lasts,
    };
    let mut plan = sketch.plan();
    seeded(&mut plan, seed);
    bundles(&mut plan, of_orders);
    for channel in &mut plan.world.channels {
        channel.shows_changes_after = Law::Exponential { mean: Span::from_secs(9) };
    }
    plan
}

fn judged(plan: &Plan) -> Judgement {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact| fold.eat(&fact).expect("a driver writes a history"));
    play(plan, &mut tape, &mut Nobody);
    fold.judge().expect("a history has a charter")
}

fn breaches(judgement: &Judgement, which: Invariant) -> u64 {
    let found = judgement.invariants.iter().find(|result| result.invariant == which);
    found.expect("every rule has a result").breaches.definite
}

/// Units beyond the supply when they were accepted, by the lines alone.
fn oversold(facts: &[Fact]) -> i64 {
    let mut left: BTreeMap<SkuId, i64> = BTreeMap::new();
    let mut orders: BTreeMap<OrderId, Lines> = BTreeMap::new();
    let (mut shipped, mut beyond) = (BTreeSet::new(), 0);
    for fact in facts {
        match &fact.what {
            What::Supply { sku, units, .. } => *left.entry(*sku).or_default() += units.0,
            What::Accepted { order, lines, .. } => {
                for line in lines.iter() {
                    let left = left.entry(line.sku).or_default();
                    *left -= line.qty.0;
                    beyond += (-*left).clamp(0, line.qty.0);
                }
                orders.insert(*order, lines.clone());
            }
            What::Shipped { order, .. } => {
                shipped.insert(*order);
            }
            What::Released { order, .. } if !shipped.contains(order) => {
                for line in orders[order].iter() {
                    *left.entry(line.sku).or_default() += line.qty.0;
                }
            }
            _ => {}
        }
    }
    beyond
}

/// What must hold however slow anybody is.
fn holds(plan: &Plan) -> Result<Judgement, TestCaseError> {
    let judgement = judged(plan);
    for which in [
        Invariant::WrongOffer,
        Invariant::DoubleDecrement,
        Invariant::Conservation,
        Invariant::LostUpdate,
        Invariant::AlteredOrder,
        Invariant::LostHandoff,
        Invariant::ContradictedAnswer,
        Invariant::MispricedOrder,
        Invariant::Regression,
    ] {
        prop_assert_eq!(breaches(&judgement, which), 0, "{:?}", which);
    }
    Ok(judgement)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_part_is_counted_once_whatever_it_was_sold_as(
        of_orders in 10_000_u32..=300_000,
        style in 0_usize..3,
        early in any::<bool>(),
        on_hand in any::<bool>(),
        fails in 0_u32..=200_000,
        seed in 1_u64..1_000,
    ) {
        let mut plan = plan(of_orders, seed);
        let styles = [UpdateStyle::Delta, UpdateStyle::CompareAndSet, UpdateStyle::Absolute];
        // An absolute figure overwrites sales, and a payment that fails then gives back too much.
        let fails = if styles[style] == UpdateStyle::Absolute { 0 } else { fails };
        let hub = &mut plan.world.connectors[0];
        hub.updates = styles[style];
        hub.reserve = if early { Reserve::OnAccept } else { Reserve::OnHandoff };
        for channel in &mut plan.world.channels {
            let after = Law::Exponential { mean: Span::from_secs(20) };
            channel.payment = Payment::After { after, fails: Ppm(fails), held_for: None };
        }
        if on_hand {
            plan.charter.source_tells = SourceTells::OnHand;
            plan.world.oms.tells = SourceTells::OnHand;
            plan.world.oms.ships_after = Some(Law::Constant(Span::from_mins(5)));
        }
        let judgement = holds(&plan)?;
        prop_assert_eq!(judgement.totals.oversold_units, Qty(oversold(&facts(&plan))));
        prop_assert_eq!(judgement.causes.unexplained, Qty::ZERO);
    }

    #[test]
    fn carts_hold_bundles_and_give_them_back(abandoned in 0_u32..=900_000, seed in 1_u64..1_000) {
        let mut plan = plan(150_000, seed);
        let carts = CartTerms {
            held_for: Span::from_mins(3),
            checks_out_after: Law::Exponential { mean: Span::from_secs(60) },
            abandoned: Ppm(abandoned),
        };
        let takes = Taking::AtCart(carts);
        plan.charter.channels[0].takes_stock = takes.when();
        plan.world.channels[0].takes = takes;
        holds(&plan)?;
    }
}

/// Nothing is late where nothing takes any time: of parts alone and in bundles no unit is oversold,
/// and each sale of the one is a change of the other.
#[test]
fn who_is_told_at_once_oversells_nothing() {
    let mut plan = plan(200_000, 5);
    for channel in &mut plan.world.channels {
        channel.shows_changes_after = Law::Constant(Span::ZERO);
    }
    let judgement = judged(&plan);
    assert_eq!(judgement.totals.oversold_units, Qty::ZERO);
    let mut slow = plan.clone();
    for channel in &mut slow.world.channels {
        channel.shows_changes_after = Law::Constant(Span::from_secs(60));
    }
    assert!(judged(&slow).totals.oversold_units > Qty::ZERO);
}

/// The only channel knows its own sales at once, and sells a part too often all the same: it takes
/// off the offer that was ordered and knows of no other.
#[test]
fn a_channel_oversells_a_part_by_itself() {
    let alone = |of_orders: u32| {
        let mut plan = plan(of_orders, 3);
        let Traffic::Modelled(demand) = &mut plan.traffic else { panic!("a sketch is modelled") };
        demand.channels = vec![Ppm::ONE, Ppm::ZERO];
        judged(&plan)
    };
    assert_eq!(alone(0).totals.oversold_units, Qty::ZERO);
    let with = alone(200_000);
    assert!(with.totals.oversold_units > Qty::ZERO);
    let told_late = [with.causes.lag_queue, with.causes.lag_unapplied];
    assert!(told_late.into_iter().sum::<Qty>() > Qty::ZERO, "{:?}", with.causes);
}

/// A connector tells a channel of what it sells, and of nothing else.
#[test]
fn nobody_is_told_of_what_it_does_not_sell() {
    let plan = plan(100_000, 6);
    let mut told = BTreeMap::new();
    for fact in facts(&plan) {
        let What::Pushed { channel, items, .. } = fact.what else { continue };
        for item in items.iter().filter(|item| item.sku.0 >= SKUS) {
            let offer = &plan.world.offers[(item.sku.0 - SKUS) as usize];
            assert!(offer.on.contains(&channel), "{} on {channel:?}", offer.terms.name);
            assert_eq!(item.outcome, CallOutcome::Done);
            *told.entry((channel, item.sku)).or_insert(0) += 1;
        }
    }
    assert_eq!(told.len(), 4, "the kit twice, the others once: {told:?}");
}

/// What a connector never tells of bundles, or tells wrongly, is found.
#[test]
fn a_bundle_that_is_not_written_is_a_wrong_offer() {
    let mut plan = plan(100_000, 4);
    // Nothing runs out: a refusal would tell what is offered.
    for sku in &mut plan.world.catalog {
        sku.stock = Qty(900);
    }
    let number = SkuId(SKUS);
    let mut fold = Fold::new();
    let mut seq = 0;
    for fact in facts(&plan) {
        let is_of_it = matches!(fact.what, What::Shown { sku, .. } if sku == number);
        if !(is_of_it && fact.at.0 > 0) {
            fold.eat(&Fact { seq, ..fact }).expect("a history with a gap");
            seq += 1;
        }
    }
    let judgement = fold.judge().expect("a history has a charter");
    assert!(breaches(&judgement, Invariant::WrongOffer) > 0);
    assert!(judgement.wrong.iter().all(|offer| offer.sku == number));
}
