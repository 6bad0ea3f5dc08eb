//! Units that an OMS does not give back, and such as it gives back twice: a judge that took the
//! ledger's word for it once saw neither.

use super::judgement::{Band, Invariant, Verdict};
use super::testing::*;
use crate::history::charter::Observed;
use crate::history::fact::{Release, SupplyChange, What};
use crate::ids::SkuId;
use crate::units::Qty;

/// Thirty orders that their customers cancelled, on the channel and in the OMS; their units are
/// given back so often.
fn cancelled(why: Release, times: u32) -> Play {
    let mut play = healthy();
    for number in 0..30 {
        let (order, sku) = (order(0, number), None);
        play.add(3_001, What::Released { order, why });
        play.add(3_002, What::OmsCancelled { order, oms: record_of(order), why, sku });
        for _ in 0..times {
            play.give_back(3_002, order);
        }
    }
    play
}

#[test]
fn units_of_cancelled_orders_that_stay_reserved_break_conservation() {
    let rule = |play: &Play| invariant(&play.judge(), Invariant::Conservation).clone();
    assert_eq!(rule(&cancelled(Release::Customer, 1)).band, Band::Healthy);
    let kept = rule(&cancelled(Release::Customer, 0));
    assert_eq!((kept.band, kept.units), (Band::Failed, Qty(30)));
    assert_eq!(kept.breaches.definite, 20, "SKUs: half of them sold two to the channel");
    assert_eq!(cancelled(Release::Customer, 0).judge().verdict, Verdict::NoGo);
    let short = rule(&cancelled(Release::Stock, 0));
    assert_eq!(short.band, Band::Healthy, "what was not there is not given back");
    let mut open = cancelled(Release::Customer, 0);
    open.edit(|at, what| (!matches!(what, What::Quiet {})).then_some((at, what)));
    let open = rule(&open);
    assert_eq!((open.breaches.definite, open.breaches.possible), (0, 20), "it may still come");
}

/// A SKU whose supply is off and that keeps units as well was once broken twice, and checked once.
#[test]
fn a_sku_breaks_its_law_once_whatever_is_wrong_with_it() {
    let mut play = cancelled(Release::Customer, 0);
    for sku in (0..20).map(SkuId) {
        play.add(3_003, What::Supply { sku, units: Qty(5), why: SupplyChange::Receipt, at: None });
    }
    let rule = invariant(&play.judge(), Invariant::Conservation).clone();
    assert_eq!(rule.units, Qty(30 + 20 * 5));
    assert!(rule.breaches.definite <= rule.of, "{} of {}", rule.breaches.definite, rule.of);
}

#[test]
fn orders_that_were_shipped_keep_nothing() {
    let mut play = cancelled(Release::Customer, 0);
    for number in 0..30 {
        let (order, lines) = (order(0, number), vec![].into());
        play.add(2_900, What::Shipped { order, oms: record_of(order), lines });
    }
    assert_eq!(invariant(&play.judge(), Invariant::Conservation).breaches.definite, 0);
}

#[test]
fn units_given_back_twice_are_an_update_lost() {
    let rule = |play: &Play| invariant(&play.judge(), Invariant::LostUpdate).clone();
    assert_eq!(rule(&cancelled(Release::Customer, 1)).band, Band::Healthy);
    let twice = rule(&cancelled(Release::Customer, 2));
    assert_eq!((twice.band, twice.breaches.definite), (Band::Failed, 30));
    assert_eq!(twice.units, Qty(30));
    let thrice = rule(&cancelled(Release::Customer, 3));
    assert_eq!((thrice.breaches.definite, thrice.units), (60, Qty(60)));
}

/// Reserved ahead, released by its channel, and never held: nobody told the OMS.
#[test]
fn an_order_that_was_never_held_and_is_over_holds_nothing_for_long() {
    let ended = |gives_back: bool| {
        let mut play = healthy();
        let sold: Vec<_> = (0..10).map(|number| order(0, number)).collect();
        play.edit(|at, what| match what {
            What::Held { order, .. } | What::Delivered { order, .. } if sold.contains(&order) => {
                None
            }
            what => Some((at, what)),
        });
        for order in sold {
            play.add(600, What::Released { order, why: Release::Payment });
            if gives_back {
                play.give_back(3_000, order);
            }
        }
        let judgement = play.judge();
        let conservation = invariant(&judgement, Invariant::Conservation).breaches.definite;
        (invariant(&judgement, Invariant::OneSidedEnd).breaches.definite, conservation)
    };
    assert_eq!(ended(false), (10, 0));
    assert_eq!(ended(true), (0, 0));
}

#[test]
fn whose_word_it_is_that_nothing_is_kept() {
    let mut play = cancelled(Release::Customer, 1);
    play.charter.observes.retain(|kind| *kind != Observed::Cancellations);
    play.edit(|at, what| (!matches!(what, What::OmsCancelled { .. })).then_some((at, what)));
    let judgement = play.judge();
    let rule = invariant(&judgement, Invariant::Conservation);
    assert!(matches!(rule.band, Band::NotProved(_)), "{:?}", rule.band);
}
