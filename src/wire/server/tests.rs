//! The listeners over real sockets, on ports that the system chooses. Waits are asserted by what
//! comes of them, never by how long they took.

use std::{io, time::Duration};

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time;

use super::*;
use crate::commerce::outbox::{Fate, How};
use crate::commerce::protocol::{
    ChannelReply, ChannelRequest, OmsReply, OrderNotice, OrderState, SourceNotice,
};
use crate::history::fact::Refusal;
use crate::ids::{ChannelId, Intent, OmsOrder, OrderId, SkuId, Version};
use crate::wire::dialect::{self, SIGNATURE};
use crate::wire::keys::Keyring;

#[path = "lost_tests.rs"]
mod lost;
#[path = "stranger_tests.rs"]
mod strangers;

const CHANNEL: ChannelId = ChannelId(1);
const LOST: [(Intent, How); 3] =
    [(Intent(404), How::Close), (Intent(405), How::Reset), (Intent(406), How::HalfBody)];
const BROKEN: Intent = Intent(500);
/// Longer than any test needs on any machine: only a hang reaches it.
const HANG: Duration = Duration::from_secs(30);
/// For tests in which the server's patience runs out.
const SHORT: Duration = Duration::from_millis(20);

/// Answers every call and remembers it.
#[derive(Default)]
struct Shop {
    asked: Mutex<Vec<ChannelRequest>>,
    noticed: Mutex<Vec<Notice>>,
}

impl Serves for Shop {
    fn exchange(&self, asked: Asked) -> Answer<Reply> {
        let (channel, request) = match asked {
            Asked::Channel(channel, request) => (channel, request),
            Asked::Oms(_) => {
                let held = OmsReply::Held { oms: OmsOrder(9), known: false };
                return Answer::heard(Reply::Oms(held));
            }
        };
        self.asked.lock().push(request.clone());
        let (reply, fate) = match request {
            ChannelRequest::PlaceOrder { intent: BROKEN, .. } => panic!("a bug in the machine"),
            ChannelRequest::PlaceOrder { intent, .. } => {
                let order = OrderId { channel, number: intent.0 };
                (ChannelReply::Placed { order }, lost::fate(intent))
            }
            ChannelRequest::ListOrders { limit, .. } => {
                let order = OrderId { channel, number: 1 };
                let (state, version) = (OrderState::Ours, Version(0));
                let (intent, lines) = (Intent(1), [].into());
                let notice = OrderNotice { order, intent, state, version, lines };
                let page = vec![notice; limit as usize];
                (ChannelReply::Orders { page, cursor: 7, more: false }, Fate::Heard)
            }
            _ => (ChannelReply::TurnedAway { why: Refusal::Invalid }, Fate::Heard),
        };
        Answer { reply: Reply::Channel(reply), fate }
    }

    /// Takes no notice the first time that it is told.
    fn notice(&self, _: ConnectorId, notice: Notice) -> Answer<Receipt> {
        let mut noticed = self.noticed.lock();
        noticed.push(notice);
        let first = noticed.len() == 1;
        Answer::heard(if first { Receipt::Refused } else { Receipt::Taken })
    }
}

struct Opened {
    listening: Listening,
    shop: Arc<Shop>,
    credential: Credential,
}

impl Opened {
    async fn as_role(role: Role, limits: ListenerLimits) -> Opened {
        let keyring = Keyring::of("a secret of test 1").unwrap();
        let credential = match role {
            Role::Connector(id) => Credential::Signed(keyring.signing(id)),
            _ => Credential::Bearer(keyring.token(role)),
        };
        let shop = Arc::new(Shop::default());
        let endpoint = ListenAt::loopback(role, credential.clone());
        let listening = open(endpoint, limits, Arc::clone(&shop)).await.unwrap();
        Opened { listening, shop, credential }
    }

    async fn channel(limits: ListenerLimits) -> Opened {
        Opened::as_role(Role::Channel(CHANNEL), limits).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.listening.address()).await.unwrap()
    }

    /// A request with everything right but for what the caller changes.
    fn request(&self, line: &str, body: &str) -> String {
        let credential = match &self.credential {
            Credential::Bearer(token) => format!("authorization: Bearer {}", token.reveal()),
            Credential::Signed(key) => {
                format!("{SIGNATURE}: {}", key.sign(body.as_bytes()).to_str().unwrap())
            }
        };
        format!(
            "{line} HTTP/1.1\r\nhost: x\r\n{credential}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    fn order(&self, intent: Intent) -> String {
        let body = format!(r#"{{"intent":{},"buyer":1,"lines":[]}}"#, intent.0);
        self.request("POST /orders", &body)
    }

    /// What one request on a connection of its own is answered until the server closes.
    async fn ask(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        let request = request.replacen("host: x", "host: x\r\nconnection: close", 1);
        stream.write_all(request.as_bytes()).await.unwrap();
        all_of(&mut stream).await
    }
}

/// Everything that comes until the connection ends, however it ends.
async fn all_of(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let reading = stream.read_to_end(&mut text);
    let _ = time::timeout(HANG, reading).await.expect("the server ends the connection");
    String::from_utf8_lossy(&text).into_owned()
}

/// Status and body, for comparing.
fn brief(reply: &str) -> String {
    let status = reply.get(9..12).unwrap_or("none");
    let body = reply.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    format!("{status} {body}")
}

#[tokio::test]
async fn each_system_answers_at_its_own_address() {
    let channel = Opened::channel(ListenerLimits::default()).await;
    let reply = channel.ask(&channel.order(Intent(5))).await;
    assert_eq!(brief(&reply), r#"201 {"order":{"channel":1,"number":5}}"#);

    let oms = Opened::as_role(Role::Oms, ListenerLimits::default()).await;
    let body = r#"{"order":{"channel":1,"number":5},"intent":5,"lines":[],"attempt":1}"#;
    let reply = oms.ask(&oms.request("POST /handoffs", body)).await;
    assert_eq!(brief(&reply), r#"201 {"record":9,"known":false}"#);

    let sink = Opened::as_role(Role::Connector(ConnectorId(0)), ListenerLimits::default()).await;
    let notice = Notice::Source(SourceNotice::Short { order: OrderId::default() });
    let call = dialect::webhook::encode(&notice);
    let body = String::from_utf8(call.body.to_vec()).unwrap();
    let post = sink.request("POST /notices", &body);
    let told = r#"503 {"error":"unavailable","message":"the notice was not taken; post it again"}"#;
    assert_eq!(brief(&sink.ask(&post).await), told);
    assert_eq!(brief(&sink.ask(&post).await), "204 ");
    assert_eq!(*sink.shop.noticed.lock(), [notice.clone(), notice]);
}

#[tokio::test]
async fn requests_that_are_wrong_are_told_so_and_never_reach_the_system() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    let right = opened.order(Intent(5));
    let token = Keyring::of("a secret of test 2").unwrap().token(Role::Channel(CHANNEL));
    let known = Keyring::of("a secret of test 1").unwrap().token(Role::Channel(CHANNEL));
    let wrong = [
        opened.request("POST /orders", "{\"intent\":"),
        opened.request("POST /orders", ""),
        opened.request("POST /orders/x/cancel", r#"{"why":"customer"}"#),
        opened.request("GET /orders?limit=many", ""),
        right.replace("authorization", "x-authorization"),
        right.replace(known.reveal(), token.reveal()),
        right.replace("POST /orders", "POST /order"),
        right.replace("POST /orders", "DELETE /orders"),
        right.replace("application/json", "text/plain"),
        right.replace("content-type", "x-content-type"),
    ];
    let mut said = Vec::new();
    for request in &wrong {
        said.push(brief(&opened.ask(request).await));
    }
    assert!(opened.shop.asked.lock().is_empty());
    let tally = opened.listening.close().await;
    assert_eq!((tally.refused, tally.panicked), (wrong.len() as u64, 0));
    insta::assert_snapshot!(said.join("\n"), @r##"
    400 {"error":"malformed","message":"the body is not what this route takes: EOF while parsing a value at line 1 column 10; see docs/openapi.yaml"}
    400 {"error":"malformed","message":"the body is not what this route takes: EOF while parsing a value at line 1 column 0; see docs/openapi.yaml"}
    400 {"error":"malformed","message":"\"x\" in the path is not an order's number: digits only, up to 2^64 - 1"}
    400 {"error":"malformed","message":"query parameter \"limit\": must be a decimal number in range; this route takes after=<cursor>&limit=<entries>"}
    401 {"error":"unauthorized","message":"send this system's token as \"Authorization: Bearer <token>\""}
    401 {"error":"unauthorized","message":"send this system's token as \"Authorization: Bearer <token>\""}
    404 {"error":"no_route","message":"no route \"/order\" on this system; see docs/openapi.yaml"}
    405 {"error":"wrong_method","message":"this path takes POST, GET"}
    415 {"error":"wrong_content","message":"send the body as \"Content-Type: application/json\""}
    415 {"error":"wrong_content","message":"send the body as \"Content-Type: application/json\""}
    "##);
}

#[tokio::test]
async fn a_refusal_says_how_to_do_better() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    let right = opened.order(Intent(5));
    let reply = opened.ask(&right.replace("authorization", "x-authorization")).await;
    assert!(reply.contains("www-authenticate: Bearer\r\n"), "{reply}");
    let reply = opened.ask(&right.replace("POST", "PUT")).await;
    assert!(reply.contains("allow: POST, GET\r\n"), "{reply}");
}

#[tokio::test]
async fn a_wrong_signature_is_turned_away() {
    let sink = Opened::as_role(Role::Connector(ConnectorId(0)), ListenerLimits::default()).await;
    let call = dialect::webhook::encode(&Notice::Source(SourceNotice::Price {
        sku: SkuId(1),
        version: crate::ids::Version(1),
        price: crate::units::Money(100),
        due: crate::units::At::START,
        channel: None,
    }));
    let signed = sink.request("POST /notices", std::str::from_utf8(&call.body).unwrap());
    let forged = signed.replace("\"price\":100", "\"price\":001");
    let reply = sink.ask(&forged).await;
    assert!(reply.starts_with("HTTP/1.1 401"), "{reply}");
    let reply = sink.ask(&signed.replace(SIGNATURE.as_str(), "x-unsigned")).await;
    assert!(reply.starts_with("HTTP/1.1 401"), "{reply}");
    assert!(sink.shop.noticed.lock().is_empty());
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_by_its_length_and_by_its_pieces() {
    let limits = ListenerLimits { body_bytes_max: 1_000, ..ListenerLimits::default() };
    let opened = Opened::channel(limits).await;
    let declared = opened.request("POST /orders", &"x".repeat(1_001));
    let reply = opened.ask(&declared).await;
    let told = r#"413 {"error":"too_large","message":"the body is over 1000 bytes; send less"}"#;
    assert_eq!(brief(&reply), told);

    let head = opened
        .request("POST /orders", "")
        .replace("content-length: 0", "transfer-encoding: chunked");
    let piece = format!("64\r\n{}\r\n", "x".repeat(100));
    let reply = opened.ask(&format!("{head}{}0\r\n\r\n", piece.repeat(11))).await;
    assert_eq!(brief(&reply), told);
    let within = format!("{head}{}0\r\n\r\n", piece.repeat(10));
    assert!(opened.ask(&within).await.starts_with("HTTP/1.1 400"), "it was read, and is no JSON");
}

#[tokio::test]
async fn headers_over_the_limit_are_refused() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    let padding = format!("host: x\r\nx-padding: {}", "x".repeat(listen::HEAD_BYTES_MAX));
    let reply = opened.ask(&opened.order(Intent(5)).replace("host: x", &padding)).await;
    assert!(reply.starts_with("HTTP/1.1 431"), "{reply}");
}

#[tokio::test]
async fn a_half_sent_request_is_closed() {
    let opened =
        Opened::channel(ListenerLimits { head_within: SHORT, ..ListenerLimits::default() }).await;
    let mut stream = opened.connect().await;
    stream.write_all(b"POST /orders HTTP/1.1\r\nhost: ").await.unwrap();
    let reply = all_of(&mut stream).await;
    assert!(!reply.starts_with("HTTP/1.1 2"), "{reply}");

    let opened =
        Opened::channel(ListenerLimits { body_within: SHORT, ..ListenerLimits::default() }).await;
    let order = opened.order(Intent(5));
    let mut stream = opened.connect().await;
    stream.write_all(&order.as_bytes()[..order.len() - 3]).await.unwrap();
    let reply = all_of(&mut stream).await;
    let told = r#"408 {"error":"too_slow","message":"the body did not come within 20ms"}"#;
    assert_eq!(brief(&reply), told);
    assert!(opened.shop.asked.lock().is_empty());
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order_up_to_the_lost_one() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    let intents = [Intent(1), Intent(2), LOST[0].0, Intent(3)];
    let all = intents.map(|intent| opened.order(intent)).concat();
    let mut stream = opened.connect().await;
    stream.write_all(all.as_bytes()).await.unwrap();
    let replies = all_of(&mut stream).await;
    assert_eq!(replies.matches("HTTP/1.1 201").count(), 2, "{replies}");
    assert!(replies.find(r#""number":1}"#) < replies.find(r#""number":2}"#), "{replies}");
    assert_eq!(opened.shop.asked.lock().len(), 3);
}

#[tokio::test]
async fn garbage_ends_its_own_connection_and_no_other() {
    let opened =
        Opened::channel(ListenerLimits { head_within: SHORT, ..ListenerLimits::default() }).await;
    let mut noise = crate::rng::stream(1, "garbage");
    for length in 1..60 {
        let mut bytes = vec![0; length * 7];
        rand::Rng::fill_bytes(&mut noise, &mut bytes);
        let mut stream = opened.connect().await;
        let _ = stream.write_all(&bytes).await;
        let reply = all_of(&mut stream).await;
        assert!(!reply.starts_with("HTTP/1.1 2"), "{reply}");
    }
    for torn in [
        "GET",
        "\r\n\r\n",
        "POST /orders HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        "\u{16}\u{3}\u{1}",
    ] {
        let mut stream = opened.connect().await;
        stream.write_all(torn.as_bytes()).await.unwrap();
        let reply = all_of(&mut stream).await;
        assert!(!reply.starts_with("HTTP/1.1 2"), "{torn:?}: {reply}");
    }
    assert!(opened.ask(&opened.order(Intent(5))).await.starts_with("HTTP/1.1 201"));
    assert_eq!(opened.listening.close().await.panicked, 0);
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_when_all_are_callers_of_the_run() {
    let opened =
        Opened::channel(ListenerLimits { connections_max: 1, ..ListenerLimits::default() }).await;
    let mut first = opened.connect().await;
    first.write_all(opened.order(Intent(5)).as_bytes()).await.unwrap();
    first.readable().await.unwrap();
    let mut second = opened.connect().await;
    let reply = all_of(&mut second).await;
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())), "{reply}");
    assert!(head.starts_with("HTTP/1.1 503") && body.contains(r#""error":"crowded""#));
    let tally = opened.listening.close().await;
    assert_eq!((tally.turned_away, tally.evicted), (1, 0));
}

#[tokio::test]
async fn a_caller_that_does_not_read_is_cut() {
    let opened =
        Opened::channel(ListenerLimits { write_within: SHORT, ..ListenerLimits::default() }).await;
    let mut stream = opened.connect().await;
    let request = opened.request("GET /orders?limit=1000", "");
    let cut = async { while stream.write_all(request.as_bytes()).await.is_ok() {} };
    time::timeout(HANG, cut).await.expect("the server cuts the connection");
}

#[tokio::test]
async fn a_page_is_never_longer_than_the_limit() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    opened.ask(&opened.request("GET /orders?after=3&limit=4000000000", "")).await;
    let limit = dialect::PAGE_ENTRIES_MAX;
    assert_eq!(*opened.shop.asked.lock(), [ChannelRequest::ListOrders { after: 3, limit }]);
}

#[tokio::test]
async fn closing_ends_idle_connections_and_cuts_stuck_ones() {
    let opened =
        Opened::channel(ListenerLimits { close_within: SHORT, ..ListenerLimits::default() }).await;
    let (mut idle, mut stuck) = (opened.connect().await, opened.connect().await);
    idle.write_all(opened.order(Intent(5)).as_bytes()).await.unwrap();
    idle.readable().await.unwrap();
    let order = opened.order(Intent(6));
    stuck.write_all(&order.as_bytes()[..order.len() - 3]).await.unwrap();
    // A third connection's answer shows that the second was accepted before it.
    opened.ask(&opened.order(Intent(7))).await;
    let address = opened.listening.address();
    let tally = opened.listening.close().await;
    assert_eq!((tally.connections, tally.cut, tally.panicked), (3, 1, 0));
    assert!(all_of(&mut idle).await.starts_with("HTTP/1.1 201"));
    assert_eq!(all_of(&mut stuck).await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_machine_that_panics_does_not_go_unnoticed() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    assert_eq!(opened.ask(&opened.order(BROKEN)).await, "");
    assert!(opened.ask(&opened.order(Intent(5))).await.starts_with("HTTP/1.1 201"));
    assert_eq!(opened.listening.close().await.panicked, 1);
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    let listen = opened.listening.address();
    let credential = opened.credential.clone();
    let endpoint = ListenAt { role: Role::Oms, listen, credential, outside: None };
    let error =
        open(endpoint, ListenerLimits::default(), Arc::clone(&opened.shop)).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&listen.to_string()) && text.contains("is the port taken?"), "{text}");
}
