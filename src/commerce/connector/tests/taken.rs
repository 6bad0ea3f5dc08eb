//! Tests of what an update says: fixed when a worker takes it, sent when its time is over.

use super::*;

/// A described connector that takes this long for a change and no time for an order.
fn described(updates: UpdateStyle, takes: Law) -> ConnectorPlay {
    let orders_take = Law::Constant(Span::ZERO);
    ConnectorPlay { service: takes, described: Some(Described { orders_take }), ..alone(updates) }
}

/// Two changes a second apart; what leaves, and when.
fn two_changes(play: ConnectorPlay) -> Vec<(At, UpdateItem)> {
    let mut hub = hub(play);
    tell(&mut hub, s(0), stock(0, 1, 8));
    tell(&mut hub, s(1), stock(0, 2, 5));
    let mut sent = Vec::new();
    while hub.next_wake().is_some() {
        let (now, out) = next(&mut hub);
        for call in out.calls {
            let Asked::Channel(_, ChannelRequest::Update { items, .. }) = &call.asked else {
                panic!("an update");
            };
            sent.push((now, items[0]));
            reply(&mut hub, now, call.op, updated(ItemOutcome::Taken));
        }
    }
    assert!(hub.is_quiet(&[0, 0], 0));
    sent
}

/// What each style says of two changes from 10: to 8, then to 5.
fn each_style() -> [(UpdateStyle, [Change; 2]); 3] {
    let set = |expect, to| Change::CompareAndSet { expect: Qty(expect), to: Qty(to) };
    [
        (UpdateStyle::Absolute, [Change::Absolute(Qty(8)), Change::Absolute(Qty(5))]),
        (UpdateStyle::Delta, [Change::Delta(Qty(-2)), Change::Delta(Qty(-3))]),
        (UpdateStyle::CompareAndSet, [set(10, 8), set(8, 5)]),
    ]
}

/// An update once took newer values in for as long as a worker was at work on it: coalescing hid
/// part of the work, where the documentation said that a *waiting* update is replaced.
#[test]
fn an_update_says_what_was_known_when_it_was_taken_and_a_newer_change_follows_it() {
    let minute = Law::Constant(Span::from_mins(1));
    for (style, changes) in each_style() {
        for coalesce in [true, false] {
            let reference = ConnectorPlay { service: minute.clone(), coalesce, ..alone(style) };
            for play in [reference, described(style, minute.clone())] {
                let sent = two_changes(play);
                let seen: Vec<_> =
                    sent.iter().map(|(at, i)| (*at, i.version.0, i.change)).collect();
                assert_eq!(seen, [(s(60), 1, changes[0]), (s(61), 2, changes[1])], "{style:?}");
            }
        }
    }
}

#[test]
fn a_change_replaces_one_that_waits_and_waits_from_then_on() {
    let minute = Law::Constant(Span::from_mins(1));
    for (style, changes) in each_style() {
        let mut hub = hub(ConnectorPlay { workers: 1, service: minute.clone(), ..alone(style) });
        tell(&mut hub, s(0), stock(0, 1, 8));
        for (at, version, available) in [(10, 2, 7), (20, 3, 6), (30, 4, 5)] {
            tell(&mut hub, s(at), stock(0, version, available));
        }
        let (mut seen, mut waits) = (Vec::new(), Vec::new());
        while hub.next_wake().is_some() {
            let (now, out) = next(&mut hub);
            let Some(op) = out.calls.first().map(|call| call.op) else { continue };
            let item = update(&out).1[0];
            seen.push((now, item.version.0, item.change));
            let out = reply(&mut hub, now, op, updated(ItemOutcome::Taken));
            waits.extend(out.facts.iter().filter_map(|fact| match fact {
                What::Pushed { waited, .. } => Some(*waited),
                _ => None,
            }));
        }
        assert_eq!(seen, [(s(60), 1, changes[0]), (s(120), 4, changes[1])], "{style:?}");
        assert_eq!(waits, [Span::ZERO, Span::from_secs(30)], "since the change that is sent");
    }
}

/// A sale of the channel's own that is heard of while an update is at work is not undone by it.
#[test]
fn own_sales_heard_of_during_the_work_stay() {
    let minute = Law::Constant(Span::from_mins(1));
    for style in [UpdateStyle::Delta, UpdateStyle::CompareAndSet] {
        let mut hub = hub(ConnectorPlay { service: minute.clone(), ..alone(style) });
        tell(&mut hub, s(0), stock(0, 1, 8));
        let (sku, by) = (SkuId(0), Some((order(1), Qty(-1))));
        let (version, available) = (Version(2), Qty(7));
        let sale = SourceNotice::Stock { sku, version, available, by, at: None };
        tell(&mut hub, s(1), Notice::Source(sale));
        let mut shows = 9;
        while hub.next_wake().is_some() {
            let (now, out) = next(&mut hub);
            for call in out.calls {
                let Asked::Channel(_, ChannelRequest::Update { items, .. }) = &call.asked else {
                    panic!("an update");
                };
                shows = match items[0].change {
                    Change::Delta(by) => shows + by.0,
                    Change::CompareAndSet { expect, to } => {
                        assert_eq!(expect, Qty(shows), "what it sold is known");
                        to.0
                    }
                    other => panic!("{other:?}"),
                };
                reply(&mut hub, now, call.op, updated(ItemOutcome::Taken));
            }
        }
        assert_eq!(shows, 7, "{style:?}");
    }
}

#[test]
fn an_old_value_does_not_come_after_a_newer_one() {
    // Which of the two is quicker is drawn: over many draws both happen.
    let either = Law::Empirical(vec![Span::from_secs(2), Span::from_secs(30)]);
    let mut counts = std::collections::BTreeSet::new();
    for number in 0..40 {
        let mut play = described(UpdateStyle::Absolute, either.clone());
        play.channels = vec![ChannelId(0)];
        let mut hub = hub(play);
        tell(&mut hub, s(0), stock(number % 8, 1 + u64::from(number), 8));
        tell(&mut hub, s(1), stock(number % 8, 100 + u64::from(number), 5));
        let mut versions = Vec::new();
        while hub.next_wake().is_some() {
            let (now, out) = next(&mut hub);
            for call in out.calls {
                let Asked::Channel(_, ChannelRequest::Update { items, .. }) = &call.asked else {
                    panic!("an update");
                };
                versions.push(items[0].version);
                reply(&mut hub, now, call.op, updated(ItemOutcome::Taken));
            }
        }
        assert!(versions.is_sorted() && versions.last().is_some_and(|last| last.0 >= 100));
        counts.insert(versions.len());
    }
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [1, 2], "some are overtaken, some are not");
}

#[test]
fn a_described_connector_takes_its_time_once_and_shows_no_queue() {
    let minute = Law::Constant(Span::from_mins(1));
    let mut hub = hub(described(UpdateStyle::Absolute, minute));
    tell(&mut hub, s(0), stock(0, 1, 8));
    let (now, out) = next(&mut hub);
    reply(&mut hub, now, out.calls[0].op, CameBack::NotSent);
    let (again, out) = next(&mut hub);
    assert!(again.since(now) <= Span::from_secs(1), "the first backoff, and no second minute");
    assert_eq!(update(&out).1[0].change, Change::Absolute(Qty(8)));
    let mut out = Outbox::default();
    hub.sample(&mut out);
    assert!(out.facts.is_empty(), "nobody can know its queue");
}
