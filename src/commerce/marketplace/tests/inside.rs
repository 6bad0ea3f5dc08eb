//! Tests of what a marketplace answers to its own front: changes that nothing tells apart, groups
//! of them, prices on their way, orders cancelled in the back office.

use super::*;
use crate::commerce::inside::{Inside, InsideReply, OfferRead, OrdersWanted};
use crate::commerce::terms::Payment;
use crate::commerce::terms::Taking;

fn inside(shop: &mut Marketplace, now: At, asked: Inside) -> InsideReply {
    shop.inside(now, asked, &mut Outbox::default()).reply
}

fn read(shop: &mut Marketplace, now: At, sku: u32) -> OfferRead {
    shop.wake(now, &mut Outbox::default());
    match inside(shop, now, Inside::Offers { from: SkuId(sku), limit: 1, counts: false }) {
        InsideReply::Offers { page, .. } => page[0],
        other => panic!("{other:?}"),
    }
}

fn item(sku: u32, change: Change) -> UpdateItem {
    UpdateItem { sku: SkuId(sku), version: Version(0), change }
}

fn change(shop: &mut Marketplace, now: At, whole: bool, items: &[UpdateItem]) -> Vec<ItemOutcome> {
    let kind = match items[0].change {
        Change::Price(_) => PushKind::Price,
        Change::Publish { .. } => PushKind::Listing,
        _ => PushKind::Stock,
    };
    match inside(shop, now, Inside::Update { kind, items: items.into(), whole }) {
        InsideReply::Updated { items } => items.to_vec(),
        other => panic!("{other:?}"),
    }
}

fn cas(expect: i64, to: i64) -> Change {
    Change::CompareAndSet { expect: Qty(expect), to: Qty(to) }
}

/// Of a whole all is taken or nothing, whatever keeps one of it; by themselves each is.
#[test]
fn a_group_is_taken_whole_or_not_at_all() {
    use ItemOutcome::{Conflict, Rejected, Taken};
    let stale = Conflict { have: Qty(10) };
    for (items, told) in [
        (vec![item(0, cas(10, 7)), item(1, cas(10, 5))], vec![Taken, Taken]),
        (vec![item(0, cas(10, 7)), item(1, cas(9, 5))], vec![Taken, stale]),
        (
            vec![item(0, Change::Delta(Qty(-1))), item(2, Change::Delta(Qty(1)))],
            vec![Taken, Rejected],
        ),
        (
            vec![item(0, Change::Delta(Qty(-1))), item(9, Change::Delta(Qty(1)))],
            vec![Taken, Rejected],
        ),
        (vec![item(0, cas(10, 7)), item(0, cas(7, 5))], vec![Taken, Taken]),
        (vec![item(0, cas(10, 7)), item(0, cas(10, 5))], vec![Taken, Conflict { have: Qty(7) }]),
        (vec![item(0, Change::Absolute(Qty(3))), item(0, cas(3, 5))], vec![Taken, Taken]),
    ] {
        let mut one_by_one = shop(play());
        assert_eq!(change(&mut one_by_one, s(0), false, &items), told, "{items:?}");
        let mut group = shop(play());
        assert_eq!(change(&mut group, s(0), true, &items), told, "{items:?}");
        let is_whole = told.iter().all(|outcome| *outcome == Taken);
        assert_eq!(group.is_quiet(), !is_whole, "{items:?}");
        for sku in [0, 1] {
            let want = if is_whole { read(&mut one_by_one, s(0), sku).stored } else { Qty(10) };
            assert_eq!(read(&mut group, s(0), sku).stored, want, "{items:?}");
        }
    }
}

#[test]
fn a_front_is_held_to_the_size_of_a_batch_and_to_limits() {
    let kind = LimiterKind::TokenBucket { burst: 1, every: Span::from_secs(60) };
    let limits = vec![LimiterTerms { kind, on: Vec::new(), tells_retry_after: true }];
    let mut shop = shop(ChannelPlay { limits, batch_max: 2, ..play() });
    let update = |items: &[UpdateItem]| Inside::Update {
        kind: PushKind::Stock,
        items: items.into(),
        whole: false,
    };
    let one = item(0, Change::Delta(Qty(1)));
    let reply = inside(&mut shop, s(0), update(&[one; 3]));
    assert!(matches!(reply, InsideReply::Refused { why } if why.contains("at most 2")));
    assert!(matches!(inside(&mut shop, s(0), update(&[one; 2])), InsideReply::Updated { .. }));
    let retry_after = Some(Span::from_secs(60));
    assert_eq!(inside(&mut shop, s(0), update(&[one])), InsideReply::Throttled { retry_after });
}

/// Nothing tells two changes of a SKU apart that name no version, and yet each shows in a time of
/// its own and fares in its own way; those that have one share it, as ever.
#[test]
fn changes_without_a_version_draw_anew() {
    let law = Law::Uniform { from: Span::from_secs(1), to: Span::from_secs(3_600) };
    let mut shop = shop(ChannelPlay { shows_changes_after: law, ..play() });
    let mut shows: Vec<At> = (0..20)
        .map(|_| {
            assert_eq!(
                change(&mut shop, s(0), false, &[item(0, Change::Delta(Qty(1)))])[0],
                ItemOutcome::Taken
            );
            let next = shop.next_wake().unwrap();
            shop.timers = Timers::default();
            next
        })
        .collect();
    shows.sort_unstable();
    shows.dedup();
    assert_eq!(shows.len(), 20);
}

/// A call is unavailable now and again, not always or never for one SKU; so are reads of a place.
#[test]
fn calls_without_a_version_fare_each_in_its_own_way() {
    let imperfections = Imperfections {
        unavailable: Ppm(500_000),
        lost_replies: Ppm(500_000),
        ..Imperfections::NONE
    };
    let offers = Inside::Offers { from: SkuId(0), limit: 1, counts: true };
    let items = smallvec![item(0, Change::Delta(Qty(0)))];
    for asked in [
        offers,
        Inside::Orders(OrdersWanted::default()),
        Inside::Update { kind: PushKind::Stock, items, whole: true },
    ] {
        let mut shop = shop(ChannelPlay { imperfections: imperfections.clone(), ..play() });
        let fares: Vec<(bool, bool)> = (0..100)
            .map(|_| {
                let answer = shop.inside(s(0), asked.clone(), &mut Outbox::default());
                (answer.reply == InsideReply::Unavailable, answer.fate != Fate::Heard)
            })
            .collect();
        let count = |is: fn(&(bool, bool)) -> bool| fares.iter().filter(|fare| is(fare)).count();
        let unavailable = count(|(unavailable, _)| *unavailable);
        assert!((30..70).contains(&unavailable), "{unavailable}");
        if let Inside::Update { .. } = asked {
            let lost = count(|(_, lost)| *lost);
            assert!((8..40).contains(&lost), "{lost}");
        }
    }
}

/// The price that a front has set is the channel's own at once, and the shoppers' when it shows;
/// whoever sets the last one has it.
#[test]
fn a_price_that_was_taken_is_known_before_it_shows() {
    let lists_after = Law::Constant(Span::from_secs(60));
    let mut shop = shop(ChannelPlay { lists_after, ..play() });
    let prices = |shop: &mut Marketplace, now| {
        let offer = read(shop, now, 0);
        (offer.price, offer.asks)
    };
    assert_eq!(prices(&mut shop, s(0)), (Money(500), Money(500)));
    assert_eq!(
        change(&mut shop, s(0), false, &[item(0, Change::Price(Money(700)))]),
        [ItemOutcome::Taken]
    );
    assert_eq!(
        change(&mut shop, s(0), false, &[item(2, Change::Price(Money(1)))]),
        [ItemOutcome::Rejected]
    );
    assert_eq!(prices(&mut shop, s(9)), (Money(500), Money(700)));
    assert_eq!(push(&mut shop, s(9), 1, Change::Price(Money(800))), taken());
    assert_eq!(prices(&mut shop, s(9)), (Money(500), Money(800)));
    assert_eq!(prices(&mut shop, s(10)), (Money(700), Money(800)));
    assert_eq!(prices(&mut shop, s(19)), (Money(800), Money(800)));
    // Back where it was, by somebody who names versions: nothing is on its way.
    assert_eq!(push(&mut shop, s(20), 2, Change::Price(Money(500))), taken());
    assert_eq!(prices(&mut shop, s(30)), (Money(500), Money(500)));
    assert!(shop.asked_prices.is_empty());
    assert_eq!(read(&mut shop, s(30), 2).asks, Money(500));
    let publish = Change::Publish { price: Money(300), qty: Qty(4) };
    assert_eq!(change(&mut shop, s(30), false, &[item(2, publish)]), [ItemOutcome::Taken]);
    assert_eq!(
        (read(&mut shop, s(30), 2).price, read(&mut shop, s(30), 2).asks),
        (Money(500), Money(300))
    );
    let again = Change::Publish { price: Money(9), qty: Qty(4) };
    assert_eq!(change(&mut shop, s(30), false, &[item(2, again)]), [ItemOutcome::Taken]);
    assert_eq!(read(&mut shop, s(30), 2).asks, Money(300), "what is to be sold keeps its price");
    assert_eq!(read(&mut shop, s(99_999), 2).price, Money(300));
    assert!(shop.asked_prices.is_empty());
}

/// Cancelled by hand, an order gives back what it took, if that is asked for; and it does so once.
#[test]
fn an_order_cancelled_by_hand_gives_back_what_it_took_if_asked_to() {
    let paid =
        |fails| Payment::After { after: Law::Constant(Span::from_secs(20)), fails, held_for: None };
    let plays = [
        (play(), true),
        (ChannelPlay { own_sales: OwnSales::OnSync, ..play() }, false),
        (ChannelPlay { payment: paid(Ppm::ZERO), ..play() }, true),
        // It is not paid yet, and so nothing was taken.
        (ChannelPlay { payment: paid(Ppm::ZERO), takes: Taking::AtPayment, ..play() }, false),
    ];
    for (play, takes) in plays {
        for why in [Release::Customer, Release::Payment, Release::Stock] {
            for restocks in [true, false] {
                let mut shop = shop(play.clone());
                ask(&mut shop, s(0), order(1, &[(0, 4), (1, 1)]));
                let mut out = Outbox::default();
                let cancel = Inside::Cancel { number: 0, why, restocks };
                for _ in 0..2 {
                    let answer = shop.inside(s(1), cancel.clone(), &mut out);
                    assert_eq!((answer.reply, answer.fate), (InsideReply::Cancelled, Fate::Heard));
                }
                let released =
                    |what: &&What| matches!(what, What::Released { why: w, .. } if *w == why);
                assert_eq!(out.facts.iter().filter(released).count(), 1);
                let shown = out.facts.iter().filter(|what| matches!(what, What::Shown { .. }));
                let gives = takes && restocks;
                assert_eq!(shown.count(), if gives { 2 } else { 0 }, "{why:?} {restocks}");
                let left = if takes && !restocks { Qty(6) } else { Qty(10) };
                let offer = read(&mut shop, s(1), 0);
                assert_eq!((offer.stored, offer.shown), (left, left), "{why:?} {restocks}");
                // What is released is not paid, nor released by a payment that fails, afterwards.
                assert_eq!(read(&mut shop, s(60), 0).stored, left);
            }
        }
    }
    let mut shop = shop(play());
    for number in [0, u64::MAX] {
        let cancel = Inside::Cancel { number, why: Release::Stock, restocks: true };
        assert_eq!(inside(&mut shop, s(0), cancel), InsideReply::NoOrder);
    }
}

/// What is put back goes on top of what is stored now, not of what was.
#[test]
fn what_is_put_back_is_added_to_what_is_there() {
    let mut shop = shop(play());
    ask(&mut shop, s(0), order(1, &[(0, 4)]));
    assert_eq!(
        change(&mut shop, s(1), false, &[item(0, Change::Absolute(Qty(20)))]),
        [ItemOutcome::Taken]
    );
    assert_eq!(read(&mut shop, s(11), 0).stored, Qty(20));
    let cancel = Inside::Cancel { number: 0, why: Release::Stock, restocks: true };
    assert_eq!(inside(&mut shop, s(12), cancel), InsideReply::Cancelled);
    let offer = read(&mut shop, s(12), 0);
    assert_eq!((offer.stored, offer.shown), (Qty(24), Qty(24)));
}
