//! Owns records that never change: who buys, where things lie, in what they are counted.
//! Must not know products or orders.

use serde_json::{Value, json};

use super::schema::Model;
use super::{LOGIN, USER};
use crate::faces::FaceTerms;

/// The company's own partner, and the user's.
const COMPANY: u64 = 1;
pub(super) const ADMINISTRATOR: u64 = 3;
/// Partners above this one are those of channels, in their order: all who buy there.
const BUYERS: u64 = 10;
/// Where things lie.
const STOCK: u64 = 8;

/// The records of a model of which there are few.
pub(super) fn records(terms: &FaceTerms, model: Model) -> Vec<Value> {
    let one = |of: Value| vec![of];
    let name = &terms.name;
    match model {
        Model::Users => one(json!({
            "id": USER,
            "name": "Administrator",
            "login": LOGIN,
            "lang": "en_US",
            "partner_id": [ADMINISTRATOR, "Administrator"],
        })),
        Model::Partners => {
            let own = [(COMPANY, name.clone()), (ADMINISTRATOR, "Administrator".to_owned())];
            let channels = terms.holds.as_deref().unwrap_or(&[]).iter();
            let buyers = (BUYERS + 1..).zip(channels.map(|name| format!("Customers of {name}")));
            own.into_iter()
                .chain(buyers)
                .map(|(id, name)| json!({ "id": id, "name": name }))
                .collect()
        }
        Model::Companies => one(json!({ "id": COMPANY, "name": name })),
        Model::Currencies => one(json!({ "id": 1, "name": terms.currency })),
        Model::Units => one(json!({ "id": 1, "name": "Units" })),
        Model::Locations => one(json!({
            "id": STOCK, "name": "Stock", "complete_name": "WH/Stock", "usage": "internal",
        })),
        Model::Warehouses => one(json!({
            "id": 1, "name": name, "code": "WH", "lot_stock_id": [STOCK, "WH/Stock"],
        })),
        Model::Models => {
            let all = (1..).zip(Model::names());
            all.map(|(id, model)| json!({ "id": id, "name": model, "model": model })).collect()
        }
        Model::Products | Model::Templates | Model::Quants | Model::Orders | Model::Lines => vec![],
    }
}

/// The record that others lead to by this field.
pub(super) fn led_to(terms: &FaceTerms, field: &str) -> Value {
    match field {
        "company_id" => json!([COMPANY, terms.name]),
        "currency_id" => json!([1, terms.currency]),
        "uom_id" => json!([1, "Units"]),
        "location_id" => json!([STOCK, "WH/Stock"]),
        "warehouse_id" => json!([1, terms.name]),
        "user_id" => json!([USER, "Administrator"]),
        _ => json!(false),
    }
}

/// The partner of whoever buys on a channel.
pub(super) fn buyer(terms: &FaceTerms, channel: &str) -> Value {
    let place = terms.holds.as_deref().unwrap_or(&[]).iter().position(|known| known == channel);
    let id = place.map_or(COMPANY, |place| BUYERS + 1 + place as u64);
    json!([id, format!("Customers of {channel}")])
}

/// Whether it is where things lie.
pub(super) fn is_stock(location: &Value) -> bool {
    location.as_u64() == Some(STOCK)
}
