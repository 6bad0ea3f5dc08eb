//! Owns the shop that a profile is checked against, and sending one request to it: to this machine
//! and nowhere else. Must not know what is sent.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Uri};

use crate::commerce::terms::Dialect;
use crate::profile::{ProfileReply, ProfileRequest};
use crate::wire::call::CallResult;
use crate::wire::client::{Client, ClientLimits};
use crate::wire::permit::Permit;

/// What the face has of each SKU, to begin with.
pub(super) const STOCK: i64 = 40;

/// A shop with three SKUs, whose channel speaks the dialect.
pub(super) fn scenario(dialect: Dialect) -> String {
    let speaks = match dialect {
        Dialect::Neutral => String::new(),
        Dialect::Amazon | Dialect::Mirakl => {
            format!(", dialect: {}, feeds take: 20s", dialect.name())
        }
        Dialect::Shopify | Dialect::WooCommerce | Dialect::Odoo => {
            format!(", dialect: {}", dialect.name())
        }
    };
    format!(
        "campaign: Check of a profile
starts: 2026-01-05 08:00 UTC
currency: EUR
catalog: {{ skus: 3, stock: {STOCK}, price: 12.50 }}
channels:
  shop: {{ of orders: 100%{speaks} }}
traffic:
  demand: 1 order/hour
  phases: [{{ name: check, lasts: 1h, rate: 1x }}]
connectors:
  none of ours: {{ reference: {{ workers: 1 }} }}
"
    )
}

/// Sends a request to this machine and nowhere else.
pub(super) async fn send(request: ProfileRequest) -> Result<ProfileReply, String> {
    let uri: Uri = request.url.parse().map_err(|why| format!("no address: {why}"))?;
    let permit = Permit::loopback(&uri).map_err(|why| why.to_string())?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let mut building = Request::builder().method(request.method).uri(target);
    for (name, value) in &request.headers {
        building = building.header(name, value);
    }
    let body = Full::new(Bytes::from(request.body));
    let sent = building.body(body).map_err(|why| format!("no request: {why}"))?;
    let client = Client::new(permit, ClientLimits { in_flight_max: 1, ..ClientLimits::default() });
    let heard = client.call(sent).await;
    client.close().await;
    match heard {
        CallResult::Answered(reply) => {
            let value = |value: &hyper::header::HeaderValue| {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            let headers = reply.headers.iter().map(|(name, said)| (name.to_string(), value(said)));
            Ok(ProfileReply {
                status: reply.status,
                headers: headers.collect(),
                body: reply.body.to_vec(),
            })
        }
        CallResult::NotSent(why) => Err(why.to_string()),
        CallResult::Unknown(why) => Err(why.to_string()),
    }
}
