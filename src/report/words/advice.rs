//! Owns what to do next about a gate: symptom → likely cause → first corrective action → the
//! metric that shows it worked (docs/measures.md, from symptom to corrective action).
//! Must not advise where nothing is wrong: no symptom, no diagnosis.

use super::advised::NextStep;
use super::clock;
pub use super::mend::causes_named;
use super::mend::{to_mend, to_restore};
use super::number::count;
use crate::report::summary::Summary;
use crate::report::summary::band::{Band, Unproved};
use crate::report::summary::gate::{Gate, Invariant, InvariantKind, Kpi};

/// What to do about `gate`; none when it is healthy.
pub fn advice(summary: &Summary, gate: &Gate) -> Option<NextStep> {
    match (gate.band, gate.because) {
        (Band::Healthy, _) => None,
        (Band::Failed, _) | (Band::NotProved, Some(Unproved::AtTheLimit)) => {
            Some(to_mend(summary, gate))
        }
        (Band::NotProved, why) => why.map(|why| to_prove(summary, gate, why)),
        // Nothing went wrong that could be mended: there is only too little of it to say so.
        (Band::Watch, _) if gate.bad.possible == 0 => Some(to_widen(summary)),
        (Band::Watch, _) => Some(to_mend(summary, gate).into_condition()),
    }
}

fn to_widen(summary: &Summary) -> NextStep {
    let many = if summary.party.is_some() {
        "add runs on other seeds up (`doorbuster pool`)"
    } else {
        "many afternoons with `--runs auto`"
    };
    let action = format!(
        "play more of it, or {many}: nothing went wrong, and one afternoon of it proves no more"
    );
    let validate = "the bound is within the healthy limit";
    NextStep { action, validate, proves: true, ..NextStep::default() }
}

fn to_prove(summary: &Summary, gate: &Gate, why: Unproved) -> NextStep {
    let action = match why {
        Unproved::Truncated => "play it again to its end".to_owned(),
        Unproved::UnknownKinds => READ_ALL.to_owned(),
        Unproved::HarnessFailed => MEND_HARNESS.to_owned(),
        Unproved::GeneratorSaturated => {
            "lower the rate or the speed, or give the generator more of the machine".to_owned()
        }
        Unproved::TimeScaleTooCoarse => clock::slower(summary),
        Unproved::Unanswered => ANSWER.to_owned(),
        Unproved::Contradicted => TELL.to_owned(),
        Unproved::NotObserved => {
            "add the kind of event it needs to the scenario or to the import".to_owned()
        }
        Unproved::NotExercised => match gate.kpi {
            Kpi::OversoldOrders | Kpi::StockCancellations => {
                "let something sell out on two channels: heroes with little stock".to_owned()
            }
            Kpi::PriceLag | Kpi::MispricedOrders => "add a promotion to `merchant:`".to_owned(),
            Kpi::ListingLatency => "add new listings to `merchant:`".to_owned(),
            Kpi::SyncLag => "add restocks or stock corrections to `merchant:`".to_owned(),
            Kpi::HandoffSuccess | Kpi::ReconciliationVariance => {
                "leave `imperfections` on: some calls must fail and be delivered twice, so that \
                 retries are put to the test"
                    .to_owned()
            }
        },
        Unproved::TooFewSamples => to_gather(summary, gate),
        // What has not matured is open just like a call without an answer.
        Unproved::Unresolved => "let the drain last until everything has come to rest, and find \
                                 out what became of calls without an answer"
            .to_owned(),
        Unproved::AtTheLimit => "lower it".to_owned(),
    };
    NextStep { action, validate: "the gate is proved", proves: true, ..NextStep::default() }
}

/// How a gate comes by the samples that it lacks, each in its own way.
fn to_gather(summary: &Summary, gate: &Gate) -> String {
    // Nobody can simulate a connector that is somebody else's program.
    let many = if summary.party.is_some() {
        "play it on other seeds too, and add the runs up (`doorbuster pool`)"
    } else {
        "play many afternoons, which add up (`simulate` with `--runs auto`)"
    };
    match gate.kpi {
        Kpi::OversoldOrders | Kpi::StockCancellations => {
            format!("{many}; what counts here are SKUs that sell out, not orders")
        }
        Kpi::SyncLag | Kpi::PriceLag | Kpi::ListingLatency => {
            format!("{many}, or a longer one: changes in twenty different minutes are needed")
        }
        Kpi::HandoffSuccess | Kpi::ReconciliationVariance | Kpi::MispricedOrders => {
            let lacking = gate.samples_needed.saturating_sub(gate.samples);
            match lacking {
                0 => many.to_owned(),
                lacking => format!("{many}; {} more orders are needed", count(lacking)),
            }
        }
    }
}

const ANSWER: &str = "find out why calls are not answered in time (capacity, timeouts, a lost \
                      route), and play it again";

const TELL: &str = "find out which of the two is right, what shoppers were told or what the \
                    channel wrote down, and play it again";

/// What to do about a channel that accepted nothing.
pub fn for_closed(channel: &str) -> (&'static str, NextStep) {
    let action = format!(
        "find out why {channel} turns orders away: its listings, its stock, what it holds back"
    );
    let validate = "it accepts orders";
    ("a channel that sells nothing", NextStep { action, validate, ..NextStep::default() })
}

/// A reader that is older than the writer.
const READ_ALL: &str = "judge it with the doorbuster that wrote it, or a later one: `doorbuster \
                        report <folder>`";

/// The systems that were played have no part in it.
const MEND_HARNESS: &str = "give doorbuster what it lacked (`ulimit -n 8192`, a machine with time \
                            to spare, no other callers) and play it again; if a part of it \
                            panicked, report that as a defect of doorbuster";

/// What to do about a run that proves nothing as a whole.
pub fn for_run(summary: &Summary, why: Unproved) -> NextStep {
    let slower = clock::slower(summary);
    let action = match why {
        Unproved::Truncated => "play it again to its end",
        Unproved::UnknownKinds => READ_ALL,
        Unproved::HarnessFailed => MEND_HARNESS,
        Unproved::GeneratorSaturated => {
            "lower the rate or the speed, or give the generator more of the machine"
        }
        Unproved::TimeScaleTooCoarse => &slower,
        Unproved::Unanswered => ANSWER,
        Unproved::Contradicted => TELL,
        Unproved::NotObserved => "record the calls of the load as well, and judge again",
        Unproved::NotExercised => "let shoppers come: give `traffic:` a demand and gates to hold",
        Unproved::TooFewSamples | Unproved::Unresolved | Unproved::AtTheLimit => {
            "give the scenario gates, and play it again"
        }
    };
    let validate = match why {
        Unproved::Truncated => "the record is complete",
        _ => "the verdict is no longer INCONCLUSIVE for this reason",
    };
    NextStep { action: action.to_owned(), validate, proves: true, ..NextStep::default() }
}

/// What to do about an invariant that must be zero; none when it is, or when its KPI gates it.
pub fn for_invariant(summary: &Summary, result: &Invariant) -> Option<NextStep> {
    match (result.band, result.because) {
        (Band::Failed | Band::Watch, _) => Some(to_restore(summary, result)),
        (Band::NotProved, Some(why)) => Some(to_observe(summary, result.invariant, why)),
        _ => None,
    }
}

fn to_observe(summary: &Summary, invariant: InvariantKind, why: Unproved) -> NextStep {
    let action = match (why, invariant) {
        (Unproved::NotExercised, _) => {
            "let some calls fail and be delivered twice, so that retries are put to the test"
        }
        (Unproved::Unresolved, InvariantKind::Conservation) => {
            "let the drain last until everything has come to rest"
        }
        (Unproved::Unresolved, _) => {
            "find out what became of the calls without an answer, and judge again"
        }
        (Unproved::NotObserved, _) => {
            "add the kind of event it needs to the scenario or to the import"
        }
        (why, _) => return for_run(summary, why),
    };
    let validate = "the rule is checked and holds";
    NextStep { action: action.to_owned(), validate, proves: true, ..NextStep::default() }
}
