//! A connector from outside at an OMS that is a shop of a platform's: what it is told there, and
//! what it enters, is heard as it is at the neutral API.

use super::*;
use crate::commerce::protocol::{Asked, OmsRequest};
use crate::history::fact::{Address, Delivery, SourceSaid};
use crate::ids::{OrderId, Version};

/// Somebody's connector at a shop that holds all orders.
struct Caller {
    place: FacePlace,
    carrier: Arc<Carrier>,
}

impl Caller {
    async fn call(&self, method: Method, path: &str, body: Json) -> (u16, Json) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let token = self.place.credentials[0].1.clone();
        let (status, said) = ask(&self.place, &token, method, path, &body).await;
        (status, serde_json::from_str(&said).unwrap_or(Json::Null))
    }

    async fn enters(&self, order: Json) -> (u16, Json) {
        self.call(Method::POST, "orders.json", json!({ "order": order })).await
    }

    /// Calls a method of an Odoo's.
    async fn execute(&self, model: &str, method: &str, args: Json, words: Json) -> Json {
        let shown = self.place.credentials[2].1.clone();
        let args = json!(["doorbuster", 2, shown, model, method, args, words]);
        let params = json!({ "service": "object", "method": "execute_kw", "args": args });
        let (status, said) = self.call(Method::POST, "jsonrpc", json!({ "params": params })).await;
        assert_eq!(status, 200);
        said
    }

    /// The merchant sets a price, due so many seconds from now.
    fn prices(&self, sku: u32, price: i64, in_s: u64) {
        let due = self.carrier.clock.now().at + Span::from_secs(in_s);
        let request =
            OmsRequest::SetPrice { sku: SkuId(sku), price: Money(price), due, channel: None };
        Hosted(Arc::clone(&self.carrier)).exchange(Asked::Oms(request));
    }
}

fn order(number: &str, units: i64) -> Json {
    json!({
        "source_name": "channel-1",
        "source_identifier": number,
        "inventory_behaviour": "decrement_ignoring_policy",
        "line_items": [{ "sku": "SKU-3", "quantity": units, "price": "7.50" }],
    })
}

fn played<F: Future<Output = ()>>(does: impl FnOnce(Caller) -> F) -> Vec<Fact> {
    played_in(Dialect::Shopify, does)
}

fn played_in<F: Future<Output = ()>>(
    dialect: Dialect,
    does: impl FnOnce(Caller) -> F,
) -> Vec<Fact> {
    let mut plan = plan();
    plan.world.oms.dialect = dialect;
    plan.world.oms.knows_record_ids = false;
    plan.charter.channels[1].name = "channel-1".to_owned();
    played_by(&plan, |hosting| {
        let place = hosting.faces()[0].clone();
        assert_eq!(place.role, Role::Oms);
        does(Caller { place, carrier: Arc::clone(&hosting.carrier) })
    })
}

fn delivered(facts: &[Fact]) -> Vec<(OrderId, u32, Delivery)> {
    let delivered = |fact: &Fact| match fact.what {
        What::Delivered { order, attempt, made } => Some((order, attempt, made)),
        _ => None,
    };
    facts.iter().filter_map(delivered).collect()
}

fn read(facts: &[Fact]) -> Vec<(SkuId, SourceSaid)> {
    let read = |act: PartyAct| match act {
        PartyAct::Read { sku, told } => Some((sku, told)),
        _ => None,
    };
    acts(facts).into_iter().filter_map(read).collect()
}

/// It is told what it reads, once a version: levels and the price in force, and no price to come.
#[test]
fn what_it_reads_there_it_was_told() {
    let facts = played(|caller| async move {
        caller.prices(1, 990, 0);
        caller.prices(2, 880, 3_600);
        for _ in 0..2 {
            let (status, said) =
                caller.call(Method::GET, "products.json?limit=3", Json::Null).await;
            assert_eq!((status, said["products"].as_array().unwrap().len()), (200, 3));
        }
        let levels = "inventory_levels.json?inventory_item_ids=44020000000004";
        assert_eq!(caller.call(Method::GET, levels, Json::Null).await.0, 200);
        assert_eq!(caller.call(Method::GET, "orders.json", Json::Null).await.0, 200);
    });
    let level = |sku| {
        let (version, available) = (Version(0), Qty(1_000));
        (SkuId(sku), SourceSaid::Stock { version, available })
    };
    let price = SourceSaid::Price { version: Version(1), price: Money(990), channel: None };
    assert_eq!(read(&facts), [level(0), level(1), (SkuId(1), price), level(2), level(3)]);
    assert_eq!(met(&facts), BTreeMap::new());
}

#[test]
fn what_it_enters_is_handed_over() {
    let facts = played(|caller| async move {
        let (status, made) = caller.enters(order("5", 2)).await;
        assert_eq!(status, 201, "{made}");
        let pending = json!({ "financial_status": "pending" });
        let mut unpaid = order("6", 1);
        unpaid.as_object_mut().unwrap().extend(pending.as_object().unwrap().clone());
        let (status, made) = caller.enters(unpaid).await;
        assert_eq!(status, 201, "{made}");
        let id = made["order"]["id"].to_string();
        let paid = json!({ "transaction": { "kind": "capture" } });
        let path = format!("orders/{id}/transactions.json");
        for expected in [201, 422] {
            assert_eq!(caller.call(Method::POST, &path, paid.clone()).await.0, expected);
        }
        let path = format!("orders/{id}/cancel.json");
        let cancel = json!({ "reason": "customer" });
        assert_eq!(caller.call(Method::POST, &path, cancel).await.0, 200);
    });
    let of = |number: u64| OrderId { channel: ChannelId(1), number };
    let (created, known) = (Delivery::Created, Delivery::Known);
    let expected = [(of(5), 1, created), (of(6), 1, created), (of(6), 2, known)];
    assert_eq!(delivered(&facts), expected);
    let is_cancelled =
        |fact: &Fact| matches!(fact.what, What::OmsCancelled { order, .. } if order == of(6));
    assert!(facts.iter().any(is_cancelled));
    let held = |fact: &Fact| match &fact.what {
        What::Held { lines, .. } => Some((lines[0].sku, lines[0].qty, lines[0].price)),
        _ => None,
    };
    let lines: Vec<_> = facts.iter().filter_map(held).collect();
    assert_eq!(lines[0], (SkuId(3), Qty(2), Money(750)));
    assert_eq!(met(&facts), BTreeMap::from([(Met::Invalid, 1)]));
}

#[test]
fn what_it_may_not_do_there_is_counted() {
    let facts = played(|caller| async move {
        let set = json!({
            "location_id": 65_000_000_003_u64,
            "inventory_item_id": 44_020_000_000_001_u64,
            "available": 3,
        });
        let path = "inventory_levels/set.json";
        assert_eq!(caller.call(Method::POST, path, set).await.0, 403);
        let mut nobodys = order("5", 1);
        nobodys["source_name"] = json!("nowhere");
        assert_eq!(caller.enters(nobodys).await.0, 422);
        assert_eq!(caller.enters(order("5", 0)).await.0, 422);
        assert_eq!(ask(&caller.place, "shpat_0", Method::GET, "shop.json", "").await.0, 401);
    });
    let expected = [(Met::NotYours, 1), (Met::Invalid, 2), (Met::Unauthorized, 1)];
    assert_eq!(met(&facts), BTreeMap::from(expected));
    let at_the_oms = |act: &PartyAct| match act {
        PartyAct::Met { at, .. } => *at == Address::Oms,
        _ => true,
    };
    assert!(acts(&facts).iter().all(at_the_oms));
}

/// Of an Odoo it is told by the fields that it reads; what it confirms is handed over, once each
/// time; what it may not do is counted.
#[test]
fn an_odoo_is_heard_as_any_other() {
    let facts = played_in(Dialect::Odoo, |caller| async move {
        caller.prices(1, 990, 0);
        let named = json!([["default_code", "in", ["SKU-1", "SKU-2"]]]);
        for fields in [json!(["name"]), json!(["lst_price"]), json!(["free_qty"])] {
            let words = json!({ "fields": fields });
            let said = caller.execute("product.product", "search_read", json!([named]), words);
            assert_eq!(said.await["result"].as_array().unwrap().len(), 2);
        }
        let line = json!({ "product_id": 64, "product_uom_qty": 2, "price_unit": 7.5 });
        let order = json!({
            "partner_id": 12,
            "origin": "channel-1",
            "client_order_ref": "5",
            "order_line": [[0, 0, line]],
        });
        let none = json!({});
        for number in [1, 2] {
            let made = caller.execute("sale.order", "create", json!([order]), none.clone()).await;
            assert_eq!(made["result"], number, "{made}");
        }
        for (number, fine) in [(1, true), (1, false), (2, true)] {
            let ids = json!([[number]]);
            let said = caller.execute("sale.order", "action_confirm", ids, none.clone()).await;
            assert_eq!(said.get("result").is_some(), fine, "{said}");
        }
        let price = json!([[61], { "lst_price": 1 }]);
        let said = caller.execute("product.product", "write", price, none.clone()).await;
        assert_eq!(said["error"]["data"]["name"], "odoo.exceptions.AccessError");
        let copied = caller.execute("sale.order", "copy", json!([[1]]), none).await;
        assert_eq!(copied["error"]["data"]["name"], "builtins.NotImplementedError");
    });
    let level = |sku| {
        let (version, available) = (Version(0), Qty(1_000));
        (SkuId(sku), SourceSaid::Stock { version, available })
    };
    let price = SourceSaid::Price { version: Version(1), price: Money(990), channel: None };
    assert_eq!(read(&facts), [(SkuId(1), price), level(1), level(2)]);
    let of = OrderId { channel: ChannelId(1), number: 5 };
    let (created, known) = (Delivery::Created, Delivery::Known);
    assert_eq!(delivered(&facts), [(of, 1, created), (of, 2, known), (of, 3, created)]);
    let expected = [(Met::Invalid, 1), (Met::NotYours, 1), (Met::Astray, 1)];
    assert_eq!(met(&facts), BTreeMap::from(expected));
}
