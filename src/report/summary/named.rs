//! Owns what a thing is called in `summary.json`. Must not know what is said of it.

use crate::history::Charter;
use crate::ids::SkuId;

/// A SKU as its scenario calls it.
pub(super) fn sku_name(charter: &Charter, sku: SkuId) -> String {
    let named = charter.sku_names.get(sku.index()).cloned();
    named.unwrap_or_else(|| format!("SKU {}", sku.0))
}
