//! Owns which versions of a SKU's stock a connector has heard. Must not know what it makes of them.

use super::{Shelf, located};
use crate::commerce::protocol::Levels;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::Qty;

/// How a notice relates to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commerce::connector) enum Heard {
    /// Heard before: a duplicate.
    Before,
    /// For the first time, but a newer one came first.
    Late,
    /// The newest.
    Newest,
}

impl Shelf {
    /// Takes a stock notice in, once a version; says whether it is the newest.
    pub(in crate::commerce::connector) fn hear(
        &mut self,
        sku: SkuId,
        version: Version,
        (available, at): (Qty, &Levels),
    ) -> Heard {
        let level = &mut self.source[sku.index()];
        if version.0 <= level.heard {
            return Heard::Before;
        }
        if level.is_ahead || version.0 != level.heard + 1 {
            let ahead = self.ahead.entry(sku).or_default();
            if ahead.contains(&version.0) {
                return Heard::Before;
            }
            ahead.push(version.0);
            while let Some(place) = ahead.iter().position(|v| *v == level.heard + 1) {
                ahead.swap_remove(place);
                level.heard += 1;
            }
            level.is_ahead = !ahead.is_empty();
            if !level.is_ahead {
                self.ahead.remove(&sku);
            }
        } else {
            level.heard += 1;
        }
        if version <= level.version {
            return Heard::Late;
        }
        (level.version, level.available) = (version, available);
        self.lies(sku, at);
        Heard::Newest
    }

    /// Takes in a level that came along with something else: its own notice may still come, and
    /// may then say more.
    pub(in crate::commerce::connector) fn glimpse(
        &mut self,
        sku: SkuId,
        version: Version,
        (available, at): (Qty, &Levels),
    ) {
        let level = &mut self.source[sku.index()];
        if version <= level.version {
            return;
        }
        (level.version, level.available) = (version, available);
        self.lies(sku, at);
        let offers = self.offers.chunks_mut(self.channels.len()).nth(sku.index());
        let located = self.located.as_deref();
        let places = (0..).map(ChannelId).zip(&self.channels);
        for (offer, (channel, habits)) in offers.into_iter().flatten().zip(places) {
            if let Some(habits) = habits {
                let available = located::of(located, channel, sku, available);
                offer.target = habits.rule.should_show(available);
            }
        }
    }
}
