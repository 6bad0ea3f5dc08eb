//! Tests of edits that a connector hears of: which version it believes, whom it tells.

use super::*;

fn version_of(number: u64, version: u64, units: i64) -> Notice {
    let Notice::Order(notice) = order_notice(number, OrderState::Ours) else { unreachable!() };
    let line = Line { qty: Qty(units), ..notice.lines[0] };
    Notice::Order(OrderNotice { version: Version(version), lines: [line].into(), ..notice })
}

/// Amendments: their version and units.
fn amendments(out: &Outbox) -> Vec<(u64, i64)> {
    let of = |call: &Calling| match &call.asked {
        Asked::Oms(OmsRequest::Amend { version, lines, .. }) => Some((version.0, lines[0].qty.0)),
        _ => None,
    };
    out.calls.iter().filter_map(of).collect()
}

#[test]
fn a_later_version_is_told_and_one_that_comes_late_changes_nothing() {
    let mut hub = hub(alone(UpdateStyle::Delta));
    tell(&mut hub, s(0), version_of(1, 0, 5));
    assert_eq!(amendments(&tell(&mut hub, s(1), version_of(1, 2, 3))), [(2, 3)]);
    for (version, units) in [(1, 4), (2, 3), (0, 5)] {
        let out = tell(&mut hub, s(2), version_of(1, version, units));
        assert_eq!(amendments(&out), [], "version {version}");
        // A duplicate is handed over once more, as the newest that is known.
        let handed = out.calls.iter().find_map(|call| match &call.asked {
            Asked::Oms(OmsRequest::Handoff { version, lines, .. }) => {
                Some((version.0, lines[0].qty.0))
            }
            _ => None,
        });
        assert_eq!(handed, Some((2, 3)));
    }
}

#[test]
fn what_was_not_handed_over_yet_is_handed_over_as_it_is_now() {
    let service = Law::Constant(Span::from_secs(5));
    let mut hub = hub(ConnectorPlay { service, ..alone(UpdateStyle::Delta) });
    tell(&mut hub, s(0), version_of(1, 0, 5));
    assert_eq!(amendments(&tell(&mut hub, s(1), version_of(1, 1, 3))), []);
    let (_, out) = next(&mut hub);
    let [Calling { asked: Asked::Oms(OmsRequest::Handoff { version, lines, .. }), .. }] =
        &out.calls[..]
    else {
        panic!("one handoff, not {:?}", out.calls)
    };
    assert_eq!((version.0, lines[0].qty.0), (1, 3));
}

#[test]
fn an_edit_that_the_oms_refuses_is_given_up_and_said() {
    let mut hub = hub(alone(UpdateStyle::Delta));
    tell(&mut hub, s(0), version_of(1, 0, 5));
    let out = tell(&mut hub, s(1), version_of(1, 1, 3));
    let why = CameBack::Oms(OmsReply::Invalid { why: "it has left".to_owned() });
    let out = reply(&mut hub, s(2), out.calls[0].op, why);
    let job = Job::Amend(order(1));
    assert!(
        out.facts.iter().any(|what| matches!(what, What::GaveUp { job: of, .. } if *of == job))
    );
}
