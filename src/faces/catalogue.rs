//! Owns what a face calls its products: names, and numbers of the platform's own kind.
//! Must not know what they cost or how many there are.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::ids::SkuId;

/// What a channel sells, by SKU and by name. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Catalogue {
    of: Arc<Named>,
}

#[derive(Debug)]
struct Named {
    names: Vec<String>,
    by_name: FxHashMap<String, SkuId>,
}

impl Catalogue {
    /// So many SKUs, under these names as far as they have some.
    pub fn new(skus: u32, names: &[String]) -> Catalogue {
        let name = |sku: u32| {
            let named = names.get(sku as usize).cloned();
            named.unwrap_or_else(|| format!("SKU-{sku}"))
        };
        let names: Vec<String> = (0..skus).map(name).collect();
        let numbered = names.iter().cloned().zip((0..).map(SkuId));
        let by_name = numbered.collect();
        Catalogue { of: Arc::new(Named { names, by_name }) }
    }

    /// How many SKUs there are.
    pub(super) fn len(&self) -> u64 {
        self.of.names.len() as u64
    }

    /// A SKU's name.
    pub fn name(&self, sku: SkuId) -> &str {
        self.of.names.get(sku.index()).map_or("", |name| name)
    }

    /// The SKU of a name.
    pub(super) fn find(&self, name: &str) -> Option<SkuId> {
        self.of.by_name.get(name).copied()
    }

    /// The SKU of a place, where there is one.
    pub(super) fn at(&self, place: u64) -> Option<SkuId> {
        let place = u32::try_from(place).ok()?;
        ((place as usize) < self.of.names.len()).then_some(SkuId(place))
    }
}

/// Numbers of one kind of thing: a platform's ids run from a base of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ids {
    base: u64,
}

impl Ids {
    /// Numbers above this one.
    pub(super) const fn above(base: u64) -> Ids {
        Ids { base }
    }

    /// The id of the thing in this place.
    pub(super) fn id(self, place: u64) -> u64 {
        self.base + 1 + place
    }

    /// The place of an id; none below the base.
    pub(super) fn place(self, id: u64) -> Option<u64> {
        id.checked_sub(self.base + 1)
    }
}
