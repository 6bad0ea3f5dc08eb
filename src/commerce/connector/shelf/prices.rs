//! Owns which price a connector believes holds where: one for all channels, or a channel's own; and
//! how a channel's prices come of the source's.
//! Must not know when a price is due.

use super::Shelf;
use crate::history::charter::{ChannelTerms, Conversion, Tariff};
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::Money;

impl Shelf {
    /// How a channel's prices come of the source's, where they are not the same.
    pub(in crate::commerce::connector) fn tariff(
        &self,
        channel: ChannelId,
    ) -> Option<&(Tariff, Conversion)> {
        self.tariffs.get(channel.index())?.as_ref()
    }

    /// The price that holds on a channel, with its version: of its own and of that of all channels
    /// the newer.
    pub(in crate::commerce::connector) fn price_on(
        &self,
        channel: ChannelId,
        sku: SkuId,
    ) -> (Version, Money) {
        let level = &self.source[sku.index()];
        let of_all = (level.price_version, level.price);
        if self.own_prices.is_empty() {
            return of_all;
        }
        let own = self.own_prices.get(&(channel, sku)).filter(|own| own.0 > of_all.0);
        own.copied().unwrap_or(of_all)
    }

    /// A price holds from now on, on one channel or on all of them.
    pub(in crate::commerce::connector) fn prices(
        &mut self,
        sku: SkuId,
        of: Option<ChannelId>,
        price: (Version, Money),
    ) {
        if let Some(channel) = of {
            self.own_prices.insert((channel, sku), price);
        } else {
            let level = &mut self.source[sku.index()];
            (level.price_version, level.price) = price;
        }
    }
}

/// How a channel's prices come of the source's, with the arithmetic of it.
pub(super) fn tariff_of(terms: &ChannelTerms) -> Option<(Tariff, Conversion)> {
    terms.tariff.as_ref().map(|tariff| (tariff.clone(), tariff.conversion()))
}
