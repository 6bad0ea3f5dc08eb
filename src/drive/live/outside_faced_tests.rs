//! A connector from outside that speaks a platform's own API: what it writes and meets there is
//! heard as it is at the neutral one.

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::{Value as Json, json};

use super::faced_tests::ask;
use super::outside_tests::{acts, met, plan, played_by};
use super::*;
use crate::commerce::protocol::{Asked, ChannelReply, ChannelRequest, Reply};
use crate::commerce::terms::Dialect;
use crate::faces::FaceRequest;
use crate::history::Fact;
use crate::history::fact::{Met, OfferWrite, PartyAct};
use crate::ids::SkuId;
use crate::units::{Money, Qty};

#[path = "outside_hub_tests.rs"]
mod hub;

/// Somebody's connector at a shop.
struct Caller {
    place: FacePlace,
}

impl Caller {
    async fn call(&self, method: Method, path: &str, body: Json) -> (u16, Json) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let token = self.place.credentials[0].1.clone();
        let (status, said) = ask(&self.place, &token, method, path, &body).await;
        (status, serde_json::from_str(&said).unwrap_or(Json::Null))
    }

    async fn set(&self, path: &str, sku: u64, units: Json) -> u16 {
        let (_, location) = self.call(Method::GET, "locations.json", Json::Null).await;
        let (_, products) = self.call(Method::GET, "products.json", Json::Null).await;
        let sku = &products["products"][sku as usize]["variants"][0];
        let mut body = json!({
            "location_id": location["locations"][0]["id"],
            "inventory_item_id": sku["inventory_item_id"],
        });
        body[if path == "set" { "available" } else { "available_adjustment" }] = units;
        self.call(Method::POST, &format!("inventory_levels/{path}.json"), body).await.0
    }

    async fn graphql(&self, query: String) -> Json {
        self.call(Method::POST, "graphql.json", json!({ "query": query })).await.1
    }
}

fn played<F: Future<Output = ()>>(does: impl FnOnce(Caller) -> F) -> Vec<Fact> {
    let mut plan = plan();
    plan.world.channels[0].dialect = Dialect::Shopify;
    played_by(&plan, |hosting| does(Caller { place: hosting.faces()[0].clone() }))
}

/// What it wrote, and of which SKU.
fn wrote(facts: &[Fact]) -> Vec<(SkuId, OfferWrite)> {
    let wrote = |act: PartyAct| match act {
        PartyAct::Wrote { sku, wrote, .. } => Some((sku, wrote)),
        _ => None,
    };
    acts(facts).into_iter().filter_map(wrote).collect()
}

#[test]
fn what_it_writes_by_a_platforms_api_is_said() {
    let facts = played(|caller| async move {
        assert_eq!(caller.set("set", 0, json!(7)).await, 200);
        assert_eq!(caller.set("adjust", 0, json!(-2)).await, 200);
        let (_, products) = caller.call(Method::GET, "products.json", Json::Null).await;
        let variant = products["products"][1]["variants"][0]["id"].to_string();
        let body = json!({ "variant": { "price": "19.90" } });
        let path = format!("variants/{variant}.json");
        assert_eq!(caller.call(Method::PUT, &path, body).await.0, 200);
    });
    let expected = [
        (SkuId(0), OfferWrite::Offer(Qty(7))),
        (SkuId(0), OfferWrite::Change(Qty(-2))),
        (SkuId(1), OfferWrite::Price(Money(1_990))),
    ];
    assert_eq!(wrote(&facts), expected);
    assert_eq!(met(&facts), BTreeMap::new());
}

/// Of a group of which one item is kept out nothing is taken, and nothing is written.
#[test]
fn what_is_refused_whole_is_not_written() {
    let facts = played(|caller| async move {
        let (_, location) = caller.call(Method::GET, "locations.json", Json::Null).await;
        let (_, products) = caller.call(Method::GET, "products.json", Json::Null).await;
        let location = location["locations"][0]["id"].to_string();
        let item = |place: usize| {
            products["products"][place]["variants"][0]["inventory_item_id"].to_string()
        };
        let set = |place: usize, expect: i64| {
            let item = item(place);
            format!(
                "{{ inventoryItemId: \"gid://shopify/InventoryItem/{item}\", \
                 locationId: \"gid://shopify/Location/{location}\", quantity: 5, \
                 compareQuantity: {expect} }}"
            )
        };
        let (fine, stale) = (set(0, 1_000), set(1, 3));
        let said = caller
            .graphql(format!(
                "mutation {{ inventorySetQuantities(input: {{ name: \"available\", \
                 reason: \"correction\", quantities: [{fine}, {stale}] }}) \
                 {{ userErrors {{ code }} }} }}"
            ))
            .await;
        let errors = &said["data"]["inventorySetQuantities"]["userErrors"];
        assert_eq!(errors, &json!([{ "code": "COMPARE_QUANTITY_STALE" }]), "{said}");
    });
    assert_eq!(wrote(&facts), []);
}

#[test]
fn what_it_may_not_or_cannot_do_is_counted() {
    let facts = played(|caller| async move {
        let (_, products) = caller.call(Method::GET, "products.json", Json::Null).await;
        let variant = &products["products"][0]["variants"][0]["id"];
        let order =
            json!({ "order": { "line_items": [{ "variant_id": variant, "quantity": 1 }] } });
        let refused = caller.call(Method::POST, "orders.json", order).await.0;
        assert!((400..500).contains(&refused), "orders are the shoppers': {refused}");
        assert_eq!(caller.set("set", 0, json!(-1)).await, 200, "as the platform has it");
        assert_eq!(caller.set("set", 0, json!(10_u64.pow(18))).await, 422);
        let unknown = caller.call(Method::GET, "variants/1.json", Json::Null).await.0;
        assert_eq!(unknown, 404);
        let said = caller.graphql("{ shop { nothing } }".to_owned()).await;
        assert!(said["errors"].is_array(), "{said}");
        let stale = ask(&caller.place, "shpat_0", Method::GET, "shop.json", "").await.0;
        assert_eq!(stale, 401);
    });
    let expected = [
        (Met::NotYours, 1),
        (Met::BadQuantity, 1),
        (Met::Invalid, 1),
        (Met::Astray, 1),
        (Met::Malformed, 1),
        (Met::Unauthorized, 1),
    ];
    assert_eq!(met(&facts), BTreeMap::from(expected));
    assert!(
        !facts
            .iter()
            .any(|fact| matches!(&fact.what, What::Accepted { intent, .. } if intent.0 >= 1 << 62))
    );
}

/// What is imported is written when the import is over: line by line, and what a line has wrong is
/// nothing that was written.
#[test]
fn what_it_imports_is_said_when_it_is_taken() {
    let mut plan = plan();
    plan.world.channels[0].dialect = Dialect::Mirakl;
    plan.world.channels[0].feeds_take = Span::ZERO;
    let facts = played_by(&plan, |hosting| {
        let caller = Caller { place: hosting.faces()[0].clone() };
        async move {
            let key = caller.place.credentials[0].1.clone();
            let file = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\
                offer-sku;quantity\nSKU-0;7\nSKU-1;-1\nSKU-2;12\nCUP;1\n\r\n--x--\r\n";
            let send = |what: &'static str| {
                let (place, key) = (caller.place.clone(), key.clone());
                async move { ask(&place, &key, Method::POST, what, file).await.0 }
            };
            assert_eq!(send("offers/stock/imports").await, 201);
            assert_eq!(send("offers/stock/imports").await, 429, "once a minute");
            let prices = file.replace("quantity", "price");
            let prices =
                ask(&caller.place, &key, Method::POST, "offers/pricing/imports", &prices).await;
            assert_eq!(prices.0, 201);
            let body = json!({ "offers": [{ "shop_sku": "SKU-3", "price": 5 }] });
            assert_eq!(caller.call(Method::POST, "offers", body).await.0, 201);
            let ship = caller.call(Method::PUT, "orders/2001_00000000-A/ship", Json::Null).await;
            assert_eq!(ship.0, 404, "there is no such order");
            let refund = caller.call(Method::PUT, "orders/refund", Json::Null).await;
            assert_eq!(refund.0, 501);
            assert_eq!(ask(&caller.place, "nobody", Method::GET, "orders", "").await.0, 401);
        }
    });
    let expected = [
        (SkuId(0), OfferWrite::Offer(Qty(7))),
        (SkuId(2), OfferWrite::Offer(Qty(12))),
        (SkuId(0), OfferWrite::Price(Money(700))),
        (SkuId(2), OfferWrite::Price(Money(1_200))),
        (SkuId(3), OfferWrite::Offer(Qty(0))),
        (SkuId(3), OfferWrite::Price(Money(500))),
    ];
    assert_eq!(wrote(&facts), expected);
    let expected = [(Met::Throttled, 1), (Met::Astray, 2), (Met::Unauthorized, 1)];
    assert_eq!(met(&facts), BTreeMap::from(expected));
}

/// A flood is turned back in the platform's own shape, and carried out nowhere.
#[test]
fn a_flood_meets_a_wall() {
    let facts = played(|caller| async move {
        let mut throttled = 0;
        for _ in 0..45 {
            let (status, _) = caller.call(Method::GET, "shop.json", Json::Null).await;
            throttled += u64::from(status == 429);
        }
        assert!(throttled > 0, "the platform lets through forty at once");
    });
    assert!(met(&facts).get(&Met::Throttled).is_some_and(|times| *times > 0), "{:?}", met(&facts));
}

/// Whoever floods is told to wait, also one whom nobody knows; a shopper's call by way of a face is
/// counted when it comes to the face, and not again where the face asks.
#[test]
fn a_flood_is_counted_once_and_told_to_wait() {
    let mut plan = plan();
    plan.world.channels[0].dialect = Dialect::Shopify;
    let facts = played_by(&plan, |hosting| {
        let (carrier, role) = (Arc::clone(&hosting.carrier), Role::Channel(ChannelId(0)));
        let list = || {
            let asked = ChannelRequest::ListOrders { after: 0, limit: 1 };
            Asked::Channel(ChannelId(1), asked)
        };
        let ask = |second| {
            let out = &mut Outbox::default();
            carrier.estate.exchange_outside(&mut &carrier, (list(), second), out).reply
        };
        for _ in 0..2_000 {
            ask(None);
        }
        let other = Role::Channel(ChannelId(1)).into();
        assert!(!carrier.estate.floods_front(other, || 7), "none of these was counted");
        for _ in 1..2_000 {
            ask(Some(7));
        }
        assert!(matches!(ask(Some(7)), Reply::Channel(ChannelReply::Throttled { .. })));
        let hosted = Hosted(Arc::clone(&carrier));
        let headers = hyper::HeaderMap::new();
        let (path, query, body) = ("/admin/api/2025-01/shop.json", "", &b""[..]);
        let method = &Method::GET;
        let headers = &headers;
        let request = FaceRequest { method, path, query, headers, body, is_secure: false };
        let second = || carrier.clock.now().wall_us / 1_000_000;
        loop {
            let now = second();
            while !carrier.estate.floods_front(role.into(), || now) {}
            let reply = hosted.receive(role, &request).reply;
            // A second that begins meanwhile bears more calls.
            if second() == now {
                assert_eq!((reply.status.as_u16(), reply.is_known), (429, false));
                break;
            }
        }
        let caller = Caller { place: hosting.faces()[0].clone() };
        async move { drop(caller.call(Method::GET, "shop.json", Json::Null).await) }
    });
    assert!(met(&facts)[&Met::Flooded] > 0);
}

/// What is too large is told so in the platform's shape, and heard of.
#[test]
fn a_body_that_is_too_large_is_told_so_in_its_shape() {
    let facts = played(|caller| async move {
        let token = caller.place.credentials[0].1.clone();
        let body = format!("{{\"product\":\"{}\"}}", "x".repeat(1 << 20));
        let (status, said) =
            ask(&caller.place, &token, Method::PUT, "products/1.json", &body).await;
        let said: Json = serde_json::from_str(&said).unwrap();
        assert!(status == 413 && said["errors"].is_string(), "{status} {said}");
        assert_eq!(caller.call(Method::GET, "shop.json", Json::Null).await.0, 200);
    });
    assert_eq!(met(&facts), BTreeMap::from([(Met::Malformed, 1)]));
}

/// A channel has two addresses; what a connector is told of the neutral API names it once.
#[test]
fn each_system_of_the_neutral_api_is_told_once() {
    let mut plan = plan();
    plan.world.channels[0].dialect = Dialect::Shopify;
    played_by(&plan, |hosting| {
        let told: Vec<Role> = hosting.places().iter().map(|(role, ..)| *role).collect();
        let channels = [0, 1].map(|id| Role::Channel(ChannelId(id)));
        assert_eq!(told, [channels[0], channels[1], Role::Oms]);
        let (neutral, face) = (hosting.places()[0].1, hosting.faces()[0].clone());
        assert_ne!(face.url, format!("http://{neutral}"));
        let caller = Caller { place: face };
        async move {
            assert_eq!(caller.call(Method::GET, "shop.json", Json::Null).await.0, 200);
        }
    });
}
