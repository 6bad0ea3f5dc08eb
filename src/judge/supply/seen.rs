//! Owns what was last seen of a channel's offer of a SKU. Must not know what it means.

use super::Supplies;
use super::shelf::Shelf;
use crate::ids::{ChannelId, SkuId};
use crate::units::Qty;

impl Supplies {
    /// Units that the channel sold and the source has not taken off yet, less those it gave back.
    pub(in crate::judge) fn on_its_way(&self, channel: ChannelId, sku: SkuId) -> Qty {
        self.pasts.get(self.cell(channel, sku)).map_or(Qty::ZERO, |past| past.own_open)
    }

    /// What a channel offers, as far as anybody saw.
    pub(in crate::judge) fn offers(&self, channel: ChannelId, sku: SkuId) -> Option<Qty> {
        self.shelves.get(self.cell(channel, sku)).and_then(Shelf::offered)
    }
}
