//! Tests of junit.xml: it is read back as a pipeline would.

use super::*;
use crate::report::sample;
use crate::report::summary::verdict::Verdict;

fn read(summary: &Summary) -> Report {
    let text = xml(summary).unwrap();
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "), "{text}");
    for unstable in ["timestamp=", "uuid=", "hostname="] {
        assert!(!text.contains(unstable), "{text}");
    }
    Report::deserialize_from_str(&text).unwrap()
}

#[test]
fn a_pipeline_that_reads_only_this_file_comes_to_the_verdict() {
    for (name, judgement) in sample::all().into_iter().chain([("empty", sample::empty())]) {
        let summary = Summary::of(&judgement);
        let report = read(&summary);
        let seen = match (report.failures, report.errors) {
            (1.., _) => Verdict::NoGo,
            (0, 1..) => Verdict::Inconclusive,
            (0, 0) => Verdict::Go,
        };
        let expected = match summary.verdict {
            Verdict::GoWithConditions => Verdict::Go,
            verdict => verdict,
        };
        assert_eq!(seen, expected, "{name}");
        let kinds = Rules::ALL.into_iter().filter(|which| which.of(&summary).next().is_some());
        let kinds = kinds.count();
        assert_eq!(report.tests, summary.gates.len() + summary.invariants.len() + 1, "{name}");
        assert_eq!(report.test_suites.len(), summary.channels.len() + 1 + kinds, "{name}");
        assert_eq!(xml(&summary).unwrap(), xml(&summary).unwrap(), "{name}");
    }
}

#[test]
fn each_band_becomes_its_status() {
    let no_go = read(&Summary::of(&sample::no_go()));
    assert_eq!((no_go.failures, no_go.errors, no_go.skipped), (6, 2, 0));
    let careful = read(&Summary::of(&sample::go_with_conditions()));
    assert_eq!((careful.failures, careful.errors, careful.skipped), (0, 0, 1));
    insta::assert_snapshot!(xml(&Summary::of(&sample::no_go())).unwrap());
    let risk = xml(&Summary::of(&sample::go_with_conditions())).unwrap();
    assert!(risk.contains("risk accepted by M. Okafor, commerce until 2026-12-01"), "{risk}");
    assert!(risk.contains("Watch band. ops-integration watches it."), "{risk}");
}

#[test]
fn a_risk_covers_no_run_that_proves_nothing() {
    let mut judgement = sample::truncated();
    judgement.charter.accepted_risks = sample::go_with_conditions().charter.accepted_risks;
    for gate in &mut judgement.gates {
        gate.accepted = Some(0);
    }
    let report = read(&Summary::of(&judgement));
    assert_eq!((report.skipped, report.errors), (0, 32 + 7 + 1));
}

#[test]
fn a_channel_too_small_to_block_is_skipped_where_it_is_thin() {
    let mut summary = Summary::of(&sample::no_go());
    summary.channels[2].too_small_to_block = true;
    let report = read(&summary);
    assert_eq!((report.failures, report.errors, report.skipped), (6, 1, 1));
}

#[test]
fn hostile_names_survive() {
    let mut judgement = sample::hostile();
    judgement.charter.channels[1].name = "]]> <![CDATA[ &amp; \" ' .. é 家 ]]>".to_owned();
    let summary = Summary::of(&judgement);
    let report = read(&summary);
    assert_eq!(
        report.name.as_ref().map(quick_junit::XmlString::as_str),
        Some(&*summary.campaign.name)
    );
    for (channel, suite) in summary.channels.iter().zip(&report.test_suites[1..]) {
        assert_eq!(suite.name.as_str(), channel.name);
    }
}
