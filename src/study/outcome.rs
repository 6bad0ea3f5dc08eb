//! Owns what a set of replications comes to: the ruling on them, how often each gate fails, where
//! each KPI lies, what was sold, how the campaign runs. Must not know how they were played.

use super::chance::{CONFIDENCE, Chance, GO_AT_LEAST};
use super::each::{Figures, figures};
use super::interval::Mean;
use super::pooled::{Pooled, Ruling};
use super::replication::{Course, GateSeen, Replication, Sales, Undersold};
use crate::history::charter::Kpi;
use crate::ids::ChannelId;
use crate::judge::judgement::{Band, Measure, Verdict};
use crate::units::{Ppm, Span};

/// What a set of replications comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyOutcome {
    /// Replications played.
    pub runs: usize,
    /// The seed of the first; the others follow.
    pub first_seed: u64,
    /// How sure each bound of a chance is, one-sided.
    pub confidence: Ppm,
    /// The verdict on the scenario, with what it rests on.
    pub ruling: Ruling,
    /// Replications that are GO by themselves, with conditions or without.
    pub go: Chance,
    /// The same for each channel, by [`ChannelId`].
    pub channels: Vec<Chance>,
    /// What was sold in a replication.
    pub sales: SalesOver,
    /// What was refused in a replication although it was there.
    pub undersold: UndersoldOver,
    /// Replications by the verdict on each by itself: GO, GO WITH CONDITIONS, INCONCLUSIVE, NO-GO.
    pub verdicts: [usize; 4],
    /// Every gate over the replications, in the judgement's order.
    pub gates: Vec<GateOver>,
    /// The seed of the median replication (of two the worse), by verdict and then by how near its
    /// worst gate came.
    pub median_seed: u64,
    /// Units oversold a replication.
    pub oversold_units: Mean,
    /// Facts of all replications.
    pub facts: u64,
    /// The campaign over time, by [`Course::ALL`].
    pub fans: Vec<Fan>,
    /// The figures of each replication that counts.
    pub each: Vec<Figures>,
}

/// What was sold in a replication: means with their 95 % t intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SalesOver {
    /// Orders wanted.
    pub wanted: Mean,
    /// Accepted.
    pub accepted: Mean,
    /// Turned away.
    pub turned_away: Mean,
    /// Units kept.
    pub kept_units: Mean,
    /// Their money, in minor units.
    pub kept_money: Mean,
}

impl SalesOver {
    /// Over these replications.
    pub fn of(sales: &[Sales]) -> SalesOver {
        SalesOver::each(|value| sales.iter().map(value).collect())
    }

    /// New less old, paired by seed; what has no partner is left out.
    pub fn paired(old: &[Sales], new: &[Sales]) -> SalesOver {
        SalesOver::each(|value| {
            old.iter().zip(new).map(|(old, new)| value(new) - value(old)).collect()
        })
    }

    fn each(values: impl Fn(fn(&Sales) -> f64) -> Vec<f64>) -> SalesOver {
        let mean = |value: fn(&Sales) -> f64| Mean::of(&values(value), 0.95);
        SalesOver {
            wanted: mean(|sales| sales.wanted as f64),
            accepted: mean(|sales| sales.accepted as f64),
            turned_away: mean(|sales| sales.turned_away as f64),
            kept_units: mean(|sales| sales.kept_units as f64),
            kept_money: mean(|sales| sales.kept_money as f64),
        }
    }
}

/// What was refused in a replication although it was there: means with their 95 % t intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UndersoldOver {
    /// Orders.
    pub orders: Mean,
    /// Their money, in minor units.
    pub money: Mean,
    /// Units that a stock rule kept from being offered.
    pub by_rule_units: Mean,
    /// Units that a channel was told of too late.
    pub stale_units: Mean,
    /// Units that other shoppers' carts held.
    pub cart_units: Mean,
}

impl UndersoldOver {
    fn of(replications: &[Replication]) -> UndersoldOver {
        let mean = |value: fn(&Undersold) -> f64| {
            let values: Vec<f64> = replications.iter().map(|a| value(&a.undersold)).collect();
            Mean::of(&values, 0.95)
        };
        UndersoldOver {
            orders: mean(|seen| seen.orders as f64),
            money: mean(|seen| seen.money as f64),
            by_rule_units: mean(|seen| seen.by_rule_units as f64),
            stale_units: mean(|seen| seen.stale_units as f64),
            cart_units: mean(|seen| seen.cart_units as f64),
        }
    }
}

/// A gate over many replications.
#[derive(Clone, Debug, PartialEq)]
pub struct GateOver {
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; none is the whole run.
    pub channel: Option<ChannelId>,
    /// Replications in which it was healthy.
    pub healthy: usize,
    /// … in watch.
    pub watch: usize,
    /// … failed.
    pub failed: usize,
    /// … not proved.
    pub not_proved: usize,
    /// Replications in which an accepted risk covers it.
    pub accepted: usize,
    /// Replications in which it lies beyond its limit, everything possible counted as bad.
    pub out: usize,
    /// … beyond it too, of so few orders that chance decides: they count only all together.
    pub by_chance: usize,
    /// All replications together.
    pub pooled: Pooled,
    /// Its value.
    pub value: Spread,
}

/// Where a value lies over replications: microseconds or parts per million.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Replications that measured it.
    pub measured: usize,
    /// … and found it later than anybody could look.
    pub beyond: usize,
    /// The mean with its 95 % interval; none when one was beyond.
    pub mean: Option<Mean>,
    /// Order statistics: 5th, 50th and 95th percentile; none is beyond.
    pub quantiles: [Option<u64>; 3],
}

/// A measure over time and replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// What.
    pub course: Course,
    /// Width of a window.
    pub width: Span,
    /// By window: 5th, 25th, 50th, 75th, 95th percentile over the replications.
    pub points: Vec<[u64; 5]>,
}

impl StudyOutcome {
    /// Sums replications up at 95 %; none of no replications.
    pub fn of(replications: &[Replication]) -> Option<StudyOutcome> {
        StudyOutcome::at(replications, CONFIDENCE)
    }

    /// The same with bounds that sure.
    pub fn at(replications: &[Replication], confidence: Ppm) -> Option<StudyOutcome> {
        let first = replications.first()?;
        let count = |verdict: Verdict| replications.iter().filter(|a| a.verdict == verdict).count();
        let is_go = |verdict: Verdict| verdict <= Verdict::GoWithConditions;
        let channel = |place: usize| {
            Chance::at(
                replications.iter().filter(|a| is_go(a.channels[place])).count(),
                replications.len(),
                confidence,
            )
        };
        let ruling = Ruling::on(replications, confidence, GO_AT_LEAST)?;
        let gates = ruling.gates.iter().enumerate();
        let oversold: Vec<f64> = replications.iter().map(|a| a.oversold_units as f64).collect();
        let gates = gates.map(|(at, pooled)| GateOver::of(replications, at, *pooled)).collect();
        Some(StudyOutcome {
            runs: replications.len(),
            first_seed: first.seed,
            confidence,
            ruling,
            sales: SalesOver::of(&replications.iter().map(|a| a.sales).collect::<Vec<Sales>>()),
            undersold: UndersoldOver::of(replications),
            go: Chance::at(
                replications.iter().filter(|a| a.is_go()).count(),
                replications.len(),
                confidence,
            ),
            channels: (0..first.channels.len()).map(channel).collect(),
            verdicts: [
                count(Verdict::Go),
                count(Verdict::GoWithConditions),
                count(Verdict::Inconclusive),
                count(Verdict::NoGo),
            ],
            gates,
            median_seed: median(replications).seed,
            oversold_units: Mean::of(&oversold, 0.95),
            facts: replications.iter().map(|a| a.facts).sum(),
            fans: fans(replications),
            each: figures(replications),
        })
    }

    /// The verdict on the scenario.
    pub fn verdict(&self) -> Verdict {
        self.ruling.verdict
    }
}

impl GateOver {
    fn of(replications: &[Replication], place: usize, pooled: Pooled) -> GateOver {
        let seen: Vec<&GateSeen> = replications.iter().map(|a| &a.gates[place]).collect();
        let count = |is: fn(Band) -> bool| seen.iter().filter(|gate| is(gate.band)).count();
        GateOver {
            kpi: seen[0].kpi,
            channel: seen[0].channel,
            healthy: count(|band| band == Band::Healthy),
            watch: count(|band| band == Band::Watch),
            failed: count(|band| band == Band::Failed),
            not_proved: count(|band| matches!(band, Band::NotProved(_))),
            accepted: seen.iter().filter(|gate| gate.accepted).count(),
            out: seen.iter().filter(|gate| gate.out).count(),
            by_chance: seen.iter().filter(|gate| gate.over && !gate.out).count(),
            pooled,
            value: Spread::of(seen.iter().map(|gate| gate.value)),
        }
    }
}

impl Spread {
    fn of(values: impl Iterator<Item = Measure>) -> Spread {
        // A lag that never ended sorts last: `None` is beyond every number.
        let known = |value: Measure| match value {
            Measure::Lag(lag) => Some(lag.map(|span| span.0)),
            Measure::Share(share) => Some(Some(u64::from(share.0))),
            Measure::Absent => None,
        };
        let mut values: Vec<Option<u64>> = values.filter_map(known).collect();
        values.sort_by_key(|value| value.unwrap_or(u64::MAX));
        let beyond = values.iter().filter(|value| value.is_none()).count();
        let numbers: Vec<f64> = values.iter().flatten().map(|value| *value as f64).collect();
        let at = |share: f64| values.get(rank(values.len(), share)).copied().flatten();
        Spread {
            measured: values.len(),
            beyond,
            mean: (beyond == 0 && !values.is_empty()).then(|| Mean::of(&numbers, 0.95)),
            quantiles: [at(0.05), at(0.5), at(0.95)],
        }
    }
}

/// The place of the order statistic of a share among `n`, from 0.
fn rank(n: usize, share: f64) -> usize {
    ((n as f64 * share).ceil() as usize).clamp(1, n.max(1)) - 1
}

/// The median replication: by verdict, then by strain, then by seed. Two have none: the worse.
fn median(replications: &[Replication]) -> &Replication {
    let mut order: Vec<&Replication> = replications.iter().collect();
    order.sort_by_key(|a| (a.verdict, a.strain, a.seed));
    match order.as_slice() {
        [_, worse] => worse,
        order => order[rank(order.len(), 0.5)],
    }
}

fn fans(replications: &[Replication]) -> Vec<Fan> {
    // A replication that drains longer has more windows; one that has ended stays as it ended.
    let windows = replications.iter().map(|a| a.courses[0].len()).max().unwrap_or(0);
    let fan = |(place, course): (usize, Course)| Fan {
        course,
        width: replications[0].width,
        points: (0..windows).map(|window| point(replications, place, window)).collect(),
    };
    Course::ALL.into_iter().enumerate().map(fan).collect()
}

fn point(replications: &[Replication], place: usize, window: usize) -> [u64; 5] {
    let at = |a: &Replication| {
        let course = &a.courses[place];
        let last = match Course::ALL[place] {
            Course::Oversold | Course::Cancelled => course.last().copied().unwrap_or(0),
            Course::Accepted | Course::SyncLag | Course::Queue => 0,
        };
        course.get(window).copied().unwrap_or(last)
    };
    let mut values: Vec<u64> = replications.iter().map(at).collect();
    values.sort_unstable();
    [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| values[rank(values.len(), share)])
}
