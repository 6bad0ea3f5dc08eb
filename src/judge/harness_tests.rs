//! What befell the harness is never held against the systems, nor does it hide what they did.

use smallvec::SmallVec;

use super::gate_tests::{band, delay, is_shown, not_proved};
use super::judgement::{Band, Invariant, Reason, Unproved, Verdict};
use super::load::{Load, Stamp};
use super::testing::*;
use crate::history::charter::Kpi;
use crate::history::fact::{
    Address, Call, CallOutcome, Delivery, Ending, Fact, HarnessFault, Outcome, PushKind, What,
};
use crate::ids::{ChannelId, ConnectorId, Intent, OmsOrder, OpId};
use crate::units::{At, Span};

fn befell(fault: HarnessFault, times: u64) -> What {
    What::Harness { fault, at: Address::Channel(ChannelId(0)), times }
}

/// A campaign in which stock shows late on the first channel, and its connector's calls to it.
fn late_on_the_first_channel() -> Play {
    let mut play = healthy();
    let on_first =
        |what: &What| is_shown(what) && matches!(what, What::Shown { channel: ChannelId(0), .. });
    delay(&mut play, 5, 1_000, on_first);
    for i in 0..2_000 {
        let (sent, waited) = (secs(100 + i / 10), Span::ZERO);
        play.add(
            100 + i / 10,
            What::Pushed {
                connector: ConnectorId(0),
                channel: ChannelId(0),
                kind: PushKind::Stock,
                attempt: 1,
                waited,
                sent,
                outcome: CallOutcome::Done,
                items: SmallVec::new(),
            },
        );
    }
    play
}

#[test]
fn a_failure_that_may_be_the_harnesss_doing_is_held_against_nobody() {
    let judgement = late_on_the_first_channel().judge();
    assert_eq!(judgement.verdict, Verdict::NoGo);
    let mut touched = late_on_the_first_channel();
    touched.add(500, befell(HarnessFault::NeverLeft, 200));
    let judgement = touched.judge();
    assert_eq!(judgement.verdict, Verdict::Inconclusive, "{:?}", judgement.reasons);
    let first = gate(&judgement, Kpi::SyncLag, Some(0));
    assert_eq!(first.band, not_proved(Unproved::HarnessFailed));
    assert!(judgement.load.harness.touched);
}

#[test]
fn a_few_such_calls_among_many_explain_nothing() {
    let mut play = late_on_the_first_channel();
    // More than a handful, and a share of 0.5 %.
    play.add(500, befell(HarnessFault::NeverLeft, 10));
    assert_eq!(play.judge().verdict, Verdict::NoGo);
}

/// Every channel rests on the OMS: calls to it that never left may explain what failed on any.
#[test]
fn calls_to_the_oms_that_never_left_concern_every_channel() {
    let mut play = late_on_the_first_channel();
    let (fault, at) = (HarnessFault::NeverLeft, Address::Oms);
    play.add(500, What::Harness { fault, at, times: 5_000 });
    let judgement = play.judge();
    assert_eq!(judgement.verdict, Verdict::Inconclusive, "{:?}", judgement.reasons);
    assert_eq!(gate(&judgement, Kpi::SyncLag, Some(0)).band, not_proved(Unproved::HarnessFailed));
}

/// Nothing that befalls the harness makes two records of one order, or stock out of nothing.
#[test]
fn what_must_be_zero_fails_whatever_befell_the_harness() {
    let mut play = healthy();
    play.add(2_000, What::Delivered { order: order(0, 5), attempt: 3, made: Delivery::Created });
    let held = What::Held {
        order: order(0, 5),
        oms: OmsOrder(99_999),
        lines: [line(9, 1, 0)].into(),
        booked: None,
    };
    play.add(2_000, held);
    play.add(500, What::Harness { fault: HarnessFault::NeverLeft, at: Address::Oms, times: 5_000 });
    let judgement = play.judge();
    assert!(judgement.load.harness.touched);
    assert_eq!(invariant(&judgement, Invariant::DuplicateHandoff).band, Band::Failed);
    assert_eq!(judgement.verdict, Verdict::NoGo, "{:?}", judgement.reasons);
    assert_eq!(judgement.channels[0].verdict, Verdict::NoGo);
}

#[test]
fn what_passes_in_spite_of_it_passes() {
    let mut play = healthy();
    play.add(500, befell(HarnessFault::NeverLeft, 50));
    play.add(500, befell(HarnessFault::Evicted, 1_100));
    play.add(500, befell(HarnessFault::Stranger, 40));
    let judgement = play.judge();
    assert_eq!(judgement.verdict, Verdict::Go, "{:?}", judgement.reasons);
    assert_eq!((judgement.load.harness.evicted, judgement.load.harness.strangers), (1_100, 40));
}

#[test]
fn a_run_in_which_a_part_of_the_harness_panicked_proves_nothing() {
    let mut play = healthy();
    play.add(500, befell(HarnessFault::Panicked, 1));
    let judgement = play.judge();
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    assert_eq!(judgement.reasons[0], Reason::Run(Unproved::HarnessFailed));
    assert_eq!(band(&judgement, Kpi::SyncLag), not_proved(Unproved::HarnessFailed));
}

/// No descriptors: 2,106 such calls were once "answered: refused", and the OMS's team was blamed.
#[test]
fn calls_that_never_left_are_unsent_and_spoil_the_run() {
    let mut play = healthy();
    let (call, channel) = (Call::PlaceOrder, Some(ChannelId(0)));
    for i in 0..60 {
        let (op, intent, intended) = (OpId(1 << 40 | i), Intent(1 << 40 | i), secs(100));
        play.add(100, What::Sent { op, call, channel, intent, intended });
        play.add(100, What::Unsent { op: Some(op), call, channel, intent, intended });
    }
    let judgement = play.judge();
    let load = &judgement.load;
    assert_eq!((load.unsent, load.sent + load.unsent), (60, load.offered));
    assert_eq!(load.sent, load.answered + load.unknown + load.resolved);
    assert_eq!(judgement.reasons[0], Reason::Run(Unproved::GeneratorSaturated));
}

/// An order call that was said to be sent and never left is none of those that were: 10 of 990 are
/// more than one in a hundred, and 10 of 1,000 would not be.
#[test]
fn calls_that_never_left_are_not_counted_among_those_that_did() {
    let charter = charter(1);
    let mut load = Load::new(&charter);
    let channel = ChannelId(0);
    let call = |i| (Call::PlaceOrder, Some(channel), Intent(i));
    for i in 0..990 {
        load.sent(OpId(i), call(i), secs(1), Stamp { at: secs(1), wall: 0 });
    }
    for i in 0..10 {
        load.unsent(Some(OpId(i)), call(i));
    }
    assert!(load.is_unsent_on(channel, &charter));
}

/// One channel's shoppers who never left are no share of all, and prove nothing about it.
#[test]
fn a_channel_whose_orders_never_left_is_not_proved() {
    let mut play = healthy();
    // 3,500 orders on either channel: 0.6 % of all, 1.2 % of one.
    let (call, channel) = (Call::PlaceOrder, Some(ChannelId(1)));
    let wanted = play.judge().load.offered;
    for i in 0..wanted * 6 / 1_000 {
        let (intent, intended) = (Intent(1 << 40 | i), secs(100));
        play.add(100, What::Unsent { op: None, call, channel, intent, intended });
    }
    let judgement = play.judge();
    assert!(!judgement.load.saturated);
    let of = |channel| gate(&judgement, Kpi::SyncLag, Some(channel)).band;
    assert_eq!(of(1), not_proved(Unproved::GeneratorSaturated));
    assert_ne!(of(0), not_proved(Unproved::GeneratorSaturated));
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

#[test]
fn a_record_that_goes_on_after_its_end_did_not_end_there() {
    let mut history = healthy().history();
    let before = eat(&history).judge().unwrap();
    let seq = history.len() as u64;
    let late = |seq, what| Fact { seq, at: At(8_000_000_000), wall: 0, what };
    let order = order(0, 1 << 40);
    history.push(late(seq, What::Paid { order }));
    history.push(late(seq + 1, What::Ended { why: Ending::Interrupted }));
    history.push(late(seq + 2, What::Answered { op: OpId(0), outcome: Outcome::Done }));
    let after = eat(&history).judge().unwrap();
    assert_eq!(after.load.harness.after_end, 3);
    assert_eq!((before.verdict, before.ending), (Verdict::Go, after.ending));
    assert_eq!(after.reasons[0], Reason::Run(Unproved::Truncated));
    assert_eq!(after.totals, before.totals, "what follows is counted, and not judged");
}
