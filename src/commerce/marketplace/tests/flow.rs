//! Tests of an order's way once it is placed: what its channel is told, and what it makes of it.

use super::*;
use crate::commerce::protocol::Notice;
use crate::commerce::terms::Payment;
use crate::history::fact::Confirmed;

fn dispatch(number: u64) -> ChannelRequest {
    let order = OrderId { channel: ChannelId(0), number };
    ChannelRequest::Confirm { order, step: Confirmation::Dispatch }
}

fn cancel(number: u64, why: Release) -> ChannelRequest {
    ChannelRequest::CancelOrder { order: OrderId { channel: ChannelId(0), number }, why }
}

fn is_said(out: &Outbox) -> usize {
    out.facts.iter().filter(|what| matches!(what, What::Dispatched(Confirmed { .. }))).count()
}

/// A shop that is to be told within ten minutes.
fn asking(play: ChannelPlay) -> Marketplace {
    shop(play).to_be_told_what_left(Some((Span::from_secs(600), s(1_000))))
}

#[test]
fn who_does_not_ask_is_not_told() {
    let mut shop = shop(play());
    ask(&mut shop, s(0), order(1, &[(0, 1)]));
    let (reply, out) = ask(&mut shop, s(1), dispatch(0));
    assert!(matches!(reply, ChannelReply::Invalid { .. }) && out.facts.is_empty(), "{reply:?}");
}

#[test]
fn what_has_left_is_said_once_and_cancelled_no_more() {
    let mut shop = asking(play());
    ask(&mut shop, s(0), order(1, &[(0, 1)]));
    let (reply, out) = ask(&mut shop, s(1), dispatch(0));
    assert_eq!((reply, is_said(&out)), (ChannelReply::Confirmed, 1));
    let (reply, out) = ask(&mut shop, s(2), dispatch(0));
    assert_eq!((reply, is_said(&out)), (ChannelReply::Confirmed, 0));
    for why in [Release::Customer, Release::Stock] {
        let (reply, out) = ask(&mut shop, s(3), cancel(0, why));
        assert!(matches!(reply, ChannelReply::Invalid { .. }), "{reply:?}");
        assert!(out.facts.is_empty(), "{:?}", out.facts);
    }
}

#[test]
fn what_is_not_ours_cannot_have_left() {
    let after = Law::Constant(Span::from_secs(60));
    let payment = Payment::After { after, fails: Ppm::ZERO, held_for: None };
    let mut shop = asking(ChannelPlay { payment, ..play() });
    ask(&mut shop, s(0), order(1, &[(0, 1)]));
    ask(&mut shop, s(0), order(2, &[(0, 1)]));
    ask(&mut shop, s(1), cancel(1, Release::Customer));
    for number in [0, 1, 2] {
        let (reply, out) = ask(&mut shop, s(2), dispatch(number));
        assert!(matches!(reply, ChannelReply::Invalid { .. }), "order {number}: {reply:?}");
        assert_eq!(is_said(&out), 0);
    }
}

/// A run is watched until what is due has left or is late, and not for what is due after its end.
#[test]
fn it_is_not_quiet_while_it_is_to_be_told() {
    let mut asks = asking(play());
    ask(&mut asks, s(0), order(1, &[(0, 1)]));
    ask(&mut asks, s(10), order(2, &[(0, 1)]));
    assert!(!asks.is_quiet());
    ask(&mut asks, s(20), dispatch(0));
    assert!(!asks.is_quiet(), "the other has not left");
    ask(&mut asks, s(30), cancel(1, Release::Customer));
    assert!(asks.is_quiet(), "and need not any more");
    ask(&mut asks, s(40), order(3, &[(0, 1)]));
    assert_eq!(asks.next_wake(), Some(s(600) + Span(1)));
    let mut out = Outbox::default();
    asks.wake(s(641), &mut out);
    assert!(asks.is_quiet() && out.facts.is_empty(), "it is late, and nothing is waited for");
    ask(&mut asks, s(700), order(4, &[(0, 1)]));
    assert!(asks.is_quiet(), "nobody looks when that is due");
}

fn accept(number: u64) -> ChannelRequest {
    let order = OrderId { channel: ChannelId(0), number };
    ChannelRequest::Confirm { order, step: Confirmation::Acceptance }
}

/// A shop whose orders wait a minute for the seller.
fn waiting(payment: Payment) -> Marketplace {
    let shop = shop(ChannelPlay { payment, ..play() });
    shop.to_be_told_of_acceptance(Some(Span::from_secs(60)))
}

fn woken(shop: &mut Marketplace, now: At) -> Outbox {
    let mut out = Outbox::default();
    shop.wake(now, &mut out);
    out
}

#[test]
fn an_order_is_ours_once_it_is_accepted_and_paid() {
    for (payment, paid_at) in [
        (Payment::Immediate, None),
        (
            Payment::After {
                after: Law::Constant(Span::from_secs(100)),
                fails: Ppm::ZERO,
                held_for: None,
            },
            Some(s(110)),
        ),
    ] {
        let mut shop = waiting(payment);
        let (_, out) = ask(&mut shop, s(0), order(1, &[(0, 1)]));
        assert!(matches!(out.facts[0], What::Accepted { awaits_payment: true, .. }));
        let told = |out: &Outbox| match &out.notices[0].notice {
            Notice::Order(notice) => notice.state,
            Notice::Source(_) => unreachable!("a channel speaks of orders"),
        };
        assert_eq!(told(&out), OrderState::Waiting);
        assert!(matches!(ask(&mut shop, s(1), dispatch(0)).0, ChannelReply::Invalid { .. }));
        let (reply, out) = ask(&mut shop, s(10), accept(0));
        assert_eq!(reply, ChannelReply::Confirmed);
        assert!(matches!(out.facts[0], What::Acknowledged(Confirmed { .. })));
        let is_paid = |out: &Outbox| out.facts.iter().any(|what| matches!(what, What::Paid { .. }));
        assert_eq!(is_paid(&out), paid_at.is_none());
        let (again, out) = ask(&mut shop, s(20), accept(0));
        assert_eq!((again, out.facts.len()), (ChannelReply::Confirmed, 0), "said once");
        if let Some(at) = paid_at {
            assert!(is_paid(&woken(&mut shop, at)));
        }
        assert!(woken(&mut shop, s(200)).facts.is_empty() && shop.is_quiet());
    }
}

#[test]
fn what_is_not_accepted_in_time_is_cancelled_and_its_units_come_back() {
    let mut shop = waiting(Payment::Immediate);
    ask(&mut shop, s(0), order(1, &[(0, 3)]));
    assert!(woken(&mut shop, s(60)).facts.is_empty(), "it has its whole time");
    assert!(!shop.is_quiet());
    let out = woken(&mut shop, s(61));
    assert!(matches!(out.facts[0], What::Released { why: Release::NotAccepted, .. }));
    assert!(matches!(out.facts[1], What::Shown { qty: Qty(10), .. }), "{:?}", out.facts);
    assert!(shop.is_quiet());
    assert!(matches!(ask(&mut shop, s(70), accept(0)).0, ChannelReply::Invalid { .. }), "too late");
}
