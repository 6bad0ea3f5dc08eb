//! Owns the verdict: what gates and invariants together say, of the run and of each channel.
//! Must not count anything itself.
//!
//! Failed → NO-GO; else not proved → INCONCLUSIVE; else watch → GO WITH CONDITIONS; else GO.

use super::bounds::holm;
use super::checklist;
use super::closing::Closing;
use super::errors;
use super::gates::stand;
use super::invariants::{Fared, fare, is_condition};
use super::judgement::{
    Band, ChannelVerdict, GateResult, Invariant, InvariantResult, Judgement, Mismatch,
    ObjectiveResult, Reason, Series, Unproved, Verdict,
};
use super::mismatch;
use super::objectives;
use super::run::Run;
use super::runouts;
use super::spoilt::{as_blameless, as_spoilt, spoilt};
use super::standing::Standing;
use super::terms;
use super::totals;
use super::ungated;
use super::weights::{self, Weight, is_thin};
use crate::history::charter::{Charter, Kpi, UNREAD_MOST, UNREAD_NEGLIGIBLE};
use crate::ids::ChannelId;
use crate::units::Money;

/// Judges what is known of a run.
pub(super) fn judge(run: &Run, facts: u64) -> Judgement {
    let closing = Closing::new(run);
    let series = closing.series();
    let channels = channels(&run.charter);
    let load = run.load.honesty(&run.harness, &run.charter);
    let spoilt = spoilt(run, &load);
    let gates = gates(&closing, &channels, spoilt);
    let fared = all_fared(&closing, spoilt);
    let weights = weights::of(run, &gates);
    let not_gated = terms::not_gated(run);
    let (disturbances, objectives) = objectives::judged(&closing, &series, spoilt);
    let votes = of_run(&run.charter, &gates, &fared, &weights, spoilt);
    let (verdict, reasons) = votes.beside((&objectives, &not_gated), spoilt).count();
    let by_channel: Vec<ChannelVerdict> = (channels.iter().zip(&weights))
        .map(|(&on, &weight)| of_channel(&run.charter, on, &gates, &fared, weight, spoilt))
        .collect();
    let (actions, more_actions) = run.operated.seen();
    Judgement {
        charter: (*run.charter).clone(),
        verdict,
        evidence: run.charter.evidence,
        ending: run.ending,
        observed_until: closing.end,
        facts,
        unknown_kinds: run.unknown_kinds(),
        reasons,
        checklist: checklist::of(&closing, &by_channel, &load),
        channels: by_channel,
        invariants: fared.iter().map(|fared| fared.result.clone()).collect(),
        in_band: spoilt.is_none() && is_in_band(&gates, &fared, &objectives),
        gates,
        causes: run.supplies.causes,
        converted: totals::converted(&closing),
        accepted: closing.acceptances.of.clone(),
        dispatched: closing.dispatches.of.clone(),
        totals: totals::of(&closing, &channels),
        channel_totals: channels.iter().map(|&c| totals::of(&closing, &[c])).collect(),
        not_gated,
        silent_phases: terms::silent_phases(run),
        load,
        latency: run.load.latency(),
        mismatch: mismatched(&closing, channels.len(), &series),
        disturbances,
        objectives,
        run_outs: runouts::of(&closing),
        ran_out: run.supplies.all_ran_out(),
        series,
        books: totals::books(&closing),
        queues: totals::queues(&closing),
        waits: totals::waits(&closing),
        injected: run.injected.seen(),
        actions,
        more_actions,
        alerts: run.alarms.seen(),
        errors: errors::ranked(&closing),
        stuck: run.stuck.named(),
        wrong: closing.wrong_offers.1.clone(),
        reconciliation: totals::reconciliation(&closing),
        party: run.outside.seen(closing.end),
        worst: run.supplies.worst().map(|(sku, oversold)| run.stories.of(sku, oversold)),
    }
}

fn all_fared(closing: &Closing<'_>, spoilt: Option<Unproved>) -> Vec<Fared> {
    let asked = Invariant::asked(&closing.run.charter);
    asked.map(|rule| fared(closing, rule, spoilt)).collect()
}

fn channels(charter: &Charter) -> Vec<ChannelId> {
    (0..charter.channels.len() as u16).map(ChannelId).collect()
}

/// Who offered more than there was.
fn mismatched(closing: &Closing, channels: usize, series: &Series) -> Mismatch {
    let worst = mismatch::worst(series);
    Mismatch { worst, ..mismatch::of(&closing.run.supplies, channels, closing.end) }
}

/// How an invariant fared; in a spoilt run only what must be zero keeps its failure.
fn fared(closing: &Closing, invariant: Invariant, spoilt: Option<Unproved>) -> Fared {
    let mut fared = fare(closing, invariant);
    let nothing_stands = matches!(spoilt, Some(Unproved::HarnessFailed | Unproved::UnknownKinds));
    let spoilt = spoilt.filter(|_| !fared.result.must_be_zero || nothing_stands);
    let (harness, charter) = (&closing.run.harness, &closing.run.charter);
    let touched = |channel| {
        let blameless = !fared.result.must_be_zero && harness.touched(channel, charter);
        blameless.then_some(Unproved::HarnessFailed)
    };
    let of_run = touched(None);
    let on: Vec<_> = (0..fared.on.len()).map(|i| touched(Some(ChannelId(i as u16)))).collect();
    fared.result.band = as_spoilt(as_blameless(fared.result.band, of_run), spoilt);
    for (band, touched) in fared.on.iter_mut().zip(on) {
        *band = as_spoilt(as_blameless(*band, touched), spoilt);
    }
    fared
}

/// Everything possible counted as bad: within every limit, and nothing that must be zero is not.
fn is_in_band(gates: &[GateResult], fared: &[Fared], objectives: &[ObjectiveResult]) -> bool {
    gates.iter().all(|gate| gate.pool.in_band != Some(false))
        && !objectives.iter().any(|objective| objectives::is_in_the_way(objective.band))
        && fared.iter().map(|fared| &fared.result).all(|result| {
            let open = result.must_be_zero && result.breaches.possible > 0;
            !open && !stands_in_the_way(result.band)
        })
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
    let run = closing.run;
    let spoilt_on: Vec<Option<Unproved>> =
        channels.iter().map(|&channel| ungated::spoils(run, channel)).collect();
    let unsent: Vec<bool> =
        channels.iter().map(|&channel| run.load.is_unsent_on(channel, &run.charter)).collect();
    let results = standings.into_iter().map(|standing| standing.result).map(|mut result| {
        if let Some(why) = result.channel.and_then(|channel| spoilt_on[channel.index()]) {
            result.band = as_spoilt(result.band, Some(why));
            result.pool.in_band = Some(false);
        }
        if result.channel.is_some_and(|channel| unsent[channel.index()]) {
            result.band = as_spoilt(result.band, Some(Unproved::GeneratorSaturated));
            result.pool.in_band = Some(false);
        }
        let touched = run.harness.touched(result.channel, &run.charter);
        result.band = as_blameless(result.band, touched.then_some(Unproved::HarnessFailed));
        result.band = as_spoilt(result.band, spoilt);
        result
    });
    results.collect()
}

fn of_run(
    charter: &Charter,
    gates: &[GateResult],
    fared: &[Fared],
    weights: &[Weight],
    spoilt: Option<Unproved>,
) -> Votes {
    let mut votes = Votes::default();
    if let Some(reason) = spoilt {
        votes.cast(Verdict::Inconclusive, Reason::Run(reason));
    }
    if gates.is_empty() {
        votes.cast(Verdict::Inconclusive, Reason::Run(Unproved::NotExercised));
    }
    votes.cast(of_input(charter), Reason::RowsMissing);
    for (i, Fared { result, by_channel, .. }) in fared.iter().enumerate() {
        let accepted = is_accepted(charter, result.invariant, by_channel);
        let vote = of_invariant(result, result.band, accepted);
        votes.cast_unless_spoilt(vote, Reason::Invariant(i), spoilt);
    }
    for (i, _) in weights.iter().enumerate().filter(|(_, weight)| weight.dead) {
        let reason = Reason::NothingAccepted(ChannelId(i as u16));
        votes.cast_unless_spoilt(Verdict::Inconclusive, reason, spoilt);
    }
    let mut in_order: Vec<_> = dearest_first(gates).collect();
    let weight = |gate: &GateResult| gate.channel.map(|channel| weights[channel.index()]);
    // Channels that block only together: the largest first, after what blocks by itself.
    let together = |gate: &GateResult| {
        weight(gate).filter(|weight| is_thin(gate) && weight.blocks_with_others)
    };
    in_order.sort_by_key(|(_, gate)| together(gate).map(|weight| std::cmp::Reverse(weight.share)));
    for (i, gate) in in_order {
        let left_out =
            weight(gate).is_some_and(|weight| is_thin(gate) && (weight.dead || weight.waived));
        if !left_out && !is_answered_for(gate) {
            votes.cast_unless_spoilt(of_gate(gate), Reason::Gate(i), spoilt);
        }
    }
    votes
}

fn of_channel(
    charter: &Charter,
    channel: ChannelId,
    gates: &[GateResult],
    fared: &[Fared],
    Weight { share, dead, waived, .. }: Weight,
    spoilt: Option<Unproved>,
) -> ChannelVerdict {
    let mut votes = Votes::default();
    if let Some(reason) = spoilt {
        votes.cast(Verdict::Inconclusive, Reason::Run(reason));
    }
    if gates.is_empty() {
        votes.cast(Verdict::Inconclusive, Reason::Run(Unproved::NotExercised));
    }
    for (i, Fared { result, by_channel, on }) in fared.iter().enumerate() {
        let band = on[channel.index()];
        if result.must_be_zero && band == Band::Failed {
            votes.cast(Verdict::NoGo, Reason::Invariant(i));
        } else if is_condition(result.invariant) && by_channel[channel.index()] > 0 {
            let here: Vec<u64> = (0..by_channel.len())
                .map(|i| if i == channel.index() { by_channel[i] } else { 0 })
                .collect();
            let accepted = is_accepted(charter, result.invariant, &here);
            let vote = of_invariant(result, band, accepted);
            votes.cast_unless_spoilt(vote, Reason::Invariant(i), spoilt);
        }
    }
    if dead {
        votes.cast_unless_spoilt(Verdict::Inconclusive, Reason::NothingAccepted(channel), spoilt);
    }
    let mut small = false;
    for (i, gate) in dearest_first(gates).filter(|(_, gate)| gate.channel == Some(channel)) {
        if !(dead && is_thin(gate)) {
            votes.cast_unless_spoilt(of_gate(gate), Reason::Gate(i), spoilt);
        }
        small |= waived && is_thin(gate);
    }
    let (verdict, reasons) = votes.count();
    ChannelVerdict { verdict, share, too_small_to_block: small, reasons }
}

/// Rows that could not be read were orders too: what was played is less than what the file holds.
pub(crate) fn of_input(charter: &Charter) -> Verdict {
    match &charter.input {
        Some(input) if input.misses_more_than(UNREAD_MOST) => Verdict::Inconclusive,
        Some(input) if input.misses_more_than(UNREAD_NEGLIGIBLE) => Verdict::GoWithConditions,
        _ => Verdict::Go,
    }
}

/// Money at stake. A cancellation that has happened comes before the oversell that led to it.
fn dearness(gates: &[GateResult], gate: &GateResult) -> Money {
    let happened = |other: &&GateResult| {
        let cancelled = other.kpi == Kpi::StockCancellations && other.band == Band::Failed;
        cancelled && other.channel == gate.channel && gate.kpi == Kpi::OversoldOrders
    };
    let happened = gates.iter().find(happened);
    happened.map_or(gate.money(), |cancelled| cancelled.money().min(gate.money()))
}

/// The gates with the most money at stake first, the run before its channels.
fn dearest_first(gates: &[GateResult]) -> impl Iterator<Item = (usize, &GateResult)> {
    let mut order: Vec<_> = gates.iter().enumerate().collect();
    order.sort_by_key(|(i, gate)| (std::cmp::Reverse(dearness(gates, gate)), *i));
    order.into_iter()
}

/// Somebody answers by name for what this channel could not prove for want of orders, or proved
/// only within its watch edge. A failed gate stays a condition, whoever answers for it.
fn is_answered_for(gate: &GateResult) -> bool {
    let harmless = is_thin(gate) || gate.band == Band::Watch;
    gate.channel.is_some() && gate.accepted.is_some() && harmless
}

fn of_gate(gate: &GateResult) -> Verdict {
    let unaccepted = match gate.band {
        Band::Healthy => return Verdict::Go,
        Band::Watch => return Verdict::GoWithConditions,
        // What is wrong with the run as a whole is nobody's risk to accept.
        Band::NotProved(
            Unproved::Truncated
            | Unproved::UnknownKinds
            | Unproved::HarnessFailed
            | Unproved::GeneratorSaturated
            | Unproved::TimeScaleTooCoarse
            | Unproved::Unanswered
            | Unproved::Contradicted,
        ) => return Verdict::Inconclusive,
        Band::Failed => Verdict::NoGo,
        Band::NotProved(_) => Verdict::Inconclusive,
    };
    if gate.accepted.is_some() { Verdict::GoWithConditions } else { unaccepted }
}

/// Whether somebody answers for what is wrong on every channel where it is: with the gate whose
/// changes it is about.
fn is_accepted(charter: &Charter, invariant: Invariant, by_channel: &[u64]) -> bool {
    let kpi = match invariant {
        Invariant::WrongOffer | Invariant::StuckOffer => Kpi::SyncLag,
        Invariant::WrongPrice => Kpi::PriceLag,
        Invariant::LateCancellation => Kpi::StockCancellations,
        _ => return false,
    };
    by_channel.iter().enumerate().filter(|(_, breaches)| **breaches > 0).all(|(i, _)| {
        charter.accepted_risks.iter().any(|risk| {
            let covers = risk.channel.is_none_or(|channel| channel.index() == i);
            !risk.expired && risk.gate == kpi && covers
        })
    })
}

/// Whether a rule keeps a run out of band: it is broken, or what was seen of it could be.
pub(crate) fn stands_in_the_way(band: Band) -> bool {
    let seen = [Unproved::Unresolved, Unproved::Contradicted].map(Band::NotProved);
    band == Band::Failed || seen.contains(&band)
}

fn of_invariant(result: &InvariantResult, band: Band, accepted: bool) -> Verdict {
    match band {
        Band::Failed if accepted => Verdict::GoWithConditions,
        Band::Failed => Verdict::NoGo,
        Band::NotProved(_) if result.must_be_zero => Verdict::Inconclusive,
        Band::NotProved(Unproved::Unresolved | Unproved::Contradicted) => Verdict::Inconclusive,
        Band::Watch if is_condition(result.invariant) => Verdict::GoWithConditions,
        // What only explains is not missed.
        Band::Healthy | Band::Watch | Band::NotProved(_) => Verdict::Go,
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
    /// What objectives say, and what no gate holds to anything.
    fn beside(
        mut self,
        (objectives, not_gated): (&[ObjectiveResult], &[Kpi]),
        spoilt: Option<Unproved>,
    ) -> Votes {
        for (i, objective) in objectives.iter().enumerate() {
            self.cast_unless_spoilt(objectives::vote(objective.band), Reason::Objective(i), spoilt);
        }
        for kpi in terms::essential(not_gated) {
            self.cast_unless_spoilt(Verdict::GoWithConditions, Reason::NotGated(kpi), spoilt);
        }
        self
    }

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
