//! Replies that are lost on the way, over real sockets: what callers see of them.

use http_body_util::Full;

use super::*;
use crate::commerce::outbox::Wording;
use crate::ids::Buyer;
use crate::units::Span;
use crate::wire::call::{CallResult, Unknown};
use crate::wire::client::{self, Ask, Client};
use crate::wire::permit::Permit;

const OVER: Span = Span(20_000);
/// Replies that come in pieces, or in words of a wire.
const SAID: [(Intent, Fate); 4] = [
    (Intent(407), Fate::Trickles { over: OVER, lost: None }),
    (Intent(408), Fate::Trickles { over: OVER, lost: Some(How::HalfBody) }),
    (Intent(409), Fate::Worded(Wording::RetryAt(Span::from_mins(2)))),
    (Intent(410), Fate::Worded(Wording::Stranger)),
];

/// What becomes of the reply to an order.
pub(super) fn fate(intent: Intent) -> Fate {
    let lost = LOST.iter().find(|(lost, _)| *lost == intent).map(|(_, how)| Fate::Lost(*how));
    let said = SAID.iter().find(|(said, _)| *said == intent).map(|(_, fate)| *fate);
    lost.or(said).unwrap_or(Fate::Heard)
}

#[tokio::test]
async fn a_lost_reply_is_carried_out_and_never_heard() {
    for (intent, how) in LOST {
        let opened = Opened::channel(ListenerLimits::default()).await;
        let mut stream = opened.connect().await;
        stream.write_all(opened.order(intent).as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let ended = time::timeout(HANG, stream.read_to_end(&mut heard)).await.unwrap();
        let heard = String::from_utf8(heard).unwrap();
        match how {
            How::Close => assert_eq!((ended.unwrap(), heard.as_str()), (0, "")),
            How::Reset => {
                assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
                assert_eq!(heard, "");
            }
            How::HalfBody => {
                let whole = r#"{"order":{"channel":1,"number":406}}"#;
                let says = format!("content-length: {}\r\n", whole.len());
                assert!(heard.starts_with("HTTP/1.1 201") && heard.contains(&says), "{heard}");
                assert!(heard.ends_with(&format!("\r\n\r\n{}", &whole[..whole.len() / 2])));
            }
        }
        assert_eq!(opened.shop.asked.lock().len(), 1, "{how:?}");
        assert_eq!(opened.listening.close().await.panicked, 0);
    }
}

/// However a reply is lost, our own client knows that it does not know.
#[tokio::test]
async fn the_caller_of_a_lost_reply_knows_nothing() {
    for (intent, how) in LOST {
        let opened = Opened::channel(ListenerLimits::default()).await;
        let url = format!("http://{}", opened.listening.address()).parse().unwrap();
        let client: Client<Ask> =
            Client::new(Permit::loopback(&url).unwrap(), client::ClientLimits::default());
        let Credential::Bearer(token) = &opened.credential else { panic!("a channel's token") };
        let order = ChannelRequest::PlaceOrder { intent, buyer: Buyer(1), lines: vec![] };
        let worded = dialect::call(&Asked::Channel(CHANNEL, order));
        // The second finds that no connection is kept, and is carried out as well.
        for calls in [1, 2] {
            let body = Full::new(worded.body.clone());
            let mut request = hyper::Request::post("/orders").body(body).unwrap();
            worded.write_headers(request.headers_mut());
            request.headers_mut().insert(hyper::header::AUTHORIZATION, token.header());
            let result = client.call(request).await;
            assert!(matches!(result, CallResult::Unknown(Unknown::Lost(_))), "{how:?}: {result:?}");
            assert_eq!(opened.shop.asked.lock().len(), calls, "{how:?}");
        }
        client.close().await;
    }
}

/// What a caller reads until the connection ends or nothing more is owed.
async fn heard(intent: Intent) -> (String, String) {
    let opened = Opened::channel(ListenerLimits::default()).await;
    let mut stream = opened.connect().await;
    let order = opened.order(intent).replace("\r\nhost", "\r\nconnection: close\r\nhost");
    stream.write_all(order.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    time::timeout(HANG, stream.read_to_end(&mut heard)).await.unwrap().unwrap();
    assert_eq!(opened.listening.close().await.strangers, 0);
    let heard = String::from_utf8(heard).unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[tokio::test]
async fn a_reply_that_trickles_is_whole_in_the_end_or_never() {
    let (head, whole) = heard(Intent(407)).await;
    assert_eq!(whole, r#"{"order":{"channel":1,"number":407}}"#);
    assert!(head.contains(&format!("content-length: {}", whole.len())), "{head}");
    let (head, part) = heard(Intent(408)).await;
    assert!(head.contains(&format!("content-length: {}", whole.len())), "{head}");
    assert!(!part.is_empty() && part.len() < whole.len() && whole.starts_with(&part[..9]));
}

#[tokio::test]
async fn a_wait_is_told_as_a_date_and_a_token_is_not_known() {
    let (head, _) = heard(Intent(409)).await;
    let date = head.lines().find_map(|line| line.strip_prefix("retry-after: ")).expect("a date");
    let then = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    let away = then.as_second() - jiff::Timestamp::now().as_second();
    assert!((60..=121).contains(&away), "{date} is {away} s away");
    assert!(date.ends_with(" GMT") && !head.contains("x-retry-after-us"), "{head}");
    let (head, body) = heard(Intent(410)).await;
    assert!(head.starts_with("HTTP/1.1 401") && head.contains("www-authenticate: Bearer"));
    assert!(body.contains("unauthorized") && body.contains("expired"), "{body}");
}
