//! Owns changes of quantities in GraphQL: set or adjusted, compared with what is there, all of a
//! group or none. Must not know prices or orders.

use serde_json::{Value, json};

use super::Wrong;
use super::mutation::wrong;
use super::objects::zulu;
use super::select::Chosen;
use crate::commerce::inside::OfferRead;
use crate::commerce::protocol::{Change, ItemOutcome, UNITS_MAX};
use crate::faces::shopify::Shopify;
use crate::faces::shopify::ids::{gid, number};
use crate::faces::shopify::shapes::Refused;
use crate::faces::values::whole_in;
use crate::faces::{FaceClock, Shop, asking, units};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::Qty;

/// The longest text that is told again.
const TEXT_CHARS_MAX: usize = 255;
/// What a quantity is compared with, by the newer of its names and the older.
const COMPARED: [(&str, &str); 2] = [
    ("changeFromQuantity", "CHANGE_FROM_QUANTITY_STALE"),
    ("compareQuantity", "COMPARE_QUANTITY_STALE"),
];

/// What is wrong with an item: which field of it, and the code.
type Wronged = (&'static str, &'static str);

/// One quantity that is to change.
struct Move {
    sku: SkuId,
    offer: OfferRead,
    change: Change,
    /// What is said where the quantity that it is compared with is another.
    stale: Wronged,
}

impl Shopify {
    pub(super) fn set_quantities(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let input = field.argument("input");
        let blind = input.get("ignoreCompareQuantity") == Some(&json!(true));
        let set = |item: &Value, compared: Option<Qty>| {
            let to = quantity(item, "quantity")?;
            match compared.filter(|_| !blind) {
                Some(expect) => Ok(Change::CompareAndSet { expect, to }),
                None if blind || item.get(COMPARED[0].0).is_some() => Ok(Change::Absolute(to)),
                None => Err((COMPARED[1].0, "COMPARE_QUANTITY_REQUIRED")),
            }
        };
        self.move_quantities(now, (input, "quantities", "INVALID_NAME"), set, shop)
    }

    pub(super) fn adjust_quantities(
        &mut self,
        now: FaceClock,
        field: &Chosen,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let adjust = |item: &Value, compared: Option<Qty>| {
            let by = quantity(item, "delta")?;
            Ok(compared.map_or(Change::Delta(by), |expect| Change::CompareAndSet {
                expect,
                to: expect + by,
            }))
        };
        let input = (field.argument("input"), "changes", "INVALID_QUANTITY_NAME");
        self.move_quantities(now, input, adjust, shop)
    }

    /// Changes quantities: all that are asked for, or none where one makes no sense.
    fn move_quantities(
        &mut self,
        now: FaceClock,
        (input, list, no_such_name): (&Value, &'static str, &str),
        meant: impl Fn(&Value, Option<Qty>) -> Result<Change, Wronged>,
        shop: &mut dyn Shop,
    ) -> Result<Value, Wrong> {
        let items = input.get(list).and_then(Value::as_array).map_or(&[][..], |all| all);
        let most = self.terms.batch_max as usize;
        if items.len() > most {
            return Err(Wrong::too_many(items.len(), most));
        }
        let mut errors = Vec::new();
        if input.get("name").and_then(Value::as_str) != Some("available") {
            let why = "only `available` can be changed here";
            errors.push(wrong(&["input", "name"], why, no_such_name));
        }
        let of_item = |place: usize, (name, code): Wronged| {
            let field = ["input", list, &place.to_string(), name];
            wrong(&field, "this item cannot be changed so", code)
        };
        let mut moves: Vec<Move> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            match self.moved(item, &meant, shop) {
                Ok(moved) => moves.push(moved),
                Err(wronged) => errors.push(of_item(place, wronged)),
            }
        }
        if errors.is_empty() {
            let all = moves.iter().enumerate();
            let changes: Vec<_> = all.map(|(place, m)| (place, m.sku, m.change)).collect();
            let done = asking::push_whole(shop, PushKind::Stock, &changes);
            for (place, outcome) in done.map_err(Refused::from)? {
                let wronged = match outcome {
                    ItemOutcome::Taken => continue,
                    ItemOutcome::Conflict { .. } => moves[place].stale,
                    ItemOutcome::Rejected => ("inventoryItemId", "ITEM_NOT_STOCKED_AT_LOCATION"),
                };
                errors.push(of_item(place, wronged));
            }
        }
        if !errors.is_empty() {
            return Ok(json!({ "inventoryAdjustmentGroup": null, "userErrors": errors }));
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
        let text = |name: &str| {
            let text = input.get(name)?.as_str()?;
            Some(text.chars().take(TEXT_CHARS_MAX).collect::<String>())
        };
        let group = json!({
            "id": gid("InventoryAdjustmentGroup", now.at.0),
            "createdAt": zulu(now, now.at),
            "reason": text("reason"),
            "referenceDocumentUri": text("referenceDocumentUri"),
            "changes": told.collect::<Vec<_>>(),
        });
        Ok(json!({ "inventoryAdjustmentGroup": group, "userErrors": [] }))
    }

    fn moved(
        &self,
        item: &Value,
        meant: impl Fn(&Value, Option<Qty>) -> Result<Change, Wronged>,
        shop: &mut dyn Shop,
    ) -> Result<Move, Wronged> {
        let id = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or("");
        if number("Location", id("locationId")) != Some(self.ids.location()) {
            return Err(("locationId", "INVALID_LOCATION"));
        }
        let place = number("InventoryItem", id("inventoryItemId"));
        let place = place.and_then(|id| self.ids.items.place(id));
        let sku = place.and_then(|place| self.terms.catalogue.at(place));
        let offer = sku.and_then(|sku| Some((sku, asking::offer(shop, sku)?)));
        let (sku, offer) = offer.ok_or(("inventoryItemId", "INVALID_INVENTORY_ITEM"))?;
        let says = |(name, _): &&Wronged| item.get(*name).is_some_and(|value| !value.is_null());
        let stale = COMPARED.iter().find(says).copied();
        let compared = stale.map(|(name, _)| quantity(item, name)).transpose()?;
        let change = meant(item, compared)?;
        Ok(Move { sku, offer, change, stale: stale.unwrap_or(COMPARED[1]) })
    }
}

/// A number of units that an item must say.
fn quantity(item: &Value, name: &'static str) -> Result<Qty, Wronged> {
    let whole = item.get(name).and_then(whole_in).ok_or((name, "INVALID"))?;
    let code = || {
        if whole > UNITS_MAX.0 { "INVALID_QUANTITY_TOO_HIGH" } else { "INVALID_QUANTITY_TOO_LOW" }
    };
    units(whole).ok_or_else(|| (name, code()))
}
