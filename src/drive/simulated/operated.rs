//! Campaigns in which somebody acts: what each act does, and what it mends.

use std::collections::BTreeSet;

use super::faults::{CHANNELS, HUB, broken, fault};
use super::tests::lively;
use crate::commerce::fault::{FaultEffect, MessageKind};
use crate::commerce::protocol::Role;
use crate::commerce::terms::{Imperfections, Retry, UpdateStyle};
use crate::drive::testing::{Sums, facts};
use crate::history::charter::StockRule;
use crate::history::fact::{ActedBy, ActedOn, OperatorAct, Refusal};
use crate::history::{Fact, What};
use crate::ids::{ChannelId, ConnectorId, OrderId, SkuId};
use crate::scenario::{Intervention, Plan, Trigger, Undo};
use crate::traffic::plan::{Promoted, Promotion};
use crate::units::{At, Money, Ppm, Qty, Span};

const STORE: ChannelId = ChannelId(0);
const OTHER: ChannelId = ChannelId(1);

fn minute(minute: u64) -> At {
    At::START + Span::from_mins(minute)
}

fn steps(plan: &mut Plan, acts: &[(u64, OperatorAct)]) {
    plan.interventions = acts
        .iter()
        .map(|(at, act)| Intervention {
            name: act.word().to_owned(),
            role: None,
            when: Trigger::At(minute(*at)),
            acts: vec![act.clone()],
            undo: Undo::Never,
            undone: vec![],
        })
        .collect();
}

/// Whoever is told late of an order does not know that a number told meanwhile has overwritten it.
fn without_slips(plan: &mut Plan) {
    plan.world.oms.imperfections = Imperfections::NONE;
    for channel in &mut plan.world.channels {
        channel.imperfections = Imperfections::NONE;
    }
}

fn pushes(facts: &[Fact], channel: ChannelId, from: At, until: At) -> usize {
    let sent = |fact: &&Fact| match fact.what {
        What::Pushed { channel: at, sent, .. } => at == channel && sent >= from && sent < until,
        _ => false,
    };
    facts.iter().filter(sent).count()
}

/// What a channel shows at the end, against what the source makes of it.
fn wrong_at_the_end(facts: &[Fact], channel: ChannelId, rule: StockRule) -> usize {
    let sums = Sums::of(facts);
    let offers = sums.offered.iter().filter(|((at, _), _)| *at == channel);
    let wrong = offers.filter(|((_, sku), offered)| {
        let (on_hand, reserved) = sums.ledger[sku];
        **offered != rule.should_show(on_hand - reserved)
    });
    wrong.count()
}

fn held(facts: &[Fact]) -> BTreeSet<OrderId> {
    let held = facts.iter().filter_map(|fact| match fact.what {
        What::Held { order, .. } => Some(order),
        _ => None,
    });
    held.collect()
}

/// Orders that stand and are ours, and that the OMS does not hold.
fn lost(facts: &[Fact]) -> usize {
    let mut ours = BTreeSet::new();
    for fact in facts {
        match fact.what {
            What::Accepted { order, awaits_payment: false, .. } | What::Paid { order } => {
                ours.insert(order);
            }
            What::Released { order, .. } => {
                ours.remove(&order);
            }
            _ => {}
        }
    }
    ours.difference(&held(facts)).count()
}

#[test]
fn a_channel_that_is_paused_is_left_alone_and_caught_up_with() {
    let mut plan = lively(3);
    let at = ActedOn::Channel(STORE);
    steps(&mut plan, &[(5, OperatorAct::Pause { at }), (12, OperatorAct::Resume { at })]);
    let played = facts(&plan);
    let (from, until) = (minute(5) + Span::from_secs(5), minute(12));
    assert_eq!(pushes(&played, STORE, from, until), 0);
    assert!(pushes(&played, OTHER, from, until) > 20, "the other goes on");
    assert!(pushes(&played, STORE, until, minute(13)) > 50, "what waited is sent");
    let sums = Sums::of(&played);
    assert!(sums.is_quiet && sums.is_conserved() && sums.duplicates == 0);
    let acted: Vec<_> = played
        .iter()
        .filter_map(|fact| match &fact.what {
            What::Acted(action) => Some((fact.at, action.how, action.allowed)),
            _ => None,
        })
        .collect();
    let how = ActedBy::Script;
    assert_eq!(acted, [(minute(5), how, true), (minute(12), how, true)]);
}

#[test]
fn a_pause_that_nobody_ends_leaves_what_waits_waiting() {
    let mut plan = lively(3);
    steps(&mut plan, &[(5, OperatorAct::Pause { at: ActedOn::Channel(STORE) })]);
    assert!(!Sums::of(&facts(&plan)).is_quiet);
}

#[test]
fn a_connector_that_is_paused_does_nothing_and_a_resume_ends_also_what_a_fault_paused() {
    let at = ActedOn::Connector(ConnectorId(0));
    let mut plan = lively(4);
    steps(&mut plan, &[(5, OperatorAct::Pause { at }), (9, OperatorAct::Resume { at })]);
    let played = facts(&plan);
    let between = |fact: &&Fact| fact.at > minute(5) + Span::from_secs(5) && fact.at < minute(9);
    let tried = |facts: &[Fact]| {
        let tried = |fact: &&Fact| matches!(fact.what, What::HandoffTried { .. });
        facts.iter().filter(between).filter(tried).count()
    };
    assert_eq!(tried(&played), 0);
    assert!(Sums::of(&played).is_quiet && lost(&played) == 0);
    // A fault pauses it from the fifth minute to the seventeenth; somebody sees it.
    let mut plan = broken(4, vec![fault(FaultEffect::Pauses, &[HUB], 1_000_000)]);
    steps(&mut plan, &[(6, OperatorAct::Resume { at })]);
    let played = facts(&plan);
    assert!(tried(&played) > 20);
    let ends: Vec<At> = played
        .iter()
        .filter(|fact| matches!(fact.what, What::Fault { in_force: false, .. }))
        .map(|fact| fact.at)
        .collect();
    assert_eq!(ends, [minute(6)], "what it ended is over, and ends no second time");
}

#[test]
fn a_channel_without_stock_sells_nothing_until_it_resumes() {
    let mut plan = lively(5);
    let resume = OperatorAct::Resume { at: ActedOn::Channel(STORE) };
    steps(&mut plan, &[(5, OperatorAct::ZeroStock { channel: STORE }), (15, resume)]);
    let played = facts(&plan);
    let rules: Vec<_> = played
        .iter()
        .filter_map(|fact| match fact.what {
            What::RuleSet { channel, rule } => Some((fact.at, channel, rule.shows_at_most)),
            _ => None,
        })
        .collect();
    assert_eq!(rules, [(minute(5), STORE, Some(Qty::ZERO)), (minute(15), STORE, None)]);
    let settled = |fact: &&Fact| fact.at > minute(8) && fact.at < minute(15);
    let turned = played.iter().filter(settled).filter(|fact| {
        matches!(fact.what, What::TurnedAway { channel: STORE, why: Refusal::Stock, .. })
    });
    let sold = played
        .iter()
        .filter(settled)
        .filter(|fact| matches!(fact.what, What::Accepted { order, .. } if order.channel == STORE));
    assert!(turned.count() > 100);
    assert_eq!(sold.count(), 0);
    assert_eq!(wrong_at_the_end(&played, STORE, StockRule::ALL), 0);
}

#[test]
fn another_rule_is_shown_and_a_rule_that_stays_is_not_said_again() {
    let mut plan = lively(6);
    let (channel, units) = (STORE, Qty(3));
    steps(
        &mut plan,
        &[
            (5, OperatorAct::HoldBack { channel, units }),
            (6, OperatorAct::HoldBack { channel, units }),
            (7, OperatorAct::Cap { channel, units: Some(Qty(9)) }),
            (8, OperatorAct::Allocate { channel, share: Ppm(500_000) }),
        ],
    );
    let played = facts(&plan);
    let said = played.iter().filter(|fact| matches!(fact.what, What::RuleSet { .. })).count();
    assert_eq!(said, 3);
    let rule = StockRule {
        allocation: Ppm(500_000),
        holds_back: Qty(3),
        shows_at_most: Some(Qty(9)),
        in_or_out: false,
    };
    assert_eq!(wrong_at_the_end(&played, STORE, rule), 0);
    assert_eq!(wrong_at_the_end(&played, OTHER, StockRule::ALL), 0);
}

/// Updates are answered as taken and never applied: nobody can know but by telling all again.
#[test]
fn a_resync_mends_what_was_never_applied_however_updates_are_worded() {
    for style in [UpdateStyle::Absolute, UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        let mut forgets = fault(FaultEffect::Forgets, &CHANNELS[..1], 1_000_000);
        forgets.on = vec![MessageKind::Stock];
        let mut plan = broken(7, vec![forgets]);
        without_slips(&mut plan);
        plan.world.connectors[0].updates = style;
        // Nothing sells out of what is forgotten by itself: few orders follow the heal.
        let before = facts(&plan);
        let wrong = wrong_at_the_end(&before, STORE, StockRule::ALL);
        steps(&mut plan, &[(29, OperatorAct::Resync { channel: STORE })]);
        let after = facts(&plan);
        let mended = wrong_at_the_end(&after, STORE, StockRule::ALL);
        // Under compare and set a sale at the very moment of the write may be lost on it.
        let most = if style == UpdateStyle::CompareAndSet { wrong / 10 } else { 0 };
        assert!(mended <= most, "{style:?}: {mended}, and {wrong} before");
        if style == UpdateStyle::Delta {
            assert!(wrong > 0, "a difference to what is not there stays wrong");
        }
    }
}

/// In the middle of the trade, with differences on their way and sales that nobody has told yet.
#[test]
fn a_resync_leaves_next_to_no_offer_wrong_that_was_right() {
    for style in [UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        let mut wrong = [0; 2];
        for seed in 20..24 {
            let mut plan = lively(seed);
            without_slips(&mut plan);
            plan.world.connectors[0].updates = style;
            for (wrong, resyncs) in wrong.iter_mut().zip([&[][..], &[STORE, OTHER]]) {
                let acts: Vec<_> =
                    resyncs.iter().map(|at| (9, OperatorAct::Resync { channel: *at })).collect();
                steps(&mut plan, &acts);
                let played = facts(&plan);
                let left = [STORE, OTHER].map(|at| wrong_at_the_end(&played, at, StockRule::ALL));
                *wrong += left.iter().sum::<usize>();
            }
        }
        // A sale at the very moment of the last write may be lost on it.
        assert!(wrong[0] == 0 && wrong[1] <= 4, "{style:?}: {wrong:?} of 8 channels");
    }
}

/// The source's webhooks are lost for good: a resync reads what it was never told.
#[test]
fn a_resync_reads_what_no_webhook_told() {
    let mut plan = broken(8, vec![fault(FaultEffect::DropsWebhooks, &[Role::Oms], 1_000_000)]);
    without_slips(&mut plan);
    // From the twelfth minute to the end.
    plan.world.faults[0].spells = vec![(minute(12), minute(30))];
    plan.charter.faults[0].spells = vec![(minute(12), minute(30))];
    let before = facts(&plan);
    let wrong = wrong_at_the_end(&before, STORE, StockRule::ALL);
    assert!(wrong > 10);
    let both = [STORE, OTHER].map(|channel| (29, OperatorAct::Resync { channel }));
    steps(&mut plan, &both);
    // The last minute's changes are told to nobody.
    plan.world.faults[0].spells = vec![(minute(12), minute(28))];
    let after = facts(&plan);
    for channel in [STORE, OTHER] {
        // A sale at the very moment of the write may be lost on it.
        let left = wrong_at_the_end(&after, channel, StockRule::ALL);
        assert!(left <= wrong / 10, "{channel:?}: {left} of {wrong}");
    }
}

/// Whoever tells everything every so often mends by itself what nobody told or applied.
#[test]
fn full_pushes_mend_what_was_lost_and_are_counted_as_calls() {
    for style in [UpdateStyle::Absolute, UpdateStyle::Delta] {
        let mut forgets = fault(FaultEffect::Forgets, &CHANNELS[..1], 1_000_000);
        forgets.on = vec![MessageKind::Stock];
        let drops = fault(FaultEffect::DropsWebhooks, &[Role::Oms], 300_000);
        let mut plan = broken(7, vec![forgets, drops]);
        without_slips(&mut plan);
        plan.world.connectors[0].updates = style;
        let before = facts(&plan);
        let wrong = |facts: &[Fact]| {
            let at = |channel| wrong_at_the_end(facts, channel, StockRule::ALL);
            at(STORE) + at(OTHER)
        };
        plan.world.connectors[0].pushes_all = Some(Span::from_secs(29 * 60));
        let after = facts(&plan);
        // A sale at the very moment of the write may be lost on it.
        assert!(wrong(&after) <= wrong(&before) / 10, "{style:?}: {}", wrong(&after));
        let (from, until) = (minute(29), minute(31));
        let all = plan.world.catalog.iter().filter(|sku| sku.listed).count();
        let items = |facts: &[Fact]| -> usize {
            let pushed = |fact: &Fact| match &fact.what {
                What::Pushed { channel: STORE, sent, items, .. }
                    if (from..until).contains(sent) =>
                {
                    items.len()
                }
                _ => 0,
            };
            facts.iter().map(pushed).sum()
        };
        assert!(items(&after) >= items(&before) + all / 2, "{} of {all}", items(&after));
        let sums = Sums::of(&after);
        assert!(sums.is_quiet && sums.is_conserved());
    }
}

#[test]
fn a_replay_hands_over_what_was_given_up() {
    let mut down = fault(FaultEffect::Unavailable, &[Role::Oms], 1_000_000);
    down.on = vec![MessageKind::Handoff];
    let mut plan = broken(9, vec![down]);
    let retry = &plan.world.connectors[0].retry;
    plan.world.connectors[0].retry = Retry { attempts: 1, ..retry.clone() };
    let before = facts(&plan);
    assert!(lost(&before) > 200, "{}", lost(&before));
    let both = [STORE, OTHER].map(|channel| (20, OperatorAct::Replay { channel }));
    steps(&mut plan, &both);
    let after = facts(&plan);
    // What an everyday slip loses after the replay is lost again.
    assert!(lost(&after) < lost(&before) / 5, "{} of {}", lost(&after), lost(&before));
    assert_eq!(Sums::of(&after).duplicates, 0);
}

#[test]
fn a_replay_and_a_sweep_find_orders_that_no_webhook_told_of() {
    let drops = fault(FaultEffect::DropsWebhooks, &CHANNELS, 500_000);
    let mut plan = broken(10, vec![drops]);
    plan.world.connectors[0].retry.attempts = 30;
    let before = facts(&plan);
    assert!(lost(&before) > 100, "{}", lost(&before));
    let mut replayed = plan.clone();
    let both = [STORE, OTHER].map(|channel| (20, OperatorAct::Replay { channel }));
    steps(&mut replayed, &both);
    let mut swept = plan.clone();
    swept.world.connectors[0].sweeps = Some(Span::from_mins(4));
    for (name, plan) in [("replay", replayed), ("sweep", swept)] {
        let after = facts(&plan);
        assert_eq!(lost(&after), 0, "{name}");
        assert_eq!(Sums::of(&after).duplicates, 0, "{name}");
    }
}

#[test]
fn a_promotion_that_is_ended_charges_the_regular_price_again() {
    let mut plan = lively(11);
    plan.merchant.repricing = None;
    plan.merchant.promotions = vec![Promotion {
        name: "doors".to_owned(),
        of: Promoted::Share(Ppm(200_000), -300_000),
        sent: minute(1),
        starts: minute(4),
        ends: minute(25),
        on: vec![],
    }];
    steps(&mut plan, &[(10, OperatorAct::EndPromotion { promotion: 0 })]);
    let played = facts(&plan);
    let regular: Vec<Money> = plan.world.catalog.iter().map(|sku| sku.price).collect();
    let (mut reduced, mut back) = (BTreeSet::new(), BTreeSet::new());
    for fact in &played {
        let What::Priced { channel: STORE, sku, price, .. } = fact.what else { continue };
        if price != regular[sku.index()] {
            assert!(fact.at < minute(11), "{sku:?} at {:?}", fact.at);
            reduced.insert(sku);
        } else if fact.at >= minute(10) && fact.at < minute(12) {
            back.insert(sku);
        }
    }
    assert!(reduced.len() >= 10, "{reduced:?}");
    assert_eq!(back, reduced);
    let _: &BTreeSet<SkuId> = &back;
}

#[test]
fn one_seed_gives_one_history_of_what_is_done() {
    let mut plan = lively(12);
    let all = [
        (3, OperatorAct::ZeroStock { channel: STORE }),
        (5, OperatorAct::Resume { at: ActedOn::Channel(STORE) }),
        (6, OperatorAct::Resync { channel: OTHER }),
        (7, OperatorAct::Replay { channel: OTHER }),
        (8, OperatorAct::Note { what: "so far".to_owned() }),
    ];
    steps(&mut plan, &all);
    assert_eq!(facts(&plan), facts(&plan));
}

/// A remark changes nothing but the record.
#[test]
fn what_is_only_said_changes_nothing() {
    let mut plan = lively(13);
    let whole = facts(&plan);
    steps(&mut plan, &[(8, OperatorAct::Did { what: "paused amazon".to_owned() })]);
    let said = facts(&plan);
    let is_said = |fact: &&Fact| matches!(fact.what, What::Acted(_));
    assert_eq!(said.iter().filter(is_said).count(), 1);
    let others = said.iter().filter(|fact| !is_said(fact)).map(|fact| (fact.at, &fact.what));
    assert!(others.eq(whole.iter().map(|fact| (fact.at, &fact.what))));
}
