//! Tests of the Odoo face: exchanges as files, who is let in, domains.

use hyper::header::COOKIE;
use hyper::{HeaderMap, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::domain::{Domain, Seen};
use super::{Odoo, credentials};
use crate::commerce::limiter::{LimitedOp, LimiterKind, LimiterTerms};
use crate::commerce::protocol::SourceNotice;
use crate::commerce::terms::{Dialect, OmsPlay};
use crate::drive::testing::{channel_play, oms_play};
use crate::faces::played::{Played, terms};
use crate::faces::{FaceReply, FaceTerms};
use crate::ids::ChannelId;
use crate::law::Law;
use crate::units::{At, Span};

fn password() -> String {
    credentials(terms().keys, ChannelId(0))[2].1.clone()
}

fn session() -> HeaderMap {
    let cookie = format!("theme=dark; session_id={}", terms().secret("session"));
    [(COOKIE, cookie.parse().unwrap())].into_iter().collect()
}

/// A database that holds the orders of two channels, over an OMS that knows no record ids.
fn played(play: OmsPlay) -> Played<Odoo> {
    let channels = ["shop", "other"].map(str::to_owned);
    let terms = FaceTerms { holds: Some(channels.into()), ..terms() };
    let play = OmsPlay { dialect: Dialect::Odoo, knows_record_ids: false, ..play };
    Played::new(Odoo::new(terms), channel_play()).over(play)
}

#[test]
fn products_and_stock() {
    played(oms_play()).play(include_str!("exchanges/stock.txt"), &session());
}

#[test]
fn orders() {
    let ships_after = Some(Law::Constant(Span::from_secs(100)));
    let text = include_str!("exchanges/orders.txt");
    played(OmsPlay { ships_after, ..oms_play() }).play(text, &session());
}

#[test]
fn faults() {
    played(oms_play()).play(include_str!("exchanges/faults.txt"), &session());
}

fn called(odoo: &mut Played<Odoo>, path: &str, params: &Value) -> (FaceReply, Value) {
    let body = json!({ "jsonrpc": "2.0", "method": "call", "id": 7, "params": params });
    let reply = odoo.ask("POST", path, &HeaderMap::new(), body.to_string().as_bytes(), false);
    let told: Value = serde_json::from_slice(&reply.body).unwrap();
    (reply, told)
}

/// Whoever has the password comes in, by a service or by a session; nobody else does.
#[test]
fn whoever_has_the_password_comes_in() {
    let mut odoo = played(oms_play());
    let mut login = |database: &str, password: &str| {
        let args = json!([database, "admin", password]);
        let params = json!({ "service": "common", "method": "login", "args": args });
        let (reply, told) = called(&mut odoo, "/jsonrpc", &params);
        (reply.is_known, told)
    };
    assert_eq!(login("doorbuster", &password()).1["result"], 2);
    let (is_known, told) = login("doorbuster", "wrong");
    assert!(!is_known && told["result"] == false, "{told}");
    let (is_known, told) = login("production", &password());
    assert!(!is_known && told["error"]["data"]["name"] == "psycopg2.OperationalError", "{told}");

    let mut execute = |user: u64, password: &str| {
        let args = json!(["doorbuster", user, password, "res.users", "context_get"]);
        let params = json!({ "service": "object", "method": "execute", "args": args });
        called(&mut odoo, "/jsonrpc", &params)
    };
    let (reply, told) = execute(2, &password());
    assert!(reply.is_known && told["result"]["lang"] == "en_US" && told["id"] == 7, "{told}");
    for (user, password) in [(2, "wrong".to_owned()), (1, password())] {
        let (reply, told) = execute(user, &password);
        assert_eq!(told["error"]["data"]["name"], "odoo.exceptions.AccessDenied");
        let is = (reply.status, reply.meant, reply.is_known);
        assert_eq!(is, (StatusCode::OK, Some(StatusCode::UNAUTHORIZED), false));
    }
    let shown = json!({ "db": "doorbuster", "login": "admin", "password": password() });
    let (reply, told) = called(&mut odoo, "/web/session/authenticate", &shown);
    assert_eq!(told["result"]["user_context"]["uid"], 2);
    let cookie = reply.headers.iter().find(|(name, _)| name == "set-cookie").unwrap();
    assert!(cookie.1.to_str().unwrap().contains(&terms().secret("session")));
    let params = json!({ "model": "res.users", "method": "search", "args": [[]], "kwargs": {} });
    let (reply, told) = called(&mut odoo, "/web/dataset/call_kw", &params);
    assert!(!reply.is_known && told["error"]["code"] == 100, "{told}");
}

/// What an answer shows of the source it tells, under its versions, and nothing that it shows not.
#[test]
fn a_source_says_what_it_tells() {
    let mut odoo = played(oms_play());
    odoo.shopper("prices 0 990 0");
    odoo.shopper("moves 1 -3");
    odoo.shopper("publishes 2");
    let mut told = |model: &str, method: &str, args: Value| {
        let args = json!(["doorbuster", 2, password(), model, method, args, {}]);
        let params = json!({ "service": "object", "method": "execute_kw", "args": args });
        let named = |notice: &SourceNotice| match *notice {
            SourceNotice::Stock { sku, version, available, .. } => {
                format!("level {} {}: {}", sku.0, version.0, available.0)
            }
            SourceNotice::Price { sku, version, price, .. } => {
                format!("price {} {}: {}", sku.0, version.0, price.0)
            }
            SourceNotice::Listing { sku, version, .. } => {
                format!("listing {} {}", sku.0, version.0)
            }
            SourceNotice::Short { .. } => "short".to_owned(),
            SourceNotice::Shipped { .. } => "shipped".to_owned(),
        };
        let (reply, _) = called(&mut odoo, "/jsonrpc", &params);
        reply.told.iter().map(named).collect::<Vec<_>>()
    };
    let levels = ["level 0 0: 10", "level 1 1: 7", "level 2 0: 10"];
    assert_eq!(told("stock.quant", "search_read", json!([[], ["available_quantity"]])), levels);
    assert_eq!(told("product.product", "search_read", json!([[], ["free_qty"]])), levels);
    let prices = json!([[["default_code", "=", "MUG-RED"]], ["lst_price"]]);
    assert_eq!(told("product.product", "search_read", prices), ["price 0 1: 990"]);
    assert_eq!(told("product.template", "read", json!([[41], ["list_price"]])), ["price 0 1: 990"]);
    let listed = json!([[63], ["sale_ok", "qty_available"]]);
    assert_eq!(told("product.product", "read", listed), ["level 2 0: 10", "listing 2 1"]);
    // Numbers and names are no news, nor is what goes wrong.
    assert!(told("stock.quant", "search", json!([[]])).is_empty());
    assert!(told("product.product", "search_read", json!([[], ["name"]])).is_empty());
    assert!(told("product.product", "read", json!([[61, 99], ["free_qty"]])).is_empty());
}

/// The scenario's limits are told by what stands before the server.
#[test]
fn a_scenarios_own_limits_are_told() {
    let kind = LimiterKind::TokenBucket { burst: 1, every: Span::from_secs(3) };
    let limits = vec![LimiterTerms { kind, on: vec![LimitedOp::Read], tells_retry_after: true }];
    let mut odoo = played(OmsPlay { limits, ..oms_play() });
    let read = "> POST /web/dataset/call_kw\n\
        >> {\"params\": {\"model\": \"stock.quant\", \"method\": \"search_count\", \
        \"args\": [[]]}}\n";
    let text = format!(
        "{read}< 200\n<< {{\"result\": 3}}\n{read}< 429\n< retry-after: 3\n@ 3\n{read}< 200\n"
    );
    odoo.play(&text, &session());
}

fn wants(domain: &Value, record: &Value) -> bool {
    let now = played(oms_play()).clock();
    let see = |field: &str| Seen::Value(record.get(field).cloned().unwrap_or(json!(false)));
    Domain::of(Some(domain)).unwrap().has(now, see)
}

#[test]
fn a_domain_says_which_records_are_wanted() {
    let record =
        json!({ "id": 5, "qty": 2.0, "name": "Mug Red", "of": [7, "Stock"], "ref": false });
    for (domain, is) in [
        (json!([]), true),
        (json!([["id", "=", 5]]), true),
        (json!([["id", "=", 5.0], ["qty", "!=", 2]]), false),
        (json!(["|", ["id", "=", 4], ["qty", ">=", 2]]), true),
        (json!(["!", ["id", "=", 5]]), false),
        (json!(["&", ["id", ">", 4], "|", ["qty", "<", 1], ["name", "ilike", "RED"]]), true),
        (json!([["name", "like", "red"]]), false),
        (json!([["name", "not ilike", "blue"]]), true),
        (json!([["of", "=", 7]]), true),
        (json!([["of", "=", "Stock"]]), true),
        (json!([["of", "in", [1, 7]], ["id", "not in", [5]]]), false),
        (json!([["id", "=", [5, 6]]]), true),
        (json!([["ref", "=", false]]), true),
        (json!([["name", ">", 3]]), false),
    ] {
        assert_eq!(wants(&domain, &record), is, "{domain}");
    }
    for nonsense in [
        json!("id"),
        json!(["|", ["id", "=", 4]]),
        json!(["!"]),
        json!([["id", "child_of", 4]]),
        json!([["id", "="]]),
        json!([[4, "=", 4]]),
        json!(["^"]),
        json!(vec![json!(["id", "=", 1]); 101]),
    ] {
        assert!(Domain::of(Some(&nonsense)).is_err(), "{nonsense}");
    }
}

/// Dates are compared as exactly as moments are known, though they are told in whole seconds.
#[test]
fn a_moment_is_compared_with_a_date() {
    let now = played(oms_play()).clock();
    let has = |op: &str, date: &str, at: At| {
        let domain = json!([["write_date", op, date]]);
        Domain::of(Some(&domain)).unwrap().has(now, |_| Seen::Moment(at))
    };
    let (second, later) = (At(1_000_000), At(1_300_000));
    let date = "2026-11-27 06:00:01";
    assert!(has("=", date, second) && !has(">", date, second) && has(">=", date, second));
    assert!(has(">", date, later) && has("!=", date, later) && !has("<=", date, later));
    assert!(has(">", "2020-01-01 00:00:00", At::START) && has("<", "2030-01-01", later));
    assert!(!has(">", "soon", later) && has("!=", "soon", later));
}

proptest! {
    /// Whatever is sent, it is answered: what makes no sense by a fault.
    #[test]
    fn whatever_is_sent_is_answered(
        model in "product.product|stock.quant|sale.order|res.users|x",
        method in "search|search_read|read|write|create|action_confirm|action_cancel|\
            action_apply_inventory|fields_get|_x",
        args in "[\\[\\]{}\",:a-z0-9=_. -]{0,60}",
    ) {
        let mut odoo = played(oms_play());
        let body = format!("{{\"id\": 1, \"params\": {{\"model\": \"{model}\", \
            \"method\": \"{method}\", \"args\": [{args}]}}}}");
        let path = "/web/dataset/call_kw";
        let reply = odoo.ask("POST", path, &session(), body.as_bytes(), false);
        let told: Value = serde_json::from_slice(&reply.body).unwrap();
        prop_assert!(told.get("result").is_some() != told.get("error").is_some());
    }
}
