//! Bundles judged by hand: a part that is sold alone and in one, on two channels.

use super::*;
use crate::history::What;
use crate::history::charter::{Charter, OfferPart, OfferTerms};
use crate::history::fact::StockCause;
use crate::ids::{ChannelId, Version};
use crate::judge::Fold;
use crate::judge::begun::begin;
use crate::judge::judgement::Invariant;
use crate::judge::testing::*;
use crate::units::Money;

/// The number of the only bundle: two of SKU 0 and one of SKU 1.
const KIT: u32 = 2;

fn terms() -> Charter {
    let part = |sku, count| OfferPart { sku: SkuId(sku), count, price: PRICE };
    let parts = vec![part(0, 2), part(1, 1)];
    Charter { offers: vec![OfferTerms { name: "kit".to_owned(), parts }], ..charter(2) }
}

/// What an order of so many kits holds, of so many offered.
fn kits(qty: i64, offered: i64) -> Vec<Line> {
    let of = |sku: u32, n: i64| Line { offer: Some(0), ..line(sku, n * qty, n * offered) };
    vec![of(0, 2), of(1, 1)]
}

/// Both SKUs, and the kit, on both channels.
fn open(units: i64) -> Play {
    let mut play = Play::new(terms());
    play.open(0, units).open(1, units);
    let kits = units / 2;
    play.stock(0, KIT, [0, kits, 0, kits], StockCause::Opening);
    for channel in 0..2 {
        let (channel, sku, version) = (ChannelId(channel), SkuId(KIT), Version(0));
        let price = Money(3 * PRICE.0);
        play.add(0, What::Listed { channel, sku, version, seen: None });
        play.add(0, What::Priced { channel, sku, version, price, seen: None });
        play.show(0, channel.0, KIT, 0, kits);
    }
    play
}

/// The source reserves what an order of kits holds: both parts, then what is left of kits.
fn reserved(play: &mut Play, s: u64, order: OrderId, qty: i64, units: i64) {
    let cause = StockCause::Reserve(order);
    play.stock(s, 0, [1, units, 2 * qty, -2 * qty], cause);
    play.stock(s, 1, [1, units, qty, -qty], cause);
    let (all, left) = (units / 2, (units - 2 * qty).div_euclid(2));
    play.stock(s, KIT, [1, all, all - left, left - all], cause);
}

#[test]
fn a_part_sold_alone_and_in_a_bundle_is_oversold_once() {
    let mut play = open(5);
    let two = kits(2, 2);
    let order = play.sell(10, 0, &two);
    play.hold(11, order, &two);
    reserved(&mut play, 12, order, 2, 5);
    // One is left, and the other channel still offers five.
    let alone = [line(0, 3, 5)];
    play.sell(13, 1, &alone);
    // And the same channel two kits, of which it knew nothing.
    play.sell(14, 1, &kits(1, 2));
    let judgement = play.end(7_300).judge();
    // Two of the three alone, and two more in the kit, of which the other part was there.
    assert_eq!(judgement.totals.oversold_units, Qty(4));
    assert_eq!(judgement.causes.lag_queue, Qty(4));
    assert_eq!(judgement.totals.oversold_orders.definite, 2);
}

#[test]
fn of_kits_more_may_be_promised_than_of_their_scarcest_part() {
    let mut play = open(5);
    // Nothing was reserved yet: what the source would let it offer is two kits, four units.
    let order = play.sell(10, 0, &[line(0, 4, 5)]);
    play.sell(11, 1, &kits(2, 2));
    let judgement = play.end(7_300).judge();
    assert_eq!(judgement.totals.oversold_units, Qty(3), "{order:?}");
    assert_eq!(judgement.causes.reservation_gap, Qty(3));
}

#[test]
fn what_was_sold_as_a_bundle_is_a_change_of_every_offer_but_that() {
    let mut play = open(9);
    let one = kits(1, 4);
    let order = play.sell(10, 0, &one);
    play.hold(11, order, &one);
    reserved(&mut play, 12, order, 1, 9);
    play.show(12, 0, KIT, 0, 3);
    let lag = |play: &Play| eat(&play.history()).under_way().changes;
    // SKUs on both channels, the kit on the one that did not sell it.
    assert_eq!(lag(&play), 5);
    play.show(20, 0, 0, 1, 7).show(20, 0, 1, 1, 8);
    assert_eq!(lag(&play), 3);
    play.show(21, 1, 0, 1, 7).show(21, 1, 1, 1, 8);
    // The newest version with another quantity than it makes is not that version shown.
    play.show(21, 1, KIT, 1, 4);
    assert_eq!(lag(&play), 1);
    play.show(22, 1, KIT, 1, 3);
    assert_eq!(lag(&play), 0);
    let wrong = |play: &Play| invariant(&play.judge(), Invariant::WrongOffer).breaches.definite;
    assert_eq!(wrong(play.clone().end(7_300)), 0);
    assert_eq!(wrong(play.show(30, 1, KIT, 1, 4).end(7_300)), 1);
}

#[test]
fn a_release_gives_a_bundle_back_once() {
    let mut play = open(9);
    let one = kits(1, 4);
    let order = play.sell(10, 0, &one);
    let why = crate::history::fact::Release::Customer;
    play.add(11, What::Released { order, why }).show(11, 0, KIT, 0, 4);
    let mut run = begin(&play.charter).expect("a charter");
    for fact in &play.history()[1..] {
        run.eat(fact).expect("a fact that is admitted");
    }
    for number in [0, 1, KIT].map(SkuId) {
        assert!(run.supplies.is_settled(ChannelId(0), number), "{number:?}");
        assert_eq!(run.supplies.left(number), if number.0 == KIT { Qty(0) } else { Qty(9) });
    }
}

#[test]
fn a_level_that_its_parts_do_not_make_breaks_the_law() {
    let broken = |level: i64| {
        let mut play = open(9);
        let cause = StockCause::Merchant;
        play.stock(10, 0, [1, 5, 0, -4], cause).stock(10, KIT, [1, level, 0, level - 4], cause);
        invariant(&play.end(7_300).judge(), Invariant::LostUpdate).breaches.definite
    };
    assert_eq!((broken(2), broken(4)), (0, 1));
}

#[test]
fn a_bundle_refused_is_undersold_when_all_of_it_was_there() {
    let undersold = |first: i64| {
        let mut play = open(first);
        let ask = Line { price: Money(3 * PRICE.0), ..line(KIT, 2, 0) };
        play.show(9, 0, KIT, 0, 0).refuse(10, 0, ask);
        let judgement = play.end(7_300).judge();
        let refused = invariant(&judgement, Invariant::Undersell).breaches.definite;
        (refused, judgement.totals.undersold_stale, judgement.totals.undersold_money)
    };
    assert_eq!(undersold(4), (1, Qty(2), Money(6 * PRICE.0)));
    assert_eq!(undersold(3), (0, Qty::ZERO, Money::ZERO));
}

#[test]
fn a_bundle_is_charged_its_own_price() {
    let mispriced = |price: i64| {
        let mut play = open(9);
        let mut one = kits(1, 4);
        one[1].price = Money(price);
        play.sell(10, 0, &one);
        invariant(&play.end(7_300).judge(), Invariant::MispricedOrder).breaches.definite
    };
    assert_eq!((mispriced(PRICE.0), mispriced(PRICE.0 - 1)), (0, 1));
}

#[test]
fn lines_that_are_no_bundle_are_refused() {
    let said = |lines: &[Line]| {
        let mut play = open(9);
        play.sell(10, 0, lines);
        let mut fold = Fold::new();
        let wrong = play.history().iter().find_map(|fact| fold.eat(fact).err());
        wrong.map_or_else(String::new, |wrong| wrong.to_string())
    };
    let one = kits(1, 4);
    assert_eq!(said(&one), "");
    let mut uneven = one.clone();
    uneven[1].qty = Qty(2);
    let other = Line { offer: Some(1), ..one[0] };
    let beside = [one[0], one[1], line(0, 1, 9)];
    for (lines, what) in [
        (&one[..1], "offer 0 in other parts than it has"),
        (&uneven[..], "offer 0 in other parts than it has"),
        (&[other][..], "offer 1, which is none"),
        (&vec![one[0]; 1_001][..], "offers among 1001 lines of one order"),
        (&beside[..], "SKU 0 under two offers in one order"),
    ] {
        assert!(said(lines).contains(what), "{}", said(lines));
    }
}

#[test]
fn a_charter_has_offers_of_parts_that_are_there() {
    let begins = |change: fn(&mut OfferTerms)| {
        let mut play = open(9);
        change(&mut play.charter.offers[0]);
        Fold::new().eat(&play.history()[0]).is_ok()
    };
    assert!(begins(|_| {}));
    assert!(!begins(|offer| offer.parts.clear()));
    assert!(!begins(|offer| offer.parts[1].sku = SkuId(0)), "a part twice");
    assert!(!begins(|offer| offer.parts[1].sku = SkuId(KIT)), "a bundle of bundles");
    assert!(!begins(|offer| offer.parts[0].count = 0));
    assert!(!begins(|offer| offer.parts[0].price = Money(-1)));
}
