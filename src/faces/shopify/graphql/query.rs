//! Owns what GraphQL can read: products, variants, items, levels, orders, each as an object with
//! all its fields. Must not know which of them are asked for.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::Wrong;
use super::objects::{page, subscription};
use super::select::Chosen;
use crate::commerce::inside::{OfferRead, OrderRead, OrderStates, OrdersSorted, OrdersWanted};
use crate::faces::shopify::Shopify;
use crate::faces::shopify::ids::number;
use crate::faces::shopify::orders::OPEN;
use crate::faces::shopify::shapes::Refused;
use crate::faces::source::Says;
use crate::faces::values::unbase64;
use crate::faces::{FaceClock, Shop, asking};
use crate::ids::SkuId;
use crate::units::{At, Span};

impl From<Refused> for Wrong {
    fn from(refused: Refused) -> Wrong {
        let code = match refused.status() {
            StatusCode::TOO_MANY_REQUESTS => "THROTTLED",
            StatusCode::FORBIDDEN => "ACCESS_DENIED",
            StatusCode::SERVICE_UNAVAILABLE => "INTERNAL_SERVER_ERROR",
            _ => "BAD_REQUEST",
        };
        Wrong::new(refused.why(), code)
    }
}

impl Shopify {
    /// Answers one field of the root.
    pub(super) fn query(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let id = field.argument("id").as_str().unwrap_or("").to_owned();
        match &*field.name {
            "__typename" => Ok(json!("QueryRoot")),
            "shop" => Ok(self.shop_object()),
            "location" => {
                let is_ours = id.is_empty() || number("Location", &id) == Some(self.ids.location());
                Ok(if is_ours { self.location_object() } else { Value::Null })
            }
            "locations" => Ok(page(vec![("1".to_owned(), self.location_object())], (false, false))),
            "product" | "productVariant" | "inventoryItem" | "inventoryLevel" => {
                self.one(now, (&field.name, &id), says(field), shop)
            }
            "products" | "productVariants" | "inventoryItems" => self.many(now, field, shop),
            "order" => {
                let place = number("Order", &id).and_then(|id| self.ids.orders.place(id));
                let Some(place) = place else { return Ok(Value::Null) };
                let found =
                    asking::orders(shop, OrdersWanted::one(place)).map_err(Refused::from)?;
                Ok(found.0.first().map_or(Value::Null, |order| self.order_object(now, order)))
            }
            "orders" => self.orders_page(now, field, shop),
            "job" => {
                let done = number("Job", &id).and_then(|job| self.cancels.is_done(job));
                let done = done.map(|done| json!({ "__typename": "Job", "id": id, "done": done }));
                Ok(done.unwrap_or_default())
            }
            "webhookSubscriptions" => {
                let all = self
                    .subscriptions()
                    .map(|(id, topic, url)| (id.to_string(), subscription(now, id, topic, url)));
                Ok(page(all.collect(), (false, false)))
            }
            other => Err(Wrong::not_here(other)),
        }
    }

    fn one(
        &mut self,
        now: FaceClock,
        (kind, id): (&str, &str),
        says: Says,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let place = match kind {
            "product" => number("Product", id).and_then(|id| self.ids.products.place(id)),
            "productVariant" => {
                number("ProductVariant", id).and_then(|id| self.ids.variants.place(id))
            }
            "inventoryLevel" => {
                number("InventoryLevel", id).and_then(|id| self.ids.items.place(id))
            }
            _ => number("InventoryItem", id).and_then(|id| self.ids.items.place(id)),
        };
        let Some(sku) = place.and_then(|place| self.terms.catalogue.at(place)) else {
            return Ok(Value::Null);
        };
        let found = asking::offers(shop, sku, 1).map_err(Refused::from)?.0;
        self.source.tells(&found, says);
        let object = |offer: &OfferRead| match kind {
            "product" => self.product_object(now, offer),
            "productVariant" => self.variant_object(now, offer),
            "inventoryLevel" => self.level_object(now, offer),
            _ => self.item_object(now, offer),
        };
        Ok(found.first().map_or(Value::Null, object))
    }

    fn many(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let (first, from_end) = field.first();
        let total = self.terms.catalogue.len();
        let mut only = None;
        for (name, value) in filters(field)? {
            match &*name {
                "sku" => only = Some(self.terms.catalogue.find(&value)),
                "id" | "product_id" => {
                    let place = value.parse().ok().and_then(|id| self.ids.products.place(id));
                    only = Some(place.and_then(|place| self.terms.catalogue.at(place)));
                }
                "status" | "published_status" => {}
                other => return Err(Wrong::not_here(&format!("the filter `{other}`"))),
            }
        }
        let after = cursor(field, "after")?.map(|place| place.saturating_add(1));
        let before = cursor(field, "before")?.unwrap_or(total).min(total);
        let (from, until) = match only {
            Some(None) => (0, 0),
            Some(Some(sku)) => (u64::from(sku.0), u64::from(sku.0) + 1),
            None if from_end => (before.saturating_sub(first), before),
            None => {
                let from = after.unwrap_or(0).min(total);
                (from, (from + first).min(before).max(from))
            }
        };
        let limit = (until - from) as u32;
        let found = asking::offers(shop, SkuId(from as u32), limit).map_err(Refused::from)?.0;
        self.source.tells(&found, says(field));
        let object = |offer: &OfferRead| match &*field.name {
            "products" => self.product_object(now, offer),
            "productVariants" => self.variant_object(now, offer),
            _ => self.item_object(now, offer),
        };
        let nodes = found.iter().map(|offer| (offer.sku.0.to_string(), object(offer))).collect();
        let more = if only.is_some() { (false, false) } else { (until < total, from > 0) };
        Ok(page(nodes, more))
    }

    fn orders_page(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let (first, from_end) = field.first();
        let mut wanted = OrdersWanted { limit: first as u32, ..OrdersWanted::default() };
        wanted.by = match field.argument("sortKey").as_str() {
            None | Some("PROCESSED_AT" | "CREATED_AT" | "ID" | "ORDER_NUMBER") => {
                OrdersSorted::Placed
            }
            Some("UPDATED_AT") => OrdersSorted::Changed,
            Some(other) => return Err(Wrong::not_here(&format!("sorting by {other}"))),
        };
        wanted.last_first = field.argument("reverse") == &json!(true);
        if from_end {
            return Err(Wrong::not_here("`last` of orders: use `first` with `reverse`"));
        }
        for (name, value) in filters(field)? {
            match (&*name, self.terms.holds.is_some()) {
                ("source_name", true) => wanted.channel = Some(self.channel_meant(&value)),
                ("source_identifier", true) => {
                    wanted.number_there = Some(value.parse().unwrap_or(u64::MAX));
                }
                _ => narrow(now, &mut wanted, &name, &value)?,
            }
        }
        if let Some(after) = cursor(field, "after")? {
            match (wanted.by, wanted.last_first) {
                (OrdersSorted::Placed, true) => wanted.numbers.1 = after,
                (OrdersSorted::Placed, false) => wanted.numbers.0 = after.saturating_add(1),
                (OrdersSorted::Changed, true) => wanted.changed.1 = At(after),
                (OrdersSorted::Changed, false) => wanted.changed.0 = At(after) + Span(1),
            }
        }
        let by = wanted.by;
        let (found, total) = asking::orders(shop, wanted).map_err(Refused::from)?;
        let more = total > found.len() as u64;
        let place = |order: &OrderRead| match by {
            OrdersSorted::Placed => order.number.to_string(),
            OrdersSorted::Changed => order.changed.0.to_string(),
        };
        let nodes = found.iter().map(|order| (place(order), self.order_object(now, order)));
        Ok(page(nodes.collect(), (more, false)))
    }
}

/// What an answer to a field says of the offers that it is made of.
fn says(field: &Chosen) -> Says {
    const LEVELS: [&str; 3] = ["inventoryQuantity", "quantities", "totalInventory"];
    Says {
        levels: field.asks_for(&LEVELS),
        prices: field.asks_for(&["price"]),
        listings: field.asks_for(&["status"]),
    }
}

/// The place that a cursor stands for.
fn cursor(field: &Chosen, name: &str) -> Result<Option<u64>, Wrong> {
    let Some(text) = field.argument(name).as_str() else { return Ok(None) };
    let place = unbase64(text).and_then(|place| place.parse().ok());
    place.map(Some).ok_or_else(|| Wrong::new(format!("Invalid cursor for {name}"), "BAD_REQUEST"))
}

/// The terms of a `query` argument: `name:value`, all of which must hold.
fn filters(field: &Chosen) -> Result<Vec<(String, String)>, Wrong> {
    let text = field.argument("query").as_str().unwrap_or("");
    let mut all = Vec::new();
    for term in text.split_whitespace().filter(|term| *term != "AND") {
        let Some((name, value)) = term.split_once(':') else {
            return Err(Wrong::not_here("searching for words: use `name:value`"));
        };
        all.push((name.to_owned(), value.trim_matches(['\'', '"']).to_owned()));
    }
    Ok(all)
}

/// Narrows orders by a filter.
fn narrow(now: FaceClock, wanted: &mut OrdersWanted, name: &str, value: &str) -> Result<(), Wrong> {
    let cancelled = OrderStates { unpaid: true, cancelled: true, ..OrderStates::NONE };
    match (name, value) {
        ("status", "any") => {}
        ("status", "open") | ("status", "not_closed") => wanted.states = OPEN,
        ("status", "cancelled") => wanted.states = cancelled,
        ("status", "closed") => wanted.states = OrderStates::NONE,
        ("financial_status", "paid") => {
            wanted.states = OrderStates { ours: true, shipped: true, ..OrderStates::NONE };
        }
        ("financial_status", "pending") => {
            wanted.states = OrderStates { waiting: true, pending: true, ..OrderStates::NONE };
        }
        ("created_at" | "updated_at" | "processed_at", value) => {
            let end = value.find(|c: char| c != '>' && c != '<' && c != '=').unwrap_or(0);
            let (sign, date) = value.split_at(end);
            let date = FaceClock::read(date.trim_matches(['\'', '"']));
            let date =
                date.ok_or_else(|| Wrong::new(format!("{value} is no date"), "BAD_REQUEST"))?;
            let is_change = name == "updated_at";
            let range = if is_change { &mut wanted.changed } else { &mut wanted.placed };
            match sign {
                ">" => range.0 = now.after(date),
                ">=" => range.0 = now.from(date),
                "<" => range.1 = now.from(date),
                "<=" => range.1 = now.after(date),
                _ => *range = (now.from(date), now.after(date)),
            }
        }
        (other, value) => return Err(Wrong::not_here(&format!("the filter `{other}:{value}`"))),
    }
    Ok(())
}
