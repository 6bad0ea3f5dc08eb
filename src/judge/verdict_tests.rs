//! What gates together say: spoilt runs, accepted risks, small channels.

use super::gate_tests::{band, delay, is_shown, not_proved};
use super::judgement::{Band, Reason, Unproved, Verdict};
use super::testing::*;
use crate::history::charter::{AcceptedRisk, GoWhen, Input, Kpi, Limits, Unread};
use crate::history::fact::{Ending, What};
use crate::ids::ChannelId;
use crate::units::{At, Span};

#[test]
fn an_interrupted_or_torn_run_is_truncated_and_a_definite_failure_stands() {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::Ended { .. } => Some((at, What::Ended { why: Ending::Interrupted })),
        what => Some((at, what)),
    });
    let judgement = play.judge();
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    assert_eq!(judgement.reasons, [Reason::Run(Unproved::Truncated)]);
    play.edit(|at, what| (!matches!(what, What::Ended { .. })).then_some((at, what)));
    assert_eq!(play.judge().verdict, Verdict::Inconclusive);
    delay(&mut play, 5, 1_000, is_shown);
    let judgement = play.judge();
    assert_eq!((judgement.verdict, judgement.ending), (Verdict::NoGo, None));
    assert_eq!(judgement.channels[0].verdict, Verdict::NoGo);
}

#[test]
fn a_generator_that_fell_behind_proves_nothing() {
    let mut unsent = healthy();
    for i in 0..60 {
        let (call, channel) = (crate::history::fact::Call::PlaceOrder, Some(ChannelId(0)));
        let (intent, intended) = (crate::ids::Intent(1 << 40 | i), secs(100));
        unsent.add(100, What::Unsent { op: None, call, channel, intent, intended });
    }
    let mut late = healthy();
    late.charter.speed_milli = 60_000;
    let mut n = 0;
    late.edit(|at, what| match what {
        What::Sent { op, call, channel, intent, intended } => {
            n += 1;
            let behind = if n % 50 == 0 { 7_000_000 } else { 0 };
            let intended = At(intended.0 - behind);
            Some((at, What::Sent { op, call, channel, intent, intended }))
        }
        what => Some((at, what)),
    });
    for play in [unsent, late] {
        let judgement = play.judge();
        assert!(judgement.load.saturated);
        assert_eq!(judgement.reasons, [Reason::Run(Unproved::GeneratorSaturated)]);
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
        assert_eq!(band(&judgement, Kpi::SyncLag), not_proved(Unproved::GeneratorSaturated));
    }
}

#[test]
fn a_stall_too_long_for_the_speed_is_too_coarse() {
    for (wall_us, coarse) in [(299_000, false), (301_000, true)] {
        let mut play = healthy();
        play.charter.speed_milli = 60_000;
        play.add(500, What::Stalled { wall_us });
        let judgement = play.judge();
        assert_eq!(judgement.load.too_coarse, coarse, "a tenth of 3 min at 60x is 0.3 s");
        assert_eq!(judgement.verdict == Verdict::Inconclusive, coarse);
    }
}

fn risk(gate: Kpi, channel: Option<u16>, expired: bool) -> AcceptedRisk {
    AcceptedRisk {
        gate,
        channel: channel.map(ChannelId),
        why: "known".into(),
        by: "board".into(),
        until: "2026-12-01".into(),
        expired,
    }
}

#[test]
fn an_accepted_risk_is_a_condition_until_it_expires() {
    let mut play = healthy();
    delay(&mut play, 5, 1_000, is_shown);
    assert_eq!(play.judge().verdict, Verdict::NoGo);
    play.charter.accepted_risks = vec![risk(Kpi::SyncLag, None, false)];
    let judgement = play.judge();
    assert_eq!(judgement.verdict, Verdict::GoWithConditions);
    assert_eq!(gate(&judgement, Kpi::SyncLag, Some(1)).accepted, Some(0));
    play.charter.accepted_risks = vec![risk(Kpi::SyncLag, None, true)];
    assert_eq!(play.judge().verdict, Verdict::NoGo);
    play.charter.accepted_risks = vec![risk(Kpi::SyncLag, Some(0), false)];
    assert_eq!(play.judge().verdict, Verdict::NoGo, "the other channel is not covered");
}

#[test]
fn a_watch_is_a_condition_unless_only_healthy_will_do() {
    let mut play = healthy();
    delay(&mut play, 12, 300, is_shown);
    assert_eq!(play.judge().verdict, Verdict::GoWithConditions);
    play.charter.go_when = GoWhen::Healthy;
    assert_eq!(play.judge().verdict, Verdict::NoGo);
}

#[test]
fn a_small_channel_does_not_block_for_want_of_samples() {
    for (orders, blocks) in [(20, false), (200, true)] {
        let mut play = healthy();
        let mut third = play.charter.channels[1].clone();
        third.name = "corner".into();
        play.charter.channels.push(third);
        let mut play = rebuilt(play);
        for i in 0..orders {
            let lines = [line(SOLD_OUT, 1, 1_000)];
            let id = play.sell(100 + i, 2, &lines);
            play.hold(110 + i, id, &lines);
        }
        let judgement = play.judge();
        assert_eq!(judgement.verdict == Verdict::Inconclusive, blocks, "{orders} orders");
        assert_eq!(judgement.channels[2].verdict, Verdict::Inconclusive);
        assert_eq!(judgement.channels[2].too_small_to_block, !blocks);
    }
}

#[test]
fn what_a_channel_cannot_prove_and_somebody_answers_for_is_left_out_of_the_runs_verdict() {
    let mut play = healthy();
    let mut third = play.charter.channels[1].clone();
    third.name = "corner".into();
    play.charter.channels.push(third);
    let mut play = rebuilt(play);
    for i in 0..200 {
        let lines = [line(SOLD_OUT, 1, 1_000)];
        let id = play.sell(100 + i, 2, &lines);
        play.hold(110 + i, id, &lines);
    }
    play.show(7_000, 2, SOLD_OUT, 0, 1_000);
    assert_eq!(play.judge().verdict, Verdict::Inconclusive, "it is too large to be left out");
    play.charter.accepted_risks =
        Kpi::ALL.into_iter().map(|kpi| risk(kpi, Some(2), false)).collect();
    let judgement = play.judge();
    assert_eq!(judgement.verdict, Verdict::Go, "{:?}", judgement.reasons);
    assert_eq!(judgement.channels[2].verdict, Verdict::GoWithConditions, "its own says so");
    play.charter.accepted_risks.iter_mut().for_each(|risk| risk.expired = true);
    assert_eq!(play.judge().verdict, Verdict::Inconclusive, "until it expires");
}

/// The listing samples of a third channel, which sells nothing else, would be censored.
pub(super) fn rebuilt(mut play: Play) -> Play {
    play.more_channels();
    play.edit(|at, what| (!matches!(what, What::ListingSet { .. })).then_some((at, what)));
    play.charter.gates.retain(|gate| gate.kpi != Kpi::ListingLatency);
    play
}

#[test]
fn no_gates_is_no_go_ahead() {
    let mut play = healthy();
    play.charter.gates.clear();
    assert_eq!(play.judge().verdict, Verdict::Inconclusive);
}

#[test]
fn loosened_limits_are_those_in_force() {
    let mut play = healthy();
    delay(&mut play, 5, 1_000, is_shown);
    let loose = Limits::LagP95 { healthy: Span::from_mins(30), watch: Span::from_mins(40) };
    play.charter.gates.iter_mut().filter(|g| g.kpi == Kpi::SyncLag).for_each(|g| g.limits = loose);
    assert_eq!(band(&play.judge(), Kpi::SyncLag), Band::Healthy);
}

#[test]
fn rows_that_could_not_be_read_weigh_on_the_verdict() {
    let whole = healthy().judge().verdict;
    assert!(whole <= Verdict::GoWithConditions);
    for (missing, verdict, said) in [
        (0, whole, false),
        (10, whole, false),
        (11, Verdict::GoWithConditions, true),
        (200, Verdict::GoWithConditions, true),
        (201, Verdict::Inconclusive, true),
    ] {
        let mut play = healthy();
        let unread = vec![Unread { about: "price".to_owned(), rows: missing }];
        let (file, stretch) = ("orders.csv".to_owned(), String::new());
        play.charter.input = Some(Input { file, stretch, rows: 10_000, unread });
        let judgement = play.judge();
        assert_eq!(judgement.verdict, verdict, "{missing} of 10,000");
        assert_eq!(judgement.reasons.contains(&Reason::RowsMissing), said, "{missing}");
    }
}
