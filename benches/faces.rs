//! What a request to a face costs beside one to the neutral API: `cargo bench --bench faces`.
//!
//! Mocks on one thread, over loopback; the client, on a thread of its own, keeps 64 calls in
//! flight. What is asked is the same on both: one SKU's stock is set. The face's requests are
//! signed with OAuth 1.0a, as over plain HTTP they must be; signing is not counted, checking is.

use std::hint::black_box;
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use doorbuster::commerce::protocol::Role;
use doorbuster::drive::live::{AlsoCalled, Mocks, MocksTerms};
use doorbuster::history::writer::Journal;
use doorbuster::scenario::{self, Overrides};
use doorbuster::wire::call::CallResult;
use doorbuster::wire::client::{Ask, Client, ClientLimits};
use doorbuster::wire::keys::Keyring;
use doorbuster::wire::permit::Permit;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;
use tokio::runtime::{Builder, Runtime};

const IN_FLIGHT: usize = 64;
const SKUS: u64 = 1_000;
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const SCENARIO: &str = "\
campaign: Bench
starts: 2026-11-27 09:00 UTC
catalog: { skus: 1000, stock: 40, price: 12.50 }
channels: { woo: { dialect: woocommerce, imperfections: none, shows changes after: 10ms } }
traffic: { demand: 60/hour, phases: [{ name: all, lasts: 10m, rate: 1x }] }
connectors: { hub: { reference: {} } }
";

/// Where the mocks are, and what they want to see.
struct Places {
    neutral: String,
    token: String,
    face: String,
    key: String,
    secret: String,
}

/// Starts the mocks on a thread of their own, for as long as the process lives.
fn mocks() -> Places {
    let (told, hears) = mpsc::channel();
    std::thread::spawn(move || {
        let plan = scenario::read_str(SCENARIO, Path::new("."), &Overrides::default())
            .unwrap_or_else(|why| panic!("{why}"));
        let journals = |_, observer| Journal::over(std::io::sink(), Some(observer));
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let keys = Keyring::random().expect("randomness");
            let terms = MocksTerms { held: false, faults_when_told: true };
            let known = (keys, AlsoCalled::default());
            let opened = Mocks::open(&plan, terms, known, Box::new(journals)).await;
            let mut hosting = opened.expect("addresses");
            let is_channel = |(role, ..): &(Role, _, _)| matches!(role, Role::Channel(_));
            let place = hosting.places().into_iter().find(is_channel).expect("a channel");
            let face = &hosting.faces()[0];
            let shown = |place: usize| face.credentials[place].1.clone();
            let places = Places {
                neutral: format!("http://{}", place.1),
                token: place.2,
                face: face.url.clone(),
                key: shown(0),
                secret: shown(1),
            };
            told.send(places).expect("somebody waits");
            let _ = hosting.keep_time().await;
        });
    });
    hears.recv().expect("the mocks are there")
}

type Call = Request<Full<Bytes>>;

fn request(method: Method, target: &str, body: String) -> Call {
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = method;
    *request.uri_mut() = target.parse().expect("a target");
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request
}

fn neutral(places: &Places, number: u64) -> Call {
    let (sku, qty) = (number % SKUS, number % 50);
    let body = format!(
        "{{\"kind\":\"stock\",\"items\":[{{\"sku\":{sku},\"version\":{number},\
         \"change\":{{\"absolute\":{qty}}}}}]}}"
    );
    let mut call = request(Method::POST, "/updates", body);
    let token = HeaderValue::from_str(&format!("Bearer {}", places.token)).expect("a token");
    call.headers_mut().insert(AUTHORIZATION, token);
    call
}

fn face(places: &Places, number: u64, stamp: u64) -> Call {
    let encoded = |text: &str| utf8_percent_encode(text, &KEPT).to_string();
    let path = format!("/wp-json/wc/v3/products/{}", 100_000_001 + number % SKUS);
    let query = format!(
        "oauth_consumer_key={}&oauth_nonce=n{number}&oauth_signature_method=HMAC-SHA256\
         &oauth_timestamp={stamp}",
        places.key
    );
    let url = encoded(&format!("{}{path}", places.face));
    let message = format!("PUT&{url}&{}", encoded(&query));
    let key = format!("{}&", places.secret);
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(message.as_bytes());
    let tag = encoded(&STANDARD.encode(mac.finalize().into_bytes()));
    let body = format!("{{\"stock_quantity\":{}}}", number % 50);
    request(Method::PUT, &format!("{path}?{query}&oauth_signature={tag}"), body)
}

/// Makes all calls, so many at a time; how long that took. Each must have been carried out.
#[expect(clippy::disallowed_methods, reason = "this is what a bench is for")]
fn timed(runtime: &Runtime, client: &Client<Ask>, calls: Vec<Call>) -> Duration {
    let calls = Arc::new(Mutex::new(calls));
    let began = Instant::now();
    runtime.block_on(async {
        let workers = (0..IN_FLIGHT).map(|_| {
            let (calls, client) = (Arc::clone(&calls), client.clone());
            tokio::spawn(async move {
                loop {
                    let next = calls.lock().expect("nobody panics").pop();
                    let Some(call) = next else { return };
                    match client.call(call).await {
                        CallResult::Answered(reply) if reply.status == 200 => {
                            black_box(reply.body);
                        }
                        other => panic!("{other:?}"),
                    }
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.expect("a worker");
        }
    });
    began.elapsed()
}

#[expect(clippy::disallowed_methods, reason = "callers sign with the wall's time")]
fn faces(c: &mut Criterion) {
    let places = mocks();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = |url: &str| {
        let limits = ClientLimits { in_flight_max: IN_FLIGHT, ..ClientLimits::default() };
        let permit = Permit::loopback(&url.parse().expect("a URL")).expect("loopback");
        Client::new(permit, limits)
    };
    let (to_neutral, to_face) = (client(&places.neutral), client(&places.face));
    let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let stamp = stamp.expect("after 1970").as_secs();
    let mut number = 0;
    let mut numbers = |many: u64| {
        number += many;
        number - many..number
    };
    let mut group = c.benchmark_group("one stock update");
    group.throughput(Throughput::Elements(1));
    group.bench_function("neutral", |b| {
        b.iter_custom(|many| {
            let calls = numbers(many).map(|number| neutral(&places, number)).collect();
            timed(&runtime, &to_neutral, calls)
        });
    });
    group.bench_function("woocommerce", |b| {
        b.iter_custom(|many| {
            let calls = numbers(many).map(|number| face(&places, number, stamp)).collect();
            timed(&runtime, &to_face, calls)
        });
    });
    group.finish();
}

criterion_group!(benches, faces);
criterion_main!(benches);
