//! Owns `WooCommerce`'s REST API, version 3, and its Store API, over one marketplace or over the
//! OMS.
//! Must not know sockets. Start at [`WooCommerce`]'s `receive`: it says who answers what.
//!
//! The platform itself limits nothing but the size of a batch; a shop's own limits are the
//! scenario's.

mod auth;
mod changes;
mod handed;
mod orders;
mod pages;
mod products;
mod shapes;
mod source;
mod store;
mod webhooks;

#[cfg(test)]
mod tests;

use hyper::{Method, StatusCode};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use self::auth::Door;
use self::changes::Tag;
use self::shapes::Refused;
use self::store::Carts;
use self::webhooks::Subscription;
use super::catalogue::Ids;
use super::deliveries::Subscribed;
use super::source::Source;
use super::values::Pairs;
use super::{
    Face, FaceClock, FaceCredentials, FaceReply, FaceRequest, FaceTerms, Hook, KeptOut, Shop, WAIT,
    values,
};
use crate::commerce::inside::InsideReply;
use crate::commerce::protocol::{ChannelReply, OrderNotice, SourceNotice};
use crate::ids::{ChannelId, SkuId};
use crate::units::{At, Span, US_PER_S};
use crate::wire::keys::Keyring;

/// Where the API begins.
const ROOT: &str = "/wp-json/wc/v3/";
/// Where shoppers' API begins.
const STORE: &str = "/wp-json/wc/store/v1/";
/// What it says of itself.
const VERSION: &str = "9.0.0";

/// Resources of the real API that are not here.
const NOT_HERE: [&str; 12] = [
    "coupons",
    "customers",
    "data",
    "payment_gateways",
    "refunds",
    "reports",
    "settings",
    "shipping",
    "shipping_methods",
    "system_status",
    "taxes",
    "variations",
];

/// What answers a request: its answer, or its refusal.
type Answered = Result<FaceReply, Refused>;

/// The parameters of a request, from query and body together.
type Parameters = Map<String, Value>;

/// The face of a `WooCommerce` shop.
pub struct WooCommerce {
    terms: FaceTerms,
    door: Door,
    products: Ids,
    orders: Ids,
    /// Regular and sale prices that were set here, of what is on sale by them.
    tags: FxHashMap<SkuId, Tag>,
    /// Orders that came by this face.
    entered: u64,
    hooks: Subscribed<Subscription>,
    carts: Carts,
    source: Source,
}

/// What callers must show.
pub(super) fn credentials(keys: Keyring, channel: ChannelId) -> FaceCredentials {
    let drawn = |purpose: &str| keys.of_face(channel, purpose);
    vec![
        ("CONSUMER_KEY", format!("ck_{}", drawn("consumer key"))),
        ("CONSUMER_SECRET", format!("cs_{}", drawn("consumer secret"))),
    ]
}

impl Face for WooCommerce {
    fn receive(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> FaceReply {
        let reply = self.route(now, request, shop).unwrap_or_else(|refused| refused.told());
        let told = self.source.take();
        FaceReply { told: if reply.status.is_success() { told } else { vec![] }, ..reply }
    }

    fn notice(
        &mut self,
        now: FaceClock,
        notice: &OrderNotice,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        self.tell(now, notice, is_spoiled, shop);
    }

    fn change(
        &mut self,
        now: FaceClock,
        change: &SourceNotice,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        self.tell_change(now, change, is_spoiled, shop);
    }

    fn next_wake(&self) -> Option<At> {
        self.hooks.deliveries.next().into_iter().chain(self.source.next()).min()
    }

    fn wake(&mut self, now: FaceClock, shop: &mut dyn Shop) -> Vec<Hook> {
        self.tell_due(now, shop);
        self.hooks.deliveries.leave(now.at)
    }

    fn delivered(&mut self, _now: FaceClock, delivery: u64, status: Option<u16>) {
        self.came_back(delivery, status);
    }

    fn kept_out(&self, why: KeptOut) -> FaceReply {
        let refused = match why {
            KeptOut::Floods => throttled(Some(WAIT)),
            KeptOut::TooLarge(_) | KeptOut::TooSlow => {
                let (status, message) = why.said();
                Refused::new(status.as_u16(), "rest_request_refused", message)
            }
        };
        refused.told().to_stranger()
    }

    fn is_quiet(&self) -> bool {
        true
    }
}

impl WooCommerce {
    /// The face of these terms.
    pub fn new(terms: FaceTerms) -> WooCommerce {
        let shown = credentials(terms.keys, terms.channel);
        let [key, secret] = [0, 1].map(|place: usize| shown[place].1.clone());
        let shop = u64::from(terms.channel.0) + 1;
        WooCommerce {
            door: Door::new(key, secret, terms.public_urls.clone()),
            products: Ids::above(shop * 100_000_000),
            orders: Ids::above(shop * 10_000_000_000),
            tags: FxHashMap::default(),
            entered: 0,
            hooks: Subscribed::default(),
            carts: Carts::default(),
            source: Source::default(),
            terms,
        }
    }

    /// Who answers what.
    fn route(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        if matches!(request.path, "/wp-json" | "/wp-json/" | "/") {
            return Ok(self.index());
        }
        if let Some(path) = request.path.strip_prefix(STORE) {
            return self.store(now, request, path.trim_end_matches('/'), shop);
        }
        let path = request.path.strip_prefix(ROOT).ok_or_else(|| no_route().into_stranger())?;
        let path = path.trim_end_matches('/');
        let query = values::pairs(request.query);
        self.door.admit(request, &query, now.wall_s)?;
        let path: Vec<&str> = path.split('/').collect();
        let asked = parameters(request, query)?;
        let method = method(request);
        let reads = matches!(method, Method::GET | Method::HEAD);
        let edits = matches!(method, Method::PUT | Method::PATCH | Method::POST);
        match path.as_slice() {
            ["products"] if reads => self.list_products(now, &asked, shop),
            ["products", "batch"] if edits => self.batch(now, &asked, shop),
            ["products"] if method == Method::POST => {
                Err(Refused::not_here("creating products: what is sold is the scenario's"))
            }
            ["products", id] if reads => self.get_product(now, id, shop),
            ["products", id] if edits => self.put_product(now, id, &asked, shop),
            ["products", _] => Err(Refused::not_here("deleting products")),
            ["products", _, "variations", ..] => Err(Refused::not_here("variations of products")),
            ["products", what, ..] => Err(Refused::not_here(&format!("products/{}", told(what)))),
            ["orders"] if reads => self.list_orders(now, &asked, shop),
            ["orders"] if method == Method::POST => self.create_order(now, &asked, shop),
            ["orders", "batch"] => Err(Refused::not_here("batches of orders")),
            ["orders", id] if reads => self.get_order(now, id, shop),
            ["orders", id] if edits => self.put_order(now, id, &asked, shop),
            ["orders", _] => Err(Refused::not_here("deleting orders: cancel them")),
            ["orders", _, what, ..] => Err(Refused::not_here(&format!("{} of orders", told(what)))),
            ["webhooks"] if reads => self.list_hooks(now, &asked),
            ["webhooks"] if method == Method::POST => self.create_hook(now, &asked),
            ["webhooks", "batch"] => Err(Refused::not_here("batches of webhooks")),
            ["webhooks", id] => self.one_hook(now, id, &method, &asked),
            [what, ..] if NOT_HERE.contains(what) => Err(Refused::not_here(what)),
            _ => Err(no_route()),
        }
    }

    /// What is here at all: clients look before they sign.
    fn index(&self) -> FaceReply {
        let (name, namespaces) = (&self.terms.name, ["wc/v3", "wc/store/v1"]);
        let index = json!({ "name": name, "namespaces": namespaces });
        FaceReply::json(StatusCode::OK, &index).to_stranger()
    }
}

fn no_route() -> Refused {
    Refused::new(404, "rest_no_route", "no route has this path and this method")
}

/// Enough of a caller's text to know it again.
fn told(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The method that is meant: some clients can only say GET and POST.
fn method(request: &FaceRequest<'_>) -> Method {
    let posts = *request.method == Method::POST;
    let meant = posts.then(|| request.headers.get("x-http-method-override")).flatten();
    let meant = meant.and_then(|m| m.to_str().ok());
    meant.and_then(|method| method.parse().ok()).unwrap_or_else(|| request.method.clone())
}

/// Query and body together; the body counts where both say something.
fn parameters(request: &FaceRequest<'_>, query: Pairs<'_>) -> Result<Parameters, Refused> {
    let mut all = Parameters::new();
    let mut take = |pairs: Pairs<'_>| {
        // What it was signed with is nothing that is asked.
        for (name, value) in pairs.into_iter().filter(|(name, _)| !name.starts_with("oauth_")) {
            let value = Value::String(value.into_owned());
            match name.split_once('[') {
                // `status[]=a&status[]=b` and `status[0]=a` are lists.
                Some((list, _)) => match all.entry(list).or_insert_with(|| json!([])) {
                    Value::Array(values) => values.push(value),
                    other => *other = value,
                },
                None => {
                    all.insert(name.into_owned(), value);
                }
            }
        }
    };
    take(query);
    let content = request.headers.get(hyper::header::CONTENT_TYPE);
    let is_form = content.is_some_and(|content| {
        content.as_bytes().starts_with(b"application/x-www-form-urlencoded")
    });
    if request.body.trim_ascii().is_empty() {
        return Ok(all);
    }
    if is_form {
        take(values::pairs(&String::from_utf8_lossy(request.body)));
        return Ok(all);
    }
    match serde_json::from_slice(request.body) {
        Ok(Value::Object(body)) if all.is_empty() => all = body,
        Ok(Value::Object(body)) => all.extend(body),
        Ok(_) => return Err(Refused::new(400, "rest_invalid_json", "the body is no JSON object")),
        Err(why) => {
            return Err(Refused::new(
                400,
                "rest_invalid_json",
                format!("the body is no JSON: {why}"),
            ));
        }
    }
    Ok(all)
}

/// How a call ends that was one too many.
fn throttled(retry_after: Option<Span>) -> Refused {
    let mut refused = Refused::new(429, "too_many_requests", "over this shop's limit on calls");
    if let Some(Span(us)) = retry_after {
        refused.data.insert("retry_after".to_owned(), json!(us.div_ceil(US_PER_S)));
    }
    refused
}

fn unavailable() -> Refused {
    Refused::new(503, "service_unavailable", "this shop is briefly unavailable")
}

impl From<ChannelReply> for Refused {
    fn from(reply: ChannelReply) -> Refused {
        match reply {
            ChannelReply::Throttled { retry_after } => throttled(retry_after),
            ChannelReply::Invalid { why } => Refused::new(400, "rest_invalid_param", why),
            _ => unavailable(),
        }
    }
}

impl From<InsideReply> for Refused {
    fn from(reply: InsideReply) -> Refused {
        match reply {
            InsideReply::Throttled { retry_after } => throttled(retry_after),
            InsideReply::Refused { why } => Refused::new(403, "woocommerce_rest_cannot_edit", why),
            _ => unavailable(),
        }
    }
}
