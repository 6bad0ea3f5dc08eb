//! Owns a marketplace's offers: how updates are taken, and when and how they show.
//! Must not know orders.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::super::imperfect::{Repetition, mix};
use super::super::limiter::LimitedOp;
use super::super::outbox::{Answer, Outbox};
use super::super::protocol::{Change, ChannelReply, ItemOutcome, UpdateItem};
use super::super::terms::SkuTerms;
use super::{Later, Marketplace};
use crate::history::What;
use crate::history::charter::StockRule;
use crate::history::fact::PushKind;
use crate::ids::{ChannelId, SkuId, Version};
use crate::rng::Draw;
use crate::units::{At, Money, Qty};

#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub(super) listed: bool,
    pub(super) shown: Qty,
    pub(super) stored: Qty,
    pub(super) version: Version,
    pub(super) price: Money,
    /// The place in the run of updates of what is shown: an absolute value taken earlier but due
    /// later must not overwrite it.
    applied: u64,
    priced: u64,
}

impl Marketplace {
    pub(super) fn update(
        &mut self,
        now: At,
        key: Option<u64>,
        kind: PushKind,
        items: Vec<UpdateItem>,
    ) -> Answer<ChannelReply> {
        let op = match kind {
            PushKind::Stock => LimitedOp::Stock,
            PushKind::Price => LimitedOp::Price,
            PushKind::Listing => LimitedOp::Listing,
        };
        if items.len() > self.play.batch_max as usize {
            let why = format!("{} items; at most {} a call", items.len(), self.play.batch_max);
            return Answer::heard(ChannelReply::Invalid { why });
        }
        let thing =
            items.first().map_or(0, |i| mix(mix(kind as u64, u64::from(i.sku.0)), i.version.0));
        if let Some(reply) = self.gate(now, op, thing) {
            return Answer::heard(reply);
        }
        if let Some(items) = key.and_then(|key| self.taken.outcomes_of(key)) {
            return Answer::heard(ChannelReply::Updated { items });
        }
        let outcomes: Vec<_> = items.into_iter().map(|item| self.take(now, item)).collect();
        let lost = self.faults.loses_reply(thing, Repetition::No);
        if let Some(key) = key {
            self.taken.remember(key, outcomes.clone());
        }
        Answer { reply: ChannelReply::Updated { items: outcomes }, lost }
    }

    /// Takes one item into `stored`; it shows later.
    fn take(&mut self, now: At, item: UpdateItem) -> ItemOutcome {
        let Some(offer) = self.offers.get_mut(item.sku.index()) else {
            return ItemOutcome::Rejected;
        };
        if !offer.listed && !matches!(item.change, Change::Publish { .. }) {
            return ItemOutcome::Rejected;
        }
        let law = match item.change {
            Change::Publish { .. } => &self.play.lists_after,
            _ => &self.play.shows_changes_after,
        };
        match item.change {
            Change::Absolute(qty) | Change::Publish { qty, .. } => offer.stored = qty,
            Change::Delta(by) => offer.stored += by,
            Change::CompareAndSet { expect, to } => {
                if offer.stored != expect {
                    return ItemOutcome::Conflict { have: offer.stored };
                }
                offer.stored = to;
            }
            Change::Price(_) => {}
        }
        let about = mix(mix(u64::from(self.id.0), u64::from(item.sku.0)), item.version.0);
        let kind = u32::from(matches!(item.change, Change::Price(_)));
        let shows_in = law.sample(self.draws.two_units(Draw::Propagation, about, kind));
        self.updates += 1;
        self.timers.set(now + shows_in, Later::Show { item, update: self.updates });
        ItemOutcome::Taken
    }

    /// A taken change becomes what shoppers see.
    pub(super) fn show(&mut self, item: UpdateItem, update: u64, out: &mut Outbox) {
        let (channel, sku) = (self.id, item.sku);
        let offer = &mut self.offers[sku.index()];
        match item.change {
            Change::Price(price) => {
                if update > offer.priced {
                    (offer.priced, offer.price) = (update, price);
                    out.facts.push(What::Priced { channel, sku, version: item.version, price });
                }
                return;
            }
            // An absolute value forgets the channel's own sales since it was computed.
            Change::Absolute(qty) => {
                if update < offer.applied {
                    return;
                }
                offer.shown = qty;
                offer.version = item.version;
            }
            Change::Delta(by) => {
                offer.shown += by;
                offer.version = offer.version.max(item.version);
            }
            Change::CompareAndSet { expect, to } => {
                offer.shown += to - expect;
                offer.version = offer.version.max(item.version);
            }
            Change::Publish { price, qty } => {
                offer.listed = true;
                (offer.price, offer.shown) = (price, qty);
                out.facts.push(What::Listed { channel, sku, version: item.version });
                out.facts.push(What::Priced { channel, sku, version: Version(0), price });
            }
        }
        offer.applied = update;
        out.facts.push(offer.as_shown(channel, sku));
    }
}

impl Offer {
    /// What is offered at the start.
    pub(super) fn opening(sku: &SkuTerms, rule: StockRule) -> Offer {
        let shown = if sku.listed { rule.should_show(sku.stock) } else { Qty::ZERO };
        Offer {
            listed: sku.listed,
            shown,
            stored: shown,
            version: Version(0),
            price: sku.price,
            applied: 0,
            priced: 0,
        }
    }

    /// What a shopper can buy: never fewer than none.
    pub(super) fn visible(&self) -> Qty {
        self.shown.max(Qty::ZERO)
    }

    pub(super) fn as_shown(&self, channel: ChannelId, sku: SkuId) -> What {
        What::Shown { channel, sku, version: self.version, qty: self.visible(), missed: None }
    }
}

/// Updates that a key was carried out under: their repetition changes nothing.
#[derive(Debug, Default)]
pub(super) struct TakenKeys {
    outcomes: FxHashMap<u64, Vec<ItemOutcome>>,
    oldest_first: VecDeque<u64>,
}

/// Keys remembered; a repetition that comes later than so many other updates is carried out again.
const TAKEN_KEYS_MAX: usize = 65_536;

impl TakenKeys {
    fn outcomes_of(&self, key: u64) -> Option<Vec<ItemOutcome>> {
        self.outcomes.get(&key).cloned()
    }

    fn remember(&mut self, key: u64, outcomes: Vec<ItemOutcome>) {
        if self.outcomes.insert(key, outcomes).is_none() {
            self.oldest_first.push_back(key);
        }
        if self.oldest_first.len() > TAKEN_KEYS_MAX
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.outcomes.remove(&oldest);
        }
    }
}
