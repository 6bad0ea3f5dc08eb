//! Tests of later versions of orders: what they free, and when they change nothing.

use super::*;

fn amend(number: u64, version: u64, wanted: &[(u32, i64)]) -> OmsRequest {
    let (order, lines) = (order(number), lines(wanted).into());
    OmsRequest::Amend { order, version: Version(version), lines }
}

/// What records say from now on: versions, and units of the first line.
fn amended(out: &Outbox) -> Vec<(u64, i64)> {
    let of = |what: &What| match what {
        What::Amended(told) => Some((told.version.0, told.lines[0].qty.0)),
        _ => None,
    };
    out.facts.iter().filter_map(of).collect()
}

#[test]
fn a_later_version_frees_what_it_gives_up_once_and_an_older_one_nothing() {
    let mut oms = oms(oms_play());
    ask(&mut oms, s(0), handoff(1, &[(0, 5), (1, 2)], None));
    let (_, out) = ask(&mut oms, s(1), amend(1, 2, &[(0, 3)]));
    assert_eq!(amended(&out), [(2, 3)]);
    for (version, units) in [(2, 3), (1, 4)] {
        let (reply, out) = ask(&mut oms, s(2), amend(1, version, &[(0, units)]));
        assert_eq!((reply, out.facts.len()), (OmsReply::Done, 0), "version {version}");
    }
    assert_eq!((ledger(&oms, 0), ledger(&oms, 1)), ((10, 3), (10, 0)));
    ask(&mut oms, s(3), release(1));
    assert_eq!((ledger(&oms, 0), ledger(&oms, 1)), ((10, 0), (10, 0)));
}

#[test]
fn a_version_that_comes_before_its_order_is_kept_for_it() {
    let handed = |version: u64, units: i64| {
        let request = handoff(1, &[(0, units)], None);
        let OmsRequest::Handoff { order, intent, lines, key, attempt, .. } = request else {
            unreachable!("a handoff")
        };
        let version = Version(version);
        OmsRequest::Handoff { order, intent, version, lines, key, attempt }
    };
    let mut early = oms(oms_play());
    ask(&mut early, s(0), reserve(1, &[(0, 5)]));
    ask(&mut early, s(1), amend(1, 1, &[(0, 2)]));
    assert_eq!(ledger(&early, 0), (10, 2));
    let (_, out) = ask(&mut early, s(2), handed(0, 5));
    assert!(out.facts.iter().any(|w| matches!(w, What::Held { lines, .. } if lines[0].qty.0 == 2)));
    assert_eq!(ledger(&early, 0), (10, 2));
    // Handed over as it is now, the amendment that follows says nothing new.
    let mut with_it = oms(oms_play());
    ask(&mut with_it, s(0), reserve(1, &[(0, 5)]));
    ask(&mut with_it, s(1), handed(1, 2));
    let (_, out) = ask(&mut with_it, s(2), amend(1, 1, &[(0, 2)]));
    assert_eq!((ledger(&with_it, 0), out.facts.len()), ((10, 2), 0));
}

#[test]
fn an_order_handed_over_as_less_than_was_reserved_keeps_what_it_still_has() {
    let mut oms = oms(oms_play());
    ask(&mut oms, s(0), reserve(1, &[(0, 5), (1, 2)]));
    let (_, out) = ask(&mut oms, s(1), handoff(1, &[(0, 3)], None));
    let given_back = |what: &What| match what {
        What::Stock { sku, change, cause: StockCause::Release(_), .. } => Some((sku.0, change.0)),
        _ => None,
    };
    assert_eq!(out.facts.iter().filter_map(given_back).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
    assert_eq!((ledger(&oms, 0), ledger(&oms, 1)), ((10, 3), (10, 0)));
}

#[test]
fn what_has_left_or_would_grow_is_not_amended() {
    let ships_after = Some(Law::Constant(Span::from_secs(30)));
    let mut oms = oms(OmsPlay { ships_after, ..oms_play() });
    ask(&mut oms, s(0), handoff(1, &[(0, 5)], None));
    let (reply, out) = ask(&mut oms, s(1), amend(1, 1, &[(0, 6)]));
    assert!(matches!(reply, OmsReply::Invalid { .. }) && out.facts.is_empty());
    wake(&mut oms, s(30));
    let (reply, out) = ask(&mut oms, s(31), amend(1, 1, &[(0, 4)]));
    assert!(matches!(reply, OmsReply::Invalid { .. }) && out.facts.is_empty());
    assert_eq!(ledger(&oms, 0), (5, 0));
}

#[test]
fn what_nobody_edits_is_not_amended() {
    let mut oms = oms(oms_play()).amending(vec![false]);
    ask(&mut oms, s(0), handoff(1, &[(0, 5)], None));
    let (reply, out) = ask(&mut oms, s(1), amend(1, 1, &[(0, 4)]));
    assert!(matches!(reply, OmsReply::Invalid { .. }) && out.facts.is_empty());
    assert_eq!(ledger(&oms, 0), (10, 5));
}
