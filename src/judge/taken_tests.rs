//! When a channel takes stock: what is promised when, what is oversold then, and what carts hold.

use super::fold::Fold;
use super::judgement::{Invariant, Judgement};
use super::testing::*;
use crate::history::charter::TakesStock;
use crate::history::fact::{Cart, CartEnd, CartEnding, Line, Outcome, Release, StockCause, What};
use crate::ids::{ChannelId, Intent, OrderId};
use crate::units::Qty;

fn unpaid(play: &mut Play, s: u64, lines: &[Line]) -> OrderId {
    let id = play.sell(s, 0, lines);
    play.edit(|at, what| {
        Some((
            at,
            match what {
                What::Accepted { order, intent, buyer, lines, .. } if order == id => {
                    What::Accepted { order, intent, buyer, lines, awaits_payment: true }
                }
                what => what,
            },
        ))
    });
    id
}

/// Two orders for the last two units, both unpaid, on a channel that takes stock then.
fn last_two(takes_stock: TakesStock, ends: impl FnOnce(&mut Play, [OrderId; 2])) -> Judgement {
    let mut play = Play::new(charter(1));
    play.charter.channels[0].takes_stock = takes_stock;
    play.charter.minor = 3;
    play.open(0, 2);
    let first = unpaid(&mut play, 100, &[line(0, 2, 2)]);
    let second = unpaid(&mut play, 110, &[line(0, 2, 2)]);
    ends(&mut play, [first, second]);
    play.add(290, What::TrafficEnded {});
    play.end(300);
    play.judge()
}

fn oversold(judgement: &Judgement) -> (u64, i64, i64) {
    let result = invariant(judgement, Invariant::Oversell);
    assert_eq!(judgement.totals.oversold_units, result.units);
    (result.breaches.definite, result.units.0, judgement.causes.total().0)
}

#[test]
fn what_is_taken_at_payment_is_oversold_when_it_is_paid_and_not_before() {
    let pays = |play: &mut Play, orders: &[OrderId]| {
        for (i, order) in orders.iter().enumerate() {
            let s = 150 + 10 * i as u64;
            play.add(s, What::Paid { order: *order });
            play.show(s, 0, 0, 0, 0);
        }
    };
    let both = last_two(TakesStock::AtPayment, |play, orders| pays(play, &orders));
    assert_eq!(oversold(&both), (1, 2, 2));
    assert_eq!(both.causes.reservation_gap, Qty(2), "nobody had reserved the first");
    let raced = last_two(TakesStock::AtPayment, |play, orders| {
        pays(play, &orders);
        play.stock(155, 0, [1, 2, 2, -2], StockCause::Reserve(orders[0]));
    });
    assert_eq!(oversold(&raced), (1, 2, 2));
    assert_eq!(raced.causes.channel_race, Qty(2), "by then the channel offered none");
    let order = invariant(&both, Invariant::Oversell).first.as_ref().map(|first| first.at);
    assert_eq!(order, Some(secs(160)));
    let one = last_two(TakesStock::AtPayment, |play, orders| {
        pays(play, &orders[..1]);
        play.add(170, What::Released { order: orders[1], why: Release::Payment });
    });
    assert_eq!(oversold(&one), (0, 0, 0));
    // Where it is taken with the order it was promised with the order.
    let at_order = last_two(TakesStock::AtOrder, |play, orders| {
        pays(play, &orders[..1]);
        play.add(170, What::Released { order: orders[1], why: Release::Payment });
    });
    assert_eq!(oversold(&at_order), (1, 2, 2));
}

#[test]
fn what_was_never_promised_gives_nothing_back() {
    let judgement = last_two(TakesStock::AtPayment, |play, orders| {
        play.add(150, What::Released { order: orders[0], why: Release::Payment });
        play.add(160, What::Released { order: orders[1], why: Release::Payment });
        play.show(170, 0, 0, 0, 2);
        play.sell(180, 0, &[line(0, 2, 2)]);
        play.sell(190, 1, &[line(0, 1, 2)]);
    });
    assert_eq!(oversold(&judgement), (1, 1, 1));
}

fn carted(play: &mut Play, s: u64, intent: u64, lines: &[Line]) {
    let (channel, intent) = (ChannelId(0), Intent(intent));
    play.add(s, What::Carted(Cart { channel, intent, lines: lines.into() }));
}

fn ended(play: &mut Play, s: u64, intent: u64) {
    let (channel, intent) = (ChannelId(0), Intent(intent));
    play.add(s, What::CartEnded(CartEnd { channel, intent, why: CartEnding::Lapsed }));
}

fn held(qty: i64, offered: i64) -> Line {
    Line { left: Qty(offered - qty), ..line(0, qty, offered) }
}

#[test]
fn what_others_carts_hold_is_undersold_to_carts_and_is_no_stale_listing() {
    let refused = |between: fn(&mut Play)| {
        let mut play = Play::new(charter(1));
        play.charter.channels[0].takes_stock = TakesStock::AtCart;
        play.open(0, 5);
        carted(&mut play, 50, 900, &[held(4, 5)]);
        between(&mut play);
        play.refuse(100, 0, line(0, 2, 1));
        play.end(200);
        let totals = play.judge().totals;
        (totals.undersold_carts.0, totals.undersold_stale.0, totals.undersold_policy.0)
    };
    assert_eq!(refused(|_| ()), (2, 0, 0));
    assert_eq!(refused(|play| ended(play, 60, 900)), (0, 2, 0), "nothing is held any more");
    assert_eq!(refused(|play| play.charter.channels[0].rule.holds_back = Qty(4)), (0, 0, 2));
}

#[test]
fn an_offer_that_a_cart_takes_down_shows_its_version_all_the_same() {
    let lags = |is_held: bool| {
        let mut play = Play::new(charter(1));
        play.charter.channels[0].takes_stock = TakesStock::AtCart;
        play.open(0, 5);
        play.call(1, 0, Outcome::Refused);
        if is_held {
            carted(&mut play, 50, 900, &[held(4, 5)]);
        }
        play.stock(100, 0, [1, 6, 0, 1], StockCause::Merchant);
        play.show(110, 0, 0, 1, 2);
        play.end(200);
        let judgement = play.judge();
        let gate = gate(&judgement, crate::history::charter::Kpi::SyncLag, Some(0));
        (gate.samples, gate.bad.definite)
    };
    assert_eq!(lags(true), (1, 0), "six, of which four are held");
    assert_eq!(lags(false), (1, 1), "two of six is no offer of that version");
}

#[test]
fn a_cart_that_is_not_there_and_one_that_is_there_already_are_refused() {
    for again in [true, false] {
        let mut play = Play::new(charter(1));
        play.open(0, 5);
        if again {
            carted(&mut play, 50, 900, &[held(1, 5)]);
            carted(&mut play, 60, 900, &[held(1, 4)]);
        } else {
            ended(&mut play, 60, 900);
        }
        let mut fold = Fold::new();
        let eaten = play.history().iter().try_for_each(|fact| fold.eat(fact).map(drop));
        let why = eaten.expect_err("no cart is like that").to_string();
        assert!(why.contains("cart of intent 900"), "{why}");
    }
}
