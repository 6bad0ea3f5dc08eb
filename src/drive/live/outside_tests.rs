//! A connector that is somebody else's program, and what the worst of them do: each is answered
//! clearly, is a fact, and hurts nobody else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::super::outside::HostedAt;
use super::tests::{journal, on_a_runtime};
use super::*;
use crate::drive::estate::Ear;
use crate::drive::testing::Sketch;
use crate::history::Fact;
use crate::history::charter::{Evidence, Observed};
use crate::history::fact::{Address, Met, OfferWrite, PartyAct, PartyState, SourceSaid};
use crate::judge::Fold;
use crate::scenario::{External, Hooks, LocalUrl, Readiness};
use crate::wire::call::{CallResult, WholeReply};
use crate::wire::client::{Ask, Client, ClientLimits};
use crate::wire::permit::Permit;

/// A second of selling on two channels, with a connector of somebody else's.
pub(super) fn plan() -> Plan {
    let mut plan = Sketch {
        shares: &[500_000, 500_000],
        skus: 8,
        stock_each: 1_000,
        orders_per_hour: 36_000,
        lasts: Span::from_secs(1),
    }
    .plan();
    plan.charter.evidence = Evidence::YourConnector;
    plan.charter.observes.retain(|kind| *kind != Observed::Connector);
    plan.charter.drain = Span::from_millis(100);
    let ready = Readiness { within: Span::from_secs(20), url: None };
    plan.external = Some(External {
        command: vec![],
        folder: PathBuf::new(),
        ready,
        webhooks: Hooks::None,
        quiet_for: Span::from_secs(1),
    });
    plan
}

/// Somebody's connector: its calls, by the name of the system.
struct Caller {
    systems: BTreeMap<Role, (Client<Ask>, hyper::header::HeaderValue)>,
}

type Posted = hyper::Request<http_body_util::Full<bytes::Bytes>>;

fn asked(token: hyper::header::HeaderValue, method: &str, path: &str, body: String) -> Posted {
    let request = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", token)
        .header("content-type", "application/json");
    request.body(http_body_util::Full::new(body.into())).unwrap()
}

async fn answered(client: &Client<Ask>, request: Posted) -> WholeReply {
    match client.call(request).await {
        CallResult::Answered(reply) => reply,
        other => panic!("{other:?}"),
    }
}

const OMS: Role = Role::Oms;
const SHOP: Role = Role::Channel(ChannelId(0));

impl Caller {
    fn of(hosting: &Hosting) -> Caller {
        let system = |(role, address, token): HostedAt| {
            let uri = format!("http://{address}").parse().unwrap();
            let client = Client::new(Permit::loopback(&uri).unwrap(), ClientLimits::default());
            (role, (client, format!("Bearer {token}").parse().unwrap()))
        };
        Caller { systems: hosting.places().into_iter().map(system).collect() }
    }

    async fn raw(&self, role: Role, method: &str, path: &str, body: String) -> WholeReply {
        let (client, token) = &self.systems[&role];
        self.with(client, token.clone(), method, path, body).await
    }

    async fn keyed(&self, role: Role, path: &str, body: String, key: &str) -> WholeReply {
        let (client, token) = &self.systems[&role];
        let mut request = asked(token.clone(), "POST", path, body);
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        answered(client, request).await
    }

    async fn with(
        &self,
        client: &Client<Ask>,
        token: hyper::header::HeaderValue,
        method: &str,
        path: &str,
        body: String,
    ) -> WholeReply {
        answered(client, asked(token, method, path, body)).await
    }

    async fn post(&self, role: Role, path: &str, body: Json) -> (u16, Json) {
        let reply = self.raw(role, "POST", path, body.to_string()).await;
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    async fn get(&self, role: Role, path: &str) -> (u16, Json) {
        let reply = self.raw(role, "GET", path, String::new()).await;
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    async fn stock(&self, sku: u64, change: Json) -> String {
        let items = json!([{ "sku": sku, "version": 0, "change": change }]);
        let (status, said) =
            self.post(SHOP, "/updates", json!({ "kind": "stock", "items": items })).await;
        assert_eq!(status, 200, "{said}");
        said["items"][0]["outcome"].as_str().unwrap().to_owned()
    }
}

/// Plays a run whose connector does something, then ends it; its facts, which can be judged.
fn played<F: Future<Output = ()>>(does: impl FnOnce(Caller) -> F) -> Vec<Fact> {
    played_by(&plan(), |hosting| does(Caller::of(hosting)))
}

/// The same of any plan.
pub(super) fn played_by<F: Future<Output = ()>>(
    plan: &Plan,
    does: impl FnOnce(&Hosting) -> F,
) -> Vec<Fact> {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let hosting = Hosting::open(plan, &journal, Keyring::random().unwrap()).await.unwrap();
        does(&hosting).await;
        assert!(hosting.came(plan.external.as_ref().unwrap(), || true).await, "it has called");
        let mut hand = |_: At| vec![Act::Still(true)];
        hosting.play(plan, &journal, &mut hand).await.unwrap();
    });
    journal.close().unwrap();
    let facts = facts.lock().clone();
    let mut fold = Fold::new();
    fold.eat_all(&facts).expect("whatever it sends, the run can be judged");
    facts
}

pub(super) fn acts(facts: &[Fact]) -> Vec<PartyAct> {
    let act = |fact: &Fact| match &fact.what {
        What::Party(party) => Some(party.act),
        _ => None,
    };
    facts.iter().filter_map(act).collect()
}

/// A line of an order.
fn line(sku: u64, qty: i64) -> Json {
    json!({ "sku": sku, "qty": qty, "price": 9, "offered": 1, "left": 0 })
}

/// How often it met what, wherever.
pub(super) fn met(facts: &[Fact]) -> BTreeMap<Met, u64> {
    let mut all = BTreeMap::new();
    for act in acts(facts) {
        if let PartyAct::Met { met, times, .. } = act {
            *all.entry(met).or_default() += times;
        }
    }
    all
}

#[test]
fn what_it_is_told_and_what_it_writes_is_said_once() {
    let facts = played(|caller| async move {
        for _ in 0..3 {
            assert_eq!(caller.get(OMS, "/levels?limit=2").await.0, 200);
        }
        assert_eq!(caller.stock(1, json!({ "absolute": 7 })).await, "taken");
    });
    let acts = acts(&facts);
    let read =
        |act: &&PartyAct| matches!(act, PartyAct::Read { told: SourceSaid::Stock { .. }, .. });
    assert_eq!(acts.iter().filter(read).count(), 2, "{acts:?}");
    let wrote = OfferWrite::Offer(crate::units::Qty(7));
    let wrote = PartyAct::Wrote { channel: ChannelId(0), sku: crate::ids::SkuId(1), wrote };
    assert_eq!(acts.iter().filter(|act| **act == wrote).count(), 1);
    assert_eq!(acts.iter().filter(|act| **act == PartyAct::Is(PartyState::Ready)).count(), 1);
    assert_eq!(met(&facts), BTreeMap::new());
}

#[test]
fn a_repetition_under_one_key_is_written_once() {
    let facts = played(|caller| async move {
        let item = |by: i64| json!([{ "sku": 1, "version": 0, "change": { "delta": by } }]);
        for (by, key) in [(2, "7"), (2, "7"), (3, "8")] {
            let body = json!({ "kind": "stock", "items": item(by) }).to_string();
            let reply = caller.keyed(SHOP, "/updates", body, key).await;
            assert_eq!(reply.status, 200);
        }
    });
    let wrote = |act: &PartyAct| match act {
        PartyAct::Wrote { wrote, .. } => Some(*wrote),
        _ => None,
    };
    let wrote: Vec<OfferWrite> = acts(&facts).iter().filter_map(wrote).collect();
    assert_eq!(wrote, [2, 3].map(|by| OfferWrite::Change(crate::units::Qty(by))));
}

#[test]
fn one_that_never_comes_is_said_and_nothing_is_sold() {
    let (journal, facts) = journal();
    let mut plan = plan();
    let external = plan.external.as_mut().unwrap();
    external.ready.within = Span::from_millis(150);
    on_a_runtime(async {
        let hosting = Hosting::open(&plan, &journal, Keyring::random().unwrap()).await.unwrap();
        assert!(!hosting.came(plan.external.as_ref().unwrap(), || true).await);
        hosting.unplayed().await;
    });
    journal.close().unwrap();
    let facts = facts.lock().clone();
    assert_eq!(acts(&facts), [PartyAct::Is(PartyState::NeverCame)]);
    assert!(!facts.iter().any(|fact| matches!(fact.what, What::Sent { .. })), "nothing was sold");
    assert!(matches!(facts.last().unwrap().what, What::Ended { why: Ending::Interrupted }));
    assert!(facts.iter().all(|fact| fact.at == At::START), "campaign time stood");
    let mut fold = Fold::new();
    fold.eat_all(&facts).unwrap();
    let judgement = fold.judge().unwrap();
    assert_eq!(judgement.verdict, crate::judge::judgement::Verdict::Inconclusive);
    assert!(judgement.party.unwrap().never_came);
}

#[test]
fn quantities_that_nobody_has_are_rejected() {
    let facts = played(|caller| async move {
        for change in [json!({ "absolute": -1 }), json!({ "absolute": 10_u64.pow(18) })] {
            assert_eq!(caller.stock(1, change).await, "rejected");
        }
        assert_eq!(caller.stock(1_000, json!({ "absolute": 1 })).await, "rejected");
        for (line, why) in [(line(1, -1), "at least one unit"), (line(1_000, 1), "catalogue")] {
            let order = json!({ "channel": 0, "number": 0 });
            let body = json!({ "order": order, "intent": 1, "lines": [line], "attempt": 1 });
            let (status, said) = caller.post(OMS, "/handoffs", body).await;
            assert_eq!(status, 422);
            assert!(said["message"].as_str().unwrap().contains(why), "{said}");
        }
    });
    assert_eq!(met(&facts), BTreeMap::from([(Met::UnknownSku, 2), (Met::BadQuantity, 3)]));
}

#[test]
fn yesterdays_token_floats_and_wrong_paths_are_told_apart() {
    let facts = played(|caller| async move {
        let (client, _) = &caller.systems[&OMS];
        let stale = "Bearer of-yesterday".parse().unwrap();
        let reply = caller.with(client, stale, "GET", "/changes", String::new()).await;
        assert_eq!(reply.status, 401);
        let price = json!([{ "sku": 1, "version": 1, "change": { "price": 19.9 } }]);
        let (status, said) =
            caller.post(SHOP, "/updates", json!({ "kind": "price", "items": price })).await;
        assert_eq!(status, 400, "{said}");
        assert_eq!(caller.get(SHOP, "/inventory").await.0, 404);
        assert_eq!(caller.get(OMS, "/changes").await.0, 200);
    });
    let expected = [(Met::Unauthorized, 1), (Met::Malformed, 1), (Met::Astray, 1)];
    assert_eq!(met(&facts), BTreeMap::from(expected));
}

#[test]
fn it_is_neither_shopper_nor_merchant() {
    let facts = played(|caller| async move {
        let order = json!({ "intent": u64::MAX, "buyer": 1, "lines": [{ "sku": 1, "qty": 1 }] });
        assert_eq!(caller.post(SHOP, "/orders", order).await.0, 422);
        let moved = json!({ "op": 1, "sku": 1, "units": 5, "why": "receipt" });
        assert_eq!(caller.post(OMS, "/stock", moved).await.0, 422);
        assert_eq!(caller.post(OMS, "/listings", json!({ "sku": 1 })).await.0, 422);
        let cart = json!({ "intent": u64::MAX, "buyer": 1, "lines": [{ "sku": 1, "qty": 1 }] });
        let (status, said) = caller.post(SHOP, "/carts", cart).await;
        assert_eq!(status, 422, "{said}");
        assert!(said["message"].as_str().unwrap().contains("by shoppers"), "{said}");
        for why in ["customer", "payment"] {
            let cancelled = caller.post(SHOP, "/orders/0/cancel", json!({ "why": why })).await;
            assert_eq!(cancelled.0, 422, "{why}");
        }
    });
    assert_eq!(met(&facts), BTreeMap::from([(Met::NotYours, 6)]));
    assert!(!facts.iter().any(|fact| matches!(fact.what, What::Released { .. } | What::Carted(_))));
    let stocked = facts.iter().filter(|fact| matches!(fact.what, What::ListingSet { .. })).count();
    assert_eq!(stocked, 0);
}

#[test]
fn orders_of_nobody_and_with_other_lines_are_refused() {
    let facts = played(|caller| async move {
        let handoff = |channel: u64, qty: i64| {
            let order = json!({ "channel": channel, "number": 70_000 });
            json!({ "order": order, "intent": 1, "lines": [line(1, qty)], "attempt": 1 })
        };
        let (status, said) = caller.post(OMS, "/handoffs", handoff(7, 1)).await;
        assert_eq!((status, &said["error"]), (422, &json!("invalid")));
        assert_eq!(
            caller.post(OMS, "/handoffs", handoff(0, 1)).await.0,
            201,
            "a ghost, for the judge"
        );
        let (status, said) = caller.post(OMS, "/handoffs", handoff(0, 2)).await;
        assert_eq!(status, 422);
        assert!(said["message"].as_str().unwrap().contains("other lines"), "{said}");
        assert_eq!(caller.post(SHOP, "/orders/99/cancel", json!({ "why": "stock" })).await.0, 422);
    });
    assert_eq!(met(&facts), BTreeMap::from([(Met::UnknownOrder, 2), (Met::OtherLines, 1)]));
    let held = facts.iter().filter(|fact| matches!(fact.what, What::Held { .. })).count();
    assert_eq!(held, 1);
}

#[test]
fn a_flood_is_told_to_wait() {
    let mut ear = Ear::new(ConnectorId(0), 2, 8);
    let refused = (0..3_000).filter(|_| ear.floods(Address::Oms, 7)).count();
    assert_eq!(refused, 1_000, "of one second");
    assert!(!ear.floods(Address::Channel(ChannelId(0)), 7), "of another system");
    assert!(!ear.floods(Address::Oms, 8), "nor of the next second");
}

#[test]
fn webhooks_that_it_answers_with_an_error_or_not_at_all_are_counted() {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut room = [0; 8_192];
                while let Ok(1..) = stream.read(&mut room) {
                    let said = b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n";
                    if stream.write_all(said).is_err() {
                        return;
                    }
                }
            });
        }
    });
    for (url, expected) in [
        (format!("http://{at}/hooks"), Met::WebhookRefused),
        ("http://127.0.0.1:1/hooks".to_owned(), Met::WebhookUnreached),
    ] {
        let (journal, facts) = journal();
        let mut plan = plan();
        plan.external.as_mut().unwrap().webhooks = Hooks::At(LocalUrl::of(&url).unwrap());
        for connector in &mut plan.world.connectors {
            connector.orders_in = crate::commerce::terms::Rhythm::Webhook;
            connector.stock_out = crate::commerce::terms::Rhythm::Webhook;
        }
        on_a_runtime(async {
            let hosting = Hosting::open(&plan, &journal, Keyring::random().unwrap()).await.unwrap();
            let mut hand = |_: At| vec![Act::Still(true)];
            hosting.play(&plan, &journal, &mut hand).await.unwrap();
        });
        journal.close().unwrap();
        let facts = facts.lock().clone();
        let met = met(&facts);
        assert!(met.get(&expected).is_some_and(|times| *times >= 3), "{expected:?} {met:?}");
        let blamed = |fact: &Fact| matches!(fact.what, What::Harness { .. });
        assert!(!facts.iter().any(blamed), "no doing of the harness's");
    }
}
