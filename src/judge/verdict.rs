//! Owns the verdict: what gates and invariants together say, of the run and of each channel.
//! Must not count anything itself.
//!
//! Any failed → NO-GO; else any not proved → INCONCLUSIVE; else any watch → GO WITH CONDITIONS;
//! else GO.

use super::bounds::holm;
use super::checklist;
use super::closing::Closing;
use super::errors;
use super::fold::Glance;
use super::gates::{Standing, stand};
use super::invariants::{self, broken_on, fare};
use super::judgement::{
    Band, ChannelVerdict, GateResult, InvariantResult, Judgement, Mismatch, Reason, Unproved,
    Verdict,
};
use super::mismatch;
use super::run::Run;
use super::runouts;
use super::totals;
use crate::history::charter::{Kpi, Limits};
use crate::history::fact::Ending;
use crate::ids::ChannelId;
use crate::units::Ppm;

/// A channel that carries less than this of the accepted orders does not block the run for want of
/// samples.
pub(crate) const SHARE_TO_BLOCK: Ppm = Ppm(50_000);

/// Judges what is known of a run.
pub(super) fn judge(run: &Run, facts: u64) -> Judgement {
    let closing = Closing::new(run);
    let series = closing.windows.series(closing.end, &closing.sold);
    let channels: Vec<ChannelId> =
        (0..run.charter.channels.len()).map(|i| ChannelId(i as u16)).collect();
    let load = run.load.honesty(&run.charter);
    let spoilt = spoilt(run, load.saturated, load.too_coarse);
    let gates = gates(&closing, &channels, spoilt);
    let fared: Vec<(InvariantResult, Vec<u64>)> =
        invariants::ALL.iter().map(|&invariant| fare(&closing, invariant)).collect();
    let accepted: u64 = run.ways.ways.iter().map(|way| way.accepted).sum();
    let shares: Vec<Ppm> =
        run.ways.ways.iter().map(|way| Ppm::of(way.accepted, accepted)).collect();
    let (verdict, reasons) = of_run(&gates, &fared, &shares, spoilt);
    let by_channel: Vec<ChannelVerdict> = channels
        .iter()
        .map(|&channel| of_channel(channel, &gates, &fared, shares[channel.index()], spoilt))
        .collect();
    let verdicts: Vec<Verdict> = by_channel.iter().map(|channel| channel.verdict).collect();
    Judgement {
        charter: (*run.charter).clone(),
        verdict,
        evidence: run.charter.evidence,
        ending: run.ending,
        observed_until: closing.end,
        facts,
        reasons,
        channels: by_channel,
        invariants: fared.iter().map(|(result, _)| result.clone()).collect(),
        gates,
        causes: run.supplies.causes,
        totals: totals::of(&closing, &channels),
        channel_totals: channels.iter().map(|&c| totals::of(&closing, &[c])).collect(),
        checklist: checklist::of(&closing, &verdicts, &load),
        load,
        latency: run.load.latency(),
        mismatch: Mismatch {
            worst: mismatch::worst(&series),
            ..mismatch::of(&run.supplies, channels.len(), closing.end)
        },
        run_outs: runouts::of(&closing),
        series,
        books: run.ways.books.report(),
        queues: totals::queues(&closing),
        waits: totals::waits(&closing),
        errors: errors::ranked(&closing),
        reconciliation: totals::reconciliation(&closing),
        worst: run.supplies.worst().map(|(sku, oversold)| run.stories.of(sku, oversold)),
    }
}

/// What spoils a run as a whole: then only definite failures stand.
fn spoilt(run: &Run, saturated: bool, too_coarse: bool) -> Option<Unproved> {
    match run.ending {
        None | Some(Ending::Interrupted) => Some(Unproved::Truncated),
        Some(Ending::Finished) if saturated => Some(Unproved::GeneratorSaturated),
        Some(Ending::Finished) if too_coarse => Some(Unproved::TimeScaleTooCoarse),
        Some(Ending::Finished) => None,
    }
}

/// Every gate on the run and on each channel; Holm's rule over all shares says which failed.
fn gates(closing: &Closing, channels: &[ChannelId], spoilt: Option<Unproved>) -> Vec<GateResult> {
    let mut in_order = closing.run.charter.gates.clone();
    in_order.sort_by_key(|gate| gate.kpi);
    let mut standings: Vec<Standing> = Vec::new();
    for gate in &in_order {
        standings.push(stand(closing, gate, None));
        standings.extend(channels.iter().map(|&channel| stand(closing, gate, Some(channel))));
    }
    let tested: Vec<usize> =
        (0..standings.len()).filter(|&i| standings[i].p_value.is_some()).collect();
    let p_values: Vec<f64> = tested.iter().filter_map(|&i| standings[i].p_value).collect();
    for (&i, rejected) in tested.iter().zip(holm(&p_values)) {
        if rejected {
            standings[i].result.band = Band::Failed;
        }
    }
    let results = standings.into_iter().map(|standing| standing.result).map(|mut result| {
        if let Some(reason) = spoilt.filter(|_| result.band != Band::Failed) {
            result.band = Band::NotProved(reason);
        }
        result
    });
    results.collect()
}

fn of_run(
    gates: &[GateResult],
    fared: &[(InvariantResult, Vec<u64>)],
    shares: &[Ppm],
    spoilt: Option<Unproved>,
) -> (Verdict, Vec<Reason>) {
    let mut votes = Votes::default();
    if let Some(reason) = spoilt {
        votes.cast(Verdict::Inconclusive, Reason::Run(reason));
    }
    if gates.is_empty() {
        votes.cast(Verdict::Inconclusive, Reason::Run(Unproved::NotExercised));
    }
    for (i, (result, _)) in fared.iter().enumerate() {
        votes.cast_unless_spoilt(of_invariant(result), Reason::Invariant(i), spoilt);
    }
    for (i, gate) in dearest_first(gates) {
        let too_small = gate.channel.is_some_and(|channel| is_too_small(gate, shares, channel));
        if !too_small && !is_answered_for(gate) {
            votes.cast_unless_spoilt(of_gate(gate), Reason::Gate(i), spoilt);
        }
    }
    votes.count()
}

fn of_channel(
    channel: ChannelId,
    gates: &[GateResult],
    fared: &[(InvariantResult, Vec<u64>)],
    share: Ppm,
    spoilt: Option<Unproved>,
) -> ChannelVerdict {
    let mut votes = Votes::default();
    if let Some(reason) = spoilt {
        votes.cast(Verdict::Inconclusive, Reason::Run(reason));
    }
    if gates.is_empty() {
        votes.cast(Verdict::Inconclusive, Reason::Run(Unproved::NotExercised));
    }
    for (i, (result, by_channel)) in fared.iter().enumerate() {
        if result.must_be_zero && broken_on(channel, by_channel) {
            votes.cast(Verdict::NoGo, Reason::Invariant(i));
        }
    }
    let mut small = false;
    for (i, gate) in dearest_first(gates).filter(|(_, gate)| gate.channel == Some(channel)) {
        votes.cast_unless_spoilt(of_gate(gate), Reason::Gate(i), spoilt);
        small |= share < SHARE_TO_BLOCK && is_thin(gate);
    }
    let (verdict, reasons) = votes.count();
    ChannelVerdict { verdict, share, too_small_to_block: small, reasons }
}

/// The gates with the most money at stake first, the run before its channels.
fn dearest_first(gates: &[GateResult]) -> impl Iterator<Item = (usize, &GateResult)> {
    let mut order: Vec<_> = gates.iter().enumerate().collect();
    order.sort_by_key(|(i, gate)| (std::cmp::Reverse(gate.money()), *i));
    order.into_iter()
}

fn is_thin(gate: &GateResult) -> bool {
    gate.band == Band::NotProved(Unproved::TooFewSamples)
}

/// Somebody answers by name for what this channel could not prove for want of orders, or proved
/// only within its watch edge. A failed gate stays a condition, whoever answers for it.
fn is_answered_for(gate: &GateResult) -> bool {
    let harmless = is_thin(gate) || gate.band == Band::Watch;
    gate.channel.is_some() && gate.accepted.is_some() && harmless
}

fn is_too_small(gate: &GateResult, shares: &[Ppm], channel: ChannelId) -> bool {
    is_thin(gate) && shares[channel.index()] < SHARE_TO_BLOCK
}

fn of_gate(gate: &GateResult) -> Verdict {
    let unaccepted = match gate.band {
        Band::Healthy => return Verdict::Go,
        Band::Watch => return Verdict::GoWithConditions,
        // What is wrong with the run as a whole is nobody's risk to accept.
        Band::NotProved(
            Unproved::Truncated | Unproved::GeneratorSaturated | Unproved::TimeScaleTooCoarse,
        ) => return Verdict::Inconclusive,
        Band::Failed => Verdict::NoGo,
        Band::NotProved(_) => Verdict::Inconclusive,
    };
    if gate.accepted.is_some() { Verdict::GoWithConditions } else { unaccepted }
}

fn of_invariant(result: &InvariantResult) -> Verdict {
    match result.band {
        Band::Failed => Verdict::NoGo,
        Band::NotProved(_) => Verdict::Inconclusive,
        Band::Healthy | Band::Watch => Verdict::Go,
    }
}

/// Verdicts of single gates and invariants, with the reasons for the worse ones.
#[derive(Default)]
struct Votes {
    cast: Vec<(Verdict, Reason)>,
}

impl Votes {
    fn cast(&mut self, verdict: Verdict, reason: Reason) {
        if verdict > Verdict::Go {
            self.cast.push((verdict, reason));
        }
    }

    /// When the run is spoilt as a whole that is one reason, not one a gate.
    fn cast_unless_spoilt(&mut self, verdict: Verdict, reason: Reason, spoilt: Option<Unproved>) {
        if spoilt.is_none() || verdict == Verdict::NoGo {
            self.cast(verdict, reason);
        }
    }

    /// The worst, and all reasons, worst first.
    fn count(mut self) -> (Verdict, Vec<Reason>) {
        self.cast.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
        let worst = self.cast.first().map_or(Verdict::Go, |(verdict, _)| *verdict);
        (worst, self.cast.into_iter().map(|(_, reason)| reason).collect())
    }
}

impl Run {
    /// How the run stands, from running counts alone.
    pub(super) fn glance(&self, facts: u64) -> Glance {
        let ways = &self.ways.ways;
        let now = self.last.at;
        let phases = self.charter.phases.iter();
        let accepted: u64 = ways.iter().map(|way| way.accepted).sum();
        let cancelled: u64 = ways.iter().map(|way| way.cancelled).sum();
        let oversold_orders: u64 = ways.iter().map(|way| way.oversold_orders).sum();
        let sync_lag = self.lag_signal();
        let must_be_zero = [
            &self.ways.duplicate,
            &self.ways.ghost,
            &self.ways.altered,
            &self.ways.double,
            &self.repeated,
            &self.ledger.lost_update,
        ];
        let limits = |kpi| {
            let gate = self.charter.gates.iter().find(|gate| gate.kpi == kpi);
            gate.map_or(Limits::standard(kpi), |gate| gate.limits)
        };
        let beyond = |kpi, bad| match limits(kpi) {
            Limits::AtMost { watch, .. } => Ppm::of(bad, accepted) > watch,
            _ => false,
        };
        let late = match limits(Kpi::SyncLag) {
            Limits::LagP95 { watch, .. } => sync_lag > watch,
            _ => false,
        };
        let so_far = if must_be_zero.iter().any(|breaches| breaches.definite > 0) {
            Verdict::NoGo
        } else if late
            || beyond(Kpi::OversoldOrders, oversold_orders)
            || beyond(Kpi::StockCancellations, cancelled)
        {
            Verdict::GoWithConditions
        } else {
            Verdict::Go
        };
        Glance {
            at: now,
            facts,
            phase: phases.clone().position(|phase| phase.from <= now && now < phase.until),
            offered: self.load.sent + self.load.unsent,
            sent: self.load.sent,
            answered: self.load.answered,
            in_flight: self.load.in_flight(),
            accepted,
            sync_lag,
            oversold: self.supplies.totals.iter().map(|totals| totals.oversold).sum(),
            cancelled,
            so_far,
        }
    }
}
