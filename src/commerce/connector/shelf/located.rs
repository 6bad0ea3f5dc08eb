//! Owns what a connector believes of stock at several locations: how much lies where, and what of
//! it each channel has. Must not know what lies in one place.

use super::Shelf;
use crate::commerce::protocol::Levels;
use crate::history::charter::Serving;
use crate::ids::{ChannelId, SkuId};
use crate::units::Qty;

#[derive(Debug)]
pub(super) struct Located {
    serving: Serving,
    /// What is available, by SKU, then location.
    levels: Vec<Qty>,
    /// Every channel is told of all there is.
    sums_all: bool,
}

impl Located {
    pub(super) fn sums_all(&mut self) {
        self.sums_all = true;
    }

    fn row(&self, sku: SkuId) -> &[Qty] {
        let from = sku.index() * self.serving.locations();
        self.levels.get(from..from + self.serving.locations()).unwrap_or_default()
    }
}

/// What a channel has of a SKU of which so many are available in all.
pub(super) fn of(located: Option<&Located>, channel: ChannelId, sku: SkuId, available: Qty) -> Qty {
    match located {
        Some(located) if !located.sums_all => located.serving.sum(channel, located.row(sku)),
        _ => available,
    }
}

impl Shelf {
    /// Stock lies at several locations: so many units of each SKU at each.
    pub(in crate::commerce::connector) fn knows_locations(
        &mut self,
        serving: Serving,
        levels: Vec<Qty>,
    ) {
        if serving.locations() == 0 {
            return;
        }
        self.located = Some(Box::new(Located { serving, levels, sums_all: false }));
        // What channels open with is what they have.
        let channels = self.channels.len();
        for (place, offer) in self.offers.iter_mut().enumerate() {
            let (sku, channel) = (SkuId((place / channels) as u32), place % channels);
            let (Some(level), Some(habits)) =
                (self.source.get(sku.index()), self.channels[channel])
            else {
                continue;
            };
            let has = of(self.located.as_deref(), ChannelId(channel as u16), sku, level.available);
            (offer.target, offer.belief) =
                (habits.rule.should_show(has), habits.rule.should_show(has));
        }
    }

    /// Whether stock lies at several locations.
    pub(in crate::commerce::connector) fn is_located(&self) -> bool {
        self.located.is_some()
    }

    /// The source tells what lies where.
    pub(super) fn lies(&mut self, sku: SkuId, at: &Levels) {
        let Some(located) = &mut self.located else { return };
        let from = sku.index() * located.serving.locations();
        let row = located.levels.get_mut(from..from + located.serving.locations());
        if let (Some(row), Some(at)) = (row, at) {
            for (level, told) in row.iter_mut().zip(at) {
                *level = *told;
            }
        }
    }
}
