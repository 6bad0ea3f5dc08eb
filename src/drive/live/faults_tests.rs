//! Faults over sockets: what callers meet, and that nobody but the systems is blamed for it.

use super::tests::{journal, on_a_runtime};
use super::*;
use crate::commerce::fault::{FaultEffect, FaultTerms};
use crate::commerce::outbox::How;
use crate::drive::hand::Nobody;
use crate::drive::testing::{Sketch, Sums};
use crate::history::Fact;
use crate::history::charter::FaultPlanned;
use crate::history::fact::{CallOutcome, Outcome};
use crate::law::Law;
use crate::units::Ppm;

/// Ten minutes of two channels in two seconds, broken from the second minute to the eighth.
fn played(does: FaultEffect, at: Role, share: u32) -> Vec<Fact> {
    let mut plan = Sketch {
        shares: &[600_000, 400_000],
        skus: 20,
        stock_each: 400,
        orders_per_hour: 6_000,
        lasts: Span::from_mins(10),
    }
    .plan();
    plan.charter.speed_milli = 300_000;
    let minute = |minute| At::START + Span::from_mins(minute);
    let spells = vec![(minute(2), minute(8))];
    let planned = FaultPlanned {
        name: "fault".into(),
        does: String::new(),
        spells: spells.clone(),
        at: vec![],
    };
    plan.charter.faults = vec![planned];
    plan.world.faults = vec![FaultTerms {
        name: "fault".into(),
        at: vec![at],
        on: vec![],
        skus: None,
        share: Ppm(share),
        at_most: None,
        spells,
        does,
    }];
    let (journal, facts) = journal();
    on_a_runtime(play(&plan, &journal, &mut Nobody)).unwrap();
    journal.close().unwrap();
    let facts = facts.lock();
    facts.clone()
}

/// How often it met something, between its beginning and its end.
fn hits(facts: &[Fact]) -> u64 {
    let switched = |begins| {
        let is =
            |fact: &&Fact| matches!(fact.what, What::Fault { in_force, .. } if in_force == begins);
        facts.iter().filter(is).count()
    };
    assert_eq!((switched(true), switched(false)), (1, 1));
    let hits = facts.iter().filter_map(|fact| match fact.what {
        What::FaultHits { hits, .. } => Some(hits),
        _ => None,
    });
    hits.sum()
}

fn count(facts: &[Fact], is: impl Fn(&What) -> bool) -> usize {
    facts.iter().filter(|fact| is(&fact.what)).count()
}

const STORE: Role = Role::Channel(ChannelId(0));

/// None of it is the harness's own doing, and a careful connector comes through.
fn survived(facts: &[Fact]) {
    assert_eq!(count(facts, |what| matches!(what, What::Harness { .. })), 0);
    let sums = Sums::of(facts);
    assert_eq!(sums.duplicates, 0);
    assert!(sums.is_conserved() && sums.is_quiet);
    assert!(sums.accepted > 200, "{}", sums.accepted);
}

#[test]
fn answers_are_lost_on_the_socket_in_every_way() {
    for how in [How::Close, How::Reset, How::HalfBody] {
        let facts = played(FaultEffect::LosesReplies(how), STORE, 300_000);
        let unknown =
            count(&facts, |what| matches!(what, What::Answered { outcome: Outcome::Unknown, .. }));
        assert!(unknown > 30 && hits(&facts) >= unknown as u64, "{how:?}: {unknown}");
        survived(&facts);
    }
}

#[test]
fn calls_that_hang_are_given_up_after_the_patience_of_their_callers() {
    let facts = played(FaultEffect::Hangs, Role::Oms, 200_000);
    let unknown =
        |what: &What| matches!(what, What::HandoffTried { outcome: CallOutcome::Unknown, .. });
    assert!(count(&facts, unknown) > 20);
    let waited = facts.iter().filter_map(|fact| match fact.what {
        What::HandoffTried { sent, outcome: CallOutcome::Unknown, .. } => Some(fact.at.since(sent)),
        _ => None,
    });
    assert!(waited.min().unwrap() >= crate::commerce::fault::PATIENCE);
    assert!(hits(&facts) > 20);
    survived(&facts);
}

#[test]
fn slow_answers_keep_their_callers_waiting() {
    let slow = FaultEffect::Slows(Law::Constant(Span::from_secs(10)));
    let facts = played(slow, STORE, 1_000_000);
    let took: Vec<Span> = facts
        .iter()
        .filter_map(|fact| match fact.what {
            What::Pushed { channel: ChannelId(0), sent, .. } => Some(fact.at.since(sent)),
            _ => None,
        })
        .collect();
    let slow = took.iter().filter(|took| **took >= Span::from_secs(10)).count();
    assert!(slow > 50 && slow < took.len(), "{slow} of {}", took.len());
    survived(&facts);
}

#[test]
fn refusals_and_webhooks_and_what_befalls_a_connector() {
    let hub = Role::Connector(ConnectorId(0));
    let by = Law::Constant(Span::from_secs(20));
    for (does, at, share) in [
        (FaultEffect::Unavailable, Role::Oms, 400_000),
        (FaultEffect::Throttles { allows: None, says: None }, STORE, 300_000),
        (FaultEffect::RepeatsWebhooks(by.clone()), STORE, 500_000),
        (FaultEffect::DelaysWebhooks(by), Role::Oms, 500_000),
        (FaultEffect::Pauses, hub, 1_000_000),
    ] {
        let facts = played(does, at, share);
        assert!(hits(&facts) > 0);
        survived(&facts);
    }
}
