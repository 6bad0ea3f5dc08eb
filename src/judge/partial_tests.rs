//! Records that hold a part of the evidence, or contradict themselves, and a GO was said over.

use super::judgement::{Band, Judgement, Unproved, Verdict};
use super::testing::*;
use super::ungated_tests::cancelled_late;
use super::verdict_tests::rebuilt;
use crate::history::Fact;
use crate::history::charter::{AcceptedRisk, Kpi, PromotionTerms};
use crate::history::fact::{Release, What};
use crate::ids::{ChannelId, OrderId, Version};
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
    let cases: [(Kpi, Is); 2] = [
        (Kpi::OversoldOrders, |what| matches!(what, What::Supply { sku, .. } if sku.0 % 10 == 3)),
        (Kpi::SyncLag, |what| matches!(what, What::Stock { sku, .. } if sku.0 % 10 == 3)),
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
    play.charter.promotions = vec![PromotionTerms { name: "doors".into(), from, until }];
    let judgement = rebuilt(play).judge();
    let band = gate(&judgement, Kpi::PriceLag, None).band;
    assert_eq!(band, Band::NotProved(Unproved::NotExercised));
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}
