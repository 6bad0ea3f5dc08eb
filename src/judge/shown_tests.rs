//! What channels show, or never do: promotions, wrong offers and prices, heroes that stand still.

use super::gate_tests::{band, delay, is_shown, not_proved};
use super::judgement::{Band, Count, Invariant, Judgement, Reason, Unproved, Verdict};
use super::testing::*;
use crate::history::charter::{Kpi, OwnSales, PromotionTerms};
use crate::history::fact::{StockCause, What};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

fn has(judgement: &Judgement, which: Invariant) -> (Band, Count) {
    let found = invariant(judgement, which);
    (found.band, found.breaches)
}

fn is_condition_of(judgement: &Judgement, which: Invariant) -> bool {
    let place = judgement.invariants.iter().position(|found| found.invariant == which);
    judgement.reasons.iter().any(|reason| Some(reason) == place.map(Reason::Invariant).as_ref())
}

/// The healthy campaign with a promotion of so many SKUs, shown `lag` seconds after each edge;
/// none: never.
fn promoted(skus: u32, lag: Option<u64>) -> Play {
    let mut play = healthy();
    let (from, until) = (secs(1_900), secs(3_000));
    play.charter.promotions =
        vec![PromotionTerms { name: "doors".into(), from, until, on: vec![] }];
    for sku in (0..skus).map(SkuId) {
        for (version, due, price) in [(2, 1_900, 1_000), (3, 3_000, PRICE.0)] {
            let (version, price) = (Version(version), Money(price));
            play.add(1_800, What::PriceSet { sku, version, price, due: secs(due), channel: None });
            for channel in [0, 1].map(ChannelId) {
                if let Some(lag) = lag {
                    play.add(due + lag, What::Priced { channel, sku, version, price, seen: None });
                }
            }
        }
    }
    play
}

#[test]
fn a_promotion_that_is_never_shown_does_not_drown_in_everyday_prices() {
    // Four late ones of 3,200 are nothing to a p95; of a promotion of two SKUs they are all.
    let mut play = promoted(2, None);
    for sku in 100..700 {
        for version in 1..4 {
            let (s, id, version) = (20 + version * 400, SkuId(sku), Version(version));
            let price = Money(1_500 + version.0 as i64);
            play.add(s, What::PriceSet { sku: id, version, price, due: secs(s), channel: None });
            for channel in [0, 1].map(ChannelId) {
                play.add(s + 10, What::Priced { channel, sku: id, version, price, seen: None });
            }
        }
    }
    let judgement = play.judge();
    let result = gate(&judgement, Kpi::PriceLag, None);
    assert!(result.bad.definite * 20 < result.samples, "a p95 forgives them");
    assert_eq!(result.band, Band::Failed);
    assert_eq!(judgement.verdict, Verdict::NoGo);
}

#[test]
fn two_edges_of_a_promotion_prove_its_prices_when_none_is_late() {
    let mut play = promoted(300, Some(30));
    play.edit(|at, what| match what {
        What::PriceSet { version: Version(1), .. } | What::Priced { version: Version(1), .. } => {
            None
        }
        what => Some((at, what)),
    });
    let judgement = play.judge();
    let result = gate(&judgement, Kpi::PriceLag, None);
    assert_eq!((result.band, result.independent), (Band::Healthy, 2), "two minutes only");
    delay(&mut play, 100, 1_600, |w| matches!(w, What::Priced { .. }));
    let result = play.judge();
    assert_eq!(band(&result, Kpi::PriceLag), not_proved(Unproved::TooFewSamples));
}

#[test]
fn orders_charged_a_wrong_price_have_a_gate() {
    let mut play = promoted(40, Some(30));
    let mut seen = 0;
    play.edit(|at, what| match what {
        What::Accepted { order, intent, buyer, lines, awaits_payment } => {
            seen += 1;
            let mut lines = lines.to_vec();
            if seen % 3 == 0 {
                lines[0].price = Money(1_234);
            }
            let lines = lines.into();
            Some((at, What::Accepted { order, intent, buyer, lines, awaits_payment }))
        }
        What::Held { .. } | What::Delivered { .. } => Some((at, what)),
        what => Some((at, what)),
    });
    let judgement = play.judge();
    let result = gate(&judgement, Kpi::MispricedOrders, None);
    assert_eq!((result.band, result.bad.definite), (Band::Failed, 700));
    assert_eq!(judgement.verdict, Verdict::NoGo);
    assert_eq!(band(&healthy().judge(), Kpi::MispricedOrders), Band::Healthy);
}

/// Every last offer of these SKUs shows something else than the source has.
fn shown_wrong(skus: u32, qty: i64) -> Play {
    let mut play = healthy();
    for sku in 0..skus {
        play.show(3_700, 0, sku, 3, qty);
    }
    play
}

#[test]
fn offers_that_are_wrong_when_all_is_quiet_are_a_condition_and_beyond_a_share_a_failure() {
    for (skus, expected) in [(3, Verdict::GoWithConditions), (200, Verdict::NoGo)] {
        let judgement = shown_wrong(skus, 7).judge();
        assert_eq!(judgement.verdict, expected, "{skus} SKUs");
        assert_eq!(has(&judgement, Invariant::WrongOffer).1.definite, u64::from(skus));
        assert!(is_condition_of(&judgement, Invariant::WrongOffer));
        assert_eq!((judgement.wrong[0].offered, judgement.wrong[0].should), (Qty(7), Qty(0)));
    }
    let nothing_for_ever = {
        let mut play = healthy();
        for sku in SOLD_OUT..SOLD_OUT + OTHERS {
            play.show(3_700, 1, sku, 0, 0);
        }
        play.judge()
    };
    assert_eq!(nothing_for_ever.verdict, Verdict::NoGo, "80 of 780 offers are nothing for ever");
    assert_eq!(nothing_for_ever.channels[0].verdict, Verdict::Go);
    assert_eq!(nothing_for_ever.channels[1].verdict, Verdict::NoGo);
}

#[test]
fn prices_that_are_wrong_when_all_is_quiet_are_counted_in_skus_and_money() {
    let mut play = healthy();
    let mut lost = 0;
    play.edit(|at, what| match what {
        What::Priced { channel: ChannelId(1), version: Version(1), .. } => {
            lost += 1;
            (lost > 4).then_some((at, what))
        }
        what => Some((at, what)),
    });
    let judgement = play.judge();
    assert_eq!(has(&judgement, Invariant::WrongPrice).1.definite, 4);
    let found = invariant(&judgement, Invariant::WrongPrice);
    assert_eq!(found.money, Money(4 * 500 * 1_000), "four times 5.00 for a thousand units offered");
    assert_eq!(judgement.verdict, Verdict::GoWithConditions);
}

#[test]
fn a_sync_that_dies_in_the_last_minutes_is_seen_at_quiet() {
    let mut play = healthy();
    play.edit(|at, what| {
        let gone = is_shown(&what) || matches!(what, What::TurnedAway { .. });
        (!(gone && at > secs(1_300))).then_some((at, what))
    });
    let judgement = play.judge();
    let (_, wrong) = has(&judgement, Invariant::WrongOffer);
    assert!(wrong.definite > 0, "offers of what was sold after the sync died");
    assert_ne!(judgement.verdict, Verdict::Go);
}

#[test]
fn a_hero_that_one_channel_never_updates_is_named_however_good_p95_is() {
    let mut play = healthy();
    let hero = SOLD_OUT + 2 * OTHERS - 1;
    play.open(hero, 1_000);
    for i in 0..20 {
        let (s, left) = (100 + i * 150, 1_000 - i as i64);
        let lines = [line(hero, 1, left)];
        let id = play.sell(s, 0, &lines);
        play.hold(s + 10, id, &lines);
        play.stock(s + 10, hero, [i as i64 + 1, 1_000, i as i64 + 1, -1], StockCause::Reserve(id));
        // The other channel is asked for it too, for more than it showed at the start.
        play.refuse(s + 20, 1, line(hero, 1_001, 1_000));
    }
    let judgement = play.judge();
    assert_eq!(band(&judgement, Kpi::SyncLag), Band::Healthy, "a p95 forgives it");
    let (band, stuck) = has(&judgement, Invariant::StuckOffer);
    assert_eq!((band, stuck.definite), (Band::Watch, 1));
    let named = judgement.stuck[0];
    assert_eq!((named.channel, named.sku), (ChannelId(1), SkuId(hero)));
    assert!(named.orders > 10);
    assert_eq!(judgement.verdict, Verdict::GoWithConditions, "nobody bought it there");
}

/// The same hero, and so many shoppers of the second channel get it at its offer of long ago.
fn sold_from_a_stuck_offer(bought: u32) -> Judgement {
    let mut play = healthy();
    let hero = SOLD_OUT + 2 * OTHERS - 1;
    play.open(hero, 1_000);
    let first = play.sell(100, 0, &[line(hero, 1, 1_000)]);
    play.hold(110, first, &[line(hero, 1, 1_000)]);
    play.stock(110, hero, [1, 1_000, 1, -1], StockCause::Reserve(first));
    for i in 0..bought {
        let s = 1_000 + i64::from(i) as u64 * 20;
        let lines = [line(hero, 1, 1_000)];
        let id = play.sell(s, 1, &lines);
        play.hold(s + 10, id, &lines);
    }
    play.judge()
}

#[test]
fn orders_that_met_a_stuck_offer_are_a_failure_beyond_what_may_be_oversold() {
    let on_second = |judgement: &Judgement| judgement.channels[1].verdict;
    let few = sold_from_a_stuck_offer(4);
    assert_eq!(has(&few, Invariant::StuckOffer).0, Band::Watch, "four are an accident");
    assert_eq!(on_second(&few), Verdict::GoWithConditions);
    let many = sold_from_a_stuck_offer(60);
    assert_eq!(has(&many, Invariant::StuckOffer).0, Band::Failed);
    assert_eq!((many.verdict, on_second(&many)), (Verdict::NoGo, Verdict::NoGo));
    assert_ne!(many.channels[0].verdict, Verdict::NoGo, "the first channel's offers are alive");
}

#[test]
fn an_offer_below_the_source_by_the_channels_own_sales_is_wrong_at_quiet() {
    let mut play = healthy();
    play.charter.channels[0].own_sales = OwnSales::AtOnce;
    play.show(3_700, 0, SOLD_OUT, 1, 999);
    assert_eq!(has(&play.judge(), Invariant::WrongOffer).1.definite, 1);
    let until = At(7_300 * 1_000_000);
    play.edit(|at, what| match what {
        What::Quiet {} => None,
        what => Some((at.min(until), what)),
    });
    let open = has(&play.judge(), Invariant::WrongOffer).1;
    assert_eq!((open.definite, open.possible), (0, 1), "not quiet: it may come right yet");
}

#[test]
fn the_newest_version_with_another_quantity_ends_no_lag() {
    let lag_of = |wrong: i64| {
        let mut play = healthy();
        let sku = SOLD_OUT + 1;
        play.stock(100, sku, [1, 900, 0, -100], StockCause::Merchant);
        play.show(130, 0, sku, 1, 900 + wrong).show(130, 1, sku, 1, 900);
        play.show(1_130, 0, sku, 1, 900);
        let judgement = play.judge();
        gate(&judgement, Kpi::SyncLag, Some(0)).bad.definite
    };
    assert_eq!(lag_of(0), 0);
    assert_eq!((lag_of(7), lag_of(-900)), (1, 1), "it was right only a thousand seconds later");
}
