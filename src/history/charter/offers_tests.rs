//! Laws of offers: what is sold comes apart into its parts and together again.

use proptest::prelude::*;

use super::*;

fn offers(parts: &[(u32, u32, i64)]) -> Offers {
    let part = |&(sku, count, price): &(u32, u32, i64)| OfferPart {
        sku: SkuId(sku),
        count,
        price: Money(price),
    };
    let parts = parts.iter().map(part).collect();
    let terms = [OfferTerms { name: "kit".to_owned(), parts }];
    Offers::new(10, &terms)
}

#[test]
fn a_bundle_is_limited_by_its_scarcest_part() {
    let kit = offers(&[(1, 2, 500), (4, 1, 300)]);
    let kit = kit.get(SkuId(10)).expect("the first offer");
    let units = |of: [i64; 2]| kit.made_of(|sku| Some(Qty(if sku.0 == 1 { of[0] } else { of[1] })));
    assert_eq!(units([9, 7]), Some(Qty(4)));
    assert_eq!(units([9, 3]), Some(Qty(3)));
    // One unit too few promised is one bundle too few, not none.
    assert_eq!(units([-1, 3]), Some(Qty(-1)));
    assert_eq!(kit.made_of(|sku| (sku.0 == 1).then_some(Qty(9))), None);
    assert_eq!(kit.price(), Money(1_300));
}

#[test]
fn a_number_is_a_skus_an_offers_or_nobodys() {
    let kit = offers(&[(1, 2, 500)]);
    assert!(kit.get(SkuId(9)).is_none() && kit.get(SkuId(11)).is_none());
    assert_eq!(kit.with_part(SkuId(1)).collect::<Vec<_>>(), [SkuId(10)]);
    assert_eq!(kit.with_part(SkuId(2)).count(), 0);
    assert_eq!(Offers::default().with_part(SkuId(1)).count(), 0);
}

#[test]
fn a_number_has_the_name_of_what_it_is() {
    let terms = OfferTerms { name: "kit".to_owned(), parts: vec![] };
    let mut charter =
        Charter { skus: 2, offers: vec![terms], ..crate::history::samples::charter() };
    let name = |charter: &Charter, number| charter.name_of(SkuId(number)).map(str::to_owned);
    assert_eq!((name(&charter, 1), name(&charter, 2)), (None, Some("kit".to_owned())));
    charter.sku_names = vec!["A".to_owned(), "B".to_owned()];
    assert_eq!((name(&charter, 1), name(&charter, 3)), (Some("B".to_owned()), None));
}

proptest! {
    #[test]
    fn what_is_taken_apart_is_what_was_sold(
        counts in prop::collection::vec((1_u32..9, 0_i64..10_000), 1..5),
        qty in 1_i64..1_000,
        offered in 0_i64..1_000,
    ) {
        let parts = (0..).zip(&counts).map(|(sku, &(count, price))| (sku, count, price));
        let offers = offers(&parts.collect::<Vec<_>>());
        let price = offers.get(SkuId(10)).expect("it").price();
        let (qty, offered) = (Qty(qty), Qty(offered));
        let sold = Line { offer: None, sku: SkuId(10), qty, price, offered, left: Qty::ZERO };
        let mut lines = vec![];
        offers.taken_apart(sold, |line| lines.push(line));
        let charged: Money = lines.iter().map(|line| line.price.times(line.qty)).sum();
        prop_assert_eq!(charged, price.times(qty));
        let again: Vec<Line> = offers.all_sold(&lines).collect();
        prop_assert_eq!(again, vec![sold]);
    }
}
