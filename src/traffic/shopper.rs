//! Owns who a shopper is and what is wanted: channel, buyer, basket, change of mind.
//! Must not know when shoppers arrive, beyond being told.
//!
//! Everything is drawn by key from (seed, intent): an arrival is the same whichever thread asks,
//! in whatever order, and two settings on one seed meet the same shoppers.

use super::alias::Alias;
use super::plan::{Arrival, Demand, Heroes};
use super::word::{below, open_unit, pairs};
use crate::ids::{Buyer, ChannelId, Intent, SkuId};
use crate::rng::{Draw, Draws};
use crate::units::{At, Ppm, Qty, Span};

/// How often a line may draw a SKU that the basket already has before the rest is weighed out
/// entry by entry: the same law either way, but one of bounded time.
const REDRAWS_MAX: u32 = 15;

/// Draws of a basket kept for each line: one a redraw, one for weighing out the rest.
const DRAWS_PER_LINE: u32 = REDRAWS_MAX + 1;

/// The shoppers of a demand.
#[derive(Clone, Debug)]
pub(super) struct Shoppers<'a> {
    demand: &'a Demand,
    draws: Draws,
    channels: Alias,
    lines: Alias,
    units: Alias,
    popular: Alias,
    /// Without the heroes: how an order begins that is none of theirs while they draw the crowd.
    beside_heroes: Option<Alias>,
}

impl<'a> Shoppers<'a> {
    /// # Panics
    /// When the demand has no channel, line count, quantity or SKU with a share above zero.
    pub(super) fn new(demand: &'a Demand, seed: u64) -> Shoppers<'a> {
        let by_share = |shares: Vec<Ppm>, of_what| {
            let weights: Vec<f64> = shares.into_iter().map(Ppm::as_f64).collect();
            Alias::new(&weights).expect(of_what)
        };
        let counted = |shares: &[(u8, Ppm)]| shares.iter().map(|(_, share)| *share).collect();
        let none = |shares: &[(u8, Ppm)]| shares.iter().any(|(n, share)| *n == 0 && share.0 > 0);
        assert!(!none(&demand.lines) && !none(&demand.units), "a basket is never empty");
        let beside_heroes = demand.heroes.as_ref().and_then(|heroes| {
            let mut weights = demand.popularity.clone();
            for sku in &heroes.skus {
                weights[sku.index()] = 0.0;
            }
            Alias::new(&weights)
        });
        Shoppers {
            demand,
            draws: Draws::new(seed),
            channels: by_share(demand.channels.clone(), "some channel has a share of the orders"),
            lines: by_share(counted(&demand.lines), "some number of lines has a share"),
            units: by_share(counted(&demand.units), "some quantity has a share"),
            popular: Alias::new(&demand.popularity).expect("some SKU is ordered by chance"),
            beside_heroes,
        }
    }

    /// The shopper of this number, who arrives at this moment.
    pub(super) fn arrival(&self, intent: Intent, at: At) -> Arrival {
        let [channel, buyer] = pairs(self.draws.words(Draw::Shopper, intent.0, 0));
        let at_channel = ChannelId(self.channels.draw(channel) as u16);
        let offered = self.offer(intent, at_channel);
        Arrival {
            intent,
            at,
            channel: at_channel,
            buyer: Buyer(below(buyer, self.demand.buyers.max(1))),
            lines: offered.unwrap_or_else(|| self.basket(intent, at)),
            cancels_after: self.change_of_mind(intent),
        }
    }

    /// The offer that the shopper comes for, where the channel has one that is not simply a SKU: it
    /// is all that the order is of.
    fn offer(&self, intent: Intent, channel: ChannelId) -> Option<Vec<(SkuId, Qty)>> {
        let offers = self.demand.offers.get(channel.index()).filter(|all| !all.is_empty())?;
        let mut word = self.draws.unit(Draw::Offer, intent.0, 0);
        let wanted = offers.iter().find(|(_, share)| {
            word -= share.as_f64();
            word < 0.0
        });
        let [units, _] = pairs(self.draws.words(Draw::Offer, intent.0, 1));
        let units = self.demand.units[self.units.draw(units)].0;
        wanted.map(|(offer, _)| vec![(*offer, Qty(i64::from(units)))])
    }

    fn basket(&self, intent: Intent, at: At) -> Vec<(SkuId, Qty)> {
        let [size, hero] = pairs(self.draws.words(Draw::Basket, intent.0, 0));
        let size = self.demand.lines[self.lines.draw(size)].0;
        let mut lines = Vec::with_capacity(usize::from(size));
        for line in 0..u32::from(size) {
            let first = 1 + line * DRAWS_PER_LINE;
            let [sku_word, units_word] = pairs(self.draws.words(Draw::Basket, intent.0, first));
            let sku = match self.heroes_at(at) {
                Some(heroes) if line == 0 && open_unit(hero) < heroes.of_orders.as_f64() => {
                    Some(heroes.skus[below(sku_word, heroes.skus.len() as u64) as usize])
                }
                Some(_) if line == 0 => {
                    let table = self.beside_heroes.as_ref().unwrap_or(&self.popular);
                    Some(SkuId(table.draw(sku_word) as u32))
                }
                _ => self.another(intent, first, &lines),
            };
            // Every SKU that anybody wants is in the basket already: a smaller basket.
            let Some(sku) = sku else { break };
            lines.push((sku, Qty(i64::from(self.demand.units[self.units.draw(units_word)].0))));
        }
        lines
    }

    fn heroes_at(&self, at: At) -> Option<&Heroes> {
        let heroes = self.demand.heroes.as_ref()?;
        (heroes.from <= at && at < heroes.until && !heroes.skus.is_empty()).then_some(heroes)
    }

    /// A SKU by popularity that the basket does not have.
    fn another(&self, intent: Intent, first: u32, basket: &[(SkuId, Qty)]) -> Option<SkuId> {
        let word = |redraw| pairs(self.draws.words(Draw::Basket, intent.0, first + redraw))[0];
        let missing = |sku: SkuId| basket.iter().all(|(has, _)| *has != sku);
        let drawn = (0..REDRAWS_MAX).map(|i| SkuId(self.popular.draw(word(i)) as u32));
        drawn.into_iter().find(|sku| missing(*sku)).or_else(|| {
            let weights = self.demand.popularity.iter().enumerate();
            let rest = weights
                .map(|(i, weight)| (SkuId(i as u32), *weight))
                .filter(|(sku, weight)| *weight > 0.0 && missing(*sku));
            let mut above =
                open_unit(word(REDRAWS_MAX)) * rest.clone().map(|(_, w)| w).sum::<f64>();
            let last = rest.clone().next_back();
            let passed = rest.clone().find(|(_, weight)| {
                above -= weight;
                above < 0.0
            });
            passed.or(last).map(|(sku, _)| sku)
        })
    }

    fn change_of_mind(&self, intent: Intent) -> Option<Span> {
        let cancellations = &self.demand.cancellations;
        let whether = self.draws.unit(Draw::CustomerCancel, intent.0, 0);
        (whether < cancellations.share.as_f64()).then(|| {
            cancellations.after.sample(self.draws.two_units(Draw::CustomerCancel, intent.0, 1))
        })
    }
}
