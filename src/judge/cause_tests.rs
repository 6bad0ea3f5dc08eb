//! Oversell against brute force, and its causes.

use proptest::prelude::*;
use smallvec::smallvec;

use super::judgement::{Invariant, OversellCauses, StoryWhat};
use super::testing::*;
use crate::history::fact::{
    CallOutcome, Job, PushItem, PushKind, Release, StockCause, SupplyChange, What,
};
use crate::ids::{ChannelId, ConnectorId, Intent, SkuId, Version};
use crate::units::{At, Qty, Span};

/// Two channels, one SKU of two units, both sold on channel 0 and still offered on channel 1.
fn sold_twice(between: impl FnOnce(&mut Play), offered: i64) -> OversellCauses {
    let mut play = Play::new(charter(1));
    play.open(0, 2);
    let id = play.sell(100, 0, &[line(0, 2, 2)]);
    assert_eq!(id, order(0, 0));
    between(&mut play);
    play.sell(200, 1, &[line(0, 2, offered)]);
    play.end(300);
    let judgement = play.judge();
    assert_eq!(judgement.totals.oversold_units, Qty(2));
    assert_eq!(judgement.causes.total(), Qty(2));
    assert_eq!(invariant(&judgement, Invariant::Oversell).units, Qty(2));
    judgement.causes
}

fn reserve(play: &mut Play) {
    play.stock(110, 0, [1, 2, 2, -2], StockCause::Reserve(order(0, 0)));
}

fn push(play: &mut Play, version: u64, outcome: CallOutcome) {
    let item = PushItem { sku: SkuId(0), version: Version(version), outcome };
    let pushed = What::Pushed {
        connector: ConnectorId(0),
        channel: ChannelId(1),
        kind: PushKind::Stock,
        attempt: 1,
        waited: Span::ZERO,
        sent: secs(149),
        outcome,
        items: smallvec![item],
    };
    play.add(150, pushed);
}

#[test]
fn sold_and_not_reserved_is_a_reservation_gap() {
    assert_eq!(sold_twice(|_| (), 2).reservation_gap, Qty(2));
}

#[test]
fn reserved_and_not_told_is_sync_lag_by_what_held_the_push() {
    let held = |with: fn(&mut Play)| {
        sold_twice(
            |play| {
                reserve(play);
                with(play);
            },
            2,
        )
    };
    assert_eq!(held(|_| ()).lag_queue, Qty(2));
    assert_eq!(held(|p| push(p, 1, CallOutcome::Throttled)).lag_throttle, Qty(2));
    assert_eq!(held(|p| push(p, 1, CallOutcome::Rejected)).lag_rejected, Qty(2));
    assert_eq!(held(|p| push(p, 1, CallOutcome::Done)).lag_unapplied, Qty(2));
    assert_eq!(held(|p| push(p, 0, CallOutcome::Done)).lag_queue, Qty(2), "an older level");
    assert_eq!(held(|p| push(p, 1, CallOutcome::Unavailable)).lag_queue, Qty(2));
    let given_up = held(|play| {
        push(play, 1, CallOutcome::Throttled);
        let (connector, channel, kind) = (ConnectorId(0), ChannelId(1), PushKind::Stock);
        let job = Job::Push { channel, kind, items: vec![(SkuId(0), Version(1))] };
        let last = CallOutcome::Throttled;
        play.add(160, What::GaveUp { connector, job, attempts: 3, last });
    });
    assert_eq!(given_up.lag_rejected, Qty(2));
}

#[test]
fn what_no_offer_could_tell_is_a_race() {
    assert_eq!(sold_twice(reserve, 0).channel_race, Qty(2));
    let split = sold_twice(reserve, 1);
    assert_eq!((split.lag_queue, split.channel_race), (Qty(1), Qty(1)));
}

#[test]
fn a_broken_ledger_explains_what_follows() {
    let causes = sold_twice(
        |play| {
            play.stock(110, 0, [1, 2, 0, -2], StockCause::Reserve(order(0, 0)));
        },
        2,
    );
    assert_eq!(causes.lost_update, Qty(2));
}

#[test]
fn units_of_a_repeated_intent_are_duplicates() {
    let mut play = Play::new(charter(1));
    play.open(0, 2);
    play.sell(100, 0, &[line(0, 2, 2)]);
    play.sell_for(200, 1, &[line(0, 2, 2)], Intent(0));
    play.end(300);
    assert_eq!(play.judge().causes.duplicate, Qty(2));
}

#[test]
fn without_a_ledger_nothing_is_explained() {
    let mut play = Play::new(charter(1));
    play.open(0, 2);
    play.edit(|at, what| (!matches!(what, What::Stock { .. })).then_some((at, what)));
    play.sell(100, 0, &[line(0, 3, 3)]);
    play.end(300);
    assert_eq!(play.judge().causes.unexplained, Qty(1));
}

#[test]
fn supply_that_falls_below_what_was_sold_is_a_shock_and_no_oversell() {
    let mut play = Play::new(charter(1));
    play.open(0, 5);
    play.sell(100, 0, &[line(0, 4, 5)]);
    play.add(
        150,
        What::Supply { sku: SkuId(0), units: Qty(-3), why: SupplyChange::Correction, at: None },
    );
    let mut again = play.clone();
    play.end(300);
    let causes = play.judge().causes;
    assert_eq!((causes.supply_shock, causes.total()), (Qty(2), Qty(0)));
    again.add(
        160,
        What::Supply { sku: SkuId(0), units: Qty(-1), why: SupplyChange::Correction, at: None },
    );
    again.end(300);
    assert_eq!(again.judge().causes.supply_shock, Qty(3), "what was short before is no shock");
}

#[test]
fn a_later_release_does_not_undo_oversell_but_frees_the_units() {
    let mut play = Play::new(charter(1));
    play.open(0, 2);
    let first = play.sell(100, 0, &[line(0, 2, 2)]);
    play.sell(110, 1, &[line(0, 1, 2)]);
    play.add(120, What::Released { order: first, why: Release::Customer });
    play.sell(130, 1, &[line(0, 1, 1)]);
    play.end(300);
    let judgement = play.judge();
    assert_eq!(judgement.totals.oversold_units, Qty(1));
    assert_eq!(judgement.totals.oversold_orders.definite, 1);
    assert_eq!(judgement.totals.oversold_money, PRICE);
}

#[test]
fn the_worst_story_is_told_around_its_first_oversold_unit() {
    let mut play = Play::new(charter(2));
    play.open(0, 2).open(1, 50);
    let first = play.sell(100, 0, &[line(0, 2, 2)]);
    play.stock(110, 0, [1, 2, 2, -2], StockCause::Reserve(first));
    play.sell(120, 1, &[line(0, 1, 2)]);
    play.show(130, 1, 0, 1, 0);
    for i in 0..40 {
        play.show(140 + i, 1, 0, 1, 0);
    }
    play.end(300);
    let story = play.judge().worst.expect("something was oversold");
    assert_eq!((story.sku, story.oversold), (SkuId(0), Qty(1)));
    assert!(story.events.len() <= 24, "{}", story.events.len());
    let sold = story.events.iter().find_map(|event| match event.what {
        StoryWhat::Sold { order, oversold, .. } if oversold > Qty(0) => Some((order, event)),
        _ => None,
    });
    let (by, event) = sold.expect("the sale is in the story");
    assert_eq!((by, event.really_left), (order(1, 0), Qty(-1)));
    assert_eq!(event.offered, [Some(Qty(0)), Some(Qty(1))]);
}

/// One step of a made-up market of one SKU.
#[derive(Clone, Debug)]
enum Step {
    Sell { channel: u16, qty: i64, offered: i64, repeats: bool },
    Supply(i64),
    Stock { on_hand: i64, reserved: i64, change: i64 },
    Release(usize),
    Push(u64, CallOutcome),
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop_oneof![
        Just(CallOutcome::Done),
        Just(CallOutcome::Throttled),
        Just(CallOutcome::Rejected),
        Just(CallOutcome::Unknown),
    ];
    prop_oneof![
        4 => (0..2_u16, 0..6_i64, 0..8_i64, prop::bool::weighted(0.1))
            .prop_map(|(channel, qty, offered, repeats)| Step::Sell {
                channel, qty, offered, repeats
            }),
        1 => (-5..9_i64).prop_map(Step::Supply),
        2 => (0..20_i64, 0..20_i64, -5..5_i64)
            .prop_map(|(on_hand, reserved, change)| Step::Stock { on_hand, reserved, change }),
        1 => (0..20_usize).prop_map(Step::Release),
        1 => (0..20_u64, outcome).prop_map(|(version, outcome)| Step::Push(version, outcome)),
    ]
}

/// min(q, max(0, C + q − S)) with C summed anew for every order.
#[derive(Default)]
struct Brute {
    supply: i64,
    orders: Vec<(crate::ids::OrderId, i64, bool)>,
    oversold: i64,
}

fn play_steps(steps: &[Step]) -> (Play, Brute) {
    let mut play = Play::new(charter(1));
    play.open(0, 4);
    let mut brute = Brute { supply: 4, ..Brute::default() };
    for (i, step) in steps.iter().enumerate() {
        let s = 10 + i as u64;
        match *step {
            Step::Sell { channel, qty, offered, repeats } => {
                let lines = [line(0, qty, offered)];
                let order = if repeats {
                    play.sell_for(s, channel, &lines, Intent(0))
                } else {
                    play.sell(s, channel, &lines)
                };
                let committed: i64 = brute.orders.iter().filter(|o| !o.2).map(|o| o.1).sum();
                brute.oversold += qty.min((committed + qty - brute.supply).max(0));
                brute.orders.push((order, qty, false));
            }
            Step::Supply(units) => {
                let (sku, why) = (SkuId(0), SupplyChange::Correction);
                play.add(s, What::Supply { sku, units: Qty(units), why, at: None });
                brute.supply += units;
            }
            Step::Stock { on_hand, reserved, change } => {
                play.stock(s, 0, [s as i64, on_hand, reserved, change], StockCause::Merchant);
            }
            Step::Release(which) if which < brute.orders.len() => {
                let order = brute.orders[which].0;
                play.add(s, What::Released { order, why: Release::Customer });
                brute.orders[which].2 = true;
            }
            Step::Release(_) => {}
            Step::Push(version, outcome) => {
                push(&mut play, version, outcome);
                play.facts.last_mut().unwrap().0 = At(0) + Span::from_secs(s);
            }
        }
    }
    play.end(1_000);
    (play, brute)
}

proptest! {
    #[test]
    fn oversell_equals_brute_force_and_its_causes_add_up(
        steps in prop::collection::vec(step(), 0..60)
    ) {
        let (play, brute) = play_steps(&steps);
        let judgement = play.judge();
        prop_assert_eq!(judgement.totals.oversold_units, Qty(brute.oversold));
        prop_assert_eq!(judgement.causes.total(), Qty(brute.oversold));
        let causes = judgement.causes;
        for part in [
            causes.duplicate, causes.lost_update, causes.reservation_gap, causes.lag_queue,
            causes.lag_throttle, causes.lag_rejected, causes.lag_unapplied, causes.channel_race,
            causes.unexplained, causes.supply_shock,
        ] {
            prop_assert!(part >= Qty(0));
        }
    }

    #[test]
    fn every_prefix_can_be_judged_twice_alike(
        steps in prop::collection::vec(step(), 0..30), cut in 0.0..1.0_f64
    ) {
        let history = play_steps(&steps).0.history();
        let cut = 1 + (cut * (history.len() - 1) as f64) as usize;
        let fold = eat(&history[..cut]);
        prop_assert_eq!(fold.judge(), fold.judge());
        prop_assert_eq!(fold.glance(), eat(&history[..cut]).glance());
        let mut resumed = fold.clone();
        for fact in &history[cut..] {
            resumed.eat(fact).unwrap();
        }
        prop_assert_eq!(resumed.judge(), eat(&history).judge());
    }
}
