//! Owns which offers that are not simply a SKU are played, and all that is for sale with them.
//! Must not know what becomes of them.

use std::borrow::Cow;

use super::WorldTerms;
use crate::history::charter::{OfferTerms, Offers};
use crate::ids::{ChannelId, SkuId};
use crate::units::{Money, Qty};

/// One SKU at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkuTerms {
    /// Units in the building.
    pub stock: Qty,
    /// Its price.
    pub price: Money,
    /// Listed on every channel from the start.
    pub listed: bool,
}

/// An offer that is not simply a SKU.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferPlay {
    /// What it is made of.
    pub terms: OfferTerms,
    /// The channels that sell it.
    pub on: Vec<ChannelId>,
}

impl WorldTerms {
    /// The offers that are not simply a SKU, by their numbers.
    pub fn numbered_offers(&self) -> Offers {
        let terms: Vec<OfferTerms> = self.offers.iter().map(|play| play.terms.clone()).collect();
        Offers::new(self.catalog.len() as u32, &terms)
    }

    /// All that is for sale, by number; on a channel: offers that it does not sell are not listed.
    pub fn for_sale(&self, on: Option<ChannelId>) -> Cow<'_, [SkuTerms]> {
        if self.offers.is_empty() {
            return Cow::Borrowed(&self.catalog);
        }
        let stock = |sku: SkuId| self.catalog.get(sku.index()).map(|sku| sku.stock);
        let offers = self.offers.iter().map(|play| SkuTerms {
            stock: play.terms.made_of(stock).unwrap_or(Qty::ZERO),
            price: play.terms.price(),
            listed: on.is_none_or(|channel| play.on.contains(&channel)),
        });
        self.catalog.iter().copied().chain(offers).collect()
    }
}
