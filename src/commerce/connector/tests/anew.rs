//! Tests of what a connector does once more: a resync, a replay.

use super::*;
use crate::commerce::command::MachineCommand;
use crate::history::fact::PushKind;

const STORE: ChannelId = ChannelId(0);

fn obey(hub: &mut Connector, now: At, command: MachineCommand) -> Outbox {
    let mut out = Outbox::default();
    hub.obey(now, command, &mut out);
    out
}

/// Whether a channel's orders are asked for.
fn reads_orders(out: &Outbox) -> bool {
    let reads = |call: &Calling| {
        matches!(call.asked, Asked::Channel(STORE, ChannelRequest::ListOrders { .. }))
    };
    out.calls.iter().any(reads)
}

fn page(numbers: std::ops::Range<u64>, more: bool) -> CameBack {
    let cursor = numbers.end;
    let order = |number| match order_notice(number, OrderState::Pending) {
        Notice::Order(order) => order,
        Notice::Source(_) => unreachable!("it is an order"),
    };
    CameBack::Channel(ChannelReply::Orders { page: numbers.map(order).collect(), cursor, more })
}

/// The read of orders was once lost at the first obstacle, whatever it was.
#[test]
fn a_replay_reads_the_orders_in_the_end_whatever_stands_in_its_way() {
    let mut hub = hub(connector_play(1));
    obey(&mut hub, s(0), MachineCommand::Halt);
    assert!(!reads_orders(&obey(&mut hub, s(1), MachineCommand::Replay(STORE))));
    assert!(!hub.is_quiet(&[0], 0), "there is something to come");
    obey(&mut hub, s(2), MachineCommand::GoOn);
    obey(&mut hub, s(2), MachineCommand::Hold(STORE));
    assert!(!reads_orders(&next(&mut hub).1), "it is held");
    obey(&mut hub, s(8), MachineCommand::Release(STORE));
    let (now, out) = next(&mut hub);
    assert!(reads_orders(&out));
    // Throttled on the first page, lost on the second.
    let throttled = CameBack::Channel(ChannelReply::Throttled { retry_after: None });
    assert!(reply(&mut hub, now, out.calls[0].op, throttled).calls.is_empty());
    let (now, out) = next(&mut hub);
    let second = reply(&mut hub, now, out.calls[0].op, page(1..3, true));
    assert!(reads_orders(&second));
    reply(&mut hub, now, second.calls[0].op, CameBack::Unknown);
    assert!(!hub.is_quiet(&[2], 0));
    let (now, out) = next(&mut hub);
    reply(&mut hub, now, out.calls[0].op, page(3..4, false));
    assert!(hub.is_quiet(&[4], 0) && hub.next_wake().is_none());
    assert_eq!(hub.kept(), 3);
}

/// What was on its way when it was asked for may have been answered before.
#[test]
fn orders_that_are_being_read_when_a_replay_is_asked_for_are_read_again() {
    let mut hub = hub(connector_play(1));
    let first = obey(&mut hub, s(0), MachineCommand::Replay(STORE)).calls[0].op;
    assert!(!reads_orders(&obey(&mut hub, s(1), MachineCommand::Replay(STORE))));
    let again = reply(&mut hub, s(2), first, page(1..2, false));
    assert!(reads_orders(&again));
    reply(&mut hub, s(3), again.calls[0].op, page(2..3, false));
    assert!(hub.is_quiet(&[3], 0));
}

/// A resync whose reading is done: of the first SKU the source says so many.
fn resynced(hub: &mut Connector, now: At, changes: Vec<SourceNotice>) -> Outbox {
    let asked = obey(hub, now, MachineCommand::Resync(STORE));
    let levels = asked.calls.last().expect("it reads").op;
    let came = OmsReply::Changes { page: changes, cursor: 8, more: false };
    reply(hub, now, levels, CameBack::Oms(came))
}

/// Of the updates of the first SKU's stock that leave: what they say.
fn said(out: &Outbox) -> Vec<(OpId, Change)> {
    let items = |call: &Calling| match &call.asked {
        Asked::Channel(_, ChannelRequest::Update { kind: PushKind::Stock, items, .. })
            if items[0].sku == SkuId(0) =>
        {
            Some((call.op, items[0].change))
        }
        _ => None,
    };
    out.calls.iter().filter_map(items).collect()
}

/// A difference that arrived after the number counted twice; what was to be set against it was
/// taken off twice.
#[test]
fn a_number_told_anew_waits_for_what_is_on_its_way_and_nothing_overtakes_it() {
    let play = ConnectorPlay { batch: 1, ..alone(UpdateStyle::Delta) };
    for late in [updated(ItemOutcome::Taken), updated(ItemOutcome::Rejected)] {
        let mut hub = hub(play.clone());
        let open = said(&tell(&mut hub, s(0), stock(0, 1, 8)));
        assert_eq!(open[0].1, Change::Delta(Qty(-2)));
        assert_eq!(said(&resynced(&mut hub, s(1), vec![])), [], "one is open");
        assert_eq!(said(&tell(&mut hub, s(2), stock(0, 2, 7))), [], "it would overtake");
        let reset = said(&reply(&mut hub, s(3), open[0].0, late));
        assert_eq!(
            reset.iter().map(|(_, change)| *change).collect::<Vec<_>>(),
            [Change::Absolute(Qty(7))]
        );
        assert_eq!(said(&tell(&mut hub, s(4), stock(0, 3, 4))), [], "it would be overwritten");
        let after = said(&reply(&mut hub, s(5), reset[0].0, updated(ItemOutcome::Taken)));
        assert_eq!(after[0].1, Change::Delta(Qty(-3)));
        reply(&mut hub, s(6), after[0].0, updated(ItemOutcome::Taken));
        assert_eq!(hub.shelf.offer(STORE, SkuId(0)).map(|offer| offer.belief), Some(Qty(4)));
    }
}

/// A number told anew that met an open call once became an ordinary wish: a difference to what is
/// believed, which leaves what is wrong as it is.
#[test]
fn a_number_told_anew_stays_one_where_updates_compare_and_set() {
    let mut hub = hub(ConnectorPlay { batch: 1, ..alone(UpdateStyle::CompareAndSet) });
    let open = said(&tell(&mut hub, s(0), stock(0, 1, 8)));
    assert_eq!(said(&resynced(&mut hub, s(1), vec![])), []);
    let reset = said(&reply(&mut hub, s(3), open[0].0, updated(ItemOutcome::Taken)));
    assert_eq!(reset[0].1, Change::Absolute(Qty(8)));
}

/// The outcome of what is open never comes: what waits for it waits no longer.
#[test]
fn a_number_told_anew_comes_after_what_was_given_up() {
    let retry = crate::commerce::terms::Retry { attempts: 2, ..connector_play(1).retry };
    let mut hub = hub(ConnectorPlay { batch: 1, retry, ..alone(UpdateStyle::Delta) });
    let open = said(&tell(&mut hub, s(0), stock(0, 1, 8)));
    assert_eq!(said(&resynced(&mut hub, s(1), vec![])), []);
    assert_eq!(said(&reply(&mut hub, s(2), open[0].0, CameBack::Unknown)), []);
    let (now, out) = next(&mut hub);
    let again = said(&out);
    assert_eq!(again[0].1, Change::Delta(Qty(-2)), "the same once more");
    let reset = said(&reply(&mut hub, now, again[0].0, CameBack::Unknown));
    assert_eq!(reset[0].1, Change::Absolute(Qty(8)));
}

/// A listing that was answered as taken and never appeared stayed away for good.
#[test]
fn a_resync_tells_listings_too() {
    let listing = SourceNotice::Listing {
        sku: SkuId(0),
        version: Version(1),
        price: Money(700),
        available: Qty(5),
        stock_version: Version(1),
        at: None,
    };
    for style in [UpdateStyle::Absolute, UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        let mut hub = hub(ConnectorPlay { batch: 1, ..alone(style) });
        let first = tell(&mut hub, s(0), Notice::Source(listing.clone())).calls[0].op;
        reply(&mut hub, s(0), first, updated(ItemOutcome::Taken));
        let out = resynced(&mut hub, s(60), vec![listing.clone()]);
        let told = out.calls.iter().filter_map(|call| match &call.asked {
            Asked::Channel(_, ChannelRequest::Update { kind: PushKind::Listing, items, .. }) => {
                Some(items[0].change)
            }
            _ => None,
        });
        let told: Vec<Change> = told.collect();
        assert_eq!(told, [Change::Publish { price: Money(700), qty: Qty(5) }], "{style:?}");
    }
}

/// Nobody can tell whether a sale that is heard of just after was overwritten: it is told again,
/// now that it is known.
#[test]
fn a_sale_heard_of_just_after_has_its_offer_told_once_more() {
    let mut hub = hub(ConnectorPlay { batch: 1, ..alone(UpdateStyle::Delta) });
    for (op, _) in said(&resynced(&mut hub, s(0), vec![])) {
        reply(&mut hub, s(1), op, updated(ItemOutcome::Taken));
    }
    let told = said(&tell(&mut hub, s(2), order_notice(1, OrderState::Pending)));
    assert_eq!(told[0].1, Change::Absolute(Qty(10)), "as the source has it: it has no order yet");
    reply(&mut hub, s(3), told[0].0, updated(ItemOutcome::Taken));
    // The same order again is no other; and what is heard of much later is a sale as any.
    assert_eq!(said(&tell(&mut hub, s(4), order_notice(1, OrderState::Pending))), []);
    assert_eq!(said(&tell(&mut hub, s(900), order_notice(2, OrderState::Pending))), []);
}
