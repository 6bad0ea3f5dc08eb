//! Promotions that name their SKUs, or take them from a price list.

use super::super::{Overrides, Plan, Problems, read_str};
use crate::ids::SkuId;
use crate::traffic::plan::Promoted;
use crate::units::Money;

const STOCK: &str = "sku,stock,price\nA-100,40,24.90\nA-200,9,12.50\nL-1,5,80.00\nL-2,5,90.00\n";

const SCENARIO: &str = "\
campaign: Doors
starts: 2026-11-27 06:00 America/New_York
catalog: { file: stock.csv }
channels: { shop: { of orders: 100% } }
traffic:
  demand: 60 orders/hour
  phases:
    - { name: early, lasts: 10m, rate: 1x }
    - { name: peak, lasts: 20m, rate: 1x }
connectors: { hub: { reference: { workers: 2 } } }
merchant:
  promotions:
";

fn try_read(promotions: &[&str], list: &str) -> Result<Plan, Problems> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("stock.csv", STOCK).and_then(|()| write("doors.csv", list)).expect("files");
    let when = "sent: 5m before, starts: peak, ends: end of peak";
    let promotion = |said: &&str| format!("    - {{ {said}, {when} }}\n");
    let text: String = promotions.iter().map(promotion).collect();
    read_str(&format!("{SCENARIO}{text}"), folder.path(), &Overrides::default())
}

fn said(promotions: &[&str], list: &str) -> String {
    match try_read(promotions, list) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

const LISTED: &str = "name: doors, prices: { file: doors.csv }";
const LAMPS: &str = "name: lamps, skus: [L-2, L-1], price: -20%";

#[test]
fn a_price_list_says_which_skus_at_which_prices_beside_named_ones() {
    let list = "sku;price\nA-200;9,90\nA-100;17,95\n";
    let plan = try_read(&[LISTED, LAMPS], list).unwrap_or_else(|errors| panic!("{errors}"));
    let promotions = plan.merchant.promotions.iter();
    let of: Vec<Promoted> = promotions.map(|promotion| promotion.of.clone()).collect();
    let listed = Promoted::Priced(vec![(SkuId(1), Money(990)), (SkuId(0), Money(1_795))]);
    assert_eq!(of, [listed, Promoted::Named(vec![SkuId(2), SkuId(3)], -200_000)]);
    let first = try_read(&["name: first, skus: 2, price: +5%"], list);
    let first = first.unwrap_or_else(|errors| panic!("{errors}"));
    let named = Promoted::Named(vec![SkuId(0), SkuId(1)], 50_000);
    assert_eq!(first.merchant.promotions[0].of, named);
}

#[test]
fn what_a_price_list_cannot_say_is_told_with_its_lines() {
    for (name, list) in [
        ("rows", "sku,price\nA-100,cheap\n,1.00\nA-200,0\nL-1,9.999\n"),
        ("twice", "sku,price\nA-100,1.00\nA-100,2.00\n"),
        ("unknown", "sku,price\nA-100,1.00\nA-300,2.00\nZ,3.00\n"),
        ("empty", "sku,price\n"),
        ("columns", "item,amount\nA-100,1.00\n"),
        ("currency", "sku,price\nA-100,€1.00\n"),
    ] {
        insta::assert_snapshot!(format!("a_price_list_{name}"), said(&[LISTED], list));
    }
}

#[test]
fn a_named_sku_is_in_one_promotion_at_a_time() {
    let list = "sku,price\nL-1,70.00\n";
    insta::assert_snapshot!("a_sku_in_two_promotions", said(&[LISTED, LAMPS], list));
    let unknown = LAMPS.replace("L-2, L-1", "L-1, L-9");
    insta::assert_snapshot!("a_promotion_of_nothing_known", said(&[&unknown], list));
    let both = LISTED.replace("prices:", "skus: 20%, prices:");
    insta::assert_snapshot!("a_promotion_said_twice", said(&[&both], list));
    insta::assert_snapshot!("a_promotion_of_what", said(&["name: lamps, price: -20%"], list));
}
