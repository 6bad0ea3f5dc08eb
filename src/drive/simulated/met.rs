//! What each fault leaves in a history: as many traces as it says it has met.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::{CHANNELS, HUB, broken, fault, hits};
use crate::commerce::command::ClockSkew;
use crate::commerce::fault::{FaultEffect, FaultTerms, MessageKind};
use crate::commerce::protocol::Role;
use crate::commerce::terms::Rhythm;
use crate::drive::testing::{Sums, facts};
use crate::history::charter::PromotedOn;
use crate::history::fact::{CallOutcome, Intake, PushKind, Refusal, StockCause};
use crate::history::{Fact, What};
use crate::ids::{ChannelId, OrderId, SkuId};
use crate::traffic::plan::{Promoted, Promotion};
use crate::units::{At, Ppm, Span};

fn on(kind: MessageKind, does: FaultEffect, share: u32) -> FaultTerms {
    FaultTerms { on: vec![kind], ..fault(does, &CHANNELS, share) }
}

fn minute(minute: u64) -> At {
    At::START + Span::from_mins(minute)
}

fn count(facts: &[Fact], is: impl Fn(&What) -> bool) -> u64 {
    facts.iter().filter(|fact| is(&fact.what)).count() as u64
}

/// Items by what the channel said became of them.
fn items(facts: &[Fact], taken: bool) -> u64 {
    let each = facts.iter().map(|fact| match &fact.what {
        What::Pushed { items, outcome: CallOutcome::Done, .. } => {
            items.iter().filter(|item| (item.outcome == CallOutcome::Done) == taken).count()
        }
        _ => 0,
    });
    each.sum::<usize>() as u64
}

#[test]
fn items_are_answered_for_one_by_one() {
    let whole = facts(&broken(2, vec![]));
    let rejects =
        facts(&broken(2, vec![on(MessageKind::Price, FaultEffect::RejectsItems, 500_000)]));
    assert!(hits(&rejects, 0) > 20);
    assert_eq!(items(&rejects, false), items(&whole, false) + hits(&rejects, 0));
    let forgets = facts(&broken(2, vec![on(MessageKind::Price, FaultEffect::Forgets, 500_000)]));
    assert_eq!(
        (items(&forgets, false), hits(&forgets, 0)),
        (items(&whole, false), hits(&rejects, 0))
    );
    let shown = |facts: &[Fact]| count(facts, |what| matches!(what, What::Priced { .. }));
    // One that another overtook would not have shown either.
    let never = shown(&whole) - shown(&forgets);
    assert!(never.abs_diff(hits(&forgets, 0)) * 10 <= hits(&forgets, 0), "{never} never charged");
}

#[test]
fn shoppers_who_are_refused_are_turned_away() {
    for (does, says) in
        [(FaultEffect::Unavailable, Refusal::Unavailable), (FaultEffect::Refuses, Refusal::Invalid)]
    {
        let turned = |facts: &[Fact]| {
            count(facts, |what| matches!(what, What::TurnedAway { why, .. } if *why == says))
        };
        let (with, without) = (
            facts(&broken(2, vec![on(MessageKind::Order, does, 300_000)])),
            facts(&broken(2, vec![])),
        );
        assert!(hits(&with, 0) > 50);
        let more = turned(&with) - turned(&without).min(turned(&with));
        assert!(more <= hits(&with, 0) && more * 10 > hits(&with, 0) * 9, "{more}");
    }
}

fn noticed(facts: &[Fact]) -> BTreeSet<OrderId> {
    let of = |fact: &Fact| match fact.what {
        What::Noticed { order, by: Intake::Poll, .. } => Some(order),
        _ => None,
    };
    facts.iter().filter_map(of).collect()
}

#[test]
fn orders_that_are_skipped_are_never_read() {
    let mut plan = broken(2, vec![fault(FaultEffect::SkipsEntries, &CHANNELS, 1_000_000)]);
    plan.world.connectors[0].orders_in = Rhythm::Poll(Span::from_secs(20));
    let played = facts(&plan);
    let read = noticed(&played);
    let accepted = |from, until| {
        let of = move |fact: &Fact| match fact.what {
            What::Accepted { order, .. } if (minute(from)..minute(until)).contains(&fact.at) => {
                Some(order)
            }
            _ => None,
        };
        played.iter().filter_map(of).collect::<Vec<_>>()
    };
    assert!(hits(&played, 0) > 100);
    // What changes no more after the fault is never read; what is accepted after it is.
    assert!(accepted(6, 10).iter().filter(|order| !read.contains(order)).count() > 50);
    assert!(accepted(18, 29).iter().all(|order| read.contains(order)));
}

/// A connector that looks for everything itself.
fn looking(does: Option<FaultEffect>, at: &[Role]) -> Vec<Fact> {
    let faults = does.map(|does| fault(does, at, 1_000_000)).into_iter().collect();
    let mut plan = broken(2, faults);
    let looks = Rhythm::Poll(Span::from_secs(20));
    (plan.world.connectors[0].orders_in, plan.world.connectors[0].stock_out) = (looks, looks);
    facts(&plan)
}

/// How long after an order was accepted a look told of it, at the latest, by when it was accepted.
fn heard_after(facts: &[Fact], from: u64, until: u64) -> Span {
    let mut accepted = BTreeMap::new();
    let mut longest = Span::ZERO;
    for fact in facts {
        match fact.what {
            What::Accepted { order, .. } if (minute(from)..minute(until)).contains(&fact.at) => {
                accepted.insert(order, fact.at);
            }
            What::Noticed { order, by: Intake::Poll, .. } => {
                if let Some(at) = accepted.remove(&order) {
                    longest = longest.max(fact.at.since(at));
                }
            }
            _ => {}
        }
    }
    longest
}

#[test]
fn a_list_as_it_stood_before_tells_late_and_tells_all() {
    let every = [CHANNELS[0], CHANNELS[1], Role::Oms];
    let stale = looking(Some(FaultEffect::StaleReads(Span::from_mins(2))), &every);
    let whole = looking(None, &every);
    assert!(hits(&stale, 0) > 50);
    let (late, soon) = (heard_after(&stale, 8, 15), heard_after(&whole, 8, 15));
    let (at_least, at_most) = (Span::from_mins(2), Span::from_secs(170));
    assert!(late > at_least && late < at_most && soon < Span::from_secs(60), "{late} {soon}");
    let tells_all = |facts: &[Fact]| {
        let read = noticed(facts);
        count(facts, |what| matches!(what, What::Accepted { order, .. } if !read.contains(order)))
    };
    assert_eq!((tells_all(&stale), tells_all(&whole)), (0, 0));
    let sums = Sums::of(&stale);
    assert!(sums.is_quiet && sums.is_conserved() && sums.duplicates == 0);
}

#[test]
fn pages_that_come_again_say_nothing_new() {
    let every = [CHANNELS[0], CHANNELS[1], Role::Oms];
    let (again, whole) = (looking(Some(FaultEffect::RepeatsPages), &every), looking(None, &every));
    assert!(hits(&again, 0) > 50);
    assert_eq!(noticed(&again), noticed(&whole));
    let sums = Sums::of(&again);
    assert!(sums.is_quiet && sums.is_conserved() && sums.duplicates == 0);
}

/// What changed at the source while its changes were skipped is told by the next change alone.
#[test]
fn changes_that_are_skipped_are_never_told() {
    let skipped = looking(Some(FaultEffect::SkipsEntries), &[Role::Oms]);
    let told = |from, until| {
        let within = skipped.iter().filter(|f| (minute(from)..minute(until)).contains(&f.at));
        within.filter(|f| matches!(f.what, What::Pushed { kind: PushKind::Price, .. })).count()
    };
    assert!(hits(&skipped, 0) > 100);
    assert!(told(7, 17) == 0 && told(18, 29) > 10, "{} {}", told(7, 17), told(18, 29));
}

/// What is kept back comes in as few moments as there are ends of its waits.
#[test]
fn webhooks_that_are_kept_back_come_in_bursts() {
    let plan = broken(
        2,
        vec![fault(FaultEffect::HoldsWebhooks(Span::from_mins(4)), &CHANNELS, 1_000_000)],
    );
    let played = facts(&plan);
    let heard: BTreeSet<At> = played
        .iter()
        .filter(|fact| (minute(5) + Span(1)..minute(17) + Span(1)).contains(&fact.at))
        .filter(|fact| matches!(fact.what, What::Noticed { .. }))
        .map(|fact| fact.at)
        .collect();
    for burst in [9, 13, 17] {
        assert!(heard.contains(&minute(burst)), "{heard:?}");
    }
    let between = heard.iter().filter(|at| at.0 % 60_000_000 != 0).count();
    // Those that left late by themselves before it began, and the harmless.
    assert!(between < 10, "{between} moments beside the bursts");
}

/// A promotion is charged before it is due by a clock that is ahead, and after by one behind.
#[test]
fn prices_are_due_by_the_clock_of_the_connector() {
    let charged = |skew: Option<bool>| {
        let faults = skew.map(|is_ahead| {
            let skew = ClockSkew { is_ahead, by: Span::from_mins(3) };
            fault(FaultEffect::SkewsClock(skew), &[HUB], 1_000_000)
        });
        let mut plan = broken(2, faults.into_iter().collect());
        let promotion = Promotion {
            name: "doors".to_owned(),
            of: Promoted::Share(Ppm::ONE, -300_000),
            sent: minute(6),
            starts: minute(12),
            ends: minute(28),
            on: vec![],
        };
        plan.merchant.promotions = vec![promotion];
        plan.merchant.repricing = None;
        let first = facts(&plan).into_iter().find_map(|fact| match fact.what {
            What::Priced { sku: SkuId(1), .. } if fact.at > minute(5) => Some(fact.at),
            _ => None,
        });
        first.expect("it is charged").0 / 60_000_000
    };
    assert_eq!([None, Some(true), Some(false)].map(charged), [12, 9, 15]);
}

#[test]
fn a_connector_that_is_paused_looks_for_nothing() {
    let mut plan = broken(2, vec![fault(FaultEffect::Pauses, &[HUB], 1_000_000)]);
    let looks = Rhythm::Poll(Span::from_secs(20));
    (plan.world.connectors[0].orders_in, plan.world.connectors[0].stock_out) = (looks, looks);
    let played = facts(&plan);
    let within = |from, until| {
        let during: Vec<Fact> = played
            .iter()
            .filter(|fact| (minute(from)..minute(until)).contains(&fact.at))
            .cloned()
            .collect();
        noticed(&during).len()
    };
    assert_eq!(within(5, 17), 0);
    assert!(within(1, 5) > 50 && within(17, 29) > 300, "{} {}", within(1, 5), within(17, 29));
}

/// A SKU whose change lay in the queue that was lost: the merchant's next one is told all the same.
#[test]
fn what_changes_after_a_crash_is_shown() {
    let mut plan = broken(2, vec![fault(FaultEffect::Crashes, &[HUB], 1_000_000)]);
    // So slow that a queue stands when it crashes.
    plan.world.connectors[0].workers = 2;
    plan.world.faults[0].spells = vec![(minute(5), minute(6))];
    let played = facts(&plan);
    let mut changed: BTreeMap<SkuId, At> = BTreeMap::new();
    let mut told: BTreeMap<SkuId, At> = BTreeMap::new();
    for fact in &played {
        match &fact.what {
            What::Stock { sku, cause: StockCause::Merchant, .. } => {
                changed.insert(*sku, fact.at);
            }
            What::Pushed { kind: PushKind::Stock, items, .. } => {
                told.extend(items.iter().map(|item| (item.sku, fact.at)));
            }
            _ => {}
        }
    }
    changed.retain(|_, at| *at > minute(15));
    assert!(changed.len() > 10 && Sums::of(&played).is_quiet);
    let untold = changed.iter().filter(|(sku, at)| told.get(sku).is_none_or(|told| told < at));
    // Two changes may take each other back.
    assert!(untold.count() <= 2);
}

/// A promotion is on each channel when its own clock says so, and not at all where it is not on.
#[test]
fn each_channel_charges_a_promotion_by_its_own_schedule() {
    let mut plan = broken(2, vec![]);
    let on = |channel, from, until| PromotedOn {
        channel: ChannelId(channel),
        from: minute(from),
        until: minute(until),
    };
    plan.merchant.promotions = vec![Promotion {
        name: "doors".to_owned(),
        of: Promoted::Share(Ppm::ONE, -300_000),
        sent: minute(6),
        starts: minute(10),
        ends: minute(26),
        on: vec![on(0, 10, 20), on(1, 14, 26)],
    }];
    plan.merchant.repricing = None;
    let played = facts(&plan);
    let charged = |channel: u16| {
        let of = |fact: &Fact| match fact.what {
            What::Priced { channel: of, sku: SkuId(1), price, .. } if of.0 == channel => {
                Some((fact.at.0 / 60_000_000, price))
            }
            _ => None,
        };
        played.iter().filter_map(of).collect::<Vec<_>>()
    };
    let (first, second) = (charged(0), charged(1));
    let [(0, regular), (10..12, reduced), (20..22, back)] = first[..] else { panic!("{first:?}") };
    assert!(reduced < regular && back == regular, "{first:?}");
    let [(0, ..), (14..16, other), (26..28, back)] = second[..] else { panic!("{second:?}") };
    assert_eq!((other, back), (reduced, regular), "{second:?}");
}
