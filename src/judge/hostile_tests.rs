//! Histories that nobody honest wrote: an error, or a judgement; never a panic or a giant table.

use proptest::prelude::*;
use smallvec::smallvec;

use super::fold::Fold;
use super::judgement::{Invariant, Verdict};
use super::refusal::NotAHistory;
use super::testing::*;
use crate::history::charter::{ActorRole, Delay, DelayOf, StepPlanned};
use crate::history::fact::{
    ActedBy, Action, Call, CallOutcome, Delivery, Fact, Intake, Job, OperatorAct, Outcome,
    PushItem, PushKind, Release, StockCause, What,
};
use crate::history::samples::{Drawn, one_of_each};
use crate::ids::{ChannelId, ConnectorId, Intent, OmsOrder, OpId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

fn fed(facts: Vec<What>) -> Result<Fold, NotAHistory> {
    let mut fold = Fold::new();
    for (seq, what) in facts.into_iter().enumerate() {
        fold.eat(&Fact { seq: seq as u64, at: At(0), wall: 0, what })?;
    }
    Ok(fold)
}

fn begun(facts: Vec<What>) -> Result<Fold, NotAHistory> {
    let charter = What::Charter(Box::new(charter(4)));
    fed(std::iter::once(charter).chain(facts).collect())
}

/// Found by fuzzing: the report looked the channel up.
#[test]
fn a_delay_to_a_channel_that_is_not_there_is_refused() {
    let mut terms = charter(4);
    let delay = |channel| Delay { of: DelayOf::Shows, channel, p95: Span::ZERO };
    terms.connectors[0].delays = vec![delay(None), delay(Some(ChannelId(255)))];
    let said = fed(vec![What::Charter(Box::new(terms))]).unwrap_err().to_string();
    assert!(said.contains("delay names a channel that is not there"), "{said}");
}

/// Both were once read without a bound.
#[test]
fn roles_and_steps_are_bounded_as_all_names_are() {
    let long = |letters| "n".repeat(letters);
    let role = |name: String, may: Vec<String>| ActorRole { name, may };
    let step = |name: String, does: String| StepPlanned { name, does, at: None };
    let begins = |roles: Vec<ActorRole>, steps: Vec<StepPlanned>| {
        let mut terms = charter(4);
        (terms.roles, terms.steps) = (roles, steps);
        fed(vec![What::Charter(Box::new(terms))]).is_ok()
    };
    let (word, name) = (|| "pause".to_owned(), || "on call".to_owned());
    assert!(begins(vec![role(long(256), vec![word(); 100])], vec![step(long(256), long(1_000))]));
    assert!(!begins(vec![role(long(257), vec![word()])], vec![]));
    assert!(!begins(vec![role(name(), vec![long(257)])], vec![]));
    assert!(!begins(vec![role(name(), vec![word(); 101])], vec![]));
    assert!(!begins(vec![role(name(), vec![word()]); 1_001], vec![]));
    assert!(!begins(vec![], vec![step(long(257), word())]));
    assert!(!begins(vec![], vec![step(name(), long(100_001))]));
    assert!(!begins(vec![], vec![step(name(), word()); 1_001]));
}

/// A step of the scenario acts by its name, which may be longer than a remark: `simulate` once
/// wrote a history that its own judge refused.
#[test]
fn whoever_acts_has_a_name_and_a_remark_is_short() {
    let acted = |letters: usize, act: OperatorAct| {
        let (by, how) = ("n".repeat(letters), ActedBy::Script);
        begun(vec![What::Acted(Box::new(Action { by, role: None, how, act, allowed: true }))])
            .is_ok()
    };
    let resync = || OperatorAct::Resync { channel: ChannelId(0) };
    let note = |letters| OperatorAct::Note { what: "ü".repeat(letters) };
    assert!(acted(256, resync()) && acted(256, note(200)));
    assert!(!acted(257, resync()) && !acted(4, note(201)));
}

#[test]
fn what_is_no_history_is_refused_in_words() {
    let paid = || What::Paid { order: order(0, 0) };
    let accepted = |number, line| {
        let lines = vec![line];
        let (order, intent, buyer) =
            (order(0, number), crate::ids::Intent(0), crate::ids::Buyer(0));
        What::Accepted { order, intent, buyer, lines: lines.into(), awaits_payment: false }
    };
    let charter_like = |change: &dyn Fn(&mut crate::history::charter::Charter)| {
        let mut terms = charter(4);
        change(&mut terms);
        fed(vec![What::Charter(Box::new(terms))])
    };
    let same = || accepted(0, line(0, 1, 1));
    let refused: Vec<(&str, Result<Fold, NotAHistory>)> = vec![
        ("no charter", fed(vec![paid()])),
        ("two", begun(vec![What::Charter(Box::new(charter(4)))])),
        ("channel", begun(vec![What::Paid { order: order(2, 0) }])),
        ("sku", begun(vec![What::ListingSet { sku: SkuId(4), version: Version(0) }])),
        ("number", begun(vec![accepted(u64::MAX, line(0, 1, 1))])),
        ("quantity", begun(vec![accepted(0, line(0, i64::MAX, 1))])),
        ("negative", begun(vec![accepted(0, line(0, -1, 1))])),
        ("twice", begun(vec![same(), same()])),
        ("version", charter_like(&|c| c.version = 9)),
        ("no channels", charter_like(&|c| c.channels.clear())),
        ("skus", charter_like(&|c| c.skus = u32::MAX)),
        ("connector", charter_like(&|c| c.channels[1].connector = ConnectorId(1))),
        ("start", charter_like(&|c| c.starts = "soon".into())),
        (
            "limits",
            charter_like(&|c| {
                c.gates[0].limits = crate::history::charter::Limits::standard(
                    crate::history::charter::Kpi::OversoldOrders,
                );
            }),
        ),
    ];
    let said: Vec<String> = refused
        .into_iter()
        .map(|(name, fold)| format!("{name}: {}", fold.expect_err(name)))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    no charter: a history begins with its charter; this one begins with another fact (seq 0)
    two: fact 1 is a second charter; two histories must be judged apart
    channel: fact 1 speaks of channel 2, and the charter has 2 (0 to 1)
    sku: fact 1 speaks of SKU 4, and the charter has 4 (0 to 3)
    number: fact 1 has order number 18446744073709551615: no campaign has that
    quantity: fact 1 has a line of 9223372036854775807 units: no campaign has that
    negative: fact 1 has a line of -1 units: no campaign has that
    twice: fact 2 accepts order 0 of channel 0 a second time
    version: the history has version 9, and this doorbuster reads up to 2: update it
    no channels: the charter cannot be judged by: there must be 1 to 256 channels
    skus: the charter cannot be judged by: SKUs × channels may be at most 2,000,000
    connector: the charter cannot be judged by: channel bazaar has a connector that is not there
    start: the charter cannot be judged by: `starts` must be like 2026-11-27T06:00:00-05:00
    limits: the charter cannot be judged by: the limits of listing latency are of another kind
    ");
}

/// Whoever judges indexes by these names, or believes the fact of somebody else.
#[test]
fn a_fact_about_nobody_is_refused_whatever_its_kind() {
    let drawn = Drawn { small: 200, medium: 4_000, large: 0, signed: 1, flag: true };
    let mut refused = 0;
    for what in one_of_each(drawn).into_iter().skip(1) {
        let mut names = 0;
        let counted: Result<(), ()> = what.names(&mut |_| {
            names += 1;
            Ok(())
        });
        assert_eq!(counted, Ok(()));
        if names > 0 {
            let said = begun(vec![what.clone()]).expect_err("a name that is not there").to_string();
            assert!(
                said.starts_with("fact 1 speaks of ") && said.contains("the charter"),
                "{said}"
            );
            refused += 1;
        }
    }
    assert!(refused >= 25, "{refused} kinds name something");
}

#[test]
fn a_gap_is_refused_and_what_was_eaten_is_still_judged() {
    let history = healthy().history();
    let mut fold = eat(&history[..100]);
    let refused = fold.eat(&history[101]);
    assert_eq!(refused, Err(NotAHistory::Gap { expected: 100, found: 101 }));
    assert_eq!(fold.judge().unwrap().verdict, Verdict::Inconclusive);
}

#[test]
fn nothing_eaten_is_nothing_judged() {
    assert_eq!(Fold::new().judge(), None);
    assert_eq!(Fold::new().glance().word(), "on track");
}

#[test]
fn time_that_jumps_and_steps_back_is_borne() {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::Shown { .. } if at.0 % 7 == 0 => Some((At(at.0 * 1_000), what)),
        what => Some((at, what)),
    });
    let mut history = play.history();
    for fact in history.iter_mut().filter(|fact| fact.seq % 11 == 3) {
        fact.at = At(fact.at.0 / 2);
    }
    let ended = history.iter().position(|fact| matches!(fact.what, What::Ended { .. })).unwrap();
    let judgement = eat(&history[..=ended]).judge().unwrap();
    assert!(judgement.series.run.len() <= 2_000);
    assert!(judgement.series.channels.iter().all(|w| w.len() == judgement.series.run.len()));
}

/// Prices set one after the other, `every` µs, each due `ahead` µs later.
fn repriced(count: u64, every: u64, ahead: u64) -> Result<Fold, NotAHistory> {
    let mut fold = begun(vec![])?;
    for version in 0..count {
        let at = At(version * every);
        let (sku, due) = (SkuId(0), at + Span(ahead));
        let what =
            What::PriceSet { sku, version: Version(version), price: Money(1), due, channel: None };
        fold.eat(&Fact { seq: 1 + version, at, wall: 0, what })?;
    }
    Ok(fold)
}

/// Prices that came into force were once counted as set ahead: a simulator that repriced one SKU
/// seven times a second wrote a history that its own judge refused.
#[test]
fn a_price_list_without_end_is_refused_and_a_busy_one_is_not() {
    let (second, minute) = (1_000_000, 60_000_000);
    assert!(repriced(20_000, second / 7, 0).is_ok(), "2,520 within the grace");
    assert!(repriced(2_000, second, minute).is_ok(), "60 ahead");
    let refused = |fold: Result<Fold, NotAHistory>| fold.expect_err("too many").to_string();
    insta::assert_snapshot!(
        [refused(repriced(2_000, 1, minute)), refused(repriced(70_000, 1, 0))].join("\n"),
        @r"
        fact 513 has more than 512 prices set ahead for SKU 0: no campaign has that
        fact 65537 has more than 65536 prices of SKU 0 within the price grace: no campaign has that
        "
    );
}

/// Facts that each speak of somebody, or something, who is not there.
fn strangers() -> [What; 19] {
    let (nobody, hub) = (ConnectorId(99), ConnectorId(0));
    let (there, elsewhere) = (order(1, 7), order(200, 7));
    let (sent, waited, outcome) = (At(0), Span(0), CallOutcome::Done);
    let tried = |connector, order| What::HandoffTried {
        connector,
        order,
        attempt: 1,
        waited,
        sent,
        outcome,
    };
    let gave_up = |connector, job| What::GaveUp { connector, job, attempts: 8, last: outcome };
    let pushed = |sku| {
        let items = smallvec![PushItem { sku: SkuId(sku), version: Version(1), outcome }];
        let (channel, kind) = (ChannelId(0), PushKind::Stock);
        What::Pushed { connector: hub, channel, kind, attempt: 1, waited, sent, outcome, items }
    };
    let push = |channel, sku| Job::Push {
        channel: ChannelId(channel),
        kind: PushKind::Price,
        items: vec![(SkuId(sku), Version(1))],
    };
    let queue =
        |partition| What::Queue { connector: hub, partition, depth: 0, busy: 0, workers: 1 };
    let (oms, why) = (OmsOrder(5), Release::Stock);
    let op = OpId(9);
    [
        tried(hub, elsewhere),
        tried(nobody, there),
        What::Noticed { connector: nobody, order: there, by: Intake::Poll },
        What::Noticed { connector: hub, order: elsewhere, by: Intake::Poll },
        gave_up(nobody, Job::Handoff(there)),
        gave_up(hub, Job::Handoff(elsewhere)),
        gave_up(hub, Job::Reserve(elsewhere)),
        gave_up(hub, Job::Release(elsewhere)),
        gave_up(hub, Job::Cancel(elsewhere)),
        gave_up(hub, push(3, 0)),
        gave_up(hub, push(0, 4)),
        pushed(4),
        queue(10_000),
        What::Paid { order: there },
        What::Released { order: there, why },
        What::Answered { op, outcome: Outcome::Done },
        What::Resolved { op, outcome: Outcome::Done },
        What::Shipped { order: there, oms, lines: vec![].into() },
        What::OmsCancelled { order: there, oms, why, sku: None },
    ]
}

#[test]
fn who_and_what_is_not_there_is_refused_by_name() {
    let said = strangers().map(|what| begun(vec![what]).expect_err("nobody").to_string());
    insta::assert_snapshot!(said.join("\n"), @r"
    fact 1 speaks of channel 200, and the charter has 2 (0 to 1)
    fact 1 speaks of connector 99, and the charter has one (0)
    fact 1 speaks of connector 99, and the charter has one (0)
    fact 1 speaks of channel 200, and the charter has 2 (0 to 1)
    fact 1 speaks of connector 99, and the charter has one (0)
    fact 1 speaks of channel 200, and the charter has 2 (0 to 1)
    fact 1 speaks of channel 200, and the charter has 2 (0 to 1)
    fact 1 speaks of channel 200, and the charter has 2 (0 to 1)
    fact 1 speaks of channel 200, and the charter has 2 (0 to 1)
    fact 1 speaks of channel 3, and the charter has 2 (0 to 1)
    fact 1 speaks of SKU 4, and the charter has 4 (0 to 3)
    fact 1 speaks of SKU 4, and the charter has 4 (0 to 3)
    fact 1 has partition 10000 of connector hub: no campaign has that
    fact 1 speaks of order 7 of channel 1 (bazaar), which was never accepted
    fact 1 speaks of order 7 of channel 1 (bazaar), which was never accepted
    fact 1 speaks of call 9, which was never sent, or was answered before
    fact 1 speaks of call 9, which was never sent, or whose outcome is known
    fact 1 speaks of record 5 of order 7 of channel 1 (bazaar), which the OMS never held
    fact 1 speaks of record 5 of order 7 of channel 1 (bazaar), which the OMS never held
    ");
}

/// What a judgement is about may be absent: an order that only the OMS and a connector know.
#[test]
fn a_ghost_is_judged_and_not_refused() {
    let (ghost, oms) = (order(1, 77), OmsOrder(3));
    let (connector, lines) = (ConnectorId(0), vec![line(0, 1, 1)]);
    let facts = vec![
        What::Noticed { connector, order: ghost, by: Intake::Webhook },
        What::Delivered { order: ghost, attempt: 1, made: Delivery::Created },
        What::Held { order: ghost, oms, lines: lines.clone().into(), booked: None },
        What::Shipped { order: ghost, oms, lines: lines.into() },
        What::OmsCancelled { order: ghost, oms, why: Release::Customer, sku: None },
    ];
    let judgement = begun(facts).expect("a history").judge().expect("with terms");
    assert_eq!(invariant(&judgement, Invariant::GhostOrder).breaches.definite, 1);
}

/// A call comes back once, and what became of it is found out once.
#[test]
fn a_call_is_answered_and_resolved_once() {
    let (op, call, intent) = (OpId(1), Call::PlaceOrder, Intent(1));
    let sent = || What::Sent { op, call, channel: Some(ChannelId(0)), intent, intended: At(0) };
    let answered = || What::Answered { op, outcome: Outcome::Unknown };
    let resolved = || What::Resolved { op, outcome: Outcome::Done };
    assert!(begun(vec![sent(), answered(), resolved()]).is_ok());
    assert!(begun(vec![sent(), resolved()]).is_ok(), "stopped with the call open");
    for twice in [
        vec![sent(), answered(), answered()],
        vec![sent(), answered(), resolved(), resolved()],
        vec![sent(), What::Answered { op, outcome: Outcome::Done }, resolved()],
    ] {
        assert!(matches!(begun(twice), Err(NotAHistory::NeverWas { .. })));
    }
}

#[test]
fn the_glance_follows_the_run() {
    let history = healthy().history();
    let quiet = history.iter().position(|fact| matches!(fact.what, What::Quiet {})).unwrap();
    let fold = eat(&history[..quiet]);
    let glance = fold.glance();
    assert_eq!((glance.offered, glance.answered, glance.accepted), (3_500, 3_500, 2_100));
    assert_eq!((glance.phase, glance.oversold, glance.word()), (None, Qty(0), "on track"));
    let middle = eat(&history[..quiet / 2]);
    assert_eq!(middle.glance().phase, Some(0));
    assert!(middle.glance().sync_lag <= Span::from_secs(30));
    let mut play = healthy();
    play.stock(1_500, SOLD_OUT, [1, 500, 0, -500], StockCause::Merchant);
    play.edit(|at, what| (!matches!(what, What::Ended { .. })).then_some((at, what)));
    let fold = eat(&play.history());
    assert_eq!((fold.glance().sync_lag, fold.glance().word()), (Span(5_800_000_000), "at risk"));
    play.hold(1_500, order(1, 999_999), &[line(0, 1, 1)]);
    assert_eq!(eat(&play.history()).glance().word(), "NO-GO");
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let small = prop_oneof![0..3_u16, any::<u16>()];
    let medium = prop_oneof![0..6_u32, any::<u32>()];
    let large = prop_oneof![0..40_u64, any::<u64>()];
    let signed = prop_oneof![-3..9_i64, any::<i64>()];
    (small, medium, large, signed, any::<bool>()).prop_map(
        |(small, medium, large, signed, flag)| Drawn { small, medium, large, signed, flag },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Facts with any numbers in any order; those refused are left out.
    #[test]
    fn nothing_panics(
        draws in prop::collection::vec((drawn(), any::<prop::sample::Index>(), any::<u64>()), 0..60)
    ) {
        let mut fold = Fold::new();
        fold.eat(&Fact {
            seq: 0,
            at: At(0),
            wall: 0,
            what: What::Charter(Box::new(charter(4))),
        }).unwrap();
        let mut seq = 1;
        for (draw, which, at) in draws {
            let kinds = one_of_each(draw);
            let what = kinds[which.index(kinds.len())].clone();
            let before = fold.clone();
            let at = At(at % 400_000_000_000_000);
            match fold.eat(&Fact { seq, at, wall: at.0, what }) {
                Ok(()) => seq += 1,
                Err(_) => fold = before,
            }
        }
        prop_assert_eq!(fold.judge(), fold.judge());
        fold.glance();
        let _ = ChannelId(0);
    }
}
