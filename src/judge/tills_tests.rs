//! Channels with money of their own, on histories written by hand: each mistake is named, and what
//! is right is not.

use super::fold::Fold;
use super::judgement::{Converted, Invariant, Judgement, Mischarge};
use super::testing::*;
use crate::history::charter::{BookedBy, Halfway, Tariff, Tax, TaxBasis};
use crate::history::fact::{Delivery, Line, What};
use crate::ids::{SkuId, Version};
use crate::units::{At, Money, Ppm, Qty};

/// Euros with 19 % of tax, of net prices in another currency.
fn euros() -> Tariff {
    Tariff {
        currency: "EUR".into(),
        digits: 2,
        source_digits: 2,
        rate_e9: 1_170_000_000,
        source: Tax::NONE,
        tax: Tax { prices: TaxBasis::Gross, rate: Ppm(190_000) },
        step: Money(1),
        half: Halfway::Up,
        books: BookedBy::Order,
    }
}

/// 20.00 × 1.17 × 1.19 = 27.846.
const RIGHT: i64 = 2_785;

fn opened() -> Play {
    let mut charter = charter(1);
    charter.channels[1].tariff = Some(euros());
    let mut play = Play::new(charter);
    let (sku, version) = (SkuId(0), Version(0));
    play.add(0, What::PriceSet { sku, channel: None, version, price: PRICE, due: At::START });
    play.open(0, 5_000);
    play.edit(|at, what| match what {
        What::Priced { channel, sku, version, seen, .. } if channel.0 == 1 => {
            Some((at, What::Priced { channel, sku, version, price: Money(RIGHT), seen }))
        }
        what => Some((at, what)),
    });
    play
}

fn line_at(qty: i64, price: i64) -> Line {
    Line { price: Money(price), ..line(0, qty, 5_000) }
}

/// An order of two units at a price, held so many minor units from what it comes to.
fn sold(play: &mut Play, s: u64, price: i64, off: i64) {
    let lines = [line_at(2, price)];
    let order = play.sell(s, 1, &lines);
    let booked = euros().conversion().booked([(Qty(2), Money(price))].into_iter());
    play.add(s + 1, What::Delivered { order, attempt: 1, made: Delivery::Created });
    let (oms, booked) = (crate::ids::OmsOrder(order.number), Some(booked + Money(off)));
    play.add(s + 1, What::Held { order, oms, lines: lines.to_vec().into(), booked });
}

fn converted(judgement: &Judgement) -> &Converted {
    let [one] = &judgement.converted[..] else { panic!("one channel converts") };
    one
}

#[test]
fn what_is_charged_and_booked_by_the_rule_is_right_to_the_cent() {
    let mut play = opened();
    for s in 0..50 {
        sold(&mut play, 100 + s, RIGHT, 0);
    }
    let judgement = play.end(2_000).judge();
    for which in [Invariant::MispricedOrder, Invariant::AlteredOrder, Invariant::WrongPrice] {
        assert_eq!(invariant(&judgement, which).breaches.possible, 0, "{which:?}");
    }
    assert!(invariant(&judgement, Invariant::MispricedOrder).of > 0, "it was checked");
    let own = converted(&judgement);
    assert_eq!((own.own, own.rounded.orders), (Money(50 * 2 * RIGHT), 0));
    assert!(own.mischarged.is_empty(), "{own:?}");
    // 55.70 ÷ 1.3923 = 40.0057: in the campaign's currency, as each order is booked.
    assert_eq!(judgement.totals.money, Money(50 * 4_001));
    assert!(judgement.books.iter().all(|day| day.money_variance == Ppm::ZERO), "they balance");
}

#[test]
fn each_mistake_has_its_name() {
    for (price, mistake) in [
        (RIGHT + 1, Mischarge::Rounding),
        (RIGHT - 1, Mischarge::Rounding),
        (2_340, Mischarge::TaxBasis),
        (2_000, Mischarge::Currency),
        (2_380, Mischarge::Currency),
        (2_088, Mischarge::AnotherPrice),
        (999, Mischarge::Unexplained),
    ] {
        let mut play = opened();
        // 15.00 was the price until the tenth minute, and could be no more at the sixteenth.
        for (s, version, price) in [(1, 1, Money(1_500)), (600, 2, PRICE)] {
            let (sku, version) = (SkuId(0), Version(version));
            let due = secs(s);
            play.add(s, What::PriceSet { sku, channel: None, version, price, due });
        }
        sold(&mut play, 1_000, price, 0);
        sold(&mut play, 1_000, RIGHT, 0);
        let judgement = play.end(2_000).judge();
        let named = &converted(&judgement).mischarged;
        assert_eq!(named[..], [(mistake, 1)], "{price}");
        assert_eq!(invariant(&judgement, Invariant::MispricedOrder).breaches.definite, 1);
    }
}

/// An order of several wrong lines counts under the gravest.
#[test]
fn the_gravest_mistake_names_an_order() {
    let mut play = opened();
    play.sell(1_000, 1, &[line_at(1, RIGHT + 1), line_at(1, 999), line_at(1, 2_000)]);
    let judgement = play.end(2_000).judge();
    assert_eq!(converted(&judgement).mischarged[..], [(Mischarge::Unexplained, 1)]);
}

#[test]
fn a_cent_between_the_books_is_altered_and_named() {
    for (off, rounded) in [(1, 1), (-2, 1), (3, 0), (-500, 0)] {
        let mut play = opened();
        sold(&mut play, 100, RIGHT, off);
        sold(&mut play, 100, RIGHT, 0);
        let judgement = play.end(2_000).judge();
        let altered = invariant(&judgement, Invariant::AlteredOrder);
        assert_eq!(altered.breaches.definite, 1, "{off}");
        let own = converted(&judgement);
        let money = Money(if rounded > 0 { off.abs() } else { 0 });
        assert_eq!((own.rounded.orders, own.rounded.money), (rounded, money), "{off}");
    }
}

#[test]
fn lines_that_are_a_cent_apart_are_rounding_and_others_are_not() {
    for (price, rounded) in [(RIGHT + 1, 1), (RIGHT + 2, 0)] {
        let mut play = opened();
        let order = play.sell(100, 1, &[line_at(2, RIGHT)]);
        play.hold(101, order, &[line_at(2, price)]);
        let judgement = play.end(2_000).judge();
        assert_eq!(invariant(&judgement, Invariant::AlteredOrder).breaches.definite, 1);
        assert_eq!(converted(&judgement).rounded.orders, rounded, "{price}");
    }
}

/// What an order was booked as says nothing where its channel charges what the source says.
#[test]
fn a_channel_without_terms_of_its_own_is_judged_as_ever() {
    let mut play = opened();
    play.charter.channels[1].tariff = None;
    sold(&mut play, 100, RIGHT, 7);
    let judgement = play.end(2_000).judge();
    assert!(judgement.converted.is_empty());
    assert_eq!(invariant(&judgement, Invariant::AlteredOrder).breaches.possible, 0);
    assert_eq!(judgement.totals.money, Money(2 * RIGHT));
}

#[test]
fn terms_that_nobody_could_charge_by_are_refused() {
    let spoils: [fn(&mut Tariff); 6] = [
        |tariff| tariff.rate_e9 = 0,
        |tariff| tariff.step = Money(0),
        |tariff| tariff.step = Money(i64::MAX),
        |tariff| tariff.source_digits = 3,
        |tariff| tariff.digits = 200,
        |tariff| tariff.tax.rate = Ppm(u32::MAX),
    ];
    for spoil in spoils {
        let mut play = opened();
        spoil(play.charter.channels[1].tariff.as_mut().expect("its terms"));
        let refused = Fold::new().eat(&play.history()[0]);
        assert!(refused.expect_err("no such terms").to_string().contains("bazaar converts by"));
    }
}
