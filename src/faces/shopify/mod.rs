//! Owns Shopify's Admin API, REST and GraphQL, over one marketplace or over the OMS.
//! Must not know sockets. Start at [`Shopify`]'s `receive`: it says who answers what.

mod cancels;
mod graphql;
mod handed;
mod ids;
mod inventory;
mod orders;
mod pages;
mod products;
mod shapes;
mod source;
mod webhooks;

#[cfg(test)]
mod tests;

use hyper::{Method, StatusCode};
use serde_json::{Map, Value, json};

use self::cancels::Cancels;
use self::graphql::answers::Answers;
use self::graphql::documents::Documents;
use self::handed::CANCELLED;
use self::ids::ShopIds;
use self::shapes::Refused;
use self::webhooks::Subscription;
use super::bucket::Points;
use super::deliveries::Subscribed;
use super::source::Source;
use super::values::{Pairs, is_same};
use super::{
    Face, FaceClock, FaceCredentials, FaceReply, FaceRequest, FaceTerms, Hook, KeptOut, Shop, WAIT,
    values,
};
use crate::commerce::inside::InsideReply;
use crate::commerce::protocol::{OrderNotice, SourceNotice};
use crate::ids::ChannelId;
use crate::units::{At, Span, US_PER_S};
use crate::wire::keys::Keyring;

/// Calls of REST that may be made at once, and how many come back a second, on the standard plan.
const REST: (u32, u32) = (40, 2);
/// Points of GraphQL that a shop has on the standard plan, and how many come back a second.
const GRAPHQL: (u32, u32) = (2_000, 100);
/// Resources of the real API that are not here.
const NOT_HERE: [&str; 22] = [
    "access_scopes",
    "articles",
    "blogs",
    "carrier_services",
    "checkouts",
    "collects",
    "countries",
    "custom_collections",
    "customers",
    "discount_codes",
    "draft_orders",
    "events",
    "fulfillment_orders",
    "fulfillment_services",
    "fulfillments",
    "gift_cards",
    "metafields",
    "pages",
    "price_rules",
    "refunds",
    "smart_collections",
    "themes",
];

/// What answers a request: its answer, or its refusal.
type Answered = Result<FaceReply, Refused>;

/// The face of a Shopify shop.
pub struct Shopify {
    terms: FaceTerms,
    token: String,
    /// What its webhooks are signed with.
    secret: String,
    ids: ShopIds,
    rest: Points,
    graphql: Points,
    /// Orders that came by this face.
    entered: u64,
    cancels: Cancels,
    hooks: Subscribed<Subscription>,
    /// Answers to mutations that may be asked for once more.
    answers: Answers,
    source: Source,
    /// Queries that were read already.
    documents: Documents,
}

/// What callers must show.
pub(super) fn credentials(keys: Keyring, channel: ChannelId) -> FaceCredentials {
    vec![
        ("ACCESS_TOKEN", format!("shpat_{}", keys.of_face(channel, "access token"))),
        ("API_SECRET", format!("shpss_{}", keys.of_face(channel, "api secret"))),
    ]
}

/// A request on its way through the face.
struct Asked<'a> {
    /// Which version of the API is asked.
    version: &'a str,
    query: Pairs<'a>,
    /// The body, where it is a JSON object.
    body: Map<String, Value>,
    /// By whose name the caller knows it.
    host: &'a str,
    is_secure: bool,
    path: &'a str,
}

impl Asked<'_> {
    /// The address that the caller knows it by.
    fn address(&self) -> String {
        format!("{}://{}", if self.is_secure { "https" } else { "http" }, self.host)
    }

    /// A parameter of the query, or of the body where the query has none.
    fn text(&self, name: &str) -> Option<String> {
        let said = values::of(&self.query, name).map(str::to_owned);
        said.or_else(|| match self.body.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }
}

impl Face for Shopify {
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
        let due = [self.hooks.deliveries.next(), self.cancels.next(), self.source.next()];
        due.into_iter().flatten().min()
    }

    fn wake(&mut self, now: FaceClock, shop: &mut dyn Shop) -> Vec<Hook> {
        for number in self.cancels.carry_out(now.at, shop) {
            self.tell_of_own(now, number, &CANCELLED, shop);
        }
        self.tell_due(now, shop);
        self.hooks.deliveries.leave(now.at)
    }

    fn delivered(&mut self, now: FaceClock, delivery: u64, status: Option<u16>) {
        self.came_back(now.at, delivery, status);
    }

    fn kept_out(&self, why: KeptOut) -> FaceReply {
        let refused = match why {
            KeptOut::Floods => Refused::throttled(&wait(Some(WAIT))),
            KeptOut::TooLarge(_) | KeptOut::TooSlow => {
                let (status, message) = why.said();
                Refused::new(status.as_u16(), json!(message))
            }
        };
        refused.told().to_stranger()
    }

    fn is_quiet(&self) -> bool {
        self.cancels.is_quiet()
    }
}

impl Shopify {
    /// The face of these terms.
    pub fn new(terms: FaceTerms) -> Shopify {
        let shown = credentials(terms.keys, terms.channel);
        let [token, secret] = [0, 1].map(|place: usize| shown[place].1.clone());
        Shopify {
            token,
            secret,
            ids: ShopIds::of(terms.channel),
            rest: Points::full(REST.0, REST.1),
            graphql: Points::full(GRAPHQL.0, GRAPHQL.1),
            entered: 0,
            cancels: Cancels::default(),
            hooks: Subscribed::default(),
            answers: Answers::default(),
            source: Source::default(),
            documents: Documents::default(),
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
        let path = request.path.strip_prefix("/admin/");
        let path = path.ok_or_else(|| Refused::not_found().into_stranger())?;
        if path.starts_with("oauth/") {
            return Err(
                Refused::not_here("installing an app: use the access token").into_stranger()
            );
        }
        let path = path.strip_prefix("api/").unwrap_or(path);
        let (version, path) = match path.split_once('/') {
            Some((version, rest)) if is_version(version) => (version, rest),
            _ => ("2025-01", path),
        };
        let shown = request.headers.get("x-shopify-access-token");
        let shown = shown.and_then(|token| token.to_str().ok()).unwrap_or("");
        if !is_same(shown, &self.token) {
            return Err(Refused::stranger());
        }
        if path == "graphql.json" {
            let reply = self.graphql(now, (version, request), shop);
            return Ok(reply.with("x-shopify-api-version", version));
        }
        if self.rest.take(now.at, 1).is_err() {
            return Ok(self.counted(now, Refused::throttled("2.0").told()));
        }
        let answered = self.rest(now, (version, path), request, shop);
        let reply = answered.unwrap_or_else(|refused| refused.told());
        Ok(self.counted(now, reply).with("x-shopify-api-version", version))
    }

    /// Says how full the bucket of calls is.
    fn counted(&mut self, now: FaceClock, reply: FaceReply) -> FaceReply {
        let used = u64::from(REST.0) - self.rest.left(now.at).min(u64::from(REST.0));
        reply.with("x-shopify-shop-api-call-limit", &format!("{used}/{}", REST.0))
    }

    fn rest(
        &mut self,
        now: FaceClock,
        (version, path): (&str, &str),
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let path = path.strip_suffix(".json").ok_or_else(Refused::not_found)?;
        let host = request.headers.get(hyper::header::HOST).and_then(|host| host.to_str().ok());
        let asked = Asked {
            version,
            query: values::pairs(request.query),
            body: body(request)?,
            host: host.unwrap_or("localhost"),
            is_secure: request.is_secure,
            path: request.path,
        };
        let parts: Vec<&str> = path.split('/').collect();
        let (method, parts) = (request.method, parts.as_slice());
        match parts[0] {
            "shop" => Ok(shapes::ok("shop", &self.shop_shape())),
            "products" | "variants" => self.products(now, method, parts, &asked, shop),
            "inventory_levels" | "inventory_items" | "locations" => {
                self.inventory(now, method, parts, &asked, shop)
            }
            "orders" => self.orders(now, method, parts, &asked, shop),
            "webhooks" => self.webhooks(now, method, parts, &asked),
            what if NOT_HERE.contains(&what) => Err(Refused::not_here(what)),
            _ => Err(Refused::not_found()),
        }
    }

    fn shop_shape(&self) -> Value {
        json!({
            "id": self.ids.shop(),
            "name": self.terms.name,
            "currency": self.terms.currency,
            "myshopify_domain": self.domain(),
            "iana_timezone": "Etc/UTC",
            "primary_location_id": self.ids.location(),
        })
    }

    /// The shop's name among shops.
    fn domain(&self) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let name: String = self.terms.name.chars().map(letter).collect();
        format!("{name}.myshopify.com")
    }
}

fn is_version(text: &str) -> bool {
    let dated = text.len() == 7 && text.as_bytes()[4] == b'-';
    text == "unstable" || (dated && text.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
}

/// The body as an object; none is an empty one, and so is a form.
fn body(request: &FaceRequest<'_>) -> Result<Map<String, Value>, Refused> {
    let body = request.body.trim_ascii();
    if body.is_empty() || *request.method == Method::GET {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) | Err(_) => Err(Refused::new(400, json!("the body is no JSON object"))),
    }
}

/// How long to wait, as REST says it.
fn wait(after: Option<Span>) -> String {
    after.map_or("2.0".to_owned(), |Span(us)| format!("{}.0", us.div_ceil(US_PER_S)))
}

impl From<InsideReply> for Refused {
    fn from(reply: InsideReply) -> Refused {
        match reply {
            InsideReply::Throttled { retry_after } => Refused::throttled(&wait(retry_after)),
            InsideReply::Refused { why } => Refused::new(403, json!(why)),
            _ => Refused::unavailable(),
        }
    }
}

/// An answer without anything in it.
fn nothing() -> FaceReply {
    FaceReply::json(StatusCode::OK, &json!({}))
}
