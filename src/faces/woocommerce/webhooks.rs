//! Owns webhooks: who wants which, how each is worded and signed, when one is given up.
//! Must not know how they travel.
//!
//! As the platform has it, a delivery is not tried again: after more than five failures in a row
//! its webhook is disabled.

use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::pages::PageWanted;
use super::shapes::Refused;
use super::{Answered, Parameters, WooCommerce, told};
use crate::commerce::protocol::{OrderNotice, SourceNotice};
use crate::faces::deliveries::{Deliveries, Wanted, header, signed};
use crate::faces::{FaceClock, FaceReply, Hook, HookAddress, JSON, Shop, asking};
use crate::units::At;

/// More failures in a row disable a webhook.
const FAILURES_MAX: u32 = 5;
/// How long a sink may take, in wall microseconds.
const WITHIN_US: u64 = 60_000_000;
/// What a shop's resources can tell, as far as it is here.
const TOPICS: [&str; 4] = ["order.created", "order.updated", "order.deleted", "order.restored"];
/// What it tells besides where it is the source.
pub(super) const PRODUCTS: &str = "product.updated";
/// Resources whose webhooks are not here.
const NOT_HERE: [&str; 4] = ["action", "coupon", "customer", "product"];

/// A webhook that somebody wants.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    id: u64,
    name: String,
    topic: &'static str,
    url: String,
    to: HookAddress,
    secret: String,
    status: Status,
    failures: u32,
    created: At,
    modified: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Active,
    Paused,
    Disabled,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Paused => "paused",
            Status::Disabled => "disabled",
        }
    }
}

impl Wanted for Subscription {
    fn id(&self) -> u64 {
        self.id
    }
}

impl Subscription {
    fn wants(&self, topic: &str) -> bool {
        self.status == Status::Active && self.topic == topic
    }
}

impl WooCommerce {
    pub(super) fn list_hooks(&mut self, now: FaceClock, asked: &Parameters) -> Answered {
        let page = PageWanted::of(asked)?;
        let mut all: Vec<&Subscription> = self.hooks.all.iter().collect();
        if page.last_first {
            all.reverse();
        }
        let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
        let shown = all.iter().skip(skip).take(page.each() as usize);
        let shown: Vec<Value> = shown.map(|known| worded(now, known)).collect();
        Ok(page.told(FaceReply::json(StatusCode::OK, &shown), all.len() as u64))
    }

    pub(super) fn create_hook(&mut self, now: FaceClock, asked: &Parameters) -> Answered {
        let too_many =
            || Refused::new(400, "woocommerce_rest_cannot_create", "there are too many webhooks");
        let id = self.hooks.next_number().ok_or_else(too_many)?;
        let mut new = Subscription {
            id,
            name: format!("Webhook {id}"),
            topic: "",
            url: String::new(),
            to: HookAddress { origin: hyper::Uri::default(), target: String::new() },
            secret: self.terms.secret(&format!("webhook {id}")),
            status: Status::Active,
            failures: 0,
            created: now.at,
            modified: now.at,
        };
        for name in ["topic", "delivery_url"] {
            if !asked.contains_key(name) {
                return Err(Refused::parameter(name, "it is missing"));
            }
        }
        self.understands(asked)?;
        change(&mut new, asked)?;
        if new.status == Status::Active {
            ping(&mut self.hooks.deliveries, now.at, &new);
        }
        let reply = FaceReply::json(StatusCode::CREATED, &worded(now, &new));
        self.hooks.all.push(new);
        Ok(reply)
    }

    pub(super) fn one_hook(
        &mut self,
        now: FaceClock,
        id: &str,
        method: &Method,
        asked: &Parameters,
    ) -> Answered {
        let no_hook = || {
            let code = "woocommerce_rest_shop_webhook_invalid_id";
            Refused::new(404, code, "there is no such webhook")
        };
        let id: u64 = id.parse().map_err(|_| no_hook())?;
        if *method == Method::DELETE {
            let gone = self.hooks.take_off(id).ok_or_else(no_hook)?;
            return Ok(FaceReply::json(StatusCode::OK, &worded(now, &gone)));
        }
        self.understands(asked)?;
        let known = self.hooks.get_mut(id).ok_or_else(no_hook)?;
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut changed = known.clone();
            change(&mut changed, asked)?;
            if changed.status == Status::Active {
                changed.failures = 0;
            }
            changed.modified = now.at;
            *known = changed;
        }
        Ok(FaceReply::json(StatusCode::OK, &worded(now, known)))
    }

    /// What a sink answered. A ping's answer is nobody's concern.
    pub(super) fn came_back(&mut self, delivery: u64, status: Option<u16>) {
        let Some(delivery) = self.hooks.deliveries.came_back(delivery) else { return };
        let Some(known) = self.hooks.get_mut(delivery.of) else { return };
        if matches!(status, Some(200..=299 | 301 | 302)) {
            known.failures = 0;
            return;
        }
        known.failures += 1;
        if known.failures > FAILURES_MAX {
            known.status = Status::Disabled;
        }
    }

    /// Puts webhooks of an order in line. They say how it stands when they leave, whatever they
    /// leave for: of one that is late or comes twice the body may be another's.
    pub(super) fn tell(
        &mut self,
        now: FaceClock,
        notice: &OrderNotice,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        let number = notice.order.number;
        if self.hooks.all.iter().all(|known| known.status != Status::Active) {
            return;
        }
        let is_new = self.hooks.is_first(notice);
        self.tell_of(now, (number, is_new, is_spoiled), shop);
    }

    /// The same of what is known to have befallen one.
    pub(super) fn tell_of(
        &mut self,
        now: FaceClock,
        (number, is_new, is_spoiled): (u64, bool, bool),
        shop: &mut dyn Shop,
    ) {
        let topic = if is_new { TOPICS[0] } else { TOPICS[1] };
        if !self.wants(topic) {
            return;
        }
        let Some(order) = asking::order(shop, number) else { return };
        let body = self.order(now, &order, |order| serde_json::to_vec(order));
        let body = Bytes::from(body.unwrap_or_default());
        let about = format!("{number} {:?}", order.state);
        self.put_in_line(now, Told { topic, about, body, is_spoiled, tells: vec![] });
    }

    /// Somebody wants to hear of it.
    pub(super) fn wants(&self, topic: &str) -> bool {
        self.hooks.all.iter().any(|known| known.wants(topic))
    }

    /// Puts webhooks in line for all who want to hear.
    pub(super) fn put_in_line(&mut self, now: FaceClock, told: Told) {
        let Told { topic, about, body, is_spoiled, tells } = told;
        let (resource, event) = topic.split_once('.').unwrap_or_default();
        for known in self.hooks.all.iter().filter(|known| known.wants(topic)) {
            let tag = signed(known.secret.as_bytes(), &body, is_spoiled);
            let headers = vec![
                header("content-type", JSON),
                header("user-agent", "WooCommerce Hookshot (doorbuster)"),
                header("x-wc-webhook-source", &format!("http://{}/", self.terms.name)),
                header("x-wc-webhook-topic", topic),
                header("x-wc-webhook-resource", resource),
                header("x-wc-webhook-event", event),
                header("x-wc-webhook-signature", &tag),
                header("x-wc-webhook-id", &known.id.to_string()),
                header(
                    "x-wc-webhook-delivery-id",
                    &self.terms.secret(&format!("delivery {} {about}", known.id)),
                ),
            ];
            let (to, body, tells) = (known.to.clone(), body.clone(), tells.clone());
            self.hooks.deliveries.push(now.at, known.id, |delivery| Hook {
                delivery,
                to,
                headers,
                body,
                within_us: WITHIN_US,
                tells,
            });
        }
    }

    /// Whether there is such a topic here.
    fn understands(&self, asked: &Parameters) -> Result<(), Refused> {
        let is_the_sources = asked.get("topic").is_some_and(|topic| topic == PRODUCTS);
        if is_the_sources && self.terms.holds.is_none() {
            return Err(Refused::not_here(&format!("webhooks of {PRODUCTS}")));
        }
        Ok(())
    }
}

/// What is told to all who want to hear of it.
pub(super) struct Told {
    pub(super) topic: &'static str,
    /// What tells it from anything else that is told.
    pub(super) about: String,
    pub(super) body: Bytes,
    pub(super) is_spoiled: bool,
    /// What it says of the source.
    pub(super) tells: Vec<SourceNotice>,
}

/// What a sink hears first: a form, without a signature.
fn ping(deliveries: &mut Deliveries, now: At, new: &Subscription) {
    let body = Bytes::from(format!("webhook_id={}", new.id));
    let content = header("content-type", "application/x-www-form-urlencoded");
    let agent = header("user-agent", "WooCommerce Hookshot (doorbuster)");
    let (to, headers) = (new.to.clone(), vec![content, agent]);
    // For nobody: whether it arrives changes nothing.
    deliveries.push(now, 0, |delivery| Hook {
        delivery,
        to,
        headers,
        body,
        within_us: WITHIN_US,
        tells: vec![],
    });
}

/// Changes what is said of a webhook.
fn change(known: &mut Subscription, asked: &Parameters) -> Result<(), Refused> {
    let text = |name: &str| asked.get(name).and_then(Value::as_str);
    if let Some(topic) = text("topic") {
        let mut here = TOPICS.into_iter().chain([PRODUCTS]);
        known.topic = here.find(|here| *here == topic).ok_or_else(|| {
            let resource = topic.split('.').next().unwrap_or("");
            if NOT_HERE.contains(&resource) {
                return Refused::not_here(&format!("webhooks of {}", told(topic)));
            }
            let why = "the topic is none that there is";
            Refused::new(400, "woocommerce_rest_shop_webhook_invalid_topic", why)
        })?;
    }
    if let Some(url) = text("delivery_url") {
        known.to = HookAddress::of(url).map_err(|why| {
            Refused::new(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", why)
        })?;
        url.clone_into(&mut known.url);
    }
    if let Some(secret) = text("secret").filter(|secret| !secret.is_empty()) {
        known.secret = secret.chars().take(1_024).collect();
    }
    if let Some(name) = text("name") {
        known.name = told(name);
    }
    known.status = match text("status") {
        None => known.status,
        Some("active") => Status::Active,
        Some("paused") => Status::Paused,
        Some("disabled") => Status::Disabled,
        Some(_) => return Err(Refused::parameter("status", "active, paused or disabled")),
    };
    Ok(())
}

fn worded(now: FaceClock, known: &Subscription) -> Value {
    let (resource, event) = known.topic.split_once('.').unwrap_or_default();
    let (created, modified) = (now.date(known.created), now.date(known.modified));
    json!({
        "id": known.id,
        "name": known.name,
        "status": known.status.name(),
        "topic": known.topic,
        "resource": resource,
        "event": event,
        "delivery_url": known.url,
        "date_created": created,
        "date_created_gmt": created,
        "date_modified": modified,
        "date_modified_gmt": modified,
    })
}
