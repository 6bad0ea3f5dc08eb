//! Owns one afternoon of many: played in virtual time, judged as it is played, and reduced to the
//! figures that replications compare. Must not know statistics over afternoons.

use crate::drive::simulated::{self, Flow};
use crate::history::charter::Kpi;
use crate::history::fact::Fact;
use crate::history::stamp::Tape;
use crate::ids::ChannelId;
use crate::judge::Fold;
use crate::judge::judgement::{Band, Judgement, Measure, Verdict};
use crate::scenario::Plan;

/// What is kept of one afternoon.
#[derive(Clone, Debug, PartialEq)]
pub struct Afternoon {
    /// The seed that plays it again.
    pub seed: u64,
    /// The verdict on the run.
    pub verdict: Verdict,
    /// The verdict on each channel, by [`ChannelId`].
    pub channels: Vec<Verdict>,
    /// Every gate, in the judgement's order.
    pub gates: Vec<GateSeen>,
    /// Facts judged.
    pub facts: u64,
    /// Orders accepted.
    pub accepted: u64,
    /// Units oversold.
    pub oversold_units: u64,
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
    /// An accepted risk covers it.
    pub accepted: bool,
}

/// Plays a plan once and judges it; nothing is written. `None` when `go_on` said stop.
///
/// # Panics
/// When the driver writes a history that its own judge refuses: a broken invariant.
pub fn play(plan: &Plan, go_on: impl Fn() -> bool) -> Option<Judgement> {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact: Fact| {
        if let Err(wrong) = fold.eat(&fact) {
            panic!("a driver writes what a judge can read: {wrong}");
        }
    });
    let mut stopped = false;
    simulated::play(plan, &mut tape, |_| {
        stopped = stopped || !go_on();
        if stopped { Flow::Interrupt } else { Flow::Continue }
    });
    if stopped { None } else { fold.judge() }
}

impl Afternoon {
    /// Keeps what replications compare.
    pub fn of(judgement: &Judgement) -> Afternoon {
        let gate = |gate: &crate::judge::judgement::GateResult| GateSeen {
            kpi: gate.kpi,
            channel: gate.channel,
            band: gate.band,
            value: gate.value,
            accepted: gate.accepted.is_some(),
        };
        Afternoon {
            seed: judgement.charter.seed,
            verdict: judgement.verdict,
            channels: judgement.channels.iter().map(|channel| channel.verdict).collect(),
            gates: judgement.gates.iter().map(gate).collect(),
            facts: judgement.facts,
            accepted: judgement.totals.accepted,
            oversold_units: judgement.totals.oversold_units.0.unsigned_abs(),
        }
    }

    /// Whether it may be called a go: GO, with or without conditions.
    pub fn is_go(&self) -> bool {
        matches!(self.verdict, Verdict::Go | Verdict::GoWithConditions)
    }
}
