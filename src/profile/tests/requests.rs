//! What is sent: every kind of body, who calls, when a token is over, the way through pages.

use super::super::{
    Arguments, CallTime, Conversation, ItemArguments, Profile, ProfileOperation, ProfileReply,
    ProfileRequest, ProfileTurn, ProfileValue, SHIPPED, Session, Settings, read_str,
};
use super::profile;
use crate::units::Money;

const EVERY_KEY: &str = include_str!("every_key.yaml");
const AT: CallTime = CallTime { epoch_s: 1_795_759_200, nonce: 7 };

fn session(profile: &Profile, url: &str) -> Session {
    let said = |s: &super::super::ProfileSetting| match (s.is_secret, s.name.contains("url")) {
        (_, true) => Some(url.to_owned()),
        (true, _) => Some("s3cret".to_owned()),
        (false, _) => s.default.clone().or_else(|| Some("of ours".to_owned())),
    };
    Session::new(Settings::said(profile, said).0)
}

fn arguments() -> Arguments {
    let item = ItemArguments {
        sku: "A<1>".to_owned(),
        quantity: Some(7),
        was: Some(9),
        price: Some((Money(1_250), 2)),
    };
    Arguments {
        items: vec![item],
        order: Some(ProfileValue::bare(5)),
        reason: Some("fraud".to_owned()),
        since_s: Some(AT.epoch_s),
        carrier: Some("DHL".to_owned()),
        tracking: Some("1 Z".to_owned()),
        key: Some("k1".to_owned()),
        ..Arguments::default()
    }
}

fn reply(body: &str) -> ProfileReply {
    ProfileReply { status: 200, headers: vec![], body: body.into() }
}

/// The operation's own first request, behind a login and ids that answer `before`.
fn first(profile: &Profile, session: &mut Session, operation: ProfileOperation) -> ProfileRequest {
    let before = reply(r#"{"token": "t", "data": 1}"#);
    let mut talk = Conversation::new(profile, operation, &arguments(), session).unwrap();
    loop {
        match talk.next(session, AT) {
            ProfileTurn::Send(request) if !talk.is_before() => return request,
            ProfileTurn::Send(_) => talk.hear(session, &before, AT),
            other => panic!("{operation}: {other:?}"),
        }
    }
}

fn header<'r>(request: &'r ProfileRequest, name: &str) -> &'r str {
    let found = request.headers.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value.as_str())
}

#[test]
fn every_kind_of_body_is_written_as_it_is_called() {
    let every = profile(EVERY_KEY);
    let mut session = session(&every, "http://shop.test");
    for (operation, sent, kind, body) in [
        (
            ProfileOperation::SetPrice,
            "PUT /prices/A%3C1%3E",
            "application/vnd.shop+json",
            r#"{"price":12.50,"at":1795759200,"tags":["a","1",1,true,null]}"#,
        ),
        (
            ProfileOperation::ReadPrice,
            "POST /graphql",
            "application/json",
            r#"{"query":"query($s: String!) { price(sku: $s) }","variables":{"s":"A<1>"}}"#,
        ),
        (
            ProfileOperation::PlaceOrder,
            "POST /orders",
            "application/xml",
            "<order><sku>A&lt;1&gt;</sku><units>7</units></order>",
        ),
        (ProfileOperation::AcceptOrder, "POST /orders/5/lines", "text/csv", "order\n5\n"),
        (ProfileOperation::ShipOrder, "POST /orders/5/parcels", "text/plain", "DHL 1 Z"),
        (
            ProfileOperation::CancelOrder,
            "DELETE /orders/5",
            "application/json",
            r#"{"why":"fraud"}"#,
        ),
        (
            ProfileOperation::ListOrders,
            "GET /orders?since=2026-11-27T05%3A58%3A00Z&page=1&per_page=100",
            "",
            "",
        ),
    ] {
        let request = first(&every, &mut session, operation);
        let path = request.url.trim_start_matches("http://shop.test");
        assert_eq!(format!("{} {path}", request.method), sent);
        assert_eq!(header(&request, "Content-Type"), kind, "{operation}");
        assert_eq!(String::from_utf8_lossy(&request.body), body, "{operation}");
        assert_eq!(header(&request, "Accept"), "application/json");
        assert_eq!(header(&request, "Authorization"), "Bearer t");
    }
    assert_eq!(
        header(&first(&every, &mut session, ProfileOperation::SetPrice), "Idempotency-Key"),
        "k1"
    );
}

#[test]
fn woocommerce_is_signed_over_http_and_told_over_tls() {
    let (_, text) = SHIPPED.iter().find(|(name, _)| *name == "woocommerce").unwrap();
    let woo = read_str("woocommerce", text).unwrap();
    let plain = first(&woo, &mut session(&woo, "http://shop.test"), ProfileOperation::ReadStock);
    assert_eq!(header(&plain, "Authorization"), "");
    assert!(plain.url.contains("&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1795759200"));
    assert!(plain.url.contains("&oauth_nonce=0000000000000007&"));
    let tls = first(&woo, &mut session(&woo, "https://shop.test"), ProfileOperation::ReadStock);
    assert_eq!(header(&tls, "Authorization"), "Basic czNjcmV0OnMzY3JldA==");
    assert!(!tls.url.contains("oauth"), "{}", tls.url);
}

#[test]
fn a_token_is_asked_for_again_before_it_is_over() {
    let every = profile(EVERY_KEY);
    let mut session = session(&every, "http://shop.test");
    let mut logins = |at_s: i64| {
        let time = CallTime { epoch_s: at_s, nonce: 0 };
        let operation = ProfileOperation::ReadOrder;
        let mut talk = Conversation::new(&every, operation, &arguments(), &session).unwrap();
        let mut logins = 0;
        while let ProfileTurn::Send(_) = talk.next(&session, time) {
            logins += usize::from(talk.is_before());
            let heard = reply(r#"{"token": "t", "state": "open", "data": 1}"#);
            talk.hear(&mut session, &heard, time);
        }
        logins
    };
    // It lasts an hour, and is not used in its last half minute.
    let told: Vec<usize> = [0, 3_569, 3_570, 3_571, 7_139, 7_140].map(&mut logins).to_vec();
    assert_eq!(told, [1, 0, 1, 0, 0, 1]);
}

#[test]
fn offsets_go_on_to_the_total() {
    let text = EVERY_KEY
        .replace("count from: 1, last: { header: X-Pages }", "offset by: 100, total: $.total");
    let offsets = profile(&text.replace("{page}", "{offset}"));
    let mut session = session(&offsets, "http://shop.test");
    let operation = ProfileOperation::ListOrders;
    let mut talk = Conversation::new(&offsets, operation, &arguments(), &session).unwrap();
    let mut sent = vec![];
    while let ProfileTurn::Send(request) = talk.next(&session, AT) {
        sent.extend(request.url.split_once("page=").map(|(_, rest)| rest[..3].to_owned()));
        let heard = reply(r#"{"token": "t", "data": 1, "orders": [], "total": 201}"#);
        talk.hear(&mut session, &heard, AT);
    }
    assert_eq!(sent, ["0&p", "100", "200"]);
}

/// Whatever is shown is what is sent, but for secrets.
#[test]
fn what_is_shown_is_what_is_sent() {
    for (name, text) in SHIPPED {
        let shipped = read_str(name, text).unwrap();
        let session = session(&shipped, "http://shop.test");
        for operation in ProfileOperation::ALL.into_iter().filter(|one| shipped.has(*one)) {
            let talk = Conversation::new(&shipped, operation, &arguments(), &session).unwrap();
            let preview = talk.preview(&session, AT);
            let whole = format!("{preview:?}{}", String::from_utf8_lossy(&preview.body));
            assert!(!whole.contains("s3cret") && whole.contains("****"), "{name}: {whole}");
        }
    }
}
