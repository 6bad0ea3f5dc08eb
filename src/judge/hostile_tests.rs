//! Histories that nobody honest wrote: an error, or a judgement; never a panic or a giant table.

use proptest::prelude::*;

use super::fold::{Fold, NotAHistory};
use super::judgement::Verdict;
use super::testing::*;
use crate::history::fact::{Ending, Fact, StockCause, What};
use crate::history::samples::{Drawn, one_of_each};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty, Span};

fn fed(facts: Vec<What>) -> Result<Fold, NotAHistory> {
    let mut fold = Fold::new();
    for (seq, what) in facts.into_iter().enumerate() {
        fold.eat(&Fact { seq: seq as u64, at: At(0), wall: 0, what })?;
    }
    Ok(fold)
}

fn begun(facts: Vec<What>) -> Result<Fold, NotAHistory> {
    let charter = What::Charter(Box::new(charter(4)));
    fed(std::iter::once(charter).chain(facts).collect())
}

#[test]
fn what_is_no_history_is_refused_in_words() {
    let paid = || What::Paid { order: order(0, 0) };
    let accepted = |number, line| {
        let lines = vec![line];
        let (order, intent, buyer) =
            (order(0, number), crate::ids::Intent(0), crate::ids::Buyer(0));
        What::Accepted { order, intent, buyer, lines: lines.into(), awaits_payment: false }
    };
    let charter_like = |change: &dyn Fn(&mut crate::history::charter::Charter)| {
        let mut terms = charter(4);
        change(&mut terms);
        fed(vec![What::Charter(Box::new(terms))])
    };
    let same = || accepted(0, line(0, 1, 1));
    let refused: Vec<(&str, Result<Fold, NotAHistory>)> = vec![
        ("no charter", fed(vec![paid()])),
        ("two", begun(vec![What::Charter(Box::new(charter(4)))])),
        ("channel", begun(vec![What::Paid { order: order(2, 0) }])),
        ("sku", begun(vec![What::ListingSet { sku: SkuId(4), version: Version(0) }])),
        ("number", begun(vec![accepted(u64::MAX, line(0, 1, 1))])),
        ("quantity", begun(vec![accepted(0, line(0, i64::MAX, 1))])),
        ("negative", begun(vec![accepted(0, line(0, -1, 1))])),
        ("twice", begun(vec![same(), same()])),
        ("after", begun(vec![What::Ended { why: Ending::Finished }, paid()])),
        ("version", charter_like(&|c| c.version = 9)),
        ("no channels", charter_like(&|c| c.channels.clear())),
        ("skus", charter_like(&|c| c.skus = u32::MAX)),
        ("start", charter_like(&|c| c.starts = "soon".into())),
        (
            "limits",
            charter_like(&|c| {
                c.gates[0].limits = crate::history::charter::Limits::standard(
                    crate::history::charter::Kpi::OversoldOrders,
                );
            }),
        ),
    ];
    let said: Vec<String> = refused
        .into_iter()
        .map(|(name, fold)| format!("{name}: {}", fold.expect_err(name)))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    no charter: a history begins with its charter; this one begins with another fact (seq 0)
    two: fact 1 is a second charter; two histories must be judged apart
    channel: fact 1 speaks of channel 2, and the charter ends before it
    sku: fact 1 speaks of SKU 4, and the charter ends before it
    number: fact 1 has order number 18446744073709551615: no campaign has that
    quantity: fact 1 has a line of 9223372036854775807 units: no campaign has that
    negative: fact 1 has a line of -1 units: no campaign has that
    twice: fact 2 accepts order 0 of channel 0 a second time
    after: fact 2 follows the end of the history
    version: the history has version 9, and this doorbuster reads up to 1: update it
    no channels: the charter cannot be judged by: there must be 1 to 256 channels
    skus: the charter cannot be judged by: SKUs × channels may be at most 2,000,000
    start: the charter cannot be judged by: `starts` must be like 2026-11-27T06:00:00-05:00
    limits: the charter cannot be judged by: the limits of listing latency are of another kind
    ");
}

#[test]
fn a_gap_is_refused_and_what_was_eaten_is_still_judged() {
    let history = healthy().history();
    let mut fold = eat(&history[..100]);
    let refused = fold.eat(&history[101]);
    assert_eq!(refused, Err(NotAHistory::Gap { expected: 100, found: 101 }));
    assert_eq!(fold.judge().unwrap().verdict, Verdict::Inconclusive);
}

#[test]
fn nothing_eaten_is_nothing_judged() {
    assert_eq!(Fold::new().judge(), None);
    assert_eq!(Fold::new().glance().word(), "within limits");
}

#[test]
fn time_that_jumps_and_steps_back_is_borne() {
    let mut play = healthy();
    play.edit(|at, what| match what {
        What::Shown { .. } if at.0 % 7 == 0 => Some((At(at.0 * 1_000), what)),
        what => Some((at, what)),
    });
    let mut history = play.history();
    for fact in history.iter_mut().filter(|fact| fact.seq % 11 == 3) {
        fact.at = At(fact.at.0 / 2);
    }
    let ended = history.iter().position(|fact| matches!(fact.what, What::Ended { .. })).unwrap();
    let judgement = eat(&history[..=ended]).judge().unwrap();
    assert!(judgement.series.run.len() <= 2_000);
    assert!(judgement.series.channels.iter().all(|w| w.len() == judgement.series.run.len()));
}

#[test]
fn a_price_list_without_end_is_refused() {
    let set = |version: u64| What::PriceSet {
        sku: SkuId(0),
        version: Version(version),
        price: Money(1),
        due: At(version),
    };
    assert!(matches!(begun((0..2_000).map(set).collect()), Err(NotAHistory::Absurd { .. })));
}

#[test]
fn the_glance_follows_the_run() {
    let history = healthy().history();
    let quiet = history.iter().position(|fact| matches!(fact.what, What::Quiet {})).unwrap();
    let fold = eat(&history[..quiet]);
    let glance = fold.glance();
    assert_eq!((glance.offered, glance.answered, glance.accepted), (3_500, 3_500, 2_100));
    assert_eq!((glance.phase, glance.oversold, glance.word()), (None, Qty(0), "within limits"));
    let middle = eat(&history[..quiet / 2]);
    assert_eq!(middle.glance().phase, Some(0));
    assert!(middle.glance().sync_lag <= Span::from_secs(30));
    let mut play = healthy();
    play.stock(1_500, SOLD_OUT, [1, 500, 0, -500], StockCause::Merchant);
    play.edit(|at, what| (!matches!(what, What::Ended { .. })).then_some((at, what)));
    let fold = eat(&play.history());
    assert_eq!((fold.glance().sync_lag, fold.glance().word()), (Span(5_800_000_000), "at risk"));
    play.hold(1_500, order(1, 999_999), &[line(0, 1, 1)]);
    assert_eq!(eat(&play.history()).glance().word(), "NO-GO");
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let small = prop_oneof![0..3_u16, any::<u16>()];
    let medium = prop_oneof![0..6_u32, any::<u32>()];
    let large = prop_oneof![0..40_u64, any::<u64>()];
    let signed = prop_oneof![-3..9_i64, any::<i64>()];
    (small, medium, large, signed, any::<bool>()).prop_map(
        |(small, medium, large, signed, flag)| Drawn { small, medium, large, signed, flag },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Facts with any numbers in any order; those refused are left out.
    #[test]
    fn nothing_panics(
        draws in prop::collection::vec((drawn(), any::<prop::sample::Index>(), any::<u64>()), 0..60)
    ) {
        let mut fold = Fold::new();
        fold.eat(&Fact {
            seq: 0,
            at: At(0),
            wall: 0,
            what: What::Charter(Box::new(charter(4))),
        }).unwrap();
        let mut seq = 1;
        for (draw, which, at) in draws {
            let kinds = one_of_each(draw);
            let what = kinds[which.index(kinds.len())].clone();
            let before = fold.clone();
            let at = At(at % 400_000_000_000_000);
            match fold.eat(&Fact { seq, at, wall: at.0, what }) {
                Ok(()) => seq += 1,
                Err(_) => fold = before,
            }
        }
        prop_assert_eq!(fold.judge(), fold.judge());
        fold.glance();
        let _ = ChannelId(0);
    }
}
