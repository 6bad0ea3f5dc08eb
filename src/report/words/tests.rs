//! Tests of the sentences.

use super::*;
use crate::report::sample;
use crate::report::summary::Summary;
use crate::report::summary::gate::{InvariantKind, Kpi, Value};
use crate::report::summary::load::Harness;
use crate::report::summary::party::Party;
use crate::report::summary::shown::{Delay, DelayOf};

/// Headline, why, channels, steps and risks of a sample, a line each.
fn spoken(summary: &Summary) -> String {
    let mut text = format!("{}\n{}\n", summary.headline, summary.why);
    for (place, channel) in summary.channels.iter().enumerate() {
        let word = verdict_word(channel.verdict);
        text += &format!("- {} {word}: {}\n", channel.name, channel_reason(summary, place));
    }
    for step in steps::steps(summary) {
        let (what, behind) = (step.advice.with_owner(&step.owner), &step.advice);
        text += &format!("> {}: {what}\n  {}\n", step.about, behind.backing(summary.evidence));
    }
    for result in summary.invariants.iter().filter(|result| !gate::is_clean(result)) {
        text += &format!("! {}\n", invariant_sentence(summary, result));
    }
    for line in limits_loosened(summary).into_iter().chain(accepted_risks(summary)) {
        text += &format!("~ {line}\n");
    }
    if let Some(worst) = &summary.worst_sku {
        text += &format!("{}\n", story::opening(summary, worst));
        for line in story::lines(worst) {
            text += &format!("  {} {} ({} left)\n", line.at, line.what, line.really_left);
        }
    }
    text + load_verdict(summary) + "\n"
}

#[test]
fn every_verdict_is_said_in_words() {
    for (name, judgement) in sample::all() {
        insta::assert_snapshot!(name, spoken(&Summary::of(&judgement)));
    }
}

#[test]
fn what_is_not_proved_is_nearest_to_nothing() {
    let mut summary = sample::summary_go();
    let gate = summary.gates.iter_mut().find(|gate| gate.kpi == Kpi::StockCancellations).unwrap();
    (gate.band, gate.because) = (Band::NotProved, Some(Unproved::TooFewSamples));
    gate.high = Value::SharePpm(98_100);
    assert!(!why(&summary).contains("9.81"), "{}", why(&summary));
}

#[test]
fn what_no_gate_counts_stands_beside_them() {
    let mut summary = sample::summary_go();
    assert!(beside_the_gates(&summary).is_empty(), "{:?}", beside_the_gates(&summary));
    let totals = &mut summary.channels[0].totals;
    (totals.offered, totals.accepted) = (1_000, 800);
    (totals.sent_away, totals.awaiting_payment) = (13, 40);
    (totals.denied, totals.unkept) = (2, 1);
    summary.totals.money_at_risk.dead = 12_500;
    let ended = summary.invariants.iter_mut();
    for rule in ended.filter(|rule| rule.invariant == InvariantKind::OneSidedEnd) {
        (rule.breaches.definite, rule.band) = (3, Band::Watch);
    }
    summary.not_gated = vec![Kpi::PriceLag];
    summary.silent_phases = vec!["peak".into()];
    let mut said = beside_the_gates(&summary);
    said.extend(not_tested(&summary).into_iter().filter(|line| line.contains("not gated")));
    said.push(reason(&summary, Reason::Run(Unproved::NotExercised)));
    said.push(reason(&summary, Reason::NotGated(Kpi::SyncLag)));
    summary.channels[0].totals.takeable = 9_000;
    said.push(reason(&summary, Reason::NothingAccepted(0)));
    insta::assert_snapshot!("beside_the_gates", said.join("\n"));
}

#[test]
fn what_is_not_on_record_is_not_said_of_anybody() {
    let mut summary = sample::summary_go();
    summary.totals.turned_away.clear();
    summary.channels[0].totals.sent_away = 13;
    let said = beside_the_gates(&summary).join("\n");
    assert!(said.starts_with("refused for no reason that the channel's record bears"), "{said}");
    summary.gates.clear();
    let said = reason(&summary, Reason::Run(Unproved::NotExercised));
    assert!(said.contains("no gate"), "orders were wanted: {said}");
    let totals = &mut summary.channels[0].totals;
    (totals.offered, totals.accepted) = (0, 0);
    totals.turned_away.clear();
    let said = reason(&summary, Reason::NothingAccepted(0));
    assert!(said.starts_with("no order was wanted on"), "{said}");
}

#[test]
fn a_model_never_says_a_bare_go() {
    use Evidence::*;
    use Verdict::*;
    let mut summary = sample::summary_go();
    let mut said = Vec::new();
    for (verdict, evidence) in [
        (Go, Model),
        (GoWithConditions, Model),
        (NoGo, Model),
        (Inconclusive, Model),
        (Go, YourConnector),
        (Go, Staging),
        (NoGo, Operations),
    ] {
        (summary.verdict, summary.evidence) = (verdict, evidence);
        said.push(headline(&summary));
    }
    insta::assert_snapshot!(said.join("\n"), @r"
    GO (model: not your systems) · 27 Nov 06:00 · 60x
    GO WITH CONDITIONS (model: not your systems) · 27 Nov 06:00 · 60x
    NO-GO · model: not your systems · 27 Nov 06:00 · 60x
    INCONCLUSIVE · model: not your systems · 27 Nov 06:00 · 60x
    GO · your connector, mock channels · 27 Nov 06:00 · 60x
    GO · staging endpoints · 27 Nov 06:00 · 60x
    NO-GO · live operations, no load · 27 Nov 06:00 · 60x
    ");
}

#[test]
fn every_unproved_is_said_for_every_kpi() {
    let mut summary = sample::summary_go();
    for why in [
        Unproved::Truncated,
        Unproved::HarnessFailed,
        Unproved::GeneratorSaturated,
        Unproved::TimeScaleTooCoarse,
        Unproved::NotObserved,
        Unproved::NotExercised,
        Unproved::TooFewSamples,
        Unproved::Unresolved,
    ] {
        assert!(run_sentence(&summary, why).len() > 20);
        for gate in &mut summary.gates {
            (gate.band, gate.because) = (Band::NotProved, Some(why));
        }
        for gate in &summary.gates {
            assert!(gate_sentence(&summary, gate).contains("not proved"), "{why:?}");
            assert!(!advice::advice(&summary, gate).unwrap().action.is_empty(), "{why:?}");
        }
    }
}

#[test]
fn no_symptom_no_diagnosis() {
    let summary = sample::summary_go();
    assert!(gates_to_mend(&summary).is_empty());
    assert!(summary.gates.iter().all(|gate| advice::advice(&summary, gate).is_none()));
}

#[test]
fn go_when_healthy_names_the_healthy_limit() {
    let mut summary = sample::summary_go();
    assert!(why(&summary).contains("against"), "{}", why(&summary));
    summary.terms.go_needs_healthy = true;
    let lag = &summary.gates[4];
    assert!(gate::value_against_limit(lag, &summary.terms).ends_with("against 3 min"));
}

#[test]
fn an_empty_or_cut_record_is_no_good_news() {
    let empty = Summary::of(&sample::empty());
    assert_eq!(not_oversold(&empty), "No order was accepted, so nothing could be oversold");
    assert_eq!(load_verdict(&empty), "No load was played.");
    let cut = Summary::of(&sample::truncated());
    assert_eq!(not_oversold(&cut), "No unit was oversold up to where the record ends");
    assert_eq!(not_oversold(&sample::summary_go()), "No unit was oversold");
}

/// Workers that idle are not what makes changes late: the largest part of the way is named, and the
/// lever that shortens it.
#[test]
fn what_is_advised_about_a_lag_is_what_takes_longest() {
    let mut summary = sample::summary_go();
    let delay = |of, channel: Option<&str>, p95_us| Delay {
        of,
        channel: channel.map(str::to_owned),
        p95_us,
    };
    let place = summary
        .gates
        .iter()
        .position(|gate| gate.kpi == Kpi::SyncLag && gate.channel.as_deref() == Some("amazon"))
        .unwrap();
    summary.gates[place].band = Band::Failed;
    summary.gates[place].because = None;
    summary.gates[place].value = Value::LagUs(240_000_000);
    summary.totals.lost_after_throttling = 0;
    for channel in &mut summary.channels {
        channel.totals.lost_after_throttling = 0;
    }
    let mut said = |looks: u64, shows: u64, waits: u64| {
        summary.connectors[0].delays = vec![
            delay(DelayOf::ChangesLook, None, looks),
            delay(DelayOf::Shows, Some("amazon"), shows),
        ];
        for wait in &mut summary.waits {
            wait.waits.p95_us = Some(waits);
        }
        let advice = advice::advice(&summary, &summary.gates[place]).unwrap();
        format!("{} · {} · {}", advice.evidence, advice.action, advice.setting)
    };
    let looks = said(200_000_000, 40_000_000, 1_000_000);
    assert!(looks.contains("`stock out: webhook`") && !looks.contains("workers` of"), "{looks}");
    let shows = said(20_000_000, 200_000_000, 1_000_000);
    assert!(shows.contains("plan around amazon") && !shows.contains("webhook"), "{shows}");
    let refused = said(20_000_000, 20_000_000, 1_000_000);
    assert!(refused.contains("larger batches"), "{refused}");
}

/// A machine that was busy with something else sent all of it, later: that was once called a load
/// "gentler than planned".
#[test]
fn how_a_load_fell_behind_is_said_by_kind() {
    let mut summary = Summary::of(&sample::inconclusive());
    let mut said = Vec::new();
    let (late, in_time) = (Some(2_300_000), Some(1_000));
    let kinds = [(66_000, late, true), (61_214, in_time, true), (61_214, late, true)];
    // One channel's orders that never left are no share of the run's calls.
    for (sent, p99_us, saturated) in kinds.into_iter().chain([(65_940, in_time, false)]) {
        let load = &mut summary.load;
        (load.sent, load.unsent, load.saturated) = (sent, 66_000 - sent, saturated);
        load.lateness_wall.p99_us = p99_us;
        said.push(gate_sentence(&summary, &summary.gates[0]));
        if saturated {
            said.push(run_sentence(&summary, Unproved::GeneratorSaturated));
            said.push(load_verdict(&summary).to_owned());
        }
    }
    insta::assert_snapshot!(said.join("\n"), @r"
    Listing publish latency over the run is not proved: 1 call in 100 left more than 2.3 s of wall time late (limit 100 ms), so the load came later than planned
    1 call in 100 left more than 2.3 s of wall time late (limit 100 ms), so the load came later than planned
    Too many calls left late: nothing is proved by this run.
    Listing publish latency over the run is not proved: 4,786 of 66,000 calls never left, so there was less load than planned
    4,786 of 66,000 calls never left, so there was less load than planned
    Too many calls never left: nothing is proved by this run.
    Listing publish latency over the run is not proved: 4,786 of 66,000 calls never left, so there was less load than planned; 1 call in 100 left more than 2.3 s of wall time late (limit 100 ms), so the load came later than planned
    4,786 of 66,000 calls never left, so there was less load than planned; 1 call in 100 left more than 2.3 s of wall time late (limit 100 ms), so the load came later than planned
    Too many calls left late or never: nothing is proved by this run.
    Listing publish latency over the run is not proved: 60 of 66,000 calls never left, so there was less load than planned
    ");
}

#[test]
fn what_befell_the_harness_is_said_with_what_it_means_for_the_verdict() {
    let mut summary = sample::summary_go();
    let begins = load_honesty(&summary).len();
    let mut said = |change: &dyn Fn(&mut Harness)| {
        summary.load.harness = Harness::default();
        change(&mut summary.load.harness);
        load_honesty(&summary)[begins..].to_owned()
    };
    assert_eq!(said(&|_| ()), "");
    let said = [
        said(&|h| (h.strangers, h.evicted) = (3, 76)),
        said(&|h| h.never_left = 3),
        said(&|h| (h.never_left, h.touched, h.evicted) = (2_106, true, 1)),
        said(&|h| (h.panicked, h.touched) = (1, true)),
    ];
    insta::assert_snapshot!(said.join("\n"), @r"
    . 3 calls by other programs were refused, 76 connections that other programs held open without a word were closed to make room: that is no part of the run, and the verdict counts none of it
    . 3 calls of its own connector found no connection: too few to explain what failed
    . 2,106 calls of its own connector found no connection: what failed may come of that, and is held against nobody. 1 connection that another program held open without a word was closed to make room: that is no part of the run, and the verdict counts none of it
    . 1 part of doorbuster broke down: nothing of this run can be believed
    ");
}

/// A connector of somebody's own that came, stayed and met nothing.
fn party() -> Party {
    let (name, met, looks) = ("ours".to_owned(), vec![], vec![]);
    let (never_came, gone_us, gone_code) = (false, None, None);
    Party { name, never_came, gone_us, gone_code, met, looks }
}

#[test]
fn calls_without_a_token_are_laid_to_nobody_where_the_connector_is_somebody_elses() {
    let mut summary = sample::summary_go();
    summary.load.harness.strangers = 3;
    assert!(load_honesty(&summary).contains("3 calls by other programs were refused"));
    summary.party = Some(party());
    let said = load_honesty(&summary);
    assert!(said.contains("other programs' or the connector's: that is no part"), "{said}");
}

#[test]
fn nobody_is_told_to_simulate_a_connector_of_his_own() {
    let mut summary = sample::summary_go();
    summary.party = Some(party());
    for (band, because) in [(Band::NotProved, Some(Unproved::TooFewSamples)), (Band::Watch, None)] {
        for gate in &mut summary.gates {
            (gate.band, gate.because, gate.bad.possible) = (band, because, 0);
        }
        let advised = summary.gates.iter().filter_map(|gate| advice::advice(&summary, gate));
        for step in advised {
            assert!(step.action.contains("doorbuster pool"), "{}", step.action);
            assert!(!step.action.contains("--runs auto"), "{}", step.action);
        }
    }
}
