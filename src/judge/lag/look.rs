//! Owns reading ahead what is known of a SKU's changes on their way. Must not change any of it.

use super::LagBook;
use crate::ids::{ChannelId, SkuId};
use crate::judge::change::Change;
use crate::units::{At, Span};

impl LagBook {
    /// Reads what is known of a SKU on every channel, for nothing but having it at hand.
    pub(in crate::judge) fn look(&self, sku: SkuId) -> u64 {
        let from = sku.index() * self.flaps.len();
        let row = self.tracks.get(from..from + self.flaps.len()).unwrap_or_default();
        row.iter().fold(0, |all, track| all ^ track.shown_at.0)
    }

    /// The change that a channel has shown of a SKU and that may have settled, and its lag: what
    /// is counted when the next is shown.
    pub(in crate::judge) fn may_have_settled(
        &self,
        channel: ChannelId,
        sku: SkuId,
        now: At,
    ) -> Option<(Change, Span)> {
        let track = self.tracks.get(sku.index() * self.flaps.len() + channel.index())?;
        let (change, _, at) = *self.settling.front(&track.settling)?;
        let settled = at + self.flaps[channel.index()] < now;
        settled.then(|| (change, at.since(change.start)))
    }
}
