//! Tests of when a marketplace takes stock: carts that hold units, orders that take them when paid.

use super::*;
use crate::commerce::protocol::Notice;
use crate::commerce::terms::Payment;
use crate::commerce::terms::{CartTerms, Taking};
use crate::history::fact::{Cart, CartEnd, CartEnding};

const HELD: Span = Span::from_mins(15);

fn with_carts() -> Marketplace {
    let terms = CartTerms {
        held_for: HELD,
        checks_out_after: Law::Constant(Span::from_mins(2)),
        abandoned: Ppm::ZERO,
    };
    shop(ChannelPlay { takes: Taking::AtCart(terms), ..play() })
}

fn cart(intent: u64, lines: &[(u32, i64)]) -> ChannelRequest {
    let ChannelRequest::PlaceOrder { intent, buyer, lines } = order(intent, lines) else {
        panic!("an order")
    };
    ChannelRequest::FillCart { intent, buyer, lines }
}

fn ends(out: &Outbox) -> Vec<CartEnding> {
    let end = |what: &What| match what {
        What::CartEnded(CartEnd { why, .. }) => Some(*why),
        _ => None,
    };
    out.facts.iter().filter_map(end).collect()
}

#[test]
fn a_cart_holds_its_units_until_it_lapses() {
    let mut shop = with_carts();
    let (reply, out) = ask(&mut shop, s(0), cart(1, &[(0, 7)]));
    assert_eq!(reply, ChannelReply::Carted);
    let [What::Carted(Cart { lines, .. })] = &out.facts[..] else { panic!("{:?}", out.facts) };
    assert_eq!((lines[0].offered, lines[0].left), (Qty(10), Qty(3)));
    // Filled again it holds no more than before.
    assert_eq!(ask(&mut shop, s(1), cart(1, &[(0, 7)])).0, ChannelReply::Carted);
    assert_eq!(offered(&mut shop, s(1), 0), Qty(3));
    let (reply, _) = ask(&mut shop, s(2), cart(2, &[(0, 4)]));
    assert_eq!(reply, ChannelReply::TurnedAway { why: Refusal::Stock });
    let (reply, _) = ask(&mut shop, s(2), order(2, &[(0, 4)]));
    assert_eq!(reply, ChannelReply::TurnedAway { why: Refusal::Stock });
    assert_eq!((shop.is_quiet(), shop.next_wake()), (false, Some(At::START + HELD)));
    let mut out = Outbox::default();
    shop.wake(At::START + HELD, &mut out);
    assert_eq!((ends(&out), shop.is_quiet()), (vec![CartEnding::Lapsed], true));
    assert_eq!(offered(&mut shop, At::START + HELD, 0), Qty(10));
}

#[test]
fn whoever_checks_out_gets_what_the_cart_holds_and_a_push_leaves_holds_in_place() {
    let mut shop = with_carts();
    ask(&mut shop, s(0), cart(1, &[(0, 7)]));
    ask(&mut shop, s(1), cart(2, &[(0, 3)]));
    assert_eq!(push(&mut shop, s(2), 1, Change::Absolute(Qty(8))), taken());
    assert_eq!(offered(&mut shop, s(12), 0), Qty(0), "eight, of which ten are held");
    let (reply, out) = ask(&mut shop, s(20), order(1, &[(0, 7)]));
    assert!(matches!(reply, ChannelReply::TurnedAway { why: Refusal::Stock }), "five are left");
    assert_eq!(ends(&out), [CartEnding::CheckedOut]);
    let (reply, out) = ask(&mut shop, s(21), order(2, &[(0, 3)]));
    assert!(matches!(reply, ChannelReply::Placed { .. }));
    assert_eq!(ends(&out), [CartEnding::CheckedOut]);
    assert!(shop.is_quiet(), "no cart is left to lapse");
    assert_eq!(offered(&mut shop, s(22), 0), Qty(5));
}

/// Whom nobody answers at the checkout has not checked out: the cart goes on holding what it holds.
#[test]
fn a_checkout_that_nobody_answers_leaves_the_cart_as_it_is() {
    let imperfections = Imperfections { unavailable: Ppm(300_000), ..Imperfections::NONE };
    let ChannelPlay { takes, .. } = with_carts().play;
    let mut shop = shop(ChannelPlay { takes, imperfections, ..play() });
    let mut unanswered = 0;
    for intent in 0..60 {
        let now = s(intent * 4_000);
        shop.wake(now, &mut Outbox::default());
        if ask(&mut shop, now, cart(intent, &[(0, 10)])).0 != ChannelReply::Carted {
            assert!(!shop.has_cart(Intent(intent)));
            continue;
        }
        let (reply, out) = ask(&mut shop, now, order(intent, &[(0, 10)]));
        let is_unanswered = reply == ChannelReply::Unavailable;
        assert_eq!(shop.has_cart(Intent(intent)), is_unanswered);
        assert_eq!(ends(&out).is_empty(), is_unanswered);
        unanswered += u32::from(is_unanswered);
        if !is_unanswered {
            let order = OrderId { channel: ChannelId(0), number: shop.orders.next() - 1 };
            let cancel = ChannelRequest::CancelOrder { order, why: Release::Customer };
            assert_eq!(ask(&mut shop, now, cancel).0, ChannelReply::Cancelled);
        }
    }
    assert!((5..30).contains(&unanswered), "{unanswered}");
}

#[test]
fn a_cart_that_is_filled_again_lapses_by_its_own_time() {
    let mut shop = with_carts();
    ask(&mut shop, s(0), cart(1, &[(0, 11)]));
    ask(&mut shop, s(0), cart(2, &[(0, 1)]));
    ask(&mut shop, s(1), cart(1, &[(1, 5)]));
    ask(&mut shop, s(2), order(1, &[(1, 11)]));
    ask(&mut shop, s(3), cart(1, &[(1, 5)]));
    let mut out = Outbox::default();
    shop.wake(s(1) + HELD, &mut out);
    assert_eq!((ends(&out), shop.has_cart(Intent(1))), (vec![CartEnding::Lapsed], true));
    shop.wake(s(3) + HELD, &mut out);
    assert!(shop.is_quiet() && !shop.has_cart(Intent(1)));
}

#[test]
fn a_channel_without_carts_says_so() {
    let (reply, out) = ask(&mut shop(play()), s(0), cart(1, &[(0, 1)]));
    assert!(matches!(reply, ChannelReply::Invalid { .. }) && out.facts.is_empty());
}

#[test]
fn stock_that_is_taken_at_payment_is_ordered_by_many_and_given_back_by_none() {
    for (fails, left) in [(Ppm::ZERO, 0), (Ppm::ONE, 10)] {
        let (after, hour) = (Law::Constant(Span::from_secs(20)), Span::from_mins(60));
        let held_for = Some(Law::Constant(hour));
        let payment = Payment::After { after, fails, held_for };
        let mut shop = shop(ChannelPlay { payment, takes: Taking::AtPayment, ..play() });
        for intent in [1, 2] {
            let (reply, out) = ask(&mut shop, s(0), order(intent, &[(0, 10)]));
            assert!(matches!(reply, ChannelReply::Placed { .. }));
            let What::Accepted { lines, .. } = &out.facts[0] else { panic!("{:?}", out.facts) };
            assert_eq!((lines[0].offered, lines[0].left), (Qty(10), Qty(10)));
        }
        let known = if fails == Ppm::ZERO { s(20) } else { At::START + hour };
        assert_eq!(shop.next_wake(), Some(known));
        let mut out = Outbox::default();
        shop.wake(known, &mut out);
        let shown: Vec<Qty> = out
            .facts
            .iter()
            .filter_map(|what| match what {
                What::Shown { qty, .. } => Some(*qty),
                _ => None,
            })
            .collect();
        let said = if fails == Ppm::ZERO { vec![Qty(0), Qty(0)] } else { vec![] };
        assert_eq!((shown, offered(&mut shop, known, 0)), (said, Qty(left)));
    }
}

#[test]
fn payments_decide_whether_an_order_is_ours() {
    for (fails, state) in
        [(Ppm::ZERO, OrderState::Ours), (Ppm::ONE, OrderState::Released(Release::Payment))]
    {
        let payment =
            Payment::After { after: Law::Constant(Span::from_secs(20)), fails, held_for: None };
        let mut shop = shop(ChannelPlay { payment, ..play() });
        let (_, out) = ask(&mut shop, s(0), order(1, &[(0, 4)]));
        assert!(matches!(out.facts[0], What::Accepted { awaits_payment: true, .. }));
        assert!(!shop.is_quiet() && shop.next_wake() == Some(s(20)));
        let mut out = Outbox::default();
        shop.wake(s(20), &mut out);
        assert!(shop.is_quiet());
        let Notice::Order(notice) = &out.notices[0].notice else { panic!("of an order") };
        assert_eq!((notice.state, out.notices.len()), (state, 1));
        let left = if fails == Ppm::ZERO { 6 } else { 10 };
        assert_eq!(offered(&mut shop, s(20), 0), Qty(left));
    }
}
