//! What a request to a face costs beside one to the neutral API: `cargo bench --bench faces`.
//!
//! For each dialect mocks of their own, on one thread, over loopback; the client, on a thread of
//! its own, keeps 64 calls in flight. What is asked is the same on all: one SKU's stock is set (or
//! read, where it says so). Each is signed as its platform wants it; signing is not counted,
//! checking is. Blocks of calls are made in turns, the neutral ones and the face's, so that a
//! machine that is busy or slow is so for both; what is counted is the processor time of the mocks'
//! own thread, the kernel's share of it with the rest. Where a platform allows a few calls a
//! second, the campaign runs so fast that these are enough.
//!
//! A dialect's name as an argument measures that one alone; `--rounds 1` is for a profiler.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
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
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;
use tokio::runtime::{Builder, Runtime};

const IN_FLIGHT: usize = 64;
const SKUS: u64 = 1_000;
/// Calls that are made in one turn.
const BLOCK: u64 = 1_000;
const ROUNDS: usize = 60;
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const SCENARIO: &str = "\
campaign: Bench
starts: 2026-11-27 09:00 UTC
catalog: { skus: 1000, stock: 40, price: 12.50 }
channels: { shop: { dialect: DIALECT, imperfections: none, shows changes after: 10ms } }
traffic: { demand: 60/hour, phases: [{ name: all, lasts: 10m, rate: 1x }] }
connectors: { hub: { reference: {} } }
";

/// What is asked of a face, and how fast the campaign runs meanwhile.
struct Asking {
    dialect: &'static str,
    what: &'static str,
    speed: u64,
    call: fn(&Places, u64) -> Call,
}

const ALL: [Asking; 6] = [
    Asking { dialect: "woocommerce", what: "PUT products/{id}", speed: 1, call: woo_sets },
    Asking { dialect: "woocommerce", what: "GET products/{id}", speed: 1, call: woo_reads },
    Asking {
        dialect: "shopify",
        what: "POST inventory_levels/set.json",
        speed: 60_000,
        call: shopify_sets,
    },
    Asking {
        dialect: "shopify",
        what: "GraphQL inventorySetQuantities",
        speed: 60_000,
        call: shopify_graphql,
    },
    Asking { dialect: "mirakl", what: "GET offers?sku=", speed: 1, call: mirakl_reads },
    Asking { dialect: "amazon", what: "PATCH listings item", speed: 20_000, call: amazon_patches },
];

/// Where the mocks are, and what they want to see.
struct Places {
    neutral: String,
    token: String,
    face: String,
    shown: Vec<String>,
    /// What Amazon gave for these.
    given: String,
    wall_s: u64,
    /// Where the system says how long their thread has run.
    schedstat: String,
}

impl Places {
    /// Processor time of the mocks so far, in nanoseconds.
    fn ran_ns(&self) -> u64 {
        let said = std::fs::read_to_string(&self.schedstat).expect("Linux tells");
        said.split(' ').next().and_then(|ns| ns.parse().ok()).expect("a number comes first")
    }
}

/// Starts mocks on a thread of their own. Dropping what is left beside ends them.
#[expect(clippy::disallowed_methods, reason = "callers sign with the wall's time")]
fn mocks(asking: &Asking) -> (Places, tokio::sync::oneshot::Sender<()>) {
    let (told, hears) = mpsc::channel();
    let (ends, ended) = tokio::sync::oneshot::channel::<()>();
    let (text, speed) = (SCENARIO.replace("DIALECT", asking.dialect), asking.speed);
    std::thread::spawn(move || {
        let mut plan = scenario::read_str(&text, Path::new("."), &Overrides::default())
            .unwrap_or_else(|why| panic!("{why}"));
        plan.charter.speed_milli = speed * 1_000;
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
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let this = std::fs::read_link("/proc/thread-self").expect("Linux tells");
            let places = Places {
                neutral: format!("http://{}", place.1),
                token: place.2,
                face: face.url.clone(),
                shown: face.credentials.iter().map(|(_, shown)| shown.clone()).collect(),
                given: String::new(),
                wall_s: since.expect("after 1970").as_secs(),
                schedstat: format!("/proc/{}/schedstat", this.display()),
            };
            told.send(places).expect("somebody waits");
            tokio::select! { _ = hosting.keep_time() => {}, _ = ended => {} }
        });
    });
    (hears.recv().expect("the mocks are there"), ends)
}

type Call = Request<Full<Bytes>>;
/// What makes the call of a number.
type Makes = fn(&Places, u64) -> Call;

fn request(method: Method, target: &str, body: String) -> Call {
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = method;
    *request.uri_mut() = target.parse().expect("a target");
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request
}

fn with(mut call: Call, name: &'static str, value: &str) -> Call {
    let value = HeaderValue::from_str(value).expect("a header");
    call.headers_mut().insert(HeaderName::from_static(name), value);
    call
}

fn neutral(places: &Places, number: u64) -> Call {
    let (sku, qty) = (number % SKUS, number % 50);
    let body = format!(
        "{{\"kind\":\"stock\",\"items\":[{{\"sku\":{sku},\"version\":{number},\
         \"change\":{{\"absolute\":{qty}}}}}]}}"
    );
    let call = request(Method::POST, "/updates", body);
    with(call, "authorization", &format!("Bearer {}", places.token))
}

/// The target of a product, signed.
fn woo(places: &Places, method: &str, number: u64) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, &KEPT).to_string();
    let path = format!("/wp-json/wc/v3/products/{}", 100_000_001 + number % SKUS);
    let query = format!(
        "oauth_consumer_key={}&oauth_nonce=n{number}&oauth_signature_method=HMAC-SHA256\
         &oauth_timestamp={}",
        places.shown[0], places.wall_s
    );
    let url = encoded(&format!("{}{path}", places.face));
    let message = format!("{method}&{url}&{}", encoded(&query));
    let key = format!("{}&", places.shown[1]);
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(message.as_bytes());
    let tag = encoded(&STANDARD.encode(mac.finalize().into_bytes()));
    format!("{path}?{query}&oauth_signature={tag}")
}

fn woo_sets(places: &Places, number: u64) -> Call {
    let body = format!("{{\"stock_quantity\":{}}}", number % 50);
    request(Method::PUT, &woo(places, "PUT", number), body)
}

fn woo_reads(places: &Places, number: u64) -> Call {
    request(Method::GET, &woo(places, "GET", number), String::new())
}

fn shopify_sets(places: &Places, number: u64) -> Call {
    let body = format!(
        "{{\"location_id\":65000000001,\"inventory_item_id\":{},\"available\":{}}}",
        44_000_000_000_001 + number % SKUS,
        number % 50
    );
    let call = request(Method::POST, "/admin/api/2025-01/inventory_levels/set.json", body);
    with(call, "x-shopify-access-token", &places.shown[0])
}

fn shopify_graphql(places: &Places, number: u64) -> Call {
    let body = format!(
        "{{\"query\":\"mutation($input: InventorySetQuantitiesInput!) {{ \
         inventorySetQuantities(input: $input) {{ inventoryAdjustmentGroup {{ reason }} \
         userErrors {{ field message code }} }} }}\",\"variables\":{{\"input\":{{\"name\":\
         \"available\",\"reason\":\"correction\",\"ignoreCompareQuantity\":true,\"quantities\":[{{\
         \"inventoryItemId\":\"gid://shopify/InventoryItem/{}\",\
         \"locationId\":\"gid://shopify/Location/65000000001\",\"quantity\":{}}}]}}}}}}",
        44_000_000_000_001 + number % SKUS,
        number % 50
    );
    let call = request(Method::POST, "/admin/api/2025-01/graphql.json", body);
    with(call, "x-shopify-access-token", &places.shown[0])
}

fn amazon_patches(places: &Places, number: u64) -> Call {
    let target = format!(
        "/listings/2021-08-01/items/{}/SKU-{}?marketplaceIds=A1PA6795UKMFR9",
        places.shown[3],
        number % SKUS
    );
    let body = format!(
        "{{\"productType\":\"PRODUCT\",\"patches\":[{{\"op\":\"replace\",\"path\":\
         \"/attributes/fulfillment_availability\",\"value\":[{{\"fulfillment_channel_code\":\
         \"DEFAULT\",\"quantity\":{}}}]}}]}}",
        number % 50
    );
    with(request(Method::PATCH, &target, body), "x-amz-access-token", &places.given)
}

fn mirakl_reads(places: &Places, number: u64) -> Call {
    let target = format!("/api/offers?sku=SKU-{}", number % SKUS);
    let call = request(Method::GET, &target, String::new());
    with(call, "authorization", &places.shown[0])
}

/// Amazon's tokens hold for an hour of the campaign: one is asked for before every turn.
fn token(runtime: &Runtime, to: &Client<Ask>, places: &mut Places) {
    let body = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        places.shown[0], places.shown[1], places.shown[2]
    );
    let body = body.replace('|', "%7C");
    let reply = runtime.block_on(to.call(request(Method::POST, "/auth/o2/token", body)));
    let CallResult::Answered(reply) = reply else { panic!("{reply:?}") };
    let told: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
    told["access_token"].as_str().expect("a token").clone_into(&mut places.given);
}

/// Makes all calls, so many at a time. Each must have been carried out.
fn make(runtime: &Runtime, client: &Client<Ask>, calls: Vec<Call>) {
    let calls = Arc::new(Mutex::new(calls));
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
}

/// Makes blocks of calls in turns; the processor time of a call in each, in nanoseconds: of the
/// neutral ones, and of the face's.
fn measured(asking: &Asking, rounds: usize) -> Vec<[u64; 2]> {
    let (mut places, ends) = mocks(asking);
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = |url: &str| {
        let limits = ClientLimits { in_flight_max: IN_FLIGHT, ..ClientLimits::default() };
        let permit = Permit::loopback(&url.parse().expect("a URL")).expect("loopback");
        Client::new(permit, limits)
    };
    let (to_neutral, to_face) = (client(&places.neutral), client(&places.face));
    let mut number = 0;
    let mut rounds_seen = vec![];
    for _ in 0..=rounds {
        let numbers = number..number + BLOCK;
        number += BLOCK;
        if asking.dialect == "amazon" {
            token(&runtime, &to_face, &mut places);
        }
        let kinds: [(Makes, _); 2] = [(neutral, &to_neutral), (asking.call, &to_face)];
        rounds_seen.push(kinds.map(|(call, to)| {
            let calls = numbers.clone().map(|number| call(&places, number)).collect();
            let before = places.ran_ns();
            make(&runtime, to, calls);
            (places.ran_ns() - before) / BLOCK
        }));
    }
    drop(ends);
    // Connections are made in the first.
    rounds_seen.split_off(1)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn main() {
    let said: Vec<String> = std::env::args().skip(1).filter(|said| said != "--bench").collect();
    let rounds = said.iter().position(|said| said == "--rounds");
    let rounds = rounds.map_or(ROUNDS, |at| said[at + 1].parse().expect("a number of rounds"));
    let named: Vec<&String> = said.iter().filter(|said| said.parse::<u8>().is_err()).collect();
    let named = |asking: &&Asking| {
        let names = named.iter().filter(|said| !said.starts_with("--"));
        names.clone().count() == 0 || names.clone().any(|said| **said == asking.dialect)
    };
    println!("processor time of the mocks' thread a call; medians of {rounds} turns of {BLOCK}");
    for asking in ALL.iter().filter(named) {
        let seen = measured(asking, rounds);
        let ns = |place: usize| median(seen.iter().map(|ns| ns[place] as f64).collect());
        let ratio = median(seen.iter().map(|ns| ns[0] as f64 / ns[1] as f64).collect());
        let (neutral, face) = (ns(0), ns(1));
        let mut line = format!("{:12} {:32}", asking.dialect, asking.what);
        let per_s = |ns: f64| 1e9 / ns;
        write!(line, " neutral {:5.1} µs {:6.0}/s", neutral / 1e3, per_s(neutral)).expect("text");
        write!(line, "  face {:5.1} µs {:6.0}/s", face / 1e3, per_s(face)).expect("text");
        println!("{line}  {ratio:.2} of neutral");
    }
}
