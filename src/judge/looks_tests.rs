//! What looks like an act is told, and what looks like the ordinary course of things is not.

use super::*;

const CHANNEL: ChannelId = ChannelId(0);

fn at(s: u64) -> At {
    At(s * 1_000_000)
}

/// A channel that is called every ten seconds for so long, a change just before each.
fn steady(until: u64) -> Looks {
    let mut looks = Looks::new(2);
    for s in (0..until).step_by(10) {
        looks.changed(CHANNEL, at(s));
        looks.called(CHANNEL, at(s + 2));
    }
    looks
}

/// Offers of so many SKUs set to nothing, one every so many seconds, of `all` that have something.
fn emptied(skus: u32, every: u64, all: usize) -> Looks {
    let mut looks = Looks::new(2);
    for sku in 0..skus {
        looks.emptied(CHANNEL, SkuId(sku), at(100 + u64::from(sku) * every), || all);
    }
    looks
}

#[test]
fn offers_that_are_nearly_all_set_to_nothing_at_once_look_zeroed() {
    let told = emptied(28, 2, 30).told(at(3_600));
    let like = LooksLike::StockZeroed;
    assert_eq!(told, [LooksAs { channel: CHANNEL, like, from: at(100), until: None }]);
}

#[test]
fn some_offers_or_offers_over_a_day_or_few_offers_do_not() {
    assert_eq!(emptied(20, 2, 30).told(at(3_600)), [], "two thirds");
    assert_eq!(emptied(30, 60, 30).told(at(3_600)), [], "one a minute");
    assert_eq!(emptied(9, 2, 9).told(at(3_600)), [], "a channel of nine");
}

#[test]
fn it_lasts_until_half_of_them_are_back_and_may_come_again() {
    let mut looks = emptied(30, 2, 30);
    for sku in 0..30 {
        looks.filled(CHANNEL, SkuId(sku), at(1_000 + u64::from(sku)));
    }
    assert_eq!(looks.told(at(3_600))[0].until, Some(at(1_015)));
    for sku in 0..30 {
        looks.emptied(CHANNEL, SkuId(sku), at(2_000), || 30);
    }
    let told = looks.told(at(3_600));
    assert_eq!(told.len(), 2);
    assert_eq!((told[1].from, told[1].until), (at(2_000), None));
}

#[test]
fn changes_that_wait_long_and_longer_than_ever_look_stopped() {
    let mut looks = steady(600);
    for s in 0..20 {
        looks.changed(CHANNEL, at(600 + 10 * s));
    }
    let like = LooksLike::CallsStopped;
    let open = LooksAs { channel: CHANNEL, like, from: at(600), until: None };
    assert_eq!(looks.told(at(1_000)), [open]);
    assert_eq!(looks.told(at(899)), [], "not yet five minutes");
    looks.called(CHANNEL, at(1_000));
    assert_eq!(looks.told(at(9_000)), [LooksAs { until: Some(at(1_000)), ..open }]);
    // A connector that is as slow again does what it does.
    looks.changed(CHANNEL, at(1_001));
    (0..20).for_each(|_| looks.changed(CHANNEL, at(1_002)));
    assert_eq!(looks.told(at(1_500)).len(), 1);
}

#[test]
fn nothing_to_tell_or_a_connector_that_never_called_does_not() {
    assert_eq!(steady(600).told(at(9_000)), [], "no change waits");
    let mut looks = steady(600);
    (0..9).for_each(|_| looks.changed(CHANNEL, at(600)));
    assert_eq!(looks.told(at(9_000)), [], "nine changes");
    let mut looks = steady(190);
    (0..20).for_each(|_| looks.changed(CHANNEL, at(600)));
    assert_eq!(looks.told(at(9_000)), [], "nineteen calls");
}

#[test]
fn so_many_are_told_and_no_more() {
    let mut looks = Looks::new(1);
    for round in 0..150 {
        let from = round * 1_000;
        (0..10).for_each(|sku| looks.emptied(CHANNEL, SkuId(sku), at(from), || 10));
        (0..10).for_each(|sku| looks.filled(CHANNEL, SkuId(sku), at(from + 500)));
    }
    let told = looks.told(at(200_000));
    assert_eq!(told.len(), TOLD_MAX);
    assert!(told.iter().all(|looks| looks.until.is_some()));
    // One that goes on while others, beyond the most, are not told any more has its end.
    let mut looks = Looks::new(2);
    (0..10).for_each(|sku| looks.emptied(CHANNEL, SkuId(sku), at(0), || 10));
    let other = ChannelId(1);
    for round in 0..150 {
        let from = 1 + round * 1_000;
        (0..10).for_each(|sku| looks.emptied(other, SkuId(sku), at(from), || 10));
        (0..10).for_each(|sku| looks.filled(other, SkuId(sku), at(from + 500)));
    }
    (0..10).for_each(|sku| looks.filled(CHANNEL, SkuId(sku), at(190_000)));
    assert_eq!(looks.told(at(200_000))[0].until, Some(at(190_000)));
}
