//! Owns what defects of a connector ask of its shelf, or do to it. Must not know when they strike.

use super::Shelf;
use crate::ids::{ChannelId, SkuId};
use crate::units::Qty;

impl Shelf {
    /// What is held back is taken off twice from now on.
    pub(in crate::commerce::connector) fn hold_back_twice(&mut self) {
        for habits in self.channels.iter_mut().flatten() {
            habits.rule.holds_back += habits.rule.holds_back;
        }
    }

    /// What lies anywhere is taken to be every channel's from now on.
    pub(in crate::commerce::connector) fn sums_all_locations(&mut self) {
        if let Some(located) = &mut self.located {
            located.sums_all();
        }
    }

    /// What is believed to be stored there.
    pub(in crate::commerce::connector) fn believed(
        &self,
        channel: ChannelId,
        sku: SkuId,
    ) -> Option<Qty> {
        let place = sku.index() * self.channels.len() + channel.index();
        self.offers.get(place).map(|offer| offer.belief)
    }
}
