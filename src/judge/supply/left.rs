//! Owns what is really left: goods that came, went, left for an order or are free again.
//! Must not know what channels offer of it.

use super::Supplies;
use crate::ids::{ChannelId, LocationId, SkuId};
use crate::units::{At, Qty};

impl Supplies {
    /// Goods came or went.
    pub(in crate::judge) fn supplied(
        &mut self,
        sku: SkuId,
        at: Option<LocationId>,
        units: Qty,
        now: At,
    ) {
        self.grow(sku);
        let before = self.short(sku);
        let stock = &mut self.stocks[sku.index()];
        stock.supply += units;
        (stock.known, self.any_known) = (true, true);
        if let Some(pools) = &mut self.pools {
            pools.supplied(sku, at, units);
        }
        if units < Qty::ZERO {
            self.causes.supply_shock += self.short(sku) - before;
        }
        self.refresh(sku, now);
    }

    /// Units promised beyond supply.
    fn short(&self, sku: SkuId) -> Qty {
        let Some(pools) = &self.pools else { return (-self.left(sku)).max(Qty::ZERO) };
        pools.short(sku)
    }

    /// A released order's units are free again.
    pub(in crate::judge) fn released(&mut self, channel: ChannelId, sku: SkuId, qty: Qty, now: At) {
        self.grow(sku);
        self.stocks[sku.index()].committed -= qty;
        if let Some(pools) = &mut self.pools {
            pools.promised(channel, sku, -qty);
        }
        self.refresh(sku, now);
    }

    /// Units left a location for a channel's order.
    pub(in crate::judge) fn left_for(
        &mut self,
        channel: ChannelId,
        (sku, at): (SkuId, Option<LocationId>),
        units: Qty,
        now: At,
    ) {
        let Some(pools) = &mut self.pools else { return };
        pools.left_for(channel, sku, at, units);
        self.grow(sku);
        self.refresh(sku, now);
    }

    /// Whether any fact told how many of it there are.
    pub(in crate::judge) fn is_known(&self, sku: SkuId) -> bool {
        self.stocks.get(sku.index()).is_some_and(|stock| stock.known)
    }

    /// Really left: supply − accepted.
    pub(in crate::judge) fn left(&self, sku: SkuId) -> Qty {
        self.stocks.get(sku.index()).map_or(Qty::ZERO, |s| s.supply - s.committed)
    }

    /// What a channel can still promise: of what lies at the locations that serve it, where stock
    /// lies at several.
    pub(in crate::judge) fn left_on(&self, channel: ChannelId, sku: SkuId) -> Qty {
        self.pools.as_ref().map_or_else(|| self.left(sku), |pools| pools.left(channel, sku))
    }

    /// Supply as the facts sum it up; none when they do not speak of the SKU.
    pub(in crate::judge) fn supply(&self, sku: SkuId) -> Option<Qty> {
        self.stocks.get(sku.index()).filter(|s| s.known).map(|s| s.supply)
    }
}
