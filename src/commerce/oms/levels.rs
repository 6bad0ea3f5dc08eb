//! Owns how everything stands at the source, for whoever reads it whole: stock, prices, listings.
//! Must not know who reads, nor why.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Oms;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{OmsReply, SourceNotice};
use crate::history::What;
use crate::history::fact::StockCause;
use crate::ids::{ChannelId, SkuId, Version};
use crate::units::{At, Money, Qty};

/// A price with its version.
pub(super) type Versioned = (Version, Money);

/// Prices told ahead of their time, by SKU, oldest version first; before them the one that held
/// when the first of them was told.
#[derive(Debug, Default)]
pub(super) struct PricesAhead {
    told: FxHashMap<SkuId, Vec<(Versioned, At)>>,
    /// Prices of one channel: the one that holds, where one does, and those to come.
    of_channel: BTreeMap<(SkuId, ChannelId), Vec<(Versioned, At)>>,
}

impl PricesAhead {
    /// This one holds while others are told ahead of their time.
    pub(super) fn holds(&mut self, sku: SkuId, price: Versioned) {
        self.told.entry(sku).or_insert_with(|| vec![(price, At::START)]);
    }

    /// A price was told.
    pub(super) fn tell(&mut self, sku: SkuId, price: Versioned, due: At, now: At) {
        let Some(told) = self.told.get_mut(&sku) else { return };
        told.push((price, due));
        forget_overtaken(told, now);
        if told.len() == 1 {
            self.told.remove(&sku);
        }
    }

    /// A price of one channel was told.
    pub(super) fn tell_of(
        &mut self,
        sku: SkuId,
        channel: ChannelId,
        price: Versioned,
        due: At,
        now: At,
    ) {
        let told = self.of_channel.entry((sku, channel)).or_default();
        told.push((price, due));
        forget_overtaken(told, now);
    }

    /// The prices of one channel that hold or are still to come.
    fn of_channels(&self, sku: SkuId, now: At) -> impl Iterator<Item = (ChannelId, Versioned, At)> {
        let all = (sku, ChannelId(0))..=(sku, ChannelId(u16::MAX));
        self.of_channel.range(all).flat_map(move |((_, channel), told)| {
            let newest_due = told.iter().rposition(|(_, due)| *due <= now).unwrap_or(0);
            told[newest_due..].iter().map(|(price, due)| (*channel, *price, *due))
        })
    }

    fn of(&self, sku: SkuId, now: At) -> &[(Versioned, At)] {
        let told = self.told.get(&sku).map_or(&[][..], Vec::as_slice);
        let newest_due = told.iter().rposition(|(_, due)| *due <= now).unwrap_or(0);
        &told[newest_due..]
    }
}

/// An older version that is due later is overtaken: whoever hears of both takes the newer.
fn forget_overtaken(told: &mut Vec<(Versioned, At)>, now: At) {
    let newest_due = told.iter().rposition(|(_, due)| *due <= now).unwrap_or(0);
    told.drain(..newest_due);
}

impl Oms {
    /// Says what its ledger opens with, and its prices where a channel converts them.
    pub fn open(&self, out: &mut Outbox) {
        let places = self.places();
        for (id, sku) in (0..).map(SkuId).zip(&self.skus) {
            for at in places.iter().copied() {
                let [on_hand, reserved] = self.stands_at(id, at);
                let (change, cause) = (on_hand, StockCause::Opening);
                let version = sku.version;
                out.facts.push(What::Stock {
                    sku: id,
                    version,
                    on_hand,
                    reserved,
                    change,
                    cause,
                    at,
                });
            }
        }
        self.open_offers(out);
        // No channel that converts prices charges those that it opens with.
        let converts = self.books.iter().any(Option::is_some);
        for (id, sku) in self.skus.iter().enumerate().filter(|_| converts) {
            let (version, price) = (sku.price_version, sku.price);
            let sku = SkuId(id as u32);
            let (channel, due) = (None, At::START);
            out.facts.push(What::PriceSet { sku, channel, version, price, due });
        }
    }

    /// How everything stands, from a SKU on, each thing as the change that made it so.
    pub(super) fn levels(&self, now: At, after: u64, limit: u32) -> OmsReply {
        let all = self.skus.len() + self.offers.len();
        let from = usize::try_from(after).unwrap_or(all).min(all);
        let until = from.saturating_add(limit as usize).min(all);
        let mut page = Vec::with_capacity(2 * (until - from));
        for place in from..until {
            self.level(SkuId(place as u32), now, &mut page);
        }
        OmsReply::Changes { page, cursor: until as u64, more: until < all }
    }

    /// What it has of each SKU for a channel, and the price that holds now on a channel.
    pub(crate) fn stands(&self, channel: ChannelId, now: At) -> Vec<(Qty, Money)> {
        let each = (0..self.skus.len() as u32).map(SkuId);
        each.map(|id| (self.available_to(channel, id), self.price_on(id, channel, now))).collect()
    }

    /// The price that holds on a channel: of its own and of that of all, the newer.
    fn price_on(&self, id: SkuId, channel: ChannelId, now: At) -> Money {
        let of_all = self.in_force(id, now);
        let own = self.ahead.of_channels(id, now);
        let own = own.filter(|(of, _, due)| *of == channel && *due <= now).map(|(_, own, _)| own);
        own.chain([of_all]).max().map_or(of_all.1, |(_, price)| price)
    }

    fn price(&self, id: SkuId, now: At) -> Money {
        self.in_force(id, now).1
    }

    /// The price that holds: the first told; the last set may still be to come.
    pub(super) fn in_force(&self, id: SkuId, now: At) -> Versioned {
        let sku = &self.skus[id.index()];
        let told = self.ahead.of(id, now).first();
        told.map_or((sku.price_version, sku.price), |(told, _)| *told)
    }

    /// Since when it holds, where it was told ahead of its time.
    pub(super) fn in_force_since(&self, id: SkuId, now: At) -> At {
        self.ahead.of(id, now).first().map_or(At::START, |(_, due)| *due)
    }

    fn level(&self, id: SkuId, now: At, page: &mut Vec<SourceNotice>) {
        let Some(sku) = self.skus.get(id.index()) else { return page.extend(self.offer(id)) };
        let told = self.ahead.of(id, now);
        if sku.listing_version > Version(0) {
            let price = self.price(id, now);
            page.push(SourceNotice::Listing {
                sku: id,
                version: sku.listing_version,
                price,
                available: sku.told(self.play.tells),
                stock_version: sku.version,
                at: self.by_location(id),
            });
        }
        let (available, at) = (sku.told(self.play.tells), self.by_location(id));
        page.push(SourceNotice::Stock { sku: id, version: sku.version, available, by: None, at });
        let price = |channel, (version, price): Versioned, due: At| SourceNotice::Price {
            sku: id,
            version,
            price,
            due,
            channel,
        };
        match told {
            [] if sku.price_version > Version(0) => {
                page.push(price(None, (sku.price_version, sku.price), now));
            }
            told => {
                let is_set = told.iter().filter(|((version, _), _)| *version > Version(0));
                page.extend(is_set.map(|(told, due)| price(None, *told, *due)));
            }
        }
        let own = self.ahead.of_channels(id, now);
        page.extend(own.map(|(channel, told, due)| price(Some(channel), told, due)));
    }
}
