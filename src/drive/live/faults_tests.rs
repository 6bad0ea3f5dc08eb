//! Faults over sockets: what callers meet, and that nobody but the systems is blamed for it.

use super::tests::{journal, on_a_runtime};
use super::*;
use crate::commerce::fault::{FaultEffect, FaultTerms, ToldWait};
use crate::commerce::outbox::How;
use crate::commerce::terms::Rhythm;
use crate::drive::hand::Nobody;
use crate::drive::testing::{Sketch, Sums};
use crate::history::Fact;
use crate::history::charter::FaultPlanned;
use crate::history::fact::{CallOutcome, Outcome, Refusal};
use crate::law::Law;
use crate::traffic::plan::Corrections;
use crate::units::{Ppm, Qty, Rate};

/// Ten minutes of two channels in two seconds, broken from the second minute to the eighth.
fn played(does: FaultEffect, at: Role, share: u32) -> Vec<Fact> {
    played_by(does, at, share, Rhythm::Webhook)
}

/// The same, by a connector that learns of orders and changes so.
fn played_by(does: FaultEffect, at: Role, share: u32, learns: Rhythm) -> Vec<Fact> {
    let mut plan = Sketch {
        shares: &[600_000, 400_000],
        skus: 20,
        stock_each: 400,
        orders_per_hour: 6_000,
        lasts: Span::from_mins(10),
    }
    .plan();
    plan.charter.speed_milli = 300_000;
    // The merchant's own calls get through whatever is broken.
    plan.merchant.corrections = Some(Corrections { rate: Rate::per_hour(600), units_max: Qty(2) });
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
        rises_to: None,
        at_most: None,
        spells,
        does,
    }];
    let hub = &mut plan.world.connectors[0];
    if learns != Rhythm::Webhook {
        (hub.orders_in, hub.stock_out) = (learns, learns);
    }
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
    // On a machine that is busy with something else a few calls find no connection.
    let harness = count(facts, |what| matches!(what, What::Harness { .. }));
    assert!(harness < 40, "{harness}");
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

#[test]
fn answers_trickle_or_never_come() {
    let slow = FaultEffect::Trickles(Law::Constant(Span::from_secs(10)));
    let facts = played(slow, STORE, 1_000_000);
    let took = facts.iter().filter_map(|fact| match fact.what {
        What::Pushed { channel: ChannelId(0), sent, .. } => Some(fact.at.since(sent)),
        _ => None,
    });
    assert!(took.filter(|took| *took >= Span::from_secs(9)).count() > 50);
    survived(&facts);
    let facts = played(FaultEffect::SwallowsReplies, Role::Oms, 200_000);
    let unknown =
        |what: &What| matches!(what, What::HandoffTried { outcome: CallOutcome::Unknown, .. });
    assert!(count(&facts, unknown) > 20 && hits(&facts) > 20);
    survived(&facts);
}

/// Refused for good in the words of a platform, and told to nobody as the harness's own trouble.
#[test]
fn tokens_that_are_rejected_and_waits_that_are_told_as_dates() {
    let facts = played(FaultEffect::RejectsTokens, STORE, 300_000);
    let rejected = |what: &What| {
        matches!(what, What::Pushed { channel: ChannelId(0), outcome: CallOutcome::Rejected, .. })
    };
    assert!(count(&facts, rejected) > 10 && hits(&facts) > 10);
    survived(&facts);
    let says = Some(ToldWait { by: Span::from_secs(5), as_date: true });
    let facts = played(FaultEffect::Throttles { allows: None, says }, Role::Oms, 300_000);
    assert!(hits(&facts) > 10);
    survived(&facts);
}

/// The connector's own server refuses what is signed wrong; a look finds the orders all the same.
#[test]
fn webhooks_that_are_signed_wrong_are_refused_at_the_door() {
    let looks = Rhythm::Poll(Span::from_secs(30));
    let heard = |learns| {
        let facts = played_by(FaultEffect::SpoilsSignatures, STORE, 1_000_000, learns);
        let heard = count(
            &facts,
            |what| matches!(what, What::Noticed { order, .. } if order.channel == ChannelId(0)),
        );
        survived(&facts);
        (hits(&facts), heard)
    };
    let ((spoiled, told), (_, read)) = (heard(Rhythm::Webhook), heard(looks));
    assert!(spoiled > 50 && told + 50 < read, "{spoiled} spoiled: {told} told, {read} read");
}

#[test]
fn reads_are_answered_from_before_and_pages_come_again() {
    let looks = Rhythm::Poll(Span::from_secs(15));
    for does in [FaultEffect::StaleReads(Span::from_mins(2)), FaultEffect::RepeatsPages] {
        for at in [STORE, Role::Oms] {
            let facts = played_by(does.clone(), at, 1_000_000, looks);
            assert!(hits(&facts) > 0, "{does:?}");
            survived(&facts);
        }
    }
}

/// Nobody listens, and nobody but the fault is blamed for it: shoppers are sent away, the connector
/// tries again, and all is well when the address is open again.
#[test]
fn connections_are_refused_by_the_system_itself() {
    for at in [STORE, Role::Oms] {
        let facts = played(FaultEffect::RefusesConnections, at, 1_000_000);
        assert!(hits(&facts) > 30, "{at:?}");
        let sent_away = |from: u64, until: u64| {
            let minute = |minute| At::START + Span::from_mins(minute);
            let within = facts.iter().filter(|f| (minute(from)..minute(until)).contains(&f.at));
            within
                .filter(|f| {
                    matches!(
                        f.what,
                        What::TurnedAway { channel: ChannelId(0), why: Refusal::Unavailable, .. }
                    )
                })
                .count()
        };
        if at == STORE {
            assert!(sent_away(3, 7) > 100, "{}", sent_away(3, 7));
        }
        assert_eq!(sent_away(9, 10), 0, "{at:?}");
        survived(&facts);
    }
}
