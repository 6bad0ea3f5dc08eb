//! What no gate counted, and a GO was said over: orders ended on one side, orders never paid, small
//! channels waived by the dozen, records cut short, shoppers told otherwise, charters that flatter.

use super::gate_tests::not_proved;
use super::judgement::{Band, Invariant, Judgement, Reason, Unproved, Verdict};
use super::testing::*;
use crate::history::charter::{AcceptedRisk, Kpi, Limits, Observed, Phase, PromotionTerms};
use crate::history::fact::{Outcome, Refusal, Release, StockCause, What};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{Money, Ppm, Qty, Span};

/// The healthy campaign of which the OMS cancels the first orders of a channel, as the customer's
/// wish; the channel is told, or not.
fn cancelled_by_the_oms(orders: u64, s: u64, told: bool) -> Play {
    let mut play = healthy();
    for number in 0..orders {
        let (order, why, sku) = (order(0, number), Release::Customer, None);
        play.add(s, What::OmsCancelled { order, oms: record_of(order), why, sku });
        play.give_back(s, order);
        if told {
            play.add(s + 30, What::Released { order, why });
        }
    }
    play
}

#[test]
fn an_order_that_one_side_ended_and_the_other_holds_is_told() {
    let clean = healthy().judge();
    assert_eq!(clean.verdict, Verdict::Go, "{:?}", clean.reasons);
    for (orders, band, verdict) in
        [(1, Band::Watch, Verdict::GoWithConditions), (30, Band::Failed, Verdict::NoGo)]
    {
        let judgement = cancelled_by_the_oms(orders, 3_000, false).judge();
        let rule = invariant(&judgement, Invariant::OneSidedEnd);
        assert_eq!((rule.band, rule.breaches.definite), (band, orders));
        assert_eq!(rule.money, PRICE.times(Qty(orders as i64)));
        assert_eq!(judgement.verdict, verdict, "{orders}: {:?}", judgement.reasons);
        assert_eq!(judgement.channels[0].verdict, verdict);
        assert_eq!(judgement.channels[1].verdict, Verdict::Go);
        assert_eq!(judgement.totals.money_at_risk.dead, rule.money, "what is dead is not kept");
        assert_eq!(clean.totals.kept.money - judgement.totals.kept.money, rule.money);
        assert_eq!(clean.totals.kept.units - judgement.totals.kept.units, Qty(orders as i64));
    }
    let told = cancelled_by_the_oms(30, 3_000, true).judge();
    assert_eq!(invariant(&told, Invariant::OneSidedEnd).breaches.definite, 0);
    assert_eq!(told.totals.money_at_risk.dead, Money::ZERO);
}

#[test]
fn an_end_that_may_still_be_told_is_possible() {
    let mut play = cancelled_by_the_oms(30, 7_200, false);
    play.edit(|at, what| (!matches!(what, What::Quiet {})).then_some((at, what)));
    let judgement = play.judge();
    let rule = invariant(&judgement, Invariant::OneSidedEnd);
    assert_eq!((rule.breaches.definite, rule.breaches.possible), (0, 30));
    assert_eq!(rule.band, not_proved(Unproved::Unresolved));
    assert_eq!(judgement.verdict, Verdict::Inconclusive, "{:?}", judgement.reasons);
}

#[test]
fn what_is_shipped_after_its_channel_released_it_is_told() {
    let shipped = |released: u64, shipped: u64| {
        let mut play = healthy();
        for number in 0..30 {
            let (order, lines) = (order(0, number), vec![]);
            play.add(released, What::Released { order, why: Release::Customer });
            let (oms, lines) = (record_of(order), lines.into());
            play.add(shipped, What::Shipped { order, oms, lines });
        }
        invariant(&play.judge(), Invariant::OneSidedEnd).breaches.definite
    };
    assert_eq!(shipped(3_000, 3_001), 30);
    assert_eq!(shipped(3_001, 3_000), 0, "sent back, or kept: it had left the building");
}

/// The healthy campaign of which so many orders await their payment to the end, quiet or not.
fn unpaid(each: u64, quiet: bool) -> Judgement {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::Accepted { order, intent, buyer, lines, .. } if order.number % each == 1 => {
            let awaits_payment = true;
            Some((at, What::Accepted { order, intent, buyer, lines, awaits_payment }))
        }
        What::Held { order, .. } | What::Delivered { order, .. } if order.number % each == 1 => {
            None
        }
        What::Quiet {} if !quiet => None,
        what => Some((at, what)),
    });
    play.judge()
}

#[test]
fn orders_that_never_become_ours_are_possible_failures() {
    for quiet in [false, true] {
        let judgement = unpaid(2, quiet);
        let handoff = gate(&judgement, Kpi::HandoffSuccess, None);
        assert_eq!(handoff.band, not_proved(Unproved::Unresolved), "quiet {quiet}");
        assert_eq!(handoff.samples, judgement.totals.accepted, "of all that was accepted");
        assert_eq!((handoff.bad.definite, handoff.bad.possible), (0, 1_050));
        assert_eq!(judgement.totals.awaiting_payment, 1_050);
        assert_eq!(judgement.verdict, Verdict::Inconclusive);
        assert!(!judgement.in_band, "and so counts every afternoon of a study");
    }
    let few = unpaid(1_000, true);
    assert_eq!(few.totals.awaiting_payment, 4);
    assert_eq!(few.verdict, Verdict::Go, "{:?}", few.reasons);
}

/// The healthy campaign with small channels beside it, of so many orders accepted and turned away
/// each, of a SKU of which there is plenty (or, `sold_out`, none is left).
fn with_small(channels: &[[u64; 2]], sold_out: bool) -> Play {
    let mut play = healthy();
    for (i, _) in channels.iter().enumerate() {
        let mut small = play.charter.channels[1].clone();
        small.name = format!("corner-{i}");
        play.charter.channels.push(small);
    }
    play.more_channels();
    let plenty = play.charter.skus;
    play.charter.skus += 2;
    play.open(plenty, 1_000_000).open(plenty + 1, 0);
    for i in 0..OTHERS {
        for c in 0..channels.len() as u16 {
            let (channel, sku) = (ChannelId(2 + c), SkuId(SOLD_OUT + OTHERS + i));
            let s = 110 + u64::from(i) * 18;
            play.add(s, What::Listed { channel, sku, version: Version(1), seen: None });
        }
    }
    let (mut left, mut version) = (1_000_000, 0);
    for (c, &[accepted, refused]) in channels.iter().enumerate() {
        let channel = 2 + c as u16;
        for i in 0..accepted {
            let s = 2_000 + (c as u64) * 300 + i;
            let lines = [line(plenty, 1, left)];
            let order = play.sell(s, channel, &lines);
            (left, version) = (left - 1, version + 1);
            play.hold(s, order, &lines);
            let levels = [version, 1_000_000, 1_000_000 - left, -1];
            play.stock(s, plenty, levels, StockCause::Reserve(order));
            for other in (0..play.charter.channels.len() as u16).filter(|c| *c != channel) {
                play.show(s, other, plenty, version as u64, left);
            }
        }
        for i in 0..refused {
            let sku = if sold_out { plenty + 1 } else { plenty };
            play.refuse(2_000 + i, channel, line(sku, 1, 0));
        }
    }
    play
}

#[test]
fn small_channels_are_waived_only_as_far_as_one_may_be() {
    let one = with_small(&[[100, 0]], false).judge();
    assert_eq!(one.verdict, Verdict::Go, "{:?}", one.reasons);
    assert!(one.channels[2].too_small_to_block);
    let two = with_small(&[[100, 0], [120, 0]], false).judge();
    assert_eq!(two.verdict, Verdict::Inconclusive, "each under 5 %, together over it");
    assert!(two.channels.iter().all(|channel| !channel.too_small_to_block));
    let Reason::Gate(first) = two.reasons[0] else { panic!("{:?}", two.reasons) };
    assert_eq!(two.gates[first].channel, Some(ChannelId(3)), "the largest is named first");
}

#[test]
fn a_channel_that_takes_next_to_nothing_though_stock_is_there_is_never_waived() {
    let nearly = with_small(&[[5, 60]], false).judge();
    assert_eq!(nearly.reasons[0], Reason::NothingAccepted(ChannelId(2)));
    assert_eq!(nearly.verdict, Verdict::Inconclusive);
    assert!(!nearly.channels[2].too_small_to_block);
    let sold_out = with_small(&[[5, 60]], true).judge();
    assert!(sold_out.channels[2].too_small_to_block, "what nobody could have taken is no refusal");
    assert_eq!(sold_out.verdict, Verdict::Go, "{:?}", sold_out.reasons);
}

#[test]
fn a_record_that_ends_before_its_traffic_is_cut() {
    let mut play = healthy();
    play.edit(|at, what| {
        let late = at > secs(1_800) && !matches!(what, What::Ended { .. } | What::Quiet {});
        (!late).then_some((at.min(secs(1_801)), what))
    });
    play.add(1_800, What::TrafficEnded {});
    assert_eq!(play.judge().reasons[0], Reason::Run(Unproved::Truncated));
}

#[test]
fn a_phase_in_which_nobody_came_is_not_put_to_the_test() {
    let phase = |name: &str, from, until, silent| Phase {
        name: name.into(),
        from: secs(from),
        until: secs(until),
        silent,
    };
    for (silent, verdict) in [(false, Verdict::Inconclusive), (true, Verdict::Go)] {
        let mut play = healthy();
        play.charter.phases =
            vec![phase("doors", 0, 1_800, false), phase("peak", 1_800, 3_600, silent)];
        let judgement = play.judge();
        assert_eq!(judgement.verdict, verdict, "{:?}", judgement.reasons);
        assert_eq!(judgement.silent_phases, if silent { vec![] } else { vec![1] });
    }
}

/// The healthy campaign with other answers on channel 1.
fn answered(each: u64, was: Outcome, is: Outcome) -> Play {
    let (mut play, mut ours, mut seen) = (healthy(), Vec::new(), 0);
    play.edit(|at, what| match what {
        What::Sent { op, channel, .. } => {
            ours.extend(Some(op).filter(|_| channel == Some(ChannelId(1))));
            Some((at, what))
        }
        What::Answered { op, outcome } if outcome == was && ours.contains(&op) => {
            seen += 1;
            let outcome = if seen % each == 0 { is } else { was };
            Some((at, What::Answered { op, outcome }))
        }
        what => Some((at, what)),
    });
    play
}

#[test]
fn what_shoppers_are_told_is_held_against_what_channels_did() {
    for (was, is) in [(Outcome::Done, Outcome::Refused), (Outcome::Refused, Outcome::Done)] {
        for (each, spoils) in [(1, true), (600, false)] {
            let judgement = answered(each, was, is).judge();
            let rule = invariant(&judgement, Invariant::ContradictedAnswer);
            assert_eq!(rule.band, not_proved(Unproved::Contradicted), "{was:?} {is:?}");
            assert_eq!(judgement.verdict, Verdict::Inconclusive);
            let here = gate(&judgement, Kpi::SyncLag, Some(1)).band;
            assert_eq!(here == not_proved(Unproved::Contradicted), spoils, "{was:?} {is:?}");
            assert_eq!(judgement.channels[0].verdict, Verdict::Go);
            let totals = &judgement.channel_totals[1];
            let counted = if is == Outcome::Refused { totals.denied } else { totals.unkept };
            assert_eq!((counted, judgement.channel_totals[0].denied), (rule.breaches.definite, 0));
        }
    }
    let mut again = healthy();
    let lines = [line(SOLD_OUT, 1, 1_000)];
    let intent = again.call(30, 0, Outcome::Refused);
    let (op, call) = (crate::ids::OpId(1 << 40), crate::history::fact::Call::PlaceOrder);
    let channel = Some(ChannelId(0));
    again.add(31, What::Sent { op, call, channel, intent, intended: secs(31) });
    again.sell_for(31, 0, &lines, intent);
    again.add(31, What::Answered { op, outcome: Outcome::Done });
    let rule = again.judge();
    assert_eq!(invariant(&rule, Invariant::ContradictedAnswer).breaches.definite, 0);
}

#[test]
fn a_channel_whose_shoppers_are_not_on_record_weighs_what_it_decided() {
    let (mut play, mut gone) = (healthy(), Vec::new());
    play.edit(|at, what| match what {
        What::Sent { op, channel: Some(ChannelId(1)), .. } => {
            gone.push(op);
            None
        }
        What::Answered { op, .. } if gone.contains(&op) => None,
        what => Some((at, what)),
    });
    let judgement = play.judge();
    assert!(judgement.channels[1].share > Ppm(400_000), "{:?}", judgement.channels[1].share);
    let band = gate(&judgement, Kpi::StockCancellations, Some(1)).band;
    assert_eq!(band, not_proved(Unproved::NotObserved));
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

#[test]
fn without_a_word_of_the_load_its_honesty_is_not_observed() {
    let mut play = healthy();
    play.charter.observes.retain(|kind| *kind != Observed::Load);
    assert_eq!(play.judge().reasons[0], Reason::Run(Unproved::NotObserved));
}

#[test]
fn a_charter_is_not_believed_about_its_own_strictness() {
    let mut play = healthy();
    for gate in &mut play.charter.gates {
        if let Limits::AtMost { watch, .. } = &mut gate.limits {
            *watch = Ppm::ONE;
        }
    }
    play.charter.accepted_risks = vec![AcceptedRisk {
        gate: Kpi::SyncLag,
        channel: None,
        why: "it was fine".into(),
        by: "board".into(),
        until: "2001-01-01".into(),
        expired: false,
    }];
    let charter = play.judge().charter;
    assert_eq!(charter.gates.iter().filter(|gate| gate.loosened).count(), 4);
    assert!(charter.accepted_risks[0].expired);
}

#[test]
fn without_the_gates_that_matter_nothing_is_a_plain_go() {
    let without = |gone: &[Kpi]| {
        let mut play = healthy();
        play.charter.gates.retain(|gate| !gone.contains(&gate.kpi));
        play.judge()
    };
    let one = without(&[Kpi::PriceLag, Kpi::OversoldOrders]);
    assert_eq!(one.not_gated, [Kpi::PriceLag, Kpi::OversoldOrders]);
    assert_eq!(one.verdict, Verdict::Go, "said, and no more: {:?}", one.reasons);
    let sync = without(&[Kpi::SyncLag]);
    assert_eq!(sync.reasons, [Reason::NotGated(Kpi::SyncLag)]);
    assert_eq!(sync.verdict, Verdict::GoWithConditions);
    let both = without(&[Kpi::OversoldOrders, Kpi::StockCancellations]);
    assert_eq!(both.verdict, Verdict::GoWithConditions);
}

/// Prices of a promotion change whoever saw it: what nobody holds to a limit is said.
#[test]
fn a_promotion_whose_prices_nobody_holds_is_told() {
    let mut play = healthy();
    play.charter.gates.retain(|gate| !matches!(gate.kpi, Kpi::PriceLag | Kpi::MispricedOrders));
    play.charter.observes.retain(|kind| *kind != Observed::Prices);
    play.facts.retain(|(_, what)| !matches!(what, What::PriceSet { .. } | What::Priced { .. }));
    assert_eq!(play.judge().not_gated, []);
    let (from, until) = (secs(10), secs(20));
    play.charter.promotions =
        vec![PromotionTerms { name: "doors".into(), from, until, on: vec![] }];
    assert_eq!(play.judge().not_gated, [Kpi::PriceLag, Kpi::MispricedOrders]);
}

#[test]
fn shoppers_sent_away_are_a_condition_from_one_in_a_hundred_on() {
    for (away, verdict) in [(9, Verdict::Go), (30, Verdict::GoWithConditions)] {
        let mut play = healthy();
        for i in 0..away {
            let intent = play.call(100 + i, 1, Outcome::Refused);
            let (channel, why) = (ChannelId(1), Refusal::Unavailable);
            play.add(100 + i, What::TurnedAway { channel, intent, why, line: None });
        }
        let judgement = play.judge();
        assert_eq!(invariant(&judgement, Invariant::SentAway).breaches.definite, away);
        assert_eq!(judgement.verdict, verdict, "{away}: {:?}", judgement.reasons);
    }
}

/// So many orders of the first channel cancelled long after the term of the gate.
pub(super) fn cancelled_late(orders: u64) -> Play {
    let mut play = healthy();
    play.charter.promises.cancellations_count_for = Span::from_mins(15);
    for number in 0..orders {
        let (order, why) = (order(0, number), Release::Stock);
        let (oms, sku) = (record_of(order), None);
        play.add(3_000, What::OmsCancelled { order, oms, why, sku });
        play.add(3_000, What::Released { order, why });
    }
    play
}

#[test]
fn a_cancellation_after_its_term_is_one_all_the_same() {
    let late = |orders| {
        let judgement = cancelled_late(orders).judge();
        let rule = invariant(&judgement, Invariant::LateCancellation).clone();
        assert_eq!(rule.breaches.definite, orders);
        let is_named = judgement.reasons.iter().any(|reason| match *reason {
            Reason::Invariant(place) => judgement.invariants[place].invariant == rule.invariant,
            _ => false,
        });
        assert_eq!(is_named, rule.band != Band::Healthy, "{orders}");
        (rule.band, judgement.verdict)
    };
    assert_eq!(late(4).0, Band::Healthy, "four are an accident");
    let (band, verdict) = late(16);
    assert!(band == Band::Watch && verdict >= Verdict::GoWithConditions, "above, not proved so");
    assert_eq!(late(40), (Band::Failed, Verdict::NoGo));
}

#[test]
fn somebody_may_answer_for_late_cancellations() {
    let mut play = cancelled_late(40);
    play.charter.accepted_risks = vec![AcceptedRisk {
        gate: Kpi::StockCancellations,
        channel: None,
        why: "the supplier is late".into(),
        by: "board".into(),
        until: "2027-01-01".into(),
        expired: false,
    }];
    assert_eq!(play.judge().verdict, Verdict::GoWithConditions);
}

#[test]
fn money_cancelled_within_the_term_is_not_late() {
    let mut play = cancelled_late(1_000);
    play.charter.promises.cancellations_count_for = Span::from_secs(2_000);
    let judgement = play.judge();
    let rule = invariant(&judgement, Invariant::LateCancellation);
    assert!((1..1_000).contains(&rule.breaches.definite), "some are late and some are not");
    assert_eq!(rule.money, PRICE.times(Qty(rule.breaches.definite as i64)));
}
