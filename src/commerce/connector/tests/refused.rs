//! Tests of what is refused for good, and of a connector that tries it again all the same.

use super::*;

fn stubborn(updates: UpdateStyle, refusals: bool) -> ConnectorPlay {
    let play = alone(updates);
    let retry = Retry { attempts: 3, refusals, ..play.retry.clone() };
    ConnectorPlay { retry, ..play }
}

fn refused() -> CameBack {
    CameBack::Channel(ChannelReply::Invalid { why: "a stranger".to_owned() })
}

/// Updates given up: after how many attempts, of which SKUs.
fn given_up(out: &Outbox) -> Vec<(u32, Vec<u32>)> {
    let of = |what: &What| match what {
        What::GaveUp { job: Job::Push { items, .. }, attempts, last, .. } => {
            assert_eq!(*last, CallOutcome::Rejected);
            Some((*attempts, items.iter().map(|(sku, _)| sku.0).collect()))
        }
        _ => None,
    };
    out.facts.iter().filter_map(of).collect()
}

#[test]
fn a_call_refused_for_good_is_given_up_at_once_unless_refusals_are_tried_again() {
    let mut hub = hub(stubborn(UpdateStyle::Delta, false));
    let out = tell(&mut hub, s(0), stock(0, 1, 8));
    let out = reply(&mut hub, s(0), out.calls[0].op, refused());
    assert_eq!(given_up(&out), [(1, vec![0])]);

    let mut hub = self::hub(stubborn(UpdateStyle::Delta, true));
    let mut out = tell(&mut hub, s(0), stock(0, 1, 8));
    let mut now = s(0);
    for _ in 1..3 {
        out = reply(&mut hub, now, out.calls[0].op, refused());
        assert_eq!(given_up(&out), []);
        (now, out) = next(&mut hub);
        assert_eq!(update(&out).1[0].change, Change::Delta(Qty(-2)));
    }
    let out = reply(&mut hub, now, out.calls[0].op, refused());
    assert_eq!(given_up(&out), [(3, vec![0])]);
    assert!(hub.is_quiet(&[0, 0], 0));
}

/// What became of the first call nobody knows: a token that expired since tells nothing of it.
#[test]
fn a_repeated_call_that_is_refused_is_said_again_in_the_same_words() {
    let mut hub = hub(stubborn(UpdateStyle::Delta, true));
    let out = tell(&mut hub, s(0), stock(0, 1, 8));
    let first = update(&out);
    reply(&mut hub, s(0), out.calls[0].op, CameBack::Unknown);
    let (now, out) = next(&mut hub);
    reply(&mut hub, now, out.calls[0].op, refused());
    let (_, out) = next(&mut hub);
    assert_eq!(update(&out), first);
}

/// One worker: two changes wait for it, and leave in one update of which one item is refused.
fn half_refused(refusals: bool) -> (Connector, At, Outbox) {
    let second = Law::Constant(Span::from_secs(1));
    let play = stubborn(UpdateStyle::Delta, refusals);
    let mut hub = hub(ConnectorPlay { workers: 1, batch: 2, service: second, ..play });
    for sku in 0..3 {
        tell(&mut hub, s(0), stock(sku, 1, 8));
    }
    let (now, out) = next(&mut hub);
    reply(&mut hub, now, out.calls[0].op, updated(ItemOutcome::Taken));
    let (now, out) = next(&mut hub);
    assert_eq!(update(&out).1.len(), 2);
    let items = smallvec![ItemOutcome::Taken, ItemOutcome::Rejected];
    let came = CameBack::Channel(ChannelReply::Updated { items });
    let out = reply(&mut hub, now, out.calls[0].op, came);
    (hub, now, out)
}

#[test]
fn an_item_that_was_refused_is_tried_again_by_itself() {
    let (mut hub, _, mut out) = half_refused(true);
    for attempt in 2..=3 {
        assert_eq!(given_up(&out), []);
        let now = loop {
            let (now, came) = next(&mut hub);
            out = came;
            if !out.calls.is_empty() {
                break now;
            }
        };
        let items = update(&out).1;
        assert_eq!(
            (items.len(), items[0].sku, items[0].change),
            (1, SkuId(2), Change::Delta(Qty(-2)))
        );
        out = reply(&mut hub, now, out.calls[0].op, updated(ItemOutcome::Rejected));
        assert_eq!(given_up(&out).len(), usize::from(attempt == 3));
    }
    assert_eq!(given_up(&out), [(3, vec![2])]);
}

#[test]
fn an_item_that_was_refused_is_left_unless_refusals_are_tried_again() {
    let (hub, _, out) = half_refused(false);
    assert_eq!(given_up(&out), []);
    assert!(hub.is_quiet(&[0, 0], 0));
}
