//! Tests of a marketplace: orders, offers, updates, payments, webhooks.

mod bundles;
mod carts;
mod edits;
mod flags;
mod flow;
mod inside;

use smallvec::smallvec;

use super::*;
use crate::commerce::limiter::{LimiterKind, LimiterTerms};
use crate::commerce::outbox::{Fate, How};
use crate::commerce::protocol::{Change, Confirmation, ItemOutcome};
use crate::commerce::terms::Imperfections;
use crate::drive::testing::channel_play;
use crate::history::charter::OwnSales;
use crate::history::fact::PushKind;
use crate::history::fact::Refusal;
use crate::ids::Version;
use crate::law::Law;
use crate::units::{Money, Ppm, Span};

const SHOWS_AFTER: Span = Span::from_secs(10);

fn s(seconds: u64) -> At {
    At::START + Span::from_secs(seconds)
}

fn play() -> ChannelPlay {
    ChannelPlay { shows_changes_after: Law::Constant(SHOWS_AFTER), ..channel_play() }
}

/// Ten units each of two SKUs on sale and of one that is not listed.
fn shop(play: ChannelPlay) -> Marketplace {
    let sku = |listed| SkuTerms { stock: Qty(10), price: Money(500), listed };
    Marketplace::new(
        ChannelId(0),
        play,
        &[sku(true), sku(true), sku(false)],
        Some(ConnectorId(0)),
        7,
    )
}

fn order(intent: u64, lines: &[(u32, i64)]) -> ChannelRequest {
    let lines = lines.iter().map(|(sku, qty)| (SkuId(*sku), Qty(*qty))).collect();
    ChannelRequest::PlaceOrder { intent: Intent(intent), buyer: Buyer(1), lines }
}

fn ask(shop: &mut Marketplace, now: At, request: ChannelRequest) -> (ChannelReply, Outbox) {
    let mut out = Outbox::default();
    let answer = shop.handle(now, request, &mut out);
    (answer.reply, out)
}

fn push(shop: &mut Marketplace, now: At, key: u64, change: Change) -> ChannelReply {
    let kind = match change {
        Change::Price(_) => PushKind::Price,
        Change::Publish { .. } => PushKind::Listing,
        _ => PushKind::Stock,
    };
    let items = smallvec![UpdateItem { sku: SkuId(0), version: Version(key), change }];
    ask(shop, now, ChannelRequest::Update { key: Some(key), kind, items }).0
}

fn taken() -> ChannelReply {
    ChannelReply::Updated { items: smallvec![ItemOutcome::Taken] }
}

/// What a shopper could buy of a SKU now.
fn offered(shop: &mut Marketplace, now: At, sku: u32) -> Qty {
    shop.wake(now, &mut Outbox::default());
    shop.offers[sku as usize].visible()
}

#[test]
fn an_order_placed_twice_is_one_order() {
    let mut shop = shop(play());
    let (first, out) = ask(&mut shop, s(0), order(4, &[(0, 3)]));
    assert_eq!((out.facts.len(), out.notices.len()), (1, 1));
    let (second, out) = ask(&mut shop, s(9), order(4, &[(0, 3)]));
    assert_eq!(first, second);
    assert!(out.facts.is_empty() && out.notices.is_empty());
    assert_eq!(offered(&mut shop, s(9), 0), Qty(7));
    assert_eq!(shop.order_of(Intent(4)).map(|order| order.number), Some(0));
}

#[test]
fn what_cannot_be_sold_is_turned_away_with_its_reason() {
    let lines = |lines: &[(u32, i64)]| lines.to_vec();
    for (wanted, why) in [
        (lines(&[(0, 11)]), Refusal::Stock),
        (lines(&[(0, i64::MAX)]), Refusal::Invalid),
        (lines(&[(0, 1), (1, 11)]), Refusal::Stock),
        (lines(&[(2, 1)]), Refusal::NotListed),
        (lines(&[]), Refusal::Invalid),
        (lines(&[(0, 0)]), Refusal::Invalid),
        (lines(&[(0, -1)]), Refusal::Invalid),
        (lines(&[(0, i64::MIN)]), Refusal::Invalid),
        (lines(&[(3, 1)]), Refusal::Invalid),
        (lines(&[(u32::MAX, 1)]), Refusal::Invalid),
        (lines(&[(0, 1), (1, 1), (0, 1)]), Refusal::Invalid),
        (vec![(0, 1); 100_000], Refusal::Invalid),
    ] {
        let mut shop = shop(play());
        let (reply, out) = ask(&mut shop, s(0), order(u64::MAX, &wanted));
        assert_eq!(reply, ChannelReply::TurnedAway { why }, "{:?}", &wanted[..wanted.len().min(3)]);
        let said = |what: &What| matches!(what, What::TurnedAway { why: w, .. } if *w == why);
        assert!(out.facts.len() == 1 && said(&out.facts[0]));
        assert_eq!((offered(&mut shop, s(0), 0), shop.cursor()), (Qty(10), 0));
    }
}

#[test]
fn own_sales_count_at_once_or_only_on_sync() {
    for (own_sales, left) in [(OwnSales::AtOnce, 6), (OwnSales::OnSync, 10)] {
        let mut shop = shop(ChannelPlay { own_sales, ..play() });
        ask(&mut shop, s(0), order(1, &[(0, 4)]));
        assert_eq!(offered(&mut shop, s(0), 0), Qty(left));
    }
}

#[test]
fn an_overwrite_forgets_own_sales_a_delta_does_not() {
    for (change, left) in [(Change::Absolute(Qty(8)), 8), (Change::Delta(Qty(-2)), 4)] {
        let mut shop = shop(play());
        assert_eq!(push(&mut shop, s(0), 1, change), taken());
        ask(&mut shop, s(5), order(1, &[(0, 4)]));
        assert_eq!(offered(&mut shop, s(9), 0), Qty(6), "not before its time");
        assert_eq!(offered(&mut shop, s(10), 0), Qty(left));
    }
}

#[test]
fn compare_and_set_compares_with_what_is_stored() {
    let mut shop = shop(play());
    let cas = |expect, to| Change::CompareAndSet { expect: Qty(expect), to: Qty(to) };
    assert_eq!(push(&mut shop, s(0), 1, cas(10, 7)), taken());
    ask(&mut shop, s(1), order(1, &[(0, 2)]));
    let conflict =
        ChannelReply::Updated { items: smallvec![ItemOutcome::Conflict { have: Qty(5) }] };
    assert_eq!(push(&mut shop, s(2), 2, cas(7, 6)), conflict);
    assert_eq!(push(&mut shop, s(3), 3, cas(5, 4)), taken());
    assert_eq!(offered(&mut shop, s(13), 0), Qty(4));
}

#[test]
fn a_value_taken_earlier_but_due_later_shows_no_more() {
    let law = Law::Uniform { from: Span::from_secs(1), to: Span::from_secs(60) };
    let mut shop = shop(ChannelPlay { shows_changes_after: law, ..play() });
    for version in 1..=50 {
        push(&mut shop, s(version), version, Change::Absolute(Qty(version as i64)));
    }
    for version in 51..=100 {
        push(&mut shop, s(version), version, Change::Price(Money(version as i64)));
    }
    let mut out = Outbox::default();
    shop.wake(s(1_000), &mut out);
    let shown: Vec<u64> = out
        .facts
        .iter()
        .filter_map(|what| match what {
            What::Shown { version, .. } | What::Priced { version, .. } => Some(version.0),
            _ => None,
        })
        .collect();
    for kind in [&shown[..], &[]] {
        let (stock, price): (Vec<u64>, Vec<u64>) = kind.iter().partition(|version| **version <= 50);
        assert!(stock.is_sorted() && price.is_sorted(), "{stock:?} {price:?}");
        assert!(kind.is_empty() || (stock.len() < 50 && price.len() < 50), "some were overtaken");
    }
    assert_eq!(offered(&mut shop, s(1_000), 0), Qty(50));
    assert!(shop.is_quiet());
}

#[test]
fn a_repeated_update_changes_nothing() {
    let mut shop = shop(play());
    for _ in 0..3 {
        assert_eq!(push(&mut shop, s(0), 1, Change::Delta(Qty(-2))), taken());
    }
    assert_eq!(push(&mut shop, s(0), 2, Change::Delta(Qty(-2))), taken());
    assert_eq!(offered(&mut shop, s(20), 0), Qty(6));
}

#[test]
fn remembered_updates_are_bounded() {
    let mut shop = shop(play());
    for key in 0..10_000 {
        push(&mut shop, s(0), key, Change::Delta(Qty(1)));
    }
    let again = ChannelReply::Updated { items: smallvec![ItemOutcome::Taken] };
    assert_eq!(push(&mut shop, s(0), 9_999, Change::Delta(Qty(1))), again);
    assert_eq!(offered(&mut shop, s(99), 0), Qty(10_010));
}

#[test]
fn updates_that_make_no_sense_are_rejected() {
    let rejected = ChannelReply::Updated { items: smallvec![ItemOutcome::Rejected] };
    for (kind, sku, change) in [
        (PushKind::Stock, 9, Change::Absolute(Qty(1))),
        (PushKind::Stock, u32::MAX, Change::Delta(Qty(1))),
        (PushKind::Stock, 2, Change::Absolute(Qty(1))),
        (PushKind::Stock, 0, Change::Absolute(Qty(i64::MIN))),
        (PushKind::Stock, 0, Change::Delta(Qty(i64::MAX))),
        (PushKind::Stock, 0, Change::CompareAndSet { expect: Qty(i64::MIN), to: Qty(i64::MAX) }),
        (PushKind::Stock, 0, Change::Price(Money(1))),
        (PushKind::Price, 0, Change::Price(Money(-1))),
        (PushKind::Price, 2, Change::Price(Money(1))),
        (PushKind::Listing, 0, Change::Delta(Qty(1))),
    ] {
        let mut shop = shop(play());
        let items = smallvec![UpdateItem { sku: SkuId(sku), version: Version(u64::MAX), change }];
        let (reply, _) = ask(&mut shop, s(0), ChannelRequest::Update { key: Some(1), kind, items });
        assert_eq!(reply, rejected, "{change:?}");
        assert!(shop.is_quiet());
    }
    let mut shop = shop(ChannelPlay { batch_max: 2, ..play() });
    let change = Change::Delta(Qty(1));
    let items = smallvec![UpdateItem { sku: SkuId(0), version: Version(1), change }; 3];
    let (reply, _) =
        ask(&mut shop, s(0), ChannelRequest::Update { key: Some(1), kind: PushKind::Stock, items });
    assert!(matches!(reply, ChannelReply::Invalid { why } if why.contains("at most 2")));
}

#[test]
fn a_listing_sells_after_its_time_with_what_changed_meanwhile() {
    let lists_after = Law::Constant(Span::from_secs(60));
    let mut shop = shop(ChannelPlay { lists_after, ..play() });
    let update = |shop: &mut Marketplace, now, key, kind, change| {
        let items = smallvec![UpdateItem { sku: SkuId(2), version: Version(key), change }];
        ask(shop, now, ChannelRequest::Update { key: Some(key), kind, items }).0
    };
    let publish = Change::Publish { price: Money(300), qty: Qty(10) };
    assert_eq!(update(&mut shop, s(0), 1, PushKind::Listing, publish), taken());
    assert_eq!(update(&mut shop, s(5), 2, PushKind::Stock, Change::Delta(Qty(-4))), taken());
    let (reply, _) = ask(&mut shop, s(30), order(1, &[(2, 1)]));
    assert_eq!(reply, ChannelReply::TurnedAway { why: Refusal::NotListed });
    assert_eq!(offered(&mut shop, s(60), 2), Qty(6));
    let (reply, _) = ask(&mut shop, s(60), order(1, &[(2, 1)]));
    assert!(matches!(reply, ChannelReply::Placed { .. }));
}

#[test]
fn a_release_puts_units_back_unless_there_were_none() {
    for (why, left) in [(Release::Customer, 10), (Release::Stock, 6)] {
        let mut shop = shop(play());
        ask(&mut shop, s(0), order(1, &[(0, 4)]));
        let order = OrderId { channel: ChannelId(0), number: 0 };
        for _ in 0..2 {
            let (reply, _) = ask(&mut shop, s(1), ChannelRequest::CancelOrder { order, why });
            assert_eq!(reply, ChannelReply::Cancelled);
        }
        assert_eq!((offered(&mut shop, s(1), 0), shop.cursor()), (Qty(left), 2));
    }
}

#[test]
fn orders_that_do_not_exist_are_not_cancelled() {
    let mut shop = shop(play());
    for (channel, number) in [(0, 0), (0, u64::MAX), (9, 0)] {
        let order = OrderId { channel: ChannelId(channel), number };
        let why = Release::Customer;
        let (reply, out) = ask(&mut shop, s(0), ChannelRequest::CancelOrder { order, why });
        assert!(matches!(reply, ChannelReply::Invalid { .. }) && out.facts.is_empty());
    }
}

#[test]
fn readers_page_through_changes_from_any_cursor() {
    let mut shop = shop(play());
    for intent in 0..5 {
        ask(&mut shop, s(0), order(intent, &[(1, 1)]));
    }
    for (after, limit, got, next, more) in [
        (0, 2, 2, 2, true),
        (2, 9, 3, 5, false),
        (5, 9, 0, 5, false),
        (u64::MAX, u32::MAX, 0, 5, false),
        (0, 0, 0, 0, true),
    ] {
        let (reply, _) = ask(&mut shop, s(0), ChannelRequest::ListOrders { after, limit });
        let ChannelReply::Orders { page, cursor, more: is_more } = reply else { panic!("a page") };
        assert_eq!((page.len(), cursor, is_more), (got, next, more), "after {after}");
    }
}

#[test]
fn connectors_are_throttled_and_shoppers_are_not() {
    let kind = LimiterKind::TokenBucket { burst: 1, every: Span::from_secs(60) };
    let limits = vec![LimiterTerms { kind, on: Vec::new(), tells_retry_after: true }];
    let mut shop = shop(ChannelPlay { limits, ..play() });
    assert_eq!(push(&mut shop, s(0), 1, Change::Delta(Qty(1))), taken());
    let retry_after = Some(Span::from_secs(60));
    let throttled = ChannelReply::Throttled { retry_after };
    assert_eq!(push(&mut shop, s(0), 2, Change::Delta(Qty(1))), throttled);
    let (reply, _) = ask(&mut shop, s(0), order(1, &[(0, 1)]));
    assert!(matches!(reply, ChannelReply::Placed { .. }));
    let order = OrderId { channel: ChannelId(0), number: 0 };
    let cancel = |why| ChannelRequest::CancelOrder { order, why };
    assert_eq!(ask(&mut shop, s(0), cancel(Release::Stock)).0, throttled);
    assert_eq!(ask(&mut shop, s(0), cancel(Release::Customer)).0, ChannelReply::Cancelled);
    assert_eq!(push(&mut shop, s(60), 2, Change::Delta(Qty(1))), taken());
}

#[test]
fn a_lost_reply_leaves_the_deed_and_the_repetition_is_heard() {
    let imperfections = Imperfections { lost_replies: Ppm::ONE, ..Imperfections::NONE };
    let mut shop = shop(ChannelPlay { imperfections, ..play() });
    let items = smallvec![UpdateItem {
        sku: SkuId(0),
        version: Version(1),
        change: Change::Delta(Qty(-2))
    }];
    let fates = [Fate::Lost(How::Close), Fate::Heard];
    for fate in fates {
        let update =
            ChannelRequest::Update { key: Some(1), kind: PushKind::Stock, items: items.clone() };
        let answer = shop.handle(s(0), update, &mut Outbox::default());
        assert_eq!((answer.fate, answer.reply), (fate, taken()));
    }
    for fate in fates {
        let answer = shop.handle(s(0), order(1, &[(1, 1)]), &mut Outbox::default());
        assert_eq!(answer.fate, fate);
    }
    assert_eq!((offered(&mut shop, s(10), 0), offered(&mut shop, s(10), 1)), (Qty(8), Qty(9)));
}

#[test]
fn webhooks_come_twice_and_late_as_the_terms_say() {
    let imperfections = Imperfections {
        duplicates: Ppm::ONE,
        reordered: Ppm::ONE,
        reordered_by: Law::Constant(Span::from_secs(3)),
        ..Imperfections::NONE
    };
    let mut shop = shop(ChannelPlay { imperfections, ..play() });
    let (_, out) = ask(&mut shop, s(0), order(1, &[(0, 1)]));
    let mut at: Vec<At> = out.notices.iter().map(|posted| posted.at).collect();
    at.sort_unstable();
    assert_eq!(at, [s(3), s(6)]);
    let mut silent = Marketplace::new(ChannelId(0), play(), &[], None, 1);
    assert!(ask(&mut silent, s(0), order(1, &[(0, 1)])).1.notices.is_empty());
}

#[test]
fn an_unavailable_channel_sells_nothing_and_says_so() {
    let imperfections = Imperfections { unavailable: Ppm::ONE, ..Imperfections::NONE };
    let mut shop = shop(ChannelPlay { imperfections, ..play() });
    let (reply, out) = ask(&mut shop, s(0), order(1, &[(0, 1)]));
    assert_eq!(reply, ChannelReply::Unavailable);
    assert!(matches!(out.facts[..], [What::TurnedAway { why: Refusal::Unavailable, .. }]));
    assert_eq!(push(&mut shop, s(0), 1, Change::Delta(Qty(1))), ChannelReply::Unavailable);
    assert_eq!((shop.cursor(), offered(&mut shop, s(99), 0)), (0, Qty(10)));
}

/// Whichever shows first, a difference counts once: it is in a number taken after it, and on top of
/// one taken before it.
#[test]
fn a_number_among_differences_has_those_in_it_that_were_taken_before() {
    let law = Law::Uniform { from: Span::from_secs(1), to: Span::from_secs(60) };
    for seed in 0..40 {
        let mut shop = shop(ChannelPlay { shows_changes_after: law.clone(), ..play() });
        let delta = |by| Change::Delta(Qty(by));
        // Versions decide how long each takes to show.
        let version = |n: u64| 10 * seed + n;
        assert_eq!(push(&mut shop, s(0), version(1), delta(-1)), taken());
        assert_eq!(push(&mut shop, s(1), version(2), delta(-2)), taken());
        assert_eq!(push(&mut shop, s(2), version(3), Change::Absolute(Qty(50))), taken());
        assert_eq!(push(&mut shop, s(3), version(4), delta(-4)), taken());
        assert_eq!(offered(&mut shop, s(200), 0), Qty(46), "{seed}");
    }
}

/// What is on sale has its quantity and price from updates of their own.
#[test]
fn a_listing_published_again_stays_as_it_is() {
    let mut shop = shop(play());
    let publish = Change::Publish { price: Money(300), qty: Qty(99) };
    assert_eq!(push(&mut shop, s(0), 1, publish), taken());
    let mut out = Outbox::default();
    shop.wake(s(600), &mut out);
    let listed = |what: &What| matches!(what, What::Listed { version: Version(1), .. });
    assert!(out.facts.len() == 1 && out.facts.iter().all(listed), "{:?}", out.facts);
    assert_eq!(offered(&mut shop, s(600), 0), Qty(10));
}
