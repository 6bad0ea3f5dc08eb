//! Histories of versions before and after this one, and rules that change while a campaign runs.

use super::gate_tests::delay;
use super::judgement::{
    Band, GateResult, Invariant, Judgement, Measure, Reason, Unproved, Verdict,
};
use super::testing::*;
use crate::history::charter::{Kpi, StockRule};
use crate::history::fact::{Seen, StockCause, What};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Ppm, Qty, Span};

fn at_most(most: i64) -> StockRule {
    StockRule { shows_at_most: Some(Qty(most)), ..StockRule::ALL }
}

fn unknown(play: &mut Play, s: u64) {
    play.add(s, What::Unknown("recalled".into()));
}

#[test]
fn kinds_of_facts_that_nobody_knows_prove_nothing_and_convict_nobody() {
    assert_eq!(healthy().judge().verdict, Verdict::Go);
    let mut passed = healthy();
    unknown(&mut passed, 1_000);
    let judgement = passed.judge();
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    assert_eq!(judgement.reasons, [Reason::Run(Unproved::UnknownKinds)]);
    assert_eq!(judgement.unknown_kinds, [("recalled".to_owned(), 1)]);

    let mut failed = healthy();
    failed.hold_again(2_000, order(0, 3), &[line(0, 1, 0)]);
    assert_eq!(failed.judge().verdict, Verdict::NoGo, "an order is held twice");
    unknown(&mut failed, 1_000);
    assert_eq!(failed.judge().verdict, Verdict::Inconclusive, "unless an unknown fact says why");
}

#[test]
fn a_fact_that_rests_on_an_unknown_one_is_no_reason_to_refuse_the_rest() {
    let paid = What::Paid { order: order(0, 60_000) };
    let mut play = healthy();
    play.add(1_500, paid);
    let history = play.history();
    let mut fold = super::fold::Fold::new();
    assert!(history.iter().any(|fact| fold.eat(fact).is_err()), "nobody accepted it");
    unknown(&mut play, 1_000);
    let told = play.judge().unknown_kinds;
    let rest = ("facts that rest on them".to_owned(), 1);
    assert_eq!(told, [rest, ("recalled".to_owned(), 1)]);
}

/// One SKU in plenty, of which an operator lets no more than 1,500 be shown after a quarter of an
/// hour.
fn held_back(shown: i64, told: bool) -> Judgement {
    let sku = SOLD_OUT + 2 * OTHERS - 1;
    let mut play = healthy();
    play.open(sku, 2_000);
    if told {
        let rule = at_most(1_500);
        for channel in [ChannelId(0), ChannelId(1)] {
            play.add(900, What::RuleSet { channel, rule });
        }
    }
    for channel in [0, 1] {
        play.show(920, channel, sku, 0, shown);
    }
    play.refuse(1_000, 0, line(sku, 1_900, shown));
    play.judge()
}

#[test]
fn what_an_operator_holds_back_is_neither_wrong_nor_undersold_by_a_stale_listing() {
    let wrong = |judgement: &Judgement| invariant(judgement, Invariant::WrongOffer).breaches;
    let undersold = |judgement: &Judgement| {
        let totals = &judgement.totals;
        (totals.undersold_policy, totals.undersold_stale)
    };
    let (right, untold, ignored) =
        (held_back(1_500, true), held_back(1_500, false), held_back(2_000, true));
    assert_eq!(wrong(&right).definite, 0);
    assert_eq!(wrong(&untold).definite, 2, "by the charter's rule all 2,000 should be shown");
    assert_eq!(wrong(&ignored).definite, 2, "nobody followed the rule");
    assert_eq!(undersold(&right), (Qty(1_900), Qty(0)));
    assert_eq!(undersold(&untold), (Qty(0), Qty(1_900)));
}

/// A change is a sample where the rule then in force makes another quantity of it.
#[test]
fn a_change_is_a_sample_by_the_rule_in_force_when_it_happens() {
    let sku = SOLD_OUT + 2 * OTHERS - 1;
    let samples = |most: i64| {
        let mut play = healthy();
        play.open(sku, 2_000);
        let rule = at_most(most);
        play.add(900, What::RuleSet { channel: ChannelId(1), rule });
        play.show(901, 1, sku, 0, rule.should_show(Qty(2_000)).0);
        play.stock(1_000, sku, [1, 2_001, 0, 1], StockCause::Merchant);
        for (channel, rule) in [(0, StockRule::ALL), (1, rule)] {
            play.show(1_010, channel, sku, 1, rule.should_show(Qty(2_001)).0);
        }
        gate(&play.judge(), Kpi::SyncLag, Some(1)).samples
    };
    assert_eq!(samples(3_000), samples(2_000) + 1, "with 2,000 at most one more is none");
}

/// What left under the rule before is right when it arrives, and is no lag of the rule's.
#[test]
fn an_update_that_was_on_its_way_when_the_rule_changed_ends_its_lag() {
    let sku = SOLD_OUT + 2 * OTHERS - 1;
    let late = |shown: i64| {
        let mut play = healthy();
        play.open(sku, 2_000);
        play.stock(1_000, sku, [1, 2_200, 0, 200], StockCause::Merchant);
        let rule = at_most(2_100);
        play.add(1_010, What::RuleSet { channel: ChannelId(1), rule });
        play.show(1_020, 0, sku, 1, 2_200);
        play.show(1_020, 1, sku, 1, shown);
        play.show(3_000, 1, sku, 1, 2_100);
        let judgement = play.judge();
        assert_eq!(gate(&judgement, Kpi::SyncLag, Some(0)).bad.possible, 0);
        gate(&judgement, Kpi::SyncLag, Some(1)).bad.definite
    };
    assert_eq!((late(2_200), late(2_100)), (0, 0), "by the rule before, and by the one in force");
    assert_eq!(late(2_150), 1, "by neither");
}

#[test]
fn a_rule_beyond_reason_is_refused() {
    let set = |rule: StockRule| {
        let mut play = Play::new(charter(1));
        play.add(1, What::RuleSet { channel: ChannelId(0), rule });
        let history = play.history();
        let mut fold = super::fold::Fold::new();
        history.iter().find_map(|fact| fold.eat(fact).err()).map(|why| why.to_string())
    };
    assert_eq!(set(StockRule::ALL), None);
    for rule in [
        StockRule { allocation: Ppm(1_000_001), ..StockRule::ALL },
        StockRule { holds_back: Qty(-1), ..StockRule::ALL },
        StockRule { shows_at_most: Some(Qty(i64::MAX)), ..StockRule::ALL },
    ] {
        let said = set(rule).expect("refused");
        assert!(said.starts_with("fact 1 has a rule that allots"), "{said}");
    }
}

#[test]
fn an_unknown_kind_keeps_every_gate_open() {
    let mut play = healthy();
    unknown(&mut play, 5);
    let judgement = play.judge();
    let open = Band::NotProved(Unproved::UnknownKinds);
    assert!(judgement.gates.iter().all(|gate| gate.band == open));
    assert!(!judgement.in_band);
}

/// Every offer, price and listing after the opening, found by a look that comes so long after the
/// last one in vain.
fn looked(play: &Play, apart: Span) -> Judgement {
    let mut play = play.clone();
    play.edit(|at, mut what| {
        let not_before = At(at.0.saturating_sub(apart.0));
        let looked = Some(Box::new(Seen { not_before, theirs: Some(At(7)) }));
        if at > At::START
            && let What::Shown { seen, .. }
            | What::Priced { seen, .. }
            | What::Listed { seen, .. } = &mut what
        {
            *seen = looked;
        }
        Some((at, what))
    });
    play.judge()
}

/// A wider interval claims less: nothing more is proved late, nothing more in time, and no lag is
/// known any better.
#[test]
fn looks_further_apart_prove_nothing_more() {
    let mut slow = healthy();
    delay(&mut slow, 5, 1_000, |what| {
        matches!(what, What::Shown { .. } | What::Priced { .. } | What::Listed { .. })
    });
    let apart = [0, 1, 30, 200, 700, 2_000].map(Span::from_secs);
    for play in [healthy(), slow] {
        let mut before = play.judge();
        for apart in apart {
            let after = looked(&play, apart);
            for (was, is) in before.gates.iter().zip(&after.gates) {
                let at = format!("{:?} on {:?}, {apart:?} apart", is.kpi, is.channel);
                assert_eq!(was.bad.possible, is.bad.possible, "{at}");
                assert!(is.bad.definite <= was.bad.definite, "{at}");
                assert!(is.low_us() <= was.low_us() && is.high == was.high, "{at}");
                let same = is.band == was.band;
                let weaker = was.band == Band::Failed && matches!(is.band, Band::NotProved(_));
                assert!(same || weaker, "{at}: {:?}, then {:?}", was.band, is.band);
            }
            before = after;
        }
    }
}

#[test]
fn looks_apart_by_more_than_the_limit_convict_nobody() {
    let mut slow = healthy();
    delay(&mut slow, 5, 2_000, |what| matches!(what, What::Priced { .. } | What::Listed { .. }));
    for kpi in [Kpi::PriceLag, Kpi::ListingLatency] {
        assert_eq!(gate(&slow.judge(), kpi, None).band, Band::Failed, "{kpi:?}");
        let unsure = looked(&slow, Span::from_secs(2_500));
        assert_eq!(gate(&unsure, kpi, None).band, Band::NotProved(Unproved::Unresolved), "{kpi:?}");
    }
}

#[test]
fn a_look_in_vain_after_what_it_missed_is_refused() {
    let mut play = Play::new(charter(1));
    let seen = Some(Box::new(Seen { not_before: secs(3), theirs: None }));
    let (channel, sku, version) = (ChannelId(0), SkuId(0), Version(0));
    play.add(2, What::Listed { channel, sku, version, seen });
    let history = play.history();
    let mut fold = super::fold::Fold::new();
    let said = history.iter().find_map(|fact| fold.eat(fact).err()).expect("refused").to_string();
    assert!(said.starts_with("fact 1 has a last look in vain that is later"), "{said}");
}

impl GateResult {
    /// The lower end of a lag; of a share nothing.
    fn low_us(&self) -> u64 {
        match self.low {
            Measure::Lag(low) => low.map_or(u64::MAX, |low| low.0),
            _ => 0,
        }
    }
}
