//! What a described connector means: the play and the ways that a sheet comes to.

use super::super::connector::timing_in_words;
use super::super::plan::{Matter, Undisclosed};
use super::{plan, small};
use crate::commerce::terms::{ConnectorPlay, Described, Reserve, Rhythm, UpdateStyle};
use crate::ids::ConnectorId;
use crate::law::Law;
use crate::scenario::Plan;
use crate::units::Span;

fn sheet(says: &str) -> Plan {
    plan(&small("reference: { workers: 2 }", &format!("described: {{ {says} }}")))
}

fn bought(says: &str) -> ConnectorPlay {
    sheet(says).world.connectors.swap_remove(0)
}

fn s(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

#[test]
fn timings_are_said_in_a_line_or_as_a_group() {
    let spread = Law::Uniform { from: s(30), to: s(240) };
    let lognormal = Law::lognormal(s(60), s(240), 0.95);
    let at_once = Law::Constant(Span::ZERO);
    for (said, rhythm, takes) in [
        ("every 5m taking 30s to 4m", Rhythm::Poll(s(300)), &spread),
        ("{ every: 5m, taking: 30s to 4m }", Rhythm::Poll(s(300)), &spread),
        ("every 1h 30m taking 1m", Rhythm::Poll(s(5_400)), &Law::Constant(s(60))),
        ("webhook taking 30s to 4m", Rhythm::Webhook, &spread),
        ("{ taking: { typical: 1m, one in 20 above: 4m } }", Rhythm::Webhook, &lognormal),
        ("webhook", Rhythm::Webhook, &at_once),
        ("every 15m", Rhythm::Poll(s(900)), &at_once),
    ] {
        let play = bought(&format!("stock out: {said}, orders in: every 9m taking 9s"));
        assert_eq!((play.stock_out, &play.service), (rhythm, takes), "{said}");
        assert_eq!(
            (play.orders_in, play.order_service()),
            (Rhythm::Poll(s(540)), &Law::Constant(s(9)))
        );
        let play = bought(&format!("stock out: webhook, orders in: {said}"));
        assert_eq!((play.orders_in, play.order_service()), (rhythm, takes), "{said}");
    }
}

#[test]
fn nothing_waits_and_what_is_not_said_is_not_known() {
    let plan = sheet("stock out: every 5m, orders in: webhook");
    let play = &plan.world.connectors[0];
    assert_eq!((play.workers, play.partitions, play.coalesce), (u16::MAX, 1, true));
    assert_eq!(play.described, Some(Described { orders_take: Law::Constant(Span::ZERO) }));
    assert_eq!((play.updates, play.reserve), (UpdateStyle::Absolute, Reserve::OnHandoff));
    assert_eq!(plan.world.batches(play), [25, 25], "as many as a channel takes");
    let of = |matter| Undisclosed { connector: ConnectorId(0), matter };
    let open = [Matter::RecordIds, Matter::Retries, Matter::Idempotent];
    assert_eq!(plan.unknowns, open.map(of));
    assert_eq!((play.shares_record_ids, play.retry.attempts), (false, 1), "as it looks worse");
    assert_eq!(plan.ways().count(), 8);
    assert_eq!(plan.unknowns_in_words(), "hub: record ids, retries, idempotent");
    assert!(plan.charter.not_known[0].contains("record ids own, retries no, idempotent no"));
}

#[test]
fn what_is_said_is_known() {
    let known = "retries: yes, idempotent: yes, updates: compare and set, reserve: on payment, \
                 record ids: shared, channels: [storefront, amazon]";
    let plan = sheet(&format!("stock out: every 5m, orders in: webhook, {known}"));
    assert!(plan.unknowns.is_empty() && plan.charter.not_known.is_empty());
    assert_eq!(
        plan.ways().map(|way| plan.settled(way)).collect::<Vec<_>>(),
        std::slice::from_ref(&plan)
    );
    let play = &plan.world.connectors[0];
    assert_eq!((play.updates, play.reserve), (UpdateStyle::CompareAndSet, Reserve::OnPayment));
    assert!(play.retry.attempts == 5 && play.retry.idempotent && play.shares_record_ids);
}

#[test]
fn every_unknown_is_settled_both_ways() {
    let known = "retries: no, idempotent: no, record ids: own";
    let plan = sheet(&format!(
        "stock out: webhook, orders in: webhook, updates: unknown, reserve: unknown, {known}"
    ));
    let ways: Vec<_> = plan.ways().collect();
    let set = |way| {
        let settled = plan.settled(way);
        let play = &settled.world.connectors[0];
        (play.updates, play.reserve)
    };
    let all: Vec<_> = ways.iter().map(|way| set(*way)).collect();
    let (absolute, delta) = (UpdateStyle::Absolute, UpdateStyle::Delta);
    let (late, early) = (Reserve::OnHandoff, Reserve::OnAccept);
    assert_eq!(all, [(absolute, late), (delta, late), (absolute, early), (delta, early)]);
    assert_eq!(plan.way_in_words(ways[1]), "hub: updates delta, reserve on handoff");
}

/// What `advise` proposes is written by these words, whatever the law.
#[test]
fn a_timing_can_be_said_and_read_again() {
    for law in [
        "90s",
        "30s to 4m",
        "{ typical: 1m, one in 20 above: 4m }",
        "{ exponential: 2s }",
        "{ erlang: { shape: 4, mean: 2s } }",
        "{ hyperexponential: { fast: 1s, slow: 9s, of fast: 80% } }",
        "{ one of: [1s, 2s] }",
    ] {
        let first =
            bought(&format!("stock out: {{ every: 5m, taking: {law} }}, orders in: webhook"));
        let said = timing_in_words(first.stock_out, &first.service);
        let again = bought(&format!("stock out: {said}, orders in: webhook"));
        assert_eq!(again.stock_out, first.stock_out);
        let at = |play: &ConnectorPlay| [0.1, 0.5, 0.9].map(|u| play.service.sample([u, u]).0 / 10);
        assert_eq!(at(&again), at(&first), "{said}");
    }
}
