//! Owns what to do next, a step a thing to do: what asks for the same is told together.
//! Must not know why a gate stands where it stands (`advice`), nor where steps are printed.

use super::advice::{self};
use super::advised::NextStep;
use super::gate::{capitalised, invariant_title};
use super::{gates_to_mend, input, objective};
use crate::report::summary::Summary;
use crate::report::summary::band::Unproved;
use crate::report::summary::gate::Kpi;
use crate::report::summary::verdict::Reason;

/// One thing to do, with everything that asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What asks for it: `Inventory sync lag (the run, amazon)`.
    pub about: String,
    /// Who answers, one or several; empty where it is whoever plays the run.
    pub owner: String,
    /// What to do, what the record shows for it, how to see that it worked.
    pub advice: NextStep,
}

/// Every step: what decided the verdict first, then the rest of what is not healthy.
pub fn steps(summary: &Summary) -> Vec<Step> {
    let mut drafts: Vec<Draft> = Vec::new();
    let run = summary.reasons.iter().find_map(|reason| match *reason {
        Reason::Run(why) => Some(why),
        _ => None,
    });
    if let Some(why) = run {
        let about = About::Rule("the run as a whole");
        add(&mut drafts, String::new(), advice::for_run(summary, why), about);
    }
    for reason in &summary.reasons {
        match *reason {
            Reason::Gate(place) => gate(&mut drafts, summary, &summary.gates[place]),
            Reason::Invariant(place) => {
                let result = &summary.invariants[place];
                if let Some(advice) = advice::for_invariant(summary, result) {
                    let about = About::Rule(invariant_title(result.invariant));
                    add(&mut drafts, result.owner.clone(), advice, about);
                }
            }
            Reason::NothingAccepted(place) => {
                let (about, advice) = advice::for_closed(&summary.channels[place].name);
                add(&mut drafts, String::new(), advice, About::Rule(about));
            }
            Reason::Objective(place) => {
                let objective = &summary.objectives[place];
                if let Some(advice) = objective::advice(objective) {
                    let about = About::Rule("recovery");
                    add(&mut drafts, objective.owner.clone(), advice, about);
                }
            }
            Reason::RowsMissing => {
                let owner = summary.input.as_ref().map_or("", |input| &input.owner);
                let about = About::Rule("rows of the file");
                add(&mut drafts, owner.to_owned(), input::advice(), about);
            }
            Reason::Run(_) | Reason::NotGated(_) => {}
        }
    }
    for unhealthy in gates_to_mend(summary) {
        gate(&mut drafts, summary, unhealthy);
    }
    drafts.into_iter().map(Draft::told).collect()
}

fn gate(drafts: &mut Vec<Draft>, summary: &Summary, gate: &crate::report::summary::gate::Gate) {
    // What is wrong with the run as a whole is said once, not once a gate.
    if gate.because.is_some_and(spoils_all) {
        return;
    }
    if let Some(advice) = advice::advice(summary, gate) {
        let scope = gate.channel.clone().unwrap_or_else(|| "the run".to_owned());
        add(drafts, gate.owner.clone(), advice, About::Gate(gate.kpi, scope));
    }
}

fn spoils_all(why: Unproved) -> bool {
    matches!(
        why,
        Unproved::Truncated
            | Unproved::UnknownKinds
            | Unproved::HarnessFailed
            | Unproved::GeneratorSaturated
            | Unproved::TimeScaleTooCoarse
            | Unproved::Unanswered
            | Unproved::Contradicted
    )
}

/// What asks for a step.
enum About {
    Gate(Kpi, String),
    Rule(&'static str),
}

struct Draft {
    owners: Vec<String>,
    advice: NextStep,
    gates: Vec<(Kpi, Vec<String>)>,
    rules: Vec<&'static str>,
}

fn add(drafts: &mut Vec<Draft>, owner: String, advice: NextStep, about: About) {
    let same = |draft: &Draft| draft.advice.action == advice.action;
    let place = drafts.iter().position(same).unwrap_or_else(|| {
        drafts.push(Draft { owners: Vec::new(), advice, gates: Vec::new(), rules: Vec::new() });
        drafts.len() - 1
    });
    let draft = &mut drafts[place];
    if !owner.is_empty() && !draft.owners.contains(&owner) {
        draft.owners.push(owner);
    }
    match about {
        About::Rule(title) if !draft.rules.contains(&title) => draft.rules.push(title),
        About::Rule(_) => {}
        About::Gate(kpi, scope) => match draft.gates.iter_mut().find(|(known, _)| *known == kpi) {
            Some((_, scopes)) if !scopes.contains(&scope) => scopes.push(scope),
            Some(_) => {}
            None => draft.gates.push((kpi, vec![scope])),
        },
    }
}

impl Draft {
    fn told(self) -> Step {
        let gates = self.gates.iter();
        let gates = gates.map(|(kpi, scopes)| format!("{} ({})", kpi.title(), scopes.join(", ")));
        let rules = self.rules.iter().map(|title| (*title).to_owned());
        let about: Vec<String> = gates.chain(rules).collect();
        let owner = self.owners.join(", ");
        Step { about: capitalised(&about.join("; ")), owner, advice: self.advice }
    }
}
