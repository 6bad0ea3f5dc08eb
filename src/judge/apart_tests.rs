//! Prices that a channel has of its own: what each should charge when, and what is asked of it.

use super::gate_tests::not_proved;
use super::judgement::{Band, Invariant, Unproved};
use super::prices::{Charging, Prices};
use super::testing::*;
use crate::history::charter::{Kpi, PromotedOn, PromotionTerms};
use crate::history::fact::{Line, What};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money};

const REDUCED: Money = Money(1_000);
/// When the promotion starts and ends on each of the two channels.
const EDGES: [[u64; 2]; 2] = [[1_900, 3_000], [2_400, 3_300]];

fn set(sku: u32, version: u64, (price, due): (Money, u64), channel: Option<u16>) -> What {
    let (sku, version, channel) = (SkuId(sku), Version(version), channel.map(ChannelId));
    What::PriceSet { sku, version, price, due: secs(due), channel }
}

fn charged(channel: u16, sku: u32, version: u64, price: Money) -> What {
    let (channel, sku, version) = (ChannelId(channel), SkuId(sku), Version(version));
    What::Priced { channel, sku, version, price, seen: None }
}

/// The healthy campaign with a promotion of these many SKUs at each channel's own time, charged by
/// both half a minute after each edge.
fn apart(skus: u32) -> Play {
    let mut play = healthy();
    let on = |(channel, [from, until]): (u16, [u64; 2])| PromotedOn {
        channel: ChannelId(channel),
        from: secs(from),
        until: secs(until),
    };
    let on: Vec<PromotedOn> = (0..).zip(EDGES).map(on).collect();
    let (from, until) = (on[0].from, on[1].until);
    play.charter.promotions = vec![PromotionTerms { name: "doors".into(), from, until, on }];
    for sku in 0..skus {
        for (channel, [from, until]) in (0..).zip(EDGES) {
            let first = 2 * u64::from(channel);
            for (version, price, due) in [(first + 1, REDUCED, from), (first + 2, PRICE, until)] {
                play.add(1_800, set(sku, version, (price, due), Some(channel)));
                play.add(due + 30, charged(channel, sku, version, price));
            }
        }
    }
    play
}

fn of_version(what: &What, versions: [u64; 2], channel: u16) -> bool {
    match what {
        What::PriceSet { sku, version, .. } => sku.0 < SOLD_OUT && versions.contains(&version.0),
        What::Priced { channel: of, version, sku, .. } => {
            sku.0 < SOLD_OUT && of.0 == channel && versions.contains(&version.0)
        }
        _ => false,
    }
}

#[test]
fn a_price_of_one_channel_asks_nothing_of_the_others() {
    let plain = healthy().judge();
    let judgement = apart(300).judge();
    let more = |channel| {
        let samples = |of| gate(of, Kpi::PriceLag, channel).samples;
        samples(&judgement) - samples(&plain)
    };
    assert_eq!([more(None), more(Some(0)), more(Some(1))], [1_200, 600, 600]);
    for channel in [None, Some(0), Some(1)] {
        assert_eq!(gate(&judgement, Kpi::PriceLag, channel).band, Band::Healthy);
    }
    assert_eq!(invariant(&judgement, Invariant::WrongPrice).breaches.definite, 0);
    assert_eq!(invariant(&judgement, Invariant::PriceOutOfTime).breaches.definite, 0);
}

#[test]
fn an_edge_that_one_channel_never_had_to_charge_is_not_exercised() {
    let mut play = apart(300);
    play.edit(|at, what| (!of_version(&what, [3, 3], 1)).then_some((at, what)));
    let judgement = play.judge();
    let band = gate(&judgement, Kpi::PriceLag, Some(0)).band;
    assert_eq!(band, not_proved(Unproved::NotExercised), "the other's edge is no substitute");
}

#[test]
fn a_channel_that_is_late_by_its_own_clock_fails_by_its_own_promotion() {
    let mut play = apart(300);
    // It charges what the other does, when the other does.
    play.edit(|at, what| match what {
        What::Priced { channel: ChannelId(0), version: Version(1), .. } => {
            Some((At(at.0 + 1_800_000_000), what))
        }
        what => Some((at, what)),
    });
    let judgement = play.judge();
    assert_eq!(gate(&judgement, Kpi::PriceLag, Some(0)).band, Band::Failed);
    assert_eq!(gate(&judgement, Kpi::PriceLag, Some(1)).band, Band::Healthy);
}

#[test]
fn parity_is_asked_of_each_channels_own_schedule() {
    let mut play = Play::new(charter(1));
    play.open(0, 5);
    play.add(50, set(0, 1, (REDUCED, 100), Some(0)));
    play.add(50, set(0, 2, (REDUCED, 150), Some(1)));
    play.add(125, charged(0, 0, 1, REDUCED));
    play.add(150, charged(1, 0, 2, REDUCED));
    play.end(200);
    let parity = |play: &Play| {
        play.judge().channel_totals.iter().map(|of| of.price_parity.unwrap().0).collect::<Vec<_>>()
    };
    assert_eq!(parity(&play), [875_000, 1_000_000]);
    // A later price for all is one for each.
    let end = play.facts.split_off(play.facts.len() - 2);
    play.add(160, set(0, 3, (Money(900), 180), None));
    play.facts.extend(end);
    assert_eq!(parity(&play), [775_000, 900_000]);
}

#[test]
fn a_price_at_the_other_channels_time_is_early_and_what_it_sells_for_is_wrong() {
    let breaches = |at: u64, version: u64| {
        let mut play = apart(1);
        play.add(at, charged(1, 0, version, REDUCED));
        let early = invariant(&play.judge(), Invariant::PriceOutOfTime).breaches.definite;
        let mispriced = |at, channel| {
            let mut play = play.clone();
            let line = Line { price: REDUCED, ..line(0, 1, 1) };
            play.sell(at, channel, &[line]);
            let before = gate(&healthy().judge(), Kpi::MispricedOrders, None).bad.definite;
            gate(&play.judge(), Kpi::MispricedOrders, None).bad.definite - before
        };
        (early, mispriced(2_000, 0), mispriced(2_000, 1), mispriced(2_500, 1))
    };
    assert_eq!(breaches(1_900, 3), (1, 0, 1, 0), "its own price, ahead of its time");
    assert_eq!(breaches(2_400, 3), (0, 0, 1, 0), "in time");
    let wrong = |version| {
        let mut play = apart(1);
        play.add(6_000, charged(1, 0, version, REDUCED));
        invariant(&play.judge(), Invariant::WrongPrice).breaches.definite
    };
    assert_eq!(wrong(1), 1, "the other's price is nobody's here");
}

/// Of a connector from outside nobody knows which version it means: an amount is one of the
/// channel's own schedule.
#[test]
fn an_amount_stems_from_the_channels_own_schedule() {
    let (sku, [one, other]) = (SkuId(0), [0, 1].map(ChannelId));
    let mut prices = Prices::new(&charter(1));
    for (channel, version, price, due) in
        [(one, 1, REDUCED, 10), (one, 2, PRICE, 30), (other, 3, REDUCED, 20), (other, 4, PRICE, 40)]
    {
        let set = (Version(version), price);
        prices.set((sku, Some(channel)), set, secs(due), secs(1), |_| ()).expect("few prices");
    }
    let stems = |channel, now| prices.stems((channel, sku), REDUCED, Version(9), secs(now));
    assert_eq!([stems(one, 15), stems(other, 15)], [1, 3].map(|version| Some(Version(version))));
    let charging =
        |channel, version| prices.charging((channel, sku), Version(version), REDUCED, secs(15));
    assert_eq!([charging(one, 1), charging(other, 3)], [Charging::Intended, Charging::Early]);
    assert_eq!(prices.newest_due(sku, secs(15)), Version(1));
    assert!(prices.was_set(sku, Version(3), REDUCED) && !prices.was_set(sku, Version(3), PRICE));
    assert!(!prices.was_set(sku, Version(9), REDUCED));
}

#[test]
fn a_promotion_is_on_channels_that_are_there_each_once() {
    let refused = |channels: [u16; 2]| {
        let mut play = apart(1);
        let on = &mut play.charter.promotions[0].on;
        on.iter_mut().zip(channels).for_each(|(on, channel)| on.channel = ChannelId(channel));
        super::fold::Fold::new().eat(&play.history()[0]).is_err()
    };
    assert_eq!(
        [refused([0, 1]), refused([1, 0]), refused([0, 0]), refused([0, 2])],
        [false, false, true, true]
    );
}
