//! Owns which offers that are not simply a SKU a channel sells: it is told of no other.
//! Must not know what they are made of.

use super::{Habits, Shelf};
use crate::commerce::terms::OfferPlay;
use crate::history::charter::Offers;
use crate::ids::{ChannelId, SkuId};

impl Shelf {
    /// Which of what is for sale is not simply a SKU, and who sells it.
    pub(in crate::commerce::connector) fn knows_offers(
        &mut self,
        offers: &Offers,
        plays: &[OfferPlay],
    ) {
        self.beyond = offers.all().next().map_or(usize::MAX, |(first, _)| first.index());
        let channels = (0..self.channels.len() as u16).map(ChannelId);
        let all = offers.all().map(|(sku, _)| sku).zip(plays);
        let unsold = all.flat_map(|(sku, play)| {
            let is_unsold = |channel: &ChannelId| !play.on.contains(channel);
            channels.clone().filter(is_unsold).map(move |channel| (channel, sku))
        });
        self.unsold = unsold.collect();
    }

    /// How a channel that is served shows stock, if it sells that at all.
    pub(super) fn sells(&self, channel: ChannelId, sku: SkuId) -> Option<Habits> {
        let sells = sku.index() < self.beyond || !self.unsold.contains(&(channel, sku));
        self.habits(channel).filter(|_| sells)
    }
}
