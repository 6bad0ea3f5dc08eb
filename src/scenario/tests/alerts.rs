//! Alerts as they are written: what each comes to, and what is said of one that makes no sense.

use super::{SMALL, plan, said};
use crate::history::charter::{AlertRule, Severity, Signal};
use crate::ids::ChannelId;
use crate::scenario::Plan;
use crate::units::{Ppm, Span};

fn with(alerts: &str) -> String {
    format!("{SMALL}alerts:\n{alerts}")
}

fn alerted(alerts: &str) -> Plan {
    plan(&with(alerts))
}

fn one(alert: &str) -> AlertRule {
    alerted(&format!("  - {{ name: a, {alert} }}\n")).charter.alerts.remove(0)
}

#[test]
fn every_word_for_what_is_watched_is_one_thing() {
    let (above, over) = (Ppm(20_000), Span::from_mins(5));
    let lag = Span::from_mins(5);
    for (when, signal) in [
        ("sync lag, above: 5m", Signal::SyncLag { above: lag }),
        ("oldest unshown, above: 5m", Signal::OldestUnshown { above: lag }),
        ("queue depth, above: 500", Signal::QueueDepth { above: 500 }),
        ("oversold orders, above: 2%", Signal::OversoldOrders { above, over }),
        ("handoff failures, above: 2%", Signal::HandoffFailures { above, over }),
        ("throttled, above: 2%, over: 1m", Signal::Throttled { above, over: Span::from_mins(1) }),
    ] {
        let rule = one(&format!("when: {when}"));
        assert_eq!(rule.when, signal, "{when}");
        assert!(when.starts_with(signal.name()));
        assert_eq!((rule.hold, rule.severity), (Span::from_mins(2), Severity::Warning));
        assert_eq!(rule.channels, []);
    }
}

#[test]
fn channels_are_named_or_each_and_owners_go_without_saying() {
    let lag = "when: sync lag, above: 5m, for: 0s, severity: critical";
    let rule = one(&format!("{lag}, at: storefront, owner: me"));
    assert_eq!((rule.channels, rule.owner.as_deref()), (vec![ChannelId(0)], Some("me")));
    assert_eq!((rule.hold, rule.severity), (Span::ZERO, Severity::Critical));
    let count = plan(SMALL).charter.channels.len() as u16;
    let each: Vec<ChannelId> = (0..count).map(ChannelId).collect();
    assert_eq!(one(&format!("{lag}, at: [every channel, storefront]")).channels, each);
    let plan = plan(&with("  - { name: a, when: throttled, above: 0% }\n"));
    let owners = &plan.charter.owners;
    let all = owners.iter().find(|owner| owner.class == "*").map(|owner| &owner.team);
    assert_eq!(plan.charter.alerts[0].owner.as_ref(), all);
}

/// A history without alerts is one that an older version reads whole.
#[test]
fn only_a_charter_with_alerts_is_of_the_minor_version_that_has_them() {
    assert_eq!(plan(SMALL).charter.minor, 0);
    let alert = "  - { name: a, when: throttled, above: 0% }\n";
    assert_eq!(alerted(alert).charter.minor, 2);
    let fault = "faults:\n  - { name: f, at: oms, does: hangs, during: peak }\n";
    assert_eq!(plan(&format!("{SMALL}{fault}")).charter.minor, 1);
    assert_eq!(plan(&format!("{}{fault}", with(alert))).charter.minor, 2);
}

#[test]
fn what_could_never_fire_or_says_nothing_is_refused_all_at_once() {
    insta::assert_snapshot!(said(&with(
        "  - { name: a, when: sync lag, above: 40d, at: storefrnt }\n  \
         - { name: a, when: oversold orders, above: 100%, over: 3h }\n  \
         - { name: b, when: queue depth, above: 5, at: storefront, for: 40d }\n  \
         - { name: c, when: sync lagg, above: 5m }\n  \
         - { name: d, when: oldest unshown, above: 5%, over: 5m, severity: bad }\n  \
         - { name: e, when: throttled }\n  \
         - { name: f, when: throttled, above: 1%, at: [] }\n"
    )));
    insta::assert_snapshot!(said(&with(
        "  - { name: a, when: throttled, above: 1% }\n  - { name: a, when: throttled, above: 2% }\n"
    )));
}
