//! Live runs of what is more than an order of SKUs: channels that take stock at the cart and at the
//! payment, bundles, channels that show no quantity, edits, stock at several locations, orders that
//! wait for us and that leave.

use super::tests::{journal, on_a_runtime};
use super::*;
use crate::commerce::edits::EditTerms;
use crate::commerce::terms::{CartTerms, Payment, Rhythm, Taking};
use crate::drive::hand::Nobody;
use crate::drive::testing::{Sketch, bundles, locations};
use crate::history::charter::OwnSales;
use crate::ids::ChannelId;
use crate::judge::Fold;
use crate::judge::judgement::Invariant;
use crate::law::Law;
use crate::traffic::Traffic;
use crate::traffic::plan::Corrections;
use crate::units::{Ppm, Qty, Rate};

/// Carts and orders that take stock when paid, over HTTP: all that was held comes back.
#[test]
fn carts_are_filled_and_checked_out_over_http() {
    let lasts = Span::from_mins(4);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 4, stock_each: 60, orders_per_hour: 3_000, lasts };
    let mut plan = sketch.plan();
    let checks_out_after = Law::Exponential { mean: Span::from_secs(20) };
    let (held_for, abandoned) = (Span::from_secs(60), Ppm(300_000));
    let carts = Taking::AtCart(CartTerms { held_for, checks_out_after, abandoned });
    let after = Law::Exponential { mean: Span::from_secs(10) };
    let payment = Payment::After { after, fails: Ppm(200_000), held_for: None };
    for (place, takes) in [carts, Taking::AtPayment].into_iter().enumerate() {
        plan.charter.channels[place].takes_stock = takes.when();
        let channel = &mut plan.world.channels[place];
        (channel.takes, channel.payment) = (takes, payment.clone());
    }
    plan.charter.speed_milli = 60_000;
    let (journal, facts) = journal();
    on_a_runtime(play(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let (mut held, mut ended, mut orders, mut is_quiet) = (0, 0, 0, false);
    let mut fold = Fold::new();
    for fact in facts.lock().iter() {
        fold.eat(fact).unwrap();
        match fact.what {
            What::Carted(_) => held += 1,
            What::CartEnded(_) => ended += 1,
            What::Accepted { order, .. } if order.channel == ChannelId(0) => orders += 1,
            What::Quiet {} => is_quiet = true,
            _ => {}
        }
    }
    assert!(is_quiet && held == ended && orders > 10 && orders < held, "{held} {ended} {orders}");
    let kept = [Invariant::WrongOffer, Invariant::ContradictedAnswer, Invariant::SentAway];
    are_kept(&fold, &kept);
}

fn are_kept(fold: &Fold, rules: &[Invariant]) {
    let judgement = fold.judge().unwrap();
    for which in rules {
        let found = judgement.invariants.iter().find(|result| result.invariant == *which);
        assert_eq!(found.unwrap().breaches.definite, 0, "{which:?}");
    }
}

/// Bundles ordered, told and written over HTTP, with the same numbers as by the model: at quiet
/// all that is shown is what can be made of the stock.
#[test]
fn bundles_are_sold_and_told_over_http() {
    let lasts = Span::from_mins(4);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 4, stock_each: 60, orders_per_hour: 3_000, lasts };
    let mut plan = sketch.plan();
    bundles(&mut plan, 150_000);
    plan.charter.speed_milli = 60_000;
    let (journal, facts) = journal();
    on_a_runtime(play(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let (mut sold, mut shown, mut is_quiet) = (0, 0, false);
    let mut fold = Fold::new();
    for fact in facts.lock().iter() {
        fold.eat(fact).unwrap();
        match &fact.what {
            What::Accepted { lines, .. } => sold += u32::from(lines[0].offer.is_some()),
            What::Shown { sku, .. } if fact.at > At::START => shown += u32::from(sku.0 >= 4),
            What::Quiet {} => is_quiet = true,
            _ => {}
        }
    }
    assert!(is_quiet && sold > 10 && shown > 10, "{sold} {shown}");
    let kept = [Invariant::WrongOffer, Invariant::AlteredOrder, Invariant::LostUpdate];
    are_kept(&fold, &kept);
}

/// A channel that shows only whether there is any, over HTTP: it is told one or none, and is right
/// when all is quiet.
#[test]
fn a_channel_that_shows_no_quantity_is_told_over_http() {
    let lasts = Span::from_mins(4);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 4, stock_each: 40, orders_per_hour: 3_000, lasts };
    let mut plan = sketch.plan();
    let (terms, channel) = (&mut plan.charter.channels[1], &mut plan.world.channels[1]);
    terms.rule.in_or_out = true;
    terms.own_sales = OwnSales::OnSync;
    (channel.rule, channel.own_sales) = (terms.rule, terms.own_sales);
    plan.charter.minor = plan.charter.least_minor();
    plan.charter.speed_milli = 60_000;
    let (journal, facts) = journal();
    on_a_runtime(play(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let (mut fold, mut out, mut is_quiet) = (Fold::new(), 0, false);
    for fact in facts.lock().iter() {
        fold.eat(fact).unwrap();
        match fact.what {
            What::Shown { channel: ChannelId(1), qty, .. } => {
                assert!(qty.0 == 0 || qty.0 == 1, "{qty:?}");
                out += usize::from(qty.0 == 0);
            }
            What::Quiet {} => is_quiet = true,
            _ => {}
        }
    }
    assert!(is_quiet && out >= 4, "{out}");
    let kept = [Invariant::WrongOffer, Invariant::ContradictedAnswer, Invariant::SentAway];
    are_kept(&fold, &kept);
}

/// Edits, their notices and their amendments over HTTP: the OMS says the last version of each.
#[test]
fn orders_are_edited_and_amended_over_http() {
    let lasts = Span::from_mins(4);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 8, stock_each: 90, orders_per_hour: 3_000, lasts };
    let mut plan = sketch.plan();
    for place in 0..2 {
        plan.charter.channels[place].edits = true;
        let after = Law::Exponential { mean: Span::from_secs(20) };
        plan.world.channels[place].edits = Some(EditTerms { share: Ppm(600_000), after });
    }
    let Traffic::Modelled(demand) = &mut plan.traffic else { unreachable!("a sketch is modelled") };
    demand.lines = vec![(2, Ppm::ONE)];
    plan.charter.minor = plan.charter.least_minor();
    plan.charter.speed_milli = 60_000;
    let (journal, facts) = journal();
    on_a_runtime(play(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let (mut edited, mut amended, mut is_quiet) = (0, 0, false);
    let mut fold = Fold::new();
    for fact in facts.lock().iter() {
        fold.eat(fact).unwrap();
        match fact.what {
            What::Edited(_) => edited += 1,
            What::Amended(_) => amended += 1,
            What::Quiet {} => is_quiet = true,
            _ => {}
        }
    }
    assert!(is_quiet && edited > 5 && amended > 0, "{edited} {amended}");
    let judgement = fold.judge().unwrap();
    for which in [Invariant::AlteredOrder, Invariant::WrongOffer, Invariant::LostUpdate] {
        let found = judgement.invariants.iter().find(|result| result.invariant == which);
        assert_eq!(found.unwrap().breaches.definite, 0, "{which:?}");
    }
}

/// Stock at two locations, told, written and taken over HTTP: at quiet each channel shows what its
/// own locations have together.
#[test]
fn stock_at_several_locations_is_sold_and_told_over_http() {
    let lasts = Span::from_mins(4);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 4, stock_each: 60, orders_per_hour: 3_000, lasts };
    let mut plan = sketch.plan();
    locations(&mut plan, &[600_000, 400_000], &[&[0, 1], &[1]]);
    plan.merchant.corrections = Some(Corrections { rate: Rate::per_hour(900), units_max: Qty(3) });
    plan.charter.speed_milli = 60_000;
    let (journal, facts) = journal();
    on_a_runtime(play(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let (mut fold, mut moved, mut is_quiet) = (Fold::new(), [0; 2], false);
    for fact in facts.lock().iter() {
        fold.eat(fact).unwrap();
        match fact.what {
            What::Stock { at: Some(at), .. } if fact.at > At::START => moved[at.index()] += 1,
            What::Quiet {} => is_quiet = true,
            _ => {}
        }
    }
    assert!(is_quiet && moved.iter().all(|moved| *moved > 10), "{moved:?}");
    let kept = [Invariant::WrongOffer, Invariant::LostUpdate, Invariant::Conservation];
    are_kept(&fold, &kept);
}

/// Orders that wait for us and that are to have left, over HTTP, to a connector that reads: each is
/// accepted and told of once, and the run is watched until then.
#[test]
fn orders_are_accepted_and_told_to_have_left_over_http() {
    let lasts = Span::from_mins(4);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 4, stock_each: 900, orders_per_hour: 1_500, lasts };
    let mut plan = sketch.plan();
    plan.world.oms.ships_after = Some(Law::Constant(Span::from_mins(2)));
    let connector = &mut plan.world.connectors[0];
    connector.orders_in = Rhythm::Poll(Span::from_secs(5));
    connector.stock_out = Rhythm::Poll(Span::from_secs(5));
    let flow = &mut plan.charter.channels[1].flow;
    flow.accept_within = Some(Span::from_mins(10));
    flow.dispatch_within = Some(Span::from_mins(20));
    plan.charter.minor = plan.charter.least_minor();
    plan.charter.speed_milli = 60_000;
    let (journal, facts) = journal();
    on_a_runtime(play(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let (mut fold, mut said, mut is_quiet) = (Fold::new(), [0_u64; 3], false);
    for fact in facts.lock().iter() {
        fold.eat(fact).unwrap();
        match fact.what {
            What::Accepted { order, .. } => said[0] += u64::from(order.channel.0),
            What::Acknowledged(of) => said[1] += u64::from(of.order.channel.0),
            What::Dispatched(of) => said[2] += u64::from(of.order.channel.0),
            What::Quiet {} => is_quiet = true,
            _ => {}
        }
    }
    assert!(is_quiet && said[0] > 20 && said == [said[0]; 3], "{said:?}");
    let judgement = fold.judge().unwrap();
    let (waited, left) = (&judgement.accepted[0], &judgement.dispatched[0]);
    assert_eq!((waited.in_time, left.in_time), (said[0], said[0]));
    are_kept(&fold, &[Invariant::LateAcceptance, Invariant::LateDispatch]);
}
