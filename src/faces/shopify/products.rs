//! Owns products and variants in REST: one variant each. Must not know stock levels.

use hyper::Method;
use serde_json::{Value, json};

use super::pages::{RestPage, only};
use super::shapes::{Refused, date, ok};
use super::{Answered, Asked, Shopify};
use crate::commerce::inside::OfferRead;
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::source::Says;
use crate::faces::values::{amount_in, whole_in};
use crate::faces::{FaceClock, Shop, asking};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::{At, Money};

impl Shopify {
    pub(super) fn products(
        &mut self,
        now: FaceClock,
        method: &Method,
        parts: &[&str],
        asked: &Asked<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let reads = *method == Method::GET;
        match parts {
            ["products"] if reads => self.list_products(now, asked, shop),
            ["products", "count"] if reads => Ok(ok("count", &json!(self.terms.catalogue.len()))),
            ["products", id] if reads => {
                let sku = self.product_at(id)?;
                let offer = asking::offers(shop, sku, 1)?.0.first().copied();
                let offer = offer.ok_or_else(Refused::not_found)?;
                self.source.tells([&offer], Says::of(asked, true));
                Ok(ok("product", &only(asked, self.product(now, &offer))))
            }
            ["products", id] if *method == Method::PUT => {
                let sku = self.product_at(id)?;
                let product =
                    asked.body.get("product").ok_or_else(|| Refused::missing("product"))?;
                let variants = product.get("variants").and_then(Value::as_array);
                if let Some(variant) = variants.and_then(|all| all.first()) {
                    self.price_in(sku, variant, shop)?;
                }
                if product.get("status").is_some_and(|status| status != "active") {
                    return Err(Refused::not_here("taking a product off sale"));
                }
                let offer = asking::offer(shop, sku).ok_or_else(Refused::not_found)?;
                Ok(ok("product", &self.product(now, &offer)))
            }
            ["products", id, "variants"] if reads => {
                let sku = self.product_at(id)?;
                let offer = asking::offers(shop, sku, 1)?.0.first().copied();
                let offer = offer.ok_or_else(Refused::not_found)?;
                self.source.tells([&offer], Says::of(asked, false));
                Ok(ok("variants", &json!([self.variant(now, &offer)])))
            }
            ["variants", id] | ["products", _, "variants", id] if reads => {
                let sku = self.variant_at(id)?;
                let offer = asking::offers(shop, sku, 1)?.0.first().copied();
                let offer = offer.ok_or_else(Refused::not_found)?;
                self.source.tells([&offer], Says::of(asked, false));
                Ok(ok("variant", &only(asked, self.variant(now, &offer))))
            }
            ["variants", id] | ["products", _, "variants", id] if *method == Method::PUT => {
                let sku = self.variant_at(id)?;
                let variant =
                    asked.body.get("variant").ok_or_else(|| Refused::missing("variant"))?;
                self.price_in(sku, variant, shop)?;
                let offer = asking::offer(shop, sku).ok_or_else(Refused::not_found)?;
                Ok(ok("variant", &self.variant(now, &offer)))
            }
            ["products"] => {
                Err(Refused::not_here("creating products: what is sold is the scenario's"))
            }
            ["products", ..] => Err(Refused::not_here("images, variants and ends of products")),
            _ => Err(Refused::not_found()),
        }
    }

    fn list_products(
        &mut self,
        now: FaceClock,
        asked: &Asked<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let page = RestPage::of(asked)?;
        let since = page.says("since_id").and_then(|id| id.parse().ok());
        let since = since.map(|id| self.ids.products.place(id).map_or(0, |n| n.saturating_add(1)));
        let from = page.after.or(since).unwrap_or(0).min(u64::from(u32::MAX)) as u32;
        let offers = match page.says("ids") {
            None => asking::offers(shop, SkuId(from), page.each)?.0,
            Some(ids) => {
                let skus = ids.split(',').filter_map(|id| self.product_at(id.trim()).ok());
                let skus: Vec<SkuId> = skus.take(page.each as usize).collect();
                let all = asking::offers(shop, SkuId(0), u32::MAX)?.0;
                skus.iter().filter_map(|sku| all.get(sku.index()).copied()).collect()
            }
        };
        let next = u64::from(from) + offers.len() as u64;
        let more = page.says("ids").is_none() && next < self.terms.catalogue.len();
        self.source.tells(&offers, Says::of(asked, true));
        let shown: Vec<Value> =
            offers.iter().map(|offer| only(asked, self.product(now, offer))).collect();
        let reply = ok("products", &Value::Array(shown));
        Ok(page.told(reply, asked, more.then_some(next)))
    }

    /// Sets the price that a variant's fields say, if they say one.
    fn price_in(&self, sku: SkuId, fields: &Value, shop: &mut dyn Shop) -> Result<(), Refused> {
        // Clients send back what they have read: only another quantity is meant.
        let stored = asking::offer(shop, sku).map(|offer| offer.stored.0);
        let quantity = fields.get("inventory_quantity").and_then(whole_in);
        let adjusts = fields.get("inventory_quantity_adjustment").and_then(whole_in);
        let another = quantity.is_some_and(|quantity| Some(quantity) != stored);
        for (name, is_meant) in [
            ("inventory_quantity", another),
            ("inventory_quantity_adjustment", adjusts.is_some_and(|by| by != 0)),
        ] {
            if is_meant {
                return Err(Refused::field(name, "set it by inventory levels"));
            }
        }
        let Some(price) = fields.get("price").filter(|price| !price.is_null()) else {
            return Ok(());
        };
        let price = amount_in(price, self.terms.digits).filter(|price| *price >= Money::ZERO);
        let price = price.ok_or_else(|| Refused::field("price", "is not a number"))?;
        let done = asking::push(shop, PushKind::Price, &[(0, sku, Change::Price(price))])?;
        if done.iter().any(|(_, outcome)| *outcome != ItemOutcome::Taken) {
            return Err(Refused::field("price", "this variant is not on sale"));
        }
        Ok(())
    }

    pub(super) fn product_at(&self, id: &str) -> Result<SkuId, Refused> {
        let place = id.parse().ok().and_then(|id| self.ids.products.place(id));
        place.and_then(|place| self.terms.catalogue.at(place)).ok_or_else(Refused::not_found)
    }

    fn variant_at(&self, id: &str) -> Result<SkuId, Refused> {
        let place = id.parse().ok().and_then(|id| self.ids.variants.place(id));
        place.and_then(|place| self.terms.catalogue.at(place)).ok_or_else(Refused::not_found)
    }

    pub(super) fn product(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let id = self.ids.products.id(u64::from(offer.sku.0));
        let title = self.terms.catalogue.name(offer.sku);
        json!({
            "id": id,
            "admin_graphql_api_id": super::ids::gid("Product", id),
            "title": title,
            "handle": title.to_lowercase(),
            "status": if offer.listed { "active" } else { "draft" },
            "created_at": date(now, At::START),
            "updated_at": date(now, now.at),
            "variants": [self.variant(now, offer)],
        })
    }

    fn variant(&self, now: FaceClock, offer: &OfferRead) -> Value {
        let place = u64::from(offer.sku.0);
        let id = self.ids.variants.id(place);
        json!({
            "id": id,
            "admin_graphql_api_id": super::ids::gid("ProductVariant", id),
            "product_id": self.ids.products.id(place),
            "title": "Default Title",
            "sku": self.terms.catalogue.name(offer.sku),
            "price": self.terms.price(offer.asks),
            "compare_at_price": Value::Null,
            "position": 1,
            "inventory_policy": "deny",
            "inventory_management": "shopify",
            "inventory_item_id": self.ids.items.id(place),
            "inventory_quantity": offer.stored.0,
            "created_at": date(now, At::START),
            "updated_at": date(now, now.at),
        })
    }
}
