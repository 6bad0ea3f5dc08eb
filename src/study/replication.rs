//! Owns one replication of many: played in virtual time, judged as it is played, and reduced to the
//! figures that replications compare. Must not know statistics over replications.
mod beside;
mod recovered;
mod sold;

pub use beside::play_beside;
pub use recovered::ObjectiveSeen;
pub use sold::{Sales, Undersold};

use crate::drive::hand::Act;
use crate::drive::simulated;
use crate::history::charter::{Charter, GoWhen, Kpi, Limits};
use crate::history::stamp::Tape;
use crate::history::{Fact, What};
use crate::ids::ChannelId;
use crate::judge::judgement::{
    Band, GateResult, Invariant, InvariantResult, Judgement, Measure, Pool, Reason, Unproved,
    Verdict, Window,
};
use crate::judge::{Fold, bar, of_input};
use crate::scenario::Plan;
use crate::units::{At, Ppm, Span};
use crate::watch::Alarmed;

/// What is kept of one replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Replication {
    /// The seed that plays it again.
    pub seed: u64,
    /// The verdict on the run, taken by itself.
    pub verdict: Verdict,
    /// It lies within every limit: the census of the replication, everything possible counted as
    /// bad; what somebody has accepted is left out.
    pub in_band: bool,
    /// What rows that could not be read leave of a verdict.
    pub input: Verdict,
    /// It counts for nothing: cut off, or its load was not what it should be.
    pub spoilt: Option<Unproved>,
    /// Rules that were broken or that make a condition.
    pub rules: Vec<Invariant>,
    /// Rules that nothing put to the test.
    pub untested: Vec<Invariant>,
    /// Where each objective for recovery stands, in the charter's order.
    pub objectives: Vec<ObjectiveSeen>,
    /// What was sold.
    pub sales: Sales,
    /// The same by channel, by [`ChannelId`].
    pub channel_sales: Vec<Sales>,
    /// Channels to which the charter sends so many orders that some must have been wanted.
    pub expected: Vec<bool>,
    /// The verdict on each channel, by [`ChannelId`].
    pub channels: Vec<Verdict>,
    /// Every gate, in the judgement's order.
    pub gates: Vec<GateSeen>,
    /// Facts judged.
    pub facts: u64,
    /// Units oversold.
    pub oversold_units: u64,
    /// What was refused although it was there.
    pub undersold: Undersold,
    /// Updates that connectors sent to channels.
    pub updates: u64,
    /// Invariants that must be zero and are not.
    pub broken: usize,
    /// How near the worst gate came to its limit: what makes one replication worse than another of
    /// the same verdict.
    pub strain: u64,
    /// How far all gates together are from their limits: the sum of value ÷ watch edge, each at
    /// most tenfold, in thousandths; a broken invariant counts tenfold. What a change is worth
    /// before it is enough.
    pub distress: u64,
    /// The run over time, a row a measure of [`Course::ALL`].
    pub courses: Vec<Vec<u64>>,
    /// Width of the windows of `courses`.
    pub width: Span,
}

/// What is followed over a replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Orders accepted in the window.
    Accepted,
    /// Sync lag p95 of changes made in the window, or of the last ones where none was; those never
    /// shown with their age; microseconds.
    SyncLag,
    /// Jobs waiting in the connectors.
    Queue,
    /// Units oversold so far.
    Oversold,
    /// Orders cancelled for want of stock so far, by acceptance.
    Cancelled,
}

impl Course {
    /// Every course, in the order of [`Replication::courses`].
    pub const ALL: [Course; 5] =
        [Course::Accepted, Course::SyncLag, Course::Queue, Course::Oversold, Course::Cancelled];

    fn of(self, windows: &[Window]) -> Vec<u64> {
        let (mut so_far, mut last) = (0, Span::ZERO);
        let value = |window: &Window| match self {
            Course::Accepted => window.accepted,
            Course::SyncLag => {
                last = window.sync_lag.p95.unwrap_or(last);
                last.0
            }
            Course::Queue => u64::from(window.queue_depth),
            Course::Oversold => {
                so_far += window.oversold.0.max(0).unsigned_abs();
                so_far
            }
            Course::Cancelled => {
                so_far += window.cancelled;
                so_far
            }
        };
        windows.iter().map(value).collect()
    }
}

/// Where a gate stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateSeen {
    /// What is gated.
    pub kpi: Kpi,
    /// The channel; none is the whole run.
    pub channel: Option<ChannelId>,
    /// Its band.
    pub band: Band,
    /// Its value.
    pub value: Measure,
    /// The healthy and the watch edge as shares of bad events (of a lag: of changes later than the
    /// edge); the healthy one twice where a GO asks for it.
    pub bad_limits: [Ppm; 2],
    /// What many replications pool of it.
    pub pool: Pool,
    /// The replication lies beyond its limit, as far as a single one can say.
    pub out: bool,
    /// Its count lies beyond the limit, whatever chance has to do with it.
    pub over: bool,
    /// An accepted risk covers it.
    pub accepted: bool,
}

/// A replication as it was judged.
#[derive(Clone, Debug)]
pub struct Played {
    /// What it came to.
    pub judgement: Judgement,
    /// Updates that connectors sent to channels.
    pub updates: u64,
}

/// Plays a plan once and judges it; nothing is written. `None` when `go_on` said stop.
///
/// # Panics
/// When the driver writes a history that its own judge refuses: a broken invariant.
pub fn play(plan: &Plan, go_on: impl Fn() -> bool) -> Option<Played> {
    let (mut eater, mut batch) = (Eater::default(), Vec::with_capacity(BATCH));
    let mut tape = Tape::new(|fact: Fact| {
        batch.push(fact);
        if batch.len() == BATCH {
            eater.eat(&batch);
            batch.clear();
        }
    });
    let mut hand = Hand::new(go_on);
    let (mut record, mut alerts) = Alarmed::new(&plan.charter, &mut tape);
    simulated::play(plan, &mut record, &mut |at| {
        let mut acts = hand.turn(at);
        acts.extend(alerts.turn(at));
        acts
    });
    eater.eat(&batch);
    eater.judged().filter(|_| !hand.stopped)
}

/// Facts judged at a time: as few as the caches hold, and as many as it takes to have the judge's
/// code at hand while the player's is not.
const BATCH: usize = 512;

/// Eats what is played.
#[derive(Default)]
struct Eater {
    fold: Fold,
    updates: u64,
}

impl Eater {
    fn eat(&mut self, batch: &[Fact]) {
        let is_update = |fact: &&Fact| matches!(fact.what, What::Pushed { .. });
        self.updates += batch.iter().filter(is_update).count() as u64;
        if let Err(wrong) = self.fold.eat_all(batch) {
            panic!("a driver writes what a judge can read: {wrong}");
        }
    }

    fn judged(&self) -> Option<Played> {
        Some(Played { judgement: self.fold.judge()?, updates: self.updates })
    }
}

/// The hand of whoever may have a replication given up.
struct Hand<G> {
    go_on: G,
    stopped: bool,
}

impl<G: Fn() -> bool> Hand<G> {
    fn new(go_on: G) -> Hand<G> {
        Hand { go_on, stopped: false }
    }

    fn turn(&mut self, _: At) -> Vec<Act> {
        self.stopped = self.stopped || !(self.go_on)();
        if self.stopped { vec![Act::Leave] } else { Vec::new() }
    }
}

impl Replication {
    /// Keeps what replications compare.
    pub fn of(played: &Played) -> Replication {
        let judgement = &played.judgement;
        let gate = |gate: &GateResult| GateSeen {
            kpi: gate.kpi,
            channel: gate.channel,
            band: gate.band,
            value: gate.value,
            bad_limits: bad_limits(gate.limits, judgement.charter.go_when),
            pool: gate.pool,
            out: is_out(gate, judgement.charter.go_when),
            over: gate.pool.in_band == Some(false),
            accepted: gate.accepted.is_some(),
        };
        let spoilt = judgement.reasons.iter().find_map(|reason| match *reason {
            Reason::Run(why) => Some(why),
            _ => None,
        });
        let reasons = judgement.reasons.iter().filter_map(|reason| match *reason {
            Reason::Invariant(place) => Some(&judgement.invariants[place]),
            _ => None,
        });
        let (untested, rules): (Vec<_>, Vec<_>) = reasons.partition(|rule| {
            matches!(rule.band, Band::NotProved(_)) && rule.breaches.possible == 0
        });
        let named = |rules: Vec<&InvariantResult>| rules.iter().map(|r| r.invariant).collect();
        Replication {
            seed: judgement.charter.seed,
            verdict: judgement.verdict,
            in_band: spoilt.is_none() && is_in_band(judgement),
            input: of_input(&judgement.charter),
            spoilt,
            rules: named(rules),
            untested: named(untested),
            objectives: judgement.objectives.iter().map(ObjectiveSeen::of).collect(),
            sales: Sales::of(&judgement.totals),
            channel_sales: judgement.channel_totals.iter().map(Sales::of).collect(),
            expected: judgement.charter.channels.iter().map(bar::is_expected).collect(),
            channels: judgement.channels.iter().map(|channel| channel.verdict).collect(),
            gates: judgement.gates.iter().map(gate).collect(),
            facts: judgement.facts,
            oversold_units: judgement.totals.oversold_units.0.max(0).unsigned_abs(),
            undersold: Undersold::of(judgement),
            updates: played.updates,
            broken: judgement.invariants.iter().filter(|i| i.band == Band::Failed).count(),
            strain: judgement.gates.iter().map(strain).max().unwrap_or(0),
            distress: distress(judgement),
            courses: Course::ALL.map(|course| course.of(&judgement.series.run)).to_vec(),
            width: judgement.series.width,
        }
    }

    /// Whether it may be called a go: GO, with or without conditions.
    pub fn is_go(&self) -> bool {
        matches!(self.verdict, Verdict::Go | Verdict::GoWithConditions)
    }
}

/// As the judge counts it, but for what somebody has accepted.
fn is_in_band(judgement: &Judgement) -> bool {
    let mut gates = judgement.gates.iter().filter(|gate| gate.accepted.is_none());
    let go_when = judgement.charter.go_when;
    gates.all(|gate| !is_out(gate, go_when))
        && rules_out(judgement).next().is_none()
        && !judgement.objectives.iter().any(|one| bar::is_in_the_way(one.band))
}

/// Rules that put a replication out of band, whatever its gates say.
pub(super) fn rules_out(judgement: &Judgement) -> impl Iterator<Item = Invariant> {
    let covered = move |kpi: Kpi| {
        let mut of = judgement.gates.iter().filter(|gate| gate.kpi == kpi);
        of.all(|gate| gate.channel.is_none() || gate.accepted.is_some())
    };
    let charter: &Charter = &judgement.charter;
    let accepted = move |kpi: Kpi| !charter.accepted_risks.is_empty() && covered(kpi);
    let is_broken = move |rule: &&InvariantResult| match rule.invariant {
        _ if rule.must_be_zero => rule.breaches.possible > 0,
        Invariant::WrongOffer | Invariant::StuckOffer if accepted(Kpi::SyncLag) => false,
        Invariant::WrongPrice if accepted(Kpi::PriceLag) => false,
        Invariant::LateCancellation if accepted(Kpi::StockCancellations) => false,
        _ => bar::stands_in_the_way(rule.band),
    };
    judgement.invariants.iter().filter(is_broken).map(|rule| rule.invariant)
}

/// A channel is too small for its own census where chance alone would put more than so many
/// replications beyond the limit, did it half as badly as it may.
const BY_CHANCE_MAX: f64 = 0.001;

/// Whether the replication lies beyond a gate's limit, everything possible counted as bad. Of a
/// channel so small that chance decides that, only where it failed: else a shop with four channels
/// would be out of band every few replications by chance, however well it does. What such a channel
/// comes to is proved by all replications together.
fn is_out(gate: &GateResult, go_when: GoWhen) -> bool {
    let [_, limit] = bad_limits(gate.limits, go_when);
    let n = gate.pool.possible[1].n;
    let allowed = u64::from(limit.0) * n / 1_000_000;
    let by_chance = || bar::at_least((allowed + 1) as f64, n as f64, Ppm(limit.0 / 2));
    match gate.pool.in_band {
        Some(false) if gate.channel.is_some() && by_chance() > BY_CHANCE_MAX => {
            gate.band == Band::Failed
        }
        in_band => in_band == Some(false),
    }
}

/// The edges as shares of bad events: a lag's p95 allows one change in twenty to be later.
fn bad_limits(limits: Limits, go_when: GoWhen) -> [Ppm; 2] {
    let (healthy, watch) = match limits {
        Limits::LagP95 { .. } => (bar::LATE_MAX, bar::LATE_MAX),
        share => bar::bad_limits(share),
    };
    if go_when == GoWhen::Healthy { [healthy; 2] } else { [healthy, watch] }
}

fn distress(judgement: &Judgement) -> u64 {
    const MOST: u64 = 10_000;
    let gates = judgement.gates.iter().filter(|gate| gate.accepted.is_none());
    let broken = judgement.invariants.iter().filter(|i| i.band == Band::Failed).count() as u64;
    gates.map(|gate| strain(gate).min(MOST)).sum::<u64>() + broken * MOST
}

/// The value ÷ its watch edge in thousandths (for a share that must be high: what is missing of
/// it ÷ what may be missing); a lag that never ended is beyond every edge.
fn strain(gate: &GateResult) -> u64 {
    let part = |value: u64, edge: u64| value.saturating_mul(1_000) / edge.max(1);
    match (gate.value, gate.limits) {
        (Measure::Lag(None), _) => u64::MAX,
        (Measure::Lag(Some(lag)), Limits::LagP95 { watch, .. }) => part(lag.0, watch.0),
        (Measure::Share(share), Limits::AtMost { watch, .. }) => {
            part(share.0.into(), watch.0.into())
        }
        (Measure::Share(share), Limits::AtLeast { watch, .. }) => {
            let missing = |of: crate::units::Ppm| u64::from(crate::units::Ppm::ONE.0 - of.0);
            part(missing(share), missing(watch))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::judgement::RunOut;
    use crate::scenario::{self, Overrides};
    use crate::units::Qty;

    /// Two orders a second on channels that are blind for thirty seconds: λL = 60, which is what
    /// each record tells of itself, and what was oversold. A holdback for 95 % of a demand that was
    /// measured in a single minute, and so is itself uncertain, is enough a little less often.
    #[test]
    fn a_record_tells_the_law_that_it_obeys() {
        let file = "scenarios/validation/oversell.yaml";
        let run_out = |seed| {
            let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
            let plan = scenario::read(file.as_ref(), &overrides).unwrap();
            let judgement = play(&plan, || true).unwrap().judgement;
            assert_eq!(judgement.run_outs.len(), 1);
            judgement.run_outs[0]
        };
        let seen: Vec<_> = (1..=60).map(run_out).collect();
        let n = seen.len() as f64;
        assert!(seen.iter().all(|seen| seen.unknown_for == Some(Span::from_secs(30))));
        let check = |what: &str, values: Vec<f64>| {
            let mean = values.iter().sum::<f64>() / n;
            let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            let tolerance = 4.0 * (spread / (n - 1.0) / n).sqrt();
            assert!((mean - 60.0).abs() <= tolerance, "{what}: {mean:.2} ± {tolerance:.2}");
        };
        let predicted =
            |seen: &RunOut| seen.predicted_milli.unwrap().map(|milli| milli as f64 / 1e3);
        check("least", seen.iter().map(|seen| predicted(seen)[0]).collect());
        check("most", seen.iter().map(|seen| predicted(seen)[1]).collect());
        check("seen", seen.iter().map(|seen| seen.oversold.0 as f64).collect());
        let enough = seen.iter().filter(|seen| Some(seen.oversold) <= seen.hold_back).count();
        assert!(enough as f64 >= 0.75 * n, "held back enough in {enough} of {n}");
        assert!(seen.iter().all(|seen| seen.sold > Qty(300)));
    }
}
