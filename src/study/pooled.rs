//! Owns the verdict of many replications: pooled rates held against their limits, and the share of
//! replications that lie within every limit. Must not know how the replications were played.
//!
//! A scenario is a GO when each gate's *pooled* rate is proved within its limit, and enough of the
//! replications lie *in band*. The one without the other would be wrong: a pooled rate forgives one
//! disaster in thirty, and a share of replications in band says nothing of a channel so small that
//! a single bad order breaks its limit.

mod places;
mod recovered;
mod sums;

pub use self::recovered::ObjectiveOver;
use self::sums::{Sums, clusters_by_sku};
use super::chance::{Chance, RUNS_MIN, RUNS_MOST};
use super::replication::{GateSeen, Replication};
use crate::history::charter::Kpi;
use crate::ids::ChannelId;
use crate::judge::bar;
use crate::judge::judgement::{Band, Count, Invariant, Verdict};
use crate::units::Ppm;

/// Why a gate is neither proved within its limit nor beyond it, each with a remedy of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// No replication holds its kind of fact: record it.
    NotObserved,
    /// No replication put it to the test: make it come up.
    NotExercised,
    /// Outcomes that nobody knows straddle the limit: find them out.
    Unresolved,
    /// Its rate is too near to the limit for any number of replications to settle it: lower it.
    AtTheLimit,
    /// So many would, if they went on alike: play them.
    MoreReplications(usize),
}

/// Where a pooled gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Proved within the healthy edge.
    Healthy,
    /// Proved within the watch edge.
    Watch,
    /// Proved beyond it.
    Failed,
    /// Neither.
    Open(Open),
}

/// A gate on one scope over all replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooled {
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; none is the whole run.
    pub channel: Option<ChannelId>,
    /// Orders or changes of all replications.
    pub counted: u64,
    /// The bad ones, against the watch edge.
    pub bad: Count,
    /// What they are worth in independent samples.
    pub worth: u64,
    /// Bad ones, everything possible counted, ÷ all.
    pub rate: Ppm,
    /// Bounds of the rate: of the definite ones from below, of the possible ones from above.
    pub low: Ppm,
    /// The upper one.
    pub high: Ppm,
    /// The largest share that is allowed: the watch edge.
    pub limit: Ppm,
    /// Where it stands.
    pub stands: Stands,
    /// An accepted risk covers it.
    pub accepted: bool,
    /// Too little proof, on a channel too small to block.
    pub waived: bool,
}

/// A rule that was broken, or that makes a condition, in some replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOver {
    /// Which.
    pub invariant: Invariant,
    /// In how many.
    pub replications: usize,
}

/// A channel over all replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelOver {
    /// The verdict on its own gates.
    pub verdict: Verdict,
    /// Its share of the orders wanted.
    pub share: Ppm,
    /// Orders were wanted on it, and the replications accepted none, or next to none.
    pub dead: bool,
    /// Too little proof of some gate, and too small to block.
    pub waived: bool,
}

/// What many replications are ruled to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// The verdict on the scenario.
    pub verdict: Verdict,
    /// Replications that lie within every limit, of those that count.
    pub in_band: Chance,
    /// The least share of them that a GO needs.
    pub at_least: Ppm,
    /// What rows that could not be read leave of a verdict.
    pub input: Verdict,
    /// Replications that count for nothing: cut off, or their load was not what it should be.
    pub spoilt: usize,
    /// Each gate, in the judgement's order.
    pub gates: Vec<Pooled>,
    /// Rules that were broken or make conditions, most often first.
    pub rules: Vec<RuleOver>,
    /// Rules that no replication put to the test.
    pub untested: Vec<Invariant>,
    /// Each objective for recovery, in the charter's order.
    pub objectives: Vec<ObjectiveOver>,
    /// Each channel, by [`ChannelId`].
    pub channels: Vec<ChannelOver>,
}

impl Ruling {
    /// Rules on these replications with bounds that sure, one-sided; none of no replications.
    pub fn on(replications: &[Replication], confidence: Ppm, at_least: Ppm) -> Option<Ruling> {
        let first = replications.first()?;
        let count: Vec<&Replication> = replications.iter().filter(|a| a.spoilt.is_none()).collect();
        let yes = count.iter().filter(|a| a.in_band).count();
        let in_band = Chance::at(yes, count.len(), confidence);
        let channels = of_channels(&count, first.channels.len());
        let mut gates: Vec<Pooled> = (0..first.gates.len())
            .map(|place| pooled(&count, first, place, confidence, &channels))
            .collect();
        unwaive(&mut gates, &channels);
        fail(&mut gates, &count, confidence);
        let mut ruling = Ruling {
            verdict: Verdict::Inconclusive,
            in_band,
            at_least,
            input: replications.iter().map(|a| a.input).max().unwrap_or(Verdict::Go),
            spoilt: replications.len() - count.len(),
            rules: rules(&count),
            untested: untested(&count),
            objectives: recovered::objectives(&count, confidence),
            gates,
            channels,
        };
        ruling.vote();
        Some(ruling)
    }

    fn vote(&mut self) {
        for (place, channel) in self.channels.iter_mut().enumerate() {
            let of = |gate: &&Pooled| gate.channel.is_some_and(|id| id.index() == place);
            let worst = self.gates.iter().filter(of).map(Pooled::vote).max();
            let own = if channel.dead { Verdict::Inconclusive } else { Verdict::Go };
            channel.verdict = worst.unwrap_or(Verdict::Inconclusive).max(own);
            channel.waived = self.gates.iter().filter(of).any(|gate| gate.waived);
        }
        let gates = self.gates.iter().map(Pooled::vote).max().unwrap_or(Verdict::Inconclusive);
        let is_open = self.in_band.of < RUNS_MIN
            || self.spoilt > 0
            || !self.untested.is_empty()
            || self.channels.iter().any(|channel| channel.dead);
        let open = if is_open { Verdict::Inconclusive } else { Verdict::Go };
        let rules = if self.rules.is_empty() { Verdict::Go } else { Verdict::GoWithConditions };
        let kept = self.objectives.iter().map(|one| one.vote(self.at_least)).max();
        let kept = kept.unwrap_or(Verdict::Go);
        self.verdict = gates.max(self.band_vote()).max(open).max(rules).max(kept).max(self.input);
    }

    fn band_vote(&self) -> Verdict {
        match self.in_band {
            _ if self.in_band.of == 0 => Verdict::Inconclusive,
            band if band.high < self.at_least => Verdict::NoGo,
            band if band.low >= self.at_least => Verdict::Go,
            _ => Verdict::Inconclusive,
        }
    }

    /// Whether it may be called a go: with or without conditions.
    pub fn is_go(&self) -> bool {
        self.verdict <= Verdict::GoWithConditions
    }

    /// Whether every pooled gate is proved within its limit, whatever the share in band.
    pub fn gates_hold(&self) -> bool {
        self.gates.iter().all(|gate| gate.vote() <= Verdict::GoWithConditions)
            && !self.channels.iter().any(|channel| channel.dead)
    }

    /// Replications without which the share in band cannot be proved, as things stand; none where
    /// it is proved, or where no number would.
    pub fn band_needs(&self) -> Option<usize> {
        let (yes, of) = (self.in_band.yes, self.in_band.of);
        if of == 0 || self.in_band.low >= self.at_least {
            return None;
        }
        let proves = |runs: usize| {
            let missed = ((of - yes) * runs).div_ceil(of);
            Chance::of(runs - missed.min(runs), runs).low >= self.at_least
        };
        [30, 60, 120, 240, 480, RUNS_MOST].into_iter().find(|runs| *runs > of && proves(*runs))
    }
}

impl Pooled {
    /// What it says of the whole.
    fn vote(&self) -> Verdict {
        let unaccepted = match self.stands {
            Stands::Healthy => return Verdict::Go,
            _ if self.waived => return Verdict::Go,
            Stands::Watch => Verdict::GoWithConditions,
            Stands::Failed => Verdict::NoGo,
            Stands::Open(_) => Verdict::Inconclusive,
        };
        let harmless =
            matches!(self.stands, Stands::Watch | Stands::Open(Open::MoreReplications(_)));
        match () {
            () if !self.accepted => unaccepted,
            // Somebody answers for what this channel could not prove: nobody else need know.
            () if harmless && self.channel.is_some() => Verdict::Go,
            () => Verdict::GoWithConditions,
        }
    }

    /// Whether it stands in the way of a GO.
    pub fn is_in_the_way(&self) -> bool {
        self.vote() > Verdict::GoWithConditions
    }

    /// Whether it makes a GO one with conditions.
    pub fn is_condition(&self) -> bool {
        self.vote() == Verdict::GoWithConditions
    }
}

fn pooled(
    replications: &[&Replication],
    first: &Replication,
    place: usize,
    confidence: Ppm,
    channels: &[ChannelOver],
) -> Pooled {
    let seen = &first.gates[place];
    let gates = || replications.iter().map(|a| &a.gates[place]);
    let pools = || gates().map(|gate| &gate.pool);
    let proves = |gate: &GateSeen, edge: usize| match gate.band {
        Band::Healthy => true,
        Band::Watch => edge == 1,
        Band::Failed | Band::NotProved(_) => false,
    };
    let sums = [0, 1].map(|edge| {
        let each = gates().map(|gate| (&gate.pool.possible[edge], proves(gate, edge)));
        Sums::over(seen.kpi, each)
    });
    let definite = Sums::over(seen.kpi, pools().map(|pool| (&pool.definite, false)));
    let risk = 1.0 - confidence.as_f64();
    let [healthy, watch] = seen.bad_limits;
    let within = sums[1].within();
    let observed = pools().any(|pool| pool.observed);
    let exercised = pools().any(|pool| pool.exercised) && within.n > 0;
    let few = clusters_by_sku(seen.kpi) && within.exposed < bar::EXPOSED_MIN;
    let stands = match () {
        () if !observed => Stands::Open(Open::NotObserved),
        () if !exercised => Stands::Open(Open::NotExercised),
        () if !few && sums[0].upper(risk, 1.0) <= healthy => Stands::Healthy,
        () if !few && sums[1].upper(risk, 1.0) <= watch => Stands::Watch,
        () => Stands::Open(open(&sums[1], &definite, (risk, watch, few), replications.len())),
    };
    let share = seen.channel.map_or(Ppm::ONE, |id| channels[id.index()].share);
    let dead = seen.channel.is_some_and(|id| channels[id.index()].dead);
    let small = dead || share < bar::SHARE_TO_BLOCK;
    Pooled {
        kpi: seen.kpi,
        channel: seen.channel,
        counted: within.n,
        bad: Count { definite: definite.within().bad, possible: within.bad },
        worth: sums[1].worth() as u64,
        rate: Ppm::of(within.bad, within.n),
        low: definite.lower(risk),
        high: sums[1].upper(risk, 1.0),
        limit: watch,
        stands,
        accepted: seen.accepted,
        // A dead channel is a reason by itself; its gates say nothing beside.
        waived: small && matches!(stands, Stands::Open(Open::MoreReplications(_)))
            || dead && matches!(stands, Stands::Open(Open::NotExercised)),
    }
}

/// Channels that are waived together may not carry what one may not: else each of twenty small
/// ones would be nobody's business.
fn unwaive(gates: &mut [Pooled], channels: &[ChannelOver]) {
    let is_small = |gate: &Pooled, place: usize| {
        let here = gate.channel.is_some_and(|id| id.index() == place);
        here && gate.waived && !gate.accepted && !channels[place].dead
    };
    let small: Vec<usize> = (0..channels.len())
        .filter(|&place| gates.iter().any(|gate| is_small(gate, place)))
        .collect();
    let together: u32 = small.iter().map(|&place| channels[place].share.0).sum();
    for &place in small.iter().filter(|_| together >= bar::SHARE_TO_BLOCK.0) {
        gates.iter_mut().filter(|gate| is_small(gate, place)).for_each(|gate| gate.waived = false);
    }
}

/// Why a gate with samples is open: what would settle it.
fn open(sums: &Sums, definite: &Sums, (risk, watch, few): (f64, Ppm, bool), runs: usize) -> Open {
    let runs = runs.max(1);
    let settles = |sums: &Sums, at: usize| {
        let times = at as f64 / runs as f64;
        let exposed = sums.within().exposed as f64 * times;
        !(few && exposed < bar::EXPOSED_MIN as f64) && sums.upper(risk, times) <= watch
    };
    let ahead = [RUNS_MIN, 60, 120, 240, 480, RUNS_MOST];
    let more = ahead.into_iter().find(|at| *at > runs && settles(sums, *at));
    match more {
        Some(at) => Open::MoreReplications(at),
        None if definite.within().bad < sums.within().bad
            && settles(definite, RUNS_MOST.max(runs)) =>
        {
            Open::Unresolved
        }
        // Far below the limit, and it came up too seldom: only longer or busier replications help.
        None if Ppm::of(2 * sums.within().bad, sums.within().n) <= watch => Open::NotExercised,
        None => Open::AtTheLimit,
    }
}

/// Which pooled rates are proved beyond their limit, by Holm's rule over gates and channels.
fn fail(gates: &mut [Pooled], replications: &[&Replication], confidence: Ppm) {
    let chance = |place: usize| {
        let pools = replications.iter().map(|a| &a.gates[place].pool);
        let seen = pools.filter(|pool| pool.observed).map(|pool| (&pool.definite, false));
        Sums::over(gates[place].kpi, seen).chance_at(gates[place].limit)
    };
    let mut order: Vec<(f64, usize)> = (0..gates.len()).map(|at| (chance(at), at)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let risk = 1.0 - confidence.as_f64();
    for (rank, (p_value, place)) in order.iter().enumerate() {
        if *p_value > risk / (order.len() - rank) as f64 {
            break;
        }
        gates[*place].stands = Stands::Failed;
        gates[*place].waived = false;
    }
}

fn of_channels(replications: &[&Replication], channels: usize) -> Vec<ChannelOver> {
    let sum = |of: fn(&super::replication::Sales) -> u64, place: usize| -> u64 {
        replications.iter().map(|a| of(&a.channel_sales[place])).sum()
    };
    let wanted: Vec<u64> = (0..channels).map(|place| sum(|sales| sales.wanted, place)).collect();
    let all: u64 = wanted.iter().sum();
    let channel = |place: usize| ChannelOver {
        verdict: Verdict::Inconclusive,
        share: Ppm::of(wanted[place], all),
        dead: bar::is_dead([
            wanted[place],
            sum(|sales| sales.takeable, place),
            sum(|sales| sales.accepted, place),
        ]) || wanted[place] == 0 && replications.iter().any(|a| a.expected[place]),
        waived: false,
    };
    (0..channels).map(channel).collect()
}

fn rules(replications: &[&Replication]) -> Vec<RuleOver> {
    let mut rules: Vec<RuleOver> = Vec::new();
    for invariant in replications.iter().flat_map(|a| &a.rules) {
        match rules.iter_mut().find(|rule| rule.invariant == *invariant) {
            Some(rule) => rule.replications += 1,
            None => rules.push(RuleOver { invariant: *invariant, replications: 1 }),
        }
    }
    rules.sort_by_key(|rule| (std::cmp::Reverse(rule.replications), rule.invariant));
    rules
}

/// *Exercised* is asked of all: one replication that put a rule to the test is enough.
fn untested(replications: &[&Replication]) -> Vec<Invariant> {
    let Some((first, rest)) = replications.split_first() else { return Vec::new() };
    let never = |rule: &&Invariant| rest.iter().all(|a| a.untested.contains(rule));
    first.untested.iter().filter(never).copied().collect()
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
