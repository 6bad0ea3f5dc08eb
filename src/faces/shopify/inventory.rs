//! Owns stock levels in REST: read, set, adjusted. Must not know products.

use hyper::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::shapes::{Refused, date, ok};
use super::{Answered, Asked, Shopify};
use crate::commerce::inside::OfferRead;
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::source::Says;
use crate::faces::values::whole_in;
use crate::faces::{FaceClock, Shop, asking, units};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::At;

/// Most items that are asked for at once.
const ITEMS_MAX: usize = 250;

/// A level of stock as it is told.
#[derive(Serialize)]
pub(super) struct Level {
    inventory_item_id: u64,
    location_id: u64,
    available: i64,
    updated_at: String,
}

impl Shopify {
    pub(super) fn inventory(
        &mut self,
        now: FaceClock,
        method: &Method,
        parts: &[&str],
        asked: &Asked<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let (reads, posts) = (*method == Method::GET, *method == Method::POST);
        let location = self.ids.location().to_string();
        match parts {
            ["inventory_levels"] if reads => self.levels(now, asked, shop),
            ["inventory_levels", "set"] if posts => self.set_level(now, asked, shop),
            ["inventory_levels", "adjust"] if posts => self.adjust_level(now, asked, shop),
            ["inventory_levels", "connect"] | ["inventory_levels"] => {
                Err(Refused::not_here("connecting items with locations: there is one location"))
            }
            ["inventory_items", id] if reads => {
                let sku = self.item_at(id)?;
                Ok(ok("inventory_item", &self.item_shape(now, sku)))
            }
            ["inventory_items"] if reads => {
                let ids = asked.text("ids").ok_or_else(|| Refused::missing("ids"))?;
                let skus = ids.split(',').take(ITEMS_MAX).filter_map(|id| self.item_at(id).ok());
                let items: Vec<Value> = skus.map(|sku| self.item_shape(now, sku)).collect();
                Ok(ok("inventory_items", &items))
            }
            ["locations"] if reads => Ok(ok("locations", &json!([self.location_shape()]))),
            ["locations", "count"] if reads => Ok(ok("count", &json!(1))),
            ["locations", id] if reads && **id == location => {
                Ok(ok("location", &self.location_shape()))
            }
            ["locations", id, "inventory_levels"] if reads && **id == location => {
                self.levels(now, asked, shop)
            }
            ["inventory_items", _] => Err(Refused::not_here("changing inventory items")),
            _ => Err(Refused::not_found()),
        }
    }

    fn levels(&mut self, now: FaceClock, asked: &Asked<'_>, shop: &mut dyn Shop) -> Answered {
        let location = self.ids.location();
        let elsewhere = asked
            .text("location_ids")
            .is_some_and(|ids| !ids.split(',').any(|id| id.trim().parse() == Ok(location)));
        let offers = match asked.text("inventory_item_ids") {
            _ if elsewhere => vec![],
            Some(ids) => {
                let ids = ids.split(',').take(ITEMS_MAX);
                let skus: Vec<SkuId> = ids.filter_map(|id| self.item_at(id.trim()).ok()).collect();
                let first = skus.iter().min().copied().unwrap_or(SkuId(0));
                let last = skus.iter().max().copied().unwrap_or(SkuId(0));
                let all = asking::offers(shop, first, last.0 - first.0 + 1)?.0;
                let at = |sku: &SkuId| all.get((sku.0 - first.0) as usize).copied();
                skus.iter().filter_map(at).collect()
            }
            None if asked.text("location_ids").is_some() || asked.path.contains("locations/") => {
                asking::offers(shop, SkuId(0), ITEMS_MAX as u32)?.0
            }
            None => {
                return Err(Refused::new(422, json!("name inventory_item_ids or location_ids")));
            }
        };
        self.source.tells(&offers, Says::LEVEL);
        let levels: Vec<Level> = offers.iter().map(|offer| self.level(now, offer)).collect();
        Ok(ok("inventory_levels", &levels))
    }

    fn set_level(&mut self, now: FaceClock, asked: &Asked<'_>, shop: &mut dyn Shop) -> Answered {
        let sku = self.item_of(asked)?;
        let available = number(asked, "available")?;
        self.move_level(now, sku, Change::Absolute(available), shop)
    }

    fn adjust_level(&mut self, now: FaceClock, asked: &Asked<'_>, shop: &mut dyn Shop) -> Answered {
        let sku = self.item_of(asked)?;
        let by = number(asked, "available_adjustment")?;
        self.move_level(now, sku, Change::Delta(by), shop)
    }

    fn move_level(
        &mut self,
        now: FaceClock,
        sku: SkuId,
        change: Change,
        shop: &mut dyn Shop,
    ) -> Answered {
        let done = asking::push(shop, PushKind::Stock, &[(0, sku, change)])?;
        if done.iter().any(|(_, outcome)| *outcome != ItemOutcome::Taken) {
            return Err(Refused::field("inventory_item_id", "this item is not on sale"));
        }
        let offer = asking::offer(shop, sku).ok_or_else(Refused::not_found)?;
        Ok(ok("inventory_level", &self.level(now, &offer)))
    }

    /// The item that is meant, at the one location.
    fn item_of(&self, asked: &Asked<'_>) -> Result<SkuId, Refused> {
        let id = |name: &str| asked.text(name).ok_or_else(|| Refused::missing(name));
        let (item, location) = (id("inventory_item_id")?, id("location_id")?);
        if location.parse() != Ok(self.ids.location()) {
            return Err(Refused::not_found());
        }
        self.item_at(&item)
    }

    pub(super) fn item_at(&self, id: &str) -> Result<SkuId, Refused> {
        let place = id.trim().parse().ok().and_then(|id| self.ids.items.place(id));
        place.and_then(|place| self.terms.catalogue.at(place)).ok_or_else(Refused::not_found)
    }

    pub(super) fn level(&self, now: FaceClock, offer: &OfferRead) -> Level {
        Level {
            inventory_item_id: self.ids.items.id(u64::from(offer.sku.0)),
            location_id: self.ids.location(),
            available: offer.stored.0,
            updated_at: date(now, now.at),
        }
    }

    fn item_shape(&self, now: FaceClock, sku: SkuId) -> Value {
        let id = self.ids.items.id(u64::from(sku.0));
        json!({
            "id": id,
            "admin_graphql_api_id": super::ids::gid("InventoryItem", id),
            "sku": self.terms.catalogue.name(sku),
            "tracked": true,
            "requires_shipping": true,
            "created_at": date(now, At::START),
            "updated_at": date(now, At::START),
        })
    }

    fn location_shape(&self) -> Value {
        let id = self.ids.location();
        json!({
            "id": id,
            "admin_graphql_api_id": super::ids::gid("Location", id),
            "name": self.terms.name,
            "active": true,
        })
    }
}

/// A number of units that must be sent.
fn number(asked: &Asked<'_>, name: &str) -> Result<crate::units::Qty, Refused> {
    let text = asked.text(name).ok_or_else(|| Refused::missing(name))?;
    let whole = whole_in(&Value::String(text)).and_then(units);
    whole.ok_or_else(|| Refused::field(name, "is not a whole number of units"))
}
