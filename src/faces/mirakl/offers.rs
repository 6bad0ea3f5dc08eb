//! Owns offers: listed, read one by one, and sent whole. Must not know orders.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::files::Table;
use super::imports::Sent;
use super::lines::Kind;
use super::shapes::Refused;
use super::{Answered, Mirakl, Page};
use crate::commerce::inside::OfferRead;
use crate::faces::values::{Pairs, of};
use crate::faces::{FaceClock, FaceReply, Shop, asking};
use crate::ids::SkuId;
use crate::units::Qty;

/// The state of an offer: new. Which codes there are is the operator's to say.
const NEW: &str = "11";
/// Most offers of one request.
const OFFERS_MAX: usize = 10_000;
/// Fields of an offer that would change what shoppers see or pay.
const NOT_HERE: [&str; 9] = [
    "all_prices",
    "available_ended",
    "available_started",
    "discount",
    "max_order_quantity",
    "min_order_quantity",
    "package_quantity",
    "pricing_unit",
    "retail_prices",
];

impl Mirakl {
    /// OF21.
    pub(super) fn list_offers(&self, asked: &Pairs<'_>, shop: &mut dyn Shop) -> Answered {
        let page = Page::of(asked)?;
        for (name, _) in asked {
            match &**name {
                "max" | "offset" | "sku" | "product_id" | "offer_state_codes" | "sort"
                | "order" | "shop_id" | "locale" | "favorite" => {}
                other => return Err(Refused::not_here(&format!("{} of OF21", super::told(other)))),
            }
        }
        let named = [of(asked, "sku"), of(asked, "product_id")];
        let is_named = |offer: &OfferRead| {
            let name = self.terms.catalogue.name(offer.sku);
            named.iter().flatten().all(|wanted| *wanted == name)
        };
        let states = of(asked, "offer_state_codes");
        let is_new = states.is_none_or(|states| states.split(',').any(|state| state == NEW));
        // What is named is looked up: nobody reads a whole shop for it.
        let found = named.iter().flatten().next().map(|name| self.terms.catalogue.find(name));
        let (from, limit) = match found {
            None => (SkuId(0), u32::MAX),
            Some(found) => (found.unwrap_or(SkuId(0)), u32::from(found.is_some())),
        };
        let (mut offers, _) = asking::offers(shop, from, limit)?;
        offers.retain(|offer| is_new && offer.listed && is_named(offer));
        match of(asked, "sort") {
            // Shipping costs nothing here: both come to the same.
            None | Some("totalPrice" | "price") => offers.sort_by_key(|offer| offer.asks),
            Some("productTitle") => {
                offers.sort_by_key(|offer| self.terms.catalogue.name(offer.sku));
            }
            Some(_) => {
                return Err(Refused::input("sort: expected totalPrice, price, productTitle"));
            }
        }
        if page.last_first {
            offers.reverse();
        }
        let shown = offers.iter().skip(page.skip()).take(page.each as usize);
        let shown: Vec<Value> = shown.map(|offer| self.offer(offer)).collect();
        let told = json!({ "offers": shown, "total_count": offers.len() });
        Ok(FaceReply::json(StatusCode::OK, &told))
    }

    /// OF22.
    pub(super) fn get_offer(&self, id: &str, shop: &mut dyn Shop) -> Answered {
        let none = || Refused::not_found("Offer");
        let place = id.parse().ok().and_then(|id| self.offers.place(id)).ok_or_else(none)?;
        let sku = self.terms.catalogue.at(place).ok_or_else(none)?;
        let (page, _) = asking::offers(shop, sku, 1)?;
        let offer = page.first().filter(|offer| offer.listed).ok_or_else(none)?;
        Ok(FaceReply::json(StatusCode::OK, &self.offer(offer)))
    }

    /// OF24: offers with all that they have. A field that is not sent is reset, a quantity to none.
    pub(super) fn send_offers(&mut self, now: FaceClock, body: &[u8]) -> Answered {
        let body: Value = serde_json::from_slice(body)
            .map_err(|why| Refused::input(format!("the body is no JSON: {why}")))?;
        let offers = body["offers"].as_array().filter(|offers| offers.len() <= OFFERS_MAX);
        let offers = offers.ok_or_else(|| {
            Refused::input(format!("offers: expected a list of at most {OFFERS_MAX}"))
        })?;
        let mut table = Table::of(&["shop-sku", "price", "quantity"]);
        for (place, offer) in offers.iter().enumerate() {
            let wrong = |why: &str| Refused::input(format!("offers[{place}]: {why}"));
            let fields = offer.as_object().ok_or_else(|| wrong("expected an object"))?;
            for name in NOT_HERE {
                let is_empty =
                    |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                if fields.get(name).is_some_and(|value| !is_empty(value)) {
                    return Err(Refused::not_here(&format!("{name} of offers")));
                }
            }
            match fields.get("update_delete") {
                None | Some(Value::Null) => {}
                Some(Value::String(flag)) if flag.is_empty() || flag == "update" => {}
                Some(Value::String(flag)) if flag == "delete" => {
                    return Err(Refused::not_here("deleting of offers"));
                }
                Some(_) => return Err(wrong("update_delete: expected update, delete or nothing")),
            }
            let sku = fields.get("shop_sku").and_then(Value::as_str);
            let sku = sku.ok_or_else(|| wrong("shop_sku: expected a text"))?;
            let text = |name| match fields.get(name) {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => Some(text.clone()),
                Some(other) => Some(other.to_string()),
            };
            let (price, quantity) = (text("price"), text("quantity"));
            let cells = [
                sku.to_owned(),
                price.unwrap_or_default(),
                quantity.unwrap_or_else(|| "0".to_owned()),
            ];
            table.push(place as u64 + 1, cells);
        }
        self.import(now, Kind::Offers, Sent::Lines(table))
    }

    fn offer(&self, offer: &OfferRead) -> Value {
        let name = self.terms.catalogue.name(offer.sku);
        let price = self.number(offer.asks);
        let is_there = offer.stored > Qty::ZERO;
        let reasons = &["ZERO_QUANTITY"][usize::from(is_there)..];
        json!({
            "offer_id": self.offers.id(u64::from(offer.sku.0)),
            "shop_sku": name, "product_sku": name, "product_title": name,
            "product_references": [], "state_code": NEW, "description": Value::Null,
            "active": is_there, "inactivity_reasons": reasons,
            "quantity": offer.stored.0, "currency_iso_code": self.terms.currency,
            "price": price, "total_price": price,
            "applicable_pricing": {
                "price": price, "unit_origin_price": price, "volume_prices": [],
            },
            "all_prices": [{
                "channel_code": Value::Null, "context": Value::Null, "price": price,
                "unit_origin_price": price, "unit_discount_price": Value::Null,
                "discount_start_date": Value::Null, "discount_end_date": Value::Null,
                "volume_prices": [
                    { "quantity_threshold": 1, "price": price, "unit_origin_price": price },
                ],
            }],
            "category_code": "all", "category_label": "All", "channels": [],
            "fulfillment": { "center": { "code": "DEFAULT" } },
            "leadtime_to_ship": Value::Null, "logistic_class": Value::Null,
            "max_order_quantity": Value::Null, "min_order_quantity": Value::Null,
            "min_quantity_alert": Value::Null, "package_quantity": Value::Null,
            "min_shipping_price": 0, "min_shipping_price_additional": 0,
            "min_shipping_type": Value::Null, "min_shipping_zone": Value::Null,
            "shipping_deadline": Value::Null,
        })
    }
}
