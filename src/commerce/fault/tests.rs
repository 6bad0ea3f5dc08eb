//! Rules by themselves: which messages each meets, and what it makes of them.

use smallvec::smallvec;

use super::*;
use crate::commerce::outbox::Posted;
use crate::commerce::protocol::{
    Change, ChannelRequest, Notice, OmsRequest, SourceNotice, UpdateItem,
};
use crate::history::What;
use crate::history::fact::{PushKind, Release};
use crate::ids::{Buyer, ChannelId, ConnectorId, Intent, OrderId, Version};
use crate::units::Qty;

mod families;

const AMAZON: ChannelId = ChannelId(1);

fn fault(does: FaultEffect) -> FaultTerms {
    FaultTerms {
        name: "fault".to_owned(),
        at: vec![Role::Channel(AMAZON)],
        on: vec![],
        skus: None,
        share: Ppm::ONE,
        rises_to: None,
        at_most: None,
        spells: vec![(At(0), At(9))],
        does,
    }
}

/// Rules that are all in force.
fn rules(terms: &[FaultTerms]) -> FaultRules {
    let mut rules = FaultRules::new(terms, 7).expect("there are some");
    for place in 0..terms.len() {
        rules.set(FaultId(place as u16), true);
    }
    rules
}

fn order(intent: u64, sku: u32) -> ChannelRequest {
    let lines = vec![(SkuId(sku), Qty(1))];
    ChannelRequest::PlaceOrder { intent: Intent(intent), buyer: Buyer(1), lines }
}

fn update(kind: PushKind, skus: &[u32]) -> ChannelRequest {
    let item = |sku: &u32| UpdateItem {
        sku: SkuId(*sku),
        version: Version(1),
        change: Change::Absolute(Qty(3)),
    };
    ChannelRequest::Update { key: None, kind, items: skus.iter().map(item).collect() }
}

fn ruling(rules: &mut FaultRules, channel: u16, request: &ChannelRequest) -> FaultRuling {
    rules.on_call(At(5), &Passing::to_channel(ChannelId(channel), request))
}

#[test]
fn a_rule_meets_its_system_its_kinds_and_its_skus_while_it_is_in_force() {
    let terms = FaultTerms {
        on: vec![MessageKind::Stock],
        skus: Some(vec![SkuId(2), SkuId(5)]),
        ..fault(FaultEffect::Unavailable)
    };
    let mut rules = rules(&[terms]);
    let met = FaultRuling::Instead(Instead::Unavailable);
    assert_eq!(ruling(&mut rules, 1, &update(PushKind::Stock, &[1, 5])), met);
    for (channel, request) in [
        (0, update(PushKind::Stock, &[5])),
        (1, update(PushKind::Price, &[5])),
        (1, update(PushKind::Stock, &[1, 3])),
        (1, order(1, 5)),
    ] {
        assert_eq!(ruling(&mut rules, channel, &request), FaultRuling::Pass, "{request:?}");
    }
    assert!(rules.set(FaultId(0), true).is_none(), "it is in force already");
    assert!(rules.set(FaultId(0), false).is_some());
    assert_eq!(ruling(&mut rules, 1, &update(PushKind::Stock, &[5])), FaultRuling::Pass);
    assert!(rules.set(FaultId(9), true).is_none(), "there is no such fault");
}

#[test]
fn the_first_that_speaks_decides() {
    let only_orders = FaultTerms { on: vec![MessageKind::Order], ..fault(FaultEffect::Refuses) };
    let mut rules =
        rules(&[only_orders, fault(FaultEffect::Unavailable), fault(FaultEffect::Hangs)]);
    assert_eq!(ruling(&mut rules, 1, &order(1, 1)), FaultRuling::Instead(Instead::Refused));
    let read = ChannelRequest::ListOrders { after: 0, limit: 9 };
    assert_eq!(ruling(&mut rules, 1, &read), FaultRuling::Instead(Instead::Unavailable));
}

#[test]
fn a_share_is_met_try_by_try_and_no_more_than_at_most() {
    let some = FaultTerms { share: Ppm(300_000), ..fault(FaultEffect::Unavailable) };
    let mut half = rules(std::slice::from_ref(&some));
    let met =
        |rules: &mut FaultRules, intent| ruling(rules, 1, &order(intent, 1)) != FaultRuling::Pass;
    let first: Vec<bool> = (0..4_000).map(|intent| met(&mut half, intent)).collect();
    let again: Vec<bool> = (0..4_000).map(|intent| met(&mut half, intent)).collect();
    let many = first.iter().filter(|met| **met).count();
    assert!((1_100..1_300).contains(&many), "{many}");
    let both = first.iter().zip(&again).filter(|(one, other)| **one && **other).count();
    assert!((300..420).contains(&both), "a second try is a draw of its own: {both}");
    // The same things meet it whatever else came by, and in whatever order.
    let mut turned = rules(std::slice::from_ref(&some));
    let back: Vec<bool> = (0..4_000).rev().map(|intent| met(&mut turned, intent)).collect();
    assert!(first.iter().eq(back.iter().rev()));
    let mut few = rules(&[FaultTerms { at_most: Some(3), ..some }]);
    assert_eq!((0..4_000).filter(|intent| met(&mut few, *intent)).count(), 3);
    let mut out = vec![];
    few.sample(&mut out);
    few.sample(&mut out);
    assert_eq!(out, [What::FaultHits { fault: FaultId(0), hits: 3 }]);
}

#[test]
fn two_rules_do_not_meet_the_same_messages() {
    let some = FaultTerms { share: Ppm(500_000), ..fault(FaultEffect::Unavailable) };
    let mut both = rules(&[some.clone(), some]);
    let passed =
        (0..4_000).filter(|intent| ruling(&mut both, 1, &order(*intent, 1)) == FaultRuling::Pass);
    let passed = passed.count();
    assert!((900..1_100).contains(&passed), "half of a half get through: {passed}");
}

#[test]
fn a_throttle_lets_through_what_it_allows() {
    let allows = Some(LimiterKind::TokenBucket { burst: 2, every: Span(4) });
    let says = Some(ToldWait::of(Span::from_secs(30)));
    let mut rules = rules(&[fault(FaultEffect::Throttles { allows, says })]);
    let mut at = |at: u64| {
        let request = order(at, 1);
        rules.on_call(At(at), &Passing::to_channel(AMAZON, &request)) == FaultRuling::Pass
    };
    assert_eq!(
        [100, 100, 100, 103, 104, 105].map(&mut at),
        [true, true, false, false, true, false]
    );
    let mut shut = self::rules(&[fault(FaultEffect::Throttles { allows: None, says })]);
    let throttled = FaultRuling::Instead(Instead::Throttled(says));
    assert_eq!(ruling(&mut shut, 1, &order(1, 1)), throttled);
}

#[test]
fn whoever_waits_too_long_gives_up() {
    let fate = |by| {
        let mut rules = rules(&[fault(FaultEffect::Slows(Law::Constant(by)))]);
        ruling(&mut rules, 1, &order(1, 1))
    };
    let short = Span::from_secs(29);
    assert_eq!(fate(short), FaultRuling::Answered(Fate::Late { after: short, lost: None }));
    let given_up = Fate::Late { after: PATIENCE, lost: Some(How::Close) };
    assert_eq!(fate(Span::from_mins(5)), FaultRuling::Answered(given_up));
    let mut hangs = rules(&[fault(FaultEffect::Hangs)]);
    assert_eq!(ruling(&mut hangs, 1, &order(1, 1)), FaultRuling::Unheard(given_up));
}

#[test]
fn items_are_withheld_one_by_one() {
    let terms = |does| FaultTerms { skus: Some(vec![SkuId(3)]), ..fault(does) };
    for (does, as_taken) in [(FaultEffect::Forgets, true), (FaultEffect::RejectsItems, false)] {
        let mut rules = rules(&[terms(does)]);
        let items = vec![false, true, false];
        let withheld = FaultRuling::Without(Withheld { items, as_taken });
        assert_eq!(ruling(&mut rules, 1, &update(PushKind::Stock, &[1, 3, 4])), withheld);
        assert_eq!(ruling(&mut rules, 1, &update(PushKind::Stock, &[1])), FaultRuling::Pass);
        assert_eq!(ruling(&mut rules, 1, &order(1, 3)), FaultRuling::Pass);
        assert!(rules.rules[0].hits == 1);
    }
}

#[test]
fn webhooks_are_dropped_repeated_or_late() {
    let post = |sku| Posted {
        to: ConnectorId(0),
        at: At(100),
        is_spoiled: false,
        notice: Notice::Source(SourceNotice::Stock {
            sku: SkuId(sku),
            version: Version(1),
            available: Qty(1),
            by: None,
            at: None,
        }),
    };
    let after = |does: FaultEffect, of: Role| {
        let at = vec![Role::Oms];
        let mut rules = rules(&[FaultTerms { at, skus: Some(vec![SkuId(1)]), ..fault(does) }]);
        let mut posted = vec![post(1), post(2)];
        rules.on_webhooks(of, &mut posted);
        posted.into_iter().map(|post| post.at.0).collect::<Vec<_>>()
    };
    let by = || Law::Constant(Span(7));
    assert_eq!(after(FaultEffect::DropsWebhooks, Role::Oms), [100]);
    assert_eq!(after(FaultEffect::RepeatsWebhooks(by()), Role::Oms), [100, 107, 100]);
    assert_eq!(after(FaultEffect::DelaysWebhooks(by()), Role::Oms), [107, 100]);
    assert_eq!(after(FaultEffect::DropsWebhooks, Role::Channel(AMAZON)), [100, 100]);
}

#[test]
fn the_merchants_own_calls_get_through() {
    assert!(Passing::to_oms(&OmsRequest::Publish { sku: SkuId(1) }).is_none());
    let mut rules = rules(&[FaultTerms { at: vec![Role::Oms], ..fault(FaultEffect::Unavailable) }]);
    let order = OrderId { channel: AMAZON, number: 4 };
    let release = OmsRequest::Release { order, why: Release::Customer };
    let passing = Passing::to_oms(&release).expect("a connector's call");
    assert_eq!(rules.on_call(At(1), &passing), FaultRuling::Instead(Instead::Unavailable));
}

#[test]
fn a_machine_is_befallen_once_a_spell() {
    let hub = Role::Connector(ConnectorId(0));
    let mut rules =
        FaultRules::new(&[FaultTerms { at: vec![hub], ..fault(FaultEffect::Crashes) }], 1).unwrap();
    for hits in [1, 2] {
        assert_eq!(
            rules.set(FaultId(0), true).unwrap().does.command(true),
            Some(MachineCommand::Crash)
        );
        assert_eq!(rules.rules[0].hits, hits);
        assert_eq!(rules.in_force(), [FaultId(0)]);
        assert_eq!(
            rules.set(FaultId(0), false).unwrap().does.command(false),
            Some(MachineCommand::Resume)
        );
    }
    let items: smallvec::SmallVec<[UpdateItem; 1]> = smallvec![];
    let request = ChannelRequest::Update { key: None, kind: PushKind::Stock, items };
    assert_eq!(ruling(&mut rules, 1, &request), FaultRuling::Pass);
}
