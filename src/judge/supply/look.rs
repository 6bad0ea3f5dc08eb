//! Owns reading ahead what is known of a SKU's supply and shelves. Must not say what it read.

use super::Supplies;
use crate::ids::{ChannelId, SkuId};

impl Supplies {
    /// Reads what is known of a SKU, for nothing but having it at hand.
    pub(in crate::judge) fn look(&self, sku: SkuId) -> u64 {
        let (from, channels) = (self.cell(ChannelId(0), sku), self.rules.len());
        let Some(stock) = self.stocks.get(sku.index()) else { return 0 };
        let row = from..from + channels;
        let offered = self.shelves[row.clone()].iter().map(|shelf| shelf.offered.0 as u64);
        let open = self.pasts[row].iter().map(|past| past.own_open.0 as u64);
        offered.chain(open).fold(stock.supply.0 as u64, |all, one| all ^ one)
    }
}
