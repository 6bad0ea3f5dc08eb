//! Tests of the OMS as a shop that holds channels' orders.

use super::*;
use crate::commerce::inside::{
    HandedAs, HandedOver, Inside, InsideReply, OfferRead, OrderRead, OrdersWanted,
};
use crate::commerce::protocol::{Change, ItemOutcome, OrderState, UpdateItem};
use crate::commerce::spoken::Spoken;
use crate::commerce::terms::Imperfections;
use crate::drive::testing::oms_play;
use crate::history::fact::{Delivery, PushKind, Refusal};
use crate::ids::ChannelId;
use crate::law::Law;
use crate::units::{Ppm, Span};

fn s(seconds: u64) -> At {
    At::START + Span::from_secs(seconds)
}

/// Ten units each of two SKUs, in a shop that makes a second order of one that is sent again.
fn hub(play: OmsPlay) -> Oms {
    let sku = |listed| SkuTerms { stock: Qty(10), price: Money(500), listed };
    let play = OmsPlay { dialect: Dialect::Shopify, knows_record_ids: false, ..play };
    Oms::new(play, &[sku(true), sku(false)], vec![ConnectorId(0)], 7)
}

fn order(number: u64) -> OrderId {
    OrderId { channel: ChannelId(1), number }
}

fn handed(number: u64, units: i64, is_paid: bool) -> HandedOver {
    let (qty, price, none) = (Qty(units), Money(450), Qty::ZERO);
    let line = Line { offer: None, sku: SkuId(0), qty, price, offered: none, left: none };
    let lines = vec![line].into();
    let stands = if is_paid { HandedAs::Ours } else { HandedAs::Reserved };
    HandedOver { order: order(number), lines, stands, only_if_there: false }
}

fn ask(oms: &mut Oms, now: At, asked: Inside) -> (InsideReply, Outbox) {
    let mut out = Outbox::default();
    let means = oms.means(&asked);
    let answer = oms.inside(now, asked, means.as_ref(), &mut out);
    (answer.reply, out)
}

fn enters(oms: &mut Oms, handed: HandedOver) -> (InsideReply, Outbox) {
    ask(oms, s(1), Inside::HandOver(handed))
}

fn ledger(oms: &Oms) -> (i64, i64) {
    (oms.skus[0].on_hand.0, oms.skus[0].reserved.0)
}

fn orders(oms: &mut Oms, wanted: OrdersWanted) -> Vec<OrderRead> {
    match ask(oms, s(99), Inside::Orders(wanted)).0 {
        InsideReply::Orders { page, .. } => page,
        other => panic!("{other:?}"),
    }
}

fn states(oms: &mut Oms) -> Vec<OrderState> {
    let all = OrdersWanted { limit: 99, ..OrdersWanted::default() };
    orders(oms, all).iter().map(|order| order.state).collect()
}

fn delivered(out: &Outbox) -> Vec<(u32, Delivery)> {
    let made = |what: &What| match what {
        What::Delivered { attempt, made, .. } => Some((*attempt, *made)),
        _ => None,
    };
    out.facts.iter().filter_map(made).collect()
}

#[test]
fn what_is_entered_unpaid_is_reserved_and_what_is_paid_is_ours() {
    let mut oms = hub(oms_play());
    let (reply, out) = enters(&mut oms, handed(7, 3, false));
    assert_eq!((reply, ledger(&oms)), (InsideReply::Entered { number: 0 }, (10, 3)));
    assert!(delivered(&out).is_empty() && states(&mut oms) == [OrderState::Pending]);
    let (reply, out) = ask(&mut oms, s(2), Inside::Pay { number: 0 });
    assert_eq!((reply, ledger(&oms)), (InsideReply::Entered { number: 0 }, (10, 3)));
    assert_eq!(delivered(&out), [(1, Delivery::Created)]);
    assert_eq!(states(&mut oms), [OrderState::Ours]);
    // Paid again it is known, and nothing is made of it.
    let (reply, out) = ask(&mut oms, s(3), Inside::Pay { number: 0 });
    assert_eq!(reply, InsideReply::TurnedAway { why: Refusal::Invalid });
    assert_eq!((delivered(&out), ledger(&oms)), (vec![(2, Delivery::Known)], (10, 3)));
    assert_eq!(ask(&mut oms, s(3), Inside::Pay { number: 1 }).0, InsideReply::NoOrder);
}

/// Whoever did not hear what became of a handoff looks for the order: that it is there is known to
/// him then, once, and by no other look.
#[test]
fn what_went_unheard_and_is_looked_for_is_known() {
    let mut oms = hub(oms_play());
    let paid = Inside::HandOver(handed(7, 1, true));
    let means = oms.means(&paid).unwrap();
    oms.inside(s(1), paid, Some(&means), &mut Outbox::default());
    enters(&mut oms, handed(8, 1, true));
    let of = |number: u64| OrdersWanted {
        channel: Some(ChannelId(1)),
        number_there: Some(number),
        ..OrdersWanted::default()
    };
    let all = OrdersWanted { limit: 9, ..OrdersWanted::default() };
    let look = |oms: &mut Oms, wanted| delivered(&ask(oms, s(2), Inside::Orders(wanted)).1);
    assert_eq!(look(&mut oms, of(7)), [], "nothing was lost");
    oms.went_unheard(&means);
    let beside = OrdersWanted { counts: false, ..of(7) };
    for wanted in [all, of(8), of(9), beside] {
        assert_eq!(look(&mut oms, wanted), []);
    }
    assert_eq!(look(&mut oms, of(7)), [(2, Delivery::Known)]);
    assert_eq!(look(&mut oms, OrdersWanted::one(0)), []);
}

/// Nobody looks whether an order is there: whoever sends it again makes two, and cancels one.
#[test]
fn an_order_that_is_sent_again_is_another() {
    let mut oms = hub(oms_play());
    for attempt in 1..=2 {
        let (_, out) = enters(&mut oms, handed(7, 3, true));
        assert_eq!(delivered(&out), [(attempt, Delivery::Created)]);
    }
    assert_eq!(ledger(&oms), (10, 6));
    let cancel = Inside::Cancel { number: 1, why: Release::Customer, restocks: false };
    assert_eq!(ask(&mut oms, s(2), cancel.clone()).0, InsideReply::Cancelled);
    assert_eq!(ask(&mut oms, s(2), cancel).0, InsideReply::Cancelled);
    assert_eq!(ledger(&oms), (10, 3));
    let released = OrderState::Released(Release::Customer);
    assert_eq!(states(&mut oms), [OrderState::Ours, released]);
    let of = |channel: u16, number_there| OrdersWanted {
        channel: Some(ChannelId(channel)),
        number_there,
        limit: 9,
        ..OrdersWanted::default()
    };
    for (channel, number, found) in
        [(1, Some(7), 2), (1, Some(8), 0), (0, Some(7), 0), (1, None, 2), (0, None, 0)]
    {
        assert_eq!(orders(&mut oms, of(channel, number)).len(), found, "{channel} {number:?}");
    }
}

#[test]
fn what_is_cancelled_unpaid_gives_its_units_back_and_may_come_again() {
    let mut oms = hub(oms_play());
    enters(&mut oms, handed(7, 3, false));
    let cancel = Inside::Cancel { number: 0, why: Release::Payment, restocks: false };
    assert_eq!(ask(&mut oms, s(2), cancel).0, InsideReply::Cancelled);
    assert_eq!(ledger(&oms), (10, 0));
    assert_eq!(
        ask(&mut oms, s(2), Inside::Pay { number: 0 }).0,
        InsideReply::TurnedAway { why: Refusal::Invalid }
    );
    enters(&mut oms, handed(7, 3, false));
    assert_eq!(ledger(&oms), (10, 3));
}

#[test]
fn what_is_short_is_cancelled_or_turned_away() {
    let mut oms = hub(oms_play());
    let obeys = HandedOver { only_if_there: true, ..handed(1, 11, true) };
    let (reply, out) = enters(&mut oms, obeys);
    assert_eq!(reply, InsideReply::TurnedAway { why: Refusal::Stock });
    assert!(out.facts.is_empty() && states(&mut oms).is_empty());
    enters(&mut oms, handed(2, 11, true));
    assert_eq!(states(&mut oms), [OrderState::Ours]);
    oms.wake(s(61), &mut Outbox::default());
    assert_eq!(states(&mut oms), [OrderState::Released(Release::Stock)]);
    let (reply, _) = enters(&mut oms, HandedOver { lines: vec![].into(), ..handed(3, 1, true) });
    assert_eq!(reply, InsideReply::TurnedAway { why: Refusal::Invalid });
}

#[test]
fn what_has_left_the_building_is_not_cancelled() {
    let ships_after = Some(Law::Constant(Span::from_secs(5)));
    let mut oms = hub(OmsPlay { ships_after, ..oms_play() });
    enters(&mut oms, handed(1, 2, true));
    oms.wake(s(10), &mut Outbox::default());
    assert!(orders(&mut oms, OrdersWanted::one(0))[0].is_shipped);
    let cancel = Inside::Cancel { number: 0, why: Release::Customer, restocks: false };
    let turned_away = InsideReply::TurnedAway { why: Refusal::Invalid };
    assert_eq!((ask(&mut oms, s(11), cancel).0, ledger(&oms)), (turned_away, (8, 0)));
}

/// Whatever way an order comes, it stands in the shop once for each of its records.
#[test]
fn what_came_by_another_way_stands_there_too() {
    let mut oms = hub(oms_play());
    let HandedOver { order, lines, .. } = handed(4, 2, true);
    let (mut out, intent) = (Outbox::default(), Intent(9));
    let reserve = OmsRequest::Reserve { order, intent, lines: lines.clone() };
    oms.handle(s(1), reserve, &mut out);
    assert_eq!(states(&mut oms), [OrderState::Pending]);
    let (version, key) = (Version(0), Some(1));
    let handoff = OmsRequest::Handoff { order, intent, version, lines, key, attempt: 1 };
    oms.handle(s(2), handoff, &mut out);
    assert_eq!(states(&mut oms), [OrderState::Ours]);
    oms.handle(s(3), OmsRequest::Release { order, why: Release::Customer }, &mut out);
    assert_eq!(states(&mut oms), [OrderState::Released(Release::Customer)]);
    oms.forget(&Spoken::default());
    assert!(states(&mut oms).is_empty());
}

/// It shows the price in force with that one's version, and what is to come only when it comes.
#[test]
fn offers_are_told_under_their_versions() {
    let mut oms = hub(oms_play());
    let offer = |oms: &mut Oms, now: At, place: usize| {
        let all = Inside::Offers { from: SkuId(0), limit: 9, counts: true };
        match ask(oms, now, all).0 {
            InsideReply::Offers { page, total: 2 } => page[place],
            other => panic!("{other:?}"),
        }
    };
    let (sku, due) = (SkuId(0), s(60));
    let priced = OmsRequest::SetPrice { sku, price: Money(400), due, channel: None };
    oms.handle(s(1), priced, &mut Outbox::default());
    enters(&mut oms, handed(1, 4, true));
    let versions = |offer: OfferRead| {
        let source = offer.source.unwrap();
        [source.stock, source.price, source.listing].map(|version| version.0)
    };
    let changed = |offer: OfferRead| offer.source.map(|source| (source.moved, source.tagged));
    let before = offer(&mut oms, s(59), 0);
    assert_eq!((before.stored, before.asks), (Qty(6), Money(500)));
    assert_eq!((versions(before), changed(before)), ([1, 0, 0], Some((s(1), At::START))));
    let after = offer(&mut oms, s(60), 0);
    assert_eq!((after.asks, versions(after)), (Money(400), [1, 1, 0]));
    assert_eq!(changed(after), Some((s(1), s(60))), "a price changes when it begins");
    assert!(after.listed && !offer(&mut oms, s(60), 1).listed);
    oms.handle(s(61), OmsRequest::Publish { sku: SkuId(1) }, &mut Outbox::default());
    let published = offer(&mut oms, s(61), 1);
    assert!(published.listed && versions(published) == [0, 0, 1]);
    assert_eq!(changed(published), Some((At::START, s(61))));
}

/// Limits and everyday faults stand before its front as before everybody else.
#[test]
fn its_front_meets_what_everybody_meets() {
    let unavailable = Imperfections { unavailable: Ppm(1_000_000), ..Imperfections::NONE };
    let mut oms = hub(OmsPlay { imperfections: unavailable, ..oms_play() });
    let all = |counts| Inside::Offers { from: SkuId(0), limit: 9, counts };
    assert_eq!(ask(&mut oms, s(1), all(true)).0, InsideReply::Unavailable);
    assert!(matches!(ask(&mut oms, s(1), all(false)).0, InsideReply::Offers { .. }));
    assert_eq!(enters(&mut oms, handed(1, 1, true)).0, InsideReply::Unavailable);
    assert_eq!((oms.records.kept(), ledger(&oms)), (0, (10, 0)));
}

/// What is written down takes nothing before it is ours, and gives nothing back.
#[test]
fn what_is_noted_takes_no_units() {
    let mut oms = hub(oms_play());
    let noted = |number| HandedOver { stands: HandedAs::Noted, ..handed(number, 3, false) };
    let (reply, out) = enters(&mut oms, noted(7));
    assert_eq!((reply, ledger(&oms)), (InsideReply::Entered { number: 0 }, (10, 0)));
    assert!(out.facts.is_empty());
    enters(&mut oms, handed(7, 3, false));
    let cancel = |number| {
        let (why, restocks) = (Release::Customer, false);
        Inside::Cancel { number, why, restocks }
    };
    ask(&mut oms, s(2), cancel(0));
    assert_eq!(ledger(&oms), (10, 3), "another of the same order has its units");
    enters(&mut oms, noted(8));
    let (_, out) = ask(&mut oms, s(3), Inside::Pay { number: 2 });
    assert_eq!(delivered(&out), [(1, Delivery::Created)]);
    assert_eq!(ledger(&oms), (10, 6));
    ask(&mut oms, s(4), cancel(2));
    assert_eq!(ledger(&oms), (10, 3));
    let is_noted = |number| OrdersWanted::one(number);
    let read = [0, 1].map(|number| orders(&mut oms, is_noted(number))[0].is_noted);
    assert_eq!(read, [true, false]);
}

/// What is set by hand moves the goods as the merchant's own call does, each fact in its place.
#[test]
fn what_is_set_by_hand_is_as_the_merchants_own() {
    let mut oms = hub(oms_play());
    enters(&mut oms, handed(1, 4, true));
    let set = |oms: &mut Oms, changes: &[(u32, Change)], whole| {
        let item = |(sku, change): &(u32, Change)| {
            let (sku, version) = (SkuId(*sku), Version(0));
            UpdateItem { sku, version, change: *change }
        };
        let items = changes.iter().map(item).collect();
        let (reply, out) = ask(oms, s(5), Inside::Update { kind: PushKind::Stock, items, whole });
        let InsideReply::Updated { items } = reply else { panic!("{reply:?}") };
        (items.to_vec(), out.facts)
    };
    // What is available of it is said, six now; what is promised stays promised.
    let (outcomes, facts) = set(&mut oms, &[(0, Change::Absolute(Qty(9)))], false);
    assert_eq!((outcomes, ledger(&oms)), (vec![ItemOutcome::Taken], (13, 4)));
    assert!(matches!(facts[..], [What::Supply { units: Qty(3), .. }, What::Stock { .. }]));
    let conflict = Change::CompareAndSet { expect: Qty(8), to: Qty(1) };
    let both = [(0, Change::Delta(Qty(-2))), (0, conflict)];
    let (outcomes, facts) = set(&mut oms, &both, true);
    assert_eq!(outcomes[1], ItemOutcome::Conflict { have: Qty(9) });
    assert!(facts.is_empty() && ledger(&oms) == (13, 4), "of a whole nothing is set");
    let (outcomes, _) = set(&mut oms, &both, false);
    assert_eq!(outcomes, [ItemOutcome::Taken, ItemOutcome::Conflict { have: Qty(7) }]);
    for (sku, nonsense) in [
        (9, Change::Delta(Qty(1))),
        (0, Change::Price(Money(-1))),
        (0, Change::Absolute(Qty(UNITS_MAX.0 + 1))),
    ] {
        let (outcomes, facts) = set(&mut oms, &[(sku, nonsense)], false);
        assert!(outcomes == [ItemOutcome::Rejected] && facts.is_empty(), "{nonsense:?}");
    }
    let (_, facts) = set(&mut oms, &[(1, Change::Price(Money(7)))], false);
    assert!(matches!(facts[..], [What::PriceSet { sku: SkuId(1), price: Money(7), .. }]));
    let publish = Change::Publish { price: Money(8), qty: Qty(10) };
    let (_, facts) = set(&mut oms, &[(1, publish)], false);
    assert!(matches!(facts[..], [What::PriceSet { .. }, What::ListingSet { .. }]));
}
