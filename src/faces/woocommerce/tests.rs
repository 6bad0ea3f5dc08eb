//! Tests of the `WooCommerce` face: exchanges as files, and who is let in.

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HOST};

use super::{WooCommerce, credentials};
use crate::commerce::limiter::{LimitedOp, LimiterKind, LimiterTerms};
use crate::commerce::protocol::SourceNotice;
use crate::commerce::terms::{ChannelPlay, Dialect, Imperfections, OmsPlay};
use crate::drive::testing::{channel_play, oms_play};
use crate::faces::FaceTerms;
use crate::faces::played::{EPOCH_S, Played, header, terms};
use crate::faces::values::{base64, encoded, signature};
use crate::ids::ChannelId;
use crate::law::Law;
use crate::units::{Ppm, Span};

const PATH: &str = "/wp-json/wc/v3/products";

fn shown() -> (String, String) {
    let all = credentials(terms().keys, ChannelId(0));
    (all[0].1.clone(), all[1].1.clone())
}

fn basic() -> HeaderMap {
    let (key, secret) = shown();
    let text = base64(format!("{key}:{secret}").as_bytes());
    [(AUTHORIZATION, format!("Basic {text}").parse().unwrap())].into_iter().collect()
}

fn played(play: ChannelPlay) -> Played<WooCommerce> {
    Played::new(WooCommerce::new(terms()), play)
}

#[test]
fn products() {
    played(channel_play()).play(include_str!("exchanges/products.txt"), &basic());
}

#[test]
fn orders() {
    played(channel_play()).play(include_str!("exchanges/orders.txt"), &basic());
}

#[test]
fn webhooks() {
    played(channel_play()).play(include_str!("exchanges/webhooks.txt"), &basic());
}

#[test]
fn store() {
    played(channel_play()).play(include_str!("exchanges/store.txt"), &HeaderMap::new());
}

/// A shop that holds the orders of two channels, over an OMS that knows no record ids.
fn hub() -> Played<WooCommerce> {
    let channels = ["shop", "other"].map(str::to_owned);
    let terms = FaceTerms { holds: Some(channels.into()), ..terms() };
    let play = OmsPlay { dialect: Dialect::WooCommerce, knows_record_ids: false, ..oms_play() };
    Played::new(WooCommerce::new(terms), channel_play()).over(play)
}

#[test]
fn a_source_of_record() {
    hub().play(include_str!("exchanges/hub.txt"), &basic());
}

/// What an answer shows, and what a webhook shows, is told of the source under its versions.
#[test]
fn a_source_says_what_it_tells() {
    let mut hub = hub();
    hub.shopper("prices 0 990 0");
    hub.shopper("publishes 2");
    let hook = "> POST /wp-json/wc/v3/webhooks\n>> {\"topic\": \"product.updated\", \
        \"delivery_url\": \"http://127.0.0.1:9/\"}\n< 201\n! 200\n";
    hub.play(hook, &basic());
    let named = |notices: &[SourceNotice]| {
        let name = |notice: &SourceNotice| match *notice {
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
        notices.iter().map(name).collect::<Vec<_>>()
    };
    let all = ["level 0 0: 10", "price 0 1: 990", "level 1 0: 10", "level 2 0: 10", "listing 2 1"];
    let reply = hub.ask("GET", &format!("{PATH}?order=asc"), &basic(), b"", true);
    assert_eq!(named(&reply.told), all);
    let reply = hub.ask("GET", &format!("{PATH}/100000001"), &basic(), b"", true);
    assert_eq!(named(&reply.told), all[..2]);
    let orders = PATH.replace("products", "orders");
    for path in [&*format!("{PATH}/1"), &orders] {
        assert!(hub.ask("GET", path, &basic(), b"", true).told.is_empty(), "{path}");
    }
    let body = b"{\"update\": [{\"id\": 100000002, \"stock_quantity\": 4}, {\"id\": 1}]}";
    let reply = hub.ask("POST", &format!("{PATH}/batch"), &basic(), body, true);
    assert_eq!(named(&reply.told), ["level 1 1: 4"]);
    assert_eq!(named(&hub.hook().unwrap().tells), ["level 1 1: 4"]);
}

fn subscribed(play: ChannelPlay) -> Played<WooCommerce> {
    let mut shop = played(play);
    let text = "> POST /wp-json/wc/v3/webhooks\n>> {\"topic\": \"order.created\", \
        \"delivery_url\": \"http://127.0.0.1:9/\", \"secret\": \"s3cret\"}\n< 201\n! 200\n";
    shop.play(text, &basic());
    shop
}

/// A sink proves by the secret that a webhook is the shop's; one that is spoiled is not.
#[test]
fn webhooks_are_signed_over_the_raw_body() {
    let mut shop = subscribed(channel_play());
    for (how, is_signed) in [("fine", true), ("spoiled", false)] {
        shop.play(&format!("% {how}\n"), &basic());
        shop.shopper("buys 0 1");
        let hook = shop.hook().expect("a webhook");
        let tag = header(&hook, "x-wc-webhook-signature");
        assert_eq!(tag == signature(b"s3cret", &hook.body), is_signed, "{how}");
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
        let name = "x-wc-webhook-delivery-id";
        assert_eq!(header(&one, name), header(&again, name));
        assert_ne!(one.delivery, again.delivery);
        ids.push(header(&one, name));
    }
    assert_ne!(ids[0], ids[1]);
}

/// What is on its way is shown as taken at once, as the platform's own database has it; shoppers
/// pay it when it shows.
#[test]
fn a_price_on_its_way_is_the_shops_and_not_yet_the_shoppers() {
    let shows_changes_after = Law::Constant(Span::from_secs(60));
    let text = "> PUT /wp-json/wc/v3/products/100000001\n\
        >> {\"regular_price\": \"20\", \"sale_price\": \"15\"}\n\
        << {\"price\": \"15.00\", \"regular_price\": \"20.00\"}\n\
        > GET /wp-json/wc/store/v1/cart\n< 200\n\
        > POST /wp-json/wc/store/v1/cart/add-item\n> Cart-Token: $cart-token\n\
        >> {\"id\": 100000001}\n<< {\"totals\": {\"total_price\": \"1250\"}}\n@ 60\n\
        > GET /wp-json/wc/store/v1/cart\n> Cart-Token: $cart-token\n\
        << {\"totals\": {\"total_price\": \"1500\"}}\n\
        > GET /wp-json/wc/v3/products/100000001\n\
        << {\"price\": \"15.00\", \"regular_price\": \"20.00\"}\n";
    played(ChannelPlay { shows_changes_after, ..channel_play() }).play(text, &basic());
}

/// A query signed as clients in use sign.
fn signed(method: &str, url: &str, query: &[(&str, &str)], stamp: u64, nonce: &str) -> String {
    let (key, secret) = shown();
    let stamp = stamp.to_string();
    let mut all: Vec<(&str, &str)> = query.to_vec();
    all.extend([
        ("oauth_consumer_key", &*key),
        ("oauth_timestamp", &*stamp),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA256"),
    ]);
    all.sort_unstable();
    let joined: Vec<String> =
        all.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let joined = joined.join("&");
    let message = format!("{method}&{}&{}", encoded(url), encoded(&joined));
    let tag = signature(format!("{secret}&").as_bytes(), message.as_bytes());
    format!("{joined}&oauth_signature={}", encoded(&tag))
}

#[test]
fn over_plain_http_whoever_signs_comes_in_once() {
    let host: HeaderMap = [(HOST, "Localhost:8080".parse().unwrap())].into_iter().collect();
    let mut shop = played(channel_play());
    let mut status = |query: &str, headers: &HeaderMap, secure| {
        let reply = shop.ask("GET", &format!("{PATH}?{query}"), headers, b"", secure);
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        assert_eq!(reply.is_known, reply.status.is_success());
        (reply.status.as_u16(), text)
    };
    let url = format!("http://localhost:8080{PATH}");
    let good = signed("GET", &url, &[("sku", "MUG RED&+")], EPOCH_S + 60, "n1");
    assert_eq!(status(&good, &host, false).0, 200);
    let (code, why) = status(&good, &host, false);
    assert!(code == 401 && why.contains("nonce"), "{why}");
    // What was signed once comes a second time, as clients send it.
    let twice = signed("GET", &url, &[("per_page", "5")], EPOCH_S, "n2") + "&per_page=5";
    assert_eq!(status(&twice, &host, false).0, 200);
    // By the name of a tunnel.
    let public = terms().public_urls[0].clone() + PATH;
    assert_eq!(status(&signed("GET", &public, &[], EPOCH_S, "n3"), &host, false).0, 200);
    for (query, why) in [
        (signed("POST", &url, &[], EPOCH_S, "n4"), "signature"),
        (signed("GET", &url, &[], EPOCH_S, "n5") + "&page=2", "signature"),
        (signed("GET", &url, &[], EPOCH_S - 901, "n6"), "timestamp"),
        (signed("GET", &url, &[], EPOCH_S, "n7").replace("ck_", "ck_x"), "key"),
        (signed("GET", &url, &[], EPOCH_S, "n8").replace("oauth_nonce", "x"), "oauth_nonce"),
        (signed("GET", &url, &[], EPOCH_S, "n9").replace("SHA256", "SHA1"), "SHA256"),
        (String::new(), "sign"),
    ] {
        let (code, said) = status(&query, &host, false);
        assert!(code == 401 && said.contains(why), "{query}: {said}");
    }
    let (code, said) = status("", &basic(), false);
    assert!(code == 401 && said.contains("Basic is for HTTPS"), "{said}");
    assert_eq!(status("", &basic(), true).0, 200);
    let (key, secret) = shown();
    let plain = format!("consumer_key={key}&consumer_secret={secret}");
    assert_eq!(status(&plain, &host, true).0, 200);
    assert_eq!(status(&plain, &host, false).0, 401);
    assert_eq!(status(&plain.replace("cs_", "cs-"), &host, true).0, 401);
}

/// However many are named, each is looked at once.
#[test]
fn a_great_many_may_be_named() {
    let mut shop = played(channel_play());
    let ids: Vec<u64> = (0..100_000).map(|n| 100_000_002 + n % 7).collect();
    let body = serde_json::json!({ "include": ids, "sku": ["MUG-BLUE", "MUG-RED", "NOBODY"] });
    let reply = shop.ask("GET", PATH, &basic(), body.to_string().as_bytes(), true);
    let told: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(told.as_array().unwrap().len() == 1 && told[0]["sku"] == "MUG-BLUE", "{told}");
    let orders = PATH.replace("products", "orders");
    let reply = shop.ask("GET", &orders, &basic(), body.to_string().as_bytes(), true);
    assert_eq!((reply.status.as_u16(), &reply.body[..]), (200, &b"[]"[..]));
}

/// The platform has no limits of its own; a scenario's are told in its shape.
#[test]
fn a_shops_own_limits_are_told() {
    let kind = LimiterKind::TokenBucket { burst: 1, every: Span::from_secs(3) };
    let limits = vec![LimiterTerms { kind, on: vec![LimitedOp::Stock], tells_retry_after: true }];
    let text = "> PUT /wp-json/wc/v3/products/100000001\n>> {\"stock_quantity\": 5}\n< 200\n\
                > PUT /wp-json/wc/v3/products/100000001\n>> {\"stock_quantity\": 6}\n< 429\n\
                << {\"code\": \"too_many_requests\", \"data\": {\"retry_after\": 3}}\n\
                > GET /wp-json/wc/v3/products/100000001\n<< {\"stock_quantity\": 5}\n@ 3\n\
                > PUT /wp-json/wc/v3/products/100000001\n>> {\"stock_quantity\": 6}\n< 200\n";
    played(ChannelPlay { limits, ..channel_play() }).play(text, &basic());
}
