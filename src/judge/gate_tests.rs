//! Every outcome of every gate, on histories written by hand.

use super::judgement::{Band, Judgement, Measure, Unproved, Verdict};
use super::testing::*;
use crate::history::charter::Kpi;
use crate::history::fact::{Release, Seen, What};
use crate::ids::SkuId;
use crate::units::{At, Span};

pub(super) fn not_proved(why: Unproved) -> Band {
    Band::NotProved(why)
}

pub(super) fn band(judgement: &Judgement, kpi: Kpi) -> Band {
    gate(judgement, kpi, None).band
}

/// Delays the facts that `which` picks, every `every`th of them.
pub(super) fn delay(play: &mut Play, every: usize, by_s: u64, which: impl Fn(&What) -> bool) {
    let mut seen = 0;
    play.edit(|at, what| {
        let picked = which(&what) && at > At::START && {
            seen += 1;
            seen % every == 0
        };
        Some((if picked { at + Span::from_secs(by_s) } else { at }, what))
    });
}

pub(super) fn is_shown(what: &What) -> bool {
    matches!(what, What::Shown { .. })
}

fn cancel_every(play: &mut Play, every: u64) {
    for number in (0..1_050).step_by(every as usize) {
        for channel in 0..2 {
            let id = order(channel, number);
            let oms = record_of(id);
            let (why, sku) = (Release::Stock, None);
            play.add(3_000, What::OmsCancelled { order: id, oms, why, sku });
            play.add(3_010, What::Released { order: id, why });
        }
    }
}

#[test]
fn a_campaign_that_was_put_to_every_test_and_passed_is_a_go() {
    let judgement = healthy().judge();
    for result in &judgement.gates {
        assert_eq!(result.band, Band::Healthy, "{:?} {:?}", result.kpi, result.channel);
        assert_eq!((result.samples_needed, result.bad.possible), (0, 0), "{:?}", result.kpi);
    }
    for result in &judgement.invariants {
        assert_eq!(result.band, Band::Healthy, "{result:?}");
    }
    assert_eq!((judgement.verdict, judgement.reasons.len()), (Verdict::Go, 0));
    assert!(judgement.channels.iter().all(|channel| channel.verdict == Verdict::Go));
    assert_eq!(gate(&judgement, Kpi::PriceLag, None).owner, "pricing");
    assert_eq!(gate(&judgement, Kpi::SyncLag, None).owner, "ops");
    assert_eq!(gate(&judgement, Kpi::OversoldOrders, None).independent, u64::from(SOLD_OUT));
    assert_eq!(gate(&judgement, Kpi::SyncLag, None).value, Measure::Lag(Some(Span(10_000_000))));
}

#[test]
fn lag_gates_count_late_changes() {
    for (every, by_s, expected) in [
        (12, 300, Band::Watch), // of a SKU's first of two changes the second cuts the lag short
        (21, 3_000, Band::Healthy), // 4.8 % later than anything
        (12, 1_000, Band::Failed),
    ] {
        let mut play = healthy();
        delay(&mut play, every, by_s, is_shown);
        let judgement = play.judge();
        assert_eq!(band(&judgement, Kpi::SyncLag), expected, "{every} {by_s}");
    }
}

#[test]
fn every_kind_of_lag_has_its_gate() {
    for (kpi, which) in [
        (Kpi::PriceLag, (|w| matches!(w, What::Priced { .. })) as fn(&What) -> bool),
        (Kpi::ListingLatency, |w| matches!(w, What::Listed { .. })),
    ] {
        let mut play = healthy();
        delay(&mut play, 5, 1_600, which);
        let judgement = play.judge();
        assert_eq!(band(&judgement, kpi), Band::Failed);
        assert_eq!(band(&judgement, Kpi::SyncLag), Band::Healthy);
        assert_eq!(judgement.verdict, Verdict::NoGo);
    }
}

#[test]
fn changes_never_shown_raise_the_p95_instead_of_dropping_out() {
    let mut play = healthy();
    let mut seen = 0;
    play.edit(|at, what| {
        seen += usize::from(is_shown(&what) && at > At::START);
        let lost = is_shown(&what) && at > At::START && seen % 10 == 0;
        (!lost).then_some((at, what))
    });
    let judgement = play.judge();
    let result = gate(&judgement, Kpi::SyncLag, None);
    assert_eq!((result.band, result.high), (Band::Failed, Measure::Lag(None)));
    assert!(result.first_bad.is_some());
}

#[test]
fn looks_too_far_apart_leave_a_lag_unresolved() {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::Shown { channel, sku, version, qty, .. } if at > At::START => {
            let not_before = At(at.0 - 20_000_000);
            let seen = Some(Box::new(Seen { not_before, theirs: None }));
            let later = at + Span::from_secs(800);
            Some((later, What::Shown { channel, sku, version, qty, seen }))
        }
        what => Some((at, what)),
    });
    assert_eq!(band(&play.judge(), Kpi::SyncLag), not_proved(Unproved::Unresolved));
}

#[test]
fn few_changes_or_few_minutes_prove_no_lag() {
    let mut few = healthy();
    few.edit(|at, what| match what {
        What::ListingSet { sku, .. } if sku.0 >= SOLD_OUT + 80 + 20 => None,
        what => Some((at, what)),
    });
    let judgement = few.judge();
    let result = gate(&judgement, Kpi::ListingLatency, None);
    assert_eq!((result.band, result.samples), (not_proved(Unproved::TooFewSamples), 40));
    assert_eq!((result.samples_needed, judgement.verdict), (59, Verdict::Inconclusive));

    // All in one minute, as a promotion's are: none may be late.
    let crowded = |late: usize| {
        let mut play = healthy();
        let mut seen = 0;
        play.edit(|at, what| match what {
            What::ListingSet { .. } => Some((secs(60), what)),
            What::Listed { .. } if at > At::START => {
                seen += 1;
                Some((secs(if seen <= late { 2_000 } else { 200 }), what))
            }
            what => Some((at, what)),
        });
        band(&play.judge(), Kpi::ListingLatency)
    };
    assert_eq!(crowded(0), Band::Healthy);
    assert_eq!(crowded(1), not_proved(Unproved::TooFewSamples));
    assert_eq!(crowded(20), Band::Failed, "harm needs no spread");
}

#[test]
fn a_kpi_that_never_came_up_is_not_exercised() {
    let mut play = healthy();
    play.edit(|at, what| (!matches!(what, What::ListingSet { .. })).then_some((at, what)));
    let judgement = play.judge();
    assert_eq!(band(&judgement, Kpi::ListingLatency), not_proved(Unproved::NotExercised));
    let mut import = play.clone();
    import.charter.evidence = crate::history::charter::Evidence::Operations;
    let judgement = import.judge();
    assert_eq!(band(&judgement, Kpi::ListingLatency), not_proved(Unproved::NotObserved));
}

#[test]
fn late_handoffs_are_watched_then_fail() {
    let held = |w: &What| matches!(w, What::Held { .. });
    for (every, expected) in [(1_000, Band::Healthy), (140, Band::Watch), (20, Band::Failed)] {
        let mut play = healthy();
        delay(&mut play, every, 1_000, held);
        let judgement = play.judge();
        assert_eq!(band(&judgement, Kpi::HandoffSuccess), expected, "one in {every}");
    }
}

#[test]
fn a_share_near_its_limit_is_at_the_limit() {
    let mut play = healthy();
    delay(&mut play, 70, 1_000, |w| matches!(w, What::Held { .. }));
    let judgement = play.judge();
    let result = gate(&judgement, Kpi::HandoffSuccess, None);
    assert_eq!(result.band, not_proved(Unproved::AtTheLimit));
    assert!(result.samples_needed > result.samples);
}

#[test]
fn orders_that_may_still_be_held_leave_the_gate_unresolved() {
    let mut play = healthy();
    play.charter.traffic_ends = secs(1_600);
    play.charter.phases[0].until = secs(1_600);
    let mut open = 0;
    play.edit(|at, what| match what {
        What::Held { .. } | What::Delivered { .. } if at > secs(1_300) => {
            open += 1;
            None
        }
        What::Quiet {} => None,
        What::Ended { .. } => Some((secs(1_600), what)),
        what => (at <= secs(1_600)).then_some((at, what)),
    });
    assert!(open > 0);
    assert_eq!(band(&play.judge(), Kpi::HandoffSuccess), not_proved(Unproved::Unresolved));
}

#[test]
fn connectors_that_never_had_to_retry_prove_no_handoff() {
    let mut play = healthy();
    play.edit(|at, what| (!matches!(what, What::HandoffTried { .. })).then_some((at, what)));
    assert_eq!(band(&play.judge(), Kpi::HandoffSuccess), Band::Healthy, "the OMS saw it");
    let again = |what: &What| matches!(what, What::Delivered { attempt: 2.., .. });
    play.edit(|at, what| (!again(&what)).then_some((at, what)));
    let judgement = play.judge();
    assert_eq!(band(&judgement, Kpi::HandoffSuccess), not_proved(Unproved::NotExercised));
    play.charter.connectors[0].retries = false;
    assert_eq!(band(&play.judge(), Kpi::HandoffSuccess), Band::Healthy, "not meant to retry");
}

#[test]
fn released_orders_are_due_only_once_their_deadline_passed() {
    let mut play = healthy();
    for (released_s, due) in [(3_000 + 899, 2_100), (3_000 + 901, 2_101)] {
        let mut play = play.clone();
        let id = play.sell(3_000, 0, &[line(SOLD_OUT, 1, 1_000)]);
        play.add(released_s, What::Released { order: id, why: Release::Customer });
        let judgement = play.judge();
        assert_eq!(judgement.totals.due, due, "released at {released_s} s");
        assert_eq!(gate(&judgement, Kpi::HandoffSuccess, None).bad.definite, due - 2_100);
    }
    let id = play.sell(3_000, 0, &[line(SOLD_OUT, 1, 1_000)]);
    let judgement = play.judge();
    assert_eq!(judgement.totals.due, 2_101);
    assert_eq!(gate(&judgement, Kpi::HandoffSuccess, None).bad.definite, 1, "{id:?} is lost");
}

#[test]
fn an_order_awaiting_payment_is_due_from_its_payment() {
    let mut play = healthy();
    let id = play.sell(1_000, 0, &[line(SOLD_OUT, 1, 1_000)]);
    play.edit(|at, what| match what {
        What::Accepted { order, intent, buyer, lines, .. } if order == id => {
            let awaits_payment = true;
            Some((at, What::Accepted { order, intent, buyer, lines, awaits_payment }))
        }
        what => Some((at, what)),
    });
    assert_eq!(play.judge().totals.due, 2_100);
    play.add(1_600, What::Paid { order: id });
    play.hold(2_490, id, &[line(SOLD_OUT, 1, 1_000)]);
    let judgement = play.judge();
    assert_eq!((judgement.totals.due, judgement.totals.handed_off), (2_101, 2_101));
    assert_eq!(judgement.totals.handed_off_in_sla, 2_100);
}

#[test]
fn cancellations_for_stock_cluster_by_sku() {
    assert_eq!(band(&healthy().judge(), Kpi::StockCancellations), Band::Healthy);
    for (every, expected) in
        [(2_000, Band::Watch), (170, not_proved(Unproved::AtTheLimit)), (10, Band::Failed)]
    {
        let mut play = healthy();
        cancel_every(&mut play, every);
        let judgement = play.judge();
        assert_eq!(band(&judgement, Kpi::StockCancellations), expected, "one in {every}");
    }
}

#[test]
fn a_cancellation_after_its_term_does_not_count() {
    let mut play = healthy();
    let id = play.sell(100, 0, &[line(SOLD_OUT, 1, 1_000)]);
    play.hold(110, id, &[line(SOLD_OUT, 1, 1_000)]);
    play.add(100 + 3_601, What::Released { order: id, why: Release::Stock });
    let judgement = play.judge();
    assert_eq!(gate(&judgement, Kpi::StockCancellations, None).bad.possible, 0);
    assert_eq!(judgement.totals.cancelled, 1);
}

#[test]
fn orders_whose_cohort_has_not_matured_may_still_be_cancelled() {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::Quiet {} => None,
        What::Ended { .. } => Some((secs(3_660), what)),
        what => Some((at, what)),
    });
    let judgement = play.judge();
    let result = gate(&judgement, Kpi::StockCancellations, None);
    assert_eq!((result.band, result.bad.definite), (not_proved(Unproved::Unresolved), 0));
}

#[test]
fn oversold_orders_fail_with_the_chance_of_error_stated() {
    assert_eq!(band(&healthy().judge(), Kpi::OversoldOrders), Band::Healthy);
    for (every, expected) in [(1_000, Band::Watch), (120, Band::Watch), (8, Band::Failed)] {
        let mut play = healthy();
        play.edit(|at, what| match what {
            // Fewer goods than both sides believe: the third unit of some SKUs is not there.
            What::Supply { sku, units, why, .. } if sku.0 < SOLD_OUT && sku.0 % every == 7 => {
                let units = units - crate::units::Qty(1);
                Some((at, What::Supply { sku, units, why, at: None }))
            }
            what => Some((at, what)),
        });
        let judgement = play.judge();
        assert_eq!(band(&judgement, Kpi::OversoldOrders), expected, "one in {every}");
    }
}

#[test]
fn supply_that_never_ran_out_puts_no_oversell_to_the_test() {
    let mut play = healthy();
    let more = |units| units + crate::units::Qty(10);
    play.edit(|at, what| match what {
        What::Supply { sku, units, why, .. } => {
            Some((at, What::Supply { sku, units: more(units), why, at: None }))
        }
        What::TurnedAway { .. } => None,
        what => Some((at, what)),
    });
    let judgement = play.judge();
    assert_eq!(band(&judgement, Kpi::OversoldOrders), not_proved(Unproved::NotExercised));
    let channel = gate(&judgement, Kpi::OversoldOrders, Some(0)).band;
    assert_eq!(channel, not_proved(Unproved::TooFewSamples));
}

#[test]
fn nineteen_skus_that_ran_out_are_too_few() {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::TurnedAway { line: Some(line), .. } if line.sku.0 >= 19 => None,
        what => Some((at, what)),
    });
    let judgement = play.judge();
    let result = gate(&judgement, Kpi::OversoldOrders, None);
    assert_eq!(result.band, not_proved(Unproved::TooFewSamples));
    assert_eq!((result.independent, result.samples_needed), (19, 598));
}

#[test]
fn without_supply_facts_oversell_is_not_observed() {
    let mut play = healthy();
    play.edit(|at, what| (!matches!(what, What::Supply { .. })).then_some((at, what)));
    let judgement = play.judge();
    assert_eq!(band(&judgement, Kpi::OversoldOrders), not_proved(Unproved::NotObserved));
}

#[test]
fn missing_orders_are_variance() {
    for (every, expected) in [(2_000, Band::Healthy), (260, Band::Watch), (20, Band::Failed)] {
        let mut play = healthy();
        let mut seen = 0;
        play.edit(|at, what| {
            let held = matches!(what, What::Held { .. });
            seen += u64::from(held);
            (!(held && seen % every == 0)).then_some((at, what))
        });
        let judgement = play.judge();
        assert_eq!(band(&judgement, Kpi::ReconciliationVariance), expected, "one in {every}");
        assert_eq!(judgement.books.iter().map(|day| day.missing).sum::<u64>(), 2_100 / every);
    }
}

#[test]
fn a_bad_day_does_not_hide_among_good_ones() {
    let mut play = healthy();
    play.charter.book_days_break_at(1_420);
    play.edit(|at, what| match what {
        What::Held { order, .. } if at > secs(1_438) && order.number % 3 == 0 => None,
        what => Some((at, what)),
    });
    let judgement = play.judge();
    assert_eq!(judgement.books.len(), 4, "two days on two channels");
    let result = gate(&judgement, Kpi::ReconciliationVariance, None);
    assert_eq!(result.band, Band::Failed, "{:?}", result.value);
}

#[test]
fn what_a_channel_should_show_as_before_is_no_sample() {
    let mut play = healthy();
    let id = SkuId(SOLD_OUT);
    for channel in &mut play.charter.channels {
        channel.rule.shows_at_most = Some(crate::units::Qty(20));
    }
    let before = gate(&play.judge(), Kpi::SyncLag, None).samples;
    let merchant = crate::history::fact::StockCause::Merchant;
    play.stock(700, id.0, [1, 1_010, 0, 10], merchant);
    assert_eq!(gate(&play.judge(), Kpi::SyncLag, None).samples, before);
    play.stock(701, id.0, [2, 15, 0, -995], merchant);
    assert_eq!(gate(&play.judge(), Kpi::SyncLag, None).samples, before + 2);
}
