//! Owns what a GO of the plan would be said with reserve about: what was loosened, what somebody
//! accepted, which rules its afternoons break. Must not know how likely a GO is.

use crate::history::charter::{Charter, Limits};
use crate::report::outlook::finding::{Finding, Weight};
use crate::report::summary::gate::{InvariantKind, Kpi};
use crate::report::summary::reserved::{honesty_loosened, promises_loosened};
use crate::report::words::gate::{capitalised, invariant_title};
use crate::report::words::number::counted;
use crate::study::preview::Preview;

/// All of it, a finding a kind.
pub(in crate::report::outlook) fn reserves(
    charter: &Charter,
    preview: Option<&Preview>,
) -> Vec<Finding> {
    let broken = preview.and_then(conditions);
    loosened(charter).into_iter().chain(accepted(charter)).chain(broken).collect()
}

fn loosened(charter: &Charter) -> Option<Finding> {
    let is_looser = |limits: Limits, kpi| limits.is_looser_than(Limits::standard(kpi));
    let gates = charter.gates.iter().filter(|gate| is_looser(gate.limits, gate.kpi));
    let mut named: Vec<String> = gates.map(|gate| Kpi::from(gate.kpi).title().to_owned()).collect();
    named.extend(promises_loosened(charter).into_iter().map(|p| format!("`{}`", p.promise)));
    named.extend(honesty_loosened(charter).into_iter().map(|h| format!("`{}`", h.limit)));
    let one = "limit or promise is looser than standard, and a GO says so";
    let many = "limits or promises are looser than standard, and a GO says so";
    let n = named.len() as u64;
    (n > 0).then(|| Finding {
        weight: Weight::Note,
        text: format!("{}: {}", counted(n, one, many), named.join(", ")),
        todo: "leave out what is looser than what you promise".to_owned(),
    })
}

fn accepted(charter: &Charter) -> Option<Finding> {
    let risks = charter.accepted_risks.iter().filter(|risk| !risk.expired);
    let titles: Vec<&str> = risks.map(|risk| Kpi::from(risk.gate).title()).collect();
    let (one, many) = ("risk is accepted", "risks are accepted");
    let n = titles.len() as u64;
    (n > 0).then(|| {
        Finding::note(format!(
            "{}, and a GO that needs it says so: {}",
            counted(n, one, many),
            titles.join(", ")
        ))
    })
}

/// Rules that afternoons break and that leave them within every limit.
fn conditions(preview: &Preview) -> Option<Finding> {
    let out = |rule| preview.rules_out.iter().any(|(known, _)| *known == rule);
    let rules = preview.together.iter().flat_map(|ruling| &ruling.rules);
    let named: Vec<String> = rules
        .filter(|rule| !out(rule.invariant))
        .map(|rule| {
            let title = invariant_title(InvariantKind::from(rule.invariant));
            format!("{} in {} of {}", title, rule.replications, preview.good.of)
        })
        .collect();
    (!named.is_empty())
        .then(|| Finding {
            weight: Weight::Note,
            text: format!("A GO would be one with conditions: {}", named.join(", ")),
            todo: String::new(),
        })
        .map(|finding| Finding { text: capitalised(&finding.text), ..finding })
}
