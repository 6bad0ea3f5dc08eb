//! Mocks commanded over sockets: what is answered, to whom, and that docs/openapi.yaml says so.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::*;
use crate::drive::live::{AlsoCalled, Journals, Mocks, MocksTerms};
use crate::drive::testing::Sketch;
use crate::history::writer::Journal;
use crate::language::schema_check::{complaint, resolved};
use crate::operate::open;
use crate::units::Span;
use crate::wire::keys::Keyring;
use crate::wire::listen::Listening;

const TOKEN: &str = "0123456789abcdef";

struct Opened {
    listening: Listening,
    keeping: JoinHandle<()>,
}

async fn opened() -> Opened {
    let lasts = Span::from_mins(60);
    let sketch = Sketch { shares: &[1_000_000], skus: 3, stock_each: 9, orders_per_hour: 1, lasts };
    let mut plan = sketch.plan();
    plan.charter.sku_names = ["mug", "tea pot", "cup"].map(str::to_owned).to_vec();
    plan.charter.channels[0].name = "shop de".to_owned();
    let journals: Journals = Box::new(|_, observer| Journal::over(std::io::sink(), Some(observer)));
    let terms = MocksTerms { held: true, faults_when_told: true };
    let keys = Keyring::random().unwrap();
    let mut mocks =
        Mocks::open(&plan, terms, (keys, AlsoCalled::default()), journals).await.unwrap();
    let double = Double::new(mocks.handle(), Token::given(TOKEN).unwrap());
    let listening = open(0, 8, double).await.unwrap();
    let keeping = tokio::spawn(async move { mocks.keep_time().await.unwrap() });
    Opened { listening, keeping }
}

impl Opened {
    /// What is heard in answer: status, heads, body.
    async fn raw(&self, head: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.listening.address()).await.unwrap();
        let length = body.len();
        let request =
            format!("{head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.unwrap();
        let (head, body) = heard.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("one");
        let head = head.to_lowercase();
        let body = if head.contains("chunked") { whole(body) } else { body.to_owned() };
        (status, head, body)
    }

    async fn ask(&self, what: &str, body: Option<Value>) -> (u16, Value) {
        let line = format!("{what} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}");
        let (head, body) = match body {
            None => (line, String::new()),
            Some(body) => (line + "\r\ncontent-type: application/json", body.to_string()),
        };
        let (status, _, told) = self.raw(&head, &body).await;
        let told: Value = serde_json::from_str(&told).unwrap_or_else(|_| json!(told));
        assert_eq!(described(what, status, &told), None, "{what} {status} {told}");
        (status, told)
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(&format!("POST /control/{path}"), Some(body)).await
    }

    async fn close(self) {
        self.keeping.abort();
        assert_eq!(self.listening.close().await.panicked, 0);
    }
}

/// A body that came in chunks.
fn whole(mut chunks: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = chunks.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a size");
        whole += &rest[..size];
        chunks = &rest[size + 2..];
    }
    whole
}

/// What docs/openapi.yaml has against a reply.
fn described(what: &str, status: u16, told: &Value) -> Option<String> {
    let page: Value =
        serde_yaml::from_str(include_str!("../../../docs/openapi.yaml")).expect("YAML");
    let (method, path) = what.split_once(' ').expect("method and path");
    let path = path.split('?').next().unwrap_or(path);
    let operation = &page["paths"][path][method.to_lowercase()];
    if operation.is_null() {
        return (status != 404 && status != 405).then(|| format!("{what} is not described"));
    }
    let response = &operation["responses"][status.to_string()];
    if response.is_null() {
        return Some("its status is not described".to_owned());
    }
    let content = &resolved(&page, response)["content"];
    let schema = &content["application/json"]["schema"];
    if schema.is_null() { None } else { complaint(&page, schema, told) }
}

#[tokio::test]
async fn a_day_of_a_test_from_order_to_reset() {
    let double = opened().await;
    assert_eq!(double.ask("GET /control/ready", None).await, (200, json!({ "ready": true })));
    let order = json!({ "channel": "shop de", "lines": [{ "sku": "tea pot", "qty": 2 }] });
    let (status, placed) = double.post("orders", order.clone()).await;
    assert_eq!((status, &placed["order"]["channel"]), (201, &json!(0)), "{placed}");
    let (status, why) = double
        .post("orders", json!({ "channel": "shop de", "lines": [{ "sku": 1, "qty": 50 }] }))
        .await;
    assert_eq!((status, &why["why"]), (422, &json!("stock")), "{why}");
    let (status, _) = double.post("stock", json!({ "sku": "mug", "available": 4 })).await;
    assert_eq!(status, 200);
    let (_, clock) = double.post("clock", json!({ "advance_us": 90_000_000 })).await;
    assert_eq!(clock["at"], 90_000_000);
    let (_, lines) =
        double.ask("GET /control/journal?kind=accepted,stock&sku=tea%20pot", None).await;
    let lines: Vec<Value> = match &lines {
        Value::String(lines) => lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect(),
        one => vec![one.clone()],
    };
    assert!(lines.iter().any(|line| line["what"]["accepted"]["lines"][0]["qty"] == 2), "{lines:?}");
    // What the source has of a SKU, and what a channel shows of it, which nobody tells of it.
    let (_, lines) = double.ask("GET /control/journal?kind=stock,shown&sku=mug", None).await;
    for (kind, units, there) in [("stock", "on_hand", 4), ("shown", "qty", 9)] {
        let Value::String(lines) = &lines else { panic!("several lines, one a fact: {lines}") };
        let facts = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut told = facts.map(|fact| fact["what"][kind].clone()).filter(|of| !of.is_null());
        assert!(told.any(|of| of["sku"] == 0 && of[units] == there), "{kind}: {lines}");
    }
    let (_, first) = double.ask("GET /control/journal?limit=1", None).await;
    assert_eq!(first["what"]["charter"]["campaign"], "test");
    let (_, anew) = double.post("reset", json!({})).await;
    assert_eq!((&anew["at"], &anew["beginnings"]), (&json!(0), &json!(2)), "{anew}");
    assert_eq!(double.post("orders", order).await, (201, placed), "as at first");
    double.close().await;
}

#[tokio::test]
async fn whoever_shows_no_token_or_asks_for_something_else_is_told_so() {
    let double = opened().await;
    let shown = format!("authorization: Bearer {TOKEN}");
    for (head, status) in [
        ("GET /control/ready HTTP/1.1\r\nhost: evil.example".to_owned(), 421),
        ("GET /control/clock HTTP/1.1\r\nhost: localhost".to_owned(), 401),
        ("GET /control/journal HTTP/1.1\r\nhost: localhost".to_owned(), 401),
        ("POST /control/reset HTTP/1.1\r\nhost: localhost".to_owned(), 401),
        (format!("POST /control/reset HTTP/1.1\r\nhost: localhost\r\n{shown}"), 415),
        (format!("PUT /control/clock HTTP/1.1\r\nhost: localhost\r\n{shown}"), 405),
        (format!("GET /control/nothing HTTP/1.1\r\nhost: localhost\r\n{shown}"), 404),
        (format!("GET / HTTP/1.1\r\nhost: localhost\r\n{shown}"), 404),
    ] {
        let (heard, heads, body) = double.raw(&head, "").await;
        assert_eq!(heard, status, "{head}: {body}");
        assert_eq!(heads.contains("www-authenticate"), status == 401, "{heads}");
        assert!(body.contains("\"error\""), "{body}");
    }
    double.close().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_told_what_would() {
    let double = opened().await;
    let order = |channel: &str, sku: Value| {
        let line = json!({ "sku": sku, "qty": 1 });
        json!({ "channel": channel, "lines": [line] })
    };
    for (path, body, status, says) in [
        ("orders", order("shop", json!(1)), 422, "shop de"),
        ("orders", order("shop de", json!(3)), 422, "below 3"),
        ("orders", order("shop de", json!("mugg")), 422, "mug"),
        ("orders", order("shop de", json!(-1)), 400, "a SKU is"),
        ("orders", json!({ "channel": "shop de" }), 400, "lines"),
        ("stock", json!({ "sku": 0, "available": -1 }), 422, "0 to"),
        ("stock", json!({ "sku": 0, "units": 1 }), 400, "units"),
        ("clock", json!({ "advance_us": 10_u64.pow(15) }), 422, "at most"),
        ("clock", json!({ "advance_us": 1.5 }), 400, "1.5"),
        ("reset", json!({ "seed": 1 }), 400, "seed"),
        ("reset", json!([]), 400, "a map"),
        ("faults", json!({ "fault": "outage", "in_force": true }), 422, "no fault"),
    ] {
        let (heard, told) = double.post(path, body.clone()).await;
        let message = told["message"].as_str().unwrap();
        assert_eq!(heard, status, "{body}: {told}");
        assert!(message.contains(says), "{body}: {message}");
    }
    for (query, status, says) in [
        ("after=x", 400, "decimal"),
        ("after=1&after=2", 400, "once"),
        ("before=1", 400, "follow_s"),
        ("kind=acepted", 422, "accepted"),
        ("channel=shop", 422, "shop de"),
        ("after=1000000", 422, "anew"),
        ("follow_s=86400", 422, "at most"),
        ("sku=%FF", 400, "UTF-8"),
    ] {
        let (heard, told) = double.ask(&format!("GET /control/journal?{query}"), None).await;
        let message = told["message"].as_str().unwrap();
        assert_eq!(heard, status, "{query}: {told}");
        assert!(message.contains(says), "{query}: {message}");
    }
    double.close().await;
}

#[test]
fn the_page_and_the_endpoint_know_the_same_paths() {
    let page: Value =
        serde_yaml::from_str(include_str!("../../../docs/openapi.yaml")).expect("YAML");
    let mut described: Vec<(String, String)> = vec![];
    for (path, item) in page["paths"].as_object().unwrap() {
        if let Some(path) = path.strip_prefix("/control/") {
            let takes: Vec<String> =
                item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
            described.push((path.to_owned(), takes.join(", ")));
        }
    }
    let mut known = PATHS.map(|(path, takes)| (path.to_owned(), takes.to_owned())).to_vec();
    described.sort();
    known.sort();
    assert_eq!(described, known);
}
