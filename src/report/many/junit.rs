//! Owns `junit.xml` of many afternoons: a test case a gate and channel over all of them, one for
//! the share in band. Must not say what single afternoons came to: a pipeline that reads only this
//! file must come to the verdict on the scenario.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, SerializeError, TestCase, TestCaseStatus};

use super::recovered::{self, ObjectiveOver};
use super::words::{More, gate_name, headline, stands, told, why};
use super::{GateOver, Replications};
use crate::report::junit::{self, case, suite};
use crate::report::many::ruling::Stands;
use crate::report::summary::verdict::Verdict;
use crate::report::words::objective::title;
use crate::report::words::{evidence, verdict_word};

/// The file's text.
pub fn xml(all: &Replications, doorbuster: &str) -> Result<String, SerializeError> {
    let mut report = Report::new(all.campaign.as_str());
    report.set_time(Duration::ZERO);
    let mut whole = suite("the scenario");
    let properties = [
        ("verdict", verdict_word(all.verdict).to_owned()),
        ("evidence", evidence(all.evidence).to_owned()),
        ("afternoons", all.runs.to_string()),
        ("first seed", all.first_seed.to_string()),
        ("doorbuster", doorbuster.to_owned()),
    ];
    for (name, value) in properties {
        whole.add_property(Property::new(name, value));
    }
    whole.add_test_case(in_band(all));
    whole.add_test_cases(gates(all, None));
    whole.add_test_cases(all.objectives.iter().map(|one| objective(all, one)));
    report.add_test_suite(whole);
    for channel in &all.channels {
        let mut of_channel = suite(&channel.name);
        of_channel.add_test_cases(gates(all, Some(&channel.name)));
        report.add_test_suite(of_channel);
    }
    report.to_string()
}

/// The scenario as a whole: what no single gate says stands here, so that this file is green only
/// where the verdict is a GO.
fn in_band(all: &Replications) -> TestCase {
    let status = match all.verdict {
        Verdict::Go | Verdict::GoWithConditions => TestCaseStatus::success(),
        Verdict::Inconclusive => ended(NonSuccessKind::Error, "not settled", &why(all)),
        Verdict::NoGo => ended(NonSuccessKind::Failure, "no-go", &why(all)),
    };
    let mut case = case("the scenario", "afternoons within every limit", status);
    case.set_system_out(format!("{}.", headline(all)));
    case
}

fn objective(all: &Replications, one: &ObjectiveOver) -> TestCase {
    let sentence = recovered::sentence(one, all.in_band_at_least_ppm);
    let status = match one.verdict {
        Verdict::NoGo => ended(NonSuccessKind::Failure, "failed", &sentence),
        Verdict::Inconclusive => ended(NonSuccessKind::Error, "not settled", &sentence),
        Verdict::Go | Verdict::GoWithConditions => TestCaseStatus::success(),
    };
    let mut case = case("the scenario", &title(one.asks, one.at_most), status);
    if !one.is_in_the_way() {
        case.set_system_out(format!("{sentence}."));
    }
    case
}

fn gates<'a>(
    all: &'a Replications,
    channel: Option<&'a str>,
) -> impl Iterator<Item = TestCase> + 'a {
    let of = all.gates.iter().filter(move |gate| gate.channel.as_deref() == channel);
    of.map(|gate| gate_case(gate, More::of(all)))
}

fn gate_case(gate: &GateOver, more: More) -> TestCase {
    let scope = gate.channel.as_deref().unwrap_or("the scenario");
    let sentence = format!("{}: {}", gate_name(gate), stands(gate, more));
    let proved = matches!(gate.pooled.stands, Stands::Healthy | Stands::Watch);
    let status = match gate.pooled.stands {
        _ if proved => TestCaseStatus::success(),
        _ if !gate.pooled.in_the_way => {
            let mut skipped = TestCaseStatus::skipped();
            let why = match gate.accepted {
                0 => "too little proof, and too few orders on this channel to block",
                _ => "the risk is accepted",
            };
            skipped.set_message(why).set_description(format!("{sentence}."));
            skipped
        }
        Stands::Failed => ended(NonSuccessKind::Failure, "failed", &sentence),
        _ => ended(NonSuccessKind::Error, "not settled", &sentence),
    };
    let mut case = case(scope, gate.kpi.title(), status);
    if proved {
        case.set_system_out(format!("{}.", told(gate)));
    }
    case
}

fn ended(kind: NonSuccessKind, class: &str, sentence: &str) -> TestCaseStatus {
    junit::ended(kind, class, sentence, format!("{sentence}\n"))
}
