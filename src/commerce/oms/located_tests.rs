//! Tests of the OMS with stock at several locations: from where orders are taken, and that the
//! ledger of each location holds its law.

use proptest::prelude::*;

use super::*;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{Notice, OmsReply, OmsRequest, SourceNotice};
use crate::commerce::terms::{OmsPlay, Shortage, SkuTerms};
use crate::drive::testing::{Sketch, oms_play};
use crate::history::What;
use crate::history::charter::LocationTerms;
use crate::history::fact::{Release, StockCause, SupplyChange};
use crate::ids::{ConnectorId, Intent, OpId, Version};
use crate::law::Law;
use crate::units::{At, Money, Span};

const SKU: SkuId = SkuId(0);
const WEB: u16 = 0;
const SHOP: u16 = 1;

/// The web is served from the warehouse, then London; the shop from London.
fn serving() -> Serving {
    let lasts = Span::from_mins(1);
    let shares = &[500_000, 500_000];
    let sketch = Sketch { shares, skus: 1, stock_each: 9, orders_per_hour: 1, lasts };
    let mut charter = sketch.plan().charter;
    charter.locations =
        ["warehouse", "london"].map(|name| LocationTerms { name: name.into() }).into();
    charter.channels[0].from = vec![LocationId(0), LocationId(1)];
    charter.channels[1].from = vec![LocationId(1)];
    charter.serving()
}

fn oms(takes: TakesFrom, levels: [i64; 2]) -> Oms {
    let sku = SkuTerms { stock: Qty(levels[0] + levels[1]), price: Money(500), listed: true };
    let ships_after = Some(Law::Constant(Span::from_secs(30)));
    let shortage = Shortage::Cancel { after: Law::Constant(Span::from_secs(60)) };
    let play = OmsPlay { shortage, ships_after, takes, ..oms_play() };
    let oms = Oms::new(play, &[sku], vec![ConnectorId(0)], 7);
    oms.with_locations(serving(), takes, &levels.map(Qty))
}

fn order(channel: u16, number: u64) -> OrderId {
    OrderId { channel: ChannelId(channel), number }
}

fn line(qty: i64) -> Line {
    let (offered, left) = (Qty::ZERO, Qty::ZERO);
    Line { offer: None, sku: SKU, qty: Qty(qty), price: Money(500), offered, left }
}

fn hand_over(oms: &mut Oms, at: u64, order: OrderId, lines: &[Line], out: &mut Outbox) {
    let intent = Intent(order.number * 2 + u64::from(order.channel.0));
    let version = Version(0);
    let request =
        OmsRequest::Handoff { order, intent, version, lines: lines.into(), key: None, attempt: 1 };
    let answer = oms.handle(At(at), request, out);
    assert!(matches!(answer.reply, OmsReply::Held { .. }), "{answer:?}");
}

/// What was taken from each location, in order.
fn taken(facts: &[What]) -> Vec<(u8, i64)> {
    let of = |what: &What| match what {
        What::Stock { cause: StockCause::Reserve(_), change, at, .. } => {
            Some((at.expect("a place").0, -change.0))
        }
        _ => None,
    };
    facts.iter().filter_map(of).collect()
}

#[test]
fn an_order_is_taken_by_the_rule_from_where_its_channel_is_served() {
    let takes = |takes, levels, channel, qty| {
        let (mut oms, mut out) = (oms(takes, levels), Outbox::default());
        hand_over(&mut oms, 0, order(channel, 0), &[line(qty)], &mut out);
        taken(&out.facts)
    };
    let (listed, most) = (TakesFrom::FirstListed, TakesFrom::MostStock);
    assert_eq!(takes(listed, [3, 5], WEB, 2), [(0, 2)]);
    assert_eq!(takes(most, [3, 5], WEB, 2), [(1, 2)]);
    assert_eq!(takes(most, [5, 5], WEB, 2), [(0, 2)], "of equals the first");
    assert_eq!(takes(listed, [1, 5], WEB, 2), [(1, 2)], "one that has all of it comes first");
    assert_eq!(takes(listed, [3, 5], WEB, 7), [(0, 3), (1, 4)]);
    assert_eq!(takes(most, [3, 5], WEB, 7), [(1, 5), (0, 2)]);
    assert_eq!(takes(listed, [9, 5], SHOP, 5), [(1, 5)]);
    assert_eq!(takes(listed, [9, 5], SHOP, 6), [], "the warehouse does not serve it");
}

#[test]
fn connectors_are_told_what_lies_where() {
    let (mut oms, mut out) = (oms(TakesFrom::FirstListed, [3, 5]), Outbox::default());
    let told = |out: &Outbox| match out.notices.last().map(|posted| posted.notice.clone()) {
        Some(Notice::Source(SourceNotice::Stock { available, at: Some(at), .. })) => {
            (available.0, at.iter().map(|level| level.0).collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    };
    hand_over(&mut oms, 0, order(WEB, 0), &[line(1)], &mut out);
    assert_eq!(told(&out), (7, vec![2, 5]));
    let why = SupplyChange::Receipt;
    let mut adjust = |op, at| {
        let request = OmsRequest::Adjust { op: OpId(op), sku: SKU, units: Qty(4), why, at };
        (oms.handle(At(1), request, &mut out).reply, told(&out))
    };
    assert_eq!(adjust(1, Some(LocationId(1))), (OmsReply::Done, (11, vec![2, 9])));
    for nowhere in [None, Some(LocationId(2))] {
        let (reply, told) = adjust(2, nowhere);
        assert!(matches!(reply, OmsReply::Invalid { .. }), "{reply:?}");
        assert_eq!(told, (11, vec![2, 9]));
    }
    let list = OmsRequest::ListLevels { after: 0, limit: 9 };
    let OmsReply::Changes { page, .. } = oms.handle(At(2), list, &mut out).reply else {
        panic!("a page of levels")
    };
    let levels: Option<Box<[Qty]>> = Some([Qty(2), Qty(9)].into());
    assert!(matches!(&page[..], [SourceNotice::Stock { at, .. }] if *at == levels), "{page:?}");
}

#[derive(Clone, Debug)]
enum Step {
    Order(u16, Vec<i64>),
    Release(u16, u64),
    Adjust(u8, i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u16..2, prop::collection::vec(1_i64..5, 1..3)).prop_map(|(c, q)| Step::Order(c, q)),
        2 => (0_u16..2, 0_u64..8).prop_map(|(c, number)| Step::Release(c, number)),
        1 => (0_u8..2, -2_i64..6).prop_map(|(at, units)| Step::Adjust(at, units)),
    ]
}

proptest! {
    /// Each location's ledger moves by what was asked there; all together are the SKU's; what is
    /// reserved when all has shipped or ended is nothing.
    #[test]
    fn every_location_keeps_the_law(
        most in any::<bool>(),
        steps in prop::collection::vec(step(), 1..30),
    ) {
        let takes = if most { TakesFrom::MostStock } else { TakesFrom::FirstListed };
        let (mut oms, mut out) = (oms(takes, [6, 4]), Outbox::default());
        let mut numbers = [0_u64; 2];
        for (place, step) in steps.iter().enumerate() {
            let at = At(20_000_000 * place as u64);
            oms.wake(at, &mut out);
            match step {
                Step::Order(channel, wanted) => {
                    let number = &mut numbers[usize::from(*channel)];
                    let lines: Vec<Line> = wanted.iter().map(|qty| line(*qty)).collect();
                    hand_over(&mut oms, at.0, order(*channel, *number), &lines, &mut out);
                    *number += 1;
                }
                Step::Release(channel, number) => {
                    let release = OmsRequest::Release {
                        order: order(*channel, *number),
                        why: Release::Customer,
                    };
                    oms.handle(at, release, &mut out);
                    numbers[usize::from(*channel)] = numbers[usize::from(*channel)].max(*number);
                }
                Step::Adjust(location, units) => {
                    let why = SupplyChange::Correction;
                    let (op, at_place) = (OpId(place as u64), Some(LocationId(*location)));
                    let units = Qty(*units);
                    let adjust = OmsRequest::Adjust { op, sku: SKU, units, why, at: at_place };
                    oms.handle(at, adjust, &mut out);
                }
            }
        }
        oms.wake(At(1_000_000_000), &mut out);
        oms.wake(At(2_000_000_000), &mut out);
        let mut levels = [[6, 0], [4, 0]];
        let mut version = 0;
        for what in &out.facts {
            let What::Stock { version: v, on_hand, reserved, change, cause, at, .. } = what else {
                continue;
            };
            version += 1;
            prop_assert_eq!(v.0, version);
            let level = &mut levels[at.expect("a place").index()];
            let before = level[0] - level[1];
            *level = [on_hand.0, reserved.0];
            prop_assert_eq!(on_hand.0 - reserved.0, before + change.0);
            if let StockCause::Reserve(of) = cause {
                prop_assert!(serving().serves(of.channel, *at));
            }
        }
        let [all, kept] = [0, 1].map(|of| levels.iter().map(|level| level[of]).sum::<i64>());
        prop_assert_eq!(oms.available(SKU), Some(Qty(all - kept)));
        prop_assert_eq!(kept, 0, "{:?}", levels);
        prop_assert!(oms.located.as_ref().is_some_and(|located| located.taken.is_empty()));
    }
}
