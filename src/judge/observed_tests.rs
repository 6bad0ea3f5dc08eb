//! Records that hold only some people's word: what nobody could have told passes nothing, fails
//! nothing, and changes nothing that does not rest on it.

use super::edge_tests::drop_of_one_sku;
use super::gate_tests::{delay, is_shown};
use super::judgement::{Band, Because, CheckState, Invariant, Judgement, Topic, Unproved, Verdict};
use super::testing::*;
use crate::history::charter::{Evidence, Kpi, Observed};
use crate::history::fact::{Release, What};
use crate::units::{Money, Qty};

/// Whose word a fact is; none of what channels say of their orders, and of the run itself.
fn word_of(what: &What) -> Option<Observed> {
    match what {
        What::Sent { .. } | What::Answered { .. } | What::Unsent { .. } | What::Resolved { .. } => {
            Some(Observed::Load)
        }
        What::Supply { .. } => Some(Observed::Supply),
        What::Shown { .. } => Some(Observed::Offers),
        What::Priced { .. } | What::PriceSet { .. } => Some(Observed::Prices),
        What::Listed { .. } | What::ListingSet { .. } => Some(Observed::Listings),
        What::Stock { .. } => Some(Observed::SourceStock),
        What::Released { why: Release::Stock, .. }
        | What::OmsCancelled { why: Release::Stock, .. } => Some(Observed::Cancellations),
        What::Delivered { .. }
        | What::Held { .. }
        | What::Amended(_)
        | What::OmsCancelled { .. }
        | What::Shipped { .. } => Some(Observed::OmsOrders),
        What::Noticed { .. }
        | What::Pushed { .. }
        | What::HandoffTried { .. }
        | What::GaveUp { .. }
        | What::Queue { .. } => Some(Observed::Connector),
        What::Accepted { .. }
        | What::Carted(_)
        | What::CartEnded(_)
        | What::Edited(_)
        | What::TurnedAway { .. }
        | What::Paid { .. }
        | What::Acknowledged(_)
        | What::Dispatched(_)
        | What::Released { .. }
        | What::RuleSet { .. }
        | What::Charter(_)
        | What::Stalled { .. }
        | What::Harness { .. }
        | What::Fault { .. }
        | What::FaultHits { .. }
        | What::Acted(_)
        | What::Alert { .. }
        | What::Party(_)
        | What::TrafficEnded {}
        | What::Quiet {}
        | What::Unknown(_)
        | What::Ended { .. } => None,
    }
}

/// The campaign as somebody has it who was never told these.
fn without(play: &Play, kinds: &[Observed]) -> Play {
    let mut play = play.clone();
    play.charter.observes.retain(|kind| !kinds.contains(kind));
    play.edit(|at, what| {
        let kept = word_of(&what).is_none_or(|kind| !kinds.contains(&kind));
        kept.then_some((at, what))
    });
    play
}

/// Campaigns with something to find in each: none of it, and every gate failed by something.
fn campaigns() -> Vec<(&'static str, Play)> {
    let mut altered = healthy();
    altered.edit(|at, what| match what {
        What::Held { order, oms, .. } if order.number % 20 == 3 => {
            let lines = [line(0, 2, 0)].into();
            Some((at, What::Held { order, oms, lines, booked: None }))
        }
        what => Some((at, what)),
    });
    let mut lost = healthy();
    lost.edit(|at, what| {
        let gone = matches!(&what, What::Delivered { order, .. } | What::Held { order, .. }
            if order.number % 10 == 7);
        (!gone).then_some((at, what))
    });
    let mut cheap = healthy();
    cheap.edit(|at, what| match what {
        What::Accepted { order, intent, buyer, lines, awaits_payment } => {
            let mut lines = lines.to_vec();
            if order.number % 10 == 5 {
                lines[0].price = Money(1);
            }
            let lines = lines.into();
            Some((at, What::Accepted { order, intent, buyer, lines, awaits_payment }))
        }
        what => Some((at, what)),
    });
    let mut slow = healthy();
    delay(&mut slow, 5, 1_000, is_shown);
    let mut all = vec![
        ("healthy", healthy()),
        ("altered", altered),
        ("lost", lost),
        ("cheap", cheap),
        ("slow", slow),
        ("one SKU", drop_of_one_sku()),
        ("cancelled", super::ungated_tests::cancelled_late(40)),
    ];
    for (_, play) in &mut all {
        // Who made the orders is another question, and spoils the run as a whole.
        play.charter.evidence = Evidence::Operations;
    }
    all
}

/// What passes or fails on whose word, as docs/measures.md has it.
const RESTS_ON: &[(Kpi, &[Observed])] = &[
    (Kpi::SyncLag, &[Observed::SourceStock, Observed::Offers, Observed::Listings]),
    (Kpi::PriceLag, &[Observed::Prices, Observed::Listings]),
    (Kpi::ListingLatency, &[Observed::Listings]),
    (Kpi::HandoffSuccess, &[Observed::OmsOrders, Observed::Cancellations]),
    (Kpi::ReconciliationVariance, &[Observed::OmsOrders, Observed::Cancellations]),
    (Kpi::StockCancellations, &[Observed::Cancellations, Observed::Supply]),
    (Kpi::OversoldOrders, &[Observed::Supply, Observed::Cancellations]),
    (Kpi::MispricedOrders, &[Observed::Prices]),
];

fn rests_on(kpi: Kpi, kind: Observed) -> bool {
    RESTS_ON.iter().any(|(of, kinds)| *of == kpi && kinds.contains(&kind))
}

#[test]
fn a_kind_that_is_missing_changes_no_gate_that_does_not_rest_on_it() {
    for (name, play) in campaigns() {
        let whole = play.judge();
        for kind in Observed::ALL {
            let part = without(&play, &[kind]).judge();
            for (was, is) in whole.gates.iter().zip(&part.gates) {
                let at = format!("{name} without {kind:?}: {:?} on {:?}", was.kpi, was.channel);
                if !rests_on(was.kpi, kind) {
                    assert_eq!(was.band, is.band, "{at}");
                    assert_eq!(was.bad, is.bad, "{at}");
                    continue;
                }
                let unseen = is.band == Band::NotProved(Unproved::NotObserved);
                let failed = was.kpi == Kpi::StockCancellations && kind == Observed::Supply;
                assert!(unseen || (failed && was.band == is.band), "{at}: {:?}", is.band);
            }
            let gated = whole.gates.iter().any(|gate| rests_on(gate.kpi, kind));
            assert!(!gated || part.verdict >= Verdict::Inconclusive, "{name} without {kind:?}");
        }
    }
}

#[test]
fn a_rule_that_is_broken_is_never_whole_for_want_of_a_witness() {
    for (name, play) in campaigns() {
        let whole = play.judge();
        for kind in Observed::ALL {
            let part = without(&play, &[kind]).judge();
            for (was, is) in whole.invariants.iter().zip(&part.invariants) {
                let at = format!("{name} without {kind:?}: {:?}", was.invariant);
                let unseen = is.band == Band::NotProved(Unproved::NotObserved);
                assert!(unseen || is.breaches == was.breaches, "{at}: {:?}", is.breaches);
                assert!(!unseen || is.breaches.possible == 0, "{at}");
            }
        }
    }
}

fn check(judgement: &Judgement, topic: Topic) -> (CheckState, Because) {
    let found = judgement.checklist.iter().find(|check| check.topic == topic);
    let found = found.expect("every topic is there");
    (found.state, found.because.clone())
}

#[test]
fn an_oms_that_nobody_observed_has_lost_nothing() {
    let play = without(&healthy(), &[Observed::OmsOrders, Observed::Connector]);
    let judgement = play.judge();
    assert_eq!(judgement.verdict, Verdict::Inconclusive, "{:?}", judgement.reasons);
    assert_eq!(invariant(&judgement, Invariant::LostHandoff).breaches.possible, 0);
    assert_eq!(judgement.totals.money_at_risk.lost, Money::ZERO);
    assert_eq!(judgement.totals.kept.units, judgement.totals.units);
    assert!(judgement.errors.is_empty(), "{:?}", judgement.errors);
    assert!(judgement.books.is_empty());
    assert_eq!(judgement.reconciliation.unmatched, 0);
    let open = (CheckState::NotExercised, Because::NotObserved);
    assert_eq!(check(&judgement, Topic::ReliabilityControls), open);
    assert_eq!(check(&judgement, Topic::ReconciliationCadence), open);
    assert_ne!(judgement.totals.units, Qty::ZERO);
}

/// The gates that cannot be told are left out by whoever asks: what is left may be a GO, with
/// what is not gated as its condition.
#[test]
fn gates_that_rest_on_what_is_there_still_pass() {
    let mut play = without(&healthy(), &[Observed::OmsOrders, Observed::Connector]);
    play.charter.gates.retain(|gate| !rests_on(gate.kpi, Observed::OmsOrders));
    let judgement = play.judge();
    let passed = judgement.gates.iter().all(|gate| gate.band == Band::Healthy);
    assert!(passed, "{:?}", judgement.gates);
    assert_ne!(judgement.verdict, Verdict::Go, "nobody asked for handoff: {:?}", judgement.reasons);
    assert_ne!(judgement.verdict, Verdict::NoGo);
}
