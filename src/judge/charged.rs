//! Owns what a price that a channel charges means: the intended one, another version, or none at
//! all. Must not know limits.

use super::change::Change;
use super::judgement::Witness;
use super::prices::Charging;
use super::run::Run;
use super::windows::priced;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money};

impl Run {
    /// A channel charges a price from now on.
    pub(super) fn charged(
        &mut self,
        channel: ChannelId,
        sku: SkuId,
        version: Version,
        price: Money,
        missed: Option<At>,
        w: Witness,
    ) {
        self.heard[1] = true;
        let version = self.price_stems_from(channel, sku, version, price, w);
        let windows = &mut self.windows;
        self.prices.charged(channel, sku, version, price, w, |s| priced(windows, s));
        if self.is_opening(w) {
            self.price_lag.opened(channel, sku, version, w.at);
            return;
        }
        let charging = self.prices.charging((channel, sku), version, price, w.at);
        // The intended price gives way to another amount: it must come again.
        let intended = self.prices.intended_version(channel, sku, w.at);
        let now = self.prices.intended_now(channel, sku, w.at);
        let right = now.is_some_and(|(_, right)| right == price);
        let lost = intended.filter(|&intended| {
            let lag = &self.price_lag;
            !right
                && self.supplies.is_listed(channel, sku)
                && match charging {
                    Charging::Nothing => lag.shows(channel, sku, intended),
                    Charging::Older => lag.has_settled(channel, sku, intended, w.at),
                    Charging::Intended | Charging::Early => false,
                }
        });
        match charging {
            Charging::Intended => self.price_lag.took_turn(channel, sku, version, w.at, missed),
            Charging::Early | Charging::Older => {
                self.price_lag.shown(channel, sku, version, w.at, missed);
            }
            Charging::Nothing => {}
        }
        if let Some(version) = lost {
            let change = Change { version, start: w.at, sold: At::NEVER, seq: w.seq, promotion: 0 };
            self.price_lag.lost(channel, sku, change, w.at);
        }
        self.price_lag.take_ripe(|_| {});
    }
}
