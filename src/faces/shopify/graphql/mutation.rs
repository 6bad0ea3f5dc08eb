//! Owns what GraphQL can change: quantities, prices, orders, webhooks.
//! Must not know how answers are selected.

use std::hash::{BuildHasher, Hasher};

use rustc_hash::FxBuildHasher;
use serde_json::{Value, json};

use super::Wrong;
use super::objects::{subscription, zulu};
use super::select::Chosen;
use crate::commerce::inside::OfferRead;
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::shopify::Shopify;
use crate::faces::shopify::cancels::reason;
use crate::faces::shopify::ids::{gid, number};
use crate::faces::shopify::shapes::Refused;
use crate::faces::values::{amount_in, whole_in};
use crate::faces::{FaceClock, Shop, asking, units};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::Money;

/// Most items of one input.
const INPUT_MAX: usize = 250;
/// From this version on, changes of quantities must carry a key.
const KEYS_SINCE: &str = "2026-04";

/// What an item asks for, and whether the quantity that it compares with is another now; or why it
/// makes no sense.
type Meant = Result<(Change, bool), &'static str>;

/// One quantity that is to change.
struct Move {
    place: usize,
    sku: SkuId,
    offer: OfferRead,
    change: Change,
    /// The error of a compared quantity that is another now.
    compared: bool,
}

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
        if let Some(key) = &field.idempotent
            && let Some((before, answer)) = self.answers.known.get(key)
        {
            if *before == asked {
                return Ok(answer.clone());
            }
            let message = "the idempotency key was used for another request";
            return Err(Wrong::new(message, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"));
        }
        let answer = match &*field.name {
            "inventorySetQuantities" => self.set_quantities(now, field, shop)?,
            "inventoryAdjustQuantities" => self.adjust_quantities(now, field, shop)?,
            "productVariantsBulkUpdate" => self.update_variants(now, field, shop)?,
            "orderCreate" => match self.enter(field.argument("order"), "lineItems", shop) {
                Ok(order) => json!({ "order": self.order_object(now, &order), "userErrors": [] }),
                Err(refused) => said(refused, &["order", "lineItems"], "order")?,
            },
            "orderCancel" => self.cancel_later(now, field, shop),
            "webhookSubscriptionCreate" => self.create_hook(now, version, field),
            "webhookSubscriptionDelete" => self.delete_hook(field),
            other => return Err(Wrong::not_here(other)),
        };
        if let Some(key) = field.idempotent.clone() {
            self.answers.keep(key, asked, answer.clone());
        }
        Ok(answer)
    }

    fn set_quantities(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let input = field.argument("input");
        let blind = input.get("ignoreCompareQuantity") == Some(&json!(true));
        let set = |item: &Value, offer: &OfferRead| -> Meant {
            let to = item.get("quantity").and_then(whole_in).and_then(units).ok_or("INVALID")?;
            let compared = item.get("compareQuantity").or_else(|| item.get("changeFromQuantity"));
            match compared.filter(|value| !value.is_null() && !blind) {
                Some(value) => {
                    let expect = whole_in(value).and_then(units).ok_or("INVALID")?;
                    let is_stale = expect != offer.stored;
                    Ok((Change::CompareAndSet { expect, to }, is_stale))
                }
                None if blind || item.get("changeFromQuantity").is_some() => {
                    Ok((Change::Absolute(to), false))
                }
                None => Err("COMPARE_QUANTITY_REQUIRED"),
            }
        };
        self.move_quantities(now, (input, "quantities"), set, shop)
    }

    fn adjust_quantities(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let adjust = |item: &Value, _: &OfferRead| -> Meant {
            let by = item.get("delta").and_then(whole_in).and_then(units).ok_or("INVALID")?;
            Ok((Change::Delta(by), false))
        };
        self.move_quantities(now, (field.argument("input"), "changes"), adjust, shop)
    }

    /// Changes quantities: all that are asked for, or none where one makes no sense.
    fn move_quantities(
        &mut self,
        now: FaceClock,
        (input, list): (&Value, &'static str),
        meant: impl Fn(&Value, &OfferRead) -> Meant,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let mut errors = Vec::new();
        if input.get("name").and_then(Value::as_str) != Some("available") {
            let why = "only `available` can be changed here";
            errors.push(wrong(&["input", "name"], why, "INVALID_NAME"));
        }
        let items = input.get(list).and_then(Value::as_array).map_or(&[][..], |all| all);
        if items.len() > INPUT_MAX {
            errors.push(wrong(&["input", list], "at most 250 at once", "INVALID"));
        }
        let mut moves: Vec<Move> = Vec::new();
        for (place, item) in items.iter().enumerate().take(INPUT_MAX) {
            match self.moved(item, &meant, shop) {
                Ok((sku, offer, change, compared)) => {
                    moves.push(Move { place, sku, offer, change, compared });
                }
                Err((name, code)) => {
                    let field = ["input", list, &place.to_string(), name];
                    errors.push(wrong(&field, "this item cannot be changed so", code));
                }
            }
        }
        let stale = |place: usize| {
            let field = ["input", list, &place.to_string(), "compareQuantity"];
            wrong(&field, "the quantity is not the one compared with", "COMPARE_QUANTITY_STALE")
        };
        errors.extend(moves.iter().filter(|m| m.compared).map(|m| stale(m.place)));
        if !errors.is_empty() {
            return Ok(json!({ "inventoryAdjustmentGroup": Value::Null, "userErrors": errors }));
        }
        let changes: Vec<_> = moves.iter().map(|m| (m.place, m.sku, m.change)).collect();
        let done = asking::push(shop, PushKind::Stock, &changes).map_err(Refused::from)?;
        for (place, outcome) in done {
            match outcome {
                ItemOutcome::Taken => {}
                ItemOutcome::Conflict { .. } => errors.push(stale(place)),
                ItemOutcome::Rejected => {
                    let field = ["input", list, &place.to_string(), "inventoryItemId"];
                    errors.push(wrong(&field, "this item is not on sale", "ITEM_NOT_STOCKED"));
                }
            }
        }
        let told = moves.iter().map(|m| {
            let after = asking::offer(shop, m.sku).map_or(m.offer.stored, |offer| offer.stored);
            json!({
                "name": "available",
                "delta": (after - m.offer.stored).0,
                "quantityAfterChange": after.0,
                "item": self.bare_item(now, m.sku),
                "location": self.location_object(),
            })
        });
        let group = json!({
            "id": gid("InventoryAdjustmentGroup", now.at.0),
            "createdAt": zulu(now, now.at),
            "reason": input.get("reason"),
            "referenceDocumentUri": input.get("referenceDocumentUri"),
            "changes": told.collect::<Vec<_>>(),
        });
        Ok(json!({ "inventoryAdjustmentGroup": group, "userErrors": errors }))
    }

    fn moved(
        &self,
        item: &Value,
        meant: impl Fn(&Value, &OfferRead) -> Meant,
        shop: &mut dyn Shop,
    ) -> Result<(SkuId, OfferRead, Change, bool), (&'static str, &'static str)> {
        let id = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        if number("Location", &id("locationId")) != Some(self.ids.location()) {
            return Err(("locationId", "INVALID_LOCATION"));
        }
        let place = number("InventoryItem", &id("inventoryItemId"));
        let place = place.and_then(|id| self.ids.items.place(id));
        let sku = place.and_then(|place| self.terms.catalogue.at(place));
        let offer = sku.and_then(|sku| Some((sku, asking::offer(shop, sku)?)));
        let (sku, offer) = offer.ok_or(("inventoryItemId", "INVALID_INVENTORY_ITEM"))?;
        let (change, stale) = meant(item, &offer).map_err(|code| ("quantity", code))?;
        Ok((sku, offer, change, stale))
    }

    /// Prices of a product's variants: here each has one.
    fn update_variants(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let product = field.argument("productId").as_str().unwrap_or("");
        let product = number("Product", product).and_then(|id| self.ids.products.place(id));
        let variants = field.argument("variants").as_array().cloned().unwrap_or_default();
        let (mut errors, mut told) = (Vec::new(), Vec::new());
        for (place, variant) in variants.iter().enumerate().take(INPUT_MAX) {
            let at = place.to_string();
            let id = variant.get("id").and_then(Value::as_str).unwrap_or("");
            let sku = number("ProductVariant", id).and_then(|id| self.ids.variants.place(id));
            let sku = sku.filter(|sku| Some(*sku) == product);
            let Some(sku) = sku.and_then(|sku| self.terms.catalogue.at(sku)) else {
                let why = "Product variant does not exist";
                let code = "PRODUCT_VARIANT_DOES_NOT_EXIST";
                errors.push(wrong(&["variants", &at, "id"], why, code));
                continue;
            };
            if let Some(price) = variant.get("price").filter(|price| !price.is_null()) {
                let price = amount_in(price, self.terms.digits);
                let price = price.filter(|price| *price >= Money::ZERO);
                let done = price
                    .ok_or_else(|| Refused::field("price", "is not a number"))
                    .and_then(|price| self.set_price(sku, price, shop));
                match done {
                    Ok(()) => {}
                    Err(refused) if refused.is_throttled() => return Err(refused.into()),
                    Err(refused) => {
                        let field = ["variants", &at, "price"];
                        errors.push(wrong(&field, &refused.why(), "INVALID_INPUT"));
                    }
                }
            }
            if let Some(offer) = asking::offer(shop, sku) {
                told.push(self.variant_object(now, &offer));
            }
        }
        let product = product.and_then(|place| self.terms.catalogue.at(place));
        let product = product.and_then(|sku| asking::offer(shop, sku));
        let product = product.map(|offer| self.product_object(now, &offer));
        if product.is_none() {
            let why = "Product does not exist";
            errors.push(wrong(&["productId"], why, "PRODUCT_DOES_NOT_EXIST"));
        }
        Ok(json!({ "product": product, "productVariants": told, "userErrors": errors }))
    }

    /// An order is cancelled by a job: what it answers is that there is one.
    fn cancel_later(&mut self, now: FaceClock, field: &Chosen, shop: &mut dyn Shop) -> Value {
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
                let job = json!({ "id": gid("Job", job), "done": false });
                return json!({ "job": job, "orderCancelUserErrors": [], "userErrors": [] });
            }
        };
        json!({ "job": Value::Null, "orderCancelUserErrors": [error], "userErrors": [error] })
    }

    fn create_hook(&mut self, now: FaceClock, version: &str, field: &Chosen) -> Value {
        let topic = field.argument("topic").as_str().unwrap_or("");
        let topic = topic.to_lowercase().replacen('_', "/", 1);
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
fn wrong(field: &[&str], message: &str, code: &str) -> Value {
    json!({ "__typename": "UserError", "field": field, "message": message, "code": code })
}

/// A refusal as errors of a mutation; one for want of room is the request's.
fn said(refused: Refused, field: &[&str], thing: &str) -> Result<Value, Wrong> {
    if refused.is_throttled() {
        return Err(refused.into());
    }
    let errors = [wrong(field, &refused.why(), "INVALID")];
    Ok(json!({ thing: Value::Null, "userErrors": errors }))
}
