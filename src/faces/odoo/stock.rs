//! Owns what is set at the source by hand: stock that was counted, prices, what is sold.
//! Must not know how records are found.

use serde_json::{Map, Value, json};

use super::calls::Call;
use super::records::units;
use super::rpc::Fault;
use super::schema::Model;
use super::{Answered, Odoo, fixed};
use crate::commerce::protocol::{Change, ItemOutcome};
use crate::faces::catalogue::Ids;
use crate::faces::values::{amount_in, whole_in};
use crate::faces::{Shop, asking};
use crate::history::fact::PushKind;
use crate::ids::SkuId;
use crate::units::{Money, Qty};

/// So many were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) are: Qty,
    /// So many were believed to be there then.
    pub(super) were: Qty,
}

impl Odoo {
    /// Products are changed: what they cost, whether they are sold.
    pub(super) fn write_product(
        &mut self,
        model: Model,
        call: &Call<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        let ids = if model == Model::Products { self.ids.products } else { self.ids.templates };
        let skus = self.skus(model, ids, call)?;
        let wanted = values(call)?;
        let (mut price, mut publishes) = (None, false);
        for (field, value) in wanted {
            match (model, field.as_str()) {
                (_, "list_price") | (Model::Products, "lst_price") => {
                    let amount = amount_in(value, self.terms.digits);
                    let amount = amount.filter(|amount| *amount >= Money::ZERO);
                    let why = || Fault::validation("a sales price is an amount, not below 0");
                    price = Some(amount.ok_or_else(why)?);
                }
                (_, "sale_ok") if *value == json!(true) => publishes = true,
                (_, "sale_ok") => return Err(Fault::not_here("taking a product off sale")),
                (_, other) => {
                    let what = format!("setting the field {other} of {}", model.name());
                    return Err(Fault::not_here(&what));
                }
            }
        }
        if publishes {
            let publish = |(place, sku): (usize, &SkuId)| {
                let offer = asking::offer(shop, *sku).filter(|offer| !offer.listed)?;
                let price = price.unwrap_or(offer.asks);
                Some((place, *sku, Change::Publish { price, qty: offer.stored }))
            };
            let changes: Vec<_> = skus.iter().enumerate().filter_map(publish).collect();
            set(PushKind::Listing, &changes, shop)?;
        }
        if let Some(price) = price {
            let change = |(place, sku): (usize, &SkuId)| (place, *sku, Change::Price(price));
            let changes: Vec<_> = skus.iter().enumerate().map(change).collect();
            set(PushKind::Price, &changes, shop)?;
        }
        Ok(json!(true))
    }

    /// Stock was counted; nothing moves before that is applied.
    pub(super) fn count(&mut self, call: &Call<'_>, shop: &mut dyn Shop) -> Answered {
        let skus = self.skus(Model::Quants, self.ids.quants, call)?;
        let mut are = None;
        for (field, value) in values(call)? {
            match field.as_str() {
                "inventory_quantity" => are = Some(counted(value)?),
                other => {
                    let what = format!("setting the field {other} of stock.quant");
                    return Err(Fault::not_here(&what));
                }
            }
        }
        for sku in skus {
            self.note(sku, are, shop);
        }
        Ok(json!(true))
    }

    /// The same of a product by its place: its quant is there already.
    pub(super) fn count_new(&mut self, call: &Call<'_>, shop: &mut dyn Shop) -> Answered {
        let Some(Value::Object(wanted)) = call.said(0, "vals_list") else {
            return Err(Fault::not_here("several quants in one create"));
        };
        let said = |field: &str| wanted.get(field).unwrap_or(&Value::Null);
        let known = ["product_id", "location_id", "inventory_quantity"];
        if let Some(other) = wanted.keys().find(|field| !known.contains(&field.as_str())) {
            return Err(Fault::not_here(&format!("setting the field {other} of stock.quant")));
        }
        let place = said("product_id").as_u64().and_then(|id| self.ids.products.place(id));
        let sku = place.and_then(|place| self.terms.catalogue.at(place));
        let sku = sku.ok_or_else(|| Fault::validation("a quant is of a product that is there"))?;
        if !fixed::is_stock(said("location_id")) {
            return Err(Fault::not_here("stock at other locations than WH/Stock"));
        }
        let are = counted(said("inventory_quantity"))?;
        self.note(sku, Some(are), shop);
        Ok(json!(self.ids.quants.id(u64::from(sku.0))))
    }

    /// What was counted is so. Where it moved meanwhile a person is asked first.
    pub(super) fn apply(&mut self, call: &Call<'_>, shop: &mut dyn Shop) -> Answered {
        let skus = self.skus(Model::Quants, self.ids.quants, call)?;
        let mut changes = Vec::new();
        for (place, sku) in skus.iter().enumerate() {
            let Some(counted) = self.counted.get(sku).copied() else { continue };
            let offer = asking::offer(shop, *sku).ok_or_else(missing)?;
            let (on_hand, _) = units(&offer);
            if on_hand != counted.were {
                let moved = self.ids.quants.id(u64::from(sku.0));
                return Ok(json!({
                    "name": "Conflict in Inventory Adjustment",
                    "type": "ir.actions.act_window",
                    "view_mode": "form",
                    "views": [[false, "form"]],
                    "res_model": "stock.inventory.conflict",
                    "target": "new",
                    "context": { "default_quant_to_fix_ids": [moved] },
                }));
            }
            changes.push((place, *sku, Change::Delta(counted.are - on_hand)));
        }
        set(PushKind::Stock, &changes, shop)?;
        for sku in skus {
            self.counted.remove(&sku);
        }
        Ok(Value::Null)
    }

    fn note(&mut self, sku: SkuId, are: Option<Qty>, shop: &mut dyn Shop) {
        let were = asking::offer(shop, sku).map(|offer| units(&offer).0);
        if let (Some(are), Some(were)) = (are, were) {
            self.counted.insert(sku, Counted { are, were });
        }
    }

    /// The SKUs of the records that a call is made on.
    fn skus(&self, model: Model, ids: Ids, call: &Call<'_>) -> Result<Vec<SkuId>, Fault> {
        let sku = |id: u64| {
            let place = ids.place(id).and_then(|place| self.terms.catalogue.at(place));
            place.ok_or_else(|| Fault::missing(model.name(), &id.to_string()))
        };
        call.ids()?.into_iter().map(sku).collect()
    }
}

/// Asks for changes of which all are made, or none.
fn set(kind: PushKind, changes: &[asking::Placed], shop: &mut dyn Shop) -> Result<(), Fault> {
    let outcomes = asking::push_whole(shop, kind, changes)?;
    if outcomes.iter().all(|(_, outcome)| *outcome == ItemOutcome::Taken) {
        return Ok(());
    }
    Err(Fault::validation("the source does not take this value"))
}

/// What a call is to set.
fn values<'a>(call: &Call<'a>) -> Result<&'a Map<String, Value>, Fault> {
    let wanted = call.said(1, "vals").and_then(Value::as_object);
    wanted.ok_or_else(|| Fault::value("write takes ids and values by field"))
}

/// So many whole units were counted.
fn counted(value: &Value) -> Result<Qty, Fault> {
    let why = || Fault::validation("a counted quantity is a whole number of units");
    whole_in(value).and_then(crate::faces::units).ok_or_else(why)
}

fn missing() -> Fault {
    Fault::missing(Model::Quants.name(), "")
}
