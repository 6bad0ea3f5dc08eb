//! Owns webhooks: who wants which, how each is worded and signed, when it is tried again.
//! Must not know how they travel.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::ids::gid;
use super::shapes::{Refused, created, date, ok};
use super::{Answered, Asked, Shopify, nothing};
use crate::commerce::protocol::{OrderNotice, OrderState, SourceNotice};
use crate::faces::deliveries::{Wanted, header, signed};
use crate::faces::{FaceClock, Hook, HookAddress, Shop, asking};
use crate::units::{At, Span};

/// How long a sink may take, in wall microseconds.
const WITHIN_US: u64 = 5_000_000;
/// How long after each failure it is tried again: eight times within four hours. How they are
/// spread is not published.
const AGAIN_AFTER_MIN: [u64; 8] = [1, 2, 4, 8, 15, 30, 60, 120];
/// Where their numbers begin.
const NUMBERS_ABOVE: u64 = 1_000_000_000;
/// What can be told of here.
const TOPICS: [&str; 4] = ["orders/create", "orders/updated", "orders/paid", "orders/cancelled"];
/// What the shop that is the source tells of beside them.
pub(super) const LEVELS: &str = "inventory_levels/update";
pub(super) const PRODUCTS: &str = "products/update";

/// A webhook that somebody wants.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    id: u64,
    topic: &'static str,
    url: String,
    to: HookAddress,
    version: String,
    created: At,
}

impl Subscription {
    pub(super) fn wants(&self, topic: &str) -> bool {
        self.topic == topic
    }
}

impl Wanted for Subscription {
    fn id(&self) -> u64 {
        self.id
    }
}

impl Shopify {
    pub(super) fn webhooks(
        &mut self,
        now: FaceClock,
        method: &Method,
        parts: &[&str],
        asked: &Asked<'_>,
    ) -> Answered {
        match (method.as_str(), parts) {
            ("GET", ["webhooks"]) => {
                let topic = asked.text("topic");
                let is = |known: &&Subscription| topic.as_ref().is_none_or(|t| t == known.topic);
                let all = self.hooks.all.iter().filter(is).map(|known| shape(now, known));
                Ok(ok("webhooks", &Value::Array(all.collect())))
            }
            ("GET", ["webhooks", "count"]) => Ok(ok("count", &json!(self.hooks.all.len()))),
            ("GET", ["webhooks", id]) => Ok(ok("webhook", &shape(now, self.hook(id)?))),
            ("DELETE", ["webhooks", id]) => {
                let id = self.hook(id)?.id;
                self.hooks.take_off(id);
                Ok(nothing())
            }
            ("POST", ["webhooks"]) => {
                let wanted =
                    asked.body.get("webhook").ok_or_else(|| Refused::missing("webhook"))?;
                let text = |name: &str| wanted.get(name).and_then(Value::as_str);
                let (topic, url) = (text("topic").unwrap_or(""), text("address").unwrap_or(""));
                let id = self.subscribe(now, (topic, url), asked.version)?;
                Ok(created("webhook", &shape(now, self.hook(&id.to_string())?)))
            }
            ("PUT", ["webhooks", _]) => {
                Err(Refused::not_here("changing a webhook: delete it and make another"))
            }
            _ => Err(Refused::not_found()),
        }
    }

    /// Takes a subscription in; leaves its id.
    pub(super) fn subscribe(
        &mut self,
        now: FaceClock,
        (topic, url): (&str, &str),
        version: &str,
    ) -> Result<u64, Refused> {
        let known = self.topics().find(|known| *known == topic);
        let known = known.ok_or_else(|| {
            let shown: String = topic.chars().take(60).collect();
            if topic.contains('/') {
                return Refused::not_here(&format!("webhooks of {shown}"));
            }
            Refused::field("topic", "is invalid")
        })?;
        let to = HookAddress::of(url).map_err(|why| Refused::field("address", &why))?;
        if self.hooks.all.iter().any(|known| known.topic == topic && known.url == url) {
            return Err(Refused::field("address", "for this topic has already been taken"));
        }
        let too_many = || Refused::field("address", "would be one webhook too many");
        let id = NUMBERS_ABOVE + self.hooks.next_number().ok_or_else(too_many)?;
        self.hooks.all.push(Subscription {
            id,
            topic: known,
            url: url.to_owned(),
            to,
            version: version.to_owned(),
            created: now.at,
        });
        Ok(id)
    }

    /// What may be subscribed to.
    pub(super) fn topics(&self) -> impl Iterator<Item = &'static str> + use<> {
        let of_the_source = self.terms.holds.as_ref().map(|_| [LEVELS, PRODUCTS]);
        TOPICS.into_iter().chain(of_the_source.into_iter().flatten())
    }

    /// Takes a subscription off; whether there was one.
    pub(super) fn unsubscribe(&mut self, id: u64) -> bool {
        self.hooks.take_off(id).is_some()
    }

    fn hook(&self, id: &str) -> Result<&Subscription, Refused> {
        let known = id.parse().ok().and_then(|id| self.hooks.get(id));
        known.ok_or_else(Refused::not_found)
    }

    /// What a sink answered: anything but a success is tried again, and a webhook that failed
    /// every time is taken off.
    pub(super) fn came_back(&mut self, now: At, delivery: u64, status: Option<u16>) {
        let Some(delivery) = self.hooks.deliveries.came_back(delivery) else { return };
        if matches!(status, Some(200..=299)) || self.hooks.get(delivery.of).is_none() {
            return;
        }
        match AGAIN_AFTER_MIN.get(delivery.tries as usize - 1) {
            Some(minutes) => {
                self.hooks.deliveries.again(now + Span::from_mins(*minutes), delivery);
            }
            None => drop(self.hooks.take_off(delivery.of)),
        }
    }

    /// Every subscription: id, topic, address.
    pub(super) fn subscriptions(&self) -> impl Iterator<Item = (u64, &str, &str)> {
        self.hooks.all.iter().map(|known| (known.id, known.topic, &*known.url))
    }

    /// Puts webhooks of an order in line. They say how it stands when they leave.
    pub(super) fn tell(
        &mut self,
        now: FaceClock,
        notice: &OrderNotice,
        is_spoiled: bool,
        shop: &mut dyn Shop,
    ) {
        if self.hooks.all.is_empty() {
            return;
        }
        let events: &[&str] = match (self.hooks.is_first(notice), notice.state) {
            (true, OrderState::Ours) => &["orders/create", "orders/paid"],
            (true, _) => &["orders/create"],
            (false, OrderState::Ours) => &["orders/paid", "orders/updated"],
            (false, OrderState::Released(_)) => &["orders/cancelled", "orders/updated"],
            (false, OrderState::Waiting | OrderState::Pending) => &["orders/updated"],
        };
        self.tell_of(now, (notice.order.number, events, is_spoiled), shop);
    }

    /// The same of what is known to have befallen one.
    pub(super) fn tell_of(
        &mut self,
        now: FaceClock,
        (number, events, is_spoiled): (u64, &[&str], bool),
        shop: &mut dyn Shop,
    ) {
        let wanted = |known: &Subscription| events.contains(&known.topic);
        if !self.hooks.all.iter().any(wanted) {
            return;
        }
        let Some(order) = asking::order(shop, number) else { return };
        let body = Bytes::from(self.order(now, &order).to_string());
        let about = format!("{number} {:?}", order.state);
        let id = self.ids.orders.id(number).to_string();
        let told = Told { events, about, body, order: Some(id), is_spoiled, tells: vec![] };
        self.put_in_line(now, told);
    }

    /// Puts webhooks in line for all who want to hear.
    pub(super) fn put_in_line(&mut self, now: FaceClock, told: Told<'_>) {
        let Told { events, about, body, order, is_spoiled, tells } = told;
        let tag = signed(self.secret.as_bytes(), &body, is_spoiled);
        let domain = self.domain();
        let triggered = format!("{}Z", now.date(now.at));
        let event_id = uuid(&self.terms.secret(&format!("event {about}")));
        for known in self.hooks.all.iter().filter(|known| events.contains(&known.topic)) {
            // Whoever hears of one thing twice knows it by this.
            let delivery_id = uuid(&self.terms.secret(&format!("webhook {} {about}", known.id)));
            let mut headers = vec![
                header("content-type", "application/json"),
                header("x-shopify-topic", known.topic),
                header("x-shopify-hmac-sha256", &tag),
                header("x-shopify-shop-domain", &domain),
                header("x-shopify-api-version", &known.version),
                header("x-shopify-webhook-id", &delivery_id),
                header("x-shopify-event-id", &event_id),
                header("x-shopify-triggered-at", &triggered),
            ];
            headers.extend(order.as_ref().map(|id| header("x-shopify-order-id", id)));
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
}

/// What is told to all who want to hear of it.
pub(super) struct Told<'a> {
    /// Under which topics.
    pub(super) events: &'a [&'a str],
    /// What tells it from anything else that is told.
    pub(super) about: String,
    pub(super) body: Bytes,
    /// The id of the order that it is about.
    pub(super) order: Option<String>,
    pub(super) is_spoiled: bool,
    /// What it says of the source.
    pub(super) tells: Vec<SourceNotice>,
}

/// 32 hexadecimal digits, written as ids of deliveries are.
fn uuid(digits: &str) -> String {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("");
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

fn shape(now: FaceClock, known: &Subscription) -> Value {
    json!({
        "id": known.id,
        "admin_graphql_api_id": gid("WebhookSubscription", known.id),
        "address": known.url,
        "topic": known.topic,
        "format": "json",
        "api_version": known.version,
        "created_at": date(now, known.created),
        "updated_at": date(now, known.created),
    })
}
