//! Tests of the Shopify face: exchanges as files, who is let in, what limits do.

use hyper::HeaderMap;

use super::{Shopify, credentials};
use crate::commerce::protocol::SourceNotice;
use crate::commerce::terms::{ChannelPlay, Dialect, Imperfections, OmsPlay};
use crate::drive::testing::{channel_play, oms_play};
use crate::faces::played::{Played, header, terms};
use crate::faces::values::signature;
use crate::faces::{Face, FaceReply, FaceTerms};
use crate::ids::ChannelId;
use crate::units::Ppm;

fn token() -> HeaderMap {
    let shown = credentials(terms().keys, ChannelId(0));
    let token = shown[0].1.parse().unwrap();
    let headers = [("x-shopify-access-token", token), ("host", "localhost".parse().unwrap())];
    headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value)).collect()
}

fn played() -> Played<Shopify> {
    Played::new(Shopify::new(terms()), channel_play())
}

#[test]
fn rest() {
    played().play(&http(include_str!("exchanges/rest.txt")), &token());
}

#[test]
fn orders() {
    played().play(include_str!("exchanges/orders.txt"), &token());
}

#[test]
fn webhooks() {
    played().play(include_str!("exchanges/webhooks.txt"), &token());
}

#[test]
fn graphql() {
    played().play(include_str!("exchanges/graphql.txt"), &token());
}

#[test]
fn faults() {
    played().play(include_str!("exchanges/faults.txt"), &token());
}

#[test]
fn groups() {
    played().play(include_str!("exchanges/groups.txt"), &token());
}

/// A shop that holds the orders of two channels, over an OMS that knows no record ids.
fn hub() -> Played<Shopify> {
    let channels = ["shop", "other"].map(str::to_owned);
    let terms = FaceTerms { holds: Some(channels.into()), ..terms() };
    let play = OmsPlay { dialect: Dialect::Shopify, knows_record_ids: false, ..oms_play() };
    Played::new(Shopify::new(terms), channel_play()).over(play)
}

#[test]
fn a_source_of_record() {
    hub().play(include_str!("exchanges/hub.txt"), &token());
}

/// What an answer tells of the source it tells under its version, and nothing that it leaves out.
#[test]
fn a_source_says_what_it_tells() {
    let mut hub = hub();
    hub.shopper("prices 0 990 0");
    hub.shopper("publishes 2");
    let names = |reply: &FaceReply| {
        let name = |told: &SourceNotice| match told {
            SourceNotice::Stock { sku, version, .. } => format!("stock {} {}", sku.0, version.0),
            SourceNotice::Price { sku, version, .. } => format!("price {} {}", sku.0, version.0),
            SourceNotice::Listing { sku, version, .. } => format!("on {} {}", sku.0, version.0),
            SourceNotice::Short { .. } => "short".to_owned(),
            SourceNotice::Shipped { .. } => "shipped".to_owned(),
        };
        reply.told.iter().map(name).collect::<Vec<_>>()
    };
    let all = ["stock 0 0", "price 0 1", "stock 1 0", "stock 2 0", "on 2 1"];
    let levels = ["stock 0 0", "stock 1 0", "stock 2 0"];
    for (path, expected) in [
        ("products.json", &all[..]),
        ("products.json?fields=id,title", &[]),
        ("products.json?limit=1", &all[..2]),
        ("variants/42000000000001.json?fields=price", &all[1..2]),
        ("inventory_levels.json?location_ids=65000000001", &levels),
        ("products/9.json", &[]),
        ("shop.json", &[]),
    ] {
        let path = format!("/admin/api/2025-01/{path}");
        let reply = hub.ask("GET", &path, &token(), b"", true);
        assert_eq!(names(&reply), expected, "{path}");
    }
    for (query, expected) in [
        ("{ products(first: 9) { nodes { id title } } }", &[][..]),
        ("{ products(first: 1) { nodes { variants(first: 1) { nodes { price } } } } }", &all[1..2]),
        ("{ productVariants(first: 1) { nodes { inventoryQuantity } } }", &all[..1]),
        ("{ productVariants(first: 1) { nodes { price inventoryQuantity } } }", &all[..2]),
    ] {
        let body = serde_json::json!({ "query": query }).to_string();
        let path = "/admin/api/2025-01/graphql.json";
        let reply = hub.ask("POST", path, &token(), body.as_bytes(), true);
        assert_eq!(names(&reply), expected, "{query}");
    }
}

/// A channel's own shop is no source, and holds no other's orders.
#[test]
fn a_channel_says_nothing_of_the_source() {
    let mut shop = played();
    let reply = shop.ask("GET", "/admin/api/2025-01/products.json", &token(), b"", true);
    assert!(reply.status.is_success() && reply.told.is_empty());
    let body = br#"{"webhook": {"topic": "products/update", "address": "http://127.0.0.1:9/"}}"#;
    let reply = shop.ask("POST", "/admin/api/2025-01/webhooks.json", &token(), body, true);
    assert_eq!(reply.status, 501);
}

/// Exchanges are played as over TLS.
fn http(text: &str) -> String {
    text.replace("<http://localhost", "<https://localhost")
}

#[test]
fn without_the_token_nobody_is_known() {
    let mut shop = played();
    for path in ["/admin/api/2025-01/shop.json", "/admin/api/2025-01/graphql.json"] {
        let mut headers = token();
        headers.insert("x-shopify-access-token", "shpat_0".parse().unwrap());
        for headers in [headers, HeaderMap::new()] {
            let reply = shop.ask("GET", path, &headers, b"", true);
            assert!(reply.status == 401 && !reply.is_known, "{path}");
        }
    }
}

/// 40 calls at once, then two a second; what is refused costs nothing.
#[test]
fn rest_has_a_bucket_of_calls() {
    let mut text = String::new();
    for used in 1..=40 {
        text += "> GET /admin/api/2025-01/shop.json\n< 200\n";
        text += &format!("< x-shopify-shop-api-call-limit: {used}/40\n");
    }
    text += "> GET /admin/api/2025-01/shop.json\n< 429\n< retry-after: 2.0\n";
    text += "<< {\"errors\": \"*\"}\n";
    text += "@ 0.5\n> GET /admin/api/2025-01/shop.json\n< 200\n";
    text += "> GET /admin/api/2025-01/shop.json\n< 429\n@ 20\n";
    text += "> GET /admin/api/2025-01/shop.json\n< x-shopify-shop-api-call-limit: 1/40\n";
    played().play(&text, &token());
}

/// A throttled query is answered with 200: it says so within.
#[test]
fn graphql_has_a_bucket_of_points() {
    let query = "{\"query\": \"{ products(first: 248) { nodes { id } } }\"}";
    let ask = format!("> POST /admin/api/2025-01/graphql.json\n>> {query}\n< 200\n");
    // 250 points are asked for, and those that are not used come back: five are used.
    let used = ask.clone() + "<< {\"extensions\": {\"cost\": {\"actualQueryCost\": 5}}}\n";
    let throttled = ask.clone()
        + "<< {\"errors\": [{\"message\": \"Throttled\", \
           \"extensions\": {\"code\": \"THROTTLED\"}}], \
           \"extensions\": {\"cost\": {\"requestedQueryCost\": 250, \"actualQueryCost\": null, \
           \"throttleStatus\": {\"currentlyAvailable\": 245, \"restoreRate\": 100.0}}}}\n";
    let text = used.repeat(351) + &throttled + "@ 0.05\n" + &used + &throttled;
    played().play(&text, &token());
    let dear = "{\"query\": \"{ orders(first: 250) { nodes { id lineItems(first: 250) \
                { nodes { id } } } } }\"}";
    let text = format!(
        "> POST /admin/api/2025-01/graphql.json\n>> {dear}\n\
         << {{\"errors\": [{{\"extensions\": {{\"code\": \"MAX_COST_EXCEEDED\"}}}}]}}\n"
    );
    played().play(&text, &token());
}

/// What is sent is asked for by somebody who may send anything: the request, as text.
fn queried(shop: &mut Played<Shopify>, query: &str, variables: &serde_json::Value) -> String {
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let path = "/admin/api/2025-01/graphql.json";
    let reply = shop.ask("POST", path, &token(), body.as_bytes(), true);
    assert_eq!(reply.status, 200);
    String::from_utf8(reply.body.to_vec()).unwrap()
}

/// Twenty thousand brackets in a row, and closing ones that only look as if they were some: no
/// parser goes down that deep.
#[test]
fn no_query_is_too_deep_to_be_answered() {
    let mut shop = played();
    let none = serde_json::json!({});
    for hidden in ["", "#}\n", "#\"}]\n", "a(b: \"}\")", "a(b: \"\"\"}\"\"\")", "a(b: \"\\\"}\")"] {
        for open in ["{", "[", "(", "{a", "{a(b:[", "...{"] {
            let one = format!("{open}{hidden}");
            let query = format!("{{ shop {{ id }} {}", one.repeat(20_000 / one.len()));
            let told = queried(&mut shop, &query, &none);
            assert!(told.contains("nested too deeply"), "{one}: {told}");
        }
    }
    let told = queried(&mut shop, "{ shop { id(a: \"\"\"", &none);
    assert!(told.contains("SYNTAX_ERROR"), "{told}");
    let told = queried(&mut shop, "{ shop { id # }}}}}} \" \n } }", &none);
    assert!(told.contains("gid://shopify/Shop"), "{told}");
}

/// A variable that is put in often enough would be more than there is room for.
#[test]
fn variables_are_put_in_only_so_often() {
    let mut shop = played();
    let large = serde_json::json!({ "v": "x".repeat(500_000) });
    let often = format!("query($v: X) {{ shop {{ id(a: [{}]) }} }}", "$v ".repeat(200));
    let told = queried(&mut shop, &often, &large);
    assert!(told.contains("put in too often"), "{told}");
    let told = queried(&mut shop, "query($v: X) { shop { id(a: $v) } }", &large);
    assert!(told.contains("gid://shopify/Shop"), "{told}");
    let many = serde_json::json!({ "v": vec![0; 251] });
    let told = queried(&mut shop, "query($v: X) { shop { id(a: {b: $v}) } }", &many);
    assert!(told.contains("MAX_INPUT_SIZE_EXCEEDED") && told.contains("251"), "{told}");
}

#[test]
fn a_key_is_no_longer_than_it_may_be() {
    let mut shop = played();
    let query = "mutation($k: String!) { orderCreate(order: {lineItems: [{sku: \"MUG-RED\"}]}) \
                 @idempotent(key: $k) { order { name } } }";
    for (bytes, says) in [(255, "#1001"), (256, "longer than 255 bytes"), (255, "#1001")] {
        let told = queried(&mut shop, query, &serde_json::json!({ "k": "k".repeat(bytes) }));
        assert!(told.contains(says), "{told}");
    }
}

/// As long as something is to be cancelled, the shop is not as it will be.
#[test]
fn a_face_that_has_still_to_cancel_is_not_quiet() {
    let mut shop = played();
    let buys = "> POST /admin/api/2025-01/orders.json\n\
        >> {\"order\": {\"line_items\": [{\"variant_id\": 42000000000001}]}}\n< 201\n";
    shop.play(buys, &token());
    assert!(shop.face.is_quiet());
    let cancel = "mutation { orderCancel(orderId: \"gid://shopify/Order/5000000000001\") \
                  { job { id } } }";
    assert!(queried(&mut shop, cancel, &serde_json::json!({})).contains("Job/1"));
    assert!(!shop.face.is_quiet());
    shop.play("% unavailable\n@ 100\n", &token());
    assert!(!shop.face.is_quiet());
    shop.play("% fine\n@ 1\n", &token());
    assert!(shop.face.is_quiet());
}

fn subscribed(play: ChannelPlay) -> Played<Shopify> {
    let mut shop = Played::new(Shopify::new(terms()), play);
    let text = "> POST /admin/api/2025-01/webhooks.json\n\
        >> {\"webhook\": {\"topic\": \"orders/paid\", \"address\": \"http://127.0.0.1:9/\"}}\n\
        < 201\n";
    shop.play(text, &token());
    shop
}

/// A sink proves by the secret that a webhook is the shop's; one that is spoiled is not.
#[test]
fn webhooks_are_signed_over_the_raw_body() {
    let secret = credentials(terms().keys, ChannelId(0))[1].1.clone();
    assert_eq!(
        signature(b"key", b"The quick brown fox jumps over the lazy dog"),
        "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    );
    let mut shop = subscribed(channel_play());
    for (how, is_signed) in [("fine", true), ("spoiled", false)] {
        shop.play(&format!("% {how}\n"), &token());
        shop.shopper("buys 0 1");
        let hook = shop.hook().expect("a webhook");
        let tag = signature(secret.as_bytes(), &hook.body);
        assert_eq!(header(&hook, "x-shopify-hmac-sha256") == tag, is_signed, "{how}");
    }
}

/// Whoever hears of one thing twice knows it by its id, and nothing else has it.
#[test]
fn a_webhook_that_comes_twice_has_one_id() {
    let imperfections = Imperfections { duplicates: Ppm::ONE, ..Imperfections::NONE };
    let mut shop = subscribed(ChannelPlay { imperfections, ..channel_play() });
    let mut ids = Vec::new();
    for _ in 0..2 {
        shop.shopper("buys 0 1");
        let [one, again] = [(); 2].map(|()| shop.hook().expect("a webhook"));
        assert_eq!(one.body, again.body);
        for name in ["x-shopify-webhook-id", "x-shopify-event-id"] {
            assert_eq!(header(&one, name), header(&again, name));
        }
        assert_ne!(one.delivery, again.delivery);
        ids.push(header(&one, "x-shopify-webhook-id"));
    }
    assert_ne!(ids[0], ids[1]);
}
