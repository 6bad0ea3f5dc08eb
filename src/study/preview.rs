//! Owns what a few replications show before a campaign: how many were good, what ran out when, how
//! deep queues got, what was sold. Must not know the wall clock: how many there are is an argument.
//!
//! These are the first replications that `simulate` plays of the same scenario, so that what is
//! said of them is never at odds with what it says.

use super::chance::{CONFIDENCE, Chance, GO_AT_LEAST};
use super::pooled::Ruling;
use super::replication::{GateSeen, Played, Replication, rules_out};
use crate::history::charter::Kpi;
use crate::ids::{ChannelId, ConnectorId, SkuId};
use crate::judge::judgement::{Band, Invariant, Totals, Unproved};
use crate::outlook::Taken;
use crate::scenario::Plan;
use crate::traffic::Traffic;
use crate::units::{At, Money, Span};

/// SKUs told one by one.
const TOLD_MAX: usize = 12;

/// What is kept of one replication.
#[derive(Clone, Debug)]
pub struct Previewed {
    replication: Replication,
    rules_out: Vec<Invariant>,
    unproved: Vec<Option<Unproved>>,
    width: Span,
    /// By channel and window: orders offered and accepted.
    windows: Vec<Vec<[u64; 2]>>,
    ran_out: Vec<(SkuId, At)>,
    queues: Vec<(u64, Span)>,
    given_up: Vec<u64>,
    totals: Totals,
}

/// What a few replications show.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The seed of the first; the others follow.
    pub first_seed: u64,
    /// How many were in band: what `simulate` counts.
    pub good: Chance,
    /// Rules that put a replication out of band whatever its gates say, and in how many.
    pub rules_out: Vec<(Invariant, usize)>,
    /// What of the orders they took.
    pub taken: Taken,
    /// How many SKUs ran out.
    pub sold_out: Range,
    /// Heroes, or the SKUs that run out first, in that order.
    pub run_outs: Vec<RunsOut>,
    /// By connector.
    pub queues: Vec<DeepestQueue>,
    /// Every gate.
    pub gates: Vec<GateStood>,
    /// Updates given up after throttling, by channel.
    pub given_up: Vec<Range>,
    /// What was sold.
    pub sales: PreviewSales,
    /// How all of them together are ruled on, as `simulate` rules on its own.
    pub together: Option<Ruling>,
}

/// The least, the median and the most over the replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub least: u64,
    /// The middle one; of two the smaller.
    pub median: u64,
    /// The most.
    pub most: u64,
}

/// When a SKU runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunsOut {
    /// Which.
    pub sku: SkuId,
    /// The scenario makes it a hero.
    pub hero: bool,
    /// Units there at the start.
    pub stock: i64,
    /// Replications in which it ran out.
    pub in_replications: usize,
    /// When, in microseconds of campaign time; none: it never did.
    pub at_us: Option<Range>,
}

/// How deep a connector's queue got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeepestQueue {
    /// Whose.
    pub connector: ConnectorId,
    /// Jobs waiting at once, at most.
    pub depth: Range,
    /// What 95 of 100 jobs of the kind that waits longest wait, in microseconds.
    pub wait_us: Range,
}

/// Where a gate stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateStood {
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; none is the run.
    pub channel: Option<ChannelId>,
    /// Replications within its limit, as their being in band counts it.
    pub within: usize,
    /// … beyond it.
    pub beyond: usize,
    /// Of those within, whose count lies beyond it, of so few orders that chance decides.
    pub by_chance: usize,
    /// … that prove neither by themselves.
    pub unproved: usize,
    /// Why not, in most of those.
    pub why: Option<Unproved>,
}

/// What was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviewSales {
    /// Orders accepted.
    pub accepted: Range,
    /// Of them cancelled for want of stock.
    pub cancelled: Range,
    /// Units oversold.
    pub oversold_units: Range,
    /// Money of the sales kept in a middling replication.
    pub money: Money,
}

/// Keeps what a preview needs of one replication.
pub fn see(played: &Played) -> Previewed {
    let judgement = &played.judgement;
    let replication = Replication::of(played);
    let unproved = |band: Band| match band {
        Band::NotProved(why) => Some(why),
        _ => None,
    };
    let windows =
        judgement.series.channels.iter().map(|windows| {
            windows.iter().map(|window| [window.offered, window.accepted]).collect()
        });
    let queue = |place: usize| {
        let of = |connector: ConnectorId| connector.index() == place;
        let depths = judgement.queues.iter().filter(|queue| of(queue.connector));
        let waits = judgement.waits.iter().filter(|waits| of(waits.connector));
        (
            depths.map(|queue| u64::from(queue.depth_max)).sum(),
            waits.filter_map(|waits| waits.waits.p95).max().unwrap_or_default(),
        )
    };
    let lost = judgement.channel_totals.iter().map(|totals| totals.lost_after_throttling);
    Previewed {
        rules_out: rules_out(judgement).collect(),
        unproved: judgement.gates.iter().map(|gate| unproved(gate.band)).collect(),
        width: judgement.series.width,
        windows: windows.collect(),
        ran_out: judgement.ran_out.clone(),
        queues: (0..judgement.charter.connectors.len()).map(queue).collect(),
        given_up: lost.collect(),
        totals: judgement.totals.clone(),
        replication,
    }
}

impl Range {
    /// Over these values; nothing of none.
    pub fn of(values: impl Iterator<Item = u64>) -> Option<Range> {
        let mut values: Vec<u64> = values.collect();
        values.sort_unstable();
        let (least, most) = (*values.first()?, *values.last()?);
        Some(Range { least, median: values[(values.len() - 1) / 2], most })
    }
}

impl Preview {
    /// What these replications of the plan show; none of no replications.
    pub fn of(plan: &Plan, seen: &[Previewed]) -> Option<Preview> {
        let first = seen.first()?;
        let range =
            |of: &dyn Fn(&Previewed) -> u64| Range::of(seen.iter().map(of)).unwrap_or_default();
        let sold_out = range(&|seen| seen.ran_out.len() as u64);
        let kept = |seen: &Previewed| seen.totals.kept.money.0;
        let mut money: Vec<i64> = seen.iter().map(kept).collect();
        money.sort_unstable();
        let replications: Vec<Replication> =
            seen.iter().map(|seen| seen.replication.clone()).collect();
        let queue = |place: usize| DeepestQueue {
            connector: ConnectorId(place as u16),
            depth: range(&|seen| seen.queues[place].0),
            wait_us: range(&|seen| seen.queues[place].1.0),
        };
        Some(Preview {
            first_seed: first.replication.seed,
            good: Chance::of(
                seen.iter().filter(|seen| seen.replication.in_band).count(),
                seen.len(),
            ),
            rules_out: out_by_rules(seen),
            together: Ruling::on(&replications, CONFIDENCE, GO_AT_LEAST),
            taken: Taken::seen(first.width, &windows(seen), sold_out.median),
            sold_out,
            run_outs: run_outs(plan, seen),
            queues: (0..first.queues.len()).map(queue).collect(),
            gates: (0..first.unproved.len()).map(|place| stood(seen, place)).collect(),
            given_up: (0..first.given_up.len())
                .map(|place| range(&|seen| seen.given_up[place]))
                .collect(),
            sales: PreviewSales {
                accepted: range(&|seen| seen.totals.accepted),
                cancelled: range(&|seen| seen.totals.cancelled),
                oversold_units: range(&|seen| seen.totals.oversold_units.0.max(0).unsigned_abs()),
                money: Money(money[(money.len() - 1) / 2]),
            },
        })
    }
}

/// Orders offered and accepted by channel and window, over all replications.
fn windows(seen: &[Previewed]) -> Vec<Vec<[u64; 2]>> {
    let mut sums: Vec<Vec<[u64; 2]>> = vec![Vec::new(); seen[0].windows.len()];
    for one in seen {
        for (sums, windows) in sums.iter_mut().zip(&one.windows) {
            sums.resize(sums.len().max(windows.len()), [0; 2]);
            for (sum, window) in sums.iter_mut().zip(windows) {
                *sum = [sum[0] + window[0], sum[1] + window[1]];
            }
        }
    }
    sums
}

fn out_by_rules(seen: &[Previewed]) -> Vec<(Invariant, usize)> {
    let mut rules: Vec<(Invariant, usize)> = Vec::new();
    for rule in seen.iter().flat_map(|seen| &seen.rules_out) {
        match rules.iter_mut().find(|(known, _)| known == rule) {
            Some((_, replications)) => *replications += 1,
            None => rules.push((*rule, 1)),
        }
    }
    rules
}

fn stood(seen: &[Previewed], place: usize) -> GateStood {
    let stands: Vec<&GateSeen> = seen.iter().map(|seen| &seen.replication.gates[place]).collect();
    let count = |is: fn(&GateSeen) -> bool| stands.iter().filter(|gate| is(gate)).count();
    let mut reasons: Vec<Unproved> = seen.iter().filter_map(|seen| seen.unproved[place]).collect();
    reasons.sort_unstable();
    // Of reasons that are as frequent the most telling comes last, and wins.
    let often = |why: &&Unproved| reasons.iter().filter(|other| other == why).count();
    let why = reasons.iter().rev().max_by_key(often).copied();
    GateStood {
        kpi: stands[0].kpi,
        channel: stands[0].channel,
        within: count(|gate| !gate.out),
        beyond: count(|gate| gate.out),
        by_chance: count(|gate| gate.over && !gate.out),
        unproved: count(|gate| matches!(gate.band, Band::NotProved(_))),
        why,
    }
}

/// The heroes; without any, the SKUs that run out in most replications, first things first.
fn run_outs(plan: &Plan, seen: &[Previewed]) -> Vec<RunsOut> {
    let heroes: &[SkuId] = match &plan.traffic {
        Traffic::Modelled(demand) => demand.heroes.as_ref().map_or(&[], |heroes| &heroes.skus),
        Traffic::Replayed(_) => &[],
    };
    let mut when: std::collections::BTreeMap<SkuId, Vec<u64>> =
        heroes.iter().map(|sku| (*sku, Vec::new())).collect();
    for (sku, at) in seen.iter().flat_map(|seen| &seen.ran_out) {
        if heroes.is_empty() || heroes.contains(sku) {
            when.entry(*sku).or_default().push(at.0);
        }
    }
    let told = |(sku, at): (SkuId, Vec<u64>)| RunsOut {
        sku,
        hero: heroes.contains(&sku),
        stock: plan.world.catalog.get(sku.index()).map_or(0, |sku| sku.stock.0),
        in_replications: at.len(),
        at_us: Range::of(at.into_iter()),
    };
    let mut run_outs: Vec<RunsOut> = when.into_iter().map(told).collect();
    let first = |runs_out: &RunsOut| runs_out.at_us.map_or(u64::MAX, |at| at.median);
    run_outs.sort_by_key(|sku| (std::cmp::Reverse(sku.in_replications), first(sku), sku.sku));
    run_outs.truncate(TOLD_MAX);
    run_outs
}

#[cfg(test)]
mod tests {
    use super::super::replication::play;
    use super::*;
    use crate::outlook::REPLICATIONS_MOST;
    use crate::scenario::{self, Overrides};

    fn plan(seed: u64) -> Plan {
        let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
        scenario::read("tests/scenarios/small.yaml".as_ref(), &overrides).unwrap()
    }

    #[test]
    fn ranges_have_the_smaller_of_two_in_the_middle() {
        let of = |values: &[u64]| Range::of(values.iter().copied());
        assert_eq!(of(&[9, 1, 4]), Some(Range { least: 1, median: 4, most: 9 }));
        assert_eq!(of(&[9, 1]), Some(Range { least: 1, median: 1, most: 9 }));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn as_many_replications_are_pooled_as_are_ever_played() {
        assert_eq!(REPLICATIONS_MOST, super::super::looks::runs_most() as u64);
    }

    #[test]
    fn a_preview_sums_up_its_replications() {
        let played: Vec<Played> = (4..7).map(|seed| play(&plan(seed), || true).unwrap()).collect();
        let seen: Vec<Previewed> = played.iter().map(see).collect();
        let preview = Preview::of(&plan(4), &seen).unwrap();
        assert_eq!((preview.first_seed, preview.good.of), (4, 3));
        let replications: Vec<Replication> = played.iter().map(Replication::of).collect();
        assert_eq!(preview.good.yes, replications.iter().filter(|a| a.in_band).count());
        let mut accepted: Vec<u64> =
            played.iter().map(|played| played.judgement.totals.accepted).collect();
        accepted.sort_unstable();
        assert_eq!(preview.sales.accepted.median, accepted[1]);
        for (place, gate) in preview.gates.iter().enumerate() {
            assert_eq!(gate.within + gate.beyond, 3);
            assert_eq!(gate.beyond, replications.iter().filter(|a| a.gates[place].out).count());
            assert!(gate.within >= preview.good.yes, "a good afternoon is within every limit");
            assert_eq!(gate.why.is_some(), gate.unproved > 0);
        }
        assert!(preview.run_outs.iter().all(|sku| sku.in_replications <= 3));
        assert!(Preview::of(&plan(4), &[]).is_none());
    }
}
