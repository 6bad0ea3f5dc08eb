//! Tests of Amazon's face: exchanges as files, and what needs more than one file can say.

use hyper::HeaderMap;
use serde_json::{Value, json};

use super::{Amazon, MARKETPLACE, credentials};
use crate::commerce::terms::ChannelPlay;
use crate::drive::testing::channel_play;
use crate::faces::FaceReply;
use crate::faces::played::{Played, terms};
use crate::ids::ChannelId;
use crate::units::Span;

struct Account {
    played: Played<Amazon>,
    headers: HeaderMap,
}

fn account(play: ChannelPlay) -> Account {
    let mut played = Played::new(Amazon::new(terms()), play);
    let shown = credentials(terms().keys, ChannelId(0));
    let [client, secret, refresh] = [0, 1, 2].map(|place: usize| shown[place].1.clone());
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("client_id", &client)
        .append_pair("client_secret", &secret)
        .append_pair("refresh_token", &refresh)
        .finish();
    let reply = played.ask("POST", "/auth/o2/token", &HeaderMap::new(), form.as_bytes(), false);
    let told = json_of(&reply);
    assert_eq!((told["expires_in"].as_u64(), &told["token_type"]), (Some(3600), &json!("bearer")));
    let token = told["access_token"].as_str().unwrap().parse().unwrap();
    let headers = [("x-amz-access-token".parse().unwrap(), token)].into_iter().collect();
    Account { played, headers }
}

fn json_of(reply: &FaceReply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

impl Account {
    fn play(&mut self, text: &str) {
        let seller = credentials(terms().keys, ChannelId(0))[3].1.clone();
        self.played.play(&text.replace("$seller", &seller), &self.headers);
    }

    fn ask(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.played.ask(method, target, &self.headers, body.as_bytes(), false);
        let told = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
        (reply.status.as_u16(), told)
    }

    /// Sends a feed that acknowledges orders, waits until it is over, and reads the report.
    fn fed(&mut self, feed: &str, expected: &str) -> String {
        let nobody = HeaderMap::new();
        let kind = json!({ "contentType": "text/xml; charset=UTF-8" });
        let (_, document) = self.ask("POST", "/feeds/2021-06-30/documents", &kind);
        let of = |told: &Value| {
            let url = told["url"].as_str().unwrap();
            url.strip_prefix("https://shop.example").unwrap().to_owned()
        };
        let put = self.played.ask("PUT", &of(&document), &nobody, feed.as_bytes(), false);
        assert_eq!(put.status.as_u16(), 200);
        let made = json!({
            "feedType": "POST_ORDER_ACKNOWLEDGEMENT_DATA", "marketplaceIds": [MARKETPLACE],
            "inputFeedDocumentId": document["feedDocumentId"],
        });
        let (status, made) = self.ask("POST", "/feeds/2021-06-30/feeds", &made);
        assert_eq!(status, 202);
        // Documents are made at two a second, feeds once in two minutes.
        self.played.pass(Span::from_mins(3));
        let place = format!("/feeds/2021-06-30/feeds/{}", made["feedId"].as_str().unwrap());
        let (_, told) = self.ask("GET", &place, &Value::Null);
        assert_eq!(told["processingStatus"], expected, "{feed:.200}");
        let result = told["resultFeedDocumentId"].as_str().unwrap();
        let (_, result) =
            self.ask("GET", &format!("/feeds/2021-06-30/documents/{result}"), &Value::Null);
        let report = self.played.ask("GET", &of(&result), &nobody, b"", false);
        assert_eq!(report.content, "text/xml; charset=UTF-8");
        String::from_utf8(report.body.to_vec()).unwrap()
    }
}

#[test]
fn tokens() {
    account(channel_play()).play(include_str!("exchanges/tokens.txt"));
}

#[test]
fn listings() {
    account(channel_play()).play(include_str!("exchanges/listings.txt"));
}

#[test]
fn orders() {
    account(channel_play()).play(include_str!("exchanges/orders.txt"));
}

#[test]
fn feeds() {
    account(channel_play()).play(include_str!("exchanges/feeds.txt"));
}

/// Two that make sense, in two kinds, and two that do not.
fn four_messages() -> Value {
    let patch = |quantity: i64| {
        json!([{
            "op": "replace", "path": "/attributes/fulfillment_availability",
            "value": [{ "fulfillment_channel_code": "DEFAULT", "quantity": quantity }],
        }])
    };
    json!({ "header": { "version": "2.0" }, "messages": [
        { "messageId": 1, "sku": "MUG-RED", "operationType": "PATCH", "patches": patch(3) },
        { "messageId": 2, "sku": "MUG-BLUE", "operationType": "PATCH", "patches": patch(-3) },
        { "messageId": 3, "sku": "CUP", "operationType": "PATCH", "patches": patch(3) },
        { "messageId": 4, "sku": "MUG-BLUE", "operationType": "PARTIAL_UPDATE", "attributes": {
            "fulfillment_availability": [{ "fulfillment_channel_code": "DEFAULT", "quantity": 8 }],
        } },
    ] })
}

/// The way of a feed: its document is put where nothing but the address is shown, and read back so.
#[test]
fn a_feed_takes_its_time_and_reports_on_each_message() {
    let mut amazon = account(channel_play());
    let nobody = HeaderMap::new();
    let (_, document) = amazon.ask(
        "POST",
        "/feeds/2021-06-30/documents",
        &json!({ "contentType": "application/json" }),
    );
    let url = document["url"].as_str().unwrap().strip_prefix("https://shop.example").unwrap();
    let put = four_messages().to_string();
    let mut at = |method: &str, url: &str| {
        amazon.played.ask(method, url, &nobody, put.as_bytes(), false).status.as_u16()
    };
    assert_eq!(at("GET", url), 403, "signed for putting");
    assert_eq!(at("PUT", &url.replace("Signature=", "Signature=0")), 403);
    assert_eq!(at("PUT", url), 200);
    let feed = json!({
        "feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [MARKETPLACE],
        "inputFeedDocumentId": document["feedDocumentId"],
    });
    let (status, feed) = amazon.ask("POST", "/feeds/2021-06-30/feeds", &feed);
    assert_eq!(status, 202);
    let place = format!("/feeds/2021-06-30/feeds/{}", feed["feedId"].as_str().unwrap());
    let mut after = |span, expected| {
        amazon.played.pass(span);
        let (_, told) = amazon.ask("GET", &place, &Value::Null);
        assert_eq!(told["processingStatus"], expected);
        told
    };
    after(Span::ZERO, "IN_QUEUE");
    after(Span::from_secs(30), "IN_PROGRESS");
    let done = after(Span::from_secs(30), "DONE");
    let result =
        format!("/feeds/2021-06-30/documents/{}", done["resultFeedDocumentId"].as_str().unwrap());
    let (_, result) = amazon.ask("GET", &result, &Value::Null);
    let url = result["url"].as_str().unwrap().strip_prefix("https://shop.example").unwrap();
    let report = json_of(&amazon.played.ask("GET", url, &nobody, b"", false));
    let summary = &report["summary"];
    assert_eq!((&summary["messagesAccepted"], &summary["messagesInvalid"]), (&json!(2), &json!(2)));
    let ids: Vec<u64> = report["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["messageId"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, [2, 3]);
    amazon.played.pass(Span::from_mins(5));
    assert_eq!(amazon.played.ask("GET", url, &nobody, b"", false).status.as_u16(), 403, "expired");
    let seller = credentials(terms().keys, ChannelId(0))[3].1.clone();
    for (sku, quantity) in [("MUG-RED", 3), ("MUG-BLUE", 8)] {
        let asked = format!(
            "/listings/2021-08-01/items/{seller}/{sku}?marketplaceIds={MARKETPLACE}\
             &includedData=fulfillmentAvailability"
        );
        let (_, told) = amazon.ask("GET", &asked, &Value::Null);
        assert_eq!(told["fulfillmentAvailability"][0]["quantity"], quantity, "{sku}");
    }
}

#[test]
fn a_document_that_is_no_feed_is_fatal_and_a_queued_feed_can_be_cancelled() {
    let mut amazon = account(channel_play());
    for (wait, method, expected) in [(60, "GET", "FATAL"), (1, "DELETE", "CANCELLED")] {
        let (_, document) = amazon.ask(
            "POST",
            "/feeds/2021-06-30/documents",
            &json!({ "contentType": "application/json" }),
        );
        let feed = json!({
            "feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [MARKETPLACE],
            "inputFeedDocumentId": document["feedDocumentId"],
        });
        let (_, feed) = amazon.ask("POST", "/feeds/2021-06-30/feeds", &feed);
        let place = format!("/feeds/2021-06-30/feeds/{}", feed["feedId"].as_str().unwrap());
        amazon.played.pass(Span::from_secs(wait));
        assert_eq!(amazon.ask(method, &place, &Value::Null).0, 200);
        let (_, told) = amazon.ask("GET", &place, &Value::Null);
        assert_eq!(told["processingStatus"], expected);
        assert_eq!(amazon.ask("DELETE", &place, &Value::Null).0, 400);
    }
    let listed = "/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED&pageSize=1";
    let (_, first) = amazon.ask("GET", listed, &Value::Null);
    assert_eq!(first["feeds"][0]["processingStatus"], "CANCELLED");
    let token = first["nextToken"].as_str().unwrap();
    let (_, second) =
        amazon.ask("GET", &format!("/feeds/2021-06-30/feeds?nextToken={token}"), &Value::Null);
    assert_eq!(second["feeds"][0]["processingStatus"], "FATAL");
}

/// Pages are read by what the last of them held: an order that changes meanwhile comes again.
#[test]
fn no_order_is_passed_over_between_two_pages() {
    let mut amazon = account(channel_play());
    for _ in 0..5 {
        amazon.played.play("~ buys 0 1\n", &HeaderMap::new());
    }
    amazon.played.pass(Span::from_mins(3));
    let mut target = format!(
        "/orders/v0/orders?MarketplaceIds={MARKETPLACE}&MaxResultsPerPage=2\
         &LastUpdatedAfter=2026-11-27T06:00:00Z"
    );
    let mut seen = vec![];
    for page in 0.. {
        let (status, told) = amazon.ask("GET", &target, &Value::Null);
        assert_eq!(status, 200, "{told}");
        let orders = told["payload"]["Orders"].as_array().unwrap();
        seen.extend(orders.iter().map(|order| order["AmazonOrderId"].as_str().unwrap().to_owned()));
        if page == 0 {
            // It is of the first page, and leaves the stretch that is read.
            amazon.played.play("~ cancels 0\n", &HeaderMap::new());
        }
        let Some(token) = told["payload"]["NextToken"].as_str() else { break };
        let token = crate::faces::values::encoded(token);
        target = format!("/orders/v0/orders?MarketplaceIds={MARKETPLACE}&NextToken={token}");
    }
    let expected: Vec<String> = (0..5).map(super::orders::number).collect();
    assert_eq!(seen, expected);
}

/// An order is cancelled by a feed in XML; what makes no sense is said, message by message.
#[test]
fn orders_are_cancelled_by_feed() {
    let mut amazon = account(channel_play());
    for _ in 0..3 {
        amazon.played.shopper("buys 0 1");
    }
    let item = |code: &str, why: &str| {
        format!(
            "<Item><AmazonOrderItemCode>{code}</AmazonOrderItemCode>\
             <CancelReason>{why}</CancelReason></Item>"
        )
    };
    let message = |id: u64, order: &str, status: &str, items: &str| {
        format!(
            "<Message><MessageID>{id}</MessageID><OrderAcknowledgement>\
             <AmazonOrderID>{order}</AmazonOrderID><StatusCode>{status}</StatusCode>{items}\
             </OrderAcknowledgement></Message>"
        )
    };
    let orders = [0, 1, 2].map(super::orders::number);
    let code = |order: &str| format!("{}0000", order.replace('-', ""));
    let messages = [
        message(1, &orders[0], "Failure", &item(&code(&orders[0]), "NoInventory")),
        message(2, &orders[1], "Success", ""),
        message(3, &orders[2], "Failure", &item(&code(&orders[2]), "Whim")),
        message(4, &orders[2], "Failure", &item("7", "NoInventory")),
        message(5, "<![CDATA[<&]]>", "Failure", ""),
        message(6, &orders[2], "Perhaps", ""),
    ];
    let feed = |messages: &str| {
        format!(
            "<?xml version=\"1.0\"?><AmazonEnvelope xmlns=\"urn:x\"><MessageType>\
             OrderAcknowledgement</MessageType>{messages}</AmazonEnvelope>"
        )
    };
    let report = amazon.fed(&feed(&messages.concat()), "DONE");
    assert!(report.contains("<MessagesProcessed>6</MessagesProcessed>"), "{report}");
    assert!(report.contains("<MessagesSuccessful>2</MessagesSuccessful>"), "{report}");
    let wrong: Vec<&str> = report.split("<Result><MessageID>").skip(1).map(|r| &r[..1]).collect();
    assert_eq!(wrong, ["3", "4", "5", "6"]);
    assert!(report.contains("there is no order &lt;&amp;"), "{report}");
    let states = orders.clone().map(|order| {
        let (_, told) = amazon.ask("GET", &format!("/orders/v0/orders/{order}"), &Value::Null);
        told["payload"]["OrderStatus"].as_str().unwrap().to_owned()
    });
    assert_eq!(states, ["Canceled", "Unshipped", "Unshipped"]);
    for nonsense in [
        "",
        "{}",
        "<AmazonEnvelope><MessageType>Product</MessageType></AmazonEnvelope>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]><AmazonEnvelope>&a;</AmazonEnvelope>",
        &feed(&"<x>".repeat(100_000)),
        &feed(&"<Message/>".repeat(10_001)),
    ] {
        let report = amazon.fed(nonsense, "FATAL");
        assert!(report.contains("<MessagesProcessed>0</MessagesProcessed>"), "{report}");
    }
}
