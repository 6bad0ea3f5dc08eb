//! Tests of a connector that is paused, or crashes.

use super::*;
use crate::commerce::command::MachineCommand;

fn obey(hub: &mut Connector, now: At, command: MachineCommand) -> Outbox {
    let mut out = Outbox::default();
    hub.obey(now, command, &mut out);
    out
}

/// Everything that it asks of itself until then.
fn asks(hub: &mut Connector, until: At) -> usize {
    let mut asked = 0;
    while hub.next_wake().is_some_and(|due| due < until) {
        asked += next(hub).1.calls.len();
    }
    asked
}

#[test]
fn while_it_does_not_work_it_looks_for_nothing() {
    let every = Rhythm::Poll(Span::from_secs(10));
    for command in [MachineCommand::Pause, MachineCommand::Crash] {
        for (orders_in, stock_out) in [(every, Rhythm::Webhook), (Rhythm::Webhook, every)] {
            let mut hub = hub(ConnectorPlay { orders_in, stock_out, ..connector_play(1) });
            obey(&mut hub, s(0), command);
            assert_eq!(asks(&mut hub, s(60)), 0, "{command:?}");
            obey(&mut hub, s(60), MachineCommand::Resume);
            assert!(asks(&mut hub, s(100)) > 0, "{command:?}");
        }
    }
}

/// What was under way when it crashed stands in nobody's way after it.
#[test]
fn a_crash_leaves_no_change_waiting_and_no_call_open() {
    let minute = Law::Constant(Span::from_mins(1));
    for service in [Law::Constant(Span::ZERO), minute] {
        let mut hub = hub(ConnectorPlay { service, ..alone(UpdateStyle::Delta) });
        // Sent and unanswered, and one more that waits for its answer; or still in a worker's hand.
        let before = [1, 2].map(|version| tell(&mut hub, s(0), stock(0, version, 9)).calls);
        obey(&mut hub, s(1), MachineCommand::Crash);
        let unheard = stock(0, 3, 7);
        let refused = hub.notice(s(2), unheard.clone(), &mut Outbox::default());
        assert_eq!(refused, Some(unheard));
        for call in before.into_iter().flatten() {
            let late = reply(&mut hub, s(3), call.op, updated(ItemOutcome::Taken));
            assert!(late.calls.is_empty() && late.facts.is_empty());
        }
        obey(&mut hub, s(60), MachineCommand::Resume);
        let mut out = tell(&mut hub, s(61), stock(0, 4, 5));
        if out.calls.is_empty() {
            out = next(&mut hub).1;
        }
        assert_eq!(update(&out).1[0].sku, SkuId(0));
    }
}
