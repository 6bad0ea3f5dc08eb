//! Orders that wait for us: accepted in time, too late, cancelled for it, and still waiting.

use super::judgement::{AcceptedOnes, Band, Count, Invariant, Judgement, Unproved};
use super::testing::*;
use crate::history::fact::{Confirmed, Release, What};
use crate::ids::OrderId;
use crate::units::{Money, Span};

/// A channel that waits ten minutes for us.
fn waits() -> Play {
    let mut play = Play::new(charter(1));
    play.charter.channels[1].flow.accept_within = Some(Span::from_mins(10));
    play.open(0, 5_000);
    play
}

fn placed(play: &mut Play, s: u64) -> OrderId {
    let order = play.sell(s, 1, &[line(0, 1, 5_000)]);
    play.edit(|at, what| match what {
        What::Accepted { order: of, intent, buyer, lines, .. } if of == order => {
            Some((at, What::Accepted { order: of, intent, buyer, lines, awaits_payment: true }))
        }
        what => Some((at, what)),
    });
    order
}

fn accepted(play: &mut Play, s: u64, order: OrderId) {
    play.add(s, What::Acknowledged(Confirmed { order }));
    play.add(s, What::Paid { order });
}

fn of(judgement: &Judgement) -> &AcceptedOnes {
    let [one] = &judgement.accepted[..] else { panic!("the orders of one channel wait") };
    one
}

/// What an order comes to: in time, late, still waiting, cancelled for it.
fn comes_to(change: impl FnOnce(&mut Play, OrderId), ends: u64) -> [u64; 4] {
    let mut play = waits();
    let order = placed(&mut play, 1_000);
    change(&mut play, order);
    let judgement = play.end(ends).judge();
    let of = of(&judgement);
    let open = of.late.possible - of.late.definite;
    assert_eq!(of.orders, of.in_time + of.late.possible);
    [of.in_time, of.late.definite, open, of.cancelled]
}

#[test]
fn each_is_in_time_or_late_or_has_time_left() {
    let released = |s: u64, why: Release| {
        move |play: &mut Play, order: OrderId| {
            play.add(s, What::Released { order, why });
        }
    };
    let at = |s: u64| move |play: &mut Play, order: OrderId| accepted(play, s, order);
    assert_eq!(comes_to(at(1_600), 5_000), [1, 0, 0, 0]);
    assert_eq!(comes_to(at(1_601), 5_000), [0, 1, 0, 0]);
    assert_eq!(comes_to(released(1_601, Release::NotAccepted), 5_000), [0, 1, 0, 1]);
    assert_eq!(comes_to(released(1_300, Release::Customer), 5_000), [0, 0, 0, 0]);
    assert_eq!(comes_to(released(1_700, Release::Customer), 5_000), [0, 1, 0, 0]);
    assert_eq!(comes_to(|_, _| {}, 1_600), [0, 0, 1, 0]);
    assert_eq!(comes_to(|_, _| {}, 1_601), [0, 1, 0, 0]);
}

/// What the channel cancels for it is a sale lost.
#[test]
fn a_sale_that_is_cancelled_for_it_is_not_kept() {
    let kept = |why: Release| {
        let mut play = waits();
        let order = placed(&mut play, 1_000);
        play.add(1_601, What::Released { order, why });
        play.end(5_000).judge().totals.kept.money
    };
    assert_eq!((kept(Release::Customer), kept(Release::NotAccepted)), (PRICE, Money::ZERO));
}

#[test]
fn one_is_a_condition_and_many_are_a_failure() {
    let band = |late: u64, fine: u64, ends: u64| {
        let mut play = waits();
        for s in 0..late + fine {
            let order = placed(&mut play, 3_000 + s);
            if s >= late {
                accepted(&mut play, 3_010 + s, order);
            }
        }
        let judgement = play.end(ends).judge();
        let rule = invariant(&judgement, Invariant::LateAcceptance);
        (rule.band, rule.breaches)
    };
    let count = |definite, possible| Count { definite, possible };
    assert_eq!(band(0, 300, 5_000), (Band::Healthy, count(0, 0)));
    assert_eq!(band(1, 300, 5_000), (Band::Watch, count(1, 1)));
    // 1.5 % of 340 orders are five, and more than that six.
    assert_eq!(band(5, 335, 5_000), (Band::Watch, count(5, 5)));
    assert_eq!(band(6, 334, 5_000), (Band::Failed, count(6, 6)));
    assert_eq!(band(6, 334, 3_600), (Band::NotProved(Unproved::Unresolved), count(0, 6)));
}

#[test]
fn where_nothing_waits_there_is_no_such_rule() {
    let judgement = healthy().judge();
    assert!(judgement.accepted.is_empty());
    assert!(judgement.invariants.iter().all(|of| of.invariant != Invariant::LateAcceptance));
}
