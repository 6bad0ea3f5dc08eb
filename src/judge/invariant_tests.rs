//! Each invariant broken by hand, on the healthy campaign and alone.

use super::judgement::{Band, Invariant, Judgement, Reason, Unproved, Verdict};
use super::testing::*;
use crate::history::fact::{Delivery, StockCause, SupplyChange, What};
use crate::ids::{ChannelId, Intent, OmsOrder, SkuId, Version};
use crate::units::{Money, Qty};

/// A SKU with a thousand units.
const PLENTY: u32 = SOLD_OUT;

fn spoilt(spoil: impl FnOnce(&mut Play)) -> Judgement {
    let mut play = healthy();
    spoil(&mut play);
    play.judge()
}

/// (breaches, units, money).
fn seen(judgement: &Judgement, which: Invariant) -> (u64, i64, i64) {
    let result = invariant(judgement, which);
    assert_eq!(result.breaches.definite > 0, result.first.is_some());
    (result.breaches.definite, result.units.0, result.money.0)
}

fn assert_fails(judgement: &Judgement, which: Invariant) {
    assert_eq!(invariant(judgement, which).band, Band::Failed);
    assert_eq!(judgement.verdict, Verdict::NoGo);
    let at = judgement.invariants.iter().position(|result| result.invariant == which).unwrap();
    assert!(judgement.reasons.contains(&Reason::Invariant(at)));
    let others = judgement.invariants.iter().filter(|r| r.must_be_zero && r.band == Band::Failed);
    assert_eq!(others.count(), 1, "{:?}", judgement.reasons);
}

#[test]
fn a_second_record_is_a_duplicate_handoff() {
    let judgement = spoilt(|play| {
        play.add(
            2_000,
            What::Delivered { order: order(0, 5), attempt: 3, made: Delivery::Created },
        );
        let held = What::Held {
            order: order(0, 5),
            oms: OmsOrder(99_999),
            lines: [line(9, 1, 0)].into(),
            booked: None,
        };
        play.add(2_000, held);
    });
    assert_eq!(seen(&judgement, Invariant::DuplicateHandoff), (1, 1, 2_000));
    assert_fails(&judgement, Invariant::DuplicateHandoff);
    assert_eq!(judgement.totals.handed_off, 2_099, "held twice is not handed off");
    assert_eq!(judgement.books.iter().map(|day| day.surplus).sum::<u64>(), 1);
    assert_eq!(judgement.channels[0].verdict, Verdict::NoGo);
    assert_eq!(judgement.channels[1].verdict, Verdict::Go);
}

#[test]
fn duplicates_that_never_reached_the_oms_prove_nothing() {
    let mut play = healthy();
    let known = |w: &What| matches!(w, What::Delivered { made: Delivery::Known, .. });
    play.edit(|at, what| (!known(&what)).then_some((at, what)));
    let judgement = play.judge();
    let band = invariant(&judgement, Invariant::DuplicateHandoff).band;
    assert_eq!(band, Band::NotProved(Unproved::NotExercised));
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

/// Whoever says it: the OMS that knows the order, or its record that was there already.
#[test]
fn an_order_that_reaches_the_oms_again_puts_it_to_the_test() {
    for (s, says) in [(15, Delivery::Known), (60, Delivery::Created)] {
        let mut play = healthy();
        play.edit(|at, what| match what {
            What::Delivered { order, attempt, made: Delivery::Known } => {
                Some((secs(s), What::Delivered { order, attempt, made: says }))
            }
            what => Some((at, what)),
        });
        let band = invariant(&play.judge(), Invariant::DuplicateHandoff).band;
        assert_eq!(band, Band::Healthy, "{says:?} at {s}");
    }
}

#[test]
fn units_reserved_twice_are_a_double_decrement() {
    let judgement = spoilt(|play| {
        let id = play.sell(2_000, 0, &[line(PLENTY, 2, 1_000)]);
        play.hold(2_010, id, &[line(PLENTY, 2, 1_000)]);
        play.stock(2_010, PLENTY, [1, 1_000, 2, -2], StockCause::Reserve(id));
        play.show(2_020, 1, PLENTY, 1, 998);
        play.stock(2_030, PLENTY, [2, 1_000, 4, -2], StockCause::Reserve(id));
        play.show(2_040, 0, PLENTY, 2, 996);
        play.show(2_040, 1, PLENTY, 2, 996);
    });
    assert_eq!(seen(&judgement, Invariant::DoubleDecrement), (1, 2, 0));
    assert_fails(&judgement, Invariant::DoubleDecrement);
}

#[test]
fn lines_of_one_sku_reserved_apart_and_reservations_after_a_release_are_in_order() {
    let judgement = spoilt(|play| {
        let lines = [line(PLENTY, 2, 1_000), line(PLENTY, 1, 998), line(PLENTY + 1, 4, 1_000)];
        let id = play.sell(2_000, 0, &lines);
        play.hold(2_010, id, &lines);
        play.stock(2_010, PLENTY, [1, 1_000, 2, -2], StockCause::Reserve(id));
        play.stock(2_010, PLENTY, [2, 1_000, 3, -1], StockCause::Reserve(id));
        play.stock(2_010, PLENTY + 1, [1, 1_000, 4, -4], StockCause::Reserve(id));
        play.stock(2_020, PLENTY + 1, [2, 1_000, 0, 4], StockCause::Release(id));
        play.stock(2_030, PLENTY + 1, [3, 1_000, 4, -4], StockCause::Reserve(id));
        play.show(2_040, 1, PLENTY, 2, 997);
        play.show(2_040, 1, PLENTY + 1, 3, 996);
    });
    assert_eq!(invariant(&judgement, Invariant::DoubleDecrement).band, Band::Healthy);
    assert_eq!(judgement.verdict, Verdict::Go);
}

#[test]
fn an_intent_accepted_twice_is_a_duplicate_even_on_another_channel() {
    let judgement = spoilt(|play| {
        let lines = [line(PLENTY, 1, 1_000)];
        let id = play.sell_for(2_000, 1, &lines, Intent(7));
        play.hold(2_010, id, &lines);
    });
    assert_eq!(seen(&judgement, Invariant::DuplicateAcceptance), (1, 1, 2_000));
    assert_fails(&judgement, Invariant::DuplicateAcceptance);
}

#[test]
fn an_order_nobody_accepted_is_a_ghost() {
    let judgement = spoilt(|play| {
        play.hold(2_000, order(1, 4_000_000_000_000), &[line(PLENTY, 1, 0)]);
    });
    assert_eq!(seen(&judgement, Invariant::GhostOrder), (1, 1, 2_000));
    assert_fails(&judgement, Invariant::GhostOrder);
}

#[test]
fn a_record_that_differs_is_altered_and_one_in_another_order_is_not() {
    let lines = [line(PLENTY, 1, 1_000), line(PLENTY + 1, 2, 1_000)];
    let dearer = crate::history::fact::Line { price: Money(2_001), ..lines[0] };
    for (held, altered) in [
        (vec![lines[1], lines[0]], 0),
        (vec![dearer, lines[1]], 1),
        (vec![lines[0]], 1),
        (vec![line(PLENTY, 2, 0), lines[1]], 1),
    ] {
        let judgement = spoilt(|play| {
            let id = play.sell(2_000, 0, &lines);
            play.hold(2_010, id, &held);
        });
        assert_eq!(seen(&judgement, Invariant::AlteredOrder).0, altered, "{held:?}");
        if altered > 0 {
            assert_fails(&judgement, Invariant::AlteredOrder);
            assert_eq!(judgement.books.iter().map(|day| day.altered).sum::<u64>(), 1);
        } else {
            // The OMS never reserved the units, so the channel's offer stays below the source's.
            assert_eq!(judgement.verdict, Verdict::GoWithConditions);
        }
    }
}

#[test]
fn goods_that_vanish_break_conservation_only_once_all_is_quiet() {
    let vanish = |play: &mut Play| {
        let (sku, why) = (SkuId(PLENTY), SupplyChange::Correction);
        play.add(2_000, What::Supply { sku, units: Qty(-3), why, at: None });
    };
    let judgement = spoilt(vanish);
    assert_eq!(seen(&judgement, Invariant::Conservation), (1, 3, 0));
    assert_fails(&judgement, Invariant::Conservation);
    let judgement = spoilt(|play| {
        vanish(play);
        play.edit(|at, what| (!matches!(what, What::Quiet {})).then_some((at, what)));
    });
    let band = invariant(&judgement, Invariant::Conservation).band;
    assert_eq!(band, Band::NotProved(Unproved::Unresolved));
}

#[test]
fn goods_shipped_and_corrected_are_conserved() {
    let judgement = spoilt(|play| {
        let lines = [line(PLENTY, 2, 1_000)];
        let id = play.sell(2_000, 0, &lines);
        play.hold(2_010, id, &lines);
        play.stock(2_010, PLENTY, [1, 1_000, 2, -2], StockCause::Reserve(id));
        play.show(2_020, 1, PLENTY, 1, 998);
        play.stock(2_030, PLENTY, [2, 998, 0, 0], StockCause::Ship(id));
        play.add(2_030, What::Shipped { order: id, oms: record_of(id), lines: lines.into() });
        let (sku, why) = (SkuId(PLENTY), SupplyChange::Receipt);
        play.add(2_040, What::Supply { sku, units: Qty(5), why, at: None });
        play.stock(2_040, PLENTY, [3, 1_003, 0, 5], StockCause::Merchant);
        play.show(2_050, 0, PLENTY, 3, 1_003).show(2_050, 1, PLENTY, 3, 1_003);
    });
    assert_eq!(judgement.verdict, Verdict::Go);
    assert_eq!(invariant(&judgement, Invariant::LostUpdate).band, Band::Healthy);
}

#[test]
fn a_ledger_that_moves_by_something_else_lost_an_update() {
    let judgement = spoilt(|play| {
        // Asked for −5, it moved by −2; the goods agree with it, so nothing but the law is broken.
        let (sku, why) = (SkuId(PLENTY), SupplyChange::Correction);
        play.add(2_000, What::Supply { sku, units: Qty(-2), why, at: None });
        play.stock(2_000, PLENTY, [1, 998, 0, -5], StockCause::Merchant);
        play.show(2_010, 0, PLENTY, 1, 998).show(2_010, 1, PLENTY, 1, 998);
    });
    assert_eq!(seen(&judgement, Invariant::LostUpdate), (1, 3, 0));
    assert_fails(&judgement, Invariant::LostUpdate);
}

#[test]
fn an_order_absent_after_its_deadline_is_lost_and_one_held_late_is_not() {
    let lines = [line(PLENTY, 3, 1_000)];
    let lost = spoilt(|play| {
        play.sell(2_000, 0, &lines);
    });
    assert_eq!(seen(&lost, Invariant::LostHandoff), (1, 3, 6_000));
    assert_eq!(lost.verdict, Verdict::GoWithConditions, "its channel's books are in watch");
    assert_eq!(lost.books.iter().map(|day| day.missing).sum::<u64>(), 1);
    let late = spoilt(|play| {
        let id = play.sell(2_000, 0, &lines);
        play.hold(2_901, id, &lines);
    });
    assert_eq!(seen(&late, Invariant::LostHandoff).0, 0);
    assert_eq!(late.totals.due - late.totals.handed_off, 1);
}

#[test]
fn refusing_what_is_there_is_undersell_by_policy_or_by_a_stale_listing() {
    let judgement = spoilt(|play| {
        play.refuse(2_000, 0, line(PLENTY, 2, 0));
        play.charter.channels[1].rule.holds_back = Qty(999);
        play.refuse(2_010, 1, line(PLENTY, 3, 1));
    });
    assert_eq!(seen(&judgement, Invariant::Undersell), (2, 5, 10_000));
    let [first, second] = &judgement.channel_totals[..] else { panic!("two channels") };
    assert_eq!((first.undersold_stale, first.undersold_policy), (Qty(2), Qty(0)));
    assert_eq!((second.undersold_stale, second.undersold_policy), (Qty(0), Qty(3)));
    assert_eq!(seen(&healthy().judge(), Invariant::Undersell).0, 0);
}

#[test]
fn offering_more_than_there_is_is_timed_and_counts_the_orders_that_came() {
    let mut play = Play::new(charter(1));
    play.open(0, 5);
    play.sell(100, 0, &[line(0, 5, 5)]);
    play.refuse(110, 1, line(0, 6, 5));
    play.show(130, 1, 0, 1, 0);
    play.refuse(140, 1, line(0, 1, 0));
    play.end(200);
    let judgement = play.judge();
    assert_eq!(judgement.channel_totals[1].stale_sku_us, 30_000_000);
    assert_eq!(judgement.channel_totals[0].stale_sku_us, 0);
    assert_eq!(seen(&judgement, Invariant::StaleListing).0, 1);
}

/// The healthy campaign's SKU of this number costs 1,500 instead of 2,000 from 50 s on; the
/// channels charge it from 80 s on.
#[test]
fn a_price_is_right_within_the_grace_after_its_end() {
    for (s, price, wrong) in [
        (40, 2_000, 0),
        (40, 1_500, 1),
        (51, 1_500, 0),
        (50 + 360, 2_000, 0),
        (50 + 361, 2_000, 1),
        (1_000, 1_500, 0),
        (1_000, 1_700, 1),
    ] {
        let judgement = spoilt(|play| {
            let charged =
                crate::history::fact::Line { price: Money(price), ..line(PLENTY, 2, 1_000) };
            let id = play.sell(s, 0, &[charged]);
            play.hold(s + 10, id, &[charged]);
        });
        let (breaches, units, _) = seen(&judgement, Invariant::MispricedOrder);
        assert_eq!((breaches, units), (wrong, 2 * wrong as i64), "{price} at {s} s");
    }
}

#[test]
fn a_price_charged_early_or_kept_beyond_the_grace_is_out_of_time() {
    let price = |play: &mut Play, s: u64| {
        play.edit(|at, what| match what {
            What::Priced { sku, channel, .. }
                if sku.0 == PLENTY && channel.0 == 0 && at > secs(0) =>
            {
                Some((secs(s), what))
            }
            what => Some((at, what)),
        });
    };
    for (s, breaches) in [(49, 1), (50, 0), (50 + 360, 0), (50 + 361, 1)] {
        let judgement = spoilt(|play| price(play, s));
        assert_eq!(seen(&judgement, Invariant::PriceOutOfTime).0, breaches, "charged at {s} s");
    }
}

#[test]
fn parity_is_the_share_of_time_at_the_intended_price() {
    let mut play = Play::new(charter(1));
    play.open(0, 5);
    let (sku, version, price) = (SkuId(0), Version(1), Money(1_000));
    play.add(50, What::PriceSet { sku, version, price, due: secs(100), channel: None });
    play.add(125, What::Priced { channel: ChannelId(0), sku, version, price, seen: None });
    play.add(100, What::Priced { channel: ChannelId(1), sku, version, price, seen: None });
    play.end(200);
    let judgement = play.judge();
    let parity = |i: usize| judgement.channel_totals[i].price_parity.unwrap().0;
    assert_eq!((parity(0), parity(1)), (875_000, 1_000_000));
}

#[test]
fn an_older_version_shown_late_is_a_regression() {
    let judgement = spoilt(|play| {
        play.show(3_000, 1, 0, 1, 2);
    });
    assert_eq!(seen(&judgement, Invariant::Regression).0, 1);
    assert_eq!(seen(&healthy().judge(), Invariant::Regression).0, 0);
}

#[test]
fn the_shelf_lag_runs_from_the_sale() {
    let judgement = healthy().judge();
    let shelf = judgement.totals.shelf_lag;
    assert_eq!((shelf.count > 0, shelf.p50.unwrap().as_secs_f64().round()), (true, 20.0));
}

#[test]
fn a_day_in_the_books_ends_at_the_channels_midnight() {
    let mut play = Play::new(charter(1));
    play.charter.book_days_break_at(1_200);
    play.open(0, 100);
    for (sold, held) in [(1_199, 1_199 + 890), (1_200, 1_300), (1_190, 1_200 + 901)] {
        let id = play.sell(sold, 0, &[line(0, 1, 100)]);
        play.hold(held, id, &[line(0, 1, 100)]);
    }
    play.end(8_000);
    let judgement = play.judge();
    let days = |d: usize| {
        let day = &judgement.books[d];
        (day.day, day.channel_orders, day.oms_orders, day.missing, day.partial)
    };
    assert_eq!(days(0), (0, 2, 1, 1, true), "held after the comparison is missing");
    assert_eq!(days(1), (1, 1, 1, 0, true));
}
