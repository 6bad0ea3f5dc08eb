//! Owns offers that stood still under orders, as counted. Must not know when an offer stands still.

use std::collections::BTreeMap;

use super::breaches::Breaches;
use super::judgement::{StuckOffer, Witness};
use crate::history::fact::Line;
use crate::ids::{ChannelId, OrderId, SkuId};
use crate::units::{At, Money, Qty};

/// So many are named.
const NAMED_MAX: usize = 10;

/// Offers that stood still under orders.
#[derive(Clone, Debug)]
pub(super) struct Stuck {
    pub(super) breaches: Breaches,
    /// Accepted orders that met one, by channel.
    pub(super) met_on: Vec<u64>,
    seen: BTreeMap<(ChannelId, SkuId), StuckOffer>,
}

impl Stuck {
    pub(super) fn new(channels: usize) -> Stuck {
        let breaches = Breaches::new(channels);
        Stuck { breaches, met_on: vec![0; channels], seen: BTreeMap::new() }
    }

    /// A line was ordered from an offer that has stood still since then.
    pub(super) fn note(
        &mut self,
        channel: ChannelId,
        line: &Line,
        order: Option<OrderId>,
        since: At,
        w: Witness,
    ) {
        let money = line.price.times(line.qty);
        let new = StuckOffer {
            channel,
            sku: line.sku,
            since,
            until: w.at,
            orders: 0,
            units: Qty::ZERO,
            money: Money::ZERO,
        };
        let key = (channel, line.sku);
        if !self.seen.contains_key(&key) {
            self.breaches.note(w, Some(channel), order, Qty::ZERO, Money::ZERO);
        }
        let offer = self.seen.entry(key).or_insert(new);
        offer.until = w.at;
        offer.orders += 1;
        offer.units += line.qty;
        offer.money += money;
        self.breaches.units += line.qty;
        self.breaches.money += money;
    }

    /// The offers that most units were ordered of, most first.
    pub(super) fn named(&self) -> Vec<StuckOffer> {
        let mut all: Vec<StuckOffer> = self.seen.values().copied().collect();
        all.sort_by_key(|offer| (std::cmp::Reverse(offer.units), offer.sku, offer.channel));
        all.truncate(NAMED_MAX);
        all
    }
}
