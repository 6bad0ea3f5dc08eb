//! Locations: where stock lies, who is served from where, and what is said of those that cannot be.

use std::path::Path;

use super::super::{ExternalAs, Overrides, read_str};
use super::{SMALL, plan, said, small};
use crate::commerce::terms::TakesFrom;
use crate::ids::LocationId;
use crate::units::{Ppm, Qty};

const TWO: &str = "locations: { shed: { of stock: 75% }, store: { of stock: 25% } }\n";

/// The small scenario with locations, its channels served from these.
fn served(locations: &str, storefront: &str, amazon: &str) -> String {
    let text = SMALL.replace("of orders: 60%", &format!("of orders: 60%{storefront}"));
    text.replace("of orders: 40%", &format!("of orders: 40%{amazon}")) + locations
}

#[test]
fn stock_is_split_and_channels_are_served_in_the_order_written() {
    let text = served(TWO, ", from: [store, shed]", ", from: [shed]");
    let plan = plan(&format!("{text}oms: {{ takes from: most stock }}\n"));
    let names: Vec<&str> = plan.charter.locations.iter().map(|terms| &*terms.name).collect();
    assert_eq!(names, ["shed", "store"]);
    let from = |channel: usize| plan.charter.channels[channel].from.clone();
    assert_eq!(from(0), [LocationId(1), LocationId(0)]);
    assert_eq!(from(1), [LocationId(0)]);
    assert_eq!(plan.world.locations, [Ppm(750_000), Ppm(250_000)]);
    assert_eq!(plan.world.levels()[..4], [75, 25, 75, 25].map(Qty));
    assert_eq!((plan.world.oms.takes, plan.charter.minor), (TakesFrom::MostStock, 3));
    assert!(!plan.charter.not_tested.iter().any(|what| what.contains("locations")));
}

#[test]
fn stock_that_lies_in_one_place_has_no_location() {
    let plan = plan(SMALL);
    assert!(plan.charter.locations.is_empty() && plan.world.levels().is_empty());
    assert_eq!((plan.world.oms.takes, plan.charter.minor), (TakesFrom::FirstListed, 0));
    assert!(plan.charter.not_tested.iter().any(|what| what.contains("several stock locations")));
}

#[test]
fn what_is_wrong_with_locations_is_said_all_at_once() {
    let three = "locations:\n  shed: { of stock: 75% }\n  store: { of stock: 20% }\n  \
                 attic: { of stock: 15% }\n";
    let odd = said(&served(three, ", from: [shed, stoer]", ", from: [shed, shed]"));
    let none = said(&served(three, ", from: []", ""));
    let idle = said(&served(TWO, ", from: [shed]", ", from: [shed]"));
    let one_place = said(&served("oms: { takes from: most stock }\n", ", from: [shed]", ""));
    let empty = said(&served("locations: {}\n", ", from: [shed]", ", from: [shed]"));
    let twins = "locations: { shed: {}, Shed: { of stock: 100% } }\n";
    for (said, why) in [
        (&odd, "the locations' shares of stock add up to 110%"),
        (&odd, "no location is named `stoer`"),
        (&odd, "the same location twice"),
        (&none, "`amazon` is served from no location"),
        (&idle, "no channel is served from `store`"),
        (&one_place, "2 things to put right"),
        (&one_place, "all stock lies in one place here"),
        (&empty, "the number of locations is 0"),
        (&said(&served(twins, "", "")), "cannot be told apart"),
        (&said(&small("stock: 100,", "stock: 100, locations: [],")), "does not stand here"),
    ] {
        assert!(said.contains(why), "{why}: {said}");
    }
}

#[test]
fn what_is_not_built_of_locations_is_refused() {
    let all = ", from: [shed, store]";
    let text = served(TWO, all, all);
    assert_eq!(said(&text), "nothing is wrong");
    let bundles = "bundles: [{ name: k, parts: { SKU 0: 1 }, of orders: 1% }]\n";
    let face = served(TWO, &format!("{all}, dialect: shopify"), all);
    let external = text.replace("reference: { workers: 2 }", "external: { ready: { within: 9s } }");
    let overrides = Overrides { external: ExternalAs::Itself, ..Overrides::default() };
    let external = read_str(&external, Path::new("."), &overrides).expect_err("it is refused");
    for (said, beside) in [
        (said(&format!("{text}{bundles}")), "beside bundles"),
        (said(&face), "beside a channel that speaks"),
        (said(&format!("{text}oms: {{ dialect: shopify }}\n")), "beside an OMS that speaks"),
        (said(&format!("{text}oms: {{ reports: on hand, ships after: 1h }}\n")), "on hand"),
        (
            said(&served(TWO, &format!("{all}, order edits: {{ share: 5%, after: 1m }}"), all)),
            "edits",
        ),
        (external.to_string(), "with an external connector"),
    ] {
        let not_yet = said.lines().find(|line| line.contains("not yet: several locations"));
        assert!(not_yet.is_some_and(|line| line.contains(beside)), "{beside}: {said}");
    }
}
