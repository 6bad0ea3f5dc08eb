//! Owns what things look like in GraphQL: each as an object with all its fields.
//! Must not know which of them are asked for, nor by whom.

use serde_json::{Value, json};

use crate::commerce::inside::{OfferRead, OrderRead};
use crate::faces::FaceClock;
use crate::faces::shopify::Shopify;
use crate::faces::shopify::ids::gid;
use crate::faces::shopify::orders::{FIRST, line_id, standing, total};
use crate::faces::values::base64;
use crate::history::fact::Line;
use crate::ids::SkuId;
use crate::units::{At, Money};

impl Shopify {
    pub(super) fn shop_object(&self) -> Value {
        json!({
            "__typename": "Shop",
            "id": gid("Shop", self.ids.shop()),
            "name": self.terms.name,
            "myshopifyDomain": self.domain(),
            "currencyCode": self.terms.currency,
            "ianaTimezone": "Etc/UTC",
        })
    }

    pub(super) fn location_object(&self) -> Value {
        let id = self.ids.location();
        json!({
            "__typename": "Location",
            "id": gid("Location", id),
            "legacyResourceId": id.to_string(),
            "name": self.terms.name,
            "isActive": true,
        })
    }

    pub(super) fn product_object(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let mut product = self.bare_product(now, offer);
        let variant = (offer.sku.0.to_string(), self.variant_object(now, offer));
        product["variants"] = page(vec![variant], (false, false));
        product
    }

    /// A product as its variant knows it.
    fn bare_product(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let id = self.ids.products.id(u64::from(offer.sku.0));
        let title = self.terms.catalogue.name(offer.sku);
        json!({
            "__typename": "Product",
            "id": gid("Product", id),
            "legacyResourceId": id.to_string(),
            "title": title,
            "handle": title.to_lowercase(),
            "status": if offer.listed { "ACTIVE" } else { "DRAFT" },
            "createdAt": zulu(now, At::START),
            "updatedAt": zulu(now, now.at),
            "totalInventory": offer.stored.0,
        })
    }

    pub(super) fn variant_object(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let mut variant = self.bare_variant(now, offer);
        variant["inventoryItem"] = self.item_object(now, offer);
        variant["product"] = self.bare_product(now, offer);
        variant
    }

    fn bare_variant(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let id = self.ids.variants.id(u64::from(offer.sku.0));
        let name = self.terms.catalogue.name(offer.sku);
        json!({
            "__typename": "ProductVariant",
            "id": gid("ProductVariant", id),
            "legacyResourceId": id.to_string(),
            "title": "Default Title",
            "displayName": name,
            "sku": name,
            "price": self.terms.price(offer.asks),
            "compareAtPrice": Value::Null,
            "inventoryQuantity": offer.stored.0,
            "inventoryPolicy": "DENY",
            "availableForSale": offer.listed && offer.stored.0 > 0,
            "createdAt": zulu(now, At::START),
            "updatedAt": zulu(now, now.at),
        })
    }

    pub(super) fn item_object(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let mut item = self.bare_item(now, offer.sku);
        let level = self.level_object(now, offer);
        item["inventoryLevels"] = page(vec![("1".to_owned(), level.clone())], (false, false));
        item["inventoryLevel"] = level;
        item["variant"] = self.bare_variant(now, offer);
        item
    }

    pub(super) fn bare_item(&self, now: FaceClock, sku: SkuId) -> Value {
        let id = self.ids.items.id(u64::from(sku.0));
        json!({
            "__typename": "InventoryItem",
            "id": gid("InventoryItem", id),
            "legacyResourceId": id.to_string(),
            "sku": self.terms.catalogue.name(sku),
            "tracked": true,
            "createdAt": zulu(now, At::START),
            "updatedAt": zulu(now, At::START),
        })
    }

    pub(super) fn level_object(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let id = self.ids.items.id(u64::from(offer.sku.0));
        let quantity = |name: &str, quantity: i64| {
            json!({
                "__typename": "InventoryQuantity",
                "id": format!("{}?name={name}", gid("InventoryQuantity", id)),
                "name": name,
                "quantity": quantity,
                "updatedAt": zulu(now, now.at),
            })
        };
        let stored = offer.stored.0;
        json!({
            "__typename": "InventoryLevel",
            "id": gid("InventoryLevel", id),
            "createdAt": zulu(now, At::START),
            "updatedAt": zulu(now, now.at),
            "quantities": [quantity("available", stored), quantity("on_hand", stored)],
            "location": self.location_object(),
            "item": self.bare_item(now, offer.sku),
        })
    }

    pub(super) fn order_object(&self, now: FaceClock, order: &OrderRead) -> Value {
        let id = self.ids.orders.id(order.number);
        let total = self.money(total(order));
        let (financial, cancelled) = standing(order.state);
        let lines = order.lines.iter().enumerate();
        let lines =
            lines.map(|(place, line)| (place.to_string(), self.line_object(id, place, line)));
        json!({
            "__typename": "Order",
            "id": gid("Order", id),
            "legacyResourceId": id.to_string(),
            "name": format!("#{}", FIRST + order.number),
            "number": FIRST + order.number,
            "createdAt": zulu(now, order.placed),
            "processedAt": zulu(now, order.placed),
            "updatedAt": zulu(now, order.changed),
            "cancelledAt": cancelled.map(|_| zulu(now, order.changed)),
            "cancelReason": cancelled.map(str::to_uppercase),
            "closed": false,
            "confirmed": true,
            "test": false,
            "email": format!("shopper-{}@example.com", order.buyer.0),
            "currencyCode": self.terms.currency,
            "sourceName": self.terms.comes_from(order).map(|(name, _)| name),
            "sourceIdentifier": self.terms.comes_from(order).map(|(_, number)| number.to_string()),
            "displayFinancialStatus": financial.to_uppercase(),
            "displayFulfillmentStatus": if order.is_shipped { "FULFILLED" } else { "UNFULFILLED" },
            "totalPriceSet": total,
            "currentTotalPriceSet": total,
            "subtotalPriceSet": total,
            "lineItems": page(lines.collect(), (false, false)),
        })
    }

    fn line_object(&self, order: u64, place: usize, line: &Line) -> Value {
        let (name, sku) = (self.terms.catalogue.name(line.sku), u64::from(line.sku.0));
        json!({
            "__typename": "LineItem",
            "id": gid("LineItem", line_id(order, place)),
            "title": name,
            "name": name,
            "sku": name,
            "quantity": line.qty.0,
            "currentQuantity": line.qty.0,
            "originalUnitPriceSet": self.money(line.price),
            "variant": {
                "__typename": "ProductVariant",
                "id": gid("ProductVariant", self.ids.variants.id(sku)),
                "legacyResourceId": self.ids.variants.id(sku).to_string(),
                "sku": name,
            },
            "product": {
                "__typename": "Product",
                "id": gid("Product", self.ids.products.id(sku)),
                "title": name,
            },
        })
    }

    fn money(&self, amount: Money) -> Value {
        let money = json!({
            "__typename": "MoneyV2",
            "amount": self.terms.price(amount),
            "currencyCode": self.terms.currency,
        });
        json!({ "__typename": "MoneyBag", "shopMoney": money, "presentmentMoney": money })
    }
}

pub(super) fn subscription(now: FaceClock, id: u64, topic: &str, url: &str) -> Value {
    json!({
        "__typename": "WebhookSubscription",
        "id": gid("WebhookSubscription", id),
        "legacyResourceId": id.to_string(),
        "topic": topic.replace('/', "_").to_uppercase(),
        "uri": url,
        "callbackUrl": url,
        "format": "JSON",
        "createdAt": zulu(now, At::START),
    })
}

/// A date as GraphQL writes it.
pub(super) fn zulu(now: FaceClock, at: At) -> String {
    format!("{}Z", now.date(at))
}

/// Nodes with their places, as a page of a list; whether there is more behind it and before.
pub(super) fn page(nodes: Vec<(String, Value)>, (behind, before): (bool, bool)) -> Value {
    let edges: Vec<Value> = nodes
        .iter()
        .map(|(place, node)| json!({ "cursor": base64(place.as_bytes()), "node": node }))
        .collect();
    let end = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
    json!({
        "pageInfo": {
            "hasNextPage": behind,
            "hasPreviousPage": before,
            "startCursor": end(edges.first()),
            "endCursor": end(edges.last()),
        },
        "edges": edges,
        "nodes": nodes.into_iter().map(|(_, node)| node).collect::<Vec<_>>(),
    })
}
