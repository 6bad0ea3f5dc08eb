//! Steps that a scenario takes by itself: what each comes to, and what is said of one that makes
//! no sense.

use super::{SMALL, plan, said, small};
use crate::history::charter::StockRule;
use crate::history::fact::{ActedOn, OperatorAct};
use crate::ids::{AlertId, ChannelId, ConnectorId};
use crate::scenario::{Intervention, Trigger, Undo};
use crate::units::{At, Ppm, Qty, Span};

const ROLES: &str = "roles: { on call: [pause, zero stock], manager: everything }\n";

fn with(steps: &str) -> String {
    format!("{SMALL}{ROLES}interventions:\n{steps}")
}

fn one(step: &str) -> Intervention {
    plan(&with(&format!("  - {{ name: s, {step} }}\n"))).interventions.remove(0)
}

#[test]
fn every_word_for_what_a_step_does_is_one_thing() {
    let (channel, units) = (ChannelId(1), Qty(5));
    let at = ActedOn::Channel(channel);
    let hub = ActedOn::Connector(ConnectorId(0));
    for (step, act) in [
        ("does: pause, at: amazon", OperatorAct::Pause { at }),
        ("does: pause, at: hub", OperatorAct::Pause { at: hub }),
        ("does: resume, at: amazon", OperatorAct::Resume { at }),
        ("does: zero stock, at: amazon", OperatorAct::ZeroStock { channel }),
        ("does: zero-stock, at: amazon", OperatorAct::ZeroStock { channel }),
        ("does: resync, at: amazon", OperatorAct::Resync { channel }),
        ("does: replay, at: amazon", OperatorAct::Replay { channel }),
        ("does: { hold back: 5 }, at: amazon", OperatorAct::HoldBack { channel, units }),
        ("does: { cap: 5 }, at: amazon", OperatorAct::Cap { channel, units: Some(units) }),
        ("does: { cap: none }, at: amazon", OperatorAct::Cap { channel, units: None }),
        (
            "does: { allocate: 30% }, at: amazon",
            OperatorAct::Allocate { channel, share: Ppm(300_000) },
        ),
        ("does: { note: later }", OperatorAct::Note { what: "later".to_owned() }),
        ("does: { did: it }", OperatorAct::Did { what: "it".to_owned() }),
        ("does: { detected: that }", OperatorAct::Detected { what: "that".to_owned() }),
    ] {
        let read = one(&format!("{step}, when: 5m"));
        assert_eq!((read.acts, read.undo), (vec![act], Undo::Never), "{step}");
        let at = Trigger::At(At::START + Span::from_mins(5));
        assert_eq!((read.when, read.role), (at, None), "{step}");
    }
    let read = one("does: resync, at: every channel, when: 1m before peak, by: manager");
    assert_eq!((read.acts.len(), read.role), (2, Some(1)));
    assert_eq!(read.when, Trigger::At(At::START + Span::from_mins(9)));
}

#[test]
fn what_is_taken_back_is_as_the_scenario_has_it() {
    let text = small(
        "amazon: { of orders: 40% }",
        "amazon: { of orders: 40%, holds back: 3, shows at most: 20, allocation: 50% }",
    );
    let steps = "interventions:\n  \
        - { name: a, does: { hold back: 5 }, at: amazon, when: 5m, lasts: 2m }\n  \
        - { name: b, does: { cap: 1 }, at: amazon, when: 5m, until: 8m }\n  \
        - { name: c, does: { allocate: 1% }, at: amazon, when: 5m, until: end of peak }\n  \
        - { name: d, does: zero stock, at: amazon, when: 5m, lasts: 1m }\n  \
        - { name: e, does: pause, at: hub, when: 5m, lasts: 1m }\n";
    let plan = plan(&(text + steps));
    let channel = ChannelId(1);
    let undone: Vec<_> =
        plan.interventions.iter().map(|step| (step.undo, &step.undone[0])).collect();
    let lasts = |mins| Undo::After(Span::from_mins(mins));
    let at = |mins| Undo::At(At::START + Span::from_mins(mins));
    assert_eq!(
        undone,
        [
            (lasts(2), &OperatorAct::HoldBack { channel, units: Qty(3) }),
            (at(8), &OperatorAct::Cap { channel, units: Some(Qty(20)) }),
            (at(30), &OperatorAct::Allocate { channel, share: Ppm(500_000) }),
            (lasts(1), &OperatorAct::Resume { at: ActedOn::Channel(channel) }),
            (lasts(1), &OperatorAct::Resume { at: ActedOn::Connector(ConnectorId(0)) }),
        ]
    );
    assert_eq!(plan.charter.channels[1].rule.holds_back, Qty(3));
    assert_ne!(plan.charter.channels[1].rule, StockRule::ALL);
}

#[test]
fn the_charter_says_who_may_act_and_what_will_be_done() {
    let plan =
        plan(&with("  - { name: s, does: { cap: 5 }, at: [amazon, storefront], when: 5m }\n"));
    assert_eq!(plan.charter.minor, 2);
    let roles: Vec<(&str, usize)> =
        plan.charter.roles.iter().map(|role| (&*role.name, role.may.len())).collect();
    assert_eq!(roles, [("on call", 2), ("manager", 12)]);
    assert!(plan.charter.roles[0].may("zero-stock") && !plan.charter.roles[0].may("note"));
    let step = &plan.charter.steps[0];
    assert_eq!((&*step.name, &*step.does), ("s", "cap at 5 at amazon, storefront"));
    assert_eq!(super::plan(SMALL).charter.minor, 0);
}

#[test]
fn a_step_is_taken_when_an_alert_fires_and_taken_back_when_it_clears() {
    let alerts = "alerts: [{ name: behind, when: sync lag, above: 5m }]\n";
    let step = "when: { alert: behind, after: 1m }, until: it clears";
    let read = |step: &str| {
        plan(&format!(
            "{SMALL}{alerts}interventions: [{{ name: s, does: zero stock, at: amazon, {step} }}]\n"
        ))
    };
    let plan = read(step);
    let (alert, after) = (AlertId(0), Span::from_mins(1));
    assert_eq!(plan.interventions[0].when, Trigger::Alert { alert, after });
    assert_eq!(plan.interventions[0].undo, Undo::Cleared);
    assert_eq!(plan.charter.steps[0].does, "zero stock at amazon 1 min after behind fires");
    assert_eq!(plan.charter.steps[0].at, None);
    let at_once = read("when: { alert: behind }, lasts: 3m");
    assert_eq!(at_once.interventions[0].undo, Undo::After(Span::from_mins(3)));
    let wrong = |step: &str| {
        said(&format!(
            "{SMALL}{alerts}interventions: [{{ name: s, does: zero stock, at: amazon, {step} }}]\n"
        ))
    };
    insta::assert_snapshot!("no_such_alert", wrong("when: { alert: behnd }"));
    insta::assert_snapshot!("no_alert_to_clear", wrong("when: 5m, until: it clears"));
    let none = "interventions: [{ name: s, does: pause, at: hub, when: { alert: a } }]\n";
    insta::assert_snapshot!("no_alerts_at_all", said(&format!("{SMALL}{none}")));
}

#[test]
fn steps_that_make_no_sense_are_refused_with_all_that_is_wrong() {
    insta::assert_snapshot!(said(&with(
        "  - { name: a, does: puase, at: amazon, when: 5m }\n\
         \x20 - { name: b, does: pause, at: amazn, when: 5m }\n\
         \x20 - { name: c, does: pause, when: 5m }\n\
         \x20 - { name: d, does: resync, at: hub, when: 5m }\n\
         \x20 - { name: e, does: pause, at: oms, when: 5m }\n\
         \x20 - { name: f, does: pause, at: amazon, when: 99h }\n\
         \x20 - { name: g, does: pause, at: amazon, when: 5m, until: 4m }\n\
         \x20 - { name: h, does: pause, at: amazon, when: 5m, until: 9m, lasts: 2m }\n\
         \x20 - { name: i, does: resync, at: amazon, when: 5m, by: on call }\n\
         \x20 - { name: j, does: pause, at: amazon, when: 5m, by: onn call }\n\
         \x20 - { name: k, does: { note: hm }, at: amazon, when: 5m }\n\
         \x20 - { name: l, does: resync, at: amazon, when: 5m, lasts: 1m }\n\
         \x20 - { name: m, does: { hold back: -1 }, at: amazon, when: 5m }\n\
         \x20 - { name: n, does: { allocate: 120% }, at: amazon, when: 5m }\n\
         \x20 - { name: o, does: cap, at: amazon, when: 5m }\n\
         \x20 - { name: p, does: { end promotion: doors }, when: 5m }\n\
         \x20 - { name: q, does: { cap: 1, allocate: 2% }, at: amazon, when: 5m }\n\
         \x20 - { name: r, does: pause, at: amazon }\n",
    )));
}

#[test]
fn roles_that_make_no_sense_are_refused_with_all_that_is_wrong() {
    insta::assert_snapshot!(said(&format!(
        "{SMALL}roles: {{ a: [puase], b: all, c: [], d: {{}} }}\n"
    )));
    insta::assert_snapshot!("no_roles", said(&format!("{SMALL}roles: {{}}\n")));
    let steps = "interventions: [{ name: s, does: pause, at: hub, when: 1m, by: boss }]\n";
    insta::assert_snapshot!("a_role_of_none", said(&format!("{SMALL}{steps}")));
    let twice = "  - { name: s, does: pause, at: hub, when: 1m }\n".repeat(2);
    insta::assert_snapshot!("two_of_one_name", said(&format!("{SMALL}interventions:\n{twice}")));
}

#[test]
fn a_sweep_is_for_whoever_is_told_by_webhook() {
    let hub = "hub: { reference: { workers: 2 } }";
    let read = plan(&small(hub, "hub: { reference: { workers: 2, sweeps: 5m } }"));
    assert_eq!(read.world.connectors[0].reads_orders_every(), Some(Span::from_mins(5)));
    assert_eq!(read.asked_again(false).orders, [true, true]);
    let both = "hub: { reference: { orders in: { poll: 1m }, sweeps: 5m } }";
    insta::assert_snapshot!(said(&small(hub, both)));
}
