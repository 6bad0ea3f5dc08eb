//! Campaigns with something broken on purpose: what a careful connector survives it survives, and
//! what nobody can survive is seen.

use std::collections::BTreeSet;

use super::tests::lively;
use crate::commerce::fault::{FaultEffect, FaultTerms, MessageKind, ToldWait};
use crate::commerce::limiter::LimiterKind;
use crate::commerce::outbox::How;
use crate::commerce::protocol::Role;
use crate::drive::testing::{Sums, facts, facts_until};
use crate::history::charter::FaultPlanned;
use crate::history::fact::Outcome;
use crate::history::{Fact, What};
use crate::ids::{ChannelId, ConnectorId, FaultId};
use crate::law::Law;
use crate::scenario::Plan;
use crate::units::{At, Ppm, Span};

pub(super) const CHANNELS: [Role; 2] = [Role::Channel(ChannelId(0)), Role::Channel(ChannelId(1))];
pub(super) const HUB: Role = Role::Connector(ConnectorId(0));

/// Twelve minutes of it, five minutes in.
pub(super) fn broken(seed: u64, faults: Vec<FaultTerms>) -> Plan {
    let mut plan = lively(seed);
    let planned = |terms: &FaultTerms| FaultPlanned {
        name: terms.name.clone(),
        does: format!("{:?}", terms.does),
        spells: terms.spells.clone(),
        at: vec![],
    };
    plan.charter.faults = faults.iter().map(planned).collect();
    plan.world.faults = faults;
    plan
}

pub(super) fn fault(does: FaultEffect, at: &[Role], share: u32) -> FaultTerms {
    let minute = |minute| At::START + Span::from_mins(minute);
    FaultTerms {
        name: format!("{does:?}"),
        at: at.to_vec(),
        on: vec![],
        skus: None,
        share: Ppm(share),
        rises_to: None,
        at_most: None,
        spells: vec![(minute(5), minute(17))],
        does,
    }
}

/// What whoever looks, rather than waits to be told, comes through.
pub(super) fn reading() -> [FaultTerms; 2] {
    let all = [CHANNELS[0], CHANNELS[1], Role::Oms];
    let stale = FaultEffect::StaleReads(Span::from_mins(1));
    [stale, FaultEffect::RepeatsPages].map(|does| fault(does, &all, 700_000))
}

/// What a connector that repeats itself in the same words comes through.
pub(super) fn survivable() -> Vec<FaultTerms> {
    let (all, oms) = ([CHANNELS[0], CHANNELS[1], Role::Oms], [Role::Oms]);
    let by = |secs| Law::Exponential { mean: Span::from_secs(secs) };
    let bucket = Some(LimiterKind::TokenBucket { burst: 5, every: Span::from_secs(1) });
    vec![
        fault(FaultEffect::Unavailable, &all, 400_000),
        fault(FaultEffect::Throttles { allows: bucket, says: None }, &oms, 1_000_000),
        fault(
            FaultEffect::Throttles { allows: None, says: Some(ToldWait::of(Span::from_secs(9))) },
            &all,
            300_000,
        ),
        fault(FaultEffect::LosesReplies(How::Close), &all, 400_000),
        fault(FaultEffect::LosesReplies(How::Reset), &oms, 400_000),
        fault(FaultEffect::Hangs, &all, 200_000),
        fault(FaultEffect::Slows(by(20)), &all, 500_000),
        fault(FaultEffect::RepeatsWebhooks(by(20)), &all, 700_000),
        fault(FaultEffect::DelaysWebhooks(by(60)), &all, 500_000),
        fault(FaultEffect::Pauses, &[HUB], 1_000_000),
        fault(FaultEffect::RefusesConnections, &[CHANNELS[0]], 1_000_000),
        fault(FaultEffect::SwallowsReplies, &all, 200_000),
        fault(FaultEffect::Trickles(by(20)), &all, 500_000),
        fault(FaultEffect::HoldsWebhooks(Span::from_mins(2)), &all, 1_000_000),
        FaultTerms { rises_to: Some(Ppm(600_000)), ..fault(FaultEffect::Unavailable, &all, 0) },
    ]
}

pub(super) fn hits(facts: &[Fact], fault: u16) -> u64 {
    let hits = facts.iter().filter_map(|fact| match fact.what {
        What::FaultHits { fault: of, hits } if of == FaultId(fault) => Some(hits),
        _ => None,
    });
    hits.sum()
}

fn switched(facts: &[Fact]) -> Vec<(u64, bool)> {
    let switched = facts.iter().filter_map(|fact| match fact.what {
        What::Fault { in_force, .. } => Some((fact.at.0 / 60_000_000, in_force)),
        _ => None,
    });
    switched.collect()
}

#[test]
fn what_can_be_survived_is() {
    for (seed, terms) in survivable().into_iter().enumerate() {
        let name = terms.name.clone();
        let mut plan = broken(seed as u64, vec![terms]);
        // Two fifths fail: eight tries all fail for one in fifteen hundred.
        plan.world.connectors[0].retry.attempts = 30;
        let played = facts(&plan);
        let sums = Sums::of(&played);
        assert!(hits(&played, 0) > 0, "{name} met nothing");
        assert_eq!(switched(&played), [(5, true), (17, false)], "{name}");
        assert!(sums.is_quiet, "{name}: it comes to rest");
        assert_eq!((sums.duplicates, sums.given_up), (0, 0), "{name}");
        assert!(sums.is_conserved(), "{name}: units are neither made nor lost");
        let held: BTreeSet<_> = played
            .iter()
            .filter_map(|fact| match fact.what {
                What::Held { order, .. } => Some(order),
                _ => None,
            })
            .collect();
        let mut ours: BTreeSet<_> = played
            .iter()
            .filter_map(|fact| match fact.what {
                What::Accepted { order, awaits_payment: false, .. } | What::Paid { order } => {
                    Some(order)
                }
                _ => None,
            })
            .collect();
        for fact in &played {
            if let What::Released { order, .. } = fact.what {
                ours.remove(&order);
            }
        }
        assert!(ours.is_subset(&held), "{name}: every order that stands is held");
    }
}

#[test]
fn all_at_once_is_survived_too() {
    let mut all = survivable();
    all.truncate(9);
    let played = facts(&broken(11, all));
    let sums = Sums::of(&played);
    assert!((0..9).all(|fault| hits(&played, fault) > 0));
    assert_eq!(sums.duplicates, 0);
    assert!(sums.is_conserved());
}

#[test]
fn one_seed_meets_one_history_of_faults() {
    for terms in survivable() {
        let plan = broken(3, vec![terms]);
        assert_eq!(facts(&plan), facts(&plan));
    }
}

/// An order nobody hears of is an order nobody hands over; one whose webhook nobody can trust too.
#[test]
fn webhooks_that_are_dropped_or_signed_wrong_lose_orders() {
    for does in [FaultEffect::DropsWebhooks, FaultEffect::SpoilsSignatures] {
        loses_orders(does);
    }
}

fn loses_orders(does: FaultEffect) {
    let at = [CHANNELS[0]];
    let played = facts(&broken(2, vec![fault(does, &at, 1_000_000)]));
    let noticed: BTreeSet<_> = played
        .iter()
        .filter_map(|fact| match fact.what {
            What::Noticed { order, .. } => Some(order),
            _ => None,
        })
        .collect();
    let unheard = played.iter().filter(|fact| match fact.what {
        What::Accepted { order, .. } => !noticed.contains(&order),
        _ => false,
    });
    assert!(unheard.count() > 50);
    assert!(Sums::of(&played).is_quiet, "nobody waits for what nobody knows of");
}

#[test]
fn updates_that_are_forgotten_are_answered_as_taken() {
    let on = vec![MessageKind::Stock];
    let forgets = FaultTerms { on, ..fault(FaultEffect::Forgets, &CHANNELS, 1_000_000) };
    let (with, without) = (facts(&broken(2, vec![forgets])), facts(&lively(2)));
    let shown = |facts: &[Fact]| {
        let minutes = At::START + Span::from_mins(6)..At::START + Span::from_mins(17);
        facts
            .iter()
            .filter(|fact| minutes.contains(&fact.at))
            .filter(|fact| matches!(fact.what, What::Shown { .. }))
            .count()
    };
    assert!(shown(&with) * 10 < shown(&without), "{} of {}", shown(&with), shown(&without));
    assert!(hits(&with, 0) > 100);
}

#[test]
fn a_crash_loses_what_was_in_hand_and_the_rest_goes_on() {
    let mut plan = broken(2, vec![fault(FaultEffect::Crashes, &[HUB], 1_000_000)]);
    let minute = |minute| At::START + Span::from_mins(minute);
    plan.world.faults[0].spells = vec![(minute(5), minute(6)), (minute(9), minute(10))];
    let played = facts(&plan);
    assert_eq!(switched(&played), [(5, true), (6, false), (9, true), (10, false)]);
    assert_eq!(hits(&played, 0), 2);
    let handed = |from, until| {
        let within = played.iter().filter(|fact| (minute(from)..minute(until)).contains(&fact.at));
        within.filter(|fact| matches!(fact.what, What::HandoffTried { .. })).count()
    };
    assert_eq!((handed(5, 6), handed(9, 10)), (0, 0), "nobody is there");
    assert!(handed(6, 9) > 50 && handed(10, 20) > 200);
    let sums = Sums::of(&played);
    assert!(sums.is_quiet && sums.is_conserved() && sums.duplicates == 0);
}

/// Whatever ends a run heals it: nothing is in force behind its last fact.
#[test]
fn every_end_heals() {
    let plan = broken(4, vec![fault(FaultEffect::Pauses, &[HUB], 1_000_000)]);
    let minutes = |minutes| At::START + Span::from_mins(minutes);
    for stop in [minutes(6), minutes(16)] {
        let played = facts_until(&plan, stop);
        let switched = switched(&played);
        assert_eq!(switched.len(), 2, "{switched:?}");
        assert!(!switched[1].1);
    }
    let mut late = broken(4, vec![fault(FaultEffect::Hangs, &CHANNELS, 200_000)]);
    late.world.faults[0].spells = vec![(minutes(29), minutes(600))];
    let played = facts(&late);
    assert_eq!(switched(&played).len(), 2);
    assert!(matches!(played.last().unwrap().what, What::Ended { .. }));
}

/// A shopper who is kept waiting learns it later, and one who gives up does not know.
#[test]
fn answers_of_the_load_take_their_time() {
    let slow = fault(FaultEffect::Slows(Law::Constant(Span::from_secs(12))), &CHANNELS, 1_000_000);
    let hang = fault(FaultEffect::Hangs, &CHANNELS, 1_000_000);
    for (terms, took, unknown) in [(slow, 12, false), (hang, 30, true)] {
        let played = facts(&broken(2, vec![terms]));
        let minute = |minute| At::START + Span::from_mins(minute);
        let mut seen = 0;
        for fact in &played {
            let What::Sent { op, .. } = fact.what else { continue };
            if !(minute(5)..minute(17)).contains(&fact.at) {
                continue;
            }
            let channel = matches!(fact.what, What::Sent { channel: Some(_), .. });
            let answered = played.iter().find_map(|answer| match answer.what {
                What::Answered { op: of, outcome } if of == op => Some((answer.at, outcome)),
                _ => None,
            });
            let Some((at, outcome)) = answered.filter(|_| channel) else { continue };
            assert_eq!(at.since(fact.at), Span::from_secs(took));
            assert_eq!(outcome == Outcome::Unknown, unknown);
            seen += 1;
            if seen > 40 {
                break;
            }
        }
        assert!(seen > 40);
    }
}
