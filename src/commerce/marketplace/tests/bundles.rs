//! What a marketplace does with an offer of parts: sells it by its own figure, and knows nothing of
//! what it shares with others.

use super::*;
use crate::history::charter::{OfferPart, OfferTerms};
use crate::history::fact::Line;

/// Ten units each of two SKUs, and five kits of two of the first and one of the second.
fn kits() -> Marketplace {
    let sku = |stock, price| SkuTerms { stock: Qty(stock), price: Money(price), listed: true };
    let part = |sku, count, price| OfferPart { sku: SkuId(sku), count, price: Money(price) };
    let parts = vec![part(0, 2, 400), part(1, 1, 500)];
    let offers = Offers::new(2, &[OfferTerms { name: "kit".to_owned(), parts }]);
    let for_sale = [sku(10, 500), sku(10, 500), sku(5, 1_300)];
    Marketplace::new(ChannelId(0), play(), &for_sale, None, 7).with_offers(offers)
}

fn sold(out: &Outbox) -> Vec<Line> {
    let lines = out.facts.iter().find_map(|what| match what {
        What::Accepted { lines, .. } => Some(lines.to_vec()),
        _ => None,
    });
    lines.expect("an order")
}

#[test]
fn it_takes_off_the_offer_that_is_ordered_and_no_other() {
    let mut shop = kits();
    let (reply, out) = ask(&mut shop, s(0), order(1, &[(2, 3)]));
    let line = |sku, qty: i64, price, [offered, left]: [i64; 2]| Line {
        offer: Some(0),
        sku: SkuId(sku),
        qty: Qty(qty),
        price: Money(price),
        offered: Qty(offered),
        left: Qty(left),
    };
    assert_eq!(sold(&out), [line(0, 6, 400, [10, 4]), line(1, 3, 500, [5, 2])]);
    let left = |shop: &mut Marketplace| [0, 1, 2].map(|sku| offered(shop, s(0), sku).0);
    assert_eq!(left(&mut shop), [10, 10, 2]);
    let ChannelReply::Placed { order } = reply else { panic!("{reply:?}") };
    ask(&mut shop, s(1), ChannelRequest::CancelOrder { order, why: Release::Customer });
    assert_eq!(left(&mut shop), [10, 10, 5], "given back once");
}

#[test]
fn a_kit_is_ordered_by_itself() {
    for (wanted, why) in [
        (vec![(2, 6)], Refusal::Stock),
        (vec![(2, 1), (0, 1)], Refusal::Invalid),
        (vec![(1, 1), (2, 1)], Refusal::Invalid),
        (vec![(2, 600_000_000)], Refusal::Invalid),
        (vec![(3, 1)], Refusal::Invalid),
    ] {
        let mut shop = kits();
        let (reply, _) = ask(&mut shop, s(0), order(1, &wanted));
        assert_eq!(reply, ChannelReply::TurnedAway { why }, "{wanted:?}");
    }
}
