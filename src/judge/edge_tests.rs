//! The edges of a verdict: harm without proof, promises never kept, channels that sell nothing,
//! facts that nobody could have told. Each was a GO, or a shrug, before.

use super::gate_tests::{band, delay, is_shown, not_proved};
use super::judgement::{Band, Measure, Reason, Unproved, Verdict};
use super::testing::*;
use crate::history::charter::{AcceptedRisk, Kpi, Observed};
use crate::history::fact::{Call, Ending, Outcome, Release, What};
use crate::ids::{ChannelId, Intent, OpId, SkuId, Version};
use crate::units::{Money, Qty};

/// One SKU of 500 units, 988 of 2,000 shoppers served, half of them cancelled.
pub(super) fn drop_of_one_sku() -> Play {
    let mut play = Play::new(charter(1));
    play.open(0, 500);
    for i in 0..988 {
        let (s, channel) = (10 + i / 2, (i % 2) as u16);
        let lines = [line(0, 1, 500)];
        let id = play.sell(s, channel, &lines);
        if i >= 501 {
            let (oms, why, sku) = (record_of(id), Release::Stock, None);
            play.hold(s + 5, id, &lines);
            play.add(s + 60, What::OmsCancelled { order: id, oms, why, sku });
            play.add(s + 61, What::Released { order: id, why });
        } else {
            play.hold(s + 5, id, &lines);
        }
    }
    play.add(3_600, What::TrafficEnded {});
    play.end(7_300);
    play
}

#[test]
fn a_single_sku_that_cancels_half_of_its_buyers_is_a_no_go() {
    let judgement = drop_of_one_sku().judge();
    let cancelled = gate(&judgement, Kpi::StockCancellations, None);
    assert_eq!((cancelled.band, cancelled.bad.definite), (Band::Failed, 487));
    let Measure::Share(low) = cancelled.low else { panic!("a share") };
    assert!((460_000..=470_000).contains(&low.0), "plain, not clustered: {low:?}");
    assert_eq!(judgement.verdict, Verdict::NoGo);
    let Reason::Gate(first) = judgement.reasons[0] else { panic!("{:?}", judgement.reasons) };
    assert_eq!(judgement.gates[first].kpi, Kpi::StockCancellations, "the harm leads");
    assert!(!judgement.in_band);
}

#[test]
fn four_bad_events_are_an_accident_and_five_a_failure() {
    for (bad, expected) in [(4, not_proved(Unproved::AtTheLimit)), (5, Band::Failed)] {
        let mut play = Play::new(charter(60));
        for sku in 0..60 {
            play.open(sku, 1);
            let lines = [line(sku, 1, 1)];
            let id = play.sell(10 + u64::from(sku) * 30, (sku % 2) as u16, &lines);
            play.hold(15 + u64::from(sku) * 30, id, &lines);
            if sku < bad {
                play.add(2_500, What::Released { order: id, why: Release::Stock });
            }
        }
        play.refuse(3_000, 0, line(59, 1, 0)).refuse(3_000, 1, line(59, 1, 0));
        play.add(3_600, What::TrafficEnded {});
        play.end(7_300);
        assert_eq!(band(&play.judge(), Kpi::StockCancellations), expected, "{bad} of 60");
    }
}

#[test]
fn a_channel_that_accepts_nothing_is_never_waived() {
    for (wanted, risk) in [(1_400, false), (30, false), (30, true)] {
        let mut play = healthy();
        let mut third = play.charter.channels[1].clone();
        third.name = "corner".into();
        play.charter.channels.push(third);
        play.more_channels();
        let none_left = SOLD_OUT + 2 * OTHERS - 1;
        play.open(none_left, 0);
        for i in 0..OTHERS {
            let (channel, sku) = (ChannelId(2), SkuId(SOLD_OUT + OTHERS + i));
            let s = 110 + u64::from(i) * 18;
            play.add(s, What::Listed { channel, sku, version: Version(1), seen: None });
        }
        for i in 0..wanted {
            play.refuse(10 + i % 3_000, 2, line(none_left, 1, 0));
        }
        if risk {
            play.charter.accepted_risks = Kpi::ALL
                .map(|gate| AcceptedRisk {
                    gate,
                    channel: Some(ChannelId(2)),
                    why: "new".into(),
                    by: "board".into(),
                    until: "2027-01-01".into(),
                    expired: false,
                })
                .to_vec();
        }
        let judgement = play.judge();
        assert_eq!(judgement.verdict, Verdict::Inconclusive, "{wanted} wanted, risk {risk}");
        assert_eq!(judgement.reasons, [Reason::NothingAccepted(ChannelId(2))]);
        assert!(!judgement.channels[2].too_small_to_block);
    }
}

#[test]
fn a_channel_weighs_what_was_wanted_on_it() {
    let mut play = healthy();
    for i in 0..2_000 {
        play.refuse(10 + i, 1, line(0, 1, 0));
    }
    let judgement = play.judge();
    let share = judgement.channels[1].share.0;
    assert!(share > 650_000, "half of the orders accepted, {share} ppm of those wanted");
}

#[test]
fn calls_without_an_answer_are_bounded_like_calls_not_sent() {
    let unanswered = |every: u64, resolved: bool| {
        let mut play = healthy();
        let mut later = Vec::new();
        play.edit(|at, what| match what {
            What::Answered { op, .. } if op.0 % every == 0 => {
                later.push(op);
                Some((at, What::Answered { op, outcome: Outcome::Unknown }))
            }
            what => Some((at, what)),
        });
        if resolved {
            for op in later {
                play.add(7_300, What::Resolved { op, outcome: Outcome::Done });
            }
            // The resolution pass comes before the last record.
            play.edit(|at, what| match what {
                What::Ended { .. } => Some((secs(7_301), what)),
                what => Some((at, what)),
            });
        }
        play.judge()
    };
    for resolved in [false, true] {
        let judgement = unanswered(2, resolved);
        assert!(judgement.load.unanswered, "resolved {resolved}");
        assert_eq!(judgement.verdict, Verdict::Inconclusive, "resolved {resolved}");
        assert_eq!(judgement.reasons[0], Reason::Run(Unproved::Unanswered));
        assert_eq!(unanswered(1_000, resolved).verdict, Verdict::Go, "a handful is no share");
    }
}

#[test]
fn nothing_wanted_is_nothing_tested_and_a_load_nobody_recorded_is_not_observed() {
    let mut empty = Play::new(charter(3));
    empty.open(0, 3);
    empty.charter.gates.clear();
    empty.add(3_600, What::TrafficEnded {}).end(7_300);
    let judgement = empty.judge();
    assert!(judgement.reasons.contains(&Reason::Run(Unproved::NotExercised)));
    assert_eq!(judgement.verdict, Verdict::Inconclusive);

    let mut silent = healthy();
    silent.edit(|at, what| {
        let told = matches!(what, What::Sent { .. } | What::Answered { .. });
        (!told).then_some((at, what))
    });
    let judgement = silent.judge();
    assert_eq!(judgement.reasons, [Reason::Run(Unproved::NotObserved)]);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

#[test]
fn who_says_it_is_over_before_it_is_knows_less_than_he_says() {
    let mut early = healthy();
    early.edit(|at, what| match what {
        What::TrafficEnded {} => None,
        What::Quiet {} => Some((secs(1_700), what)),
        What::Ended { .. } => Some((secs(1_700), What::Ended { why: Ending::Finished })),
        what => (at <= secs(1_690)).then_some((at, what)),
    });
    assert_eq!(early.judge().reasons[0], Reason::Run(Unproved::Truncated));

    let mut stirred = healthy();
    stirred.edit(|at, what| match what {
        What::Quiet {} => Some((secs(3_601), what)),
        what => Some((at, what)),
    });
    stirred.show(4_000, 0, 0, 3, 0);
    let judgement = stirred.judge();
    assert_eq!(judgement.reasons[0], Reason::Run(Unproved::Truncated), "it moved after quiet");

    let mut open = healthy();
    let (op, call, channel) = (OpId(1 << 40), Call::PlaceOrder, Some(ChannelId(0)));
    let (intent, intended) = (Intent(1 << 40), secs(3_000));
    open.add(3_000, What::Sent { op, call, channel, intent, intended });
    assert_eq!(open.judge().reasons[0], Reason::Run(Unproved::Truncated), "a call is still open");
}

#[test]
fn what_nobody_could_have_told_is_neither_passed_nor_failed() {
    for (kind, kpi) in [
        (Observed::OmsOrders, Kpi::HandoffSuccess),
        (Observed::OmsOrders, Kpi::ReconciliationVariance),
        (Observed::Prices, Kpi::PriceLag),
        (Observed::Prices, Kpi::MispricedOrders),
        (Observed::Listings, Kpi::ListingLatency),
        (Observed::Offers, Kpi::SyncLag),
        (Observed::Cancellations, Kpi::StockCancellations),
        (Observed::Supply, Kpi::OversoldOrders),
    ] {
        let mut play = drop_of_one_sku();
        play.charter.observes.retain(|seen| *seen != kind);
        assert_eq!(band(&play.judge(), kpi), not_proved(Unproved::NotObserved), "{kpi:?}");
        let mut play = healthy();
        play.charter.observes.retain(|seen| *seen != kind);
        let judgement = play.judge();
        assert_eq!(band(&judgement, kpi), not_proved(Unproved::NotObserved), "{kpi:?}");
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
    }
}

#[test]
fn a_history_of_channel_orders_alone_does_not_convict_the_oms() {
    let mut play = healthy();
    play.edit(|at, what| {
        let oms =
            matches!(what, What::Delivered { .. } | What::Held { .. } | What::HandoffTried { .. });
        (!oms).then_some((at, what))
    });
    let judgement = play.judge();
    assert_eq!(band(&judgement, Kpi::HandoffSuccess), not_proved(Unproved::NotObserved));
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

#[test]
fn a_run_that_the_harness_spoilt_convicts_nobody_but_by_what_must_be_zero() {
    let mut play = healthy();
    delay(&mut play, 5, 1_000, is_shown);
    play.add(100, What::Stalled { wall_us: 400_000 });
    play.charter.speed_milli = 60_000;
    let judgement = play.judge();
    assert!(judgement.load.too_coarse);
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    let twice = order(0, 3);
    play.hold_again(2_000, twice, &[line(0, 1, 0)]);
    assert_eq!(
        play.judge().verdict,
        Verdict::NoGo,
        "an order created twice is no matter of clocks"
    );
}

#[test]
fn sales_kept_are_what_is_left_of_them() {
    let judgement = drop_of_one_sku().judge();
    let totals = &judgement.totals;
    assert_eq!((totals.units, totals.kept.units), (Qty(988), Qty(500)));
    assert_eq!(totals.kept.money, Money(500 * PRICE.0));
    let whole = healthy().judge();
    assert_eq!(whole.totals.kept.units, whole.totals.units);
    assert_eq!(whole.totals.kept.money, whole.totals.money);
}
