//! Faults as they are written: what each comes to, and what is said of one that makes no sense.

use super::{SMALL, plan, said};
use crate::commerce::fault::{FaultEffect, FaultTerms, MessageKind};
use crate::commerce::limiter::LimiterKind;
use crate::commerce::outbox::How;
use crate::commerce::protocol::Role;
use crate::ids::{ChannelId, ConnectorId, SkuId};
use crate::law::Law;
use crate::scenario::Plan;
use crate::units::{At, Ppm, Span};

fn with(faults: &str) -> String {
    format!("{SMALL}faults:\n{faults}")
}

fn broken(faults: &str) -> Plan {
    plan(&with(faults))
}

fn one(fault: &str) -> FaultTerms {
    broken(&format!("  - {{ name: f, {fault} }}\n")).world.faults.remove(0)
}

fn minutes(from: u64, until: u64) -> (At, At) {
    (At::START + Span::from_mins(from), At::START + Span::from_mins(until))
}

#[test]
fn every_word_for_what_a_fault_does_is_one_thing() {
    let storefront = Role::Channel(ChannelId(0));
    let secs = |secs| Law::Constant(Span::from_secs(secs));
    let bucket = LimiterKind::TokenBucket { burst: 5, every: Span::from_secs(2) };
    for (does, effect) in [
        ("unavailable", FaultEffect::Unavailable),
        ("throttles", FaultEffect::Throttles { allows: None, says: None }),
        (
            "{ throttles: { allows: { burst: 5, per: 0.5/s }, says: 30s } }",
            FaultEffect::Throttles { allows: Some(bucket), says: Some(Span::from_secs(30)) },
        ),
        ("refuses", FaultEffect::Refuses),
        ("loses replies", FaultEffect::LosesReplies(How::Close)),
        ("resets", FaultEffect::LosesReplies(How::Reset)),
        ("cuts replies", FaultEffect::LosesReplies(How::HalfBody)),
        ("hangs", FaultEffect::Hangs),
        ("{ slows: 5s }", FaultEffect::Slows(secs(5))),
        ("rejects items", FaultEffect::RejectsItems),
        ("forgets updates", FaultEffect::Forgets),
        ("skips orders", FaultEffect::SkipsEntries),
        ("drops webhooks", FaultEffect::DropsWebhooks),
        ("{ repeats webhooks: 9s }", FaultEffect::RepeatsWebhooks(secs(9))),
        ("{ delays webhooks: 9s }", FaultEffect::DelaysWebhooks(secs(9))),
    ] {
        let terms = one(&format!("at: storefront, does: {does}, during: peak"));
        assert_eq!((terms.does, terms.at), (effect, vec![storefront]), "{does}");
    }
    for (does, effect) in [("pauses", FaultEffect::Pauses), ("crashes", FaultEffect::Crashes)] {
        let terms = one(&format!("at: hub, does: {does}, during: peak"));
        assert_eq!((terms.does, terms.at), (effect, vec![Role::Connector(ConnectorId(0))]));
    }
}

#[test]
fn a_fault_is_said_with_its_place_its_share_and_its_time() {
    let terms = one("at: [every channel, oms], on: reads, share: 25%, at most: 40, does: hangs, \
         from: 1m after peak, until: 3m after peak");
    let channels = [Role::Channel(ChannelId(0)), Role::Channel(ChannelId(1))];
    assert_eq!(terms.at, [channels[0], channels[1], Role::Oms]);
    assert_eq!((terms.on, terms.share), (vec![MessageKind::Read], Ppm(250_000)));
    assert_eq!((terms.at_most, terms.skus), (Some(40), None));
    assert_eq!(terms.spells, [minutes(11, 13)]);
    let terms = one(
        "at: amazon, on: [stock, prices], skus: 3, does: refuses, from: 1m, lasts: 2m, every: 4m",
    );
    assert_eq!(terms.on, [MessageKind::Stock, MessageKind::Price]);
    assert_eq!(terms.skus, Some(vec![SkuId(0), SkuId(1), SkuId(2)]));
    assert_eq!(terms.spells[..2], [minutes(1, 3), minutes(5, 7)]);
}

#[test]
fn the_charter_says_what_is_broken() {
    let plan = broken(
        "  - { name: storm, at: amazon, on: stock, share: 50%, skus: 1, at most: 9, \
         does: { throttles: { says: 30s } }, during: peak }\n\
         \x20 - { name: gone, at: hub, does: crashes, from: 1m, lasts: 1m }\n\
         \x20 - { name: slow, at: oms, does: { slows: 2s to 4s }, during: peak }\n",
    );
    let said: Vec<&str> = plan.charter.faults.iter().map(|fault| &*fault.does).collect();
    assert_eq!(
        said,
        [
            "throttles saying 30 s at amazon: 50 % of stock about 1 SKU 9 times at most",
            "crashes at hub",
            "slows by 3 s in the mean, one in 20 above 3.9 s at oms",
        ]
    );
    assert_eq!(plan.charter.minor, 1);
    let not_tested =
        |plan: &Plan, what: &str| plan.charter.not_tested.iter().any(|line| line.starts_with(what));
    assert!(!not_tested(&plan, "faults and recovery") && not_tested(&plan, "recovery after"));
    let whole = super::plan(SMALL);
    assert_eq!((whole.charter.minor, whole.charter.faults.len()), (0, 0));
    assert!(not_tested(&whole, "faults and recovery"));
}

#[test]
fn faults_that_make_no_sense_are_refused_with_all_that_is_wrong() {
    insta::assert_snapshot!(said(&with(
        "  - { name: a, at: amazn, does: unavailable, during: peak }\n\
         \x20 - { name: b, at: amazon, does: explodes, during: peak }\n\
         \x20 - { name: c, at: amazon, does: unavailable }\n\
         \x20 - { name: d, at: amazon, does: unavailable, during: peak, until: 9m }\n\
         \x20 - { name: e, at: amazon, does: unavailable, from: 9m, until: 8m }\n\
         \x20 - { name: f, at: amazon, does: unavailable, from: 99h, lasts: 1m }\n\
         \x20 - { name: g, at: amazon, does: slows, during: peak }\n\
         \x20 - { name: h, at: amazon, does: crashes, during: peak }\n\
         \x20 - { name: i, at: hub, does: unavailable, during: peak }\n\
         \x20 - { name: j, at: amazon, on: handoffs, does: unavailable, during: peak }\n\
         \x20 - { name: k, at: amazon, on: orders, does: rejects items, during: peak }\n\
         \x20 - { name: l, at: oms, does: forgets updates, during: peak }\n\
         \x20 - { name: m, at: amazon, on: stock, does: drops webhooks, during: peak }\n\
         \x20 - { name: n, at: hub, share: 50%, does: pauses, during: peak }\n\
         \x20 - { name: o, at: amazon, share: 150%, does: unavailable, during: peak }\n\
         \x20 - { name: p, at: amazon, skus: [LAMP], does: unavailable, during: peak }\n\
         \x20 - { name: q, at: amazon, skus: 99999, does: unavailable, during: peak }\n\
         \x20 - { name: r, at: amazon, does: unavailable, from: 1m, lasts: 5m, every: 3m }\n\
         \x20 - { name: s, at: amazon, does: unavailable, during: paek }\n\
         \x20 - { name: t, at: [], does: { throttles: { allows: 0 } }, during: peak }\n\
         \x20 - { name: u, at: amazon, does: { slows: 5s, throttles: {} }, during: peak }\n\
         \x20 - { name: v, at: amazon, on: [], does: hangs, during: peak }\n",
    )));
}

#[test]
fn two_faults_of_one_name_or_of_one_connector_at_once_are_refused() {
    insta::assert_snapshot!(said(&with(
        "  - { name: a, at: hub, does: pauses, during: peak }\n\
         \x20 - { name: a, at: amazon, does: hangs, during: peak }\n\
         \x20 - { name: b, at: hub, does: crashes, from: 1m after peak, lasts: 1m }\n",
    )));
}
