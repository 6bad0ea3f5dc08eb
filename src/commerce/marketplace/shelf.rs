//! Owns a marketplace's offers: how updates are taken, and when and how they show.
//! Must not know orders.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::super::imperfect::Keyed;
use super::super::limiter::LimitedOp;
use super::super::outbox::{Answer, Fate, Outbox};
use super::super::protocol::{Change, ChannelReply, ItemOutcome, UNITS_MAX, UpdateItem};
use super::super::terms::SkuTerms;
use super::{Keeps, Later, Marketplace};
use crate::history::What;
use crate::history::charter::{StockRule, flag};
use crate::history::fact::PushKind;
use crate::ids::{ChannelId, SkuId, Version};
use crate::rng::{Draw, mix};
use crate::units::{At, Money, Qty};

/// One line of the processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Offer {
    pub(super) listed: bool,
    /// Units that carts hold.
    pub(super) held: u32,
    pub(super) shown: Qty,
    pub(super) stored: Qty,
    pub(super) version: Version,
    pub(super) price: Money,
    /// The place in the run of updates of what is shown: an absolute value taken earlier but due
    /// later must not overwrite it.
    applied: u64,
    priced: u64,
    /// When a listing that was taken will sell; changes taken before then show no earlier. Never:
    /// none was taken that does not sell yet.
    lists_at: At,
}

const _: () = assert!(size_of::<Offer>() == 64, "an offer is one line");

/// Where turns begin, as numbers of versions go.
const FIRST_TURN: u64 = 1 << 63;

/// How many updates a channel knows again. A repetition comes within a few backoffs.
const KEYS_MAX: usize = 4_096;

/// What became of an update: of nearly always one item.
pub(super) type Outcomes = SmallVec<[ItemOutcome; 1]>;

/// Prices that its front has set and that do not show yet, each with the place of its update.
pub(super) type AskedPrices = FxHashMap<SkuId, (u64, Money)>;

/// What became of the latest updates, by idempotency key.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    outcomes: FxHashMap<u64, Outcomes>,
    oldest_first: VecDeque<u64>,
}

impl Remembered {
    fn recall(&self, key: u64) -> Option<&Outcomes> {
        self.outcomes.get(&key)
    }

    fn keep(&mut self, key: u64, outcomes: Outcomes) {
        if self.outcomes.insert(key, outcomes).is_none() {
            self.oldest_first.push_back(key);
        }
        if self.oldest_first.len() > KEYS_MAX {
            let oldest = self.oldest_first.pop_front();
            oldest.and_then(|key| self.outcomes.remove(&key));
        }
    }
}

/// Numbers told to a channel that is told differences else.
#[derive(Debug, Default)]
pub(super) struct Mixed {
    /// It has been told a difference.
    has_differences: bool,
    /// By SKU: the place in the run of updates of the number told last, and when it shows.
    numbers: FxHashMap<SkuId, (u64, At)>,
}

impl Mixed {
    /// When an update shows that would by itself show then: a difference no sooner than the number
    /// that it was taken after.
    fn shows(&mut self, item: &UpdateItem, update: u64, at: At) -> At {
        match item.change {
            Change::Absolute(_) if self.has_differences => {
                self.numbers.insert(item.sku, (update, at));
            }
            Change::Delta(_) | Change::CompareAndSet { .. } => {
                self.has_differences = true;
                if let Some((_, number_at)) = self.numbers.get(&item.sku) {
                    return at.max(*number_at);
                }
            }
            Change::Absolute(_) | Change::Price(_) | Change::Publish { .. } => {}
        }
        at
    }

    /// Whether a difference was taken before a number that shows already: the number has it in it.
    fn has_overwritten(&self, item: &UpdateItem, update: u64, now: At) -> bool {
        let is_difference = matches!(item.change, Change::Delta(_) | Change::CompareAndSet { .. });
        is_difference
            && !self.numbers.is_empty()
            && self.numbers.get(&item.sku).is_some_and(|(of, at)| update < *of && *at <= now)
    }
}

impl Marketplace {
    pub(super) fn update(
        &mut self,
        now: At,
        key: Option<u64>,
        kind: PushKind,
        items: &[UpdateItem],
    ) -> Answer<ChannelReply> {
        let thing = about(kind, items);
        if let Some(reply) = self.keeps_out(now, kind, items, thing.into()) {
            return Answer::heard(reply);
        }
        if let Some(items) = key.and_then(|key| self.taken.recall(key)) {
            return Answer::heard(ChannelReply::Updated { items: items.clone() });
        }
        let outcomes: Outcomes =
            items.iter().map(|item| self.take(now, kind, *item, None)).collect();
        let fate = self.faults.of_reply(thing);
        if let Some(key) = key.filter(|_| fate != Fate::Heard || self.keeps == Keeps::All) {
            self.taken.keep(key, outcomes.clone());
        }
        Answer { reply: ChannelReply::Updated { items: outcomes }, fate }
    }

    /// Whether it has had an update under that key, so that another changes nothing.
    pub fn remembers(&self, key: Option<u64>) -> bool {
        key.is_some_and(|key| self.taken.recall(key).is_some())
    }

    /// Why a call is not carried out, whatever its items are.
    pub(super) fn keeps_out(
        &mut self,
        now: At,
        kind: PushKind,
        items: &[UpdateItem],
        call: Keyed,
    ) -> Option<ChannelReply> {
        let op = match kind {
            PushKind::Stock => LimitedOp::Stock,
            PushKind::Price => LimitedOp::Price,
            PushKind::Listing => LimitedOp::Listing,
        };
        if items.len() > self.play.batch_max as usize {
            let why = format!("{} items; at most {} a call", items.len(), self.play.batch_max);
            return Some(ChannelReply::Invalid { why });
        }
        self.gate(now, op, call)
    }

    /// Whether an item makes sense for what is on sale here.
    fn fits(&self, kind: PushKind, item: &UpdateItem) -> bool {
        let offer = self.offers.get(item.sku.index());
        makes_sense(kind, item.change)
            && offer.is_some_and(|offer| offer.sells_or_will() || kind == PushKind::Listing)
    }

    /// What would become of the items of a whole, each with those before it.
    pub(super) fn would_take(&self, kind: PushKind, items: &[UpdateItem]) -> Outcomes {
        let mut stored: FxHashMap<SkuId, Qty> = FxHashMap::default();
        let each = items.iter().map(|item| {
            if !self.fits(kind, item) {
                return ItemOutcome::Rejected;
            }
            let had = self.offers[item.sku.index()].stored;
            let have = stored.entry(item.sku).or_insert(had);
            match item.change {
                Change::CompareAndSet { expect, .. } if *have != expect => {
                    return ItemOutcome::Conflict { have: *have };
                }
                Change::CompareAndSet { to, .. } | Change::Absolute(to) => *have = to,
                Change::Delta(by) => *have += by,
                Change::Price(_) | Change::Publish { .. } => {}
            }
            if self.play.rule.in_or_out {
                *have = flag(*have);
            }
            ItemOutcome::Taken
        });
        each.collect()
    }

    /// Takes one item into `stored`; it shows later. What its front sends has a turn in the place
    /// of a version.
    pub(super) fn take(
        &mut self,
        now: At,
        kind: PushKind,
        item: UpdateItem,
        turn: Option<u64>,
    ) -> ItemOutcome {
        if !self.fits(kind, &item) {
            return ItemOutcome::Rejected;
        }
        if self.defects.any() && self.takes_in_vain(&item) {
            return ItemOutcome::Taken;
        }
        let in_or_out = self.play.rule.in_or_out;
        let offer = &mut self.offers[item.sku.index()];
        let sells_or_will = offer.sells_or_will();
        let mut item = item;
        match item.change {
            // What is on sale keeps its quantity and its price: they have their own updates.
            Change::Publish { .. } if sells_or_will => {}
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
        if in_or_out {
            offer.stored = flag(offer.stored);
            item.change = match item.change {
                Change::Publish { price, .. } => Change::Publish { price, qty: offer.stored },
                Change::Price(_) => item.change,
                _ => Change::Absolute(offer.stored),
            };
        }
        let (law, draw) = match kind {
            PushKind::Stock => (&self.play.shows_changes_after, 0),
            PushKind::Price => (&self.play.shows_changes_after, 1),
            PushKind::Listing => (&self.play.lists_after, 2),
        };
        let number = turn.map_or(item.version.0, |turn| FIRST_TURN + turn);
        let about = mix(mix(u64::from(self.id.0), u64::from(item.sku.0)), number);
        let shows_in = law.sample(self.draws.two_units(Draw::Propagation, about, draw));
        // A change of what is not on sale yet shows when the listing does.
        let mut shows_at = now + shows_in;
        if offer.lists_at != At::NEVER {
            shows_at = shows_at.max(offer.lists_at);
        }
        if kind == PushKind::Listing && !offer.listed {
            offer.lists_at = shows_at;
        }
        self.updates += 1;
        let is_asked = turn.is_some() || self.asked_prices.contains_key(&item.sku);
        match item.change {
            Change::Publish { .. } if sells_or_will => {}
            Change::Price(price) | Change::Publish { price, .. } if is_asked => {
                self.asked_prices.insert(item.sku, (self.updates, price));
            }
            _ => {}
        }
        let shows_at = self.mixed.shows(&item, self.updates, shows_at);
        self.timers.set(shows_at, Later::Show { item, update: self.updates });
        ItemOutcome::Taken
    }

    /// Reads an offer, for nothing but having it at hand.
    pub fn look(&self, sku: SkuId) -> u64 {
        self.offers.get(sku.index()).map_or(0, |offer| offer.stored.0 as u64)
    }

    /// A price that its front has set shows, or one that was set after it does.
    fn is_no_more_asked(&mut self, item: &UpdateItem, update: u64) {
        let is_price = matches!(item.change, Change::Price(_) | Change::Publish { .. });
        if is_price && self.asked_prices.get(&item.sku).is_some_and(|(of, _)| *of <= update) {
            self.asked_prices.remove(&item.sku);
        }
    }

    /// A taken change becomes what shoppers see.
    pub(super) fn show(&mut self, now: At, item: UpdateItem, update: u64, out: &mut Outbox) {
        let (channel, sku) = (self.id, item.sku);
        let Offer { version, shown, price, applied, .. } = self.offers[sku.index()];
        if self.mixed.has_overwritten(&item, update, now) {
            return;
        }
        self.is_no_more_asked(&item, update);
        let (was, overtaken) = ((version, shown), update < applied);
        match item.change {
            Change::Price(_) => self.price_was(sku, price),
            Change::Absolute(_) if overtaken && !self.shows_overtaken(&item) => return,
            _ => self.may_forget(now, sku, was),
        }
        let offer = &mut self.offers[sku.index()];
        match item.change {
            Change::Price(price) => {
                if update > offer.priced {
                    (offer.priced, offer.price) = (update, price);
                    out.facts.push(What::Priced {
                        channel,
                        sku,
                        version: item.version,
                        price,
                        seen: None,
                    });
                }
                return;
            }
            // An absolute value forgets the channel's own sales since it was computed.
            Change::Absolute(qty) => {
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
            Change::Publish { .. } if offer.listed => {
                out.facts.push(What::Listed { channel, sku, version: item.version, seen: None });
                return;
            }
            Change::Publish { price, qty } => {
                (offer.listed, offer.lists_at) = (true, At::NEVER);
                (offer.price, offer.shown) = (price, qty);
                out.facts.push(What::Listed { channel, sku, version: item.version, seen: None });
                out.facts.push(What::Priced {
                    channel,
                    sku,
                    version: Version(0),
                    price,
                    seen: None,
                });
            }
        }
        offer.applied = offer.applied.max(update);
        out.facts.push(offer.as_shown(channel, sku));
    }
}

/// What a call is about, by its first item.
pub(super) fn about(kind: PushKind, items: &[UpdateItem]) -> u64 {
    items.first().map_or(0, |i| mix(mix(kind as u64, u64::from(i.sku.0)), i.version.0))
}

/// Whether a change belongs to the kind of update it came in, and its amount could be meant.
fn makes_sense(kind: PushKind, change: Change) -> bool {
    let level = |qty: Qty| -UNITS_MAX <= qty && qty <= UNITS_MAX;
    match (kind, change) {
        (PushKind::Stock, Change::Absolute(qty) | Change::Delta(qty)) => level(qty),
        (PushKind::Stock, Change::CompareAndSet { expect, to }) => level(expect) && level(to),
        (PushKind::Price, Change::Price(price)) => price >= Money::ZERO,
        (PushKind::Listing, Change::Publish { price, qty }) => price >= Money::ZERO && level(qty),
        _ => false,
    }
}

impl Offer {
    /// What is offered at the start.
    pub(super) fn opening(sku: &SkuTerms, rule: StockRule) -> Offer {
        let shown = if sku.listed { rule.should_show(sku.stock) } else { Qty::ZERO };
        Offer {
            listed: sku.listed,
            held: 0,
            shown,
            stored: shown,
            version: Version(0),
            price: sku.price,
            applied: 0,
            priced: 0,
            lists_at: At::NEVER,
        }
    }

    /// It is on sale, or a listing that was taken will be.
    fn sells_or_will(&self) -> bool {
        self.listed || self.lists_at != At::NEVER
    }

    /// What a shopper can buy: never fewer than none.
    pub(super) fn visible(&self) -> Qty {
        (self.shown - Qty(i64::from(self.held))).max(Qty::ZERO)
    }

    pub(super) fn as_shown(&self, channel: ChannelId, sku: SkuId) -> What {
        What::Shown { channel, sku, version: self.version, qty: self.visible(), seen: None }
    }
}
