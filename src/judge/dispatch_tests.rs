//! Orders whose channel is to be told that they have left: in time, late, and not due yet.

use super::judgement::{Band, Count, Dispatched, Invariant, Judgement, Reason, Unproved};
use super::testing::*;
use crate::history::charter::Observed;
use crate::history::fact::{Confirmed, Release, What};
use crate::ids::OrderId;
use crate::units::{Ppm, Qty, Span};

/// Orders of which the channel is told at once.
const FINE: u64 = 200;

/// A channel that is to be told within ten minutes, and is of all but those that a test adds.
fn asked(late_max: Option<u32>) -> Play {
    let mut play = Play::new(charter(1));
    let flow = &mut play.charter.channels[1].flow;
    flow.dispatch_within = Some(Span::from_mins(10));
    flow.late_dispatches_max = late_max.map(Ppm);
    play.open(0, 5_000);
    for s in 0..FINE {
        let order = sold(&mut play, 10 + s);
        left(&mut play, 12 + s, order);
        told(&mut play, 12 + s, order);
    }
    play
}

fn told(play: &mut Play, s: u64, order: OrderId) {
    play.add(s, What::Dispatched(Confirmed { order }));
}

fn left(play: &mut Play, s: u64, order: OrderId) {
    let lines = vec![line(0, 1, 0)].into();
    play.add(s, What::Shipped { order, oms: record_of(order), lines });
}

/// An order that is ours at a moment and held by the OMS.
fn sold(play: &mut Play, s: u64) -> OrderId {
    let lines = [line(0, 1, 5_000)];
    let order = play.sell(s, 1, &lines);
    play.hold(s + 1, order, &lines);
    order
}

fn of(judgement: &Judgement) -> &Dispatched {
    let [one] = &judgement.dispatched[..] else { panic!("one channel asks for it") };
    one
}

/// What one more order comes to, beside those that are told of at once: in time, late, open.
fn comes_to(change: impl FnOnce(&mut Play, OrderId), ends: u64) -> [u64; 3] {
    let count = |judgement: &Judgement| {
        let of = of(judgement);
        [of.in_time, of.late.definite, of.late.possible - of.late.definite]
    };
    let without = count(&asked(None).end(ends).judge());
    let mut play = asked(None);
    let order = sold(&mut play, 1_000);
    change(&mut play, order);
    let with = count(&play.end(ends).judge());
    std::array::from_fn(|i| with[i] - without[i])
}

const IN_TIME: [u64; 3] = [1, 0, 0];
const LATE: [u64; 3] = [0, 1, 0];
const OPEN: [u64; 3] = [0, 0, 1];
const NOT_COUNTED: [u64; 3] = [0, 0, 0];

#[test]
fn it_is_in_time_when_it_has_left_and_its_channel_knows_by_then() {
    let both = |leaves: u64, knows: u64| {
        move |play: &mut Play, order| {
            left(play, leaves, order);
            told(play, knows, order);
        }
    };
    for (leaves, knows, comes) in [
        (1_100, 1_200, IN_TIME),
        (1_100, 1_600, IN_TIME),
        (1_100, 1_601, LATE),
        (1_601, 1_602, LATE),
        // Told ahead: it counts when it has left.
        (1_300, 1_200, IN_TIME),
        (1_700, 1_200, LATE),
    ] {
        assert_eq!(comes_to(both(leaves, knows), 5_000), comes, "left {leaves}, told {knows}");
    }
}

#[test]
fn what_is_not_due_when_observation_ends_is_neither() {
    let only_left = |play: &mut Play, order| left(play, 1_100, order);
    let only_told = |play: &mut Play, order| told(play, 1_100, order);
    assert_eq!(comes_to(only_left, 1_600), OPEN, "at the very time it is still in time");
    assert_eq!(comes_to(only_left, 1_601), LATE);
    assert_eq!(comes_to(only_told, 1_600), OPEN);
    assert_eq!(comes_to(only_told, 1_601), LATE);
    assert_eq!(comes_to(|_, _| {}, 1_601), LATE, "nobody ever held it back");
}

#[test]
fn what_its_channel_releases_in_time_need_not_leave() {
    let released = |s: u64| {
        move |play: &mut Play, order| {
            play.add(s, What::Released { order, why: Release::Customer });
        }
    };
    assert_eq!(comes_to(released(1_600), 5_000), NOT_COUNTED);
    assert_eq!(comes_to(released(1_601), 5_000), LATE, "it should have left before");
    let after = |play: &mut Play, order| {
        left(play, 1_100, order);
        told(play, 1_110, order);
        released(1_700)(play, order);
    };
    assert_eq!(comes_to(after, 5_000), IN_TIME);
}

#[test]
fn who_was_told_before_anything_left_is_counted() {
    let mut play = asked(None);
    let order = sold(&mut play, 1_000);
    told(&mut play, 1_001, order);
    left(&mut play, 1_100, order);
    assert_eq!(of(&play.end(5_000).judge()).ahead, 1);
    // Who was never told what leaves cannot tell.
    play.charter.observes.retain(|kind| *kind != Observed::OmsOrders);
    assert_eq!(of(&play.judge()).ahead, 0);
}

/// Nine late orders beside the others, under limits on either side of their share.
#[test]
fn a_limit_makes_it_a_condition_and_without_one_it_is_only_told() {
    let judged = |late_max: Option<u32>, ends: u64| {
        let mut play = asked(late_max);
        for s in 0..9 {
            let order = sold(&mut play, 3_100 + s);
            left(&mut play, 3_300, order);
        }
        play.end(ends).judge()
    };
    let is_a_reason = |judgement: &Judgement| {
        judgement.reasons.iter().any(|reason| match reason {
            Reason::Invariant(place) => {
                judgement.invariants[*place].invariant == Invariant::LateDispatch
            }
            _ => false,
        })
    };
    let rule = |judgement: &Judgement| invariant(judgement, Invariant::LateDispatch).clone();
    let share = Ppm::of(9, FINE + 9).0;
    let late = judged(Some(share - 1), 5_000);
    assert_eq!((rule(&late).band, is_a_reason(&late)), (Band::Watch, true));
    let seen = rule(&late);
    assert_eq!((seen.breaches.definite, seen.of, seen.units), (9, FINE + 9, Qty(9)));
    for allowed in [Some(share + 1), None] {
        let fine = judged(allowed, 5_000);
        let stands = (rule(&fine).band, is_a_reason(&fine), rule(&fine).breaches.definite);
        assert_eq!(stands, (Band::Healthy, false, 9), "{allowed:?}");
    }
    let open = judged(Some(share - 1), 3_700);
    assert_eq!(of(&open).late, Count { definite: 0, possible: 9 });
    assert_eq!(rule(&open).band, Band::NotProved(Unproved::Unresolved));
    assert!(is_a_reason(&open), "{:?}", open.reasons);
}

#[test]
fn four_late_ones_are_chance_however_few_there_are() {
    let mut play = asked(Some(0));
    for s in 0..4 {
        sold(&mut play, 1_000 + s);
    }
    let four = play.end(5_000).judge();
    assert_eq!(invariant(&four, Invariant::LateDispatch).band, Band::Healthy);
    assert_eq!(of(&four).late.definite, 4);
}

#[test]
fn who_does_not_ask_has_no_such_rule() {
    let judgement = healthy().judge();
    assert!(judgement.dispatched.is_empty());
    assert!(judgement.invariants.iter().all(|of| of.invariant != Invariant::LateDispatch));
}
