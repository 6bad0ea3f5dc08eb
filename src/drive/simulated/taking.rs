//! When channels take stock, played: what carts hold comes back, and all that is shown at quiet is
//! what the source has.

use proptest::prelude::*;

use super::play;
use crate::commerce::terms::{CartTerms, Payment, Taking, UpdateStyle};
use crate::drive::hand::Nobody;
use crate::drive::testing::{Sketch, facts, seeded};
use crate::history::What;
use crate::history::charter::{Gate, Kpi, Limits, OwnSales, SourceTells};
use crate::history::fact::Call;
use crate::history::stamp::Tape;
use crate::judge::Fold;
use crate::judge::judgement::{Invariant, Judgement};
use crate::law::Law;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::units::{Ppm, Span};

/// Two channels, few units, payments that come late or never.
fn plan(takes: [Taking; 2], fails: u32, seed: u64) -> Plan {
    let lasts = Span::from_mins(20);
    let sketch = Sketch {
        shares: &[600_000, 400_000],
        skus: 6,
        stock_each: 30,
        orders_per_hour: 900,
        lasts,
    };
    let mut plan = sketch.plan();
    seeded(&mut plan, seed);
    let after = Law::Exponential { mean: Span::from_secs(40) };
    let held_for = Some(Law::Constant(Span::from_mins(4)));
    for (place, takes) in takes.into_iter().enumerate() {
        plan.charter.channels[place].takes_stock = takes.when();
        let channel = &mut plan.world.channels[place];
        channel.shows_changes_after = Law::Exponential { mean: Span::from_secs(3) };
        let (after, held_for) = (after.clone(), held_for.clone());
        channel.payment = Payment::After { after, fails: Ppm(fails), held_for };
        channel.takes = takes;
    }
    plan.charter.minor = plan.charter.least_minor();
    plan
}

fn carts(abandoned: u32) -> Taking {
    let checks_out_after = Law::Exponential { mean: Span::from_secs(90) };
    let held_for = Span::from_mins(3);
    Taking::AtCart(CartTerms { held_for, checks_out_after, abandoned: Ppm(abandoned) })
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is taken when, and however many leave their carts or do not pay.
    #[test]
    fn all_that_was_held_comes_back(
        abandoned in 0_u32..=1_000_000,
        fails in 0_u32..=400_000,
        is_delta in any::<bool>(),
        seed in 1_u64..1_000,
    ) {
        // An absolute figure overwrites sales, and a payment that fails then gives back too much.
        let fails = if is_delta { fails } else { 0 };
        let mut plan = plan([carts(abandoned), Taking::AtPayment], fails, seed);
        let style = if is_delta { UpdateStyle::Delta } else { UpdateStyle::Absolute };
        plan.world.connectors[0].updates = style;
        let (mut held, mut ended) = (0_usize, 0_usize);
        for fact in facts(&plan) {
            match fact.what {
                What::Carted(_) => held += 1,
                What::CartEnded(_) => ended += 1,
                _ => {}
            }
        }
        prop_assert_eq!(held, ended);
        prop_assert!(held > 0);
        let judgement = judged(&plan);
        for which in [
            Invariant::WrongOffer,
            Invariant::DuplicateAcceptance,
            Invariant::Conservation,
            Invariant::ContradictedAnswer,
            Invariant::SentAway,
            Invariant::LostUpdate,
        ] {
            prop_assert_eq!(breaches(&judgement, which), 0, "{:?}", which);
        }
    }
}

/// Channels that show only whether there is any, at the least of what they could be told.
#[test]
fn what_shows_no_quantity_oversells_and_is_right_at_quiet() {
    let mut plan = plan([Taking::AtOrder, Taking::AtOrder], 0, 5);
    for (terms, channel) in plan.charter.channels.iter_mut().zip(&mut plan.world.channels) {
        terms.rule.in_or_out = true;
        terms.own_sales = OwnSales::OnSync;
        (channel.rule, channel.own_sales) = (terms.rule, terms.own_sales);
    }
    plan.charter.minor = plan.charter.least_minor();
    assert_eq!(plan.charter.minor, 3);
    for fact in facts(&plan) {
        if let What::Shown { qty, .. } = fact.what {
            assert!(qty.0 == 0 || qty.0 == 1, "{qty:?}");
        }
    }
    let judgement = judged(&plan);
    assert!(judgement.totals.oversold_units.0 > 0);
    for which in [Invariant::WrongOffer, Invariant::ContradictedAnswer, Invariant::SentAway] {
        assert_eq!(breaches(&judgement, which), 0, "{which:?}");
    }
}

/// Two channels that know everything at once, and a source that tells this of its stock.
fn telling(tells: SourceTells, seed: u64) -> Judgement {
    let lasts = Span::from_mins(20);
    let shares = &[600_000, 400_000];
    let sketch = Sketch { shares, skus: 6, stock_each: 30, orders_per_hour: 900, lasts };
    let mut plan = sketch.plan();
    seeded(&mut plan, seed);
    plan.charter.source_tells = tells;
    let limits = Limits::standard(Kpi::SyncLag);
    plan.charter.gates = vec![Gate { kpi: Kpi::SyncLag, limits, loosened: false }];
    plan.world.oms.tells = tells;
    plan.world.oms.ships_after = Some(Law::Constant(Span::from_mins(5)));
    judged(&plan)
}

/// What is promised and not shipped is sold again, however quick the connector is: a reservation
/// gap, and no lag of anybody's. At quiet all is shipped, and what is shown is what is there.
#[test]
fn a_source_that_tells_what_is_on_hand_lets_channels_sell_what_is_promised() {
    let available = telling(SourceTells::Available, 3);
    assert_eq!(available.totals.oversold_units.0, 0);
    let on_hand = telling(SourceTells::OnHand, 3);
    assert!(on_hand.totals.oversold_units.0 > 0);
    assert_eq!(on_hand.causes.reservation_gap, on_hand.totals.oversold_units);
    for judgement in [available, on_hand] {
        let lag = judgement.gates.iter().find(|gate| gate.kpi == Kpi::SyncLag);
        let lag = lag.expect("a gate on sync lag");
        assert!(lag.samples > 50 && lag.bad.possible == 0, "{lag:?}");
        for which in [Invariant::WrongOffer, Invariant::Conservation, Invariant::LostUpdate] {
            assert_eq!(breaches(&judgement, which), 0, "{which:?}");
        }
    }
}

#[test]
fn the_share_that_leaves_its_cart_never_orders() {
    let share = 400_000;
    let plan = plan([carts(share), carts(share)], 0, 5);
    let (mut carts, mut orders) = (0_f64, 0_f64);
    for fact in facts(&plan) {
        match fact.what {
            What::Sent { call: Call::FillCart, .. } => carts += 1.0,
            What::TurnedAway { .. } => carts -= 1.0,
            What::Sent { call: Call::PlaceOrder, .. } => orders += 1.0,
            _ => {}
        }
    }
    let left = 1.0 - orders / carts;
    let off = 4.0 * (0.4_f64 * 0.6 / carts).sqrt() + 0.05;
    assert!((left - 0.4).abs() < off, "{orders} of {carts}");
}

/// One SKU of which many shoppers hold the last units unpaid: the more of them pay, the more is
/// oversold, and all of it when they pay.
#[test]
fn taking_stock_at_payment_oversells_where_taking_it_with_the_order_does_not() {
    let alone = |takes: Taking| {
        let mut plan = plan([takes, Taking::AtOrder], 0, 9);
        let Traffic::Modelled(demand) = &mut plan.traffic else { panic!("a sketch is modelled") };
        demand.channels = vec![Ppm::ONE, Ppm::ZERO];
        judged(&plan).totals.oversold_units.0
    };
    assert_eq!(alone(Taking::AtOrder), 0);
    assert!(alone(Taking::AtPayment) > 0);
}
