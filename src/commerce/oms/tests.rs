//! Tests of the OMS: the ledger law, handoffs, shortages, releases.

mod amending;

use proptest::prelude::*;

use super::*;
use crate::commerce::protocol::Notice;
use crate::commerce::terms::Shortage;
use crate::drive::testing::oms_play;
use crate::history::fact::{Delivery, StockCause, SupplyChange};
use crate::ids::ChannelId;
use crate::law::Law;
use crate::units::Span;

fn s(seconds: u64) -> At {
    At::START + Span::from_secs(seconds)
}

/// Ten units each of three SKUs.
fn oms(play: OmsPlay) -> Oms {
    let sku = SkuTerms { stock: Qty(10), price: Money(500), listed: true };
    Oms::new(play, &[sku; 3], vec![ConnectorId(0)], 7).amending(vec![true])
}

fn order(number: u64) -> OrderId {
    OrderId { channel: ChannelId(0), number }
}

fn lines(wanted: &[(u32, i64)]) -> Vec<Line> {
    let line = |(sku, qty): &(u32, i64)| Line {
        offer: None,
        sku: SkuId(*sku),
        qty: Qty(*qty),
        price: Money(500),
        offered: Qty(9),
        left: Qty(8),
    };
    wanted.iter().map(line).collect()
}

fn handoff(number: u64, wanted: &[(u32, i64)], key: Option<u64>) -> OmsRequest {
    let (order, intent, lines) = (order(number), Intent(number), lines(wanted));
    let version = Version(0);
    OmsRequest::Handoff { order, intent, version, lines: lines.into(), key, attempt: 1 }
}

fn reserve(number: u64, wanted: &[(u32, i64)]) -> OmsRequest {
    OmsRequest::Reserve {
        order: order(number),
        intent: Intent(number),
        lines: lines(wanted).into(),
    }
}

fn release(number: u64) -> OmsRequest {
    OmsRequest::Release { order: order(number), why: Release::Customer }
}

fn adjust(op: u64, sku: u32, units: i64) -> OmsRequest {
    let why = SupplyChange::Receipt;
    OmsRequest::Adjust { op: OpId(op), sku: SkuId(sku), units: Qty(units), why, at: None }
}

fn ask(oms: &mut Oms, now: At, request: OmsRequest) -> (OmsReply, Outbox) {
    let mut out = Outbox::default();
    let answer = oms.handle(now, request, &mut out);
    (answer.reply, out)
}

fn wake(oms: &mut Oms, now: At) -> Outbox {
    let mut out = Outbox::default();
    oms.wake(now, &mut out);
    out
}

fn ledger(oms: &Oms, sku: usize) -> (i64, i64) {
    (oms.skus[sku].on_hand.0, oms.skus[sku].reserved.0)
}

fn is_held(reply: &OmsReply, known_before: bool) -> bool {
    matches!(reply, OmsReply::Held { known, .. } if *known == known_before)
}

#[test]
fn a_second_handoff_is_known_by_key_or_by_record_id_or_not_at_all() {
    for (knows_record_ids, key, known, reserved) in [
        (true, None, true, 2),
        (false, Some(5), true, 2),
        (true, Some(5), true, 2),
        (false, None, false, 4),
    ] {
        let mut oms = oms(OmsPlay { knows_record_ids, ..oms_play() });
        assert!(is_held(&ask(&mut oms, s(0), handoff(1, &[(0, 2)], key)).0, false));
        let (reply, out) = ask(&mut oms, s(1), handoff(1, &[(0, 2)], key));
        assert!(is_held(&reply, known), "ids {knows_record_ids}, key {key:?}");
        let made = if known { Delivery::Known } else { Delivery::Created };
        assert!(matches!(out.facts[0], What::Delivered { made: m, .. } if m == made));
        assert_eq!(ledger(&oms, 0), (10, reserved));
    }
}

#[test]
fn a_key_belongs_to_one_order() {
    let mut oms = oms(oms_play());
    ask(&mut oms, s(0), handoff(1, &[(0, 2)], Some(5)));
    let (reply, out) = ask(&mut oms, s(0), handoff(2, &[(0, 2)], Some(5)));
    assert!(matches!(reply, OmsReply::Invalid { .. }) && out.facts.is_empty());
}

#[test]
fn a_handoff_takes_its_reservation_over() {
    let mut oms = oms(oms_play());
    for _ in 0..2 {
        ask(&mut oms, s(0), reserve(1, &[(0, 4)]));
        assert_eq!(ledger(&oms, 0), (10, 4));
    }
    ask(&mut oms, s(1), handoff(1, &[(0, 4)], None));
    assert_eq!(ledger(&oms, 0), (10, 4));
    ask(&mut oms, s(2), reserve(1, &[(0, 4)]));
    assert_eq!(ledger(&oms, 0), (10, 4));
}

#[test]
fn a_reservation_for_other_lines_is_given_back() {
    let mut oms = oms(oms_play());
    ask(&mut oms, s(0), reserve(1, &[(0, 4)]));
    ask(&mut oms, s(1), handoff(1, &[(1, 3)], None));
    assert_eq!((ledger(&oms, 0), ledger(&oms, 1)), ((10, 0), (10, 3)));
    ask(&mut oms, s(2), release(1));
    assert_eq!((ledger(&oms, 0), ledger(&oms, 1)), ((10, 0), (10, 0)));
}

#[test]
fn what_is_short_is_cancelled_after_a_while_and_the_channel_is_told() {
    let mut oms = oms(oms_play());
    ask(&mut oms, s(0), handoff(1, &[(0, 1), (1, 11)], None));
    assert_eq!((ledger(&oms, 0), oms.next_wake(), oms.is_quiet()), ((10, 0), Some(s(60)), false));
    let out = wake(&mut oms, s(60));
    let why = Release::Stock;
    let short_of = SkuId(1);
    assert!(matches!(
        out.facts[..],
        [What::OmsCancelled { why: w, sku: Some(sku), .. }] if w == why && sku == short_of
    ));
    let told = Notice::Source(SourceNotice::Short { order: order(1) });
    assert!(out.notices.iter().any(|posted| posted.notice == told));
    assert!(oms.is_quiet());
}

#[test]
fn stock_that_comes_in_time_saves_an_order() {
    let mut oms = oms(oms_play());
    ask(&mut oms, s(0), handoff(1, &[(0, 12)], None));
    ask(&mut oms, s(30), adjust(1, 0, 5));
    ask(&mut oms, s(31), adjust(1, 0, 5));
    assert_eq!(ledger(&oms, 0), (15, 0), "one movement, told twice");
    wake(&mut oms, s(60));
    assert_eq!(ledger(&oms, 0), (15, 12));
}

#[test]
fn a_duplicate_without_stock_cancels_only_itself() {
    let mut oms = oms(OmsPlay { knows_record_ids: false, ..oms_play() });
    ask(&mut oms, s(0), handoff(1, &[(0, 6)], None));
    ask(&mut oms, s(0), handoff(1, &[(0, 6)], None));
    let out = wake(&mut oms, s(60));
    assert!(out.facts.len() == 1 && out.notices.is_empty());
    assert_eq!(ledger(&oms, 0), (10, 6));
}

#[test]
fn a_back_order_takes_available_below_zero() {
    let mut oms = oms(OmsPlay { shortage: Shortage::BackOrder, ..oms_play() });
    ask(&mut oms, s(0), handoff(1, &[(0, 12)], None));
    assert_eq!((ledger(&oms, 0), oms.next_wake()), ((10, 12), None));
}

#[test]
fn a_sku_named_twice_needs_the_sum() {
    let mut oms = oms(oms_play());
    ask(&mut oms, s(0), handoff(1, &[(0, 6), (0, 6)], None));
    assert_eq!(ledger(&oms, 0), (10, 0));
}

#[test]
fn a_release_may_come_first_or_last_or_twice() {
    let mut first = oms(oms_play());
    ask(&mut first, s(0), release(1));
    let (reply, _) = ask(&mut first, s(1), handoff(1, &[(0, 4)], None));
    assert!(is_held(&reply, false) && ledger(&first, 0) == (10, 0));
    ask(&mut first, s(2), reserve(1, &[(0, 4)]));
    assert_eq!(ledger(&first, 0), (10, 0));
    let mut last = oms(oms_play());
    ask(&mut last, s(0), handoff(1, &[(0, 4)], None));
    for _ in 0..2 {
        ask(&mut last, s(1), release(1));
        assert_eq!(ledger(&last, 0), (10, 0));
    }
    let mut ahead = oms(oms_play());
    ask(&mut ahead, s(0), reserve(1, &[(0, 4)]));
    ask(&mut ahead, s(1), release(1));
    assert_eq!(ledger(&ahead, 0), (10, 0));
}

#[test]
fn what_has_shipped_is_gone_and_told_with_a_version() {
    let ships_after = Some(Law::Constant(Span::from_secs(30)));
    let mut oms = oms(OmsPlay { ships_after, ..oms_play() });
    ask(&mut oms, s(0), handoff(1, &[(0, 4)], None));
    assert!(oms.is_quiet(), "shipping changes no offer");
    let out = wake(&mut oms, s(30));
    assert_eq!((ledger(&oms, 0), out.notices.len()), ((6, 0), 1));
    ask(&mut oms, s(31), release(1));
    assert_eq!(ledger(&oms, 0), (6, 0));
}

#[test]
fn nonsense_is_refused() {
    for request in [
        handoff(1, &[], None),
        handoff(1, &[(9, 1)], None),
        handoff(1, &[(u32::MAX, 1)], None),
        handoff(1, &[(0, 0)], None),
        handoff(1, &[(0, -5)], None),
        handoff(1, &[(0, i64::MAX), (0, i64::MAX)], None),
        reserve(1, &[(0, i64::MIN)]),
        reserve(u64::MAX, &[(3, 1)]),
        adjust(1, 3, 1),
        adjust(1, 0, i64::MIN),
        adjust(1, 0, i64::MAX),
        OmsRequest::SetPrice { sku: SkuId(3), price: Money(1), due: s(0), channel: None },
        OmsRequest::SetPrice { sku: SkuId(0), price: Money(-1), due: s(0), channel: None },
        OmsRequest::Publish { sku: SkuId(u32::MAX) },
    ] {
        let mut oms = oms(oms_play());
        let (reply, out) = ask(&mut oms, s(0), request.clone());
        assert!(matches!(reply, OmsReply::Invalid { .. }), "{request:?}");
        assert!(out.facts.is_empty() && out.notices.is_empty(), "{request:?}");
    }
    let mut oms = oms(oms_play());
    let list = OmsRequest::ListChanges { after: u64::MAX, limit: u32::MAX };
    let end = OmsReply::Changes { page: Vec::new(), cursor: 0, more: false };
    assert_eq!(ask(&mut oms, s(0), list).0, end);
}

#[test]
fn a_price_is_never_due_before_it_is_set() {
    let mut oms = oms(oms_play());
    let request = OmsRequest::SetPrice { sku: SkuId(0), price: Money(1), due: s(3), channel: None };
    let (_, out) = ask(&mut oms, s(5), request);
    assert!(matches!(out.facts[0], What::PriceSet { due, .. } if due == s(5)));
}

/// A channel's own price is told as such, and how everything stands has it beside that of all.
#[test]
fn a_channel_may_have_a_price_of_its_own() {
    let mut oms = oms(oms_play()).pricing(2);
    let set = |price, due, channel: Option<u16>| OmsRequest::SetPrice {
        sku: SkuId(0),
        price: Money(price),
        due: s(due),
        channel: channel.map(ChannelId),
    };
    for request in [set(450, 1, None), set(400, 10, Some(0)), set(450, 20, Some(0))] {
        let (reply, out) = ask(&mut oms, s(1), request);
        assert_eq!((reply, out.notices.len()), (OmsReply::Done, 1));
    }
    let nobody = ask(&mut oms, s(2), set(1, 3, Some(2)));
    assert!(matches!(nobody.0, OmsReply::Invalid { .. }) && nobody.1.facts.is_empty());
    let stands = [5, 15, 25].map(|at| [0, 1].map(|of| oms.stands(ChannelId(of), s(at))[0].1.0));
    assert_eq!(stands, [[450, 450], [400, 450], [450, 450]]);
    let told = |oms: &mut Oms, at| {
        let list = OmsRequest::ListLevels { after: 0, limit: 1 };
        let OmsReply::Changes { page, .. } = ask(oms, s(at), list).0 else { panic!("no page") };
        let price = |notice: &SourceNotice| match *notice {
            SourceNotice::Price { version, price, channel, .. } => {
                Some((version.0, price.0, channel.map(|channel| channel.0)))
            }
            _ => None,
        };
        page.iter().filter_map(price).collect::<Vec<_>>()
    };
    let (reduced, back) = ((2, 400, Some(0)), (3, 450, Some(0)));
    assert_eq!(told(&mut oms, 5), [(1, 450, None), reduced, back]);
    assert_eq!(told(&mut oms, 15), [(1, 450, None), reduced, back]);
    assert_eq!(told(&mut oms, 25), [(1, 450, None), back]);
}

fn any_request() -> impl Strategy<Value = OmsRequest> {
    let wanted = prop::collection::vec((0..4_u32, -1..7_i64), 0..4);
    let number = 0..12_u64;
    prop_oneof![
        4 => (number.clone(), wanted.clone(), prop::option::of(0..12_u64))
            .prop_map(|(number, wanted, key)| handoff(number, &wanted, key)),
        3 => (number.clone(), wanted).prop_map(|(number, wanted)| reserve(number, &wanted)),
        3 => number.prop_map(release),
        2 => (0..40_u64, 0..4_u32, -9..12_i64).prop_map(|(op, sku, n)| adjust(op, sku, n)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// initial + receipts − damage = available + reserved + shipped; reserved is what live
    /// records and reservations ahead add up to; versions grow one by one and say what changed.
    #[test]
    fn the_ledger_keeps_its_law(
        requests in prop::collection::vec((any_request(), 0..40_u64), 1..60),
        knows_record_ids in any::<bool>(),
        back_orders in any::<bool>(),
        ships in any::<bool>(),
    ) {
        let shortage = if back_orders { Shortage::BackOrder } else { oms_play().shortage };
        let ships_after = ships.then(|| Law::Constant(Span::from_secs(50)));
        let mut oms = oms(OmsPlay { knows_record_ids, shortage, ships_after, ..oms_play() });
        let mut facts = Vec::new();
        let mut now = At::START;
        for (request, seconds) in requests {
            now = now + Span::from_secs(seconds);
            facts.extend(wake(&mut oms, now).facts);
            facts.extend(ask(&mut oms, now, request).1.facts);
        }
        facts.extend(wake(&mut oms, now + Span::from_mins(10)).facts);
        for sku in 0..3_usize {
            check_ledger(&oms, sku, &facts)?;
        }
    }
}

fn check_ledger(oms: &Oms, sku: usize, facts: &[What]) -> Result<(), TestCaseError> {
    let of = |line: &Line| if line.sku.index() == sku { line.qty.0 } else { 0 };
    let sum = |lines: &[Line]| lines.iter().map(of).sum::<i64>();
    let (mut available, mut version, mut moved, mut shipped) = (10, 0, 0, 0);
    for what in facts {
        match what {
            What::Stock { sku: of, version: v, on_hand, reserved, change, cause, .. }
                if of.index() == sku =>
            {
                version += 1;
                available += change.0;
                prop_assert_eq!(v.0, version);
                prop_assert_eq!((*on_hand - *reserved).0, available);
                moved += if *cause == StockCause::Merchant { change.0 } else { 0 };
            }
            What::Shipped { lines, .. } => shipped += sum(lines),
            _ => {}
        }
    }
    let (on_hand, reserved) = ledger(oms, sku);
    prop_assert_eq!(10 + moved, (on_hand - reserved) + reserved + shipped);
    let records = oms.records.iter().map(|(_, record)| record);
    let live = records.filter(|record| record.state == State::Reserved);
    let ahead = oms.by_order.iter().filter_map(|(_, known)| known.ahead.as_ref());
    let promised: i64 = live.map(|r| sum(&r.lines)).chain(ahead.map(|l| sum(l))).sum();
    prop_assert_eq!(reserved, promised);
    Ok(())
}
