//! Tests of the Shopify face: exchanges as files, who is let in, what limits do.

use hyper::HeaderMap;

use super::{Shopify, credentials};
use crate::drive::testing::channel_play;
use crate::faces::played::{Played, terms};
use crate::faces::values::signature;
use crate::ids::ChannelId;

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

/// A sink proves by the secret that a webhook is the shop's.
#[test]
fn webhooks_are_signed_over_the_raw_body() {
    let secret = credentials(terms().keys, ChannelId(0))[1].1.clone();
    assert_eq!(
        signature(b"key", b"The quick brown fox jumps over the lazy dog"),
        "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    );
    let mut shop = played();
    let text = "> POST /admin/api/2025-01/webhooks.json\n\
        >> {\"webhook\": {\"topic\": \"orders/paid\", \"address\": \"http://127.0.0.1:9/\"}}\n\
        < 201\n";
    shop.play(text, &token());
    shop.shopper("buys 0 1");
    let hook = shop.hook().expect("a webhook");
    let shown = hook.headers.iter().find(|(name, _)| name == "x-shopify-hmac-sha256");
    let tag = signature(secret.as_bytes(), &hook.body);
    assert_eq!(shown.unwrap().1.to_str().unwrap(), tag);
}
