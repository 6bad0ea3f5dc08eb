//! Bundles: what they are made of, what they cost, and what is said of those that cannot be.

use std::path::Path;

use super::super::{ExternalAs, Overrides, Plan, Problems, read_str};
use super::SMALL;
use crate::ids::{ChannelId, SkuId};
use crate::traffic::Traffic;
use crate::units::{Money, Ppm};

const STOCK: &str = "sku,stock,price\nCAM,40,100.00\nCARD,9,10.00\nBAG,5,0.05\n";

fn try_read(bundles: &str) -> Result<Plan, Problems> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("stock.csv"), STOCK).expect("a file");
    let text = SMALL.replace("{ skus: 10, stock: 100, price: 9.99 }", "{ file: stock.csv }");
    let text = format!("{text}bundles:\n{bundles}");
    read_str(&text, folder.path(), &Overrides::default())
}

/// Units and prices of the parts of the only bundle.
fn parts(said: &str) -> Vec<(u32, u32, i64)> {
    let plan = try_read(&format!("  - {{ name: kit, of orders: 5%, {said} }}\n"));
    let plan = plan.unwrap_or_else(|errors| panic!("{errors}"));
    let parts = plan.charter.offers[0].parts.iter();
    parts.map(|part| (part.sku.0, part.count, part.price.0)).collect()
}

fn said(bundles: &str) -> String {
    match try_read(bundles) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn a_price_is_split_over_the_units_to_the_cent() {
    // 110 for a camera and two cards that cost 120 alone.
    assert_eq!(parts("parts: { CAM: 1, CARD: 2 }, price: 110"), [(0, 1, 9_166), (1, 2, 917)]);
    assert_eq!(parts("parts: { CARD: 3 }, price: 9.99"), [(1, 3, 333)]);
    // As its parts cost, unless said.
    assert_eq!(parts("parts: { CARD: 3 }"), [(1, 3, 1_000)]);
    // 10 % off three bags is 13.5 cents: what comes to whole cents below it.
    assert_eq!(parts("parts: { BAG: 3 }, discount: 10%"), [(2, 3, 4)]);
}

#[test]
fn a_bundle_is_sold_where_it_is_said_and_wanted_there() {
    let plan = try_read(
        "  - { name: everywhere, parts: { CARD: 2 }, of orders: 5% }\n  \
         - { name: there, parts: { CAM: 1 }, of orders: 1%, channels: [amazon] }\n",
    );
    let plan = plan.unwrap_or_else(|errors| panic!("{errors}"));
    let Traffic::Modelled(demand) = &plan.traffic else { panic!("{:?}", plan.traffic) };
    let (first, second) = ((SkuId(3), Ppm(50_000)), (SkuId(4), Ppm(10_000)));
    assert_eq!(demand.offers, [vec![first], vec![first, second]]);
    assert_eq!(plan.charter.minor, 3);
    let on_storefront = plan.world.for_sale(Some(ChannelId(0)));
    let told: Vec<_> = on_storefront[3..].iter().map(|sku| (sku.stock.0, sku.listed)).collect();
    assert_eq!(told, [(4, true), (40, false)], "nine cards make four pairs");
    assert_eq!(on_storefront[3].price, Money(2_000));
    assert!(!plan.charter.not_tested.iter().any(|what| what.contains("bundles")));
}

#[test]
fn what_is_wrong_with_bundles_is_said_all_at_once() {
    insta::assert_snapshot!(said(
        "  - { name: kit, parts: { CAM: 1, CARDS: 2 }, price: 110, of orders: 5% }\n  \
         - { name: of kits, parts: { kit: 2 }, of orders: 5% }\n  \
         - { name: round, parts: { round: 1 }, of orders: 5% }\n  \
         - { name: none, parts: { CARD: 0 }, of orders: 5% }\n  \
         - { name: empty, parts: {}, of orders: 5% }\n  \
         - { name: CARD, parts: { CARD: 2 }, of orders: 5% }\n  \
         - { name: odd, parts: { CARD: 3 }, price: 10.00, of orders: 5% }\n  \
         - { name: both, parts: { CARD: 3 }, price: 9.99, discount: 5%, of orders: 5% }\n  \
         - { name: nowhere, parts: { CARD: 3 }, of orders: 5%, channels: [] }\n  \
         - { name: elsewhere, parts: { CARD: 3 }, of orders: 5%, channels: [amazn] }\n  \
         - { name: unwanted, parts: { CARD: 3 } }\n"
    ));
}

#[test]
fn bundles_are_told_apart_and_no_more_than_all_orders() {
    let two = |name: &str, share: &str| {
        said(&format!(
            "  - {{ name: kit, parts: {{ CARD: 2 }}, of orders: {share} }}\n  \
             - {{ name: {name}, parts: {{ CAM: 1 }}, of orders: {share} }}\n"
        ))
    };
    assert_eq!(two("other", "50%"), "nothing is wrong");
    assert!(two("kit", "5%").contains("two bundles are named `kit`"), "{}", two("kit", "5%"));
    let much = two("other", "60%");
    assert!(much.contains("bundles make 120 % of the orders of storefront"), "{much}");
}

#[test]
fn a_part_twice_is_refused_however_it_is_written() {
    let text = format!(
        "{SMALL}bundles:\n  - {{ name: k, parts: {{ SKU 0: 1, SKU 00: 2 }}, of orders: 1% }}\n"
    );
    let said = super::said(&text);
    assert!(said.contains("`SKU 00` is a part twice"), "{said}");
    let text = format!("{SMALL}bundles: [{{ name: k, parts: {{ SKU 10: 1 }}, of orders: 1% }}]\n");
    let said = super::said(&text);
    assert!(said.contains("`SKU 0` to `SKU 9`"), "{said}");
}

#[test]
fn what_is_not_built_of_bundles_is_refused() {
    let bundles = "bundles: [{ name: k, parts: { SKU 0: 1 }, of orders: 1% }]\n";
    let face = super::small("{ of orders: 60% }", "{ of orders: 60%, dialect: shopify }");
    let face = super::said(&format!("{face}{bundles}"));
    assert!(face.contains("not yet: bundles beside a channel"), "{face}");
    let hub = super::said(&format!("{}oms: {{ dialect: shopify }}\n{bundles}", super::SMALL));
    assert!(hub.contains("not yet: bundles beside an OMS that speaks"), "{hub}");
    let external = "external: { ready: { within: 9s } }";
    let own = super::small("reference: { workers: 2 }", external);
    let overrides = Overrides { external: ExternalAs::Itself, ..Overrides::default() };
    let own = read_str(&format!("{own}{bundles}"), Path::new("."), &overrides);
    let own = own.expect_err("it is refused").to_string();
    assert!(own.contains("not yet: bundles with an external connector"), "{own}");
    let elsewhere = super::small("stock: 100,", "stock: 100, bundles: [],");
    let elsewhere = super::said(&elsewhere);
    assert!(elsewhere.contains("at the top of the file"), "{elsewhere}");
}
