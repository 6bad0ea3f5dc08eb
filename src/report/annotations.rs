//! Owns the lines that GitHub Actions turns into annotations of a run's page.
//! Must not know where they are printed, nor whether they are wanted (`cli`).

use super::front::Front;
use super::many::Replications;
use super::many::recovered;
use super::many::ruling::Stands;
use super::many::words::{More, gate_name, stands, worst_gates};
use super::summary::band::Band;
use super::summary::gate::{Gate, Invariant};
use super::summary::verdict::{Reason, Verdict};
use super::summary::{Objective, Summary};
use super::words::{self, gate as said, objective};

/// GitHub shows ten annotations of a kind and step and drops the rest in silence. One is the
/// verdict's own.
const OF_A_KIND: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Error => "error",
            Kind::Warning => "warning",
            Kind::Notice => "notice",
        }
    }

    fn of(band: Band) -> Option<Kind> {
        match band {
            Band::Failed => Some(Kind::Error),
            Band::NotProved => Some(Kind::Warning),
            Band::Watch => Some(Kind::Notice),
            Band::Healthy => None,
        }
    }
}

/// The verdict, then each reason for it, a line each, worst first. Where the verdict is on many
/// afternoons its reasons are theirs, not those of the one that is shown.
pub fn lines(summary: &Summary, front: &Front, all: Option<&Replications>) -> String {
    let kind = match front.verdict {
        Verdict::NoGo | Verdict::Inconclusive => Kind::Error,
        Verdict::GoWithConditions => Kind::Warning,
        Verdict::Go => Kind::Notice,
    };
    let mut said =
        vec![(kind, front.headline.clone(), format!("{}: {}", front.campaign, front.why))];
    let more = all.map_or(More::Played, More::of);
    for gate in all.into_iter().flat_map(worst_gates).filter(|gate| gate.pooled.in_the_way) {
        let failed = gate.pooled.stands == Stands::Failed;
        let kind = if failed { Kind::Error } else { Kind::Warning };
        let scope = gate.channel.as_deref().unwrap_or("the scenario");
        let title = format!("{scope}: {}", gate.kpi.title());
        said.push((kind, title, format!("{}: {}.", gate_name(gate), stands(gate, more))));
    }
    for one in all.into_iter().flat_map(|all| &all.objectives).filter(|one| one.is_in_the_way()) {
        let kind = if one.verdict == Verdict::NoGo { Kind::Error } else { Kind::Warning };
        let at_least = all.map_or(0, |all| all.in_band_at_least_ppm);
        let title = format!("the scenario: {}", objective::title(one.asks, one.at_most));
        said.push((kind, title, format!("{}.", recovered::sentence(one, at_least))));
    }
    for reason in summary.reasons.iter().filter(|_| all.is_none()) {
        said.extend(match *reason {
            Reason::Gate(place) => of_gate(summary, &summary.gates[place]),
            Reason::Invariant(place) => of_rule(summary, &summary.invariants[place]),
            Reason::Objective(place) => of_objective(&summary.objectives[place]),
            // The verdict's own line says it.
            Reason::Run(_)
            | Reason::NothingAccepted(_)
            | Reason::NotGated(_)
            | Reason::RowsMissing => None,
        });
    }
    let mut text = String::new();
    for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
        for (_, title, message) in said.iter().filter(|line| line.0 == kind).take(OF_A_KIND) {
            let (word, title, message) = (kind.word(), property(title), data(message));
            text.push_str(&format!("::{word} title={title}::{message}\n"));
        }
    }
    text
}

fn of_gate(summary: &Summary, gate: &Gate) -> Option<(Kind, String, String)> {
    let accepted = gate.accepted_risk.is_some();
    let kind = Kind::of(gate.band).map(|kind| if accepted { Kind::Notice } else { kind })?;
    let scope = gate.channel.as_deref().unwrap_or("the run");
    let band = if accepted { "risk accepted" } else { words::band_word(gate.band) };
    let title = format!("{scope}: {} {band}", gate.kpi.title());
    Some((kind, title, format!("{}. ({})", said::gate_sentence(summary, gate), gate.owner)))
}

fn of_rule(summary: &Summary, result: &Invariant) -> Option<(Kind, String, String)> {
    let kind = Kind::of(result.band)?;
    let title = said::invariant_title(result.invariant);
    let title = format!("the run: {title}, {}", words::band_word(result.band));
    Some((
        kind,
        title,
        format!("{}. ({})", said::invariant_sentence(summary, result), result.owner),
    ))
}

fn of_objective(objective: &Objective) -> Option<(Kind, String, String)> {
    let kind = Kind::of(objective.band)?;
    let said = said::capitalised(&objective::title(objective.asks, objective.at_most));
    let title = format!("{said}: {}", objective::band(objective));
    Some((kind, title, format!("{}. ({})", objective::sentence(objective), objective.owner)))
}

/// As the runner reads a message back: it decodes these and nothing else.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the runner reads a property back: what ends one must not stand in it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;
