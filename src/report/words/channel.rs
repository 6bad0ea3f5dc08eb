//! Owns the short reason beside a channel's word. Must not repeat what the run's `why` says.

use super::{gate, nearest_to_its_limit, short, standing, ungated};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Kpi};
use crate::report::summary::verdict::{Reason, Verdict};

/// Gates named; the rest are counted, the table has them all.
const GATES_SAID: usize = 2;

/// Why a channel stands where it stands, in a clause without a full stop; for a GO, what comes
/// nearest to its limit.
pub fn channel_reason(summary: &Summary, place: usize) -> String {
    let channel = &summary.channels[place];
    let (mut said, mut kpis) = (Vec::new(), Vec::<Kpi>::new());
    let (mut rules, mut seen) = (Vec::new(), Vec::new());
    for reason in &channel.reasons {
        match *reason {
            Reason::Gate(place) => {
                let gate = &summary.gates[place];
                if !kpis.contains(&gate.kpi) {
                    kpis.push(gate.kpi);
                    said.push(standing::clause(summary, gate));
                }
            }
            Reason::Invariant(place) => {
                let rule = &summary.invariants[place];
                let title = gate::invariant_title(rule.invariant);
                if rule.must_be_zero { rules.push(title) } else { seen.push(title) }
            }
            Reason::NothingAccepted(_) => said.push(ungated::closed_short(&channel.totals)),
            Reason::NotGated(kpi) => said.push(format!("{} is not gated", kpi.title())),
            // Of the run as a whole, and said there.
            Reason::Objective(_) | Reason::RowsMissing => {}
            Reason::Run(why) => said.push(format!("nothing is proved: {}", short(why))),
        }
    }
    let more = said.len().saturating_sub(GATES_SAID);
    said.truncate(GATES_SAID);
    if more > 0 {
        let gates = if more == 1 { "gate" } else { "gates" };
        said.push(format!("and {more} more {gates}"));
    }
    if !rules.is_empty() {
        said.push(format!("must never be: {}", rules.join(", ")));
    }
    if !seen.is_empty() {
        said.push(format!("seen: {}", seen.join(", ")));
    }
    if said.is_empty() {
        said.extend(nearest(summary, &channel.name));
    }
    if channel.too_small_to_block && channel.verdict == Verdict::Inconclusive {
        said.push("too few orders to block the run".to_owned());
    }
    said.join("; ")
}

fn nearest(summary: &Summary, channel: &str) -> Option<String> {
    let gate: &Gate = nearest_to_its_limit(summary, Some(channel))?;
    let bound = standing::bound_against_limit(gate, &summary.terms);
    Some(format!("nearest to its limit: {}, {bound}", gate.kpi.title()))
}
