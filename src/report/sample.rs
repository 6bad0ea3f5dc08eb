//! Owns judgements made by hand, one a verdict, for the tests of every page and picture.
//! Must not be a simulation: the numbers are chosen to read like a real campaign.

use super::summary::Summary;
use crate::history::charter::*;
use crate::history::fact::{Call, Ending, PushKind, Refusal, Release};
use crate::ids::{ChannelId, ConnectorId, Intent, OrderId, SkuId};
use crate::judge::judgement::*;
use crate::units::{At, Money, Ppm, Qty, Span};

mod findings;
mod flow;
mod parts;
use findings::*;
use flow::{Flow, series};
use parts::*;

/// Minutes of the campaign with traffic.
pub(super) const MINUTES: u64 = 135;

/// Every sample with a name for files and snapshots.
pub(super) fn all() -> [(&'static str, Judgement); 5] {
    [
        ("go", go()),
        ("go-with-conditions", go_with_conditions()),
        ("no-go", no_go()),
        ("inconclusive", inconclusive()),
        ("truncated", truncated()),
    ]
}

pub(super) fn summary_go() -> Summary {
    Summary::of(&go())
}

/// A hardened connector: every gate healthy.
pub(super) fn go() -> Judgement {
    let charter = charter();
    let gates = gates(&charter);
    let series = series(&Flow { backlog: false, until_min: MINUTES + 15 });
    Judgement {
        stuck: vec![],
        wrong: vec![],
        in_band: true,
        verdict: Verdict::Go,
        evidence: Evidence::Model,
        ending: Some(Ending::Finished),
        observed_until: At(150 * 60_000_000),
        facts: 412_608,
        unknown_kinds: Vec::new(),
        reasons: Vec::new(),
        channels: [500_000, 300_000, 200_000]
            .map(|share| ChannelVerdict {
                verdict: Verdict::Go,
                share: Ppm(share),
                too_small_to_block: false,
                reasons: Vec::new(),
            })
            .into(),
        gates,
        invariants: invariants(),
        causes: OversellCauses::default(),
        totals: totals(24_010),
        channel_totals: [12_005, 7_203, 4_802].map(totals).into(),
        converted: vec![],
        accepted: vec![],
        dispatched: vec![],
        load: load(),
        latency: latency(),
        series,
        books: books(),
        queues: vec![queue(0, 14, 220_000), queue(1, 11, 190_000)],
        injected: vec![],
        actions: vec![],
        more_actions: 0,
        alerts: vec![],
        party: None,
        disturbances: vec![],
        objectives: vec![],
        waits: vec![wait(Work::Handoff, 40), wait(Work::Push(PushKind::Stock), 90)],
        worst: None,
        ran_out: Vec::new(),
        run_outs: Vec::new(),
        mismatch: mismatch(
            [2_100, 8_400, 6_300],
            Some(WorstWindow { from: at_min(27), share: Ppm(1_480) }),
        ),
        errors: Vec::new(),
        reconciliation: ReconciliationTime { drain: Some(Span::from_secs(94)), unmatched: 0 },
        not_gated: Vec::new(),
        silent_phases: Vec::new(),
        checklist: all_passed(),
        charter,
    }
}

/// Two gates in the watch band, a loosened limit, an accepted and an expired risk.
pub(super) fn go_with_conditions() -> Judgement {
    let mut j = go();
    j.verdict = Verdict::GoWithConditions;
    j.evidence = Evidence::YourConnector;
    j.charter.evidence = Evidence::YourConnector;
    j.charter.speed_milli = 1_000;
    j.charter.gates[6].limits = Limits::AtMost { healthy: Ppm(8_000), watch: Ppm(20_000) };
    j.charter.gates[6].loosened = true;
    j.charter.accepted_risks = vec![
        AcceptedRisk {
            gate: Kpi::ListingLatency,
            channel: Some(ChannelId(2)),
            why: "listings on eBay are published the day before".into(),
            by: "M. Okafor, commerce".into(),
            until: "2026-12-01".into(),
            expired: false,
        },
        AcceptedRisk {
            gate: Kpi::PriceLag,
            channel: None,
            why: "prices were frozen last year".into(),
            by: "J. Lind, pricing".into(),
            until: "2025-12-01".into(),
            expired: true,
        },
    ];
    for (gate, value, low, high) in [(gate_at(1, 1), 262, 250, 271), (gate_at(1, 2), 301, 288, 305)]
    {
        let gate = &mut j.gates[gate];
        gate.band = Band::Watch;
        (gate.value, gate.low, gate.high) = (lag(value), lag(low), lag(high));
        gate.bad = Count { definite: 311, possible: 317 };
        gate.first_bad = Some(Witness { seq: 20_114, at: at_min(24) });
    }
    let unproved = &mut j.gates[gate_at(0, 3)];
    unproved.band = Band::NotProved(Unproved::TooFewSamples);
    unproved.accepted = Some(0);
    (unproved.samples, unproved.samples_needed) = (24, 59);
    let places = [gate_at(1, 1), gate_at(1, 2), gate_at(0, 3)];
    for (channel, place) in j.channels.iter_mut().zip(places) {
        channel.verdict = Verdict::GoWithConditions;
        channel.reasons = vec![Reason::Gate(place)];
    }
    j.reasons = [1, 0, 2].map(|at| Reason::Gate(places[at])).into();
    j
}

/// A naive connector: oversold, late, orders created twice.
pub(super) fn no_go() -> Judgement {
    let mut j = go();
    j.verdict = Verdict::NoGo;
    j.series = series(&Flow { backlog: true, until_min: MINUTES + 40 });
    j.observed_until = At(175 * 60_000_000);
    fail_lags(&mut j);
    fail_shares(&mut j);
    break_invariants(&mut j);
    j.run_outs = run_outs();
    j.waits = vec![wait(Work::Handoff, 4_000), wait(Work::Push(PushKind::Stock), 150_000)];
    j.reasons = vec![
        Reason::Gate(gate_at(6, 2)),
        Reason::Gate(gate_at(6, 0)),
        Reason::Gate(gate_at(1, 2)),
        Reason::Invariant(0),
    ];
    j.channels[0].verdict = Verdict::GoWithConditions;
    j.channels[0].reasons = vec![Reason::Gate(gate_at(1, 1))];
    j.channels[1].verdict = Verdict::NoGo;
    j.channels[1].reasons = vec![Reason::Gate(gate_at(6, 2)), Reason::Gate(gate_at(1, 2))];
    j.channels[2].verdict = Verdict::Inconclusive;
    j.channels[2].reasons = vec![Reason::Gate(gate_at(5, 3))];
    j.causes = OversellCauses {
        reservation_gap: Qty(58),
        lag_queue: Qty(287),
        lag_throttle: Qty(61),
        lag_rejected: Qty(4),
        lag_unapplied: Qty(22),
        channel_race: Qty(9),
        unexplained: Qty(3),
        supply_shock: Qty(6),
        ..OversellCauses::default()
    };
    for (totals, part) in j.channel_totals.iter_mut().zip([31, 412, 40]) {
        oversell(totals, part);
    }
    oversell(&mut j.totals, 483);
    j.queues = vec![queue(0, 8_412, 998_000)];
    j.books[1].missing = 97;
    j.books[1].surplus = 3;
    (j.books[1].variance, j.books[1].units_variance) = (Ppm(13_466), Ppm(11_020));
    j.worst = Some(story());
    let worst = WorstWindow { from: at_min(41), share: Ppm(204_300) };
    j.mismatch = mismatch([96_000, 412_000, 338_000], Some(worst));
    j.errors = errors();
    j.checklist = some_failed();
    j.reconciliation = ReconciliationTime { drain: Some(Span::from_secs(2_394)), unmatched: 100 };
    j
}

/// The generator fell behind and a gate was never put to the test.
pub(super) fn inconclusive() -> Judgement {
    let mut j = go();
    j.verdict = Verdict::Inconclusive;
    (j.load.sent, j.load.answered, j.load.unsent) = (61_214, 61_177, 4_786);
    j.load.lateness_wall.p99 = Some(Span::from_millis(412));
    j.load.lateness_wall.max = Some(Span::from_millis(2_210));
    j.load.saturated = true;
    for gate in &mut j.gates {
        gate.band = Band::NotProved(Unproved::GeneratorSaturated);
    }
    j.gates[gate_at(6, 0)].band = Band::NotProved(Unproved::NotExercised);
    j.reasons = vec![Reason::Run(Unproved::GeneratorSaturated), Reason::Gate(gate_at(6, 0))];
    for channel in &mut j.channels {
        channel.verdict = Verdict::Inconclusive;
        channel.reasons = vec![Reason::Run(Unproved::GeneratorSaturated)];
    }
    j.channels[2].too_small_to_block = true;
    j
}

/// A history cut in the middle of the peak: little was measured, some things not at all.
pub(super) fn truncated() -> Judgement {
    let mut j = go();
    j.verdict = Verdict::Inconclusive;
    j.ending = None;
    j.observed_until = At(31 * 60_000_000 + 24_000_000);
    j.charter.speed_milli = 0;
    j.facts = 88_120;
    j.series = series(&Flow { backlog: true, until_min: 32 });
    for gate in &mut j.gates {
        gate.band = Band::NotProved(Unproved::Truncated);
        if let Measure::Lag(_) = gate.high {
            gate.high = Measure::Lag(None);
        }
    }
    for place in [gate_at(0, 0), gate_at(0, 1), gate_at(4, 2)] {
        let gate = &mut j.gates[place];
        (gate.value, gate.low, gate.high) = (Measure::Absent, Measure::Absent, Measure::Absent);
        gate.samples = 0;
    }
    for result in j.invariants.iter_mut().filter(|result| result.must_be_zero) {
        result.band = Band::NotProved(Unproved::Truncated);
    }
    j.reasons = vec![Reason::Run(Unproved::Truncated)];
    for channel in &mut j.channels {
        channel.verdict = Verdict::Inconclusive;
        channel.reasons = vec![Reason::Run(Unproved::Truncated)];
    }
    j.books = Vec::new();
    j.queues = Vec::new();
    j.waits = Vec::new();
    j.latency = Vec::new();
    j.reconciliation = ReconciliationTime::default();
    j.checklist = cut(j.checklist);
    j
}

/// A record with its charter and nothing else, cut after the first fact.
pub(super) fn empty() -> Judgement {
    let mut j = truncated();
    (j.gates, j.invariants, j.channels) = (Vec::new(), Vec::new(), Vec::new());
    (j.totals, j.channel_totals) = (Totals::default(), Vec::new());
    (j.load, j.series) = (LoadHonesty::default(), Series::default());
    j.mismatch = Mismatch::default();
    (j.observed_until, j.facts) = (At(0), 1);
    j
}

/// Names as an attacker or a careless person would write them.
pub(super) fn hostile() -> Judgement {
    let mut j = no_go();
    j.charter.campaign = "<script>alert('doors')</script> & \"sale\"\u{1b}[31m\u{202e}".into();
    j.charter.channels[0].name = "<img src=x onerror=alert(1)>".into();
    j.charter.phases[1].name = "</svg><script>alert(2)</script>".into();
    j.charter.promotions[0].name = "a long promotion name that goes on ".repeat(20);
    j.charter.connectors[0].name = "hub\r\n\u{7}".into();
    j.charter.not_tested = vec!["</style><script>alert(3)</script>".into()];
    j.gates[0].owner = "<b>owner</b>\u{1b}]0;title\u{7}".into();
    j
}
