//! The dialect as laws: every request, reply and notice comes back as it went; and what is not
//! certain is unknown.

use std::collections::BTreeSet;

use hyper::HeaderMap;
use hyper::header::HeaderValue;
use proptest::prelude::*;
use smallvec::smallvec;

use super::samples::{channel_exchange, channel_request, notice, oms_exchange, oms_request};
use super::*;
use crate::commerce::protocol::{
    Change, ChannelReply, ChannelRequest, ItemOutcome, Notice, OmsReply, OmsRequest, SourceNotice,
    UpdateItem,
};
use crate::history::fact::{PushKind, Refusal};
use crate::ids::{Buyer, ChannelId, ConnectorId, Intent, OmsOrder, OrderId, SkuId, Version};
use crate::units::Qty;
use crate::wire::keys::Keyring;
use crate::wire::routes::{Routes, Side};

/// A server's view of a call.
fn received<T>(side: Side, call: &HttpRequest, read: impl FnOnce(&Received<'_>) -> T) -> T {
    let uri: hyper::Uri = call.target.parse().expect("a target is a URI");
    let routes = Routes::of(side);
    let found = routes.find(&call.method, uri.path()).expect("a call has a route");
    let mut headers = HeaderMap::new();
    call.write_headers(&mut headers);
    read(&Received {
        operation: found.operation,
        number: found.number,
        query: uri.query().unwrap_or(""),
        key: headers.get(IDEMPOTENCY_KEY).map(HeaderValue::as_bytes),
        body: &call.body,
    })
}

/// A caller's view of a reply.
fn heard(asked: &Asked, told: &HttpReply) -> CameBack {
    let mut headers = HeaderMap::new();
    told.write_headers(&mut headers);
    came_back(asked, Heard { status: told.status, headers: &headers, body: &told.body })
}

proptest! {
    #[test]
    fn channel_requests_come_as_they_went((id, request) in channel_request()) {
        let call = call(&Asked::Channel(id, request.clone()));
        let came = received(Side::Channel, &call, |r| channel::decode_request(id, r));
        prop_assert_eq!(came, Ok(request));
    }

    #[test]
    fn oms_requests_come_as_they_went(request in oms_request()) {
        let call = call(&Asked::Oms(request.clone()));
        let came = received(Side::Oms, &call, oms::decode_request);
        prop_assert_eq!(came, Ok(request));
    }

    #[test]
    fn channel_replies_come_as_they_went((id, request, reply) in channel_exchange()) {
        let told = channel::encode_reply(&reply);
        prop_assert_eq!(heard(&Asked::Channel(id, request), &told), CameBack::Channel(reply));
    }

    #[test]
    fn oms_replies_come_as_they_went((request, reply) in oms_exchange()) {
        let told = oms::encode_reply(&reply);
        prop_assert_eq!(heard(&Asked::Oms(request), &told), CameBack::Oms(reply));
    }

    #[test]
    fn notices_come_as_they_went_and_signed(notice in notice()) {
        let call = webhook::encode(&notice);
        let key = Keyring::of("a secret of test 1").unwrap().signing(ConnectorId(0));
        prop_assert!(key.is_signed(key.sign(&call.body).as_bytes(), &call.body));
        prop_assert_eq!(webhook::decode(&call.body), Ok(notice));
        let routes = Routes::of(Side::Connector);
        let found = routes.find(&call.method, &call.target).map(|f| f.operation);
        prop_assert_eq!(found, Ok(crate::wire::routes::Operation::Notice));
    }

    /// A reply cut anywhere says less, never something else.
    #[test]
    fn a_torn_success_is_unknown((id, request, reply) in channel_exchange(), cut in 0.0..1.0_f64) {
        let told = channel::encode_reply(&reply);
        prop_assume!(told.status.is_success());
        let kept = (told.body.len() as f64 * cut) as usize;
        let torn = HttpReply { body: told.body.slice(..kept), ..told };
        prop_assert_eq!(heard(&Asked::Channel(id, request), &torn), CameBack::Unknown);
    }

    /// Whatever comes back, it is only believed where it can be read.
    #[test]
    fn any_reply_is_read_or_unknown(
        status in 100..600_u16,
        body in proptest::collection::vec(any::<u8>(), 0..200),
        (id, request) in channel_request(),
    ) {
        let status = StatusCode::from_u16(status).expect("a status");
        let told = HttpReply { status, retry_after: None, body: body.into() };
        let came = heard(&Asked::Channel(id, request), &told);
        prop_assert!(came == CameBack::Unknown || is_invalid(&came), "{:?}", came);
    }

    /// Whatever bytes arrive, reading them ends, with a request or with a clear refusal.
    #[test]
    fn any_body_is_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for route in &crate::wire::routes::ROUTES {
            let received =
                {
                    let operation = route.operation;
                    Received { operation, number: "7", query: "", key: None, body: &body }
                };
            let _ = channel::decode_request(ChannelId(0), &received);
            let _ = oms::decode_request(&received);
        }
        let _ = webhook::decode(&body);
    }
}

const ORDER: OrderId = OrderId { channel: ChannelId(2), number: 7 };

fn place() -> Asked {
    let (intent, buyer) = (Intent(41), Buyer(5));
    Asked::Channel(ORDER.channel, ChannelRequest::PlaceOrder { intent, buyer, lines: vec![] })
}

fn handoff(key: Option<u64>, attempt: u32) -> Asked {
    let (order, intent, version) = (ORDER, Intent(41), Version(0));
    Asked::Oms(OmsRequest::Handoff { order, intent, version, lines: [].into(), key, attempt })
}

fn said(asked: &Asked, status: u16, body: &str) -> CameBack {
    let status = StatusCode::from_u16(status).expect("a status");
    let body = Bytes::copy_from_slice(body.as_bytes());
    heard(asked, &HttpReply { status, retry_after: None, body })
}

fn is_invalid(came: &CameBack) -> bool {
    matches!(
        came,
        CameBack::Channel(ChannelReply::Invalid { .. }) | CameBack::Oms(OmsReply::Invalid { .. })
    )
}

/// docs/measures.md §1, line by line.
#[test]
fn statuses_alone_say_what_the_table_says() {
    let refused = BTreeSet::from([400, 401, 403, 405, 406, 410, 413, 415, 422]);
    for status in 100..600 {
        for body in ["", "<html>504</html>", "{}", "null"] {
            for asked in [place(), handoff(Some(3), 2)] {
                let came = said(&asked, status, body);
                if refused.contains(&status) {
                    assert!(is_invalid(&came), "{status} {body:?} to {asked:?}: {came:?}");
                } else {
                    assert_eq!(came, CameBack::Unknown, "{status} {body:?} to {asked:?}");
                }
            }
        }
    }
}

#[test]
fn not_found_is_certain_on_a_first_attempt_or_in_our_own_words() {
    assert!(is_invalid(&said(&handoff(None, 1), 404, "")));
    assert_eq!(said(&handoff(None, 2), 404, ""), CameBack::Unknown);
    assert!(is_invalid(&said(&handoff(None, 2), 404, r#"{"error":"no_route"}"#)));
}

#[test]
fn a_duplicate_is_done_when_the_key_is_ours() {
    let told = r#"{"error":"duplicate","key":41,"order":{"channel":2,"number":7}}"#;
    let placed = CameBack::Channel(ChannelReply::Placed { order: ORDER });
    assert_eq!(said(&place(), 409, told), placed);
    let told = r#"{"error":"duplicate","key":42,"order":{"channel":2,"number":7}}"#;
    assert_eq!(said(&place(), 409, told), CameBack::Unknown);

    let told = r#"{"error":"duplicate","key":3,"record":9}"#;
    let held = CameBack::Oms(OmsReply::Held { oms: OmsOrder(9), known: true });
    assert_eq!(said(&handoff(Some(3), 2), 409, told), held);
    assert_eq!(said(&handoff(Some(4), 2), 409, told), CameBack::Unknown);
    assert_eq!(said(&handoff(None, 2), 409, told), CameBack::Unknown);
    assert_eq!(said(&handoff(Some(3), 2), 409, r#"{"error":"duplicate"}"#), CameBack::Unknown);
}

#[test]
fn limits_and_outages_are_believed_in_our_own_words_only() {
    let throttled = |span| CameBack::Channel(ChannelReply::Throttled { retry_after: span });
    assert_eq!(said(&place(), 429, r#"{"error":"throttled"}"#), throttled(None));
    assert_eq!(said(&place(), 429, "slow down"), CameBack::Unknown);
    let unavailable = CameBack::Channel(ChannelReply::Unavailable);
    assert_eq!(said(&place(), 503, r#"{"error":"unavailable","extra":1}"#), unavailable);
    assert_eq!(said(&place(), 503, r#"{"error":"throttled"}"#), CameBack::Unknown);

    let waiting = |name: &'static str, value: &str| {
        let headers: HeaderMap =
            [(HeaderName::from_static(name), value.parse().expect("a header"))]
                .into_iter()
                .collect();
        let (status, body) = (StatusCode::TOO_MANY_REQUESTS, br#"{"error":"throttled"}"#);
        came_back(&place(), Heard { status, headers: &headers, body })
    };
    assert_eq!(waiting("retry-after", "3"), throttled(Some(Span::from_secs(3))));
    assert_eq!(waiting("x-retry-after-us", "3"), throttled(Some(Span(3))));
    assert_eq!(waiting("retry-after", "Fri, 27 Nov 2026 06:00:00 GMT"), throttled(None));
    assert_eq!(waiting("retry-after", &u64::MAX.to_string()), throttled(Some(Span(u64::MAX))));
}

#[test]
fn a_success_that_answers_something_else_is_unknown() {
    let placed_elsewhere = r#"{"order":{"channel":1,"number":7}}"#;
    for body in [placed_elsewhere, r#"{"record":9,"known":false}"#, r#"{"status":"done"}"#] {
        assert_eq!(said(&place(), 201, body), CameBack::Unknown, "{body}");
    }
    let both = r#"{"order":{"channel":2,"number":7},"error":"malformed?"}"#;
    assert_eq!(said(&place(), 201, both), CameBack::Unknown);
    let good = r#"{"order":{"channel":2,"number":7}}"#;
    assert_eq!(said(&place(), 202, good), CameBack::Unknown, "queued is not placed");
    let rejected = r#"{"error":"turned_away","why":"stock"}"#;
    let turned_away = CameBack::Channel(ChannelReply::TurnedAway { why: Refusal::Stock });
    assert_eq!(said(&place(), 200, rejected), turned_away);
    assert!(is_invalid(&said(&handoff(None, 1), 422, rejected)));
}

#[test]
fn an_update_with_an_outcome_missing_is_unknown() {
    let change = Change::Absolute(Qty(3));
    let item = UpdateItem { sku: SkuId(1), version: Version(1), change };
    let request =
        ChannelRequest::Update { key: None, kind: PushKind::Stock, items: smallvec![item, item] };
    let asked = Asked::Channel(ChannelId(0), request);
    let reply = |items| channel::encode_reply(&ChannelReply::Updated { items });
    let taken = ItemOutcome::Taken;
    let both = CameBack::Channel(ChannelReply::Updated { items: smallvec![taken, taken] });
    assert_eq!(heard(&asked, &reply(smallvec![taken, taken])), both);
    assert_eq!(heard(&asked, &reply(smallvec![taken])), CameBack::Unknown);
    assert_eq!(heard(&asked, &reply(smallvec![taken, taken, taken])), CameBack::Unknown);
    let lonely = r#"{"items":[{"outcome":"taken"},{"outcome":"conflict"}]}"#;
    assert_eq!(said(&asked, 200, lonely), CameBack::Unknown);
}

#[test]
fn bad_requests_are_told_what_is_wrong() {
    let misread = |operation, number: &str, body: &str| {
        let received =
            Received { operation, number, query: "", key: Some(b"-1"), body: body.as_bytes() };
        match operation {
            Operation::Handoff => oms::decode_request(&received).unwrap_err().to_string(),
            _ => channel::decode_request(ChannelId(0), &received).unwrap_err().to_string(),
        }
    };
    let misspelt = r#"{"intent":1,"buyer":2,"lines":[],"note":""}"#;
    let all = [
        misread(Operation::PlaceOrder, "", misspelt),
        misread(Operation::PlaceOrder, "", ""),
        misread(Operation::PlaceOrder, "", r#"{"intent":-1}"#),
        misread(Operation::CancelOrder, "seven", r#"{"why":"customer"}"#),
        misread(Operation::CancelOrder, "7", r#"{"why":"whim"}"#),
        misread(Operation::Update, "", &"[".repeat(99)),
        misread(Operation::Handoff, "", "{"),
        misread(Operation::ListChanges, "", ""),
    ];
    insta::assert_snapshot!(all.join("\n"), @r##"
    the body is not what this route takes: unknown field `note`, expected one of `intent`, `buyer`, `lines` at line 1 column 39; see docs/openapi.yaml
    the body is not what this route takes: EOF while parsing a value at line 1 column 0; see docs/openapi.yaml
    the body is not what this route takes: invalid value: integer `-1`, expected u64 at line 1 column 12; see docs/openapi.yaml
    "seven" in the path is not an order's number: digits only, up to 2^64 - 1
    the body is not what this route takes: unknown variant `whim`, expected one of `payment`, `customer`, `stock`, `not_accepted` at line 1 column 13; see docs/openapi.yaml
    the body is nested deeper than 16 levels; the API's shapes need six
    Idempotency-Key must be a decimal number up to 2^64 - 1
    this route belongs to another system
    "##);
}

#[test]
fn the_wire_reads_like_this() {
    let (intent, buyer) = (Intent(41), Buyer(5));
    let lines = vec![(SkuId(3), Qty(2))];
    let cas = Change::CompareAndSet { expect: Qty(9), to: Qty(7) };
    let items = smallvec![UpdateItem { sku: SkuId(3), version: Version(8), change: cas }];
    let calls = [
        channel::encode_request(&ChannelRequest::PlaceOrder { intent, buyer, lines }),
        channel::encode_request(&ChannelRequest::Update {
            key: None,
            kind: PushKind::Stock,
            items,
        }),
        channel::encode_request(&ChannelRequest::ListOrders { after: 0, limit: 50 }),
        webhook::encode(&Notice::Source(SourceNotice::Stock {
            sku: SkuId(3),
            version: Version(8),
            available: Qty(7),
            by: Some((ORDER, Qty(-2))),
            at: None,
        })),
    ];
    let replies = [
        channel::encode_reply(&ChannelReply::TurnedAway { why: Refusal::Stock }),
        channel::encode_reply(&ChannelReply::Updated {
            items: smallvec![ItemOutcome::Taken, ItemOutcome::Conflict { have: Qty(4) }],
        }),
        oms::encode_reply(&OmsReply::Held { oms: OmsOrder(9), known: true }),
    ];
    let text = |body: &Bytes| String::from_utf8_lossy(body).into_owned();
    let calls = calls.map(|call| {
        format!("{} {} {}", call.method, call.target, text(&call.body)).trim_end().to_owned()
    });
    let replies = replies.map(|told| format!("{} {}", told.status.as_u16(), text(&told.body)));
    insta::assert_snapshot!([calls.join("\n"), replies.join("\n")].join("\n"), @r##"
    POST /orders {"intent":41,"buyer":5,"lines":[{"sku":3,"qty":2}]}
    POST /updates {"kind":"stock","items":[{"sku":3,"version":8,"change":{"compare_and_set":{"expect":9,"to":7}}}]}
    GET /orders?after=0&limit=50
    POST /notices {"source":{"stock":{"sku":3,"version":8,"available":7,"by":{"order":{"channel":2,"number":7},"change":-2}}}}
    422 {"error":"turned_away","message":"the order is not accepted; nothing was reserved","why":"stock"}
    200 {"items":[{"outcome":"taken"},{"outcome":"conflict","have":4}]}
    200 {"record":9,"known":true}
    "##);
}
