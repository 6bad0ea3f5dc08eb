//! Owns `junit.xml`: a test case a gate and channel, one a rule, one for the
//! run as a whole. Must not decide what is covered by a risk: it reads what the verdict took.
//!
//! A pipeline that reads only this file must come to the verdict: *failed* is a failure, *not
//! proved* an error, for an answer that is not known is not green; an accepted risk and a channel
//! too small to block are skipped, and say so. No time and no id of judging is in it: the same
//! record gives the same bytes.

use std::time::Duration;

use quick_junit::{
    NonSuccessKind, Property, Report, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use super::summary::band::{Band, Unproved};
use super::summary::gate::{Gate, Invariant};
use super::summary::verdict::{Evidence, Reason, Verdict};
use super::summary::{Objective, Summary};
use super::words::advice::{self};
use super::words::advised::NextStep;
use super::words::number::{clock, speed};
use super::words::{self, Rules, gate as said, objective, standing};

/// The file's text.
pub fn xml(summary: &Summary) -> Result<String, SerializeError> {
    let mut report = Report::new(summary.campaign.name.as_str());
    report.set_time(Duration::ZERO);
    let mut run = suite("the run");
    for (name, value) in properties(summary) {
        run.add_property(Property::new(name, value));
    }
    run.add_test_case(whole(summary));
    run.add_test_cases(gates(summary, None));
    report.add_test_suite(run);
    for channel in &summary.channels {
        let mut of_channel = suite(&channel.name);
        of_channel.add_test_cases(gates(summary, Some(&channel.name)));
        report.add_test_suite(of_channel);
    }
    for which in Rules::ALL {
        let cases: Vec<TestCase> =
            which.of(summary).map(|result| rule(summary, which, result)).collect();
        if !cases.is_empty() {
            let mut rules = suite(which.title());
            rules.add_test_cases(cases);
            report.add_test_suite(rules);
        }
    }
    if !summary.objectives.is_empty() {
        let mut recovery = suite("recovery");
        recovery.add_test_cases(summary.objectives.iter().map(|of| objective_case(summary, of)));
        report.add_test_suite(recovery);
    }
    report.to_string()
}

fn objective_case(summary: &Summary, of: &Objective) -> TestCase {
    let (title, sentence) = (objective::title(of.asks, of.at_most), objective::sentence(of));
    let kind = match of.band {
        Band::Failed => NonSuccessKind::Failure,
        Band::NotProved => NonSuccessKind::Error,
        Band::Healthy | Band::Watch => {
            let mut case = case("recovery", &title, TestCaseStatus::success());
            case.set_system_out(format!("{sentence}."));
            return case;
        }
    };
    let advice = objective::advice(of);
    let text = told(&sentence, &of.owner, None, advice.as_ref(), summary.evidence);
    let class = of.because.map_or("failed", words::short);
    case("recovery", &title, ended(kind, class, &sentence, text))
}

/// Readers of the format ask for a time; nothing here took any.
pub(super) fn suite(name: &str) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.set_time(Duration::ZERO);
    suite
}

pub(super) fn case(scope: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("doorbuster.{scope}")).set_time(Duration::ZERO);
    case
}

fn properties(summary: &Summary) -> [(&'static str, String); 6] {
    let campaign = &summary.campaign;
    [
        ("verdict", words::verdict_word(summary.verdict).to_owned()),
        ("evidence", words::evidence(summary.evidence).to_owned()),
        ("starts", campaign.starts.clone()),
        ("seed", campaign.seed.to_string()),
        ("clock", speed(campaign.speed_milli)),
        ("doorbuster", summary.doorbuster.clone()),
    ]
}

/// The run as a whole: an error when nothing in it can be proved.
fn whole(summary: &Summary) -> TestCase {
    let spoilt = summary.reasons.iter().find_map(|reason| match *reason {
        Reason::Run(why) => Some(why),
        _ => None,
    });
    let rows = Reason::RowsMissing;
    let incomplete = summary.verdict == Verdict::Inconclusive && summary.reasons.contains(&rows);
    let status = match spoilt {
        None if incomplete => {
            let sentence = words::reason(summary, rows);
            let told = told(&sentence, "", None, Some(&words::input::advice()), summary.evidence);
            ended(NonSuccessKind::Error, "rows not read", &sentence, told)
        }
        None => TestCaseStatus::success(),
        Some(why) => {
            let sentence = words::reason(summary, Reason::Run(why));
            let advice = advice::for_run(summary, why);
            let told = told(&sentence, "", None, Some(&advice), summary.evidence);
            ended(NonSuccessKind::Error, words::short(why), &sentence, told)
        }
    };
    let mut case = case("the run", "the record and the load", status);
    case.set_system_out(format!("{}. {}.", summary.headline, words::load_honesty(summary)));
    case
}

fn gates<'a>(
    summary: &'a Summary,
    channel: Option<&'a str>,
) -> impl Iterator<Item = TestCase> + 'a {
    let of = summary.gates.iter().filter(move |gate| gate.channel.as_deref() == channel);
    of.map(move |gate| gate_case(summary, gate))
}

fn gate_case(summary: &Summary, gate: &Gate) -> TestCase {
    let scope = gate.channel.as_deref().unwrap_or("the run");
    let sentence = said::gate_sentence(summary, gate);
    let kind = match gate.band {
        Band::Healthy | Band::Watch => {
            let mut case = case(scope, gate.kpi.title(), TestCaseStatus::success());
            let watched = match gate.band {
                Band::Watch => format!(" Watch band. {}", standing::watched_by(&gate.owner)),
                _ => String::new(),
            };
            case.set_system_out(format!("{sentence}.{watched}"));
            return case;
        }
        Band::Failed => NonSuccessKind::Failure,
        Band::NotProved => NonSuccessKind::Error,
    };
    let status = if let Some(why) = not_held_against(summary, gate) {
        let mut skipped = TestCaseStatus::skipped();
        skipped.set_message(why).set_description(format!("{sentence}."));
        skipped
    } else {
        let advice = advice::advice(summary, gate);
        let at = gate.first_bad.map(|first| (first.at_us, first.seq));
        let text = told(&sentence, &gate.owner, at, advice.as_ref(), summary.evidence);
        ended(kind, gate.because.map_or("failed", words::short), &sentence, text)
    };
    case(scope, gate.kpi.title(), status)
}

/// Why the verdict does not hold a failed or unproved gate against the run; none where it does.
fn not_held_against(summary: &Summary, gate: &Gate) -> Option<String> {
    let spoilt = matches!(
        gate.because,
        Some(
            Unproved::Truncated
                | Unproved::UnknownKinds
                | Unproved::HarnessFailed
                | Unproved::GeneratorSaturated
                | Unproved::TimeScaleTooCoarse
                | Unproved::Unanswered
        )
    );
    if let Some(risk) = gate.accepted_risk.filter(|_| !spoilt) {
        let risk = &summary.accepted_risks[risk];
        return Some(format!("risk accepted by {} until {}: {}", risk.by, risk.until, risk.why));
    }
    let channel = summary.channels.iter().find(|c| Some(&c.name) == gate.channel.as_ref())?;
    let thin = gate.because == Some(Unproved::TooFewSamples);
    (thin && channel.too_small_to_block)
        .then(|| "too few samples, and too few orders on this channel to block the run".to_owned())
}

fn rule(summary: &Summary, which: Rules, result: &Invariant) -> TestCase {
    let sentence = said::invariant_sentence(summary, result);
    let kind = match result.band {
        Band::Failed => NonSuccessKind::Failure,
        Band::NotProved => NonSuccessKind::Error,
        Band::Healthy | Band::Watch => {
            let title = said::invariant_title(result.invariant);
            let mut case = case(which.title(), title, TestCaseStatus::success());
            case.set_system_out(format!("{sentence}."));
            return case;
        }
    };
    let advice = advice::for_invariant(summary, result);
    let at = result.first.map(|first| (first.at_us, first.seq));
    let text = told(&sentence, &result.owner, at, advice.as_ref(), summary.evidence);
    let kind_said = result.because.map_or("failed", words::short);
    let status = ended(kind, kind_said, &sentence, text);
    case(which.title(), said::invariant_title(result.invariant), status)
}

pub(super) fn ended(
    kind: NonSuccessKind,
    class: &str,
    sentence: &str,
    text: String,
) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(class).set_message(sentence).set_description(text);
    status
}

/// The sentence, who owns it, the first event that broke it, and what to do.
fn told(
    sentence: &str,
    owner: &str,
    first: Option<(u64, u64)>,
    advice: Option<&NextStep>,
    evidence: Evidence,
) -> String {
    let mut text = format!("{sentence}.\n");
    if !owner.is_empty() {
        text.push_str(&format!("Owner: {owner}\n"));
    }
    if let Some((at, seq)) = first {
        text.push_str(&format!("First event: {} (fact {seq})\n", clock(at)));
    }
    if let Some(advice) = advice {
        let (action, backing) = (said::capitalised(&advice.action), advice.backing(evidence));
        text.push_str(&format!("Next: {action}. {backing}\n"));
    }
    text
}

#[cfg(test)]
mod tests;
