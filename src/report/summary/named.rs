//! Owns what a thing is called in `summary.json`. Must not know what is said of it.

use crate::history::Charter;
use crate::ids::SkuId;

/// A SKU, or another offer, as its scenario calls it.
pub(super) fn sku_name(charter: &Charter, sku: SkuId) -> String {
    charter.name_of(sku).map_or_else(|| format!("SKU {}", sku.0), str::to_owned)
}
