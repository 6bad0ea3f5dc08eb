//! Owns what is expected to be sold: how many orders are accepted, which SKUs run out and when.
//! Must not know how a channel learns of it: everybody is taken to know what is left at once.

mod basket;
mod depletion;
mod groups;
mod modelled;
mod replayed;

pub(super) use depletion::normal;
pub(super) use groups::Exposed;

use super::inflow::Inflow;
use crate::history::charter::{Charter, OwnSales, StockRule};
use crate::ids::SkuId;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::units::{At, Qty};

/// How much longer the campaign is taken to be where exposed SKUs are counted for a longer one.
pub(super) const LENGTHS: [f64; 6] = [1.0, 1.5, 2.0, 3.0, 5.0, 10.0];

/// What is expected to be sold.
#[derive(Clone, Debug)]
pub(super) struct Selling {
    /// The share of orders accepted, over time.
    pub(super) accepted: Accepted,
    /// Lines an order.
    pub lines: f64,
    /// Units a line.
    pub units: f64,
    /// SKUs on sale from the start.
    pub on_sale: u64,
    /// How many of them are expected to run out.
    pub sold_out: f64,
    /// The SKUs that are wanted most, heroes first.
    pub wanted_most: Vec<WantedMost>,
    /// By scope, the run first, at each of [`LENGTHS`]: SKUs whose empty shelf an order meets.
    pub(super) exposed: Vec<Vec<Exposed>>,
    /// By channel, at each of [`LENGTHS`]: accepted orders as a multiple of this campaign's.
    pub(super) growth: Vec<Vec<f64>>,
    /// The chance that one SKU's empty shelf is met on two channels.
    pub on_two_channels: f64,
    /// How often each SKU is wanted, relative to others.
    pub(super) popularity: Vec<f64>,
}

/// A SKU that is wanted more than others.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedMost {
    /// Which.
    pub sku: SkuId,
    /// Whether the scenario makes it a hero.
    pub hero: bool,
    /// Units there at the start.
    pub stock: Qty,
    /// Units wanted by the end of traffic.
    pub wanted: f64,
    /// The chance that it runs out before traffic ends.
    pub chance: f64,
    /// When it has run out in one afternoon of twenty, in half of them, in nineteen of twenty;
    /// none: not before traffic ends. A log's moment is known, all three are the same.
    pub gone: [Option<At>; 3],
}

/// The share of orders that are accepted, over time.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    knots: Vec<At>,
    /// By channel, then knot.
    shares: Vec<Vec<f64>>,
}

impl Accepted {
    /// The share of a channel's orders that are accepted at a moment.
    pub(super) fn share(&self, channel: usize, at: At) -> f64 {
        let shares = &self.shares[channel];
        let next = self.knots.partition_point(|knot| *knot <= at);
        match (next.checked_sub(1), self.knots.get(next)) {
            (Some(before), Some(knot)) => {
                let length = knot.since(self.knots[before]).as_secs_f64();
                let part = at.since(self.knots[before]).as_secs_f64() / length.max(1e-9);
                shares[before] + (shares[next] - shares[before]) * part
            }
            (Some(last), None) => shares[last],
            (None, _) => shares.first().copied().unwrap_or(1.0),
        }
    }

    /// Accepted orders of a channel from one moment until another.
    pub(super) fn orders(&self, inflow: &Inflow, channel: usize, from: At, until: At) -> f64 {
        let inside = self.knots.iter().copied().filter(|knot| from < *knot && *knot < until);
        let ends: Vec<At> = std::iter::once(from).chain(inside).chain([until]).collect();
        let part = |pair: &[At]| {
            let middle = At(pair[0].0 + (pair[1].0 - pair[0].0) / 2);
            inflow.orders(Some(channel), pair[0], pair[1]) * self.share(channel, middle)
        };
        ends.windows(2).filter(|pair| pair[0] < pair[1]).map(part).sum()
    }
}

impl Selling {
    pub(super) fn of(plan: &Plan, inflow: &Inflow, kept: f64) -> Selling {
        match &plan.traffic {
            Traffic::Modelled(demand) => modelled::selling(plan, demand, inflow, kept),
            Traffic::Replayed(log) => replayed::selling(plan, log, inflow),
        }
    }

    /// Accepted orders of a scope over the whole campaign.
    pub(super) fn accepted_in_all(&self, inflow: &Inflow, channel: Option<usize>) -> f64 {
        let of = |channel| self.accepted.orders(inflow, channel, At::START, inflow.ends());
        match channel {
            Some(channel) => of(channel),
            None => (0..self.accepted.shares.len()).map(of).sum(),
        }
    }

    /// Exposed SKUs of a scope when the campaign is so many times as long, between the lengths
    /// that were computed by a straight line.
    pub(super) fn exposed_at(&self, scope: usize, length: f64) -> Exposed {
        let (next, part) = between_lengths(length);
        let (a, b) = (self.exposed[next - 1][scope], self.exposed[next][scope]);
        let between = |a: f64, b: f64| a + (b - a) * part;
        Exposed {
            mean: between(a.mean, b.mean),
            variance: between(a.variance, b.variance),
            concentration: between(a.concentration, b.concentration),
        }
    }

    /// Accepted orders of a channel when the campaign is so many times as long, as a multiple: what
    /// is in stock is sold once.
    pub(super) fn growth_at(&self, channel: usize, length: f64) -> f64 {
        let (next, part) = between_lengths(length);
        let (a, b) = (self.growth[channel][next - 1], self.growth[channel][next]);
        a + (b - a) * part
    }

    /// The share of stock lines that the busiest of so many queues has, SKUs being dealt out to
    /// them by their number.
    pub(super) fn busiest_queue(&self, queues: usize) -> f64 {
        let mut sums = vec![0.0; queues.max(1)];
        for (sku, lines) in self.popularity.iter().enumerate() {
            sums[sku % queues.max(1)] += lines;
        }
        let whole: f64 = sums.iter().sum();
        let most = sums.into_iter().fold(0.0, f64::max);
        if whole > 0.0 { most / whole } else { 1.0 }
    }
}

/// The computed length above this one, and how far it lies on the way there.
fn between_lengths(length: f64) -> (usize, f64) {
    let next = LENGTHS.partition_point(|known| *known <= length).clamp(1, LENGTHS.len() - 1);
    let part = (length - LENGTHS[next - 1]) / (LENGTHS[next] - LENGTHS[next - 1]);
    (next, part.clamp(0.0, 1.0))
}

/// The fewest units left at which a channel still sells one. None: it never shows any.
fn sells_from(rule: StockRule) -> Option<u32> {
    (1..=100_000_u32).find(|left| rule.should_show(Qty(i64::from(*left))) >= Qty(1))
}

/// The share of orders whose channel still sells at 1, 2, … units left, up to where all do; a
/// channel that never shows any is left out.
fn selling_at(charter: &Charter, shares: &[f64]) -> Vec<f64> {
    let from: Vec<Option<u32>> =
        charter.channels.iter().map(|channel| sells_from(channel.rule)).collect();
    let last = from.iter().flatten().max().copied().unwrap_or(1).min(10_000);
    let sells = |left: u32| -> f64 {
        let of = |(from, share): (&Option<u32>, &f64)| match from {
            Some(from) if *from <= left => *share,
            _ => 0.0,
        };
        from.iter().zip(shares).map(of).sum()
    };
    (1..last).map(sells).collect()
}

/// Whether any channel learns of its own sales only by the next update.
pub(super) fn syncs_own_sales(charter: &Charter, channel: usize) -> bool {
    charter.channels[channel].own_sales == OwnSales::OnSync
}
