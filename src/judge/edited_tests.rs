//! Tests of orders that were edited: what the OMS must say of them, by when, and what is free.

use super::super::judgement::{Count, Invariant, Judgement, Verdict};
use super::super::testing::*;
use crate::history::charter::Kpi;
use crate::history::fact::{Amended, Edited, Ending, Line, Release, StockCause, What};
use crate::ids::{OrderId, Version};
use crate::judge::refusal::NotAHistory;

/// Beyond every SKU that sells out.
const PLENTY: u32 = SOLD_OUT;

fn bought() -> [Line; 2] {
    [line(PLENTY, 3, 1_000), line(PLENTY + 1, 1, 1_000)]
}

/// The second line is given up.
fn kept() -> [Line; 1] {
    [line(PLENTY, 3, 1_000)]
}

fn edited(play: &mut Play, s: u64, order: OrderId, version: u64, lines: &[Line]) {
    let (version, lines) = (Version(version), lines.into());
    play.add(s, What::Edited(Edited { order, version, lines }));
}

fn amended(play: &mut Play, s: u64, order: OrderId, version: u64, lines: &[Line]) {
    let (oms, version, lines) = (record_of(order), Version(version), lines.into());
    play.add(s, What::Amended(Amended { order, oms, version, lines }));
}

/// A healthy afternoon with one order more, held at 2010, and what befalls it.
fn with(befalls: impl FnOnce(&mut Play, OrderId)) -> Judgement {
    let mut play = healthy();
    let order = play.sell(2_000, 0, &bought());
    befalls(&mut play, order);
    play.judge()
}

fn altered(judgement: &Judgement) -> Count {
    invariant(judgement, Invariant::AlteredOrder).breaches
}

fn missed(judgement: &Judgement) -> Count {
    gate(judgement, Kpi::HandoffSuccess, None).bad
}

fn no(definite: u64) -> Count {
    Count { definite, possible: definite }
}

#[test]
fn the_last_version_is_what_must_be_held_whatever_came_first() {
    let ways: [fn(&mut Play, OrderId); 4] = [
        // Edited, then handed over.
        |play, order| {
            edited(play, 2_005, order, 1, &kept());
            play.hold(2_010, order, &kept());
        },
        // Handed over, edited, amended.
        |play, order| {
            play.hold(2_010, order, &bought());
            edited(play, 2_020, order, 1, &kept());
            amended(play, 2_030, order, 1, &kept());
        },
        // Edited while the handoff was under way.
        |play, order| {
            edited(play, 2_005, order, 1, &kept());
            play.hold(2_010, order, &bought());
            amended(play, 2_030, order, 1, &kept());
        },
        // An older version comes late, and the last one after it.
        |play, order| {
            play.hold(2_010, order, &bought());
            edited(play, 2_020, order, 1, &kept());
            edited(play, 2_025, order, 2, &[line(PLENTY, 1, 1_000)]);
            amended(play, 2_030, order, 1, &kept());
            amended(play, 2_040, order, 2, &[line(PLENTY, 1, 1_000)]);
        },
    ];
    for (place, way) in ways.into_iter().enumerate() {
        let judgement = with(way);
        assert_eq!((altered(&judgement), missed(&judgement)), (no(0), no(0)), "way {place}");
        assert_eq!(judgement.books.iter().map(|day| day.altered).sum::<u64>(), 0, "way {place}");
        let off = judgement.books.iter().map(|day| day.units_variance.0).sum::<u32>();
        assert_eq!(off, 0, "way {place}");
    }
}

#[test]
fn an_older_version_that_stays_is_altered() {
    let ways: [fn(&mut Play, OrderId); 3] = [
        |play, order| {
            play.hold(2_010, order, &bought());
            edited(play, 2_020, order, 1, &kept());
        },
        |play, order| {
            edited(play, 2_005, order, 1, &kept());
            play.hold(2_010, order, &bought());
        },
        // The last one was there, and an older one overwrote it.
        |play, order| {
            play.hold(2_010, order, &bought());
            edited(play, 2_020, order, 1, &kept());
            amended(play, 2_030, order, 1, &kept());
            amended(play, 2_040, order, 2, &bought());
        },
    ];
    for (place, way) in ways.into_iter().enumerate() {
        let judgement = with(way);
        assert_eq!((altered(&judgement), missed(&judgement)), (no(1), no(1)), "way {place}");
        assert_eq!(judgement.verdict, Verdict::NoGo, "way {place}");
        assert_eq!(judgement.books.iter().map(|day| day.altered).sum::<u64>(), 1, "way {place}");
    }
}

#[test]
fn a_version_has_the_handoff_deadline() {
    // Told a second after it: late, and not altered.
    let late = with(|play, order| {
        play.hold(2_010, order, &bought());
        edited(play, 2_020, order, 1, &kept());
        amended(play, 2_020 + 901, order, 1, &kept());
    });
    assert_eq!((altered(&late), missed(&late)), (no(0), no(1)));
    let in_time = with(|play, order| {
        play.hold(2_010, order, &bought());
        edited(play, 2_020, order, 1, &kept());
        amended(play, 2_020 + 900, order, 1, &kept());
    });
    assert_eq!((altered(&in_time), missed(&in_time)), (no(0), no(0)));
    // Observation ends before: it may still be told.
    let mut play = healthy();
    play.facts.retain(|(_, what)| !matches!(what, What::Quiet {} | What::Ended { .. }));
    let order = play.sell(7_200, 0, &bought());
    play.hold(7_210, order, &bought());
    edited(&mut play, 7_220, order, 1, &kept());
    play.add(7_300, What::Ended { why: Ending::Interrupted });
    let open = play.judge();
    assert_eq!(altered(&open), Count { definite: 0, possible: 1 });
    assert_eq!((missed(&open).definite, missed(&open).possible), (0, 1));
}

#[test]
fn nobody_asks_for_a_version_of_what_is_over_or_has_left() {
    let released = with(|play, order| {
        play.hold(2_010, order, &bought());
        edited(play, 2_020, order, 1, &kept());
        play.add(2_025, What::Released { order, why: Release::Customer });
        let (oms, why) = (record_of(order), Release::Customer);
        play.add(2_040, What::OmsCancelled { order, oms, why, sku: None });
    });
    assert_eq!((altered(&released), missed(&released)), (no(0), no(0)));
    // What has left before the edit could be told is an end that one side knows alone.
    let shipped = with(|play, order| {
        play.hold(2_010, order, &bought());
        edited(play, 2_020, order, 1, &kept());
        let (oms, lines) = (record_of(order), bought().to_vec().into());
        play.add(2_025, What::Shipped { order, oms, lines });
    });
    assert_eq!((altered(&shipped), missed(&shipped)), (no(0), no(0)));
    let ends = invariant(&shipped, Invariant::OneSidedEnd);
    assert_eq!((ends.breaches.definite, ends.units.0), (1, 1));
    // … and after it no version is valid.
    let after = with(|play, order| {
        play.hold(2_010, order, &bought());
        let (oms, lines) = (record_of(order), bought().to_vec().into());
        play.add(2_015, What::Shipped { order, oms, lines });
        edited(play, 2_020, order, 1, &kept());
    });
    assert_eq!(altered(&after), no(0));
    assert_eq!(invariant(&after, Invariant::OneSidedEnd).breaches.definite, 0);
}

/// Five units of one SKU, all promised; one is given up, and sold again.
#[test]
fn what_is_given_up_is_free_and_what_has_left_is_not() {
    let sold = |gives_up: bool, ships: bool| {
        let mut play = Play::new(charter(1));
        play.open(0, 5);
        let first = play.sell(10, 0, &[line(0, 5, 5)]);
        play.hold(11, first, &[line(0, 5, 5)]);
        if gives_up {
            edited(&mut play, 20, first, 1, &[line(0, 4, 5)]);
        }
        if ships {
            let (oms, lines) = (record_of(first), vec![line(0, 5, 5)].into());
            play.add(25, What::Shipped { order: first, oms, lines });
        }
        play.sell(30, 0, &[line(0, 1, 1)]);
        play.end(7_300);
        invariant(&play.judge(), Invariant::Oversell).units.0
    };
    assert_eq!([sold(true, false), sold(false, false), sold(true, true)], [0, 1, 1]);
}

#[test]
fn an_edit_gives_back_what_it_gives_up_and_no_more() {
    let given_back = |units: i64| {
        let mut play = Play::new(charter(1));
        play.open(0, 9);
        let order = play.sell(10, 0, &[line(0, 3, 9)]);
        play.hold(11, order, &[line(0, 3, 9)]);
        play.stock(11, 0, [1, 9, 3, -3], StockCause::Reserve(order));
        edited(&mut play, 20, order, 1, &[line(0, 2, 9)]);
        amended(&mut play, 21, order, 1, &[line(0, 2, 9)]);
        for back in 0..units {
            play.stock(21, 0, [2 + back, 9, 2 - back, 1], StockCause::Release(order));
        }
        play.end(7_300);
        invariant(&play.judge(), Invariant::LostUpdate).breaches.definite
    };
    assert_eq!([given_back(1), given_back(2)], [0, 1]);
}

#[test]
fn an_edit_that_adds_units_and_an_amendment_of_nothing_are_found() {
    let mut play = healthy();
    let order = play.sell(2_000, 0, &kept());
    edited(&mut play, 2_010, order, 1, &bought());
    let refused = play
        .history()
        .iter()
        .try_fold(crate::judge::Fold::new(), |mut fold, fact| fold.eat(fact).map(|()| fold));
    assert!(matches!(refused, Err(NotAHistory::NeverWas { .. })));
    let judgement = with(|play, order| {
        play.hold(2_010, order, &bought());
        amended(play, 2_020, order, 1, &kept());
    });
    assert_eq!(altered(&judgement), no(1), "nobody edited it");
}

#[test]
fn what_is_bad_is_bad_by_its_last_version_and_counted_once() {
    let ways: [fn(&mut Play, OrderId); 3] = [
        // Held late, and edited after that.
        |play, order| {
            play.hold(2_000 + 901, order, &bought());
            edited(play, 2_910, order, 1, &kept());
            amended(play, 2_920, order, 1, &kept());
        },
        // Held twice while the OMS says an older version, which stays.
        |play, order| {
            play.hold(2_010, order, &bought());
            edited(play, 2_020, order, 1, &kept());
            play.hold_again(2_030, order, &bought());
        },
        // Told too late, and edited once more after that.
        |play, order| {
            play.hold(2_010, order, &[bought()[0], bought()[1], line(PLENTY + 2, 1, 1_000)]);
            edited(play, 2_020, order, 1, &bought());
            amended(play, 2_020 + 901, order, 1, &bought());
            edited(play, 2_930, order, 2, &kept());
            amended(play, 2_940, order, 2, &kept());
        },
    ];
    for (place, way) in ways.into_iter().enumerate() {
        let mut play = healthy();
        let third = line(PLENTY + 2, 1, 1_000);
        let lines: &[Line] =
            if place == 2 { &[bought()[0], bought()[1], third] } else { &bought() };
        let order = play.sell(2_000, 0, lines);
        way(&mut play, order);
        let judgement = play.judge();
        let gate = gate(&judgement, Kpi::HandoffSuccess, None);
        let impact = gate.impact.expect("handoffs are known");
        assert_eq!((gate.bad, impact.units.0), (no(1), 3), "way {place}");
        assert_eq!(judgement.totals.due - judgement.totals.handed_off, 1, "way {place}");
    }
}
