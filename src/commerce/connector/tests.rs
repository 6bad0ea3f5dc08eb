//! Tests of the reference connector: intake, queues, retries, what it believes.

use smallvec::smallvec;

use super::*;
use crate::commerce::protocol::{Change, ChannelReply, ItemOutcome, OmsReply, OrderNotice};
use crate::commerce::protocol::{SourceNotice, UpdateItem};
use crate::commerce::terms::{Described, Priority, Reserve, Retry, UpdateStyle};
use crate::drive::testing::{Sketch, connector_play};
use crate::history::fact::{CallOutcome, Job, Line, Release};
use crate::ids::OmsOrder;
use crate::law::Law;
use crate::units::Qty;

fn s(seconds: u64) -> At {
    At::START + Span::from_secs(seconds)
}

/// Serves two channels that know their own sales; ten units each of eight SKUs.
fn hub(play: ConnectorPlay) -> Connector {
    let lasts = Span::from_mins(1);
    let sketch =
        Sketch { shares: &[500_000, 500_000], skus: 8, stock_each: 10, orders_per_hour: 1, lasts };
    let plan = sketch.plan();
    let batches = plan.world.batches(&play);
    Connector::new(ConnectorId(0), play, batches, &plan.charter.channels, &plan.world.catalog, 7)
}

fn order(number: u64) -> OrderId {
    OrderId { channel: ChannelId(0), number }
}

fn order_notice(number: u64, state: OrderState) -> Notice {
    let (sku, qty, price) = (SkuId(0), Qty(1), Money(999));
    let line = Line { offer: None, sku, qty, price, offered: Qty(10), left: Qty(9) };
    let intent = Intent(number);
    Notice::Order(OrderNotice {
        order: order(number),
        intent,
        state,
        version: Version(0),
        lines: [line].into(),
    })
}

fn stock(sku: u32, version: u64, available: i64) -> Notice {
    let (sku, version, available) = (SkuId(sku), Version(version), Qty(available));
    Notice::Source(SourceNotice::Stock { sku, version, available, by: None, at: None })
}

fn tell(hub: &mut Connector, now: At, notice: Notice) -> Outbox {
    let mut out = Outbox::default();
    hub.notice(now, notice, &mut out);
    out
}

fn reply(hub: &mut Connector, now: At, op: OpId, came: CameBack) -> Outbox {
    let mut out = Outbox::default();
    hub.came_back(now, op, came, &mut out);
    out
}

/// Goes to the next thing it does by itself.
fn next(hub: &mut Connector) -> (At, Outbox) {
    let (now, mut out) = (hub.next_wake().expect("something to come"), Outbox::default());
    hub.wake(now, &mut out);
    (now, out)
}

fn update(out: &Outbox) -> (u64, SmallVec<[UpdateItem; 1]>) {
    match &out.calls[..] {
        [Calling { asked: Asked::Channel(_, ChannelRequest::Update { key, items, .. }), .. }] => {
            (key.expect("keyed"), items.clone())
        }
        calls => panic!("one update, not {calls:?}"),
    }
}

fn updated(outcome: ItemOutcome) -> CameBack {
    CameBack::Channel(ChannelReply::Updated { items: smallvec![outcome] })
}

/// One worker-rich connector serving only channel 0.
fn alone(updates: UpdateStyle) -> ConnectorPlay {
    ConnectorPlay { updates, ..connector_play(1) }
}

#[test]
fn failures_are_retried_later_and_later_and_given_up_in_the_end() {
    let mut hub = hub(connector_play(2));
    let mut out = tell(&mut hub, s(0), order_notice(1, OrderState::Ours));
    let mut waits = Vec::new();
    let mut now = s(0);
    for _ in 1..8 {
        out = reply(&mut hub, now, out.calls[0].op, CameBack::Unknown);
        assert!(out.calls.is_empty() && !hub.is_quiet(&[0, 0], 0));
        let before = now;
        (now, out) = next(&mut hub);
        waits.push(now.since(before));
    }
    for (wait, backoff) in waits.iter().zip([1, 2, 4, 8, 16, 32, 60]) {
        let backoff = Span::from_secs(backoff);
        assert!(Span(backoff.0 / 2) <= *wait && *wait <= backoff, "{waits:?}");
    }
    out = reply(&mut hub, now, out.calls[0].op, CameBack::Unknown);
    let gave_up =
        |what: &What| matches!(what, What::GaveUp { job: Job::Handoff(_), attempts: 8, .. });
    assert!(out.facts.iter().any(gave_up) && hub.is_quiet(&[0, 0], 0));
}

/// The slot of a call is used again: a reply that came after its caller had given up was once taken
/// for that of whatever call was there now.
#[test]
fn a_late_reply_is_nobody_elses() {
    let mut hub = hub(connector_play(2));
    let first = tell(&mut hub, s(0), order_notice(1, OrderState::Ours)).calls[0].op;
    reply(&mut hub, s(0), first, CameBack::Unknown);
    let second = tell(&mut hub, s(0), order_notice(2, OrderState::Ours)).calls[0].op;
    assert!(first != second && first.0 as u32 == second.0 as u32, "{first:?} {second:?}");
    let held = || CameBack::Oms(OmsReply::Held { oms: OmsOrder(0), known: false });
    assert_eq!(reply(&mut hub, s(0), first, held()).facts, []);
    let tried =
        |what: &What| matches!(what, What::HandoffTried { order: of, .. } if *of == order(2));
    assert!(reply(&mut hub, s(0), second, held()).facts.iter().any(tried));
}

#[test]
fn a_lost_delta_is_said_again_in_the_same_words_even_after_a_refusal() {
    for style in [UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        let mut hub = hub(alone(style));
        let out = tell(&mut hub, s(0), stock(0, 1, 8));
        let first = update(&out);
        reply(&mut hub, s(0), out.calls[0].op, CameBack::Unknown);
        let (now, out) = next(&mut hub);
        assert_eq!(update(&out), first);
        let refused = CameBack::Channel(ChannelReply::Unavailable);
        reply(&mut hub, now, out.calls[0].op, refused);
        let (now, out) = next(&mut hub);
        assert_eq!(update(&out), first);
        reply(&mut hub, now, out.calls[0].op, updated(ItemOutcome::Taken));
        let out = tell(&mut hub, s(90), stock(0, 2, 7));
        let (key, items) = update(&out);
        assert_ne!(key, first.0);
        let change = match style {
            UpdateStyle::Delta => Change::Delta(Qty(-1)),
            _ => Change::CompareAndSet { expect: Qty(8), to: Qty(7) },
        };
        assert_eq!((items[0].version, items[0].change), (Version(2), change));
    }
}

#[test]
fn a_refused_update_is_worded_anew() {
    let mut hub = hub(alone(UpdateStyle::Delta));
    let out = tell(&mut hub, s(0), stock(0, 1, 8));
    reply(&mut hub, s(0), out.calls[0].op, CameBack::NotSent);
    assert!(tell(&mut hub, s(0), stock(0, 2, 5)).calls.is_empty(), "the retry will carry it");
    let (_, out) = next(&mut hub);
    let item = update(&out).1[0];
    assert_eq!((item.version, item.change), (Version(2), Change::Delta(Qty(-5))));
}

#[test]
fn a_conflict_is_answered_with_what_the_channel_has() {
    let mut hub = hub(alone(UpdateStyle::CompareAndSet));
    let out = tell(&mut hub, s(0), stock(0, 1, 8));
    let conflict = updated(ItemOutcome::Conflict { have: Qty(9) });
    let out = reply(&mut hub, s(0), out.calls[0].op, conflict);
    let change = Change::CompareAndSet { expect: Qty(9), to: Qty(7) };
    assert_eq!(update(&out).1[0].change, change);
}

#[test]
fn updates_wait_together_and_go_together() {
    let service = Law::Constant(Span::from_secs(5));
    let play = ConnectorPlay { workers: 1, batch: 3, service, ..alone(UpdateStyle::Absolute) };
    let mut hub = hub(play);
    for (sku, version) in [(0, 1), (1, 1), (2, 1), (3, 1), (2, 2)] {
        tell(&mut hub, s(0), stock(sku, version, 9 - version as i64));
    }
    let mut sent = Vec::new();
    while let Some(now) = hub.next_wake() {
        let mut out = Outbox::default();
        hub.wake(now, &mut out);
        if out.calls.is_empty() {
            continue;
        }
        let items = update(&out).1;
        sent.push(items.iter().map(|i| (i.sku.0, i.version.0)).collect::<Vec<_>>());
        let items = smallvec![ItemOutcome::Taken; items.len()];
        let came = CameBack::Channel(ChannelReply::Updated { items });
        reply(&mut hub, now, out.calls[0].op, came);
    }
    assert_eq!(sent, [vec![(0, 1)], vec![(1, 1), (2, 2), (3, 1)]]);
}

#[test]
fn a_full_queue_gives_up_what_is_new() {
    let service = Law::Constant(Span::from_secs(5));
    let mut hub = hub(ConnectorPlay {
        workers: 1,
        queue_max: 1,
        service,
        priority: Priority::None,
        ..connector_play(2)
    });
    let lost = |out: Outbox| out.facts.iter().any(|w| matches!(w, What::GaveUp { .. }));
    assert!(!lost(tell(&mut hub, s(0), order_notice(1, OrderState::Ours))), "at work");
    assert!(!lost(tell(&mut hub, s(0), order_notice(2, OrderState::Ours))), "waits");
    assert!(lost(tell(&mut hub, s(0), order_notice(3, OrderState::Ours))));
}

#[test]
fn reservations_are_made_when_the_play_says() {
    let asks = |out: &Outbox| {
        out.calls
            .iter()
            .map(|call| match call.asked {
                Asked::Oms(OmsRequest::Reserve { .. }) => "reserve",
                Asked::Oms(OmsRequest::Handoff { .. }) => "handoff",
                _ => "other",
            })
            .collect::<Vec<_>>()
            .join("+")
    };
    for (when, pending, ours) in [
        (Reserve::OnAccept, "reserve", "handoff"),
        (Reserve::OnPayment, "", "reserve+handoff"),
        (Reserve::OnHandoff, "", "handoff"),
    ] {
        let mut hub = hub(ConnectorPlay { reserve: when, ..connector_play(2) });
        assert_eq!(asks(&tell(&mut hub, s(0), order_notice(1, OrderState::Pending))), pending);
        assert_eq!(asks(&tell(&mut hub, s(1), order_notice(1, OrderState::Ours))), ours);
    }
}

#[test]
fn a_released_order_is_not_handed_over_and_one_handed_over_is_released() {
    let released = OrderState::Released(Release::Customer);
    let mut hub = hub(connector_play(2));
    tell(&mut hub, s(0), order_notice(1, released));
    assert!(tell(&mut hub, s(0), order_notice(1, OrderState::Ours)).calls.is_empty());
    tell(&mut hub, s(0), order_notice(2, OrderState::Ours));
    let out = tell(&mut hub, s(0), order_notice(2, released));
    assert!(matches!(out.calls[0].asked, Asked::Oms(OmsRequest::Release { .. })));
}

#[test]
fn an_order_without_stock_is_cancelled_at_its_channel_once_for_the_shelf() {
    let mut hub = hub(alone(UpdateStyle::Delta));
    let out = tell(&mut hub, s(0), order_notice(1, OrderState::Ours));
    let held = CameBack::Oms(OmsReply::Held { oms: OmsOrder(0), known: false });
    reply(&mut hub, s(0), out.calls[0].op, held);
    let short = || Notice::Source(SourceNotice::Short { order: order(1) });
    let out = tell(&mut hub, s(1), short());
    let [cancel, push] = &out.calls[..] else { panic!("a cancellation and an update") };
    assert!(matches!(cancel.asked, Asked::Channel(_, ChannelRequest::CancelOrder { .. })));
    let Asked::Channel(_, ChannelRequest::Update { items, .. }) = &push.asked else {
        panic!("an update");
    };
    assert_eq!(items[0].change, Change::Delta(Qty(1)), "what it sold in vain");
    let out = tell(&mut hub, s(1), short());
    let adds = |call: &Calling| {
        matches!(&call.asked, Asked::Channel(_, ChannelRequest::Update { items, .. })
            if items[0].change != Change::Delta(Qty::ZERO))
    };
    assert!(!out.calls.iter().any(adds), "told twice, put back once");
}

#[test]
fn duplicates_and_latecomers_of_the_source_change_nothing() {
    let mut hub = hub(alone(UpdateStyle::Absolute));
    assert_eq!(tell(&mut hub, s(0), stock(0, 2, 7)).calls.len(), 1);
    for (sku, version) in [(0, 2), (0, 1), (0, 1), (99, 1), (u32::MAX, u64::MAX)] {
        assert!(tell(&mut hub, s(1), stock(sku, version, 3)).calls.is_empty());
    }
}

#[test]
fn a_listing_carries_the_stock_it_came_with() {
    let mut hub = hub(alone(UpdateStyle::Delta));
    let notice = Notice::Source(SourceNotice::Listing {
        sku: SkuId(3),
        version: Version(1),
        price: Money(5),
        available: Qty(4),
        stock_version: Version(2),
        at: None,
    });
    let out = tell(&mut hub, s(0), notice);
    let publish = Change::Publish { price: Money(5), qty: Qty(4) };
    assert_eq!(update(&out).1[0].change, publish);
}

#[test]
fn polling_reads_pages_to_the_end_and_learns_each_order_once() {
    let orders_in = Rhythm::Poll(Span::from_secs(30));
    let mut hub = hub(ConnectorPlay { orders_in, ..connector_play(1) });
    let (_, out) = next(&mut hub);
    let Notice::Order(seen) = order_notice(1, OrderState::Ours) else { unreachable!() };
    let page = |cursor, more| {
        CameBack::Channel(ChannelReply::Orders { page: vec![seen.clone(); 2], cursor, more })
    };
    let out = reply(&mut hub, s(30), out.calls[0].op, page(2, true));
    let list = |call: &&Calling| {
        matches!(call.asked, Asked::Channel(_, ChannelRequest::ListOrders { after: 2, .. }))
    };
    assert_eq!(out.calls.iter().filter(list).count(), 1);
    assert_eq!(out.calls.len(), 2, "one page and one handoff");
    let reading = out.calls.iter().find(list).expect("the next page").op;
    assert!(reply(&mut hub, s(30), reading, page(4, false)).calls.is_empty());
}

mod anew;
mod commanded;
mod edited;
mod flags;
mod refused;
mod taken;
