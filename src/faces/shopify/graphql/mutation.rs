//! Owns what GraphQL can change: prices, orders, webhooks, and by `quantities` stock.
//! Must not know how answers are selected.

use std::hash::{BuildHasher, Hasher};

use hyper::StatusCode;
use rustc_hash::FxBuildHasher;
use serde_json::{Value, json};

use super::Wrong;
use super::answers::KEY_BYTES_MAX;
use super::objects::subscription;
use super::select::Chosen;
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::shopify::Shopify;
use crate::faces::shopify::cancels::reason;
use crate::faces::shopify::handed::GRAPHQL;
use crate::faces::shopify::ids::{gid, number};
use crate::faces::shopify::shapes::Refused;
use crate::faces::values::amount_in;
use crate::faces::{FaceClock, Shop, asking};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::Money;

/// From this version on, changes of quantities must carry a key.
const KEYS_SINCE: &str = "2026-04";

impl Shopify {
    /// Carries one mutation out.
    pub(super) fn mutate(
        &mut self,
        now: FaceClock,
        version: &str,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let moves = field.name.starts_with("inventory");
        let is_dated = version.len() == KEYS_SINCE.len();
        if moves && field.idempotent.is_none() && (!is_dated || version >= KEYS_SINCE) {
            let message = "The @idempotent directive is required for this mutation";
            return Err(Wrong::new(message, "BAD_REQUEST"));
        }
        let asked = asked(field);
        if field.idempotent.as_ref().is_some_and(|key| key.len() > KEY_BYTES_MAX) {
            let why = format!("the idempotency key is longer than {KEY_BYTES_MAX} bytes");
            return Err(Wrong::new(why, "BAD_REQUEST"));
        }
        if let Some(key) = &field.idempotent
            && let Some((before, answer)) = self.answers.recall(key)
        {
            if before == asked {
                return Ok(answer);
            }
            let message = "the idempotency key was used for another request";
            return Err(Wrong::new(message, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"));
        }
        let answer = match &*field.name {
            "inventorySetQuantities" => self.set_quantities(now, field, shop)?,
            "inventoryAdjustQuantities" => self.adjust_quantities(now, field, shop)?,
            "productVariantsBulkUpdate" => self.update_variants(now, field, shop)?,
            "orderCreate" => self.create_order(now, field, shop)?,
            "orderMarkAsPaid" if self.terms.holds.is_some() => self.mark_paid(now, field, shop)?,
            "orderCancel" => self.cancel_later(now, field, shop)?,
            "webhookSubscriptionCreate" => self.create_hook(now, version, field),
            "webhookSubscriptionDelete" => self.delete_hook(field),
            other => return Err(Wrong::not_here(other)),
        };
        if let Some(key) = field.idempotent.clone() {
            self.answers.keep(key, asked, &answer);
        }
        Ok(answer)
    }

    /// Prices of a product's variants: all of them, or as many as can be where that is asked for.
    /// Here each product has one.
    fn update_variants(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let id = field.argument("productId").as_str().unwrap_or("");
        let product = number("Product", id).and_then(|id| self.ids.products.place(id));
        let Some(sku) = product.and_then(|place| self.terms.catalogue.at(place)) else {
            let why = "Product does not exist";
            let errors = [wrong(&["productId"], why, "PRODUCT_DOES_NOT_EXIST")];
            return Ok(json!({ "product": null, "productVariants": null, "userErrors": errors }));
        };
        let variants = field.argument("variants").as_array().map_or(&[][..], |all| all);
        let most = self.terms.batch_max as usize;
        if variants.len() > most {
            return Err(Wrong::too_many(variants.len(), most));
        }
        let (mut errors, mut fine, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for (place, variant) in variants.iter().enumerate() {
            match self.priced(sku, variant) {
                Ok(price) => {
                    fine.push(place);
                    changes.extend(price.map(|price| (place, sku, Change::Price(price))));
                }
                Err((name, why, code)) => {
                    errors.push(wrong(&["variants", &place.to_string(), name], why, code));
                }
            }
        }
        let is_partial = field.argument("allowPartialUpdates") == &json!(true);
        let mut is_done = errors.is_empty() || is_partial;
        if is_done {
            let push = if is_partial { asking::push } else { asking::push_whole };
            let done = push(shop, PushKind::Price, &changes).map_err(Refused::from)?;
            for (place, _) in done.iter().filter(|(_, outcome)| *outcome != ItemOutcome::Taken) {
                let field = ["variants", &place.to_string(), "price"];
                errors.push(wrong(&field, "this variant is not on sale", "INVALID_INPUT"));
                fine.retain(|known| known != place);
                is_done = is_partial;
            }
        }
        let offer = asking::offer(shop, sku);
        let variant = offer.map(|offer| self.variant_object(now, &offer));
        let told: Option<Vec<_>> = is_done.then(|| fine.iter().map(|_| &variant).collect());
        let product = offer.map(|offer| self.product_object(now, &offer));
        Ok(json!({ "product": product, "productVariants": told, "userErrors": errors }))
    }

    /// The price that a variant of this product is to have, where it says one.
    fn priced(
        &self,
        sku: SkuId,
        variant: &Value,
    ) -> Result<Option<Money>, (&'static str, &'static str, &'static str)> {
        let id = variant.get("id").and_then(Value::as_str).unwrap_or("");
        let place = number("ProductVariant", id).and_then(|id| self.ids.variants.place(id));
        if place != Some(u64::from(sku.0)) {
            let why = "Product variant does not exist";
            return Err(("id", why, "PRODUCT_VARIANT_DOES_NOT_EXIST"));
        }
        let Some(price) = variant.get("price").filter(|price| !price.is_null()) else {
            return Ok(None);
        };
        let price = amount_in(price, self.terms.digits).filter(|price| *price >= Money::ZERO);
        price.map(Some).ok_or(("price", "is not a number", "INVALID_INPUT"))
    }

    fn create_order(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let mut order = field.argument("order").clone();
        // Beside the order; in REST it is one of its fields.
        if let (Some(stock), Value::Object(order)) =
            (field.argument("options").get("inventoryBehaviour"), &mut order)
        {
            order.insert("inventoryBehaviour".to_owned(), stock.clone());
        }
        match self.enter(now, &order, &GRAPHQL, shop) {
            Ok(order) => Ok(json!({ "order": self.order_object(now, &order), "userErrors": [] })),
            Err(refused) => said(refused, &["order", "lineItems"], "order"),
        }
    }

    fn mark_paid(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let id = field.argument("input").get("id").and_then(Value::as_str).unwrap_or("");
        let place = number("Order", id).and_then(|id| self.ids.orders.place(id));
        let paid = place.ok_or_else(Refused::not_found);
        match paid.and_then(|place| self.pay(now, place, shop)) {
            Ok(order) => Ok(json!({ "order": self.order_object(now, &order), "userErrors": [] })),
            Err(refused) if refused.status() == StatusCode::NOT_FOUND => {
                let errors = [wrong(&["id"], "Order does not exist", "NOT_FOUND")];
                Ok(json!({ "order": Value::Null, "userErrors": errors }))
            }
            Err(refused) => said(refused, &["id"], "order"),
        }
    }

    /// An order is cancelled by a job: what it answers is that there is one.
    fn cancel_later(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let id = field.argument("orderId").as_str().unwrap_or("");
        let place = number("Order", id).and_then(|id| self.ids.orders.place(id));
        let order = place.and_then(|place| asking::order(shop, place));
        let why = reason(field.argument("reason").as_str().unwrap_or("other"));
        let restocks = field.argument("restock") == &json!(true);
        let error = match (&order, why) {
            (None, _) => wrong(&["orderId"], "Order does not exist", "NOT_FOUND"),
            (_, None) => wrong(&["reason"], "there is no such reason", "INVALID"),
            (Some(order), Some(why)) => {
                let job = self.cancels.ask(now.at, order.number, why, restocks);
                let job = job.ok_or_else(|| Refused::throttled("1.0"))?;
                let job = json!({ "id": gid("Job", job), "done": false });
                return Ok(json!({ "job": job, "orderCancelUserErrors": [], "userErrors": [] }));
            }
        };
        Ok(json!({ "job": Value::Null, "orderCancelUserErrors": [error], "userErrors": [error] }))
    }

    fn create_hook(&mut self, now: FaceClock, version: &str, field: &Chosen) -> Value {
        let said = field.argument("topic").as_str().unwrap_or("").to_uppercase();
        let known = self.topics().find(|known| known.replace('/', "_").to_uppercase() == said);
        let topic = known.map_or_else(|| said.to_lowercase().replacen('_', "/", 1), str::to_owned);
        let wanted = field.argument("webhookSubscription");
        let url = wanted.get("uri").or_else(|| wanted.get("callbackUrl"));
        let url = url.and_then(Value::as_str).unwrap_or("");
        match self.subscribe(now, (&topic, url), version) {
            Ok(id) => {
                let made = subscription(now, id, &topic, url);
                json!({ "webhookSubscription": made, "userErrors": [] })
            }
            Err(refused) => {
                let field = ["webhookSubscription", "callbackUrl"];
                let errors = [wrong(&field, &refused.why(), "INVALID")];
                json!({ "webhookSubscription": Value::Null, "userErrors": errors })
            }
        }
    }

    fn delete_hook(&mut self, field: &Chosen) -> Value {
        let id = field.argument("id").as_str().unwrap_or("").to_owned();
        let there = number("WebhookSubscription", &id).is_some_and(|id| self.unsubscribe(id));
        if there {
            return json!({ "deletedWebhookSubscriptionId": id, "userErrors": [] });
        }
        let errors = [wrong(&["id"], "Webhook subscription does not exist", "NOT_FOUND")];
        json!({ "deletedWebhookSubscriptionId": Value::Null, "userErrors": errors })
    }
}

/// What is asked, as a number that tells it from anything else.
fn asked(field: &Chosen) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write(field.name.as_bytes());
    hasher.write(Value::Object(field.arguments.clone()).to_string().as_bytes());
    hasher.finish()
}

/// An error of what a caller sent, within an answer that is fine.
pub(super) fn wrong(field: &[&str], message: &str, code: &str) -> Value {
    json!({ "__typename": "UserError", "field": field, "message": message, "code": code })
}

/// A refusal as errors of a mutation. One that is not for what was sent is the request's own, and
/// nothing that is remembered.
fn said(refused: Refused, field: &[&str], thing: &str) -> Result<Value, Wrong> {
    if !refused.is_for_good() {
        return Err(refused.into());
    }
    let errors = [wrong(field, &refused.why(), "INVALID")];
    Ok(json!({ thing: Value::Null, "userErrors": errors }))
}
