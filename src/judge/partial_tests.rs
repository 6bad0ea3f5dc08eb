//! Records that hold a part of the evidence, or contradict themselves, and a GO was said over.

use super::judgement::{Band, Invariant, Judgement, Unproved, Verdict};
use super::testing::*;
use super::ungated_tests::cancelled_late;
use super::verdict_tests::rebuilt;
use crate::history::Fact;
use crate::history::charter::{AcceptedRisk, Kpi, PromotionTerms};
use crate::history::fact::{Call, Outcome, Refusal, Release, StockCause, What};
use crate::ids::{ChannelId, Intent, OpId, OrderId, SkuId, Version};
use crate::units::At;

/// One order in ten of a campaign in which nothing else is wrong.
fn one_in_ten(mut change: impl FnMut(&mut Vec<Fact>, OrderId)) -> Judgement {
    let mut history = healthy().history();
    for number in (0..1_000).step_by(10) {
        change(&mut history, order(0, number));
    }
    for (seq, fact) in history.iter_mut().enumerate() {
        fact.seq = seq as u64;
    }
    eat(&history).judge().unwrap()
}

#[test]
fn orders_released_for_a_payment_that_had_come_prove_nothing_of_their_channel() {
    let judgement = one_in_ten(|history, order| {
        let paid = history.iter().position(
            |fact| matches!(&fact.what, What::Accepted { order: other, .. } if *other == order),
        );
        let (at, why) = (history[paid.unwrap()].at, Release::Payment);
        let what = What::Released { order, why };
        history.insert(paid.unwrap() + 1, Fact { seq: 0, at, wall: 0, what });
    });
    assert_ne!(judgement.verdict, Verdict::Go);
    assert!(judgement.verdict >= Verdict::Inconclusive, "{:?}", judgement.reasons);
}

/// Which facts are left out.
type Is = fn(&What) -> bool;

#[test]
fn what_is_known_of_some_skus_proves_nothing_of_the_others() {
    let without = |is: fn(&What) -> bool| {
        let mut history = healthy().history();
        history.retain(|fact| !is(&fact.what));
        for (seq, fact) in history.iter_mut().enumerate() {
            fact.seq = seq as u64;
        }
        eat(&history).judge().unwrap()
    };
    let cases: [(Kpi, Is); 3] = [
        (Kpi::OversoldOrders, |what| matches!(what, What::Supply { sku, .. } if sku.0 % 10 == 3)),
        (Kpi::SyncLag, |what| matches!(what, What::Stock { sku, .. } if sku.0 % 10 == 3)),
        (Kpi::MispricedOrders, |what| {
            matches!(what, What::Priced { sku, .. } | What::PriceSet { sku, .. }
                if sku.0 % 10 == 3)
        }),
    ];
    for (kpi, is) in cases {
        let judgement = without(is);
        let band = gate(&judgement, kpi, None).band;
        assert_eq!(band, Band::NotProved(Unproved::NotObserved), "{kpi:?}");
        assert!(judgement.verdict >= Verdict::Inconclusive, "{kpi:?}");
    }
}

#[test]
fn nobody_answers_for_a_risk_without_a_name_a_reason_or_a_day() {
    let accepted = |by: &str, why: &str, until: &str| {
        let mut play = cancelled_late(40);
        play.charter.accepted_risks = vec![AcceptedRisk {
            gate: Kpi::StockCancellations,
            channel: None,
            why: why.into(),
            by: by.into(),
            until: until.into(),
            expired: false,
        }];
        play.judge().verdict
    };
    assert_eq!(accepted("board", "known", "2027-01-01"), Verdict::GoWithConditions);
    for (by, why, until) in
        [("", "known", "2027-01-01"), ("board", " ", "2027-01-01"), ("board", "known", "never")]
    {
        assert_eq!(accepted(by, why, until), Verdict::NoGo, "{by}, {why}, {until}");
    }
}

#[test]
fn a_version_that_was_never_issued_shows_nothing() {
    let mut history = healthy().history();
    for fact in &mut history {
        if let What::Shown { channel: ChannelId(1), version, .. } = &mut fact.what
            && fact.at > At(0)
        {
            *version = Version(1 << 40);
        }
    }
    let judgement = eat(&history).judge().unwrap();
    assert!(judgement.verdict >= Verdict::Inconclusive, "{:?}", judgement.reasons);
    assert_ne!(gate(&judgement, Kpi::SyncLag, Some(1)).band, Band::Healthy);
}

/// The charter has a promotion, and nobody ever set a price for it.
#[test]
fn a_promotion_that_never_came_is_not_in_time() {
    let mut play = healthy();
    let (from, until) = (At(600_000_001), At(1_200_000_001));
    play.charter.promotions =
        vec![PromotionTerms { name: "doors".into(), from, until, on: vec![] }];
    let judgement = rebuilt(play).judge();
    let band = gate(&judgement, Kpi::PriceLag, None).band;
    assert_eq!(band, Band::NotProved(Unproved::NotExercised));
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

/// Offers of the second channel that fall back to what stood there at the start, two minutes and a
/// second after each was right, and are right again just before the end.
#[test]
fn an_offer_that_falls_back_stands_still_from_then_on() {
    let hero = SOLD_OUT + 2 * OTHERS - 1;
    let falls = |back: Option<u64>| {
        let mut play = healthy();
        play.open(hero, 1_000);
        let lines = [line(hero, 1, 1_000)];
        let first = play.sell(100, 0, &lines);
        play.hold(110, first, &lines);
        play.stock(110, hero, [1, 1_000, 1, -1], StockCause::Reserve(first));
        play.show(120, 0, hero, 1, 999);
        play.show(120, 1, hero, 1, 999);
        if let Some(back) = back {
            play.show(back, 1, hero, 0, 1_000);
        }
        for s in (1_200..3_400).step_by(40) {
            let id = play.sell(s, 1, &lines);
            play.hold(s + 10, id, &lines);
        }
        play.show(7_200, 1, hero, 1, 999);
        invariant(&play.judge(), Invariant::StuckOffer).band
    };
    assert_eq!(falls(None), Band::Healthy, "nothing changed after it was shown");
    assert_eq!(falls(Some(300)), Band::Failed, "56 orders met it");
    assert_eq!(falls(Some(3_390)), Band::Healthy, "it came back in time for all that ordered");
}

/// What a channel sells is on sale there: without a word of its listing its offers are held to the
/// source's all the same, from its first sale on.
#[test]
fn a_channel_that_sells_a_sku_has_it_on_sale() {
    let hero = SOLD_OUT + 2 * OTHERS - 1;
    let mut play = healthy();
    play.open(hero, 1_000);
    let of_hero = |sku: SkuId, channel: ChannelId| sku.0 == hero && channel.0 == 1;
    play.edit(|at, what| {
        let gone = match what {
            What::Listed { channel, sku, .. } => of_hero(sku, channel),
            _ => false,
        };
        (!gone).then_some((at, what))
    });
    let lines = [line(hero, 1, 1_000)];
    let first = play.sell(100, 1, &lines);
    play.hold(110, first, &lines);
    play.stock(110, hero, [1, 1_000, 1, -1], StockCause::Reserve(first));
    let other = play.sell(200, 0, &lines);
    play.hold(210, other, &lines);
    play.stock(210, hero, [2, 1_000, 2, -1], StockCause::Reserve(other));
    for s in (1_200..3_400).step_by(40) {
        let id = play.sell(s, 1, &lines);
        play.hold(s + 10, id, &lines);
    }
    let judgement = play.judge();
    assert_eq!(invariant(&judgement, Invariant::StuckOffer).band, Band::Failed);
    assert_eq!(judgement.verdict, Verdict::NoGo);
}

#[test]
fn who_is_refused_for_nothing_that_can_be_looked_up_was_sent_away() {
    let refused = |why: Option<Refusal>, said: bool| {
        let mut play = healthy();
        for i in 0..30 {
            let intent = play.call(100 + i, 1, Outcome::Refused);
            let goods = said.then(|| line(SOLD_OUT, 1, 0));
            if let Some(why) = why {
                let channel = ChannelId(1);
                play.add(100 + i, What::TurnedAway { channel, intent, why, line: goods });
            }
        }
        invariant(&play.judge(), Invariant::SentAway).breaches.definite
    };
    assert_eq!(refused(None, false), 30, "told no, and nobody was turned away");
    assert_eq!(refused(Some(Refusal::Invalid), true), 30);
    assert_eq!(refused(Some(Refusal::Stock), false), 30);
    assert_eq!(refused(Some(Refusal::NotListed), false), 30);
    assert_eq!(refused(Some(Refusal::Stock), true), 0, "there was nothing left of it");
}

/// The verdict with one more fact for each of a hundred orders of the first channel.
fn with(mut more: impl FnMut(&mut Play, u64, OrderId)) -> Verdict {
    let mut play = healthy();
    for number in 0..100 {
        more(&mut play, number, order(0, number));
    }
    play.judge().verdict
}

#[test]
fn cancellations_that_nobody_asked_for_and_those_that_never_came_prove_nothing() {
    let (call, channel) = (Call::CancelOrder, Some(ChannelId(0)));
    let asked = with(|play, number, _| {
        let (op, intent) = (OpId(1 << 40 | number), Intent(1 << 40 | number));
        play.add(3_000, What::Sent { op, call, channel, intent, intended: secs(3_000) });
        play.add(3_001, What::Answered { op, outcome: Outcome::Done });
    });
    assert_eq!(asked, Verdict::Inconclusive, "answered done, and nothing was");
    let released = with(|play, _, order| {
        let (why, oms) = (Release::Customer, record_of(order));
        play.add(3_001, What::Released { order, why });
        play.add(3_002, What::OmsCancelled { order, oms, why, sku: None });
        play.give_back(3_002, order);
    });
    assert_eq!(released, Verdict::Inconclusive, "nobody asked");
}

#[test]
fn orders_shipped_without_their_payment_prove_nothing_of_their_channel() {
    let shipped = |paid: bool| {
        let (mut play, mut sold) = (healthy(), Vec::new());
        play.edit(|at, mut what| {
            if let What::Accepted { order, lines, awaits_payment, .. } = &mut what
                && order.channel.0 == 0
                && order.number < 100
            {
                *awaits_payment = true;
                sold.push((*order, lines.clone()));
            }
            Some((at, what))
        });
        for (order, lines) in sold {
            if paid {
                play.add(3_500, What::Paid { order });
            }
            let oms = record_of(order);
            play.add(3_550, What::Shipped { order, oms, lines });
        }
        let judgement = play.judge();
        gate(&judgement, Kpi::MispricedOrders, Some(0)).band
    };
    assert_eq!(shipped(true), Band::Healthy);
    assert_eq!(shipped(false), Band::NotProved(Unproved::Contradicted));
}
