//! A channel with a face of its own, over sockets: what the one side sells the other is told.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request, Response};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::tests::{journal, on_a_runtime};
use super::*;
use crate::commerce::protocol::{Asked, ChannelReply, ChannelRequest, Reply};
use crate::commerce::terms::Dialect;
use crate::drive::testing::Sketch;
use crate::history::charter::{BookedBy, Halfway, Tariff, Tax, TaxBasis};
use crate::ids::{Buyer, Intent, SkuId};
use crate::units::{Money, Ppm, Qty};
use crate::wire::call::CallResult;
use crate::wire::client::{Client, ClientLimits};
use crate::wire::listen::{self, Guest, Service};
use crate::wire::permit::Permit;

/// Tells the topic and the body of whatever is posted.
struct Sink(UnboundedSender<(String, Bytes)>);

#[derive(Debug, thiserror::Error)]
#[error("nobody listens any more")]
struct Deaf;

impl Service for Sink {
    type Reply = Full<Bytes>;
    type Lost = Deaf;

    async fn answer(
        &self,
        request: Request<Incoming>,
        _guest: &Guest,
    ) -> Result<Response<Full<Bytes>>, Deaf> {
        let topic = request.headers().get("x-shopify-topic").cloned();
        let topic = topic.map_or(String::new(), |topic| topic.to_str().unwrap().to_owned());
        let body = request.into_body().collect().await.map_err(|_| Deaf)?.to_bytes();
        self.0.send((topic, body)).map_err(|_| Deaf)?;
        Ok(Response::new(Full::default()))
    }
}

/// A shop of Shopify's kind, whose connector is played or somebody else's.
fn faced_plan(is_played: bool) -> Plan {
    let lasts = Span::from_mins(60);
    let shares = &[1_000_000];
    let mut plan = Sketch { shares, skus: 4, stock_each: 10, orders_per_hour: 1, lasts }.plan();
    plan.world.channels[0].dialect = Dialect::Shopify;
    if !is_played {
        plan.world.connectors.clear();
    }
    plan
}

pub(super) async fn ask(
    place: &FacePlace,
    token: &str,
    method: Method,
    path: &str,
    body: &str,
) -> (u16, String) {
    let url = place.url.parse().unwrap();
    let client = Client::new(Permit::loopback(&url).unwrap(), ClientLimits::default());
    let mut request = Request::new(Full::new(Bytes::from(body.to_owned())));
    *request.method_mut() = method;
    *request.uri_mut() = format!("{}{path}", root(place.dialect)).parse().unwrap();
    let headers = request.headers_mut();
    let is_form = body.starts_with("--x\r\n");
    let content = if is_form { "multipart/form-data; boundary=x" } else { "application/json" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
    let name = match place.dialect {
        Dialect::Mirakl | Dialect::WooCommerce => "authorization",
        Dialect::Neutral | Dialect::Shopify | Dialect::Amazon | Dialect::Odoo => {
            "x-shopify-access-token"
        }
    };
    headers.insert(HeaderName::from_static(name), HeaderValue::from_str(token).unwrap());
    match client.call(request).await {
        CallResult::Answered(reply) => {
            (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
        }
        other => panic!("{other:?}"),
    }
}

fn root(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Shopify => "/admin/api/2025-01/",
        Dialect::Mirakl => "/api/",
        Dialect::Odoo => "/",
        Dialect::Neutral | Dialect::WooCommerce | Dialect::Amazon => "/wp-json/wc/v3/",
    }
}

async fn heard(sink: &mut UnboundedReceiver<(String, Bytes)>) -> (String, String) {
    let within = Duration::from_secs(20);
    let (topic, body) = tokio::time::timeout(within, sink.recv()).await.unwrap().unwrap();
    (topic, String::from_utf8_lossy(&body).into_owned())
}

#[test]
fn what_is_sold_by_the_neutral_api_is_told_by_the_face() {
    for is_played in [false, true] {
        on_a_runtime(sold_and_told(&faced_plan(is_played)));
    }
}

async fn sold_and_told(plan: &Plan) {
    let (journal, facts) = journal();
    let keys = Keyring::random().unwrap();
    let mut hosting = Hosting::open(plan, &journal, keys).await.unwrap();
    let place = hosting.faces()[0].clone();
    let token = place.credentials[0].1.clone();
    let carrier = Arc::clone(&hosting.carrier);
    let keeping = tokio::spawn(async move {
        let _ = hosting.keep_time().await;
    });
    assert_eq!(ask(&place, "shpat_0", Method::GET, "shop.json", "").await.0, 401);
    let (tell, mut told) = unbounded_channel();
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sink = listen::open(anywhere, ListenerLimits::default(), Sink(tell)).await.unwrap();
    for topic in ["orders/create", "orders/cancelled"] {
        let address = format!("http://{}/hook", sink.address());
        let body =
            format!("{{\"webhook\": {{\"topic\": \"{topic}\", \"address\": \"{address}\"}}}}");
        let made = ask(&place, &token, Method::POST, "webhooks.json", &body).await;
        assert_eq!(made.0, 201, "{}", made.1);
    }
    let order = ChannelRequest::PlaceOrder {
        intent: Intent(1),
        buyer: Buyer(1),
        lines: vec![(SkuId(2), Qty(3))],
    };
    let reply = Hosted(carrier).exchange(Asked::Channel(ChannelId(0), order)).reply;
    assert!(matches!(reply, Reply::Channel(ChannelReply::Placed { .. })), "{reply:?}");
    let (topic, body) = heard(&mut told).await;
    assert!(topic == "orders/create" && body.contains("\"quantity\":3"), "{topic} {body}");
    let (status, listed) = ask(&place, &token, Method::GET, "orders.json", "").await;
    assert!(status == 200 && listed.contains("\"quantity\":3"), "{listed}");
    let cancel = "orders/5000000000001/cancel.json?reason=inventory";
    assert_eq!(ask(&place, &token, Method::POST, cancel, "").await.0, 200);
    assert_eq!(heard(&mut told).await.0, "orders/cancelled");
    keeping.abort();
    sink.close().await;
    journal.close().unwrap();
    let is_released = |fact: &crate::history::Fact| matches!(fact.what, What::Released { .. });
    assert!(facts.lock().iter().any(is_released), "it is in the history");
}

/// A shop that sells in yen shows yen, from the opening on.
#[test]
fn a_face_shows_the_money_of_its_channel() {
    let mut plan = faced_plan(false);
    let yen = Tariff {
        currency: "JPY".to_owned(),
        digits: 0,
        source_digits: 2,
        rate_e9: 150_250_000_000,
        source: Tax::NONE,
        tax: Tax { prices: TaxBasis::Gross, rate: Ppm(100_000) },
        step: Money(1),
        half: Halfway::Up,
        books: BookedBy::Order,
    };
    let price = yen.conversion().charges(plan.world.catalog[0].price);
    plan.charter.channels[0].tariff = Some(yen);
    on_a_runtime(shown(&plan, &["shop.json", "\"currency\":\"JPY\""], price));
}

async fn shown(plan: &Plan, [path, holds]: &[&str; 2], price: Money) {
    let (journal, _) = journal();
    let mut hosting = Hosting::open(plan, &journal, Keyring::random().unwrap()).await.unwrap();
    let place = hosting.faces()[0].clone();
    let token = place.credentials[0].1.clone();
    let keeping = tokio::spawn(async move {
        let _ = hosting.keep_time().await;
    });
    let (_, told) = ask(&place, &token, Method::GET, path, "").await;
    assert!(told.contains(holds), "{told}");
    let (_, listed) = ask(&place, &token, Method::GET, "products.json", "").await;
    assert!(listed.contains(&format!("\"price\":\"{}\"", price.0)), "{listed}");
    keeping.abort();
    journal.close().unwrap();
}
