//! Faults as they are written: what each comes to, and what is said of one that makes no sense.

use super::{SMALL, plan, said};
use crate::commerce::command::ClockSkew;
use crate::commerce::fault::{FaultEffect, FaultTerms, MessageKind, ToldWait};
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
            FaultEffect::Throttles {
                allows: Some(bucket),
                says: Some(ToldWait::of(Span::from_secs(30))),
            },
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
        ("rejects tokens", FaultEffect::RejectsTokens),
        ("swallows replies", FaultEffect::SwallowsReplies),
        ("{ trickles: 9s }", FaultEffect::Trickles(secs(9))),
        ("repeats pages", FaultEffect::RepeatsPages),
        ("{ stale reads: 9s }", FaultEffect::StaleReads(Span::from_secs(9))),
        ("{ holds webhooks: 9s }", FaultEffect::HoldsWebhooks(Span::from_secs(9))),
        ("spoils signatures", FaultEffect::SpoilsSignatures),
        (
            "{ throttles: { says: { date: 30s } } }",
            FaultEffect::Throttles {
                allows: None,
                says: Some(ToldWait { by: Span::from_secs(30), as_date: true }),
            },
        ),
    ] {
        let terms = one(&format!("at: storefront, does: {does}, during: peak"));
        assert_eq!((terms.does, terms.at), (effect, vec![storefront]), "{does}");
    }
    let skew = |is_ahead| FaultEffect::SkewsClock(ClockSkew { is_ahead, by: Span::from_mins(3) });
    for (does, effect) in [
        ("pauses", FaultEffect::Pauses),
        ("crashes", FaultEffect::Crashes),
        ("{ clock ahead: 3m }", skew(true)),
        ("{ clock behind: 3m }", skew(false)),
    ] {
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
fn a_share_may_go_from_one_to_another() {
    let terms = one("at: amazon, share: 0% to 50%, does: unavailable, during: peak");
    assert_eq!((terms.share, terms.rises_to), (Ppm(0), Some(Ppm(500_000))));
    let plan = broken(
        "  - { name: f, at: amazon, share: 20% to 0.5%, on: stock, does: hangs, during: peak }\n",
    );
    assert_eq!(plan.charter.faults[0].does, "hangs at amazon: 20 % to 0.5 % of stock");
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
    let aimed: Vec<_> = plan.charter.faults.iter().map(|fault| fault.at.clone()).collect();
    assert_eq!(aimed, [vec![ChannelId(1)], vec![], vec![]], "the last two at what serves all");
    assert_eq!(plan.charter.minor, 2, "faults that say at which channels they are aimed");
    let hub = broken("  - { name: gone, at: hub, does: crashes, from: 1m, lasts: 1m }\n");
    assert_eq!(hub.charter.minor, 1, "the least that has faults");
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

#[test]
fn objectives_reach_the_charter_and_raise_its_minor_version() {
    use crate::history::charter::{CountedFrom, MINOR_ACTED_ON, Objective};
    let asked = |said: &str| {
        let fault = "  - { name: a, at: amazon, does: unavailable, during: peak }\n";
        super::plan(&format!("{}objectives: {said}\n", with(fault)))
    };
    let plan = asked("{ recovers within: 20m, loses at most: 1 order, oldest waits at most: 90s }");
    let (within, counted_from) = (Span::from_mins(20), CountedFrom::Beginning);
    let mut all = vec![
        Objective::RecoversWithin { within, counted_from },
        Objective::LosesAtMost { orders: 1 },
        Objective::OldestWaits { at_most: Span::from_secs(90) },
    ];
    assert_eq!(plan.charter.objectives, all);
    assert_eq!(plan.charter.minor, MINOR_ACTED_ON);
    assert!(!plan.charter.not_tested.iter().any(|line| line.starts_with("recovery")));
    let end = asked("{ recovers within: 20m, counted from: end }").charter.objectives;
    all[0] = Objective::RecoversWithin { within, counted_from: CountedFrom::End };
    assert_eq!(end, all[..1]);
    let bare = asked("{ loses at most: 1_000 }").charter.objectives;
    assert_eq!(bare, [Objective::LosesAtMost { orders: 1_000 }]);
}

#[test]
fn objectives_that_ask_nothing_are_refused() {
    for (said_so, because) in [
        ("{}", "no objective is said"),
        ("{ counted from: end }", "says from when on nothing is counted"),
        ("{ recovers within: 0s }", "0s"),
        ("{ recovers within: 20 }", "has no unit"),
        ("{ recovers within: 20m, counted from: middle }", "`middle`"),
        ("{ loses at most: -1 orders }", "`-1` is negative"),
        ("{ loses at most: few }", "`few` is not a number"),
        ("{ loses at most: 1e13 orders }", "is too many"),
        ("{ loses at most: 1.5 orders }", "is not whole"),
        ("{ recovers in: 20m }", "recovers in"),
    ] {
        let text = format!("{SMALL}objectives: {said_so}\n");
        let told = said(&text);
        assert!(told.contains(because), "{said_so}: {told}");
    }
}

#[test]
fn what_can_never_meet_anything_is_refused() {
    insta::assert_snapshot!(said(&with(
        "  - { name: a, at: amazon, at most: 0, does: unavailable, during: before }\n\
         \x20 - { name: b, at: amazon, share: 0%, does: unavailable, during: peak }\n\
         \x20 - { name: c, at: amazon, share: 50% to 50%, does: unavailable, during: peak }\n\
         \x20 - { name: d, at: amazon, share: 0% to 150%, does: unavailable, during: peak }\n\
         \x20 - { name: e, at: oms, does: skips orders, during: peak }\n\
         \x20 - { name: f, at: amazon, does: skips changes, during: peak }\n\
         \x20 - { name: g, at: amazon, skus: 3, does: repeats pages, during: peak }\n\
         \x20 - { name: h, at: amazon, skus: 3, on: [stock, reads], does: hangs, during: peak }\n\
         \x20 - { name: i, at: amazon, does: { stale reads: 0s }, during: peak }\n\
         \x20 - { name: j, at: amazon, does: { clock ahead: 5m }, during: peak }\n\
         \x20 - { name: k, at: hub, skus: 3, does: { clock behind: 5m }, during: peak }\n\
         \x20 - { name: l, at: oms, does: { throttles: { says: { date: 0s } } }, during: peak }\n\
         \x20 - { name: m, at: amazon, does: holds webhooks, during: peak }\n\
         \x20 - { name: n, at: amazon, on: reads, does: spoils signatures, during: peak }\n\
         \x20 - { name: o, at: hub, does: spoils signatures, during: peak }\n",
    )));
}

#[test]
fn a_rule_that_another_leaves_nothing_to_is_refused() {
    insta::assert_snapshot!(said(&with(
        "  - { name: all, at: every channel, does: unavailable, during: peak }\n\
         \x20 - { name: one, at: amazon, on: stock, skus: 3, does: hangs, from: 11m, lasts: 1m }\n\
         \x20 - { name: pages, at: oms, does: repeats pages, during: peak }\n\
         \x20 - { name: entries, at: oms, share: 3%, does: skips changes, during: peak }\n\
         \x20 - { name: lost, at: amazon, does: drops webhooks, during: campaign }\n\
         \x20 - { name: late, at: amazon, does: { delays webhooks: 5s }, during: peak }\n",
    )));
}

#[test]
fn rules_that_leave_something_to_others_stand_beside_them() {
    let notes = |faults: &str| broken(faults).notes;
    let quiet = [
        // Of another share, kind, place, or what a limit lets through.
        ("share: 50%, does: unavailable", "at: amazon, does: hangs"),
        ("share: 0% to 100%, does: unavailable", "at: amazon, does: hangs"),
        ("at most: 9, does: unavailable", "at: amazon, does: hangs"),
        ("on: stock, does: unavailable", "at: amazon, does: hangs"),
        ("skus: 2, does: unavailable", "at: amazon, skus: 3, does: hangs"),
        ("does: unavailable", "at: [amazon, storefront], does: hangs"),
        ("does: { throttles: { allows: { burst: 1, per: 1/s } } }", "at: amazon, does: hangs"),
        ("does: unavailable", "at: amazon, does: drops webhooks"),
        ("does: rejects items", "at: amazon, does: hangs"),
    ];
    let base = notes("  - { name: a, at: amazon, does: hangs, during: peak }\n");
    for (first, later) in quiet {
        let both = format!(
            "  - {{ name: a, at: amazon, {first}, during: peak }}\n\
             \x20 - {{ name: b, {later}, during: peak }}\n"
        );
        assert_eq!(notes(&both), base, "{both}");
    }
    let partly = notes(
        "  - { name: a, at: amazon, does: unavailable, from: 11m, lasts: 2m }\n\
         \x20 - { name: b, at: amazon, does: hangs, from: 12m, lasts: 5m }\n",
    );
    let told = partly.iter().find(|note| note.contains("speaks first")).expect("a note");
    assert_eq!(told, "fault `b` meets nothing for 1 min: `a` stands before it and speaks first");
    // A clock may be wrong while its connector is paused: either ends by itself.
    let plan = broken(
        "  - { name: a, at: hub, does: pauses, during: peak }\n\
         \x20 - { name: b, at: hub, does: { clock ahead: 1m }, during: peak }\n",
    );
    assert_eq!(plan.world.faults.len(), 2);
}

#[test]
fn a_plan_says_which_faults_can_meet_nothing() {
    let told = |scenario: &str| -> Vec<String> {
        let notes = plan(scenario).notes.into_iter();
        notes.filter(|note| note.starts_with("fault `")).collect()
    };
    let faults = "  - { name: looks, at: amazon, does: repeats pages, during: peak }\n\
         \x20 - { name: told, at: every channel, does: drops webhooks, during: peak }\n\
         \x20 - { name: listed, at: amazon, on: listings, does: refuses, during: peak }\n\
         \x20 - { name: old, at: storefront, on: listings, skus: 3, does: refuses, during: peak }\n\
         \x20 - { name: ahead, at: oms, on: reservations, does: refuses, during: peak }\n\
         \x20 - { name: clock, at: hub, does: { clock ahead: 5m }, during: peak }\n\
         \x20 - { name: long, at: oms, does: hangs, from: 1m after peak, lasts: 100h }\n";
    let nobody = |what: &str| format!("nobody sends {what} there in this scenario");
    let can = |name: &str, why: &str| format!("fault `{name}` can meet nothing: {why}");
    let long = "fault `long` lasts longer than the run, and ends with it".to_owned();
    assert_eq!(
        told(&with(faults)),
        [
            can("looks", &nobody("reads")),
            can("listed", &nobody("listings")),
            can("old", &nobody("listings")),
            can("ahead", &nobody("reservations")),
            can("clock", "no price is sent before it is due"),
            long.clone(),
        ]
    );
    let busy = with(faults)
        + "merchant:\n\
           \x20 promotions: [{ name: p, skus: 20%, price: -30%, sent: 5m before peak, \
           starts: peak, ends: end of peak }]\n\
           \x20 new listings: { from: 1m, until: end of peak, count: 12 }\n";
    let busy =
        busy.replace("reference: {", "reference: { orders in: { poll: 30s }, reserve: on accept,");
    assert_eq!(
        told(&busy),
        [can("told", &nobody("webhooks")), can("old", &nobody("listings")), long]
    );
}
