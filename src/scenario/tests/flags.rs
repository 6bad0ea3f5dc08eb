//! Channels that show only whether there is any.

use super::{plan, said, small};
use crate::history::charter::OwnSales;
use crate::units::Qty;

const AMAZON: &str = "{ of orders: 40% }";

#[test]
fn a_channel_may_show_no_quantity_and_takes_no_sale_off_then() {
    let plan = plan(&small(AMAZON, "{ of orders: 40%, shows: in or out, holds back: 3 }"));
    let (terms, played) = (&plan.charter.channels[1], &plan.world.channels[1]);
    assert!(terms.rule.in_or_out && terms.rule.holds_back == Qty(3) && played.rule == terms.rule);
    assert_eq!((terms.own_sales, played.own_sales), (OwnSales::OnSync, OwnSales::OnSync));
    assert_eq!(plan.charter.minor, 3);
    let shown = super::plan(&small(AMAZON, "{ of orders: 40%, shows: quantities }"));
    assert_eq!(shown.charter, super::plan(super::SMALL).charter);
}

#[test]
fn what_takes_its_sales_off_shows_a_quantity() {
    let told = [
        "{ of orders: 40%, shows: in or out, own sales: at once }",
        "{ of orders: 40%, shows: in or out, takes stock: at payment }",
        "{ of orders: 40%, shows: maybe }",
    ];
    let told: Vec<String> = told.iter().map(|by| said(&small(AMAZON, by))).collect();
    insta::assert_snapshot!("a_channel_without_quantities", told.join("\n"));
}
