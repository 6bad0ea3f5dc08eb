//! Tests of the merchant's calendar.

use std::collections::BTreeMap;

use super::*;
use crate::traffic::plan::{Corrections, Restocks};
use crate::units::Span;

const HOURS: u64 = 4;

fn at(min: u64) -> At {
    At::START + Span::from_mins(min)
}

/// 200 SKUs, every tenth of them not on sale yet.
fn catalog() -> Vec<(Qty, Money, bool)> {
    (0..200).map(|i| (Qty(i % 7), Money(1 + 13 * i), i % 10 != 9)).collect()
}

fn promotion(skus: u32, price_ppm: i32, [sent, starts, ends]: [u64; 3]) -> Promotion {
    Promotion {
        name: "doors".to_owned(),
        of: Promoted::Share(Ppm(skus), price_ppm),
        sent: at(sent),
        starts: at(starts),
        ends: at(ends),
        on: vec![],
    }
}

fn plan() -> MerchantPlan {
    MerchantPlan {
        restocks: Some(Restocks { every: Span::from_mins(30), skus: Ppm(50_000), units: Qty(40) }),
        corrections: Some(Corrections { rate: Rate::per_hour(500), units_max: Qty(3) }),
        repricing: Some(Repricing { rate: Rate::per_hour(900), by: Ppm(100_000) }),
        promotions: vec![
            promotion(400_000, -300_000, [60, 90, 150]),
            promotion(300_000, -500_000, [10, 20, 80]),
        ],
        listings: Some(NewListings {
            skus: (0..20).map(|i| SkuId(10 * i + 9)).collect(),
            from: at(10),
            until: at(30),
        }),
        fixed: vec![MerchantEvent { at: at(30), act: returned(5) }],
        until: at(60 * HOURS),
    }
}

fn returned(sku: u32) -> MerchantAct {
    MerchantAct::Adjust { sku: SkuId(sku), units: Qty(1), why: SupplyChange::Return, at: None }
}

fn events(plan: &MerchantPlan) -> Vec<MerchantEvent> {
    plan.events(&catalog(), 17)
}

fn adjustments(events: &[MerchantEvent], of: SupplyChange) -> Vec<(At, SkuId, Qty)> {
    let adjustment = |event: &MerchantEvent| match event.act {
        MerchantAct::Adjust { sku, units, why, .. } if why == of => Some((event.at, sku, units)),
        _ => None,
    };
    events.iter().filter_map(adjustment).collect()
}

fn prices(events: &[MerchantEvent]) -> Vec<(At, SkuId, Money, At)> {
    let price = |event: &MerchantEvent| match event.act {
        MerchantAct::Price { sku, price, due, channel: None } => Some((event.at, sku, price, due)),
        _ => None,
    };
    events.iter().filter_map(price).collect()
}

#[test]
fn events_are_in_order_and_a_seed_stands_for_them() {
    let all = events(&plan());
    assert!(all.is_sorted_by_key(|event| event.at));
    assert_eq!(all, events(&plan()));
    assert_ne!(all, plan().events(&catalog(), 18));
    // Ties keep the order that is documented: the return before the restocks at half past.
    let first_at_30 = all.iter().find(|event| event.at == at(30)).unwrap();
    assert_eq!(first_at_30.act, returned(5));
    assert_eq!(events(&MerchantPlan::default()), []);
}

#[test]
fn parts_of_a_plan_do_not_disturb_each_other() {
    let whole = events(&plan());
    let mut part = plan();
    (part.restocks, part.listings) = (None, None);
    part.promotions.pop();
    let corrections = |events: &[MerchantEvent]| -> Vec<(At, SkuId)> {
        let all = adjustments(events, SupplyChange::Correction);
        all.into_iter().map(|(at, sku, _)| (at, sku)).collect()
    };
    assert_eq!(corrections(&whole), corrections(&events(&part)));
}

#[test]
fn restocks_come_round_to_a_share_of_what_is_on_sale() {
    let receipts = adjustments(&events(&plan()), SupplyChange::Receipt);
    let mut rounds: BTreeMap<At, Vec<SkuId>> = BTreeMap::new();
    for (at, sku, units) in receipts {
        assert_eq!(units, Qty(40));
        rounds.entry(at).or_default().push(sku);
    }
    // Not at the end itself; 5 % of 180.
    let expected: Vec<At> = (1..8).map(|i| at(30 * i)).collect();
    assert_eq!(rounds.keys().copied().collect::<Vec<_>>(), expected);
    for skus in rounds.values() {
        assert!(skus.len() == 9 && skus.is_sorted_by(|a, b| a < b));
        assert!(skus.iter().all(|sku| sku.0 % 10 != 9));
    }
    assert_ne!(rounds[&at(30)], rounds[&at(60)]);
}

#[test]
fn corrections_are_never_zero_and_never_lose_what_is_not_there() {
    let all = events(&plan());
    let corrections = adjustments(&all, SupplyChange::Correction);
    let expected = 500.0 * HOURS as f64;
    assert!((corrections.len() as f64 - expected).abs() < 4.0 * expected.sqrt());
    assert!(corrections.iter().all(|(_, _, units)| (1..=3).contains(&units.0.abs())));
    let lost = corrections.iter().filter(|(_, _, units)| *units < Qty::ZERO).count();
    assert!(lost > corrections.len() / 3, "{lost}");
    let mut supply: Vec<Qty> = catalog().iter().map(|(stock, _, _)| *stock).collect();
    for event in &all {
        if let MerchantAct::Adjust { sku, units, .. } = event.act {
            supply[sku.index()] += units;
            assert!(supply[sku.index()] >= Qty::ZERO, "{event:?}");
        }
    }
}

#[test]
fn a_promotion_is_announced_with_its_end_and_the_old_price() {
    let mut plan = plan();
    (plan.repricing, plan.promotions) = (None, vec![promotion(400_000, -300_000, [60, 90, 150])]);
    let prices = prices(&events(&plan));
    // 40 % of 180 SKUs; on this seed the one at one cent, which cannot get cheaper, is not in it.
    assert_eq!(prices.len(), 2 * 72);
    for pair in prices.chunks(2) {
        let [(sent, sku, reduced, starts), (again, same, regular, ends)] = pair else {
            panic!("announced in pairs")
        };
        assert_eq!((sent, again, sku), (&at(60), &at(60), same));
        assert_eq!((starts, ends), (&at(90), &at(150)));
        let (_, before, listed) = catalog()[sku.index()];
        assert!(listed);
        assert_eq!(*regular, before);
        assert_eq!(*reduced, Money((before.0 * 7 + 5) / 10));
    }
}

/// Plays the prices that are due, and checks that nobody touches a price that is promised.
#[test]
fn repricing_and_promotions_do_not_fight() {
    let prices = prices(&events(&plan()));
    let mut held: BTreeMap<SkuId, At> = BTreeMap::new();
    let mut charged: BTreeMap<SkuId, Money> = BTreeMap::new();
    let (mut promoted, mut repriced) = (0, 0);
    let mut announced: BTreeMap<SkuId, Money> = BTreeMap::new();
    for (at, sku, price, due) in prices {
        assert!(price >= Money(1));
        let before = charged.get(&sku).copied().unwrap_or(catalog()[sku.index()].1);
        if due == at {
            assert!(held.get(&sku).is_none_or(|until| at > *until), "{sku:?} is promised");
            let most = before.0 as f64 * 0.1 + 0.5;
            assert!(((price.0 - before.0) as f64).abs() <= most, "{before:?} to {price:?}");
            assert_ne!(price, before);
            charged.insert(sku, price);
            repriced += 1;
        } else if let Some(reduced) = announced.remove(&sku) {
            assert!(price == before && reduced < before, "the old price comes back");
            held.insert(sku, due);
        } else {
            assert!(held.get(&sku).is_none_or(|until| at > *until), "{sku:?} is promised twice");
            announced.insert(sku, price);
            promoted += 1;
        }
    }
    // 30 % of 180, then 40 % of 180 from what the first does not hold.
    assert!(announced.is_empty() && promoted == 54 + 72);
    let expected = 900.0 * HOURS as f64;
    assert!(f64::from(repriced) > 0.9 * expected && f64::from(repriced) < 1.1 * expected);
}

#[test]
fn where_all_is_promoted_nothing_is_repriced() {
    let mut plan = plan();
    plan.promotions = vec![
        promotion(1_000_000, -300_000, [0, 90, 150]),
        promotion(1_000_000, -100_000, [100, 110, 120]),
    ];
    let prices = prices(&events(&plan));
    // All but the SKU at one cent, which cannot get cheaper; and nothing left for the second.
    assert_eq!(prices.iter().filter(|(sent, ..)| *sent == at(0)).count(), 2 * 179);
    let early = |sent: &At| *sent > at(0) && *sent <= at(150);
    assert_eq!(prices.iter().filter(|(sent, ..)| early(sent)).count(), 0);
    assert!(prices.iter().any(|(sent, ..)| *sent > at(150)));
}

#[test]
fn listings_are_spread_evenly() {
    let publishes = |event: MerchantEvent| match event.act {
        MerchantAct::Publish { sku } => Some((event.at, sku)),
        _ => None,
    };
    let published: Vec<(At, SkuId)> = events(&plan()).into_iter().filter_map(publishes).collect();
    assert_eq!(published.len(), 20);
    let half_minutes = |i: u64| At::START + Span::from_secs(600 + 30 + 60 * i);
    for (i, (at, sku)) in (0_u64..).zip(&published) {
        assert_eq!((*at, *sku), (half_minutes(i), SkuId(10 * i as u32 + 9)));
    }
}

#[test]
fn small_shares_and_odd_catalogues() {
    assert_eq!(count_of(Ppm(1), 10), 1);
    assert_eq!(count_of(Ppm::ZERO, 10), 0);
    assert_eq!(count_of(Ppm(250_000), 10), 3);
    assert_eq!(count_of(Ppm::ONE, 10), 10);
    assert_eq!(count_of(Ppm::ONE, 0), 0);
    assert_eq!(changed(Money(1), -999_999), Money(1));
    assert_eq!(changed(Money(i64::MAX), 500_000), Money(i64::MAX));
    // Nothing on sale, nothing to do by chance.
    let unlisted = [(Qty(5), Money(100), false); 3];
    let mut plan = plan();
    (plan.listings, plan.fixed) = (None, Vec::new());
    assert_eq!(plan.events(&unlisted, 1), []);
    plan.corrections = Some(Corrections { rate: Rate::per_hour(9), units_max: Qty::ZERO });
    assert_eq!(adjustments(&events(&plan), SupplyChange::Correction), []);
}

#[test]
fn every_set_of_skus_is_equally_likely() {
    let skus: Vec<SkuId> = (0..5).map(SkuId).collect();
    let mut rng = stream(1, "sets");
    let mut seen: BTreeMap<Vec<SkuId>, u32> = BTreeMap::new();
    for _ in 0..10_000 {
        *seen.entry(chosen(&skus, 2, &mut rng)).or_default() += 1;
    }
    assert_eq!(seen.len(), 10);
    let chi_square: f64 = seen.values().map(|n| (f64::from(*n) - 1_000.0).powi(2) / 1_000.0).sum();
    // The 99.9 % point with nine degrees of freedom.
    assert!(chi_square < 27.88, "{chi_square}");
}

/// Promotions that are told and end at the same moment were once taken for one: ending one of them
/// ended both.
#[test]
fn each_promotion_gives_back_its_own_prices() {
    let mut plan = plan();
    plan.promotions = vec![
        promotion(200_000, -300_000, [60, 90, 150]),
        promotion(100_000, -100_000, [60, 100, 150]),
        promotion(300_000, -500_000, [10, 20, 80]),
    ];
    let given_back = plan.given_back(&catalog(), 17);
    // On this seed the one at one cent, which cannot get cheaper, is in none.
    assert_eq!(given_back.iter().map(Vec::len).collect::<Vec<_>>(), [36, 18, 53]);
    let told = prices(&events(&plan));
    for (promotion, given_back) in plan.promotions.iter().zip(&given_back) {
        for (sku, regular) in given_back {
            let ends = (promotion.sent, *sku, *regular, promotion.ends);
            assert!(told.contains(&ends), "{ends:?}");
            let starts = told.iter().filter(|(sent, of, _, due)| {
                (*sent, *of, *due) == (promotion.sent, *sku, promotion.starts)
            });
            assert_eq!(starts.count(), 1, "{sku:?}");
        }
    }
}

#[test]
fn named_skus_are_promoted_at_their_prices_and_never_taken_by_chance() {
    let prices = vec![(SkuId(3), Money(7)), (SkuId(4), Money(11))];
    let named = Promotion { of: Promoted::Priced(prices), ..promotion(0, 0, [60, 70, 90]) };
    let lamps = Promoted::Named(vec![SkuId(10), SkuId(11)], -200_000);
    let lamps = Promotion { of: lamps, ..promotion(0, 0, [5, 20, 40]) };
    // Everything else that is on sale, told before and meanwhile.
    let all = promotion(1_000_000, -500_000, [1, 10, 65]);
    let plan = MerchantPlan { promotions: vec![all, named, lamps], ..MerchantPlan::default() };
    let set: Vec<(At, u32, i64, At)> = events(&plan)
        .iter()
        .filter_map(|event| match event.act {
            MerchantAct::Price { sku, price, due, channel: None } => {
                Some((event.at, sku.0, price.0, due))
            }
            _ => None,
        })
        .collect();
    let of = |sku: u32| -> Vec<_> { set.iter().filter(|(_, s, ..)| *s == sku).copied().collect() };
    let regular = |sku: u32| catalog()[sku as usize].1.0;
    assert_eq!(of(3), [(at(60), 3, 7, at(70)), (at(60), 3, regular(3), at(90))]);
    assert_eq!(of(4), [(at(60), 4, 11, at(70)), (at(60), 4, regular(4), at(90))]);
    let reduced = changed(Money(regular(10)), -200_000).0;
    assert_eq!(of(10), [(at(5), 10, reduced, at(20)), (at(5), 10, regular(10), at(40))]);
    let others = (0..200).filter(|sku| ![3, 4, 10, 11].contains(sku) && of(*sku).len() == 2);
    // SKU 0 costs one cent, and half of it is a cent; every tenth is not on sale.
    assert_eq!((others.count(), of(0).len()), (180 - 5, 0));
}

#[test]
fn naming_skus_leaves_what_others_draw_as_it_was() {
    let drawn = |plan: &MerchantPlan| -> Vec<MerchantEvent> {
        let by_chance = |event: &MerchantEvent| event.at == at(10);
        events(plan).into_iter().filter(by_chance).collect()
    };
    let alone = MerchantPlan {
        promotions: vec![promotion(300_000, -500_000, [10, 20, 80])],
        ..MerchantPlan::default()
    };
    let mut later = alone.clone();
    let named = Promoted::Named((0..100).map(SkuId).collect(), -100_000);
    later.promotions.push(Promotion { of: named, ..promotion(0, 0, [81, 90, 95]) });
    assert_eq!(drawn(&alone), drawn(&later));
}
