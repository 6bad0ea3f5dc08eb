//! Records that hide what was on sale, or say what cannot be, and a GO was said over.

use super::judgement::{Band, Invariant, Judgement, Reason, Unproved, Verdict};
use super::testing::*;
use super::verdict_tests::rebuilt;
use crate::history::charter::{Evidence, Kpi, PromotionTerms};
use crate::history::fact::{Call, Outcome, Refusal, Release, StockCause, What};
use crate::ids::{ChannelId, Intent, OpId, OrderId, SkuId, Version};
use crate::units::{At, Money, Ppm, Qty};

/// A SKU that nobody has bought yet.
const HERO: u32 = SOLD_OUT + 2 * OTHERS - 1;

/// The campaign without the facts of which `gone` is true.
fn without(gone: impl Fn(At, &What) -> bool) -> Play {
    let mut play = healthy();
    play.edit(|at, what| (!gone(at, &what)).then_some((at, what)));
    play
}

/// Whether the fact is the second channel's word of such a SKU.
fn is_of(what: &What, is: impl Fn(u32) -> bool, listings: bool) -> bool {
    match what {
        What::Shown { channel, sku, .. } => channel.0 == 1 && is(sku.0),
        What::Listed { channel, sku, .. } => listings && channel.0 == 1 && is(sku.0),
        _ => false,
    }
}

/// What a channel is seen to offer, or turns away for stock, it has on sale.
#[test]
fn a_sku_that_sold_out_on_the_other_channel_is_not_hidden_by_leaving_out_its_listing() {
    let samples = |offers: bool, refused: bool| {
        let mut play = healthy();
        play.open(HERO, 1_000);
        play.edit(|at, what| {
            let gone = is_of(&what, |sku| sku == HERO, true);
            let kept = offers && matches!(what, What::Shown { .. });
            (!gone || kept).then_some((at, what))
        });
        if refused {
            play.refuse(90, 1, line(HERO, 2, 1));
        }
        let lines = [line(HERO, 1, 1_000)];
        let order = play.sell(100, 0, &lines);
        play.hold(110, order, &lines);
        play.stock(110, HERO, [1, 1_000, 1, -1], StockCause::Reserve(order));
        gate(&play.judge(), Kpi::SyncLag, Some(1)).samples
    };
    let none = samples(false, false);
    assert_eq!(samples(true, false), none + 1, "seen to be offered");
    assert_eq!(samples(false, true), none + 1, "turned away for stock");
}

#[test]
fn of_what_a_channel_never_showed_to_those_who_ordered_it_no_lag_is_observed() {
    let play = without(|_, what| is_of(what, |sku| sku % 20 == 3, false));
    let band = gate(&play.judge(), Kpi::SyncLag, Some(1)).band;
    assert_eq!(band, Band::NotProved(Unproved::NotObserved));
}

type Charge = fn(&mut Play, u64, ChannelId, SkuId);

/// Prices that are charged otherwise, or not any more, and are right again just before the end.
#[test]
fn a_price_that_is_not_the_one_set_is_late_until_it_is() {
    let band = |charge: Charge| {
        let mut play = healthy();
        let mut all = Vec::new();
        play.edit(|at, what| {
            if let What::Priced { channel, sku, version: Version(1), .. } = what {
                all.push((at.0 / 1_000_000, channel, sku));
            }
            Some((at, what))
        });
        for (s, channel, sku) in all {
            charge(&mut play, s, channel, sku);
            let (version, price) = (Version(1), Money(1_500));
            play.add(7_200, What::Priced { channel, sku, version, price, seen: None });
        }
        gate(&play.judge(), Kpi::PriceLag, None).band
    };
    assert_eq!(band(|_, _, _, _| {}), Band::Healthy, "said again");
    let cases: [(&str, Charge); 3] = [
        ("the old price", |p, s, c, k| priced(p, s + 200, c, k, 0, PRICE)),
        ("another amount", |p, s, c, k| priced(p, s + 200, c, k, 1, Money(3_000))),
        ("a version never set", |p, s, c, k| priced(p, s + 200, c, k, 9, Money(3_000))),
    ];
    for (why, charge) in cases {
        assert_eq!(band(charge), Band::Failed, "{why}");
    }
}

fn priced(play: &mut Play, s: u64, channel: ChannelId, sku: SkuId, version: u64, price: Money) {
    play.add(s, What::Priced { channel, sku, version: Version(version), price, seen: None });
}

#[test]
fn a_price_at_twice_the_amount_set_under_its_version_never_came() {
    let mut play = healthy();
    play.edit(|at, mut what| {
        if let What::Priced { version: Version(1), price, .. } = &mut what {
            *price = Money(price.0 * 2);
        }
        Some((at, what))
    });
    assert_eq!(gate(&play.judge(), Kpi::PriceLag, None).band, Band::Failed);
}

/// One order in ten of the first channel, changed where it is accepted.
fn one_in_ten(mut change: impl FnMut(&mut What)) -> Play {
    let mut play = healthy();
    play.edit(|at, mut what| {
        if matches!(&what, What::Accepted { order, .. } if order.channel.0 == 0
            && order.number % 10 == 0)
        {
            change(&mut what);
        }
        Some((at, what))
    });
    play
}

#[test]
fn orders_held_that_nobody_ever_pays_are_not_handed_over_well() {
    let mut play = one_in_ten(|what| {
        if let What::Accepted { awaits_payment, .. } = what {
            *awaits_payment = true;
        }
    });
    let judgement = play.judge();
    assert!(judgement.totals.awaiting_payment > 90, "{}", judgement.totals.awaiting_payment);
    let band = gate(&judgement, Kpi::HandoffSuccess, Some(0)).band;
    assert_eq!(band, Band::NotProved(Unproved::Unresolved));
    play.charter.evidence = Evidence::Operations;
    assert_eq!(play.judge().totals.awaiting_payment, 0, "payments may come after an import");
}

#[test]
fn a_channel_of_the_charter_on_which_nothing_was_wanted_proves_nothing() {
    let reasons = |share: u32| {
        let mut play = healthy();
        let mut third = play.charter.channels[0].clone();
        (third.name, third.share) = ("third".into(), Ppm(share));
        play.charter.channels.push(third);
        play.more_channels();
        play.judge().reasons
    };
    let silent = Reason::NothingAccepted(ChannelId(2));
    assert!(reasons(50_000).contains(&silent));
    assert!(!reasons(49_999).contains(&silent), "chance may leave out a small one");
}

#[test]
fn a_charter_that_forgives_the_load_more_is_not_forgiven_a_record_with_holes() {
    let mut play = without(|_, what| matches!(what, What::Stock { sku, .. } if sku.0 % 10 == 3));
    play.charter.honesty.sent_at_least = Ppm(0);
    let band = gate(&play.judge(), Kpi::SyncLag, None).band;
    assert_eq!(band, Band::NotProved(Unproved::NotObserved));
}

#[test]
fn a_promotion_that_has_no_price_at_one_of_its_ends_is_not_in_time() {
    let band = |from: u64, until: u64| {
        let mut play = healthy();
        let (from, until) = (secs(from), secs(until));
        play.charter.promotions =
            vec![PromotionTerms { name: "doors".into(), from, until, on: vec![] }];
        gate(&rebuilt(play).judge(), Kpi::PriceLag, None).band
    };
    assert_eq!(band(50, 68), Band::Healthy, "prices are due every 18 seconds");
    assert_eq!(band(50, 8_000), Band::Healthy, "nobody was there when it ended");
    for (from, until) in [(50, 600), (51, 68)] {
        assert_eq!(band(from, until), Band::NotProved(Unproved::NotExercised), "{from} {until}");
    }
}

/// The first hundred orders of the first channel, cancelled by their customers; what a caller is
/// told of which intent.
fn cancelled(told: Outcome, own: bool) -> Verdict {
    let mut play = healthy();
    let mut orders = Vec::new();
    play.edit(|at, what| {
        if let What::Accepted { order, intent, .. } = what
            && order.channel.0 == 0
            && order.number < 100
        {
            orders.push((order, intent));
        }
        Some((at, what))
    });
    for (order, intent) in orders {
        let intent = if own { intent } else { Intent(1 << 40 | intent.0) };
        cancel(&mut play, order, intent, told);
    }
    play.judge().verdict
}

fn cancel(play: &mut Play, order: OrderId, intent: Intent, outcome: Outcome) {
    let (op, call, channel) = (OpId(1 << 40 | order.number), Call::CancelOrder, order.channel);
    let (channel, why) = (Some(channel), Release::Customer);
    play.add(3_000, What::Sent { op, call, channel, intent, intended: secs(3_000) });
    play.add(3_001, What::Answered { op, outcome });
    play.add(3_001, What::Released { order, why });
    let oms = record_of(order);
    play.add(3_002, What::OmsCancelled { order, oms, why, sku: None });
    play.give_back(3_002, order);
}

#[test]
fn a_cancellation_that_was_refused_or_asked_for_another_intent_releases_nothing() {
    assert_eq!(cancelled(Outcome::Done, true), Verdict::Go);
    assert_eq!(cancelled(Outcome::Refused, true), Verdict::Inconclusive);
    assert_eq!(cancelled(Outcome::Done, false), Verdict::Inconclusive);
}

/// A marketplace that turned one shopper in twenty away for stock that it showed was a GO.
#[test]
fn who_is_turned_away_for_want_of_what_is_offered_contradicts_the_channel() {
    let band = |offered: i64| {
        let mut play = healthy();
        for i in 0..30 {
            play.refuse(100 + i, 1, line(SOLD_OUT, 1, offered));
        }
        gate(&play.judge(), Kpi::MispricedOrders, Some(1)).band
    };
    assert_eq!(band(0), Band::Healthy);
    assert_eq!(band(1_000), Band::NotProved(Unproved::Contradicted));
}

#[test]
fn who_is_refused_what_the_channel_lists_was_sent_away() {
    let refused = |sku: u32| {
        let mut play = healthy();
        for i in 0..30 {
            let intent = play.call(100 + i, 1, Outcome::Refused);
            let (channel, why) = (ChannelId(1), Refusal::NotListed);
            let line = Some(line(sku, 1, 0));
            play.add(100 + i, What::TurnedAway { channel, intent, why, line });
        }
        invariant(&play.judge(), Invariant::SentAway).breaches.definite
    };
    assert_eq!(refused(SOLD_OUT), 30);
    assert_eq!(refused(HERO), 0, "it is listed much later");
}

#[test]
fn what_was_found_out_of_an_order_may_contradict_its_channel() {
    let found = |outcome: Outcome| {
        let mut play = healthy();
        play.open(HERO, 1_000);
        let intent = play.call(100, 1, Outcome::Unknown);
        let lines = [line(HERO, 1, 1_000)];
        let order = play.sell_for(100, 1, &lines, intent);
        play.hold(110, order, &lines);
        let mut asked = None;
        play.edit(|at, what| {
            if let What::Sent { op, intent: of, .. } = what {
                asked = asked.or((of == intent).then_some(op));
            }
            Some((at, what))
        });
        play.add(3_700, What::Resolved { op: asked.unwrap(), outcome });
        invariant(&play.judge(), Invariant::ContradictedAnswer).breaches.definite
    };
    assert_eq!(found(Outcome::Done), 0);
    assert_eq!(found(Outcome::Unknown), 0);
    assert_eq!(found(Outcome::Refused), 1);
}

fn first_channel(judgement: &Judgement) -> Band {
    gate(judgement, Kpi::MispricedOrders, Some(0)).band
}

#[test]
fn sales_of_more_than_was_offered_prove_nothing_of_their_channel() {
    let judgement = one_in_ten(|what| {
        if let What::Accepted { lines, .. } = what {
            let mut sold = lines.to_vec();
            (sold[0].offered, sold[0].left) = (Qty::ZERO, Qty::ZERO);
            *lines = sold.into();
        }
    })
    .judge();
    assert_eq!(first_channel(&judgement), Band::NotProved(Unproved::Contradicted));
}

#[test]
fn orders_cancelled_in_the_oms_after_they_have_left_prove_nothing_of_their_channel() {
    let band = |why: Release| {
        let mut play = healthy();
        for number in 0..100 {
            let (order, oms) = (order(0, number), record_of(order(0, number)));
            play.add(3_000, What::Shipped { order, oms, lines: vec![].into() });
            play.add(3_001, What::OmsCancelled { order, oms, why, sku: None });
        }
        first_channel(&play.judge())
    };
    assert_eq!(band(Release::Customer), Band::NotProved(Unproved::Contradicted));
    assert_eq!(band(Release::Stock), Band::Healthy, "that is a cancellation for stock");
}

#[test]
fn an_order_that_its_channel_released_and_the_oms_never_held_is_touched_with_its_units() {
    let mut play = healthy();
    play.open(HERO, 1_000);
    let order = play.sell(100, 0, &[line(HERO, 3, 1_000)]);
    play.add(200, What::Released { order, why: Release::Payment });
    let judgement = play.judge();
    let impact = gate(&judgement, Kpi::HandoffSuccess, None).impact.unwrap();
    assert_eq!((impact.orders, impact.units), (1, Qty(3)));
}

#[test]
fn a_kind_of_fact_that_is_not_there_at_all_is_not_observed() {
    let gone = Band::NotProved(Unproved::NotObserved);
    let judgement =
        without(|_, what| matches!(what, What::Listed { .. } | What::ListingSet { .. })).judge();
    assert_eq!(gate(&judgement, Kpi::ListingLatency, None).band, gone);
    let judgement =
        without(|_, what| matches!(what, What::Priced { .. } | What::PriceSet { .. })).judge();
    assert_eq!(gate(&judgement, Kpi::PriceLag, None).band, gone);
    assert!(gate(&judgement, Kpi::MispricedOrders, None).impact.is_none(), "nobody can tell");
}
