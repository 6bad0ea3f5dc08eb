//! Objectives for recovery: kept, missed, not known, and never asked.

use super::judgement::{Band, Judgement, Reason, Unproved, Verdict};
use super::testing::*;
use crate::history::charter::{CountedFrom, FaultPlanned, Kpi, Objective};
use crate::history::fact::{Address, HarnessFault, Release, What};
use crate::ids::FaultId;
use crate::units::{At, Span};

/// From minute 10 to 15 the OMS holds no order; something is broken from then on, for a minute.
fn outage(objective: Objective) -> Play {
    let mut play = broken(objective);
    let lost = |at: At| (secs(600)..secs(900)).contains(&at);
    let mut gone = std::collections::BTreeSet::new();
    play.edit(|at, what| match what {
        What::Accepted { order, .. } if lost(at) => {
            gone.insert(order);
            Some((at, what))
        }
        what => Some((at, what)),
    });
    play.edit(|at, what| match what {
        What::Held { order, .. } if gone.contains(&order) => None,
        what => Some((at, what)),
    });
    play
}

/// A campaign in which nothing goes wrong, though something is broken for a minute.
fn broken(objective: Objective) -> Play {
    let mut play = healthy();
    play.charter.faults = vec![FaultPlanned {
        name: "outage".into(),
        does: "unavailable at oms".into(),
        spells: vec![],
        at: vec![],
    }];
    play.charter.objectives = vec![objective];
    let fault = FaultId(0);
    play.add(600, What::Fault { fault, in_force: true });
    play.add(605, What::FaultHits { fault, hits: 3 });
    play.add(660, What::Fault { fault, in_force: false });
    play
}

fn within(s: u64, counted_from: CountedFrom) -> Objective {
    Objective::RecoversWithin { within: Span::from_secs(s), counted_from }
}

fn stands(judgement: &Judgement) -> (Band, Verdict, bool) {
    let [objective] = &judgement.objectives[..] else { panic!("{:?}", judgement.objectives) };
    let told = judgement.reasons.contains(&Reason::Objective(0));
    assert_eq!(told, objective.band != Band::Healthy, "{:?}", judgement.reasons);
    (objective.band, judgement.verdict, judgement.in_band)
}

#[test]
fn what_never_leaves_its_bands_keeps_every_objective() {
    for objective in [
        within(1, CountedFrom::Beginning),
        within(1, CountedFrom::End),
        Objective::LosesAtMost { orders: 0 },
        Objective::OldestWaits { at_most: Span::from_secs(10) },
    ] {
        let judgement = broken(objective).judge();
        assert_eq!(stands(&judgement), (Band::Healthy, Verdict::Go, true), "{objective:?}");
        assert_eq!((judgement.objectives[0].kept, judgement.objectives[0].first), (1, None));
    }
}

/// In band again from minute 15 on: five minutes after the beginning, four after the end.
#[test]
fn a_recovery_is_held_against_its_time_to_the_minute_in_which_it_came() {
    use CountedFrom::{Beginning, End};
    let band = |s, from| outage(within(s, from)).judge().objectives[0].band;
    assert_eq!(band(300, Beginning), Band::Healthy);
    assert_eq!(band(299, Beginning), Band::NotProved(Unproved::AtTheLimit));
    assert_eq!(band(241, Beginning), Band::NotProved(Unproved::AtTheLimit));
    assert_eq!(band(240, Beginning), Band::Failed);
    assert_eq!(band(240, End), Band::Healthy);
    assert_eq!(band(180, End), Band::Failed);
    let missed = outage(within(60, Beginning)).judge();
    let [objective] = &missed.objectives[..] else { panic!() };
    assert_eq!((objective.missed, objective.worst), (1, Some(300_000_000)));
    assert_eq!(objective.first, Some(secs(600)));
    assert!(missed.reasons.contains(&Reason::Objective(0)) && !missed.in_band);
}

#[test]
fn an_objective_that_is_missed_is_a_no_go_by_itself() {
    // One order held late: every gate is proved all the same.
    let mut play = broken(Objective::OldestWaits { at_most: Span::from_secs(60) });
    let mut late = None;
    play.edit(|at, what| match what {
        What::Accepted { order, .. } if at >= secs(620) && late.is_none() => {
            late = Some(order);
            Some((at, what))
        }
        What::Held { order, .. } if late == Some(order) => Some((At(at.0 + 120_000_000), what)),
        what => Some((at, what)),
    });
    let judgement = play.judge();
    let [objective] = &judgement.objectives[..] else { panic!() };
    assert_eq!((objective.band, objective.worst), (Band::Failed, Some(130_000_000)));
    assert_eq!(judgement.reasons, [Reason::Objective(0)]);
    assert_eq!(judgement.verdict, Verdict::NoGo);
    play.charter.objectives = vec![Objective::OldestWaits { at_most: Span::from_secs(130) }];
    assert_eq!(stands(&play.judge()), (Band::Healthy, Verdict::Go, true));
}

#[test]
fn orders_that_never_come_are_lost_and_wait_for_ever() {
    let lost = outage(Objective::LosesAtMost { orders: 0 }).judge();
    let [objective] = &lost.objectives[..] else { panic!() };
    let seen = lost.disturbances[0].lost;
    assert_eq!((seen.definite, objective.worst), (seen.possible, Some(seen.definite)));
    assert!(seen.definite > 100 && objective.band == Band::Failed);
    let orders = seen.definite;
    let at_most = |orders| outage(Objective::LosesAtMost { orders }).judge().objectives[0].band;
    assert_eq!((at_most(orders), at_most(orders - 1)), (Band::Healthy, Band::Failed));
    assert_eq!(at_most(orders + 1), Band::Healthy, "fewer than may be");
    let waits = Objective::OldestWaits { at_most: Span::from_mins(600) };
    let waits = outage(waits).judge();
    assert_eq!((waits.objectives[0].band, waits.objectives[0].worst), (Band::Failed, None));
}

/// Accepted at 620 and never handed over; released `after` so many seconds.
fn let_go(after: u64, why: Release, at_most: u64) -> Judgement {
    let mut play = broken(Objective::OldestWaits { at_most: Span::from_secs(at_most) });
    let mut lost = None;
    play.edit(|at, what| match what {
        What::Accepted { order, .. } if at >= secs(620) && lost.is_none() => {
            lost = Some((at, order));
            Some((at, what))
        }
        What::Held { order, .. } | What::Delivered { order, .. }
            if lost.is_some_and(|(_, gone)| gone == order) =>
        {
            None
        }
        what => Some((at, what)),
    });
    let (at, order) = lost.expect("somebody buys");
    play.add(at.0 / 1_000_000 + after, What::Released { order, why });
    play.judge()
}

/// An order that its channel let go after its deadline once counted as none that waited.
#[test]
fn who_waited_until_the_channel_let_them_go_waited() {
    let told = |after, why, at_most| {
        let judgement = let_go(after, why, at_most);
        let one = &judgement.objectives[0];
        assert_eq!(judgement.disturbances[0].lost.possible, 0, "nobody's loss");
        (one.band, one.worst)
    };
    let (hour, customer) = (3_600, Release::Customer);
    assert_eq!(told(1_000, customer, 999), (Band::Failed, Some(1_000_000_000)));
    assert_eq!(told(1_000, customer, hour), (Band::Healthy, Some(1_000_000_000)));
    // In time: it need not reach the OMS.
    let (band, worst) = told(800, customer, 60);
    assert_eq!((band, worst), (Band::Healthy, Some(10_000_000)));
    // Paid, and let go for want of payment: it is due all the same.
    assert_eq!(told(1_000, Release::Payment, hour), (Band::Failed, None));
}

#[test]
fn a_record_that_ends_too_soon_leaves_it_open() {
    // Cut at minute 14: all that was lost could still come, and nobody knows when it was over.
    let cut = |objective| {
        let mut play = outage(objective);
        play.edit(|at, what| (at < secs(840)).then_some((at, what)));
        play.judge()
    };
    for objective in [
        within(120, CountedFrom::Beginning),
        Objective::LosesAtMost { orders: 0 },
        Objective::OldestWaits { at_most: Span::from_mins(15) },
    ] {
        let judgement = cut(objective);
        let [seen] = &judgement.objectives[..] else { panic!() };
        assert_eq!(seen.band, Band::NotProved(Unproved::Truncated), "{objective:?}");
        assert_eq!((seen.open, seen.missed), (1, 0), "{objective:?}");
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
    }
    // Cut off while it is broken, and nothing lost so far: more may be.
    for objective in [
        Objective::LosesAtMost { orders: 0 },
        Objective::OldestWaits { at_most: Span::from_mins(15) },
    ] {
        let mut play = broken(objective);
        play.edit(|at, what| (at < secs(630)).then_some((at, what)));
        let judgement = play.judge();
        assert!(judgement.disturbances[0].cut, "{objective:?}");
        let seen = &judgement.objectives[0];
        assert_eq!((seen.open, seen.kept), (1, 0), "{objective:?}");
    }
    // What has waited longer already is missed, however it goes on.
    let waited = cut(Objective::OldestWaits { at_most: Span::from_secs(60) });
    assert_eq!(waited.objectives[0].band, Band::Failed);
}

#[test]
fn nothing_broken_exercises_nothing() {
    let mut play = healthy();
    play.charter.objectives = vec![within(60, CountedFrom::Beginning)];
    let untried = (Band::NotProved(Unproved::NotExercised), Verdict::Inconclusive, true);
    assert_eq!(stands(&play.judge()), untried);
    let mut vain = broken(within(60, CountedFrom::Beginning));
    vain.edit(|at, what| match what {
        What::FaultHits { .. } => None,
        what => Some((at, what)),
    });
    assert_eq!(stands(&vain.judge()), untried, "it met nothing");
    let mut ungated = broken(within(60, CountedFrom::Beginning));
    ungated.charter.gates.clear();
    let band = ungated.judge().objectives[0].band;
    assert_eq!(band, Band::NotProved(Unproved::NotExercised), "no band to come back to");
}

#[test]
fn what_nobody_could_have_told_is_neither_kept_nor_missed() {
    use crate::history::charter::Observed;
    let mut play = outage(Objective::LosesAtMost { orders: 0 });
    play.charter.observes.retain(|kind| *kind != Observed::OmsOrders);
    assert_eq!(play.judge().objectives[0].band, Band::NotProved(Unproved::NotObserved));
}

/// A charter that says that everybody is heard, and a record without a word of the OMS.
#[test]
fn an_oms_that_never_spoke_convicts_nobody() {
    for (objective, rests) in [
        (Objective::LosesAtMost { orders: 0 }, true),
        (Objective::OldestWaits { at_most: Span::from_secs(60) }, true),
        (within(60, CountedFrom::Beginning), true),
        (within(60, CountedFrom::Beginning), false),
    ] {
        let mut play = broken(objective);
        play.edit(|at, what| match what {
            What::Held { .. }
            | What::Delivered { .. }
            | What::HandoffTried { .. }
            | What::OmsCancelled { .. }
            | What::Shipped { .. } => None,
            what => Some((at, what)),
        });
        if !rests {
            play.charter.gates.retain(|gate| gate.kpi != Kpi::HandoffSuccess);
        }
        let band = play.judge().objectives[0].band;
        let unseen = Band::NotProved(Unproved::NotObserved);
        assert_eq!(band == unseen, rests, "{objective:?}: {band:?}");
        assert_ne!(band, Band::Failed, "{objective:?}");
    }
}

#[test]
fn what_the_harness_may_have_done_is_held_against_nobody() {
    let mut play = outage(Objective::LosesAtMost { orders: 0 });
    let (fault, at) = (HarnessFault::Panicked, Address::Oms);
    play.add(700, What::Harness { fault, at, times: 1 });
    assert_eq!(play.judge().objectives[0].band, Band::NotProved(Unproved::HarnessFailed));
}

/// No worker attempted anything in the moment in which the OMS held it twice.
#[test]
fn an_order_held_twice_while_something_is_broken_is_told_of_it() {
    let mut play = broken(Objective::LosesAtMost { orders: 0 });
    assert_eq!(play.judge().disturbances[0].duplicates, 0);
    play.hold_again(630, order(0, 5), &[line(9, 1, 0)]);
    assert_eq!(play.judge().disturbances[0].duplicates, 1);
}

#[test]
fn an_objective_said_twice_is_refused() {
    let mut play = broken(Objective::LosesAtMost { orders: 0 });
    play.charter.objectives.push(Objective::LosesAtMost { orders: 9 });
    let first = play.history().remove(0);
    assert!(super::fold::Fold::new().eat(&first).is_err());
}
