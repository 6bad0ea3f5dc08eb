//! Owns what the merchant does in a campaign: a plan turned into dated events.
//! Must not know what is sold meanwhile, nor how the source of record takes it.
//!
//! Whatever is left to chance (restocks, corrections, repricing, promotions) touches only SKUs
//! that are on sale from the start: a change to one that no channel lists could never show, and
//! would be judged as late for ever. Each purpose has a stream of its own, so that changing one
//! part of a plan leaves the others as they were.

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use super::curve::{ArrivalTimes, Curve};
use super::plan::{
    MerchantAct, MerchantEvent, MerchantPlan, NewListings, Piece, Promoted, Promotion, Repricing,
    Shape,
};
use super::word::below;
use crate::history::fact::SupplyChange;
use crate::ids::SkuId;
use crate::rng::stream;
use crate::units::{At, Money, Ppm, Qty, Rate};

/// How often a price change may fall on a SKU that a promotion holds before it is dropped: only
/// where nearly everything is on promotion.
const REDRAWS_MAX: u32 = 64;

impl MerchantPlan {
    /// What the merchant does, in the order of time; `catalog` has each SKU's stock, price and
    /// whether it is on sale, all at the start. Of events at one moment those of `fixed` come
    /// first, then restocks, corrections, prices and listings.
    ///
    /// [`MerchantPlan::until`] ends what recurs (restocks, corrections, repricing); promotions,
    /// listings and fixed events have moments of their own and all take place.
    ///
    /// # Panics
    /// When restocks recur without any time between.
    pub fn events(&self, catalog: &[(Qty, Money, bool)], seed: u64) -> Vec<MerchantEvent> {
        let on_sale = on_sale(catalog);
        let mut events = self.fixed.clone();
        events.extend(self.restocked(&on_sale, seed));
        events.sort_by_key(|event| event.at);
        let supply = catalog.iter().map(|(stock, _, _)| *stock).collect();
        let corrections = self.corrected(&on_sale, supply, &events, seed);
        events.extend(corrections);
        events.extend(self.priced(&on_sale, prices_of(catalog), seed, |_, _| ()));
        events.extend(self.listings.iter().flat_map(NewListings::published));
        // A stable sort: what was put in first stays first among equals.
        events.sort_by_key(|event| event.at);
        events
    }

    /// What each promotion gives back at its end: its SKUs and their regular prices.
    pub fn given_back(
        &self,
        catalog: &[(Qty, Money, bool)],
        seed: u64,
    ) -> Vec<Vec<(SkuId, Money)>> {
        let mut given_back = vec![Vec::new(); self.promotions.len()];
        let takes = |place: usize, regular| given_back[place] = regular;
        self.priced(&on_sale(catalog), prices_of(catalog), seed, takes);
        given_back
    }

    fn restocked(&self, on_sale: &[SkuId], seed: u64) -> Vec<MerchantEvent> {
        let Some(restocks) = &self.restocks else { return Vec::new() };
        assert!(restocks.every.0 > 0, "restocks recur with some time between");
        let mut rng = stream(seed, "restocks");
        let mut events = Vec::new();
        let mut at = At::START + restocks.every;
        while at < self.until {
            let skus = chosen(on_sale, count_of(restocks.skus, on_sale.len()), &mut rng);
            let (units, why) = (restocks.units, SupplyChange::Receipt);
            let act = |sku| MerchantAct::Adjust { sku, units, why, at: None };
            let event = |sku| MerchantEvent { at, act: act(sku) };
            events.extend(skus.into_iter().map(event));
            at = at + restocks.every;
        }
        events
    }

    /// Stock corrections. Nobody can find fewer units than none: a loss is at most the `supply`
    /// there has been by then (sales aside), and where that is nothing, units are found instead.
    fn corrected(
        &self,
        on_sale: &[SkuId],
        mut supply: Vec<Qty>,
        others: &[MerchantEvent],
        seed: u64,
    ) -> Vec<MerchantEvent> {
        let Some(corrections) = &self.corrections else { return Vec::new() };
        if on_sale.is_empty() || corrections.units_max <= Qty::ZERO {
            return Vec::new();
        }
        let mut rng = stream(seed, "corrections");
        let mut others = others.iter().peekable();
        let moments = poisson(corrections.rate, self.until, stream(seed, "correction times"));
        let correct = |at| {
            while let Some(other) = others.next_if(|other| other.at <= at) {
                if let MerchantAct::Adjust { sku, units, .. } = other.act {
                    supply[sku.index()] += units;
                }
            }
            let sku = on_sale[below(rng.next_u64(), on_sale.len() as u64) as usize];
            let there = &mut supply[sku.index()];
            let size = Qty(1 + below(rng.next_u64(), corrections.units_max.0 as u64) as i64);
            let found = below(rng.next_u64(), 2) == 1 || *there <= Qty::ZERO;
            let units = if found { size } else { -size.min(*there) };
            *there += units;
            let why = SupplyChange::Correction;
            MerchantEvent { at, act: MerchantAct::Adjust { sku, units, why, at: None } }
        };
        moments.map(correct).collect()
    }

    /// Promotions and single price changes, played through in the order of time: what a promotion
    /// takes off and gives back is the price at that moment. `takes` hears of each promotion, by
    /// its place, which regular prices it holds.
    fn priced(
        &self,
        on_sale: &[SkuId],
        prices: Vec<Money>,
        seed: u64,
        mut takes: impl FnMut(usize, Vec<(SkuId, Money)>),
    ) -> Vec<MerchantEvent> {
        let named = self.promotions.iter().flat_map(|promotion| {
            let held = (promotion.sent, promotion.ends);
            promotion.of.named().into_iter().map(move |sku| (sku, held))
        });
        let held_until = vec![None; prices.len()];
        let mut shelf = Shelf { on_sale, held_until, prices, named: named.collect() };
        let mut promotions: Vec<(usize, &Promotion)> = self.promotions.iter().enumerate().collect();
        promotions.sort_by_key(|(_, promotion)| promotion.sent);
        let mut promotions = promotions.into_iter().peekable();
        let mut events = Vec::new();
        let mut announce = |shelf: &mut Shelf, (place, promotion): (usize, &Promotion)| {
            // A stream each: one more promotion does not reshuffle the others.
            let mut rng = stream(seed, &format!("promotion {place}"));
            let (regular, events) = shelf.promoted(promotion, &mut rng);
            takes(place, regular);
            events
        };
        if let Some(repricing) = self.repricing.as_ref().filter(|_| !on_sale.is_empty()) {
            let mut rng = stream(seed, "repricing");
            let moments = poisson(repricing.rate, self.until, stream(seed, "repricing times"));
            for at in moments {
                while let Some(next) = promotions.next_if(|(_, promotion)| promotion.sent <= at) {
                    events.extend(announce(&mut shelf, next));
                }
                events.extend(shelf.repriced(repricing, at, &mut rng));
            }
        }
        events.extend(promotions.flat_map(|next| announce(&mut shelf, next)));
        events
    }
}

/// The prices as the merchant knows them.
struct Shelf<'a> {
    on_sale: &'a [SkuId],
    /// Promotions aside.
    prices: Vec<Money>,
    /// Until when a promotion, once sent, holds a SKU's price.
    held_until: Vec<Option<At>>,
    /// From when until when promotions hold SKUs that they name: no other takes these by chance.
    named: Vec<(SkuId, (At, At))>,
}

impl Shelf<'_> {
    /// Held to its last moment and in it: what ends and what follows must not fall together.
    fn holds(&self, sku: SkuId, at: At) -> bool {
        self.held_until[sku.index()].is_some_and(|until| at <= until)
    }

    /// The SKUs of a promotion, with what each costs in it. By chance it takes SKUs that no other
    /// holds or names; when these are too few, all of them.
    fn taken(&self, promotion: &Promotion, rng: &mut ChaCha8Rng) -> Vec<(SkuId, Money)> {
        let (sent, ends) = (promotion.sent, promotion.ends);
        let reduced = |sku: SkuId, ppm: i32| (sku, changed(self.prices[sku.index()], ppm.into()));
        match &promotion.of {
            Promoted::Named(skus, ppm) => skus.iter().map(|sku| reduced(*sku, *ppm)).collect(),
            Promoted::Priced(prices) => prices.clone(),
            Promoted::Share(share, ppm) => {
                let meanwhile =
                    |(_, (from, until)): &&(SkuId, (At, At))| *from <= ends && sent <= *until;
                let mut named: Vec<SkuId> =
                    self.named.iter().filter(meanwhile).map(|(sku, _)| *sku).collect();
                named.sort_unstable();
                let free =
                    |sku: &SkuId| !self.holds(*sku, sent) && named.binary_search(sku).is_err();
                let free: Vec<SkuId> = self.on_sale.iter().copied().filter(free).collect();
                let count = count_of(*share, self.on_sale.len()).min(free.len());
                chosen(&free, count, rng).into_iter().map(|sku| reduced(sku, *ppm)).collect()
            }
        }
    }

    /// A promotion is told. Says what each of its SKUs costs otherwise, too.
    fn promoted(
        &mut self,
        promotion: &Promotion,
        rng: &mut ChaCha8Rng,
    ) -> (Vec<(SkuId, Money)>, Vec<MerchantEvent>) {
        let sent = promotion.sent;
        let taken = self.taken(promotion, rng);
        let (mut held, mut events) = (Vec::new(), Vec::with_capacity(2 * taken.len()));
        for (sku, reduced) in taken {
            self.held_until[sku.index()] = Some(promotion.ends);
            let regular = self.prices[sku.index()];
            if reduced != regular {
                events.extend(promotion.stretches().flat_map(|(channel, [starts, ends])| {
                    [(reduced, starts), (regular, ends)].map(|(price, due)| MerchantEvent {
                        at: sent,
                        act: MerchantAct::Price { sku, price, due, channel },
                    })
                }));
                held.push((sku, regular));
            }
        }
        (held, events)
    }

    /// One SKU repriced, up or down from what it costs now; none when promotions hold nearly all,
    /// or the change rounds to nothing.
    fn repriced(
        &mut self,
        repricing: &Repricing,
        at: At,
        rng: &mut ChaCha8Rng,
    ) -> Option<MerchantEvent> {
        let by = i64::from(repricing.by.0);
        let ppm = below(rng.next_u64(), 2 * by as u64 + 1) as i64 - by;
        let any = |rng: &mut ChaCha8Rng| {
            self.on_sale[below(rng.next_u64(), self.on_sale.len() as u64) as usize]
        };
        let sku = (0..REDRAWS_MAX).map(|_| any(rng)).find(|sku| !self.holds(*sku, at))?;
        let before = self.prices[sku.index()];
        let price = changed(before, ppm);
        self.prices[sku.index()] = price;
        let act = MerchantAct::Price { sku, price, due: at, channel: None };
        let event = MerchantEvent { at, act };
        (price != before).then_some(event)
    }
}

impl NewListings {
    /// Each in the middle of its own equal part of the stretch.
    fn published(&self) -> impl Iterator<Item = MerchantEvent> {
        let length = u128::from(self.until.since(self.from).0);
        let parts = 2 * self.skus.len() as u128;
        self.skus.iter().zip((1_u128..).step_by(2)).map(move |(sku, place)| MerchantEvent {
            at: At(self.from.0 + (length * place / parts) as u64),
            act: MerchantAct::Publish { sku: *sku },
        })
    }
}

fn on_sale(catalog: &[(Qty, Money, bool)]) -> Vec<SkuId> {
    let all = (0_u32..).zip(catalog);
    all.filter_map(|(i, (_, _, listed))| listed.then_some(SkuId(i))).collect()
}

fn prices_of(catalog: &[(Qty, Money, bool)]) -> Vec<Money> {
    catalog.iter().map(|(_, price, _)| *price).collect()
}

/// A price changed by millionths, to the nearest minor unit and never below one.
fn changed(price: Money, ppm: i64) -> Money {
    let exact = i128::from(price.0) * i128::from(1_000_000 + ppm);
    let nearest = (exact + 500_000).div_euclid(1_000_000);
    Money(nearest.clamp(1, i128::from(i64::MAX)) as i64)
}

/// A share of so many, to the nearest; a share above zero is never nobody.
fn count_of(share: Ppm, of: usize) -> usize {
    let nearest = (u128::from(share.0) * of as u128 + 500_000) / 1_000_000;
    let least = u128::from(share.0 > 0);
    nearest.max(least).min(of as u128) as usize
}

/// So many of these, all sets equally likely, in the order they stand (Knuth, "The Art of
/// Computer Programming" 2, §3.4.2, algorithm S).
fn chosen(from: &[SkuId], count: usize, rng: &mut ChaCha8Rng) -> Vec<SkuId> {
    let mut wanted = count.min(from.len()) as u64;
    let mut skus = Vec::with_capacity(count);
    for (left, sku) in (1..=from.len() as u64).rev().zip(from) {
        if wanted > 0 && below(rng.next_u64(), left) < wanted {
            skus.push(*sku);
            wanted -= 1;
        }
    }
    skus
}

/// Poisson moments at a steady rate from the campaign's start.
fn poisson(rate: Rate, until: At, rng: ChaCha8Rng) -> ArrivalTimes {
    let (from, rate_from, rate_to) = (At::START, rate, rate);
    let steady = Piece { from, until, rate_from, rate_to, shape: Shape::Linear };
    Curve::new(&[steady]).arrivals(rng)
}

#[cfg(test)]
mod tests;
