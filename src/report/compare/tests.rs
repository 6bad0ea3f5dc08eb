//! Tests of a whole comparison: what is claimed, and above all what is not.

use super::*;
use crate::judge::judgement;
use crate::judge::{Judgement, bounds};
use crate::report::sample;
use crate::report::summary::verdict::Ending;

fn party(label: &str, judgement: &Judgement) -> Party {
    let given = Given { label: label.to_owned(), summary: Summary::of(judgement), study: None };
    Party { runs: vec![given], changes: Some(Vec::new()) }
}

/// The naive and the hardened connector, on the same seed.
pub(in crate::report) fn no_go_and_go() -> Vec<Party> {
    let mut other = party("hardened", &sample::go());
    let change = |path: &str, before: Option<&str>, after: Option<&str>| Change {
        path: path.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    other.changes = Some(vec![
        change("connectors.hub.reference.workers", Some("6"), Some("24")),
        change("channels.amazon.holds back", None, Some("2")),
    ]);
    vec![party("naive", &sample::no_go()), other]
}

/// The go sample as another seed would have played it: every figure a little off.
pub(in crate::report) fn replication(label: &str, seed: u64) -> Party {
    let mut j = sample::go();
    j.charter.seed = seed;
    let off = |value: u64| value + value * (seed * 7 % 5) / 20;
    for gate in &mut j.gates {
        gate.bad.definite += seed % 3;
        gate.bad.possible = gate.bad.definite;
        let n = gate.samples;
        let share = crate::units::Ppm::of(gate.bad.definite, n);
        if let judgement::Measure::Lag(Some(lag)) = &mut gate.value {
            lag.0 = off(lag.0);
            (gate.low, gate.high) = (gate.value, gate.value);
        }
        if let judgement::Measure::Share(value) = &mut gate.value {
            *value = if value.0 > 500_000 { crate::units::Ppm(1_000_000 - share.0) } else { share };
        }
    }
    j.totals.offered += seed;
    party(label, &j)
}

fn found(comparison: &Comparison, finding: Finding) -> Vec<(Kpi, Option<&str>)> {
    let all = comparison.against.iter().flat_map(|against| &against.differences);
    let these = all.filter(|d| d.finding == finding);
    these.map(|d| (d.kpi, d.channel.as_deref())).collect()
}

#[test]
fn what_the_hardened_connector_mends_is_better_beyond_chance() {
    let comparison = Comparison::of(&no_go_and_go());
    let better = found(&comparison, Finding::Better);
    assert!(better.contains(&(Kpi::OversoldOrders, None)), "{better:?}");
    assert!(better.contains(&(Kpi::OversoldOrders, Some("amazon"))), "{better:?}");
    assert!(!comparison.worse());
    assert!(found(&comparison, Finding::BetterHere).contains(&(Kpi::SyncLag, None)));
    insta::assert_snapshot!(told(&comparison));
}

/// Every figure of a comparison, a line each.
fn told(comparison: &Comparison) -> String {
    let mut lines = vec![comparison.headline.clone()];
    lines.extend(comparison.sentences.iter().chain(&comparison.cautions).cloned());
    for against in &comparison.against {
        lines.push(format!(
            "{} against A: {:?}, kept {:?}",
            against.letter, against.basis, against.kept
        ));
        for d in &against.differences {
            let on = d.channel.as_deref().unwrap_or("the run");
            let [a, b] = [&d.baseline, &d.other].map(|seen| {
                let bad = (seen.bad.definite, seen.bad.possible);
                format!(
                    "{:?} {:?}…{:?} {bad:?} of {}",
                    seen.value, seen.low, seen.high, seen.samples
                )
            });
            let by =
                [d.by, d.by_low, d.by_high].map(|by| by.map_or("—".into(), |by| by.to_string()));
            let (kpi, by) = (d.kpi.title(), by.join(" "));
            let sure = (d.p_ppm, d.used_ppm);
            lines.push(format!("{kpi} on {on}: {a} → {b}; by {by}; {sure:?} {:?}", d.finding));
        }
        lines.extend(against.broken.iter().map(|broken| format!("{broken:?}")));
    }
    lines.join("\n")
}

#[test]
fn the_other_way_round_it_is_worse() {
    let mut parties = no_go_and_go();
    parties.reverse();
    let comparison = Comparison::of(&parties);
    assert!(comparison.worse());
    assert!(found(&comparison, Finding::Better).is_empty());
    let said = comparison.sentences.join("\n");
    assert!(said.contains("Worse in B, beyond chance: "), "{said}");
}

#[test]
fn a_run_does_not_differ_from_one_that_came_out_the_same() {
    let same = [party("one", &sample::go()), party("two", &sample::go())];
    let comparison = Comparison::of(&same);
    for finding in [Finding::Better, Finding::Worse, Finding::BetterHere, Finding::WorseHere] {
        assert!(found(&comparison, finding).is_empty(), "{finding:?}");
    }
    assert_eq!(comparison.headline, "Nothing differs beyond chance between A and B");
}

/// Words of praise and blame stand only where something was shown.
#[test]
fn what_is_not_shown_is_not_called_better_or_worse() {
    let comparison = Comparison::of(&[replication("one", 5), replication("two", 2)]);
    assert!(found(&comparison, Finding::Better).is_empty());
    assert!(found(&comparison, Finding::Worse).is_empty());
    let said = comparison.sentences.join("\n") + &comparison.headline;
    for word in ["better", "worse", "improved", "regressed"] {
        assert!(!said.contains(word), "{said}");
    }
    assert!(said.contains("chance between afternoons is not excluded"), "{said}");
}

#[test]
fn a_run_that_proves_nothing_is_compared_with_nothing() {
    let parties = [party("whole", &sample::no_go()), party("cut", &sample::truncated())];
    let comparison = Comparison::of(&parties);
    let differences = &comparison.against[0].differences;
    assert!(differences.iter().all(|d| d.finding == Finding::NotComparable));
    assert!(comparison.cautions.iter().any(|said| said.contains("B was cut off before its end")));
    assert!(comparison.sentences.iter().any(|said| said.starts_with("Nothing can be compared")));
    let saturated =
        Comparison::of(&[party("a", &sample::go()), party("b", &sample::inconclusive())]);
    assert!(saturated.cautions[0].contains("had a load that fell behind"), "{saturated:?}");
}

/// Failed handoffs of one bad stretch tell less than as many that came one by one.
#[test]
fn failures_that_came_together_prove_less() {
    let failed = |windows: &[(usize, u64)]| {
        let mut j = sample::go();
        for (at, failed) in windows {
            for window in [&mut j.series.run[*at], &mut j.series.channels[0][*at]] {
                window.due = window.due.max(*failed);
                window.handed_off = window.due - failed;
            }
        }
        let bad = windows.iter().map(|(_, failed)| failed).sum();
        let n = j.gates[12].samples;
        let bound = |low: bool| {
            let (bad, n) = (bad as f64, n as f64);
            let ppm = if low { bounds::upper(bad, n) } else { bounds::lower(bad, n) };
            judgement::Measure::Share(crate::units::Ppm(1_000_000 - ppm.0))
        };
        let gate = &mut j.gates[12];
        assert_eq!(gate.kpi.key(), "handoff success");
        (gate.low, gate.high) = (bound(true), bound(false));
        gate.bad = judgement::Count { definite: bad, possible: bad };
        gate.value = judgement::Measure::Share(crate::units::Ppm(
            1_000_000 - crate::units::Ppm::of(bad, n).0,
        ));
        party("run", &j)
    };
    let p = |windows: &[(usize, u64)]| {
        let comparison = Comparison::of(&[failed(&[]), failed(windows)]);
        let differences = &comparison.against[0].differences;
        let handoff = differences.iter().find(|d| d.kpi == Kpi::HandoffSuccess).unwrap();
        (handoff.p_ppm.unwrap(), handoff.finding)
    };
    let spread: Vec<(usize, u64)> = (0..40).map(|at| (at * 3, 1)).collect();
    let (one_by_one, finding) = p(&spread);
    assert_eq!(finding, Finding::Worse);
    let (together, finding) = p(&[(30, 20), (31, 20)]);
    assert_eq!(finding, Finding::NotShown);
    assert!(together > 100 * one_by_one.max(1), "{together} {one_by_one}");
}

#[test]
fn runs_on_other_channels_are_compared_where_they_can_be() {
    let mut other = sample::go();
    other.charter.channels[2].name = "otto".to_owned();
    other.charter.phases[1].until.0 += 1;
    other.charter.evidence = crate::history::charter::Evidence::Staging;
    other.evidence = crate::history::charter::Evidence::Staging;
    let comparison = Comparison::of(&[party("a", &sample::no_go()), party("b", &other)]);
    let told = comparison.cautions.join("\n");
    for part in ["ebay is a channel of A only", "otto is a channel of B only", "phases", "staging"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let channels: Vec<_> =
        comparison.against[0].differences.iter().filter_map(|d| d.channel.as_deref()).collect();
    assert!(channels.contains(&"amazon") && !channels.contains(&"ebay"));
}

/// Five afternoons of each, pair by pair or not.
#[test]
fn replications_speak_for_other_replications() {
    let gather = |label: &str, seeds: std::ops::Range<u64>, longer: u64| {
        let mut runs = Vec::new();
        for seed in seeds {
            let mut run = replication(&format!("{label}-{seed}"), seed).runs.remove(0);
            for gate in &mut run.summary.gates {
                if let Value::LagUs(us) = &mut gate.value {
                    *us += longer;
                }
            }
            runs.push(run);
        }
        Party { runs, changes: Some(Vec::new()) }
    };
    let hour = 3_600_000_000;
    let same = Comparison::of(&[gather("a", 0..5, 0), gather("b", 5..10, 0)]);
    assert_eq!(same.against[0].basis, Basis::Replications { baseline: 5, other: 5 });
    assert!(!same.worse(), "{}", same.headline);
    let longer = Comparison::of(&[gather("a", 0..5, 0), gather("b", 5..10, hour)]);
    assert!(found(&longer, Finding::Worse).contains(&(Kpi::SyncLag, None)), "{longer:?}");
    let paired = Comparison::of(&[gather("a", 0..5, 0), gather("b", 0..5, 0)]);
    assert_eq!(
        paired.against[0].basis,
        Basis::PairedReplications { pairs: 5, same_shoppers: true }
    );
    let alone = Comparison::of(&[gather("a", 0..5, 0)]);
    assert!(alone.headline.contains("GO (model: not your systems) on 5 of 5"), "{alone:?}");
    let lag = alone.groups[0].measures.iter().find(|m| m.kpi == Kpi::SyncLag).unwrap().seen;
    assert_eq!((lag.replications, lag.least), (5, Value::LagUs(74_000_000)));
    assert!(super::alike::number(lag.low) < super::alike::number(lag.value));
}

#[test]
fn the_same_shoppers_met_twice_are_one_replication() {
    let mut runs = replication("a", 1).runs;
    runs.extend(replication("b", 1).runs);
    runs.extend(replication("c", 2).runs);
    let mut interrupted = replication("d", 3).runs.remove(0);
    interrupted.summary.record.ending = Some(Ending::Interrupted);
    runs.push(interrupted);
    let party = Party { runs, changes: Some(Vec::new()) };
    assert_eq!(alike::replications_of(&party).len(), 2);
    let told = Comparison::of(&[party]).cautions.join("\n");
    assert!(told.contains("1 run of A is on a seed"), "{told}");
    assert!(told.contains("d was interrupted"), "{told}");
}

#[test]
fn the_shipped_schema_is_current_and_every_comparison_is_valid_by_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/compare.schema.json");
    let schema = schema();
    let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        shipped == current,
        "schemas/compare.schema.json is stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1",
    );
    let breaches = |comparison: &Comparison| {
        let json = serde_json::from_slice(&comparison.to_json()).unwrap();
        crate::report::summary::tests::breaches(&schema, &schema, &json, "")
    };
    let mut comparison = Comparison::of(&no_go_and_go());
    assert_eq!(breaches(&comparison), Vec::<String>::new());
    comparison.version = 9;
    assert_eq!(breaches(&comparison).len(), 1, "the version is part of the contract");
}

#[test]
fn the_last_drill_stands_beside_this_one() {
    use crate::report::summary::{Disturbance, Recovered};
    let drill = |recovered, back_us: Option<u64>| {
        let mut summary = sample::summary_go();
        summary.disturbances = vec![Disturbance {
            from_us: 60_000_000,
            until_us: 120_000_000,
            faults: vec!["outage".into()],
            recovered,
            back_us,
            ..Disturbance::default()
        }];
        Given { label: String::new(), summary, study: None }
    };
    let long = drill(Recovered::InBand, Some(600_000_000));
    let short = drill(Recovered::InBand, Some(180_000_000));
    let never = drill(Recovered::NotBy, None);
    let told = "Recovery from what was broken: in band again after 2 min; it was in band again \
                after 9 min";
    assert_eq!(since(&long, &short), [told]);
    assert_eq!(since(&short, &short), ["Nothing moved that chance does not explain"]);
    assert!(since(&short, &never)[0].contains("not in band again while it was followed; it was"));
    let whole = Given { label: String::new(), summary: sample::summary_go(), study: None };
    assert_eq!(since(&whole, &short), ["Nothing moved that chance does not explain"]);
}

#[test]
fn since_the_last_run_the_dearest_comes_first() {
    let given =
        |judgement| Given { label: String::new(), summary: Summary::of(judgement), study: None };
    let (bad, good) = (given(&sample::no_go()), given(&sample::go()));
    insta::assert_snapshot!(since(&good, &bad).join("\n"));
    assert_eq!(since(&good, &good), ["Nothing moved that chance does not explain"]);
    let lines = since(&bad, &good);
    assert!(lines.len() <= 5 && lines[0].contains("it was NO-GO"), "{lines:?}");
}

/// A busy machine once kept "GBP 25.7 k less" than the run before it.
#[test]
fn nothing_moved_between_runs_of_which_one_is_not_sound() {
    let given = |judgement: &Judgement| Given {
        label: String::new(),
        summary: Summary::of(judgement),
        study: None,
    };
    let mut late = sample::no_go();
    late.load.saturated = true;
    let (late, good) = (given(&late), given(&sample::go()));
    let told = [since(&late, &good), since(&good, &late)].map(|lines| lines.last().cloned());
    let says =
        |which: &str| Some(format!("No more is compared: {which} had a load that fell behind"));
    assert_eq!(told, [says("the last run"), says("this run")]);
    let party = |run: &Given| Party { runs: vec![run.clone()], changes: None };
    let comparison = Comparison::of(&[party(&good), party(&late)]);
    assert_eq!(comparison.against[0].kept, None);
}

/// The worst comes first: a verdict that changed, then what is furthest over its limit, then money.
#[test]
fn a_comparison_heads_with_what_matters_most() {
    let mut parties = no_go_and_go();
    parties.reverse();
    let comparison = Comparison::of(&parties);
    assert_eq!(comparison.headline, "B is NO-GO, A is GO (model: not your systems)");
    let said = &comparison.sentences[0];
    let worse = words_with(&comparison, Finding::Worse);
    assert!(worse.windows(2).all(|pair| pair[0].used_ppm >= pair[1].used_ppm), "{worse:?}");
    let used = worse[0].used_ppm.unwrap();
    assert!(used > 1_000_000, "the first is beyond its limit: {used}");
    let first = words::title(worse[0].kpi, worse[0].channel.as_deref());
    let rest = said.split_once("Worse").unwrap().1;
    assert!(
        rest.find(&first)
            < worse[1..]
                .iter()
                .filter_map(|d| rest.find(&words::title(d.kpi, d.channel.as_deref())))
                .min(),
        "{said}"
    );
}

fn words_with(comparison: &Comparison, finding: Finding) -> Vec<&Difference> {
    words::with(&comparison.against[0], finding)
}
